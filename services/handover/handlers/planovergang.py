"""What becomes of the plan of a household when its overdracht is given back: it waits for who takes over."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.handover.domain import plan as domain
from services.handover.domain.overdracht import Overdracht
from services.handover.handlers.planwerk import tell
from services.handover.store import plannen as store
from shared.crypto import Vault


async def give_back_plannen(conn: AsyncConnection, vault: Vault, returned: Overdracht) -> None:
    """Let the plans under an overdracht of a locked casus wait: it was given back."""
    for before in await store.plannen_of_overdracht(conn, vault, returned.id):
        after = domain.give_back(before)
        if after is not before:
            await store.save_plan(conn, vault, after, before)


async def pass_plannen(conn: AsyncConnection, *, van: UUID, naar: UUID) -> None:
    """Let what waits under an overdracht of a locked casus go to the one that replaces it."""
    await store.pass_waiting(conn, van=van, naar=naar)


async def take_plannen_over(conn: AsyncConnection, vault: Vault, accepted: Overdracht, *, now: datetime) -> None:
    """Let who accepted an overdracht of a locked casus go on with the plans that waited under it."""
    for before in await store.plannen_of_overdracht(conn, vault, accepted.id):
        after, facts = domain.take_over(before, now=now)
        if after is not before:
            await store.save_plan(conn, vault, after, before)
            await tell(conn, after, facts, now=now)
