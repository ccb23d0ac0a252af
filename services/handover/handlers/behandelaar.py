"""How people of a receiver divide its overdrachten among themselves."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.handover.domain.behandelaar import Behandeling, Regel, Toedeling, assign, takes_from_colleague
from services.handover.domain.overdracht import Overdracht, StapError
from services.handover.handlers.common import NIET_GEVONDEN, Kamer, load_visible
from services.handover.store import behandelaars, overdrachten
from shared.audit import Act, record
from shared.db import in_transaction, retry_conflicts
from shared.errors import ConflictError, Fault, InvalidInputError, NotFoundError
from shared.web.auth import Caller
from shared.web.etag import check_version


@dataclass(frozen=True, slots=True)
class BehandelingView:
    """Who sees to an overdracht, and who did from first to last."""

    behandeling: Behandeling
    geschiedenis: Sequence[Regel]


async def read_behandelaar(kamer: Kamer, caller: Caller, overdracht_id: UUID) -> BehandelingView:
    """Return who of the receiver sees to an overdracht; only the receiver itself is told."""
    now = kamer.made.clock()
    async with in_transaction(kamer.made.engine) as conn:
        found = await load_visible(conn, caller, overdracht_id)
        await record(conn, caller, _act("behandelaar-lezen", found), now=now)
        return await _view(conn, await behandelaars.read_behandeling(conn, overdracht_id))


async def record_behandelaar(
    kamer: Kamer, caller: Caller, overdracht_id: UUID, wanted: Toedeling, *, seen: int
) -> BehandelingView:
    """Let a colleague, himself or nobody see to an overdracht; who takes it from a colleague says why.

    The same again changes nothing. Raises ``StaleError`` for who saw another version, ``ConflictError`` when the
    receiver has nothing to do with it any more, and ``InvalidInputError`` for a reason that is missing.
    """

    async def work() -> BehandelingView:
        now = kamer.made.clock()
        async with in_transaction(kamer.made.engine) as conn:
            await load_visible(conn, caller, overdracht_id)
            # Only this row: nothing of its casus changes by who sees to it.
            locked = await overdrachten.find_overdracht(conn, overdracht_id, lock=True)
            if locked is None:
                raise NotFoundError(NIET_GEVONDEN)
            before = await behandelaars.read_behandeling(conn, overdracht_id)
            check_version(seen, before.versie)
            if takes_from_colleague(before, wanted, door=caller.subject) and wanted.reden is None:
                fault = Fault("body", "/reden", "verplicht als een collega de overdracht behandelt")
                raise InvalidInputError("Zeg waarom u dit van een collega overneemt.", faults=(fault,))
            try:
                after, regel = assign(before, wanted, door=caller.subject, now=now)
            except StapError as error:
                raise ConflictError(error.reden_nl) from None
            if regel:
                await behandelaars.save_behandeling(conn, after, regel)
            await record(conn, caller, _act(regel.actie if regel else "toedelen", locked), now=now)
            return await _view(conn, after)

    return await retry_conflicts(work)


async def _view(conn: AsyncConnection, behandeling: Behandeling) -> BehandelingView:
    return BehandelingView(behandeling, await behandelaars.list_regels(conn, behandeling.overdracht_id))


def _act(actie: str, overdracht: Overdracht) -> Act:
    return Act(actie, "overdracht", overdracht.id, casus_id=overdracht.casus_id)
