"""Who did what to personal data: one row an act, in the transaction of the act, chained by hash.

Each row holds the hash of its predecessor, so that a row that was changed or removed breaks the chain and is
found by ``verify_chain``. Rows hold ids, codes and times; never a value of a person.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Column, DateTime, LargeBinary, MetaData, Table, Text, Uuid, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from shared.canonical import canonical
from shared.db import in_transaction
from shared.telemetry import current_trace_id
from shared.web.auth import Caller

_LOCK = 4_711_002
_START = bytes(32)


def audit_table(metadata: MetaData) -> Table:
    """Add the audit table to the catalogue of a room and return it."""
    return Table(
        "audit",
        metadata,
        Column("nr", BigInteger, primary_key=True, autoincrement=False),
        Column("tijdstip", DateTime(timezone=True), nullable=False),
        Column("actie", Text, nullable=False),
        Column("object_soort", Text, nullable=False),
        Column("object_id", Uuid, nullable=False),
        Column("resultaat", Text, nullable=False),
        Column("actor", Text, nullable=False),
        Column("rol", Text, nullable=False),
        Column("organisatie_id", Text, nullable=False),
        Column("herkomst", Text, nullable=False),
        Column("doel", Text, nullable=False),
        Column("trace_id", Text),
        Column("hash", LargeBinary, nullable=False),
        comment="Acts on personal data, append-only, chained by hash.",
    )


@dataclass(frozen=True, slots=True)
class Act:
    """One act on personal data: what, on which object, and for which purpose."""

    actie: str
    object_soort: str
    object_id: UUID
    doel: str
    resultaat: str = "gelukt"


async def record(conn: AsyncConnection, caller: Caller, act: Act, *, now: datetime) -> None:
    """Add an act to the chain, in the running transaction: without the row there is no act.

    The chain has one end, so recording is serial per room: take it as the last thing of a transaction.
    """
    await conn.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
    last = (await conn.execute(text("SELECT nr, hash FROM audit ORDER BY nr DESC LIMIT 1"))).one_or_none()
    row: dict[str, Any] = {
        "nr": last.nr + 1 if last else 1,
        "tijdstip": now,
        "actie": act.actie,
        "object_soort": act.object_soort,
        "object_id": act.object_id,
        "resultaat": act.resultaat,
        "actor": caller.subject,
        "rol": caller.rol.value,
        "organisatie_id": caller.organisatie_id,
        "herkomst": caller.client_id,
        "doel": act.doel,
        "trace_id": current_trace_id(),
    }
    row["hash"] = chained(bytes(last.hash) if last else _START, row)
    await conn.execute(_INSERT, row)


_INSERT = text("""
INSERT INTO audit (nr, tijdstip, actie, object_soort, object_id, resultaat, actor, rol, organisatie_id, herkomst, doel,
                   trace_id, hash)
VALUES (:nr, :tijdstip, :actie, :object_soort, :object_id, :resultaat, :actor, :rol, :organisatie_id, :herkomst, :doel,
        :trace_id, :hash)
""")


def chained(previous: bytes, row: dict[str, Any]) -> bytes:
    """Return the hash of a row that follows ``previous``."""
    content = {key: value for key, value in row.items() if key != "hash"}
    return hashlib.sha256(previous + canonical(content)).digest()


async def verify_chain(engine: AsyncEngine) -> tuple[int, int | None]:
    """Return how many rows the chain of a room has, and the number of the first row that breaks it, or None."""
    previous, count = _START, 0
    async with in_transaction(engine) as conn:
        rows = await conn.stream(text("SELECT * FROM audit ORDER BY nr"))
        async for row in rows.mappings():
            if row["nr"] != count + 1 or chained(previous, dict(row)) != bytes(row["hash"]):
                return count, count + 1
            previous, count = bytes(row["hash"]), count + 1
    return count, None
