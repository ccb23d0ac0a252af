"""What a self-assessment must hold, when it is frozen, and how its years stand beside each other and the region."""

from datetime import UTC, date, datetime
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.monitoring.domain.zelfevaluatie import (
    TRANSITIONS,
    VRAGEN,
    RegioCijfer,
    Thema,
    Zelfevaluatie,
    ZelfevaluatieActie,
    ZelfevaluatieStatus,
    compare_years,
    judge_opgave,
    next_versie,
    vastgesteld,
)

TODAY = date(2026, 3, 2)
NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
FULL = dict.fromkeys(VRAGEN, 3)
FIRST, *_ = VRAGEN


def one(jaar: int = 2025, versie: int = 1, vast: datetime | None = None, **answers: int) -> Zelfevaluatie:
    return Zelfevaluatie(
        id=uuid4(),
        gemeente_code="0599",
        jaar=jaar,
        versie=versie,
        vragenlijst="x",
        antwoorden=FULL | {code.replace("_", "-"): answer for code, answer in answers.items()},
        ingediend_op=NOW,
        vastgesteld_op=vast,
    )


@pytest.mark.parametrize(
    ("gemeente_code", "jaar", "told"),
    [
        ("0501", 2023, "Brielle bestond in 2023 niet meer; gebruik Voorne aan Zee (1992)"),
        ("1992", 2022, "Voorne aan Zee bestond in 2022 nog niet; toen waren dit Brielle (0501), Hellevoetsluis (0530)"),
        ("1963", 2025, "Hoeksche Waard hoort bij een andere Veilig Thuis-regio"),
        ("0363", 2025, "hoort niet bij de regio"),
        ("0599", 2027, "het jaar 2027 is nog niet begonnen"),
        ("0599", 2018, "de nulmeting is van 2019"),
    ],
)
def test_what_cannot_be_is_refused_with_what_would_help(gemeente_code: str, jaar: int, told: str) -> None:
    (found,) = judge_opgave(gemeente_code, jaar, FULL, today=TODAY)

    assert told in found.uitleg


@pytest.mark.parametrize(("gemeente_code", "jaar"), [("0501", 2022), ("1992", 2023), ("0599", 2026)])
def test_a_municipality_answers_over_a_year_in_which_it_existed(gemeente_code: str, jaar: int) -> None:
    assert judge_opgave(gemeente_code, jaar, FULL, today=TODAY) == ()


def test_every_missing_strange_and_impossible_answer_is_named_at_once() -> None:
    answers = {code: 3 for code in VRAGEN if code != FIRST} | {"opdracht-regie": 5, "verzonnen": 1}

    found = judge_opgave("0599", 2025, answers, today=TODAY)

    assert [fault.veld for fault in found] == [f"antwoorden/{FIRST}", "antwoorden/opdracht-regie", "antwoorden"]


@given(st.dictionaries(st.sampled_from([*VRAGEN, "verzonnen"]), st.integers(-1, 6)))
def test_answers_are_taken_just_when_every_question_has_one_within_the_scale(answers: dict[str, int]) -> None:
    whole = answers.keys() == VRAGEN.keys() and all(1 <= answer <= 4 for answer in answers.values())

    assert (judge_opgave("0599", 2025, answers, today=TODAY) == ()) == whole


def test_other_answers_make_a_next_version_and_the_same_answers_none() -> None:
    first = one()

    same = next_versie(first, FULL, new_id=uuid4(), place=("0599", 2025), now=NOW)
    other = next_versie(first, FULL | {FIRST: 1}, new_id=uuid4(), place=("0599", 2025), now=NOW)

    assert same is first
    assert other is not None
    assert (other.versie, other.antwoorden[FIRST], first.antwoorden[FIRST]) == (2, 1, 3)


def test_what_is_definite_takes_no_other_answers_and_keeps_its_moment() -> None:
    frozen = vastgesteld(one(), now=NOW)

    assert next_versie(frozen, FULL | {FIRST: 1}, new_id=uuid4(), place=("0599", 2025), now=NOW) is None
    assert next_versie(frozen, FULL, new_id=uuid4(), place=("0599", 2025), now=NOW) is frozen
    assert vastgesteld(frozen, now=datetime(2027, 1, 1, tzinfo=UTC)) is frozen


def test_every_state_says_what_becomes_of_every_act() -> None:
    assert set(TRANSITIONS) == {(status, actie) for status in ZelfevaluatieStatus for actie in ZelfevaluatieActie}


def test_years_stand_side_by_side_with_what_changed_and_with_the_region() -> None:
    regio = [RegioCijfer(2025, FIRST, 3, 7), RegioCijfer(2024, FIRST, 2, 7)]

    before, after = compare_years([one(2025, expertise_signaleren=4), one(2024, expertise_signaleren=2)], regio)

    assert (before.jaar, after.jaar) == (2024, 2025)
    assert (before.vragen[0].verschil_met_vorige, after.vragen[0].verschil_met_vorige) == (None, 2)
    assert (after.vragen[0].regio, after.regio_gemeenten) == (2.33, 3)
    assert after.per_thema[Thema.EXPERTISE] == 3.2
    assert after.per_thema[Thema.OPDRACHT] == 3
    assert after.gemiddelde == round((13 * 3 + 4) / 14, 2)


def test_the_mean_of_so_few_that_it_would_tell_of_one_of_them_is_kept_back() -> None:
    (year,) = compare_years([one(2024)], [RegioCijfer(2024, FIRST, 2, 7)])

    assert (year.vragen[0].regio, year.regio_gemeenten) == (None, 2)


def test_there_are_questions_on_each_subject_and_each_says_where_it_was_derived_from() -> None:
    assert {vraag.thema for vraag in VRAGEN.values()} == set(Thema)
    assert [code for code, vraag in VRAGEN.items() if not vraag.vindplaats.startswith("Regiovisie, ")] == []
