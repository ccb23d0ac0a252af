"""What triage does with merged casussen and with meldingen that the radar sends back."""

import asyncio
from datetime import timedelta
from uuid import uuid4

import pytest

from shared.events.catalogue import Room
from shared.events.payloads import (
    MeldingAangevuld,
    VeiligheidsbeoordelingAfgerond,
    VeiligheidsbeoordelingHeropend,
)
from shared.rules.codes import AanvullingSoort, MonitorVervolg
from tests.integration.triage.room import TriageRoom

pytestmark = pytest.mark.anyio


async def test_a_merged_casus_takes_its_dossiers_and_diensten_along(triage: TriageRoom) -> None:
    gone, stays = uuid4(), uuid4()
    dienst_id = await triage.dienst("onderzoek", casus_id=gone)
    before = await triage.etag(f"/diensten/{dienst_id}")

    await triage.hear(triage.merge(verdwenen=gone, blijft=stays))
    await triage.hear(triage.merge(verdwenen=gone, blijft=stays))

    for casus_id in (gone, stays):
        found = (await triage.get(f"/diensten?casusId={casus_id}")).json()["resultaten"]
        assert [(one["id"], one["casusId"]) for one in found] == [(dienst_id, str(stays))]
    assert await triage.etag(f"/diensten/{dienst_id}") != before
    await triage.conclude(dienst_id, "weerlegd")
    rows = await triage.rows("SELECT casus_id FROM outbox ORDER BY id DESC LIMIT 1")
    assert rows[0].casus_id == stays


async def test_a_melding_that_comes_after_the_merge_lands_in_the_casus_that_stays(triage: TriageRoom) -> None:
    first, second, third = uuid4(), uuid4(), uuid4()
    await triage.hear(triage.merge(verdwenen=first, blijft=second))
    await triage.hear(triage.merge(verdwenen=second, blijft=third))

    melding_id = await triage.receive(casus_id=first)

    answer = await triage.get(f"/veiligheidsbeoordelingen/{melding_id}")
    assert answer.json()["casusId"] == str(third)


async def test_merges_that_come_in_the_other_order_end_in_the_same_casus(triage: TriageRoom) -> None:
    first, second, third = uuid4(), uuid4(), uuid4()
    melding_id = await triage.receive(casus_id=first)

    await triage.hear(triage.merge(verdwenen=second, blijft=third))
    await triage.hear(triage.merge(verdwenen=first, blijft=second))

    answer = await triage.get(f"/veiligheidsbeoordelingen/{melding_id}")
    assert answer.json()["casusId"] == str(third)


async def test_a_melding_and_the_merge_of_its_casus_at_once_leave_nothing_behind(triage: TriageRoom) -> None:
    for _ in range(10):
        gone, stays = uuid4(), uuid4()

        await asyncio.gather(
            triage.hear(triage.melding(casus_id=gone)), triage.hear(triage.merge(verdwenen=gone, blijft=stays))
        )

        assert await triage.rows("SELECT 1 FROM dossier WHERE casus_id = :gone", gone=gone) == []


async def test_a_besluit_and_the_merge_of_its_casus_at_once_leave_nothing_behind(triage: TriageRoom) -> None:
    for _ in range(5):
        gone, stays = uuid4(), uuid4()
        melding_id = await triage.receive(casus_id=gone)
        await triage.acuutcheck(melding_id)

        answer, _ = await asyncio.gather(
            triage.besluit(melding_id, "onderzoek"), triage.hear(triage.merge(verdwenen=gone, blijft=stays))
        )

        assert answer.status_code in (200, 412)
        assert await triage.rows("SELECT 1 FROM dienst WHERE casus_id = :gone", gone=gone) == []


async def test_a_reopened_melding_gets_a_new_dossier_whose_terms_begin_again(triage: TriageRoom) -> None:
    casus_id = uuid4()
    melding_id = await triage.receive(casus_id=casus_id)
    await triage.acuutcheck(melding_id)
    old = (await triage.besluit(melding_id, "preventieve-zorgmelding")).json()
    triage.klok.advance(timedelta(days=91))
    event = triage.moment(melding_id, casus_id)

    await triage.hear(event)
    await triage.hear(event)

    new = (await triage.get(f"/veiligheidsbeoordelingen/{melding_id}")).json()
    assert new["dossierId"] != old["dossierId"]
    assert (new["status"], new["besluit"], new["teLaat"]) == ("wacht-op-acuutcheck", None, False)
    assert [one["dossierId"] for one in new["eerdereDossiers"]] == [old["dossierId"]]
    assert new["eerdereDossiers"][0]["uitkomst"] == "preventieve-zorgmelding"
    assert new["ontvangenOp"] == old["ontvangenOp"]
    told = [fact for fact in await triage.facts() if isinstance(fact, VeiligheidsbeoordelingHeropend)]
    assert [(str(one.dossier_id), one.heropend_op) for one in told] == [(new["dossierId"], triage.klok())]
    rows = await triage.rows("SELECT oorzaak_id FROM outbox ORDER BY id DESC LIMIT 1")
    assert rows[0].oorzaak_id == event.id


async def test_the_second_besluit_of_a_melding_is_a_fact_of_its_own(triage: TriageRoom) -> None:
    casus_id = uuid4()
    melding_id = await triage.receive(casus_id=casus_id)
    for _ in range(2):
        await triage.acuutcheck(melding_id)
        answer = await triage.besluit(melding_id, "onderzoek")
        assert answer.status_code == 200
        await triage.hear(triage.moment(melding_id, casus_id))

    told = [fact for fact in await triage.facts() if isinstance(fact, VeiligheidsbeoordelingAfgerond)]
    assert len({fact.dossier_id for fact in told}) == 2
    assert len((await triage.get("/diensten")).json()["resultaten"]) == 2


async def test_a_melding_that_is_being_judged_already_is_not_opened_a_second_time(triage: TriageRoom) -> None:
    casus_id = uuid4()
    melding_id = await triage.receive(casus_id=casus_id)

    await triage.hear(triage.moment(melding_id, casus_id))
    await triage.acuutcheck(melding_id)
    await triage.hear(triage.moment(melding_id, casus_id))

    assert len(await triage.rows("SELECT 1 FROM dossier")) == 1


@pytest.mark.parametrize("vervolg", [one for one in MonitorVervolg if one is not MonitorVervolg.HEROPENEN])
async def test_another_vervolg_of_the_radar_changes_nothing(triage: TriageRoom, vervolg: MonitorVervolg) -> None:
    casus_id = uuid4()
    melding_id = await triage.receive(casus_id=casus_id)
    await triage.acuutcheck(melding_id)
    await triage.besluit(melding_id)

    await triage.hear(triage.moment(melding_id, casus_id, vervolg))

    assert len(await triage.rows("SELECT 1 FROM dossier")) == 1


async def test_a_monitormoment_of_an_unknown_melding_is_a_fault_for_a_person(triage: TriageRoom) -> None:
    with pytest.raises(LookupError):
        await triage.hear(triage.moment(uuid4(), uuid4()))


async def test_that_something_was_added_stands_on_the_dossier_and_on_the_work_list(triage: TriageRoom) -> None:
    casus_id = uuid4()
    melding_id = await triage.receive(casus_id=casus_id)
    path = f"/veiligheidsbeoordelingen/{melding_id}"
    before = await triage.etag(path)

    def addition(minutes: int) -> MeldingAangevuld:
        moment = triage.klok() + timedelta(minutes=minutes)
        return MeldingAangevuld(melding_id=melding_id, soort=AanvullingSoort.BIJLAGE, aangevuld_op=moment)

    for minutes in (5, 5, 2):
        await triage.hear(triage.event(Room.INTAKE, casus_id, addition(minutes)))

    shown = (await triage.get(path)).json()["aangevuldOp"]
    (listed,) = (await triage.get("/werkvoorraad")).json()["resultaten"]
    assert shown == listed["aangevuldOp"] == "2026-03-02T09:05:00Z"
    assert await triage.etag(path) != before
