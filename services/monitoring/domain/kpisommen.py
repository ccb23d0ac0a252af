"""Cells added up by municipality and month, so that what changed is added anew and nothing else.

The stock stands in no month: its cells are a group of their own, of each municipality one.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import date
from typing import Protocol

from services.monitoring.domain.kpis import Cell, Meting, Som
from shared.rules.gemeenten import code_on, with_predecessors

VOORRAAD = date.min
Plek = tuple[date, str]  # the first day of a month, or VOORRAAD, and a municipality


class Opgeteld(Protocol):
    """What has a sum."""

    @property
    def som(self) -> Som: ...


def by_place(cells: Iterable[Cell]) -> dict[Plek, Som]:
    """Return cells by where they belong; those of the stock under the day on which the clock started."""
    found: defaultdict[Plek, dict[tuple[str, str, str], int]] = defaultdict(dict)
    for key, aantal in cells:
        if not aantal:
            continue
        if key.meting == Meting.VOORRAAD:
            found[VOORRAAD, key.gemeente_code][key.meting, key.naam, key.dag.isoformat()] = aantal
        else:
            found[key.dag, key.gemeente_code][key.meting, key.naam, key.waarde] = aantal
    return dict(found)


def places_of(places: Collection[Plek], codes: Collection[str], today: date) -> dict[str, list[Plek]]:
    """Return of each area the places of which the cells are its own, those of its predecessors among them, sorted.

    A place is of the municipality that answers for it on its own day, and of the stock on that of today.
    """
    areas = {code: [area for area in codes if code in with_predecessors({area})] for code in with_predecessors(codes)}
    found: dict[str, list[Plek]] = {code: [] for code in codes}
    for dag, code in sorted(places):
        for area in areas.get(code_on(code, today if dag == VOORRAAD else dag), ()):
            found[area].append((dag, code))
    return found


def add_up(sommen: Iterable[Som]) -> Som:
    """Return the sum of sums; one that stands alone is returned as it is."""
    given = list(sommen)
    if len(given) == 1:
        return given[0]
    return change({}, (), given)


def change(before: Som, less: Iterable[Som], more: Iterable[Som]) -> Som:
    """Return a sum of which some parts are others: without those that it had, and with those that it has."""
    found, touched = dict(before), set[tuple[str, str, str]]()
    for sign, parts in ((-1, less), (1, more)):
        for part in parts:
            touched |= part.keys()
            for key, aantal in part.items():
                found[key] = found.get(key, 0) + sign * aantal
    for key in touched:  # and not all there is: one municipality changed of a whole region
        if not found[key]:
            del found[key]
    return found


def by_day(places: Iterable[Plek], cellen: Mapping[Plek, Opgeteld]) -> dict[date, Som]:
    """Return of one area what was added up of each month, and of the stock."""
    found: defaultdict[date, list[Som]] = defaultdict(list)
    for place in places:
        found[place[0]].append(cellen[place].som)
    return {dag: add_up(parts) for dag, parts in found.items()}
