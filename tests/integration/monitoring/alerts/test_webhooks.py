"""Subscribers are told in the transaction of the fact, of what is theirs, signed, and of nothing else."""

import base64
import hashlib
import hmac
import time
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from services.monitoring.handlers.alerts import sweep
from services.monitoring.handlers.bezorgen import Bezorging, deliver_once
from services.monitoring.handlers.facts import absorb
from shared.crypto import Vault
from shared.db import in_transaction
from shared.rules.codes import BestemmingSoort, HandelingSoort
from shared.rules.settings import DEFAULT_SETTINGS
from tests.integration.monitoring.alerts.conftest import MONDAY, PASSED, hear, hear_melding, rows, subscribe
from tests.integration.monitoring.alerts.receiver import Receiver
from tests.unit.monitoring.core.builders import Chain
from tests.unit.monitoring.core.treatment import TreatedChain

pytestmark = pytest.mark.anyio


async def do_sweep(engine: AsyncEngine) -> None:
    await sweep(engine, now=PASSED, rules=DEFAULT_SETTINGS)


def data_of(receiver: Receiver) -> list[dict[str, object]]:
    return [got.event["data"] for got in receiver.got]  # type: ignore[misc]


async def test_a_webhook_is_a_cloudevent_with_the_id_of_the_fact_signed_with_the_secret(
    engine: AsyncEngine, bezorging: Bezorging, vault: Vault, receiver: Receiver
) -> None:
    _, secret = await subscribe(engine, vault, receiver.url)
    casus_id = await hear_melding(engine, op=MONDAY)
    await do_sweep(engine)

    await deliver_once(bezorging)

    facts = await rows(engine, "SELECT event_id, soort FROM outbox ORDER BY volgnummer")
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
    assert first.event["sequence"] == "1"
    assert set(data_of(receiver)[0]) == {"termijnId", "soort", "meldingId", "gemeenteCode", "uiterlijk"}
    assert abs(int(first.headers["webhook-timestamp"]) - time.time()) < 60


async def test_facts_of_other_rooms_are_told_as_they_come_in_without_the_melder_or_how_many_are_hidden(
    engine: AsyncEngine, bezorging: Bezorging, vault: Vault, receiver: Receiver
) -> None:
    await subscribe(engine, vault, receiver.url, soorten=["melding-ontvangen", "acuutcheck-gedaan"])
    chain = Chain()
    melding = chain.melding(MONDAY)
    chain.handeling(melding, HandelingSoort.BETROKKENEN_GEINFORMEERD, MONDAY)
    chain.acuutcheck(melding, MONDAY + timedelta(hours=1))
    await hear(engine, *chain.facts)
    await hear(engine, *chain.facts)

    await deliver_once(bezorging)

    assert [str(got.event["type"]).split(".")[2] for got in receiver.got] == ["melding-ontvangen", "acuutcheck-gedaan"]
    assert [got.event["sequence"] for got in receiver.got] == ["1", "2"]
    assert [str(got.event["source"]).rpartition("-")[2] for got in receiver.got] == ["intake", "triage"]
    assert b"melder" not in b"".join(got.body for got in receiver.got)


async def test_a_subscriber_hears_of_its_own_municipalities_only(
    engine: AsyncEngine, bezorging: Bezorging, vault: Vault, receiver: Receiver
) -> None:
    await subscribe(engine, vault, receiver.url, gemeente_codes=["1621"])
    mine = await hear_melding(engine, op=MONDAY, gemeente_code="1621")
    await hear_melding(engine, op=MONDAY, gemeente_code="0599")
    await do_sweep(engine)

    await deliver_once(bezorging)

    assert {got.event["subject"] for got in receiver.got} == {str(mine)}


async def test_a_municipality_is_not_told_of_a_clock_that_is_for_veilig_thuis_alone(
    engine: AsyncEngine, bezorging: Bezorging, vault: Vault, receiver: Receiver
) -> None:
    async with Receiver() as of_veilig_thuis:
        await subscribe(engine, vault, receiver.url, gemeente_codes=["0599"], rol="lokaal-team")
        await subscribe(engine, vault, of_veilig_thuis.url, gemeente_codes=["0599"])
        chain = TreatedChain()
        melding = chain.melding(MONDAY)
        for act in (chain.vraag, chain.forensisch, chain.vto):
            act(melding, MONDAY)
        await hear(engine, *chain.facts)
        await do_sweep(engine)

        await deliver_once(bezorging)

    hidden = {"informatieverzoek", "forensisch", "verzoek-tot-onderzoek-melden"}
    told = {data["soort"] for data in data_of(receiver)}
    assert {"veiligheidsbeoordeling", "toewijzing"} <= told
    assert not told & hidden
    assert hidden <= {data["soort"] for data in data_of(of_veilig_thuis)}


async def test_a_municipality_hears_figures_and_of_no_casus(
    engine: AsyncEngine, bezorging: Bezorging, vault: Vault, receiver: Receiver
) -> None:
    await subscribe(engine, vault, receiver.url, gemeente_codes=["0599"], rol="gemeente", organisatie_id="g")
    casus_id = await hear_melding(engine, op=MONDAY)
    await do_sweep(engine)

    await deliver_once(bezorging)

    ids = {str(casus_id)} | {str(row.id) for row in await rows(engine, "SELECT melding_id AS id FROM termijn")}
    ids |= {str(row.id) for row in await rows(engine, "SELECT id FROM termijn")}
    assert receiver.got
    assert {frozenset(got.event) & {"subject", "sequence"} for got in receiver.got} == {frozenset()}
    assert {frozenset(data) for data in data_of(receiver)} == {frozenset({"gemeenteCode", "soort", "uiterlijk"})}
    assert not [one for one in ids if one.encode() in b"".join(got.body for got in receiver.got)]


async def test_a_ketenpartner_hears_of_what_was_offered_to_it_and_of_nothing_else(
    engine: AsyncEngine, bezorging: Bezorging, vault: Vault, receiver: Receiver
) -> None:
    soorten = ["termijn-verstreken", "overdracht-aangeboden", "overdracht-geaccepteerd", "casus-afgesloten"]
    await subscribe(engine, vault, receiver.url, soorten=soorten, rol="ketenpartner", organisatie_id="partner-a")
    mine, theirs = Chain(), Chain()
    for chain, partner in ((mine, "partner-a"), (theirs, "partner-b")):
        melding = chain.melding(MONDAY)
        chain.bied_aan(melding, MONDAY, BestemmingSoort.GECERTIFICEERDE_INSTELLING, organisatie_id=partner)
        await hear(engine, *chain.facts)
    await do_sweep(engine)

    await deliver_once(bezorging)

    told = [(str(got.event["type"]).split(".")[2], got.event["subject"]) for got in receiver.got]
    assert told == [("overdracht-aangeboden", str(mine.casus_id)), ("termijn-verstreken", str(mine.casus_id))]
    assert data_of(receiver)[1]["soort"] == "overdracht-acceptatie"
    assert b"organisatie" not in receiver.got[0].body


async def test_a_fact_from_before_the_abonnement_is_not_sent(
    engine: AsyncEngine, bezorging: Bezorging, vault: Vault, receiver: Receiver
) -> None:
    await subscribe(engine, vault, receiver.url, soorten=["melding-ontvangen"])
    async with in_transaction(engine) as conn:
        await conn.execute(text("UPDATE abonnement SET aangemaakt_op = :op"), {"op": PASSED})
    await hear_melding(engine, op=MONDAY)

    await deliver_once(bezorging)

    assert receiver.got == []


async def test_a_notice_exists_if_and_only_if_its_fact_does(
    engine: AsyncEngine, vault: Vault, receiver: Receiver
) -> None:
    await subscribe(engine, vault, receiver.url, soorten=["melding-ontvangen"])

    chain = Chain()
    chain.melding(MONDAY)

    async def break_off() -> None:
        async with in_transaction(engine) as conn:
            await absorb(conn, chain.facts, rules=DEFAULT_SETTINGS, now=MONDAY)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await break_off()
    assert await rows(engine, "SELECT 1 FROM bericht") == []
    for _ in range(2):
        await hear(engine, *chain.facts)
    waiting = await rows(engine, "SELECT count(*) AS aantal FROM bericht b JOIN feit f ON f.event_id = b.event_id")
    assert waiting[0].aantal == 1


async def test_an_ended_abonnement_gets_nothing_more(
    engine: AsyncEngine, bezorging: Bezorging, vault: Vault, receiver: Receiver
) -> None:
    await subscribe(engine, vault, receiver.url, soorten=["melding-ontvangen"])
    await hear_melding(engine, op=MONDAY)
    async with in_transaction(engine) as conn:
        await conn.execute(text("UPDATE abonnement SET beeindigd_op = :op, status = 'beeindigd'"), {"op": PASSED})
    await hear_melding(engine, op=MONDAY)

    await deliver_once(bezorging)

    assert receiver.seen == []
    assert len(await rows(engine, "SELECT 1 FROM bericht")) == 1
