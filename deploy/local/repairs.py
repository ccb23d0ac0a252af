"""What an administrator does by hand on a run that stands: release a message, check a log, rebuild the figures."""

from collections import defaultdict
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from deploy.local import identity
from deploy.local.termijn import installed_settings
from shared import chain
from shared.chain import Anchor
from shared.clock import clock_from, system_clock
from shared.crypto import Vault
from shared.db import create_engine, in_transaction
from shared.errors import NotFoundError
from shared.messaging import quarantine, tasks
from shared.work import WORKER_WALL

Known = Mapping[str, Any]


async def list_quarantaine(known: Known) -> list[dict[str, Any]]:
    """Return the messages that wait in every room, without their content."""
    found = []
    for room in known["databaseUrls"]:
        async with engine_of(known, room) as engine:
            rows = await quarantine.waiting(engine)
        found += [
            {
                "id": str(row.id),
                "kamer": room,
                "stream": row.stream,
                "soort": row.soort,
                "casusId": str(row.casus_id) if row.casus_id else None,
                "reden": row.reden,
                "pogingen": row.pogingen,
                "sinds": row.sinds.isoformat(),
            }
            for row in rows
        ]
    return found


async def release_quarantaine(known: Known, message: UUID) -> str | None:
    """Release a message and return the room where it waited, or None when it waits nowhere."""
    clock = clock_from(Path(known["clockFile"]) if known["clockFile"] else None)
    for room in known["databaseUrls"]:
        async with engine_of(known, room) as engine:
            try:
                await quarantine.release(engine, message, now=clock())
            except NotFoundError:
                continue
            return str(room)
    return None


# The rooms that have a table of tasks.
_WITH_TASKS = ("intake",)


async def list_tasks(known: Known) -> list[dict[str, Any]]:
    """Return what the workers still have to do, and what they gave up."""
    found = []
    for room in _WITH_TASKS:
        async with engine_of(known, room) as engine, in_transaction(engine) as conn:
            rows = await tasks.unfinished_tasks(conn)
        found += [
            {
                "id": str(row.id),
                "kamer": room,
                "soort": row.soort,
                "status": row.status,
                "pogingen": row.pogingen,
                "fout": row.fout,
                "sinds": row.gemaakt_op.isoformat(),
                "nietVoor": row.niet_voor.isoformat(),
            }
            for row in rows
        ]
    return found


async def retry_task(known: Known, task_id: UUID) -> str | None:
    """Let a task be tried again and return its room, or None when no room has it."""
    clock = clock_from(Path(known["clockFile"]) if known["clockFile"] else None)
    for room in _WITH_TASKS:
        async with engine_of(known, room) as engine, in_transaction(engine) as conn:
            if await tasks.retry_task(conn, task_id, now=clock()):
                return room
    return None


async def verify_audit(known: Known) -> list[dict[str, Any]]:
    """Return per room how many rows, links and anchors its log has, and what is wrong with it.

    Each row is laid beside its seal with the keys of its room, and the chain beside what monitoring saw of it.
    """
    anchors = await _anchors(known)
    # In simulated time five minutes pass in a moment: how long a row waits for the chain says nothing then.
    now = None if known["clockFile"] else system_clock()
    found = []
    for room in known["databaseUrls"]:
        vault = Vault.from_file(identity.key_file(Path(known["secretsDir"]), room))
        async with engine_of(known, room) as engine:
            report = await chain.verify_audit(engine, vault, anchors=anchors[room], now=now)
        found.append(
            {
                "kamer": room,
                "regels": report.rows,
                "schakels": report.links,
                "ankers": report.anchors,
                "bevindingen": [{"soort": finding.soort, "nr": finding.nr} for finding in report.findings],
            }
        )
    return found


async def _anchors(known: Known) -> Mapping[str, Sequence[Anchor]]:
    """Return which ends of the chain of each room monitoring remembers."""
    found: defaultdict[str, list[Anchor]] = defaultdict(list)
    async with engine_of(known, "monitoring") as engine, in_transaction(engine) as conn:
        for row in await conn.execute(text("SELECT kamer, nr, hash FROM audit_anker ORDER BY kamer, nr")):
            found[row.kamer].append(Anchor(row.nr, bytes(row.hash)))
    return found


async def recompute_kpis(known: Known) -> dict[str, Any]:
    """Count every figure again from the facts, put right what differs, and return what was found."""
    from services.monitoring.handlers import kpibewijs  # noqa: PLC0415, only this repair needs a whole room

    clock = clock_from(Path(known["clockFile"]) if known["clockFile"] else None)
    async with engine_of(known, "monitoring") as engine:
        report = await kpibewijs.recompute_kpis(engine, installed_settings(), now=clock())
    return {
        "gelijk": report.is_equal,
        "feiten": report.feiten,
        "casussen": report.casussen,
        "cellen": report.compared,
        "verschillen": report.different,
        "casussenVerschillend": report.casussen_different,
        "boekingenVerschillend": report.booked_different,
        "standenVerschillend": report.balances_different,
        "voorbeelden": [str(key) for key in report.examples],
    }


@asynccontextmanager
async def engine_of(known: Known, room: str) -> AsyncIterator[AsyncEngine]:
    """Open the database of a room as an administrator does, inside the wall."""
    url = known["databaseUrls"][room].partition("?options=")[0]  # said here in the words of the other driver
    engine = create_engine(url, name="ketenradar-cli", pool_size=4, rol=WORKER_WALL)
    try:
        yield engine
    finally:
        await engine.dispose()
