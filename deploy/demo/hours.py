"""When people do things: moments of the working day, and the working days between them."""

from datetime import UTC, date, datetime, time, timedelta
from random import Random

from shared.rules.calendar import AMSTERDAM, Kalender, amsterdam_day, free_reason

ONE_DAY = timedelta(days=1)


def moment_on(day: date, moment: time) -> datetime:
    """Return a moment of an Amsterdam day."""
    return datetime.combine(day, moment, AMSTERDAM).astimezone(UTC)


def is_free(day: date) -> bool:
    """Say whether nobody counts on work on a day."""
    return free_reason(day, Kalender.WERKDAG) is not None


def werkdag_from(day: date) -> date:
    """Return the first working day from a day on."""
    while is_free(day):
        day += ONE_DAY
    return day


def werkdag_until(day: date) -> date:
    """Return the last working day up to and including a day."""
    while is_free(day):
        day -= ONE_DAY
    return day


def werkdag_after(day: date, count: int) -> date:
    """Return the day that is so many working days later."""
    for _ in range(count):
        day = werkdag_from(day + ONE_DAY)
    return day


def between(start: datetime, end: datetime, random: Random) -> datetime:
    """Return a moment between two others, or in the minute after the first when there is none."""
    seconds = max(60, int((end - start).total_seconds()))
    return start + timedelta(seconds=random.randrange(seconds))


def at_work(day: date, random: Random) -> datetime:
    """Return a moment of a day at which people are at their desks."""
    return between(moment_on(day, time(8, 45)), moment_on(day, time(17, 15)), random)


def later(after: datetime, werkdagen: int, random: Random) -> datetime:
    """Return a moment at work so many working days later; 0 is the same day, an hour or more later."""
    if werkdagen == 0:
        return after + timedelta(minutes=random.randint(60, 150))
    return at_work(werkdag_after(amsterdam_day(after), werkdagen), random)
