"""What cannot be true of what somebody says was done: a pointer into what he sent, and a Dutch sentence."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

Fout = tuple[str, str]

_YEAR_MIN = 1900
# Clocks of those who send us times need not be ours to the minute.
_AHEAD_MAX = timedelta(minutes=5)


class InvoerError(ValueError):
    """What was said cannot be true; ``fouten`` are all that were found."""

    def __init__(self, fouten: tuple[Fout, ...]) -> None:
        super().__init__("; ".join(detail for _, detail in fouten))
        self.fouten = fouten


def refuse(fouten: Iterable[Fout]) -> None:
    """Raise ``InvoerError`` with all faults at once, when there are any."""
    found = tuple(fouten)
    if found:
        raise InvoerError(found)


def moment_faults(
    pointer: str, moment: datetime, *, now: datetime, vanaf: datetime | None = None, wat: str = ""
) -> Iterator[Fout]:
    """Yield what is wrong with a moment: it has not come yet, or lies before what it follows on (``wat``)."""
    if moment.year < _YEAR_MIN or moment > now + _AHEAD_MAX:
        yield pointer, f"een tijdstip vanaf {_YEAR_MIN} dat niet in de toekomst ligt"
    elif vanaf is not None and moment < vanaf:
        yield pointer, f"ligt voor {wat}"
