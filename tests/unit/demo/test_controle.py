"""The independent check: it counts by itself, and it sees a figure that is wrong."""

from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from deploy.demo import controle
from deploy.demo.controle import Period, Share
from shared.rules.calendar import Kalender, easter, free_reason
from shared.rules.codes import TermijnSoort
from shared.rules.deadlines import compute_termijn

OCTOBER = Period(date(2026, 10, 1), date(2026, 10, 1), datetime(2026, 11, 1, tzinfo=UTC))


def test_its_own_calendar_is_that_of_the_rulebook() -> None:
    day = date(2024, 1, 1)
    while day < date(2032, 1, 1):
        assert controle.works(day) == (free_reason(day, Kalender.WERKDAG) is None), day
        day += timedelta(days=1)


def test_its_own_easter_is_easter() -> None:
    assert all(controle._easter(year) == easter(year) for year in range(1900, 2100))


def test_its_own_terms_are_those_of_the_rulebook_where_no_day_was_decreed() -> None:
    start = datetime(2026, 3, 27, 9, 0, tzinfo=UTC)
    for hours in range(0, 24 * 60, 7):
        moment = start + timedelta(hours=hours)
        five = compute_termijn(TermijnSoort.VEILIGHEIDSBEOORDELING, moment).uiterlijk

        assert controle.after_working_days(moment, 5) == five


def _rows(**tables: list[dict[str, Any]]) -> controle.Rows:
    return {name: [SimpleNamespace(**row) for row in tables.get(name, [])] for name in controle.QUERIES}


def _dossier(**changes: object) -> dict[str, Any]:
    received = datetime(2026, 10, 5, 9, 0, tzinfo=UTC)
    row = {
        "id": 1,
        "melding_id": 1,
        "nummer": 1,
        "dienst_soort": None,
        "gemeente_code": "0599",
        "geopend_op": received,
        "acuut": False,
    }
    return {**row, "gedaan_op": received, "uitkomst": None, "besloten_op": None, "bestemmingen": None, **changes}


def test_a_besluit_that_was_never_taken_counts_as_open_and_late() -> None:
    ours = controle.recompute(_rows(dossier=[_dossier()]), OCTOBER, ["regio"])

    assert ours["regio", "veiligheidsbeoordeling.openTeLaat"] == 1
    assert ours["regio", "veiligheidsbeoordeling.percentageOpTijd"] == 0.0


@pytest.mark.parametrize(
    ("decided", "figure"),
    [
        pytest.param(datetime(2026, 10, 12, 21, 59, tzinfo=UTC), "gehaald", id="last-minute-of-the-fifth-working-day"),
        pytest.param(datetime(2026, 10, 12, 22, 0, tzinfo=UTC), "teLaat", id="the-first-moment-after-it"),
    ],
)
def test_a_besluit_is_in_time_until_the_midnight_after_the_fifth_working_day(decided: datetime, figure: str) -> None:
    rows = _rows(dossier=[_dossier(besloten_op=decided, uitkomst="geen-vervolg")])

    ours = controle.recompute(rows, OCTOBER, ["regio", "0599", "0606"])

    assert ours["regio", f"veiligheidsbeoordeling.{figure}"] == 1
    assert ours["0599", f"veiligheidsbeoordeling.{figure}"] == 1
    assert ours["0606", f"veiligheidsbeoordeling.{figure}"] == 0


@pytest.mark.parametrize(
    ("owned", "decided", "figures"),
    [
        pytest.param(None, None, {"openTeLaat": 1, "voorraad": 1}, id="nobody-ever"),
        pytest.param(datetime(2026, 10, 6, 21, 59, tzinfo=UTC), None, {"gehaald": 1}, id="on-the-next-working-day"),
        pytest.param(datetime(2026, 10, 6, 22, 0, tzinfo=UTC), None, {"teLaat": 1}, id="after-it"),
        pytest.param(None, datetime(2026, 10, 6, 9, 0, tzinfo=UTC), {}, id="done-before-anybody-had-to-own-it"),
        pytest.param(None, datetime(2026, 10, 8, 9, 0, tzinfo=UTC), {"teLaat": 1}, id="done-when-it-was-late"),
    ],
)
def test_work_has_an_owner_by_the_next_working_day(
    owned: datetime | None, decided: datetime | None, figures: dict[str, int]
) -> None:
    owners = [{"dossier_id": 1, "op": owned}] if owned else []
    dossiers = [_dossier(besloten_op=decided, uitkomst="geen-vervolg" if decided else None)]

    ours = controle.recompute(_rows(dossier=dossiers, eigenaar=owners), OCTOBER, ["regio"])

    names = ("gehaald", "teLaat", "openTeLaat", "voorraad")
    assert {
        name: ours["regio", f"toewijzing.{name}"] for name in names if ours["regio", f"toewijzing.{name}"]
    } == figures


def test_a_figure_that_differs_is_named() -> None:
    wrong = controle.differences({("regio", "meldingen.totaal"): 3}, {("regio", "meldingen.totaal"): 4})

    assert wrong == [("regio", "meldingen.totaal", 3, 4)]
    assert controle.differences({("regio", "x"): 0}, {}) == []


@pytest.mark.parametrize(
    ("statistic", "freedom", "chance"),
    [(3.841, 1, 0.05), (5.991, 2, 0.05), (12.592, 6, 0.05), (19.675, 11, 0.05), (31.264, 11, 0.001), (0.0, 4, 1.0)],
)
def test_chi_square_is_that_of_the_tables(statistic: float, freedom: int, chance: float) -> None:
    assert controle.chi_square_tail(statistic, freedom) == pytest.approx(chance, rel=0.005)


def test_a_share_that_is_far_off_cannot_be_chance() -> None:
    true = [Share("a", 80.0, 800, 1000), Share("b", 20.0, 200, 1000)]
    false = [Share("a", 80.0, 700, 1000), Share("b", 20.0, 300, 1000)]

    assert controle.likelihood(true) == pytest.approx(1.0)
    assert controle.likelihood(false) < 0.001
    assert all(one.within for one in true)
    assert not any(one.within for one in false)


def test_the_published_lists_have_a_code_for_every_row() -> None:
    assert set(controle.published("melders.csv")) == set(controle.MELDERS)
    assert set(controle.published("bestemmingen.csv")) == set(controle.DIRECT)
