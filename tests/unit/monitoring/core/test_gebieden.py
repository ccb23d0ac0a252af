"""The figures of municipalities over a merger: nothing is lost, nothing counted twice."""

from collections import Counter
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.monitoring.domain.gebieden import areas_of, cells_of, last_day, remarks_on
from services.monitoring.domain.kpis import Cell, KpiKey, Meting
from shared.rules.gemeenten import GEMEENTEN, GRJR_GEMEENTEN, with_predecessors

MERGER = date(2023, 1, 1)
TODAY = date(2026, 3, 2)
REGION = [*GRJR_GEMEENTEN, "1992"]

months = st.dates(date(2022, 6, 1), date(2023, 6, 30)).map(lambda day: day.replace(day=1))
flows = st.builds(
    lambda code, dag, meting, naam, aantal: Cell(KpiKey(meting, code, dag, naam, ""), aantal),
    st.sampled_from(REGION),
    months,
    st.sampled_from([Meting.GESTART, Meting.GEHAALD, Meting.TE_LAAT, Meting.TELLING]),
    st.sampled_from(["veiligheidsbeoordeling", "meldingen"]),
    st.integers(1, 9),
)
stock = st.builds(
    lambda code, dag, aantal: Cell(KpiKey(Meting.VOORRAAD, code, dag, "veiligheidsbeoordeling", ""), aantal),
    st.sampled_from(REGION),
    st.dates(date(2022, 1, 1), TODAY),
    st.integers(1, 9),
)


def total(cells: list[Cell]) -> Counter[tuple[str, date, str]]:
    found: Counter[tuple[str, date, str]] = Counter()
    for cell in cells:
        found[cell.key.meting, cell.key.dag, cell.key.naam] += cell.aantal
    return found


def of_areas(cells: list[Cell], last_month: date) -> list[Cell]:
    return [cell for code in areas_of(None, last_month) for cell in cells_of(code, cells, TODAY)]


@given(st.lists(flows, max_size=30), months)
def test_the_region_is_the_sum_of_the_municipalities_of_its_last_day_before_and_after_a_merger(
    cells: list[Cell], last_month: date
) -> None:
    # Before the merger 1992 bears nothing: the cells of a period end with it.
    within = [cell for cell in cells if cell.key.dag <= last_month]
    real = [cell for cell in within if cell.key.gemeente_code != "1992" or cell.key.dag >= MERGER]

    assert total(of_areas(real, last_month)) == total(real)


@given(st.lists(stock, max_size=30))
def test_what_waits_now_stands_under_the_municipalities_of_today_once(cells: list[Cell]) -> None:
    assert total(of_areas(cells, TODAY.replace(day=1))) == total(cells)
    assert not [cell for code in with_predecessors({"1992"}) - {"1992"} for cell in cells_of(code, cells, TODAY)]


@given(st.lists(flows, max_size=30))
def test_a_merged_municipality_is_what_its_parts_were_and_itself_after(cells: list[Cell]) -> None:
    whole = total(list(cells_of("1992", cells, TODAY)))

    parts = [cell for code in ("0501", "0530", "0614") for cell in cells_of(code, cells, TODAY)]
    assert all(cell.key.dag < MERGER for cell in parts)
    mine = with_predecessors({"1992"})
    every = [cell for cell in cells if cell.key.gemeente_code in mine]
    own = [cell for cell in every if cell.key.dag >= MERGER or cell.key.gemeente_code == "1992"]
    assert whole == total(parts) + total(own) == total(every)


@pytest.mark.parametrize(
    ("codes", "month", "expected"),
    [
        (None, date(2022, 12, 1), sorted(GRJR_GEMEENTEN)),
        ({"1992", "0501", "0530", "0614"}, date(2022, 12, 1), ["0501", "0530", "0614"]),
        ({"1992", "0501", "0530", "0614"}, date(2023, 1, 1), ["1992"]),
        ({"0501"}, date(2024, 1, 1), ["0501"]),
        ({"1992"}, date(2022, 1, 1), ["1992"]),
    ],
)
def test_a_report_is_of_the_municipalities_of_the_last_day_or_of_the_one_that_was_asked_for(
    codes: set[str] | None, month: date, expected: list[str]
) -> None:
    assert areas_of(codes, month) == expected


def test_thirteen_municipalities_are_reported_after_the_merger() -> None:
    assert len(areas_of(None, date(2022, 12, 1))) == 15
    assert len(areas_of(None, date(2023, 1, 1))) == 13


def test_a_reader_is_told_where_the_figures_end_and_of_whom_they_were() -> None:
    van, tot = date(2022, 10, 1), date(2023, 3, 1)

    (ended,) = remarks_on("0501", van, tot)
    (began,) = remarks_on("1992", van, tot)

    assert ended.startswith("Brielle is op 1 januari 2023 opgegaan in Voorne aan Zee (1992).")
    assert began == (
        "Tot 1 januari 2023 zijn dit de cijfers van Brielle (0501), Hellevoetsluis (0530), Westvoorne (0614) samen."
    )
    assert remarks_on("0501", van, date(2022, 12, 1)) == ()
    assert remarks_on("1992", date(2023, 1, 1), tot) == ()
    assert remarks_on("0599", van, tot) == remarks_on("9999", van, tot) == ()


@given(st.dates(date(1, 1, 1), date(9999, 12, 31)))
def test_the_last_day_of_a_month_is_in_it_and_no_later_one_is(day: date) -> None:
    last = last_day(day.replace(day=1))

    assert (last.year, last.month) == (day.year, day.month)
    assert last >= day


def test_every_municipality_of_the_table_has_a_place_in_some_report() -> None:
    ours = {code for code, row in GEMEENTEN.items() if row.vt_organisatie == "veilig-thuis-rotterdam-rijnmond"}

    assert set(areas_of(None, date(2022, 1, 1))) | set(areas_of(None, date(2024, 1, 1))) == ours
