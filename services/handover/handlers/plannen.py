"""The plan of a household under an accepted overdracht: its receiver makes and changes it, Veilig Thuis reads it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from services.handover.domain import plan as domain
from services.handover.domain.doel import Doel, DoelStatus
from services.handover.domain.overdracht import StapError
from services.handover.domain.plan import (
    Einde,
    Evaluatie,
    Fasebesluit,
    Hoedanigheid,
    InvoerError,
    Lid,
    Plan,
    Regie,
    Stap,
)
from services.handover.domain.planactie import Afronding, Planactie
from services.handover.domain.planteksten import teksten_of, with_teksten
from services.handover.handlers.common import Kamer, load_visible
from services.handover.handlers.planwerk import (
    Daad,
    Gedaan,
    Once,
    change,
    check_day,
    create,
    last_day,
    load_plan,
    plan_act,
    tell,
    told,
)
from services.handover.store import plannen as store
from services.handover.store.plannen import PlanItem
from shared.audit import Act, record
from shared.db import in_transaction, retry_conflicts
from shared.ids import derived_id, new_id
from shared.log import get_logger
from shared.rules.access import Doel as Purpose
from shared.rules.codes import Rol, TermijnSoort
from shared.rules.plancodes import AfwijkReden, Fase, RegieSoort
from shared.web.auth import Caller
from shared.web.idempotency import Answer, first_answer, keep_answer

log = get_logger()

# Clocks of organisations differ a little; what lies further ahead did not happen yet.
_CLOCK_DIFFERENCE_MAX = timedelta(minutes=5)
_KNOWS_THE_MELDER = frozenset({Rol.VT_MEDEWERKER, Rol.VT_TEAMLEIDER})


@dataclass(frozen=True, slots=True)
class LidOpgave:
    """How somebody is a member of the household, as the receiver gave it."""

    nr: int
    hoedanigheid: Hoedanigheid
    eigen_doelen: bool
    toelichting: str | None

    def to_lid(self, plan_id: UUID) -> Lid:
        """Return the member; the same person in the same plan always has the same id."""
        return Lid(
            id=derived_id("planlid", plan_id, self.nr),
            nr=self.nr,
            hoedanigheid=self.hoedanigheid,
            eigen_doelen=self.eigen_doelen,
            toelichting=self.toelichting,
        )


@dataclass(frozen=True, slots=True)
class PlanOpgave:
    """A plan as the receiver begins it; without a day the term of the region holds."""

    leden: Sequence[LidOpgave]
    motivering: str | None
    evaluatie_dag: date | None


# --- making ------------------------------------------------------------------------------------------------------


async def create_plan(kamer: Kamer, caller: Caller, overdracht_id: UUID, opgave: PlanOpgave, once: Once) -> Answer:
    """Make the plan of a household under an accepted overdracht, once.

    Raises ``ConflictError`` while another plan of it runs.
    """
    made = kamer.made
    now = made.clock()
    check_day(opgave.evaluatie_dag, "/evaluatieDag", now)

    async def work() -> Answer:
        async with in_transaction(made.engine) as conn:
            overdracht = await load_visible(conn, caller, overdracht_id, lock=True)
            known = await first_answer(conn, made.vault, once.attempt, now=now)
            if known is not None:
                await record(
                    conn,
                    caller,
                    Act("herhaald", "plan", UUID(str(known.body["id"])), casus_id=overdracht.casus_id),
                    now=now,
                )
                return known
            plan_id = new_id()
            begin = Fasebesluit(id=new_id(), fase=Fase.VEILIGHEIDSPLAN, vanaf=now, motivering=opgave.motivering)
            new = Plan(
                id=plan_id,
                overdracht_id=overdracht.id,
                casus_id=overdracht.casus_id,
                melding_id=overdracht.melding_id,
                gemeente_code=overdracht.gemeente_code,
                gestart_op=now,
                evaluatie_dag=opgave.evaluatie_dag or last_day(TermijnSoort.PLAN_EVALUATIE, now, made.rules),
                leden=tuple(one.to_lid(plan_id) for one in opgave.leden),
                fasen=(begin,),
            )
            with told():
                _check_none_runs(await store.list_plannen(conn, overdracht_id, after=None, limit=_PLANNEN_MAX))
                plan, facts = domain.start(
                    overdracht, new, known=await store.betrokkenen_of(conn, overdracht.melding_id)
                )
            await store.save_plan(conn, made.vault, plan)
            await tell(conn, plan, facts, now=now)
            await record(conn, caller, plan_act("vastgelegd", plan), now=now)
            answer = Answer(201, once.render(plan, plan.id))
            await keep_answer(conn, made.vault, once.attempt, answer)
        log.info("plan_made", overdracht_id=str(overdracht_id))
        return answer

    return await retry_conflicts(work)


_PLANNEN_MAX = 200


def _check_none_runs(found: Sequence[PlanItem]) -> None:
    if any(one.status is not domain.PlanStatus.BEEINDIGD for one in found):
        raise StapError("Bij deze overdracht loopt al een plan. Werk dat bij, of beëindig het eerst.")
    if len(found) >= _PLANNEN_MAX:
        raise StapError("Bij deze overdracht zijn zoveel plannen gemaakt dat er geen bij kan.")


# --- changing ----------------------------------------------------------------------------------------------------


async def put_lid(kamer: Kamer, caller: Caller, plan_id: UUID, opgave: LidOpgave, *, seen: int) -> Plan:
    """Note how somebody is a member of the household."""

    def step(given: Gedaan) -> Stap:
        return domain.put_lid(given.plan, opgave.to_lid(plan_id), known=given.omgeving.known)

    return await change(Daad(kamer, caller, plan_id, "lid"), step, seen=seen)


@dataclass(frozen=True, slots=True)
class DoelOpgave:
    """A goal as it was set; without ``lid_nr`` it is of the household."""

    omschrijving: str
    lid_nr: int | None
    streefdag: date | None


async def create_doel(kamer: Kamer, caller: Caller, plan_id: UUID, opgave: DoelOpgave, once: Once) -> Answer:
    """Set a goal in the phase that runs."""
    doel_id = new_id()

    def step(given: Gedaan) -> Stap:
        check_day(opgave.streefdag, "/streefdag", given.now)
        doel = Doel(
            id=doel_id,
            fase=given.plan.fase,
            lid_nr=opgave.lid_nr,
            omschrijving=opgave.omschrijving,
            streefdag=opgave.streefdag,
            gesteld_op=given.now,
        )
        return domain.pose_doel(given.plan, doel)

    return await create(Daad(kamer, caller, plan_id, "doel"), doel_id, step, once)


@dataclass(frozen=True, slots=True)
class DoelUitkomst:
    """What became of which goal."""

    doel_id: UUID
    uitkomst: DoelStatus
    toelichting: str


async def put_doeluitkomst(kamer: Kamer, caller: Caller, plan_id: UUID, said: DoelUitkomst, *, seen: int) -> Plan:
    """Note what became of a goal, or open it again."""

    def step(given: Gedaan) -> Stap:
        return domain.settle_doel(given.plan, said.doel_id, said.uitkomst, said.toelichting, now=given.now)

    return await change(Daad(kamer, caller, plan_id, "doeluitkomst"), step, seen=seen)


@dataclass(frozen=True, slots=True)
class ActieOpgave:
    """An action as it was agreed; without a day the term of the region holds."""

    omschrijving: str
    doel_id: UUID | None
    organisatie_id: str
    functie: str | None
    uiterlijk_dag: date | None


async def create_actie(kamer: Kamer, caller: Caller, plan_id: UUID, opgave: ActieOpgave, once: Once) -> Answer:
    """Agree on who does what by when."""
    actie_id = new_id()

    def step(given: Gedaan) -> Stap:
        check_day(opgave.uiterlijk_dag, "/uiterlijkDag", given.now)
        actie = Planactie(
            id=actie_id,
            fase=given.plan.fase,
            doel_id=opgave.doel_id,
            organisatie_id=opgave.organisatie_id,
            functie=opgave.functie,
            omschrijving=opgave.omschrijving,
            uiterlijk_dag=opgave.uiterlijk_dag or last_day(TermijnSoort.PLANACTIE, given.now, given.rules),
            afgesproken_op=given.now,
        )
        return domain.agree_actie(given.plan, actie)

    return await create(Daad(kamer, caller, plan_id, "planactie"), actie_id, step, once)


async def put_afronding(  # noqa: PLR0913, which action; keyword only after it
    kamer: Kamer, caller: Caller, plan_id: UUID, actie_id: UUID, afronding: Afronding, *, seen: int
) -> Plan:
    """Note that an action was done, or why not."""

    def step(given: Gedaan) -> Stap:
        return domain.finish_actie(given.plan, actie_id, afronding, now=given.now)

    return await change(Daad(kamer, caller, plan_id, "actieafronding"), step, seen=seen)


@dataclass(frozen=True, slots=True)
class RegieOpgave:
    """Which organisation directs from now on, and why."""

    soort: RegieSoort
    organisatie_id: str
    functie: str | None
    motivering: str


async def put_regie(kamer: Kamer, caller: Caller, plan_id: UUID, opgave: RegieOpgave, *, seen: int) -> Plan:
    """Say which organisation directs from now on."""
    regie_id = new_id()

    def step(given: Gedaan) -> Stap:
        regie = Regie(
            id=regie_id,
            soort=opgave.soort,
            organisatie_id=opgave.organisatie_id,
            functie=opgave.functie,
            motivering=opgave.motivering,
            vanaf=given.now,
        )
        return domain.assign_regie(given.plan, regie)

    return await change(Daad(kamer, caller, plan_id, "regie"), step, seen=seen)


@dataclass(frozen=True, slots=True)
class EvaluatieOpgave:
    """How the plan works, as the receiver gave it; without a day the term of the region holds."""

    gehouden_op: datetime
    direct_veilig: bool
    stabiel_veilig: bool | None
    gesproken: tuple[int, ...]
    verslag: str
    volgende_dag: date | None


async def create_evaluatie(kamer: Kamer, caller: Caller, plan_id: UUID, opgave: EvaluatieOpgave, once: Once) -> Answer:
    """Note how the plan works, and when that is looked at again."""
    evaluatie_id = new_id()

    def step(given: Gedaan) -> Stap:
        if opgave.gehouden_op > given.now + _CLOCK_DIFFERENCE_MAX:
            raise InvoerError("/gehoudenOp", "ligt in de toekomst")
        check_day(opgave.volgende_dag, "/volgendeDag", given.now)
        evaluatie = Evaluatie(
            id=evaluatie_id,
            fase=given.plan.fase,
            gehouden_op=opgave.gehouden_op,
            direct_veilig=opgave.direct_veilig,
            stabiel_veilig=opgave.stabiel_veilig,
            gesproken=opgave.gesproken,
            verslag=opgave.verslag,
            volgende_dag=opgave.volgende_dag or last_day(TermijnSoort.PLAN_EVALUATIE, given.now, given.rules),
        )
        return domain.evaluate(given.plan, evaluatie)

    return await create(Daad(kamer, caller, plan_id, "evaluatie"), evaluatie_id, step, once)


@dataclass(frozen=True, slots=True)
class FaseOpgave:
    """Which phase begins, and why although not every condition was met if that is so."""

    fase: Fase
    motivering: str
    reden: AfwijkReden | None


async def put_fase(kamer: Kamer, caller: Caller, plan_id: UUID, opgave: FaseOpgave, *, seen: int) -> Plan:
    """Begin another phase."""
    besluit_id = new_id()

    def step(given: Gedaan) -> Stap:
        besluit = Fasebesluit(
            id=besluit_id, fase=opgave.fase, vanaf=given.now, motivering=opgave.motivering, reden=opgave.reden
        )
        return domain.change_fase(given.plan, besluit, given.omgeving)

    return await change(Daad(kamer, caller, plan_id, "fase"), step, seen=seen)


async def put_einde(kamer: Kamer, caller: Caller, plan_id: UUID, einde: Einde, *, seen: int) -> Plan:
    """End a plan with what was reached: its receiver, or Veilig Thuis when it waits for one."""

    def step(given: Gedaan) -> Stap:
        domain.check_who_ends(given.plan, receiver=caller.rol not in _KNOWS_THE_MELDER)
        return domain.end(given.plan, einde, given.omgeving, now=given.now)

    return await change(Daad(kamer, caller, plan_id, "einde"), step, seen=seen)


# --- reading -----------------------------------------------------------------------------------------------------


async def list_plannen(
    kamer: Kamer, caller: Caller, overdracht_id: UUID, *, after: UUID | None, limit: int
) -> Sequence[PlanItem]:
    """Return the plans under an overdracht: codes and times, nothing is opened."""
    async with in_transaction(kamer.made.engine) as conn:
        overdracht = await load_visible(conn, caller, overdracht_id)
        found = await store.list_plannen(conn, overdracht_id, after=after, limit=limit)
        act = Act("gelezen", "overdracht", overdracht_id, casus_id=overdracht.casus_id)
        await record(conn, caller, act, now=kamer.made.clock())
    return found


async def read_plan(kamer: Kamer, caller: Caller, plan_id: UUID) -> Plan:
    """Return a plan with all that was written in it; for who may not know a melder without what would name one.

    Raises ``OperationalError`` when intake does not answer: nothing is given that was not cut.
    """
    made = kamer.made
    async with in_transaction(made.engine) as conn:
        found = await load_plan(conn, kamer, caller, plan_id)
        await record(conn, caller, plan_act("gelezen", found), now=made.clock())
    if caller.rol in _KNOWS_THE_MELDER:
        return found
    cut = await kamer.casus.cut_teksten(found.casus_id, teksten_of(found), purpose=Purpose.OVERDRACHT.value)
    return with_teksten(found, cut.teksten)
