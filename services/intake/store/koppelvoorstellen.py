"""How koppelvoorstellen are put before a worker, read and decided."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, text
from sqlalchemy.ext.asyncio import AsyncConnection

from services.intake.domain.koppelvoorstel import Koppelvoorstel, KoppelvoorstelStatus
from services.intake.domain.matching import Voorstel
from services.intake.store.sealed import opened
from shared.crypto import Vault
from shared.ids import new_id
from shared.keyring import Keyring, key_of, keyring_for

# The casussen are share-locked: a merge that runs at the same moment is waited for, and then seen.
_PROPOSE = text("""
INSERT INTO koppelvoorstel AS v (id, casus_id, andere_casus_id, redenen, score, status, versie, aangemaakt_op)
SELECT n.id, oud.id, jong.id, string_to_array(n.redenen, ','), n.score, :status, 1, :nu
FROM unnest(CAST(:ids AS uuid[]), CAST(:casussen AS uuid[]), CAST(:redenen AS text[]), CAST(:scores AS smallint[]))
     AS n(id, casus_id, redenen, score)
JOIN casus oud ON oud.id IN (n.casus_id, :casus_id) AND oud.opgegaan_in IS NULL
JOIN casus jong ON jong.id IN (n.casus_id, :casus_id) AND jong.opgegaan_in IS NULL
     AND (oud.aangemaakt_op, oud.id) < (jong.aangemaakt_op, jong.id)
ORDER BY n.casus_id
FOR SHARE OF oud, jong
ON CONFLICT (casus_id, andere_casus_id) DO UPDATE
SET redenen = ARRAY(SELECT DISTINCT r FROM unnest(v.redenen || excluded.redenen) AS r ORDER BY r),
    score = greatest(v.score, excluded.score), versie = v.versie + 1,
    status = excluded.status, besloten_op = NULL, motivering = NULL
WHERE (v.status = excluded.status
       AND (NOT v.redenen @> excluded.redenen OR excluded.score > coalesce(v.score, -1)))
   -- What a person took apart is a question again only when there is a reason that he did not know.
   OR (v.status = 'ongedaan' AND NOT v.redenen @> excluded.redenen)
""")


async def add_voorstellen(
    conn: AsyncConnection, casus_id: UUID, voorstellen: Sequence[Voorstel], *, now: datetime
) -> None:
    """Put other casussen beside this one before a worker; a pair that is waiting gets the new reasons."""
    if not voorstellen:
        return
    await conn.execute(
        _PROPOSE,
        {
            "casus_id": casus_id,
            "ids": [new_id() for _ in voorstellen],
            "casussen": [voorstel.casus_id for voorstel in voorstellen],
            "redenen": [",".join(voorstel.redenen) for voorstel in voorstellen],
            "scores": [voorstel.score for voorstel in voorstellen],
            "status": KoppelvoorstelStatus.OPEN.value,
            "nu": now,
        },
    )


async def _voorstellen(conn: AsyncConnection, vault: Vault, rows: Sequence[Row[Any]]) -> list[Koppelvoorstel]:
    keys = await keyring_for(conn, vault, [row.motivering for row in rows])
    return [_voorstel(keys, row) for row in rows]


def _voorstel(keys: Keyring, row: Row[Any]) -> Koppelvoorstel:
    motivering = None
    if row.motivering is not None:
        motivering = opened(keys, row.motivering, f"koppelvoorstel:motivering:{row.id}").decode()
    return Koppelvoorstel(
        id=row.id,
        casus_id=row.casus_id,
        andere_casus_id=row.andere_casus_id,
        redenen=tuple(row.redenen),
        status=KoppelvoorstelStatus(row.status),
        versie=row.versie,
        aangemaakt_op=row.aangemaakt_op,
        besloten_op=row.besloten_op,
        motivering=motivering,
        score=row.score,
    )


async def list_voorstellen(
    conn: AsyncConnection, vault: Vault, *, status: KoppelvoorstelStatus | None, na: UUID | None, limiet: int
) -> list[Koppelvoorstel]:
    """Return koppelvoorstellen, the oldest first."""
    statement = text("""
        SELECT * FROM koppelvoorstel
        WHERE (CAST(:status AS text) IS NULL OR status = :status) AND (CAST(:na AS uuid) IS NULL OR id > :na)
        ORDER BY id LIMIT :limiet
    """)
    asked = {"status": status.value if status else None, "na": na, "limiet": limiet}
    return await _voorstellen(conn, vault, (await conn.execute(statement, asked)).all())


_VOORSTEL = text("SELECT * FROM koppelvoorstel WHERE id = :id")
_LOCKED_VOORSTEL = text("SELECT * FROM koppelvoorstel WHERE id = :id FOR UPDATE")


async def load_voorstel(
    conn: AsyncConnection, vault: Vault, voorstel_id: UUID, *, lock: bool = False
) -> Koppelvoorstel | None:
    """Return a koppelvoorstel, locked until the commit when it is about to change."""
    statement = _LOCKED_VOORSTEL if lock else _VOORSTEL
    rows = (await conn.execute(statement, {"id": voorstel_id})).all()
    return next(iter(await _voorstellen(conn, vault, rows)), None)


async def save_besluit(conn: AsyncConnection, vault: Vault, voorstel: Koppelvoorstel) -> None:
    """Save what was decided on a koppelvoorstel."""
    statement = text("""
        UPDATE koppelvoorstel SET status = :status, versie = :versie, besloten_op = :besloten_op,
               motivering = :motivering, casus_id = :casus_id, andere_casus_id = :andere_casus_id
        WHERE id = :id
    """)
    sealed = None
    if voorstel.motivering:
        key = await key_of(conn, vault, voorstel.casus_id)
        sealed = key.seal(voorstel.motivering.encode(), place=f"koppelvoorstel:motivering:{voorstel.id}")
    await conn.execute(
        statement,
        {
            "id": voorstel.id,
            "status": voorstel.status.value,
            "versie": voorstel.versie,
            "besloten_op": voorstel.besloten_op,
            "motivering": sealed,
            "casus_id": voorstel.casus_id,
            "andere_casus_id": voorstel.andere_casus_id,
        },
    )


async def open_voorstellen_of(conn: AsyncConnection, vault: Vault, casus_id: UUID) -> list[Koppelvoorstel]:
    """Return the open koppelvoorstellen in which a casus stands, locked, in a fixed order."""
    statement = text("""
        SELECT * FROM koppelvoorstel WHERE status = :status AND (casus_id = :id OR andere_casus_id = :id)
        ORDER BY id FOR UPDATE
    """)
    rows = await conn.execute(statement, {"id": casus_id, "status": KoppelvoorstelStatus.OPEN.value})
    return await _voorstellen(conn, vault, rows.all())


async def pair_exists(conn: AsyncConnection, casus_id: UUID, andere_casus_id: UUID) -> bool:
    """Tell whether these two were ever put before a worker together."""
    statement = text("SELECT 1 FROM koppelvoorstel WHERE casus_id = :een AND andere_casus_id = :ander")
    return (await conn.execute(statement, {"een": casus_id, "ander": andere_casus_id})).first() is not None


async def load_pair(conn: AsyncConnection, vault: Vault, one: UUID, other: UUID) -> Koppelvoorstel | None:
    """Return what was put before a worker about these two casussen, locked."""
    statement = text("""
        SELECT * FROM koppelvoorstel
        WHERE (casus_id = :een AND andere_casus_id = :ander) OR (casus_id = :ander AND andere_casus_id = :een)
        FOR UPDATE
    """)
    rows = (await conn.execute(statement, {"een": one, "ander": other})).all()
    return next(iter(await _voorstellen(conn, vault, rows)), None)
