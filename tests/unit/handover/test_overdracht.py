"""The life of one overdracht, read as sentences. No mocks: the module is pure."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import product
from uuid import UUID

import pytest

from services.handover.domain.overdracht import (
    TRANSITIONS,
    Actie,
    NieuwAanbod,
    Overdracht,
    StapError,
    Status,
    WeigerReden,
    accept,
    next_status,
    offer_again,
    record_contact,
    refuse,
)
from shared.rules.codes import BestemmingSoort

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
TERM = NOW + timedelta(days=7)
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
)
ACCEPTED = accept(OFFERED, warm=True, now=NOW)[0]
REFUSED = refuse(OFFERED, reden=WeigerReden.NIET_BEVOEGD, now=NOW)[0]
OPVANG = NieuwAanbod(UUID(int=9), BestemmingSoort.OPVANG, "opvang-rotterdam-rijnmond", TERM)
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
        replaced, new, fact = offer_again(replace(REFUSED, draagt_zicht=carries), OPVANG, now=NOW)

        assert replaced.status is Status.VERVANGEN
        assert (new.status, new.draagt_zicht, new.vervangt_id) == (Status.AANGEBODEN, carries, REFUSED.id)
        assert (fact.draagt_zicht, fact.vervangt_overdracht_id) == (carries, REFUSED.id)


@pytest.mark.parametrize("before", [OFFERED, ACCEPTED, REPLACED], ids=lambda row: row.status)
def test_only_a_refused_overdracht_is_offered_again(before: Overdracht) -> None:
    with pytest.raises(StapError):
        offer_again(before, OPVANG, now=NOW)


@pytest.mark.parametrize("reden", list(WeigerReden))
def test_the_same_receiver_is_asked_again_only_when_something_can_have_changed(reden: WeigerReden) -> None:
    refused, _ = refuse(OFFERED, reden=reden, now=NOW)
    same = NieuwAanbod(UUID(int=9), OFFERED.soort, OFFERED.organisatie_id, TERM)

    if reden in (WeigerReden.ONVOLDOENDE_INFORMATIE, WeigerReden.GEEN_CAPACITEIT):
        assert offer_again(refused, same, now=NOW)[1].organisatie_id == OFFERED.organisatie_id
    else:
        with pytest.raises(StapError):
            offer_again(refused, same, now=NOW)
