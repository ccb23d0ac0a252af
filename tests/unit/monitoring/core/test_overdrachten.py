"""What monitoring makes of handing over: clocks, what stays open, and what is counted."""

from collections import Counter
from datetime import datetime, timedelta
from uuid import UUID

import pytest

from services.monitoring.domain.fold import CasusState, fold
from services.monitoring.domain.overdrachttellingen import overdrachttellingen
from services.monitoring.domain.termijnen import Termijn, status_of
from shared.rules.codes import BestemmingSoort, TermijnSoort, TermijnStatus, Uitkomst
from shared.rules.deadlines import keert_terug
from shared.rules.settings import DEFAULT_SETTINGS, RuleSettings
from tests.unit.monitoring.core.builders import Chain, ams

MONDAY = ams("2026-03-02 10:00")
LATER = ams("2026-03-20 10:00")


def folded(chain: Chain) -> CasusState:
    return fold(chain.facts, DEFAULT_SETTINGS)


def acceptatie(chain: Chain) -> Termijn:
    (clock,) = [one for one in folded(chain).termijnen if one.soort is TermijnSoort.OVERDRACHT_ACCEPTATIE]
    return clock


def status(clock: Termijn, now: datetime) -> TermijnStatus:
    return status_of(
        uiterlijk=clock.uiterlijk,
        waarschuwen_op=clock.waarschuwen_op,
        gestopt_op=clock.gestopt_op,
        vervallen=clock.vervallen,
        now=now,
    )


def offered() -> tuple[Chain, UUID, UUID]:
    chain = Chain()
    melding = chain.melding(MONDAY)
    chain.besluit(melding, MONDAY, Uitkomst.OVERDRACHT, BestemmingSoort.LOKAAL_VELD)
    return chain, melding, chain.bied_aan(melding, MONDAY)


def test_an_offer_goes_back_so_many_working_days_after_the_term_of_its_acceptance() -> None:
    clock = acceptatie(offered()[0])

    assert clock.uiterlijk == ams("2026-03-10 00:00")
    assert keert_terug(MONDAY) == ams("2026-03-17 00:00")
    assert keert_terug(MONDAY, RuleSettings(terugkeer_werkdagen=1)) == ams("2026-03-11 00:00")


@pytest.mark.parametrize(("at", "expected"), [(MONDAY, TermijnStatus.GEHAALD), (LATER, TermijnStatus.VERSTREKEN)])
def test_what_is_taken_back_needs_no_answer_any_more(at: datetime, expected: TermijnStatus) -> None:
    chain, melding, overdracht = offered()

    chain.trek_in(melding, overdracht, at)

    assert status(acceptatie(chain), LATER) is expected


def test_what_went_back_was_never_answered() -> None:
    chain, melding, overdracht = offered()

    chain.keer_terug(melding, overdracht, LATER)

    clock = acceptatie(chain)
    assert (clock.is_open, clock.vervallen, clock.in_time) == (False, True, False)
    assert status(clock, LATER) is TermijnStatus.VERSTREKEN


@pytest.mark.parametrize("vervolg", [True, False])
def test_a_casus_closes_over_what_is_not_needed_any_more_and_over_nothing_else(*, vervolg: bool) -> None:
    chain, melding, overdracht = offered()

    chain.trek_in(melding, overdracht, LATER, vervolg=vervolg)

    closing = folded(chain).closing
    assert (closing is None) is vervolg
    if closing:
        assert closing.afgesloten_op == LATER


def test_what_went_back_keeps_the_casus_open_until_somebody_accepts() -> None:
    chain, melding, first = offered()
    chain.keer_terug(melding, first, LATER)
    second = chain.bied_aan(melding, LATER, vervangt=first)
    still_open = folded(chain).closing

    chain.accepteer(melding, second, LATER + timedelta(days=1))

    assert still_open is None
    assert folded(chain).closing is not None


def test_every_end_without_an_answer_is_counted_where_and_when_it_happened() -> None:
    chain, melding, first = offered()
    second = chain.bied_aan(melding, MONDAY)
    chain.trek_in(melding, first, LATER)
    chain.keer_terug(melding, second, LATER)

    counted = Counter((naam, soort, op) for _, op, naam, soort in overdrachttellingen(folded(chain)))

    assert counted == {
        ("overdrachtenPerBestemming", "lokaal-veld", MONDAY): 2,
        ("overdrachtenIngetrokken", "anders", LATER): 1,
        ("overdrachtenTeruggekeerd", "", LATER): 1,
    }
