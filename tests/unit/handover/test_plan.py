"""The plan of a household: who is in it, what is aimed at, and when a phase may end."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import product
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.handover.domain import doel as doelen
from services.handover.domain import plan as plannen
from services.handover.domain import planactie as acties
from services.handover.domain import planfase as fasen
from services.handover.domain.doel import Doel, DoelStap, DoelStatus
from services.handover.domain.overdracht import Overdracht, StapError, Status
from services.handover.domain.plan import (
    Einde,
    Evaluatie,
    Fasebesluit,
    Hoedanigheid,
    InvoerError,
    Lid,
    Omgeving,
    OnbekendError,
    Plan,
    PlanStap,
    PlanStatus,
    Regie,
)
from services.handover.domain.planactie import Afronding, NietGedaanReden, Planactie, PlanactieStap, PlanactieStatus
from services.handover.domain.planfase import EISEN, EISEN_EINDE, Eis, FaseStap, Stand, unmet
from services.handover.domain.planteksten import teksten_of, with_teksten
from shared.events.plannen import (
    PlanactieAfgerond,
    PlanactieAfgesproken,
    PlanBeeindigd,
    PlanfaseGewijzigd,
    PlanGeevalueerd,
    PlanGestart,
    PlanOvergegaan,
)
from shared.rules.codes import BestemmingSoort
from shared.rules.plancodes import MAAKT_PLAN, AfwijkReden, Fase, PlanEinde, RegieSoort

NOW = datetime(2026, 3, 2, 10, tzinfo=UTC)
LATER = NOW + timedelta(days=30)
DAG = date(2026, 4, 13)
KNOWN = frozenset({0, 2})
AROUND = Omgeving(known=KNOWN)


def overdracht(status: Status = Status.GEACCEPTEERD) -> Overdracht:
    return Overdracht(
        id=uuid4(),
        casus_id=uuid4(),
        melding_id=uuid4(),
        dienst_id=None,
        gemeente_code="0599",
        soort=BestemmingSoort.LOKAAL_VELD,
        organisatie_id="lokaal-team-0599",
        draagt_zicht=True,
        aangeboden_op=NOW,
        accepteren_uiterlijk=LATER,
        keert_terug_op=LATER,
        status=status,
    )


def lid(nr: int, **changes: object) -> Lid:
    return replace(Lid(id=uuid4(), nr=nr, hoedanigheid=Hoedanigheid.KIND), **changes)  # type: ignore[arg-type]


def begin(fase: Fase = Fase.VEILIGHEIDSPLAN) -> Fasebesluit:
    return Fasebesluit(id=uuid4(), fase=fase, vanaf=NOW, motivering="m")


def plan(*leden: Lid, **changes: object) -> Plan:
    made = Plan(
        id=uuid4(),
        overdracht_id=uuid4(),
        casus_id=uuid4(),
        melding_id=uuid4(),
        gemeente_code="0599",
        gestart_op=NOW,
        evaluatie_dag=DAG,
        leden=leden,
        fasen=(begin(),),
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def doel(lid_nr: int | None = None, **changes: object) -> Doel:
    made = Doel(id=uuid4(), fase=Fase.VEILIGHEIDSPLAN, lid_nr=lid_nr, omschrijving="d", streefdag=None, gesteld_op=NOW)
    return replace(made, **changes)  # type: ignore[arg-type]


def actie(**changes: object) -> Planactie:
    made = Planactie(
        id=uuid4(),
        fase=Fase.VEILIGHEIDSPLAN,
        doel_id=None,
        organisatie_id="ggz",
        functie=None,
        omschrijving="a",
        uiterlijk_dag=DAG,
        afgesproken_op=NOW,
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def look(at: datetime, *, direct: bool = True, stabiel: bool | None = True, **changes: object) -> Evaluatie:
    made = Evaluatie(
        id=uuid4(),
        fase=Fase.VEILIGHEIDSPLAN,
        gehouden_op=at,
        direct_veilig=direct,
        stabiel_veilig=stabiel,
        gesproken=(),
        verslag="v",
        volgende_dag=DAG,
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def directed(made: Plan) -> Plan:
    regie = Regie(id=uuid4(), soort=RegieSoort.CASUSREGIE, organisatie_id="a", functie=None, motivering="m", vanaf=NOW)
    return plannen.assign_regie(made, regie)[0]


def ready(fase: Fase = Fase.VEILIGHEIDSPLAN) -> Plan:
    """A plan of which every condition is met."""
    made = directed(plan(lid(0), lid(2), fase=fase, fasen=(begin(fase),)))
    for nr in (0, 2):
        made, _ = plannen.pose_doel(made, doel(nr))
        made, _ = plannen.settle_doel(made, made.doelen[-1].id, DoelStatus.BEHAALD, "t", now=NOW)
    return plannen.evaluate(made, look(NOW))[0]


# --- tables ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("table", "states", "steps"),
    [
        (plannen.TRANSITIONS, PlanStatus, PlanStap),
        (fasen.TRANSITIONS, Fase, FaseStap),
        (doelen.TRANSITIONS, DoelStatus, DoelStap),
        (acties.TRANSITIONS, PlanactieStatus, PlanactieStap),
    ],
)
def test_every_state_has_an_answer_to_every_step(table: object, states: type, steps: type) -> None:
    assert set(table) == set(product(states, steps))  # type: ignore[call-overload]


def test_every_way_between_phases_says_what_it_demands_and_every_condition_has_words() -> None:
    ways = {(before, after) for (before, _), after in fasen.TRANSITIONS.items() if after}

    assert set(EISEN) == ways
    assert set(fasen.EIS_NL) == set(Eis)
    assert {*EISEN_EINDE, *(eis for eisen in EISEN.values() for eis in eisen)} == set(Eis)


def test_every_kind_of_receiver_makes_a_plan_or_does_not() -> None:
    assert set(MAAKT_PLAN) == set(BestemmingSoort)
    assert MAAKT_PLAN[BestemmingSoort.LOKAAL_VELD]
    assert not MAAKT_PLAN[BestemmingSoort.VEILIG_THUIS_ELDERS]


def test_a_phase_is_never_passed_over_and_going_back_demands_nothing() -> None:
    assert fasen.TRANSITIONS[Fase.VEILIGHEIDSPLAN, FaseStap.NAAR_HERSTEL] is None
    assert [EISEN[fase, Fase.VEILIGHEIDSPLAN] for fase in (Fase.HULPVERLENINGSPLAN, Fase.HERSTELPLAN)] == [(), ()]


def stand(*, wrong: Eis | None = None) -> Stand:
    return Stand(
        fase=Fase.VEILIGHEIDSPLAN if wrong is Eis.HERSTELFASE_BEREIKT else Fase.HERSTELPLAN,
        casusregie=wrong is not Eis.CASUSREGIE_BELEGD,
        leden_buiten_beeld=int(wrong is Eis.ELK_LID_IN_BEELD),
        open_doelen=int(wrong is Eis.DOELEN_AFGEROND),
        open_voorwaarden=int(wrong is Eis.VOORWAARDEN_NAGEKOMEN),
        direct_veilig=wrong is not Eis.DIRECT_VEILIG,
        stabiel_veilig=wrong is not Eis.STABIEL_VEILIG,
    )


@pytest.mark.parametrize("wrong", list(Eis))
def test_each_condition_looks_at_its_own_part_of_how_a_plan_stands(wrong: Eis) -> None:
    assert unmet(tuple(Eis), stand()) == ()
    assert unmet(tuple(Eis), stand(wrong=wrong)) == (wrong,)


# --- beginning ---------------------------------------------------------------------------------------------------


def test_a_plan_begins_under_an_accepted_overdracht_and_tells_until_when_it_is_evaluated() -> None:
    accepted, new = overdracht(), plan(lid(0), lid(2))

    made, (fact,) = plannen.start(accepted, new, known=KNOWN)

    assert made is new
    assert isinstance(fact, PlanGestart)
    assert (fact.overdracht_id, fact.fase, fact.evaluatie_dag) == (accepted.id, Fase.VEILIGHEIDSPLAN, DAG)


@pytest.mark.parametrize("status", sorted(set(Status) - plannen.HEEFT_HET_GEZIN))
def test_no_plan_is_made_under_an_overdracht_that_nobody_accepted(status: Status) -> None:
    with pytest.raises(StapError):
        plannen.start(overdracht(status), plan(), known=KNOWN)


@pytest.mark.parametrize(
    ("leden", "plaats"),
    [
        ((lid(1),), "/leden/0/nr"),
        ((lid(0), lid(2), lid(0)), "/leden/2/nr"),
        ((lid(0), lid(2, eigen_doelen=False)), "/leden/1/toelichting"),
    ],
)
def test_a_member_that_cannot_be_is_refused_at_his_place(leden: tuple[Lid, ...], plaats: str) -> None:
    with pytest.raises(InvoerError) as told:
        plannen.start(overdracht(), plan(*leden), known=KNOWN)

    assert told.value.plaats == plaats


def test_of_a_melding_whose_people_were_never_told_any_place_is_taken() -> None:
    made, _ = plannen.start(overdracht(), plan(lid(7)), known=frozenset())

    assert made.leden[0].nr == 7


# --- members, goals, actions -------------------------------------------------------------------------------------


def test_a_member_takes_the_place_of_what_was_known_of_him_and_again_changes_nothing() -> None:
    first, other = lid(0), lid(2)
    before = plan(other)
    added, _ = plannen.put_lid(before, first, known=KNOWN)
    again, _ = plannen.put_lid(added, first, known=KNOWN)
    grown, _ = plannen.put_lid(added, replace(first, hoedanigheid=Hoedanigheid.VOLWASSENE), known=KNOWN)

    assert again is added
    assert (added.versie, grown.versie) == (2, 3)
    assert [(one.nr, one.hoedanigheid) for one in grown.leden] == [
        (0, Hoedanigheid.VOLWASSENE),
        (2, Hoedanigheid.KIND),
    ]


def test_a_goal_is_of_the_phase_that_runs_and_of_a_member_or_the_household() -> None:
    running = plan(lid(0), fase=Fase.HERSTELPLAN)
    made, _ = plannen.pose_doel(running, doel(0))
    made, _ = plannen.pose_doel(made, doel())

    assert {one.fase for one in made.doelen} == {Fase.HERSTELPLAN}
    with pytest.raises(InvoerError):
        plannen.pose_doel(made, doel(1))


def test_what_became_of_a_goal_stays_until_it_is_opened_again() -> None:
    made, _ = plannen.pose_doel(plan(), doel())
    goal = made.doelen[0].id
    done, _ = plannen.settle_doel(made, goal, DoelStatus.BEHAALD, "t", now=LATER)
    again, _ = plannen.settle_doel(done, goal, DoelStatus.BEHAALD, "t", now=LATER)

    assert again is done
    assert (done.doelen[0].afgerond_op, done.doelen[0].toelichting) == (LATER, "t")
    with pytest.raises(StapError):
        plannen.settle_doel(done, goal, DoelStatus.NIET_BEHAALD, "u", now=LATER)
    opened, _ = plannen.settle_doel(done, goal, DoelStatus.OPEN, "u", now=LATER)
    assert (opened.doelen[0].is_open, opened.doelen[0].afgerond_op) == (True, None)
    with pytest.raises(OnbekendError):
        plannen.settle_doel(done, uuid4(), DoelStatus.BEHAALD, "t", now=LATER)


def test_an_action_is_told_when_it_is_agreed_and_once_more_when_it_is_done() -> None:
    made, (agreed,) = plannen.agree_actie(plan(), actie())
    afronding = Afronding(gedaan=True, reden=None, toelichting=None)
    done, (finished,) = plannen.finish_actie(made, made.acties[0].id, afronding, now=LATER)
    again, told = plannen.finish_actie(done, made.acties[0].id, afronding, now=LATER)

    assert isinstance(agreed, PlanactieAfgesproken)
    assert isinstance(finished, PlanactieAfgerond)
    assert (finished.gedaan, finished.afgerond_op, done.acties[0].status) == (True, LATER, PlanactieStatus.GEDAAN)
    assert (again is done, told) == (True, ())
    with pytest.raises(OnbekendError):
        plannen.finish_actie(made, uuid4(), afronding, now=LATER)
    with pytest.raises(InvoerError):
        plannen.agree_actie(made, actie(doel_id=uuid4()))


@pytest.mark.parametrize(("gedaan", "reden"), [(False, None), (True, NietGedaanReden.ANDERS)])
def test_a_reason_stands_at_an_action_that_was_not_done_and_nowhere_else(
    gedaan: bool, reden: NietGedaanReden | None
) -> None:
    made, _ = plannen.agree_actie(plan(), actie())

    with pytest.raises(InvoerError):
        plannen.finish_actie(made, made.acties[0].id, Afronding(gedaan, reden, None), now=LATER)


def test_who_directed_before_stays_in_the_history_and_one_directs_at_a_time() -> None:
    first = directed(plan())
    other = replace(first.regie[0], id=uuid4(), organisatie_id="b", vanaf=LATER)
    after, _ = plannen.assign_regie(first, other)
    process, _ = plannen.assign_regie(after, replace(other, id=uuid4(), soort=RegieSoort.PROCESREGIE))
    same, _ = plannen.assign_regie(after, replace(other, id=uuid4(), vanaf=LATER + timedelta(days=1)))

    assert [(one.organisatie_id, one.tot) for one in after.regie] == [("a", LATER), ("b", None)]
    assert (after.director(RegieSoort.CASUSREGIE), after.director(RegieSoort.PROCESREGIE)) == (after.regie[1], None)
    assert process.director(RegieSoort.CASUSREGIE) == after.regie[1]
    assert same is after


# --- evaluating --------------------------------------------------------------------------------------------------


def test_an_evaluation_says_when_it_is_done_again_and_one_of_before_does_not_move_that_day() -> None:
    newer, (fact,) = plannen.evaluate(plan(), look(LATER, volgende_dag=date(2026, 6, 1)))
    both, _ = plannen.evaluate(newer, look(NOW, volgende_dag=date(2026, 3, 30)))

    assert isinstance(fact, PlanGeevalueerd)
    assert (fact.evaluatie_dag, fact.direct_veilig) == (date(2026, 6, 1), True)
    assert both.evaluatie_dag == date(2026, 6, 1)
    assert [one.gehouden_op for one in both.evaluaties] == [NOW, LATER]


@pytest.mark.parametrize(
    ("evaluatie", "plaats"),
    [
        (look(NOW, direct=False, stabiel=True), "/stabielVeilig"),
        (look(NOW - timedelta(days=1)), "/gehoudenOp"),
        (look(NOW, gesproken=(0, 5)), "/gesproken/1"),
    ],
)
def test_an_evaluation_that_cannot_be_is_refused_at_its_place(evaluatie: Evaluatie, plaats: str) -> None:
    with pytest.raises(InvoerError) as told:
        plannen.evaluate(plan(lid(0)), evaluatie)

    assert told.value.plaats == plaats


# --- phases ------------------------------------------------------------------------------------------------------


def besluit(fase: Fase, reden: AfwijkReden | None = None) -> Fasebesluit:
    return Fasebesluit(id=uuid4(), fase=fase, vanaf=LATER, motivering="verder", reden=reden)


def test_a_phase_ends_when_its_conditions_are_met_and_the_history_says_so() -> None:
    after, (fact,) = plannen.change_fase(ready(), besluit(Fase.HULPVERLENINGSPLAN), AROUND)

    assert isinstance(fact, PlanfaseGewijzigd)
    assert (fact.fase, fact.afgeweken, after.fase) == (Fase.HULPVERLENINGSPLAN, False, Fase.HULPVERLENINGSPLAN)
    assert [one.fase for one in after.fasen] == [Fase.VEILIGHEIDSPLAN, Fase.HULPVERLENINGSPLAN]
    assert after.fase_sinds == LATER


def test_a_reason_that_was_not_needed_is_not_kept_as_a_deviation() -> None:
    wanted = besluit(Fase.HULPVERLENINGSPLAN, AfwijkReden.WACHTLIJST)

    after, _ = plannen.change_fase(ready(), wanted, AROUND)

    assert (after.fasen[-1].reden, after.fasen[-1].niet_voldaan) == (None, ())


def test_what_is_not_met_stops_a_phase_unless_there_is_a_reason_which_stays_visible() -> None:
    with pytest.raises(StapError, match="casusregie"):
        plannen.change_fase(plan(lid(0)), besluit(Fase.HULPVERLENINGSPLAN), AROUND)

    wanted = besluit(Fase.HULPVERLENINGSPLAN, AfwijkReden.WACHTLIJST)
    after, (fact,) = plannen.change_fase(plan(lid(0)), wanted, AROUND)
    assert isinstance(fact, PlanfaseGewijzigd)
    assert fact.afgeweken
    assert after.fasen[-1].reden is AfwijkReden.WACHTLIJST
    assert set(after.fasen[-1].niet_voldaan) == {Eis.CASUSREGIE_BELEGD, Eis.ELK_LID_IN_BEELD, Eis.DIRECT_VEILIG}


def test_a_reason_makes_no_phase_that_does_not_follow() -> None:
    with pytest.raises(StapError):
        plannen.change_fase(ready(), besluit(Fase.HERSTELPLAN, AfwijkReden.ANDERS), AROUND)


def test_new_violence_takes_a_plan_back_to_safety_whatever_is_open() -> None:
    running, _ = plannen.pose_doel(ready(Fase.HERSTELPLAN), doel())

    after, (fact,) = plannen.change_fase(running, besluit(Fase.VEILIGHEIDSPLAN), AROUND)

    assert isinstance(fact, PlanfaseGewijzigd)
    assert (after.fase, fact.afgeweken) == (Fase.VEILIGHEIDSPLAN, False)


def test_the_same_decision_again_changes_nothing() -> None:
    after, _ = plannen.change_fase(ready(), besluit(Fase.HULPVERLENINGSPLAN), AROUND)

    again, told = plannen.change_fase(after, besluit(Fase.HULPVERLENINGSPLAN), AROUND)

    assert (again is after, told) == (True, ())


def test_what_was_said_in_an_earlier_phase_says_nothing_of_the_one_that_runs() -> None:
    second, _ = plannen.change_fase(ready(), besluit(Fase.HULPVERLENINGSPLAN), AROUND)

    now = plannen.stand_of(second, Omgeving(known=KNOWN))

    assert (now.direct_veilig, now.stabiel_veilig, now.leden_buiten_beeld) == (False, False, 2)


def test_somebody_whom_the_melding_is_about_and_who_is_in_no_plan_is_out_of_sight() -> None:
    made, _ = plannen.pose_doel(plan(lid(0)), doel(0))

    assert plannen.stand_of(made, Omgeving(known=KNOWN)).leden_buiten_beeld == 1
    assert plannen.stand_of(made, Omgeving(known=frozenset({0}))).leden_buiten_beeld == 0
    assert plannen.stand_of(plan(), Omgeving(known=frozenset())).leden_buiten_beeld == 1


def test_a_goal_of_the_household_is_none_of_a_child() -> None:
    made, _ = plannen.pose_doel(plan(lid(0)), doel())
    excused = plan(lid(0, eigen_doelen=False, toelichting="volgt school"))

    assert plannen.stand_of(made, Omgeving(known=frozenset({0}))).leden_buiten_beeld == 1
    assert plannen.stand_of(excused, Omgeving(known=frozenset({0}))).leden_buiten_beeld == 0


@given(looks=st.lists(st.tuples(st.booleans(), st.booleans()), max_size=5))
def test_the_last_evaluation_of_a_phase_says_whether_it_is_safe(looks: list[tuple[bool, bool]]) -> None:
    made = plan()
    for hours, (direct, stabiel) in enumerate(looks):
        at = NOW + timedelta(hours=hours)
        made, _ = plannen.evaluate(made, look(at, direct=direct, stabiel=direct and stabiel))

    now = plannen.stand_of(made, Omgeving(known=frozenset()))

    last = looks[-1] if looks else (False, False)
    assert (now.direct_veilig, now.stabiel_veilig) == (last[0], last[0] and last[1])


# --- ending ------------------------------------------------------------------------------------------------------


def einde(uitkomst: PlanEinde = PlanEinde.DOELEN_BEREIKT, reden: AfwijkReden | None = None) -> Einde:
    return Einde(uitkomst=uitkomst, bereikt="rust", reden=reden)


def test_a_plan_ends_after_recovery_with_what_was_reached_and_what_was_open_lapses() -> None:
    running, _ = plannen.agree_actie(ready(Fase.HERSTELPLAN), actie())

    after, (fact,) = plannen.end(running, einde(), AROUND, now=LATER)

    assert isinstance(fact, PlanBeeindigd)
    assert (fact.einde, fact.fase, fact.afgeweken) == (PlanEinde.DOELEN_BEREIKT, Fase.HERSTELPLAN, False)
    assert (after.status, after.beeindigd_op) == (PlanStatus.BEEINDIGD, LATER)
    assert {one.status for one in after.acties} == {PlanactieStatus.VERVALLEN}
    assert {one.tot for one in after.regie} == {LATER}


def test_a_plan_that_ends_before_recovery_needs_a_reason() -> None:
    with pytest.raises(StapError, match="herstelplan"):
        plannen.end(ready(), einde(PlanEinde.VERHUISD), AROUND, now=LATER)

    after, (fact,) = plannen.end(ready(), einde(PlanEinde.VERHUISD, AfwijkReden.ANDERS), AROUND, now=LATER)
    assert isinstance(fact, PlanBeeindigd)
    assert fact.afgeweken
    assert after.einde
    assert after.einde.niet_voldaan == (Eis.HERSTELFASE_BEREIKT,)


@pytest.mark.parametrize("became", [DoelStatus.DEELS_BEHAALD, DoelStatus.NIET_BEHAALD])
def test_goals_that_were_not_reached_are_not_said_to_be(became: DoelStatus) -> None:
    running, _ = plannen.pose_doel(ready(Fase.HERSTELPLAN), doel())
    running, _ = plannen.settle_doel(running, running.doelen[-1].id, became, "t", now=NOW)

    with pytest.raises(StapError):
        plannen.end(running, einde(), AROUND, now=LATER)
    after, _ = plannen.end(running, einde(PlanEinde.DEELS_BEREIKT), AROUND, now=LATER)
    assert after.status is PlanStatus.BEEINDIGD


def test_a_plan_that_was_given_back_waits_and_who_takes_over_goes_on_with_it() -> None:
    running = ready()
    waiting = plannen.give_back(running)
    after, (fact,) = plannen.take_over(waiting, now=LATER)

    assert (waiting.status, waiting.versie, plannen.give_back(waiting) is waiting) == (
        *(PlanStatus.WACHTEND, running.versie + 1, True),
    )
    assert isinstance(fact, PlanOvergegaan)
    assert (after.status, fact.overdracht_id) == (PlanStatus.LOPEND, running.overdracht_id)
    assert plannen.take_over(running, now=LATER) == (running, ())
    with pytest.raises(StapError, match="teruggegeven"):
        plannen.pose_doel(waiting, doel())


@pytest.mark.parametrize(
    ("status", "receiver", "may"),
    [
        (PlanStatus.LOPEND, True, True),
        (PlanStatus.LOPEND, False, False),
        (PlanStatus.WACHTEND, True, False),
        (PlanStatus.WACHTEND, False, True),
    ],
)
def test_a_plan_is_ended_by_who_has_the_family(status: PlanStatus, receiver: bool, may: bool) -> None:
    made = plan(status=status)

    if may:
        plannen.check_who_ends(made, receiver=receiver)
    else:
        with pytest.raises(StapError):
            plannen.check_who_ends(made, receiver=receiver)


def test_of_a_plan_that_has_ended_nothing_changes_any_more() -> None:
    ended, _ = plannen.end(ready(Fase.HERSTELPLAN), einde(), AROUND, now=LATER)
    again, told = plannen.end(ended, einde(), AROUND, now=LATER)
    steps = (
        lambda: plannen.put_lid(ended, lid(0), known=KNOWN),
        lambda: plannen.pose_doel(ended, doel()),
        lambda: plannen.settle_doel(ended, ended.doelen[0].id, DoelStatus.OPEN, "t", now=LATER),
        lambda: plannen.agree_actie(ended, actie()),
        lambda: directed(ended),
        lambda: plannen.evaluate(ended, look(LATER)),
        lambda: plannen.change_fase(ended, besluit(Fase.VEILIGHEIDSPLAN), AROUND),
        lambda: plannen.end(ended, einde(PlanEinde.VERHUISD), AROUND, now=LATER),
    )

    assert (again is ended, told) == (True, ())
    for step in steps:
        with pytest.raises(StapError):
            step()


# --- texts -------------------------------------------------------------------------------------------------------


def test_every_text_of_a_plan_can_be_cut() -> None:
    made = ready(Fase.HERSTELPLAN)
    made, _ = plannen.put_lid(made, lid(0, eigen_doelen=False, toelichting="GEHEIM"), known=KNOWN)
    made, _ = plannen.pose_doel(made, doel(omschrijving="GEHEIM"))
    made, _ = plannen.settle_doel(made, made.doelen[-1].id, DoelStatus.VERVALLEN, "GEHEIM", now=NOW)
    made, _ = plannen.agree_actie(made, actie(omschrijving="GEHEIM", functie="GEHEIM"))
    said = Afronding(gedaan=False, reden=NietGedaanReden.ANDERS, toelichting="GEHEIM")
    made, _ = plannen.finish_actie(made, made.acties[0].id, said, now=NOW)
    regie = Regie(
        id=uuid4(),
        soort=RegieSoort.PROCESREGIE,
        organisatie_id="o",
        functie="GEHEIM",
        motivering="GEHEIM",
        vanaf=NOW,
    )
    made, _ = plannen.assign_regie(made, regie)
    made, _ = plannen.evaluate(made, look(NOW, verslag="GEHEIM"))
    made = replace(made, fasen=(replace(made.fasen[0], motivering="GEHEIM"),))
    made, _ = plannen.end(made, Einde(uitkomst=PlanEinde.DEELS_BEREIKT, bereikt="GEHEIM"), AROUND, now=LATER)

    cut = with_teksten(made, [text.replace("GEHEIM", "…") for text in teksten_of(made)])

    assert teksten_of(made).count("GEHEIM") == 11
    assert "GEHEIM" not in str(cut)
    with pytest.raises(ValueError, match="as many"):
        with_teksten(made, ["een"])
