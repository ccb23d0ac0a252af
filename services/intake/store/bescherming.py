"""How the protection of a melder is kept: marked passages, and what was agreed with him before."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from services.intake.domain.bescherming import Wijziging
from services.intake.domain.weglating import Passage, PassageReden
from services.intake.store.sealed import opened, opened_json, seal
from shared.crypto import Vault
from shared.ids import new_id
from shared.keyring import Keyring, key_of, keyring_for

_LOCK = text("SELECT casus_id FROM melding WHERE id = :id FOR UPDATE")
_VERSIE = text("SELECT versie FROM bescherming WHERE melding_id = :id")
_PASSAGES = text("""
INSERT INTO bescherming AS b (melding_id, versie, passages) VALUES (:id, 1, :passages)
ON CONFLICT (melding_id) DO UPDATE SET versie = b.versie + 1, passages = excluded.passages RETURNING versie
""")
_NEXT = text("""
INSERT INTO bescherming AS b (melding_id, versie) VALUES (:id, 1)
ON CONFLICT (melding_id) DO UPDATE SET versie = b.versie + 1 RETURNING versie
""")


def passages_place(melding_id: UUID) -> str:
    """Return the place to which marked passages are bound."""
    return f"bescherming:passages:{melding_id}"


async def lock_melding(conn: AsyncConnection, melding_id: UUID) -> UUID | None:
    """Lock a melding until the commit, and return the casus in which it stands now; None when it is not there."""
    found: UUID | None = (await conn.execute(_LOCK, {"id": melding_id})).scalar()
    return found


async def load_versie(conn: AsyncConnection, melding_id: UUID) -> int:
    """Return how often the protection of a melding was changed; 0 for never."""
    return (await conn.execute(_VERSIE, {"id": melding_id})).scalar() or 0


async def save_passages(
    conn: AsyncConnection, vault: Vault, *, casus_id: UUID, melding_id: UUID, passages: Sequence[Passage]
) -> int:
    """Keep what is marked in the texts of a locked melding, in place of what was; return the new version."""
    key = await key_of(conn, vault, casus_id)
    rows = orjson.dumps([asdict(passage) for passage in passages])
    values = {"id": melding_id, "passages": key.seal(rows, place=passages_place(melding_id))}
    versie: int = (await conn.execute(_PASSAGES, values)).scalar_one()
    return versie


def opened_passages(keys: Keyring, sealed: bytes | None, melding_id: UUID) -> tuple[Passage, ...]:
    """Return the passages that were kept of a melding."""
    if sealed is None:
        return ()
    rows = orjson.loads(opened(keys, sealed, passages_place(melding_id)))
    return tuple(Passage(**{**row, "reden": PassageReden(row["reden"])}) for row in rows)


# --- what was agreed ---------------------------------------------------------------------------------------------

_ADD = text("""
INSERT INTO bekendmaking_wijziging (id, melding_id, gewijzigd_op, gegevens)
VALUES (:id, :melding_id, :gewijzigd_op, :gegevens)
""")
_SAVE_MELDER = text("UPDATE melding SET melder = :melder WHERE id = :id")
_HISTORY = text("SELECT * FROM bekendmaking_wijziging WHERE melding_id = :id ORDER BY gewijzigd_op, id")


async def save_bekendmaking(  # noqa: PLR0913, keyword only
    conn: AsyncConnection,
    vault: Vault,
    *,
    casus_id: UUID,
    melding_id: UUID,
    melder: Mapping[str, Any],
    wijziging: Wijziging,
) -> int:
    """Keep what is agreed now with the melder of a locked melding, and what was before; return the new version."""
    key = await key_of(conn, vault, casus_id)
    wijziging_id = new_id()
    told = {"door": wijziging.door, "rol": wijziging.rol, "van": wijziging.van, "naar": wijziging.naar}
    await conn.execute(
        _ADD,
        {
            "id": wijziging_id,
            "melding_id": melding_id,
            "gewijzigd_op": wijziging.gewijzigd_op,
            "gegevens": seal(key, told, f"bekendmaking_wijziging:gegevens:{wijziging_id}"),
        },
    )
    await conn.execute(_SAVE_MELDER, {"id": melding_id, "melder": seal(key, melder, f"melding:melder:{melding_id}")})
    return await next_versie(conn, melding_id)


async def next_versie(conn: AsyncConnection, melding_id: UUID) -> int:
    """Note that the protection of a locked melding changed; return the new version."""
    versie: int = (await conn.execute(_NEXT, {"id": melding_id})).scalar_one()
    return versie


async def load_wijzigingen(conn: AsyncConnection, vault: Vault, melding_id: UUID) -> tuple[Wijziging, ...]:
    """Return what was agreed with a melder after the melding came in, the first change first."""
    rows = (await conn.execute(_HISTORY, {"id": melding_id})).all()
    keys = await keyring_for(conn, vault, [row.gegevens for row in rows])
    return tuple(
        _wijziging(row.gewijzigd_op, opened_json(keys, row.gegevens, f"bekendmaking_wijziging:gegevens:{row.id}"))
        for row in rows
    )


def _wijziging(gewijzigd_op: datetime, told: Mapping[str, Any]) -> Wijziging:
    return Wijziging(gewijzigd_op=gewijzigd_op, **told)
