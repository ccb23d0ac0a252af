"""The page of a municipality: which months, and nothing on it that may not be published."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from services.monitoring.domain.kpis import (
    FaseCijfers,
    FaseRapport,
    GebiedRapport,
    KpiRapport,
    Voorraad,
)
from services.monitoring.domain.openbaar import Openbaar
from services.monitoring.domain.publicatie import AFRONDEN_OP
from services.monitoring.domain.trends import (
    FASEN,
    Trends,
    Waarde,
    destination_chart,
    full_months,
    gaps,
    of_month,
    per_1000,
    write_trends,
)
from shared.rules.codes import TermijnSoort

MONTHS = (date(2026, 1, 1), date(2026, 2, 1))
CODES = ("0599", "0613", "0597")
Counts = Mapping[tuple[str, date], tuple[int, int, int]]


@given(st.dates(date(2001, 1, 1), date(2100, 12, 31)))
def test_the_page_has_the_last_full_month_and_the_same_month_of_the_year_before(today: date) -> None:
    months = full_months(today)

    assert len(months) == 13
    assert months[-1] < today.replace(day=1)
    assert (today.replace(day=1) - months[-1]).days <= 31
    assert months[0] == months[-1].replace(year=months[-1].year - 1)


def fase(soort: TermijnSoort, per_month: Mapping[date, FaseCijfers], stock: int = 7) -> FaseRapport:
    total = FaseCijfers(0, 0, 0, 0, None, None)
    return FaseRapport(soort, 90, total, per_month, Voorraad(stock, 3, 2))


def area(code: str | None, counts: Counts, stock: int = 7) -> GebiedRapport:
    codes = CODES if code is None else (code,)
    sums = {month: [sum(counts[one, month][part] for one in codes) for part in range(3)] for month in MONTHS}
    figures = {month: FaseCijfers(0, good, late, 0, 3, 9) for month, (good, late, _) in sums.items()}
    per_month: dict[date, dict[str, dict[str, int]]] = {
        month: {"meldingenPerMelderCategorie": {"burger": number}, "overdrachtenPerBestemming": {"lokaal-team": number}}
        for month, (_, _, number) in sums.items()
    }
    return GebiedRapport(code, tuple(fase(soort, figures, stock) for soort in FASEN), {}, per_month)


def report(counts: Counts, stock: int = 7) -> KpiRapport:
    return KpiRapport(MONTHS[0], MONTHS[-1], 90, 80, area(None, counts, stock), tuple(area(c, counts) for c in CODES))


def page_of(rapport: KpiRapport, code: str | None) -> Trends:
    found = write_trends(rapport, {month: Openbaar(of_month(rapport, month)) for month in MONTHS}, [], code=code)
    assert found
    return found


_THREE = st.tuples(st.integers(0, 30), st.integers(0, 8), st.integers(0, 30))
COUNTS = st.fixed_dictionaries({(code, month): _THREE for code in CODES for month in MONTHS})


@given(COUNTS, st.sampled_from([None, *CODES]))
def test_no_number_of_a_page_is_small_or_exact(counts: Any, code: str | None) -> None:
    page = page_of(report(counts), code)

    numbers = [aantal.getal for _, aantal in (*page.meldingen, *page.bestemmingen)]
    numbers += [told.getal for trend in page.fasen for m in trend.maanden for told in (m.afgelopen, m.op_tijd)]
    assert not [number for number in numbers if number is not None and number % AFRONDEN_OP]


@given(COUNTS, st.sampled_from([None, *CODES]))
def test_a_share_and_a_lead_time_are_told_only_when_what_they_come_from_is(counts: Any, code: str | None) -> None:
    page = page_of(report(counts), code)

    for trend in page.fasen:
        for month in trend.maanden:
            good, late, _ = (
                [sum(part) for part in zip(*(counts[one, month.maand] for one in CODES), strict=True)]
                if code is None
                else counts[code, month.maand]
            )
            if None in (month.afgelopen.getal, month.op_tijd.getal):
                assert month.procent.getal is None
            if good + late < 5:
                assert (month.mediaan.getal, month.p90.getal) == (None, None)


@given(COUNTS)
def test_what_waits_now_changes_nothing_of_a_month_that_is_over(counts: Any) -> None:
    assert repr(of_month(report(counts, stock=7), MONTHS[0])) == repr(of_month(report(counts, stock=8), MONTHS[0]))


def test_an_area_that_the_report_does_not_hold_has_no_page() -> None:
    rapport = report({(code, month): (10, 5, 20) for code in CODES for month in MONTHS})

    assert write_trends(rapport, {}, [], code="9999") is None


def test_an_empty_place_in_a_chart_is_told_in_words_with_why_and_nothing_is_said_where_there_is_none() -> None:
    told = [Waarde(80, "80 %"), Waarde(None, "afgeschermd"), Waarde(None, "te weinig"), Waarde(None, "te weinig")]

    assert gaps(told) == (
        "Een lege plek is geen nul: in 1 maand is het cijfer afgeschermd, in 2 maanden is er te weinig afgelopen voor "
        "een aandeel."
    )
    assert gaps(told[:1]) == ""


def test_destinations_that_are_all_kept_back_make_no_chart() -> None:
    few = {(code, month): (20, 5, 2) for code in CODES for month in MONTHS}
    many = dict.fromkeys(few, (20, 5, 40))

    assert page_of(report(few), "0613").bestemmingen
    assert destination_chart(page_of(report(few), "0613")) is None
    assert destination_chart(page_of(report(many), "0613")) is not None


def test_a_rate_is_as_precise_as_its_source() -> None:
    assert [per_1000(value) for value in (13.0, 7.6, None)] == ["13", "7,6", "–"]  # noqa: RUF001, an en dash
