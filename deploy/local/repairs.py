"""What an administrator does by hand on a run that stands: release a message, check a log, rebuild the figures."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncEngine

from deploy.local.termijn import installed_settings
from shared.audit import verify_chain
from shared.clock import clock_from
from shared.db import create_engine
from shared.errors import NotFoundError
from shared.messaging import quarantine

Known = Mapping[str, Any]


async def list_quarantaine(known: Known) -> list[dict[str, Any]]:
    """Return the messages that wait in every room, without their content."""
    found = []
    for room in known["databaseUrls"]:
        async with _engine(known, room) as engine:
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
        async with _engine(known, room) as engine:
            try:
                await quarantine.release(engine, message, now=clock())
            except NotFoundError:
                continue
            return str(room)
    return None


async def verify_audit(known: Known) -> list[dict[str, Any]]:
    """Return per room how many rows its log has, and the first one that breaks the chain."""
    found = []
    for room in known["databaseUrls"]:
        async with _engine(known, room) as engine:
            rows, broken = await verify_chain(engine)
        found.append({"kamer": room, "regels": rows, "eersteBreuk": broken})
    return found


async def recompute_kpis(known: Known) -> dict[str, Any]:
    """Count every figure again from the facts, put right what differs, and return what was found."""
    from services.monitoring.handlers import kpis  # noqa: PLC0415, only this repair needs a whole room

    async with _engine(known, "monitoring") as engine:
        report = await kpis.recompute_kpis(engine, installed_settings())
    return {
        "gelijk": report.is_equal,
        "feiten": report.feiten,
        "casussen": report.casussen,
        "cellen": report.compared,
        "verschillen": report.different,
        "casussenVerschillend": report.casussen_different,
        "voorbeelden": [str(key) for key in report.examples],
    }


@asynccontextmanager
async def _engine(known: Known, room: str) -> AsyncIterator[AsyncEngine]:
    engine = create_engine(known["databaseUrls"][room], name="ketenradar-cli", pool_size=4)
    try:
        yield engine
    finally:
        await engine.dispose()
