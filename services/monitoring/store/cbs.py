"""How deliveries to the CBS are kept, how the facts behind them are read, and how a layout is read from its file."""

import tomllib
from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import text
from sqlalchemy.engine import Row
from sqlalchemy.ext.asyncio import AsyncConnection

from services.monitoring.domain.cbs_layout import Layout, LayoutError, read_layout
from services.monitoring.domain.cbs_levering import CbsBestand, CbsLevering, CbsStatus
from services.monitoring.store.facts import by_casus
from shared.canonical import plain
from shared.events.behandeling import DienstOmgezet
from shared.events.catalogue import BY_PAYLOAD
from shared.events.envelope import Event
from shared.events.overdragen import OverdrachtIngetrokken, OverdrachtTeruggegeven
from shared.events.payloads import (
    AcuutcheckGedaan,
    AdviesGegeven,
    DienstAfgerond,
    DienstGestart,
    MeldingOntvangen,
    OverdrachtAangeboden,
    OverdrachtGeaccepteerd,
    OverdrachtGeweigerd,
    VeiligheidsbeoordelingAfgerond,
    VeiligheidsbeoordelingHeropend,
)

STANDAARD = Path(__file__).parents[1] / "data" / "cbs_standaard.toml"
# Of all facts only those of which a delivery tells.
_SOORTEN = sorted(
    BY_PAYLOAD[payload].name
    for payload in (
        AdviesGegeven,
        MeldingOntvangen,
        AcuutcheckGedaan,
        VeiligheidsbeoordelingAfgerond,
        VeiligheidsbeoordelingHeropend,
        DienstGestart,
        DienstAfgerond,
        DienstOmgezet,
        OverdrachtAangeboden,
        OverdrachtGeaccepteerd,
        OverdrachtGeweigerd,
        OverdrachtIngetrokken,
        OverdrachtTeruggegeven,
    )
)

_COLUMNS = """
SELECT id, halfjaar, versie, peilmoment, status, aangevraagd_door, aangevraagd_op, gemaakt_op, layout, bestanden,
       rapport, besloten_door, besloten_op, reden
FROM cbs_levering
"""
_GET = text(_COLUMNS + " WHERE id = :id")
_HOLD = text(_COLUMNS + " WHERE id = :id FOR UPDATE")
_TAKE = text(_COLUMNS + " WHERE status = 'aangevraagd' ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED")
_LIST = text(
    _COLUMNS
    + """
WHERE (CAST(:halfjaar AS text) IS NULL OR halfjaar = :halfjaar) AND (CAST(:na AS uuid) IS NULL OR id > :na)
ORDER BY id LIMIT :limiet
"""
)
_OF_HALF_YEAR = text(_COLUMNS + " WHERE halfjaar = :halfjaar ORDER BY versie FOR UPDATE")
_INSERT = text("""
INSERT INTO cbs_levering (id, halfjaar, versie, peilmoment, status, aangevraagd_door, aangevraagd_op)
VALUES (:id, :halfjaar, :versie, :peilmoment, :status, :aangevraagd_door, :aangevraagd_op)
ON CONFLICT (halfjaar, versie) DO NOTHING RETURNING id
""")
_SAVE = text("""
UPDATE cbs_levering SET status = :status, gemaakt_op = :gemaakt_op, layout = :layout,
    bestanden = CAST(:bestanden AS jsonb), rapport = CAST(:rapport AS jsonb), besloten_door = :besloten_door,
    besloten_op = :besloten_op, reden = :reden
WHERE id = :id
""")
_KEEP = text("INSERT INTO cbs_deel (levering_id, bestand, nr, inhoud) VALUES (:levering_id, :bestand, :nr, :inhoud)")
_PIECE = text("SELECT inhoud FROM cbs_deel WHERE levering_id = :id AND bestand = :bestand AND nr = :nr")
# What happened in a period was not recorded before it began; a casus is read whole, for what came before counts too.
_FACTS = text("""
SELECT event_id, bron, casus_id, volgnummer, soort, tijdstip, data FROM feit
WHERE soort = ANY(CAST(:soorten AS text[])) AND tijdstip <= :peilmoment
  AND casus_id IN (SELECT f.casus_id FROM feit f WHERE f.soort = ANY(CAST(:soorten AS text[]))
                   AND f.tijdstip >= :van AND f.tijdstip <= :peilmoment)
ORDER BY casus_id
""")


def load_layout(file: Path | None) -> Layout:
    """Return the layout in a file, or the one that comes with the project; raises ``LayoutError``."""
    try:
        told = tomllib.loads((file or STANDAARD).read_text("utf-8"))
    except (OSError, UnicodeDecodeError):
        raise LayoutError("het bestand is niet te lezen") from None
    except tomllib.TOMLDecodeError:
        raise LayoutError("het bestand is geen TOML") from None
    return read_layout(told)


async def get(conn: AsyncConnection, levering_id: UUID, *, lock: bool = False) -> CbsLevering | None:
    """Return a delivery, held until the end of the transaction with ``lock``."""
    row = (await conn.execute(_HOLD if lock else _GET, {"id": levering_id})).one_or_none()
    return _of(row) if row else None


async def take_asked(conn: AsyncConnection) -> CbsLevering | None:
    """Return the oldest delivery that must still be made, held; nothing when another has it in hand."""
    row = (await conn.execute(_TAKE)).one_or_none()
    return _of(row) if row else None


async def list_all(
    conn: AsyncConnection, *, halfjaar: str | None, na: UUID | None, limiet: int
) -> Sequence[CbsLevering]:
    """Return deliveries in the order in which they were asked."""
    rows = (await conn.execute(_LIST, {"halfjaar": halfjaar, "na": na, "limiet": limiet})).all()
    return [_of(row) for row in rows]


async def hold_versions(conn: AsyncConnection, halfjaar: str) -> Sequence[CbsLevering]:
    """Return every version over a half-year, held, the first first."""
    return [_of(row) for row in (await conn.execute(_OF_HALF_YEAR, {"halfjaar": halfjaar})).all()]


async def insert(conn: AsyncConnection, one: CbsLevering) -> bool:
    """Keep a new version; False when somebody else made this one in the same moment."""
    values = {
        "id": one.id,
        "halfjaar": one.halfjaar,
        "versie": one.versie,
        "peilmoment": one.peilmoment,
        "status": one.status.value,
        "aangevraagd_door": one.aangevraagd_door,
        "aangevraagd_op": one.aangevraagd_op,
    }
    return (await conn.execute(_INSERT, values)).scalar_one_or_none() is not None


async def save(conn: AsyncConnection, one: CbsLevering) -> None:
    """Write what became of a delivery."""
    values = {
        "id": one.id,
        "status": one.status.value,
        "gemaakt_op": one.gemaakt_op,
        "layout": one.layout,
        "bestanden": orjson.dumps(one.bestanden, default=plain).decode(),
        "rapport": None if one.rapport is None else orjson.dumps(one.rapport, default=plain).decode(),
        "besloten_door": one.besloten_door,
        "besloten_op": one.besloten_op,
        "reden": one.reden,
    }
    await conn.execute(_SAVE, values)


async def keep_piece(conn: AsyncConnection, levering_id: UUID, bestand: str, nr: int, inhoud: bytes) -> None:
    """Keep the next piece of a file."""
    values = {"levering_id": levering_id, "bestand": bestand, "nr": nr, "inhoud": inhoud}
    await conn.execute(_KEEP, values)


async def read_piece(conn: AsyncConnection, levering_id: UUID, bestand: str, nr: int) -> bytes | None:
    """Return a piece of a file; None after the last."""
    found = (await conn.execute(_PIECE, {"id": levering_id, "bestand": bestand, "nr": nr})).scalar_one_or_none()
    return None if found is None else bytes(found)


async def stream_casussen(
    conn: AsyncConnection, *, van: datetime, peilmoment: datetime
) -> AsyncIterator[tuple[UUID, list[Event]]]:
    """Give every casus of which something was recorded from ``van`` on, with all that was by then."""
    rows = await conn.stream(_FACTS, {"soorten": _SOORTEN, "van": van, "peilmoment": peilmoment})
    async for casus_id, facts in by_casus(rows):
        yield casus_id, facts


def _of(row: Row[Any]) -> CbsLevering:
    return CbsLevering(
        id=row.id,
        halfjaar=row.halfjaar,
        versie=row.versie,
        peilmoment=row.peilmoment,
        status=CbsStatus(row.status),
        aangevraagd_door=row.aangevraagd_door,
        aangevraagd_op=row.aangevraagd_op,
        gemaakt_op=row.gemaakt_op,
        layout=row.layout,
        bestanden=tuple(CbsBestand(**one) for one in row.bestanden or ()),
        rapport=row.rapport,
        besloten_door=row.besloten_door,
        besloten_op=row.besloten_op,
        reden=row.reden,
    )
