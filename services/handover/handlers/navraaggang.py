"""How questions end with the overdracht that they are about, and how what became of them is told."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.handover.domain import navraag as domain
from services.handover.domain.navraag import Navraag
from services.handover.domain.overdracht import Overdracht
from services.handover.store import navragen as store
from shared.crypto import Vault
from shared.events.payloads import Fact
from shared.ids import derived_id
from shared.messaging.codec import type_of
from shared.messaging.outbox import NewFact, append


async def end_navragen(conn: AsyncConnection, vault: Vault, ended: Overdracht, *, now: datetime) -> None:
    """End what still waits for an answer when an overdracht is not with its receiver any more.

    Who accepts it goes on with it, and waits for his answers.
    """
    if ended.status in domain.WITH_RECEIVER:
        return
    for one in await store.open_navragen(conn, ended.id):
        after, facts = domain.lapse(one, now=now)
        await store.save_navraag(conn, vault, after, None, casus_id=ended.casus_id)
        await tell(conn, after, facts, casus_id=ended.casus_id, now=now)


async def tell(
    conn: AsyncConnection, navraag: Navraag, facts: Sequence[Fact], *, casus_id: UUID, now: datetime
) -> None:
    """Tell facts of a question; each can happen to it once."""
    new = [NewFact(derived_id(navraag.id, type_of(fact)), casus_id, fact) for fact in facts]
    await append(conn, new, now=now)
