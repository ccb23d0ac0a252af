"""Who lays all published periods side by side, with every total, finds no number that is kept back."""

import random
from collections.abc import Iterator, Mapping
from datetime import date

import pytest

from services.monitoring.domain import perioden
from services.monitoring.domain.perioden import Months, Periode, period_of, publish_period
from services.monitoring.domain.publicatie import Plaats, Tabel, with_totals

YEAR = tuple(date(2026, month, 1) for month in range(1, 13))
QUARTER = YEAR[:3]
NAAM = "meldingen"
Counts = Mapping[date, Mapping[tuple[str, str], int]]
Number = tuple[Months, Plaats]
Bounds = dict[Number, tuple[int, int]]


def published(counts: Counts, months: Months = QUARTER) -> Periode:
    def tables(of: Months) -> dict[str, Tabel]:
        sums: dict[tuple[str, str], int] = {}
        for month in of:
            for place, aantal in counts.get(month, {}).items():
                sums[place] = sums.get(place, 0) + aantal
        return {NAAM: Tabel(sums, frozenset({"elders"}))}

    return publish_period(months, tables)


# --- the attack: bounds of every number, narrowed by every sum until nothing moves ---


def known(shown: int | None) -> tuple[int, int]:
    """Return what a reader knows of one number: it is rounded, under five is not shown, hidden is not nothing."""
    if shown is None:
        return 1, 10**6
    return next(
        (lowest, max(n for n in range(lowest, shown + 9) if _as_shown(n) == shown))
        for lowest in range(max(shown - 9, 0), shown + 9)
        if _as_shown(lowest) == shown
    )


def _as_shown(aantal: int) -> int | None:
    return None if 0 < aantal < 5 else 5 * round(aantal / 5)


def every_period(periode: Periode, months: Months) -> Iterator[tuple[Months, Periode]]:
    yield months, periode
    size = len(months) // len(periode.delen) if periode.delen else 0
    for number, deel in enumerate(periode.delen):
        yield from every_period(deel, months[number * size : (number + 1) * size])


def sums(periods: list[Months], rows: list[str], columns: list[str]) -> Iterator[tuple[Number, list[Number]]]:
    """Give every sum that a reader can make: over municipalities, over kinds, and over time."""
    for months in periods:
        for row in [*rows, None]:
            yield (months, (row, None)), [(months, (row, column)) for column in columns]
        for column in [*columns, None]:
            yield (months, (None, column)), [(months, (row, column)) for row in rows]
        inside = [other for other in periods if len(other) < len(months) and set(other) <= set(months)]
        for size in {len(other) for other in inside}:
            parts = [other for other in inside if len(other) == size]
            for row in [*rows, None]:
                for column in [*columns, None]:
                    yield (months, (row, column)), [(part, (row, column)) for part in parts]


def solved(found: Periode, months: Months, labels: tuple[list[str], list[str]]) -> Bounds:
    """Return between which bounds each number lies for who knows every published number and every sum."""
    rows, columns = labels
    tables = {of: one.tabellen[NAAM] for of, one in every_period(found, months)}
    bounds: Bounds = {
        (of, (row, column)): known(table[row, column])
        for of, table in tables.items()
        for row in [*rows, None]
        for column in [*columns, None]
    }
    equations = list(sums(list(tables), rows, columns))
    moved = True
    while moved:
        moved = False
        for whole, parts in equations:
            lows, highs = sum(bounds[one][0] for one in parts), sum(bounds[one][1] for one in parts)
            moved |= _narrow(bounds, whole, lows, highs)
            low, high = bounds[whole]
            for part in parts:
                own = bounds[part]
                moved |= _narrow(bounds, part, low - (highs - own[1]), high - (lows - own[0]))
    return bounds


def _narrow(bounds: Bounds, number: Number, low: int, high: int) -> bool:
    before = bounds[number]
    bounds[number] = max(before[0], low), min(before[1], high)
    assert bounds[number][0] <= bounds[number][1], "the attack must always allow what is true"
    return bounds[number] != before


def computed(found: Periode, months: Months, labels: tuple[list[str], list[str]]) -> list[Number]:
    """Return what is kept back and has one value only."""
    tables = {of: one.tabellen[NAAM] for of, one in every_period(found, months)}
    return [
        (of, place)
        for (of, place), (low, high) in solved(found, months, labels).items()
        if tables[of][place] is None and low == high
    ]


def months_of(**per_month: int) -> Counts:
    return {month: {("a", "x"): aantal} for month, aantal in zip(YEAR, per_month.values(), strict=False)}


# --- what it finds, and what it does not ---


def test_a_quarter_that_would_tell_its_months_is_kept_back() -> None:
    """One, five and one: the quarter is at most seven, so both ones are ones."""
    counts = months_of(january=1, february=5, march=1)

    quarter = published(counts).tabellen[NAAM]

    assert quarter["a", "x"] is None
    assert computed(published(counts), QUARTER, (["a"], ["x"])) == []


def test_without_that_the_attack_computes_both(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(perioden, "_told", lambda *_: set())
    counts = months_of(january=1, february=5, march=1)

    found = computed(published(counts), QUARTER, (["a"], ["x"]))

    assert {of[0].month for of, _ in found} == {1, 3}


def test_a_quarter_that_tells_nothing_of_its_months_is_shown() -> None:
    quarter = published(months_of(january=2, february=3, march=40)).tabellen[NAAM]

    assert quarter["a", "x"] == 45


def test_a_year_is_worked_out_with_its_months_too_and_not_with_its_halves_only() -> None:
    """Every month has one: nothing is shown before the quarters add up, and twelve would tell all of them."""
    counts = {month: {("a", "x"): 1} for month in YEAR}

    year = published(counts, YEAR)

    assert computed(year, YEAR, (["a"], ["x"])) == []
    assert year.tabellen[NAAM]["a", "x"] is None
    assert year.delen[0].tabellen[NAAM]["a", "x"] == 5


def test_what_belongs_to_no_municipality_is_in_the_totals_and_tells_nothing_of_the_others() -> None:
    """Without counting with it a reader would seem to know more, and too much would be kept back."""
    january, february, march = QUARTER
    counts = {
        january: {("a", "x"): 1, ("b", "x"): 2, ("elders", "x"): 1},
        february: {("a", "x"): 1, ("b", "x"): 1, ("elders", "x"): 5},
        march: {("a", "x"): 3, ("elders", "x"): 2},
    }

    quarter = published(counts).tabellen[NAAM]

    assert (quarter["a", "x"], quarter["b", "x"], quarter[None, "x"]) == (5, None, 15)
    assert not any(row == "elders" for row, _ in quarter.waarden)


def test_what_is_told_by_the_rest_of_a_table_keeps_back_all_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the number itself is kept back already, and it can be computed still."""
    monkeypatch.setattr(perioden, "_told", lambda *_: {("a", "x")})
    counts = {month: {("a", "x"): 1, ("b", "x"): 20, ("c", "x"): 30} for month in QUARTER}

    quarter = published(counts).tabellen[NAAM]

    assert quarter["a", "x"] is None
    assert set(quarter.waarden.values()) == {None}


@pytest.mark.parametrize("seed", range(8))
def test_of_a_year_with_its_parts_no_number_that_is_kept_back_can_be_computed(seed: int) -> None:
    chance = random.Random(seed)
    rows, columns = [f"{row:04}" for row in range(5)], ["politie", "zorg", "anders"]
    shares = {(row, column): chance.choice([0.3, 0.8, 1.5, 3, 6, 15]) for row in rows for column in columns}
    counts = {
        month: {place: n for place, share in shares.items() if (n := int(chance.expovariate(1 / share)))}
        for month in YEAR
    }

    found = published(counts, YEAR)

    assert computed(found, YEAR, (rows, columns)) == []
    for months, one in every_period(found, YEAR):
        whole = with_totals({place: sum(counts[month].get(place, 0) for month in months) for place in shares})
        small = [place for place, aantal in whole.items() if 0 < aantal < 5]
        assert all(one.tabellen[NAAM][place] is None for place in small)


@pytest.mark.parametrize(
    ("van", "tot", "months"),
    [
        (date(2026, 3, 1), date(2026, 3, 1), 1),
        (date(2026, 4, 1), date(2026, 6, 1), 3),
        (date(2026, 7, 1), date(2026, 12, 1), 6),
        (date(2026, 1, 1), date(2026, 12, 1), 12),
        (date(2026, 2, 1), date(2026, 4, 1), None),
        (date(2026, 1, 1), date(2026, 2, 1), None),
        (date(2026, 4, 1), date(2026, 9, 1), None),
        (date(2026, 2, 1), date(2027, 1, 1), None),
        (date(2026, 2, 1), date(2026, 1, 1), None),
        (date(2026, 1, 1), date(2027, 12, 1), None),
    ],
)
def test_only_periods_that_lie_within_each_other_are_published(van: date, tot: date, months: int | None) -> None:
    found = period_of(van, tot)

    assert (len(found) if found else None) == months
