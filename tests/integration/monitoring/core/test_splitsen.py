"""What monitoring holds goes with its meldingen: both casussen close anew, and texts open under their own keys."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import LargeBinary

from services.monitoring.handlers.kpibewijs import recompute_kpis
from services.monitoring.tables import metadata
from services.monitoring.worker import make_handler
from shared.db import in_transaction
from shared.events.envelope import Event
from shared.events.payloads import CasusVernietigd, MatchOntvangen
from shared.keyring import destroy_keys
from shared.rules.codes import VernietigingReden, Verwijsindex
from shared.rules.settings import DEFAULT_SETTINGS
from shared.verhuizen import tables_of_meldingen
from tests.integration.monitoring.core.room import MonitoringRoom
from tests.integration.monitoring.core.test_vernietigen import GEHEIM, UITKOMST, hear
from tests.unit.monitoring.core.builders import ams, monitored

pytestmark = pytest.mark.anyio

MONDAY = ams("2026-03-02 10:00")


async def done(room: MonitoringRoom, casus_id: UUID) -> str:
    """Record what came out of the first moment of a casus, in words too; return its path."""
    (row,) = await room.rows("SELECT id FROM monitormoment WHERE casus_id = :id AND maand = 3", id=casus_id)
    path = f"/v1/monitormomenten/{row['id']}"
    etag = (await room.get(path.removeprefix("/v1"))).headers["ETag"]
    answer = await room.http.put(f"{path}/uitkomst", json=UITKOMST, headers=room.headers(**{"If-Match": etag}))
    assert answer.status_code == 200, answer.text
    return path.removeprefix("/v1")


async def test_both_casussen_of_a_split_close_anew_and_open_under_their_own_keys(monitoring: MonitoringRoom) -> None:
    for destroys_old in (True, False):
        await split_and_destroy(monitoring, destroys_old=destroys_old)

    assert (await recompute_kpis(monitoring.made.engine, DEFAULT_SETTINGS, now=monitoring.klok())).is_equal


async def split_and_destroy(monitoring: MonitoringRoom, *, destroys_old: bool) -> None:
    (stays, mine, _), (gone, theirs, _) = monitored(), monitored()
    both = {stays.casus_id, gone.casus_id}
    await hear(monitoring, *stays.facts, *gone.facts)
    paths = {casus_id: await done(monitoring, casus_id) for casus_id in both}
    stays.samengevoegd_met(gone.casus_id, monitoring.klok(), 1)
    await hear(monitoring, stays.facts[-1])
    before = await closings(monitoring, both)
    stays.gesplitst(gone.casus_id, theirs, at=monitoring.klok(), volgorde=2, herstelt=True)

    for _ in range(2):
        await hear(monitoring, stays.facts[-1])

    new = {key: casus_id for key, casus_id in (await closings(monitoring, both)).items() if key not in before}
    assert sorted(new.values()) == sorted(both)
    clocks = await monitoring.rows("SELECT DISTINCT melding_id, casus_id FROM termijn")
    places = {row["melding_id"]: row["casus_id"] for row in clocks}
    assert (places[mine], places[theirs]) == (stays.casus_id, gone.casus_id)
    assert (await recompute_kpis(monitoring.made.engine, DEFAULT_SETTINGS, now=monitoring.klok())).is_equal
    goes, left, out = (stays, gone, mine) if destroys_old else (gone, stays, theirs)
    async with in_transaction(monitoring.made.engine) as conn:
        await destroy_keys(conn, goes.casus_id)
    assert (await monitoring.get(paths[goes.casus_id])).status_code == 404
    assert (await monitoring.get(paths[left.casus_id])).json()["toelichting"] == GEHEIM
    destroyed = CasusVernietigd(
        vernietiging_id=uuid4(),
        reden=VernietigingReden.VERZOEK,
        vernietigd_op=monitoring.klok(),
        volgorde=3,
        melding_ids=(out,),
    )
    goes.add(destroyed, monitoring.klok())
    await hear(monitoring, goes.facts[-1])
    assert (await monitoring.get(paths[left.casus_id])).json()["toelichting"] == GEHEIM
    assert (await monitoring.get(paths[goes.casus_id])).json()["toelichting"] is None


async def closings(monitoring: MonitoringRoom, casussen: set[UUID]) -> dict[UUID, UUID]:
    rows = await monitoring.rows("SELECT event_id, casus_id FROM outbox WHERE soort LIKE '%casus-afgesloten%'")
    return {row["event_id"]: row["casus_id"] for row in rows if row["casus_id"] in casussen}


async def test_a_hermelding_during_monitoring_is_told_once_and_ends_when_it_was_about_others(
    monitoring: MonitoringRoom,
) -> None:
    chain, _, _ = monitored()
    again = chain.melding(MONDAY + timedelta(days=30), hermelding=True)
    *known, late = chain.facts
    mailed = make_handler(monitoring.made, mail_to="teamleider@vtrr.example")

    async def told(*facts: Event) -> list[tuple[str, str, bool]]:
        async with in_transaction(monitoring.made.engine) as conn:
            await mailed(conn, facts)
        answer = await monitoring.get("/waarschuwingen?soort=hermelding-tijdens-monitoring")
        found = answer.json()["resultaten"]
        return [(row["meldingId"], row["casusId"], row["opgelostOp"] is None) for row in found]

    assert await told(*known) == []
    for _ in range(2):
        assert await told(late) == [(str(again), str(chain.casus_id), True)]
    (mail,) = await monitoring.rows("SELECT inhoud, doel FROM bericht")
    assert mail["inhoud"]["onderwerp"] == str(chain.casus_id)

    other = uuid4()
    chain.gesplitst(other, again, at=MONDAY + timedelta(days=31), volgorde=1)

    assert await told(chain.facts[-1]) == [(str(again), str(other), False)]


async def test_a_signal_of_another_organisation_during_monitoring_is_told_once_and_to_veilig_thuis_alone(
    monitoring: MonitoringRoom,
) -> None:
    chain, melding, _ = monitored()
    at = MONDAY + timedelta(days=30)
    match = MatchOntvangen(
        match_id=uuid4(),
        signaal_id=uuid4(),
        melding_id=melding,
        gemeente_code=chain.gemeente_code,
        index=Verwijsindex.SISA,
        ontvangen_op=at,
    )
    chain.add(match, at)
    mailed = make_handler(monitoring.made, mail_to="teamleider@vtrr.example")
    for facts in (chain.facts, chain.facts[-1:]):
        async with in_transaction(monitoring.made.engine) as conn:
            await mailed(conn, facts)

    path = "/waarschuwingen?soort=match-tijdens-monitoring"
    (seen,) = (await monitoring.get(path)).json()["resultaten"]
    team = (await monitoring.get(path, "lokaal-team", chain.gemeente_code)).json()["resultaten"]

    assert (seen["meldingId"], seen["casusId"], seen["stap"]) == (str(melding), str(chain.casus_id), "ontvangen")
    assert team == []
    (mail,) = await monitoring.rows("SELECT inhoud, acuut FROM bericht")
    assert (mail["inhoud"]["soort"], mail["acuut"]) == ("match-tijdens-monitoring", False)


def test_everything_that_is_sealed_for_a_casus_is_moved_with_its_melding() -> None:
    sealed = {table.name for table in metadata.sorted_tables for c in table.c if isinstance(c.type, LargeBinary)}
    of_the_room = {
        "audit", "audit_oud", "audit_keten", "audit_anker", "abonnement_geheim", "idempotentie", "inbox_wachtend",
        "quarantaine", "sleutel", "cbs_deel", "risicocijfers",
    }  # fmt: skip

    assert sealed - tables_of_meldingen(metadata) - of_the_room == set()
