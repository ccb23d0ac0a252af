"""How the cells of the KPIs are added to, read, and laid beside a recount."""

from collections.abc import AsyncIterator, Collection, Mapping
from contextlib import asynccontextmanager
from datetime import date
from uuid import UUID

import orjson
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from services.monitoring.domain.kpis import Cell, KpiKey, Meting
from services.monitoring.store import kpimutaties
from services.monitoring.store.facts import by_casus
from shared.db import in_transaction
from shared.errors import ConflictError
from shared.events.envelope import Event

_LOCK = 4_711_004
_CELLS = """jsonb_to_recordset(CAST(:cellen AS jsonb))
    AS k(nr int, meting text, gemeente_code text, dag date, naam text, waarde text, aantal int)"""
# The marks first, in one order, before any cell is locked; "gemerkt" tells the database that it need not do it again.
_ADD = text(
    "WITH k AS MATERIALIZED (SELECT * FROM "  # noqa: S608  # nosec B608  # fixed words
    + _CELLS
    + """),
marked AS (
    INSERT INTO kpi_maand (dag, gemeente_code)
    SELECT DISTINCT CASE WHEN meting = 'voorraad' THEN '-infinity' ELSE dag END AS maand, gemeente_code FROM k
    ORDER BY maand, gemeente_code
    ON CONFLICT (dag, gemeente_code) DO UPDATE SET merk = gen_random_uuid()
    RETURNING set_config('keten.gemerkt', 'ja', true)
)
INSERT INTO kpi AS c (meting, gemeente_code, dag, naam, waarde, aantal)
SELECT k.meting, k.gemeente_code, k.dag, k.naam, k.waarde, k.aantal
FROM k CROSS JOIN (SELECT count(*) FROM marked) told ORDER BY k.nr
ON CONFLICT (meting, gemeente_code, dag, naam, waarde) DO UPDATE SET aantal = c.aantal + excluded.aantal
"""
)
# A cell of nothing is no cell: otherwise reading the stock would cost more each day.
_SWEEP = text(
    "DELETE FROM kpi c USING "  # noqa: S608  # nosec B608  # fixed words
    + _CELLS
    + """
WHERE c.aantal = 0 AND (c.meting, c.gemeente_code, c.dag, c.naam, c.waarde)
    = (k.meting, k.gemeente_code, k.dag, k.naam, k.waarde)
"""
)
_READ = text("""
SELECT meting, gemeente_code, dag, naam, waarde, aantal FROM kpi
WHERE (dag BETWEEN :van AND :tot OR meting = :voorraad)
  AND (CAST(:gemeenten AS text[]) IS NULL OR gemeente_code = ANY(CAST(:gemeenten AS text[])))
  AND (CAST(:fasen AS text[]) IS NULL OR meting = :telling OR naam = ANY(CAST(:fasen AS text[])))
  AND (:uitsplitsing OR meting <> 'uitsplitsing')
""")
_ALL = text("SELECT meting, gemeente_code, dag, naam, waarde, aantal FROM kpi")
_FACTS = text("""
SELECT event_id, bron, casus_id, volgnummer, soort, tijdstip, data FROM feit ORDER BY casus_id
""")


async def stand_still(conn: AsyncConnection) -> None:
    """Let a transaction wait for its own long work without being broken off."""
    await conn.execute(text("SET LOCAL idle_in_transaction_session_timeout = 0"))


async def add_to_cells(conn: AsyncConnection, delta: Mapping[KpiKey, int], *, bekend_op: date) -> None:
    """Add to cells and book it on a day, in the order given: every transaction must give the same one."""
    await put_right(conn, delta)
    await kpimutaties.book(conn, delta, bekend_op=bekend_op)


async def put_right(conn: AsyncConnection, delta: Mapping[KpiKey, int]) -> None:
    """Add to cells and mark their months, without booking it: what is booked was right, and the cells were not."""
    if not delta:
        return
    rows = [{"nr": number, **key._asdict(), "aantal": aantal} for number, (key, aantal) in enumerate(delta.items())]
    await conn.execute(_ADD, {"cellen": orjson.dumps(rows).decode()})
    lowered = [row for row, aantal in zip(rows, delta.values(), strict=True) if aantal < 0]
    if lowered:
        await conn.execute(_SWEEP, {"cellen": orjson.dumps(lowered).decode()})


async def read_cells(  # noqa: PLR0913, one parameter a filter
    conn: AsyncConnection,
    *,
    van: date,
    tot: date,
    gemeente_codes: Collection[str] | None = None,
    fasen: Collection[str] | None = None,
    uitsplitsing: bool = False,
) -> list[Cell]:
    """Return the cells of some months (first days, both inclusive) with those of the present stock."""
    values = {
        "van": van,
        "tot": tot,
        "gemeenten": None if gemeente_codes is None else sorted(gemeente_codes),
        "fasen": None if fasen is None else sorted(fasen),
        "voorraad": Meting.VOORRAAD.value,
        "telling": Meting.TELLING.value,
        "uitsplitsing": uitsplitsing,
    }
    rows = (await conn.execute(_READ, values)).all()
    return [Cell(KpiKey(r.meting, r.gemeente_code, r.dag, r.naam, r.waarde), r.aantal) for r in rows]


async def all_cells(conn: AsyncConnection) -> dict[KpiKey, int]:
    """Return every cell."""
    rows = (await conn.execute(_ALL)).all()
    return {KpiKey(r.meting, r.gemeente_code, r.dag, r.naam, r.waarde): r.aantal for r in rows}


@asynccontextmanager
async def alone(engine: AsyncEngine) -> AsyncIterator[None]:
    """Let one recount run at a time: two would repair the same cell twice. Raises ``ConflictError`` for the second."""
    async with in_transaction(engine) as conn:
        await stand_still(conn)
        taken = (await conn.execute(text("SELECT pg_try_advisory_xact_lock(:lock)"), {"lock": _LOCK})).scalar_one()
        if not taken:
            raise ConflictError("Er loopt al een herberekening; wacht tot die klaar is.")
        yield


@asynccontextmanager
async def snapshot(engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
    """Open a transaction in which everything is seen as it is at one moment; nobody waits for it."""
    async with in_transaction(engine.execution_options(isolation_level="REPEATABLE READ")) as conn:
        await conn.execute(text("SET LOCAL statement_timeout = 0"))
        await stand_still(conn)
        yield conn


async def stream_casussen(conn: AsyncConnection) -> AsyncIterator[tuple[UUID, list[Event]]]:
    """Give every casus with all its facts, without holding more than one in hand."""
    rows = await conn.stream(_FACTS)
    async for casus_id, facts in by_casus(rows):
        yield casus_id, facts
