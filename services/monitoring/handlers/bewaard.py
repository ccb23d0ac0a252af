"""What a process keeps of the figures, so that a change costs what changed and not what there is.

Everything kept stands under the marks of the cells that it was made of (``store/kpimaanden.py``), and is used only by
who was shown those same marks, all of them and no others, in the statement that answers him. So what is kept can be
old, or of another process, or made for somebody who sees more, and is then not used: the database decides each time.
"""

from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable, Mapping
from datetime import date
from typing import Generic, TypeVar
from weakref import WeakKeyDictionary

from sqlalchemy.ext.asyncio import AsyncEngine

from services.monitoring.domain.kpis import Som
from services.monitoring.domain.kpisommen import Plek, change
from services.monitoring.store.kpimaanden import Maandcellen

V = TypeVar("V")

_CELLS_MAX = 120_000  # some 20 MB
_BYTES_MAX = 16 * 1024 * 1024


class Bewaard(Generic[V]):
    """Values under a key with the version of which they are; what was asked for longest ago goes first."""

    def __init__(self, weight_max: int) -> None:
        self._kept: OrderedDict[Hashable, tuple[Hashable, V, int]] = OrderedDict()
        self._weight = 0
        self._weight_max = weight_max

    def get(self, key: Hashable, version: Hashable) -> V | None:
        """Return what is kept under a key, when it is of this version."""
        kept = self._kept.get(key)
        if kept is None or kept[0] != version:
            return None
        self._kept.move_to_end(key)
        return kept[1]

    def keep(self, key: Hashable, version: Hashable, value: V, weight: int) -> None:
        """Keep a value, in the place of that of another version."""
        before = self._kept.pop(key, None)
        self._weight += weight - (before[2] if before else 0)
        self._kept[key] = (version, value, weight)
        while self._weight > self._weight_max and self._kept:
            _, (_, _, gone) = self._kept.popitem(last=False)
            self._weight -= gone


class _Maand:
    """What is kept of one month: its cells by municipality, and the sum of all of them with what it is the sum of."""

    __slots__ = ("cellen", "regio", "regio_van")

    def __init__(self) -> None:
        self.cellen: dict[str, Maandcellen] = {}
        self.regio_van: Mapping[str, Maandcellen] = {}
        self.regio: Som = {}

    @property
    def weight(self) -> int:
        """How many cells are kept."""
        return len(self.regio) + sum(len(one.som) for one in self.cellen.values())


class Sommen:
    """The sums of one database, by month; the month that was asked for longest ago goes first."""

    def __init__(self, cells_max: int = _CELLS_MAX) -> None:
        self._maanden: OrderedDict[tuple[bool, date], _Maand] = OrderedDict()
        self._cells_max = cells_max
        self.gebieden: Bewaard[bytes] = Bewaard(_BYTES_MAX)

    def known(self, days: Iterable[date], uitsplitsing: bool) -> dict[Plek, Maandcellen]:
        """Return what is kept of some months: whether it is still so, the database says."""
        return {
            (day, code): kept
            for day in days
            if (maand := self._maanden.get((uitsplitsing, day)))
            for code, kept in maand.cellen.items()
        }

    def keep(self, found: Mapping[Plek, Maandcellen], uitsplitsing: bool) -> None:
        """Keep what was read."""
        for (day, code), cellen in found.items():
            self._maand(day, uitsplitsing).cellen[code] = cellen
        weight = sum(maand.weight for maand in self._maanden.values())
        while weight > self._cells_max and self._maanden:
            _, gone = self._maanden.popitem(last=False)
            weight -= gone.weight

    def of_region(self, day: date, shown: Mapping[str, Maandcellen], uitsplitsing: bool) -> Som:
        """Return the sum of one month over all municipalities that are shown: that of before, with what changed."""
        maand = self._maand(day, uitsplitsing)
        before = maand.regio_van
        less = [one.som for code, one in before.items() if shown.get(code) is not one]
        more = [one.som for code, one in shown.items() if before.get(code) is not one]
        if less or more:
            maand.regio = change(maand.regio, less, more)
            maand.regio_van = dict(shown)
        return maand.regio

    def area(self, key: Hashable, marks: Hashable, make: Callable[[], bytes]) -> bytes:
        """Return an area as it is written, made anew when what is kept is not of the cells with these marks."""
        kept = self.gebieden.get(key, marks)
        if kept is not None:
            return kept
        made = make()
        self.gebieden.keep(key, marks, made, len(made))
        return made

    def _maand(self, day: date, uitsplitsing: bool) -> _Maand:
        key = (uitsplitsing, day)
        found = self._maanden.get(key)
        if found is None:
            found = self._maanden[key] = _Maand()
        self._maanden.move_to_end(key)
        return found


_OF: WeakKeyDictionary[AsyncEngine, Sommen] = WeakKeyDictionary()


def sommen_of(engine: AsyncEngine) -> Sommen:
    """Return what is kept of a database."""
    return _OF.setdefault(engine, Sommen())
