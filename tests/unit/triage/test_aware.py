"""AWARE as a table and as decisions."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import product
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.triage.domain import aware as rules
from services.triage.domain.aware import (
    MAY_NOW,
    TRANSITIONS,
    Aware,
    AwareActie,
    AwareBeeindiging,
    AwareBesluit,
    AwareBesluitSoort,
    AwareDoor,
    AwareEinde,
    AwareOptreden,
    AwareStatus,
    AwareTekst,
    AwareUitvoering,
    Verlenging,
)
from services.triage.domain.errors import OutOfOrderError
from shared.rules.settings import DEFAULT_SETTINGS

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
LAST = date(2026, 9, 2)
VERLEEND = AwareBesluit(AwareBesluitSoort.VERLEEND, NOW, "hij staat elke dag voor de deur", ("politie", "om"))
AFGEWEZEN = replace(VERLEEND, soort=AwareBesluitSoort.AFGEWEZEN)
EINDE = AwareBeeindiging(NOW, AwareEinde.NIET_MEER_NODIG, None)
OPTREDEN = AwareOptreden(UUID(int=9), AwareDoor.POLITIE, "stopgesprek", date(2026, 3, 9))
GEDAAN = AwareUitvoering(gedaan=True, moment=NOW, toelichting=None)


def aware(status: AwareStatus = AwareStatus.AANGEVRAAGD) -> Aware:
    return Aware(
        id=UUID(int=1),
        dossier_id=UUID(int=4),
        melding_id=UUID(int=2),
        casus_id=UUID(int=3),
        gemeente_code="0599",
        begonnen_op=NOW,
        versie=1,
        persoon_nr=0,
        sash_niveau=None,
        status=status,
        tekst=AwareTekst("belaging", optredens=(OPTREDEN,)),
    )


def refused(status: AwareStatus, reden: str) -> None:
    """A refusal says in which state it is, and what may be done now."""
    assert status.value in reden
    assert MAY_NOW[status] in reden


def after(before: Aware, actie: AwareActie) -> AwareStatus | None:  # noqa: PLR0911, one an action
    try:
        match actie:
            case AwareActie.VERLENEN:
                return rules.decide(before, VERLEEND, DEFAULT_SETTINGS)[0].status
            case AwareActie.AFWIJZEN:
                return rules.decide(before, AFGEWEZEN, DEFAULT_SETTINGS)[0].status
            case AwareActie.VERLENGEN:
                return rules.extend(before, Verlenging(NOW, LAST, "nog nodig"))[0].status
            case AwareActie.BEEINDIGEN:
                return rules.end(before, EINDE)[0].status
            case AwareActie.AFSPREKEN:
                return rules.agree(before, replace(OPTREDEN, id=UUID(int=10))).status
            case AwareActie.UITVOEREN:
                return rules.carry_out(before, OPTREDEN.id, GEDAAN)[0].status
    except OutOfOrderError as error:
        refused(before.status, error.reden_nl)
        return None


def test_every_state_and_action_does_what_the_table_says() -> None:
    assert set(TRANSITIONS) == set(product(AwareStatus, AwareActie))
    assert set(MAY_NOW) == set(AwareStatus)

    found = {(status, actie): after(aware(status), actie) for status, actie in TRANSITIONS}

    assert found == dict(TRANSITIONS)


def test_granting_tells_until_when_and_refusing_tells_nothing() -> None:
    granted, (fact,) = rules.decide(aware(), VERLEEND, DEFAULT_SETTINGS)
    refused, nothing = rules.decide(aware(), AFGEWEZEN, DEFAULT_SETTINGS)

    assert (granted.evaluatie_dag, refused.evaluatie_dag, nothing) == (LAST, None, ())
    assert fact.evaluatie_dag == LAST  # type: ignore[attr-defined]
    assert rules.decide(granted, VERLEEND, DEFAULT_SETTINGS) == (granted, ())
    with pytest.raises(OutOfOrderError):
        rules.decide(granted, replace(VERLEEND, motivering="anders"), DEFAULT_SETTINGS)


def test_a_day_that_the_committee_named_counts() -> None:
    granted, _ = rules.decide(aware(), replace(VERLEEND, evaluatie_dag=date(2026, 5, 1)), DEFAULT_SETTINGS)

    assert granted.evaluatie_dag == date(2026, 5, 1)


def test_each_time_that_it_goes_on_is_told_and_the_same_again_is_one() -> None:
    granted, _ = rules.decide(aware(), VERLEEND, DEFAULT_SETTINGS)
    first = Verlenging(NOW, date(2026, 10, 1), "nog nodig")

    longer, one = rules.extend(granted, first)
    longest, two = rules.extend(longer, replace(first, evaluatie_dag=date(2026, 11, 1)))

    assert (len(one), len(two), longest.evaluatie_dag) == (1, 1, date(2026, 11, 1))
    assert rules.extend(longest, first) == (longest, ())


def test_ending_is_told_only_of_what_was_granted() -> None:
    granted, _ = rules.decide(aware(), VERLEEND, DEFAULT_SETTINGS)

    ended, facts = rules.end(granted, EINDE)
    _, nothing = rules.end(aware(), EINDE)

    assert (len(facts), nothing, ended.reden_einde) == (1, (), AwareEinde.NIET_MEER_NODIG)
    assert rules.end(ended, EINDE) == (ended, ())
    with pytest.raises(OutOfOrderError):
        rules.end(ended, replace(EINDE, reden=AwareEinde.ANDERS))


def test_what_is_agreed_about_the_stalker_is_late_after_its_day_until_it_is_done() -> None:
    found = aware()
    done, _ = rules.carry_out(found, OPTREDEN.id, GEDAAN)

    assert list(rules.late_optredens(found, datetime(2026, 3, 9, 12, 0, tzinfo=UTC))) == []
    assert list(rules.late_optredens(found, datetime(2026, 3, 10, 12, 0, tzinfo=UTC))) == [OPTREDEN]
    assert list(rules.late_optredens(done, datetime(2026, 3, 10, 12, 0, tzinfo=UTC))) == []
    assert rules.carry_out(done, OPTREDEN.id, GEDAAN) == (done, ())
    assert rules.find_optreden(done, OPTREDEN.id) == replace(OPTREDEN, uitvoering=GEDAAN)
    assert rules.find_optreden(done, UUID(int=99)) is None


@given(st.dates(date(2026, 1, 1), date(2027, 12, 31)))
def test_the_evaluation_lies_after_the_decision_and_within_the_term(dag: date) -> None:
    refused = rules.fault_of_evaluatie(dag, NOW, DEFAULT_SETTINGS) is not None

    assert refused is not (date(2026, 3, 3) <= dag <= LAST)
    assert rules.fault_of_evaluatie(None, NOW, DEFAULT_SETTINGS) is None


def test_the_evening_of_the_last_day_is_in_time() -> None:
    assert rules.last_day(NOW + timedelta(hours=14, minutes=59), DEFAULT_SETTINGS) == LAST + timedelta(days=1)
