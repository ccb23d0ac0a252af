"""Where the figures of pages and letters are read: risk factors from their file, clocks and alerts counted by index."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from services.monitoring.domain.dashboard import DagStand
from services.monitoring.domain.risico import Factor, GemeenteFeiten, Klasse

_FILE = Path(__file__).parents[1] / "data" / "risicofactoren.csv"
_REGIO = "__regio__"
_KLASSE = "risicoscore"
_MELDINGEN = "melding_hgkm_per_1_000_inwoners"
_KLASSEN = {"Hoog": Klasse.HOOG, "Gem.": Klasse.GEMIDDELD, "Laag": Klasse.LAAG}


@cache
def risk_data() -> tuple[tuple[Factor, ...], tuple[GemeenteFeiten, ...]]:
    """Return the published factors and what is known of each municipality; an empty cell is unknown, not zero."""
    with _FILE.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(line for line in file if not line.startswith("#")))
    values: dict[str, dict[str, str]] = {}
    for row in rows:
        if row["value"]:
            values.setdefault(row["factor_key"], {})[row["municipality"]] = row["value"]
    klassen, meldingen = values.pop(_KLASSE), values.pop(_MELDINGEN)
    factoren = tuple(
        Factor(
            sleutel=sleutel,
            waarden={place: float(value) for place, value in found.items() if place != _REGIO},
            regio=float(found[_REGIO]),
        )
        for sleutel, found in values.items()
    )
    gemeenten = tuple(
        GemeenteFeiten(place, _KLASSEN[klasse], float(meldingen[place]) if place in meldingen else None)
        for place, klasse in klassen.items()
        if place != _REGIO
    )
    return factoren, gemeenten


@dataclass(frozen=True, slots=True)
class KlokStand:
    """How many clocks of one kind run, threaten to pass, and have passed without being met."""

    soort: str
    lopend: int
    dreigend: int
    verstreken: int


_KLOKKEN = text("""
SELECT soort, count(*) FILTER (WHERE uiterlijk > :now AND waarschuwen_op > :now) AS lopend,
       count(*) FILTER (WHERE uiterlijk > :now AND waarschuwen_op <= :now) AS dreigend,
       count(*) FILTER (WHERE uiterlijk <= :now) AS verstreken
FROM termijn WHERE gestopt_op IS NULL AND NOT vervallen GROUP BY soort
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


async def clock_counts(conn: AsyncConnection, *, now: datetime) -> Sequence[KlokStand]:
    """Return how the open clocks stand, by kind: read from the index of open clocks."""
    return [KlokStand(*row) for row in (await conn.execute(_KLOKKEN, {"now": now})).all()]


@dataclass(frozen=True, slots=True)
class WaarschuwingTelling:
    """How often a step of a kind of term was alarmed since some moment, and when last."""

    soort: str
    stap: str
    aantal: int
    laatste: datetime


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
