"""Which reports somebody can read, and in which order a list tells them."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.monitoring.domain.rapportlijst import Bereik, ConceptPlaats, RapportRij, after, concepts
from services.monitoring.domain.rapportsoorten import REGIO, RapportSoort, begun, due
from shared.rules.calendar import amsterdam_day
from shared.rules.settings import DEFAULT_SETTINGS
from tests.unit.monitoring.core.builders import ams

MAY = ams("2026-05-15 12:00")
LONG_AGO = date(2020, 1, 1)
VT = Bereik(None)
LANSINGERLAND = Bereik(frozenset({"1621"}))


def told(bereik: Bereik, *, first: date | None = LONG_AGO, soort: RapportSoort | None = None) -> list[tuple[str, str]]:
    made = {(one.rapport.soort.value, one.rapport.code) for one in due(MAY, DEFAULT_SETTINGS) if one.rapport}
    rows = concepts(bereik, soort, made=made, first_month=first, now=MAY)
    return [(row.periode.code, row.gebied) for row in rows]


def test_when_all_that_is_due_was_made_the_concepts_are_of_what_runs_and_what_ends_last_stands_first() -> None:
    assert told(LANSINGERLAND) == [("2026", "1621"), ("2026-T3", "1621"), ("2026-H1", "1621"), ("2026-05", "1621")]


def test_the_concept_of_the_region_is_for_veilig_thuis_and_stands_before_those_of_municipalities() -> None:
    every = told(VT, soort=RapportSoort.MONITORBRIEF)

    assert (every[0], len(every)) == (("2026-05", REGIO), 14)
    assert every[1:] == sorted(every[1:])
    assert set(told(Bereik(None, regio=True), soort=RapportSoort.MONITORBRIEF)) == {("2026-05", REGIO)}
    assert set(told(Bereik(None, "0599"), soort=RapportSoort.MONITORBRIEF)) == {("2026-05", "0599")}
    assert {gebied for _, gebied in told(LANSINGERLAND)} == {"1621"}
    assert told(Bereik(frozenset({"1621"}), regio=True)) == []


def test_of_what_was_made_definite_a_municipality_has_its_own_and_the_region_and_no_other() -> None:
    assert LANSINGERLAND.gebieden == [REGIO, "1621"]
    assert VT.gebieden is None
    assert Bereik(frozenset({"1621", "0599"}), "1621").gebieden == ["1621"]
    assert Bereik(frozenset({"1621"}), regio=True).gebieden == [REGIO]


def test_there_is_no_concept_of_a_time_without_figures() -> None:
    assert told(VT, first=None) == []
    assert {code for code, _ in told(LANSINGERLAND, first=date(2026, 6, 30))} == {"2026", "2026-T3", "2026-H1"}


@given(now=st.datetimes(min_value=datetime(2024, 1, 1), max_value=datetime(2030, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001, hypothesis adds the zone
@settings(max_examples=40)
def test_whatever_should_be_definite_by_now_and_whatever_runs_has_begun(now: datetime) -> None:
    found = begun(now)

    assert {one.rapport for one in due(now, DEFAULT_SETTINGS) if one.rapport} <= set(found)
    assert len(set(found)) == len(found)
    assert all(one.van <= amsterdam_day(now) for one in found)
    running = [one for one in found if one.tot >= amsterdam_day(now).replace(day=1)]
    assert sorted(one.soort for one in running) == sorted(RapportSoort)


@pytest.mark.parametrize("size", [1, 7, 1000])
def test_the_pages_of_concepts_are_together_all_of_them_once(size: int) -> None:
    rows = list(concepts(VT, None, made=(), first_month=date(2026, 3, 1), now=MAY))
    found: list[RapportRij] = []
    place: ConceptPlaats | None = None
    for _ in range(-(-len(rows) // size)):
        page = after(rows, place)[:size]
        found += page
        place = ConceptPlaats(page[-1].periode, page[-1].gebied)

    assert found == rows
    assert after(rows, place) == []
