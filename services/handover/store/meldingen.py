"""Of which municipality a melding is, and whom it is about by their places in it."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from services.handover.store.casussen import lock_casus
from services.handover.tables.opvang import bekende_melding

_MERGES_MAX = 100


@dataclass(frozen=True, slots=True)
class BekendeMelding:
    """What is known here of a melding; without ``directbetrokkenen`` nobody told whom it is about."""

    melding_id: UUID
    casus_id: UUID
    gemeente_code: str
    directbetrokkenen: frozenset[int]


async def keep_melding(
    conn: AsyncConnection, melding_id: UUID, casus_id: UUID, *, gemeente_code: str, nrs: Collection[int]
) -> None:
    """Keep a melding of a locked casus; the same one again is one."""
    row = {
        "melding_id": melding_id,
        "casus_id": casus_id,
        "gemeente_code": gemeente_code,
        "directbetrokkenen": sorted(nrs),
    }
    await conn.execute(upsert(bekende_melding).values(row).on_conflict_do_nothing())


async def find_melding(conn: AsyncConnection, melding_id: UUID) -> BekendeMelding | None:
    """Return what is known of a melding."""
    query = select(bekende_melding).where(bekende_melding.c.melding_id == melding_id)
    row = (await conn.execute(query)).one_or_none()
    if row is None:
        return None
    return BekendeMelding(melding_id, row.casus_id, row.gemeente_code, frozenset(row.directbetrokkenen))


async def hold_melding(conn: AsyncConnection, melding_id: UUID) -> BekendeMelding | None:
    """Return a melding with the casus in which it is now, locked; None when it is not known here."""
    for _ in range(_MERGES_MAX):
        found = await find_melding(conn, melding_id)
        if found is None:
            return None
        here = await lock_casus(conn, found.casus_id)
        # Between looking and locking it may have been split off.
        again = await find_melding(conn, melding_id)
        if again is None or again.casus_id == here:
            return again
    raise RuntimeError("a melding kept on moving while its casus was being locked")
