"""How an organisation that sits at a table reads it, and tells that it did what it had to do."""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.triage.domain import actie as acties
from services.triage.domain.actie import Actie, Afronding
from services.triage.domain.brieven import Weglater
from services.triage.domain.opschaling import Opschaling
from services.triage.domain.tafel import Tafel, TafelActie, actie_of, is_own, seats_of, tafel_of, with_texts, written_in
from services.triage.handlers.common import append_facts
from services.triage.handlers.fouten import judged
from services.triage.handlers.opschaling import view_of
from services.triage.store import acties as actie_store
from services.triage.store import opschaling as opschaling_store
from services.triage.store import tafel as store
from services.triage.store.values import AnyRow, Place
from shared.audit import Act, record
from shared.db import in_transaction, retry_conflicts
from shared.errors import NotFoundError
from shared.log import get_logger
from shared.rules.access import Betrekking
from shared.web.access import toegang_of
from shared.web.app import Resources
from shared.web.auth import Caller
from shared.web.etag import check_version

log = get_logger()

NO_TAFEL = "Deze tafel is er niet, of uw organisatie zit er niet meer aan."
NO_ACTIE = "Deze actie is er niet, of zij is niet aan uw organisatie."


@dataclass(frozen=True, slots=True)
class Kamer:
    """What tables are read with: the resources of the room, and who cuts its texts."""

    made: Resources
    weglater: Weglater


async def list_tafels(kamer: Kamer, caller: Caller, *, after: Place | None, limit: int) -> Sequence[AnyRow]:
    """Return the tables at which the organisation of the caller sits: codes and times."""
    async with in_transaction(kamer.made.engine) as conn:
        return await store.tafels_page(conn, caller.organisatie_id, after=after, limit=limit)


async def read_tafel(kamer: Kamer, caller: Caller, opschaling_id: UUID) -> Tafel:
    """Return one table as the organisation of the caller sees it.

    Intake cuts its texts first. Who left while that was done reads nothing.
    """
    made = kamer.made
    async with in_transaction(made.engine) as conn:
        found = await _seated(conn, made, caller, opschaling_id)
        if not toegang_of(caller).permits(ties(caller, found)):
            raise NotFoundError(NO_TAFEL)
        view = await view_of(conn, made, found, now=made.clock())
    tafel = tafel_of(found, caller.organisatie_id, overleggen=view.overleggen, acties=view.acties)
    cut = await kamer.weglater.cut_teksten(found.casus_id, written_in(tafel))
    await _record(kamer, caller, opschaling_id, Act("gelezen", "tafel", opschaling_id, casus_id=found.casus_id))
    return with_texts(tafel, cut.teksten)


async def read_tafel_actie(kamer: Kamer, caller: Caller, opschaling_id: UUID, actie_id: UUID) -> TafelActie:
    """Return one actie that the organisation of the caller must do."""
    made = kamer.made
    async with in_transaction(made.engine) as conn:
        tafel = await _seated(conn, made, caller, opschaling_id)
        found = await _own_actie(conn, made, caller, tafel, actie_id)
    cut = await kamer.weglater.cut_teksten(found.casus_id, (found.besluit,))
    await _record(kamer, caller, opschaling_id, Act("gelezen", "actie", actie_id, casus_id=found.casus_id))
    shown = actie_of(found, caller.organisatie_id)
    return TafelActie(
        shown.id, shown.eigen, shown.status, shown.versie, cut.teksten[0], shown.uiterlijk_dag, shown.afgerond_op
    )


async def finish_actie(  # noqa: PLR0913, where; keyword only after it
    made: Resources, caller: Caller, opschaling_id: UUID, actie_id: UUID, afronding: Afronding, *, seen: int
) -> Actie:
    """Note that the organisation did what it had to do; also when the table has ended."""
    now = made.clock()

    async def work() -> Actie:
        async with in_transaction(made.engine) as conn:
            # The row of the table is held: who moves or destroys its melding waits for that one too.
            tafel = await _seated(conn, made, caller, opschaling_id, lock=True)
            before = await _own_actie(conn, made, caller, tafel, actie_id)
            check_version(seen, before.versie)
            with judged():
                after, facts = acties.finish(before, afronding, now=now)
            if after is not before:
                await actie_store.save_actie(conn, made.vault, after)
                await append_facts(conn, after.casus_id, facts, about=(after.id,), now=now)
            await record(conn, caller, Act("afgerond", "actie", actie_id, casus_id=after.casus_id), now=now)
            return after

    after = await retry_conflicts(work)
    log.info("actie_finished", opschaling_id=str(opschaling_id), actie_id=str(actie_id))
    return after


async def _seated(
    conn: AsyncConnection, made: Resources, caller: Caller, opschaling_id: UUID, *, lock: bool = False
) -> Opschaling:
    """Return a table at which the organisation of the caller sits; otherwise it answers as if it were not there."""
    found = await opschaling_store.load_opschaling(conn, made.vault, opschaling_id, lock=lock)
    if found is None or not ties(caller, found):
        raise NotFoundError(NO_TAFEL)
    return found


def ties(caller: Caller, opschaling: Opschaling, actie: Actie | None = None) -> AbstractSet[Betrekking]:
    """Return what ties a caller to a table, and to what was decided there: it is for his organisation to do."""
    if not seats_of(opschaling, caller.organisatie_id):
        return frozenset()
    if actie is not None and is_own(actie, caller.organisatie_id):
        return frozenset({Betrekking.DEELNEMER, Betrekking.ACTIEHOUDER})
    return frozenset({Betrekking.DEELNEMER})


async def _own_actie(
    conn: AsyncConnection, made: Resources, caller: Caller, tafel: Opschaling, actie_id: UUID
) -> Actie:
    found = await actie_store.find_actie(conn, made.vault, tafel.id, actie_id)
    if found is None or not toegang_of(caller).permits(ties(caller, tafel, found)):
        raise NotFoundError(NO_ACTIE)
    return found


async def _record(kamer: Kamer, caller: Caller, opschaling_id: UUID, act: Act) -> None:
    """Record what is about to be given; raises ``NotFoundError`` for who left the table meanwhile."""
    async with in_transaction(kamer.made.engine) as conn:
        if not await store.sits_at(conn, opschaling_id, caller.organisatie_id):
            raise NotFoundError(NO_TAFEL)
        await record(conn, caller, act, now=kamer.made.clock())
