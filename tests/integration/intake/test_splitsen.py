"""What was joined is taken apart again: by hand, and by undoing a merge; with its ids, keys, requests and history."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import LargeBinary

from services.intake.store.splitsen import NOT_OF_A_MELDING
from services.intake.tables import metadata
from shared.verhuizen import tables_of_meldingen
from tests.integration.intake.bodies import a_melding, a_person
from tests.integration.intake.conftest import Intake
from tests.integration.intake.test_intake_casussen import AFGEWEZEN, BEVESTIGD, EVA, NOOR, close, decide, two_casussen
from tests.integration.intake.test_keys import SEALED
from tests.integration.intake.test_vernietigen import destroy, told

pytestmark = pytest.mark.anyio

ONGEDAAN = {"besluit": "ongedaan", "motivering": "CANARY: toch andere mensen."}
WAAROM = "CANARY: een naamgenoot."


async def version(intake: Intake, voorstel_id: str) -> str:
    return (await intake.call("GET", f"/koppelvoorstellen/{voorstel_id}")).headers["ETag"]


async def undo(intake: Intake, voorstel_id: str) -> Any:
    return await decide(intake, voorstel_id, ONGEDAAN, await version(intake, voorstel_id))


async def split(intake: Intake, casus_id: str, *meldingen: str, **extra: str) -> Any:
    body = {"meldingIds": list(meldingen), "motivering": WAAROM}
    return await intake.call("POST", f"/casussen/{casus_id}/splitsingen", body, **extra)


async def inside(intake: Intake, casus_id: str) -> list[str]:
    """Return the meldingen that are read under a casus."""
    answer = await intake.call("GET", f"/casussen/{casus_id}")
    assert answer.status_code == 200, answer.text
    assert answer.json()["id"] == casus_id
    return [melding["id"] for melding in answer.json()["meldingen"]]


async def merged(intake: Intake) -> tuple[dict[str, Any], dict[str, Any], str]:
    """Return two meldingen in one casus that were two, and the koppelvoorstel by which."""
    first, second, voorstel = await two_casussen(intake)
    assert (await decide(intake, voorstel["id"], BEVESTIGD)).status_code == 200
    return first, second, str(voorstel["id"])


async def test_a_merge_that_is_undone_gives_the_vanished_casus_its_id_and_what_it_brought(intake: Intake) -> None:
    first, second, voorstel_id = await merged(intake)
    intake.klok.advance(timedelta(days=1))
    later = await intake.melding(a_melding(a_person(**EVA)))
    assert later["casusId"] == first["casusId"]

    answer = await undo(intake, voorstel_id)
    again = await undo(intake, voorstel_id)

    assert (answer.status_code, answer.json()["status"]) == (200, "ongedaan")
    assert again.json() == answer.json()
    assert await inside(intake, second["casusId"]) == [second["id"]]
    assert await inside(intake, first["casusId"]) == [first["id"], later["id"]]
    besluiten = [(taken["besluit"], taken["motivering"], taken["rol"]) for taken in answer.json()["besluiten"]]
    assert besluiten == [
        ("bevestigd", BEVESTIGD["motivering"], "vt-medewerker"),
        ("ongedaan", ONGEDAAN["motivering"], "vt-medewerker"),
    ]
    (fact,) = await told(intake, "casus-gesplitst")
    assert fact == {
        "nieuweCasusId": second["casusId"],
        "meldingIds": [second["id"]],
        "gesplitstOp": "2026-03-03T09:01:00Z",
        "hersteltSamenvoeging": True,
        "volgorde": 2,
        "verzoekIds": [],
    }
    numbers = await intake.rows("SELECT casus_id, array_agg(volgnummer ORDER BY id) AS n FROM outbox GROUP BY 1")
    assert {str(row.casus_id): row.n for row in numbers} == {first["casusId"]: [1, 2, 3, 4], second["casusId"]: [1]}
    history = (await intake.call("GET", f"/casussen/{second['casusId']}/geschiedenis")).json()["resultaten"]
    assert [(row["soort"], row["andereCasusId"], row["rol"]) for row in history] == [
        ("samenvoeging", second["casusId"], "vt-medewerker"),
        ("herstel", second["casusId"], "vt-medewerker"),
    ]
    # Eva stands in both now: her number is a reason that nobody had judged, and that puts the question again.
    await intake.melding(a_melding(a_person(**EVA)))
    (asked,) = (await intake.call("GET", "/koppelvoorstellen?status=open")).json()["resultaten"]
    assert (asked["id"], "zelfde-bsn" in asked["redenen"]) == (voorstel_id, True)
    answer = await decide(intake, voorstel_id, BEVESTIGD, await version(intake, voorstel_id))
    assert answer.json()["status"] == "bevestigd"
    assert len(await told(intake, "casus-samengevoegd")) == 2


async def test_a_rejection_is_taken_back_and_a_merge_inside_a_later_one_is_undone_alone_and_together(
    intake: Intake,
) -> None:
    first, second, voorstel = await two_casussen(intake)
    intake.klok.advance(timedelta(minutes=1))
    third = await intake.melding(a_melding(a_person(**NOOR)))
    pairs = {
        (item["casusId"], item["andereCasusId"]): item["id"]
        for item in (await intake.call("GET", "/koppelvoorstellen")).json()["resultaten"]
    }
    inner = pairs[second["casusId"], third["casusId"]]
    await decide(intake, inner, AFGEWEZEN)
    taken_back = (await undo(intake, inner)).json()
    assert (taken_back["status"], taken_back["motivering"], taken_back["versie"]) == ("open", None, 3)
    answer = await decide(intake, inner, BEVESTIGD, '"3"')
    assert [taken["besluit"] for taken in answer.json()["besluiten"]] == ["afgewezen", "ongedaan", "bevestigd"]
    await decide(intake, voorstel["id"], BEVESTIGD, await version(intake, voorstel["id"]))
    assert len(await inside(intake, first["casusId"])) == 3

    back = await undo(intake, voorstel["id"])

    assert back.status_code == 200
    assert await inside(intake, second["casusId"]) == [second["id"], third["id"]]
    assert (await intake.call("GET", f"/casussen/{third['casusId']}")).json()["id"] == second["casusId"]
    assert (await undo(intake, inner)).status_code == 200
    assert await inside(intake, third["casusId"]) == [third["id"]]
    # The same people in a new melding do not put what a person took apart before him again.
    await intake.melding(a_melding(a_person(**NOOR)))
    asked = (await intake.call("GET", "/koppelvoorstellen?status=open")).json()["resultaten"]
    assert inner not in {item["id"] for item in asked}
    assert voorstel["id"] not in {item["id"] for item in asked}


async def test_a_split_by_hand_leaves_something_and_does_not_come_back_with_an_undone_merge(intake: Intake) -> None:
    first, second, voorstel_id = await merged(intake)
    unknown = await split(intake, first["casusId"], second["id"], first["casusId"])
    everything = await split(intake, second["casusId"], second["id"], first["id"])
    nowhere = await split(intake, first["id"], first["id"])
    outsider = await split(intake, first["casusId"], second["id"], rol="ketenpartner")
    assert (unknown.status_code, [one["pointer"] for one in unknown.json()["errors"]]) == (400, ["/meldingIds/1"])
    assert (everything.status_code, nowhere.status_code, outsider.status_code) == (409, 404, 403)

    answer = await split(intake, first["casusId"], second["id"], Idempotency_Key="een")
    again = await split(intake, first["casusId"], second["id"], Idempotency_Key="een")
    refused = await undo(intake, voorstel_id)

    found = answer.json()
    assert (again.json(), len(await told(intake, "casus-gesplitst"))) == (found, 1)
    assert (answer.status_code, answer.headers["Location"]) == (201, f"/v1/splitsingen/{found['id']}")
    assert found["nieuweCasusId"] not in {first["casusId"], second["casusId"]}
    assert await inside(intake, found["nieuweCasusId"]) == [second["id"]]
    assert (refused.status_code, "afgesplitst" in refused.json()["detail"]) == (409, True)
    read = await intake.call("GET", f"/splitsingen/{found['id']}")
    assert (read.json(), read.json()["motivering"]) == (found, WAAROM)
    # By its own koppelvoorstel it is joined again, and then the first merge is undone with what it brought.
    joined = await decide(intake, found["voorstelId"], BEVESTIGD, '"1"')
    assert joined.status_code == 200
    assert len(await inside(intake, first["casusId"])) == 2


@pytest.mark.parametrize("destroyed", ["old", "new"])
async def test_after_a_split_each_casus_is_destroyed_alone(intake: Intake, destroyed: str) -> None:
    first, second, _ = await merged(intake)
    people = (await intake.call("GET", f"/casussen/{first['casusId']}")).json()["personen"]
    asked = {}
    for persoon in people:
        body = {
            "soort": "inzage",
            "casusId": first["casusId"],
            "persoonId": persoon["id"],
            "ontvangenOp": intake.klok().isoformat(),
            "verzoeker": {"hoedanigheid": "zelf"},
        }
        answer = await intake.call("POST", "/dossierverzoeken", body)
        assert answer.status_code == 201, answer.text
        asked[persoon["meldingId"]] = answer.json()["id"]
    new = (await split(intake, first["casusId"], second["id"])).json()["nieuweCasusId"]
    (fact,) = await told(intake, "casus-gesplitst")
    assert fact["verzoekIds"] == [asked[second["id"]]]
    assert await owners_of_values(intake) == {first["casusId"], new}
    goes, stays = (first["casusId"], new) if destroyed == "old" else (new, first["casusId"])
    left = second["id"] if destroyed == "old" else first["id"]

    await destroy(intake, goes)

    assert (await intake.call("GET", f"/casussen/{goes}")).status_code == 404
    assert await inside(intake, stays) == [left]
    (kept,) = await intake.rows("SELECT casus_id FROM dossierverzoek WHERE id = :id", id=UUID(asked[left]))
    assert str(kept.casus_id) == stays
    (row,) = await intake.rows("SELECT motivering, voorstel_id FROM verplaatsing WHERE soort = 'splitsing'")
    assert (row.motivering, row.voorstel_id) == (None, None)
    fact = (await told(intake, "casus-vernietigd"))[-1]
    assert set(fact["meldingIds"]) == {first["id"], second["id"]} - {left}


async def owners_of_values(intake: Intake) -> set[str]:
    """Return the casussen with something sealed; each value hangs on a key of its own casus."""
    rows = await intake.rows(SEALED)
    rows += await intake.rows("SELECT '' AS place, casus_id, gegevens AS sealed FROM dossierverzoek")
    owners = {row.id: row.eigenaar_id for row in await intake.rows("SELECT id, eigenaar_id FROM sleutel")}
    for row in rows:
        assert owners[UUID(bytes=row.sealed[1:17])] == row.casus_id, row.place
    return {str(row.casus_id) for row in rows}


async def test_a_melding_at_the_door_during_a_split_finds_each_where_he_is(intake: Intake) -> None:
    first, second, _ = await merged(intake)

    answer, *_ = await asyncio.gather(
        split(intake, first["casusId"], second["id"]),
        *(intake.melding(a_melding(a_person(**EVA))) for _ in range(4)),
        *(intake.melding(a_melding()) for _ in range(4)),
    )

    assert answer.status_code == 201, answer.text
    new = answer.json()["nieuweCasusId"]
    # Eva is known in both when one of hers came before the split; whoever came after it never stands alone.
    counts = await intake.rows(
        "SELECT c.id, c.aantal_meldingen, (SELECT count(*) FROM melding m WHERE m.casus_id = c.id) AS echt "
        "FROM casus c WHERE c.opgegaan_in IS NULL"
    )
    assert {str(row.id) for row in counts} == {first["casusId"], new}
    assert all(row.aantal_meldingen == row.echt for row in counts)
    assert sum(row.echt for row in counts) == 10


async def test_a_closed_casus_comes_back_open_and_is_closed_by_monitoring(intake: Intake) -> None:
    first, second, voorstel_id = await merged(intake)
    await close(intake, first["casusId"], intake.klok.advance(timedelta(days=1)))

    await undo(intake, voorstel_id)
    back = (await intake.call("GET", f"/casussen/{second['casusId']}")).json()
    await close(intake, second["casusId"], intake.klok())
    intake.klok.advance(timedelta(days=40))
    again = await intake.melding(a_melding(a_person(**EVA)))

    assert back["status"] == "open"
    assert (again["casusId"], again["hermelding"]) == (second["casusId"], True)
    newest = (await intake.call("GET", f"/meldingen/{again['id']}")).json()
    assert newest["dagenSindsAfsluiting"] == 40
    assert (await intake.call("GET", f"/meldingen/{first['id']}")).json()["dagenSindsAfsluiting"] is None


def test_everything_that_is_sealed_for_a_casus_is_moved_with_its_melding_or_by_name() -> None:
    sealed = {table.name for table in metadata.sorted_tables for c in table.c if isinstance(c.type, LargeBinary)}
    moved = tables_of_meldingen(metadata, passing_over=NOT_OF_A_MELDING)
    by_name = {"casus", "dossierverzoek", "koppelvoorstel", "koppelbesluit", "verplaatsing"}
    of_the_room = {
        "audit", "audit_oud", "audit_keten", "advies", "idempotentie", "inbox_wachtend", "quarantaine", "sleutel",
        "import", "import_stuk", "persoon_sleutel", "persoon_zoeksleutel",
    }  # fmt: skip

    assert sealed - moved - by_name - of_the_room == set()
