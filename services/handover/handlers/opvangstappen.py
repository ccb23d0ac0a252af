"""What is done with a request for shelter: load it with its places, decide, save, tell, in one transaction."""

from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.handover.domain.opvang import Aanvraag, NietIn, OngeldigError, Voorziening
from services.handover.domain.opvangstappen import Changed
from services.handover.domain.overdracht import StapError
from services.handover.handlers.common import Kamer
from services.handover.handlers.opvang import Getoond, act, load_visible, warn_of
from services.handover.store import opvang as store
from services.handover.store import opvangplaatsen
from shared.audit import record
from shared.db import in_transaction, retry_conflicts
from shared.errors import ConflictError, Fault, InvalidInputError
from shared.events.payloads import Fact
from shared.ids import derived_id
from shared.messaging.codec import type_of
from shared.messaging.outbox import NewFact, append
from shared.rules.opvang import INZICHT
from shared.web.auth import Caller
from shared.web.etag import check_version

# Clocks of organisations differ a little; what lies further ahead did not happen yet.
_CLOCK_DIFFERENCE_MAX = timedelta(minutes=5)
_YEAR_MIN = 1900
Decide = Callable[[Aanvraag, dict[UUID, Voorziening]], Changed]


async def take_step(  # noqa: PLR0913, who does what with which request, having seen which version
    kamer: Kamer,
    caller: Caller,
    aanvraag_id: UUID,
    decide: Decide,
    *,
    seen: int,
    actie: str,
    placing: Collection[UUID] = (),
) -> Getoond:
    """Take a step with a request and tell its facts; what changes nothing gets no new version.

    ``placing`` are the places in which somebody gets a bed: they are locked, so that no bed is given twice.
    """

    async def work() -> Getoond:
        now = kamer.made.clock()
        async with in_transaction(kamer.made.engine) as conn:
            before = await load_visible(conn, kamer, caller, aanvraag_id, lock=True)
            check_version(seen, before.versie)
            if placing:
                await opvangplaatsen.lock_voorzieningen(conn, placing)
            found = await opvangplaatsen.list_voorzieningen(conn, organisatie_id=before.organisatie_id)
            with _told():
                after, facts = decide(before, {one.id: one for one in found})
            if after is not before:
                after = replace(after, versie=before.versie + 1)
                await store.save_aanvraag(conn, kamer.made.vault, before, after)
                await _append(conn, after, facts, now=now)
            await record(conn, caller, act(actie, after), now=now)
            return Getoond(after, INZICHT[caller.rol], await warn_of(conn, after))

    return await retry_conflicts(work)


async def put_niet_in(kamer: Kamer, caller: Caller, aanvraag_id: UUID, niet_in: NietIn, *, seen: int) -> Getoond:
    """Write down anew where somebody may not be placed; who stays there already is warned of and not moved."""

    def decide(before: Aanvraag, _: object) -> Changed:
        if before.tekst.niet_in == niet_in:
            return before, ()
        return replace(before, tekst=replace(before.tekst, niet_in=niet_in)), ()

    return await take_step(kamer, caller, aanvraag_id, decide, seen=seen, actie="niet-in-vastgelegd")


async def _append(conn: AsyncConnection, aanvraag: Aanvraag, facts: Collection[Fact], *, now: datetime) -> None:
    new = [
        NewFact(derived_id(aanvraag.id, aanvraag.versie, number, type_of(fact)), aanvraag.casus_id, fact)
        for number, fact in enumerate(facts)
    ]
    if new:
        await append(conn, new, now=now)


def check_moment(moment: datetime, pointer: str, now: datetime) -> None:
    """Refuse what cannot have happened yet, or before there were files."""
    if moment.year < _YEAR_MIN or moment > now + _CLOCK_DIFFERENCE_MAX:
        fault = Fault("body", pointer, f"een tijdstip vanaf {_YEAR_MIN} dat niet in de toekomst ligt")
        raise InvalidInputError("Het tijdstip kan niet kloppen.", faults=(fault,))


@contextmanager
def _told() -> Iterator[None]:
    """Tell a refusal of the domain as the problem that the caller can mend."""
    try:
        yield
    except StapError as error:
        raise ConflictError(error.reden_nl) from None
    except OngeldigError as error:
        faults = tuple(Fault("body", pointer, said) for pointer, said in error.fouten)
        raise InvalidInputError("Dit kan niet kloppen.", faults=faults) from None
