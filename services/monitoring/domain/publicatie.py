"""Which figures may be published: small counts kept back, others with them, and the rest rounded.

One table at a time: municipalities in the rows, the kinds of one indicator in the columns, with the totals of both and
the total of all. Every number of it is a position; ``None`` stands for a total.

1. A count below ``KLEIN`` is not shown (primary suppression). Nothing at all is no secret, and is shown.
2. For each of those, others give way until it can be moved: until there is another table with the same published
   numbers in which it is something else. The move is shown, not hoped for: four counts in the corners of a rectangle go
   up and down together, so that every total stays as it is. Where there is no such rectangle a total changes too, and
   fewer corners are needed. This is the method of the hypercube (Repsilber; Giessing, tau-ARGUS manual, chapter 2), in
   two dimensions, and it is told of the whole move what it costs (services/monitoring/domain/tegenbeelden.py).
3. What gives way is rounded further, to ten or more, and kept back only where it could then be taken for a small one
   (secondary suppression). The rest is rounded to five, as CBS does.

A count of which no municipality is known is in the totals and is never shown.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import product

KLEIN = 5
AFRONDEN_OP = 5
GROVER = (10, 25, 50, 100)
# What is promised of a small count: whoever reads everything still finds as many values for it as there are small ones.
SPEELRUIMTE = KLEIN - 2

Plaats = tuple[str | None, str | None]
"""Municipality and kind; ``None`` is the total over all of them."""

Afronding = Mapping[Plaats, int | None]
"""To what a number is rounded, ``None`` where it is kept back; what is not in it is rounded to five."""


@dataclass(frozen=True, slots=True)
class Tabel:
    """The counts of one indicator; a count that is left out is zero. ``onbekend`` are rows that are never shown."""

    aantallen: Mapping[tuple[str, str], int]
    onbekend: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Getal:
    """A number as it may be read, and to what it is rounded."""

    aantal: int
    op: int = AFRONDEN_OP


def added(getallen: Collection[Getal]) -> Getal:
    """Return published numbers added up, as coarse as the coarsest of them."""
    return Getal(sum(one.aantal for one in getallen), max((one.op for one in getallen), default=AFRONDEN_OP))


@dataclass(frozen=True)
class Gepubliceerd:
    """A table as it was published: what was counted, and how much of that may be read.

    What is in ``opgeteld`` reads as what was published elsewhere, added up.
    """

    tabel: Tabel = field(repr=False)
    afronding: Afronding
    opgeteld: Mapping[Plaats, Getal] = field(default_factory=dict)

    @cached_property
    def whole(self) -> Mapping[Plaats, int]:
        """What was counted, with all totals."""
        return with_totals(self.tabel.aantallen)

    @cached_property
    def waarden(self) -> Mapping[Plaats, int | None]:
        """Every number as it may be read, None where it is kept back; without the rows that are never shown."""
        return {
            plaats: None if (op := op_of(self.afronding, plaats)) is None else rounded(aantal, op)
            for plaats, aantal in self.whole.items()
            if plaats[0] not in self.tabel.onbekend
        } | {plaats: one.aantal for plaats, one in self.opgeteld.items()}

    def __getitem__(self, plaats: Plaats) -> int | None:
        """Return a number as it may be read; what is not in the table is nothing."""
        return self.waarden.get(plaats, 0)

    def getal(self, plaats: Plaats) -> Getal | None:
        """Return a number as it may be read with its rounding, None when it is kept back."""
        aantal, op = self[plaats], op_of(self.afronding, plaats)
        return None if aantal is None or op is None else Getal(aantal, op)


def op_of(afronding: Afronding, plaats: Plaats) -> int | None:
    """Return to what a number is rounded, None when it is kept back."""
    return afronding.get(plaats, AFRONDEN_OP)


def rounded(aantal: int, op: int = AFRONDEN_OP) -> int:
    """Return a count rounded; what is not kept back is never rounded to nothing."""
    return op * ((aantal + op // 2) // op)


Reach = tuple[int, int]
"""By how much a number may be less (not above zero) and more."""


def coarse_enough(aantal: int, reach: Reach, vanaf: int = GROVER[0]) -> int | None:
    """Return to what a count is rounded, ``vanaf`` or more, so that it reads the same when it is so much less or more.

    None when only keeping it back does: a rounding within which it could be a small one is none.
    """
    for op in (AFRONDEN_OP, *GROVER):
        if op < vanaf:
            continue
        least, most = between(aantal, op)
        if most is not None and rounded(aantal, op) and least <= aantal + reach[0] and aantal + reach[1] <= most:
            return op
    return None


def with_totals(aantallen: Mapping[tuple[str, str], int]) -> dict[Plaats, int]:
    """Return the counts of a table with the totals of its rows and columns, and of all."""
    whole: dict[Plaats, int] = {}
    for (gemeente, soort), aantal in aantallen.items():
        for plaats in product((gemeente, None), (soort, None)):
            whole[plaats] = whole.get(plaats, 0) + aantal
    return whole


def between(aantal: int, op: int | None = AFRONDEN_OP) -> tuple[int, int | None]:
    """Return between which numbers a count lies for who reads it; without an end when it is kept back: not nothing."""
    if op is None:
        return 1, None
    shown = rounded(aantal, op)
    low = shown - op // 2
    return (max(low, KLEIN), low + op - 1) if shown else (0, 0)


def small_in(whole: Mapping[Plaats, int]) -> set[Plaats]:
    """Return the positions of which the number may not be read."""
    return {plaats for plaats, aantal in whole.items() if 0 < aantal < KLEIN}


def never_shown(tabel: Tabel, whole: Mapping[Plaats, int]) -> set[Plaats]:
    """Return the positions of the rows that are in the totals only."""
    return {plaats for plaats in whole if plaats[0] in tabel.onbekend and whole[plaats]}


@dataclass(frozen=True, slots=True)
class Move:
    """Counts that change together, and every position that changes with them; the totals that stay are in neither."""

    ways: tuple[tuple[Plaats, int], ...]  # each with 1 when it becomes one more, and -1 when it becomes one less

    @property
    def changed(self) -> tuple[Plaats, ...]:
        """Every position that becomes something else."""
        return tuple(plaats for plaats, _ in self.ways)


def moves(plaats: Plaats, whole: Mapping[Plaats, int], within: Collection[Plaats] | None = None) -> Iterator[Move]:
    """Give each way in which a position can be something else while what is shown stays as it is.

    Along each axis the move has a partner, and then the total over that axis stays; or it has none, and the total
    changes with it. Of a total that is small itself, one of what it is made of moves. With ``within`` only those that
    change nothing else than what is in it.
    """
    gemeente, soort = plaats
    all_rows, all_columns = _labels(whole, 0), _labels(whole, 1)
    rows = [gemeente] if gemeente is not None else all_rows
    columns = [soort] if soort is not None else all_columns
    for row, column in product(rows, columns):
        if within is not None and (row, column) not in within:
            continue
        row_partners = [*all_rows, None] if gemeente is not None else [None]
        column_partners = [*all_columns, None] if soort is not None else [None]
        if within is not None:
            row_partners = [one for one in row_partners if (one, column) in within]
            column_partners = [one for one in column_partners if (row, one) in within]
        for other_row, other_column in product(row_partners, column_partners):
            move = _move(whole, (row, other_row), (column, other_column))
            if move and (within is None or all(one in within for one in move.changed)):
                yield move


def _labels(whole: Mapping[Plaats, int], axis: int) -> list[str]:
    return sorted({label for plaats in whole if (label := plaats[axis]) is not None})


def _move(whole: Mapping[Plaats, int], rows: tuple[str, str | None], columns: tuple[str, str | None]) -> Move | None:
    """Return the move of a count with its partners, when none of them is zero and there is room to move at all."""
    if rows[0] == rows[1] or columns[0] == columns[1]:
        return None
    with_it = [(rows[0], columns[0])]
    against_it: list[tuple[str, str]] = []
    if rows[1] is not None:
        against_it.append((rows[1], columns[0]))
    if columns[1] is not None:
        against_it.append((rows[0], columns[1]))
    if rows[1] is not None and columns[1] is not None:
        with_it.append((rows[1], columns[1]))
    if any(not whole.get(corner) for corner in (*with_it, *against_it)):
        return None  # zero is shown, and cannot move
    down = min(whole[corner] for corner in with_it) - 1  # whoever reads knows that what is kept back is not zero
    up = min((whole[corner] for corner in against_it), default=KLEIN) - 1
    if up + down < 1:
        return None
    up_with_it = dict.fromkeys(_changed(with_it, rows, columns), 1)
    return Move(tuple((up_with_it | dict.fromkeys(_changed(against_it, rows, columns), -1)).items()))


def _changed(
    corners: Iterable[tuple[str, str]], rows: tuple[str, str | None], columns: tuple[str, str | None]
) -> Iterator[Plaats]:
    """Give the corners, and the totals over each axis along which there is no partner."""
    for row, column in corners:
        over_rows = (row,) if rows[1] is not None else (row, None)
        over_columns = (column,) if columns[1] is not None else (column, None)
        yield from product(over_rows, over_columns)
