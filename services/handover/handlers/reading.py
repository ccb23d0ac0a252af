"""What people read: lists of overdrachten, one overdracht with its package, and who holds sight of safety."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from pydantic import TypeAdapter
from sqlalchemy.ext.asyncio import AsyncConnection

from services.handover import store
from services.handover.domain.overdracht import Overdracht, Status
from services.handover.domain.pakket import Pakket
from services.handover.domain.zicht import Periode
from services.handover.handlers.common import NIET_GEVONDEN, Kamer, is_receiver, load_visible, visible_to
from services.handover.store import Teksten, Verzegeld
from shared.audit import Act, record
from shared.db import in_transaction
from shared.errors import NotFoundError
from shared.rules.access import Betrekking, Doel
from shared.web.access import toegang_of
from shared.web.auth import Caller
from shared.web.pages import Page, time_place

_PAKKET = TypeAdapter(Pakket)
# For what the other rooms are asked; for what the reader reads it stands in the audit of this room.
_DOEL_PAKKET = Doel.OVERDRACHT.value


@dataclass(frozen=True, slots=True)
class Gelezen:
    """One overdracht as it is read."""

    overdracht: Overdracht
    teksten: Teksten
    pakket: Pakket
    samengesteld_op: datetime
    bevroren: bool


async def list_overdrachten(
    kamer: Kamer, caller: Caller, page: Page, *, gemeente_code: str | None, status: Status | None
) -> list[Overdracht]:
    """Return the overdrachten that the caller may see: one more than asked, when there are more."""
    zicht = visible_to(caller)
    if zicht is None:
        return []
    async with in_transaction(kamer.made.engine) as conn:
        return await store.list_overdrachten(
            conn,
            zicht=zicht,
            gemeente_code=gemeente_code,
            status=status,
            na=time_place(page),
            limiet=page.limiet + 1,
        )


async def read_overdracht(kamer: Kamer, caller: Caller, overdracht_id: UUID, *, actueel: bool) -> Gelezen:
    """Return an overdracht with its package.

    The package is composed from the other rooms until the receiver reads it for the first time; that copy is
    kept as the proof and is what everybody reads from then on, unless ``actueel`` asks for a fresh one. Raises
    ``OperationalError`` when another room does not answer: half a package is never given.
    """
    made = kamer.made
    async with in_transaction(made.engine) as conn:
        found = await load_visible(conn, caller, overdracht_id)
        kept = await store.find_pakket(conn, made.vault, overdracht_id)
    fresh = None
    if kept is None or actueel:
        fresh = await _compose(kamer, found)
    now = made.clock()
    async with in_transaction(made.engine) as conn:
        if kept is None and fresh is not None and is_receiver(caller, found):
            sealed = Verzegeld(_PAKKET.dump_json(fresh), now, caller.organisatie_id)
            # It may have gone up in another casus meanwhile; its key belongs to the one that stays.
            casus_id = await store.lock_casus(conn, found.casus_id)
            await store.freeze_pakket(conn, made.vault, casus_id=casus_id, overdracht_id=overdracht_id, pakket=sealed)
            kept = await store.find_pakket(conn, made.vault, overdracht_id)
        answer = await _answer(conn, kamer, overdracht_id, fresh=fresh if actueel else None, kept=kept, or_else=fresh)
        act = Act("lezen", "overdracht", overdracht_id, casus_id=answer.overdracht.casus_id)
        await record(conn, caller, act, now=now)
    return answer


async def _answer(  # noqa: PLR0913, which of the packages it will be, keyword only
    conn: AsyncConnection,
    kamer: Kamer,
    overdracht_id: UUID,
    *,
    fresh: Pakket | None,
    kept: Verzegeld | None,
    or_else: Pakket | None,
) -> Gelezen:
    found = await store.find_with_teksten(conn, kamer.made.vault, overdracht_id)
    if found is None:
        raise NotFoundError(NIET_GEVONDEN)
    overdracht, teksten = found
    if fresh is None and kept is not None:
        frozen = _PAKKET.validate_json(kept.inhoud)
        return Gelezen(overdracht, teksten, frozen, kept.samengesteld_op, bevroren=True)
    composed = fresh or or_else
    if composed is None:
        raise RuntimeError("a package is kept or composed")
    return Gelezen(overdracht, teksten, composed, kamer.made.clock(), bevroren=False)


async def _compose(kamer: Kamer, overdracht: Overdracht) -> Pakket:
    purpose = _DOEL_PAKKET
    return Pakket(
        casus=await kamer.casus.read_casus(overdracht.casus_id, purpose=purpose),
        veiligheidsbeoordeling=await kamer.beoordeling.read_besluit(overdracht.melding_id, purpose=purpose),
        diensten=await kamer.beoordeling.read_diensten(overdracht.casus_id, purpose=purpose),
    )


async def read_zicht(kamer: Kamer, caller: Caller, casus_id: UUID) -> tuple[UUID, Sequence[Periode]]:
    """Return the casus in which this one lives now, and who held its sight of safety from first to last.

    A receiver sees it when an overdracht of this casus is or was his; otherwise there is nothing here.
    """
    async with in_transaction(kamer.made.engine) as conn:
        here = await store.locate_casus(conn, casus_id)
        if not await store.knows_casus(conn, here) or not await _is_party(conn, caller, here):
            raise NotFoundError("Deze casus is er niet.")
        return here, await store.list_perioden(conn, here)


async def _is_party(conn: AsyncConnection, caller: Caller, casus_id: UUID) -> bool:
    toegang, zicht = toegang_of(caller), visible_to(caller)
    if toegang.sees_all:
        return True
    is_party = zicht is not None and await store.is_party(conn, casus_id, zicht)
    return toegang.permits({Betrekking.PARTIJ} if is_party else frozenset())
