"""How it is kept until when a file is kept, and what stands in the way of destroying it."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from shared.crypto import Vault
from shared.keyring import key_of


@dataclass(frozen=True, slots=True)
class Bewaring:
    """Until when the file of a casus is kept; both days are the first on which it no longer has to be."""

    bewaren_tot: date | None  # None while the casus was never closed
    beschermingsmaatregel_tot: date | None


async def load_bewaring(conn: AsyncConnection, casus_id: UUID) -> Bewaring:
    """Return until when the file of a casus is kept; the casus must be there."""
    statement = text("SELECT bewaren_tot, beschermingsmaatregel_tot FROM casus WHERE id = :id")
    row = (await conn.execute(statement, {"id": casus_id})).one()
    return Bewaring(row.bewaren_tot, row.beschermingsmaatregel_tot)


async def save_bewaren_tot(conn: AsyncConnection, casus_id: UUID, bewaren_tot: date) -> None:
    """Write until when the file of a locked casus is kept."""
    await conn.execute(text("UPDATE casus SET bewaren_tot = :tot WHERE id = :id"), {"id": casus_id, "tot": bewaren_tot})


async def save_maatregel(
    conn: AsyncConnection, vault: Vault, casus_id: UUID, *, tot: date | None, motivering: str
) -> None:
    """Write until when a measure of child protection needs the file of a locked casus, and why, sealed."""
    key = await key_of(conn, vault, casus_id)
    sealed = key.seal(motivering.encode(), place=f"casus:beschermingsmaatregel:{casus_id}")
    await conn.execute(
        text("""UPDATE casus SET beschermingsmaatregel_tot = CAST(:tot AS date), beschermingsmaatregel = :sealed
                WHERE id = :id"""),
        {"id": casus_id, "tot": tot, "sealed": sealed},
    )


async def move_maatregel(conn: AsyncConnection, *, source: UUID, target: UUID) -> None:
    """Let a measure that needs the file of a casus that vanishes hold for the one that stays; the longer one counts."""
    statement = text("""
        UPDATE casus blijft SET beschermingsmaatregel_tot =
            greatest(blijft.beschermingsmaatregel_tot, verdwijnt.beschermingsmaatregel_tot)
        FROM casus verdwijnt WHERE blijft.id = :target AND verdwijnt.id = :source
    """)
    await conn.execute(statement, {"source": source, "target": target})
