"""Where receivers are told, and the secrets with which notices are signed; what can be of a person is sealed."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, insert, or_, select, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from services.handover.domain.leveradres import Adres, Geheim, Leveradres, Opgave
from services.handover.tables.levering import leveradres, leveradres_geheim
from shared.crypto import Vault
from shared.keyring import Keyring, keyring_for, room_key
from shared.rules.codes import BestemmingSoort
from shared.rules.leveringcodes import LeverWijze

_RUNNING = leveradres.c.beeindigd_op.is_(None)


async def add_leveradres(conn: AsyncConnection, vault: Vault, new: Leveradres) -> bool:
    """Add an address; return False when there is one for the same already."""
    key = await room_key(conn, vault)
    values = {
        "id": new.id,
        "organisatie_id": new.organisatie_id,
        "gemeente_code": new.gemeente_code,
        "soort": new.soort,
        "gemaakt_op": new.gemaakt_op,
        **_columns(key.seal(_written(new.opgave.adres), place=_place(new.id)), new),
    }
    added = await conn.execute(upsert(leveradres).values(values).on_conflict_do_nothing())
    return bool(added.rowcount)


async def save_leveradres(conn: AsyncConnection, vault: Vault, changed: Leveradres) -> None:
    """Save how somebody is reached now; its row must be locked."""
    key = await room_key(conn, vault)
    sealed = key.seal(_written(changed.opgave.adres), place=_place(changed.id))
    await conn.execute(update(leveradres).where(leveradres.c.id == changed.id).values(_columns(sealed, changed)))


async def end_leveradres(conn: AsyncConnection, leveradres_id: UUID, *, now: datetime) -> None:
    """End an address and its secrets."""
    await conn.execute(update(leveradres).where(leveradres.c.id == leveradres_id, _RUNNING).values(beeindigd_op=now))
    await end_geheimen(conn, leveradres_id, now=now, until=now)


async def find_leveradres(
    conn: AsyncConnection, vault: Vault, leveradres_id: UUID, *, lock: bool = False
) -> Leveradres | None:
    """Return a running address, locked when it is going to change."""
    query = select(leveradres).where(leveradres.c.id == leveradres_id, _RUNNING)
    row = (await conn.execute(query.with_for_update() if lock else query)).one_or_none()
    return _leveradres(row, await keyring_for(conn, vault, [row.adres])) if row else None


async def list_leveradressen(
    conn: AsyncConnection, vault: Vault, *, organisatie_id: str | None, na: UUID | None, limiet: int
) -> list[Leveradres]:
    """Return running addresses in the order in which they were made; of everybody, or of one organisation."""
    query = select(leveradres).where(_RUNNING).order_by(leveradres.c.id).limit(limiet)
    if organisatie_id is not None:
        query = query.where(leveradres.c.organisatie_id == organisatie_id)
    if na is not None:
        query = query.where(leveradres.c.id > na)
    rows = (await conn.execute(query)).all()
    keys = await keyring_for(conn, vault, [row.adres for row in rows])
    return [_leveradres(row, keys) for row in rows]


async def adres_for(
    conn: AsyncConnection, vault: Vault, *, organisatie_id: str, gemeente_code: str, soort: BestemmingSoort
) -> Leveradres | None:
    """Return where a receiver is told of an overdracht: what is said for the municipality or kind goes before."""
    c = leveradres.c
    query = (
        select(leveradres)
        .where(
            _RUNNING,
            c.organisatie_id == organisatie_id,
            or_(c.gemeente_code.is_(None), c.gemeente_code == gemeente_code),
            or_(c.soort.is_(None), c.soort == soort),
        )
        .order_by(c.gemeente_code.is_(None), c.soort.is_(None))
        .limit(1)
    )
    row = (await conn.execute(query)).one_or_none()
    return _leveradres(row, await keyring_for(conn, vault, [row.adres])) if row else None


# --- secrets ----------------------------------------------------------------------------------------------------


async def add_geheim(conn: AsyncConnection, vault: Vault, leveradres_id: UUID, new: Geheim) -> None:
    """Add a secret; the ones before it must have been given their end."""
    key = await room_key(conn, vault)
    sealed = key.seal(new.geheim.encode(), place=_geheim_place(new.id))
    values = {"id": new.id, "leveradres_id": leveradres_id, "geheim": sealed, "gemaakt_op": new.gemaakt_op}
    await conn.execute(insert(leveradres_geheim).values(values))


async def end_geheimen(conn: AsyncConnection, leveradres_id: UUID, *, now: datetime, until: datetime) -> None:
    """Let the newest secret sign until a moment, and one that was ended before that no longer."""
    c = leveradres_geheim.c
    mine = c.leveradres_id == leveradres_id
    earlier = (mine, c.geldig_tot.is_not(None))
    await conn.execute(update(leveradres_geheim).where(*earlier).values(geldig_tot=func.least(c.geldig_tot, now)))
    await conn.execute(update(leveradres_geheim).where(mine, c.geldig_tot.is_(None)).values(geldig_tot=until))


async def valid_geheimen(conn: AsyncConnection, vault: Vault, leveradres_id: UUID, *, now: datetime) -> Sequence[str]:
    """Return the secrets that sign now, the newest first."""
    c = leveradres_geheim.c
    query = (
        select(leveradres_geheim)
        .where(c.leveradres_id == leveradres_id, or_(c.geldig_tot.is_(None), c.geldig_tot > now))
        .order_by(c.id.desc())
    )
    rows = (await conn.execute(query)).all()
    keys = await keyring_for(conn, vault, [row.geheim for row in rows])
    return [keys.open(row.geheim, place=_geheim_place(row.id)).decode() for row in rows]


def _columns(sealed: bytes, changed: Leveradres) -> dict[str, Any]:
    return {
        "wijze": changed.opgave.wijze,
        "clientcertificaat": changed.opgave.clientcertificaat,
        "adres": sealed,
        "versie": changed.versie,
    }


def _leveradres(row: Any, keys: Keyring) -> Leveradres:
    adres = Adres(**json.loads(keys.open(row.adres, place=_place(row.id))))
    return Leveradres(
        id=row.id,
        organisatie_id=row.organisatie_id,
        gemeente_code=row.gemeente_code,
        soort=BestemmingSoort(row.soort) if row.soort else None,
        opgave=Opgave(wijze=LeverWijze(row.wijze), adres=adres, clientcertificaat=row.clientcertificaat),
        versie=row.versie,
        gemaakt_op=row.gemaakt_op,
    )


def _written(adres: Adres) -> bytes:
    return json.dumps(asdict(adres)).encode()


def _place(leveradres_id: UUID) -> str:
    return f"leveradres:adres:{leveradres_id}"


def _geheim_place(geheim_id: UUID) -> str:
    return f"leveradres_geheim:geheim:{geheim_id}"
