"""How later years of the figures under the risk score are kept."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import text
from sqlalchemy.engine import Row
from sqlalchemy.ext.asyncio import AsyncConnection

from services.monitoring.domain.risico_laden import Cijfers


@dataclass(frozen=True, slots=True)
class RisicoVersie:
    """One version of the figures of a year."""

    id: UUID
    jaar: int
    versie: int
    inhoud: bytes
    cijfers: Cijfers
    geladen_op: datetime


_COLUMNS = "SELECT id, jaar, versie, inhoud, cijfers, geladen_op FROM risicocijfers"
_NEWEST = text(_COLUMNS + " WHERE jaar = :jaar ORDER BY versie DESC LIMIT 1")
_GET = text(_COLUMNS + " WHERE jaar = :jaar AND versie = :versie")
_INSERT = text("""
INSERT INTO risicocijfers (id, jaar, versie, inhoud, cijfers, geladen_op)
VALUES (:id, :jaar, :versie, :inhoud, CAST(:cijfers AS jsonb), :geladen_op)
ON CONFLICT (jaar, versie) DO NOTHING RETURNING id
""")


async def find(conn: AsyncConnection, jaar: int, versie: int | None = None) -> RisicoVersie | None:
    """Return a version of the figures of a year, the newest when none is named."""
    statement = _NEWEST if versie is None else _GET
    row = (await conn.execute(statement, {"jaar": jaar, "versie": versie})).one_or_none()
    return _of(row) if row else None


async def insert(conn: AsyncConnection, one: RisicoVersie) -> bool:
    """Keep a new version; False when somebody else made this one in the same moment."""
    values = {
        "id": one.id,
        "jaar": one.jaar,
        "versie": one.versie,
        "inhoud": one.inhoud,
        "cijfers": orjson.dumps(dict(one.cijfers)).decode(),
        "geladen_op": one.geladen_op,
    }
    return (await conn.execute(_INSERT, values)).scalar_one_or_none() is not None


def _of(row: Row[Any]) -> RisicoVersie:
    return RisicoVersie(row.id, row.jaar, row.versie, bytes(row.inhoud), row.cijfers, row.geladen_op)
