"""What a professional does in a dienst to find out: the plan, informants, findings, and going on as an onderzoek."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import TypeVar
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.triage.domain import dienst as dienst_rules
from services.triage.domain import onderzoek as rules
from services.triage.domain.dienst import Dienst, DienstActie, OmzettingOpgave
from services.triage.domain.onderzoek import (
    Aanbod,
    Bevestiging,
    Bevinding,
    Informant,
    InformantOpgave,
    Plan,
    PlanVersie,
    Vermoeden,
)
from services.triage.handlers.common import NO_DIENST, Once, append_facts, check_moment, create, told
from services.triage.handlers.dienst import in_dienst, locked, view_of
from services.triage.handlers.genoemd import Named, collecting, find_strangers, refuse
from services.triage.handlers.reading import DienstView
from services.triage.store import diensten
from services.triage.store import onderzoek as store
from shared.audit import Act, record
from shared.db import in_transaction, retry_conflicts
from shared.errors import ConflictError, Fault, NotFoundError
from shared.ids import derived_id, new_id
from shared.log import get_logger
from shared.rules.behandelcodes import BevindingOordeel
from shared.web.app import Resources
from shared.web.auth import Caller
from shared.web.etag import check_version
from shared.web.idempotency import Answer

log = get_logger()

T = TypeVar("T")

_NO_INFORMANT = "Deze informant is er niet."
_NO_BEVINDING = "Deze bevinding is er niet."
_JUDGED = "Over dit vermoeden bij deze persoon is er al een bevinding: {id}. Wijzig die."
_CONVERTED = "Deze dienst is al omgezet, om een andere reden. Hij gaat verder in de nieuwe dienst."


# --- the plan ----------------------------------------------------------------------------------------------------


async def record_plan(made: Resources, caller: Caller, dienst_id: UUID, plan: Plan, *, seen: int) -> DienstView:
    """Draw up the plan of a dienst, or a next version of it."""
    now = made.clock()

    async def work() -> DienstView:
        async with in_transaction(made.engine) as conn:
            before = await locked(conn, made, dienst_id)
            named = [(f"/spreken/{number}", one) for number, one in enumerate(plan.spreken)]
            refuse(await find_strangers(conn, before, named))
            check_version(seen, before.versie)
            earlier = (await store.load_onderzoek(conn, made.vault, dienst_id)).plannen
            with told():
                after, new = rules.draw_up(before, earlier[-1] if earlier else None, plan, now=now)
            if new is not None:
                await store.insert_plan(conn, made.vault, after, new)
                await diensten.save_versie(conn, after)
            await record(conn, caller, Act("plan", "dienst", dienst_id, casus_id=after.casus_id), now=now)
            return await view_of(conn, made, dienst_id, now)

    view = await retry_conflicts(work)
    log.info("plan_recorded", dienst_id=str(dienst_id))
    return view


async def read_plannen(made: Resources, caller: Caller, dienst_id: UUID) -> tuple[Dienst, tuple[PlanVersie, ...]]:
    """Return a dienst and every version of its plan, the first first."""
    now = made.clock()
    async with in_transaction(made.engine) as conn:
        view = await view_of(conn, made, dienst_id, now)
        dienst, plannen = view.file.dienst, view.file.onderzoek.plannen
        if not plannen:
            raise NotFoundError("Deze dienst heeft nog geen plan.")
        await record(conn, caller, Act("gelezen", "plan", dienst_id, casus_id=dienst.casus_id), now=now)
    return dienst, plannen


# --- informants --------------------------------------------------------------------------------------------------


async def record_informant(
    made: Resources, caller: Caller, dienst_id: UUID, opgave: InformantOpgave, once: Once[Informant]
) -> Answer:
    """Note what an informant told, with consent or with why it was asked without."""
    now = made.clock()
    faults = [Fault("body", pointer, detail) for pointer, detail in rules.find_informant_faults(opgave)]
    with collecting(faults):
        check_moment(opgave.tijdstip, "/tijdstip", now)
    refuse(faults)

    async def make(conn: AsyncConnection) -> Informant:
        before = await locked(conn, made, dienst_id)
        with told():
            dienst_rules.next_status(before.status, DienstActie.INFORMANT)
        new = Informant(new_id(), opgave)
        await store.insert_informant(conn, made.vault, before, new)
        await record(conn, caller, Act("vastgelegd", "informant", new.id, casus_id=before.casus_id), now=now)
        return new

    return await create(made, caller, once, in_dienst("informant", dienst_id, make), now=now)


async def read_informant(made: Resources, caller: Caller, dienst_id: UUID, informant_id: UUID) -> Informant:
    """Return one informant of a dienst."""
    return await _read(
        made,
        caller,
        dienst_id,
        informant_id,
        "informant",
        lambda conn: store.find_informant(conn, made.vault, dienst_id, informant_id),
    )


async def record_bevestiging(  # noqa: PLR0913, keyword only after who and what
    made: Resources, caller: Caller, dienst_id: UUID, informant_id: UUID, bevestigd: Bevestiging, *, seen: int
) -> Informant:
    """Note whether an informant confirmed what was written down of his words."""
    now = made.clock()

    async def work() -> Informant:
        async with in_transaction(made.engine) as conn:
            dienst = await locked(conn, made, dienst_id)
            before = await store.find_informant(conn, made.vault, dienst_id, informant_id, lock=True)
            if before is None:
                raise NotFoundError(_NO_INFORMANT)
            check_version(seen, before.versie)
            after = rules.confirm(before, bevestigd)
            if after is not before:
                with told():
                    dienst_rules.next_status(dienst.status, DienstActie.INFORMANT)
                await store.save_bevestiging(conn, after)
            act = Act("bevestiging", "informant", informant_id, casus_id=dienst.casus_id)
            await record(conn, caller, act, now=now)
            return after

    return await retry_conflicts(work)


# --- findings ----------------------------------------------------------------------------------------------------


async def record_bevinding(  # noqa: PLR0913, PLR0917, the finding and on what it rests
    made: Resources,
    caller: Caller,
    dienst_id: UUID,
    vermoeden: Vermoeden,
    oordeel: BevindingOordeel,
    onderbouwing: str,
    once: Once[Bevinding],
) -> Answer:
    """Note what was found of one suspicion about one person; of each there is one finding, which can be revised."""
    now = made.clock()
    who = vermoeden.betrokkene
    bevinding_id = derived_id("bevinding", dienst_id, who.melding_id, who.nr, vermoeden.relatie, vermoeden.vorm)

    async def make(conn: AsyncConnection) -> Bevinding:
        before = await locked(conn, made, dienst_id)
        refuse(await find_strangers(conn, before, [("/directbetrokkene", who)]))
        known = await store.find_bevinding(conn, made.vault, dienst_id, bevinding_id)
        if known is not None:
            if rules.revise(known, oordeel, onderbouwing, now=now) is not known:
                raise ConflictError(_JUDGED.format(id=known.id))
            await record(conn, caller, Act("gelezen", "bevinding", known.id, casus_id=before.casus_id), now=now)
            return known
        with told():
            after = dienst_rules.rest_upon(before, DienstActie.BEVINDING)
        new = Bevinding(bevinding_id, vermoeden, oordeel, onderbouwing, now)
        await store.insert_bevinding(conn, made.vault, after, new)
        await diensten.save_versie(conn, after)
        await record(conn, caller, Act("vastgelegd", "bevinding", new.id, casus_id=after.casus_id), now=now)
        return new

    return await create(made, caller, once, in_dienst("bevinding", dienst_id, make), now=now)


async def read_bevinding(made: Resources, caller: Caller, dienst_id: UUID, bevinding_id: UUID) -> Bevinding:
    """Return one finding of a dienst."""
    return await _read(
        made,
        caller,
        dienst_id,
        bevinding_id,
        "bevinding",
        lambda conn: store.find_bevinding(conn, made.vault, dienst_id, bevinding_id),
    )


async def revise_bevinding(  # noqa: PLR0913, keyword only after who and what
    made: Resources,
    caller: Caller,
    dienst_id: UUID,
    bevinding_id: UUID,
    *,
    oordeel: BevindingOordeel,
    onderbouwing: str,
    seen: int,
) -> Bevinding:
    """Judge a suspicion anew, before the conclusie rests on it."""
    now = made.clock()

    async def work() -> Bevinding:
        async with in_transaction(made.engine) as conn:
            dienst = await locked(conn, made, dienst_id)
            before = await store.find_bevinding(conn, made.vault, dienst_id, bevinding_id, lock=True)
            if before is None:
                raise NotFoundError(_NO_BEVINDING)
            check_version(seen, before.versie)
            after = rules.revise(before, oordeel, onderbouwing, now=now)
            if after is not before:
                with told():
                    changed = dienst_rules.rest_upon(dienst, DienstActie.BEVINDING)
                await store.save_bevinding(conn, made.vault, changed, after)
                await diensten.save_versie(conn, changed)
            act = Act("gewijzigd", "bevinding", bevinding_id, casus_id=dienst.casus_id)
            await record(conn, caller, act, now=now)
            return after

    return await retry_conflicts(work)


# --- going on as an onderzoek --------------------------------------------------------------------------------------


async def record_omzetting(
    made: Resources, caller: Caller, dienst_id: UUID, opgave: OmzettingOpgave, once: Once[DienstView]
) -> Answer:
    """End voorwaarden en vervolg, start the onderzoek in which it goes on, and announce both."""
    now = made.clock()

    async def make(conn: AsyncConnection) -> DienstView:
        before = await locked(conn, made, dienst_id)
        nieuwe_dienst_id = derived_id(dienst_id, "omzetting")
        if before.omzetting is not None and before.omzetting.opgave != opgave:
            raise ConflictError(_CONVERTED)
        with told():
            after, onderzoek, facts = dienst_rules.convert(
                before,
                opgave,
                nieuwe_dienst_id=nieuwe_dienst_id,
                geopend_op=await diensten.opened_at(conn, before),
                now=now,
            )
        if onderzoek is not None:
            await diensten.save_omzetting(conn, made.vault, after, onderzoek)
            await append_facts(conn, after.casus_id, facts, about=(nieuwe_dienst_id,), now=now)
        await record(conn, caller, Act("omzetting", "dienst", dienst_id, casus_id=after.casus_id), now=now)
        return await view_of(conn, made, nieuwe_dienst_id, now)

    answer = await create(made, caller, once, in_dienst("dienst", dienst_id, make), now=now)
    log.info("dienst_converted", dienst_id=str(dienst_id))
    return answer


# --- the right to destruction ------------------------------------------------------------------------------------


async def record_aanbod(made: Resources, caller: Caller, dienst_id: UUID, opgave: Aanbod, once: Once[Aanbod]) -> Answer:
    """Note that somebody was pointed to his right to have the file destroyed; the same again is one."""
    now = made.clock()
    faults: list[Fault] = []
    with collecting(faults):
        check_moment(opgave.moment, "/moment", now)
    who = opgave.betrokkene
    named: list[Named] = [("/directbetrokkene", who)]

    async def make(conn: AsyncConnection) -> Aanbod:
        dienst = await locked(conn, made, dienst_id)
        refuse([*faults, *await find_strangers(conn, dienst, named)])
        with told():
            dienst_rules.check_aanbod(dienst)
        new = replace(
            opgave,
            id=derived_id("vernietigingsaanbod", dienst_id, who.melding_id, who.nr, opgave.moment, opgave.wijze),
        )
        await store.insert_aanbod(conn, made.vault, dienst, new)
        act = Act("vastgelegd", "vernietigingsaanbieding", new.id, casus_id=dienst.casus_id)
        await record(conn, caller, act, now=now)
        return new

    return await create(made, caller, once, in_dienst("vernietigingsaanbieding", dienst_id, make), now=now)


async def read_aanbod(made: Resources, caller: Caller, dienst_id: UUID, aanbod_id: UUID) -> Aanbod:
    """Return one offer of a dienst."""
    return await _read(
        made,
        caller,
        dienst_id,
        aanbod_id,
        "vernietigingsaanbieding",
        lambda conn: store.find_aanbod(conn, made.vault, dienst_id, aanbod_id),
    )


async def _read(  # noqa: PLR0913, PLR0917, what is read, of which dienst
    made: Resources,
    caller: Caller,
    dienst_id: UUID,
    row_id: UUID,
    soort: str,
    find: Callable[[AsyncConnection], Awaitable[T | None]],
) -> T:
    async with in_transaction(made.engine) as conn:
        casus_id = await diensten.casus_of(conn, dienst_id)
        found = await find(conn)
        if found is None:
            raise NotFoundError("Dit is er niet." if casus_id else NO_DIENST)
        await record(conn, caller, Act("gelezen", soort, row_id, casus_id=casus_id), now=made.clock())
    return found
