"""The Dutch calendar: which days are free, by which law, and where an Amsterdam day begins and ends in UTC.

Three calendars are kept apart. ``werkdag`` knows weekends and the feast days of the Algemene termijnenwet (Atw)
art. 3 lid 1 and 2; ``atw-termijn`` also knows the days that a royal decree equates with them (lid 3). Such a
day stays a working day, but a statutory term does not end on it. ``schooldag`` knows weekends, the same feast days,
and the school holidays of a region.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from functools import cache
from types import MappingProxyType
from typing import assert_never
from zoneinfo import ZoneInfo

from shared.rules.schoolvakanties import school_holiday
from shared.rules.settings import DEFAULT_SETTINGS, RuleSettings

AMSTERDAM = ZoneInfo("Europe/Amsterdam")

GOEDE_VRIJDAG = "Goede Vrijdag"
BEVRIJDINGSDAG = "Bevrijdingsdag"

SATURDAY = 5
SUNDAY = 6
ONE_DAY = timedelta(days=1)

# The longest run of free days is four (Goede Vrijdag to tweede Paasdag); with closing days by setting a
# region may close for longer, but never for a whole year.
FREE_RUN_MAX_DAYS = 366

# The king's birthday is celebrated on 27 April since 2014; Koninginnedag was 30 April from 1949. A Sunday
# moved it to 1 May until 1979, and to the Saturday before from 1980. Earlier years belong to no statute that
# is used here.
FIRST_KONINGSDAG = 2014
FIRST_KONINGINNEDAG = 1949
FIRST_SATURDAY_RULE = 1980


class Kalender(StrEnum):
    """Which days are free for the counting of a term."""

    WERKDAG = "werkdag"
    ATW_TERMIJN = "atw-termijn"
    KALENDERDAG = "kalenderdag"  # no day is free
    SCHOOLDAG = "schooldag"  # of the region in the settings


@dataclass(frozen=True, slots=True)
class GelijkgesteldeDag:
    """A day equated with a feast day for statutory terms (Atw art. 3 lid 3)."""

    dag: date
    bron: str
    geverifieerd: bool  # read in the decree itself, and not in a page that quotes it


_BESLUIT_2017_2019 = "Besluit gelijkstelling 2017-2019, BWBR0038666, Stcrt. 2016, 58653 (zelf gelezen)"
_BESLUIT_2020_2022 = "Besluit gelijkstelling 2020-2022 (alleen deze dag gevonden, op een pagina van derden)"
_BESLUIT_2023_2025 = "Besluit gelijkstelling 2023-2025 (de volledige titel, aangehaald op sterfgeval.nl)"
_BESLUIT_2026_2028 = "Besluit gelijkstelling 2026-2028 (de volledige titel, aangehaald op sterfgeval.nl)"

_DECREES: tuple[tuple[str, tuple[date, ...]], ...] = (
    (
        _BESLUIT_2017_2019,
        (
            date(2017, 4, 28),
            date(2017, 5, 26),
            date(2018, 5, 11),
            date(2018, 12, 24),
            date(2018, 12, 31),
            date(2019, 5, 31),
            date(2019, 12, 27),
        ),
    ),
    (_BESLUIT_2020_2022, (date(2022, 5, 27),)),
    (
        _BESLUIT_2023_2025,
        (date(2023, 4, 28), date(2023, 5, 19), date(2024, 5, 10), date(2024, 12, 27), date(2025, 5, 30)),
    ),
    (
        _BESLUIT_2026_2028,
        (date(2026, 1, 2), date(2026, 5, 15), date(2027, 5, 7), date(2028, 4, 28), date(2028, 5, 26)),
    ),
)

GELIJKGESTELDE_DAGEN: Mapping[date, GelijkgesteldeDag] = MappingProxyType(
    {
        dag: GelijkgesteldeDag(dag, bron, geverifieerd=bron is _BESLUIT_2017_2019)
        for bron, dagen in _DECREES
        for dag in dagen
    }
)

# Years of which a whole decree was found. 2020-2022 is known in part; before 2017 and after 2028 nothing is
# known.
GELIJKGESTELDE_JAREN: frozenset[int] = frozenset({*range(2017, 2020), *range(2023, 2029)})


def easter(year: int) -> date:
    """Return Easter Sunday of the Gregorian calendar, by the algorithm of Meeus."""
    a, (b, c) = year % 19, divmod(year, 100)
    d, e = divmod(b, 4)
    g = (8 * b + 13) // 25
    h = (19 * a + b - d - g + 15) % 30
    i, k = divmod(c, 4)
    offset = (32 + 2 * e + 2 * i - h - k) % 7
    m = (a + 11 * h + 22 * offset) // 451
    month, day = divmod(h + offset - 7 * m + 114, 31)
    return date(year, month, day + 1)


def _kings_day(year: int) -> date | None:
    if year >= FIRST_KONINGSDAG:
        day = date(year, 4, 27)
        return day - ONE_DAY if day.weekday() == SUNDAY else day
    if year < FIRST_KONINGINNEDAG:
        return None
    day = date(year, 4, 30)
    if day.weekday() != SUNDAY:
        return day
    return day - ONE_DAY if year >= FIRST_SATURDAY_RULE else day + ONE_DAY


@cache
def _feast_names(year: int) -> Mapping[date, tuple[str, ...]]:
    pasen = easter(year)
    named = [
        (date(year, 1, 1), "Nieuwjaarsdag"),
        (pasen - timedelta(days=2), GOEDE_VRIJDAG),
        (pasen + timedelta(days=1), "tweede Paasdag"),
        (date(year, 5, 5), BEVRIJDINGSDAG),
        (pasen + timedelta(days=39), "Hemelvaartsdag"),
        (pasen + timedelta(days=50), "tweede Pinksterdag"),
        (date(year, 12, 25), "eerste Kerstdag"),
        (date(year, 12, 26), "tweede Kerstdag"),
    ]
    kings_day = _kings_day(year)
    if kings_day is not None:
        named.append((kings_day, "Koningsdag" if year >= FIRST_KONINGSDAG else "Koninginnedag"))
    names: dict[date, tuple[str, ...]] = {}
    for day, name in sorted(named):
        names[day] = (*names.get(day, ()), name)
    return MappingProxyType(names)


@cache
def feestdagen(year: int) -> Mapping[date, str]:
    """Return the feast days of ``year`` with their names, by the Atw art. 3 lid 1 and 2.

    Goede Vrijdag and 5 May count each year; Koningsdag is 26 April when the 27th is a Sunday. The Sundays of
    Easter and Pentecost are not in the list: they are Sundays. A year before the law of 1964 gets the present
    list, as a projection.
    """
    return MappingProxyType({day: " en ".join(names) for day, names in _feast_names(year).items()})


def last_decreed_year() -> int:
    """Return the last year of which the days equated by royal decree are known."""
    return max(GELIJKGESTELDE_JAREN)


def decreed_days_run_out(today: date) -> date | None:
    """Return the first day without known decreed days once it is less than a year away, else nothing.

    A term that ends after that day may be counted a day short, so somebody must read the new decree before
    then.
    """
    last_year = last_decreed_year()
    return date(last_year + 1, 1, 1) if today.year >= last_year else None


def amsterdam_day(instant: datetime) -> date:
    """Return the Amsterdam calendar day on which ``instant`` falls."""
    if instant.tzinfo is None:
        raise ValueError("een tijdstip zonder tijdzone heeft geen Nederlandse kalenderdag")
    return instant.astimezone(AMSTERDAM).date()


def midnight_before(day: date) -> datetime:
    """Return the first moment of an Amsterdam day, in UTC."""
    return datetime.combine(day, time.min, AMSTERDAM).astimezone(UTC)


def midnight_after(day: date) -> datetime:
    """Return the first moment after an Amsterdam day, in UTC: 23, 24 or 25 hours after it began."""
    return midnight_before(day + ONE_DAY)


def _feast_reason(day: date, settings: RuleSettings) -> str | None:
    off = {
        name
        for name, counts in (
            (GOEDE_VRIJDAG, settings.goede_vrijdag),
            (BEVRIJDINGSDAG, settings.bevrijdingsdag),
        )
        if not counts
    }
    names = [name for name in _feast_names(day.year).get(day, ()) if name not in off]
    return " en ".join(names) or None


def _weekend_reason(day: date) -> str | None:
    match day.weekday():
        case 5:
            return "zaterdag"
        case 6:
            return "zondag"
        case _:
            return None


def _decree_reason(day: date) -> str | None:
    return "gelijkgesteld met een feestdag (art. 3 lid 3)" if day in GELIJKGESTELDE_DAGEN else None


def free_reason(day: date, kalender: Kalender, settings: RuleSettings = DEFAULT_SETTINGS) -> str | None:
    """Return in Dutch why ``day`` is free in ``kalender``, or nothing when it counts.

    The settings of a region move the calendar of werkdagen; the calendar of the Atw is the law and stays the
    law.
    """
    match kalender:
        case Kalender.KALENDERDAG:
            return None
        case Kalender.ATW_TERMIJN:
            return feestdagen(day.year).get(day) or _weekend_reason(day) or _decree_reason(day)
        case Kalender.WERKDAG:
            reason = _feast_reason(day, settings) or _weekend_reason(day)
            if reason is None and day in settings.extra_sluitingsdagen:
                return "extra sluitingsdag in deze regio"
            if reason is None and settings.gelijkgestelde_dagen_zijn_vrij:
                return _decree_reason(day)
            return reason
        case Kalender.SCHOOLDAG:
            # A holiday is named before the weekend in it; when the office of a region closes, its schools do not.
            regio = settings.schoolvakantie_regio
            holiday = school_holiday(day, regio)
            return f"{holiday} regio {regio}" if holiday else _feast_reason(day, settings) or _weekend_reason(day)
        case _:
            assert_never(kalender)


def working_day_from(day: date, kalender: Kalender, settings: RuleSettings = DEFAULT_SETTINGS) -> date:
    """Return ``day`` itself, or the first day after it that is not free."""
    return _nearest_working_day(day, ONE_DAY, kalender, settings)


def working_day_until(day: date, kalender: Kalender, settings: RuleSettings = DEFAULT_SETTINGS) -> date:
    """Return ``day`` itself, or the last day before it that is not free."""
    return _nearest_working_day(day, -ONE_DAY, kalender, settings)


def _nearest_working_day(day: date, step: timedelta, kalender: Kalender, settings: RuleSettings) -> date:
    for _ in range(FREE_RUN_MAX_DAYS):
        if free_reason(day, kalender, settings) is None:
            return day
        day += step
    raise ValueError("de kalender kent een jaar lang geen werkdag; controleer de extra sluitingsdagen")
