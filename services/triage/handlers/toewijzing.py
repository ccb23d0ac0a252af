"""How work is divided: taken up, passed on, let go, and given out by a team lead, one by one or in bulk."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.triage.domain import toewijzing as rules
from services.triage.domain.toewijzing import (
    MAY_NOW,
    Regel,
    Step,
    ToewijzingOpgave,
    VrijgaveOpgave,
    Werkstuk,
    Wie,
)
from services.triage.handlers.common import append_facts, told
from services.triage.store import toewijzing as store
from shared.audit import Act, record
from shared.db import in_transaction, retry_conflicts
from shared.errors import CallerError, NotFoundError, StaleError
from shared.ids import derived_id
from shared.log import get_logger
from shared.messaging.codec import type_of
from shared.messaging.outbox import NewFact, append
from shared.rules.codes import Rol
from shared.web.app import Resources
from shared.web.auth import Caller
from shared.web.etag import ANY
from shared.web.idempotency import Answer, Attempt, first_answer, keep_answer

log = get_logger()

NO_WERK = "Dit werk is er niet."
# How people call themselves, so that nobody needs to know his own id.
MIJ = "mij"

Decide = Callable[[Werkstuk, datetime], Step]


@dataclass(frozen=True, slots=True)
class WerkView:
    """The work of a dossier with the history of its owners, at some moment."""

    werkstuk: Werkstuk
    geschiedenis: tuple[Regel, ...]
    now: datetime


@dataclass(frozen=True, slots=True)
class Toedeling:
    """One item of a bulk: which work, as it was seen, and to whom it goes."""

    dossier_id: UUID
    versie: int
    opgave: ToewijzingOpgave


Uitslag = Werkstuk | CallerError
Render = Callable[[Sequence[tuple[Toedeling, Uitslag]]], dict[str, Any]]


def wie_of(caller: Caller) -> Wie:
    """Return a caller as the rules know him."""
    return Wie(caller.subject, leidt=caller.rol is Rol.VT_TEAMLEIDER)


def named(medewerker_id: str, caller: Caller) -> str:
    """Return the id that is meant: of the caller himself where he says so."""
    return caller.subject if medewerker_id == MIJ else medewerker_id


async def read_werk(made: Resources, caller: Caller, dossier_id: UUID) -> WerkView:
    """Return the work of a dossier with who owned it."""
    now = made.clock()
    async with in_transaction(made.engine) as conn:
        found = (await store.load_werkstukken(conn, made.vault, [dossier_id])).get(dossier_id)
        if found is None:
            raise NotFoundError(NO_WERK)
        await record(conn, caller, _act("gelezen", found), now=now)
        return await _view(conn, made, found, now)


async def record_toewijzing(
    made: Resources, caller: Caller, dossier_id: UUID, opgave: ToewijzingOpgave, *, seen: int
) -> WerkView:
    """Give work to a worker: take it up, pass it on, or say as a team lead whose it is."""
    wie = wie_of(caller)
    return await change_werk(
        made, caller, dossier_id, lambda before, now: rules.assign(before, opgave, wie=wie, now=now),
        what="toegewezen", seen=seen,
    )  # fmt: skip


async def record_vrijgave(
    made: Resources, caller: Caller, dossier_id: UUID, opgave: VrijgaveOpgave, *, seen: int
) -> WerkView:
    """Let work go, with the reason."""
    wie = wie_of(caller)
    return await change_werk(
        made, caller, dossier_id, lambda before, now: rules.release(before, opgave, wie=wie, now=now),
        what="vrijgegeven", seen=seen,
    )  # fmt: skip


async def change_werk(  # noqa: PLR0913, what is done, keyword only
    made: Resources, caller: Caller, dossier_id: UUID, decide: Decide, *, what: str, seen: int
) -> WerkView:
    """Do one step on the work of a dossier that somebody saw in a version, and tell it."""
    now = made.clock()

    async def work() -> WerkView:
        async with in_transaction(made.engine) as conn:
            before = await lock_werk(conn, made, dossier_id)
            after, facts = _decided(before, decide, seen=seen, now=now)
            if after is not before:
                await store.save_werkstuk(conn, made.vault, before, after)
                await append_facts(conn, after.casus_id, facts, about=_about(after), now=now)
            await record(conn, caller, _act(what, after), now=now)
            return await _view(conn, made, after, now)

    view = await retry_conflicts(work)
    log.info("werk_changed", dossier_id=str(dossier_id), melding_id=str(view.werkstuk.melding_id))
    return view


async def assign_werk(
    made: Resources, caller: Caller, items: Sequence[Toedeling], *, attempt: Attempt | None, render: Render
) -> Answer:
    """Give out much work at once, each item by itself; the same request again gives the first answer.

    What an item decides touches nothing but that item, so one that is refused leaves its neighbours as they were; all
    are held from the beginning, in one order, so that two who do this at once wait and do not stop each other.
    """
    now = made.clock()

    async def work() -> Answer:
        async with in_transaction(made.engine) as conn:
            known = await first_answer(conn, made.vault, attempt, now=now)
            await record(conn, caller, Act("herhaald" if known else "verdeeld", "werk", None), now=now)
            if known is not None:
                return known
            results = await _divide(conn, made, caller, items, now=now)
            answer = Answer(200, render(list(zip(items, results, strict=True))))
            await keep_answer(conn, made.vault, attempt, answer)
            return answer

    answer = await retry_conflicts(work)
    log.info("werk_divided", count=len(items))
    return answer


async def _divide(
    conn: AsyncConnection, made: Resources, caller: Caller, items: Sequence[Toedeling], *, now: datetime
) -> list[Uitslag]:
    wie = wie_of(caller)
    found = await store.load_werkstukken(conn, made.vault, {item.dossier_id for item in items}, lock=True)
    results: list[Uitslag] = []
    new: list[NewFact] = []
    for item in items:
        before = found.get(item.dossier_id)
        try:
            after, facts = _assigned(before, item, wie=wie, now=now)
        except CallerError as error:
            results.append(error)
            continue
        if before is not None and after is not before:
            await store.save_werkstuk(conn, made.vault, before, after)
            new += [NewFact(derived_id(*_about(after), type_of(fact)), after.casus_id, fact, None) for fact in facts]
        await record(conn, caller, _act("toegewezen", after), now=now)
        # Who names a dossier twice saw, the second time, a version that is no longer there.
        found[item.dossier_id] = after
        results.append(after)
    await append(conn, new, now=now)
    return results


def _assigned(before: Werkstuk | None, item: Toedeling, *, wie: Wie, now: datetime) -> Step:
    if before is None:
        raise NotFoundError(NO_WERK)
    return _decided(before, lambda one, at: rules.assign(one, item.opgave, wie=wie, now=at), seen=item.versie, now=now)


async def end_ownership(
    conn: AsyncConnection, made: Resources, caller: Caller, dossier_id: UUID, *, now: datetime
) -> None:
    """End who owns the work of a locked dossier, before the step that ends the work is saved."""
    before = (await store.load_werkstukken(conn, made.vault, [dossier_id]))[dossier_id]
    if before.werk is not None:
        after = rules.end(before, wie=wie_of(caller), now=now)
        await store.save_werkstuk(conn, made.vault, before, after)


async def lock_werk(conn: AsyncConnection, made: Resources, dossier_id: UUID) -> Werkstuk:
    """Return the work of a dossier and keep others from changing it; raises ``NotFoundError``."""
    found = (await store.load_werkstukken(conn, made.vault, [dossier_id], lock=True)).get(dossier_id)
    if found is None:
        raise NotFoundError(NO_WERK)
    return found


def _decided(before: Werkstuk, decide: Decide, *, seen: int, now: datetime) -> Step:
    """Return what a step makes of work that was seen in a version; a refusal says who may do what now."""
    if seen not in {ANY, before.versie}:
        raise StaleError(f"Iemand anders was u voor; lees opnieuw en beslis dan. {MAY_NOW[before.status]}")
    with told():
        return decide(before, now)


async def _view(conn: AsyncConnection, made: Resources, of: Werkstuk, now: datetime) -> WerkView:
    return WerkView(of, await store.load_history(conn, made.vault, of.dossier_id), now)


def _about(after: Werkstuk) -> tuple[object, ...]:
    return ("toewijzing", after.dossier_id, after.versie)


def _act(what: str, of: Werkstuk) -> Act:
    return Act(what, "werk", of.dossier_id, casus_id=of.casus_id)
