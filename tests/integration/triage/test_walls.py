"""Which rows of triage PostgreSQL shows to whom: the second line, which holds when the first has a hole."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from services.triage.tables import metadata
from shared.db import create_engine, in_transaction
from shared.rules.codes import Rol
from shared.work import INTAKE_WALL, Wall, Work, working
from tests.integration.triage.room import GEHEIM, TriageRoom

pytestmark = pytest.mark.anyio

OPEN = {
    "outbox", "inbox_stand", "inbox_wachtend", "volgnummer", "relay_stand", "quarantaine", "idempotentie",
    "audit", "audit_wachtrij", "audit_keten", "audit_oud",
}  # fmt: skip
WALLED = {table.name for table in metadata.sorted_tables} - OPEN - {"sleutel", "vernietiging"}
# Those in which the casus of this file leaves a row; the tables of other subjects are filled by their own tests.
FILLED = {
    "dossier",
    "directbetrokkene",
    "dienst",
    "contact",
    "veiligheidsvoorwaarde",
    "handeling",
    "casus_alias",
    "casus_plaats",
    "onderwerp_plaats",
}
INSIDE = ("werker", "systeem", "vt-medewerker", "vt-teamleider")
COUNT = text(" UNION ALL ".join(f"SELECT '{table}', count(*) FROM {table}" for table in sorted(WALLED)))  # noqa: S608


@pytest.fixture
async def bare(triage: TriageRoom) -> AsyncIterator[AsyncEngine]:
    """An engine of the room's own role, under no name."""
    url = triage.made.engine.url.render_as_string(hide_password=False)
    found = create_engine(url, name="test-muur", pool_size=2)
    yield found
    await found.dispose()


@pytest.fixture
async def filled(triage: TriageRoom) -> TriageRoom:
    """A row in every table, of two municipalities."""
    melding_id, casus_id = uuid4(), uuid4()
    dienst_id = await triage.dienst("voorwaarden-en-vervolg", melding_id=melding_id, casus_id=casus_id)
    contact = {"soort": "gesproken", "met": "kind", "tijdstip": "2026-03-02T08:00:00Z", "verslag": GEHEIM}
    voorwaarde = {"omschrijving": GEHEIM, "eigenaar": "ik", "controle": "bellen", "controleOp": "2026-04-01"}
    handeling = {"soort": "betrokkenen-geinformeerd", "tijdstip": "2026-03-02T08:00:00Z", "toelichting": GEHEIM}
    for path, body in (
        (f"/diensten/{dienst_id}/contacten", contact),
        (f"/diensten/{dienst_id}/veiligheidsvoorwaarden", voorwaarde),
        (f"/veiligheidsbeoordelingen/{melding_id}/handelingen", handeling),
    ):
        assert (await triage.post(path, body)).status_code == 201
    await triage.receive(gemeente="0606")
    await triage.hear(triage.merge(verdwenen=uuid4(), blijft=casus_id))
    return triage


@asynccontextmanager
async def behind(triage: TriageRoom, engine: AsyncEngine, wall: Wall) -> AsyncIterator[AsyncConnection]:
    with working(Work(wall=wall, vault=triage.made.vault)):
        async with in_transaction(engine) as conn:
            yield conn


async def seen(triage: TriageRoom, engine: AsyncEngine, wall: Wall) -> dict[str, int]:
    async with behind(triage, engine, wall) as conn:
        return {str(table): int(count) for table, count in (await conn.execute(COUNT)).all()}


async def change(triage: TriageRoom, engine: AsyncEngine, wall: Wall, statement: str, **values: Any) -> None:
    async with behind(triage, engine, wall) as conn:
        await conn.execute(text(statement), values)


async def test_every_table_has_a_wall_but_those_that_hold_nothing_of_persons(triage: TriageRoom) -> None:
    rows = await triage.rows("SELECT relname FROM pg_class WHERE relrowsecurity")

    assert {row.relname for row in rows} == WALLED | {"sleutel", "vernietiging"}


async def test_the_role_of_the_room_stands_inside_the_walls_and_owns_nothing(triage: TriageRoom) -> None:
    (role,) = await triage.rows("SELECT rolsuper, rolbypassrls FROM pg_roles WHERE rolname = current_user")
    owned = await triage.rows("SELECT relname FROM pg_class WHERE pg_get_userbyid(relowner) = current_user")

    assert (role.rolsuper, role.rolbypassrls, list(owned)) == (False, False, [])


@pytest.mark.parametrize("rol", ["", "iemand", INTAKE_WALL, *sorted(set(Rol) - set(INSIDE))])
async def test_who_has_no_business_here_sees_and_changes_nothing(
    filled: TriageRoom, bare: AsyncEngine, rol: str
) -> None:
    wall = Wall(rol=rol, organisatie_id="vtrr", gemeente_codes=frozenset({"0599", "0606"}))

    assert await seen(filled, bare, wall) == dict.fromkeys(WALLED, 0)
    async with behind(filled, bare, wall) as conn:
        for statement in ("UPDATE dossier SET versie = 9", "DELETE FROM contact", "UPDATE dienst SET versie = 9"):
            assert (await conn.execute(text(statement))).rowcount == 0
    with pytest.raises(ProgrammingError, match="row-level security"):
        await change(filled, bare, wall, "INSERT INTO casus_alias VALUES (:a, :b)", a=uuid4(), b=uuid4())


async def test_a_connection_that_nobody_told_anything_sees_nothing(filled: TriageRoom, bare: AsyncEngine) -> None:
    async with in_transaction(bare) as conn:
        found = (await conn.execute(COUNT)).all()
        keys = (await conn.execute(text("SELECT count(*) FROM sleutel"))).scalar()

    assert ({count for _, count in found}, keys) == ({0}, 0)


@pytest.mark.parametrize("rol", INSIDE)
async def test_whose_work_is_with_every_casus_sees_every_row(filled: TriageRoom, bare: AsyncEngine, rol: str) -> None:
    found = await seen(filled, bare, Wall(rol=rol))

    two = {"dossier": 2, "onderwerp_plaats": 2, "directbetrokkene": 4}
    assert {table: found[table] for table in FILLED} == dict.fromkeys(FILLED, 1) | two


async def test_the_wall_of_one_request_is_gone_in_the_next(filled: TriageRoom, bare: AsyncEngine) -> None:
    await seen(filled, bare, Wall(rol="vt-medewerker"))

    async with in_transaction(bare) as conn:
        assert {count for _, count in (await conn.execute(COUNT)).all()} == {0}
