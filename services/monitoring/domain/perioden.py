"""Which periods are published, and that no two of them together tell what one of them keeps back.

Months, quarters, half-years and years: each lies wholly within the next, so whoever lays published periods side by side
can only add parts to their whole. A month is worked out by itself, a longer period after its parts, beside everything
that was published of them: of each small number of all of these other figures are shown with which everything would
look the same (services/monitoring/domain/tegenbeelden.py).

Those figures change nothing in a month that it shows to five. So they also fit a report over any other months that
shows a number only when each of its months does, and adds up what those told where they were rounded further
(services/monitoring/domain/rapportversies.py).

What was published of a part stays as it was, also when facts came in since; it is read as it was published.
"""

import hashlib
from collections.abc import Callable, Iterator, Mapping, MutableMapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from services.monitoring.domain.kpis import months_between
from services.monitoring.domain.publicatie import (
    Afronding,
    Gepubliceerd,
    Plaats,
    Reach,
    Tabel,
    never_shown,
    op_of,
    small_in,
    with_totals,
)
from services.monitoring.domain.tegenbeelden import Months, Stand, reach_in, work_out

# How many months a period has, and how many the parts of which it is made; it begins where the year is divided so.
_PARTS = {1: 0, 3: 1, 6: 3, 12: 6}
PUBLISHED_LENGTHS = frozenset(_PARTS)

Tabellen = Mapping[str, Tabel]


def period_of(van: date, tot: date) -> Months | None:
    """Return the months of a period that is published, or None when these months are none."""
    months = months_between(van, tot)
    return months if len(months) in _PARTS and (van.month - 1) % len(months) == 0 else None


@dataclass(frozen=True, slots=True)
class Publicatie:
    """What was published of one period, and of which municipalities."""

    months: Months
    gemeente_codes: tuple[str, ...]
    tabellen: Mapping[str, Gepubliceerd]


Publicaties = Mapping[Months, Publicatie]


def tabellen_in(gepubliceerd: Publicaties, months: Months) -> Mapping[str, Gepubliceerd]:
    """Return every table that was published of some months, none when they were not."""
    found = gepubliceerd.get(months)
    return found.tabellen if found else {}


_ALONE: Months = (date.min,)


def publish(
    tabel: Tabel, kept: MutableMapping[str, Stand] | None = None, vanaf: Afronding = MappingProxyType({})
) -> Gepubliceerd:
    """Return what may be read of a table by itself, of which some numbers are rounded so far at least."""
    return Gepubliceerd(tabel, _worked_out(_ALONE, {_ALONE: tabel}, kept, vanaf).afronding)


def publish_period(
    months: Months,
    tabellen_of: Callable[[Months], Tabellen],
    kept: MutableMapping[str, Stand] | None = None,
    eerder: Publicaties = MappingProxyType({}),
) -> Mapping[str, Gepubliceerd]:
    """Return what may be read of a period, whoever reads its parts too, of which some were published before.

    A table of a year takes seconds; with ``kept`` one that was worked out before, of the same counts, is not again.
    """
    parts = {part: eerder[part].tabellen if part in eerder else None for part in _every_part(months) if part != months}
    counted = {part: tabellen_of(part) for part, before in parts.items() if before is None}
    tables = tabellen_of(months)
    found = {}
    for naam, tabel in tables.items():
        of_parts = {
            part: counted[part].get(naam, _EMPTY) if before is None else before.get(naam, _NEVER)
            for part, before in parts.items()
        }
        stand = _worked_out(months, {months: tabel, **of_parts}, kept)
        found[naam] = Gepubliceerd(tabel, stand.afronding)
    return found


def _worked_out(
    months: Months,
    tables: Mapping[Months, Tabel | Gepubliceerd],
    kept: MutableMapping[str, Stand] | None,
    vanaf: Afronding = MappingProxyType({}),
) -> Stand:
    if kept is None:
        return _work(months, tables, vanaf)
    mark = hashlib.sha256(repr((vanaf, [_counts(one) for one in tables.values()])).encode()).hexdigest()
    if mark not in kept:
        kept[mark] = _work(months, tables, vanaf)
    return kept[mark]


def reach_of(months: Months, naam: str, gepubliceerd: Publicaties) -> Mapping[Plaats, Reach] | None:
    """Return how far the numbers of a published table go in the worlds that prove that it tells nothing.

    A later version that leaves them that room tells nothing beside it of what is small in both. None when it is not
    known any more: when the table was published by other rules, or beside figures of parts that never were.
    """
    stand = _work(months, {part: tabellen_in(gepubliceerd, part).get(naam, _NEVER) for part in _every_part(months)})
    proven = {(of.months, plaats) for of in stand.inside() for plaats in small_in(of.whole)} <= stand.werelden.keys()
    if not proven and any(op_of(stand.afronding, plaats) for plaats, aantal in stand.whole.items() if aantal):
        return None
    return reach_in(stand)


def _counts(table: Tabel | Gepubliceerd) -> object:
    return (table.tabel, table.afronding) if isinstance(table, Gepubliceerd) else table


_EMPTY = Tabel({})
_NEVER = Gepubliceerd(_EMPTY, MappingProxyType({}))


def _work(
    months: Months, tables: Mapping[Months, Tabel | Gepubliceerd], vanaf: Afronding = MappingProxyType({})
) -> Stand:
    """Return one table over a period and its parts."""
    table = tables[months]
    before = table if isinstance(table, Gepubliceerd) else None
    tabel = table.tabel if isinstance(table, Gepubliceerd) else table
    whole = with_totals(tabel.aantallen)
    delen = tuple(_work(part, tables) for part in _parts(months))
    # What is kept back anyway, and what gives way beside it.
    stand = work_out(months, whole, {**vanaf, **dict.fromkeys(small_in(whole) | never_shown(tabel, whole))}, delen)
    if before is None or before.afronding == stand.afronding:
        return stand
    # It was worked out by other rules than those of now: with which worlds is not known any more.
    return Stand(months, whole, before.afronding, delen)


def _parts(months: Months) -> tuple[Months, ...]:
    size = _PARTS[len(months)]
    return tuple(months[start : start + size] for start in range(0, len(months), size)) if size else ()


def _every_part(months: Months) -> Iterator[Months]:
    yield months
    for part in _parts(months):
        yield from _every_part(part)
