"""What a professional does in a dienst of Veilig Thuis: contacten, and the conclusie."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeVar
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.triage.domain import dienst as rules
from services.triage.domain.dienst import (
    Betrokkene,
    ConclusieOpgave,
    Contact,
    ContactKanaal,
    ContactMet,
    ContactSoort,
    Dienst,
    Oordeel,
)
from services.triage.handlers.common import NO_DIENST, Creation, Once, append_facts, check_moment, create, told
from services.triage.handlers.genoemd import collecting, find_strangers, refuse
from services.triage.handlers.reading import DienstView, crisis_of
from services.triage.handlers.toewijzing import end_ownership
from services.triage.handlers.veiligheidscheck import note_contact
from services.triage.store import diensten, dossiers
from shared.audit import Act, record
from shared.db import in_transaction, retry_conflicts
from shared.errors import Fault, NotFoundError
from shared.ids import new_id
from shared.log import get_logger
from shared.web.app import Resources
from shared.web.auth import Caller
from shared.web.etag import check_version
from shared.web.idempotency import Answer

log = get_logger()

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class ContactOpgave:
    """A contact, as the professional gave it."""

    soort: ContactSoort
    met: ContactMet
    tijdstip: datetime
    verslag: str | None
    betrokkene: Betrokkene | None = None
    kanaal: ContactKanaal | None = None


async def record_contact(
    made: Resources, caller: Caller, dienst_id: UUID, opgave: ContactOpgave, once: Once[Contact]
) -> Answer:
    """Note a talk in a dienst, or an attempt."""
    now = made.clock()
    faults: list[Fault] = []
    with collecting(faults):
        check_moment(opgave.tijdstip, "/tijdstip", now)
    named = [("/directbetrokkene", opgave.betrokkene)] if opgave.betrokkene else []

    async def make(conn: AsyncConnection) -> Contact:
        before = await locked(conn, made, dienst_id)
        refuse([*faults, *await find_strangers(conn, before, named)])
        with told():
            rules.add_contact(before)
        contact = Contact(
            new_id(), opgave.soort, opgave.met, opgave.tijdstip, opgave.verslag, opgave.betrokkene, opgave.kanaal
        )
        await diensten.insert_contact(conn, made.vault, before, contact)
        await note_contact(conn, made, before.dossier_id, contact, now=now)
        act = Act("vastgelegd", "contact", contact.id, casus_id=before.casus_id)
        await record(conn, caller, act, now=now)
        return contact

    return await create(made, caller, once, in_dienst("contact", dienst_id, make), now=now)


async def record_conclusie(
    made: Resources, caller: Caller, dienst_id: UUID, opgave: ConclusieOpgave, *, seen: int
) -> DienstView:
    """End a dienst with its conclusie and announce it."""
    now = made.clock()

    async def work() -> DienstView:
        async with in_transaction(made.engine) as conn:
            found = await diensten.load_file(conn, made.vault, dienst_id, lock=True)
            if found is None:
                raise NotFoundError(NO_DIENST)
            before = found.dienst
            check_version(seen, before.versie)
            oordelen = [Oordeel(one.id, one.oordeel) for one in found.onderzoek.bevindingen]
            with told():
                after, facts = rules.conclude(
                    before, opgave, aantal_voorwaarden=found.aantal_voorwaarden, now=now, oordelen=oordelen
                )
            if after is not before:
                await end_ownership(conn, made, caller, after.dossier_id, now=now)
                await diensten.save_conclusie(conn, made.vault, after)
                await dossiers.end_work(conn, after.dossier_id)
                await append_facts(conn, after.casus_id, facts, about=(after.id,), now=now)
            await record(conn, caller, Act("conclusie", "dienst", dienst_id, casus_id=after.casus_id), now=now)
            return DienstView(
                replace(found, dienst=after), now, made.rules, crisismaatregelen=await crisis_of(conn, made, after)
            )

    view = await retry_conflicts(work)
    log.info("conclusie_recorded", dienst_id=str(dienst_id))
    return view


def in_dienst(soort: str, dienst_id: UUID, make: Callable[[AsyncConnection], Awaitable[T]]) -> Creation[T]:
    """Return how something is made in a dienst."""
    return Creation(soort, make, lambda conn: diensten.casus_of(conn, dienst_id))


async def locked(conn: AsyncConnection, made: Resources, dienst_id: UUID) -> Dienst:
    """Return a dienst that nobody else changes meanwhile; raises ``NotFoundError``."""
    found = await diensten.lock_dienst(conn, made.vault, dienst_id)
    if found is None:
        raise NotFoundError(NO_DIENST)
    return found


async def view_of(conn: AsyncConnection, made: Resources, dienst_id: UUID, now: datetime) -> DienstView:
    """Return a dienst as it stands now with what is read together with it; raises ``NotFoundError``."""
    found = await diensten.load_file(conn, made.vault, dienst_id)
    if found is None:
        raise NotFoundError(NO_DIENST)
    return DienstView(found, now, made.rules)
