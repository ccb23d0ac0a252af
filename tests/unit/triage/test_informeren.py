"""Who was told, what is still missing, and until when."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import product
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.triage.domain.errors import OutOfOrderError
from services.triage.domain.informeren import (
    MAY_NOW,
    TRANSITIONS,
    Boek,
    InformeerActie,
    InformeerStatus,
    Informering,
    Uitstel,
    add,
    completed_at,
    is_person,
    is_used,
    missing,
    postpone,
    repeated,
    term,
)
from shared.rules.behandelcodes import InformeerWijze, NietInformerenReden, UitstelReden
from shared.rules.settings import DEFAULT_SETTINGS

RECEIVED = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
LATER = RECEIVED + timedelta(days=3)


def boek(*personen: int) -> Boek:
    return Boek(
        melding_id=UUID(int=1),
        casus_id=UUID(int=2),
        gemeente_code="0599",
        ontvangen_op=RECEIVED,
        personen=frozenset(personen),
    )


def told(nr: int, at: datetime = LATER, number: int = 1) -> Informering:
    return Informering(
        id=UUID(int=100 + number),
        nummer=number,
        persoon_nr=nr,
        actie=InformeerActie.INFORMEREN,
        tijdstip=at,
        door="iemand",
        wijze=InformeerWijze.TELEFONISCH,
    )


def not_told(
    nr: int,
    reden: NietInformerenReden = NietInformerenReden.VERBLIJFPLAATS_ONBEKEND,
    *,
    gezag: int | None = None,
    at: datetime = LATER,
) -> Informering:
    return replace(
        told(nr, at), actie=InformeerActie.NIET_INFORMEREN, wijze=None, reden=reden, gezag_nr=gezag, toelichting="x"
    )


def later(number: int, why: str = "w") -> Uitstel:
    return Uitstel(
        id=UUID(int=number),
        nummer=number,
        reden=UitstelReden.VEILIGHEID,
        motivering=f"{why}{number}",
        uitgesteld_op=LATER,
    )


def of(before: Boek, *steps: Informering) -> Boek:
    for step in steps:
        before, _ = add(before, step)
    return before


def test_every_pair_of_state_and_action_is_written_out() -> None:
    assert set(TRANSITIONS) == set(product(InformeerStatus, InformeerActie))
    assert set(MAY_NOW) == set(InformeerStatus)


@pytest.mark.parametrize(("status", "actie"), list(TRANSITIONS))
def test_each_step_ends_where_the_table_says_or_is_refused_with_what_may_be_done(
    status: InformeerStatus, actie: InformeerActie
) -> None:
    before = {
        InformeerStatus.OPEN: boek(0),
        InformeerStatus.NIET_GEINFORMEERD: of(boek(0), not_told(0)),
        InformeerStatus.GEINFORMEERD: of(boek(0), told(0)),
    }[status]
    step = told(0, LATER + timedelta(1)) if actie is InformeerActie.INFORMEREN else not_told(0, at=LATER + timedelta(1))

    expected = TRANSITIONS[status, actie]
    if expected is None:
        with pytest.raises(OutOfOrderError, match=MAY_NOW[status][:20]):
            add(before, step)
    else:
        assert add(before, step)[0].status(0) is expected


def test_the_same_again_is_the_one_that_was_kept_first_whoever_sends_it() -> None:
    before = of(boek(0, 1), told(0))
    again = replace(told(0), id=UUID(int=999), nummer=2, door="een ander")
    why_not = of(boek(0), not_told(0))

    assert add(before, again) == (before, told(0))
    assert add(why_not, replace(not_told(0, at=LATER + timedelta(1)), nummer=2)) == (why_not, not_told(0))


def test_the_clock_stops_when_the_last_was_told_or_has_a_reason() -> None:
    last = LATER + timedelta(days=2)
    half = of(boek(0, 1), told(0))
    whole = of(half, not_told(1, at=last))

    assert (completed_at(half), completed_at(whole)) == (None, last)
    assert missing(half) == ("Persoon 1 is nog niet geïnformeerd, en er is geen reden waarom niet.",)
    assert missing(whole) == ()


def test_when_nobody_can_be_told_the_clock_goes_on_and_says_so() -> None:
    nobody = of(boek(0, 1), not_told(0), not_told(1, NietInformerenReden.OVERLEDEN))

    assert completed_at(nobody) is None
    assert "stel uit" in missing(nobody)[0]


def test_of_who_is_too_young_somebody_with_gezag_must_have_been_told() -> None:
    young = of(boek(0, 1, 2), not_told(0, NietInformerenReden.TE_JONG, gezag=1), told(2))
    said_why_not = of(young, not_told(1))
    after_all = of(said_why_not, told(1, LATER + timedelta(days=1)))

    assert "persoon 1, die het gezag heeft" in missing(young)[0]
    assert completed_at(said_why_not) is None
    assert completed_at(after_all) == LATER + timedelta(days=1)


def test_a_melding_that_does_not_name_its_persons_is_never_complete_by_itself() -> None:
    unknown = of(boek(), told(0))

    assert completed_at(unknown) is None
    assert "leg zelf de handeling" in missing(unknown)[0]
    assert (is_person(unknown, 7), is_person(unknown, -1), is_person(boek(0), 7)) == (True, False, False)
    assert unknown.genoemd == (0,)


def test_what_was_handled_by_hand_misses_nothing_and_is_not_handled_again() -> None:
    by_hand = replace(boek(0), gehandeld_op=LATER)

    assert missing(by_hand) == ()
    assert completed_at(of(by_hand, told(0))) is None


@given(st.integers(min_value=0, max_value=24))
def test_each_postponement_gives_two_weeks_from_where_the_term_ended(times: int) -> None:
    after = replace(boek(0), uitstellen=tuple(later(number + 1) for number in range(times)))

    weken = 4 + 2 * times
    assert f"{weken} weken" in " ".join(term(after, DEFAULT_SETTINGS).uitleg)
    assert term(after, DEFAULT_SETTINGS).uiterlijk >= RECEIVED + timedelta(weeks=weken)


def test_what_was_told_is_not_postponed_and_no_term_is_longer_than_the_rules_allow() -> None:
    full = replace(boek(0), uitstellen=tuple(later(number + 1) for number in range(24)))

    with pytest.raises(OutOfOrderError, match="al geïnformeerd"):
        postpone(replace(boek(0), gehandeld_op=LATER), later(1), DEFAULT_SETTINGS)
    with pytest.raises(OutOfOrderError, match="Verder uitstellen"):
        postpone(full, later(25), DEFAULT_SETTINGS)
    with pytest.raises(OutOfOrderError, match="Verder uitstellen"):
        postpone(boek(0), later(1), replace(DEFAULT_SETTINGS, informeren_uitstel_toegestaan=False))


def test_a_postponement_tells_which_one_it_is_and_no_words() -> None:
    after, fact = postpone(replace(boek(0), uitstellen=(later(1),)), later(2), DEFAULT_SETTINGS)

    assert (fact.nummer, fact.reden, fact.uitgesteld_op) == (2, UitstelReden.VEILIGHEID, LATER)
    assert len(after.uitstellen) == 2
    assert "w2" not in repr(fact)


def test_only_the_last_postponement_sent_again_is_the_same_one() -> None:
    twice = replace(boek(0), uitstellen=(later(1), later(2)))

    assert repeated(twice, UitstelReden.VEILIGHEID, "w2") == later(2)
    assert repeated(twice, UitstelReden.ONDERZOEK, "w2") is None
    assert repeated(twice, UitstelReden.VEILIGHEID, "w1") is None
    assert repeated(boek(0), UitstelReden.VEILIGHEID, "w1") is None
    assert (is_used(twice, "  W1\n"), is_used(twice, "w3")) == (True, False)
