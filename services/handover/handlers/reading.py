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
from services.handover.handlers.common import Kamer, is_receiver, load_visible, visible_to
from services.handover.store import Teksten, Verzegeld
from shared.audit import Act, record
from shared.db import in_transaction
from shared.errors import InvalidInputError, NotFoundError
from shared.rules.codes import Rol
from shared.web.auth import VT, Caller
from shared.web.pages import Page

_PAKKET = TypeAdapter(Pakket)
_DOEL_PAKKET = "overdracht-en-zicht-op-veiligheid"


@dataclass(frozen=True, slots=True)
class Gelezen:
    """One overdracht as it is read."""

    overdracht: Overdracht
    teksten: Teksten
    vervangen_door: UUID | None
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
            na=_place(page),
            limiet=page.limiet + 1,
        )


def _place(page: Page) -> tuple[datetime, UUID] | None:
    if page.na is None:
        return None
    try:
        moment, overdracht_id = page.na
        place = datetime.fromisoformat(moment), UUID(overdracht_id)
    except (ValueError, TypeError, AttributeError):
        raise InvalidInputError("`na` is geen plaats in deze lijst.") from None
    if place[0].tzinfo is None:
        raise InvalidInputError("`na` is geen plaats in deze lijst.")
    return place


async def read_overdracht(
    kamer: Kamer, caller: Caller, overdracht_id: UUID, *, doel: str | None, actueel: bool
) -> Gelezen:
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
        fresh = await _compose(kamer, found, purpose=doel or _DOEL_PAKKET)
    now = made.clock()
    async with in_transaction(made.engine) as conn:
        if kept is None and fresh is not None and is_receiver(caller, found):
            sealed = Verzegeld(_PAKKET.dump_json(fresh), now, caller.organisatie_id)
            await store.freeze_pakket(conn, made.vault, overdracht_id, sealed)
            kept = await store.find_pakket(conn, made.vault, overdracht_id)
        answer = await _answer(conn, kamer, overdracht_id, fresh=fresh if actueel else None, kept=kept, or_else=fresh)
        await record(conn, caller, Act("lezen", "overdracht", overdracht_id, doel or _DOEL_PAKKET), now=now)
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
    overdracht = await store.find_overdracht(conn, overdracht_id)
    if overdracht is None:
        raise NotFoundError("Deze overdracht is er niet.")
    teksten = await store.find_teksten(conn, kamer.made.vault, overdracht_id)
    replacement = await store.find_replacement(conn, overdracht_id)
    if fresh is None and kept is not None:
        frozen = _PAKKET.validate_json(kept.inhoud)
        return Gelezen(overdracht, teksten, replacement, frozen, kept.samengesteld_op, bevroren=True)
    composed = fresh or or_else
    if composed is None:
        raise RuntimeError("a package is kept or composed")
    return Gelezen(overdracht, teksten, replacement, composed, kamer.made.clock(), bevroren=False)


async def _compose(kamer: Kamer, overdracht: Overdracht, *, purpose: str) -> Pakket:
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
    if caller.rol in VT or caller.rol is Rol.SYSTEEM:
        return True
    zicht = visible_to(caller)
    return zicht is not None and await store.is_party(conn, casus_id, zicht)
