"""Which places there are in shelters, and which of them are taken."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from services.handover.domain.opvang import OpvangStatus, Voorziening
from services.handover.tables import opvang as t
from shared.rules.opvang import OpvangSoort

VOORZIENINGEN_MAX = 200  # in one region; the overview is one answer


@dataclass(frozen=True, slots=True)
class Bezetting:
    """One kind of places in one shelter, and how they are used now."""

    voorziening: Voorziening
    klaar: int  # who could leave
    oudste_klaar: datetime | None


async def lock_voorzieningen(conn: AsyncConnection, ids: Collection[UUID]) -> None:
    """Lock places, in one order: who else is placed there waits until the end of the transaction."""
    c = t.opvangvoorziening.c
    await conn.execute(select(c.id).where(c.id.in_(sorted(ids))).order_by(c.id).with_for_update())


async def find_voorziening(conn: AsyncConnection, voorziening_id: UUID, *, lock: bool = False) -> Voorziening | None:
    """Return places with which of them are taken."""
    if lock:
        await lock_voorzieningen(conn, [voorziening_id])
    found = await list_voorzieningen(conn, ids=[voorziening_id])
    return found[0] if found else None


async def list_voorzieningen(
    conn: AsyncConnection, *, organisatie_id: str | None = None, ids: Collection[UUID] | None = None
) -> list[Voorziening]:
    """Return places with which of them are taken, of one organisation or of all."""
    c = t.opvangvoorziening.c
    query = select(t.opvangvoorziening).order_by(c.organisatie_id, c.soort, c.id).limit(VOORZIENINGEN_MAX)
    if organisatie_id is not None:
        query = query.where(c.organisatie_id == organisatie_id)
    if ids is not None:
        query = query.where(c.id.in_(list(ids)))
    rows = (await conn.execute(query)).all()
    taken: dict[UUID, set[int]] = {row.id: set() for row in rows}
    v = t.opvangverblijf.c
    beds = select(v.voorziening_id, v.plek).where(v.tot.is_(None), v.voorziening_id.in_(list(taken)))
    for bed in (await conn.execute(beds)).all():
        taken[bed.voorziening_id].add(bed.plek)
    return [_voorziening(row, frozenset(taken[row.id])) for row in rows]


async def list_bezetting(conn: AsyncConnection, *, organisatie_id: str | None) -> list[Bezetting]:
    """Return how places are used now, of one organisation or of all."""
    v, c = t.opvangverblijf.c, t.opvangclient.c
    query = (
        select(v.voorziening_id, func.count().label("aantal"), func.min(c.klaar_sinds).label("oudste"))
        .join(t.opvangclient, c.id == v.client_id)
        .where(v.tot.is_(None), c.status == OpvangStatus.KLAAR.value)
        .group_by(v.voorziening_id)
    )
    ready = {row.voorziening_id: row for row in (await conn.execute(query)).all()}
    return [
        Bezetting(
            one, ready[one.id].aantal if one.id in ready else 0, ready[one.id].oudste if one.id in ready else None
        )
        for one in await list_voorzieningen(conn, organisatie_id=organisatie_id)
    ]


async def count_voorzieningen(conn: AsyncConnection) -> int:
    """Return how many there are."""
    return (await conn.execute(select(func.count()).select_from(t.opvangvoorziening))).scalar_one()


async def insert_voorziening(conn: AsyncConnection, new: Voorziening) -> None:
    """Add places."""
    await conn.execute(insert(t.opvangvoorziening).values(id=new.id, **_columns(new)))


async def save_voorziening(conn: AsyncConnection, after: Voorziening) -> None:
    """Save changed places, which must be locked."""
    c = t.opvangvoorziening.c
    await conn.execute(update(t.opvangvoorziening).where(c.id == after.id).values(**_columns(after)))


def _columns(one: Voorziening) -> dict[str, Any]:
    return {
        "organisatie_id": one.organisatie_id,
        "soort": one.soort.value,
        "gemeente_code": one.gemeente_code,
        "plaatsen": one.plaatsen,
        "versie": one.versie,
    }


def _voorziening(row: Any, bezet: frozenset[int]) -> Voorziening:
    return Voorziening(
        id=row.id,
        organisatie_id=row.organisatie_id,
        soort=OpvangSoort(row.soort),
        gemeente_code=row.gemeente_code,
        plaatsen=row.plaatsen,
        versie=row.versie,
        bezet=bezet,
    )
