"""Casussen of which this room heard: where they are now, and the lock that puts what happens to one in order."""

from collections.abc import Collection, Iterable
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from services.handover.tables import core as t
from shared import plaatsen
from shared.events.plaatsen import Wijziging
from shared.plaatsen import Settled
from shared.vernietigen import is_destroyed

_MERGES_MAX = 100


async def locate_casus(conn: AsyncConnection, casus_id: UUID) -> UUID:
    """Return the casus in which this one lives now: itself, or the one in which it went up."""
    found = await conn.execute(select(t.casus_alias.c.casus_id).where(t.casus_alias.c.verdwenen_id == casus_id))
    return found.scalar_one_or_none() or casus_id


async def lock_casus(conn: AsyncConnection, casus_id: UUID) -> UUID:
    """Lock the casus in which this one lives now, made when it is new, and return its id."""
    for _ in range(_MERGES_MAX):
        here = await locate_casus(conn, casus_id)
        await _lock(conn, here)
        # Between looking and locking it may have gone up in another.
        if await locate_casus(conn, casus_id) == here:
            return here
    raise RuntimeError("a casus kept on moving while it was being locked")


async def lock_kept(conn: AsyncConnection, casus_id: UUID) -> UUID | None:
    """Lock the casus in which this one lives now; None when its file was destroyed, and then no trace is left here."""
    here = await lock_casus(conn, casus_id)
    return None if await is_gone(conn, here) else here


async def is_gone(conn: AsyncConnection, casus_id: UUID) -> bool:
    """Say whether the file of a locked casus was destroyed; the row that was made to lock it then goes too."""
    if not await is_destroyed(conn, casus_id):
        return False
    await conn.execute(delete(t.casus).where(t.casus.c.casus_id == casus_id))
    return True


async def _lock(conn: AsyncConnection, casus_id: UUID) -> None:
    statement = upsert(t.casus).values(casus_id=casus_id)
    await conn.execute(
        statement.on_conflict_do_update(
            index_elements=[t.casus.c.casus_id], set_={"casus_id": statement.excluded.casus_id}
        )
    )


async def settle(conn: AsyncConnection, change: Wijziging, *, named: Iterable[UUID]) -> Settled:
    """Take facts into the registers of where meldingen are; every casus in question is locked afterwards."""

    async def hold(casus_ids: Collection[UUID]) -> None:
        for casus_id in sorted(casus_ids):
            await _lock(conn, casus_id)

    return await plaatsen.settle(conn, change, hold=hold, named=named)


async def knows_casus(conn: AsyncConnection, casus_id: UUID) -> bool:
    """Say whether this room heard of a casus."""
    return (await conn.execute(select(t.casus.c.casus_id).where(t.casus.c.casus_id == casus_id))).first() is not None
