"""What is shown of a quarter, a half-year and a year beside their parts; test_aanval.py solves them together."""

from collections.abc import Mapping
from datetime import date

import pytest

from services.monitoring.domain.perioden import Publicatie, period_of, publish, publish_period
from services.monitoring.domain.publicatie import Gepubliceerd, Getal, Tabel
from services.monitoring.domain.tegenbeelden import Months

YEAR = tuple(date(2026, month, 1) for month in range(1, 13))
QUARTER = YEAR[:3]
NAAM = "meldingen"
Counts = Mapping[date, Mapping[tuple[str, str], int]]


def published(counts: Counts, months: Months = QUARTER) -> Gepubliceerd:
    return publish_period(months, lambda of: {NAAM: table(counts, of)})[NAAM]


def table(counts: Counts, months: Months) -> Tabel:
    sums: dict[tuple[str, str], int] = {}
    for month in months:
        for place, aantal in counts.get(month, {}).items():
            sums[place] = sums.get(place, 0) + aantal
    return Tabel(sums, frozenset({"elders"}))


def months_of(**per_month: int) -> Counts:
    return {month: {("a", "x"): aantal} for month, aantal in zip(YEAR, per_month.values(), strict=False)}


def test_a_quarter_that_would_tell_its_months_is_rounded_further() -> None:
    """One, five and one: seven reads 5, which is at most seven, so that both ones were ones."""
    counts = months_of(january=1, february=5, march=1)

    quarter = published(counts)

    assert quarter.getal(("a", "x")) == Getal(10, 10)


def test_a_quarter_that_tells_nothing_of_its_months_is_shown() -> None:
    quarter = published(months_of(january=2, february=3, march=40))

    assert quarter["a", "x"] == 45


def test_a_year_is_worked_out_with_its_months_too_and_not_with_its_halves_only() -> None:
    """Every month has two: for one to have more, another has less, in its own quarter or in another."""
    counts = {month: {("a", "x"): 2} for month in YEAR}

    assert [published(counts, YEAR[:count])["a", "x"] for count in (12, 6, 3)] == [25, 10, 5]


def test_what_belongs_to_no_municipality_is_in_the_totals_and_tells_nothing_of_the_others() -> None:
    """Without counting with it a reader would seem to know more, and too much would be kept back."""
    january, february, march = QUARTER
    counts = {
        january: {("a", "x"): 3, ("b", "x"): 2, ("elders", "x"): 21},
        february: {("a", "x"): 4, ("b", "x"): 1, ("elders", "x"): 25},
        march: {("a", "x"): 3, ("elders", "x"): 12},
    }

    quarter = published(counts)

    assert (quarter["a", "x"], quarter["b", "x"], quarter[None, "x"]) == (10, None, 70)
    assert not any(row == "elders" for row, _ in quarter.waarden)


def test_a_part_is_read_as_it_was_published_and_not_as_it_would_be_now() -> None:
    """In February two were counted when it was published, and five now: five would be shown, and tell the others."""
    then, now = months_of(january=1, february=2, march=1), months_of(january=1, february=5, march=1)
    months: dict[Months, Publicatie] = {
        (month,): Publicatie((month,), (), {NAAM: publish(table(then, (month,)))}) for month in QUARTER
    }

    quarter = publish_period(QUARTER, lambda of: {NAAM: table(now, of)}, eerder=months)[NAAM]

    assert quarter.getal(("a", "x")) == Getal(5)
    assert published(now).getal(("a", "x")) == Getal(10, 10)


def test_a_table_that_was_published_by_other_rules_makes_the_longer_one_tell_nothing() -> None:
    """No world is known, and none fits: what is not sure is not shown."""
    of = dict(zip(QUARTER, ({("a", "x"): 1}, {("a", "x"): 30}, {("a", "x"): 30}), strict=True))
    months: dict[Months, Publicatie] = {
        (month,): Publicatie((month,), (), {NAAM: Gepubliceerd(table(of, (month,)), {})}) for month in QUARTER
    }

    quarter = publish_period(QUARTER, lambda part: {NAAM: table(of, part)}, eerder=months)[NAAM]

    assert set(quarter.waarden.values()) == {None}


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
