"""The talks about overdrachten, and what came of them."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from services.handover.domain.gesprek import Afzegging, Deelnemer, Gesprek, Verslag
from services.handover.store.values import opened
from services.handover.tables.gesprekken import gesprek as table
from services.handover.tables.gesprekken import gesprek_verslag as verslagen
from shared.crypto import Vault
from shared.ids import new_id
from shared.keyring import key_of, keyring_for
from shared.rules.overdrachtcodes import AfzegReden, DeelnemerRol


async def add_gesprek(conn: AsyncConnection, gesprek: Gesprek) -> None:
    """Add a talk about an overdracht of a locked casus."""
    values = {
        "id": gesprek.id,
        "overdracht_id": gesprek.overdracht_id,
        "moment": gesprek.moment,
        "deelnemers": _stored(gesprek.deelnemers),
        "gepland_door": gesprek.gepland_door,
        "versie": gesprek.versie,
    }
    await conn.execute(insert(table).values(values))


async def add_verslag(conn: AsyncConnection, vault: Vault, casus_id: UUID, gesprek: Gesprek) -> None:
    """Add the next version of what came of a talk of a locked casus, sealed."""
    verslag = gesprek.verslag
    if verslag is None:
        raise RuntimeError("a talk that is noted has a note")
    verslag_id = new_id()
    key = await key_of(conn, vault, casus_id)
    values = {
        "id": verslag_id,
        "gesprek_id": gesprek.id,
        "overdracht_id": gesprek.overdracht_id,
        "versie": verslag.versie,
        "gehouden_op": verslag.gehouden_op,
        "deelnemers": _stored(verslag.deelnemers),
        "door": verslag.door,
        "vastgelegd_op": verslag.vastgelegd_op,
        "tekst": key.seal(verslag.tekst.encode(), place=_place(verslag_id)),
    }
    await conn.execute(insert(verslagen).values(values))
    await conn.execute(update(table).where(table.c.id == gesprek.id).values(versie=gesprek.versie))


async def save_afzegging(conn: AsyncConnection, gesprek: Gesprek) -> None:
    """Keep that a talk of a locked casus was called off."""
    said = gesprek.afzegging
    if said is None:
        raise RuntimeError("a talk that is called off says why")
    values = {
        "versie": gesprek.versie,
        "afgezegd_op": said.op,
        "afgezegd_door": said.door,
        "afzegreden": said.reden.value,
    }
    await conn.execute(update(table).where(table.c.id == gesprek.id).values(values))


async def count_gesprekken(conn: AsyncConnection, overdracht_id: UUID) -> int:
    """Return how many talks about an overdracht there are, without those that were called off."""
    mine = (table.c.overdracht_id == overdracht_id, table.c.afgezegd_op.is_(None))
    query = select(func.count()).select_from(table).where(*mine)
    return int((await conn.execute(query)).scalar_one())


async def find_gesprek(conn: AsyncConnection, vault: Vault, overdracht_id: UUID, gesprek_id: UUID) -> Gesprek | None:
    """Return a talk about an overdracht with the last version of what came of it, opened."""
    found = await list_gesprekken(conn, vault, overdracht_id)
    return next((one for one in found if one.id == gesprek_id), None)


async def list_gesprekken(conn: AsyncConnection, vault: Vault, overdracht_id: UUID) -> list[Gesprek]:
    """Return the talks about an overdracht, each with the last version of what came of it, opened."""
    rows = await conn.execute(
        select(table).where(table.c.overdracht_id == overdracht_id).order_by(table.c.moment, table.c.id)
    )
    last = {one.gesprek_id: one for one in await _verslagen(conn, overdracht_id)}
    keys = await keyring_for(conn, vault, [one.tekst for one in last.values()])

    def verslag(row: Any) -> Verslag:
        return Verslag(
            gehouden_op=row.gehouden_op,
            deelnemers=_read(row.deelnemers),
            tekst=opened(keys, row.tekst, place=_place(row.id)).decode(),
            versie=row.versie,
            door=row.door,
            vastgelegd_op=row.vastgelegd_op,
        )

    return [
        Gesprek(
            id=row.id,
            overdracht_id=row.overdracht_id,
            moment=row.moment,
            deelnemers=_read(row.deelnemers),
            gepland_door=row.gepland_door,
            versie=row.versie,
            verslag=verslag(last[row.id]) if row.id in last else None,
            afzegging=_afzegging(row),
        )
        for row in rows
    ]


def _afzegging(row: Any) -> Afzegging | None:
    if row.afgezegd_op is None:
        return None
    return Afzegging(reden=AfzegReden(row.afzegreden), door=row.afgezegd_door, op=row.afgezegd_op)


async def _verslagen(conn: AsyncConnection, overdracht_id: UUID) -> Sequence[Any]:
    """Return every version, so that of each talk the last one comes last."""
    query = select(verslagen).where(verslagen.c.overdracht_id == overdracht_id).order_by(verslagen.c.versie)
    return (await conn.execute(query)).all()


def _stored(deelnemers: Iterable[Deelnemer]) -> list[dict[str, str | None]]:
    return [{"rol": one.rol.value, "organisatieId": one.organisatie_id} for one in deelnemers]


def _read(stored: Iterable[Any]) -> tuple[Deelnemer, ...]:
    return tuple(Deelnemer(DeelnemerRol(one["rol"]), one["organisatieId"]) for one in stored)


def _place(verslag_id: UUID) -> str:
    return f"gesprek_verslag:tekst:{verslag_id}"
