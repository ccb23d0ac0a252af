"""Which figures may be published: small counts kept back, others with them, and the rest rounded.

One table at a time: municipalities in the rows, the kinds of one indicator in the columns, with the totals of both and
the total of all. Every number of it is a position; ``None`` stands for a total.

1. A count below ``KLEIN`` is not shown (primary suppression). Nothing at all is no secret, and is shown.
2. For each of those, others are kept back (secondary suppression) until it can be moved: until there is another table
   with the same published numbers in which it is something else. The move is shown, not hoped for: four counts in the
   corners of a rectangle go up and down together, so that every total stays as it is. Where there is no such rectangle
   a total is kept back too, and fewer corners are needed. This is the method of the hypercube (Repsilber; Giessing,
   tau-ARGUS manual, chapter 2), in two dimensions.
3. What is shown is rounded to five, as CBS does. Against a table by itself nothing more is needed; it guards against
   who holds the same table of a year and of eleven of its months, or of two periods that overlap.

A count of which no municipality is known is in the totals and is never shown.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import product

KLEIN = 5
AFRONDEN_OP = 5

Plaats = tuple[str | None, str | None]
"""Municipality and kind; ``None`` is the total over all of them."""


@dataclass(frozen=True, slots=True)
class Tabel:
    """The counts of one indicator; a count that is left out is zero. ``onbekend`` are rows that are never shown."""

    aantallen: Mapping[tuple[str, str], int]
    onbekend: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Gepubliceerd:
    """What may be read of a table: ``None`` where a number is kept back."""

    waarden: Mapping[Plaats, int | None]
    rest: bool = False  # whether the totals hold rows that are never shown

    def __getitem__(self, plaats: Plaats) -> int | None:
        """Return a number as it may be read; what is not in the table is nothing."""
        return self.waarden.get(plaats, 0)


def publish(tabel: Tabel, *, also: frozenset[Plaats] = frozenset()) -> Gepubliceerd:
    """Return what may be read of a table, in which ``also`` is kept back as if it were small."""
    whole = with_totals(tabel.aantallen)
    hidden = suppressed(tabel, also=also)
    return Gepubliceerd(
        {
            plaats: None if plaats in hidden else rounded(aantal)
            for plaats, aantal in whole.items()
            if plaats[0] not in tabel.onbekend
        },
        rest=any(aantal for (row, _), aantal in tabel.aantallen.items() if row in tabel.onbekend),
    )


def rounded(aantal: int) -> int:
    """Return a count rounded to five; what is not kept back is never rounded to nothing."""
    return AFRONDEN_OP * ((aantal + AFRONDEN_OP // 2) // AFRONDEN_OP)


def with_totals(aantallen: Mapping[tuple[str, str], int]) -> dict[Plaats, int]:
    """Return the counts of a table with the totals of its rows and columns, and of all."""
    whole: dict[Plaats, int] = {}
    for (gemeente, soort), aantal in aantallen.items():
        for plaats in product((gemeente, None), (soort, None)):
            whole[plaats] = whole.get(plaats, 0) + aantal
    return whole


def suppressed(tabel: Tabel, *, also: frozenset[Plaats] = frozenset()) -> frozenset[Plaats]:
    """Return every position that is kept back, of the rows that are never shown too."""
    whole = with_totals(tabel.aantallen)
    small = {plaats for plaats, aantal in whole.items() if 0 < aantal < KLEIN} | also
    hidden = small | {plaats for plaats in whole if plaats[0] in tabel.onbekend and whole[plaats]}
    # The largest first: what is kept back for one often serves the next, and a small one has the least to choose from.
    for plaats in sorted(small, key=lambda plaats: (-whole[plaats], _order(plaats))):
        best = min(_moves(plaats, whole), key=lambda move: _cost(move, hidden, whole), default=None)
        # With no move at all everything that is not zero is kept back with it: a table of one number.
        hidden |= set(best.changed) if best else {other for other in whole if whole[other]}
    return frozenset(hidden)


@dataclass(frozen=True, slots=True)
class _Move:
    """Counts that change together, and every position that changes with them; the totals that stay are not in it."""

    changed: tuple[Plaats, ...]
    room: int  # by how much the small one can differ, up and down together


def _moves(plaats: Plaats, whole: Mapping[Plaats, int]) -> Iterator[_Move]:
    """Give each way in which a position can be something else while what is shown stays as it is.

    Along each axis the move has a partner, and then the total over that axis stays; or it has none, and the total
    changes with it. Of a total that is small itself, one of what it is made of moves.
    """
    gemeente, soort = plaats
    rows = [gemeente] if gemeente is not None else _labels(whole, 0)
    columns = [soort] if soort is not None else _labels(whole, 1)
    for row, column in product(rows, columns):
        row_partners = [*_labels(whole, 0), None] if gemeente is not None else [None]
        column_partners = [*_labels(whole, 1), None] if soort is not None else [None]
        for other_row, other_column in product(row_partners, column_partners):
            move = _move(whole, (row, other_row), (column, other_column))
            if move:
                yield move


def _labels(whole: Mapping[Plaats, int], axis: int) -> list[str]:
    return sorted({label for plaats in whole if (label := plaats[axis]) is not None})


def _move(whole: Mapping[Plaats, int], rows: tuple[str, str | None], columns: tuple[str, str | None]) -> _Move | None:
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
    corners = [*with_it, *against_it]
    if any(not whole.get(corner) for corner in corners):
        return None  # zero is shown, and cannot move
    down = min(whole[corner] for corner in with_it) - 1  # whoever reads knows that what is kept back is not zero
    up = min((whole[corner] for corner in against_it), default=KLEIN) - 1
    if up + down < 1:
        return None
    return _Move(tuple(dict.fromkeys(_changed(corners, rows, columns))), min(up + down, KLEIN - 2))


def _changed(
    corners: Iterable[tuple[str, str]], rows: tuple[str, str | None], columns: tuple[str, str | None]
) -> Iterator[Plaats]:
    """Give the corners, and the totals over each axis along which there is no partner."""
    for row, column in corners:
        over_rows = (row,) if rows[1] is not None else (row, None)
        over_columns = (column,) if columns[1] is not None else (column, None)
        yield from product(over_rows, over_columns)


def _cost(
    move: _Move, hidden: set[Plaats], whole: Mapping[Plaats, int]
) -> tuple[int, int, int, tuple[tuple[str, str], ...]]:
    """Return what a move costs: first the room that it lacks, then how much that could be read is lost.

    A total is dearer than what it is made of: more people look at it.
    """
    lost = [plaats for plaats in move.changed if plaats not in hidden]
    totals = sum(None in plaats for plaats in lost)
    return (
        KLEIN - 2 - move.room,
        sum(whole[plaats] for plaats in lost) + 1_000_000 * totals,
        len(lost),
        tuple(map(_order, move.changed)),
    )


def _order(plaats: Plaats) -> tuple[str, str]:
    return plaats[0] or "", plaats[1] or ""
