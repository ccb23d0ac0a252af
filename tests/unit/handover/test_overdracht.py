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
from services.handover.domain.teruggave import ask_to_return, carry_on, refuse_return, take_back
from services.handover.domain.zichtaanbod import agree, ask_zicht, carries_open, drop_zicht, stop_asking, without_second
from shared.rules.codes import BestemmingSoort
from shared.rules.overdrachtcodes import IntrekReden, TeruggaveReden, ZichtVraag

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
ACCEPTED = accept(OFFERED, warm=True, contact_uiterlijk=RETURN, plan_uiterlijk=RETURN, now=NOW)[0]
REFUSED = refuse(OFFERED, reden=WeigerReden.NIET_BEVOEGD, now=NOW)[0]
OPVANG = NieuwAanbod(UUID(int=9), BestemmingSoort.OPVANG, "opvang-rotterdam-rijnmond", TERM, RETURN)
REVOKED = revoke(OFFERED, reden=IntrekReden.VERGISSING, now=NOW)[0]
RETURNED = give_up_waiting(OFFERED, now=RETURN)[0]
ASKED = ask_to_return(ACCEPTED, reden=TeruggaveReden.GEEN_CAPACITEIT, uiterlijk=RETURN, now=NOW)[0]
GIVEN_BACK = take_back(ASKED, now=NOW)[0]
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
    after, fact = accept(OFFERED, warm=True, contact_uiterlijk=RETURN, plan_uiterlijk=RETURN, now=NOW)

    assert after.status is Status.GEACCEPTEERD
    assert (after.geaccepteerd_op, after.warm, after.versie) == (NOW, True, 2)
    assert fact is not None
    assert (fact.organisatie_id, fact.draagt_zicht, fact.geaccepteerd_op) == ("lokaal-team-0599", True, NOW)


def test_accepting_twice_changes_nothing_and_tells_nothing() -> None:
    after, fact = accept(ACCEPTED, warm=False, contact_uiterlijk=RETURN, plan_uiterlijk=RETURN, now=TERM)

    assert (after, fact) == (ACCEPTED, None)


@pytest.mark.parametrize(
    ("moment", "late"),
    [(TERM - timedelta(microseconds=1), False), (TERM, True), (TERM + timedelta(days=90), True)],
)
def test_a_late_acceptance_is_flagged_and_never_blocked(moment: datetime, *, late: bool) -> None:
    after, fact = accept(OFFERED, warm=None, contact_uiterlijk=RETURN, plan_uiterlijk=RETURN, now=moment)

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
        accept(REFUSED, warm=None, contact_uiterlijk=RETURN, plan_uiterlijk=RETURN, now=NOW)
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


@pytest.mark.parametrize("before", [OFFERED, ACCEPTED, ASKED, REPLACED], ids=lambda row: row.status)
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


@pytest.mark.parametrize("before", [REVOKED, RETURNED, GIVEN_BACK], ids=lambda row: row.status)
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


@pytest.mark.parametrize(
    "before", [ACCEPTED, ASKED, GIVEN_BACK, REFUSED, RETURNED, REPLACED], ids=lambda row: row.status
)
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
    assert must_be_offered_again(GIVEN_BACK)
    assert not any(must_be_offered_again(one) for one in (OFFERED, ACCEPTED, ASKED, REPLACED))


def test_an_offer_goes_back_at_its_moment_and_not_before() -> None:
    early, no_fact = give_up_waiting(OFFERED, now=RETURN - timedelta(microseconds=1))
    after, fact = give_up_waiting(OFFERED, now=RETURN)

    assert (early, no_fact) == (OFFERED, None)
    assert fact is not None
    assert (after.status, after.teruggekeerd_op, fact.teruggekeerd_op) == (Status.TERUGGEKEERD, RETURN, RETURN)


@pytest.mark.parametrize(
    "before", [ACCEPTED, ASKED, GIVEN_BACK, REFUSED, REVOKED, RETURNED, REPLACED], ids=lambda row: row.status
)
def test_what_was_answered_or_ended_does_not_go_back(before: Overdracht) -> None:
    assert give_up_waiting(before, now=RETURN + timedelta(days=1)) == (before, None)


def test_nobody_accepts_what_was_taken_back_or_went_back() -> None:
    for before in (REVOKED, RETURNED, GIVEN_BACK):
        with pytest.raises(StapError):
            accept(before, warm=None, contact_uiterlijk=RETURN, plan_uiterlijk=RETURN, now=RETURN)


# --- given back -------------------------------------------------------------------------------------------------


def test_who_asks_to_give_back_keeps_what_he_accepted() -> None:
    after, fact = ask_to_return(ACCEPTED, reden=TeruggaveReden.NIET_PASSEND, uiterlijk=RETURN, now=TERM)
    again, no_fact = ask_to_return(after, reden=TeruggaveReden.NIET_PASSEND, uiterlijk=RETURN, now=RETURN)

    assert fact is not None
    assert (after.status, after.geaccepteerd_op, after.draagt_zicht) == (Status.TERUGGAVE_GEVRAAGD, NOW, True)
    assert (fact.reden, fact.gevraagd_op) == (TeruggaveReden.NIET_PASSEND, TERM)
    assert (again, no_fact) == (after, None)
    with pytest.raises(StapError):
        ask_to_return(after, reden=TeruggaveReden.ANDERS, uiterlijk=RETURN, now=RETURN)


def test_what_is_not_taken_back_stays_accepted_and_may_be_asked_again() -> None:
    kept, fact = refuse_return(ASKED, now=TERM)
    again, no_fact = refuse_return(kept, now=RETURN)

    assert fact is not None
    assert (kept.status, kept.teruggave_afgewezen_op) == (Status.GEACCEPTEERD, TERM)
    assert (again, no_fact) == (kept, None)
    asked_again, new_fact = ask_to_return(kept, reden=TeruggaveReden.ANDERS, uiterlijk=RETURN, now=RETURN)
    assert new_fact is not None
    assert (asked_again.status, asked_again.teruggave_afgewezen_op) == (Status.TERUGGAVE_GEVRAAGD, None)


def test_nothing_is_refused_or_taken_when_nobody_asks() -> None:
    for step in (refuse_return, take_back):
        with pytest.raises(StapError):
            step(ACCEPTED, now=TERM)


def test_what_is_taken_back_is_told_once_with_the_reason_of_the_receiver() -> None:
    asked = replace(ASKED, zicht_gevraagd=ZichtVraag.TERUGVRAGEN)
    after, fact = take_back(asked, now=TERM)
    again, no_fact = take_back(after, now=RETURN)

    assert fact is not None
    assert (fact.reden, fact.teruggegeven_op) == (TeruggaveReden.GEEN_CAPACITEIT, TERM)
    assert (after.status, after.zicht_gevraagd) == (Status.TERUGGEGEVEN, None)
    assert (again, no_fact) == (after, None)


def test_the_next_offer_carries_sight_of_safety_when_it_was_held_by_what_was_given_back() -> None:
    for held in (True, False):
        assert offer_again(carry_on(GIVEN_BACK, held=held), OPVANG, now=NOW)[1].draagt_zicht is held


def test_who_wants_to_give_back_may_still_say_when_he_met_the_family() -> None:
    met, fact = record_contact(ASKED, tijdstip=NOW)

    assert fact is not None
    assert (met.status, met.eerste_contact_op) == (Status.TERUGGAVE_GEVRAAGD, NOW)


# --- sight of safety of its own ---------------------------------------------------------------------------------

OTHER = replace(ACCEPTED, id=UUID(int=77), organisatie_id="opvang-rotterdam-rijnmond", draagt_zicht=False)


def test_a_second_open_offer_of_a_casus_does_not_carry_sight_of_safety() -> None:
    new = replace(OFFERED, id=UUID(int=5))

    assert not without_second(new, [OFFERED]).draagt_zicht
    assert not without_second(new, [replace(OTHER, zicht_gevraagd=ZichtVraag.AANBIEDEN)]).draagt_zicht
    assert without_second(new, [new, ACCEPTED, REFUSED, REVOKED, replace(OFFERED, draagt_zicht=False)]) == new
    assert without_second(new, [replace(OTHER, zicht_gevraagd=ZichtVraag.TERUGVRAGEN)]) == new


def test_what_comes_into_another_casus_carries_it_no_longer() -> None:
    for one in (OFFERED, replace(OTHER, zicht_gevraagd=ZichtVraag.AANBIEDEN)):
        after = drop_zicht(one)

        assert carries_open(one)
        assert not carries_open(after)
        assert (after.status, after.versie) == (one.status, one.versie + 1)


def test_sight_of_safety_is_offered_to_who_has_it_not_and_asked_back_from_who_has() -> None:
    offered_alone = ask_zicht(OTHER, ZichtVraag.AANBIEDEN, holds=False, others=[OTHER, ACCEPTED], now=NOW)
    asked_back = ask_zicht(ACCEPTED, ZichtVraag.TERUGVRAGEN, holds=True, others=[], now=NOW)

    assert offered_alone is not None
    assert asked_back is not None
    assert (offered_alone.zicht_gevraagd, asked_back.zicht_gevraagd) == tuple(ZichtVraag)
    for one, vraag, holds in ((ACCEPTED, ZichtVraag.AANBIEDEN, True), (OTHER, ZichtVraag.TERUGVRAGEN, False)):
        with pytest.raises(StapError):
            ask_zicht(one, vraag, holds=holds, others=[], now=NOW)


@pytest.mark.parametrize("before", [OFFERED, ASKED, GIVEN_BACK, REFUSED, REVOKED, RETURNED], ids=lambda row: row.status)
def test_nothing_is_asked_about_sight_of_safety_of_who_did_not_accept(before: Overdracht) -> None:
    for vraag in ZichtVraag:
        with pytest.raises(StapError):
            ask_zicht(before, vraag, holds=vraag is ZichtVraag.TERUGVRAGEN, others=[], now=NOW)


def test_sight_of_safety_is_not_offered_while_another_open_offer_carries_it() -> None:
    with pytest.raises(StapError):
        ask_zicht(OTHER, ZichtVraag.AANBIEDEN, holds=False, others=[OTHER, OFFERED], now=NOW)


def test_the_same_question_again_is_one_and_it_can_be_let_go() -> None:
    asked = ask_zicht(OTHER, ZichtVraag.AANBIEDEN, holds=False, others=[], now=NOW)

    assert asked is not None
    assert ask_zicht(asked, ZichtVraag.AANBIEDEN, holds=False, others=[], now=NOW) is None
    let_go = stop_asking(asked)
    assert let_go is not None
    assert let_go.zicht_gevraagd is None
    assert stop_asking(let_go) is None
    with pytest.raises(StapError):
        agree(let_go, now=NOW)


@pytest.mark.parametrize(("vraag", "carries"), [(ZichtVraag.AANBIEDEN, True), (ZichtVraag.TERUGVRAGEN, False)])
def test_who_agrees_carries_sight_of_safety_when_he_took_it(vraag: ZichtVraag, *, carries: bool) -> None:
    after = agree(replace(ACCEPTED, zicht_gevraagd=vraag), now=TERM)

    assert after is not None
    assert (after.draagt_zicht, after.zicht_gevraagd, after.zicht_aanvaard_op) == (carries, None, TERM)
    assert agree(after, now=RETURN) is None
