"""Who is told of a term and when it escalates, read as sentences."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.rules.calendar import AMSTERDAM, Kalender, amsterdam_day, free_reason
from shared.rules.codes import TermijnSoort
from shared.rules.deadlines import TERMIJNEN
from shared.rules.grondslagen import GRONDSLAGEN
from shared.rules.settings import DEFAULT_SETTINGS, Eenheid, RuleSettings, Vooraf
from shared.rules.stappen import STAPPEN, Gehoor, Stap, escalates_after, escalates_at

ENDS = st.integers(0, 2_600_000).map(lambda minutes: datetime(2024, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes))


def test_every_term_has_a_row_with_a_ground_that_is_known() -> None:
    assert set(STAPPEN) == set(TermijnSoort) == set(TERMIJNEN)
    assert {regel.bron for regel in STAPPEN.values()} <= set(GRONDSLAGEN)


def test_the_team_lead_hears_of_everything_that_passed_and_of_every_escalation() -> None:
    for regel in STAPPEN.values():
        assert regel.gehoor_of(Stap.VERSTREKEN).names_teamleider
        assert regel.gehoor_of(Stap.GEESCALEERD).names_teamleider


def test_work_that_nobody_owns_is_for_the_team_lead_alone() -> None:
    regel = STAPPEN[TermijnSoort.TOEWIJZING]

    assert {regel.gehoor_of(stap) for stap in Stap} == {Gehoor.TEAMLEIDER}


@pytest.mark.parametrize("soort", [soort for soort in STAPPEN if STAPPEN[soort].acuut])
def test_what_is_acute_escalates_within_hours_and_both_hear_of_each_step(soort: TermijnSoort) -> None:
    after = escalates_after(soort, DEFAULT_SETTINGS)

    assert after is not None
    assert after.eenheid is Eenheid.UREN
    assert {STAPPEN[soort].gehoor_of(stap) for stap in Stap} == {Gehoor.BEIDEN}


def test_terms_of_hours_and_of_one_day_are_acute() -> None:
    short = {soort for soort, regel in TERMIJNEN.items() if regel.eenheid in {Eenheid.UREN, Eenheid.ZELFDE_DAG}}

    assert short == {TermijnSoort.ACUUTCHECK, TermijnSoort.DUBBEL_ANONIEM_BESLUIT, TermijnSoort.FORENSISCH}
    assert all(STAPPEN[soort].acuut for soort in short)


@given(st.sampled_from(TermijnSoort), ENDS)
def test_a_term_escalates_after_it_passed_and_one_in_werkdagen_at_the_end_of_a_werkdag(
    soort: TermijnSoort, uiterlijk: datetime
) -> None:
    op = escalates_at(soort, uiterlijk, DEFAULT_SETTINGS)

    assert op is not None
    assert op > uiterlijk
    if STAPPEN[soort].escaleren_na.eenheid is Eenheid.WERKDAGEN:
        assert (op.astimezone(AMSTERDAM).hour, op.astimezone(AMSTERDAM).minute) == (0, 0)
        last = amsterdam_day(op - (op - uiterlijk) / 1_000_000)
        assert free_reason(last, Kalender.WERKDAG, DEFAULT_SETTINGS) is None


def _with(na: Vooraf | None) -> RuleSettings:
    return replace(DEFAULT_SETTINGS, escaleren_na=((TermijnSoort.ONDERZOEK, na),))


def test_a_region_moves_one_escalation_or_drops_it_and_leaves_the_others_alone() -> None:
    monday_night = datetime(2026, 3, 9, 23, 0, tzinfo=UTC)
    days, never = _with(Vooraf(2, Eenheid.DAGEN)), _with(None)

    assert escalates_at(TermijnSoort.ONDERZOEK, monday_night, days) == datetime(2026, 3, 11, 23, 0, tzinfo=UTC)
    assert escalates_at(TermijnSoort.ONDERZOEK, monday_night, never) is None
    assert escalates_after(TermijnSoort.VEILIGHEIDSCHECK, never) == STAPPEN[TermijnSoort.VEILIGHEIDSCHECK].escaleren_na


def test_a_region_that_wants_no_escalation_has_none() -> None:
    quiet = replace(DEFAULT_SETTINGS, escaleert=False)

    assert {escalates_after(soort, quiet) for soort in TermijnSoort} == {None}


def test_a_unit_in_which_nobody_escalates_is_refused_with_a_sentence() -> None:
    with pytest.raises(ValueError, match="uren, dagen of werkdagen"):
        escalates_at(TermijnSoort.ONDERZOEK, datetime(2026, 3, 9, tzinfo=UTC), _with(Vooraf(1, Eenheid.MAANDEN)))
