"""How receivers of mail are kept, and which of them had the mail of which day."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select, text, update
from sqlalchemy.dialects import postgresql
from sqlalchemy.engine import Row
from sqlalchemy.ext.asyncio import AsyncConnection

from services.monitoring.domain.dagbericht import OpenTelling, OpenTermijn
from services.monitoring.domain.ontvangers import Ontvanger, OntvangerSoort
from services.monitoring.tables.ontvangers import dagbericht, ontvanger


@dataclass(frozen=True, slots=True)
class OntvangerRow:
    """A receiver with the version that a change must name."""

    ontvanger: Ontvanger
    gewijzigd_op: datetime
    versie: int


async def load_all(conn: AsyncConnection) -> tuple[Ontvanger, ...]:
    """Return every receiver: the workers and team leads of one house."""
    rows = (await conn.execute(select(ontvanger).order_by(ontvanger.c.id))).all()
    return tuple(_row(row).ontvanger for row in rows)


async def list_page(conn: AsyncConnection, *, na: UUID | None, limiet: int) -> list[OntvangerRow]:
    """Return receivers in the order of their ids."""
    query = select(ontvanger).order_by(ontvanger.c.id).limit(limiet)
    if na is not None:
        query = query.where(ontvanger.c.id > na)
    return [_row(row) for row in (await conn.execute(query)).all()]


async def get(conn: AsyncConnection, ontvanger_id: UUID, *, lock: bool = False) -> OntvangerRow | None:
    """Return one receiver, held until the end of the transaction when ``lock`` says so."""
    query = select(ontvanger).where(ontvanger.c.id == ontvanger_id)
    row = (await conn.execute(query.with_for_update() if lock else query)).one_or_none()
    return _row(row) if row else None


async def add(conn: AsyncConnection, one: Ontvanger, *, now: datetime) -> bool:
    """Keep a new receiver; return False when he is there already."""
    query = (
        postgresql.insert(ontvanger)
        .values({**_values(one), "id": one.id, "gewijzigd_op": now})
        .on_conflict_do_nothing()
    )
    return bool((await conn.execute(query)).rowcount)


async def save(conn: AsyncConnection, one: Ontvanger, *, now: datetime) -> None:
    """Change a locked receiver; he gets his next version."""
    changed = update(ontvanger).where(ontvanger.c.id == one.id)
    await conn.execute(changed.values({**_values(one), "gewijzigd_op": now, "versie": ontvanger.c.versie + 1}))


async def remove(conn: AsyncConnection, ontvanger_id: UUID) -> None:
    """Take away a receiver, and with him the only place where his address stands."""
    await conn.execute(delete(ontvanger).where(ontvanger.c.id == ontvanger_id))


def _values(one: Ontvanger) -> dict[str, Any]:
    return {
        "soort": one.soort.value,
        "postvak": one.postvak,
        "dagbericht": one.dagbericht,
        "rust_van": one.rust_van,
        "rust_tot": one.rust_tot,
    }


def _row(row: Row[Any]) -> OntvangerRow:
    one = Ontvanger(
        id=row.id,
        soort=OntvangerSoort(row.soort),
        postvak=row.postvak,
        dagbericht=row.dagbericht,
        rust_van=row.rust_van,
        rust_tot=row.rust_tot,
    )
    return OntvangerRow(one, row.gewijzigd_op, row.versie)


# --- the mail of a day -------------------------------------------------------------------------------------------


async def had_day(conn: AsyncConnection, dag: date) -> set[str]:
    """Return who had the mail of this day, or had nothing to hear."""
    return set((await conn.execute(select(dagbericht.c.doel).where(dagbericht.c.dag == dag))).scalars())


async def claim_day(conn: AsyncConnection, doel: str, dag: date, *, bericht_id: UUID | None, now: datetime) -> bool:
    """Note that a receiver has the mail of a day; return False when another worker was first."""
    row = {"doel": doel, "dag": dag, "bericht_id": bericht_id, "gemaakt_op": now}
    return bool((await conn.execute(postgresql.insert(dagbericht).values(row).on_conflict_do_nothing())).rowcount)


_OPEN = text("""
SELECT soort, count(*) AS aantal, count(*) FILTER (WHERE uiterlijk <= :now) AS te_laat
FROM termijn WHERE gestopt_op IS NULL AND (CAST(:nr AS uuid) IS NULL OR eigenaar_nr = :nr)
GROUP BY soort ORDER BY soort
""")
_DUE = text("""
SELECT soort, casus_id, uiterlijk FROM termijn
WHERE gestopt_op IS NULL AND uiterlijk <= :tot AND (CAST(:nr AS uuid) IS NULL OR eigenaar_nr = :nr)
ORDER BY uiterlijk, id LIMIT :limiet
""")
_DUE_LATER = text("""
SELECT soort, casus_id, uiterlijk FROM termijn
WHERE gestopt_op IS NULL AND uiterlijk > :van AND uiterlijk <= :tot
  AND (CAST(:nr AS uuid) IS NULL OR eigenaar_nr = :nr)
ORDER BY uiterlijk, id LIMIT :limiet
""")
_DUE_COUNT = text("""
SELECT count(*) FROM termijn WHERE gestopt_op IS NULL AND uiterlijk > :van AND uiterlijk <= :tot
  AND (CAST(:nr AS uuid) IS NULL OR eigenaar_nr = :nr)
""")


async def count_open(conn: AsyncConnection, nr: UUID | None, *, now: datetime) -> list[OpenTelling]:
    """Return how many clocks are open of one worker, or of everybody when ``nr`` is None."""
    rows = (await conn.execute(_OPEN, {"nr": nr, "now": now})).all()
    return [OpenTelling(row.soort, row.aantal, row.te_laat) for row in rows]


async def late(conn: AsyncConnection, nr: UUID | None, *, now: datetime, limiet: int) -> list[OpenTermijn]:
    """Return the clocks that have passed, what passed longest ago first."""
    rows = (await conn.execute(_DUE, {"nr": nr, "tot": now, "limiet": limiet})).all()
    return [OpenTermijn(row.soort, row.casus_id, row.uiterlijk) for row in rows]


async def due(
    conn: AsyncConnection, nr: UUID | None, *, van: datetime, tot: datetime, limiet: int
) -> tuple[list[OpenTermijn], int]:
    """Return the clocks that end soon, what ends first in front, and how many there are in all."""
    rows = (await conn.execute(_DUE_LATER, {"nr": nr, "van": van, "tot": tot, "limiet": limiet})).all()
    total = (await conn.execute(_DUE_COUNT, {"nr": nr, "van": van, "tot": tot})).scalar_one()
    return [OpenTermijn(row.soort, row.casus_id, row.uiterlijk) for row in rows], total
