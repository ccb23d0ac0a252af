"""Meetings of a table, and the acties that are agreed there: planned, held, noted in one go, done or given up."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.triage.domain import actie as acties
from services.triage.domain import opschaling as tables
from services.triage.domain import overleg as rules
from services.triage.domain.actie import Actie, ActieOpgave, ActieStatus, Afronding
from services.triage.domain.fouten import Fout, refuse
from services.triage.domain.opschaling import Opschaling, OpschalingActie, TekstDeel
from services.triage.domain.overleg import Overleg, OverlegStatus, Verslag
from services.triage.handlers.common import Creation, Once, append_facts, create
from services.triage.handlers.fouten import judged
from services.triage.handlers.opschaling import locked
from services.triage.store import acties as actie_store
from services.triage.store import opschaling as opschaling_store
from services.triage.store import overleg as store
from shared.audit import Act, record
from shared.db import in_transaction, retry_conflicts
from shared.errors import NotFoundError
from shared.ids import new_id
from shared.log import get_logger
from shared.rules.settings import RuleSettings
from shared.web.app import Resources
from shared.web.auth import Caller
from shared.web.etag import check_version
from shared.web.idempotency import Answer

log = get_logger()

NO_OVERLEG = "Dit overleg is er niet."
NO_ACTIE = "Deze actie is er niet."


@dataclass(frozen=True, slots=True)
class VerslagOpgave:
    """What came of a meeting, with the acties that were agreed in it."""

    verslag: Verslag
    acties: tuple[ActieOpgave, ...]


@dataclass(frozen=True, slots=True)
class OverlegOpgave:
    """A meeting; with what came of it when it has been held already."""

    gepland_op: datetime
    agenda: tuple[TekstDeel, ...]
    gehouden: VerslagOpgave | None


@dataclass(frozen=True, slots=True)
class OverlegView:
    """A meeting with the acties that were agreed in it."""

    overleg: Overleg
    acties: tuple[Actie, ...]
    now: datetime
    rules: RuleSettings


@dataclass(frozen=True, slots=True)
class ActieView:
    actie: Actie
    now: datetime
    rules: RuleSettings


async def record_overleg(
    made: Resources, caller: Caller, opschaling_id: UUID, opgave: OverlegOpgave, once: Once[OverlegView]
) -> Answer:
    """Plan a meeting, or note in one go that it was held and what was agreed."""
    now = made.clock()

    async def make(conn: AsyncConnection) -> OverlegView:
        before = await locked(conn, made, opschaling_id)
        planned = Overleg(
            id=new_id(),
            opschaling_id=before.id,
            status=OverlegStatus.GEPLAND,
            versie=1,
            gepland_op=opgave.gepland_op,
            agenda=opgave.agenda,
        )
        agreed: tuple[Actie, ...] = ()
        if opgave.gehouden is None:
            with judged():
                after = tables.note(before, OpschalingActie.PLANNEN)
            await store.insert_overleg(conn, made.vault, before.casus_id, planned)
            await opschaling_store.save_opschaling(conn, made.vault, before, after)
        else:
            with judged():
                held = _held(before, planned, opgave.gehouden, made.rules, "/gehouden", now)
            await store.insert_overleg(conn, made.vault, before.casus_id, held.overleg)
            agreed = await _keep(conn, made, before, held, now)
            planned = held.overleg
        await record(conn, caller, Act("vastgelegd", "overleg", planned.id, casus_id=before.casus_id), now=now)
        return OverlegView(planned, agreed, now, made.rules)

    creation = Creation("overleg", make, lambda conn: opschaling_store.casus_of(conn, opschaling_id))
    return await create(made, caller, once, creation, now=now)


async def record_verslag(  # noqa: PLR0913, where; keyword only after it
    made: Resources, caller: Caller, opschaling_id: UUID, overleg_id: UUID, opgave: VerslagOpgave, *, seen: int
) -> OverlegView:
    """Note that a planned meeting was held, and what was agreed; the same once more changes nothing."""
    now = made.clock()

    async def work() -> OverlegView:
        async with in_transaction(made.engine) as conn:
            before, overleg = await _found(conn, made, opschaling_id, overleg_id)
            check_version(seen, overleg.versie)
            if overleg.verslag != opgave.verslag:
                with judged():
                    held = _held(before, overleg, opgave, made.rules, "", now)
                await store.save_overleg(conn, made.vault, before.casus_id, held.overleg)
                await _keep(conn, made, before, held, now)
                overleg = held.overleg
            await record(conn, caller, Act("gehouden", "overleg", overleg_id, casus_id=before.casus_id), now=now)
            return OverlegView(overleg, await _agreed_in(conn, made, overleg), now, made.rules)

    view = await retry_conflicts(work)
    log.info("overleg_held", opschaling_id=str(opschaling_id), overleg_id=str(overleg_id))
    return view


async def record_afzegging(
    made: Resources, caller: Caller, opschaling_id: UUID, overleg_id: UUID, *, seen: int
) -> OverlegView:
    """Note that a planned meeting will not be held."""
    now = made.clock()

    async def work() -> OverlegView:
        async with in_transaction(made.engine) as conn:
            before, overleg = await _found(conn, made, opschaling_id, overleg_id)
            check_version(seen, overleg.versie)
            with judged():
                after = rules.call_off(overleg)
            if after is not overleg:
                await store.save_overleg(conn, made.vault, before.casus_id, after)
            await record(conn, caller, Act("afgezegd", "overleg", overleg_id, casus_id=before.casus_id), now=now)
            return OverlegView(after, (), now, made.rules)

    return await retry_conflicts(work)


@dataclass(frozen=True, slots=True)
class _Held:
    after: Opschaling
    overleg: Overleg
    acties: tuple[Actie, ...]


def _held(  # noqa: PLR0913, PLR0917, one decision over the table, the meeting and what was agreed
    before: Opschaling, overleg: Overleg, opgave: VerslagOpgave, settings: RuleSettings, pointer: str, now: datetime
) -> _Held:
    after = tables.note(before, OpschalingActie.HOUDEN)
    deelnemers = {one.id for one in before.deelnemers}
    faults = [
        *rules.verslag_faults(opgave.verslag, deelnemers=deelnemers, pointer=pointer, now=now),
        *_acties_faults(opgave.acties, f"{pointer}/acties", now),
    ]
    held = rules.hold(overleg, opgave.verslag, faults)
    agreed = tuple(_actie(before, one, settings, overleg_id=overleg.id, now=now) for one in opgave.acties)
    return _Held(after, held, agreed)


def _acties_faults(opgaven: Sequence[ActieOpgave], pointer: str, now: datetime) -> Iterator[Fout]:
    for place, one in enumerate(opgaven):
        yield from acties.opgave_faults(one, f"{pointer}/{place}", now=now)


def _actie(
    of: Opschaling, opgave: ActieOpgave, settings: RuleSettings, *, overleg_id: UUID | None, now: datetime
) -> Actie:
    return Actie(
        id=new_id(),
        opschaling_id=of.id,
        bij_id=of.id,
        melding_id=of.melding_id,
        casus_id=of.casus_id,
        gemeente_code=of.gemeente_code,
        overleg_id=overleg_id,
        status=ActieStatus.OPEN,
        versie=1,
        besluit=opgave.besluit,
        eigenaar=opgave.eigenaar,
        afgesproken_op=now,
        uiterlijk_dag=acties.last_day(opgave, settings, now=now),
    )


async def _keep(
    conn: AsyncConnection, made: Resources, before: Opschaling, held: _Held, now: datetime
) -> tuple[Actie, ...]:
    """Keep what was agreed in a meeting, and tell it."""
    for one in held.acties:
        await _add_actie(conn, made, one, now)
    await opschaling_store.save_opschaling(conn, made.vault, before, held.after)
    return held.acties


async def _add_actie(conn: AsyncConnection, made: Resources, new: Actie, now: datetime) -> None:
    _, facts = acties.agree(new)
    await actie_store.insert_actie(conn, made.vault, new)
    await append_facts(conn, new.casus_id, facts, about=(new.id,), now=now)


async def _found(
    conn: AsyncConnection, made: Resources, opschaling_id: UUID, overleg_id: UUID
) -> tuple[Opschaling, Overleg]:
    before = await locked(conn, made, opschaling_id)
    overleggen = await store.overleggen_of(conn, made.vault, opschaling_id)
    overleg = next((one for one in overleggen if one.id == overleg_id), None)
    if overleg is None:
        raise NotFoundError(NO_OVERLEG)
    return before, overleg


async def _agreed_in(conn: AsyncConnection, made: Resources, overleg: Overleg) -> tuple[Actie, ...]:
    found = await actie_store.acties_of(conn, made.vault, overleg.opschaling_id)
    return tuple(one for one in found if one.overleg_id == overleg.id)


# --- acties ------------------------------------------------------------------------------------------------------


async def record_actie(
    made: Resources, caller: Caller, opschaling_id: UUID, opgave: ActieOpgave, once: Once[ActieView]
) -> Answer:
    """Agree an actie outside a meeting."""
    now = made.clock()

    async def make(conn: AsyncConnection) -> ActieView:
        before = await locked(conn, made, opschaling_id)
        with judged():
            after = tables.note(before, OpschalingActie.ACTIE)
            refuse(acties.opgave_faults(opgave, "", now=now))
        new = _actie(before, opgave, made.rules, overleg_id=None, now=now)
        await _add_actie(conn, made, new, now)
        await opschaling_store.save_opschaling(conn, made.vault, before, after)
        await record(conn, caller, Act("afgesproken", "actie", new.id, casus_id=new.casus_id), now=now)
        return ActieView(new, now, made.rules)

    creation = Creation("actie", make, lambda conn: opschaling_store.casus_of(conn, opschaling_id))
    return await create(made, caller, once, creation, now=now)


async def record_actie_afronding(  # noqa: PLR0913, where; keyword only after it
    made: Resources, caller: Caller, opschaling_id: UUID, actie_id: UUID, afronding: Afronding, *, seen: int
) -> ActieView:
    """Note that an actie was done, or given up and why; also when its table has ended."""
    now = made.clock()

    async def work() -> ActieView:
        async with in_transaction(made.engine) as conn:
            await locked(conn, made, opschaling_id)
            before = await actie_store.find_actie(conn, made.vault, opschaling_id, actie_id)
            if before is None:
                raise NotFoundError(NO_ACTIE)
            check_version(seen, before.versie)
            with judged():
                after, facts = acties.finish(before, afronding, now=now)
            if after is not before:
                await actie_store.save_actie(conn, made.vault, after)
                await append_facts(conn, after.casus_id, facts, about=(after.id,), now=now)
            await record(conn, caller, Act("afgerond", "actie", actie_id, casus_id=after.casus_id), now=now)
            return ActieView(after, now, made.rules)

    view = await retry_conflicts(work)
    log.info("actie_finished", opschaling_id=str(opschaling_id), actie_id=str(actie_id))
    return view


# --- reading -----------------------------------------------------------------------------------------------------


async def read_overleg(made: Resources, caller: Caller, opschaling_id: UUID, overleg_id: UUID) -> OverlegView:
    """Return one meeting with the acties that were agreed in it."""
    now = made.clock()
    async with in_transaction(made.engine) as conn:
        casus_id = await opschaling_store.casus_of(conn, opschaling_id)
        overleggen = await store.overleggen_of(conn, made.vault, opschaling_id)
        found = next((one for one in overleggen if one.id == overleg_id), None)
        if found is None:
            raise NotFoundError(NO_OVERLEG)
        await record(conn, caller, Act("gelezen", "overleg", overleg_id, casus_id=casus_id), now=now)
        return OverlegView(found, await _agreed_in(conn, made, found), now, made.rules)


async def read_actie(made: Resources, caller: Caller, opschaling_id: UUID, actie_id: UUID) -> ActieView:
    """Return one actie."""
    now = made.clock()
    async with in_transaction(made.engine) as conn:
        found = await actie_store.find_actie(conn, made.vault, opschaling_id, actie_id)
        if found is None:
            raise NotFoundError(NO_ACTIE)
        await record(conn, caller, Act("gelezen", "actie", actie_id, casus_id=found.casus_id), now=now)
    return ActieView(found, now, made.rules)
