"""Look for what was destroyed in every table of a room, in another way than the room itself does."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import MetaData, select
from sqlalchemy.ext.asyncio import AsyncEngine

from shared.db import in_transaction
from shared.events.payloads import CasusVernietigd
from shared.keyring import keyring_for
from shared.rules.codes import VernietigingReden
from shared.vernietigen import AUDIT, TOLD
from shared.web.app import Resources

Rows = Mapping[str, list[dict[str, Any]]]


def vernietigd(at: datetime) -> CasusVernietigd:
    """Return the fact by which intake tells the others that a file was destroyed."""
    return CasusVernietigd(vernietiging_id=uuid4(), reden=VernietigingReden.VERZOEK, vernietigd_op=at)


async def read_all(engine: AsyncEngine, metadata: MetaData) -> Rows:
    """Return every row of every table of a room."""
    async with in_transaction(engine) as conn:
        return {
            table.name: [dict(row) for row in (await conn.execute(select(table))).mappings()]
            for table in metadata.sorted_tables
        }


def sealed_in(rows: Collection[Mapping[str, Any]]) -> list[bytes]:
    """Return what is sealed in rows."""
    return [bytes(value) for row in rows for value in row.values() if isinstance(value, bytes) and len(value) > 32]


def places_of(found: Rows, needles: Collection[UUID | bytes | str]) -> set[str]:
    """Return in which columns one of these still stands, the audit left aside."""
    words = {_hex(needle) for needle in needles} | {str(needle) for needle in needles if not isinstance(needle, bytes)}
    return {
        f"{table}.{column}"
        for table, rows in found.items()
        if table not in AUDIT
        for row in rows
        for column, value in row.items()
        if any(word in _text(value) for word in words)
    }


def without_told(places: Collection[str], *staying: str) -> set[str]:
    """Return the places that are not those of facts, or of what must stay."""
    return {place for place in places if place.partition(".")[0] not in TOLD | set(staying)}


async def opens(made: Resources, sealed: Collection[bytes]) -> int:
    """Return for how many of these values the key is still there."""
    async with in_transaction(made.engine) as conn:
        return len((await keyring_for(conn, made.vault, sealed)).keys)


def _hex(needle: UUID | bytes | str) -> str:
    if isinstance(needle, UUID):
        return needle.bytes.hex()
    return (needle if isinstance(needle, bytes) else needle.encode()).hex()


def _text(value: object) -> str:
    if isinstance(value, bytes):
        return bytes(value).hex()
    if isinstance(value, UUID):
        return f"{value} {value.bytes.hex()}"
    return str(value)
