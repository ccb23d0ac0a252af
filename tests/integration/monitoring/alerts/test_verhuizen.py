"""What is told of a casus goes where the casus goes: along when two become one, apart when it is split, and away."""

from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from services.monitoring.handlers.bezorgen import Bezorging, deliver_once
from services.monitoring.handlers.vernietigen import destroy_named
from shared.crypto import Vault
from shared.db import in_transaction
from tests.integration.monitoring.alerts.conftest import MONDAY, PASSED, Stage, hear, hear_melding, rows, subscribe
from tests.integration.monitoring.alerts.receiver import Receiver
from tests.unit.monitoring.core.builders import Chain

pytestmark = pytest.mark.anyio

HEARD = ["melding-ontvangen", "acuutcheck-gedaan", "casus-samengevoegd", "casus-gesplitst"]


async def places(engine: AsyncEngine) -> list[tuple[str, object]]:
    found = await rows(
        engine, "SELECT inhoud->>'soort' AS soort, casus_id FROM bericht WHERE kanaal = 'webhook' ORDER BY nr"
    )
    return [(row.soort.split(".")[2], row.casus_id) for row in found]


async def test_when_two_casussen_become_one_what_waits_of_both_goes_in_one_order_and_is_told_under_its_own_name(
    engine: AsyncEngine, bezorging: Bezorging, vault: Vault, receiver: Receiver
) -> None:
    await subscribe(engine, vault, receiver.url, soorten=HEARD)
    stays, gone = Chain(), Chain()
    melding = stays.melding(MONDAY)
    of_gone = gone.melding(MONDAY)
    await hear(engine, *stays.facts, *gone.facts)
    stays.samengevoegd_met(gone.casus_id, MONDAY + timedelta(hours=1), 1)
    await hear(engine, stays.facts[-1])
    gone.acuutcheck(of_gone, MONDAY + timedelta(hours=2))
    stays.acuutcheck(melding, MONDAY + timedelta(hours=3))
    await hear(engine, gone.facts[-1], stays.facts[-1])

    assert {casus_id for _, casus_id in await places(engine)} == {stays.casus_id}
    receiver.refuses = lambda got: got.event["subject"] == str(gone.casus_id)
    await deliver_once(bezorging)
    before_the_refused = [str(got.event["type"]).split(".")[2] for got in receiver.got]
    receiver.refuses = lambda _: False
    bezorging.real_clock.later = timedelta(seconds=10)  # type: ignore[attr-defined]
    await deliver_once(bezorging)

    told = [(str(got.event["type"]).split(".")[2], got.event["subject"]) for got in receiver.got]
    assert before_the_refused == ["melding-ontvangen"]
    assert sorted(told[:2]) == sorted(
        [("melding-ontvangen", str(stays.casus_id)), ("melding-ontvangen", str(gone.casus_id))]
    )
    assert told[2:] == [
        ("casus-samengevoegd", str(stays.casus_id)),
        ("acuutcheck-gedaan", str(stays.casus_id)),
        ("acuutcheck-gedaan", str(stays.casus_id)),
    ]
    assert receiver.got[2].event["data"]["verdwenenCasusId"] == str(gone.casus_id)  # type: ignore[index]


async def test_when_a_casus_is_split_what_waits_goes_with_its_melding_and_the_rest_stays(
    engine: AsyncEngine, vault: Vault, receiver: Receiver
) -> None:
    await subscribe(engine, vault, receiver.url, soorten=HEARD)
    chain, other = Chain(), uuid4()
    chain.melding(MONDAY)
    goes = chain.melding(MONDAY + timedelta(hours=1))
    chain.acuutcheck(goes, MONDAY + timedelta(hours=2))
    await hear(engine, *chain.facts)

    chain.gesplitst(other, goes, at=MONDAY + timedelta(hours=3), volgorde=1)
    await hear(engine, chain.facts[-1])

    assert await places(engine) == [
        ("melding-ontvangen", chain.casus_id),
        ("melding-ontvangen", other),
        ("acuutcheck-gedaan", other),
        ("casus-gesplitst", chain.casus_id),
    ]


async def test_when_a_file_is_destroyed_nothing_of_it_is_sent_any_more_and_others_are_left_alone(stage: Stage) -> None:
    abonnement_id, _ = await subscribe(stage.engine, stage.vault, stage.receiver.url, soorten=HEARD)
    chain = Chain()
    melding = chain.melding(MONDAY)
    await hear(stage.engine, *chain.facts)
    await deliver_once(stage.bezorging)
    chain.acuutcheck(melding, MONDAY + timedelta(hours=1))
    await hear(stage.engine, chain.facts[-1])
    other = await hear_melding(stage.engine, op=MONDAY)

    chain.vernietig(PASSED)
    await hear(stage.engine, chain.facts[-1])
    async with in_transaction(stage.engine) as conn:
        await destroy_named(conn, stage.vault, [chain.facts[-1]])
    chain.acuutcheck(melding, PASSED + timedelta(hours=1))
    await hear(stage.engine, chain.facts[-1])
    await deliver_once(stage.bezorging)

    path = f"/v1/abonnementen/{abonnement_id}/leveringen"
    left = (await stage.client.get(path, headers=stage.vt)).json()["resultaten"]
    again = await stage.client.post(f"{path}/{left[-1]['id']}/herhaling", headers=stage.vt)
    assert [got.event["subject"] for got in stage.receiver.got] == [str(chain.casus_id), str(other)]
    assert [(one["soort"], one["status"]) for one in left] == [
        ("melding-ontvangen", "verzonden"),
        ("acuutcheck-gedaan", "vervallen"),
        ("melding-ontvangen", "verzonden"),
    ]
    assert left[-1]["casusId"] is None
    assert again.status_code == 409
    assert "vernietigd" in again.json()["detail"]
    kept = await rows(stage.engine, "SELECT inhoud FROM bericht WHERE casus_id = :id", id=chain.casus_id)
    assert len(kept) == 2
    assert not [row for row in kept if str(chain.casus_id) in str(row.inhoud) or str(melding) in str(row.inhoud)]


async def test_when_a_file_is_destroyed_what_was_given_up_of_it_goes_too_and_alarms_nobody_any_more(
    engine: AsyncEngine, bezorging: Bezorging, vault: Vault, receiver: Receiver
) -> None:
    await subscribe(engine, vault, receiver.url, soorten=HEARD)
    chain = Chain()
    chain.melding(MONDAY)
    await hear(engine, *chain.facts)
    receiver.status = 500
    async with in_transaction(engine) as conn:
        await conn.execute(text("UPDATE bericht SET mislukt_sinds = now() - interval '2 days', pogingen = 9"))
    await deliver_once(bezorging)
    alarm = "SELECT opgelost_op FROM waarschuwing WHERE soort = 'bericht'"
    assert [row.opgelost_op for row in await rows(engine, alarm)] == [None]

    chain.vernietig(PASSED)
    await hear(engine, chain.facts[-1])
    async with in_transaction(engine) as conn:
        await destroy_named(conn, vault, [chain.facts[-1]])

    left = await rows(engine, "SELECT status, inhoud FROM bericht WHERE kanaal = 'webhook'")
    assert [(row.status, set(row.inhoud)) for row in left] == [("vervallen", {"soort", "bron", "tijdstip"})]
    assert [row.opgelost_op for row in await rows(engine, alarm)] == [PASSED]
