"""What a receiver of an overdracht finds of a veiligheidsvoorwaarde is a check here, and tells of itself once."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from shared.events.behandeling import VoorwaardeNagegaan
from shared.events.catalogue import Room
from shared.events.envelope import Event
from shared.events.volgen import VoorwaardeGevolgd
from shared.rules.behandelcodes import VoorwaardeStatus
from tests.integration.triage.room import TriageRoom
from tests.integration.triage.test_voorwaarden import checked, posed

pytestmark = pytest.mark.anyio


async def found(triage: TriageRoom, place: str, melding_id: UUID, **changes: Any) -> Event:
    """Return what a receiver tells of a voorwaarde."""
    shown = (await triage.get(place)).json()
    casus_id = (await triage.get(f"/veiligheidsbeoordelingen/{melding_id}")).json()["casusId"]
    payload = VoorwaardeGevolgd(
        controle_id=uuid4(),
        voorwaarde_id=UUID(shown["id"]),
        dienst_id=UUID(shown["dienstId"]),
        overdracht_id=uuid4(),
        melding_id=melding_id,
        gemeente_code="0599",
        status=VoorwaardeStatus.NIET_NAGEKOMEN,
        nagegaan_op=triage.klok(),
        controle_dag=date(2026, 5, 1),
    )
    return triage.event(Room.HANDOVER, UUID(casus_id), replace(payload, **changes))


async def told(triage: TriageRoom) -> list[VoorwaardeNagegaan]:
    return [fact for fact in await triage.facts() if isinstance(fact, VoorwaardeNagegaan)]


async def test_a_check_of_a_receiver_is_one_of_the_voorwaarde_and_is_told_once(triage: TriageRoom) -> None:
    melding_id, _, place = await posed(triage)
    event = await found(triage, place, melding_id)

    await triage.hear(event)
    await triage.hear(event)

    shown = (await triage.get(place)).json()
    assert (shown["status"], shown["controleOp"], len(shown["controles"])) == ("niet-nagekomen", "2026-05-01", 1)
    assert "overdracht" in shown["controles"][0]["uitkomst"]
    (fact,) = await told(triage)
    assert (fact.status, fact.controle_dag) == (VoorwaardeStatus.NIET_NAGEKOMEN, date(2026, 5, 1))


async def test_without_a_next_day_the_term_of_the_region_holds(triage: TriageRoom) -> None:
    melding_id, _, place = await posed(triage)

    await triage.hear(await found(triage, place, melding_id, controle_dag=None))

    (fact,) = await told(triage)
    assert fact.controle_dag == (triage.klok() + timedelta(weeks=4)).date()


async def test_what_was_found_before_the_newest_check_changes_nothing(triage: TriageRoom) -> None:
    melding_id, _, place = await posed(triage)
    await triage.put(f"{place}/status", checked(), etag=await triage.etag(place))
    before = (await triage.get(place)).json()

    await triage.hear(await found(triage, place, melding_id, nagegaan_op=triage.klok() - timedelta(days=900)))

    assert (await triage.get(place)).json() == before
    assert len(await told(triage)) == 1


async def test_what_was_given_up_stays_given_up(triage: TriageRoom) -> None:
    melding_id, _, place = await posed(triage)
    await triage.put(f"{place}/status", checked("vervallen"), etag=await triage.etag(place))
    before = (await triage.get(place)).json()

    await triage.hear(await found(triage, place, melding_id))

    assert (await triage.get(place)).json() == before


async def test_a_check_of_what_is_not_there_is_a_fault_for_a_person_and_of_a_destroyed_file_is_late(
    triage: TriageRoom,
) -> None:
    melding_id, _, place = await posed(triage)
    event = await found(triage, place, melding_id)
    strange = replace(event, payload=replace(event.payload, voorwaarde_id=uuid4()))  # type: ignore[type-var]

    with pytest.raises(LookupError):
        await triage.hear(strange)
    await triage.hear(triage.destruction(event.casus_id, melding_id, volgorde=1))
    await triage.hear(event)

    assert (await triage.get(place)).status_code == 404
