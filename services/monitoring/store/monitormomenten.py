"""How the moments of the radar are read and saved, with the explanation that only this room holds."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import text
from sqlalchemy.engine import Row
from sqlalchemy.ext.asyncio import AsyncConnection

from services.monitoring.domain.monitormomenten import Monitormoment, MonitormomentStatus
from shared.canonical import plain
from shared.rules.codes import MonitorVervolg, Naleving, VerplaatsingReden


@dataclass(frozen=True, slots=True)
class MonitormomentRow:
    """A moment with the casus to which it belongs now."""

    casus_id: UUID
    moment: Monitormoment


@dataclass(frozen=True, slots=True)
class StoredMoment:
    """A moment as it is read; ``toelichting`` is sealed."""

    id: UUID
    casus_id: UUID
    melding_id: UUID
    overdracht_id: UUID
    gemeente_code: str
    maand: int
    gepland_op: datetime
    uiterlijk: datetime
    status: MonitormomentStatus
    naleving: Naleving | None
    directe_veiligheid: bool | None
    stabiele_veiligheid: bool | None
    vervolg: MonitorVervolg | None
    afgerond_op: datetime | None
    geannuleerd_op: datetime | None
    oorspronkelijk_uiterlijk: datetime | None
    verplaatsing_reden: VerplaatsingReden | None
    verplaatst_op: datetime | None
    versie: int
    contact_met: tuple[str, ...]
    toelichting: bytes | None


_SAVE = text("""
INSERT INTO monitormoment AS m (id, casus_id, melding_id, overdracht_id, gemeente_code, maand, gepland_op, uiterlijk,
                                status, naleving, directe_veiligheid, stabiele_veiligheid, vervolg, afgerond_op,
                                geannuleerd_op, oorspronkelijk_uiterlijk, verplaatsing_reden, verplaatst_op)
SELECT k.* FROM jsonb_to_recordset(CAST(:rijen AS jsonb)) AS k(
    id uuid, casus_id uuid, melding_id uuid, overdracht_id uuid, gemeente_code text, maand int, gepland_op timestamptz,
    uiterlijk timestamptz, status text, naleving text, directe_veiligheid boolean, stabiele_veiligheid boolean,
    vervolg text, afgerond_op timestamptz, geannuleerd_op timestamptz,
    oorspronkelijk_uiterlijk timestamptz, verplaatsing_reden text, verplaatst_op timestamptz)
ORDER BY k.id
ON CONFLICT (id) DO UPDATE SET casus_id = excluded.casus_id, melding_id = excluded.melding_id,
    gemeente_code = excluded.gemeente_code, maand = excluded.maand, gepland_op = excluded.gepland_op,
    uiterlijk = excluded.uiterlijk, status = excluded.status, naleving = excluded.naleving,
    directe_veiligheid = excluded.directe_veiligheid, stabiele_veiligheid = excluded.stabiele_veiligheid,
    vervolg = excluded.vervolg, afgerond_op = excluded.afgerond_op, geannuleerd_op = excluded.geannuleerd_op,
    oorspronkelijk_uiterlijk = excluded.oorspronkelijk_uiterlijk, verplaatsing_reden = excluded.verplaatsing_reden,
    verplaatst_op = excluded.verplaatst_op,
    versie = m.versie + 1
""")
_REMOVE = text("DELETE FROM monitormoment WHERE id = ANY(CAST(:ids AS uuid[]))")
_EXPLAIN = text(
    "UPDATE monitormoment SET contact_met = CAST(:contact_met AS jsonb), toelichting = :toelichting WHERE id = :id"
)
_ONE = text("SELECT * FROM monitormoment WHERE id = :id")
_LIST = text("""
SELECT * FROM monitormoment
WHERE (CAST(:casus_id AS uuid) IS NULL OR casus_id = :casus_id)
  AND (CAST(:gemeenten AS text[]) IS NULL OR gemeente_code = ANY(CAST(:gemeenten AS text[])))
  AND (CAST(:status AS text) IS NULL OR status = :status)
  AND (CAST(:gemist_op AS timestamptz) IS NULL OR status = 'gemist' OR (status = 'gepland' AND uiterlijk <= :gemist_op))
  AND (CAST(:na_op AS timestamptz) IS NULL OR (uiterlijk, id) > (CAST(:na_op AS timestamptz), CAST(:na_id AS uuid)))
ORDER BY uiterlijk, id LIMIT :limiet
""")


def _values(row: MonitormomentRow) -> dict[str, Any]:
    moment, uitkomst = row.moment, row.moment.uitkomst
    return {
        "id": moment.id,
        "casus_id": row.casus_id,
        "melding_id": moment.melding_id,
        "overdracht_id": moment.overdracht_id,
        "gemeente_code": moment.gemeente_code,
        "maand": moment.maand,
        "gepland_op": moment.gepland_op,
        "uiterlijk": moment.uiterlijk,
        "status": moment.status.value,
        "naleving": uitkomst.naleving.value if uitkomst else None,
        "directe_veiligheid": uitkomst.directe_veiligheid if uitkomst else None,
        "stabiele_veiligheid": uitkomst.stabiele_veiligheid if uitkomst else None,
        "vervolg": uitkomst.vervolg.value if uitkomst else None,
        "afgerond_op": uitkomst.afgerond_op if uitkomst else None,
        "geannuleerd_op": moment.geannuleerd_op,
        "oorspronkelijk_uiterlijk": moment.oorspronkelijk,
        "verplaatsing_reden": moment.verplaatsing.reden.value if moment.verplaatsing else None,
        "verplaatst_op": moment.verplaatsing.verplaatst_op if moment.verplaatsing else None,
    }


async def save_momenten(conn: AsyncConnection, rows: Sequence[MonitormomentRow]) -> None:
    """Write moments that changed; each gets its next version."""
    if rows:
        await conn.execute(_SAVE, {"rijen": orjson.dumps([_values(row) for row in rows], default=plain).decode()})


async def remove_momenten(conn: AsyncConnection, ids: Collection[UUID]) -> None:
    """Take away moments that no fact supports any more."""
    if ids:
        await conn.execute(_REMOVE, {"ids": sorted(ids)})


async def find_different(
    conn: AsyncConnection, casus_ids: Collection[UUID], expected: Sequence[MonitormomentRow]
) -> set[UUID]:
    """Return the casussen whose stored moments are not those that are expected."""
    wanted = {row.moment.id: _values(row) for row in expected}
    rows = await conn.execute(
        text("SELECT * FROM monitormoment WHERE casus_id = ANY(CAST(:casussen AS uuid[]))"),
        {"casussen": list(casus_ids)},
    )
    own = ("versie", "contact_met", "toelichting")
    stored = {row["id"]: {key: row[key] for key in row if key not in own} for row in rows.mappings()}
    return {
        (wanted.get(key) or stored[key])["casus_id"]
        for key in wanted.keys() | stored.keys()
        if wanted.get(key) != stored.get(key)
    }


async def stored_ids(conn: AsyncConnection, casus_id: UUID) -> set[UUID]:
    """Return the ids of the stored moments of a casus."""
    rows = await conn.execute(text("SELECT id FROM monitormoment WHERE casus_id = :casus_id"), {"casus_id": casus_id})
    return set(rows.scalars().all())


async def explain_moment(
    conn: AsyncConnection, moment_id: UUID, *, contact_met: Sequence[str], toelichting: bytes | None
) -> None:
    """Keep with whom there was contact, and the sealed explanation: no fact tells these."""
    values = {"id": moment_id, "contact_met": orjson.dumps(list(contact_met)).decode(), "toelichting": toelichting}
    await conn.execute(_EXPLAIN, values)


async def find_moment(conn: AsyncConnection, moment_id: UUID) -> StoredMoment | None:
    """Return one moment, or None."""
    row = (await conn.execute(_ONE, {"id": moment_id})).one_or_none()
    return _stored(row) if row else None


async def list_momenten(  # noqa: PLR0913, the filters of the list, keyword only
    conn: AsyncConnection,
    *,
    casus_id: UUID | None,
    gemeente_codes: frozenset[str] | None,
    status: MonitormomentStatus | None = None,
    gemist_op: datetime | None = None,
    after: tuple[datetime, UUID] | None,
    limiet: int,
) -> list[StoredMoment]:
    """Return moments in the order of their dates; with ``gemist_op`` those whose day had passed undone by then."""
    values = {
        "casus_id": casus_id,
        "gemeenten": None if gemeente_codes is None else sorted(gemeente_codes),
        "status": status.value if status else None,
        "gemist_op": gemist_op,
        "na_op": after[0] if after else None,
        "na_id": after[1] if after else None,
        "limiet": limiet,
    }
    return [_stored(row) for row in (await conn.execute(_LIST, values)).all()]


def _stored(row: Row[Any]) -> StoredMoment:
    return StoredMoment(
        id=row.id,
        casus_id=row.casus_id,
        melding_id=row.melding_id,
        overdracht_id=row.overdracht_id,
        gemeente_code=row.gemeente_code,
        maand=row.maand,
        gepland_op=row.gepland_op,
        uiterlijk=row.uiterlijk,
        status=MonitormomentStatus(row.status),
        naleving=Naleving(row.naleving) if row.naleving else None,
        directe_veiligheid=row.directe_veiligheid,
        stabiele_veiligheid=row.stabiele_veiligheid,
        vervolg=MonitorVervolg(row.vervolg) if row.vervolg else None,
        afgerond_op=row.afgerond_op,
        geannuleerd_op=row.geannuleerd_op,
        oorspronkelijk_uiterlijk=row.oorspronkelijk_uiterlijk,
        verplaatsing_reden=VerplaatsingReden(row.verplaatsing_reden) if row.verplaatsing_reden else None,
        verplaatst_op=row.verplaatst_op,
        versie=row.versie,
        contact_met=tuple(row.contact_met or ()),
        toelichting=row.toelichting,
    )
