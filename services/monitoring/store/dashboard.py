"""Where the figures of the page of Veilig Thuis are read: clocks and alerts, counted by index."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from services.monitoring.domain.dashboard import DagStand, KlokStand, Stand, WaarschuwingTelling

_KLOKKEN = text("""
SELECT gemeente_code, soort, count(*) FILTER (WHERE uiterlijk <= :now) AS verstreken,
       count(*) FILTER (WHERE uiterlijk > :now AND uiterlijk <= :einde) AS vandaag,
       count(*) FILTER (WHERE uiterlijk > :einde AND waarschuwen_op <= :now) AS dreigend,
       count(*) FILTER (WHERE uiterlijk > :einde AND waarschuwen_op > :now) AS lopend
FROM termijn WHERE gestopt_op IS NULL AND NOT vervallen GROUP BY gemeente_code, soort ORDER BY gemeente_code, soort
""")
_ALARMEN = text("""
SELECT soort, stap, gemaakt_op, opgelost_op, onderwerp FROM waarschuwing
WHERE onderwerp IS NOT NULL AND opgelost_op IS NULL ORDER BY gemaakt_op DESC LIMIT :limiet
""")
_WAARSCHUWINGEN = text("""
SELECT soort, stap, count(*) AS aantal, max(gemaakt_op) AS laatste FROM waarschuwing
WHERE termijn_id IS NOT NULL AND gemaakt_op > :sinds AND gemaakt_op <= :now GROUP BY soort, stap
""")
_DUE_DAYS = text("""
SELECT CAST((uiterlijk - interval '1 microsecond') AT TIME ZONE 'Europe/Amsterdam' AS date) AS dag,
       count(*) FILTER (WHERE gestopt_op < uiterlijk) AS op_tijd,
       count(*) FILTER (WHERE gestopt_op IS NULL OR gestopt_op >= uiterlijk) AS te_laat
FROM termijn WHERE soort = 'veiligheidsbeoordeling' AND uiterlijk > :van AND uiterlijk <= :now
  AND NOT (vervallen AND gestopt_op < uiterlijk)
GROUP BY 1 ORDER BY 1
""")


async def due_days(conn: AsyncConnection, *, van: datetime, now: datetime) -> Sequence[DagStand]:
    """Return for each day how the veiligheidsbeoordelingen whose last day it was were met: a range of an index."""
    rows = (await conn.execute(_DUE_DAYS, {"van": van, "now": now})).all()
    return [DagStand(row.dag, row.op_tijd, row.te_laat) for row in rows]


async def clock_counts(conn: AsyncConnection, *, now: datetime, einde: datetime) -> Sequence[KlokStand]:
    """Return how the open clocks stand, by municipality and kind: read from the index of open clocks.

    ``einde`` is the midnight after today.
    """
    rows = (await conn.execute(_KLOKKEN, {"now": now, "einde": einde})).all()
    return [
        KlokStand(row.gemeente_code, row.soort, Stand(row.verstreken, row.vandaag, row.dreigend, row.lopend))
        for row in rows
    ]


async def alert_counts(conn: AsyncConnection, *, sinds: datetime, now: datetime) -> Sequence[WaarschuwingTelling]:
    """Return the alerts of terms since ``sinds``, by kind and step."""
    rows = (await conn.execute(_WAARSCHUWINGEN, {"sinds": sinds, "now": now})).all()
    return [WaarschuwingTelling(*row) for row in rows]


@dataclass(frozen=True, slots=True)
class LopendAlarm:
    """A condition of the house itself that lasts."""

    soort: str
    stap: str
    onderwerp: str
    sinds: datetime


async def running_alarms(conn: AsyncConnection, *, limiet: int = 20) -> Sequence[LopendAlarm]:
    """Return what is wrong with the house now."""
    rows = (await conn.execute(_ALARMEN, {"limiet": limiet})).all()
    return [LopendAlarm(row.soort, row.stap, row.onderwerp, row.gemaakt_op) for row in rows]
