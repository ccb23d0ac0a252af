"""Sight of safety that changes hands: by accepting, by taking back, or because Veilig Thuis asked for it alone."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.handover.domain.overdracht import Overdracht, expect_plan
from services.handover.domain.zicht import FeitSoort, Houder, ZichtFeit, current
from services.handover.domain.zichtaanbod import (
    STAP_VAN,
    agree,
    ask_zicht,
    carries_open,
    drop_zicht,
    stop_asking,
)
from services.handover.handlers.common import Kamer, load_visible, note_zicht, plan_before
from services.handover.handlers.voortgang import Genomen, act, as_conflict, note
from services.handover.store import overdrachten, zichtboek
from shared.audit import record
from shared.crypto import Vault
from shared.db import in_transaction, retry_conflicts
from shared.events.overdragen import ZichtOvergegaan
from shared.events.plaatsen import Verhuizing
from shared.ids import derived_id
from shared.messaging.outbox import NewFact, append
from shared.rules.overdrachtcodes import OverdrachtStap, ZichtVraag
from shared.web.auth import Caller


@dataclass(frozen=True, slots=True)
class Vraag:
    """What Veilig Thuis asks about sight of safety, and why; nothing is that it asks no longer."""

    vraag: ZichtVraag | None
    motivering: str


# --- the timeline ------------------------------------------------------------------------------------------------


async def take_zicht(conn: AsyncConnection, kamer: Kamer, accepted: Overdracht, now: datetime) -> None:
    """Let the receiver of a locked casus hold sight of safety by what he accepted."""
    houder = Houder(accepted.organisatie_id, accepted.soort.value, accepted.id)
    feit = ZichtFeit(FeitSoort.GEACCEPTEERD, now, accepted.casus_id, houder=houder, melding_id=accepted.melding_id)
    # Of one overdracht it can be accepted again, after it was asked back.
    bron_id = accepted.id if accepted.zicht_aanvaard_op is None else _bron(accepted)
    await note_zicht(conn, kamer.veilig_thuis, accepted.casus_id, feit, bron_id=bron_id)


@dataclass(frozen=True, slots=True)
class Teruggenomen:
    """What taking back did: whether another holds now, and whether this receiver held before."""

    gewijzigd: bool
    gehouden: bool


async def take_zicht_back(
    conn: AsyncConnection, kamer: Kamer, after: Overdracht, now: datetime, *, by_all: bool
) -> Teruggenomen:
    """Let Veilig Thuis hold what the receiver held by one overdracht, or by all of his."""
    before = await holder_of(conn, after.casus_id)
    houder = Houder(after.organisatie_id, after.soort.value, None if by_all else after.id)
    feit = ZichtFeit(FeitSoort.TERUGGENOMEN, now, after.casus_id, houder=houder, melding_id=after.melding_id)
    await note_zicht(conn, kamer.veilig_thuis, after.casus_id, feit, bron_id=_bron(after))
    changed = await holder_of(conn, after.casus_id) != before
    return Teruggenomen(changed, changed and before is not None)


async def holder_of(conn: AsyncConnection, casus_id: UUID) -> Houder | None:
    """Return who holds sight of safety of a locked casus now."""
    running = current(await zichtboek.list_perioden(conn, casus_id))
    return running.houder if running else None


async def tell_zicht(conn: AsyncConnection, kamer: Kamer, after: Overdracht, *, back: bool, now: datetime) -> None:
    """Tell that sight of safety changed hands."""
    fact = ZichtOvergegaan(
        overdracht_id=after.id,
        melding_id=after.melding_id,
        gemeente_code=after.gemeente_code,
        organisatie_id=kamer.veilig_thuis.organisatie_id if back else after.organisatie_id,
        bij_veilig_thuis=back,
        overgegaan_op=now,
        soort=after.soort,
        plan_uiterlijk=None if back else after.plan_uiterlijk,
    )
    event_id = derived_id("zicht-overgegaan", after.id, after.versie)
    await append(conn, [NewFact(event_id, after.casus_id, fact)], now=now)


def _bron(overdracht: Overdracht) -> UUID:
    return derived_id("zicht", overdracht.id, overdracht.versie)


# --- asked and accepted ------------------------------------------------------------------------------------------


async def ask_about_zicht(kamer: Kamer, caller: Caller, overdracht_id: UUID, vraag: Vraag) -> tuple[Overdracht, bool]:
    """Let Veilig Thuis offer or ask back sight of safety, or stop asking; say whether that was new."""

    async def work() -> tuple[Overdracht, bool]:
        now = kamer.made.clock()
        async with in_transaction(kamer.made.engine) as conn:
            before = await load_visible(conn, caller, overdracht_id, lock=True)
            with as_conflict():
                after = await _asked(conn, before, vraag.vraag, now=now)
            if after:
                stap = STAP_VAN[vraag.vraag] if vraag.vraag else OverdrachtStap.ZICHT_INGETROKKEN
                genomen = Genomen(now=now, door=caller.organisatie_id, tekst=vraag.motivering)
                await overdrachten.save_overdracht(conn, kamer.made.vault, after)
                await note(conn, kamer.made.vault, after, stap, genomen)
            await record(conn, caller, act("zicht-vragen", after or before), now=now)
        return after or before, after is not None

    return await retry_conflicts(work)


async def _asked(
    conn: AsyncConnection, before: Overdracht, vraag: ZichtVraag | None, *, now: datetime
) -> Overdracht | None:
    if vraag is None:
        return stop_asking(before)
    holder = await holder_of(conn, before.casus_id)
    holds = holder is not None and holder.organisatie_id == before.organisatie_id
    others = await overdrachten.overdrachten_in(conn, before.casus_id)
    return ask_zicht(before, vraag, holds=holds, others=others, now=now)


async def accept_zicht(kamer: Kamer, caller: Caller, overdracht_id: UUID) -> tuple[Overdracht, bool]:
    """Let the receiver take sight of safety, or give it back, as he was asked; say whether that was new."""

    async def work() -> tuple[Overdracht, bool]:
        now = kamer.made.clock()
        async with in_transaction(kamer.made.engine) as conn:
            before = await load_visible(conn, caller, overdracht_id, lock=True)
            with as_conflict():
                after = agree(before, now=now)
            if after:
                back = before.zicht_gevraagd is ZichtVraag.TERUGVRAGEN
                changed = await _pass(conn, kamer, after, back=back, now=now)
                if changed:
                    after = expect_plan(after, plan_before(now, kamer.made.rules))
                await overdrachten.save_overdracht(conn, kamer.made.vault, after)
                genomen = Genomen(now=now, door=caller.organisatie_id)
                await note(conn, kamer.made.vault, after, OverdrachtStap.ZICHT_AANVAARD, genomen)
                # What is expected of the receiver changes with this fact, and with nothing else.
                if changed:
                    await tell_zicht(conn, kamer, after, back=back, now=now)
            await record(conn, caller, act("zicht-aanvaarden", after or before), now=now)
        return after or before, after is not None

    return await retry_conflicts(work)


async def _pass(conn: AsyncConnection, kamer: Kamer, after: Overdracht, *, back: bool, now: datetime) -> bool:
    """Let sight of safety change hands, and say whether another holds it now."""
    if back:
        return (await take_zicht_back(conn, kamer, after, now, by_all=True)).gewijzigd
    holder = await holder_of(conn, after.casus_id)
    await take_zicht(conn, kamer, after, now)
    return await holder_of(conn, after.casus_id) != holder


# --- two casussen that become one --------------------------------------------------------------------------------


async def keep_one_open(conn: AsyncConnection, vault: Vault, step: Verhuizing, *, now: datetime) -> None:
    """Let what moves to a locked casus not carry sight of safety when an open offer there does."""
    if not any(carries_open(one) for one in await overdrachten.overdrachten_in(conn, step.naar)):
        return
    for one in await overdrachten.overdrachten_in(conn, step.van):
        if carries_open(one) and (step.alles or one.melding_id in step.onderwerp_ids):
            after = drop_zicht(one)
            await overdrachten.save_overdracht(conn, vault, after)
            await note(conn, vault, after, OverdrachtStap.ZICHT_VERVALLEN, Genomen(now=now))
