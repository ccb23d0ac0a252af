"""Which rows of intake PostgreSQL shows to whom: the second line, which holds when the first has a hole."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from services.intake.handlers import reading
from services.intake.tables import metadata
from shared.db import create_engine, in_transaction
from shared.rules.access import Betrekking
from shared.work import INTAKE_WALL, Wall, Work, working
from tests.integration.intake.bodies import a_melding, a_person, bsn
from tests.integration.intake.conftest import POLITIE, Intake

pytestmark = pytest.mark.anyio

ZIEKENHUIS = "ziekenhuis-fictief"
OPEN = {
    "outbox", "inbox_stand", "inbox_wachtend", "volgnummer", "relay_stand", "quarantaine", "idempotentie",
    "audit", "audit_wachtrij", "audit_keten", "audit_oud",
}  # fmt: skip
WALLED = {
    "casus", "advies", "melding", "persoon", "persoon_sleutel", "persoon_zoeksleutel", "koppelvoorstel",
    "koppelbesluit", "dossierverzoek", "correctie", "terugkoppeling", "aanvulling", "bijlage", "bijlage_stuk",
    "import", "import_stuk", "import_rij", "verplaatsing", "thuis", "signaal", "signaal_poging", "signaal_match",
    "index_stand", "handle_with_care", "handle_with_care_poging", "bescherming", "bekendmaking_wijziging",
    "dubbel_anoniem",
}  # fmt: skip
INSIDE = ("werker", "systeem", "vt-medewerker", "vt-teamleider", INTAKE_WALL)
COUNT = text(" UNION ALL ".join(f"SELECT '{table}', count(*) FROM {table}" for table in sorted(WALLED)))  # noqa: S608


@pytest.fixture
async def bare(engine: AsyncEngine) -> AsyncIterator[AsyncEngine]:
    """An engine of the room's own role, under no name."""
    found = create_engine(engine.url.render_as_string(hide_password=False), name="test-muur", pool_size=2)
    yield found
    await found.dispose()


@pytest.fixture
async def filled(intake: Intake) -> Intake:
    """Two senders with a casus of their own and one that they share; an advies; a koppelvoorstel."""
    asked_by = {"categorie": "ggz", "toestemming": True, "naam": "Juf Fictief"}
    advies = {
        "adviesvrager": asked_by,
        "gemeenteCode": "0599",
        "aardGeweld": [],
        "kanaal": "telefoon",
        "uitkomst": "geadviseerd-te-melden",
    }
    assert (await intake.call("POST", "/adviezen", advies)).status_code == 201
    for organisatie, number in ((POLITIE, 1), (ZIEKENHUIS, 2), (POLITIE, 3), (ZIEKENHUIS, 3)):
        person = a_person(bsn=bsn(number), voornamen=f"Naam{number}", adres=None)
        await intake.melding(a_melding(person), organisatie=organisatie)
    return intake


@asynccontextmanager
async def behind(intake: Intake, engine: AsyncEngine, wall: Wall) -> AsyncIterator[AsyncConnection]:
    with working(Work(wall=wall, vault=intake.made.vault)):
        async with in_transaction(engine) as conn:
            yield conn


async def seen(intake: Intake, engine: AsyncEngine, wall: Wall) -> dict[str, int]:
    async with behind(intake, engine, wall) as conn:
        return {str(table): int(count) for table, count in (await conn.execute(COUNT)).all()}


async def test_every_table_has_a_wall_but_those_that_hold_nothing_of_persons(intake: Intake) -> None:
    rows = await intake.rows("SELECT relname FROM pg_class WHERE relrowsecurity")

    assert {row.relname for row in rows} == {table.name for table in metadata.sorted_tables} - OPEN
    assert WALLED | {"sleutel", "taak", "vernietiging"} == {row.relname for row in rows}


async def test_the_role_of_the_room_stands_inside_the_walls_and_owns_nothing(intake: Intake) -> None:
    (role,) = await intake.rows("SELECT rolsuper, rolbypassrls FROM pg_roles WHERE rolname = current_user")
    owned = await intake.rows("SELECT relname FROM pg_class WHERE pg_get_userbyid(relowner) = current_user")

    assert (role.rolsuper, role.rolbypassrls, owned) == (False, False, [])


@pytest.mark.parametrize("rol", ["", "iemand", "beheerder", "gemeente", "lokaal-team"])
async def test_who_has_no_business_here_sees_and_changes_nothing(filled: Intake, bare: AsyncEngine, rol: str) -> None:
    wall = Wall(rol=rol, organisatie_id=POLITIE, gemeente_codes=frozenset({"0599"}))

    assert await seen(filled, bare, wall) == dict.fromkeys(WALLED, 0)
    async with behind(filled, bare, wall) as conn:
        for statement in ("UPDATE casus SET status = 'open'", "DELETE FROM persoon", "UPDATE melding SET melder = ''"):
            assert (await conn.execute(text(statement))).rowcount == 0
    with pytest.raises(ProgrammingError, match="row-level security"):
        async with behind(filled, bare, wall) as conn:
            await conn.execute(text("INSERT INTO casus VALUES (:id, 'open', now(), NULL, NULL, 0, 0)"), {"id": uuid4()})


async def test_a_connection_that_nobody_told_anything_sees_nothing(filled: Intake, bare: AsyncEngine) -> None:
    async with in_transaction(bare) as conn:
        found = (await conn.execute(COUNT)).all()
        keys = (await conn.execute(text("SELECT count(*) FROM sleutel"))).scalar()

    assert ({count for _, count in found}, keys) == ({0}, 0)


@pytest.mark.parametrize("rol", INSIDE)
async def test_whose_work_is_with_every_casus_sees_every_row(filled: Intake, bare: AsyncEngine, rol: str) -> None:
    found = await seen(filled, bare, Wall(rol=rol))

    assert (found["casus"], found["melding"], found["persoon"], found["advies"]) == (3, 4, 4, 1)
    assert found["koppelvoorstel"] == await filled.count("koppelvoorstel")
    assert found["persoon_sleutel"] == await filled.count("persoon_sleutel")


@pytest.mark.parametrize("organisatie", [POLITIE, ZIEKENHUIS])
async def test_a_sender_sees_the_rows_of_what_it_sent_and_no_other(
    filled: Intake, bare: AsyncEngine, organisatie: str
) -> None:
    wall = Wall(rol="ketenpartner", organisatie_id=organisatie)
    found = await seen(filled, bare, wall)
    async with behind(filled, bare, wall) as conn:
        senders = (await conn.execute(text("SELECT DISTINCT organisatie_id FROM melding"))).scalars().all()
        people = set((await conn.execute(text("SELECT id FROM persoon"))).scalars())
        keyed = set((await conn.execute(text("SELECT persoon_id FROM persoon_sleutel"))).scalars())

    own = "SELECT p.id FROM persoon p JOIN melding m ON m.id = p.melding_id WHERE m.organisatie_id = :o"
    assert senders == [organisatie]
    assert people == keyed == {row.id for row in await filled.rows(own, o=organisatie)}
    assert (found["melding"], found["persoon"], found["casus"]) == (2, 2, 2)
    assert (found["advies"], found["koppelvoorstel"]) == (0, 0)


async def test_a_sender_cannot_touch_or_plant_the_rows_of_another(filled: Intake, bare: AsyncEngine) -> None:
    wall = Wall(rol="ketenpartner", organisatie_id=POLITIE)

    async with behind(filled, bare, wall) as conn:
        other = text("UPDATE melding SET melder = '' WHERE organisatie_id = :o")
        assert (await conn.execute(other, {"o": ZIEKENHUIS})).rowcount == 0
    move = "UPDATE melding SET organisatie_id = :o"
    plant = """INSERT INTO melding SELECT CAST(:id AS uuid), 'M-0', casus_id, status, ontvangen_op,
                      veiligheidsbeoordeling_uiterlijk, gemeente_code, melder_categorie, melder_soort, dubbel_anoniem,
                      hermelding, vorige_afsluiting_op, waarschuwingen, :o, NULL, inhoud, melder, gegevens, advies_id
               FROM melding LIMIT 1"""
    for statement, values in ((move, {"o": ZIEKENHUIS}), (plant, {"o": ZIEKENHUIS, "id": uuid4()})):
        with pytest.raises(ProgrammingError, match="row-level security"):
            await change(filled, bare, wall, statement, values)


async def change(intake: Intake, engine: AsyncEngine, wall: Wall, statement: str, values: dict[str, Any]) -> None:
    async with behind(intake, engine, wall) as conn:
        await conn.execute(text(statement), values)


async def test_the_wall_holds_when_the_handlers_forget_to_look(filled: Intake, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "ties", lambda *_: frozenset(Betrekking))
    monkeypatch.setattr(reading, "_only_of", lambda _: None)
    (other,) = await filled.rows("SELECT id, kenmerk FROM melding WHERE organisatie_id = :o LIMIT 1", o=ZIEKENHUIS)

    read = await filled.call("GET", f"/meldingen/{other.id}", rol="ketenpartner")
    found = await filled.call("POST", "/meldingen/_zoek", {"kenmerk": other.kenmerk}, rol="ketenpartner")
    shared = await filled.call("POST", "/meldingen/_zoek", {"bsn": bsn(3)}, rol="ketenpartner")

    assert (read.status_code, found.json()["resultaten"]) == (404, [])
    assert len(shared.json()["resultaten"]) == 1


async def test_the_handlers_hold_when_the_wall_is_open(filled: Intake, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shared.web.access.Door.wall", lambda *_: Wall(rol="werker"))
    (other,) = await filled.rows("SELECT id, kenmerk FROM melding WHERE organisatie_id = :o LIMIT 1", o=ZIEKENHUIS)

    read = await filled.call("GET", f"/meldingen/{other.id}", rol="ketenpartner")
    found = await filled.call("POST", "/meldingen/_zoek", {"kenmerk": other.kenmerk}, rol="ketenpartner")

    assert (read.status_code, found.json()["resultaten"]) == (404, [])
