"""How abonnementen are kept: who is told of what; the secret only sealed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection


@dataclass(frozen=True, slots=True)
class AbonnementRow:
    """One abonnement, without its secret."""

    id: UUID
    callback_url: str
    soorten: list[str]
    gemeente_codes: list[str]
    rol: str
    organisatie_id: str
    aangemaakt_op: datetime


_COLUMNS = "id, callback_url, soorten, gemeente_codes, rol, organisatie_id, aangemaakt_op"
_INSERT = text("""
INSERT INTO abonnement (id, callback_url, soorten, gemeente_codes, rol, organisatie_id, aangemaakt_op, geheim)
VALUES (:id, :callback_url, :soorten, :gemeente_codes, :rol, :organisatie_id, :aangemaakt_op, :geheim)
""")
# Who may manage all abonnementen passes no owner; the others see their own.
_OWNED = "(CAST(:organisatie_id AS text) IS NULL OR (organisatie_id = :organisatie_id AND rol = :rol))"
_RUNNING = "SELECT " + _COLUMNS + " FROM abonnement WHERE beeindigd_op IS NULL AND " + _OWNED  # noqa: S608  # nosec B608  # fixed words
_GET = text(_RUNNING + " AND id = :id")
_LIST = text(_RUNNING + " AND (CAST(:na AS uuid) IS NULL OR id > :na) ORDER BY id LIMIT :limiet")
_END = text(
    "UPDATE abonnement SET beeindigd_op = :now WHERE id = :id AND beeindigd_op IS NULL AND " + _OWNED + " RETURNING id"  # noqa: S608  # nosec B608  # fixed words
)


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose abonnementen are meant: those of one organisation in one role, or all when it is None."""

    organisatie_id: str | None
    rol: str | None


async def insert(conn: AsyncConnection, row: AbonnementRow, *, geheim: bytes) -> None:
    """Keep a new abonnement with its sealed secret."""
    values = {name: getattr(row, name) for name in AbonnementRow.__slots__}
    await conn.execute(_INSERT, values | {"geheim": geheim})


async def get(conn: AsyncConnection, abonnement_id: UUID, *, owner: Owner) -> AbonnementRow | None:
    """Return a running abonnement of this owner, or None."""
    values = {"id": abonnement_id, "organisatie_id": owner.organisatie_id, "rol": owner.rol}
    row = (await conn.execute(_GET, values)).mappings().one_or_none()
    return AbonnementRow(**row) if row else None


async def list_all(conn: AsyncConnection, *, owner: Owner, na: UUID | None, limiet: int) -> Sequence[AbonnementRow]:
    """Return the running abonnementen of this owner, in the order in which they were made."""
    values = {"na": na, "limiet": limiet, "organisatie_id": owner.organisatie_id, "rol": owner.rol}
    return [AbonnementRow(**row) for row in (await conn.execute(_LIST, values)).mappings()]


async def end(conn: AsyncConnection, abonnement_id: UUID, *, owner: Owner, now: datetime) -> bool:
    """End an abonnement; return whether there was one."""
    values = {"id": abonnement_id, "organisatie_id": owner.organisatie_id, "rol": owner.rol, "now": now}
    return (await conn.execute(_END, values)).scalar_one_or_none() is not None
