"""The life of one overdracht, read as sentences. No mocks: the module is pure."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import product
from uuid import UUID

import pytest

from services.handover.domain.heraanbod import NieuwAanbod, offer_again
from services.handover.domain.intrekken import give_up_waiting, must_be_offered_again, revoke
from services.handover.domain.overdracht import (
    TRANSITIONS,
    Actie,
    Overdracht,
    StapError,
    Status,
    WeigerReden,
    accept,
    next_status,
    offered,
    record_contact,
    refuse,
)
from shared.rules.codes import BestemmingSoort
from shared.rules.overdrachtcodes import IntrekReden

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
TERM = NOW + timedelta(days=7)
RETURN = NOW + timedelta(days=14)
OFFERED = Overdracht(
    id=UUID(int=1),
    casus_id=UUID(int=2),
    melding_id=UUID(int=3),
    dienst_id=None,
    gemeente_code="0599",
    soort=BestemmingSoort.LOKAAL_VELD,
    organisatie_id="lokaal-team-0599",
    draagt_zicht=True,
    aangeboden_op=NOW,
    accepteren_uiterlijk=TERM,
    keert_terug_op=RETURN,
)
ACCEPTED = accept(OFFERED, warm=True, now=NOW)[0]
REFUSED = refuse(OFFERED, reden=WeigerReden.NIET_BEVOEGD, now=NOW)[0]
OPVANG = NieuwAanbod(UUID(int=9), BestemmingSoort.OPVANG, "opvang-rotterdam-rijnmond", TERM, RETURN)
REVOKED = revoke(OFFERED, reden=IntrekReden.VERGISSING, now=NOW)[0]
RETURNED = give_up_waiting(OFFERED, now=RETURN)[0]
REPLACED = offer_again(REFUSED, OPVANG, now=NOW)[0]


def test_every_state_says_what_every_action_does() -> None:
    assert set(TRANSITIONS) == set(product(Status, Actie))


@pytest.mark.parametrize(("status", "actie"), [pair for pair, after in TRANSITIONS.items() if after is None])
def test_a_step_out_of_order_says_in_dutch_what_may_be_done(status: Status, actie: Actie) -> None:
    with pytest.raises(StapError) as refused:
        next_status(status, actie)

    assert refused.value.reden_nl.startswith("De overdracht is ")


def test_no_state_can_be_left_for_the_state_of_being_offered() -> None:
    back = [pair for pair, after in TRANSITIONS.items() if after is Status.AANGEBODEN]

    assert back == [(Status.AANGEBODEN, Actie.AANBIEDEN)]


def test_accepting_tells_who_took_over_and_whether_sight_of_safety_goes_along() -> None:
    after, fact = accept(OFFERED, warm=True, now=NOW)

    assert after.status is Status.GEACCEPTEERD
    assert (after.geaccepteerd_op, after.warm, after.versie) == (NOW, True, 2)
    assert fact is not None
    assert (fact.organisatie_id, fact.draagt_zicht, fact.geaccepteerd_op) == ("lokaal-team-0599", True, NOW)


def test_accepting_twice_changes_nothing_and_tells_nothing() -> None:
    after, fact = accept(ACCEPTED, warm=False, now=TERM)

    assert (after, fact) == (ACCEPTED, None)


@pytest.mark.parametrize(
    ("moment", "late"),
    [(TERM - timedelta(microseconds=1), False), (TERM, True), (TERM + timedelta(days=90), True)],
)
def test_a_late_acceptance_is_flagged_and_never_blocked(moment: datetime, *, late: bool) -> None:
    after, fact = accept(OFFERED, warm=None, now=moment)

    assert fact is not None
    assert after.te_laat_geaccepteerd is late


def test_a_refusal_tells_the_code_and_the_same_refusal_again_tells_nothing() -> None:
    after, fact = refuse(OFFERED, reden=WeigerReden.VERKEERDE_GEMEENTE, now=NOW)
    again, no_fact = refuse(after, reden=WeigerReden.VERKEERDE_GEMEENTE, now=TERM)

    assert fact is not None
    assert fact.reden == "verkeerde-gemeente"
    assert (again, no_fact) == (after, None)


def test_a_refusal_for_another_reason_than_before_is_out_of_order() -> None:
    with pytest.raises(StapError):
        refuse(REFUSED, reden=WeigerReden.ANDERS, now=NOW)


def test_who_refused_cannot_accept_and_who_accepted_cannot_refuse() -> None:
    with pytest.raises(StapError):
        accept(REFUSED, warm=None, now=NOW)
    with pytest.raises(StapError):
        refuse(ACCEPTED, reden=WeigerReden.ANDERS, now=NOW)


def test_there_is_one_first_contact() -> None:
    met, fact = record_contact(ACCEPTED, tijdstip=NOW)
    again, no_fact = record_contact(met, tijdstip=NOW)

    assert fact is not None
    assert fact.tijdstip == met.eerste_contact_op == NOW
    assert (again, no_fact) == (met, None)
    with pytest.raises(StapError):
        record_contact(met, tijdstip=TERM)


def test_a_new_offer_takes_over_who_carries_sight_of_safety() -> None:
    for carries in (True, False):
        replaced, new = offer_again(replace(REFUSED, draagt_zicht=carries), OPVANG, now=NOW)
        fact = offered(new)

        assert replaced.status is Status.VERVANGEN
        assert (new.status, new.draagt_zicht, new.vervangt_id) == (Status.AANGEBODEN, carries, REFUSED.id)
        assert (fact.draagt_zicht, fact.vervangt_overdracht_id) == (carries, REFUSED.id)


@pytest.mark.parametrize("before", [OFFERED, ACCEPTED, REPLACED], ids=lambda row: row.status)
def test_only_what_nobody_took_is_offered_again(before: Overdracht) -> None:
    with pytest.raises(StapError):
        offer_again(before, OPVANG, now=NOW)


@pytest.mark.parametrize("reden", list(WeigerReden))
def test_the_same_receiver_is_asked_again_only_when_something_can_have_changed(reden: WeigerReden) -> None:
    refused, _ = refuse(OFFERED, reden=reden, now=NOW)
    same = NieuwAanbod(UUID(int=9), OFFERED.soort, OFFERED.organisatie_id, TERM, RETURN)

    if reden in (WeigerReden.ONVOLDOENDE_INFORMATIE, WeigerReden.GEEN_CAPACITEIT):
        assert offer_again(refused, same, now=NOW)[1].organisatie_id == OFFERED.organisatie_id
    else:
        with pytest.raises(StapError):
            offer_again(refused, same, now=NOW)


@pytest.mark.parametrize("before", [REVOKED, RETURNED], ids=lambda row: row.status)
def test_what_nobody_answered_may_be_offered_again_to_the_same_receiver(before: Overdracht) -> None:
    same = NieuwAanbod(UUID(int=9), OFFERED.soort, OFFERED.organisatie_id, TERM, RETURN)

    replaced, new = offer_again(before, same, now=RETURN)

    assert (replaced.status, replaced.vervangen_door_id) == (Status.VERVANGEN, new.id)
    assert (new.organisatie_id, new.keert_terug_op) == (OFFERED.organisatie_id, RETURN)


# --- taken back, and gone back ----------------------------------------------------------------------------------


def test_a_revocation_tells_the_code_and_the_same_one_again_tells_nothing() -> None:
    after, fact = revoke(OFFERED, reden=IntrekReden.ONTVANGER_AFWEZIG, now=NOW)
    again, no_fact = revoke(after, reden=IntrekReden.ONTVANGER_AFWEZIG, now=TERM)

    assert fact is not None
    assert (after.status, after.versie) == (Status.INGETROKKEN, 2)
    assert (fact.reden, fact.ingetrokken_op, fact.gemeente_code) == (IntrekReden.ONTVANGER_AFWEZIG, NOW, "0599")
    assert (again, no_fact) == (after, None)


def test_a_revocation_for_another_reason_than_before_is_out_of_order() -> None:
    with pytest.raises(StapError):
        revoke(REVOKED, reden=IntrekReden.ANDERS, now=NOW)


@pytest.mark.parametrize("before", [ACCEPTED, REFUSED, RETURNED, REPLACED], ids=lambda row: row.status)
def test_nothing_is_taken_back_once_it_was_answered_or_went_back(before: Overdracht) -> None:
    with pytest.raises(StapError):
        revoke(before, reden=IntrekReden.VERGISSING, now=NOW)


@pytest.mark.parametrize(("carries", "reden"), list(product((True, False), IntrekReden)))
def test_only_who_is_not_needed_any_more_needs_no_successor(*, carries: bool, reden: IntrekReden) -> None:
    after, fact = revoke(replace(OFFERED, draagt_zicht=carries), reden=reden, now=NOW)

    followed_up = carries or reden is not IntrekReden.NIET_MEER_NODIG
    assert fact is not None
    assert fact.vervolg is must_be_offered_again(after) is followed_up


def test_after_a_refusal_or_a_return_somebody_else_must_be_found_and_otherwise_not() -> None:
    assert must_be_offered_again(REFUSED)
    assert must_be_offered_again(RETURNED)
    assert not any(must_be_offered_again(one) for one in (OFFERED, ACCEPTED, REPLACED))


def test_an_offer_goes_back_at_its_moment_and_not_before() -> None:
    early, no_fact = give_up_waiting(OFFERED, now=RETURN - timedelta(microseconds=1))
    after, fact = give_up_waiting(OFFERED, now=RETURN)

    assert (early, no_fact) == (OFFERED, None)
    assert fact is not None
    assert (after.status, after.teruggekeerd_op, fact.teruggekeerd_op) == (Status.TERUGGEKEERD, RETURN, RETURN)


@pytest.mark.parametrize("before", [ACCEPTED, REFUSED, REVOKED, RETURNED, REPLACED], ids=lambda row: row.status)
def test_what_was_answered_or_ended_does_not_go_back(before: Overdracht) -> None:
    assert give_up_waiting(before, now=RETURN + timedelta(days=1)) == (before, None)


def test_nobody_accepts_what_was_taken_back_or_went_back() -> None:
    for before in (REVOKED, RETURNED):
        with pytest.raises(StapError):
            accept(before, warm=None, now=RETURN)
