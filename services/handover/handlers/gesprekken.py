"""Plan and note the talks of a warm overdracht."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.handover.domain.gesprek import Afzegging, Deelnemer, Gesprek, Verslag, call_off, must_run, note
from services.handover.domain.overdracht import Overdracht
from services.handover.handlers.common import Kamer, load_visible
from services.handover.handlers.voortgang import Genomen, as_conflict, took
from services.handover.store import gesprekken, overdrachten
from shared.audit import Act, record
from shared.db import in_transaction, retry_conflicts
from shared.errors import Fault, InvalidInputError, NotFoundError
from shared.ids import derived_id, new_id
from shared.messaging.outbox import NewFact, append
from shared.rules.access import Doel
from shared.rules.codes import Rol
from shared.rules.overdrachtcodes import AfzegReden
from shared.web.auth import Caller
from shared.web.etag import check_version

_NOT_THERE = "Dit gesprek is er niet."
_GESPREKKEN_MAX = 20
# Clocks of organisations differ a little; what lies further ahead did not happen yet.
_CLOCK_DIFFERENCE_MAX = timedelta(minutes=5)
_KNOWS_THE_MELDER = frozenset({Rol.VT_MEDEWERKER, Rol.VT_TEAMLEIDER})


@dataclass(frozen=True, slots=True)
class Plan:
    """When they will talk, and who."""

    moment: datetime
    deelnemers: tuple[Deelnemer, ...]


@dataclass(frozen=True, slots=True)
class Notitie:
    """When they talked, who, and what came of it."""

    gehouden_op: datetime
    deelnemers: tuple[Deelnemer, ...]
    tekst: str


async def plan_gesprek(
    conn: AsyncConnection, caller: Caller, overdracht_id: UUID, plan: Plan, *, now: datetime
) -> Gesprek:
    """Plan a talk; Veilig Thuis and the receiver both may."""
    found = await load_visible(conn, caller, overdracht_id, lock=True)
    with as_conflict():
        must_run(found)
    gesprek = Gesprek(
        id=new_id(),
        overdracht_id=overdracht_id,
        moment=plan.moment,
        deelnemers=plan.deelnemers,
        gepland_door=caller.organisatie_id,
    )
    if await gesprekken.count_gesprekken(conn, overdracht_id) >= _GESPREKKEN_MAX:
        fault = Fault("body", "/moment", f"ten hoogste {_GESPREKKEN_MAX} gesprekken per overdracht")
        raise InvalidInputError("Er zijn al zoveel gesprekken gepland; leg die eerst vast.", faults=(fault,))
    await gesprekken.add_gesprek(conn, gesprek)
    await record(conn, caller, _act("gesprek-plannen", found), now=now)
    return gesprek


async def record_repeat(conn: AsyncConnection, caller: Caller, overdracht_id: UUID, *, now: datetime) -> None:
    """Record that somebody was given the answer to his plan once more."""
    found = await load_visible(conn, caller, overdracht_id)
    await record(conn, caller, _act("gesprek-plannen", found), now=now)


async def list_gesprekken(kamer: Kamer, caller: Caller, overdracht_id: UUID) -> Sequence[Gesprek]:
    """Return the talks about an overdracht, without hidden melders for who may not know them."""
    async with in_transaction(kamer.made.engine) as conn:
        found = await load_visible(conn, caller, overdracht_id)
        await record(conn, caller, _act("gesprekken-lezen", found), now=kamer.made.clock())
        all_of_them = await gesprekken.list_gesprekken(conn, kamer.made.vault, overdracht_id)
    return await _cut(kamer, caller, found, all_of_them)


async def read_gesprek(kamer: Kamer, caller: Caller, overdracht_id: UUID, gesprek_id: UUID) -> Gesprek:
    """Return one talk."""
    found = await list_gesprekken(kamer, caller, overdracht_id)
    one = next((gesprek for gesprek in found if gesprek.id == gesprek_id), None)
    if one is None:
        raise NotFoundError(_NOT_THERE)
    return one


async def note_gesprek(  # noqa: PLR0913, PLR0917, which talk of which overdracht, and the version that was seen
    kamer: Kamer, caller: Caller, overdracht_id: UUID, gesprek_id: UUID, notitie: Notitie, seen: int
) -> Gesprek:
    """Note what came of a talk, or correct it by a next version.

    Raises ``StaleError`` for who saw another version, ``InvalidInputError`` for a moment to come.
    """

    async def work() -> tuple[Overdracht, Gesprek]:
        now = kamer.made.clock()
        if notitie.gehouden_op > now + _CLOCK_DIFFERENCE_MAX:
            fault = Fault("body", "/gehoudenOp", "ligt in de toekomst")
            raise InvalidInputError("Een gesprek dat nog komt heeft geen verslag.", faults=(fault,))
        async with in_transaction(kamer.made.engine) as conn:
            before = await load_visible(conn, caller, overdracht_id, lock=True)
            gesprek = await gesprekken.find_gesprek(conn, kamer.made.vault, overdracht_id, gesprek_id)
            if gesprek is None:
                raise NotFoundError(_NOT_THERE)
            check_version(seen, gesprek.versie)
            after = await _noted(conn, kamer, before, gesprek, _verslag(gesprek, notitie, caller, now))
            await record(conn, caller, _act("gesprek-vastleggen", before), now=now)
        return before, after

    overdracht, gesprek = await retry_conflicts(work)
    return (await _cut(kamer, caller, overdracht, [gesprek]))[0]


async def call_off_gesprek(  # noqa: PLR0913, PLR0917, which talk of which overdracht, and the version that was seen
    kamer: Kamer, caller: Caller, overdracht_id: UUID, gesprek_id: UUID, reden: AfzegReden, seen: int
) -> Gesprek:
    """Call off a talk that was planned; Veilig Thuis and the receiver both may. For the same reason again is one.

    Raises ``StaleError`` for who saw another version, ``ConflictError`` for a talk that was held.
    """

    async def work() -> Gesprek:
        now = kamer.made.clock()
        async with in_transaction(kamer.made.engine) as conn:
            overdracht = await load_visible(conn, caller, overdracht_id, lock=True)
            before = await gesprekken.find_gesprek(conn, kamer.made.vault, overdracht_id, gesprek_id)
            if before is None:
                raise NotFoundError(_NOT_THERE)
            with as_conflict():
                after = call_off(before, Afzegging(reden=reden, door=caller.organisatie_id, op=now))
            if after is not before:
                check_version(seen, before.versie)
                await gesprekken.save_afzegging(conn, after)
            await record(conn, caller, _act("gesprek-afzeggen", overdracht), now=now)
        return after  # of a talk that is called off nothing was written down

    return await retry_conflicts(work)


def _verslag(gesprek: Gesprek, notitie: Notitie, caller: Caller, now: datetime) -> Verslag:
    return Verslag(
        gehouden_op=notitie.gehouden_op,
        deelnemers=notitie.deelnemers,
        tekst=notitie.tekst,
        versie=gesprek.verslag.versie + 1 if gesprek.verslag else 1,
        door=caller.organisatie_id,
        vastgelegd_op=now,
    )


async def _noted(
    conn: AsyncConnection, kamer: Kamer, before: Overdracht, gesprek: Gesprek, verslag: Verslag
) -> Gesprek:
    with as_conflict():
        after, overdracht, fact = note(gesprek, before, verslag)
    if after is gesprek:
        return gesprek
    await gesprekken.add_verslag(conn, kamer.made.vault, before.casus_id, after)
    genomen = Genomen(now=verslag.vastgelegd_op, door=verslag.door)
    if fact and overdracht is not before:
        await overdrachten.save_overdracht(conn, kamer.made.vault, overdracht)
        await took(conn, kamer.made.vault, overdracht, fact, genomen)
    elif fact:
        told = NewFact(derived_id("overdracht-gesprek", gesprek.id), before.casus_id, fact)
        await append(conn, [told], now=genomen.now)
    return after


async def _cut(kamer: Kamer, caller: Caller, overdracht: Overdracht, found: Sequence[Gesprek]) -> Sequence[Gesprek]:
    """Return talks as this reader may read them."""
    noted = [one.verslag.tekst for one in found if one.verslag]
    if caller.rol in _KNOWS_THE_MELDER or not noted:
        return found
    cut = await kamer.casus.cut_teksten(overdracht.casus_id, noted, purpose=Doel.OVERDRACHT.value)
    following = iter(cut.teksten)
    return [replace(one, verslag=replace(one.verslag, tekst=next(following))) if one.verslag else one for one in found]


def _act(actie: str, overdracht: Overdracht) -> Act:
    return Act(actie, "overdracht", overdracht.id, casus_id=overdracht.casus_id)
