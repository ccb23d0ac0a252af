"""Who has to do with a casus, also where the wall hides the overdracht of one receiver from another.

Two functions in the database see over the wall, and give no more than who it is, what kind he is and since when. They
keep back a shelter from others themselves: a fault in a handler then still shows it to nobody.
"""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from services.handover.domain.behandelaar import LOPEND
from services.handover.domain.overdracht import Status
from services.handover.domain.partijen import Betrokkenheid
from services.handover.domain.vinden import InZicht
from services.handover.domain.zicht import Houder
from services.handover.store.overdrachten import Zicht, addressed_to
from services.handover.tables import core as t

_PARTIJEN = text("SELECT organisatie_id, soort, status, sinds FROM partijen_van(:casus_id)")
_HOUDERS = text(
    "SELECT gevraagd_id, casus_id, organisatie_id, soort, vanaf FROM houders_van(CAST(:casus_ids AS uuid[]))"
)


async def list_betrokken(conn: AsyncConnection, casus_id: UUID) -> list[Betrokkenheid]:
    """Return with whom the overdrachten of a casus lie now."""
    rows = await conn.execute(_PARTIJEN, {"casus_id": casus_id})
    return [Betrokkenheid(row.organisatie_id, row.soort, Status(row.status), row.sinds) for row in rows]


async def list_houders(conn: AsyncConnection, casus_ids: Collection[UUID]) -> list[InZicht]:
    """Return who holds sight of safety of these casussen now, under the casus in which each lives now."""
    rows = await conn.execute(_HOUDERS, {"casus_ids": list(casus_ids)})
    return [InZicht(row.gevraagd_id, row.casus_id, Houder(row.organisatie_id, row.soort), row.vanaf) for row in rows]


async def has_running(conn: AsyncConnection, casus_id: UUID, zicht: Zicht) -> bool:
    """Say whether an overdracht of this casus lies with these now: who refused has no task in it any more."""
    c = t.overdracht.c
    running = c.status.in_(sorted(status.value for status in LOPEND))
    query = select(c.id).where(c.casus_id == casus_id, running, *addressed_to(zicht)).limit(1)
    return (await conn.execute(query)).first() is not None
