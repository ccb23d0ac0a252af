"""What a receiver asks about an overdracht, how Veilig Thuis answers, and what each of them reads of it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.handover.domain import navraag as domain
from services.handover.domain.navraag import Navraag
from services.handover.handlers.common import Kamer, load_visible
from services.handover.handlers.navraaggang import tell
from services.handover.handlers.voortgang import as_conflict
from services.handover.store import navragen as store
from services.handover.store.navragen import Beschreven
from shared.audit import Act, record
from shared.db import in_transaction, retry_conflicts
from shared.errors import NotFoundError
from shared.ids import new_id
from shared.rules.access import Doel
from shared.web.access import toegang_of
from shared.web.auth import Caller
from shared.web.idempotency import Answer, Attempt, first_answer, keep_answer
from shared.web.pages import Page, time_place

_NOT_THERE = "Deze navraag is er niet."


@dataclass(frozen=True, slots=True)
class Gezien:
    """A question as one reader may see it, at some moment."""

    navraag: Navraag
    vraag: str
    antwoord: str | None
    now: datetime


async def ask(  # noqa: PLR0913, of one request
    kamer: Kamer,
    caller: Caller,
    overdracht_id: UUID,
    vraag: str,
    *,
    attempt: Attempt | None,
    render: Callable[[Gezien], dict[str, Any]],
) -> Answer:
    """Let a receiver ask about his overdracht."""
    made = kamer.made

    async def work() -> Answer:
        now = made.clock()
        async with in_transaction(made.engine) as conn:
            offer = await load_visible(conn, caller, overdracht_id, lock=True)
            known = await first_answer(conn, made.vault, attempt, now=now)
            if known:
                await record(conn, caller, _act("herhaald", UUID(known.body["id"]), offer.casus_id), now=now)
                return known
            waiting = await store.count_open(conn, overdracht_id)
            with as_conflict():
                new, facts = domain.ask(
                    offer,
                    navraag_id=new_id(),
                    door=caller.organisatie_id,
                    open_already=waiting,
                    now=now,
                    rules=made.rules,
                )
            await store.add_navraag(conn, made.vault, new, vraag, casus_id=offer.casus_id)
            await tell(conn, new, facts, casus_id=offer.casus_id, now=now)
            await record(conn, caller, _act("gesteld", new.id, offer.casus_id), now=now)
            answer = Answer(201, render(Gezien(new, vraag, None, now)))
            await keep_answer(conn, made.vault, attempt, answer)
        return answer

    return await retry_conflicts(work)


async def answer(kamer: Kamer, caller: Caller, which: tuple[UUID, UUID], antwoord: str) -> tuple[Gezien, bool]:
    """Keep the answer of Veilig Thuis, and say whether it was new; the same answer again is the same."""
    made, (overdracht_id, navraag_id) = kamer.made, which

    async def work() -> tuple[Gezien, bool]:
        now = made.clock()
        async with in_transaction(made.engine) as conn:
            offer = await load_visible(conn, caller, overdracht_id, lock=True)
            before = await _of_overdracht(conn, kamer, which, lock=True)
            again = before.antwoord == antwoord
            with as_conflict():
                after, facts = (before.navraag, ()) if again else domain.answer(before.navraag, now=now)
            if not again:
                await store.save_navraag(conn, made.vault, after, antwoord, casus_id=offer.casus_id)
                await tell(conn, after, facts, casus_id=offer.casus_id, now=now)
            await record(conn, caller, _act("beantwoord", navraag_id, offer.casus_id), now=now)
        return Gezien(after, before.vraag, antwoord, now), not again

    return await retry_conflicts(work)


async def confirm(kamer: Kamer, caller: Caller, which: tuple[UUID, UUID]) -> tuple[Gezien, bool]:
    """Keep that the receiver read the answer, and say whether that was new; it does not wait for him any more."""
    made, (overdracht_id, navraag_id) = kamer.made, which

    async def work() -> tuple[UUID, Beschreven, bool]:
        now = made.clock()
        async with in_transaction(made.engine) as conn:
            offer = await load_visible(conn, caller, overdracht_id, lock=True)
            before = await _of_overdracht(conn, kamer, which, lock=True)
            with as_conflict():
                after = domain.confirm_read(before.navraag, now=now)
            if after is not before.navraag:
                await store.save_navraag(conn, made.vault, after, None, casus_id=offer.casus_id)
            await record(conn, caller, _act("gezien", navraag_id, offer.casus_id), now=now)
        return offer.casus_id, replace(before, navraag=after), after is not before.navraag

    casus_id, found, new = await retry_conflicts(work)
    (shown,) = await _as_read_by(kamer, caller, casus_id, [found])
    return shown, new


async def read(kamer: Kamer, caller: Caller, which: tuple[UUID, UUID]) -> Gezien:
    """Return one question; a receiver reads it without what tells who reported."""
    made, (overdracht_id, navraag_id) = kamer.made, which
    async with in_transaction(made.engine) as conn:
        offer = await load_visible(conn, caller, overdracht_id)
        found = await _of_overdracht(conn, kamer, which)
        await record(conn, caller, _act("gelezen", navraag_id, offer.casus_id), now=made.clock())
    (shown,) = await _as_read_by(kamer, caller, offer.casus_id, [found])
    return shown


async def list_navragen(kamer: Kamer, caller: Caller, overdracht_id: UUID, part: Page) -> list[Gezien]:
    """Return the questions about an overdracht: one more than asked, when there are more."""
    made = kamer.made
    async with in_transaction(made.engine) as conn:
        offer = await load_visible(conn, caller, overdracht_id)
        found = await store.list_navragen(conn, made.vault, overdracht_id, na=time_place(part), limiet=part.limiet + 1)
        act = Act("navragen-gelezen", "overdracht", overdracht_id, casus_id=offer.casus_id)
        await record(conn, caller, act, now=made.clock())
    return await _as_read_by(kamer, caller, offer.casus_id, found)


async def _as_read_by(kamer: Kamer, caller: Caller, casus_id: UUID, found: Sequence[Beschreven]) -> list[Gezien]:
    """Return questions as a reader may see them: who may not know a melder, without what tells who he is.

    Raises ``OperationalError`` when intake cannot say what must be left out: nothing is shown uncut.
    """
    now = kamer.made.clock()
    whole = [Gezien(one.navraag, one.vraag, one.antwoord, now) for one in found]
    if toegang_of(caller).sees_all or not whole:
        return whole
    written = [tekst for one in whole for tekst in (one.vraag, one.antwoord) if tekst is not None]
    cut = await kamer.casus.cut_teksten(casus_id, written, purpose=Doel.OVERDRACHT.value)
    following = iter(cut.teksten)
    return [
        replace(one, vraag=next(following), antwoord=next(following) if one.antwoord is not None else None)
        for one in whole
    ]


async def _of_overdracht(
    conn: AsyncConnection, kamer: Kamer, which: tuple[UUID, UUID], *, lock: bool = False
) -> Beschreven:
    overdracht_id, navraag_id = which
    found = await store.find_navraag(conn, kamer.made.vault, navraag_id, lock=lock)
    if found is None or found.navraag.overdracht_id != overdracht_id:
        raise NotFoundError(_NOT_THERE)
    return found


def _act(actie: str, navraag_id: UUID, casus_id: UUID) -> Act:
    return Act(f"navraag-{actie}", "navraag", navraag_id, casus_id=casus_id)
