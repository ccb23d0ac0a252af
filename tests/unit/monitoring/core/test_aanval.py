"""Who solves all that is published at once, still finds four values for every number below five: none is told."""

import random
from collections import Counter
from collections.abc import Mapping
from datetime import date
from types import MappingProxyType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.monitoring.domain.kpis import Meting
from services.monitoring.domain.openbaar import tabellen_of
from services.monitoring.domain.perioden import Publicatie, publish, publish_period
from services.monitoring.domain.publicatie import Gepubliceerd, Plaats, Tabel, with_totals
from services.monitoring.domain.rapportdoelen import counts_in
from services.monitoring.domain.rapportsoorten import RapportSoort
from services.monitoring.domain.rapportversies import added_up, public_of
from tests.unit.monitoring.core.aanval import Aanval, Gelezen, Months, leaks
from tests.unit.monitoring.core.test_monitorbrief import MARCH, A, B, report

YEAR = tuple(date(2026, month, 1) for month in range(1, 13))
QUARTER = YEAR[:3]
ELDERS = "elders"
Counts = Mapping[date, Mapping[tuple[str, str], int]]
Late = Mapping[Months, Mapping[tuple[str, str], int]]
"""By how much a period is more or less than its parts, when it is published."""


def table(counts: Counts, months: Months, late: Late = MappingProxyType({})) -> Tabel:
    """Return what was counted in some months, with what came in after their parts were published."""
    sums: Counter[tuple[str, str]] = Counter()
    for month in months:
        sums.update(counts[month])
    for part, came in late.items():
        if set(part) <= set(months):
            sums.update(came)
    return Tabel({place: n for place, n in sums.items() if n}, frozenset({ELDERS}))


def published(counts: Counts, months: Months, late: Late = MappingProxyType({})) -> dict[Months, Gepubliceerd]:
    """Publish a period after all its parts, each once: a part first, of what was known then."""
    found: dict[Months, Publicatie] = {}
    for part in (*parts_of(months), months):

        def tables(of: Months) -> dict[str, Tabel]:
            return {"t": table(counts, of, late)}

        found[part] = Publicatie(part, (), publish_period(part, tables, eerder=found))
    return {part: one.tabellen["t"] for part, one in found.items()}


def parts_of(months: Months) -> list[Months]:
    """Return every part of a period, the shortest first."""
    sizes = [size for size in (1, 3, 6) if size < len(months)]
    return [months[start : start + size] for size in sizes for start in range(0, len(months), size)]


def two_months(counts: Counts, months: Months, found: Mapping[Months, Gepubliceerd]) -> Gepubliceerd:
    """Return what a report over two months shows: what each of its letters shows."""
    return added_up(table(counts, months), [found[month,] for month in months])


def read(found: Mapping[Months, Gepubliceerd], late: Late = MappingProxyType({})) -> list[Gelezen]:
    return [
        Gelezen(
            months,
            # What is added up from what was published is no news, and is further off than any rounding.
            {**one.waarden, **dict.fromkeys(one.opgeteld)},
            any(row in one.tabel.onbekend for row, _ in one.tabel.aantallen),
            {**one.afronding, **dict.fromkeys(one.opgeteld)},
            {cell: by > 0 for cell, by in late.get(months, {}).items() if by},
        )
        for months, one in found.items()
    ]


def small_of(
    counts: Counts, periods: Mapping[Months, object], late: Late = MappingProxyType({})
) -> list[tuple[Months, Plaats]]:
    return [
        (months, place)
        for months in periods
        for place, aantal in with_totals(table(counts, months, late).aantallen).items()
        if 0 < aantal < 5 and place[0] != ELDERS
    ]


def laid_side_by_side(counts: Counts, months: Months) -> dict[Months, Gepubliceerd]:
    """Return all that is published: the periods of the door, and the reports over two months."""
    found = published(counts, months)
    return found | {
        pair: two_months(counts, pair, found)
        for start in range(0, len(months) - 1, 2)
        for pair in [months[start : start + 2]]
    }


# --- small tables, of which every number is attacked, in whole numbers -------------------------------------------

amount = st.one_of(st.integers(0, 4), st.integers(0, 12))


def tables_of(rows: int, columns: int) -> st.SearchStrategy[dict[tuple[str, str], int]]:
    places = [(f"g{row}" if row else ELDERS, f"s{column}") for row in range(rows + 1) for column in range(columns)]
    return st.lists(amount, min_size=len(places), max_size=len(places)).map(
        lambda counts: {place: n for place, n in zip(places, counts, strict=True) if n}
    )


@settings(max_examples=25, deadline=None)
@given(tables_of(3, 3))
def test_of_one_month_no_small_number_is_told(counts: dict[tuple[str, str], int]) -> None:
    of = {YEAR[0]: counts}
    found = {YEAR[:1]: publish(table(of, YEAR[:1]))}

    assert leaks(Aanval(read(found), whole_numbers=True), small_of(of, found)) == []


@settings(max_examples=12, deadline=None)
@given(st.lists(tables_of(2, 2), min_size=3, max_size=3))
def test_of_a_quarter_its_months_and_two_of_them_no_small_number_is_told(
    months: list[dict[tuple[str, str], int]],
) -> None:
    counts = dict(zip(QUARTER, months, strict=True))
    found = laid_side_by_side(counts, QUARTER)

    assert leaks(Aanval(read(found), whole_numbers=True), small_of(counts, found)) == []


@settings(max_examples=25, deadline=None)
@given(
    st.lists(tables_of(2, 2), min_size=3, max_size=3), tables_of(2, 2), st.lists(st.booleans(), min_size=6, max_size=6)
)
def test_what_came_in_after_the_months_were_published_tells_nothing_of_them(
    months: list[dict[tuple[str, str], int]], came: dict[tuple[str, str], int], more: list[bool]
) -> None:
    """Who reads the quarter may know of which counts some came or went since, and not how many."""
    counts = dict(zip(QUARTER, months, strict=True))
    before = table(counts, QUARTER).aantallen
    changed = {
        place: n if up else -min(n, before.get(place, 0)) for (place, n), up in zip(came.items(), more, strict=False)
    }
    late = {QUARTER: {place: by for place, by in changed.items() if by}}
    found = published(counts, QUARTER, late)

    assert leaks(Aanval(read(found, late), whole_numbers=True), small_of(counts, found, late)) == []


# --- the region --------------------------------------------------------------------------------------------------

_SIZES = (300, 60, 50, 45, 40, 35, 30, 25, 20, 15, 15, 10, 10, 8)
_SHARES = (0.45, 0.2, 0.1, 0.1, 0.05, 0.03, 0.07)


def region(seed: int, scale: float) -> Counts:
    """Return a year of fourteen municipalities and seven kinds, with some of which no municipality is known."""
    chance = random.Random(seed)
    rows = {**{f"{row:04}": size for row, size in enumerate(_SIZES)}, ELDERS: 6}
    return {
        month: {
            (row, f"soort-{kind}"): n
            for row, size in rows.items()
            for kind, share in enumerate(_SHARES)
            if (n := sum(chance.random() < share * scale for _ in range(size)))
        }
        for month in YEAR
    }


@pytest.mark.parametrize(
    ("months", "scale", "attacked", "kept_max"),
    [pytest.param(YEAR, 0.08, 40, 0.55, id="a small year"), pytest.param(YEAR[:6], 0.6, 25, 0.2, id="half a year")],
)
def test_of_the_region_over_a_period_and_all_its_parts_no_small_number_is_told_and_not_all_is_kept_back(
    months: Months, scale: float, attacked: int, kept_max: float
) -> None:
    counts = region(len(months), scale)
    found = laid_side_by_side(counts, months)
    small = small_of(counts, found)
    random.Random(len(months)).shuffle(small)

    assert leaks(Aanval(read(found)), small[:attacked]) == []
    kept = [n is None for n in found[months].waarden.values()]
    assert sum(kept) / len(kept) < kept_max
    # Beside the small ones, which must be, hardly a number of a month is kept back.
    of_months = [
        (one.whole[place], n) for month in months for one in [found[month,]] for place, n in one.waarden.items()
    ]
    assert sum(n is None and aantal >= 5 for aantal, n in of_months) < 0.01 * len(of_months)


# --- what the attack found -----------------------------------------------------------------------------------------


def alone(counts: Counts, months: Months) -> dict[Months, Gepubliceerd]:
    """Return each period worked out by itself, as if nobody read the other."""
    return {of: publish(table(counts, of)) for of in (months, *((month,) for month in months))}


def in_months(*per_month: Mapping[tuple[str, str], int]) -> Counts:
    return dict(zip(QUARTER, per_month, strict=True))


# Each of these was published before the periods were worked out by the worlds of domain/tegenbeelden.py.
FOUND = [
    # The quarter reads 10, which is at most twelve; the other months at least five each, so January at most two.
    pytest.param(in_months(*({("a", "x"): n} for n in (1, 5, 5))), id="one municipality"),
    # February had one of a, one to three for who solves all of it; narrowing sum after sum found no bound at all.
    pytest.param(
        in_months(
            {("a", "x"): 3, ("a", "y"): 9, ("b", "x"): 20, ("b", "y"): 20},
            {("a", "x"): 1, ("a", "y"): 5, ("b", "x"): 3, ("b", "y"): 8},
            {("a", "x"): 2, ("a", "y"): 5, ("b", "x"): 3, ("b", "y"): 20},
        ),
        id="two municipalities and two kinds",
    ),
]


@pytest.mark.parametrize("counts", FOUND)
def test_what_was_told_by_periods_side_by_side_is_not_told_any_more(counts: Counts) -> None:
    naive, now = alone(counts, QUARTER), laid_side_by_side(counts, QUARTER)

    assert leaks(Aanval(read(naive), whole_numbers=True), small_of(counts, naive))
    assert leaks(Aanval(read(now), whole_numbers=True), small_of(counts, now)) == []


def test_the_same_number_under_two_names_is_kept_back_alike() -> None:
    """Two adviezen in A and five in B: the letter kept both back, and the door told the five and the seven of both."""
    counts = {A: {"telefoon": 2}, B: {"telefoon": 5}}
    rapport = report(
        {
            code: {
                **{(Meting.TELLING, "adviezenPerSoort", kind): n for kind, n in kinds.items()},
                (Meting.TELLING, "adviezen", ""): sum(kinds.values()),
            }
            for code, kinds in counts.items()
        }
    )

    letter = public_of(rapport, counts_in(RapportSoort.MONITORBRIEF))
    door = publish_period((MARCH,), lambda months: tabellen_of(rapport, months))

    assert [letter.telling("adviezen", "", code) for code in (A, B, None)] == [
        door["adviezenPerSoort"].getal((code, None)) for code in (A, B, None)
    ]
    assert "adviezen" not in door
