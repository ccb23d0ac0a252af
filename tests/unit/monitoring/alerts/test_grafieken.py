"""Charts: what is drawn where, and that what is not known or not told is not drawn."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.monitoring.domain.grafieken import Punt, bars, columns, lines, nice_top

PERCENT = st.floats(0, 100, allow_nan=False)
KNOWN_OR_NOT = st.lists(st.none() | PERCENT, min_size=1, max_size=60)


def punten(*values: float | None) -> list[Punt]:
    return [Punt(f"m{number}", value, f"{value}") for number, value in enumerate(values)]


@given(KNOWN_OR_NOT)
def test_every_known_figure_has_one_column_inside_the_drawing_and_what_is_unknown_has_none(
    values: list[float | None],
) -> None:
    chart = columns(punten(*values), norm=90)

    known = [value for value in values if value is not None]
    if not known:
        assert chart is None
        return
    assert chart is not None
    assert len(chart.kolommen) == len(known)
    assert chart.gehaald == sum(value >= 90 for value in known)
    for column in chart.kolommen:
        assert chart.vlak.links <= column.x
        assert column.x + column.breedte <= chart.vlak.rechts + 0.1
        assert 0 <= column.y < column.y + column.hoogte <= chart.vlak.onder + 0.1
    heights = [(value, column.hoogte) for value, column in zip(known, chart.kolommen, strict=True)]
    assert [high for _, high in sorted(heights)] == sorted(high for _, high in heights)


def test_a_month_that_is_kept_back_keeps_its_place() -> None:
    whole, gap = columns(punten(50, 60, 70), norm=90), columns(punten(50, None, 70), norm=90)

    assert whole
    assert gap
    assert [column.x for column in gap.kolommen] == [whole.kolommen[0].x, whole.kolommen[2].x]


def test_a_line_is_broken_where_a_figure_is_kept_back() -> None:
    chart = lines([("mediaan", punten(1, 2, None, 4, 5)), ("p90", punten(None, None, None, None, 9))])

    assert chart
    assert [len(line.stukken) for line in chart.lijnen] == [2, 0]
    assert [len(line.stippen) for line in chart.lijnen] == [4, 1]


@given(st.floats(0, 1_000_000, allow_nan=False))
def test_an_axis_ends_at_or_above_the_highest_figure_and_not_far_above_it(highest: float) -> None:
    top = nice_top(highest)

    assert highest <= top
    assert top % 4 == 0
    assert top <= max(4, highest * 2.5)


def test_the_norm_lies_where_a_column_of_the_norm_ends() -> None:
    chart = columns(punten(90, 100), norm=90)

    assert chart
    assert chart.norm_y == chart.kolommen[0].y
    assert chart.gehaald == 2
    assert chart.kolommen[1].y < chart.norm_y


@pytest.mark.parametrize("rows", [[], [("a", None, None, "-", False)]])
def test_without_a_figure_there_is_no_chart(rows: list[tuple[str, float | None, float | None, str, bool]]) -> None:
    assert bars(rows) is None
    assert lines([("a", punten(None))]) is None


def test_a_bar_and_the_mark_beside_it_have_one_scale() -> None:
    chart = bars([("a", 10.0, 10.0, "10", False), ("b", 5.0, None, "5", True), ("c", None, None, "-", False)])

    assert chart
    one, other, none = chart.balken
    assert one.merk == chart.links + one.breedte
    assert other.breedte == pytest.approx(one.breedte / 2, abs=0.1)
    assert (other.merk, none.breedte) == (None, 0)
