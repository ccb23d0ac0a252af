"""What every step of a plan goes through: who may see it, which version he saw, and what is told afterwards."""

from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.handover.domain.overdracht import StapError
from services.handover.domain.plan import InvoerError, Omgeving, OnbekendError, Plan, Stap
from services.handover.handlers.common import Kamer, load_visible
from services.handover.store import plannen as store
from services.handover.store import volgen
from shared.audit import Act, record
from shared.db import in_transaction, retry_conflicts
from shared.errors import ConflictError, Fault, InvalidInputError, NotFoundError
from shared.events.payloads import Fact
from shared.ids import derived_id
from shared.messaging.codec import type_of
from shared.messaging.outbox import NewFact, append
from shared.rules.calendar import amsterdam_day
from shared.rules.codes import TermijnSoort
from shared.rules.deadlines import YEAR_MAX, compute_termijn
from shared.rules.settings import RuleSettings
from shared.web.auth import Caller
from shared.web.etag import check_version
from shared.web.idempotency import Answer, Attempt, first_answer, keep_answer

GEEN_PLAN = "Dit plan is er niet."

Render = Callable[[Plan, UUID], dict[str, object]]


@dataclass(frozen=True, slots=True)
class Once:
    """How a request that makes something and may be a repetition is answered."""

    attempt: Attempt | None
    render: Render  # of the plan, and of the id of what was made in it


@dataclass(frozen=True, slots=True)
class Gedaan:
    """What a step has to work with: the plan, what bears on it, and what time it is."""

    plan: Plan
    omgeving: Omgeving
    now: datetime
    rules: RuleSettings


async def load_plan(conn: AsyncConnection, kamer: Kamer, caller: Caller, plan_id: UUID, *, lock: bool = False) -> Plan:
    """Return a plan that the caller may see; otherwise it answers as if it were not there."""
    overdracht_id = await store.overdracht_of(conn, plan_id)
    if overdracht_id is None:
        raise NotFoundError(GEEN_PLAN)
    try:
        await load_visible(conn, caller, overdracht_id, lock=lock)
    except NotFoundError:
        raise NotFoundError(GEEN_PLAN) from None
    found = await store.find_plan(conn, kamer.made.vault, plan_id)
    if found is None:
        raise NotFoundError(GEEN_PLAN)
    return found


@dataclass(frozen=True, slots=True)
class Daad:
    """Who does what with which plan."""

    kamer: Kamer
    caller: Caller
    plan_id: UUID
    actie: str

    def act(self, plan: Plan) -> Act:
        """Return what the audit says of it."""
        return plan_act(self.actie, plan)


Step = Callable[[Gedaan], Stap]


async def change(daad: Daad, step: Step, *, seen: int) -> Plan:
    """Take a step on the version of a plan that the caller saw."""

    async def work() -> Plan:
        async with in_transaction(daad.kamer.made.engine) as conn:
            before = await load_plan(conn, daad.kamer, daad.caller, daad.plan_id, lock=True)
            check_version(seen, before.versie)
            return await _take(conn, daad, before, step)

    return await retry_conflicts(work)


async def create(daad: Daad, made_id: UUID, step: Step, once: Once) -> Answer:
    """Make something in a plan once, also when it is asked for twice under one key."""
    made = daad.kamer.made

    async def work() -> Answer:
        now = made.clock()
        async with in_transaction(made.engine) as conn:
            before = await load_plan(conn, daad.kamer, daad.caller, daad.plan_id, lock=True)
            known = await first_answer(conn, made.vault, once.attempt, now=now)
            if known is not None:
                await record(conn, daad.caller, plan_act("herhaald", before), now=now)
                return known
            after = await _take(conn, daad, before, step)
            answer = Answer(201, once.render(after, made_id))
            await keep_answer(conn, made.vault, once.attempt, answer)
            return answer

    return await retry_conflicts(work)


async def _take(conn: AsyncConnection, daad: Daad, before: Plan, step: Step) -> Plan:
    made = daad.kamer.made
    now = made.clock()
    omgeving = Omgeving(
        known=await store.betrokkenen_of(conn, before.melding_id),
        open_voorwaarden=await volgen.count_not_kept(conn, before.melding_id),
    )
    with told():
        after, facts = step(Gedaan(before, omgeving, now, made.rules))
    if after is not before:
        await store.save_plan(conn, made.vault, after, before)
        await tell(conn, after, facts, now=now)
    await record(conn, daad.caller, daad.act(after), now=now)
    return after


async def tell(conn: AsyncConnection, plan: Plan, facts: Collection[Fact], *, now: datetime) -> None:
    """Tell facts of a version of a plan."""
    new = [NewFact(derived_id(plan.id, plan.versie, type_of(fact)), plan.casus_id, fact) for fact in facts]
    await append(conn, new, now=now)


def plan_act(actie: str, plan: Plan) -> Act:
    """Return what the audit says of an act on a plan."""
    return Act(actie, "plan", plan.id, casus_id=plan.casus_id)


def last_day(soort: TermijnSoort, now: datetime, rules: RuleSettings) -> date:
    """Return the last day of a term that begins now."""
    return amsterdam_day(compute_termijn(soort, now, rules).uiterlijk - timedelta(microseconds=1))


def check_day(day: date | None, plaats: str, now: datetime) -> None:
    """Refuse a day that is over, or that no term can be counted to."""
    if day is not None and not amsterdam_day(now) <= day <= date(YEAR_MAX, 12, 31):
        fault = Fault("body", plaats, "is vandaag of later")
        raise InvalidInputError("De invoer klopt niet.", faults=(fault,))


@contextmanager
def told() -> Iterator[None]:
    """Turn a refusal of the domain into the problem that the caller gets."""
    try:
        yield
    except StapError as error:
        raise ConflictError(error.reden_nl) from None
    except OnbekendError as error:
        raise NotFoundError(error.reden_nl) from None
    except InvoerError as error:
        fault = Fault("body", error.plaats, error.reden_nl)
        raise InvalidInputError("De invoer klopt niet.", faults=(fault,)) from None
