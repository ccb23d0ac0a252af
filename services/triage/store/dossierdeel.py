"""Which meldingen and diensten of a casus triage holds: the way in to everything that was written down about it."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.triage.tables.core import dienst, dossier


async def meldingen_of(conn: AsyncConnection, casus_id: UUID) -> Sequence[UUID]:
    """Return the meldingen of a casus, the first that came in first."""
    c = dossier.c
    query = select(c.melding_id).where(c.casus_id == casus_id).group_by(c.melding_id).order_by(func.min(c.ontvangen_op))
    return (await conn.execute(query)).scalars().all()


async def diensten_of(conn: AsyncConnection, casus_id: UUID) -> Sequence[UUID]:
    """Return the diensten of a casus in the order in which they started."""
    c = dienst.c
    query = select(c.id).where(c.casus_id == casus_id).order_by(c.gestart_op, c.id)
    return (await conn.execute(query)).scalars().all()
