"""How it is kept until when the file of each casus is kept, and found whose day has come."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

import orjson
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from shared.canonical import plain


@dataclass(frozen=True, slots=True)
class BewaartermijnRow:
    """Until when the file of a casus is kept, and from when its destruction must be proposed."""

    casus_id: UUID
    bewaren_tot: date
    voorstellen_op: date | None


_SAVE = text("""
INSERT INTO bewaartermijn (casus_id, bewaren_tot, voorstellen_op)
SELECT k.casus_id, k.bewaren_tot, k.voorstellen_op
FROM jsonb_to_recordset(CAST(:rijen AS jsonb)) AS k(casus_id uuid, bewaren_tot date, voorstellen_op date)
ORDER BY k.casus_id
ON CONFLICT (casus_id) DO UPDATE SET bewaren_tot = excluded.bewaren_tot, voorstellen_op = excluded.voorstellen_op
""")
_REMOVE = text("DELETE FROM bewaartermijn WHERE casus_id = ANY(CAST(:ids AS uuid[]))")
# The lock is that of the casus, as with the clocks: whoever handles a fact takes the casus first.
_CLAIM = text("""
SELECT b.casus_id, b.bewaren_tot, b.voorstellen_op FROM bewaartermijn b JOIN casus c ON c.casus_id = b.casus_id
WHERE b.voorstellen_op <= :vandaag
ORDER BY b.voorstellen_op, b.casus_id
LIMIT :limiet
FOR UPDATE OF c SKIP LOCKED
""")


async def save_bewaartermijnen(conn: AsyncConnection, rows: Sequence[BewaartermijnRow]) -> None:
    """Write until when files are kept."""
    if rows:
        await conn.execute(_SAVE, {"rijen": orjson.dumps(rows, default=plain).decode()})


async def remove_bewaartermijnen(conn: AsyncConnection, casus_ids: Collection[UUID]) -> None:
    """Take away what no longer holds: the casus is open again, went up in another, or was destroyed."""
    if casus_ids:
        await conn.execute(_REMOVE, {"ids": sorted(casus_ids)})


async def claim_due(conn: AsyncConnection, *, vandaag: date, limiet: int) -> list[BewaartermijnRow]:
    """Return the files whose day has come, and hold their casussen until the end of the transaction.

    Telling ``bewaartermijn-verstreken`` of the row (``handlers.facts.tell``) takes it off this list.
    """
    rows = (await conn.execute(_CLAIM, {"vandaag": vandaag, "limiet": limiet})).all()
    return [BewaartermijnRow(row.casus_id, row.bewaren_tot, row.voorstellen_op) for row in rows]
