"""Casussen that turn out to be one, are closed and come back; adviezen that become meldingen; the tables themselves."""

import asyncio
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine, inspect

from deploy.migrate import URL_VARIABLE, config_of
from services.intake.tables import metadata
from services.intake.worker import make_handler
from shared.db import in_transaction
from shared.events.catalogue import Room
from shared.events.envelope import Event
from shared.events.payloads import CasusAfgesloten
from tests.integration.intake.bodies import a_melding, a_person, bsn
from tests.integration.intake.conftest import Intake
from tests.support import RoomDatabaseFactory

pytestmark = pytest.mark.anyio

EVA: dict[str, Any] = {"bsn": bsn(2), "voornamen": "Eva", "adres": None}
NOOR: dict[str, Any] = {"bsn": bsn(3), "voornamen": "Noor", "adres": None}
BEVESTIGD = {"besluit": "bevestigd", "motivering": "CANARY: zelfde gezin."}
AFGEWEZEN = {"besluit": "afgewezen", "motivering": "Andere mensen."}


async def two_casussen(intake: Intake) -> tuple[dict[str, Any], dict[str, Any], dict[str, Any]]:
    """Return two meldingen in casussen of their own, and the koppelvoorstel between those."""
    first = await intake.melding(a_melding())
    intake.klok.advance(timedelta(minutes=1))
    second = await intake.melding(a_melding(a_person(**EVA)))
    (voorstel,) = (await intake.call("GET", "/koppelvoorstellen")).json()["resultaten"]
    return first, second, voorstel


async def decide(intake: Intake, voorstel_id: str, besluit: dict[str, str], seen: str = '"1"') -> Any:
    return await intake.call("PUT", f"/koppelvoorstellen/{voorstel_id}/besluit", besluit, If_Match=seen)


async def close(intake: Intake, casus_id: str, afgesloten_op: datetime, times: int = 1) -> None:
    """Hear, as the worker does, that monitoring closed a casus."""
    event = Event(
        id=uuid4(),
        room=Room.MONITORING,
        casus_id=UUID(casus_id),
        sequence=1,
        time=afgesloten_op,
        payload=CasusAfgesloten(afgesloten_op=afgesloten_op, reden="monitoring-afgerond"),
    )
    for _ in range(times):
        async with in_transaction(intake.made.engine) as conn:
            await make_handler(intake.made)(conn, [event])


# --- koppelvoorstellen -----------------------------------------------------------------------------------------


async def test_a_confirmed_voorstel_makes_one_casus_to_which_the_other_points(intake: Intake) -> None:
    first, second, voorstel = await two_casussen(intake)

    answer = await decide(intake, voorstel["id"], BEVESTIGD)

    assert (answer.status_code, answer.headers["ETag"], answer.json()["status"]) == (200, '"2"', "bevestigd")
    vanished = (await intake.call("GET", f"/casussen/{second['casusId']}")).json()
    assert (vanished["id"], vanished["verdwenenCasusIds"]) == (first["casusId"], [second["casusId"]])
    assert [melding["id"] for melding in vanished["meldingen"]] == [first["id"], second["id"]]
    assert (await intake.call("GET", f"/meldingen/{second['id']}")).json()["casusId"] == first["casusId"]


async def test_a_merge_is_told_once_on_the_casus_that_stays_and_what_was_told_stays(intake: Intake) -> None:
    first, second, voorstel = await two_casussen(intake)
    told = await intake.rows("SELECT id, casus_id, data FROM outbox ORDER BY id")

    await decide(intake, voorstel["id"], BEVESTIGD)
    await decide(intake, voorstel["id"], BEVESTIGD)

    rows = await intake.rows("SELECT id, casus_id, data FROM outbox ORDER BY id")
    assert rows[:2] == told
    (merged,) = rows[2:]
    assert str(merged.casus_id) == first["casusId"]
    assert merged.data == {
        "verdwenenCasusId": second["casusId"],
        "meldingIds": [second["id"]],
        "samengevoegdOp": "2026-03-02T09:01:00Z",
        "volgorde": 1,
    }


async def test_a_rejected_voorstel_leaves_both_casussen_and_is_not_put_again(intake: Intake) -> None:
    first, second, voorstel = await two_casussen(intake)

    answer = await decide(intake, voorstel["id"], AFGEWEZEN)
    await intake.melding(a_melding(a_person(**EVA)))

    assert answer.json()["status"] == "afgewezen"
    assert (await intake.call("GET", f"/casussen/{second['casusId']}")).json()["id"] == second["casusId"]
    assert (await intake.call("GET", "/koppelvoorstellen?status=open")).json()["resultaten"] == []
    assert await intake.count("outbox") == 3
    assert first["casusId"] != second["casusId"]


async def test_a_besluit_names_the_version_that_was_seen(intake: Intake) -> None:
    _, _, voorstel = await two_casussen(intake)
    path = f"/koppelvoorstellen/{voorstel['id']}"

    assert (await intake.call("GET", path)).headers["ETag"] == '"1"'
    assert (await intake.call("PUT", f"{path}/besluit", BEVESTIGD)).status_code == 428
    assert (await decide(intake, voorstel["id"], BEVESTIGD, '"7"')).status_code == 412
    assert await intake.count("outbox") == 2


async def test_what_was_confirmed_cannot_be_rejected_only_undone(intake: Intake) -> None:
    _, _, voorstel = await two_casussen(intake)
    await decide(intake, voorstel["id"], BEVESTIGD)

    again = await decide(intake, voorstel["id"], AFGEWEZEN, '"2"')

    assert again.status_code == 409
    assert "ongedaan" in again.json()["detail"]


async def test_of_two_who_decide_at_once_one_wins(intake: Intake) -> None:
    _, _, voorstel = await two_casussen(intake)

    answers = await asyncio.gather(*(decide(intake, voorstel["id"], b) for b in (BEVESTIGD, AFGEWEZEN) * 3))

    winners = {answer.json()["status"] for answer in answers if answer.status_code == 200}
    assert len(winners) == 1
    assert {answer.status_code for answer in answers} <= {200, 409, 412}


async def test_other_voorstellen_follow_the_casus_that_stays_each_pair_once(intake: Intake) -> None:
    first, _, voorstel = await two_casussen(intake)
    intake.klok.advance(timedelta(minutes=1))
    third = await intake.melding(a_melding(a_person(**NOOR)))
    before = (await intake.call("GET", "/koppelvoorstellen")).json()["resultaten"]
    assert len(before) == 3

    await decide(intake, voorstel["id"], BEVESTIGD)

    after = (await intake.call("GET", "/koppelvoorstellen")).json()["resultaten"]
    assert sorted(item["status"] for item in after) == ["bevestigd", "open", "vervallen"]
    (left,) = (await intake.call("GET", "/koppelvoorstellen?status=open")).json()["resultaten"]
    assert (left["casusId"], left["andereCasusId"]) == (first["casusId"], third["casusId"])
    answer = await decide(intake, left["id"], BEVESTIGD, f'"{left["versie"]}"')
    assert answer.status_code == 200
    assert len((await intake.call("GET", f"/casussen/{third['casusId']}")).json()["meldingen"]) == 3


async def test_a_voorstel_that_only_knew_the_vanished_casus_now_names_the_one_that_stays(intake: Intake) -> None:
    first, second, voorstel = await two_casussen(intake)
    intake.klok.advance(timedelta(minutes=1))
    third = await intake.melding(
        a_melding(a_person(rol="kind", bsn=bsn(5), geslachtsnaam="Elders", adres={"postcode": "1", "huisnummer": 2}))
    )
    neighbour = {"rol": "kind", "geslachtsnaam": "Elders", "adres": {"postcode": "1", "huisnummer": 2}}
    await intake.melding(a_melding(a_person(**EVA), neighbour))
    (other,) = [
        item
        for item in (await intake.call("GET", "/koppelvoorstellen")).json()["resultaten"]
        if third["casusId"] in {item["casusId"], item["andereCasusId"]}
    ]
    assert other["casusId"] == second["casusId"]

    await decide(intake, voorstel["id"], BEVESTIGD, f'"{await version_of(intake, voorstel["id"])}"')

    moved = (await intake.call("GET", f"/koppelvoorstellen/{other['id']}")).json()
    assert (moved["casusId"], moved["andereCasusId"], moved["status"]) == (first["casusId"], third["casusId"], "open")
    assert moved["versie"] == other["versie"] + 1


async def version_of(intake: Intake, voorstel_id: str) -> int:
    return int((await intake.call("GET", f"/koppelvoorstellen/{voorstel_id}")).json()["versie"])


@pytest.mark.parametrize("round_", range(3))
async def test_meldingen_that_come_in_during_a_merge_end_in_the_casus_that_stays(intake: Intake, round_: int) -> None:
    first, second, voorstel = await two_casussen(intake)

    merged, *_ = await asyncio.gather(
        decide(intake, voorstel["id"], BEVESTIGD),
        *(intake.melding(a_melding(a_person(**EVA))) for _ in range(8)),
        *(intake.melding(a_melding()) for _ in range(4)),
    )

    # A melding that gave the voorstel no new reason leaves its version alone, so the besluit holds.
    assert merged.status_code == 200
    assert {str(row.casus_id) for row in await intake.rows("SELECT casus_id FROM melding")} == {first["casusId"]}
    (counts,) = await intake.rows("SELECT aantal_meldingen FROM casus WHERE id = :id", id=UUID(first["casusId"]))
    assert counts.aantal_meldingen == 14
    assert second["casusId"] != first["casusId"]


# --- closing ---------------------------------------------------------------------------------------------------


async def test_a_new_melding_opens_a_closed_casus_and_says_when_it_was_closed(intake: Intake) -> None:
    first = await intake.melding(a_melding())
    closed = intake.klok.advance(timedelta(days=500))
    await close(intake, first["casusId"], closed, times=2)
    assert (await intake.call("GET", f"/casussen/{first['casusId']}")).json()["status"] == "afgesloten"

    intake.klok.advance(timedelta(days=30))
    again = await intake.melding(a_melding())
    third = await intake.melding(a_melding())

    assert (again["casusId"], again["hermelding"]) == (first["casusId"], True)
    casus = (await intake.call("GET", f"/casussen/{first['casusId']}")).json()
    assert (casus["status"], casus["afgeslotenOp"]) == ("open", None)
    facts = await intake.rows("SELECT data FROM outbox WHERE soort LIKE '%melding-ontvangen%' ORDER BY id")
    assert [fact.data["vorigeAfsluitingOp"] for fact in facts] == [None, closed.isoformat()[:19] + "Z", None]
    assert third["casusId"] == first["casusId"]


async def test_a_closure_that_crossed_with_a_new_melding_does_not_close(intake: Intake) -> None:
    first = await intake.melding(a_melding())

    await close(intake, first["casusId"], datetime(2026, 3, 2, 8, 59, tzinfo=UTC))

    assert (await intake.call("GET", f"/casussen/{first['casusId']}")).json()["status"] == "open"


async def test_a_closure_of_a_casus_that_went_up_in_another_leaves_that_other_alone(intake: Intake) -> None:
    first, second, voorstel = await two_casussen(intake)
    await decide(intake, voorstel["id"], BEVESTIGD)

    await close(intake, second["casusId"], intake.klok.advance(timedelta(days=1)))

    assert (await intake.call("GET", f"/casussen/{first['casusId']}")).json()["status"] == "open"


async def test_a_closure_of_a_casus_that_was_never_here_is_a_fault(intake: Intake) -> None:
    with pytest.raises(LookupError):
        await close(intake, str(uuid4()), intake.klok())


# --- adviezen --------------------------------------------------------------------------------------------------

ADVIES: dict[str, Any] = {
    "adviesvrager": {"categorie": "onderwijs-en-kinderopvang"},
    "gemeenteCode": "0599",
    "aardGeweld": [{"relatie": "kindermishandeling", "vorm": "verwaarlozing"}],
    "duur": "onbekend",
    "kanaal": "telefoon",
    "uitkomst": "geadviseerd-te-melden",
}


async def test_an_advies_is_kept_and_told_as_codes(intake: Intake) -> None:
    answer = await intake.call("POST", "/adviezen", ADVIES)

    body = answer.json()
    assert answer.status_code == 201
    assert (await intake.call("GET", answer.headers["Location"].removeprefix("/v1"))).json() == body
    (fact,) = await intake.rows("SELECT soort, casus_id, data FROM outbox")
    assert (fact.soort, str(fact.casus_id)) == ("nl.ketenradar.advies-gegeven.v1", body["id"])
    assert fact.data == {
        "adviesId": body["id"],
        "gegevenOp": "2026-03-02T09:00:00Z",
        "gemeenteCode": "0599",
        "adviesvragerCategorie": "onderwijs-en-kinderopvang",
        "kanaal": "telefoon",
        "soort": "advies",
        "uitkomst": "geadviseerd-te-melden",
        "adviesvragerSoort": "onbekend",
    }
    assert await intake.count("casus") == await intake.count("persoon") == 0


@pytest.mark.parametrize(
    "extra",
    [
        {"personen": [a_person()]},
        {"toelichting": "CANARY"},
        {"zorgelijkeSituatie": {"omschrijving": "CANARY"}},
        {"kanaal": "CANARY"},
        {"adviesvrager": {"categorie": "ggz", "motivering": "CANARY"}},
        {"adviesvrager": {"categorie": "ggz", "naam": "Juf Fictief"}},
        {"adviesvrager": {"categorie": "ggz", "contact": {"telefoonnummer": "010-0000000"}}},
        {"adviesvrager": {"categorie": "ggz", "toestemming": True, "naam": "kind 999990019"}},
    ],
)
async def test_an_advies_has_no_place_for_anything_about_a_family(intake: Intake, extra: dict[str, Any]) -> None:
    answer = await intake.call("POST", "/adviezen", ADVIES | extra)

    assert answer.status_code == 400
    assert "CANARY" not in answer.text
    assert await intake.count("advies") == await intake.count("outbox") == 0


async def test_every_column_of_an_advies_is_a_code_a_time_an_id_or_sealed(intake: Intake) -> None:
    asked_by = {"categorie": "ggz", "toestemming": True, "naam": "Juf Fictief", "contact": {"email": "j@voorbeeld.nl"}}
    body = (await intake.call("POST", "/adviezen", ADVIES | {"adviesvrager": asked_by})).json()

    (row,) = await intake.rows("SELECT * FROM advies")
    elsewhere = {"id", "gegeven_op", "adviesvrager"}
    assert {name: value for name, value in row._mapping.items() if name not in elsewhere} == {
        "organisatie_id": "vtrr",
        "gemeente_code": "0599",
        "adviesvrager_categorie": "ggz",
        "aard_geweld": [["kindermishandeling", "verwaarlozing"]],
        "duur": "onbekend",
        "kanaal": "telefoon",
        "uitkomst": "geadviseerd-te-melden",
        "melding_id": None,
        "soort": "advies",
        "eerder_advies_id": None,
        "startdatum": date(2026, 3, 2),
        "einddatum": None,
        "adviesvrager_rol": "onbekend",
        "adviesvrager_organisatie": None,
        "veiligheidsproblematiek": [],
        "adviesvrager_verwijderd_op": None,
    }
    assert b"Fictief" not in row.adviesvrager
    assert body["adviesvrager"]["naam"] == "Juf Fictief"


async def test_an_advies_that_is_sent_twice_under_one_key_is_stored_once(intake: Intake) -> None:
    first = await intake.call("POST", "/adviezen", ADVIES, Idempotency_Key="k")
    second = await intake.call("POST", "/adviezen", ADVIES, Idempotency_Key="k")

    assert second.json() == first.json()
    assert await intake.count("advies") == 1


async def test_an_advies_becomes_one_melding_that_names_it(intake: Intake) -> None:
    advies = (await intake.call("POST", "/adviezen", ADVIES)).json()
    path = f"/adviezen/{advies['id']}/omzettingen"
    ground = {"gevaar": "acuut-onveilig", "adviesvragerHandeltNiet": "wil-niet"}
    body = {"reden": "ambtshalve", "ambtshalve": ground, "motivering": "Acuut gevaar.", "melding": a_melding()}

    first = await intake.call("POST", path, body)
    again = await intake.call("POST", path, body)
    other = await intake.call("POST", path, body | {"melding": a_melding(gemeenteCode="0606", duur="eenmalig")})

    assert (first.status_code, again.status_code, other.status_code) == (201, 200, 409)
    assert first.headers["Location"] == f"/v1/meldingen/{first.json()['id']}"
    assert again.json() == first.json()
    read = (await intake.call("GET", f"/meldingen/{first.json()['id']}")).json()
    assert read["adviesId"] == advies["id"]
    assert read["omzetting"] == {"reden": "ambtshalve", "motivering": "Acuut gevaar.", "ambtshalve": ground}
    assert (await intake.call("GET", f"/adviezen/{advies['id']}")).json()["meldingId"] == first.json()["id"]
    assert await intake.count("melding") == 1


async def test_an_advies_is_turned_into_one_melding_by_ten_who_do_so_at_once(intake: Intake) -> None:
    advies = (await intake.call("POST", "/adviezen", ADVIES)).json()
    body = {"reden": "omzetten", "motivering": "Gevraagd.", "melding": a_melding()}

    answers = await asyncio.gather(
        *(intake.call("POST", f"/adviezen/{advies['id']}/omzettingen", body) for _ in range(10))
    )

    assert sorted(answer.status_code for answer in answers) == [200] * 9 + [201]
    assert await intake.count("melding") == 1


async def test_an_advies_that_is_not_there_becomes_nothing(intake: Intake) -> None:
    body = {"reden": "omzetten", "motivering": "Gevraagd.", "melding": a_melding()}

    answer = await intake.call("POST", f"/adviezen/{uuid4()}/omzettingen", body)

    assert answer.status_code == 404
    assert await intake.count("melding") == 0


# --- the tables ------------------------------------------------------------------------------------------------


def test_the_migrations_make_exactly_the_tables_of_the_room(room_database: RoomDatabaseFactory) -> None:
    engine = create_engine(room_database("intake").owner_url.replace("postgresql://", "postgresql+psycopg://", 1))

    with engine.connect() as connection:
        options = {"compare_type": True, "compare_server_default": True}
        assert compare_metadata(MigrationContext.configure(connection, opts=options), metadata) == []
    engine.dispose()


def test_the_migrations_can_be_taken_back(room_database: RoomDatabaseFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    made = room_database("intake")
    monkeypatch.setenv(URL_VARIABLE, made.owner_url)

    command.downgrade(config_of("intake"), "base")
    engine = create_engine(made.owner_url.replace("postgresql://", "postgresql+psycopg://", 1))
    assert inspect(engine).get_table_names() == ["alembic_version"]
    assert inspect(engine).get_sequence_names() == []
    command.upgrade(config_of("intake"), "head")
    engine.dispose()
