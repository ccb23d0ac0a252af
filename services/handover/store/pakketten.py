"""Packages as they were delivered, sealed."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from services.handover.store.values import opened
from services.handover.tables import core as t
from shared.crypto import Vault
from shared.keyring import key_of, keyring_for


@dataclass(frozen=True, slots=True)
class Verzegeld:
    """A package as it was delivered: its content as JSON, and when and to whom."""

    inhoud: bytes
    samengesteld_op: datetime
    organisatie_id: str
    stand: str | None  # under which protection of the melders it was made
    achterhaald: bool = False  # something else was agreed with a melder since


async def find_pakket(conn: AsyncConnection, vault: Vault, overdracht_id: UUID) -> Verzegeld | None:
    """Return the package as it was last delivered to the receiver, or None when it was not read yet."""
    query = select(t.pakket).where(t.pakket.c.overdracht_id == overdracht_id).order_by(t.pakket.c.nr.desc()).limit(1)
    row = (await conn.execute(query)).one_or_none()
    if row is None:
        return None
    keys = await keyring_for(conn, vault, [row.inhoud])
    inhoud = opened(keys, row.inhoud, place=pakket_place(overdracht_id, row.nr))
    return Verzegeld(inhoud, row.samengesteld_op, row.organisatie_id, row.stand, row.achterhaald_op is not None)


def pakket_place(overdracht_id: UUID, nr: int) -> str:
    """Return the place to which a sealed package is bound."""
    # The first one was bound to its place before there could be another.
    return f"pakket:inhoud:{overdracht_id}" if nr == 1 else f"pakket:inhoud:{overdracht_id}:{nr}"


async def freeze_pakket(
    conn: AsyncConnection, vault: Vault, *, casus_id: UUID, overdracht_id: UUID, pakket: Verzegeld
) -> None:
    """Keep a package as the one that was delivered, under the key of its locked casus; the ones before it stay."""
    last = await conn.scalar(select(func.max(t.pakket.c.nr)).where(t.pakket.c.overdracht_id == overdracht_id))
    nr = (last or 0) + 1
    key = await key_of(conn, vault, casus_id)
    values = {
        "overdracht_id": overdracht_id,
        "nr": nr,
        "inhoud": key.seal(pakket.inhoud, place=pakket_place(overdracht_id, nr)),
        "samengesteld_op": pakket.samengesteld_op,
        "organisatie_id": pakket.organisatie_id,
        "stand": pakket.stand,
    }
    await conn.execute(insert(t.pakket).values(values))


async def overtake_pakketten(conn: AsyncConnection, casus_id: UUID, gewijzigd_op: datetime) -> None:
    """Let no package of a locked casus be given out that was made before something else was agreed with a melder."""
    here = select(t.overdracht.c.id).where(t.overdracht.c.casus_id == casus_id)
    before = (t.pakket.c.samengesteld_op <= gewijzigd_op, t.pakket.c.achterhaald_op.is_(None))
    statement = update(t.pakket).where(t.pakket.c.overdracht_id.in_(here), *before)
    await conn.execute(statement.values(achterhaald_op=gewijzigd_op))
