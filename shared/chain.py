"""The chain over the audit rows of a room: made by its worker, and checked by whoever doubts it.

A link holds the hash of the link before it and of the row with its seal. The end of the chain is told through
``/toestand`` to monitoring, which keeps it as an anchor: who cuts off the end, or writes the whole chain anew, is
then found by what another room remembers.
"""

import asyncio
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from shared.audit import sealed_content
from shared.crypto import Vault
from shared.db import in_transaction
from shared.errors import OperationalError
from shared.log import get_logger
from shared.parts import pause

log = get_logger()

_LOCK = 4_711_002
_START = bytes(32)
_BATCH = 1_000
_UNCHAINED_AFTER = timedelta(minutes=5)

_WAITING = text("""
SELECT a.* FROM audit_wachtrij w JOIN audit a ON a.id = w.audit_id ORDER BY a.id LIMIT :limiet
""")
_END = text("SELECT nr, hash FROM audit_keten ORDER BY nr DESC LIMIT 1")
_LINK = text("INSERT INTO audit_keten (nr, audit_id, hash) VALUES (:nr, :audit_id, :hash)")
_TAKEN = text("DELETE FROM audit_wachtrij WHERE audit_id = ANY(CAST(:ids AS uuid[]))")


def linked(previous: bytes, row: Mapping[str, Any]) -> bytes:
    """Return the hash of the link of a row that follows ``previous``."""
    content = {key: value for key, value in row.items() if key != "mac"}
    return hashlib.sha256(previous + sealed_content(content) + bytes(row["mac"])).digest()


async def extend_chain(conn: AsyncConnection, *, limiet: int = _BATCH) -> int:
    """Put the audit rows that wait in the chain, and return how many; one process at a time does this."""
    taken = (await conn.execute(text("SELECT pg_try_advisory_xact_lock(:lock)"), {"lock": _LOCK})).scalar_one()
    rows = (await conn.execute(_WAITING, {"limiet": limiet})).mappings().all() if taken else []
    if not rows:
        return 0
    end = (await conn.execute(_END)).one_or_none()
    nr, previous = (end.nr, bytes(end.hash)) if end else (0, _START)
    links = []
    for row in rows:
        nr, previous = nr + 1, linked(previous, dict(row))
        links.append({"nr": nr, "audit_id": row["id"], "hash": previous})
    await conn.execute(_LINK, links)
    await conn.execute(_TAKEN, {"ids": [row["id"] for row in rows]})
    return len(rows)


async def run_chain(engine: AsyncEngine, stop: asyncio.Event, *, every_seconds: float = 0.5) -> None:
    """Keep the chain close behind the rows until told to stop; a database that is away is waited for."""
    while not stop.is_set():
        count = 0
        try:
            async with in_transaction(engine) as conn:
                count = await extend_chain(conn)
        except (OperationalError, DBAPIError) as error:
            log.warning("audit_chain_waits", error_type=type(error).__name__)
        if count < _BATCH:
            await pause(stop, every_seconds)


@dataclass(frozen=True, slots=True)
class Anchor:
    """The end of a chain at some moment."""

    nr: int
    hash: bytes


async def chain_end(conn: AsyncConnection) -> Anchor | None:
    """Return where the chain of this room ends now."""
    row = (await conn.execute(_END)).one_or_none()
    return Anchor(row.nr, bytes(row.hash)) if row else None


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong with the audit of a room: at which link, on which row, and how."""

    soort: str  # seal, link, missing, unchained, cut, anchor
    nr: int | None
    audit_id: UUID | None


@dataclass(frozen=True, slots=True)
class Report:
    rows: int
    links: int
    anchors: int
    findings: tuple[Finding, ...]


_CHAIN = text("""
SELECT k.nr, k.audit_id, k.hash AS link_hash, a.* FROM audit_keten k LEFT JOIN audit a ON a.id = k.audit_id
ORDER BY k.nr
""")
_UNCHAINED = text("""
SELECT a.* FROM audit a LEFT JOIN audit_keten k ON k.audit_id = a.id WHERE k.audit_id IS NULL ORDER BY a.id
""")
_FINDINGS_MAX = 20


async def verify_audit(
    engine: AsyncEngine, vault: Vault, *, anchors: Sequence[Anchor] = (), now: datetime | None = None
) -> Report:
    """Check every audit row of a room against its seal, the chain against the rows, and the anchors against both.

    A row that is waiting to be chained is no finding for its first five minutes before ``now``; without ``now`` it
    never is. Findings are told up to twenty.
    """
    findings: list[Finding] = []
    known = {anchor.nr: anchor.hash for anchor in anchors}
    previous, links, missing = _START, 0, 0
    async with in_transaction(engine) as conn:
        async for found in (await conn.stream(_CHAIN)).mappings():
            row = dict(found)
            nr, audit_id, kept = row.pop("nr"), row.pop("audit_id"), bytes(row.pop("link_hash"))
            links += 1
            if nr != links:
                findings.append(Finding("missing", links, None))
                links = nr
            if row["id"] is None:
                missing += 1
                findings.append(Finding("missing", nr, audit_id))
            else:
                findings += _judge(vault, row, nr, previous, kept)
            if nr in known and known.pop(nr) != kept:
                findings.append(Finding("anchor", nr, audit_id))
            previous = kept
        rows = links - missing
        async for found in (await conn.stream(_UNCHAINED)).mappings():
            row, rows = dict(found), rows + 1
            findings += _judge(vault, row, None, None, None)
            if now is not None and row["tijdstip"] < now - _UNCHAINED_AFTER:
                findings.append(Finding("unchained", None, row["id"]))
    findings += [Finding("cut", nr, None) for nr in sorted(known) if nr > links]
    return Report(rows, links, len(anchors), tuple(findings[:_FINDINGS_MAX]))


def _judge(
    vault: Vault, row: dict[str, Any], nr: int | None, previous: bytes | None, kept: bytes | None
) -> list[Finding]:
    found = []
    if vault.audit_mac(sealed_content(row)) != bytes(row["mac"]):
        found.append(Finding("seal", nr, row["id"]))
    if previous is not None and linked(previous, row) != kept:
        found.append(Finding("link", nr, row["id"]))
    return found
