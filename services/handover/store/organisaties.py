"""Organisations that take part in the chain, their contacts (sealed), clients and rights."""

import json
from collections.abc import Collection
from typing import Any

from sqlalchemy import delete, insert, select, text, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from services.handover.domain.organisatiecontacten import Contact, ContactRol
from services.handover.domain.organisaties import (
    EindeReden,
    Openstaand,
    Organisatie,
    OrganisatieStatus,
    Recht,
    Stand,
)
from services.handover.tables import organisaties as t
from shared.crypto import Vault
from shared.keyring import keyring_for, room_key
from shared.rules.access import Doel
from shared.rules.codes import BestemmingSoort

# Only two numbers leave it: who keeps the organisations may see no overdracht (see the migration).
_COUNT_OPEN = text("SELECT aangeboden, zicht FROM tel_openstaand(:organisatie_id)")


async def add_organisatie(conn: AsyncConnection, new: Organisatie) -> bool:
    """Add an organisation; return False when there is one under this id."""
    statement = upsert(t.organisatie).values(_columns(new)).on_conflict_do_nothing()
    return bool((await conn.execute(statement)).rowcount)


async def save_organisatie(conn: AsyncConnection, after: Organisatie) -> None:
    """Save the new state of a locked organisation."""
    here = t.organisatie.c.organisatie_id == after.organisatie_id
    await conn.execute(update(t.organisatie).where(here).values(_columns(after)))


async def find_organisatie(conn: AsyncConnection, organisatie_id: str, *, lock: bool = False) -> Organisatie | None:
    """Return an organisation, locked when it is going to change."""
    query = select(t.organisatie).where(t.organisatie.c.organisatie_id == organisatie_id)
    row = (await conn.execute(query.with_for_update() if lock else query)).one_or_none()
    return _organisatie(row) if row else None


async def list_organisaties(
    conn: AsyncConnection, *, alleen: str | None, status: OrganisatieStatus | None, na: str | None, limiet: int
) -> list[Organisatie]:
    """Return organisations by their ids, after one of these; ``alleen`` is the only one that may be seen."""
    c = t.organisatie.c
    query = select(t.organisatie).order_by(c.organisatie_id).limit(limiet)
    if alleen is not None:
        query = query.where(c.organisatie_id == alleen)
    if status is not None:
        query = query.where(c.status == status.value)
    if na is not None:
        query = query.where(c.organisatie_id > na)
    return [_organisatie(row) for row in await conn.execute(query)]


async def count_open(conn: AsyncConnection, organisatie_id: str) -> Openstaand:
    """Return how much an organisation has in hand."""
    row = (await conn.execute(_COUNT_OPEN, {"organisatie_id": organisatie_id})).one()
    return Openstaand(row.aangeboden, row.zicht)


# --- contacts and clients --------------------------------------------------------------------------------------


async def list_contacten(conn: AsyncConnection, vault: Vault, organisatie_id: str) -> list[Contact]:
    """Return where the teams of an organisation are reached, opened."""
    c = t.organisatie_contact.c
    query = select(t.organisatie_contact).where(c.organisatie_id == organisatie_id).order_by(c.rol)
    rows = (await conn.execute(query)).all()
    keys = await keyring_for(conn, vault, [row.gegevens for row in rows])
    opened = [(row, json.loads(keys.open(row.gegevens, place=_place(organisatie_id, row.rol)))) for row in rows]
    return [Contact(ContactRol(row.rol), told["email"], told["telefoonnummer"]) for row, told in opened]


async def replace_contacten(
    conn: AsyncConnection, vault: Vault, organisatie_id: str, contacten: Collection[Contact]
) -> None:
    """Let these be the contacts of a locked organisation."""
    c = t.organisatie_contact.c
    await conn.execute(delete(t.organisatie_contact).where(c.organisatie_id == organisatie_id))
    key = await room_key(conn, vault)
    rows = [
        {
            "organisatie_id": organisatie_id,
            "rol": one.rol.value,
            "gegevens": key.seal(
                json.dumps({"email": one.email, "telefoonnummer": one.telefoonnummer}).encode(),
                place=_place(organisatie_id, one.rol),
            ),
        }
        for one in contacten
    ]
    if rows:
        await conn.execute(insert(t.organisatie_contact), rows)


async def list_clients(conn: AsyncConnection, organisatie_id: str) -> list[str]:
    """Return which clients speak for an organisation."""
    c = t.organisatie_client.c
    query = select(c.client_id).where(c.organisatie_id == organisatie_id).order_by(c.client_id)
    return list((await conn.execute(query)).scalars())


async def replace_clients(conn: AsyncConnection, organisatie_id: str, clients: Collection[str]) -> None:
    """Let these be the clients that speak for a locked organisation."""
    c = t.organisatie_client.c
    await conn.execute(delete(t.organisatie_client).where(c.organisatie_id == organisatie_id))
    rows = [{"organisatie_id": organisatie_id, "client_id": one} for one in sorted(set(clients))]
    if rows:
        await conn.execute(insert(t.organisatie_client), rows)


# --- rights ----------------------------------------------------------------------------------------------------


async def list_rechten(conn: AsyncConnection, organisatie_id: str) -> list[Recht]:
    """Return everything that an organisation was given, the oldest first; also what no longer holds."""
    c = t.organisatie_recht.c
    query = select(t.organisatie_recht).where(c.organisatie_id == organisatie_id).order_by(c.geldig_van, c.id)
    return [_recht(row) for row in await conn.execute(query)]


async def add_recht(conn: AsyncConnection, organisatie_id: str, recht: Recht) -> bool:
    """Give a locked organisation a right; return False when it has just this one."""
    values = {**_recht_columns(recht), "organisatie_id": organisatie_id}
    added = await conn.execute(upsert(t.organisatie_recht).values(values).on_conflict_do_nothing())
    return bool(added.rowcount)


async def save_recht(conn: AsyncConnection, recht: Recht) -> None:
    """Save until when a right of a locked organisation holds."""
    here = t.organisatie_recht.c.id == recht.id
    await conn.execute(update(t.organisatie_recht).where(here).values(geldig_tot=recht.geldig_tot))


async def read_stand(conn: AsyncConnection, organisatie_id: str) -> Stand | None:
    """Return what the door asks of an organisation; None when there is none under this id."""
    found = await find_organisatie(conn, organisatie_id)
    if found is None:
        return None
    clients, rechten = await list_clients(conn, organisatie_id), await list_rechten(conn, organisatie_id)
    return Stand(found.status, frozenset(clients), tuple(rechten))


def _columns(one: Organisatie) -> dict[str, Any]:
    own = {name: getattr(one, name) for name in Organisatie.__slots__}
    return {**own, "status": one.status.value, "reden": one.reden.value if one.reden else None}


def _organisatie(row: Any) -> Organisatie:
    own = {name: getattr(row, name) for name in Organisatie.__slots__}
    own["status"] = OrganisatieStatus(row.status)
    own["reden"] = EindeReden(row.reden) if row.reden else None
    return Organisatie(**own)


def _recht_columns(one: Recht) -> dict[str, Any]:
    own = {name: getattr(one, name) for name in Recht.__slots__}
    return {**own, "doel": one.doel.value, "soort": one.soort.value if one.soort else None}


def _recht(row: Any) -> Recht:
    own = {name: getattr(row, name) for name in Recht.__slots__}
    own["doel"] = Doel(row.doel)
    own["soort"] = BestemmingSoort(row.soort) if row.soort else None
    return Recht(**own)


def _place(organisatie_id: str, rol: str) -> str:
    return f"organisatie_contact:gegevens:{organisatie_id}:{rol}"
