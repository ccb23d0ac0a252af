"""The calendar against the statute, against a library, and across both clock changes."""

from datetime import UTC, date, datetime, timedelta

import holidays
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.rules.calendar import (
    GELIJKGESTELDE_DAGEN,
    GELIJKGESTELDE_JAREN,
    Kalender,
    amsterdam_day,
    decreed_days_run_out,
    easter,
    feestdagen,
    free_reason,
    last_decreed_year,
    midnight_after,
    midnight_before,
    working_day_from,
    working_day_until,
)
from shared.rules.settings import RuleSettings

YEARS_COMPARED = range(2015, 2041)


def _library(year: int, *categories: str) -> set[date]:
    # The library also names the Sundays of Easter and Pentecost, which the statute leaves to be Sundays.
    sundays = {easter(year), easter(year) + timedelta(days=49)}
    return set(holidays.country_holidays("NL", years=year, categories=categories)) - sundays


@pytest.mark.parametrize("year", YEARS_COMPARED)
def test_atw_3_the_feast_days_are_those_of_the_library_with_its_optional_days(year: int) -> None:
    assert set(feestdagen(year)) == _library(year, "public", "optional")


@pytest.mark.parametrize("year", YEARS_COMPARED)
def test_atw_3_the_library_without_its_optional_days_forgets_only_5_may(year: int) -> None:
    missing = set(feestdagen(year)) - _library(year, "public")

    # Once in five years 5 May is public in the library; in 2016 it was Hemelvaartsdag as well.
    hidden = year % 5 == 0 or feestdagen(year)[date(year, 5, 5)] != "Bevrijdingsdag"
    assert missing == (set() if hidden else {date(year, 5, 5)})


def test_atw_3_lid_3_the_library_knows_no_day_equated_by_royal_decree() -> None:
    known = {day for year in YEARS_COMPARED for day in _library(year, "public", "optional")}

    assert not known & set(GELIJKGESTELDE_DAGEN)


@pytest.mark.parametrize("year", range(1966, 2014))  # the library begins there
def test_koninginnedag_before_2014_is_the_day_that_the_library_has(year: int) -> None:
    (ours,) = (day for day, name in feestdagen(year).items() if "Koninginnedag" in name)

    assert ours in _library(year, "public", "optional")


@pytest.mark.parametrize("year", [2025, 2031])
def test_koningsdag_is_26_april_when_the_27th_is_a_sunday(year: int) -> None:
    assert feestdagen(year)[date(year, 4, 26)] == "Koningsdag"
    assert date(year, 4, 27) not in feestdagen(year)


def test_no_royal_day_is_invented_before_koninginnedag_was_on_30_april() -> None:
    assert not [name for name in feestdagen(1930).values() if name.startswith("Koning")]


def test_two_feasts_on_one_day_are_both_named() -> None:
    assert feestdagen(2016)[date(2016, 5, 5)] == "Bevrijdingsdag en Hemelvaartsdag"


@pytest.mark.parametrize(
    ("year", "expected"), [(2024, date(2024, 3, 31)), (2025, date(2025, 4, 20)), (2038, date(2038, 4, 25))]
)
def test_easter_falls_where_the_almanac_has_it(year: int, expected: date) -> None:
    assert easter(year) == expected


@given(st.integers(1583, 9999))
def test_easter_is_a_sunday_between_22_march_and_25_april(year: int) -> None:
    assert easter(year).isoweekday() == 7
    assert date(year, 3, 22) <= easter(year) <= date(year, 4, 25)


@pytest.mark.parametrize("day", sorted(GELIJKGESTELDE_DAGEN))
def test_a_decreed_day_is_a_working_day_on_which_no_statutory_term_ends(day: date) -> None:
    assert free_reason(day, Kalender.WERKDAG) is None
    assert "gelijkgesteld" in (free_reason(day, Kalender.ATW_TERMIJN) or "")
    assert free_reason(day, Kalender.KALENDERDAG) is None


@pytest.mark.parametrize("day", sorted(GELIJKGESTELDE_DAGEN))
def test_a_decreed_day_is_neither_a_feast_nor_in_a_weekend(day: date) -> None:
    assert day not in feestdagen(day.year)
    assert day.isoweekday() <= 5
    assert GELIJKGESTELDE_DAGEN[day].dag == day


def test_a_setting_makes_decreed_days_free_for_werkdagen_and_leaves_other_days_alone() -> None:
    settings = RuleSettings(gelijkgestelde_dagen_zijn_vrij=True)

    assert free_reason(date(2026, 5, 15), Kalender.WERKDAG, settings) is not None
    assert free_reason(date(2026, 5, 13), Kalender.WERKDAG, settings) is None


def test_a_regional_closing_day_is_free_for_werkdagen_and_never_for_a_statutory_term() -> None:
    closed = date(2026, 6, 10)
    settings = RuleSettings(extra_sluitingsdagen=frozenset({closed}))

    assert free_reason(closed, Kalender.WERKDAG, settings) == "extra sluitingsdag in deze regio"
    assert free_reason(closed, Kalender.ATW_TERMIJN, settings) is None


def test_a_region_that_works_on_goede_vrijdag_and_5_may_changes_werkdagen_only() -> None:
    settings = RuleSettings(goede_vrijdag=False, bevrijdingsdag=False)

    for day in (date(2024, 3, 29), date(2026, 5, 5)):
        assert free_reason(day, Kalender.WERKDAG, settings) is None
        assert free_reason(day, Kalender.ATW_TERMIJN, settings) is not None
    assert free_reason(date(2016, 5, 5), Kalender.WERKDAG, settings) == "Hemelvaartsdag"


@pytest.mark.parametrize(("day", "hours"), [(date(2024, 3, 31), 23), (date(2024, 10, 27), 25), (date(2024, 7, 1), 24)])
def test_an_amsterdam_day_is_as_long_as_the_clock_makes_it(day: date, hours: int) -> None:
    assert midnight_after(day) - midnight_before(day) == timedelta(hours=hours)


def test_half_past_midnight_in_amsterdam_is_the_new_day() -> None:
    assert amsterdam_day(datetime(2026, 7, 1, 22, 30, tzinfo=UTC)) == date(2026, 7, 2)
    assert amsterdam_day(datetime(2026, 1, 1, 22, 30, tzinfo=UTC)) == date(2026, 1, 1)


def test_a_naive_moment_has_no_amsterdam_day() -> None:
    with pytest.raises(ValueError, match="zonder tijdzone"):
        amsterdam_day(datetime(2026, 1, 1, 12))  # noqa: DTZ001 (the fault under test)


def test_the_alarm_for_a_new_decree_sounds_a_year_before_the_known_days_run_out() -> None:
    assert last_decreed_year() == 2028
    assert decreed_days_run_out(date(2027, 12, 31)) is None
    assert decreed_days_run_out(date(2028, 1, 1)) == date(2029, 1, 1)
    assert decreed_days_run_out(date(2031, 1, 1)) == date(2029, 1, 1)


def test_the_years_that_are_known_in_part_are_not_called_complete() -> None:
    assert not GELIJKGESTELDE_JAREN & {2016, 2020, 2021, 2022, 2029}


def test_the_nearest_working_day_is_found_in_both_directions() -> None:
    assert working_day_from(date(2024, 3, 29), Kalender.WERKDAG) == date(2024, 4, 2)
    assert working_day_until(date(2024, 4, 1), Kalender.WERKDAG) == date(2024, 3, 28)


def test_a_region_that_is_closed_all_year_is_told_so() -> None:
    closed = frozenset(date(2026, 1, 1) + timedelta(days=n) for n in range(800))

    with pytest.raises(ValueError, match="sluitingsdagen"):
        working_day_from(date(2026, 1, 5), Kalender.WERKDAG, RuleSettings(extra_sluitingsdagen=closed))
