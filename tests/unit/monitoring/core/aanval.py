"""The attack of an outsider who solves everything that is published at once, with a linear program.

Every count of every month is an unknown; every number that is shown bounds a sum of them by its rounding, and every
number that is kept back is not nothing. Of one number the smallest and the largest value are asked that all of this
allows. With whole numbers asked for, that is exactly what can be known; without, a reader could at most know more.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import product
from typing import Any

import highspy
import numpy as np

from services.monitoring.domain.publicatie import Plaats

Months = tuple[date, ...]
REST = "?"
"""What is of no municipality: in every total, and never shown."""


@dataclass(frozen=True)
class Gelezen:
    """One table as it was read: over which months, and whether it may hold rows that are never shown."""

    months: Months
    waarden: Mapping[Plaats, int | None]
    rest: bool
    afronding: Mapping[Plaats, int | None]
    laat: Mapping[tuple[str, str], bool] = field(default_factory=dict)
    """Of which counts more came in after the parts were read (True), or less."""


def known(shown: int | None, op: int | None) -> tuple[float, float]:
    """Return what one number tells: how it is rounded, not shown below five, and what is hidden is not nothing."""
    if shown is None or op is None:
        return 1, highspy.kHighsInf
    return (max(shown - op // 2, 5), shown + (op - 1) // 2) if shown else (0, 0)


class Aanval:
    """Everything that was read, as one system."""

    def __init__(self, read: Sequence[Gelezen], *, whole_numbers: bool = False) -> None:
        places = {place for one in read for place in one.waarden}
        self._rows = sorted({row for row, _ in places if row is not None})
        self._columns = sorted({column for _, column in places if column is not None})
        months = sorted({month for one in read for month in one.months})
        cells = [(month, row, col) for month in months for row in (*self._rows, REST) for col in self._columns]
        self._unknown: dict[object, int] = {cell: number for number, cell in enumerate(cells)}
        for one in read:
            for cell in one.laat:
                self._unknown[one.months, cell] = len(self._unknown)
        self._read = read
        self._solver: Any = highspy.Highs()  # type: ignore[no-untyped-call]  # it has no types
        self._solver.silent()
        self._solver.passModel(self._model(whole_numbers=whole_numbers))

    def _terms(self, months: Months, place: Plaats) -> list[int]:
        rows = [place[0]] if place[0] is not None else [*self._rows, REST]
        columns = [place[1]] if place[1] is not None else self._columns
        counted = [self._unknown[month, row, column] for month in months for row in rows for column in columns]
        late = [
            self._unknown[one.months, cell]
            for one in self._read
            if set(one.months) <= set(months)
            for cell in one.laat
            if (cell[0] if cell[0] in self._rows else REST) in rows and cell[1] in columns
        ]
        return counted + late

    def _model(self, *, whole_numbers: bool) -> highspy.HighsLp:
        count = len(self._unknown)
        low, high = np.zeros(count), np.full(count, highspy.kHighsInf)
        for one in self._read:
            for cell, more in one.laat.items():
                number = self._unknown[one.months, cell]
                low[number], high[number] = (1, highspy.kHighsInf) if more else (-highspy.kHighsInf, -1)
            # Of a longer period it can have gone since, and was in its months.
            if not one.rest and len(one.months) == 1:
                for column in self._columns:
                    high[self._unknown[one.months[0], REST, column]] = 0
        starts, index, lows, highs = [0], [], [], []
        for one in self._read:
            for place in product((*self._rows, None), (*self._columns, None)):
                index += self._terms(one.months, place)
                starts.append(len(index))
                least, most = known(one.waarden.get(place, 0), one.afronding.get(place, 5))
                lows.append(least)
                highs.append(most)
        model = highspy.HighsLp()
        model.num_col_, model.num_row_ = count, len(lows)
        model.col_cost_, model.col_lower_, model.col_upper_ = np.zeros(count), low, high
        model.row_lower_, model.row_upper_ = np.array(lows), np.array(highs)
        model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        model.a_matrix_.start_, model.a_matrix_.index_ = np.array(starts), np.array(index)
        model.a_matrix_.value_ = np.ones(len(index))
        if whole_numbers:
            model.integrality_ = [highspy.HighsVarType.kInteger] * count
        return model

    def span(self, months: Months, place: Plaats) -> tuple[float, float]:
        """Return between which values one number lies for who solves all of it."""
        terms = np.array(self._terms(months, place), dtype=np.int32)
        self._solver.changeColsCost(len(terms), terms, np.ones(len(terms)))
        low, high = self._extreme(highspy.ObjSense.kMinimize), self._extreme(highspy.ObjSense.kMaximize)
        self._solver.changeColsCost(len(terms), terms, np.zeros(len(terms)))
        return low, high

    def _extreme(self, sense: highspy.ObjSense) -> float:
        self._solver.changeObjectiveSense(sense)
        self._solver.run()
        status = self._solver.getModelStatus()
        if status in (highspy.HighsModelStatus.kUnbounded, highspy.HighsModelStatus.kUnboundedOrInfeasible):
            return float("inf")
        assert status == highspy.HighsModelStatus.kOptimal, "the attack must always allow what is true"
        return float(self._solver.getInfo().objective_function_value)


Lek = tuple[Months, Plaats, float, float]


def leaks(attack: Aanval, small: Iterable[tuple[Months, Plaats]]) -> list[Lek]:
    """Return the small numbers for which fewer values are left than there are small ones."""
    found = []
    for months, place in small:
        low, high = attack.span(months, place)
        if high - low < 3 - 1e-6:
            found.append((months, place, round(low, 3), round(high, 3)))
    return found
