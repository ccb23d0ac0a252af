"""How casussen are locked, made one and taken apart; triage knows them by their number only."""

from collections.abc import Collection, Iterable
from uuid import UUID

from sqlalchemy import Table, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from services.triage.tables import metadata
from services.triage.tables.core import casus_alias, dossier
from shared import plaatsen
from shared.crypto import Vault
from shared.events.plaatsen import Verhuizing, Wijziging
from shared.keyring import move_keys
from shared.plaatsen import Settled
from shared.verhuizen import move_rows


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


async def settle(conn: AsyncConnection, change: Wijziging, *, named: Iterable[UUID] = ()) -> Settled:
    """Take facts into the registers of where meldingen are; every casus in question is held afterwards."""

    async def hold(casus_ids: Collection[UUID]) -> None:
        await lock_casussen(conn, *casus_ids)

    return await plaatsen.settle(conn, change, hold=hold, named=named)


async def move(conn: AsyncConnection, vault: Vault, step: Verhuizing) -> None:
    """Move what belongs to meldingen to the casus in which they are now; what is split off is sealed anew.

    Of a casus that went up in another everything goes along, with its keys. Whoever saw a version of before must look
    again: what he saw stands elsewhere now.
    """
    # Whoever writes in a dossier holds it: what he writes in another table is there before that one is moved.
    standing = dossier.c.casus_id == step.van if step.alles else dossier.c.melding_id.in_(step.onderwerp_ids)
    await conn.execute(select(dossier.c.id).where(standing).order_by(dossier.c.id).with_for_update())
    for table in _of_casussen():
        where = table.c.casus_id == step.van if step.alles else table.c.melding_id.in_(step.onderwerp_ids)
        if "versie" in table.c:
            await conn.execute(update(table).where(where).values(versie=table.c.versie + 1))
        if step.alles:
            await conn.execute(update(table).where(where).values(casus_id=step.naar))
    if step.alles:
        # Last: whoever was writing in one of these dossiers has committed by now, and with it the key that he made.
        await move_keys(conn, source=step.van, target=step.naar)
    elif step.onderwerp_ids:
        await move_rows(conn, vault, metadata, step.onderwerp_ids, van=step.van, naar=step.naar)


def _of_casussen() -> list[Table]:
    """Return the tables of things that stand in a casus by their melding, whichever subject made them."""
    return [table for table in metadata.sorted_tables if {"melding_id", "casus_id"} <= set(table.c.keys())]
