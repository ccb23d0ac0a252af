"""How deliveries go out: signed, claimed by one, proven or tried again, and no receiver in the way of another."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from uuid import UUID

import pytest
from aiosmtpd.smtp import SMTP, Envelope, Session
from sqlalchemy import text

from deploy.local.mailsink import Sink
from services.handover.domain.overdracht import Status
from services.handover.handlers.bezorgen import CLAIM, Bezorging, deliver_one, run_bezorging
from services.handover.handlers.levergang import end_leveringen
from services.handover.partners.rest import RestBezorger
from services.handover.store import leveringen as store
from services.handover.store import overdrachten
from shared.clock import system_clock
from shared.db import in_transaction
from shared.rules.codes import BestemmingSoort
from shared.rules.leveringcodes import LeverWijze
from tests.integration.handover.conftest import OPVANG, VT, HandoverRoom
from tests.integration.handover.levering import (
    DEUR,
    LEAD,
    OPVANG_ID,
    deliverer,
    give_up,
    let_pass,
    levering,
    offer,
    one_round,
    rest,
    told,
)
from tests.integration.handover.partner import OMGELEID, TRAAG, Gedrag, Partner

pytestmark = pytest.mark.anyio

MAILBOX = "overdrachten@opvang.example"


@asynccontextmanager
async def mail_server(folder: Path, refuses: str = "") -> AsyncIterator[str]:
    """A mail server that keeps what it takes; ``refuses`` is what it says to every recipient instead."""

    class Refusing(Sink):
        async def handle_RCPT(  # noqa: N802, aiosmtpd's
            self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
        ) -> str:
            if refuses:
                return refuses
            envelope.rcpt_tos.append(address)
            return "250 OK"

    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(Refusing(folder), loop=loop), "127.0.0.1", 0)
    try:
        yield f"smtp://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()


def mails_in(folder: Path) -> list[EmailMessage]:
    """Return the mails that a server took, oldest first."""
    files = sorted(folder.glob("*.eml"))
    return [message_from_bytes(file.read_bytes(), policy=policy.default) for file in files]


async def until(found: Callable[[], object]) -> None:
    """Wait until something is so, for some seconds at most."""
    async with asyncio.timeout(20):
        while not found():  # noqa: ASYNC110, of another task, which tells nobody
            await asyncio.sleep(0.01)


async def test_a_notice_is_signed_with_the_secret_that_was_shown_and_says_where_to_go(handover: HandoverRoom) -> None:
    async with Partner() as partner, deliverer(handover) as plan:
        made = await rest(handover, partner.url)
        _, overdracht_id = await offer(handover)

        assert await one_round(plan) == 1

        (got,) = partner.requests
        found = await levering(handover, overdracht_id)
    assert got.signatures() == [got.signed_with(made["geheim"])]
    assert got.headers["webhook-id"] == found["id"]
    assert abs(int(got.headers["webhook-timestamp"]) - system_clock().timestamp()) < 60
    assert got.told["pakket"] == f"{DEUR}/v1/overdrachten/{overdracht_id}"
    assert (found["status"], found["bewijs"]) == ("ontvangen", "antwoord")
    (poging,) = found["pogingen"]
    assert (poging["uitkomst"], poging["httpStatus"], poging["wijze"]) == ("ontvangen", 200, "rest")
    assert poging["volgendeOp"] is None
    assert [fact["einde"] for fact in await told(handover, "levering-afgerond")] == ["ontvangen"]


async def test_while_a_secret_is_replaced_a_notice_carries_the_signatures_of_both(handover: HandoverRoom) -> None:
    async with Partner() as partner, deliverer(handover) as plan:
        made = await rest(handover, partner.url)
        path = f"/leveradressen/{made['id']}/geheimen"
        new = (await handover.call("POST", path, LEAD, json={"overlapUren": 24})).json()
        await offer(handover)
        await one_round(plan)
        handover.klok.advance(timedelta(hours=25))
        await offer(handover)
        await one_round(plan)

    during, after = partner.requests
    assert during.signatures() == [during.signed_with(new["geheim"]), during.signed_with(made["geheim"])]
    assert after.signatures() == [after.signed_with(new["geheim"])]


async def test_the_same_notice_goes_out_again_under_the_same_id_and_in_the_same_bytes(handover: HandoverRoom) -> None:
    async with Partner(script=[Gedrag(502, lambda _: b"")]) as partner, deliverer(handover) as plan:
        await rest(handover, partner.url)
        _, overdracht_id = await offer(handover)

        await one_round(plan)
        between = await levering(handover, overdracht_id)
        await let_pass(handover, plan, timedelta(hours=1))

    first, second = partner.requests
    assert (first.headers["webhook-id"], first.body) == (second.headers["webhook-id"], second.body)
    assert len(set(partner.handled)) == 1
    assert (between["status"], between["pogingen"][0]["uitkomst"]) == ("open", "storing")
    assert between["pogingen"][0]["volgendeOp"] == between["volgendePogingOp"]
    assert (await levering(handover, overdracht_id))["status"] == "ontvangen"


async def test_a_redirect_is_not_followed_and_proves_nothing(handover: HandoverRoom) -> None:
    async with Partner(then=OMGELEID) as partner, deliverer(handover) as plan:
        await rest(handover, partner.url)
        _, overdracht_id = await offer(handover)

        await one_round(plan)

    assert len(partner.requests) == 1
    found = await levering(handover, overdracht_id)
    assert (found["status"], found["pogingen"][0]["uitkomst"]) == ("open", "omgeleid")


async def test_an_answer_without_an_end_is_read_no_further_than_it_could_be_proof(handover: HandoverRoom) -> None:
    endless = Gedrag(200, lambda _: b"x" * 5_000_000)
    async with Partner(then=endless) as partner, deliverer(handover, timeout_seconds=3) as plan:
        await rest(handover, partner.url)
        _, overdracht_id = await offer(handover)

        await one_round(plan)

    assert (await levering(handover, overdracht_id))["pogingen"][0]["uitkomst"] == "geen-bewijs"


async def test_an_answer_that_is_cut_off_proves_nothing(handover: HandoverRoom) -> None:
    async def cut(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b'HTTP/1.1 200 OK\r\ncontent-length: 500\r\n\r\n{"status": "ontvangen"')
        writer.close()

    server = await asyncio.start_server(cut, "127.0.0.1", 0)
    async with server, deliverer(handover) as plan:
        await rest(handover, f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/x")
        _, overdracht_id = await offer(handover)

        await one_round(plan)

    assert (await levering(handover, overdracht_id))["pogingen"][0]["uitkomst"] == "geen-antwoord"


async def test_an_address_that_asks_for_our_certificate_is_not_called_without_one(handover: HandoverRoom) -> None:
    async with Partner() as partner, deliverer(handover) as plan:
        await rest(handover, partner.url, clientcertificaat=True)
        _, overdracht_id = await offer(handover)

        await one_round(plan)

    assert partner.requests == []
    assert (await levering(handover, overdracht_id))["pogingen"][0]["uitkomst"] == "niet-ingericht"


async def test_a_name_that_leads_inside_is_not_called_outside_a_local_run(handover: HandoverRoom) -> None:
    async with Partner() as partner, deliverer(handover) as plan:
        await rest(handover, partner.url.replace("127.0.0.1", "localhost"))
        _, overdracht_id = await offer(handover)
        over_rest = plan.ways[LeverWijze.REST]
        assert isinstance(over_rest, RestBezorger)
        over_rest.regels = replace(over_rest.regels, allow_private=False)

        await one_round(plan)

    assert partner.requests == []
    assert (await levering(handover, overdracht_id))["pogingen"][0]["uitkomst"] == "adres-niet-toegestaan"


# --- mail ------------------------------------------------------------------------------------------------------


async def test_a_mail_says_that_something_waits_and_the_receiver_shows_that_he_read_it(
    handover: HandoverRoom, tmp_path: Path
) -> None:
    await give_up(handover, wijze="e-mail", eMailadres=MAILBOX)
    async with mail_server(tmp_path) as url, deliverer(handover, smtp_url=url, timeout_seconds=5) as plan:
        casus_id, overdracht_id = await offer(handover)

        await one_round(plan)
        sent = await levering(handover, overdracht_id)
        await handover.call("GET", f"/overdrachten/{overdracht_id}", OPVANG)
        await let_pass(handover, plan, timedelta(days=4))

    (mail,) = mails_in(tmp_path)
    content = mail.get_content()
    assert (mail["To"], mail["Message-ID"]) == (MAILBOX, f"<{sent['id']}@voorbeeld.invalid>")
    assert f"{DEUR}/v1/overdrachten/{overdracht_id}" in content
    for word in (str(casus_id), "0599", "Voorbeeld", "opvang"):
        assert word not in content + mail["Subject"]
    assert (sent["status"], sent["pogingen"][0]["uitkomst"]) == ("verzonden", "verzonden")
    assert (await levering(handover, overdracht_id))["status"] == "ontvangen"
    assert [fact["einde"] for fact in await told(handover, "levering-afgerond")] == ["verzonden", "ontvangen"]
    assert await told(handover, "levering-voorgelegd") == []


async def test_a_mail_that_nobody_reads_waits_for_a_person_after_three_days(
    handover: HandoverRoom, tmp_path: Path
) -> None:
    await give_up(handover, wijze="e-mail", eMailadres=MAILBOX)
    async with mail_server(tmp_path) as url, deliverer(handover, smtp_url=url, timeout_seconds=5) as plan:
        _, overdracht_id = await offer(handover)

        await let_pass(handover, plan, timedelta(hours=71))
        before = await levering(handover, overdracht_id)
        await let_pass(handover, plan, timedelta(hours=2))

    assert before["status"] == "verzonden"
    after = await levering(handover, overdracht_id)
    assert (after["status"], after["reden"], len(after["pogingen"])) == ("wacht-op-mens", "niet-bevestigd", 1)
    assert len(mails_in(tmp_path)) == 1


async def test_a_mailbox_that_is_not_there_is_laid_before_a_person_and_a_full_one_is_tried_again(
    handover: HandoverRoom, tmp_path: Path
) -> None:
    await give_up(handover, wijze="e-mail", eMailadres=MAILBOX)
    found = {}
    for reply in ("550 Onbekend", "452 Vol"):
        async with (
            mail_server(tmp_path, refuses=reply) as url,
            deliverer(handover, smtp_url=url, timeout_seconds=5) as plan,
        ):
            _, overdracht_id = await offer(handover)
            await let_pass(handover, plan, timedelta(minutes=10))
            found[reply] = await levering(handover, overdracht_id)

    assert (found["550 Onbekend"]["status"], found["550 Onbekend"]["reden"]) == ("wacht-op-mens", "geweigerd")
    assert found["452 Vol"]["status"] == "open"
    assert {one["uitkomst"] for one in found["452 Vol"]["pogingen"]} == {"storing"}


# --- what changes meanwhile -------------------------------------------------------------------------------------


async def test_an_address_that_is_put_right_is_used_at_the_next_attempt(handover: HandoverRoom) -> None:
    async with Partner() as partner, deliverer(handover) as plan:
        made = await rest(handover, "http://127.0.0.1:9/x")
        _, overdracht_id = await offer(handover)
        await one_round(plan)

        body = {"wijze": "rest", "url": partner.url}
        await handover.call("PUT", f"/leveradressen/{made['id']}", LEAD, json=body, headers={"If-Match": "*"})
        await let_pass(handover, plan, timedelta(hours=1))

    assert (await levering(handover, overdracht_id))["status"] == "ontvangen"


async def test_what_was_to_go_to_an_ended_address_waits_for_a_person(handover: HandoverRoom) -> None:
    async with deliverer(handover) as plan:
        made = await rest(handover, "http://127.0.0.1:9/x")
        _, overdracht_id = await offer(handover)
        await one_round(plan)

        await handover.call("DELETE", f"/leveradressen/{made['id']}", LEAD, headers={"If-Match": "*"})
        await let_pass(handover, plan, timedelta(minutes=5))

    found = await levering(handover, overdracht_id)
    assert (found["status"], found["reden"], len(found["pogingen"])) == ("wacht-op-mens", "geen-adres", 1)


async def test_an_offer_that_ends_while_it_is_under_way_is_not_tried_again_and_nothing_comes_of_what_comes_back(
    handover: HandoverRoom,
) -> None:
    async with Partner(then=Gedrag(500, lambda _: b"", delay=0.1)) as partner, deliverer(handover) as plan:
        await rest(handover, partner.url)
        _, overdracht_id = await offer(handover)

        under_way = asyncio.create_task(one_round(plan))
        await asyncio.sleep(0.05)
        await handover.call("POST", f"/overdrachten/{overdracht_id}/acceptatie", OPVANG)
        await under_way
        await let_pass(handover, plan, timedelta(hours=25))

    assert len(partner.requests) == 1
    found = await levering(handover, overdracht_id)
    assert (found["status"], found["bewijs"], len(found["pogingen"])) == ("ontvangen", "beslissing", 1)


async def test_an_offer_that_ended_without_an_answer_of_its_receiver_leaves_nothing_to_deliver(
    handover: HandoverRoom,
) -> None:
    async with Partner() as partner, deliverer(handover) as plan:
        await rest(handover, partner.url)
        _, overdracht_id = await offer(handover)
        async with in_transaction(handover.made.engine) as conn:
            found = await overdrachten.find_overdracht(conn, UUID(overdracht_id))
            assert found is not None
            ended = replace(found, status=Status.VERVANGEN, geweigerd_op=handover.klok())
            await overdrachten.save_overdracht(conn, handover.made.vault, ended)
            await end_leveringen(conn, ended, now=handover.klok())
            await end_leveringen(conn, ended, now=handover.klok())

        assert await one_round(plan) == 0

    assert partner.requests == []
    assert (await levering(handover, overdracht_id))["status"] == "vervallen"
    assert [fact["einde"] for fact in await told(handover, "levering-afgerond")] == ["vervallen"]


async def test_an_offer_whose_end_nobody_told_of_is_found_ended_at_its_next_attempt(handover: HandoverRoom) -> None:
    async with Partner() as partner, deliverer(handover) as plan:
        await rest(handover, partner.url)
        _, overdracht_id = await offer(handover)
        async with in_transaction(handover.made.engine) as conn:
            await conn.execute(text("UPDATE overdracht SET status = 'vervangen', geweigerd_op = now()"))

        await one_round(plan)

    assert partner.requests == []
    assert (await levering(handover, overdracht_id))["status"] == "vervallen"


async def test_a_file_that_is_destroyed_while_it_is_under_way_leaves_nothing(handover: HandoverRoom) -> None:
    async with Partner(then=Gedrag(delay=0.1)) as partner, deliverer(handover) as plan:
        await rest(handover, partner.url)
        await offer(handover)

        under_way = asyncio.create_task(one_round(plan))
        await asyncio.sleep(0.05)
        async with in_transaction(handover.made.engine) as conn:
            for table in ("levering", "overdracht_stap", "overdracht"):
                await conn.execute(text(f"DELETE FROM {table}"))  # noqa: S608, names of the test
        assert await under_way == 1

    async with in_transaction(handover.made.engine) as conn:
        assert await conn.scalar(text("SELECT count(*) FROM levering_poging")) == 0


# --- deliverers beside each other -------------------------------------------------------------------------------


async def test_a_deliverer_that_died_is_followed_up_by_another_under_the_same_id(handover: HandoverRoom) -> None:
    async with Partner() as partner, deliverer(handover) as plan:
        await rest(handover, partner.url)
        _, overdracht_id = await offer(handover)
        real = system_clock()
        async with in_transaction(plan.engine) as conn:  # claimed, and never heard of again
            claimed = await store.claim(
                conn, now=plan.clock(), real=real, until=real + CLAIM, per_ontvanger=2, hoogstens=1
            )

        assert len(claimed) == 1
        assert await one_round(plan) == 0
        await _let_claims_run_out(plan)
        assert await one_round(plan) == 1

    found = await levering(handover, overdracht_id)
    assert (found["status"], [one["nummer"] for one in found["pogingen"]]) == ("ontvangen", [2])


async def _let_claims_run_out(plan: Bezorging) -> None:
    async with in_transaction(plan.engine) as conn:
        await conn.execute(text("UPDATE levering SET geclaimd_tot = now() - interval '1 second'"))


async def test_what_two_deliverers_both_made_is_noted_twice_and_ends_once(handover: HandoverRoom) -> None:
    # Both must be under way before the first is answered; the second would have nothing to send after that.
    async with Partner(together=2) as partner, deliverer(handover) as plan:
        await rest(handover, partner.url)
        _, overdracht_id = await offer(handover)
        claims: list[store.Geclaimd] = []
        for _ in range(2):
            real = system_clock()
            async with in_transaction(plan.engine) as conn:
                claims += await store.claim(
                    conn, now=plan.clock(), real=real, until=real + CLAIM, per_ontvanger=2, hoogstens=1
                )
            await _let_claims_run_out(plan)

        await asyncio.gather(*(deliver_one(plan, one) for one in claims))

    found = await levering(handover, overdracht_id)
    assert [one["nummer"] for one in found["pogingen"]] == [1, 2]
    assert len(await told(handover, "levering-afgerond")) == 1
    assert {one.headers["webhook-id"] for one in partner.requests} == {found["id"]}


async def test_who_was_overtaken_does_not_give_up_the_claim_of_who_came_after_him(handover: HandoverRoom) -> None:
    async with Partner() as partner, deliverer(handover) as plan:
        await rest(handover, partner.url)
        await offer(handover)
        claims: list[store.Geclaimd] = []
        for _ in range(2):
            await _let_claims_run_out(plan)
            real = system_clock()
            async with in_transaction(plan.engine) as conn:
                claims += await store.claim(
                    conn, now=plan.clock(), real=real, until=real + CLAIM, per_ontvanger=2, hoogstens=1
                )
        held: list[bool] = []
        for one in claims:
            async with in_transaction(plan.engine) as conn:
                await store.let_go(conn, one)
                held.append(await conn.scalar(text("SELECT geclaimd_tot IS NOT NULL FROM levering")) is True)

    assert held == [True, False]


async def test_several_deliverers_send_each_notice_once_and_never_more_at_once_than_a_receiver_is_given(
    handover: HandoverRoom,
) -> None:
    async with Partner(then=Gedrag(delay=0.03)) as partner, deliverer(handover, timeout_seconds=5) as plan:
        await rest(handover, partner.url)
        offers = [await offer(handover) for _ in range(12)]
        stop = asyncio.Event()
        workers = [asyncio.create_task(run_bezorging(plan, stop, poll_seconds=0.02)) for _ in range(3)]

        await until(lambda: len(partner.handled) == len(offers))
        await asyncio.sleep(0.1)
        stop.set()
        await asyncio.gather(*workers)

    assert len(partner.handled) == len(set(partner.handled)) == len(offers)
    assert partner.most_at_once == 2
    for _, overdracht_id in offers:
        assert (await levering(handover, overdracht_id))["status"] == "ontvangen"


async def test_a_worker_that_is_told_to_stop_finishes_what_is_under_way(handover: HandoverRoom) -> None:
    async with Partner(then=Gedrag(delay=0.3)) as partner, deliverer(handover, timeout_seconds=5) as plan:
        await rest(handover, partner.url)
        _, overdracht_id = await offer(handover)
        stop = asyncio.Event()
        worker = asyncio.create_task(run_bezorging(plan, stop, poll_seconds=0.02))
        await until(lambda: partner.requests)

        stop.set()
        await worker

    assert (await levering(handover, overdracht_id))["status"] == "ontvangen"


async def test_nothing_that_goes_out_or_is_logged_says_whom_it_is_about(
    handover: HandoverRoom, capsys: pytest.CaptureFixture[str]
) -> None:
    handover.rooms.naam = "Canarievogel"
    async with Partner(script=[TRAAG]) as partner, deliverer(handover) as plan:
        made = await rest(handover, partner.url, telefoonnummer="+31 10 123 4567")
        await offer(handover, OPVANG_ID, BestemmingSoort.OPVANG)
        await let_pass(handover, plan, timedelta(hours=1))

    logging.shutdown()
    written = capsys.readouterr().out + "".join(one.body.decode() + str(one.headers) for one in partner.requests)
    for secret in ("Canarievogel", "123 4567", made["geheim"], partner.url):
        assert secret not in written
    assert len(partner.requests) == 2
    assert (await handover.call("GET", "/leveringen", VT)).json()["resultaten"][0]["aantalPogingen"] == 2
