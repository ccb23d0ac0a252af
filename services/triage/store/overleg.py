"""How meetings of an opschaling are kept: agenda and notes are sealed."""

from typing import Any
from uuid import UUID

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from services.triage.domain.overleg import Overleg, OverlegStatus, Verslag
from services.triage.store.opschaling import delen_of, plain_delen
from services.triage.store.values import AnyRow, opened, seal
from services.triage.tables.opschaling import opschaling_overleg
from shared.crypto import Vault
from shared.keyring import Key, Keyring, key_of, keyring_for


async def insert_overleg(conn: AsyncConnection, vault: Vault, casus_id: UUID, new: Overleg) -> None:
    """Add a meeting, planned or held."""
    key = await key_of(conn, vault, casus_id)
    await conn.execute(
        insert(opschaling_overleg).values(
            id=new.id,
            opschaling_id=new.opschaling_id,
            gepland_op=new.gepland_op,
            agenda=seal(key, plain_delen(new.agenda), f"opschaling_overleg:agenda:{new.id}"),
            **_changing(key, new),
        )
    )


async def save_overleg(conn: AsyncConnection, vault: Vault, casus_id: UUID, after: Overleg) -> None:
    """Write what a step changed of a meeting."""
    key = await key_of(conn, vault, casus_id)
    o = opschaling_overleg
    await conn.execute(update(o).where(o.c.id == after.id).values(**_changing(key, after)))


def _changing(key: Key, of: Overleg) -> dict[str, Any]:
    verslag = of.verslag
    values: dict[str, Any] = {"status": of.status, "versie": of.versie}
    if verslag is None:
        return values
    return {
        **values,
        "gehouden_op": verslag.gehouden_op,
        "aanwezig": list(verslag.aanwezig),
        "afwezig": list(verslag.afwezig),
        "verslag": seal(key, plain_delen(verslag.teksten), f"opschaling_overleg:verslag:{of.id}"),
    }


async def overleggen_of(conn: AsyncConnection, vault: Vault, opschaling_id: UUID) -> tuple[Overleg, ...]:
    """Return the meetings of an opschaling, the first planned first."""
    c = opschaling_overleg.c
    query = select(opschaling_overleg).where(c.opschaling_id == opschaling_id).order_by(c.gepland_op, c.id)
    rows = (await conn.execute(query)).all()
    keys = await keyring_for(conn, vault, [value for row in rows for value in (row.agenda, row.verslag)])
    return tuple(_overleg(row, keys) for row in rows)


def _overleg(row: AnyRow, keys: Keyring) -> Overleg:
    return Overleg(
        id=row.id,
        opschaling_id=row.opschaling_id,
        status=OverlegStatus(row.status),
        versie=row.versie,
        gepland_op=row.gepland_op,
        agenda=delen_of(opened(keys, row.agenda, f"opschaling_overleg:agenda:{row.id}")),
        verslag=_verslag(row, keys) if row.verslag else None,
    )


def _verslag(row: AnyRow, keys: Keyring) -> Verslag:
    teksten = delen_of(opened(keys, row.verslag, f"opschaling_overleg:verslag:{row.id}"))
    return Verslag(row.gehouden_op, tuple(row.aanwezig), tuple(row.afwezig), teksten)
