"""Instruments and the taxaties of persons through the door, and how a besluit says what is missing."""

import asyncio
import json
from datetime import timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from shared.events.payloads import AcuutcheckGedaan
from tests.integration.triage.room import GEHEIM, TriageRoom

pytestmark = pytest.mark.anyio

TRIAGE = "triage-instrument-veilig-thuis"
SEEN = {
    "gezien": True,
    "gezienOp": "2026-03-02T08:00:00Z",
    "gezienWijze": "huisbezoek",
    "nietGezienReden": None,
}
DOEL = {"X-Doelbinding": "uitvoeren-van-dossierrechten"}


async def checked(triage: TriageRoom) -> UUID:
    melding_id = await triage.receive()
    assert (await triage.acuutcheck(melding_id)).status_code == 200
    return melding_id


# --- instruments -------------------------------------------------------------------------------------------------


async def test_the_instruments_are_listed_and_each_says_what_it_asks_and_what_is_ours(triage: TriageRoom) -> None:
    listed = (await triage.get("/instrumenten")).json()["resultaten"]
    one = (await triage.get(f"/instrumenten/{TRIAGE}")).json()

    assert {item["instrumentId"] for item in listed} >= {TRIAGE, "veiligheidstaxatie", "lirik", "rihg", "sash"}
    (versie,) = one["versies"]
    c = next(vraag for vraag in versie["vragen"] if vraag["nummer"] == "C")
    assert (versie["versie"], versie["geverifieerd"]) == ("0.6", False)
    assert c["tonenAls"] == {"vraag": "B", "bij": [False]}
    assert (await triage.get("/instrumenten/bestaat-niet")).status_code == 404


async def test_answers_to_a_known_instrument_are_checked_and_what_they_suggest_is_shown(triage: TriageRoom) -> None:
    melding_id = await triage.receive()
    await triage.acuutcheck(melding_id)
    filled = {"naam": TRIAGE, "versie": "0.6", "antwoorden": {"B": True, "B-toelichting": GEHEIM}}

    wrong = await triage.besluit(
        melding_id, "onderzoek", instrument={**filled, "antwoorden": {"B": GEHEIM, "X": 1, "B-toelichting": 3}}
    )
    version = await triage.besluit(melding_id, "onderzoek", instrument={**filled, "versie": "9"})
    good = await triage.besluit(melding_id, "onderzoek", instrument=filled)

    assert (wrong.status_code, version.status_code, good.status_code) == (400, 400, 200)
    assert {one["pointer"] for one in wrong.json()["errors"]} == {
        "/instrument/antwoorden",
        "/instrument/antwoorden/B",
        "/instrument/antwoorden/B-toelichting",
    }
    assert GEHEIM not in wrong.text
    assert [one["pointer"] for one in version.json()["errors"]] == ["/instrument/versie"]
    assert "0.6" in version.json()["errors"][0]["detail"]
    besluit = good.json()["besluit"]
    assert besluit["instrument"] == filled
    assert besluit["aanwijzing"] == {"acuutOnveilig": False, "structureelOnveilig": True}


async def test_a_new_version_is_a_file(triage: TriageRoom, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    new = {
        "id": TRIAGE,
        "versie": "2031",
        "titel": "Vernieuwd",
        "bron": "test",
        "eigen_bewerking": "alles",
        "geverifieerd": False,
        "geldig_van": "2031-01-01",
        "vragen": [{"id": "alles-goed", "tekst": "Is alles goed?", "soort": "keuze", "keuzes": ["ja", "nee"]}],
    }
    (tmp_path / "nieuw.json").write_text(json.dumps(new), encoding="utf-8")
    monkeypatch.setenv("KETENRADAR_INSTRUMENTEN_MAP", str(tmp_path))
    melding_id = await triage.receive()
    await triage.acuutcheck(melding_id)

    shown = (await triage.get(f"/instrumenten/{TRIAGE}")).json()
    listed = (await triage.get("/instrumenten")).json()["resultaten"]
    wrong = await triage.besluit(
        melding_id, "onderzoek", instrument={"naam": TRIAGE, "versie": "2031", "antwoorden": {"B": True}}
    )
    good = await triage.besluit(
        melding_id, "onderzoek", instrument={"naam": TRIAGE, "versie": "2031", "antwoorden": {"alles-goed": "nee"}}
    )

    assert [one["versie"] for one in shown["versies"]] == ["0.6", "2031"]
    ours = next(item for item in listed if item["instrumentId"] == TRIAGE)
    assert (ours["versies"], ours["geldigeVersies"]) == (["0.6", "2031"], ["0.6"])
    assert (wrong.status_code, good.status_code) == (400, 200)


# --- what was done at once ---------------------------------------------------------------------------------------


async def test_an_interventie_names_who_came_and_when_and_the_plan_of_the_dienst_begins_with_it(
    triage: TriageRoom,
) -> None:
    melding_id = await triage.receive()
    asked, came = (triage.klok() - timedelta(hours=3)).isoformat(), (triage.klok() - timedelta(hours=2)).isoformat()
    interventies = [
        {"soort": "handle-with-care"},
        {
            "soort": "opvang",
            "partij": "opvang",
            "organisatie": "Opvang Verzonnen",
            "gevraagdOp": asked,
            "aangekomenOp": came,
            "toelichting": GEHEIM,
        },
    ]

    answer = await triage.acuutcheck(melding_id, acuut=True, interventies=interventies)
    dienst_id = (await triage.besluit(melding_id, "voorwaarden-en-vervolg", acuutOnveilig=True)).json()["dienstId"]

    assert answer.status_code == 200, answer.text
    shown = (await triage.get(f"/diensten/{dienst_id}")).json()["crisismaatregelen"]
    assert [(one["soort"], one["partij"], one["organisatie"]) for one in shown] == [
        ("opvang", "opvang", "Opvang Verzonnen"),
        ("handle-with-care", None, None),
    ]
    assert [shown[0]["gevraagdOp"], shown[0]["aangekomenOp"], shown[0]["tijdstip"]] == [
        asked.replace("+00:00", "Z"),
        came.replace("+00:00", "Z"),
        came.replace("+00:00", "Z"),
    ]
    fact = next(one for one in await triage.facts() if isinstance(one, AcuutcheckGedaan))
    assert [one.tijdstip.isoformat() for one in fact.interventies] == [triage.klok().isoformat(), came]
    assert "Verzonnen" not in str(fact)
    (row,) = await triage.rows("SELECT interventies::text AS plain FROM dossier")
    assert "Verzonnen" not in row.plain


async def test_nobody_comes_before_he_is_asked_or_in_the_future(triage: TriageRoom) -> None:
    melding_id = await triage.receive()
    now = triage.klok()
    early, future = (now - timedelta(hours=1)).isoformat(), (now + timedelta(hours=1)).isoformat()

    answer = await triage.acuutcheck(
        melding_id,
        interventies=[
            {"soort": "politie", "gevraagdOp": now.isoformat(), "aangekomenOp": early},
            {"soort": "opvang", "gevraagdOp": future},
        ],
    )

    assert answer.status_code == 400
    assert {one["pointer"] for one in answer.json()["errors"]} == {
        "/interventies/0/aangekomenOp",
        "/interventies/1/gevraagdOp",
    }


# --- each person -------------------------------------------------------------------------------------------------


async def test_of_each_person_it_is_told_how_safe_he_is_and_what_is_missing(triage: TriageRoom) -> None:
    melding_id = await triage.receive()

    first = await triage.taxatie(melding_id, 0, **SEEN)
    await triage.acuutcheck(melding_id)
    second = await triage.taxatie(melding_id, 1, cijfer=None, acuutOnveilig=None, structureelOnveilig=None)

    assert (first.status_code, second.status_code) == (200, 200), first.text + second.text
    shown = (await triage.get(f"/veiligheidsbeoordelingen/{melding_id}")).json()
    assert [one["cijfer"] for one in shown["veiligheidstaxaties"]] == [3, None]
    assert shown["veiligheidstaxaties"][0]["toelichting"] == GEHEIM
    assert shown["volledigheid"] == {
        "compleet": False,
        "aantalPersonen": 2,
        "ontbreekt": [{"persoonNr": 1, "wat": "taxatie"}],
    }


async def test_the_same_taxatie_again_changes_nothing_and_what_was_replaced_stays_in_the_file(
    triage: TriageRoom,
) -> None:
    casus_id = uuid4()
    melding_id = await triage.receive(casus_id=casus_id)
    first = await triage.taxatie(melding_id, toelichting="eerst")
    again = await triage.taxatie(melding_id, toelichting="eerst")

    other = await triage.taxatie(melding_id, cijfer=8, toelichting="later")

    assert again.json() == first.json()
    assert other.json()["versie"] == first.json()["versie"] + 1
    assert [one["cijfer"] for one in other.json()["veiligheidstaxaties"]] == [8]
    delen = (await triage.get(f"/casussen/{casus_id}/dossier", "systeem", **DOEL)).json()["resultaten"]
    found = [deel for deel in delen if deel["soort"] == "veiligheidstaxatie"]
    assert [(deel["velden"]["cijfer"], deel["teksten"]) for deel in found] == [(3, ["eerst"]), (8, ["later"])]
    assert ["vervangenOp" in deel["velden"] for deel in found] == [True, False]


async def test_a_taxatie_that_cannot_be_is_refused_with_every_fault(triage: TriageRoom) -> None:
    melding_id = await triage.receive()
    future = (triage.klok() + timedelta(hours=1)).isoformat()

    answer = await triage.taxatie(
        melding_id, 7, acuutOnveilig=None, gezien=True, gezienOp=future, nietGezienReden="anders"
    )
    too_high = await triage.taxatie(melding_id, cijfer=11)

    assert (answer.status_code, too_high.status_code) == (400, 400)
    assert {one["pointer"] for one in answer.json()["errors"]} == {
        "/persoonNr",
        "/cijfer",
        "/gezienWijze",
        "/nietGezienReden",
        "/gezienOp",
    }
    assert GEHEIM not in answer.text
    assert await triage.rows("SELECT 1 FROM veiligheidstaxatie") == []


async def test_a_taxatie_rests_on_the_version_that_was_seen_and_stands_after_the_besluit(triage: TriageRoom) -> None:
    melding_id = await triage.receive()
    path, body = f"/veiligheidsbeoordelingen/{melding_id}/veiligheidstaxaties/0", {"toelichting": GEHEIM}
    stale = await triage.etag(f"/veiligheidsbeoordelingen/{melding_id}")
    await triage.acuutcheck(melding_id)
    answers = [await triage.put(path, body, etag=None), await triage.put(path, body, etag=stale)]
    missing = await triage.put(f"/veiligheidsbeoordelingen/{uuid4()}/veiligheidstaxaties/0", body, etag="*")
    await triage.besluit(melding_id)

    after = await triage.taxatie(melding_id)

    assert [answer.status_code for answer in (*answers, missing, after)] == [428, 412, 404, 409]
    assert "staat vast" in after.json()["detail"]


async def test_of_two_taxaties_of_one_person_on_one_version_one_counts(triage: TriageRoom) -> None:
    melding_id = await triage.receive()
    path = f"/veiligheidsbeoordelingen/{melding_id}"
    etag = await triage.etag(path)

    answers = await asyncio.gather(
        *(triage.put(f"{path}/veiligheidstaxaties/0", {"toelichting": str(n)}, etag=etag) for n in range(2))
    )

    assert sorted(answer.status_code for answer in answers) == [200, 412]
    assert len(await triage.rows("SELECT 1 FROM veiligheidstaxatie")) == 1


async def test_a_taxatie_is_sealed_recorded_and_no_fact(triage: TriageRoom) -> None:
    melding_id = await triage.receive()

    await triage.taxatie(melding_id, gezienToelichting=GEHEIM)

    (row,) = await triage.rows("SELECT * FROM veiligheidstaxatie")
    assert GEHEIM not in str(row)
    assert await triage.facts() == []
    assert "getaxeerd" in {one.actie for one in await triage.rows("SELECT actie FROM audit")}


async def test_a_taxatie_goes_where_its_melding_goes_and_is_destroyed_with_it(triage: TriageRoom) -> None:
    stays, gone = uuid4(), uuid4()
    mine, theirs = await triage.receive(casus_id=stays), await triage.receive(casus_id=gone)
    for melding_id in (mine, theirs):
        await triage.taxatie(melding_id)
    await triage.hear(triage.merge(verdwenen=gone, blijft=stays, volgorde=1))
    assert GEHEIM in (await triage.get(f"/veiligheidsbeoordelingen/{theirs}")).text
    await triage.hear(triage.split(stays, gone, theirs, volgorde=2, herstelt=True))
    assert GEHEIM in (await triage.get(f"/veiligheidsbeoordelingen/{theirs}")).text

    await triage.hear(triage.destruction(stays, mine, volgorde=3))

    assert (await triage.get(f"/veiligheidsbeoordelingen/{mine}")).status_code == 404
    assert GEHEIM in (await triage.get(f"/veiligheidsbeoordelingen/{theirs}")).text
    assert len(await triage.rows("SELECT 1 FROM veiligheidstaxatie")) == 1


# --- the besluit -------------------------------------------------------------------------------------------------


async def test_a_besluit_says_what_is_missing_and_refuses_nothing(triage: TriageRoom) -> None:
    bare = await checked(triage)
    whole = await checked(triage)
    for nr in (0, 1):
        await triage.taxatie(whole, nr)
    overleg = {
        "moment": "2026-03-02T08:00:00Z",
        "deelnemers": [
            {"functie": "vertrouwensarts", "naam": GEHEIM},
            {"functie": "medewerker", "medewerkerId": "m-1"},
        ],
        "toelichting": "Samen gewogen.",
    }

    without = await triage.besluit(bare, "onderzoek")
    with_all = await triage.besluit(whole, "onderzoek", overleg=overleg)

    assert (without.status_code, with_all.status_code) == (200, 200), with_all.text
    lacking = {one["voorwaarde"] for one in without.json()["besluit"]["voorwaarden"] if not one["voldaan"]}
    assert lacking == {"veiligheid-per-persoon", "iedereen-gezien", "samen-besloten"}
    assert len(without.json()["besluit"]["waarschuwingen"]) == 3
    besluit = with_all.json()["besluit"]
    assert (besluit["waarschuwingen"], with_all.json()["volledigheid"]["compleet"]) == ([], True)
    assert [one["naam"] for one in besluit["overleg"]["deelnemers"]] == [GEHEIM, None]
    assert GEHEIM not in str(await triage.rows("SELECT * FROM dossier"))


async def test_what_the_professional_confirms_holds_and_is_part_of_the_besluit(triage: TriageRoom) -> None:
    melding_id = await triage.receive()
    await triage.acuutcheck(melding_id)
    confirmed = {"bevestigd": ["minderjarige-of-ongeboren"]}

    first = await triage.besluit(melding_id, "verzoek-tot-onderzoek", **confirmed)
    again = await triage.besluit(melding_id, "verzoek-tot-onderzoek", **confirmed)
    other = await triage.besluit(melding_id, "verzoek-tot-onderzoek")

    assert [answer.status_code for answer in (first, again, other)] == [200, 200, 409]
    assert first.json() == again.json()
    told = {one["voorwaarde"]: one["voldaan"] for one in first.json()["besluit"]["voorwaarden"]}
    assert told["minderjarige-of-ongeboren"] is True


async def test_an_overleg_that_is_still_to_come_is_refused(triage: TriageRoom) -> None:
    melding_id = await triage.receive()
    await triage.acuutcheck(melding_id)
    future = (triage.klok() + timedelta(days=1)).isoformat()

    answer = await triage.besluit(
        melding_id, "onderzoek", overleg={"moment": future, "deelnemers": [{"functie": "jurist"}]}
    )

    assert answer.status_code == 400
    assert answer.json()["errors"][0]["pointer"] == "/overleg/moment"


async def test_who_sat_at_the_table_and_who_came_are_in_the_file(triage: TriageRoom) -> None:
    casus_id = uuid4()
    melding_id = await triage.receive(casus_id=casus_id)
    await triage.acuutcheck(melding_id, interventies=[{"soort": "politie", "organisatie": "Eenheid Verzonnen"}])
    overleg = {"moment": "2026-03-02T08:00:00Z", "deelnemers": [{"functie": "jurist", "naam": "Jurist Verzonnen"}]}
    await triage.besluit(melding_id, "onderzoek", overleg=overleg)

    (deel, _) = (await triage.get(f"/casussen/{casus_id}/dossier", "systeem", **DOEL)).json()["resultaten"]

    assert {"Eenheid Verzonnen", "Jurist Verzonnen"} <= set(deel["teksten"])
    assert deel["velden"]["overlegFuncties"] == ["jurist"]
    assert "Verzonnen" not in str(deel["velden"])
