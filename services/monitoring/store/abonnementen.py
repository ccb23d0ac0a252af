"""How abonnementen are kept: who is told of what, how its receiver does, and its secrets, only sealed."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from services.monitoring.domain.abonnementen import Abonnee
from shared.rules.codes import Rol


@dataclass(frozen=True, slots=True)
class AbonnementRow:
    """One abonnement, without its secrets."""

    id: UUID
    callback_url: str
    soorten: list[str]
    gemeente_codes: list[str]
    rol: str
    organisatie_id: str
    aangemaakt_op: datetime
    status: str = "lopend"
    uitgeschakeld_op: datetime | None = None
    uitgeschakeld_reden: str | None = None
    mislukt_sinds: datetime | None = None


_INSERT = text("""
INSERT INTO abonnement (id, callback_url, soorten, gemeente_codes, rol, organisatie_id, aangemaakt_op)
VALUES (:id, :callback_url, :soorten, :gemeente_codes, :rol, :organisatie_id, :aangemaakt_op)
""")
# Who may manage all abonnementen passes no owner; the others see their own.
_RUNNING = """
SELECT id, callback_url, soorten, gemeente_codes, rol, organisatie_id, aangemaakt_op, status, uitgeschakeld_op,
       uitgeschakeld_reden, mislukt_sinds
FROM abonnement WHERE beeindigd_op IS NULL
  AND (CAST(:organisatie_id AS text) IS NULL OR (organisatie_id = :organisatie_id AND rol = :rol))
"""
_GET = text(_RUNNING + " AND id = :id")
_HOLD = text(_RUNNING + " AND id = :id FOR UPDATE")
_LIST = text(_RUNNING + " AND (CAST(:na AS uuid) IS NULL OR id > :na) ORDER BY id LIMIT :limiet")


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose abonnementen are meant: those of one organisation in one role, or all when it is None."""

    organisatie_id: str | None
    rol: str | None

    @property
    def values(self) -> dict[str, str | None]:
        """What the statements are told of it."""
        return {"organisatie_id": self.organisatie_id, "rol": self.rol}


async def insert(conn: AsyncConnection, row: AbonnementRow) -> None:
    """Keep a new abonnement."""
    await conn.execute(_INSERT, {name: getattr(row, name) for name in AbonnementRow.__slots__})


async def get(conn: AsyncConnection, abonnement_id: UUID, *, owner: Owner, lock: bool = False) -> AbonnementRow | None:
    """Return an abonnement of this owner that has not ended, or None; with ``lock`` nothing is told to it meanwhile."""
    found = await conn.execute(_HOLD if lock else _GET, {"id": abonnement_id} | owner.values)
    row = found.mappings().one_or_none()
    return AbonnementRow(**row) if row else None


async def list_all(conn: AsyncConnection, *, owner: Owner, na: UUID | None, limiet: int) -> Sequence[AbonnementRow]:
    """Return the abonnementen of this owner that have not ended, in the order in which they were made."""
    values = {"na": na, "limiet": limiet} | owner.values
    return [AbonnementRow(**row) for row in (await conn.execute(_LIST, values)).mappings()]


_END = text("UPDATE abonnement SET beeindigd_op = :now, status = 'beeindigd' WHERE id = :id")
_LAPSE = text("""
UPDATE bericht SET status = 'vervallen', volgende_poging_op = NULL, geclaimd_tot = NULL
WHERE abonnement_id = :id AND status IN ('wachtend', 'mislukt') RETURNING id
""")


async def end(conn: AsyncConnection, abonnement_id: UUID, *, now: datetime) -> list[UUID]:
    """End an abonnement that is held; return the notices that lapse with it."""
    await conn.execute(_END, {"id": abonnement_id, "now": now})
    return list((await conn.execute(_LAPSE, {"id": abonnement_id})).scalars())


_RESUME = text("""
UPDATE abonnement SET status = 'lopend', uitgeschakeld_op = NULL, uitgeschakeld_reden = NULL, mislukt_sinds = NULL,
    mislukkingen = 0, rusten = 0, rust_vanaf = NULL, rust_tot = NULL
WHERE id = :id
""")
_WAKE = text("""
UPDATE bericht b SET status = 'wachtend', volgende_poging_op = NULL, mislukt_sinds = NULL, pogingen = 0
FROM bericht was
WHERE was.id = b.id AND b.abonnement_id = :id AND b.kanaal = 'webhook'
  AND (b.status = 'mislukt' OR (b.status = 'wachtend' AND b.pogingen > 0))
RETURNING b.id, was.status
""")


async def resume(conn: AsyncConnection, abonnement_id: UUID) -> list[UUID]:
    """Let a held abonnement run again, and what waits be tried at once; return what had been given up."""
    await conn.execute(_RESUME, {"id": abonnement_id})
    return [row.id for row in (await conn.execute(_WAKE, {"id": abonnement_id})).all() if row.status == "mislukt"]


# --- secrets -----------------------------------------------------------------------------------------------------

_ADD_SECRET = text("""
INSERT INTO abonnement_geheim (id, abonnement_id, geheim, vanaf) VALUES (:id, :abonnement_id, :geheim, :vanaf)
""")
_CLOSE_SECRETS = text("""
UPDATE abonnement_geheim SET tot = least(coalesce(tot, 'infinity'), :tot)
WHERE abonnement_id = :id AND coalesce(tot, 'infinity') > :real
""")
_SECRETS = text("""
SELECT id, geheim FROM abonnement_geheim WHERE abonnement_id = :id AND coalesce(tot, 'infinity') > :real
ORDER BY vanaf DESC, id DESC
""")


async def add_secret(
    conn: AsyncConnection, abonnement_id: UUID, *, geheim_id: UUID, geheim: bytes, real: datetime
) -> None:
    """Keep a sealed secret, valid from now on."""
    values = {"id": geheim_id, "abonnement_id": abonnement_id, "geheim": geheim, "vanaf": real}
    await conn.execute(_ADD_SECRET, values)


async def close_secrets(conn: AsyncConnection, abonnement_id: UUID, *, real: datetime, until: datetime) -> None:
    """Let the secrets that are valid now end at a moment; what ends before that ends when it would."""
    await conn.execute(_CLOSE_SECRETS, {"id": abonnement_id, "real": real, "tot": until})


async def valid_secrets(conn: AsyncConnection, abonnement_id: UUID, *, real: datetime) -> list[tuple[UUID, bytes]]:
    """Return the sealed secrets with which a notice is signed now, newest first, each with its id."""
    rows = (await conn.execute(_SECRETS, {"id": abonnement_id, "real": real})).all()
    return [(row.id, bytes(row.geheim)) for row in rows]


# --- being told --------------------------------------------------------------------------------------------------

# Held until the notices are there: an abonnement that ends meanwhile takes them along.
_ABONNEES = text("""
SELECT id, rol, organisatie_id, gemeente_codes, soorten, aangemaakt_op FROM abonnement
WHERE beeindigd_op IS NULL AND soorten && CAST(:soorten AS text[]) ORDER BY id FOR KEY SHARE
""")


async def abonnees_of(conn: AsyncConnection, soorten: Collection[str]) -> list[Abonnee]:
    """Return who asks to be told of at least one of these event types, also who is switched off."""
    rows: Sequence[Any] = (await conn.execute(_ABONNEES, {"soorten": sorted(soorten)})).all()
    return [
        Abonnee(
            id=row.id,
            rol=Rol(row.rol),
            organisatie_id=row.organisatie_id,
            gemeente_codes=frozenset(row.gemeente_codes),
            soorten=frozenset(row.soorten),
            sinds=row.aangemaakt_op,
        )
        for row in rows
    ]
