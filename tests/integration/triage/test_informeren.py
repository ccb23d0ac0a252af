"""Telling the directbetrokkenen, through the door."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from shared.events.behandeling import InformerenUitgesteld
from shared.events.payloads import HandelingVastgelegd
from shared.rules.codes import HandelingSoort
from tests.integration.triage.room import GEHEIM, TriageRoom

pytestmark = pytest.mark.anyio

TOLD: dict[str, Any] = {
    "persoonNr": 0,
    "tijdstip": "2026-03-02T10:00:00Z",
    "wijze": "telefonisch",
    "toelichting": GEHEIM,
}
NOT_TOLD = {"persoonNr": 1, "reden": "verblijfplaats-onbekend", "toelichting": GEHEIM}
LATER = {"reden": "veiligheid", "motivering": GEHEIM}


def of(melding_id: UUID, what: str) -> str:
    return f"/veiligheidsbeoordelingen/{melding_id}/{what}"


async def received(triage: TriageRoom, **what: Any) -> UUID:
    melding_id = await triage.receive(**what)
    triage.klok.advance(timedelta(hours=4))
    return melding_id


async def overview(triage: TriageRoom, melding_id: UUID) -> dict[str, Any]:
    answer = await triage.get(of(melding_id, "betrokkenen-informeren"))
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def stopped(triage: TriageRoom) -> list[HandelingVastgelegd]:
    return [fact for fact in await triage.facts() if isinstance(fact, HandelingVastgelegd)]


async def test_when_the_last_has_a_reason_the_clock_stops_once(triage: TriageRoom) -> None:
    melding_id = await received(triage)

    told = await triage.post(of(melding_id, "informeringen"), TOLD)
    between = await overview(triage, melding_id)
    last = await triage.post(of(melding_id, "niet-informeringen"), NOT_TOLD)
    again = await triage.post(of(melding_id, "niet-informeringen"), NOT_TOLD)
    changed = await triage.post(of(melding_id, "niet-informeringen"), {**NOT_TOLD, "reden": "overleden"})

    assert (told.status_code, last.status_code, changed.status_code) == (201, 201, 201)
    assert again.json() == last.json()
    for answer in (told, last):
        read = await triage.get(answer.headers["Location"].removeprefix("/v1"))
        assert read.json() == answer.json()
    assert between["ontbreekt"] == ["Persoon 1 is nog niet geïnformeerd, en er is geen reden waarom niet."]
    after = await overview(triage, melding_id)
    assert [one["status"] for one in after["betrokkenen"]] == ["geinformeerd", "niet-geinformeerd"]
    assert (after["ontbreekt"], after["geinformeerdOp"]) == ([], triage.klok().strftime("%Y-%m-%dT%H:%M:%SZ"))
    (fact,) = await stopped(triage)
    assert (fact.soort, fact.tijdstip) == (HandelingSoort.BETROKKENEN_GEINFORMEERD, triage.klok())
    assert "Canarie" not in repr(await triage.facts())


async def test_the_same_again_is_one_and_who_was_told_is_told_for_good(triage: TriageRoom) -> None:
    melding_id = await received(triage)
    path = of(melding_id, "informeringen")
    first = await triage.post(path, TOLD)

    again = await triage.post(path, TOLD)
    other = await triage.post(path, {**TOLD, "wijze": "schriftelijk"})
    taken_back = await triage.post(of(melding_id, "niet-informeringen"), {**NOT_TOLD, "persoonNr": 0})

    assert (again.status_code, again.json()) == (201, first.json())
    assert (other.status_code, taken_back.status_code) == (409, 409)
    assert "al geïnformeerd" in other.json()["detail"]
    assert len(await triage.rows("SELECT id FROM informering")) == 1


async def test_all_that_is_wrong_is_said_at_once(triage: TriageRoom) -> None:
    melding_id = await received(triage)

    person = await triage.post(
        of(melding_id, "informeringen"), {**TOLD, "persoonNr": 7, "tijdstip": "2026-03-01T10:00:00Z"}
    )
    ahead = await triage.post(of(melding_id, "informeringen"), {**TOLD, "tijdstip": "2030-03-01T10:00:00Z"})
    itself = await triage.post(
        of(melding_id, "niet-informeringen"), {**NOT_TOLD, "reden": "te-jong", "gezagNr": 1, "persoonNr": 1}
    )
    grown_up = await triage.post(of(melding_id, "niet-informeringen"), {**NOT_TOLD, "gezagNr": 0})
    empty = await triage.post(of(melding_id, "niet-informeringen"), {**NOT_TOLD, "toelichting": " "})

    assert [one["pointer"] for one in person.json()["errors"]] == ["/persoonNr", "/tijdstip"]
    for answer, pointer in (
        (ahead, "/tijdstip"),
        (itself, "/gezagNr"),
        (grown_up, "/gezagNr"),
        (empty, "/toelichting"),
    ):
        assert answer.status_code == 400
        assert [one["pointer"] for one in answer.json()["errors"]] == [pointer]
    assert "Canarie" not in person.text + itself.text
    assert await triage.rows("SELECT id FROM informering") == []


async def test_a_melding_without_dossier_tells_nothing(triage: TriageRoom) -> None:
    nowhere = uuid4()

    answers = [
        await triage.get(of(nowhere, "betrokkenen-informeren")),
        await triage.post(of(nowhere, "informeringen"), TOLD),
        await triage.post(of(nowhere, "niet-informeringen"), NOT_TOLD),
        await triage.post(of(nowhere, "uitstellen"), LATER),
        *[await triage.get(of(nowhere, f"{what}/{uuid4()}")) for what in ("informeringen", "uitstellen")],
    ]

    assert {answer.status_code for answer in answers} == {404}


async def test_the_two_kinds_of_record_are_read_at_their_own_place(triage: TriageRoom) -> None:
    melding_id = await received(triage)
    told = (await triage.post(of(melding_id, "informeringen"), TOLD)).json()["id"]

    assert (await triage.get(of(melding_id, f"niet-informeringen/{told}"))).status_code == 404
    assert (await triage.get(of(melding_id, f"uitstellen/{told}"))).status_code == 404


async def test_each_postponement_has_its_own_motivation_and_moves_the_term_two_weeks(triage: TriageRoom) -> None:
    melding_id = await received(triage)
    path = of(melding_id, "uitstellen")
    before = await overview(triage, melding_id)

    first = await triage.post(path, LATER)
    again = await triage.post(path, LATER)
    same_words = await triage.post(path, {**LATER, "reden": "onderzoek"})
    second = await triage.post(path, {"reden": "onderzoek", "motivering": "De politie wil nog zoeken."})

    assert (first.status_code, again.json()["id"]) == (201, first.json()["id"])
    assert (same_words.status_code, same_words.json()["errors"][0]["pointer"]) == (400, "/motivering")
    terms = [before["termijn"], first.json()["termijn"], second.json()["termijn"]]
    assert [one["uiterlijk"] for one in terms] == [
        "2026-03-30T22:00:00Z",
        "2026-04-13T22:00:00Z",
        "2026-04-28T22:00:00Z",
    ]
    assert await overview(triage, melding_id) | {"uitstellen": None} == {
        **before,
        "aantalUitstellen": 2,
        "termijn": terms[2],
        "uitstellen": None,
    }
    facts = [fact for fact in await triage.facts() if isinstance(fact, InformerenUitgesteld)]
    assert [(fact.nummer, fact.gemeente_code) for fact in facts] == [(1, "0599"), (2, "0599")]
    assert "Canarie" not in repr(facts)
    read = await triage.get(second.headers["Location"].removeprefix("/v1"))
    assert read.json() == second.json()


async def test_what_was_told_is_not_postponed_and_late_blocks_nothing(triage: TriageRoom) -> None:
    melding_id = await received(triage)
    triage.klok.advance(timedelta(weeks=12))
    moment = triage.klok().isoformat()

    late = await overview(triage, melding_id)
    postponed = await triage.post(of(melding_id, "uitstellen"), LATER)
    by_hand = await triage.post(
        of(melding_id, "handelingen"), {"soort": "betrokkenen-geinformeerd", "tijdstip": moment}
    )
    refused = await triage.post(of(melding_id, "uitstellen"), {**LATER, "motivering": "Nog een keer."})
    told = await triage.post(of(melding_id, "informeringen"), {**TOLD, "tijdstip": moment})

    assert (late["termijn"]["teLaat"], postponed.status_code, by_hand.status_code) == (True, 201, 201)
    assert (refused.status_code, told.status_code) == (409, 201)
    assert "al geïnformeerd" in refused.json()["detail"]
    assert (await overview(triage, melding_id))["ontbreekt"] == []
    assert len(await stopped(triage)) == 1


async def test_two_at_the_same_time_stop_the_clock_once_and_get_numbers_of_their_own(triage: TriageRoom) -> None:
    melding_id = await received(triage)
    path = of(melding_id, "informeringen")

    answers = await asyncio.gather(
        triage.post(path, TOLD),
        triage.post(path, {**TOLD, "persoonNr": 1}),
        triage.post(path, TOLD),
        *(triage.post(of(melding_id, "uitstellen"), {**LATER, "motivering": f"reden {n}"}) for n in range(3)),
    )

    assert {answer.status_code for answer in answers[:3]} == {201}
    assert answers[0].json()["id"] == answers[2].json()["id"]
    assert len(await stopped(triage)) == 1
    numbers = [row.nummer for row in await triage.rows("SELECT nummer FROM informeren_uitstel ORDER BY nummer")]
    assert numbers == list(range(1, len(numbers) + 1))


async def test_a_key_that_is_sent_again_gets_the_first_answer(triage: TriageRoom) -> None:
    melding_id = await received(triage)
    key = {"Idempotency-Key": "een-sleutel-van-de-client"}
    first = await triage.post(of(melding_id, "uitstellen"), LATER, **key)
    await triage.post(of(melding_id, "uitstellen"), {**LATER, "motivering": "Anders."})

    again = await triage.post(of(melding_id, "uitstellen"), LATER, **key)

    assert (again.status_code, again.json()) == (201, first.json())


async def test_what_is_read_and_written_is_recorded_and_what_was_written_is_sealed(triage: TriageRoom) -> None:
    melding_id = await received(triage)
    told = await triage.post(of(melding_id, "informeringen"), TOLD)
    later = await triage.post(of(melding_id, "uitstellen"), LATER)
    await overview(triage, melding_id)
    for answer in (told, later):
        await triage.get(answer.headers["Location"].removeprefix("/v1"))

    acts = [(row.actie, row.object_soort) for row in await triage.rows("SELECT * FROM audit ORDER BY id")]
    assert acts == [
        ("vastgelegd", "informering"),
        ("vastgelegd", "uitstel"),
        ("informeren-gelezen", "melding"),
        ("gelezen", "informering"),
        ("gelezen", "uitstel"),
    ]
    (row,) = await triage.rows("SELECT * FROM informering")
    (other,) = await triage.rows("SELECT * FROM informeren_uitstel")
    assert b"Canarie" not in bytes(row.tekst) + bytes(other.motivering)


@pytest.mark.parametrize("rol", ["lokaal-team", "ketenpartner", "gemeente", "beheerder", "systeem"])
async def test_others_do_not_see_who_was_told(triage: TriageRoom, rol: str) -> None:
    melding_id = await received(triage)

    answer = await triage.get(of(melding_id, "betrokkenen-informeren"), rol)

    assert answer.status_code == 403


async def test_it_goes_with_its_melding_and_dies_with_its_casus(triage: TriageRoom) -> None:
    stays, gone = uuid4(), uuid4()
    melding_id = await received(triage, casus_id=gone)
    await triage.receive(casus_id=stays)
    await triage.post(of(melding_id, "informeringen"), TOLD)
    await triage.post(of(melding_id, "uitstellen"), LATER)

    await triage.hear(triage.merge(verdwenen=gone, blijft=stays, volgorde=1))
    merged = await overview(triage, melding_id)
    await triage.hear(triage.split(stays, gone, melding_id, volgorde=2, herstelt=True))
    split = await overview(triage, melding_id)
    await triage.hear(triage.destruction(gone, melding_id, volgorde=3))

    assert GEHEIM in str(merged)
    assert merged == split
    assert (await triage.get(of(melding_id, "betrokkenen-informeren"))).status_code == 404
    for table in ("informering", "informeren_uitstel"):
        assert await triage.rows(f"SELECT id FROM {table}") == []  # noqa: S608, names of our own


async def test_a_file_that_is_asked_for_holds_who_was_told_and_why_later(triage: TriageRoom) -> None:
    casus_id = uuid4()
    melding_id = await received(triage, casus_id=casus_id)
    await triage.post(of(melding_id, "informeringen"), TOLD)
    await triage.post(of(melding_id, "niet-informeringen"), {**NOT_TOLD, "toelichting": "Post kwam terug."})
    await triage.post(of(melding_id, "uitstellen"), LATER)

    doel = {"X-Doelbinding": "uitvoeren-van-dossierrechten"}
    found = (await triage.get(f"/casussen/{casus_id}/dossier", "systeem", **doel)).json()["resultaten"]

    kept = [(one["soort"], one["teksten"]) for one in found]
    assert ("informering", [GEHEIM]) in kept
    assert ("informering", ["Post kwam terug."]) in kept
