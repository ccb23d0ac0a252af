"""Quiet hours are those on a Dutch clock, also when the clock changes."""

from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from shared.rules.calendar import AMSTERDAM, Kalender, free_reason
from shared.rules.rust import Rust, is_quiet
from shared.rules.settings import DEFAULT_SETTINGS

NIGHT = Rust(time(18), time(8))
START = datetime(2025, 1, 1, tzinfo=UTC)
MOMENTS = st.integers(0, 3 * 366 * 24 * 60).map(lambda minutes: START + timedelta(minutes=minutes))
TIMES = st.times()


@pytest.mark.parametrize(
    ("local", "quiet"),
    [
        ("2026-03-27 07:59", True),
        ("2026-03-27 08:00", False),
        ("2026-03-27 17:59", False),
        ("2026-03-27 18:00", True),
        ("2026-03-28 12:00", True),  # Saturday
        ("2026-03-30 08:00", False),  # the Monday after the night in which an hour was lost
        ("2026-10-26 07:59", True),  # and after the one that came twice
        ("2026-10-26 08:00", False),
        ("2026-04-06 10:00", True),  # tweede Paasdag
        ("2026-05-15 10:00", False),  # equated by decree, and a working day all the same
    ],
)
def test_nobody_is_mailed_outside_working_hours(local: str, *, quiet: bool) -> None:
    assert is_quiet(NIGHT, datetime.fromisoformat(local).replace(tzinfo=AMSTERDAM), DEFAULT_SETTINGS) is quiet


@given(MOMENTS)
@example(datetime(2026, 3, 29, 1, 0, tzinfo=UTC))  # the clock goes from 2:00 to 3:00
@example(datetime(2026, 10, 25, 0, 30, tzinfo=UTC))  # 2:30, for the first time
@example(datetime(2026, 10, 25, 1, 30, tzinfo=UTC))  # and for the second
def test_it_is_quiet_on_a_free_day_and_from_eighteen_to_eight_and_never_else(now: datetime) -> None:
    local = now.astimezone(AMSTERDAM)
    works = free_reason(local.date(), Kalender.WERKDAG, DEFAULT_SETTINGS) is None and 8 <= local.hour < 18

    assert is_quiet(NIGHT, now, DEFAULT_SETTINGS) is not works


@given(MOMENTS)
def test_what_waits_is_sent_within_five_days_and_at_eight_sharp(now: datetime) -> None:
    if not is_quiet(NIGHT, now, DEFAULT_SETTINGS):
        return
    quarter = now.replace(minute=now.minute // 15 * 15)
    later = (quarter + timedelta(minutes=15 * step) for step in range(1, 6 * 24 * 4))

    first = next(moment for moment in later if not is_quiet(NIGHT, moment, DEFAULT_SETTINGS))

    assert first.astimezone(AMSTERDAM).time() == time(8)
    assert first - now < timedelta(days=5)


@given(MOMENTS, TIMES, TIMES)
def test_the_day_and_the_night_between_two_hours_exclude_each_other_on_a_working_day(
    now: datetime, one: time, other: time
) -> None:
    free = free_reason(now.astimezone(AMSTERDAM).date(), Kalender.WERKDAG, DEFAULT_SETTINGS) is not None

    found = [is_quiet(Rust(*pair), now, DEFAULT_SETTINGS) for pair in ((one, other), (other, one))]

    if free:
        assert found == [True, True]
    elif one == other:
        assert found == [False, False]  # the same twice is no quiet hour at all
    else:
        assert sum(found) == 1


def test_a_moment_without_a_time_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="tijdzone"):
        is_quiet(NIGHT, datetime(2026, 3, 2, 9, 0), DEFAULT_SETTINGS)  # noqa: DTZ001, that is what it is about
