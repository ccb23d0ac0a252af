"""How casussen are read, locked, saved and made one."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, text
from sqlalchemy.ext.asyncio import AsyncConnection

from services.intake.domain.casus import Casus, CasusStatus
from shared.keyring import move_keys


def _casus(row: Row[Any]) -> Casus:
    return Casus(
        id=row.id,
        status=CasusStatus(row.status),
        aangemaakt_op=row.aangemaakt_op,
        afgesloten_op=row.afgesloten_op,
        opgegaan_in=row.opgegaan_in,
        aantal_meldingen=row.aantal_meldingen,
        aantal_personen=row.aantal_personen,
    )


async def load_casus(conn: AsyncConnection, casus_id: UUID) -> Casus | None:
    """Return the casus that answers to an id: itself, or the one in which it went up."""
    statement = text("""
        SELECT c.* FROM casus gevraagd JOIN casus c ON c.id = coalesce(gevraagd.opgegaan_in, gevraagd.id)
        WHERE gevraagd.id = :id
    """)
    row = (await conn.execute(statement, {"id": casus_id})).one_or_none()
    return _casus(row) if row else None


async def load_vanished_ids(conn: AsyncConnection, casus_id: UUID) -> tuple[UUID, ...]:
    """Return the casussen that went up in this one."""
    statement = text("SELECT id FROM casus WHERE opgegaan_in = :id ORDER BY id")
    return tuple((await conn.execute(statement, {"id": casus_id})).scalars())


async def load_melding_ids(conn: AsyncConnection, casus_id: UUID) -> tuple[UUID, ...]:
    """Return the meldingen that stand in a casus."""
    statement = text("SELECT id FROM melding WHERE casus_id = :id ORDER BY id")
    return tuple((await conn.execute(statement, {"id": casus_id})).scalars())


async def lock_casussen(conn: AsyncConnection, casus_ids: Sequence[UUID]) -> dict[UUID, Casus]:
    """Return casussen as they are now, locked until the commit, in a fixed order."""
    statement = text("SELECT * FROM casus WHERE id = ANY(CAST(:ids AS uuid[])) ORDER BY id FOR UPDATE")
    rows = (await conn.execute(statement, {"ids": list(casus_ids)})).all()
    return {row.id: _casus(row) for row in rows}


async def last_melding_op(conn: AsyncConnection, casus_id: UUID) -> datetime | None:
    """Return when the newest melding of a casus came in."""
    statement = text("SELECT max(ontvangen_op) FROM melding WHERE casus_id = :id")
    found: datetime | None = (await conn.execute(statement, {"id": casus_id})).scalar()
    return found


async def save_casus(conn: AsyncConnection, casus: Casus) -> None:
    """Save a casus that was locked."""
    statement = text("""
        UPDATE casus SET status = :status, afgesloten_op = :afgesloten_op, opgegaan_in = :opgegaan_in,
                         aantal_meldingen = :aantal_meldingen, aantal_personen = :aantal_personen
        WHERE id = :id
    """)
    await conn.execute(
        statement,
        {
            "id": casus.id,
            "status": casus.status.value,
            "afgesloten_op": casus.afgesloten_op,
            "opgegaan_in": casus.opgegaan_in,
            "aantal_meldingen": casus.aantal_meldingen,
            "aantal_personen": casus.aantal_personen,
        },
    )


async def move_meldingen(conn: AsyncConnection, *, source: UUID, target: UUID) -> tuple[UUID, ...]:
    """Move what belongs to a casus that vanishes, and its keys, to the one that stays; return the ids of the meldingen.

    Both casussen must be locked: nobody can be placed in the one that vanishes any more, so that no key stays behind.
    """
    values = {"source": source, "target": target}
    await conn.execute(text("UPDATE casus SET opgegaan_in = :target WHERE opgegaan_in = :source"), values)
    moved = await conn.execute(
        text("UPDATE melding SET casus_id = :target WHERE casus_id = :source RETURNING id"), values
    )
    await move_keys(conn, source=source, target=target)
    return tuple(sorted(moved.scalars()))
