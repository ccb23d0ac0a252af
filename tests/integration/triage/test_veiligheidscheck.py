"""A family that waits is kept in sight: checks, the day of the next one, and talks that count, through the door."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from shared.events.behandeling import VeiligheidscheckGedaan, VeiligheidscheckGepland
from tests.integration.triage.room import GEHEIM, TriageRoom

pytestmark = pytest.mark.anyio

BODY = {"uitkomst": "veilig", "notitie": GEHEIM}


async def new_work(triage: TriageRoom, **what: Any) -> str:
    return await triage.dossier_of(await triage.receive(**what))


async def plan(triage: TriageRoom, dossier_id: str, dag: str, *, etag: str | None = "*") -> Any:
    return await triage.put(f"/werkstukken/{dossier_id}/volgende-veiligheidscheck", {"dag": dag}, etag=etag)


async def told(triage: TriageRoom) -> list[VeiligheidscheckGedaan | VeiligheidscheckGepland]:
    found = await triage.facts()
    return [fact for fact in found if isinstance(fact, VeiligheidscheckGedaan | VeiligheidscheckGepland)]


async def line(triage: TriageRoom) -> dict[str, Any]:
    (shown,) = (await triage.get("/werkvoorraad")).json()["resultaten"]
    return dict(shown)


async def test_a_check_is_kept_read_and_told_and_nothing_is_missing_any_more(triage: TriageRoom) -> None:
    dossier_id = await new_work(triage)
    await triage.owns(dossier_id, "anna")

    answer = await triage.post(f"/werkstukken/{dossier_id}/veiligheidschecks", {**BODY, "volgendeDag": "2026-03-09"})

    assert answer.status_code == 201
    assert (await triage.get(answer.headers["Location"].removeprefix("/v1"))).json() == answer.json()
    listed = (await triage.get(f"/werkstukken/{dossier_id}/veiligheidschecks")).json()
    assert listed == {"resultaten": [answer.json()], "volgende": None}
    shown = await line(triage)
    assert (shown["ontbreekt"], shown["volgendeVeiligheidscheck"], shown["veiligheidscheckTeLaat"]) == (
        [], "2026-03-09", False,
    )  # fmt: skip
    assert shown["laatsteContactOp"] == answer.json()["gedaanOp"]
    assert [type(fact).__name__ for fact in await told(triage)] == ["VeiligheidscheckGedaan", "VeiligheidscheckGepland"]
    assert GEHEIM not in str(await triage.rows("SELECT * FROM veiligheidscheck"))
    assert GEHEIM not in str(await triage.rows("SELECT data FROM outbox"))


async def test_the_next_day_is_agreed_once_and_flagged_when_it_has_passed(triage: TriageRoom) -> None:
    dossier_id = await new_work(triage)
    first = await plan(triage, dossier_id, "2026-03-04", etag=await triage.etag(f"/werkstukken/{dossier_id}"))
    again = await plan(triage, dossier_id, "2026-03-04", etag=first.headers["ETag"])
    stale = await plan(triage, dossier_id, "2026-03-05", etag='"1"')
    without = await plan(triage, dossier_id, "2026-03-05", etag=None)

    assert [one.status_code for one in (first, again, stale, without)] == [200, 200, 412, 428]
    assert again.headers["ETag"] == first.headers["ETag"] == '"2"'
    assert len(await told(triage)) == 1
    triage.klok.advance(timedelta(days=3))
    shown = await line(triage)
    assert shown["veiligheidscheckTeLaat"] is True
    assert "De veiligheidscheck van uiterlijk 04-03-2026 is niet gedaan." in shown["uitleg"]
    assert (await triage.post(f"/werkstukken/{dossier_id}/veiligheidschecks", BODY)).status_code == 201


async def test_acutely_unsafe_comes_before_everything_and_leaves_the_top_when_it_is_safe(triage: TriageRoom) -> None:
    older = [await triage.receive() for _ in range(2)]
    for melding_id in older:
        await triage.acuutcheck(melding_id)
    triage.klok.advance(timedelta(days=2))
    young = await triage.receive()
    await triage.acuutcheck(young)
    path = f"/werkstukken/{await triage.dossier_of(young)}/veiligheidschecks"

    async def order() -> list[str]:
        return [one["meldingId"] for one in (await triage.get("/werkvoorraad")).json()["resultaten"]]

    before = await order()
    await triage.post(path, {**BODY, "uitkomst": "acuut-onveilig"})
    unsafe = (await triage.get("/werkvoorraad")).json()["resultaten"][0]
    triage.klok.advance(timedelta(minutes=5))
    await triage.post(path, {**BODY, "uitkomst": "zorgen"})

    assert before[-1] == str(young)
    assert unsafe["meldingId"] == str(young)
    assert any("was het acuut onveilig" in sentence for sentence in unsafe["uitleg"])
    assert await order() == before


async def test_a_new_answer_to_the_acute_question_weighs_anew_what_a_check_found(triage: TriageRoom) -> None:
    melding_id = await triage.receive()
    await triage.post(
        f"/werkstukken/{await triage.dossier_of(melding_id)}/veiligheidschecks", {**BODY, "uitkomst": "acuut-onveilig"}
    )

    await triage.acuutcheck(melding_id, acuut=False)

    assert not any("acuut onveilig" in sentence.lower() for sentence in (await line(triage))["uitleg"])


async def test_a_talk_with_the_family_counts_as_contact_and_an_attempt_does_not(triage: TriageRoom) -> None:
    dienst_id = await triage.dienst("onderzoek")
    moment = triage.klok().isoformat()
    for soort, met in (("geprobeerd", "kind"), ("gesproken", "professional"), ("geweigerd", "ouder")):
        body = {"soort": soort, "met": met, "tijdstip": moment}
        assert (await triage.post(f"/diensten/{dienst_id}/contacten", body)).status_code == 201
    without = (await line(triage))["laatsteContactOp"]

    talk = {"soort": "gesproken", "met": "kind", "tijdstip": moment, "verslag": GEHEIM}
    answers = [
        await triage.post(f"/diensten/{dienst_id}/contacten", talk, **{"Idempotency-Key": "een"}) for _ in range(2)
    ]

    assert without is None
    assert [answer.status_code for answer in answers] == [201, 201]
    assert (await line(triage))["ontbreekt"] == ["eigenaar", "veiligheidscheck"]
    assert [type(fact).__name__ for fact in await told(triage)] == ["VeiligheidscheckGedaan"]


@pytest.mark.parametrize(
    ("changes", "pointers"),
    [
        ({"uitkomst": "prima", "notitie": " ", "x": 1}, {"/uitkomst", "/notitie", "/"}),
        ({"tijdstip": "2026-03-09T09:00:00Z"}, {"/tijdstip"}),
        ({"volgendeDag": "2026-03-01"}, {"/volgendeDag"}),
        ({"volgendeDag": "2026-04-03"}, {"/volgendeDag"}),
    ],
)
async def test_what_cannot_be_is_refused_and_leaves_nothing(
    triage: TriageRoom, changes: dict[str, object], pointers: set[str]
) -> None:
    dossier_id = await new_work(triage)

    answer = await triage.post(f"/werkstukken/{dossier_id}/veiligheidschecks", {**BODY, **changes})

    assert answer.status_code == 400
    assert {fault["pointer"] for fault in answer.json()["errors"]} == pointers
    assert await triage.rows("SELECT 1 FROM veiligheidscheck") == []


async def test_a_day_that_has_passed_or_is_too_far_is_no_plan(triage: TriageRoom) -> None:
    dossier_id = await new_work(triage)

    assert [(await plan(triage, dossier_id, dag)).status_code for dag in ("2026-03-01", "2026-04-03")] == [400, 400]


async def test_work_that_is_done_is_not_checked_and_what_is_not_there_is_not_found(triage: TriageRoom) -> None:
    melding_id = await triage.receive()
    dossier_id = await triage.dossier_of(melding_id)
    await triage.acuutcheck(melding_id)
    await plan(triage, dossier_id, "2026-03-04")
    await triage.besluit(melding_id)

    done = await triage.post(f"/werkstukken/{dossier_id}/veiligheidschecks", BODY)

    assert done.status_code == 409
    assert "klaar" in done.json()["detail"]
    assert (await plan(triage, dossier_id, "2026-03-04")).status_code == 409
    assert (await triage.get(f"/werkstukken/{dossier_id}")).json()["volgendeVeiligheidscheck"] is None
    assert (await triage.post(f"/werkstukken/{uuid4()}/veiligheidschecks", BODY)).status_code == 404
    assert (await triage.get(f"/werkstukken/{uuid4()}/veiligheidschecks")).status_code == 404
    assert (await triage.get(f"/werkstukken/{dossier_id}/veiligheidschecks/{uuid4()}")).status_code == 404


async def test_the_same_check_under_one_key_is_one_also_at_the_same_time(triage: TriageRoom) -> None:
    dossier_id = await new_work(triage)
    path = f"/werkstukken/{dossier_id}/veiligheidschecks"

    answers = await asyncio.gather(*(triage.post(path, BODY, **{"Idempotency-Key": "een"}) for _ in range(4)))

    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.text for answer in answers}) == 1
    assert len(await told(triage)) == 1


async def test_checks_and_assignments_at_once_all_stand(triage: TriageRoom) -> None:
    dossier_id = await new_work(triage)
    path = f"/werkstukken/{dossier_id}/veiligheidschecks"

    answers = await asyncio.gather(
        triage.owns(dossier_id, "anna"),
        *(triage.post(path, BODY) for _ in range(4)),
        plan(triage, dossier_id, "2026-03-09"),
    )

    assert all(answer.status_code in {200, 201} for answer in answers)
    shown = (await triage.get(f"/werkstukken/{dossier_id}")).json()
    assert (shown["eigenaar"], shown["volgendeVeiligheidscheck"], shown["ontbreekt"]) == ("anna", "2026-03-09", [])
    assert len((await triage.get(f"{path}?limiet=3")).json()["resultaten"]) == 3


async def test_checks_are_paged_in_the_order_in_which_they_were_done(triage: TriageRoom) -> None:
    dossier_id = await new_work(triage)
    path = f"/werkstukken/{dossier_id}/veiligheidschecks"
    made = []
    for _ in range(3):
        made.append((await triage.post(path, BODY)).json()["id"])
        triage.klok.advance(timedelta(minutes=1))

    first = (await triage.get(f"{path}?limiet=2")).json()
    rest = (await triage.get(f"{path}?limiet=2&na={first['volgende']}")).json()

    assert [one["id"] for one in (*first["resultaten"], *rest["resultaten"])] == made
    assert rest["volgende"] is None


async def test_a_check_moves_with_its_melding_stands_in_the_file_and_is_destroyed_with_it(triage: TriageRoom) -> None:
    stays, gone, melding_id = uuid4(), uuid4(), uuid4()
    dossier_id = await new_work(triage, melding_id=melding_id, casus_id=gone)
    await triage.receive(casus_id=stays)
    path = f"/werkstukken/{dossier_id}/veiligheidschecks"
    made = (await triage.post(path, BODY, **{"Idempotency-Key": "een"})).json()

    await triage.hear(triage.merge(verdwenen=gone, blijft=stays, volgorde=1))
    await triage.hear(triage.split(stays, gone, melding_id, volgorde=2, herstelt=True))
    doel = {"X-Doelbinding": "uitvoeren-van-dossierrechten"}
    file = (await triage.get(f"/casussen/{gone}/dossier", "systeem", **doel)).json()["resultaten"]
    read = await triage.get(f"{path}/{made['id']}")
    await triage.hear(triage.destruction(gone, melding_id, volgorde=3))

    assert read.json()["notitie"] == GEHEIM
    assert [(one["velden"], one["teksten"]) for one in file if one["soort"] == "veiligheidscheck"] == [
        ({"uitkomst": "veilig"}, [GEHEIM])
    ]
    assert (await triage.get(f"{path}/{made['id']}")).status_code == 404
    for table in ("veiligheidscheck", "idempotentie"):
        assert await triage.rows(f"SELECT 1 FROM {table}") == []  # noqa: S608


async def test_who_read_and_wrote_checks_is_recorded(triage: TriageRoom) -> None:
    dossier_id = await new_work(triage)
    path = f"/werkstukken/{dossier_id}/veiligheidschecks"
    made = (await triage.post(path, BODY)).json()["id"]
    await triage.get(path)
    await triage.get(f"{path}/{made}")

    acts = await triage.rows(
        "SELECT actie, object_soort FROM audit WHERE object_soort <> 'veiligheidsbeoordeling' ORDER BY id"
    )

    assert [tuple(act) for act in acts] == [
        ("vastgelegd", "veiligheidscheck"), ("veiligheidschecks-gelezen", "werk"), ("gelezen", "veiligheidscheck"),
    ]  # fmt: skip
