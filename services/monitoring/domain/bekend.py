"""From which end it is counted what was known of a month, and of which days the stock is kept as a balance.

A cell as it was known on a day is the sum of what was booked up to that day, and also the cell of now without what was
booked after it. Most of what a month counts is booked in that month, so of a month that lay behind, going back from
now is short; of one that still lay ahead, adding up from the beginning is.
"""

from collections.abc import Iterable
from datetime import date, timedelta

_HALF_A_MONTH = timedelta(days=15)


def from_now(months: Iterable[date], bekend_op: date) -> tuple[list[date], list[date]]:
    """Return of which months (first days) to go back from now, and which to add up from the beginning."""
    behind: list[date] = []
    ahead: list[date] = []
    for month in months:
        (behind if month + _HALF_A_MONTH <= bekend_op else ahead).append(month)
    return behind, ahead


def balance_day(today: date) -> date:
    """Return the day of the newest balance that can be made: the Monday of this week.

    Seven days of changes at most lie between a day and the balance before it.
    """
    return today - timedelta(days=today.weekday())
