"""What is kept of the figures: the sum of a region with what changed is that of all its parts, and it has a bound."""

from datetime import date
from uuid import uuid4

from hypothesis import given, settings
from hypothesis import strategies as st

from services.monitoring.domain.kpis import Cell, KpiKey, Meting, Som
from services.monitoring.domain.kpisommen import VOORRAAD, add_up, by_place, change, places_of
from services.monitoring.handlers.bewaard import Bewaard, Sommen
from services.monitoring.store.kpimaanden import Maandcellen

MARCH, APRIL = date(2026, 3, 1), date(2026, 4, 1)
_KEYS = st.tuples(st.sampled_from(["gestart", "telling"]), st.sampled_from("ab"), st.sampled_from(["", "x"]))
_SOMMEN = st.dictionaries(_KEYS, st.integers(1, 3), max_size=4)
_SHOWN = st.dictionaries(st.sampled_from(["0599", "0613", "1992"]), st.integers(0, 4), max_size=3)


@settings(max_examples=60, deadline=None)
@given(st.lists(_SOMMEN, min_size=5, max_size=5), st.lists(_SHOWN, min_size=1, max_size=8))
def test_the_sum_of_a_region_is_that_of_what_is_shown_whoever_was_shown_what_before(
    sommen: list[Som], views: list[dict[str, int]]
) -> None:
    cells = [Maandcellen(uuid4(), som) for som in sommen]
    kept = Sommen()

    for view in views:
        shown = {code: cells[number] for code, number in view.items()}
        assert kept.of_region(MARCH, shown, uitsplitsing=False) == change({}, (), [one.som for one in shown.values()])


def test_a_month_is_known_by_itself_and_apart_from_that_with_its_parts() -> None:
    kept, cells = Sommen(), Maandcellen(uuid4(), {("gestart", "onderzoek", ""): 1})
    kept.keep({(MARCH, "0599"): cells, (VOORRAAD, "0599"): cells}, uitsplitsing=False)

    assert kept.known([MARCH, APRIL], uitsplitsing=False) == {(MARCH, "0599"): cells}
    assert kept.known([MARCH], uitsplitsing=True) == {}


def test_of_the_months_that_are_kept_the_one_asked_for_longest_ago_goes_first() -> None:
    kept, months = Sommen(cells_max=4), [date(2026, number, 1) for number in (1, 2, 3)]
    some: Som = {("gestart", "onderzoek", ""): 1, ("gestart", "toewijzing", ""): 1}

    for month in (months[0], months[1], months[0], months[2]):
        kept.keep({(month, "0599"): Maandcellen(uuid4(), some)}, uitsplitsing=False)

    assert [place[0] for place in kept.known(months, uitsplitsing=False)] == [months[0], months[2]]


def test_what_is_kept_of_another_version_is_not_given() -> None:
    kept: Bewaard[str] = Bewaard(10)
    kept.keep("area", (1, 2), "old", 3)

    assert kept.get("area", (1, 3)) is None
    assert kept.get("area", (1, 2)) == "old"


def test_cells_lie_under_their_own_month_and_the_stock_under_none() -> None:
    started = date(2026, 3, 17)
    cells = [
        Cell(KpiKey(Meting.GESTART, "0599", MARCH, "onderzoek", ""), 2),
        Cell(KpiKey(Meting.VOORRAAD, "0599", started, "onderzoek", ""), 1),
        Cell(KpiKey(Meting.GEHAALD, "0599", MARCH, "onderzoek", ""), 0),
    ]

    assert by_place(cells) == {
        (MARCH, "0599"): {("gestart", "onderzoek", ""): 2},
        (VOORRAAD, "0599"): {("voorraad", "onderzoek", "2026-03-17"): 1},
    }


def test_what_a_municipality_was_before_a_merger_is_in_its_months_and_the_stock_is_of_today() -> None:
    before, after = (date(2022, 12, 1), "0501"), (date(2023, 2, 1), "0501")
    places = [after, before, (VOORRAAD, "0501"), (MARCH, "0599")]

    of_then, of_now = (places_of(places, codes, today=date(2026, 3, 2)) for codes in (["0501"], ["0599", "1992"]))

    assert of_then == {"0501": [before]}
    assert of_now == {"0599": [(MARCH, "0599")], "1992": [(VOORRAAD, "0501"), before, after]}


def test_a_sum_of_one_is_that_one_and_what_comes_to_nothing_is_gone() -> None:
    one: Som = {("gestart", "onderzoek", ""): 1}

    assert add_up([one]) is one
    assert change(one, [one], []) == {}
