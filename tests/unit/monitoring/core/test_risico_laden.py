"""What a file with a later year of risk factors must hold, and what the score makes of it."""

from dataclasses import replace
from datetime import date

import pytest

from services.monitoring.domain.risico import (
    Centrum,
    Klasse,
    RisicoParameters,
    Signaal,
    Spreiding,
    parameters_of,
    risk_scores,
)
from services.monitoring.domain.risico_laden import (
    GEBREKEN_MAX,
    INWONERS,
    MELDINGEN,
    as_factoren,
    as_gemeenten,
    read_cijfers,
)
from shared.rules.settings import DEFAULT_SETTINGS

TODAY = date(2026, 3, 2)
HEAD = "gemeenteCode;factor;waarde"
KNOWN = {"laag_inkomen", "eenzaam"}
GOOD = [
    "regio;laag_inkomen;10", "0599;laag_inkomen;16", "0613;laag_inkomen;6", "1992;laag_inkomen;11",
    "0489;laag_inkomen;5",
    "0599;inwoners;100000", "0613;inwoners;20000", "1992;inwoners;70000", "0489;inwoners;50000",
    "0599;eenzaam;", "0489;melding_hgkm_per_1_000_inwoners;4.4",
]  # fmt: skip


def told(lines: list[str], jaar: int = 2025) -> list[tuple[int, str]]:
    _, wrong = read_cijfers("\n".join([HEAD, *lines]), jaar, known=KNOWN, today=TODAY)
    return [(fault.regel, fault.uitleg) for fault in wrong]


def test_a_good_file_is_read_whole_and_what_is_empty_is_unknown_and_not_zero() -> None:
    cijfers, wrong = read_cijfers("\ufeff" + "\r\n".join([HEAD, *GOOD]), 2025, known=KNOWN, today=TODAY)

    assert wrong == ()
    assert set(cijfers) == {"laag_inkomen", INWONERS, MELDINGEN}
    (factor,) = as_factoren(cijfers)
    assert (factor.regio, dict(factor.waarden)) == (10, {"0599": 16, "0613": 6, "1992": 11, "0489": 5})


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("0599;verzonnen;1", "deze factor staat niet in bijlage 2"),
        ("0501;laag_inkomen;1", "Brielle bestond eind 2025 niet; gebruik 1992"),
        ("0363;laag_inkomen;1", "deze gemeente hoort niet bij de regio"),
        ("0599;laag_inkomen;17", "dit cijfer staat er twee keer"),
        ("0606;laag_inkomen;1,5", "de waarde is geen getal"),
        ("0606;laag_inkomen;-1", "de waarde is geen getal"),
        ("0606;laag_inkomen;nan", "de waarde is geen getal"),
        ("0606;laag_inkomen;inf", "de waarde is geen getal"),
        ("0606;laag_inkomen;1_0", "de waarde is geen getal"),
        ("0606;inwoners;0", "de waarde is geen getal"),
        ("0606;laag_inkomen", "een regel heeft drie kolommen"),
    ],
)
def test_each_fault_is_told_with_its_line(line: str, fault: str) -> None:
    ((number, uitleg),) = told([*GOOD, line])

    assert (number, fault in uitleg) == (len(GOOD) + 2, True), uitleg


@pytest.mark.parametrize(
    ("lines", "fault"),
    [
        ([], "geen enkele risicofactor"),
        (GOOD[1:], "ontbreekt het regiogemiddelde"),
        ([GOOD[0], *GOOD[1:3]], "minder dan drie gemeenten"),
    ],
)
def test_a_file_with_which_nothing_can_be_compared_is_refused(lines: list[str], fault: str) -> None:
    assert any(fault in uitleg for _, uitleg in told(lines))


@pytest.mark.parametrize("jaar", [2018, 2027])
def test_a_year_before_the_figures_or_after_today_is_refused(jaar: int) -> None:
    assert [number for number, _ in told(GOOD, jaar)] == [0]


def test_a_file_with_other_columns_is_refused_and_faults_have_an_end() -> None:
    _, wrong = read_cijfers("code,factor\n", 2025, known=KNOWN, today=TODAY)

    assert [fault.regel for fault in wrong] == [1]
    assert told(["0599;" + "x" * 200_000 + ";1"])[0] == (0, "het bestand is niet als CSV te lezen")
    assert len(told(["x"] * 500)) == GEBREKEN_MAX


def test_what_was_counted_per_inhabitant_stands_beside_what_the_score_predicts() -> None:
    cijfers, _ = read_cijfers("\n".join([HEAD, *GOOD]), 2025, known=KNOWN, today=TODAY)
    klassen = {"0599": Klasse.HOOG}

    gemeenten = {one.gemeente: one for one in as_gemeenten(cijfers, klassen, {"0599": 1200, "0613": 80, "1992": 140})}
    scores = {one.gemeente: one for one in risk_scores(as_factoren(cijfers), list(gemeenten.values()))}

    per_1000 = {code: one.meldingen_per_1000 for code, one in gemeenten.items()}
    assert per_1000 == {"0599": 12.0, "0613": 4.0, "1992": 2.0, "0489": 4.4}
    assert (scores["0599"].gepubliceerde_klasse, scores["1992"].gepubliceerde_klasse) == (Klasse.HOOG, None)
    assert scores["1992"].signaal is Signaal.MINDER
    assert sum(one.afwijking or 0 for one in scores.values()) == pytest.approx(0)


def test_without_three_municipalities_with_meldingen_nothing_is_predicted() -> None:
    cijfers, _ = read_cijfers("\n".join([HEAD, *GOOD[:-1]]), 2025, known=KNOWN, today=TODAY)

    scores = risk_scores(as_factoren(cijfers), as_gemeenten(cijfers, {}, {"0599": 1200, "0613": 80}))

    assert {one.verwacht_per_1000 for one in scores} == {None}


def test_the_settings_of_a_region_are_the_parameters_and_their_defaults_those_of_the_score() -> None:
    chosen = replace(
        DEFAULT_SETTINGS,
        risico_tegen_regiogemiddelde=False,
        risico_spreiding_steekproef=True,
        risico_woz_omgekeerd=True,
        risico_hoog_boven=1.0,
        risico_laag_onder=2.0,
        risico_minder_tot=3.0,
        risico_meer_vanaf=4.0,
    )

    assert parameters_of(DEFAULT_SETTINGS) == RisicoParameters()
    wanted = RisicoParameters(Centrum.GEMIDDELDE_GEMEENTEN, Spreiding.STEEKPROEF, True, 1.0, 2.0, 3.0, 4.0)
    assert parameters_of(chosen) == wanted
