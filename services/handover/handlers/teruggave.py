"""A receiver who accepted asks to give back, and Veilig Thuis takes it back or does not."""

from dataclasses import dataclass
from uuid import UUID

from services.handover.domain.intrekken import due_again
from services.handover.domain.overdracht import Overdracht
from services.handover.domain.teruggave import ask_to_return, carry_on, refuse_return, take_back
from services.handover.handlers.common import Kamer, again_before, answer_before, load_visible
from services.handover.handlers.planovergang import give_back_plannen
from services.handover.handlers.voortgang import Genomen, act, as_conflict, went_on
from services.handover.handlers.zicht import take_zicht_back, tell_zicht
from shared.audit import record
from shared.db import in_transaction, retry_conflicts
from shared.rules.overdrachtcodes import TeruggaveReden
from shared.web.auth import Caller


@dataclass(frozen=True, slots=True)
class Teruggave:
    """Why a receiver wants to give back."""

    reden: TeruggaveReden
    toelichting: str


async def ask_teruggave(
    kamer: Kamer, caller: Caller, overdracht_id: UUID, teruggave: Teruggave
) -> tuple[Overdracht, bool]:
    """Let the receiver ask to give back, and say whether that was new; he keeps what he has until it is taken."""

    async def work() -> tuple[Overdracht, bool]:
        now = kamer.made.clock()
        async with in_transaction(kamer.made.engine) as conn:
            before = await load_visible(conn, caller, overdracht_id, lock=True)
            with as_conflict():
                uiterlijk = answer_before(now, kamer.made.rules)
                after, fact = ask_to_return(before, reden=teruggave.reden, uiterlijk=uiterlijk, now=now)
            if fact:
                genomen = Genomen(
                    now=now,
                    door=caller.organisatie_id,
                    reden=teruggave.reden.value,
                    tekst=teruggave.toelichting,
                )
                await went_on(conn, kamer.made.vault, after, fact, genomen)
            await record(conn, caller, act("teruggave-vragen", after), now=now)
        return after, fact is not None

    return await retry_conflicts(work)


async def refuse_teruggave(
    kamer: Kamer, caller: Caller, overdracht_id: UUID, *, toelichting: str
) -> tuple[Overdracht, bool]:
    """Let Veilig Thuis not take back, and say whether that was new; nothing changes hands."""

    async def work() -> tuple[Overdracht, bool]:
        now = kamer.made.clock()
        async with in_transaction(kamer.made.engine) as conn:
            before = await load_visible(conn, caller, overdracht_id, lock=True)
            with as_conflict():
                after, fact = refuse_return(before, now=now)
            if fact:
                genomen = Genomen(now=now, door=caller.organisatie_id, tekst=toelichting)
                await went_on(conn, kamer.made.vault, after, fact, genomen)
            await record(conn, caller, act("teruggave-afwijzen", after), now=now)
        return after, fact is not None

    return await retry_conflicts(work)


async def accept_teruggave(kamer: Kamer, caller: Caller, overdracht_id: UUID) -> tuple[Overdracht, bool]:
    """Let Veilig Thuis take back, with sight of safety when it was held by this, and say whether that was new."""

    async def work() -> tuple[Overdracht, bool]:
        now = kamer.made.clock()
        async with in_transaction(kamer.made.engine) as conn:
            before = await load_visible(conn, caller, overdracht_id, lock=True)
            with as_conflict():
                after, fact = take_back(before, now=now)
            if fact:
                zicht = await take_zicht_back(conn, kamer, after, now, by_all=False)
                after = carry_on(due_again(after, again_before(now, kamer.made.rules)), held=zicht.gehouden)
                await went_on(conn, kamer.made.vault, after, fact, Genomen(now=now, door=caller.organisatie_id))
                await give_back_plannen(conn, kamer.made.vault, after)
                if zicht.gewijzigd:
                    await tell_zicht(conn, kamer, after, back=True, now=now)
            await record(conn, caller, act("teruggave-aanvaarden", after), now=now)
        return after, fact is not None

    return await retry_conflicts(work)
