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


def at(day: int, hour: int = 9) -> datetime:
    return datetime(2026, 10, day, hour, tzinfo=UTC)


def _overdracht(**changes: object) -> dict[str, Any]:
    moments = ("geaccepteerd", "geweigerd", "ingetrokken", "teruggekeerd", "teruggegeven", "eerste_contact")
    row: dict[str, Any] = {f"{name}_op": None for name in moments}
    row |= {"id": 1, "casus_id": 1, "gemeente_code": "0599", "soort": "lokaal-veld", "draagt_zicht": True}
    row |= {"vervangt_id": None, "intrekreden": None, "teruggave_reden": None, "teruggave_gevraagd_op": None}
    row |= {"teruggave_afgewezen_op": None, "eerste_contact_uiterlijk": None, "zicht_stap": None}
    return row | {"aangeboden_op": at(1)} | changes


def _counted(phase: str, **tables: list[dict[str, Any]]) -> dict[str, float]:
    ours = controle.recompute(_rows(**tables), OCTOBER, ["regio"])
    names = ("gestart", "gehaald", "teLaat", "openTeLaat", "voorraad")
    return {name: value for name in names if (value := ours["regio", f"{phase}.{name}"])}


@pytest.mark.parametrize(
    ("met_op", "figures"),
    [
        pytest.param(None, {}, id="never-met"),
        pytest.param(at(6), {"gehaald": 1}, id="met-before"),
    ],
)
def test_who_gave_back_has_nobody_to_meet_any_more(met_op: datetime | None, figures: dict[str, int]) -> None:
    given = {"geaccepteerd_op": at(2), "eerste_contact_uiterlijk": at(17), "teruggegeven_op": at(7)}
    asked = {"teruggave_gevraagd_op": at(5), "teruggave_reden": "onveiliger"}
    row = _overdracht(**given, **asked, eerste_contact_op=met_op)

    assert _counted("eerste-contact", overdracht=[row]) == {"gestart": 1, **figures}
    assert _counted("teruggave-besluit", overdracht=[row]) == {"gestart": 1, "gehaald": 1}


LATE = {"gestart": 1, "openTeLaat": 1, "voorraad": 1}
REFUSED = {"geweigerd_op": at(2)}


@pytest.mark.parametrize(
    ("changes", "closed_op", "figures"),
    [
        pytest.param(REFUSED, None, LATE, id="refused"),
        pytest.param({"ingetrokken_op": at(2), "intrekreden": "vergissing"}, None, LATE, id="taken-back"),
        pytest.param(
            {"ingetrokken_op": at(2), "intrekreden": "niet-meer-nodig", "draagt_zicht": False}, None, {}, id="needless"
        ),
        pytest.param(REFUSED, at(5), {"gestart": 1}, id="closed-since"),
        pytest.param(REFUSED, at(1), LATE, id="closed-before"),
    ],
)
def test_what_nobody_has_must_be_offered_again_within_three_working_days(
    changes: dict[str, Any], closed_op: datetime | None, figures: dict[str, int]
) -> None:
    closings = [{"casus_id": 1, "moment": closed_op}] if closed_op else []

    assert _counted("overdracht-vervolg", overdracht=[_overdracht(**changes)], afsluiting=closings) == figures


def test_what_is_offered_again_in_time_is_met() -> None:
    rows = [_overdracht(geweigerd_op=at(2)), _overdracht(id=2, vervangt_id=1, aangeboden_op=at(6))]

    assert _counted("overdracht-vervolg", overdracht=rows) == {"gestart": 1, "gehaald": 1}


@pytest.mark.parametrize(
    ("status", "afgerond_op", "figures"),
    [
        pytest.param("open", None, {"openTeLaat": 1, "voorraad": 1}, id="open"),
        pytest.param("beantwoord", at(5), {"gehaald": 1}, id="on-the-second-working-day"),
        pytest.param("beantwoord", at(6), {"teLaat": 1}, id="on-the-third"),
        pytest.param("vervallen", at(2), {}, id="needless"),
    ],
)
def test_a_question_of_a_receiver_has_two_working_days(
    status: str, afgerond_op: datetime | None, figures: dict[str, int]
) -> None:
    row = {"gemeente_code": "0599", "status": status, "gesteld_op": at(1), "afgerond_op": afgerond_op}

    assert _counted("navraag", navraag=[row]) == {"gestart": 1, **figures}


@pytest.mark.parametrize(
    ("client", "figures"),
    [
        pytest.param({"gescreend_op": at(20)}, {"gestart": 1, "gehaald": 1}, id="screened"),
        pytest.param({"geeindigd_op": at(20)}, {"gestart": 1}, id="left"),
        pytest.param({}, {"gestart": 1, "openTeLaat": 1, "voorraad": 1}, id="neither"),
        pytest.param({"doelgroep": "vrouw"}, {}, id="no-child"),
        pytest.param({"geplaatst_op": None}, {}, id="no-place"),
    ],
)
def test_a_child_in_a_shelter_is_screened_within_four_weeks(client: dict[str, Any], figures: dict[str, int]) -> None:
    row = {"gemeente_code": "0599", "doelgroep": "kind", "status": "geplaatst", "aangevraagd_op": at(1)}
    row |= {"onzekere_verblijfsstatus": False, "klaar_sinds": None, "geplaatst_op": at(1)}

    assert (
        _counted("traumascreening", opvangclient=[row | {"gescreend_op": None, "geeindigd_op": None} | client])
        == figures
    )


@pytest.mark.parametrize(
    ("draagt_zicht", "stap", "carried"),
    [(True, None, 1), (False, "zicht-teruggevraagd", 1), (True, "zicht-aangeboden", 0), (False, None, 0)],
)
def test_an_offer_carried_sight_of_safety_as_it_was_made_whatever_was_asked_since(
    draagt_zicht: bool, stap: str | None, carried: int
) -> None:
    rows = _rows(overdracht=[_overdracht(draagt_zicht=draagt_zicht, zicht_stap=stap)])

    assert sum(one.played for one in controle.all_shares(rows, OCTOBER)) == carried


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
