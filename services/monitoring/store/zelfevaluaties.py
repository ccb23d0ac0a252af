"""How self-assessments are kept: versions that are only added, one that becomes definite, and the sums of a region."""

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import text
from sqlalchemy.engine import Row
from sqlalchemy.ext.asyncio import AsyncConnection

from services.monitoring.domain.zelfevaluatie import RegioCijfer, Zelfevaluatie

_COLUMNS = """
SELECT id, gemeente_code, jaar, versie, vragenlijst, antwoorden, ingediend_op, vastgesteld_op FROM zelfevaluatie
"""
_NEWEST = text(
    _COLUMNS + " WHERE gemeente_code = :gemeente_code AND jaar = :jaar ORDER BY versie DESC LIMIT 1 FOR UPDATE"
)
_GET = text(_COLUMNS + " WHERE id = :id FOR UPDATE")
_LIST = text(
    _COLUMNS
    + """
WHERE (CAST(:gemeenten AS text[]) IS NULL OR gemeente_code = ANY(CAST(:gemeenten AS text[])))
  AND (CAST(:jaar AS int) IS NULL OR jaar = :jaar) AND (CAST(:na AS uuid) IS NULL OR id > :na)
ORDER BY id LIMIT :limiet
"""
)
_YEARS = text("""
SELECT DISTINCT ON (jaar) id, gemeente_code, jaar, versie, vragenlijst, antwoorden, ingediend_op, vastgesteld_op
FROM zelfevaluatie WHERE gemeente_code = :gemeente_code ORDER BY jaar, versie DESC
""")
_INSERT = text("""
INSERT INTO zelfevaluatie (id, gemeente_code, jaar, versie, vragenlijst, antwoorden, ingediend_op)
VALUES (:id, :gemeente_code, :jaar, :versie, :vragenlijst, CAST(:antwoorden AS jsonb), :ingediend_op)
ON CONFLICT (gemeente_code, jaar, versie) DO NOTHING RETURNING id
""")
_FIX = text("UPDATE zelfevaluatie SET vastgesteld_op = :op WHERE id = :id AND vastgesteld_op IS NULL")
_ADD_UP = text("""
INSERT INTO zelfevaluatie_regio AS r (jaar, vraag, gemeenten, som)
SELECT :jaar, a.key, 1, CAST(a.value AS int) FROM jsonb_each_text(CAST(:antwoorden AS jsonb)) a ORDER BY a.key
ON CONFLICT (jaar, vraag) DO UPDATE SET gemeenten = r.gemeenten + 1, som = r.som + excluded.som
""")
_REGION = text("SELECT jaar, vraag, gemeenten, som FROM zelfevaluatie_regio WHERE jaar = ANY(CAST(:jaren AS int[]))")


async def hold_newest(conn: AsyncConnection, gemeente_code: str, jaar: int) -> Zelfevaluatie | None:
    """Return the newest version of a municipality over a year, held until the end of the transaction."""
    row = (await conn.execute(_NEWEST, {"gemeente_code": gemeente_code, "jaar": jaar})).one_or_none()
    return _of(row) if row else None


async def hold(conn: AsyncConnection, zelfevaluatie_id: UUID) -> Zelfevaluatie | None:
    """Return one version, held until the end of the transaction."""
    row = (await conn.execute(_GET, {"id": zelfevaluatie_id})).one_or_none()
    return _of(row) if row else None


async def insert(conn: AsyncConnection, one: Zelfevaluatie) -> bool:
    """Keep a new version; False when somebody else made this one in the same moment."""
    values = {
        "id": one.id,
        "gemeente_code": one.gemeente_code,
        "jaar": one.jaar,
        "versie": one.versie,
        "vragenlijst": one.vragenlijst,
        "antwoorden": orjson.dumps(dict(one.antwoorden)).decode(),
        "ingediend_op": one.ingediend_op,
    }
    return (await conn.execute(_INSERT, values)).scalar_one_or_none() is not None


async def fix(conn: AsyncConnection, one: Zelfevaluatie) -> None:
    """Write that a version is definite, and add it to the sums of the region; done twice it is done once."""
    changed = (await conn.execute(_FIX, {"id": one.id, "op": one.vastgesteld_op})).rowcount
    if changed:
        answers = orjson.dumps(dict(one.antwoorden)).decode()
        await conn.execute(_ADD_UP, {"jaar": one.jaar, "antwoorden": answers})


async def list_all(
    conn: AsyncConnection,
    *,
    gemeente_codes: Collection[str] | None,
    jaar: int | None,
    na: UUID | None,
    limiet: int,
) -> Sequence[Zelfevaluatie]:
    """Return versions in the order in which they were made; None is every municipality."""
    values = {
        "gemeenten": None if gemeente_codes is None else sorted(gemeente_codes),
        "jaar": jaar,
        "na": na,
        "limiet": limiet,
    }
    return [_of(row) for row in (await conn.execute(_LIST, values)).all()]


async def newest_of_years(conn: AsyncConnection, gemeente_code: str) -> Sequence[Zelfevaluatie]:
    """Return the newest version of each year of a municipality."""
    return [_of(row) for row in (await conn.execute(_YEARS, {"gemeente_code": gemeente_code})).all()]


async def region(conn: AsyncConnection, jaren: Collection[int]) -> Sequence[RegioCijfer]:
    """Return the sums of some years."""
    rows = (await conn.execute(_REGION, {"jaren": sorted(jaren)})).all()
    return [RegioCijfer(row.jaar, row.vraag, row.gemeenten, row.som) for row in rows]


def _of(row: Row[Any]) -> Zelfevaluatie:
    return Zelfevaluatie(
        id=row.id,
        gemeente_code=row.gemeente_code,
        jaar=row.jaar,
        versie=row.versie,
        vragenlijst=row.vragenlijst,
        antwoorden=row.antwoorden,
        ingediend_op=row.ingediend_op,
        vastgesteld_op=row.vastgesteld_op,
    )
