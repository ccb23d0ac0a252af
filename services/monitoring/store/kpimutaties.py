"""What was added to the cells of the KPIs on which day, and how they are read as they were known on a day.

Nothing is booked before the newest balance: whoever books holds a lock that others can hold too, and a balance is made
only when nobody holds it.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

import orjson
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from services.monitoring.domain.kpis import Cell, KpiKey, Meting
from shared.db import read_alone

_BOOKING = 4_711_006
# A writer takes the row of its connection: a counter in one row would make all of them wait for each other.
_HOLD = text("""
WITH held AS MATERIALIZED (SELECT 1 FROM pg_advisory_xact_lock_shared(:lock))
INSERT INTO kpi_versie AS v (vak, teller) SELECT pg_backend_pid() % 256, 1 FROM held
ON CONFLICT (vak) DO UPDATE SET teller = v.teller + 1
""")
_VERSION = "SELECT CAST(coalesce(sum(teller), 0) AS bigint) FROM kpi_versie"
_HOLD_ALONE = text("SELECT pg_try_advisory_xact_lock(:lock)")
_BOOK = text("""
INSERT INTO kpi_mutatie AS m (dag, bekend_op, meting, gemeente_code, naam, waarde, aantal)
SELECT k.dag, GREATEST(CAST(:bekend_op AS date), (SELECT max(p.dag) FROM kpi_peil p)),
       k.meting, k.gemeente_code, k.naam, k.waarde, k.aantal
FROM jsonb_to_recordset(CAST(:cellen AS jsonb))
    AS k(nr int, meting text, gemeente_code text, dag date, naam text, waarde text, aantal int)
ORDER BY k.nr
ON CONFLICT (dag, bekend_op, meting, gemeente_code, naam, waarde) DO UPDATE SET aantal = m.aantal + excluded.aantal
""")
# The months by whichever end is nearer (domain/bekend.py), the stock from the balance before the day. Months are joined
# and not compared with a list: an empty list proves to a planner whatever an index asks, and it took that of the stock.
_KNOWN = text("""
WITH peil AS (SELECT coalesce(max(dag), '-infinity') AS dag FROM kpi_peil WHERE NOT begin AND dag <= :daarna)
SELECT k.meting, k.gemeente_code, k.dag, k.naam, k.waarde, CAST(sum(k.aantal) AS int) AS aantal FROM (
    SELECT meting, gemeente_code, dag, naam, waarde, aantal
    FROM unnest(CAST(:terug AS date[])) maand JOIN kpi ON dag = maand
    WHERE meting <> :voorraad
    UNION ALL
    SELECT meting, gemeente_code, dag, naam, waarde, -aantal
    FROM unnest(CAST(:terug AS date[])) maand JOIN kpi_mutatie ON dag = maand
    WHERE bekend_op >= :daarna AND meting <> :voorraad
    UNION ALL
    SELECT meting, gemeente_code, dag, naam, waarde, aantal
    FROM unnest(CAST(:vooruit AS date[])) maand JOIN kpi_mutatie ON dag = maand
    WHERE bekend_op < :daarna AND meting <> :voorraad
    UNION ALL
    SELECT CAST(:voorraad AS text), gemeente_code, dag, naam, '', aantal FROM kpi_stand
    WHERE peildag = (SELECT dag FROM peil)
    UNION ALL
    SELECT meting, gemeente_code, dag, naam, waarde, aantal FROM kpi_mutatie
    WHERE meting = 'voorraad' AND bekend_op >= (SELECT dag FROM peil) AND bekend_op < :daarna
) k
WHERE (CAST(:gemeenten AS text[]) IS NULL OR k.gemeente_code = ANY(CAST(:gemeenten AS text[])))
  AND (CAST(:fasen AS text[]) IS NULL OR k.meting = :telling OR k.naam = ANY(CAST(:fasen AS text[])))
  AND (:uitsplitsing OR k.meting <> 'uitsplitsing')
GROUP BY k.meting, k.gemeente_code, k.dag, k.naam, k.waarde
HAVING sum(k.aantal) <> 0
""")
_SUMS = text("""
SELECT meting, gemeente_code, dag, naam, waarde, CAST(sum(aantal) AS int) AS aantal FROM kpi_mutatie
GROUP BY meting, gemeente_code, dag, naam, waarde HAVING sum(aantal) <> 0
""")
_NEWEST = text("SELECT max(dag) FROM kpi_peil")
_BEGIN = text("SELECT max(dag) FROM kpi_peil WHERE begin")
# The first booking of each day, and the earliest of those: a step in the key a day, and not a look at every booking.
_SINCE = text("""
WITH RECURSIVE eerste (dag, bekend_op) AS (
    (SELECT dag, bekend_op FROM kpi_mutatie ORDER BY dag, bekend_op LIMIT 1)
    UNION ALL
    SELECT volgende.dag, volgende.bekend_op FROM eerste CROSS JOIN LATERAL (
        SELECT m.dag, m.bekend_op FROM kpi_mutatie m WHERE m.dag > eerste.dag ORDER BY m.dag, m.bekend_op LIMIT 1
    ) AS volgende
)
SELECT greatest((SELECT max(dag) FROM kpi_peil WHERE begin), (SELECT min(bekend_op) FROM eerste))
""")
_BALANCES = text("SELECT dag FROM kpi_peil WHERE NOT begin ORDER BY dag")
_CLOSE = text("INSERT INTO kpi_peil (dag, begin) VALUES (:peil, false) ON CONFLICT (dag) DO NOTHING")
_FORGET = text("DELETE FROM kpi_stand WHERE peildag = :peil")
_BALANCE = text("""
INSERT INTO kpi_stand (peildag, gemeente_code, dag, naam, aantal)
SELECT :peil, k.gemeente_code, k.dag, k.naam, sum(k.aantal) FROM (
    SELECT gemeente_code, dag, naam, aantal FROM kpi_stand WHERE peildag = CAST(:vorige AS date)
    UNION ALL
    SELECT gemeente_code, dag, naam, aantal FROM kpi_mutatie
    WHERE meting = 'voorraad' AND bekend_op < :peil
      AND bekend_op >= coalesce(CAST(:vorige AS date), '-infinity')
) k GROUP BY k.gemeente_code, k.dag, k.naam HAVING sum(k.aantal) <> 0
""")
# Below the newest balance nothing is booked any more, so nothing there can become something again.
_TIDY = text("DELETE FROM kpi_mutatie WHERE aantal = 0 AND bekend_op < :peil")
_WRONG_BALANCE = text("""
SELECT EXISTS (
    SELECT FROM (
        SELECT gemeente_code, dag, naam, aantal FROM kpi_stand WHERE peildag = :peil
        UNION ALL
        SELECT gemeente_code, dag, naam, -aantal FROM kpi_mutatie WHERE meting = 'voorraad' AND bekend_op < :peil
    ) k GROUP BY k.gemeente_code, k.dag, k.naam HAVING sum(k.aantal) <> 0
)
""")


async def book(conn: AsyncConnection, delta: Mapping[KpiKey, int], *, bekend_op: date) -> None:
    """Book what is added to cells, in the order given, on a day; never before the newest balance."""
    if not delta:
        return
    await hold(conn)
    rows = [{"nr": number, **key._asdict(), "aantal": aantal} for number, (key, aantal) in enumerate(delta.items())]
    await conn.execute(_BOOK, {"cellen": orjson.dumps(rows).decode(), "bekend_op": bekend_op})


async def hold(conn: AsyncConnection) -> None:
    """Let no balance be made until this transaction ends, and let the figures have another version after it."""
    await conn.execute(_HOLD, {"lock": _BOOKING})


async def version(engine: AsyncEngine) -> int:
    """Return a number that is another after each change of the figures."""
    return int(await read_alone(engine, _VERSION))


async def read_known(  # noqa: PLR0913, one parameter a filter
    conn: AsyncConnection,
    *,
    bekend_op: date,
    terug: Sequence[date],
    vooruit: Sequence[date],
    gemeente_codes: Collection[str] | None,
    fasen: Collection[str] | None,
    uitsplitsing: bool,
) -> list[Cell]:
    """Return the cells of some months, and of the stock, as they were known at the end of a day."""
    values: dict[str, Any] = {
        "daarna": bekend_op + timedelta(days=1),
        "terug": list(terug),
        "vooruit": list(vooruit),
        "gemeenten": None if gemeente_codes is None else sorted(gemeente_codes),
        "fasen": None if fasen is None else sorted(fasen),
        "voorraad": Meting.VOORRAAD.value,
        "telling": Meting.TELLING.value,
        "uitsplitsing": uitsplitsing,
    }
    rows = (await conn.execute(_KNOWN, values)).all()
    return [Cell(KpiKey(r.meting, r.gemeente_code, r.dag, r.naam, r.waarde), r.aantal) for r in rows]


async def kept_since(conn: AsyncConnection) -> date | None:
    """Return the first day of which it is known what was known; None when that is all days."""
    since: date | None = (await conn.execute(_BEGIN)).scalar_one()
    return since


async def known_since(conn: AsyncConnection) -> date | None:
    """Return the first day of which it is known what was known, and on which anything was; None before there is any."""
    since: date | None = (await conn.execute(_SINCE)).scalar_one()
    return since


async def booked(conn: AsyncConnection) -> dict[KpiKey, int]:
    """Return what was booked on each cell, over all days."""
    rows = (await conn.execute(_SUMS)).all()
    return {KpiKey(r.meting, r.gemeente_code, r.dag, r.naam, r.waarde): r.aantal for r in rows}


# --- balances of the stock ---


async def close_until(conn: AsyncConnection, peil: date) -> bool:
    """Make the balance of a day and take what came to nothing off the books; False when it is there, or somebody books.

    A balance is made of the one before and what was booked since.
    """
    newest = (await conn.execute(_NEWEST)).scalar_one()
    if newest is not None and newest >= peil:
        return False
    if not (await conn.execute(_HOLD_ALONE, {"lock": _BOOKING})).scalar_one():
        return False
    balances = [day for day in await balance_days(conn) if day < peil]
    await conn.execute(_CLOSE, {"peil": peil})
    await conn.execute(_BALANCE, {"peil": peil, "vorige": balances[-1] if balances else None})
    await conn.execute(_TIDY, {"peil": peil})
    return True


async def balance_days(conn: AsyncConnection) -> list[date]:
    """Return the days of which there is a balance, the oldest first."""
    return list((await conn.execute(_BALANCES)).scalars().all())


async def is_wrong(conn: AsyncConnection, peil: date) -> bool:
    """Say whether a balance is not the sum of what was booked before its day."""
    return bool((await conn.execute(_WRONG_BALANCE, {"peil": peil})).scalar_one())


async def make_anew(conn: AsyncConnection, peil: date) -> None:
    """Make a balance again of everything that was booked before its day: nothing is booked there any more."""
    await conn.execute(_FORGET, {"peil": peil})
    await conn.execute(_BALANCE, {"peil": peil, "vorige": None})
