"""How long a file is kept: the latest of three days, also around 29 February and far in the future."""

from datetime import date, timedelta

from hypothesis import example, given
from hypothesis import strategies as st

from shared.rules.retention import retention_until
from shared.rules.settings import DEFAULT_SETTINGS, RuleSettings

days = st.dates(date(1950, 1, 1), date(2200, 12, 31))
LEAP_DAY = date(2024, 2, 29)


def alone(end: date) -> date:
    return retention_until(end, None)


@given(days, st.none() | days, st.none() | days)
@example(LEAP_DAY, LEAP_DAY, None)
@example(date(2080, 2, 29), None, date(2100, 2, 28))  # 2100 is no leap year
def test_the_latest_of_the_three_days_counts_and_nothing_shortens_the_twenty_years(
    end: date, youngest: date | None, measure: date | None
) -> None:
    until = retention_until(end, youngest, beschermingsmaatregel_tot=measure)

    eighteen = None if youngest is None else retention_until(youngest, None, RuleSettings(bewaartermijn_jaren=18))
    assert until == max(day for day in (alone(end), eighteen, measure) if day is not None)
    assert until >= alone(end)


@given(days)
@example(LEAP_DAY)
def test_the_twenty_years_are_never_a_day_too_short(end: date) -> None:
    until = alone(end)

    assert until.year == end.year + DEFAULT_SETTINGS.bewaartermijn_jaren
    assert (until.month, until.day) in {(end.month, end.day), (3, 1)}
    assert (until.month, until.day) >= (end.month, end.day)


@given(days, st.none() | days, st.timedeltas(timedelta(), timedelta(days=9000)))
def test_who_ends_later_or_has_a_younger_child_is_never_destroyed_earlier(
    end: date, youngest: date | None, later: timedelta
) -> None:
    later = timedelta(days=later.days)
    younger = None if youngest is None else youngest + later

    assert retention_until(end + later, younger) >= retention_until(end, youngest)


def test_a_child_born_on_the_leap_day_is_eighteen_on_the_first_of_march() -> None:
    until = retention_until(date(2024, 6, 1), LEAP_DAY, RuleSettings(bewaartermijn_jaren=1))

    assert until == date(2042, 3, 1)


def test_a_measure_that_is_over_long_before_changes_nothing() -> None:
    assert retention_until(date(2026, 6, 1), None, beschermingsmaatregel_tot=date(2030, 1, 1)) == date(2046, 6, 1)


def test_a_measure_that_lasts_longer_keeps_the_file_until_it_is_over() -> None:
    until = retention_until(date(2026, 6, 1), date(2025, 1, 1), beschermingsmaatregel_tot=date(2051, 9, 30))

    assert until == date(2051, 9, 30)
