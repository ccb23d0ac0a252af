"""Who of a receiver sees to an overdracht, and who did."""

from typing import Any
from uuid import UUID

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from services.handover.domain.behandelaar import LOPEND, BehandelActie, Behandeling, OvernameReden, Regel
from services.handover.domain.overdracht import Status
from services.handover.tables import core as t
from services.handover.tables.openstaand import behandelaar_regel


async def read_behandeling(conn: AsyncConnection, overdracht_id: UUID) -> Behandeling:
    """Return who sees to an overdracht that is there; who is going to change that has locked it."""
    c = t.overdracht.c
    query = select(c.status, c.behandelaar, c.behandelaar_sinds, c.behandelaar_versie).where(c.id == overdracht_id)
    row = (await conn.execute(query)).one()
    return Behandeling(
        overdracht_id,
        loopt=Status(row.status) in LOPEND,
        versie=row.behandelaar_versie,
        behandelaar=row.behandelaar,
        sinds=row.behandelaar_sinds,
    )


async def save_behandeling(conn: AsyncConnection, after: Behandeling, regel: Regel) -> None:
    """Save who sees to a locked overdracht now, and the line of its history."""
    values: dict[str, Any] = {
        "behandelaar": after.behandelaar,
        "behandelaar_sinds": after.sinds,
        "behandelaar_versie": after.versie,
    }
    await conn.execute(update(t.overdracht).where(t.overdracht.c.id == after.overdracht_id).values(values))
    line = {
        "overdracht_id": after.overdracht_id,
        "versie": regel.versie,
        "actie": regel.actie.value,
        "behandelaar": regel.behandelaar,
        "door": regel.door,
        "op": regel.op,
        "reden": regel.reden.value if regel.reden else None,
    }
    await conn.execute(insert(behandelaar_regel).values(line))


async def list_regels(conn: AsyncConnection, overdracht_id: UUID) -> list[Regel]:
    """Return the history of who saw to an overdracht, from first to last."""
    c = behandelaar_regel.c
    rows = await conn.execute(select(behandelaar_regel).where(c.overdracht_id == overdracht_id).order_by(c.versie))
    return [
        Regel(
            versie=row.versie,
            actie=BehandelActie(row.actie),
            behandelaar=row.behandelaar,
            door=row.door,
            op=row.op,
            reden=OvernameReden(row.reden) if row.reden else None,
        )
        for row in rows
    ]
