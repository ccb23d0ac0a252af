"""The trees of goals hold together, name only figures that exist, and read each figure as it is meant."""

import ast
import inspect
from datetime import date
from types import ModuleType

import pytest

from services.monitoring.domain import (
    behandeltellingen,
    kpis,
    leveringen,
    meldingtellingen,
    opvang,
    overdrachttellingen,
    palet,
    plannen,
)
from services.monitoring.domain.doelen import (
    Doel,
    DoelTak,
    Indicator,
    Maat,
    Niveau,
    Stand,
    find_tak,
    grow,
    last_months,
    stand_of,
)
from services.monitoring.domain.doelenbomen import BOMEN, DOELEN, INDICATOREN
from services.monitoring.domain.kpis import Cell, GebiedRapport, KpiKey, Meting, report_area
from shared.rules.codes import TermijnSoort
from shared.rules.settings import DEFAULT_SETTINGS

JUNE = date(2026, 6, 1)
VB = TermijnSoort.VEILIGHEIDSBEOORDELING
COUNTING: tuple[ModuleType, ...] = (
    kpis, meldingtellingen, behandeltellingen, overdrachttellingen, plannen, palet, opvang, leveringen,
)  # fmt: skip


def counted_names() -> set[str]:
    """Every text that a module that counts gives a cell as its name."""
    return {
        node.value
        for module in COUNTING
        for node in ast.walk(ast.parse(inspect.getsource(module)))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


def rapport(**tellingen: dict[str, int]) -> GebiedRapport:
    cells = [
        Cell(KpiKey(Meting.TELLING, "0599", JUNE, naam, waarde), aantal)
        for naam, kinds in tellingen.items()
        for waarde, aantal in kinds.items()
    ]
    due = [(Meting.GEHAALD, 7), (Meting.TE_LAAT, 2), (Meting.OPEN_TE_LAAT, 1)]
    cells += [Cell(KpiKey(meting, "0599", JUNE, VB.value, ""), aantal) for meting, aantal in due]
    fasen = [VB, TermijnSoort.ONDERZOEK]
    return report_area(cells, gemeente_code="0599", months=[JUNE], fasen=fasen, settings=DEFAULT_SETTINGS, today=JUNE)


def stand(indicator: Indicator, **tellingen: dict[str, int]) -> Stand:
    return stand_of(indicator, rapport(**tellingen), DEFAULT_SETTINGS)


def test_every_goal_has_an_indicator_or_says_why_nothing_can_be_measured_and_never_both() -> None:
    wrong = [doel.code for doel in DOELEN if bool(doel.indicatoren) == bool(doel.niet_meetbaar)]

    assert wrong == []


def test_every_indicator_that_a_goal_names_exists_and_every_one_that_exists_is_named() -> None:
    named = {code for doel in DOELEN for code in doel.indicatoren}

    assert named == set(INDICATOREN)


def test_every_indicator_reads_a_count_that_is_counted_or_a_term_and_never_both() -> None:
    known = counted_names()

    assert [one.code for one in INDICATOREN.values() if (one.telling is None) == (one.fase is None)] == []
    assert [one.code for one in INDICATOREN.values() if one.telling is not None and one.telling not in known] == []


def test_no_goal_is_an_orphan_and_each_tree_has_one_root() -> None:
    codes = {doel.code: doel for doel in DOELEN}

    assert len(codes) == len(DOELEN)
    assert [doel.code for doel in DOELEN if doel.onder is not None and doel.onder not in codes] == []
    assert [doel.code for doel in DOELEN if doel.onder and codes[doel.onder].boom != doel.boom] == []
    assert [doel.boom for doel in DOELEN if doel.onder is None] == sorted(BOMEN)
    assert {doel.niveau for doel in DOELEN if doel.onder is None} == {Niveau.IMPACT}


def test_every_goal_at_the_end_of_a_branch_of_work_has_activities_with_owners() -> None:
    parents = {doel.onder for doel in DOELEN}
    ends = [doel for doel in DOELEN if doel.code not in parents and doel.niveau is Niveau.OUTPUT]

    assert len(ends) == 13
    assert [doel.code for doel in ends if not doel.activiteiten] == []
    assert [one.naam for doel in DOELEN for one in doel.activiteiten if not one.eigenaren] == []


def test_every_goal_tells_where_in_the_source_it_stands() -> None:
    assert [doel.code for doel in DOELEN if f"bijlage 3, doelenboom {doel.boom}" not in doel.vindplaats] == []


def test_a_tree_holds_every_goal_once_under_the_goal_that_it_serves() -> None:
    standen = {code: Stand(one, None, None) for code, one in INDICATOREN.items()}

    takken = grow(DOELEN, standen)

    def codes(tak: DoelTak) -> list[str]:
        return [tak.doel.code, *(code for below in tak.onderliggend for code in codes(below))]

    assert sorted(code for tak in takken for code in codes(tak)) == sorted(doel.code for doel in DOELEN)
    found = find_tak(takken, "1.2.3")
    assert found is not None
    assert found.doel.onder == "1.2"
    assert find_tak(takken, "9") is None


def test_a_term_is_read_as_the_share_in_time_with_its_norm_and_over_how_many() -> None:
    one = Indicator(code="x", naam="x", maat=Maat.PERCENTAGE, fase=VB)

    assert stand(one) == Stand(one, 70.0, 10, 90)


def test_a_term_of_which_nothing_fell_due_has_no_figure() -> None:
    one = Indicator(code="x", naam="x", maat=Maat.PERCENTAGE, fase=TermijnSoort.ONDERZOEK)

    assert stand(one) == Stand(one, None, 0, 80)


def test_a_share_is_of_all_kinds_and_a_count_of_the_kinds_that_are_named() -> None:
    share = Indicator(code="x", naam="x", maat=Maat.PERCENTAGE, telling="t", waarden=("a",))
    some = Indicator(code="x", naam="x", maat=Maat.AANTAL, telling="t", waarden=("a",))
    every = Indicator(code="x", naam="x", maat=Maat.AANTAL, telling="t")

    assert stand(share, t={"a": 1, "b": 3}) == Stand(share, 25.0, 4)
    assert stand(some, t={"a": 1, "b": 3}).waarde == 1
    assert stand(every, t={"a": 1, "b": 3}).waarde == 4
    assert stand(share) == Stand(share, None, 0)
    assert stand(every).waarde == 0


def test_days_are_the_median_of_what_was_counted_by_day() -> None:
    one = Indicator(code="x", naam="x", maat=Maat.DAGEN, telling="t")

    assert stand(one, t={"2": 1, "10": 1, "30": 1}) == Stand(one, 10, 3)
    assert stand(one) == Stand(one, None, 0)


@pytest.mark.parametrize(
    ("today", "months"),
    [
        (date(2026, 1, 31), (date(2025, 1, 1), date(2025, 12, 1))),
        (date(2026, 12, 1), (date(2025, 12, 1), date(2026, 11, 1))),
    ],
)
def test_without_months_the_last_twelve_that_are_over_are_meant(today: date, months: tuple[date, date]) -> None:
    assert last_months(today) == months


def test_a_goal_without_a_tree_of_its_own_is_not_shown_under_another() -> None:
    lost = Doel(code="x", boom=1, niveau=Niveau.OUTPUT, naam="x", vindplaats="x", onder="nergens")

    assert grow([lost], {}) == ()
