"""Until when a file is kept: what of the people in it counts."""

from calendar import monthrange
from collections.abc import Iterable
from datetime import date

_YEAR, _MONTH = len("jjjj"), len("jjjj-mm")


def youngest_birth_date(geboortedata: Iterable[str | None]) -> date | None:
    """Return the latest day on which one of these people can have been born, or None when nothing is known.

    Everybody in the file counts: who is grown up became eighteen long ago and changes nothing. Of an incomplete date
    the last possible day counts, so that no file is destroyed too early.
    """
    return max((_last_possible(told) for told in geboortedata if told), default=None)


def _last_possible(told: str) -> date:
    """Return the last day of a date that is written as ``jjjj``, ``jjjj-mm`` or ``jjjj-mm-dd``."""
    if len(told) == _YEAR:
        return date(int(told), 12, 31)
    if len(told) == _MONTH:
        year, month = int(told[:_YEAR]), int(told[_YEAR + 1 :])
        return date(year, month, monthrange(year, month)[1])
    return date.fromisoformat(told)
