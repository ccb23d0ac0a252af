"""How often somebody looked for a family and found nothing."""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.handover.tables import core as t
from shared.audit import Resultaat


async def misses_since(conn: AsyncConnection, client: str, *, actie: str, since: datetime) -> int:
    """Return how often a client looked and found nothing, by what was recorded: the same for every process."""
    c = t.audit.c
    mine = (c.client == client, c.actie == actie, c.resultaat == Resultaat.NIET_GEVONDEN.value)
    return int(await conn.scalar(select(func.count()).where(c.tijdstip > since, *mine)) or 0)
