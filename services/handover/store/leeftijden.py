"""Which ages are among the people of a casus, as intake told it of each melding."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from services.handover.tables.leeftijden import leeftijden
from shared.rules.codes import Leeftijdsgroep


async def add_leeftijden(
    conn: AsyncConnection, casus_id: UUID, melding_id: UUID, groepen: Collection[Leeftijdsgroep]
) -> None:
    """Keep which ages are among the people of a melding of a locked casus; told twice it is one."""
    values = {"melding_id": melding_id, "casus_id": casus_id, "groepen": sorted(groepen)}
    await conn.execute(upsert(leeftijden).values(values).on_conflict_do_nothing())


async def read_leeftijden(conn: AsyncConnection, casus_id: UUID) -> frozenset[Leeftijdsgroep]:
    """Return which ages are among the people of a casus; empty when nothing was told."""
    rows = await conn.execute(select(leeftijden.c.groepen).where(leeftijden.c.casus_id == casus_id))
    return frozenset(Leeftijdsgroep(groep) for groepen in rows.scalars() for groep in groepen)
