"""Nobody can compute what is kept back: the sums of a published table are solved, and no small count comes out."""

import random
from collections.abc import Mapping
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.monitoring.domain.perioden import Publicatie, publish
from services.monitoring.domain.publicatie import (
    AFRONDEN_OP,
    KLEIN,
    Afronding,
    Gepubliceerd,
    Plaats,
    Tabel,
    between,
    coarse_enough,
    op_of,
    rounded,
    with_totals,
)
from services.monitoring.schemas.publicatie import publicatie_out, publicatie_rows
from shared.rules.codes import TermijnSoort

ROWS, COLUMNS = "abc", "xyz"


def afronding_of(tabel: Tabel) -> Afronding:
    return publish(tabel).afronding


def hidden_in(tabel: Tabel) -> set[Plaats]:
    return {plaats for plaats, op in afronding_of(tabel).items() if op is None}


def table(*rows: tuple[int, ...], onbekend: frozenset[str] = frozenset()) -> Tabel:
    cells = {(ROWS[r], COLUMNS[c]): n for r, row in enumerate(rows) for c, n in enumerate(row)}
    return Tabel(cells, onbekend)


# --- the attack --------------------------------------------------------------------------------------------------

_FAR = 3  # how far from what it is a count is tried


def another(tabel: Tabel, plaats: Plaats, afronding: Afronding) -> dict[tuple[str, str], int] | None:
    """Return a table with the same published numbers in which a position is something else; None: it can be computed.

    Who reads knows every sum, the numbers that are rounded to five to the digit (rounding would only tell him less),
    how the others are rounded, and that what is kept back is not zero.
    """
    whole = with_totals(tabel.aantallen)
    free = [cell for cell in tabel.aantallen if cell in afronding]
    last = {line: max(i for i, cell in enumerate(free) if line in _lines(cell)) for line in _all_lines(free)}

    def fits(aantal: int, of: Plaats) -> bool:
        return aantal == whole[of] if op_of(afronding, of) == AFRONDEN_OP else may_be(aantal, of, whole, afronding)

    def search(number: int, made: dict[tuple[str, str], int]) -> dict[tuple[str, str], int] | None:
        if number == len(free):
            totals = with_totals(made)
            good = all(fits(totals[line], line) for line in last)
            return dict(made) if good and totals[plaats] != whole[plaats] else None
        cell = free[number]
        for value in sorted(
            range(max(1, made[cell] - _FAR), made[cell] + _FAR + 1), key=lambda v: abs(v - whole[cell])
        ):
            if not fits(value, cell):
                continue
            before, made[cell] = made[cell], value
            if all(fits(_sum(made, line), line) for line in _lines(cell) if last[line] == number):
                found = search(number + 1, made)
                if found:
                    return found
            made[cell] = before
        return None

    return search(0, dict(tabel.aantallen))


def may_be(aantal: int, of: Plaats, whole: Mapping[Plaats, int], afronding: Afronding) -> bool:
    """Say whether a number reads the same when it is so much."""
    least, most = between(whole[of], op_of(afronding, of))
    return least <= aantal and (most is None or aantal <= most)


def _lines(cell: tuple[str, str]) -> list[Plaats]:
    return [(cell[0], None), (None, cell[1]), (None, None)]


def _all_lines(cells: list[tuple[str, str]]) -> set[Plaats]:
    return {line for cell in cells for line in _lines(cell)}


def _sum(made: Mapping[tuple[str, str], int], line: Plaats) -> int:
    return sum(n for cell, n in made.items() if line[0] in (None, cell[0]) and line[1] in (None, cell[1]))


def small_of(tabel: Tabel) -> list[Plaats]:
    return [plaats for plaats, aantal in with_totals(tabel.aantallen).items() if 0 < aantal < KLEIN]


counts = st.one_of(st.integers(0, 4), st.integers(5, 9))


@settings(max_examples=80, deadline=None)
@given(st.lists(st.tuples(counts, counts, counts), min_size=1, max_size=3))
def test_no_small_count_can_be_computed_from_the_sums(rows: list[tuple[int, ...]]) -> None:
    tabel = table(*rows)

    for plaats in small_of(tabel):
        assert another(tabel, plaats, afronding_of(tabel)), f"{plaats} can only be what it is"


def test_without_the_second_step_the_attack_finds_what_was_kept_back() -> None:
    """The attack can fail: with only the small count kept back its row tells what it is."""
    tabel = table((2, 30, 20), (40, 10, 10), (11, 12, 13))

    assert not another(tabel, ("a", "x"), {("a", "x"): None})
    assert not another(tabel, ("a", "x"), {("a", "x"): None, ("a", "y"): 10, ("b", "x"): 10})
    assert another(tabel, ("a", "x"), afronding_of(tabel))


def test_beside_a_small_count_three_others_are_rounded_further_in_a_rectangle_and_every_total_stays() -> None:
    found = afronding_of(table((2, 30, 20), (40, 20, 10), (11, 12, 13)))

    assert found == {("a", "x"): None, ("a", "y"): 10, ("b", "x"): 10, ("b", "y"): 10}


def test_what_is_large_gives_way_for_of_that_the_least_is_lost() -> None:
    found = afronding_of(table((2, 300, 20), (400, 300, 10), (11, 12, 13)))

    assert found.keys() == {("a", "x"), ("a", "y"), ("b", "x"), ("b", "y")}


def test_two_small_counts_share_one_rectangle() -> None:
    assert len(afronding_of(table((2, 80, 20), (90, 3, 10), (110, 120, 130)))) == 4


def test_in_a_table_of_one_row_another_count_gives_way_with_the_totals_of_both() -> None:
    found = afronding_of(table((2, 30, 20)))

    assert found == {("a", "x"): None, (None, "x"): None, ("a", "y"): 10, (None, "y"): 10}


def test_counts_of_one_that_pin_each_other_make_others_give_way() -> None:
    """Four ones in a rectangle: none of them can go down, for who reads knows that what is kept back is not zero."""
    tabel = table((1, 1, 30), (1, 1, 30), (30, 30, 30))
    ones = [plaats for plaats in small_of(tabel) if None not in plaats]

    assert not another(tabel, ("a", "x"), dict.fromkeys(ones))
    assert all(another(tabel, plaats, afronding_of(tabel)) for plaats in ones)


@pytest.mark.parametrize(
    ("aantal", "reach", "op"),
    [(6, (-1, 2), 10), (6, (-2, 0), None), (30, (-3, 3), 10), (26, (-3, 0), 25), (5, (0, 0), 10)],
)
def test_a_number_is_rounded_so_far_that_it_reads_the_same_and_never_as_if_it_were_small(
    aantal: int, reach: tuple[int, int], op: int | None
) -> None:
    assert coarse_enough(aantal, reach) == op


def test_where_no_way_out_is_found_nothing_is_told() -> None:
    assert hidden_in(table((1,))) == {("a", "x"), ("a", None), (None, "x"), (None, None)}


def test_nothing_is_no_secret_and_nothing_gives_way_where_nothing_is_small() -> None:
    tabel = table((0, 30, 20), (40, 0, 10), (11, 12, 0))

    assert afronding_of(tabel) == {}
    assert publish(tabel)["a", "x"] == 0
    assert publish(tabel)["a", "y"] == 30


def test_what_belongs_to_no_municipality_is_never_shown_and_hides_a_small_count_for_free() -> None:
    tabel = table((2, 30, 20), (40, 10, 10), (11, 12, 13), onbekend=frozenset("c"))
    published = publish(tabel)

    assert not any(plaats[0] == "c" for plaats in published.waarden)
    shown = {plaats: op for plaats, op in published.afronding.items() if plaats[0] != "c"}
    assert shown.pop(("a", "x")) is None
    assert list(shown.values()) == [10]


@pytest.mark.parametrize(("aantal", "shown"), [(5, 5), (7, 5), (8, 10), (12, 10), (13, 15), (100, 100)])
def test_what_is_shown_is_rounded_to_five(aantal: int, shown: int) -> None:
    assert rounded(aantal) == shown


@pytest.mark.parametrize("seed", range(8))
def test_in_a_table_of_the_region_every_small_count_has_its_move_and_little_else_is_lost(seed: int) -> None:
    """Fifteen municipalities and seven kinds, as in a month: too large to try everything, so walks are sought."""
    chance = random.Random(seed)
    sizes = [300, 60, 50, 45, 40, 35, 30, 25, 20, 15, 15, 10, 10, 8, 6]
    shares = [0.80, 0.06, 0.03, 0.02, 0.01, 0.01, 0.07]
    cells = {
        (f"{row:04}", f"soort-{column}"): sum(chance.random() < share for _ in range(size))
        for row, size in enumerate(sizes)
        for column, share in enumerate(shares)
    }
    tabel = Tabel(cells)
    whole, afronding = with_totals(cells), afronding_of(tabel)
    small = set(small_of(tabel))

    for plaats in small:
        assert _can_move(plaats, afronding, whole), plaats
    assert small <= hidden_in(tabel)
    assert len(hidden_in(tabel) - small) <= 1
    assert len(afronding) <= 2 * len(small)
    assert op_of(afronding, (None, None)) in {5, 10}


def _can_move(plaats: Plaats, afronding: Afronding, whole: Mapping[Plaats, int]) -> bool:
    """Say whether a walk over what is not shown to five finds counts that fit as well.

    Each line of the table, totals included, is a node and each position an edge between its row and its column. Counts
    with the totals taken as negative add up to nothing in every line, so a change is a walk that returns: up over one
    edge and down over the next. A count that goes down stays above zero.
    """
    return any(_walk(plaats, sign, afronding, whole) for sign in (1, -1))


def _walk(plaats: Plaats, sign: int, afronding: Afronding, whole: Mapping[Plaats, int]) -> bool:
    def may(edge: Plaats, change: int) -> bool:
        as_read = change if edge.count(None) != 1 else -change
        return may_be(whole[edge] + as_read, edge, whole, afronding)

    if not may(plaats, sign):
        return False
    edges = [edge for edge in afronding if edge != plaats and whole[edge]]
    rows: set[str | None] = set()
    columns, new = {plaats[1]}, {plaats[1]}
    while new:
        reached = {row for row, column in edges if column in new and may((row, column), -sign)} - rows
        rows |= reached
        new = {column for row, column in edges if row in reached and may((row, column), sign)} - columns
        columns |= new
    return plaats[0] in rows


def test_what_is_rounded_further_says_so_in_both_forms_and_the_rest_does_not() -> None:
    by_kind = Tabel({("0599", "politie"): 83, ("0599", "school"): 41, ("0613", "politie"): 3, ("0613", "school"): 20})
    coarse: Afronding = {("0599", "politie"): 10, ("0599", None): 25, ("0613", "politie"): None, ("0613", None): None}
    in_time = Gepubliceerd(Tabel({("0599", "te-laat"): 61}), {("0599", "te-laat"): 25})
    months = tuple(date(2026, month, 1) for month in (1, 2, 3))
    tables = {"meldingenPerMelderCategorie": Gepubliceerd(by_kind, coarse), "fase:veiligheidsbeoordeling": in_time}

    out = publicatie_out(Publicatie(months, ("0599", "0613"), tables))
    said = {
        area.gemeente_code: {(one.fase, one.gegeven, one.onderdeel): one.afgerond_op for one in area.grover}
        for area in out.gemeenten
    }
    _, *rows = publicatie_rows(out)
    written = {(code, fase, gegeven, onderdeel): end for code, _, fase, gegeven, onderdeel, *end in rows}

    per_melder, term = "meldingenPerMelderCategorie", TermijnSoort.VEILIGHEIDSBEOORDELING
    assert said == {
        "0599": {
            (None, per_melder, "politie"): 10, (None, per_melder, "totaal"): 25, (None, "meldingen", "totaal"): 25,
            (term, "teLaat", ""): 25,
        },
        "0613": {},
    }  # fmt: skip
    assert written["0599", "", per_melder, "politie"] == ["80", "10"]
    assert written["0599", "", per_melder, "school"] == ["40", "5"]
    assert written["0599", "", "meldingen", "totaal"] == ["125", "25"]
    assert written["0599", term, "teLaat", ""] == ["50", "25"]
    assert written["0613", "", per_melder, "politie"] == ["afgeschermd", ""]
