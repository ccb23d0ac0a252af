"""Delivery under trouble: in order within a casus, at least once, nobody held up by another, nothing ever dropped."""

import asyncio
import ssl
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from deploy.secrets.certificates import Authority, new_authority, new_certificate
from services.monitoring.domain.bezorgen import PLAATSEN
from services.monitoring.handlers import bezorgen
from services.monitoring.handlers.bezorgbeurt import LEASE
from services.monitoring.handlers.bezorgen import Bezorging, deliver_once, deliver_webhooks
from services.monitoring.partners.webhook import WebhookRules, webhook_sender
from shared.clock import system_clock
from shared.crypto import Vault
from shared.db import in_transaction
from tests.integration.monitoring.alerts.conftest import (
    MAIL_TO,
    MONDAY,
    Real,
    hear,
    hear_melding,
    rows,
    subscribe,
)
from tests.integration.monitoring.alerts.receiver import Received, Receiver
from tests.unit.monitoring.core.builders import Chain

pytestmark = pytest.mark.anyio

HEARD = ["melding-ontvangen", "acuutcheck-gedaan", "veiligheidsbeoordeling-afgerond"]


async def hear_casus(engine: AsyncEngine) -> UUID:
    """Let a casus come in with three facts of which a subscriber hears."""
    chain = Chain()
    melding = chain.melding(MONDAY)
    dossier = chain.acuutcheck(melding, MONDAY + timedelta(hours=1))
    chain.besluit(melding, MONDAY + timedelta(hours=2), dossier_id=dossier)
    await hear(engine, *chain.facts)
    return chain.casus_id


async def later(bezorging: Bezorging, **by: float) -> int:
    """Deliver at a later moment than now, in real time."""
    assert isinstance(bezorging.real_clock, Real)
    bezorging.real_clock.later += timedelta(**by)
    return await deliver_once(bezorging)


async def for_a_day(bezorging: Bezorging) -> int:
    """Deliver again and again for a day and an hour, without waiting for it."""
    arrived = 0
    for _ in range(100):
        arrived += await later(bezorging, minutes=15)
    return arrived


async def status_of(engine: AsyncEngine) -> dict[str, int]:
    found = await rows(engine, "SELECT status, count(*) AS aantal FROM bericht WHERE kanaal = 'webhook' GROUP BY 1")
    return {row.status: row.aantal for row in found}


async def alarms(engine: AsyncEngine) -> list[tuple[str, str, str, bool]]:
    found = await rows(
        engine,
        "SELECT soort, stap, onderwerp, opgelost_op IS NULL AS loopt FROM waarschuwing WHERE onderwerp IS NOT NULL",
    )
    return [tuple(row) for row in found]


def in_order(received: list[Received]) -> bool:
    """Say whether what came in of each casus came in its order, each for the first time."""
    seen: dict[Any, list[int]] = {}
    for got in received:
        of_casus = seen.setdefault(got.event["subject"], [])
        number = int(str(got.event["sequence"]))
        if number not in of_casus:
            of_casus.append(number)
    return all(numbers == sorted(numbers) for numbers in seen.values())


# --- the chaos table ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Chaos:
    """What a receiver does, and what must then be noted of each attempt."""

    does: Callable[[Receiver], None]
    reden: str


def _answers(answer: bytes) -> Callable[[Receiver], None]:
    return lambda receiver: setattr(receiver, "answer", answer)


def _status(status: int) -> Callable[[Receiver], None]:
    return lambda receiver: setattr(receiver, "status", status)


NOT_TAKEN = {
    "slow": Chaos(lambda receiver: setattr(receiver, "delay", 30.0), "te-langzaam"),
    "500": Chaos(_status(500), "http-500"),
    "429": Chaos(_status(429), "http-429"),
    "302 to elsewhere": Chaos(
        _answers(b"HTTP/1.1 302 X\r\nlocation: http://127.0.0.1:1/\r\ncontent-length: 0\r\n\r\n"), "http-302"
    ),
    "304": Chaos(_answers(b"HTTP/1.1 304 X\r\n\r\n"), "http-304"),
    "200 cut off": Chaos(_answers(b"HTTP/1.1 200 X\r\ncontent-length: 10\r\n\r\nhalf"), "afgebroken"),
    "200 cut off in a chunk": Chaos(
        _answers(b"HTTP/1.1 200 X\r\ntransfer-encoding: chunked\r\n\r\n5\r\nha"), "afgebroken"
    ),
    "200 without an end": Chaos(
        _answers(b"HTTP/1.1 200 X\r\ncontent-length: 99999999\r\n\r\n" + b"x" * 100_000), "antwoord-te-groot"
    ),
    "no HTTP": Chaos(_answers(b"SSH-2.0-OpenSSH_9\r\n\r\n"), "afgebroken"),
}


@pytest.mark.parametrize("name", NOT_TAKEN)
async def test_what_is_no_receipt_is_tried_again_under_the_same_id_and_arrives_once_it_is(
    engine: AsyncEngine, bezorging: Bezorging, vault: Vault, receiver: Receiver, name: str
) -> None:
    await subscribe(engine, vault, receiver.url, soorten=HEARD)
    await hear_casus(engine)
    NOT_TAKEN[name].does(receiver)

    assert await deliver_once(bezorging) == 0
    tried = await rows(engine, "SELECT uitslag, reden, duur_ms FROM bericht_poging")
    receiver.status, receiver.delay, receiver.answer = 204, 0.0, None
    at_once = await deliver_once(bezorging)
    afterwards = await later(bezorging, seconds=10)

    assert [(row.uitslag, row.reden) for row in tried] == [("mislukt", NOT_TAKEN[name].reden)]
    assert tried[0].duur_ms >= 0
    assert (at_once, afterwards) == (0, 3)
    assert {got.headers["webhook-id"] for got in receiver.seen[:1]} == {receiver.got[0].headers["webhook-id"]}
    assert len({got.body for got in receiver.seen if got.event["id"] == receiver.got[0].event["id"]}) == 1
    assert in_order(receiver.got)


async def test_a_second_answer_is_not_taken_for_the_receipt_of_the_next_notice(
    engine: AsyncEngine, bezorging: Bezorging, vault: Vault, receiver: Receiver
) -> None:
    await subscribe(engine, vault, receiver.url, soorten=HEARD)
    await hear_casus(engine)
    good = b"HTTP/1.1 200 X\r\ncontent-length: 0\r\n\r\n"
    receiver.answer = good + good + good

    assert await deliver_once(bezorging) == 3

    assert len(receiver.seen) == 3  # each was really sent


async def test_a_receiver_that_takes_a_notice_and_says_so_too_late_gets_it_again_under_the_same_id(
    engine: AsyncEngine, bezorging: Bezorging, vault: Vault, receiver: Receiver
) -> None:
    await subscribe(engine, vault, receiver.url, soorten=["melding-ontvangen"])
    await hear_melding(engine, op=MONDAY)
    receiver.delay = 2.0
    await deliver_once(replace(bezorging, rules=WebhookRules(allow_private=True, timeout_seconds=1.0)))
    receiver.delay = 0.0

    await later(bezorging, seconds=10)

    assert len(receiver.seen) == 2
    assert len({got.headers["webhook-id"] for got in receiver.seen}) == 1
    assert len({got.headers["webhook-signature"] for got in receiver.seen}) == 2  # signed at another moment


async def test_a_receiver_with_a_certificate_that_nobody_vouches_for_is_told_nothing(
    engine: AsyncEngine, bezorging: Bezorging, vault: Vault, tmp_path: Path
) -> None:
    authority = new_authority("niemand", system_clock())
    async with Receiver(certificate=shows(tmp_path, authority, "127.0.0.1")) as liar:
        await subscribe(engine, vault, liar.url, soorten=HEARD)
        await hear_casus(engine)

        await deliver_once(bezorging)

    assert liar.seen == []
    assert [row.reden for row in await rows(engine, "SELECT reden FROM bericht_poging")] == ["certificaat"]


@pytest.mark.parametrize(("name", "taken"), [("127.0.0.1", True), ("ander.example", False)])
async def test_a_certificate_must_be_of_the_name_that_is_called(tmp_path: Path, name: str, taken: bool) -> None:
    authority = new_authority("iemand", system_clock())
    trust = ssl.create_default_context(cadata=authority.pem)
    rules = WebhookRules(allow_private=True)
    async with (
        Receiver(certificate=shows(tmp_path, authority, name)) as receiver,
        webhook_sender(rules, trust=trust) as sender,
    ):
        found = await asyncio.gather(
            sender.send(receiver.url, keys=[], message_id=UUID(int=1), body=b"{}", now=system_clock()),
            return_exceptions=True,
        )

    assert [str(one) for one in found] == (["None"] if taken else ["certificaat"])
    assert len(receiver.seen) == int(taken)


def shows(folder: Path, authority: Authority, name: str) -> ssl.SSLContext:
    certificate, key = new_certificate(authority, [name], system_clock())
    (folder / "key.pem").write_text(key)
    (folder / "crt.pem").write_text(certificate)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "crt.pem", folder / "key.pem")
    return context


async def test_a_receiver_that_is_dead_for_less_than_a_day_gets_everything_in_order(
    engine: AsyncEngine, bezorging: Bezorging, vault: Vault, receiver: Receiver
) -> None:
    await subscribe(engine, vault, receiver.url, soorten=HEARD)
    for _ in range(5):
        await hear_casus(engine)
    receiver.status = 503
    assert await deliver_once(bezorging) == 0
    for _ in range(20):
        assert await later(bezorging, hours=1) == 0
    tried = len(receiver.seen)
    receiver.status = 200

    arrived = sum([await later(bezorging, hours=1) for _ in range(4)])

    assert arrived == 15
    assert tried < 5 * 15, "it is felt now and then, and not hammered"
    assert in_order(receiver.got)
    assert await status_of(engine) == {"verzonden": 15}
    assert await alarms(engine) == []


async def test_a_receiver_that_is_dead_for_a_day_is_switched_off_with_an_alarm_and_a_mail_and_nothing_is_lost(
    engine: AsyncEngine, bezorging: Bezorging, vault: Vault, receiver: Receiver
) -> None:
    abonnement_id, _ = await subscribe(engine, vault, receiver.url, soorten=HEARD)
    await hear_casus(engine)
    receiver.status = 500

    await for_a_day(bezorging)
    tried = len(receiver.seen)
    await later(bezorging, days=3)
    await hear_casus(engine)
    await later(bezorging, days=3)

    found = await rows(engine, "SELECT status, uitgeschakeld_reden FROM abonnement")
    assert [tuple(row) for row in found] == [("uitgeschakeld", "dag-niet-bezorgd")]
    assert await alarms(engine) == [("abonnement-uitgeschakeld", "dag-niet-bezorgd", str(abonnement_id), True)]
    mails = await rows(engine, "SELECT doel, inhoud->>'soort' AS soort FROM bericht WHERE kanaal = 'e-mail'")
    assert [tuple(row) for row in mails] == [(MAIL_TO, "abonnement-uitgeschakeld")]
    assert len(receiver.seen) == tried
    assert await status_of(engine) == {"wachtend": 6}  # also what was told while it was off


async def test_410_switches_off_at_once(
    engine: AsyncEngine, bezorging: Bezorging, vault: Vault, receiver: Receiver
) -> None:
    abonnement_id, _ = await subscribe(engine, vault, receiver.url, soorten=HEARD)
    await hear_casus(engine)
    receiver.status = 410

    await deliver_once(bezorging)
    await later(bezorging, days=1)

    assert len(receiver.seen) == 1
    assert await alarms(engine) == [("abonnement-uitgeschakeld", "ontvanger-weg", str(abonnement_id), True)]
    assert await status_of(engine) == {"wachtend": 3}


async def test_a_poisoned_casus_waits_alone_and_after_a_day_a_person_is_told(
    engine: AsyncEngine, bezorging: Bezorging, vault: Vault, receiver: Receiver
) -> None:
    await subscribe(engine, vault, receiver.url, soorten=HEARD)
    poisoned = str(await hear_casus(engine))
    receiver.refuses = lambda got: got.event["subject"] == poisoned

    await deliver_once(bezorging)
    for _ in range(26):
        await hear_casus(engine)
        await later(bezorging, hours=1)

    got = {str(got.event["subject"]) for got in receiver.got}
    poison = [seen for seen in receiver.seen if seen.event["subject"] == poisoned]
    assert (len(got), poisoned in got) == (26, False)
    assert {seen.event["sequence"] for seen in poison} == {"1"}
    assert await status_of(engine) == {"verzonden": 78, "mislukt": 1, "wachtend": 2}
    failed = await rows(engine, "SELECT id FROM bericht WHERE status = 'mislukt'")
    assert await alarms(engine) == [("bericht", "mislukt", str(failed[0].id), True)]
    assert [row.status for row in await rows(engine, "SELECT status FROM abonnement")] == ["lopend"]


async def test_an_address_that_points_inside_the_house_is_not_called_in_production(
    engine: AsyncEngine, bezorging: Bezorging, vault: Vault, receiver: Receiver
) -> None:
    await subscribe(engine, vault, receiver.url.replace("http://", "https://"), soorten=HEARD)
    await hear_casus(engine)

    await deliver_once(replace(bezorging, rules=WebhookRules(allow_private=False)))

    assert receiver.seen == []
    reasons = {row.reden for row in await rows(engine, "SELECT reden FROM bericht_poging")}
    assert reasons == {"adres-niet-toegestaan"}


# --- several at once ---------------------------------------------------------------------------------------------


async def test_three_deliverers_at_once_send_nothing_twice_and_keep_the_order(
    engine: AsyncEngine, bezorging: Bezorging, vault: Vault, receiver: Receiver
) -> None:
    await subscribe(engine, vault, receiver.url, soorten=HEARD)
    for _ in range(12):
        await hear_casus(engine)
    receiver.delay = 0.02

    for _ in range(5):
        await asyncio.gather(*(deliver_once(bezorging) for _ in range(3)))

    ids = [got.event["id"] for got in receiver.seen]
    assert len(ids) == len(set(ids)) == 36
    assert in_order(receiver.seen)
    assert receiver.at_once_most <= PLAATSEN


async def test_a_slow_a_hanging_and_a_dead_receiver_hold_up_nobody_else(
    engine: AsyncEngine, bezorging: Bezorging, vault: Vault, receiver: Receiver
) -> None:
    async with Receiver() as slow, Receiver() as hanging:
        slow.delay, hanging.delay = 0.4, 60.0
        for url in (slow.url, hanging.url, "http://127.0.0.1:1/dood", receiver.url):
            await subscribe(engine, vault, url, soorten=HEARD)
        for _ in range(20):
            await hear_casus(engine)
        async with running(bezorging):
            started = time.monotonic()
            await until(lambda: len(receiver.got) == 60)
            seconds = time.monotonic() - started

    assert seconds < 10  # twenty attempts at the hanging one last five seconds each, eight at once
    assert slow.at_once_most <= PLAATSEN
    assert in_order(slow.got)


async def test_a_new_notice_goes_out_within_half_a_second_while_others_hang(
    engine: AsyncEngine, bezorging: Bezorging, vault: Vault, receiver: Receiver
) -> None:
    spent: list[float] = []
    async with Receiver() as hanging:
        hanging.delay = 60.0
        await subscribe(engine, vault, hanging.url, soorten=HEARD)
        await subscribe(engine, vault, receiver.url, soorten=HEARD)
        async with running(bezorging):
            for number in range(1, 8):
                await hear_melding(engine, op=MONDAY)
                started = time.monotonic()
                await until(lambda number=number: len(receiver.got) == number)  # type: ignore[misc]
                spent.append(time.monotonic() - started)

    assert sorted(spent)[len(spent) // 2] < 0.5


async def test_what_was_sent_by_one_that_died_before_it_was_noted_goes_out_again_under_the_same_id(
    engine: AsyncEngine, bezorging: Bezorging, vault: Vault, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    await subscribe(engine, vault, receiver.url, soorten=HEARD)
    await hear_casus(engine)

    async def die_on_notes(_: object, sent: list[object]) -> None:
        if sent:
            raise ConnectionError

    with monkeypatch.context() as broken:
        broken.setattr("services.monitoring.store.bezorgen.note_sent", die_on_notes)
        await deliver_once(bezorging)
    at_once = await deliver_once(bezorging)
    afterwards = await later(bezorging, seconds=LEASE.total_seconds() + 1)

    assert (len(receiver.seen), at_once, afterwards) == (4, 0, 3)
    assert receiver.seen[0].headers["webhook-id"] == receiver.seen[1].headers["webhook-id"]
    assert in_order(receiver.seen)


async def test_who_lost_his_lease_says_nothing_about_the_notice_any_more(
    engine: AsyncEngine, bezorging: Bezorging, vault: Vault, receiver: Receiver
) -> None:
    await subscribe(engine, vault, receiver.url, soorten=HEARD)
    await hear_casus(engine)
    receiver.status, receiver.delay = 500, 0.5

    late = asyncio.create_task(deliver_once(bezorging))
    await until(lambda: len(receiver.seen) == 1)
    other = system_clock() + timedelta(minutes=5)
    async with in_transaction(engine) as conn:
        await conn.execute(
            text("UPDATE bericht SET geclaimd_tot = :tot WHERE geclaimd_tot IS NOT NULL"), {"tot": other}
        )
    await late

    held = await rows(engine, "SELECT pogingen FROM bericht WHERE geclaimd_tot = :tot", tot=other)
    assert [row.pogingen for row in held] == [0]
    assert await rows(engine, "SELECT 1 FROM bericht_poging") == []


async def test_who_is_told_to_stop_lets_go_of_what_hangs(
    engine: AsyncEngine, bezorging: Bezorging, vault: Vault, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bezorgen, "_GRACE_SECONDS", 0.1)
    await subscribe(engine, vault, receiver.url, soorten=HEARD)
    await hear_casus(engine)
    receiver.delay = 60.0

    async with running(replace(bezorging, rules=WebhookRules(allow_private=True, timeout_seconds=15.0))):
        await until(lambda: len(receiver.seen) == 1)

    waiting = await rows(engine, "SELECT geclaimd_tot FROM bericht WHERE geclaimd_tot IS NOT NULL")
    beats = await rows(engine, "SELECT naam FROM hartslag")
    assert waiting == []
    assert [row.naam for row in beats] == ["deliver_webhooks"]


async def test_a_name_that_hangs_takes_one_thread_however_many_wait_for_it(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def hang(host: str, _: int) -> list[str]:
        asked.append(host)
        time.sleep(0.3)
        return []

    monkeypatch.setattr("services.monitoring.partners.webhook._lookup", hang)
    async with webhook_sender(WebhookRules(allow_private=True, timeout_seconds=0.1)) as sender:
        await asyncio.gather(
            *(
                sender.send("http://hangt.example/", keys=[], message_id=UUID(int=1), body=b"", now=system_clock())
                for _ in range(40)
            ),
            return_exceptions=True,
        )

    assert asked == ["hangt.example"]


# --- histories ---------------------------------------------------------------------------------------------------

_MOVE = st.tuples(
    st.sampled_from(["fact", "fails", "works", "slow", "later"]), st.integers(0, 3), st.integers(1, 40_000)
)


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(moves=st.lists(_MOVE, min_size=5, max_size=18))
async def test_whatever_a_receiver_does_each_casus_arrives_whole_and_in_order(
    engine: AsyncEngine, bezorging: Bezorging, vault: Vault, moves: list[tuple[str, int, int]]
) -> None:
    async with Receiver() as receiver:
        abonnement_id, _ = await subscribe(engine, vault, receiver.url, soorten=HEARD)
        told = 0
        for what, number, seconds in moves:
            match what:
                case "fact":
                    await hear_casus(engine)
                    told += 3
                case "fails":
                    receiver.refuses = lambda got, bad=number: UUID(str(got.event["id"])).int % 4 == bad  # type: ignore[misc]
                case "works":
                    receiver.refuses, receiver.delay = (lambda _: False), 0.0
                case "slow":
                    receiver.delay = 0.05
                case _:
                    await later(bezorging, seconds=seconds)
            await asyncio.gather(deliver_once(bezorging), deliver_once(bezorging))
        receiver.refuses = lambda _: False
        async with in_transaction(engine) as conn:
            await conn.execute(text("UPDATE abonnement SET status = 'lopend', rust_tot = NULL"))
            await conn.execute(text("UPDATE bericht SET status = 'wachtend' WHERE status = 'mislukt'"))
        for _ in range(6):
            await later(bezorging, hours=3)
        async with in_transaction(engine) as conn:
            await conn.execute(
                text("UPDATE abonnement SET beeindigd_op = now(), status = 'beeindigd' WHERE id = :id"),
                {"id": abonnement_id},
            )

    assert len({got.event["id"] for got in receiver.got}) == told
    assert len(receiver.got) == told, "what was taken is not sent again"
    assert in_order(receiver.got)


class running:  # noqa: N801, reads as what it does
    """Deliver in the background, as the worker does."""

    def __init__(self, what: Bezorging) -> None:
        self._what = what
        self._stop = asyncio.Event()

    async def __aenter__(self) -> None:
        self._task = asyncio.create_task(deliver_webhooks(self._what, self._stop))

    async def __aexit__(self, *_: object) -> None:
        self._stop.set()
        await self._task


async def until(holds: Callable[[], bool], seconds: float = 20.0) -> None:
    """Wait until something holds."""
    async with asyncio.timeout(seconds):
        while not holds():  # noqa: ASYNC110, what a receiver counts sets no event
            await asyncio.sleep(0.01)
