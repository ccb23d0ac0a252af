"""Veilig Thuis takes back an offer that nobody answered."""

from uuid import UUID

from services.handover.domain.intrekken import due_again, revoke
from services.handover.domain.overdracht import Overdracht
from services.handover.handlers.common import Kamer, again_before, load_visible
from services.handover.handlers.voortgang import Genomen, act, as_conflict, ended
from shared.audit import record
from shared.db import in_transaction, retry_conflicts
from shared.rules.overdrachtcodes import IntrekReden
from shared.web.auth import Caller


async def revoke_overdracht(
    kamer: Kamer, caller: Caller, overdracht_id: UUID, *, reden: IntrekReden, toelichting: str
) -> tuple[Overdracht, bool]:
    """Take back an offer, and say whether that was new; Veilig Thuis, or whoever holds sight of safety, keeps it."""

    async def work() -> tuple[Overdracht, bool]:
        now = kamer.made.clock()
        async with in_transaction(kamer.made.engine) as conn:
            before = await load_visible(conn, caller, overdracht_id, lock=True)
            with as_conflict():
                after, fact = revoke(before, reden=reden, now=now)
            if fact:
                after = due_again(after, again_before(now, kamer.made.rules))
                genomen = Genomen(now=now, door=caller.organisatie_id, reden=reden.value, tekst=toelichting)
                await ended(conn, kamer.made.vault, after, fact, genomen)
            await record(conn, caller, act("intrekken", after), now=now)
        return after, fact is not None

    return await retry_conflicts(work)
