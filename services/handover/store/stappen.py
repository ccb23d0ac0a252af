"""The steps of overdrachten, with what was written at each."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.handover.domain.stappen import Beschreven, Stap
from services.handover.store.values import opened
from services.handover.tables import core as t
from shared.crypto import Vault
from shared.ids import new_id
from shared.keyring import key_of, keyring_for
from shared.rules.overdrachtcodes import OverdrachtStap


async def add_stap(conn: AsyncConnection, vault: Vault, casus_id: UUID, stap: Stap, tekst: str | None = None) -> None:
    """Add a step to an overdracht of a locked casus, with what was written at it, sealed."""
    stap_id = new_id()
    sealed = None
    if tekst:
        key = await key_of(conn, vault, casus_id)
        sealed = key.seal(tekst.encode(), place=_place(stap_id))
    values = {
        "id": stap_id,
        "overdracht_id": stap.overdracht_id,
        "versie": stap.versie,
        "stap": stap.stap.value,
        "op": stap.op,
        "organisatie_id": stap.organisatie_id,
        "reden": stap.reden,
        "feit_id": stap.feit_id,
        "tekst": sealed,
    }
    await conn.execute(insert(t.overdracht_stap).values(values))


async def list_stappen(conn: AsyncConnection, overdracht_id: UUID) -> list[Stap]:
    """Return the steps of an overdracht, from first to last."""
    return [_stap(row) for row in await _rows(conn, overdracht_id)]


async def list_beschreven(conn: AsyncConnection, vault: Vault, overdracht_id: UUID) -> list[Beschreven]:
    """Return the steps at which something was written, from first to last, with what it was."""
    rows = [row for row in await _rows(conn, overdracht_id) if row.tekst]
    keys = await keyring_for(conn, vault, [row.tekst for row in rows])
    return [Beschreven(_stap(row), opened(keys, row.tekst, place=_place(row.id)).decode()) for row in rows]


async def _rows(conn: AsyncConnection, overdracht_id: UUID) -> Sequence[Any]:
    table = t.overdracht_stap
    return (
        await conn.execute(select(table).where(table.c.overdracht_id == overdracht_id).order_by(table.c.versie))
    ).all()


def _stap(row: Any) -> Stap:
    return Stap(
        overdracht_id=row.overdracht_id,
        versie=row.versie,
        stap=OverdrachtStap(row.stap),
        op=row.op,
        organisatie_id=row.organisatie_id,
        reden=row.reden,
        feit_id=row.feit_id,
    )


def _place(stap_id: UUID) -> str:
    return f"overdracht_stap:tekst:{stap_id}"
