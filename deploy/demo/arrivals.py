"""Who is reported, where, by whom and when: one calendar year of meldingen, of which a play takes its months.

The total and each municipality are exact; the category of the melder, the day and the hour are chance. More than half
of the meldingen concern people who were reported before (``BEKEND``): some again within weeks, others from a standing
pool of families. A system that starts empty recognises only who was reported since it started: about one in six in
its first month, two in five over a year.
"""

from bisect import bisect
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from itertools import accumulate
from random import Random
from types import MappingProxyType

from deploy.demo.chance import chance_of, pick
from deploy.demo.sources import MELDINGEN_PER_JAAR, melders, meldingen_per_gemeente
from shared.rules.calendar import AMSTERDAM, Kalender, free_reason
from shared.rules.codes import MelderCategorie, Relatie, Vorm

BEKEND = 0.55  # "more than half", from other regions
KORT_GELEDEN = 0.55  # of those: reported within the last weeks
KORT_GELEDEN_DAGEN = 45
VASTE_GEZINNEN = 4_000  # families of the region that were known before the play
_FRESH_PER_JAAR = 6_000  # room in the numbering for families that are new in a year

# Assumptions: the police report at all hours and most at night and in weekends, others when they are at work.
_UREN_POLITIE = (5, 4, 3, 2, 2, 2, 2, 3, 4, 4, 4, 4, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 8, 7)
_UREN_WERK = (0,) * 8 + (3, 7, 8, 7, 4, 6, 7, 7, 5, 1) + (0,) * 6
_UREN_ANDERS = (1, 0, 0, 0, 0, 0, 0, 1, 3, 5, 6, 6, 5, 5, 5, 5, 5, 4, 4, 4, 4, 3, 2, 1)
_DAGEN_POLITIE = (1.05, 0.95, 0.95, 0.95, 1.0, 1.05, 1.1)
_DAGEN_ANDERS = (1.2, 1.1, 1.0, 1.0, 1.0, 0.7, 0.8)

# Assumptions about the nature of the violence; a melding can name a second one.
_AARD: Mapping[tuple[Relatie, Vorm], float] = MappingProxyType(
    {
        (Relatie.PARTNERGEWELD, Vorm.FYSIEK): 24.0,
        (Relatie.PARTNERGEWELD, Vorm.PSYCHISCH): 15.0,
        (Relatie.PARTNERGEWELD, Vorm.BELAGING): 4.0,
        (Relatie.KINDERMISHANDELING, Vorm.FYSIEK): 8.0,
        (Relatie.KINDERMISHANDELING, Vorm.PSYCHISCH): 7.0,
        (Relatie.KINDERMISHANDELING, Vorm.VERWAARLOZING): 9.0,
        (Relatie.KINDERMISHANDELING, Vorm.SEKSUEEL): 2.0,
        (Relatie.KINDERMISHANDELING, Vorm.COMPLEXE_SCHEIDING): 6.0,
        (Relatie.OUDERMISHANDELING, Vorm.FYSIEK): 6.0,
        (Relatie.OUDERENMISHANDELING, Vorm.FINANCIEEL): 1.5,
        (Relatie.OUDERENMISHANDELING, Vorm.VERWAARLOZING): 1.5,
        (Relatie.TUSSEN_KINDEREN, Vorm.FYSIEK): 4.0,
        (Relatie.TUSSEN_VOLWASSENEN, Vorm.FYSIEK): 9.0,
        (Relatie.TUSSEN_VOLWASSENEN, Vorm.EERGERELATEERD): 1.0,
    }
)
_AT_ALL_HOURS = frozenset({MelderCategorie.JUSTITIE_EN_VEILIGHEID, MelderCategorie.ANDERS})
_GETUIGE = (Relatie.KINDERMISHANDELING, Vorm.GETUIGE)


@dataclass(frozen=True, slots=True)
class Aankomst:
    """One melding before anybody did anything with it."""

    nummer: int  # within its year, in order of time
    tijdstip: datetime
    gemeente_code: str
    categorie: MelderCategorie
    gezin: int
    aard: tuple[tuple[Relatie, Vorm], ...]


@lru_cache(maxsize=2)
def meldingen_of_year(zaad: int, jaar: int, total: int = MELDINGEN_PER_JAAR) -> Sequence[Aankomst]:
    """Return every melding of a calendar year, in order of time."""
    counts = meldingen_per_gemeente(total)
    places = [code for code, count in counts.items() for _ in range(count)]
    shares = {one.categorie: one.procent for one in melders()}
    drawn = []
    for place, gemeente_code in enumerate(places):
        random = chance_of("aankomst", zaad, jaar, place)
        categorie = pick(random, shares)
        tijdstip = moment_for(random, jaar, categorie, at_desk=categorie not in _AT_ALL_HOURS)
        drawn.append((tijdstip, place, gemeente_code, categorie, _aard(random, categorie)))
    drawn.sort(key=lambda one: one[:2])
    families = _Families(zaad, jaar, counts)
    return tuple(
        Aankomst(nummer, tijdstip, gemeente_code, categorie, families.reported(nummer, gemeente_code, tijdstip), aard)
        for nummer, (tijdstip, _, gemeente_code, categorie, aard) in enumerate(drawn, start=1)
    )


def _aard(random: Random, categorie: MelderCategorie) -> tuple[tuple[Relatie, Vorm], ...]:
    first = pick(random, _AARD)
    witness = 0.35 if categorie is MelderCategorie.JUSTITIE_EN_VEILIGHEID else 0.2
    if first[0] is Relatie.PARTNERGEWELD and random.random() < witness:
        return first, _GETUIGE
    return (first,)


def moment_for(random: Random, jaar: int, categorie: MelderCategorie, *, at_desk: bool) -> datetime:
    """Return a moment of the year: ``at_desk`` in working hours, the police at all hours, people mostly by day."""
    police = categorie is MelderCategorie.JUSTITIE_EN_VEILIGHEID and not at_desk
    days, cumulative = _days(jaar, "werk" if at_desk else "politie" if police else "anders")
    day = days[bisect(cumulative, random.random() * cumulative[-1])]
    hours = _UREN_WERK if at_desk else _UREN_POLITIE if police else _UREN_ANDERS
    hour = random.choices(range(24), weights=hours)[0]
    minute = time(hour, random.randrange(60), random.randrange(60))
    return datetime.combine(day, minute, AMSTERDAM).astimezone(UTC)


@lru_cache(maxsize=12)
def _days(jaar: int, soort: str) -> tuple[Sequence[date], Sequence[float]]:
    """Return the days of a year with their weights, added up; who reports at work does so on working days."""
    first = date(jaar, 1, 1)
    days = [first + timedelta(days=number) for number in range((date(jaar + 1, 1, 1) - first).days)]
    if soort == "werk":
        weights = [0.0 if free_reason(day, Kalender.WERKDAG) else 1.0 for day in days]
    else:
        week = _DAGEN_POLITIE if soort == "politie" else _DAGEN_ANDERS
        weights = [week[day.weekday()] for day in days]
    return days, list(accumulate(weights))


class _Families:
    """Who is reported: a family of weeks ago, one of the standing pool, or one that nobody knew."""

    def __init__(self, zaad: int, jaar: int, counts: Mapping[str, int]) -> None:
        self._zaad = zaad
        self._jaar = jaar
        self._recent: dict[str, list[tuple[datetime, int]]] = {code: [] for code in counts}
        self._pools: dict[str, range] = {}
        begin, total = 0, sum(counts.values())
        for code, count in counts.items():
            end = begin + max(1, VASTE_GEZINNEN * count // total)
            self._pools[code] = range(begin, end)
            begin = end
        self._fresh = VASTE_GEZINNEN + 100 + (jaar % 10) * _FRESH_PER_JAAR

    def reported(self, nummer: int, gemeente_code: str, tijdstip: datetime) -> int:
        """Return the family that this melding is about."""
        random = chance_of("gezin-van", self._zaad, self._jaar, nummer)
        recent = self._recent[gemeente_code]
        while recent and tijdstip - recent[0][0] > timedelta(days=KORT_GELEDEN_DAGEN):
            recent.pop(0)
        if random.random() >= BEKEND:
            self._fresh += 1
            found = self._fresh
        elif recent and random.random() < KORT_GELEDEN:
            found = random.choice(recent)[1]
        else:
            found = random.choice(self._pools[gemeente_code])
        recent.append((tijdstip, found))
        return found
