"""How it is kept whom a melding is about: places in a melding, for who they are stays in intake."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from services.triage.tables.core import directbetrokkene


async def insert_betrokkenen(conn: AsyncConnection, nrs: Collection[int], *, melding_id: UUID, casus_id: UUID) -> None:
    """Keep whom a melding is about; who is there already stays."""
    rows = [{"melding_id": melding_id, "nr": nr, "casus_id": casus_id} for nr in nrs]
    if rows:
        await conn.execute(upsert(directbetrokkene).values(rows).on_conflict_do_nothing())


async def betrokkenen_of_melding(conn: AsyncConnection, melding_id: UUID) -> frozenset[int]:
    """Return whom a melding is about; nobody when it came in before this was told."""
    c = directbetrokkene.c
    return frozenset(await conn.scalars(select(c.nr).where(c.melding_id == melding_id)))


async def betrokkenen_of_casus(conn: AsyncConnection, casus_id: UUID) -> frozenset[tuple[UUID, int]]:
    """Return whom the meldingen of a casus are about, each person in each melding by itself."""
    c = directbetrokkene.c
    rows = await conn.execute(select(c.melding_id, c.nr).where(c.casus_id == casus_id))
    return frozenset((row.melding_id, row.nr) for row in rows)
