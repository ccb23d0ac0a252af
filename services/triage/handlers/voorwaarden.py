"""Veiligheidsvoorwaarden: setting them, and following whether they are kept, also after the conclusie."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.triage.domain import voorwaarden as rules
from services.triage.domain.dienst import Dienst
from services.triage.domain.voorwaarden import (
    ControleOpgave,
    Instemming,
    Instemt,
    Veiligheidsvoorwaarde,
    VoorwaardeOpgave,
)
from services.triage.handlers.common import Once, append_facts, check_moment, create, told
from services.triage.handlers.dienst import in_dienst, locked
from services.triage.handlers.genoemd import collecting, find_strangers, refuse
from services.triage.store import casussen, diensten
from services.triage.store import voorwaarden as store
from services.triage.store.voorwaarden import VoorwaardeItem
from shared.audit import Act, record
from shared.db import in_transaction, retry_conflicts
from shared.errors import Fault, NotFoundError
from shared.ids import new_id
from shared.log import get_logger
from shared.rules.behandelcodes import VoorwaardeStatus
from shared.rules.calendar import amsterdam_day
from shared.rules.deadlines import YEAR_MAX, YEAR_MIN
from shared.web.app import Resources
from shared.web.auth import Caller
from shared.web.etag import check_version
from shared.web.idempotency import Answer

log = get_logger()

_NO_VOORWAARDE = "Deze veiligheidsvoorwaarde is er niet."


async def record_voorwaarde(
    made: Resources, caller: Caller, dienst_id: UUID, opgave: VoorwaardeOpgave, once: Once[Veiligheidsvoorwaarde]
) -> Answer:
    """Set a veiligheidsvoorwaarde in a dienst, and announce until when it must be checked."""
    now = made.clock()
    refuse(_day_faults(opgave.controle_op, "/controleOp"))

    async def make(conn: AsyncConnection) -> Veiligheidsvoorwaarde:
        before = await locked(conn, made, dienst_id)
        with told():
            after, new, facts = rules.pose(before, opgave, voorwaarde_id=new_id(), now=now)
        await store.insert_voorwaarde(conn, made.vault, before, new)
        await diensten.save_versie(conn, after)
        await append_facts(conn, before.casus_id, facts, about=(new.id,), now=now)
        act = Act("vastgelegd", "veiligheidsvoorwaarde", new.id, casus_id=before.casus_id)
        await record(conn, caller, act, now=now)
        return new

    return await create(made, caller, once, in_dienst("veiligheidsvoorwaarde", dienst_id, make), now=now)


async def record_status(
    made: Resources, caller: Caller, voorwaarde_id: UUID, opgave: ControleOpgave, *, seen: int
) -> Veiligheidsvoorwaarde:
    """Note what came of a check, whatever became of the dienst, and announce it."""
    now = made.clock()
    refuse(_controle_faults(opgave, now))

    async def work() -> Veiligheidsvoorwaarde:
        async with in_transaction(made.engine) as conn:
            dienst, before = await _locked(conn, made, voorwaarde_id)
            check_version(seen, before.versie)
            with told():
                after, facts = rules.check(before, opgave, dienst, made.rules)
            if after is not before:
                await store.save_controle(conn, made.vault, dienst, after)
                await diensten.touch(conn, dienst)
                await append_facts(conn, dienst.casus_id, facts, about=(after.id, after.versie), now=now)
            act = Act("nagegaan", "veiligheidsvoorwaarde", voorwaarde_id, casus_id=dienst.casus_id)
            await record(conn, caller, act, now=now)
            return after

    found = await retry_conflicts(work)
    log.info("voorwaarde_checked", voorwaarde_id=str(voorwaarde_id))
    return found


async def record_instemmingen(
    made: Resources, caller: Caller, voorwaarde_id: UUID, instemmingen: Sequence[Instemming], *, seen: int
) -> Veiligheidsvoorwaarde:
    """Note of each of the directbetrokkenen whether he agrees, in the place of what was known of that."""
    now = made.clock()
    faults = _instemming_faults(instemmingen, now)

    async def work() -> Veiligheidsvoorwaarde:
        async with in_transaction(made.engine) as conn:
            dienst, before = await _locked(conn, made, voorwaarde_id)
            named = [(f"/instemmingen/{nr}/directbetrokkene", one.betrokkene) for nr, one in enumerate(instemmingen)]
            refuse([*faults, *await find_strangers(conn, dienst, named)])
            check_version(seen, before.versie)
            with told():
                after = rules.agree(before, instemmingen)
            if after is not before:
                await store.save_instemmingen(conn, made.vault, dienst, after)
                await diensten.touch(conn, dienst)
            act = Act("instemming", "veiligheidsvoorwaarde", voorwaarde_id, casus_id=dienst.casus_id)
            await record(conn, caller, act, now=now)
            return after

    return await retry_conflicts(work)


async def read_voorwaarde(
    made: Resources, caller: Caller, voorwaarde_id: UUID, *, dienst_id: UUID | None = None
) -> Veiligheidsvoorwaarde:
    """Return one veiligheidsvoorwaarde, of this dienst if one is named."""
    async with in_transaction(made.engine) as conn:
        found = await store.find_voorwaarde(conn, made.vault, voorwaarde_id)
        if found is None or dienst_id not in {None, found.dienst_id}:
            raise NotFoundError(_NO_VOORWAARDE)
        casus_id = await diensten.casus_of(conn, found.dienst_id)
        act = Act("gelezen", "veiligheidsvoorwaarde", voorwaarde_id, casus_id=casus_id)
        await record(conn, caller, act, now=made.clock())
    return found


@dataclass(frozen=True, slots=True)
class Zoekvraag:
    """Which veiligheidsvoorwaarden are asked for."""

    dienst_id: UUID | None
    casus_id: UUID | None
    status: VoorwaardeStatus | None


async def list_voorwaarden(
    made: Resources, caller: Caller, vraag: Zoekvraag, *, after: UUID | None, limit: int
) -> list[VoorwaardeItem]:
    """Return veiligheidsvoorwaarden in the order in which they were set: codes and times, nothing is opened."""
    async with in_transaction(made.engine) as conn:
        here = await casussen.current_casus(conn, vraag.casus_id) if vraag.casus_id else None
        found = await store.voorwaarden_page(
            conn, dienst_id=vraag.dienst_id, casus_id=here, status=vraag.status, after=after, limit=limit
        )
        if here:
            await record(conn, caller, Act("gelezen", "casus", here, casus_id=here), now=made.clock())
    return found


async def _locked(conn: AsyncConnection, made: Resources, voorwaarde_id: UUID) -> tuple[Dienst, Veiligheidsvoorwaarde]:
    dienst_id = await store.dienst_of(conn, voorwaarde_id)
    if dienst_id is None:
        raise NotFoundError(_NO_VOORWAARDE)
    dienst = await locked(conn, made, dienst_id)
    found = await store.find_voorwaarde(conn, made.vault, voorwaarde_id)
    if found is None:
        raise NotFoundError(_NO_VOORWAARDE)
    return dienst, found


def _day_faults(day: date, pointer: str) -> list[Fault]:
    """Refuse a day from which no term can be counted."""
    sane = YEAR_MIN <= day.year <= YEAR_MAX
    return [] if sane else [Fault("body", pointer, f"een dag in een jaar van {YEAR_MIN} tot en met {YEAR_MAX}")]


def _controle_faults(opgave: ControleOpgave, now: datetime) -> list[Fault]:
    faults: list[Fault] = []
    with collecting(faults):
        check_moment(opgave.nagegaan_op, "/nagegaanOp", now)
    again = opgave.volgende_controle_op
    if again is None:
        return faults
    pointer = "/volgendeControleOp"
    if opgave.status is VoorwaardeStatus.VERVALLEN:
        return [*faults, Fault("body", pointer, "wat is vervallen wordt niet meer nagegaan")]
    if again < amsterdam_day(now):
        return [*faults, Fault("body", pointer, "een dag die niet voorbij is")]
    return [*faults, *_day_faults(again, pointer)]


def _instemming_faults(instemmingen: Sequence[Instemming], now: datetime) -> list[Fault]:
    faults: list[Fault] = []
    for nr, one in enumerate(instemmingen):
        pointer = f"/instemmingen/{nr}"
        if one.moment is not None:
            with collecting(faults):
                check_moment(one.moment, f"{pointer}/moment", now)
        elif one.instemt is not Instemt.NOG_NIET_GEVRAAGD:
            faults.append(Fault("body", f"{pointer}/moment", "wanneer dit werd gezegd is nodig"))
        if one.betrokkene in {earlier.betrokkene for earlier in instemmingen[:nr]}:
            faults.append(Fault("body", f"{pointer}/directbetrokkene", "staat er al"))
    return faults
