"""Which periods are published, and that no two of them together tell what one of them keeps back.

Months, quarters, half-years and years: each lies wholly within the next, so whoever lays published periods side by side
can only add parts to their whole. A month is worked out by itself (services/monitoring/domain/publicatie.py), a longer
period after its parts, beside everything that was published of them: of each small number of all of these other figures
are shown with which everything would look the same (services/monitoring/domain/tegenbeelden.py).

Those figures change nothing that a month shows. So they also fit a report over any other months that shows a number
only when each of its months does (services/monitoring/domain/rapportversies.py).
"""

import hashlib
from collections.abc import Callable, Iterator, Mapping, MutableMapping
from dataclasses import dataclass
from datetime import date

from services.monitoring.domain.kpis import months_between
from services.monitoring.domain.publicatie import (
    Gepubliceerd,
    Tabel,
    never_shown,
    small_in,
    suppressed,
    with_totals,
)
from services.monitoring.domain.tegenbeelden import Months, Stand, longer_stand

# How many months a period has, and how many the parts of which it is made; it begins where the year is divided so.
_PARTS = {1: 0, 3: 1, 6: 3, 12: 6}

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


def publish_period(
    months: Months, tabellen_of: Callable[[Months], Tabellen], kept: MutableMapping[str, Stand] | None = None
) -> Periode:
    """Return what may be read of a period, whoever reads its parts too.

    A table of a year takes seconds; with ``kept`` one that was worked out before, of the same counts, is not again.
    """
    tables = {part: tabellen_of(part) for part in _every_part(months)}
    worked = {}
    for naam in tables[months]:
        counts = repr([(part, named.get(naam)) for part, named in tables.items()])
        mark = hashlib.sha256(counts.encode()).hexdigest()
        worked[naam] = (kept or {}).get(mark) or _work(naam, months, tables)
        if kept is not None:
            kept[mark] = worked[naam]
    return _periode(months, tables, worked)


def _periode(months: Months, tables: Mapping[Months, Tabellen], worked: Mapping[str, Stand]) -> Periode:
    return Periode(
        {naam: Gepubliceerd(tabel, worked[naam].afronding) for naam, tabel in tables[months].items()},
        tuple(
            _periode(part, tables, {naam: stand.delen[number] for naam, stand in worked.items()})
            for number, part in enumerate(_parts(months))
        ),
    )


def _work(naam: str, months: Months, tables: Mapping[Months, Tabellen]) -> Stand:
    """Return one table over a period and its parts; in a part in which nothing was counted, it is empty."""
    tabel = tables[months].get(naam, Tabel({}))
    whole = with_totals(tabel.aantallen)
    if len(months) == 1:
        return Stand(months, whole, dict.fromkeys(suppressed(tabel)))
    delen = tuple(_work(naam, part, tables) for part in _parts(months))
    return longer_stand(months, whole, dict.fromkeys(small_in(whole) | never_shown(tabel, whole)), delen)


def _parts(months: Months) -> tuple[Months, ...]:
    size = _PARTS[len(months)]
    return tuple(months[start : start + size] for start in range(0, len(months), size)) if size else ()


def _every_part(months: Months) -> Iterator[Months]:
    yield months
    for part in _parts(months):
        yield from _every_part(part)
