"""Where a message goes that cannot be handled, and how a person lets it go again.

The rest of its casus waits behind it (order within a casus is kept); every other casus goes on.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from shared.db import in_transaction
from shared.errors import NotFoundError
from shared.events.envelope import BYTES_MAX, Event
from shared.ids import derived_id
from shared.messaging.codec import type_of

_PUT = text("""
INSERT INTO quarantaine (id, stream, entry_id, bron, casus_id, volgnummer, event_id, soort, bericht,
    reden, pogingen, sinds)
VALUES (:id, :stream, :entry_id, :bron, :casus_id, :volgnummer, :event_id, :soort, :bericht,
    :reden, :pogingen, :sinds)
ON CONFLICT (stream, entry_id) DO UPDATE SET
    vrijgegeven_op = NULL, afgehandeld_op = NULL, reden = excluded.reden,
    pogingen = quarantaine.pogingen + excluded.pogingen
""")


async def put(  # noqa: PLR0913, one row of the table, keyword only
    conn: AsyncConnection,
    *,
    stream: str,
    entry_id: str,
    raw: bytes,
    event: Event | None,
    reason: str,
    attempts: int,
    now: datetime,
) -> None:
    """Keep a message aside with the reason: a code or a type of error, never a value out of the message."""
    await conn.execute(
        _PUT,
        {
            "id": derived_id("quarantaine", stream, entry_id),
            "stream": stream,
            "entry_id": entry_id,
            "bron": event.room if event else None,
            "casus_id": event.casus_id if event else None,
            "volgnummer": event.sequence if event else None,
            "event_id": event.id if event else None,
            "soort": type_of(event.payload) if event else None,
            "bericht": raw[: BYTES_MAX + 1],
            "reden": reason,
            "pogingen": attempts,
            "sinds": now,
        },
    )


async def waiting(engine: AsyncEngine) -> Sequence[Any]:
    """Return the messages that wait for a person, oldest first, without their content."""
    async with in_transaction(engine) as conn:
        return (
            await conn.execute(
                text("""SELECT id, stream, entry_id, casus_id, volgnummer, event_id, soort, reden, pogingen, sinds
                        FROM quarantaine WHERE vrijgegeven_op IS NULL ORDER BY sinds, id""")
            )
        ).all()


async def release(engine: AsyncEngine, message_id: UUID, *, now: datetime) -> None:
    """Let a message go: the next worker that looks handles it, by the same road as every other message.

    Raises ``NotFoundError`` when no such message waits.
    """
    async with in_transaction(engine) as conn:
        released = await conn.execute(
            text("UPDATE quarantaine SET vrijgegeven_op = :now WHERE id = :id AND vrijgegeven_op IS NULL"),
            {"id": message_id, "now": now},
        )
        if not released.rowcount:
            raise NotFoundError("Er wacht geen bericht met dit id.")


async def claim_released(conn: AsyncConnection) -> Any | None:  # a row of SQLAlchemy
    """Return one released message that is not handled yet, locked, or None."""
    return (
        await conn.execute(
            text("""SELECT * FROM quarantaine WHERE vrijgegeven_op IS NOT NULL AND afgehandeld_op IS NULL
                    ORDER BY casus_id, volgnummer, sinds LIMIT 1 FOR UPDATE SKIP LOCKED""")
        )
    ).one_or_none()


async def close(conn: AsyncConnection, message_id: UUID, *, now: datetime) -> None:
    """Note that a released message was handled."""
    await conn.execute(
        text("UPDATE quarantaine SET afgehandeld_op = :now WHERE id = :id"), {"id": message_id, "now": now}
    )
