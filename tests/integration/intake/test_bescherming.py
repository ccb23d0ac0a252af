"""A melder is protected through the doors: passages, consent that changes, the list of the unknown, texts of others."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from shared.rules.settings import RuleSettings
from tests.integration.intake.bodies import a_melding, a_person, bsn
from tests.integration.intake.conftest import Intake
from tests.integration.intake.test_vernietigen import destroy

pytestmark = pytest.mark.anyio

OVERDRACHT = "overdracht-en-zicht-op-veiligheid"
VELD = "/zorgelijkeSituatie/omschrijving"
ONBEKEND = {"categorie": "anders", "soort": "onbekend"}
ANY = {"If_Match": "*"}


async def chain_reads(intake: Intake, body: dict[str, Any]) -> str:
    """Return everything that another room reads of a casus and of a melding, as one text."""
    found = []
    for path in (f"/casussen/{body['casusId']}", f"/meldingen/{body['id']}"):
        answer = await intake.call("GET", path, rol="systeem", X_Doelbinding=OVERDRACHT)
        assert answer.status_code == 200, answer.text
        found.append(answer.text)
    return " ".join(found)


async def cut(intake: Intake, casus_id: str, *teksten: str) -> dict[str, Any]:
    answer = await intake.call(
        "POST", f"/casussen/{casus_id}/_weglaten", {"teksten": teksten}, rol="systeem", X_Doelbinding=OVERDRACHT
    )
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def facts(intake: Intake, casus_id: str) -> list[str]:
    rows = await intake.rows("SELECT soort FROM outbox WHERE casus_id = :id ORDER BY volgnummer", id=casus_id)
    return [row.soort.removeprefix("nl.ketenradar.").removesuffix(".v1") for row in rows]


# --- passages ----------------------------------------------------------------------------------------------------


async def test_a_marked_passage_leaves_what_others_read_and_stays_for_veilig_thuis_and_the_sender(
    intake: Intake,
) -> None:
    text = "De trainer van de hockeyclub belde; volgens de trainer is er geschreeuw."
    body = await intake.melding(a_melding(zorgelijkeSituatie={"omschrijving": text}))
    path = f"/meldingen/{body['id']}/passages"
    marks = [
        {"veld": VELD, "van": 3, "tot": 28, "reden": "functie"},
        {"veld": VELD, "van": 47, "tot": 54, "reden": "feit"},
    ]
    before = await intake.call("GET", path)

    put = await intake.call("PUT", path, marks, If_Match=before.headers["ETag"])
    again = await intake.call("PUT", path, marks[::-1], If_Match=before.headers["ETag"])
    stale = await intake.call("PUT", path, marks[:1], If_Match=before.headers["ETag"])

    assert (before.headers["ETag"], before.json()["passages"]) == ('"0"', [])
    assert (put.status_code, put.headers["ETag"]) == (200, '"1"')
    assert [(one["tekst"], one["verouderd"]) for one in put.json()["passages"]] == [
        ("trainer van de hockeyclub", False),
        ("trainer", False),
    ]
    assert (again.json(), stale.status_code) == (put.json(), 412)
    assert (await intake.call("PUT", path, marks[:1])).status_code == 428
    assert "De [weggelaten] belde; volgens de [weggelaten] is er" in await chain_reads(intake, body)
    for who in ({}, {"rol": "ketenpartner"}):
        assert text in (await intake.call("GET", f"/meldingen/{body['id']}", **who)).text
    (row,) = await intake.rows("SELECT passages FROM bescherming")
    assert b"trainer" not in bytes(row.passages)
    for who in ({"rol": "ketenpartner"}, {"rol": "systeem", "X_Doelbinding": OVERDRACHT}):
        assert (await intake.call("GET", path, **who)).status_code == 403


async def test_a_place_outside_a_text_is_refused_with_its_pointer_and_marks_nothing(intake: Intake) -> None:
    body = await intake.melding(a_melding())
    path = f"/meldingen/{body['id']}/passages"
    right = {"veld": VELD, "van": 0, "tot": 3, "reden": "feit"}

    answer = await intake.call(
        "PUT", path, [right, {**right, "tot": 400}, {**right, "veld": "/melder/naam"}, {**right, "reden": "x"}], **ANY
    )
    beyond = await intake.call("PUT", path, [right, {**right, "tot": 400}, {**right, "veld": "/melder/naam"}], **ANY)

    assert (answer.status_code, beyond.status_code) == (400, 400)
    assert [fault["pointer"] for fault in answer.json()["errors"]] == ["/3/reden"]
    assert [fault["pointer"] for fault in beyond.json()["errors"]] == ["/1/tot", "/2/veld"]
    assert await intake.count("bescherming") == 0
    unknown = "/meldingen/018f0000-0000-7000-8000-000000000000/passages"
    assert (await intake.call("PUT", unknown, [right], **ANY)).status_code == 404


async def test_what_may_reveal_the_melder_is_proposed_and_hidden_melders_of_the_casus_too(intake: Intake) -> None:
    juf = {"categorie": "onderwijs-en-kinderopvang", "soort": "professional", "naam": "Zilverberg"}
    text = "Juf Zilverberg en buurman Kwakkelstein zagen het kind."
    first = await intake.melding(a_melding(melder=juf, zorgelijkeSituatie={"omschrijving": text}))
    buur = {"categorie": "anders", "soort": "omstander", "naam": "Bo Kwakkelstein"}
    await intake.melding(a_melding(melder=buur), organisatie="ander")

    answer = await intake.call("GET", f"/meldingen/{first['id']}/passagevoorstellen")

    found = [(text[one["van"] : one["tot"]], one["reden"], one["vanzelf"]) for one in answer.json()["resultaten"]]
    assert found == [("Juf", "functie", False), ("Zilverberg", "naam", True), ("Kwakkelstein", "naam", True)]


# --- consent -----------------------------------------------------------------------------------------------------


async def test_consent_that_is_given_and_withdrawn_is_followed_at_once_and_kept(intake: Intake) -> None:
    melder = {"categorie": "anders", "soort": "omstander", "naam": "VERBORGEN-MELDER"}
    body = await intake.melding(
        a_melding(melder=melder, zorgelijkeSituatie={"omschrijving": "VERBORGEN-MELDER zag het."})
    )
    path = f"/meldingen/{body['id']}/bekendmaking"
    given = {"openbaar": True, "toestemming": True}
    withdrawn = {"toestemming": False, "motivering": "CANARY: belde terug"}
    stands, seen = [], []

    for agreed in (None, given, withdrawn, given):
        if agreed:
            intake.klok.advance(timedelta(minutes=1))
            etag = (await intake.call("GET", path)).headers["ETag"]
            assert (await intake.call("PUT", path, agreed, If_Match=etag)).status_code == 200
            assert (await intake.call("PUT", path, agreed, If_Match=etag)).status_code == 200, "the same again"
        seen.append("VERBORGEN-MELDER" in await chain_reads(intake, body))
        told = await cut(intake, body["casusId"], "VERBORGEN-MELDER belde.")
        seen.append("VERBORGEN-MELDER" in told["teksten"][0])
        stands.append(told["stand"])

    assert seen == [False, False, True, True, False, False, True, True]
    assert len(set(stands)) == 4, "what was changed and changed back is not the same again"
    read = (await intake.call("GET", path)).json()
    assert (read["zichtbaar"], read["openbaar"], read["versie"]) == (True, True, 3)
    assert [(one["van"]["toestemming"], one["naar"]["toestemming"]) for one in read["wijzigingen"]] == [
        (None, True),
        (True, False),
        (False, True),
    ]
    assert {one["rol"] for one in read["wijzigingen"]} == {"vt-medewerker"}
    assert await facts(intake, body["casusId"]) == ["melding-ontvangen", *["bekendmaking-gewijzigd"] * 3]
    for row in await intake.rows("SELECT gegevens FROM bekendmaking_wijziging"):
        assert b"CANARY" not in bytes(row.gegevens)


async def test_an_agreement_is_checked_by_the_rulebook_and_by_its_version(intake: Intake) -> None:
    body = await intake.melding(a_melding())
    path = f"/meldingen/{body['id']}/bekendmaking"

    unsound = await intake.call("PUT", path, {"openbaar": False}, If_Match='"0"')
    nameless = await intake.call("PUT", path, {"openbaar": False, "grond": "b", "motivering": "Dreiging."})
    stale = await intake.call("PUT", path, {"openbaar": False, "grond": "b", "motivering": "Dreiging."}, If_Match='"7"')
    partner = await intake.call("PUT", path, {"openbaar": True}, rol="ketenpartner", **ANY)

    assert [answer.status_code for answer in (unsound, nameless, stale, partner)] == [400, 428, 412, 403]
    assert len(unsound.json()["errors"]) == 2
    assert await intake.count("bekendmaking_wijziging") == 0
    assert "Agent Fictief" in await chain_reads(intake, body)


# --- texts of other rooms ----------------------------------------------------------------------------------------


async def test_texts_of_other_rooms_are_cut_for_every_hidden_melder_of_the_casus_and_by_a_system_only(
    intake: Intake,
) -> None:
    first = await intake.melding(a_melding(melder={"categorie": "ggz", "soort": "professional", "naam": "Dr. Kwast"}))
    buur = {"categorie": "anders", "soort": "omstander", "naam": "Bo Buurman"}
    second = await intake.melding(a_melding(melder=buur), organisatie="ander")
    assert first["casusId"] == second["casusId"]

    told = await cut(intake, first["casusId"], "Kwast en Bo Buurman belden.", "", "Voorbeeldsen werkt mee.")

    assert told["teksten"] == ["[weggelaten] en [weggelaten] belden.", "", "Voorbeeldsen werkt mee."]
    path = f"/casussen/{first['casusId']}/_weglaten"
    for rol in ("vt-medewerker", "vt-teamleider", "ketenpartner", "lokaal-team"):
        assert (await intake.call("POST", path, {"teksten": []}, rol=rol)).status_code == 403
    gone = "/casussen/018f0000-0000-7000-8000-000000000000/_weglaten"
    assert (
        await intake.call("POST", gone, {"teksten": []}, rol="systeem", X_Doelbinding=OVERDRACHT)
    ).status_code == 404


# --- the list of the unknown -------------------------------------------------------------------------------------


async def test_a_melding_of_an_unknown_melder_waits_on_a_list_and_no_other_room_hears_of_it(intake: Intake) -> None:
    known = await intake.melding(a_melding())
    body = await intake.melding(a_melding(melder=ONBEKEND), rol="vt-medewerker")
    later = await intake.melding(a_melding(a_person(rol="pleger")))

    listed = await intake.call("GET", "/dubbel-anonieme-meldingen?status=wacht-op-besluit")

    assert (body["status"], body["hermelding"]) == ("wacht-op-besluit", False)
    assert body.keys() == known.keys()
    assert body["casusId"] not in {known["casusId"], later["casusId"]}
    assert later["casusId"] == known["casusId"], "a signal ties nobody"
    assert await facts(intake, body["casusId"]) == ["dubbel-anoniem-ontvangen"]
    (item,) = listed.json()["resultaten"]
    assert (item["meldingId"], item["status"], item["ontvangenOp"]) == (
        body["id"],
        "wacht-op-besluit",
        body["ontvangenOp"],
    )
    for path in (f"/casussen/{body['casusId']}", f"/meldingen/{body['id']}"):
        assert (await intake.call("GET", path, rol="systeem", X_Doelbinding=OVERDRACHT)).status_code == 404
        assert (await intake.call("GET", path)).status_code == 200
    assert (await intake.call("GET", "/dubbel-anonieme-meldingen", rol="ketenpartner")).status_code == 403
    proposed = await intake.call("GET", "/koppelvoorstellen")
    assert all(body["casusId"] not in str(one) for one in proposed.json()["resultaten"])


async def test_only_a_team_lead_takes_it_up_with_a_reason_and_from_then_on_it_is_a_melding(intake: Intake) -> None:
    body = await intake.melding(a_melding(melder=ONBEKEND), rol="vt-medewerker")
    path = f"/dubbel-anonieme-meldingen/{body['id']}"
    besluit = {"besluit": "in-behandeling", "motivering": "CANARY: ernstig gevaar"}
    intake.klok.advance(timedelta(hours=3))

    worker = await intake.call("PUT", f"{path}/besluit", besluit, **ANY)
    silent = await intake.call("PUT", f"{path}/besluit", {"besluit": "in-behandeling"}, rol="vt-teamleider", **ANY)
    waiting = (await intake.call("GET", path)).headers["ETag"]
    lead = [
        await intake.call("PUT", f"{path}/besluit", besluit, rol="vt-teamleider", If_Match=waiting) for _ in range(2)
    ]
    other = {"besluit": "niet-in-behandeling", "motivering": "Toch niet."}
    undone = await intake.call("PUT", f"{path}/besluit", other, rol="vt-teamleider", **ANY)

    assert [worker.status_code, silent.status_code, undone.status_code] == [403, 400, 409]
    assert [answer.status_code for answer in lead] == [200, 200]
    assert lead[0].json() == lead[1].json()
    assert await facts(intake, body["casusId"]) == [
        "dubbel-anoniem-ontvangen",
        "dubbel-anoniem-besloten",
        "melding-ontvangen",
    ]
    (row,) = await intake.rows("SELECT data FROM outbox WHERE soort LIKE '%melding-ontvangen%'")
    assert (row.data["ontvangenOp"], row.data["eerstOntvangenOp"]) == ("2026-03-02T12:00:00Z", body["ontvangenOp"])
    read = (await intake.call("GET", f"/meldingen/{body['id']}")).json()
    assert (read["status"], read["ontvangenOp"], read["dubbelAnoniem"]) == ("ontvangen", "2026-03-02T12:00:00Z", True)
    assert await chain_reads(intake, body)
    (kept,) = await intake.rows("SELECT besluiten FROM dubbel_anoniem")
    assert b"CANARY" not in bytes(kept.besluiten)
    joins = await intake.melding(a_melding(a_person(rol="pleger")))
    assert joins["casusId"] == body["casusId"], "now its people tie"


async def test_a_melder_who_makes_himself_known_gives_a_melding_with_a_melder(intake: Intake) -> None:
    body = await intake.melding(a_melding(melder=ONBEKEND), rol="vt-medewerker")
    path = f"/dubbel-anonieme-meldingen/{body['id']}/besluit"
    buur = {"categorie": "anders", "soort": "omstander", "naam": "Bo Buurman"}
    known = {"besluit": "melder-bekend", "motivering": "Belde terug."}
    left = {"besluit": "niet-in-behandeling", "motivering": "Te vaag."}

    nobody = [await intake.call("PUT", path, {**known, **who}, **ANY) for who in ({}, {"melder": ONBEKEND})]
    answers = [await intake.call("PUT", path, one, **ANY) for one in (left, {**known, "melder": buur})]

    assert [answer.status_code for answer in (*nobody, *answers)] == [400, 400, 200, 200]
    assert [answer.json()["status"] for answer in answers] == ["niet-in-behandeling", "melder-bekend"]
    assert await facts(intake, body["casusId"]) == [
        "dubbel-anoniem-ontvangen",
        "dubbel-anoniem-besloten",
        "dubbel-anoniem-besloten",
        "melding-ontvangen",
    ]
    (row,) = await intake.rows("SELECT data FROM outbox WHERE soort LIKE '%melding-ontvangen%'")
    assert row.data["melderSoort"] == "omstander"
    read = (await intake.call("GET", f"/meldingen/{body['id']}")).json()
    assert (read["melder"]["naam"], read["dubbelAnoniem"], read["status"]) == ("Bo Buurman", False, "ontvangen")
    assert "Buurman" not in await chain_reads(intake, body)


async def test_two_besluiten_at_the_same_time_announce_a_melding_once(intake: Intake) -> None:
    body = await intake.melding(a_melding(a_person(bsn=bsn(5)), melder=ONBEKEND), rol="vt-medewerker")
    path = f"/dubbel-anonieme-meldingen/{body['id']}/besluit"

    answers = await asyncio.gather(
        *(
            intake.call("PUT", path, {"besluit": "in-behandeling", "motivering": f"{n}"}, rol="vt-teamleider", **ANY)
            for n in range(6)
        )
    )

    assert sorted(answer.status_code for answer in answers) == [200, *[409] * 5]
    assert (await facts(intake, body["casusId"])).count("melding-ontvangen") == 1


async def test_what_protected_a_melder_goes_with_the_file(
    intake: Intake,
) -> None:
    body = await intake.melding(a_melding(melder=ONBEKEND), rol="vt-medewerker")
    path = f"/meldingen/{body['id']}"
    marks = [{"veld": VELD, "van": 0, "tot": 6, "reden": "feit"}]
    known = {
        "besluit": "melder-bekend",
        "motivering": "Belde.",
        "melder": {**ONBEKEND, "soort": "omstander", "naam": "B"},
    }
    given = {"openbaar": True, "toestemming": True}
    assert (await intake.call("PUT", f"{path}/passages", marks, **ANY)).status_code == 200
    assert (await intake.call("PUT", f"/dubbel-anonieme-{path[1:]}/besluit", known, **ANY)).status_code == 200
    assert (await intake.call("PUT", f"{path}/bekendmaking", given, **ANY)).status_code == 200

    await destroy(intake, body["casusId"])

    for table in ("melding", "bescherming", "bekendmaking_wijziging", "dubbel_anoniem"):
        assert await intake.count(table) == 0
    for gone in (f"{path}/passages", f"{path}/bekendmaking", f"/dubbel-anonieme-{path[1:]}"):
        assert (await intake.call("GET", gone)).status_code == 404


async def test_a_region_can_leave_the_list_out(intake: Intake) -> None:
    rules = RuleSettings(dubbel_anoniem_vraagt_motivering=False)
    object.__setattr__(intake.made, "rules", rules)

    body = await intake.melding(a_melding(melder=ONBEKEND), rol="vt-medewerker")

    assert body["status"] == "ontvangen"
    assert await facts(intake, body["casusId"]) == ["melding-ontvangen"]
    assert await intake.count("dubbel_anoniem") == 0
