"""How the log of deliveries of one abonnement is read, and how a notice is put in the queue by hand."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from services.monitoring.store.bezorgen import PROEF
from shared.canonical import plain

_ATTEMPTS_MAX = 50


@dataclass(frozen=True, slots=True)
class PogingRow:
    """One attempt: in real time, with how long it took."""

    nummer: int
    tijdstip: datetime
    uitslag: str
    reden: str | None
    duur_ms: int | None


@dataclass(frozen=True, slots=True)
class LeveringRow:
    """One notice of an abonnement, with its last attempts, the newest first."""

    id: UUID
    nr: int
    event_id: UUID
    kanaal: str
    soort: str
    casus_id: UUID | None
    status: str
    aangemaakt_op: datetime
    volgende_poging_op: datetime | None
    heeft_inhoud: bool  # nothing is left of what was told of a file that was destroyed
    pogingen: tuple[PogingRow, ...]


_SELECT = """
SELECT b.id, b.nr, b.event_id, b.kanaal, b.inhoud->>'soort' AS soort, CAST(b.inhoud->>'casusId' AS uuid) AS casus_id,
       b.status, b.aangemaakt_op, b.volgende_poging_op, b.inhoud ? 'data' AS heeft_inhoud
FROM bericht b WHERE b.abonnement_id = :abonnement_id
"""
_LIST = text(
    _SELECT
    + """ AND (CAST(:status AS text) IS NULL OR b.status = :status) AND (CAST(:na AS bigint) IS NULL OR b.nr < :na)
    ORDER BY b.nr DESC LIMIT :limiet"""
)
_ONE = text(_SELECT + " AND b.id = :id")
_HOLD = text(_SELECT + " AND b.id = :id FOR UPDATE")
_ATTEMPTS = text("""
SELECT bericht_id, nummer, tijdstip, uitslag, reden, duur_ms FROM (
    SELECT p.*, row_number() OVER (PARTITION BY p.bericht_id ORDER BY p.nummer DESC) AS rang
    FROM bericht_poging p WHERE p.bericht_id = ANY(CAST(:ids AS uuid[]))
) q WHERE rang <= :hooguit ORDER BY bericht_id, nummer DESC
""")


async def list_leveringen(
    conn: AsyncConnection, abonnement_id: UUID, *, status: str | None, na: int | None, limiet: int
) -> list[LeveringRow]:
    """Return the notices of an abonnement, newest first, each with at most its last fifty attempts."""
    values = {"abonnement_id": abonnement_id, "status": status, "na": na, "limiet": limiet}
    return await _with_attempts(conn, (await conn.execute(_LIST, values)).mappings().all())


async def find_levering(
    conn: AsyncConnection, abonnement_id: UUID, levering_id: UUID, *, lock: bool = False
) -> LeveringRow | None:
    """Return one notice of an abonnement, or None; with ``lock`` it is held."""
    found = await conn.execute(_HOLD if lock else _ONE, {"abonnement_id": abonnement_id, "id": levering_id})
    rows = await _with_attempts(conn, found.mappings().all())
    return rows[0] if rows else None


async def _with_attempts(conn: AsyncConnection, rows: Sequence[Any]) -> list[LeveringRow]:
    tried = await conn.execute(_ATTEMPTS, {"ids": [row["id"] for row in rows], "hooguit": _ATTEMPTS_MAX})
    by_id: dict[UUID, list[PogingRow]] = {}
    for row in tried.all():
        poging = PogingRow(row.nummer, row.tijdstip, row.uitslag, row.reden, row.duur_ms)
        by_id.setdefault(UUID(str(row.bericht_id)), []).append(poging)
    return [LeveringRow(**row, pogingen=tuple(by_id.get(UUID(str(row["id"])), ()))) for row in rows]


_AGAIN = text("""
UPDATE bericht SET status = 'wachtend', volgende_poging_op = NULL, mislukt_sinds = NULL, pogingen = 0 WHERE id = :id
""")


async def repeat(conn: AsyncConnection, levering_id: UUID) -> None:
    """Put a held notice in the queue again, to be tried at once."""
    await conn.execute(_AGAIN, {"id": levering_id})


_WAITING_PROEF = text("""
SELECT id FROM bericht WHERE abonnement_id = :id AND kanaal = 'webhook-proef' AND status = 'wachtend' LIMIT 1
""")
_ADD_PROEF = text("""
INSERT INTO bericht (id, kanaal, doel, abonnement_id, eigenaar_rol, eigenaar_id, event_id, inhoud, status,
                     aangemaakt_op)
SELECT :id, :kanaal, CAST(a.id AS text), a.id, a.rol, a.organisatie_id, :id, CAST(:inhoud AS jsonb), 'wachtend', :now
FROM abonnement a WHERE a.id = :abonnement_id
""")


async def waiting_proef(conn: AsyncConnection, abonnement_id: UUID) -> UUID | None:
    """Return the test notice that waits for an abonnement, or None."""
    found: UUID | None = await conn.scalar(_WAITING_PROEF, {"id": abonnement_id})
    return found


async def add_proef(
    conn: AsyncConnection, abonnement_id: UUID, *, proef_id: UUID, inhoud: dict[str, Any], now: datetime
) -> None:
    """Put a test notice in the queue; its id is the id under which it is sent."""
    values = {
        "id": proef_id,
        "kanaal": PROEF,
        "abonnement_id": abonnement_id,
        "inhoud": orjson.dumps(inhoud, default=plain).decode(),
        "now": now,
    }
    await conn.execute(_ADD_PROEF, values)
