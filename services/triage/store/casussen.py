"""How casussen are locked and made one; triage knows them by their number only."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select, text, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from services.triage.tables import casus_alias, dienst, dossier
from shared.keyring import move_keys


async def lock_casussen(conn: AsyncConnection, *casus_ids: UUID) -> None:
    """Let one transaction at a time open or move dossiers of these casussen."""
    for casus_id in sorted(casus_ids):
        await conn.execute(
            text("SELECT pg_advisory_xact_lock(hashtextextended(:casus_id, 0))"), {"casus_id": str(casus_id)}
        )


async def current_casus(conn: AsyncConnection, casus_id: UUID) -> UUID:
    """Return the casus in which this one lives on: itself, unless it was merged."""
    found: UUID | None = await conn.scalar(select(casus_alias.c.casus_id).where(casus_alias.c.verdwenen_id == casus_id))
    return found or casus_id


async def merge_casus(conn: AsyncConnection, *, verdwenen: UUID, blijft: UUID, now: datetime) -> None:
    """Move everything of one casus and its keys to another, and remember where it went."""
    moved = {"casus_id": blijft}
    for table in (dossier, dienst):
        where = table.c.casus_id == verdwenen
        await conn.execute(update(table).where(where).values(**moved, versie=table.c.versie + 1))
    await conn.execute(update(casus_alias).where(casus_alias.c.casus_id == verdwenen).values(**moved))
    row = {"verdwenen_id": verdwenen, "samengevoegd_op": now, **moved}
    await conn.execute(upsert(casus_alias).values(row).on_conflict_do_nothing())
    # Last: whoever was writing in one of these dossiers has committed by now, and with it the key that he made.
    await move_keys(conn, source=verdwenen, target=blijft)
