"""The facts on sight of safety, and the periods that follow from them."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import delete, insert, select
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from services.handover.domain.zicht import FeitSoort, Houder, Periode, Samenvoeging, Zichtboek, ZichtFeit
from services.handover.tables import core as t
from shared import plaatsen


async def add_feit(conn: AsyncConnection, casus_id: UUID, feit: ZichtFeit, *, bron_id: UUID) -> None:
    """Add a fact on sight of safety; the same one twice is one."""
    houder = feit.houder
    values = {
        "casus_id": casus_id,
        "genoemde_casus_id": feit.casus_id,
        "melding_id": feit.melding_id,
        "soort": feit.soort.value,
        "moment": feit.moment,
        "organisatie_id": houder.organisatie_id if houder else None,
        "organisatie_soort": houder.soort if houder else None,
        "overdracht_id": houder.overdracht_id if houder else None,
        "bron_id": bron_id,
    }
    await conn.execute(upsert(t.zicht_feit).values(values).on_conflict_do_nothing())


async def read_boek(conn: AsyncConnection, casus_id: UUID, *, veilig_thuis: Houder) -> Zichtboek:
    """Return all that is known of a casus and of those that went up in it."""
    rows = (await conn.execute(select(t.zicht_feit).where(t.zicht_feit.c.casus_id == casus_id))).all()
    homes = await plaatsen.homes_of(conn, [row.melding_id for row in rows if row.melding_id])
    merges = await plaatsen.read_book(conn, casus_id)
    return Zichtboek(
        veilig_thuis,
        tuple(_feit(row, homes.get(row.melding_id, row.genoemde_casus_id)) for row in rows),
        tuple(
            Samenvoeging(gone, up.in_casus_id, up.sinds) for gone, up in merges.items() if up.in_casus_id is not None
        ),
    )


def _feit(row: Any, home: UUID) -> ZichtFeit:
    houder = Houder(row.organisatie_id, row.organisatie_soort, row.overdracht_id) if row.organisatie_id else None
    return ZichtFeit(FeitSoort(row.soort), row.moment, home, row.nr, houder, row.melding_id)


async def save_perioden(conn: AsyncConnection, casus_id: UUID, perioden: Sequence[Periode]) -> None:
    """Make the kept periods of a casus these; nothing is written when they are these already."""
    if await list_perioden(conn, casus_id) == list(perioden):
        return
    await conn.execute(delete(t.zicht).where(t.zicht.c.casus_id == casus_id))
    rows = [
        {
            "casus_id": casus_id,
            "vanaf": periode.vanaf,
            "tot": periode.tot,
            "organisatie_id": periode.houder.organisatie_id,
            "organisatie_soort": periode.houder.soort,
            "overdracht_id": periode.houder.overdracht_id,
        }
        for periode in perioden
    ]
    if rows:
        await conn.execute(insert(t.zicht), rows)


async def list_perioden(conn: AsyncConnection, casus_id: UUID) -> list[Periode]:
    """Return who held sight of safety of a casus, from first to last."""
    rows = await conn.execute(select(t.zicht).where(t.zicht.c.casus_id == casus_id).order_by(t.zicht.c.vanaf))
    return [
        Periode(Houder(row.organisatie_id, row.organisatie_soort, row.overdracht_id), row.vanaf, row.tot)
        for row in rows
    ]
