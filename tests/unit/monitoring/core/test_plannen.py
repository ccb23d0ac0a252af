"""The clocks and counts of phased care: the plan in time, evaluated again and again, and its actions."""

import random
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st

from services.monitoring.domain.fold import CasusState, fold
from services.monitoring.domain.kpis import Meting, contributions
from services.monitoring.domain.plannen import HEARD
from services.monitoring.domain.termijnen import Termijn
from shared.events import plannen as facts
from shared.events import volgen
from shared.events.overdragen import OverdrachtTeruggegeven, ZichtOvergegaan
from shared.events.payloads import Fact, OverdrachtGeaccepteerd
from shared.rules.behandelcodes import VoorwaardeStatus
from shared.rules.codes import BestemmingSoort, TermijnSoort, Uitkomst
from shared.rules.overdrachtcodes import TeruggaveReden
from shared.rules.plancodes import Fase, PlanEinde
from shared.rules.settings import DEFAULT_SETTINGS
from shared.rules.volgcodes import ContactWijze, PogingUitkomst
from tests.unit.monitoring.core import builders
from tests.unit.monitoring.core.builders import Chain, ams

MONDAY = ams("2026-03-02 10:00")
DAG = date(2026, 4, 13)
MARCH, APRIL = date(2026, 3, 1), date(2026, 4, 1)


@dataclass
class PlannedChain(Chain):
    """A casus with a plan: each method is one fact, as in ``Chain``."""

    def neem_over(self, melding_id: UUID, at: datetime, *, plan_verwacht: bool = True) -> UUID:
        overdracht_id = builders.new_id()
        payload = OverdrachtGeaccepteerd(
            overdracht_id=overdracht_id,
            melding_id=melding_id,
            dienst_id=None,
            gemeente_code=self.gemeente_code,
            soort=BestemmingSoort.LOKAAL_VELD,
            organisatie_id="lokaal-team-0599",
            draagt_zicht=True,
            geaccepteerd_op=at,
            plan_verwacht=plan_verwacht,
        )
        self.add(payload, at)
        return overdracht_id

    def plan(self, melding_id: UUID, at: datetime, *, overdracht_id: UUID | None = None, dag: date = DAG) -> UUID:
        plan_id = builders.new_id()
        payload = facts.PlanGestart(
            plan_id=plan_id,
            overdracht_id=overdracht_id or builders.new_id(),
            melding_id=melding_id,
            gemeente_code=self.gemeente_code,
            fase=Fase.VEILIGHEIDSPLAN,
            gestart_op=at,
            evaluatie_dag=dag,
        )
        self.add(payload, at)
        return plan_id

    def fase(self, melding_id: UUID, plan_id: UUID, at: datetime, fase: Fase, *, afgeweken: bool = False) -> None:
        payload = facts.PlanfaseGewijzigd(
            plan_id=plan_id,
            melding_id=melding_id,
            gemeente_code=self.gemeente_code,
            fase=fase,
            afgeweken=afgeweken,
            gewijzigd_op=at,
        )
        self.add(payload, at)

    def evalueer(
        self,
        melding_id: UUID,
        plan_id: UUID,
        at: datetime,
        dag: date,
        *,
        direct: bool = True,
        stabiel: bool | None = None,
    ) -> None:
        payload = facts.PlanGeevalueerd(
            plan_id=plan_id,
            melding_id=melding_id,
            gemeente_code=self.gemeente_code,
            fase=Fase.VEILIGHEIDSPLAN,
            direct_veilig=direct,
            stabiel_veilig=stabiel,
            geevalueerd_op=at,
            evaluatie_dag=dag,
        )
        self.add(payload, at)

    def eindig(self, melding_id: UUID, plan_id: UUID, at: datetime) -> None:
        payload = facts.PlanBeeindigd(
            plan_id=plan_id,
            melding_id=melding_id,
            gemeente_code=self.gemeente_code,
            fase=Fase.HERSTELPLAN,
            einde=PlanEinde.DOELEN_BEREIKT,
            afgeweken=False,
            beeindigd_op=at,
        )
        self.add(payload, at)

    def actie(self, melding_id: UUID, plan_id: UUID, at: datetime, dag: date) -> UUID:
        actie_id = builders.new_id()
        payload = facts.PlanactieAfgesproken(
            planactie_id=actie_id,
            plan_id=plan_id,
            melding_id=melding_id,
            gemeente_code=self.gemeente_code,
            afgesproken_op=at,
            uiterlijk_dag=dag,
        )
        self.add(payload, at)
        return actie_id

    def actie_af(self, melding_id: UUID, plan_id: UUID, actie_id: UUID, at: datetime, *, gedaan: bool = True) -> None:
        payload = facts.PlanactieAfgerond(
            planactie_id=actie_id, plan_id=plan_id, melding_id=melding_id, gedaan=gedaan, afgerond_op=at
        )
        self.add(payload, at)


def started() -> tuple[PlannedChain, UUID]:
    chain = PlannedChain()
    return chain, chain.melding(MONDAY)


def folded(chain: PlannedChain) -> CasusState:
    return fold(chain.facts, DEFAULT_SETTINGS)


def clocks(chain: PlannedChain, soort: TermijnSoort) -> list[Termijn]:
    found = [clock for clock in folded(chain).termijnen if clock.soort is soort]
    return sorted(found, key=lambda clock: clock.start)


def counted(chain: PlannedChain, *names: str) -> dict[tuple[date, str, str], int]:
    return {
        (key.dag, key.naam, key.waarde): aantal
        for key, aantal in contributions(folded(chain)).items()
        if key.meting == Meting.TELLING and key.naam in names
    }


def test_every_fact_of_phased_care_is_kept() -> None:
    modules = (facts, volgen)
    every = {made for module in modules for made in vars(module).values() if isinstance(made, type)}
    told = {made for made in every if issubclass(made, Fact)} - {Fact}

    assert told == HEARD


# --- making ------------------------------------------------------------------------------------------------------


def test_who_accepts_a_casus_has_ten_working_days_to_make_the_plan() -> None:
    chain, melding = started()
    overdracht = chain.neem_over(melding, MONDAY)
    (waiting,) = clocks(chain, TermijnSoort.PLAN_MAKEN)

    chain.plan(melding, MONDAY + timedelta(days=3), overdracht_id=overdracht)

    (clock,) = clocks(chain, TermijnSoort.PLAN_MAKEN)
    assert (waiting.start, waiting.uiterlijk, waiting.is_open) == (MONDAY, ams("2026-03-17 00:00"), True)
    assert (clock.id, clock.gestopt_op, clock.in_time) == (waiting.id, MONDAY + timedelta(days=3), True)


def test_the_plan_of_another_receiver_is_not_that_of_this_one() -> None:
    chain, melding = started()
    chain.neem_over(melding, MONDAY)

    chain.plan(melding, MONDAY + timedelta(days=3))

    (clock,) = clocks(chain, TermijnSoort.PLAN_MAKEN)
    assert clock.is_open


def test_who_takes_over_a_plan_has_one_and_who_gave_back_need_make_none() -> None:
    chain, melding = started()
    first = chain.neem_over(melding, MONDAY)
    back = OverdrachtTeruggegeven(
        overdracht_id=first,
        melding_id=melding,
        gemeente_code=chain.gemeente_code,
        reden=TeruggaveReden.GEEN_CAPACITEIT,
        teruggegeven_op=MONDAY + timedelta(days=1),
    )
    chain.add(back, MONDAY + timedelta(days=1))
    second = chain.neem_over(melding, MONDAY + timedelta(days=2))
    chain.add(
        facts.PlanOvergegaan(
            plan_id=builders.new_id(),
            overdracht_id=second,
            melding_id=melding,
            gemeente_code=chain.gemeente_code,
            overgegaan_op=MONDAY + timedelta(days=2),
        ),
        MONDAY + timedelta(days=2),
    )

    ended = [(clock.gestopt_op, clock.vervallen) for clock in clocks(chain, TermijnSoort.PLAN_MAKEN)]

    assert ended == [(MONDAY + timedelta(days=1), True), (MONDAY + timedelta(days=2), False)]


def passed(chain: PlannedChain, overdracht_id: UUID, at: datetime, *, back: bool) -> None:
    payload = ZichtOvergegaan(
        overdracht_id=overdracht_id,
        melding_id=builders.new_id(),
        gemeente_code=chain.gemeente_code,
        organisatie_id="vtrr" if back else "lokaal-team-0599",
        bij_veilig_thuis=back,
        overgegaan_op=at,
        plan_uiterlijk=None if back else at + timedelta(days=14),
    )
    chain.add(payload, at)


def test_who_takes_sight_of_safety_later_makes_a_plan_from_then_and_who_gives_it_back_need_make_none() -> None:
    chain, melding = started()
    overdracht = chain.neem_over(melding, MONDAY, plan_verwacht=False)
    days = [MONDAY + timedelta(days=number) for number in range(1, 4)]
    for number, at in enumerate(days):
        passed(chain, overdracht, at, back=number == 1)

    ended, running = clocks(chain, TermijnSoort.PLAN_MAKEN)

    assert (ended.start, ended.gestopt_op, ended.vervallen) == (days[0], days[1], True)
    assert (running.start, running.ref_id, running.is_open) == (days[2], overdracht, True)
    assert running.id != ended.id


def test_who_accepted_and_gave_sight_of_safety_back_need_make_no_plan() -> None:
    chain, melding = started()
    overdracht = chain.neem_over(melding, MONDAY)
    passed(chain, overdracht, MONDAY + timedelta(days=1), back=True)

    (clock,) = clocks(chain, TermijnSoort.PLAN_MAKEN)

    assert (clock.gestopt_op, clock.vervallen) == (MONDAY + timedelta(days=1), True)


def test_of_what_was_accepted_before_there_were_plans_none_is_asked() -> None:
    chain, melding = started()

    chain.neem_over(melding, MONDAY, plan_verwacht=False)

    assert clocks(chain, TermijnSoort.PLAN_MAKEN) == []


def test_after_a_preventieve_zorgmelding_nobody_is_asked_for_a_plan_but_after_another_besluit_he_is() -> None:
    for uitkomst, asked in ((Uitkomst.PREVENTIEVE_ZORGMELDING, 0), (Uitkomst.OVERDRACHT, 1)):
        chain, melding = started()
        chain.besluit(melding, MONDAY, uitkomst)
        chain.neem_over(melding, MONDAY + timedelta(hours=1))

        assert len(clocks(chain, TermijnSoort.PLAN_MAKEN)) == asked, uitkomst


# --- evaluating --------------------------------------------------------------------------------------------------


def test_a_plan_is_evaluated_by_the_day_that_was_agreed_and_again_by_the_next() -> None:
    chain, melding = started()
    plan = chain.plan(melding, MONDAY)
    chain.evalueer(melding, plan, ams("2026-04-20 10:00"), date(2026, 6, 1))

    first, second = clocks(chain, TermijnSoort.PLAN_EVALUATIE)

    assert (first.uiterlijk, first.in_time) == (ams("2026-04-14 00:00"), False)
    assert (second.start, second.uiterlijk) == (ams("2026-04-20 10:00"), ams("2026-06-02 00:00"))
    assert second.is_open


def test_the_end_of_a_plan_ends_what_was_to_be_evaluated_and_done() -> None:
    chain, melding = started()
    plan = chain.plan(melding, MONDAY)
    chain.actie(melding, plan, MONDAY, DAG)
    chain.eindig(melding, plan, MONDAY + timedelta(days=1))
    chain.evalueer(melding, plan, MONDAY + timedelta(days=2), date(2026, 6, 1))

    (look,) = clocks(chain, TermijnSoort.PLAN_EVALUATIE)
    (actie,) = clocks(chain, TermijnSoort.PLANACTIE)

    assert (look.gestopt_op, actie.gestopt_op) == (MONDAY + timedelta(days=1),) * 2
    assert actie.vervallen


def test_an_action_that_was_not_done_leaves_no_alarm_and_one_that_was_is_in_time_or_late() -> None:
    chain, melding = started()
    plan = chain.plan(melding, MONDAY)
    for at, gedaan in ((1, True), (60, True), (2, False)):
        actie = chain.actie(melding, plan, MONDAY, DAG)
        chain.actie_af(melding, plan, actie, MONDAY + timedelta(days=at), gedaan=gedaan)
    chain.actie(melding, plan, MONDAY, DAG)

    ended = sorted((clock.is_open, clock.vervallen, clock.in_time) for clock in clocks(chain, TermijnSoort.PLANACTIE))

    assert ended == [(False, False, False), (False, False, True), (False, True, True), (True, False, False)]
    assert counted(chain, "planactiesPerAfloop") == {
        (MARCH, "planactiesPerAfloop", "op-tijd"): 1,
        (MARCH, "planactiesPerAfloop", "te-laat"): 1,
        (MARCH, "planactiesPerAfloop", "niet-gedaan"): 1,
    }


def test_the_clocks_of_a_plan_run_on_when_the_casus_is_closed() -> None:
    chain, melding = started()
    chain.besluit(melding, MONDAY, Uitkomst.GEEN_VERVOLG)
    chain.plan(melding, MONDAY)

    assert folded(chain).closing is not None
    assert [clock.is_open for clock in clocks(chain, TermijnSoort.PLAN_EVALUATIE)] == [True]


# --- counting ----------------------------------------------------------------------------------------------------


def test_plans_are_counted_in_each_phase_that_they_reach_and_by_what_they_ended_with() -> None:
    chain, melding = started()
    plan = chain.plan(melding, MONDAY)
    chain.fase(melding, plan, ams("2026-04-02 10:00"), Fase.HULPVERLENINGSPLAN, afgeweken=True)
    chain.evalueer(melding, plan, MONDAY, DAG, direct=False)
    chain.evalueer(melding, plan, MONDAY, DAG)
    chain.evalueer(melding, plan, MONDAY, DAG, stabiel=True)
    chain.eindig(melding, plan, ams("2026-04-03 10:00"))

    names = ("plannenPerFase", "planfasenMetAfwijking", "plannenPerEinde", "planevaluatiesPerVeiligheid")
    assert counted(chain, *names) == {
        (MARCH, "plannenPerFase", "veiligheidsplan"): 1,
        (APRIL, "plannenPerFase", "hulpverleningsplan"): 1,
        (APRIL, "planfasenMetAfwijking", "hulpverleningsplan"): 1,
        (APRIL, "plannenPerEinde", "doelen-bereikt"): 1,
        (MARCH, "planevaluatiesPerVeiligheid", "niet-direct-veilig"): 1,
        (MARCH, "planevaluatiesPerVeiligheid", "direct-veilig"): 1,
        (MARCH, "planevaluatiesPerVeiligheid", "stabiel-veilig"): 1,
    }


def test_attempts_at_contact_and_what_receivers_found_are_counted_each_once() -> None:
    chain, melding = started()
    place = {"melding_id": melding, "gemeente_code": chain.gemeente_code, "overdracht_id": builders.new_id()}
    for uitkomst in (PogingUitkomst.GEEN_GEHOOR, PogingUitkomst.GEEN_GEHOOR, PogingUitkomst.AFGEWEZEN):
        poging = volgen.ContactpogingGedaan(
            contactpoging_id=builders.new_id(),
            wijze=ContactWijze.TELEFOON,
            uitkomst=uitkomst,
            tijdstip=MONDAY,
            **place,  # type: ignore[arg-type]
        )
        chain.add(poging, MONDAY)
        chain.add(poging, MONDAY)
    look = volgen.VoorwaardeGevolgd(
        controle_id=builders.new_id(),
        voorwaarde_id=builders.new_id(),
        dienst_id=builders.new_id(),
        status=VoorwaardeStatus.NIET_NAGEKOMEN,
        nagegaan_op=ams("2026-04-02 10:00"),
        **place,  # type: ignore[arg-type]
    )
    chain.add(look, MONDAY)

    assert counted(chain, "contactpogingenPerUitkomst", "voorwaardenGevolgdPerStatus") == {
        (MARCH, "contactpogingenPerUitkomst", "geen-gehoor"): 2,
        (MARCH, "contactpogingenPerUitkomst", "afgewezen"): 1,
        (APRIL, "voorwaardenGevolgdPerStatus", "niet-nagekomen"): 1,
    }


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 2**32))
def test_in_whatever_order_and_however_often_the_facts_come_the_clocks_and_counts_are_the_same(seed: int) -> None:
    rnd = random.Random(seed)
    chain, melding = started()

    def soon() -> datetime:
        return MONDAY + timedelta(hours=rnd.randrange(24 * 60))

    def day() -> date:
        return (soon() + timedelta(days=rnd.randrange(40))).astimezone(UTC).date()

    for _ in range(rnd.randrange(1, 3)):
        overdracht = chain.neem_over(melding, soon(), plan_verwacht=rnd.random() < 0.8)
        plan = chain.plan(melding, soon(), overdracht_id=overdracht, dag=day())
        for _ in range(rnd.randrange(4)):
            chain.evalueer(melding, plan, soon(), day(), direct=rnd.random() < 0.5)
            chain.fase(melding, plan, soon(), rnd.choice(list(Fase)), afgeweken=rnd.random() < 0.5)
            actie = chain.actie(melding, plan, soon(), day())
            if rnd.random() < 0.7:
                chain.actie_af(melding, plan, actie, soon(), gedaan=rnd.random() < 0.7)
        if rnd.random() < 0.5:
            chain.eindig(melding, plan, soon())

    whole = folded(chain)
    mixed = [*chain.facts, *rnd.sample(chain.facts, len(chain.facts) // 2)]
    rnd.shuffle(mixed)
    again = fold(mixed, DEFAULT_SETTINGS)

    assert sorted(map(str, again.termijnen)) == sorted(map(str, whole.termijnen))
    assert contributions(again) == contributions(whole)
    assert all(clock.gestopt_op is None or clock.gestopt_op >= clock.start for clock in whole.termijnen)
    ids = [clock.id for clock in whole.termijnen]
    assert len(ids) == len(set(ids))
