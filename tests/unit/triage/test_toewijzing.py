"""Whose work it is: the table, who may do which step, and what is told."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import product
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.triage.domain import toewijzing as rules
from services.triage.domain.errors import OutOfOrderError
from services.triage.domain.toewijzing import (
    MAY_NOW,
    TRANSITIONS,
    ToewijzingActie,
    ToewijzingOpgave,
    ToewijzingStatus,
    VrijgaveOpgave,
    Werkstuk,
    Wie,
)
from services.triage.domain.voorraad import Stap, place
from shared.events.behandeling import WerkToegewezen, WerkVrijgegeven
from shared.ids import medewerker_nr
from shared.rules.behandelcodes import VrijgaveReden

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)
ANNA, BRAM, LEIDER = Wie("anna", leidt=False), Wie("bram", leidt=False), Wie("leider", leidt=True)
FREE = VrijgaveOpgave(VrijgaveReden.AFWEZIG, "met verlof")


def werkstuk(**changes: object) -> Werkstuk:
    fresh = Werkstuk(
        dossier_id=UUID(int=1),
        melding_id=UUID(int=2),
        casus_id=UUID(int=3),
        gemeente_code="0599",
        versie=1,
        werk=place(Stap.ACUUTCHECK, NOW, acuut=None, structureel=None),
    )
    return replace(fresh, **changes)  # type: ignore[arg-type]


def of_anna() -> Werkstuk:
    return rules.assign(werkstuk(), ToewijzingOpgave("anna"), wie=ANNA, now=NOW)[0]


def done() -> Werkstuk:
    return werkstuk(werk=None)


@pytest.mark.parametrize(("status", "actie"), list(product(ToewijzingStatus, ToewijzingActie)))
def test_every_pair_leads_somewhere_or_says_what_may_be_done(status: ToewijzingStatus, actie: ToewijzingActie) -> None:
    after = TRANSITIONS[status, actie]

    if after is None:
        with pytest.raises(OutOfOrderError) as refused:
            rules.next_status(status, actie)
        assert refused.value.reden_nl == MAY_NOW[status]
    else:
        assert rules.next_status(status, actie) is after


def test_the_table_is_complete_and_what_is_done_stays_done() -> None:
    assert set(TRANSITIONS) == set(product(ToewijzingStatus, ToewijzingActie))
    assert {TRANSITIONS[ToewijzingStatus.BEEINDIGD, actie] for actie in ToewijzingActie} == {None}


def test_who_takes_up_free_work_owns_it_and_that_is_told() -> None:
    after, facts = rules.assign(werkstuk(), ToewijzingOpgave("anna", "noord", "ik ken het"), wie=ANNA, now=NOW)

    assert (after.status, after.eigenaar, after.team, after.toegewezen_op, after.versie) == (
        ToewijzingStatus.TOEGEWEZEN, "anna", "noord", NOW, 2,
    )  # fmt: skip
    assert after.laatste is not None
    assert (after.laatste.actie, after.laatste.door, after.laatste.toelichting) == (
        ToewijzingActie.OPPAKKEN, "anna", "ik ken het",
    )  # fmt: skip
    assert facts == (
        WerkToegewezen(
            melding_id=UUID(int=2),
            dossier_id=UUID(int=1),
            gemeente_code="0599",
            toegewezen_op=NOW,
            medewerker_nr=medewerker_nr("anna"),
        ),
    )


def test_what_a_colleague_owns_is_neither_taken_nor_given_nor_let_go_by_another() -> None:
    owned = of_anna()

    with pytest.raises(OutOfOrderError, match="heeft een eigenaar"):
        rules.assign(owned, ToewijzingOpgave("bram"), wie=BRAM, now=LATER)
    with pytest.raises(OutOfOrderError, match="teamleider"):
        rules.assign(owned, ToewijzingOpgave("carla"), wie=BRAM, now=LATER)
    with pytest.raises(OutOfOrderError, match="teamleider"):
        rules.release(owned, FREE, wie=BRAM, now=LATER)


def test_a_worker_gives_nobody_what_nobody_has() -> None:
    with pytest.raises(OutOfOrderError, match="Niemand heeft dit werk"):
        rules.assign(werkstuk(), ToewijzingOpgave("bram"), wie=ANNA, now=NOW)


def test_the_owner_passes_it_on_and_the_next_one_is_told_under_a_number() -> None:
    after, facts = rules.assign(of_anna(), ToewijzingOpgave("bram"), wie=ANNA, now=LATER)

    assert (after.eigenaar, after.toegewezen_op, after.versie) == ("bram", LATER, 3)
    assert after.laatste is not None
    assert after.laatste.actie is ToewijzingActie.DOORGEVEN
    assert [(type(fact), getattr(fact, "medewerker_nr", None)) for fact in facts] == [
        (WerkToegewezen, medewerker_nr("bram"))
    ]


def test_a_team_lead_gives_out_what_is_free_and_what_another_has() -> None:
    free, told = rules.assign(werkstuk(), ToewijzingOpgave("bram"), wie=LEIDER, now=NOW)
    taken, again = rules.assign(of_anna(), ToewijzingOpgave("bram"), wie=LEIDER, now=LATER)

    assert [one.laatste.actie for one in (free, taken) if one.laatste] == [ToewijzingActie.TOEWIJZEN] * 2
    assert (len(told), len(again)) == (1, 1)


def test_a_team_lead_who_takes_free_work_himself_takes_it_up() -> None:
    after, _ = rules.assign(werkstuk(), ToewijzingOpgave("leider"), wie=LEIDER, now=NOW)

    assert after.laatste is not None
    assert after.laatste.actie is ToewijzingActie.OPPAKKEN


def test_the_owner_can_put_his_own_work_under_another_team_and_owned_it_all_along() -> None:
    after, facts = rules.assign(of_anna(), ToewijzingOpgave("anna", "zuid"), wie=ANNA, now=LATER)

    assert (after.eigenaar, after.team, after.toegewezen_op, facts) == ("anna", "zuid", NOW, ())


def test_without_a_team_work_stays_with_the_one_that_it_had() -> None:
    before = rules.assign(werkstuk(), ToewijzingOpgave("anna", "noord"), wie=ANNA, now=NOW)[0]

    after = rules.assign(before, ToewijzingOpgave("bram"), wie=ANNA, now=LATER)[0]

    assert after.team == "noord"


@pytest.mark.parametrize("wie", [ANNA, LEIDER])
def test_the_same_assignment_again_changes_and_tells_nothing(wie: Wie) -> None:
    opgave = ToewijzingOpgave("anna", "noord", "om te beginnen")
    once = rules.assign(werkstuk(), opgave, wie=wie if wie is LEIDER else ANNA, now=NOW)[0]

    again, facts = rules.assign(once, opgave, wie=wie, now=LATER)

    assert again is once
    assert facts == ()


def test_work_that_is_let_go_is_free_stays_with_its_team_and_that_is_told() -> None:
    before = rules.assign(werkstuk(), ToewijzingOpgave("anna", "noord"), wie=ANNA, now=NOW)[0]

    after, facts = rules.release(before, FREE, wie=ANNA, now=LATER)

    assert (after.status, after.team, after.toegewezen_op) == (ToewijzingStatus.VRIJ, "noord", None)
    assert facts == (
        WerkVrijgegeven(melding_id=UUID(int=2), dossier_id=UUID(int=1), gemeente_code="0599", vrijgegeven_op=LATER),
    )


def test_the_same_release_again_changes_nothing_and_another_is_refused() -> None:
    once = rules.release(of_anna(), FREE, wie=LEIDER, now=NOW)[0]

    assert rules.release(once, FREE, wie=LEIDER, now=LATER) == (once, ())
    for other in (VrijgaveOpgave(VrijgaveReden.ANDERS, "met verlof"), VrijgaveOpgave(VrijgaveReden.AFWEZIG, None)):
        with pytest.raises(OutOfOrderError, match="Niemand heeft dit werk"):
            rules.release(once, other, wie=LEIDER, now=LATER)


def test_nobody_lets_go_what_nobody_has() -> None:
    with pytest.raises(OutOfOrderError, match="Niemand heeft dit werk"):
        rules.release(werkstuk(), FREE, wie=LEIDER, now=NOW)


@pytest.mark.parametrize("wie", [ANNA, LEIDER])
def test_work_that_is_done_is_given_to_nobody(wie: Wie) -> None:
    with pytest.raises(OutOfOrderError, match="klaar"):
        rules.assign(done(), ToewijzingOpgave("anna"), wie=wie, now=NOW)
    with pytest.raises(OutOfOrderError, match="klaar"):
        rules.release(done(), FREE, wie=wie, now=NOW)
    with pytest.raises(OutOfOrderError, match="klaar"):
        rules.end(done(), wie=wie, now=NOW)


def test_what_ends_has_no_owner_and_no_plan_and_a_line_of_history_when_somebody_had_it() -> None:
    owned = replace(of_anna(), volgende_check=date(2026, 3, 9))

    ended, free = rules.end(owned, wie=BRAM, now=LATER), rules.end(werkstuk(), wie=BRAM, now=LATER)

    assert (ended.eigenaar, ended.toegewezen_op, ended.volgende_check, ended.versie) == (None, None, None, 3)
    assert ended.laatste is not None
    assert (ended.laatste.actie, ended.laatste.door) == (ToewijzingActie.BEEINDIGEN, "bram")
    assert (free.laatste, free.versie) == (None, 1)


_PEOPLE = st.sampled_from([ANNA, BRAM, LEIDER])
_STEPS = st.tuples(_PEOPLE, st.sampled_from(["anna", "bram", "leider", None]))


@given(st.lists(_STEPS, max_size=12))
def test_whatever_people_try_there_is_one_owner_and_each_change_is_one_version_with_one_line(
    steps: list[tuple[Wie, str | None]],
) -> None:
    state, told = werkstuk(), None
    for wie, aan in steps:
        before = state
        try:
            if aan is None:
                state, facts = rules.release(state, FREE, wie=wie, now=NOW)
            else:
                state, facts = rules.assign(state, ToewijzingOpgave(aan), wie=wie, now=NOW)
        except OutOfOrderError:
            continue
        for fact in facts:
            assert isinstance(fact, WerkToegewezen | WerkVrijgegeven)
            told = fact.medewerker_nr if isinstance(fact, WerkToegewezen) else None
        assert state.versie - before.versie == (state is not before)
        assert state is before or (state.laatste is not None and state.laatste.versie == state.versie)
        if not wie.leidt and before.eigenaar not in {None, wie.subject}:
            assert state.eigenaar == before.eigenaar

        assert told == (medewerker_nr(state.eigenaar) if state.eigenaar else None)
