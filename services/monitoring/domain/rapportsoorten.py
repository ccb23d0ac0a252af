"""Which reports there are: over how many months, made of which parts, and on which day each is made definite."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum
from types import MappingProxyType

from services.monitoring.domain.kpis import months_between
from services.monitoring.domain.perioden import PUBLISHED_LENGTHS, period_of
from shared.rules.calendar import AMSTERDAM, Kalender, working_day_from
from shared.rules.settings import RuleSettings

REGIO = "regio"
_EERSTE_JAAR, _LAATSTE_JAAR = 2000, 2999
_VANAF = time(6)  # of its day: what passed at midnight was told by then
# Over how many months a concept is worked out within a second; over half a year or a year it takes up to a minute.
_QUICK_MONTHS = 2
_INGEHAALD = 13  # how many months back a report that was missed is still made: as far as a trend reaches
_MAANDEN = (
    "januari", "februari", "maart", "april", "mei", "juni", "juli", "augustus", "september", "oktober", "november",
    "december",
)  # fmt: skip


class RapportSoort(StrEnum):
    MONITORBRIEF = "monitorbrief"
    VOORTGANG = "voortgangsrapportage"
    HALFJAAR = "halfjaarrapportage"
    JAAR = "jaarrapportage"


class Deel(StrEnum):
    """What a report can be made of."""

    TERMIJNEN = "termijnen"
    AANTALLEN = "aantallen"
    TREND = "trend"
    STOPLICHTEN = "stoplichten"
    DOELEN = "doelen"


@dataclass(frozen=True, slots=True, kw_only=True)
class SoortRegel:
    """One kind of report. ``letter`` stands in the name of a period: ``2026-T2`` is the second part of its year."""

    naam: str
    maanden: int
    letter: str
    delen: tuple[Deel, ...]
    vindplaats: str


_CIJFERS = (Deel.TERMIJNEN, Deel.AANTALLEN)
SOORTEN: Mapping[RapportSoort, SoortRegel] = MappingProxyType(
    {
        RapportSoort.MONITORBRIEF: SoortRegel(
            naam="Monitorbrief",
            maanden=1,
            letter="",
            delen=(*_CIJFERS, Deel.TREND),
            vindplaats="raadsinformatiebrief Lansingerland, 2025",
        ),
        RapportSoort.VOORTGANG: SoortRegel(
            naam="Voortgangsrapportage",
            maanden=2,
            letter="T",
            delen=(*_CIJFERS, Deel.STOPLICHTEN),
            vindplaats="raadsinformatiebrief Lansingerland, 2025: elke twee maanden",
        ),
        RapportSoort.HALFJAAR: SoortRegel(
            naam="Halfjaarrapportage",
            maanden=6,
            letter="H",
            delen=(*_CIJFERS, Deel.STOPLICHTEN, Deel.DOELEN),
            vindplaats="Regiovisie, hoofdstuk VI: over de actielijnen, elk halfjaar",
        ),
        RapportSoort.JAAR: SoortRegel(
            naam="Jaarrapportage",
            maanden=12,
            letter="",
            delen=(*_CIJFERS, Deel.TREND, Deel.STOPLICHTEN, Deel.DOELEN),
            vindplaats="Regiovisie, bijlage 6: jaarlijks over de activiteiten",
        ),
    }
)

_MET_RAPPORT = {regel.maanden: soort for soort, regel in SOORTEN.items()}
_LENGTHS = sorted({*_MET_RAPPORT, *PUBLISHED_LENGTHS})

_PERIODE = re.compile(r"(?P<jaar>\d{4})(?:-(?P<letter>[TH]?)(?P<deel>\d{1,2}))?")


class PeriodeError(ValueError):
    """The name of a period that this kind of report does not have; the text is Dutch and for the caller."""


@dataclass(frozen=True, slots=True)
class Periode:
    """Of which months a report is: ``van`` and ``tot`` are their first days, both inclusive."""

    soort: RapportSoort
    van: date
    tot: date

    @property
    def code(self) -> str:
        """The name on the wire: ``2026-03``, ``2026-T2``, ``2026-H1``, ``2026``."""
        regel = SOORTEN[self.soort]
        if regel.maanden == 12:  # noqa: PLR2004, a year has no parts
            return f"{self.van:%Y}"
        if regel.maanden == 1:
            return f"{self.van:%Y-%m}"
        return f"{self.van:%Y}-{regel.letter}{self.tot.month // regel.maanden}"

    @property
    def naam(self) -> str:
        """The name for a reader: ``maart 2026``, ``januari tot en met juni 2026``, ``2026``."""
        first, last = _MAANDEN[self.van.month - 1], _MAANDEN[self.tot.month - 1]
        match SOORTEN[self.soort].maanden:
            case 1:
                return f"{first} {self.van.year}"
            case 2:
                return f"{first} en {last} {self.van.year}"
            case 12:
                return str(self.van.year)
            case _:
                return f"{first} tot en met {last} {self.van.year}"

    @property
    def is_long(self) -> bool:
        """Whether working it out takes longer than a reader waits."""
        return SOORTEN[self.soort].maanden > _QUICK_MONTHS

    @property
    def vorige(self) -> "Periode":
        """The one before."""
        return _period(self.soort, self.van.year * 12 + self.van.month - 1 - SOORTEN[self.soort].maanden)

    def vaststellen_op(self, rules: RuleSettings) -> datetime:
        """Return from when it is made definite."""
        return definite_from(self.tot, rules)


def read_periode(soort: RapportSoort, code: str) -> Periode:
    """Return the period that a name stands for; raises ``PeriodeError``."""
    regel = SOORTEN[soort]
    found = _PERIODE.fullmatch(code)
    parts = 12 // regel.maanden
    fits = found is not None and (found["deel"] is not None) == (parts > 1)
    deel = int(found["deel"] or 1) if found and fits else 0
    known = found is not None and _EERSTE_JAAR <= int(found["jaar"]) <= _LAATSTE_JAAR
    if not found or not known or not 1 <= deel <= parts or (found["letter"] or "") != regel.letter:
        example = _period(soort, 2026 * 12).code
        raise PeriodeError(f"Een {regel.naam.lower()} heeft een periode als {example}.")
    periode = _period(soort, int(found["jaar"]) * 12 + (deel - 1) * regel.maanden)
    if periode.code != code:
        raise PeriodeError(f"Een {regel.naam.lower()} heeft een periode als {periode.code}.")
    return periode


@dataclass(frozen=True, slots=True)
class DuePeriod:
    """Months that are made definite together: a report of them, a publication of their figures, or both."""

    months: tuple[date, ...]
    rapport: Periode | None
    publicatie: bool
    achteraf: bool = False  # asked afterwards: of what is known then


def definite_from(tot: date, rules: RuleSettings) -> datetime:
    """Return from when what ends with a month is made definite: the morning of the first working day after it."""
    after = tot.year * 12 + tot.month
    day = working_day_from(date(after // 12, after % 12 + 1, 1), Kalender.WERKDAG, rules)
    return datetime.combine(day, _VANAF, AMSTERDAM)


def due(now: datetime, rules: RuleSettings) -> tuple[DuePeriod, ...]:
    """Return all that should be definite by now, the oldest first and the shortest before the longer.

    What was missed longer ago than a trend reaches is not among it.
    """
    today = now.astimezone(AMSTERDAM).date()
    last = today.year * 12 + today.month - 2
    first = last - _INGEHAALD + 1
    found = []
    for month in months_between(date(first // 12, first % 12 + 1, 1), date(last // 12, last % 12 + 1, 1)):
        if definite_from(month, rules) > now:
            continue
        for count in _LENGTHS:
            if month.month % count == 0:
                begin = month.year * 12 + month.month - count
                rapport = _period(_MET_RAPPORT[count], begin) if count in _MET_RAPPORT else None
                months = months_between(date(begin // 12, begin % 12 + 1, 1), month)
                found.append(DuePeriod(months, rapport, period_of(months[0], month) is not None))
    return tuple(found)


def afterwards(van: date, tot: date) -> tuple[DuePeriod, ...]:
    """Return every period that is published and lies within some months, each after its parts."""
    found = []
    for month in months_between(van, tot):
        for count in sorted(PUBLISHED_LENGTHS):
            begin = month.year * 12 + month.month - count
            first = date(begin // 12, begin % 12 + 1, 1)
            if first >= van and period_of(first, month):
                found.append(DuePeriod(months_between(first, month), None, publicatie=True, achteraf=True))
    return tuple(found)


def begun(now: datetime) -> tuple[Periode, ...]:
    """Return every period that began by now, and ended no longer ago than a trend reaches; in no order."""
    today = now.astimezone(AMSTERDAM).date()
    current = today.year * 12 + today.month - 1
    return tuple(
        _period(soort, first)
        for soort, regel in SOORTEN.items()
        for first in range(current - current % regel.maanden, current - _INGEHAALD - regel.maanden, -regel.maanden)
    )


def _period(soort: RapportSoort, first: int) -> Periode:
    last = first + SOORTEN[soort].maanden - 1
    return Periode(soort, date(first // 12, first % 12 + 1, 1), date(last // 12, last % 12 + 1, 1))
