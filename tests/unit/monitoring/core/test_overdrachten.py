"""What monitoring makes of handing over: clocks, what stays open, and what is counted."""

from collections import Counter
from datetime import datetime, timedelta
from uuid import UUID

import pytest

from services.monitoring.domain.fold import CasusState, fold
from services.monitoring.domain.overdrachttellingen import overdrachttellingen
from services.monitoring.domain.termijnen import Termijn, status_of
from shared.events.payloads import CasusAfgesloten
from shared.rules.codes import BestemmingSoort, TermijnSoort, TermijnStatus, Uitkomst
from shared.rules.deadlines import keert_terug
from shared.rules.routing import BESTEMMINGEN
from shared.rules.settings import DEFAULT_SETTINGS, RuleSettings
from tests.unit.monitoring.core.builders import Chain, ams

MONDAY = ams("2026-03-02 10:00")
LATER = ams("2026-03-20 10:00")


def folded(chain: Chain) -> CasusState:
    return fold(chain.facts, DEFAULT_SETTINGS)


def clocks(chain: Chain, soort: TermijnSoort) -> list[Termijn]:
    return [one for one in folded(chain).termijnen if one.soort is soort]


def acceptatie(chain: Chain) -> Termijn:
    (clock,) = clocks(chain, TermijnSoort.OVERDRACHT_ACCEPTATIE)
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


# --- what nobody has is offered again ----------------------------------------------------------------------------


@pytest.mark.parametrize("end", ["weiger", "keer_terug", "trek_in", "geef_terug"])
def test_from_every_end_without_a_receiver_a_clock_runs_until_somebody_is_asked_again(end: str) -> None:
    chain, melding, first = offered()
    if end == "geef_terug":
        chain.accepteer(melding, first, MONDAY)
    getattr(chain, end)(melding, first, LATER)
    (waiting,) = clocks(chain, TermijnSoort.OVERDRACHT_VERVOLG)

    chain.bied_aan(melding, LATER + timedelta(days=1), vervangt=first)

    (met,) = clocks(chain, TermijnSoort.OVERDRACHT_VERVOLG)
    # Three working days after Friday 20 March.
    assert (waiting.start, waiting.uiterlijk, waiting.is_open) == (LATER, ams("2026-03-26 00:00"), True)
    assert (met.id, met.gestopt_op, met.in_time) == (waiting.id, LATER + timedelta(days=1), True)


def test_what_is_answered_or_not_needed_any_more_asks_for_nobody() -> None:
    chain, melding, first = offered()
    second = chain.bied_aan(melding, MONDAY, BestemmingSoort.OPVANG, draagt_zicht=False)
    chain.accepteer(melding, first, MONDAY)
    chain.trek_in(melding, second, MONDAY, vervolg=False)

    assert clocks(chain, TermijnSoort.OVERDRACHT_VERVOLG) == []


def test_of_a_casus_that_was_closed_since_nobody_has_to_be_asked_and_of_one_closed_before_somebody_has() -> None:
    ended = []
    for closed in (MONDAY, LATER + timedelta(days=1)):
        chain, melding, first = offered()
        chain.weiger(melding, first, LATER)
        chain.add(CasusAfgesloten(afgesloten_op=closed, reden="geen-vervolg"), LATER + timedelta(days=1))
        (clock,) = clocks(chain, TermijnSoort.OVERDRACHT_VERVOLG)
        ended.append((clock.gestopt_op, clock.vervallen))

    assert ended == [(None, False), (LATER + timedelta(days=1), True)]


# --- given back --------------------------------------------------------------------------------------------------


def test_each_request_to_give_back_has_a_clock_that_its_own_answer_stops() -> None:
    chain, melding, overdracht = offered()
    chain.accepteer(melding, overdracht, MONDAY)
    asked = [ams("2026-03-09 10:00"), ams("2026-03-16 10:00")]
    chain.vraag_teruggave(melding, overdracht, asked[0])
    chain.wijs_teruggave_af(melding, overdracht, ams("2026-03-10 10:00"))
    chain.vraag_teruggave(melding, overdracht, asked[1])
    waiting = clocks(chain, TermijnSoort.TERUGGAVE_BESLUIT)

    chain.geef_terug(melding, overdracht, ams("2026-03-19 10:00"))

    answered = clocks(chain, TermijnSoort.TERUGGAVE_BESLUIT)
    assert [(one.start, one.is_open) for one in waiting] == [(asked[0], False), (asked[1], True)]
    assert [one.in_time for one in answered] == [True, False]
    assert [one.gestopt_op for one in answered] == [ams("2026-03-10 10:00"), ams("2026-03-19 10:00")]


def test_a_casus_in_which_something_was_given_back_is_open_until_the_next_accepts() -> None:
    chain, melding, first = offered()
    chain.accepteer(melding, first, MONDAY)
    closed = folded(chain).closing
    chain.geef_terug(melding, first, LATER)
    given_back = folded(chain).closing
    second = chain.bied_aan(melding, LATER, vervangt=first)

    chain.accepteer(melding, second, LATER)

    again = folded(chain).closing
    assert closed is not None
    assert given_back is None
    assert again is not None
    assert again.event_id != closed.event_id


def test_what_was_to_be_looked_at_after_an_overdracht_ends_when_it_is_given_back() -> None:
    chain = Chain()
    melding = chain.melding(MONDAY)
    dienst = chain.dienst(melding, MONDAY, ontvangen_op=MONDAY)
    first = chain.bied_aan(melding, MONDAY, dienst_id=dienst)
    chain.accepteer(melding, first, MONDAY, dienst_id=dienst)
    planned = [one.status for one in folded(chain).momenten]
    chain.geef_terug(melding, first, LATER)
    second = chain.bied_aan(melding, LATER, dienst_id=dienst, vervangt=first)

    chain.accepteer(melding, second, LATER, dienst_id=dienst)

    momenten = folded(chain).momenten
    assert planned == ["gepland"] * 3
    assert {one.status for one in momenten if one.overdracht_id == first} == {"geannuleerd"}
    assert {one.status for one in momenten if one.overdracht_id == second} == {"gepland"}


def test_a_family_is_looked_at_again_also_when_the_offer_of_another_besluit_carries_sight_of_safety() -> None:
    chain = Chain()
    melding = chain.melding(MONDAY)
    dienst = chain.dienst(melding, MONDAY, ontvangen_op=MONDAY)
    soorten = (BestemmingSoort.OPVANG, BestemmingSoort.LOKAAL_VELD)
    offers = [chain.bied_aan(melding, MONDAY, soort, dienst_id=dienst, draagt_zicht=False) for soort in soorten]
    for soort, offer in zip(soorten, offers, strict=True):
        chain.accepteer(melding, offer, MONDAY, soort, dienst_id=dienst, draagt_zicht=False)

    momenten = folded(chain).momenten

    expected = min(zip(soorten, offers, strict=True), key=lambda pair: BESTEMMINGEN[pair[0]].rang)[1]
    assert {one.overdracht_id for one in momenten} == {expected}
    assert len(momenten) == 3


# --- meeting the family -------------------------------------------------------------------------------------------


def test_a_receiver_who_accepted_meets_the_family_within_ten_working_days() -> None:
    chain, melding, overdracht = offered()
    chain.accepteer(melding, overdracht, MONDAY, contact_uiterlijk=ams("2026-03-17 00:00"))
    (waiting,) = clocks(chain, TermijnSoort.EERSTE_CONTACT)

    chain.eerste_contact(melding, overdracht, ams("2026-03-12 10:00"))

    (met,) = clocks(chain, TermijnSoort.EERSTE_CONTACT)
    assert (waiting.uiterlijk, waiting.is_open) == (ams("2026-03-17 00:00"), True)
    assert (met.gestopt_op, met.in_time) == (ams("2026-03-12 10:00"), True)
    counted = Counter((naam, soort) for _, _, naam, soort in overdrachttellingen(folded(chain)))
    assert counted["dagenTotEersteContact", "10"] == 1


def test_what_was_accepted_before_there_was_a_term_has_no_clock() -> None:
    chain, melding, overdracht = offered()

    chain.accepteer(melding, overdracht, MONDAY)

    assert clocks(chain, TermijnSoort.EERSTE_CONTACT) == []


def test_a_contact_that_is_dated_before_the_acceptance_stops_the_clock_where_it_began() -> None:
    chain, melding, overdracht = offered()
    chain.accepteer(melding, overdracht, MONDAY, contact_uiterlijk=LATER)

    chain.eerste_contact(melding, overdracht, MONDAY - timedelta(days=3))

    assert clocks(chain, TermijnSoort.EERSTE_CONTACT)[0].gestopt_op == MONDAY


def test_who_gave_back_need_not_meet_the_family() -> None:
    chain, melding, overdracht = offered()
    chain.accepteer(melding, overdracht, MONDAY, contact_uiterlijk=LATER)

    chain.geef_terug(melding, overdracht, MONDAY + timedelta(days=1))

    (clock,) = clocks(chain, TermijnSoort.EERSTE_CONTACT)
    assert (clock.is_open, clock.vervallen) == (False, True)


def test_what_is_given_back_and_what_changes_hands_is_counted() -> None:
    chain, melding, overdracht = offered()
    chain.accepteer(melding, overdracht, MONDAY)
    chain.vraag_teruggave(melding, overdracht, MONDAY)
    chain.wijs_teruggave_af(melding, overdracht, MONDAY)
    chain.geef_terug(melding, overdracht, LATER)
    for back in (True, False):
        chain.zicht_over(melding, overdracht, LATER, back=back)

    counted = Counter((naam, soort, op) for _, op, naam, soort in overdrachttellingen(folded(chain)))

    assert counted["overdrachtenTeruggegeven", "niet-passend", LATER] == 1
    assert counted["teruggavenAfgewezen", "", MONDAY] == 1
    assert counted["zichtOvergegaan", "veilig-thuis", LATER] == counted["zichtOvergegaan", "ontvanger", LATER] == 1
