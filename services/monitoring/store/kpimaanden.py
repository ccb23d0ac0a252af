"""How cells are read by municipality and month, and only those of which the mark is another than that of the reader."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from sys import intern
from typing import Any
from uuid import UUID

from sqlalchemy import Row, text
from sqlalchemy.ext.asyncio import AsyncConnection

from services.monitoring.domain.kpis import Som
from services.monitoring.domain.kpisommen import Plek

# One statement, and so one moment: of a month that did not change its mark alone, of any other its cells too. A mark
# that is not seen through the wall is not answered, and what the reader kept of it is then not used. That a mark is
# another is asked where the cells are: asked of the join, they would all be read first and thrown away.
_READ = text("""
SELECT m.dag, m.gemeente_code, m.merk, k.merk IS DISTINCT FROM m.merk AS changed,
       c.metingen, c.namen, c.waarden, c.aantallen
FROM kpi_maand m
LEFT JOIN unnest(CAST(:dagen AS date[]), CAST(:codes AS text[]), CAST(:merken AS uuid[])) k(dag, gemeente_code, merk)
    ON k.dag = m.dag AND k.gemeente_code = m.gemeente_code
LEFT JOIN LATERAL (
    SELECT array_agg(meting) AS metingen, array_agg(naam) AS namen, array_agg(waarde) AS waarden,
           array_agg(aantal) AS aantallen
    FROM (
        SELECT meting, naam, waarde, aantal FROM kpi
        WHERE k.merk IS DISTINCT FROM m.merk AND m.dag <> '-infinity' AND dag = m.dag
          AND gemeente_code = m.gemeente_code AND meting <> 'voorraad' AND aantal <> 0
          AND (:uitsplitsing OR meting <> 'uitsplitsing')
        UNION ALL
        SELECT meting, naam, CAST(dag AS text), aantal FROM kpi
        WHERE k.merk IS DISTINCT FROM m.merk AND m.dag = '-infinity' AND meting = 'voorraad'
          AND gemeente_code = m.gemeente_code AND aantal <> 0
    ) cells
) c ON true
WHERE (m.dag BETWEEN :van AND :tot OR m.dag = '-infinity')
  AND (CAST(:gemeenten AS text[]) IS NULL OR m.gemeente_code = ANY(CAST(:gemeenten AS text[])))
""")


@dataclass(frozen=True, slots=True, eq=False)
class Maandcellen:
    """The cells of one place, added up, as they were under a mark."""

    merk: UUID
    som: Som


async def read_maanden(  # noqa: PLR0913, one parameter a filter
    conn: AsyncConnection,
    known: Mapping[Plek, Maandcellen],
    *,
    van: date,
    tot: date,
    gemeente_codes: Collection[str] | None,
    uitsplitsing: bool,
) -> dict[Plek, Maandcellen]:
    """Return the cells of some months and of the stock, as they are at one moment; of ``known`` what is still so."""
    values = {
        "dagen": [dag for dag, _ in known],
        "codes": [code for _, code in known],
        "merken": [kept.merk for kept in known.values()],
        "van": van,
        "tot": tot,
        "gemeenten": None if gemeente_codes is None else sorted(gemeente_codes),
        "uitsplitsing": uitsplitsing,
    }
    found: dict[Plek, Maandcellen] = {}
    for row in (await conn.execute(_READ, values)).all():
        place = (row.dag, row.gemeente_code)
        if not row.changed:
            found[place] = known[place]
            continue
        found[place] = Maandcellen(row.merk, _added_up(row))
    return found


def _added_up(row: Row[Any]) -> Som:
    if row.metingen is None:  # it had cells once
        return {}
    # A few words in thousands of keys: each is kept once.
    keys = zip(map(intern, row.metingen), map(intern, row.namen), map(intern, row.waarden), strict=True)
    return dict(zip(keys, row.aantallen, strict=True))
