"""How handelingen are kept: the acts by which a clock stops."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from services.triage.domain.dossier import Handeling
from services.triage.store.values import AnyRow, opened_optional, seal
from services.triage.tables.core import handeling
from shared.crypto import Vault
from shared.keyring import Keyring, key_of, keyring_for
from shared.rules.codes import HandelingSoort


async def insert_handeling(
    conn: AsyncConnection, vault: Vault, new: Handeling, *, casus_id: UUID, melding_id: UUID
) -> bool:
    """Add a handeling to a dossier that was locked; tell whether it was not there yet."""
    sealed = None
    if new.toelichting is not None:
        key = await key_of(conn, vault, casus_id)
        sealed = seal(key, new.toelichting, f"handeling:toelichting:{new.id}")
    row = {
        "id": new.id,
        "melding_id": melding_id,
        "soort": new.soort,
        "tijdstip": new.tijdstip,
        "toelichting": sealed,
    }
    return bool((await conn.execute(upsert(handeling).values(row).on_conflict_do_nothing())).rowcount)


async def find_handeling(conn: AsyncConnection, vault: Vault, melding_id: UUID, handeling_id: UUID) -> Handeling | None:
    """Return one handeling for a melding."""
    c = handeling.c
    query = select(handeling).where(c.melding_id == melding_id, c.id == handeling_id)
    row = (await conn.execute(query)).one_or_none()
    return handeling_of(row, await keyring_for(conn, vault, [row.toelichting])) if row else None


async def handeling_rows(conn: AsyncConnection, melding_id: UUID) -> Sequence[AnyRow]:
    """Return the handelingen for a melding in the order in which they were done."""
    c = handeling.c
    return (await conn.execute(select(handeling).where(c.melding_id == melding_id).order_by(c.tijdstip, c.id))).all()


def handeling_of(row: AnyRow, keys: Keyring) -> Handeling:
    """Return a handeling from its row."""
    toelichting = opened_optional(keys, row.toelichting, f"handeling:toelichting:{row.id}")
    return Handeling(row.id, HandelingSoort(row.soort), row.tijdstip, toelichting)
