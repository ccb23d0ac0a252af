"""Notices arrive at least once and in order; a slow, wrong or dead receiver holds up nobody else."""

import asyncio
import base64
import hashlib
import hmac
import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import orjson
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from services.monitoring.domain.alerts import POGINGEN_MAX
from services.monitoring.handlers.alerts import TELLABLE, SweepPlan, sweep, tell_abonnementen
from services.monitoring.handlers.berichten import DeliveryReport, Post, deliver, secret_place
from services.monitoring.partners.webhook import WebhookRules, new_secret
from services.monitoring.store import abonnementen
from services.monitoring.store.abonnementen import AbonnementRow
from shared.clock import system_clock
from shared.crypto import Vault
from shared.db import in_transaction
from shared.keyring import room_key
from shared.rules.settings import DEFAULT_SETTINGS
from tests.integration.monitoring.alerts.conftest import MAIL_TO, Mailbox, hear, hear_melding, rows
from tests.integration.monitoring.alerts.receiver import Receiver
from tests.unit.monitoring.core.treatment import TreatedChain

pytestmark = pytest.mark.anyio

MONDAY = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
PASSED = datetime(2026, 3, 9, 23, 0, tzinfo=UTC)


async def subscribe(
    engine: AsyncEngine,
    vault: Vault,
    url: str,
    *,
    soorten: Sequence[str] = ("termijn-dreigend", "termijn-verstreken"),
    **changes: Any,
) -> tuple[UUID, str]:
    abonnement_id, secret = uuid4(), new_secret()
    values: dict[str, Any] = {"gemeente_codes": [], "rol": "vt-teamleider", "organisatie_id": "vt"}
    row = AbonnementRow(
        id=abonnement_id,
        callback_url=url,
        soorten=[TELLABLE[soort] for soort in soorten],
        aangemaakt_op=MONDAY,
        **(values | changes),
    )
    async with in_transaction(engine) as conn:
        key = await room_key(conn, vault)
        await abonnementen.insert(conn, row, geheim=key.seal(secret.encode(), place=secret_place(abonnement_id)))
    return abonnement_id, secret


async def do_sweep(engine: AsyncEngine, now: datetime = PASSED, mail_to: str = "") -> None:
    await sweep(engine, now=now, rules=DEFAULT_SETTINGS, plan=SweepPlan(mail_to=mail_to))


async def do_deliver(engine: AsyncEngine, post: Post, *, later: timedelta = timedelta(0)) -> DeliveryReport:
    return await deliver(engine, post, real_clock=lambda: system_clock() + later, now=PASSED)


async def test_the_team_lead_gets_a_dutch_mail_without_anything_about_a_person(
    engine: AsyncEngine, post: Post, mailbox: Mailbox
) -> None:
    casus_id = await hear_melding(engine, op=MONDAY)
    await do_sweep(engine, mail_to=MAIL_TO)

    report = await do_deliver(engine, post)
    again = await do_deliver(engine, post)

    whole = b"\n".join(mailbox.mails).decode()
    assert (report.verzonden, again.verzonden) == (len(mailbox.mails), 0)
    assert f"To: {MAIL_TO}" in whole
    assert "Subject: Ketenradar: termijn veiligheidsbeoordeling is verstreken" in whole
    assert str(casus_id) in whole


async def test_a_webhook_is_the_cloudevent_of_the_fact_signed_with_the_secret(
    engine: AsyncEngine, post: Post, vault: Vault, receiver: Receiver
) -> None:
    _, secret = await subscribe(engine, vault, receiver.url)
    casus_id = await hear_melding(engine, op=MONDAY)
    await do_sweep(engine)

    await do_deliver(engine, post)

    facts = await rows(engine, "SELECT event_id, soort, volgnummer FROM outbox ORDER BY volgnummer")
    assert [(UUID(str(got.event["id"])), got.event["type"]) for got in receiver.got] == [
        (UUID(str(row.event_id)), row.soort) for row in facts
    ]
    first = receiver.got[0]
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = f"{first.headers['webhook-id']}.{first.headers['webhook-timestamp']}.".encode() + first.body
    expected = base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()
    assert first.headers["webhook-signature"] == f"v1,{expected}"
    assert first.headers["webhook-id"] == first.event["id"]
    assert first.event["subject"] == str(casus_id)
    assert abs(int(first.headers["webhook-timestamp"]) - time.time()) < 60


async def test_a_subscriber_hears_of_its_own_municipalities_only(
    engine: AsyncEngine, post: Post, vault: Vault, receiver: Receiver
) -> None:
    await subscribe(engine, vault, receiver.url, gemeente_codes=["1621"])
    mine = await hear_melding(engine, op=MONDAY, gemeente_code="1621")
    await hear_melding(engine, op=MONDAY, gemeente_code="0599")
    await do_sweep(engine)

    await do_deliver(engine, post)

    assert {got.event["subject"] for got in receiver.got} == {str(mine)}


async def test_a_municipality_is_not_told_of_a_clock_that_is_for_veilig_thuis_alone(
    engine: AsyncEngine, post: Post, vault: Vault, receiver: Receiver
) -> None:
    await subscribe(engine, vault, receiver.url, gemeente_codes=["0599"], rol="lokaal-team")
    chain = TreatedChain()
    melding = chain.melding(MONDAY)
    for act in (chain.vraag, chain.forensisch, chain.vto):
        act(melding, MONDAY)
    await hear(engine, *chain.facts)
    await do_sweep(engine)

    await do_deliver(engine, post)

    told = {orjson.loads(got.body)["data"]["soort"] for got in receiver.got}
    assert {"veiligheidsbeoordeling", "toewijzing"} <= told
    assert not told & {"informatieverzoek", "forensisch", "verzoek-tot-onderzoek-melden"}


async def test_a_ketenpartner_does_not_hear_of_casussen_that_were_never_offered_to_it(
    engine: AsyncEngine, post: Post, vault: Vault, receiver: Receiver
) -> None:
    await subscribe(engine, vault, receiver.url, rol="ketenpartner", organisatie_id="partner-a")
    await hear_melding(engine, op=MONDAY)
    await do_sweep(engine)

    await do_deliver(engine, post)

    assert receiver.got == []


async def test_a_fact_from_before_the_abonnement_is_not_sent(
    engine: AsyncEngine, post: Post, vault: Vault, receiver: Receiver
) -> None:
    await hear_melding(engine, op=MONDAY)
    await do_sweep(engine)
    abonnement_id, _ = await subscribe(engine, vault, receiver.url)
    async with in_transaction(engine) as conn:
        await conn.execute(
            text("UPDATE abonnement SET aangemaakt_op = :op WHERE id = :id"),
            {"op": PASSED + timedelta(hours=1), "id": abonnement_id},
        )

    await tell_abonnementen(engine, now=PASSED)
    await do_deliver(engine, post)

    assert receiver.got == []


async def test_a_refused_webhook_is_tried_again_later_and_the_order_of_the_casus_is_kept(
    engine: AsyncEngine, post: Post, vault: Vault, receiver: Receiver
) -> None:
    await subscribe(engine, vault, receiver.url)
    await hear_melding(engine, op=MONDAY)
    await do_sweep(engine)
    receiver.status = 503

    refused = await do_deliver(engine, post)
    at_once = await do_deliver(engine, post)
    receiver.status = 200
    later = await do_deliver(engine, post, later=timedelta(hours=1))

    sequences = [int(str(got.event["sequence"])) for got in receiver.got]
    attempts = await rows(engine, "SELECT uitslag, reden FROM bericht_poging ORDER BY tijdstip LIMIT 1")
    assert (refused.verzonden, refused.mislukt, at_once.mislukt) == (0, 1, 0)
    assert sequences == sorted(sequences)
    assert later.verzonden == len(sequences) > 1
    assert [tuple(row) for row in attempts] == [("mislukt", "http-503")]


async def test_a_slow_and_a_dead_receiver_hold_up_nobody_else(
    engine: AsyncEngine, post: Post, vault: Vault, receiver: Receiver, mailbox: Mailbox
) -> None:
    async with Receiver() as slow:
        slow.delay = 30.0
        await subscribe(engine, vault, slow.url)
        await subscribe(engine, vault, "http://127.0.0.1:1/dood")
        await subscribe(engine, vault, receiver.url)
        for _ in range(3):
            await hear_melding(engine, op=MONDAY)
        await do_sweep(engine, mail_to=MAIL_TO)

        started = time.monotonic()
        report = await do_deliver(engine, post)
        seconds = time.monotonic() - started

    assert seconds < 10
    assert report.mislukt == 2
    assert len(receiver.got) == len(await rows(engine, "SELECT 1 FROM outbox"))
    assert mailbox.mails


async def test_after_the_last_attempt_a_notice_is_kept_and_alarmed(
    engine: AsyncEngine, post: Post, vault: Vault, receiver: Receiver
) -> None:
    abonnement_id, _ = await subscribe(engine, vault, receiver.url, soorten=["termijn-verstreken"])
    await hear_melding(engine, op=MONDAY)
    await do_sweep(engine)
    receiver.status = 500
    async with in_transaction(engine) as conn:
        await conn.execute(text("UPDATE bericht SET pogingen = :n"), {"n": POGINGEN_MAX - 1})

    await do_deliver(engine, post)

    failed = await rows(engine, "SELECT status FROM bericht WHERE kanaal = 'webhook' ORDER BY nr LIMIT 1")
    alarm = await rows(engine, "SELECT onderwerp, opgelost_op FROM waarschuwing WHERE soort = 'bericht'")
    assert [row.status for row in failed] == ["mislukt"]
    assert [(row.onderwerp, row.opgelost_op) for row in alarm] == [(str(abonnement_id), None)]

    receiver.status = 200
    await do_deliver(engine, post, later=timedelta(hours=1))
    solved = await rows(engine, "SELECT opgelost_op FROM waarschuwing WHERE soort = 'bericht'")
    assert [row.opgelost_op for row in solved] == [PASSED]


async def test_two_deliverers_at_once_send_nothing_twice(
    engine: AsyncEngine, post: Post, vault: Vault, receiver: Receiver
) -> None:
    await subscribe(engine, vault, receiver.url)
    for _ in range(5):
        await hear_melding(engine, op=MONDAY)
    await do_sweep(engine)

    await asyncio.gather(*(do_deliver(engine, post) for _ in range(3)))

    ids = [got.event["id"] for got in receiver.got]
    assert len(ids) == len(set(ids)) == len(await rows(engine, "SELECT 1 FROM outbox"))


async def test_what_a_dead_deliverer_had_in_hand_is_sent_when_its_lease_ends(
    engine: AsyncEngine, post: Post, vault: Vault, receiver: Receiver
) -> None:
    await subscribe(engine, vault, receiver.url)
    await hear_melding(engine, op=MONDAY)
    await do_sweep(engine)
    async with in_transaction(engine) as conn:
        await conn.execute(
            text("UPDATE bericht SET geclaimd_tot = :tot"), {"tot": system_clock() + timedelta(minutes=3)}
        )

    before = await do_deliver(engine, post)
    after = await do_deliver(engine, post, later=timedelta(minutes=4))

    assert before.verzonden == 0
    assert after.verzonden == len(receiver.got) > 0


async def test_an_ended_abonnement_gets_nothing_more(
    engine: AsyncEngine, post: Post, vault: Vault, receiver: Receiver
) -> None:
    await subscribe(engine, vault, receiver.url)
    await hear_melding(engine, op=MONDAY)
    await do_sweep(engine)
    async with in_transaction(engine) as conn:
        await conn.execute(text("UPDATE abonnement SET beeindigd_op = :op"), {"op": PASSED})

    await do_deliver(engine, post)

    assert receiver.got == []
    assert {row.status for row in await rows(engine, "SELECT status FROM bericht")} == {"vervallen"}


async def test_an_abonnement_on_a_private_address_is_not_called_in_production(
    engine: AsyncEngine, post: Post, vault: Vault, receiver: Receiver
) -> None:
    await subscribe(engine, vault, receiver.url.replace("http://", "https://"))
    await hear_melding(engine, op=MONDAY)
    await do_sweep(engine)

    await do_deliver(engine, replace(post, webhooks=WebhookRules(allow_private=False)))

    reasons = {row.reden for row in await rows(engine, "SELECT reden FROM bericht_poging")}
    assert receiver.got == []
    assert reasons == {"adres-niet-toegestaan"}
