"""What a receiver does with an overdracht: accept it, refuse it, record the first contact."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from services.handover.domain import overdracht as domain
from services.handover.domain.intrekken import due_again
from services.handover.domain.overdracht import Overdracht, WeigerReden
from services.handover.handlers.common import Kamer, again_before, contact_before, load_visible, plan_before
from services.handover.handlers.planovergang import take_plannen_over
from services.handover.handlers.voortgang import Genomen, act, as_conflict, ended, went_on
from services.handover.handlers.zicht import take_zicht
from services.handover.store.overdrachten import Teksten
from shared.audit import record
from shared.db import in_transaction, retry_conflicts
from shared.errors import Fault, InvalidInputError
from shared.web.auth import Caller

# Clocks of organisations differ a little; what lies further ahead did not happen yet.
_CLOCK_DIFFERENCE_MAX = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Acceptatie:
    """What a receiver says when accepting."""

    naam: str | None = None
    warm: bool | None = None
    toelichting: str | None = None


async def accept_overdracht(
    kamer: Kamer, caller: Caller, overdracht_id: UUID, said: Acceptatie
) -> tuple[Overdracht, bool]:
    """Let the receiver take over; when the overdracht carries sight of safety, its holder changes here.

    Also says whether it was new: doing it again gives the same answer and tells no second fact.
    """

    async def work() -> tuple[Overdracht, bool]:
        now = kamer.made.clock()
        async with in_transaction(kamer.made.engine) as conn:
            before = await load_visible(conn, caller, overdracht_id, lock=True)
            with as_conflict():
                after, fact = domain.accept(
                    before,
                    warm=said.warm,
                    contact_uiterlijk=contact_before(now, kamer.made.rules),
                    plan_uiterlijk=plan_before(now, kamer.made.rules),
                    now=now,
                )
            if fact:
                teksten = Teksten(naam=said.naam, toelichting=said.toelichting)
                genomen = Genomen(now=now, door=caller.organisatie_id)
                await ended(conn, kamer.made.vault, after, fact, genomen, teksten)
                if after.draagt_zicht:
                    await take_zicht(conn, kamer, after, now)
                await take_plannen_over(conn, kamer.made.vault, after, now=now)
            await record(conn, caller, act("accepteren", after), now=now)
        return after, fact is not None

    return await retry_conflicts(work)


async def refuse_overdracht(
    kamer: Kamer, caller: Caller, overdracht_id: UUID, *, reden: WeigerReden, toelichting: str
) -> tuple[Overdracht, bool]:
    """Let the receiver refuse, and say whether that was new; who holds sight of safety stays who it was."""

    async def work() -> tuple[Overdracht, bool]:
        now = kamer.made.clock()
        async with in_transaction(kamer.made.engine) as conn:
            before = await load_visible(conn, caller, overdracht_id, lock=True)
            with as_conflict():
                after, fact = domain.refuse(before, reden=reden, now=now)
            if fact:
                after = due_again(after, again_before(now, kamer.made.rules))
                genomen = Genomen(now=now, door=caller.organisatie_id, reden=reden.value)
                await ended(conn, kamer.made.vault, after, fact, genomen, Teksten(toelichting=toelichting))
            await record(conn, caller, act("weigeren", after), now=now)
        return after, fact is not None

    return await retry_conflicts(work)


async def record_eerste_contact(
    kamer: Kamer, caller: Caller, overdracht_id: UUID, *, tijdstip: datetime
) -> tuple[Overdracht, bool]:
    """Record when the receiver first met the family, and say whether that was new.

    Raises ``InvalidInputError`` for a moment to come.
    """

    async def work() -> tuple[Overdracht, bool]:
        now = kamer.made.clock()
        if tijdstip > now + _CLOCK_DIFFERENCE_MAX:
            fault = Fault("body", "/tijdstip", "ligt in de toekomst")
            raise InvalidInputError("Het eerste contact kan niet in de toekomst liggen.", faults=(fault,))
        async with in_transaction(kamer.made.engine) as conn:
            before = await load_visible(conn, caller, overdracht_id, lock=True)
            with as_conflict():
                after, fact = domain.record_contact(before, tijdstip=tijdstip)
            if fact:
                await went_on(conn, kamer.made.vault, after, fact, Genomen(now=now, door=caller.organisatie_id))
            await record(conn, caller, act("eerste-contact", after), now=now)
        return after, fact is not None

    return await retry_conflicts(work)
