"""What people do with an overdracht: accept it, refuse it, record the first contact, offer it again."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.handover.domain import overdracht as domain
from services.handover.domain.overdracht import NieuwAanbod, Overdracht, StapError, WeigerReden
from services.handover.domain.zicht import FeitSoort, Houder, ZichtFeit
from services.handover.handlers.common import (
    Kamer,
    accept_before,
    betrokken,
    load_visible,
    note_zicht,
    overdracht_id_of,
)
from services.handover.store import overdrachten
from services.handover.store.overdrachten import Teksten
from shared.audit import Act, record
from shared.db import in_transaction, retry_conflicts
from shared.errors import ConflictError, Fault, InvalidInputError
from shared.events.payloads import Fact
from shared.ids import derived_id
from shared.messaging.outbox import NewFact, append
from shared.rules.codes import BestemmingSoort
from shared.rules.routing import default_organisatie
from shared.web.auth import Caller

# Clocks of organisations differ a little; what lies further ahead did not happen yet.
_CLOCK_DIFFERENCE_MAX = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Acceptatie:
    """What a receiver says when accepting."""

    naam: str | None = None
    warm: bool | None = None
    toelichting: str | None = None


@dataclass(frozen=True, slots=True)
class Heraanbod:
    """To whom Veilig Thuis offers a refused overdracht, and why."""

    vervangt_id: UUID
    soort: BestemmingSoort
    organisatie_id: str | None
    motivering: str


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
            with _as_conflict():
                after, fact = domain.accept(before, warm=said.warm, now=now)
            if fact:
                await overdrachten.save_overdracht(
                    conn, kamer.made.vault, after, Teksten(naam=said.naam, toelichting=said.toelichting)
                )
                if after.draagt_zicht:
                    await _move_zicht(conn, kamer, after, now)
            await _append(conn, after, fact, "overdracht-geaccepteerd", now=now)
            await record(conn, caller, _act("accepteren", after), now=now)
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
            with _as_conflict():
                after, fact = domain.refuse(before, reden=reden, now=now)
            if fact:
                await overdrachten.save_overdracht(conn, kamer.made.vault, after, Teksten(toelichting=toelichting))
            await _append(conn, after, fact, "overdracht-geweigerd", now=now)
            await record(conn, caller, _act("weigeren", after), now=now)
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
            with _as_conflict():
                after, fact = domain.record_contact(before, tijdstip=tijdstip)
            if fact:
                await overdrachten.save_overdracht(conn, kamer.made.vault, after)
            await _append(conn, after, fact, "eerste-contact-gelegd", now=now)
            await record(conn, caller, _act("eerste-contact", after), now=now)
        return after, fact is not None

    return await retry_conflicts(work)


async def offer_again(
    conn: AsyncConnection, kamer: Kamer, caller: Caller, aanbod: Heraanbod, *, now: datetime
) -> Overdracht:
    """Offer a refused overdracht to another receiver; the new one replaces it.

    The same offer again gives the same overdracht. Raises ``ConflictError`` when the old one was not refused.
    """
    before = await load_visible(conn, caller, aanbod.vervangt_id, lock=True)
    organisatie_id = aanbod.organisatie_id or default_organisatie(aanbod.soort, before.gemeente_code)
    if organisatie_id is None:
        fault = Fault("body", "/bestemming/organisatieId", "dit veld is verplicht voor deze soort")
        raise InvalidInputError("Noem de organisatie: voor deze soort is er geen standaard.", faults=(fault,))
    new_id = overdracht_id_of(before.id, aanbod.soort, organisatie_id)
    known = await overdrachten.find_overdracht(conn, new_id)
    if known is None:
        offer = NieuwAanbod(new_id, aanbod.soort, organisatie_id, accept_before(now, kamer.made.rules))
        known = await _replace(conn, kamer, before, offer, aanbod.motivering, now=now)
    await record(conn, caller, _act("aanbieden", known), now=now)
    return known


async def _replace(  # noqa: PLR0913, one step with what it needs
    conn: AsyncConnection, kamer: Kamer, before: Overdracht, offer: NieuwAanbod, motivering: str, *, now: datetime
) -> Overdracht:
    with _as_conflict():
        replaced, new, fact = domain.offer_again(before, offer, now=now)
    await overdrachten.add_overdracht(conn, kamer.made.vault, new, Teksten(motivering=motivering))
    await overdrachten.save_overdracht(conn, kamer.made.vault, replaced)
    feit = betrokken(new.casus_id, now, new.melding_id)
    await note_zicht(conn, kamer.veilig_thuis, new.casus_id, feit, bron_id=new.id)
    await _append(conn, new, fact, "overdracht-aangeboden", now=now)
    return new


async def _move_zicht(conn: AsyncConnection, kamer: Kamer, accepted: Overdracht, now: datetime) -> None:
    houder = Houder(accepted.organisatie_id, accepted.soort.value, accepted.id)
    feit = ZichtFeit(FeitSoort.GEACCEPTEERD, now, accepted.casus_id, houder=houder, melding_id=accepted.melding_id)
    await note_zicht(conn, kamer.veilig_thuis, accepted.casus_id, feit, bron_id=accepted.id)


async def _append(
    conn: AsyncConnection, overdracht: Overdracht, fact: Fact | None, noun_participle: str, *, now: datetime
) -> None:
    if fact:
        event_id = derived_id(overdracht.id, noun_participle)
        await append(conn, [NewFact(event_id, overdracht.casus_id, fact)], now=now)


async def record_repeat(conn: AsyncConnection, caller: Caller, overdracht_id: UUID, *, now: datetime) -> None:
    """Record that somebody was given the answer to his offer once more."""
    offered = await load_visible(conn, caller, overdracht_id)
    await record(conn, caller, _act("aanbieden", offered), now=now)


def _act(actie: str, overdracht: Overdracht) -> Act:
    return Act(actie, "overdracht", overdracht.id, casus_id=overdracht.casus_id)


@contextmanager
def _as_conflict() -> Iterator[None]:
    """Tell a step out of order as the conflict that the caller can mend."""
    try:
        yield
    except StapError as error:
        raise ConflictError(error.reden_nl) from None
