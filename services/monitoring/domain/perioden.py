"""Which periods are published, and that no two of them together tell what one of them keeps back.

Months, quarters, half-years and years: each lies wholly within the next, so whoever lays published periods side by side
can only add parts to their whole. A whole is worked out after its parts, and then attacked: of every number of it and
of its parts a reader knows bounds, and every sum, over municipalities, kinds and time, narrows them. As long as that
leaves anything that is kept back only one value, more of the whole is kept back, in the end all of it; then nothing
more is known than before, and before nothing could be computed.

Bounds that are narrowed by one sum after the other are less than solving all sums at once: what only that would find is
not found here. Within one table nothing is (services/monitoring/domain/publicatie.py).
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import product

from services.monitoring.domain.kpis import months_between
from services.monitoring.domain.publicatie import AFRONDEN_OP, KLEIN, Gepubliceerd, Plaats, Tabel, publish

_HALF = AFRONDEN_OP // 2
_UNBOUNDED = 10**9
# How many months a period has, and how many the parts of which it is made; it begins where the year is divided so.
_PARTS = {1: 0, 3: 1, 6: 3, 12: 6}
_REST = "?"
_ROUNDS_MAX = 100  # of narrowing: more only ever finds more, and the last ones find next to nothing

Months = tuple[date, ...]
Tabellen = Mapping[str, Tabel]


def period_of(van: date, tot: date) -> Months | None:
    """Return the months of a period that is published, or None when these months are none."""
    months = months_between(van, tot)
    return months if len(months) in _PARTS and (van.month - 1) % len(months) == 0 else None


@dataclass(frozen=True, slots=True)
class Periode:
    """What may be read of one period, with the parts of which it is made."""

    tabellen: Mapping[str, Gepubliceerd]
    delen: tuple["Periode", ...]


def publish_period(months: Months, tabellen_of: Callable[[Months], Tabellen]) -> Periode:
    """Return what may be read of a period, whoever reads its parts too."""
    size = _PARTS[len(months)]
    starts = range(0, len(months), size) if size else ()
    delen = tuple(publish_period(months[start : start + size], tabellen_of) for start in starts)
    return Periode({naam: _publish(naam, tabel, delen) for naam, tabel in tabellen_of(months).items()}, delen)


def _publish(naam: str, tabel: Tabel, delen: tuple[Periode, ...]) -> Gepubliceerd:
    hidden: frozenset[Plaats] = frozenset()
    parts = [table for deel in delen for table in _tables(naam, deel)]
    for _ in range(len(tabel.aantallen) + 1):
        found = publish(tabel, also=hidden)
        told = _told(found, parts, len(delen)) if delen else set()
        shown = {plaats for plaats, aantal in found.waarden.items() if aantal}
        if not told or not shown:
            break
        # First what adds up to it in time; when that is kept back already, everything.
        hidden |= (told & shown) or shown
    return found


@dataclass(frozen=True, slots=True)
class _Table:
    """What may be read of one period, and how many of the tables after it lie within it, its parts first among them."""

    waarden: Gepubliceerd
    parts: int
    inside: int


def _tables(naam: str, periode: Periode) -> Iterator[_Table]:
    """Give the table of a period, and after it those of each of its parts with what lies within them."""
    inside = [table for deel in periode.delen for table in _tables(naam, deel)]
    yield _Table(periode.tabellen.get(naam, Gepubliceerd({})), len(periode.delen), len(inside))
    yield from inside


def _told(whole: Gepubliceerd, inside: list[_Table], parts: int) -> set[Plaats]:
    """Return the positions at which something that is kept back, in a whole or inside it, has one value only."""
    tables = [_Table(whole, parts, len(inside)), *inside]
    places = sorted({plaats for table in tables for plaats in table.waarden.waarden}, key=_order)
    hidden = [
        (number, plaats) for number, table in enumerate(tables) for plaats in places if table.waarden[plaats] is None
    ]
    if not hidden:
        return set()
    bounds = {
        (number, plaats): _bounds(table.waarden[plaats]) for number, table in enumerate(tables) for plaats in places
    }
    bounds |= {
        (number, (_REST, column)): (0, _UNBOUNDED if table.waarden.rest else 0)
        for number, table in enumerate(tables)
        for column in {plaats[1] for plaats in places}
    }
    equations = [*_over_time(tables, places), *_within(len(tables), places)]
    for _ in range(_ROUNDS_MAX):
        if not sum(_narrow(bounds, total, terms) for total, terms in equations):
            break
    return {plaats for number, plaats in hidden if bounds[number, plaats][0] == bounds[number, plaats][1]}


_Number = tuple[int, Plaats]
_Bounds = dict[_Number, tuple[int, int]]


def _order(plaats: Plaats) -> tuple[str, str]:
    return plaats[0] or "", plaats[1] or ""


def _bounds(shown: int | None) -> tuple[int, int]:
    """Return between which numbers lies what is shown; what is kept back is not nothing."""
    if shown is None:
        return 1, _UNBOUNDED
    return (max(shown - _HALF, KLEIN), shown + _HALF) if shown else (0, 0)


def _over_time(tables: list[_Table], places: list[Plaats]) -> Iterator[tuple[_Number, list[_Number]]]:
    for number, table in enumerate(tables):
        parts, after = [], number + 1
        for _ in range(table.parts):
            parts.append(after)
            after += 1 + tables[after].inside
        if parts:
            for plaats in places:
                yield (number, plaats), [(part, plaats) for part in parts]


def _within(count: int, places: list[Plaats]) -> Iterator[tuple[_Number, list[_Number]]]:
    """Give the sums over municipalities, with what is never shown as one of them, and over kinds."""
    rows: defaultdict[str | None, list[Plaats]] = defaultdict(list)
    columns: defaultdict[str | None, list[Plaats]] = defaultdict(list)
    for row, column in places:
        if row is not None:
            columns[column].append((row, column))
        if column is not None:
            rows[row].append((row, column))
    for column, terms in columns.items():
        terms.append((_REST, column))
    lines = [
        *(((row, None), terms) for row, terms in rows.items()),
        *(((None, c), terms) for c, terms in columns.items()),
    ]
    for number, (total, terms) in product(range(count), lines):
        yield (number, total), [(number, plaats) for plaats in terms]


def _narrow(bounds: _Bounds, total: _Number, terms: list[_Number]) -> bool:
    """Narrow what is known of a sum and of what it is made of; say whether anything became narrower."""
    lows, highs = sum(bounds[one][0] for one in terms), sum(bounds[one][1] for one in terms)
    low, high = max(bounds[total][0], lows), min(bounds[total][1], highs)
    moved = bounds[total] != (low, high)
    bounds[total] = low, high
    for one in terms:
        before = bounds[one]
        after = max(before[0], low - highs + before[1]), min(before[1], high - lows + before[0])
        if after != before:
            bounds[one], moved = after, True
    return moved
