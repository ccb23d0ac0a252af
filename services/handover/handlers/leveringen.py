"""What people do with deliveries: the receiver confirms, and Veilig Thuis settles what did not come about."""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.handover.domain import leverstappen as domain
from services.handover.domain.leveradres import Adres
from services.handover.domain.levering import AfhandelWijze, Bewijs, Levering, LeveringStatus
from services.handover.domain.leverstappen import Step
from services.handover.domain.overdracht import Overdracht, StapError
from services.handover.handlers.common import Kamer, load_visible
from services.handover.handlers.levergang import NIET_GELEVERD, keep, prove_receipt
from services.handover.handlers.voortgang import as_conflict
from services.handover.store import leveradressen, leveringen
from services.handover.store.leveringen import Poging
from shared.audit import Act, record
from shared.db import in_transaction, retry_conflicts
from shared.errors import NotFoundError
from shared.log import get_logger
from shared.rules.leveringcodes import LeverWijze
from shared.web.access import toegang_of
from shared.web.auth import Caller
from shared.web.pages import Page, time_place

log = get_logger()


# --- by the receiver --------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Bevestigd:
    """That a receiver confirmed: of what, since when it is known that he knows, and whether that was new."""

    overdracht_id: UUID
    bevestigd_op: datetime
    nieuw: bool


async def confirm_receipt(kamer: Kamer, caller: Caller, overdracht_id: UUID) -> Bevestigd:
    """Let the receiver confirm that the overdracht reached him; doing it again is the same.

    Of an overdracht without a delivery (from before there were any) it is recorded and changes nothing.
    """

    async def work() -> Bevestigd:
        now = kamer.made.clock()
        async with in_transaction(kamer.made.engine) as conn:
            found = await load_visible(conn, caller, overdracht_id, lock=True)
            before = await leveringen.leveringen_of(conn, [overdracht_id])
            after = await prove_receipt(conn, overdracht_id, Bewijs.BEVESTIGING, now=now)
            act = Act("ontvangst-bevestigd", "overdracht", overdracht_id, casus_id=found.casus_id)
            await record(conn, caller, act, now=now)
        known = [one.afgerond_op for one in after if one.status is LeveringStatus.ONTVANGEN and one.afgerond_op]
        return Bevestigd(overdracht_id, min(known, default=now), before != after)

    return await retry_conflicts(work)


# --- by Veilig Thuis --------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Gelezen:
    """A delivery as one reader may see it."""

    levering: Levering
    pogingen: tuple[Poging, ...] = ()
    wijze: LeverWijze | None = None  # how the receiver is reached now
    adres: Adres | None = None  # for whoever must phone or write
    toelichting: str | None = None


async def list_leveringen(
    kamer: Kamer, part: Page, *, status: LeveringStatus | None, organisatie_id: str | None
) -> list[Levering]:
    """Return deliveries of every receiver: one more than asked, when there are more."""
    async with in_transaction(kamer.made.engine) as conn:
        return await leveringen.list_leveringen(
            conn, status=status, organisatie_id=organisatie_id, na=time_place(part), limiet=part.limiet + 1
        )


async def read_leveringen(kamer: Kamer, caller: Caller, overdracht_id: UUID) -> list[Gelezen]:
    """Return the deliveries of an overdracht with their attempts.

    A receiver sees how it went; where he is phoned, and what a person wrote then, is for Veilig Thuis.
    """
    made = kamer.made
    async with in_transaction(made.engine) as conn:
        offer = await load_visible(conn, caller, overdracht_id)
        found = await leveringen.leveringen_of(conn, [overdracht_id])
        read = await _with_more(conn, kamer, offer, found, inside=toegang_of(caller).sees_all)
        act = Act("leveringen-gelezen", "overdracht", overdracht_id, casus_id=offer.casus_id)
        await record(conn, caller, act, now=made.clock())
    return read


async def _with_more(
    conn: AsyncConnection, kamer: Kamer, offer: Overdracht, found: Iterable[Levering], *, inside: bool
) -> list[Gelezen]:
    vault, ids = kamer.made.vault, [one.id for one in found]
    tried = await leveringen.pogingen_of(conn, ids)
    written: Mapping[UUID, str] = await leveringen.toelichtingen_of(conn, vault, ids) if inside else {}
    adres = await leveradressen.adres_for(
        conn, vault, organisatie_id=offer.organisatie_id, gemeente_code=offer.gemeente_code, soort=offer.soort
    )
    wijze = adres.opgave.wijze if adres else None
    shown = adres.opgave.adres if adres and inside else None
    return [Gelezen(one, tried[one.id], wijze, shown, written.get(one.id)) for one in found]


async def restart_levering(
    kamer: Kamer, caller: Caller, overdracht_id: UUID, levering_id: UUID
) -> tuple[Gelezen, bool]:
    """Let a delivery be tried again at once, for another day."""

    async def change(conn: AsyncConnection, offer: Overdracht, before: Levering, now: datetime) -> Step:
        adres = await leveradressen.adres_for(
            conn,
            kamer.made.vault,
            organisatie_id=offer.organisatie_id,
            gemeente_code=offer.gemeente_code,
            soort=offer.soort,
        )
        return domain.restart(before, adres.opgave.wijze if adres else None, now=now)

    return await _step(kamer, caller, (overdracht_id, levering_id), "levering-herstarten", change)


async def settle_levering(  # noqa: PLR0913, what a person says, keyword only
    kamer: Kamer, caller: Caller, overdracht_id: UUID, levering_id: UUID, *, wijze: AfhandelWijze, toelichting: str
) -> tuple[Gelezen, bool]:
    """Keep how a person told the receiver, in words for Veilig Thuis alone, and say whether that was new."""
    vault = kamer.made.vault

    async def change(conn: AsyncConnection, offer: Overdracht, before: Levering, now: datetime) -> Step:
        step = domain.settle(before, wijze, now=now)
        if step[0] != before:
            await leveringen.keep_toelichting(conn, vault, before.id, toelichting, casus_id=offer.casus_id)
        elif (await leveringen.toelichtingen_of(conn, vault, [before.id])).get(before.id) != toelichting:
            raise StapError("De levering is al afgehandeld, met een andere toelichting; die blijft staan.")
        return step

    return await _step(kamer, caller, (overdracht_id, levering_id), "levering-afhandelen", change)


Change = Callable[[AsyncConnection, Overdracht, Levering, datetime], Awaitable[Step]]


async def _step(
    kamer: Kamer, caller: Caller, which: tuple[UUID, UUID], actie: str, change: Change
) -> tuple[Gelezen, bool]:
    """Take a step of Veilig Thuis on a delivery of an overdracht, in one transaction with its facts and its record."""
    overdracht_id, levering_id = which

    async def work() -> tuple[Gelezen, bool]:
        now = kamer.made.clock()
        async with in_transaction(kamer.made.engine) as conn:
            offer = await load_visible(conn, caller, overdracht_id, lock=True)
            before = await leveringen.find_levering(conn, levering_id, lock=True)
            if before is None or before.overdracht_id != overdracht_id:
                raise NotFoundError(NIET_GELEVERD)
            with as_conflict():
                step = await change(conn, offer, before, now)
            after = await keep(conn, before, step, casus_id=offer.casus_id, now=now)
            await record(conn, caller, Act(actie, "levering", levering_id, casus_id=offer.casus_id), now=now)
            (read,) = await _with_more(conn, kamer, offer, [after], inside=True)
        return read, after != before

    done = await retry_conflicts(work)
    log.info("levering_changed", levering_id=str(levering_id), status=done[0].levering.status.value)
    return done
