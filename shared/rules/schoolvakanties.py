"""The school holidays of the Netherlands by region, as far as they are known here, and which region a school is in.

The minister fixes the Christmas, May (one week) and summer holidays; those of autumn and spring are an advice, from
which a school may differ (Regeling vaststelling schoolvakanties). The decrees themselves were not read. Of each row it
is said where its days were read; ``onzeker`` are those that were only found without a second source, or remembered.

A week that schools give beside the fixed one is left out on purpose: a school that is taken for open is told, and
alarmed about, too early, and never too late.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from types import MappingProxyType

from shared.rules.codes import SchoolRegio
from shared.rules.settings import DEFAULT_SETTINGS, RuleSettings

_N, _M, _Z = SchoolRegio.NOORD, SchoolRegio.MIDDEN, SchoolRegio.ZUID
_ALL = (_N, _M, _Z)

# Long enough to find the next school year, which the minister fixes some years ahead, and put it here.
WARN_BEFORE = timedelta(days=183)


@dataclass(frozen=True, slots=True)
class Schoolvakantie:
    """One holiday: its first and last day, weekends included."""

    schooljaar: str
    naam: str
    regios: tuple[SchoolRegio, ...]
    eerste_dag: date
    laatste_dag: date
    bron: str
    onzeker: bool = False


_SCHOLEN = "jaarroosters van scholen, of rooster en pers, onderling gelijk (gelezen november 2026)"
_EEN_BRON = "één rooster of overzicht van derden (gelezen november 2026)"
_HERINNERD = "uit het hoofd, door geen rooster bevestigd"

_HERFST, _KERST, _VOORJAAR, _MEI, _ZOMER = (
    "herfstvakantie",
    "kerstvakantie",
    "voorjaarsvakantie",
    "meivakantie",
    "zomervakantie",
)


def _row(  # noqa: PLR0913, PLR0917, one line of a table
    schooljaar: str, naam: str, regios: tuple[SchoolRegio, ...], first: str, last: str, bron: str
) -> Schoolvakantie:
    first_day, last_day = date.fromisoformat(first), date.fromisoformat(last)
    return Schoolvakantie(schooljaar, naam, regios, first_day, last_day, bron, onzeker=bron is not _SCHOLEN)


SCHOOLVAKANTIES: tuple[Schoolvakantie, ...] = (
    _row("2024-2025", _HERFST, (_N, _M), "2024-10-26", "2024-11-03", _SCHOLEN),
    _row("2024-2025", _HERFST, (_Z,), "2024-10-19", "2024-10-27", _EEN_BRON),
    _row("2024-2025", _KERST, _ALL, "2024-12-21", "2025-01-05", _EEN_BRON),
    _row("2024-2025", _VOORJAAR, (_N,), "2025-02-15", "2025-02-23", _EEN_BRON),
    _row("2024-2025", _VOORJAAR, (_M,), "2025-02-22", "2025-03-02", _SCHOLEN),
    _row("2024-2025", _VOORJAAR, (_Z,), "2025-03-01", "2025-03-09", _EEN_BRON),
    _row("2024-2025", _MEI, _ALL, "2025-04-26", "2025-05-04", _EEN_BRON),
    _row("2024-2025", _ZOMER, (_N,), "2025-07-12", "2025-08-24", _EEN_BRON),
    _row("2024-2025", _ZOMER, (_M,), "2025-07-19", "2025-08-31", _SCHOLEN),
    _row("2024-2025", _ZOMER, (_Z,), "2025-07-05", "2025-08-17", _EEN_BRON),
    _row("2025-2026", _HERFST, (_N, _M), "2025-10-18", "2025-10-26", _SCHOLEN),
    _row("2025-2026", _HERFST, (_Z,), "2025-10-11", "2025-10-19", _SCHOLEN),
    _row("2025-2026", _KERST, _ALL, "2025-12-20", "2026-01-04", _SCHOLEN),
    _row("2025-2026", _VOORJAAR, (_N,), "2026-02-21", "2026-03-01", _SCHOLEN),
    _row("2025-2026", _VOORJAAR, (_M, _Z), "2026-02-14", "2026-02-22", _SCHOLEN),
    # Schools have two weeks, some the one before and some the one after; this is the week that all share.
    _row("2025-2026", _MEI, _ALL, "2026-04-25", "2026-05-03", _SCHOLEN),
    _row("2025-2026", _ZOMER, (_N,), "2026-07-04", "2026-08-16", _SCHOLEN),
    _row("2025-2026", _ZOMER, (_M,), "2026-07-18", "2026-08-30", _SCHOLEN),
    _row("2025-2026", _ZOMER, (_Z,), "2026-07-11", "2026-08-23", _SCHOLEN),
    _row("2026-2027", _HERFST, (_N,), "2026-10-10", "2026-10-18", _HERINNERD),
    _row("2026-2027", _HERFST, (_M, _Z), "2026-10-17", "2026-10-25", _SCHOLEN),
    _row("2026-2027", _KERST, _ALL, "2026-12-19", "2027-01-03", _SCHOLEN),
    _row("2026-2027", _VOORJAAR, (_N,), "2027-02-20", "2027-02-28", _EEN_BRON),
    _row("2026-2027", _VOORJAAR, (_M,), "2027-02-20", "2027-02-28", _SCHOLEN),
    _row("2026-2027", _VOORJAAR, (_Z,), "2027-02-13", "2027-02-21", _EEN_BRON),
    _row("2026-2027", _MEI, _ALL, "2027-04-24", "2027-05-02", _SCHOLEN),
    _row("2026-2027", _ZOMER, (_N,), "2027-07-10", "2027-08-22", _HERINNERD),
    _row("2026-2027", _ZOMER, (_M,), "2027-07-17", "2027-08-29", _SCHOLEN),
    _row("2026-2027", _ZOMER, (_Z,), "2027-07-24", "2027-09-05", _EEN_BRON),
)

# Before the first school year of the table nothing is known either.
KNOWN_FROM = date(2024, 9, 2)
KNOWN_UNTIL: Mapping[SchoolRegio, date] = MappingProxyType(
    {regio: max(row.laatste_dag for row in SCHOOLVAKANTIES if regio in row.regios) for regio in SchoolRegio}
)


def school_holiday(day: date, regio: SchoolRegio) -> str | None:
    """Return the name of the holiday that ``day`` lies in, or None for a day on which a school may be open."""
    for row in SCHOOLVAKANTIES:
        if row.eerste_dag <= day <= row.laatste_dag and regio in row.regios:
            return row.naam
    return None


def school_holidays_known(day: date, regio: SchoolRegio) -> bool:
    """Tell whether the table covers ``day``; outside it every weekday counts as a school day."""
    return KNOWN_FROM <= day <= KNOWN_UNTIL[regio]


def school_holidays_run_out(today: date, settings: RuleSettings = DEFAULT_SETTINGS) -> date | None:
    """Return the first day of which no holidays are known, once it is less than half a year away, else nothing.

    Of the regions that this installation has to do with, the one that runs out first counts.
    """
    regios = {settings.schoolvakantie_regio, *dict(settings.schoolregio_per_gemeente).values()}
    first_unknown = min(KNOWN_UNTIL[regio] for regio in regios) + timedelta(days=1)
    return first_unknown if today >= first_unknown - WARN_BEFORE else None


def schoolregio_of(gemeente_code: str, settings: RuleSettings = DEFAULT_SETTINGS) -> SchoolRegio:
    """Return in which holiday region the schools of a municipality are.

    The whole of Zuid-Holland, and so every municipality of Rotterdam-Rijnmond, is in ``midden``: read in three reports
    in the press, not in the decree.
    """
    return dict(settings.schoolregio_per_gemeente).get(gemeente_code, settings.schoolvakantie_regio)
