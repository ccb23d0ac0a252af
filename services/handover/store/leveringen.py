"""Deliveries and their attempts: how they are kept, listed, and claimed by one deliverer at a time."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, insert, select, text, tuple_, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from services.handover.domain.levering import (
    AfhandelWijze,
    Bewijs,
    Levering,
    LeveringStatus,
    PogingUitkomst,
)
from services.handover.store.values import opened
from services.handover.tables.core import overdracht
from services.handover.tables.levering import levering, levering_poging
from shared.crypto import Vault
from shared.keyring import key_of, keyring_for
from shared.rules.codes import BestemmingSoort
from shared.rules.leveringcodes import LeverWijze, VoorlegReden

POGINGEN_MAX = 200  # of one delivery in an answer: three days of trying, each started again

_OWN = (
    "status",
    "gemaakt_op",
    "begonnen_op",
    "pogingen",
    "geweigerd",
    "volgende_poging_op",
    "reden",
    "voorgelegd_op",
    "uiterlijk",
    "bewijs",
    "afhandeling",
    "afgerond_op",
)


@dataclass(frozen=True, slots=True)
class Poging:
    """One attempt, as it is read back."""

    nummer: int
    tijdstip: datetime
    wijze: LeverWijze
    uitkomst: PogingUitkomst
    http_status: int | None
    duur_ms: int
    volgende_op: datetime | None


@dataclass(frozen=True, slots=True)
class Geclaimd:
    """A delivery in the hands of one deliverer, until his claim ends."""

    levering_id: UUID
    overdracht_id: UUID
    organisatie_id: str
    nummer: int  # of the attempt that is now made


async def add_levering(conn: AsyncConnection, new: Levering) -> bool:
    """Add a delivery; return False when it is there already."""
    values = {"id": new.id, "overdracht_id": new.overdracht_id, "organisatie_id": new.organisatie_id, **_columns(new)}
    added = await conn.execute(upsert(levering).values(values).on_conflict_do_nothing(index_elements=["id"]))
    return bool(added.rowcount)


async def save_levering(conn: AsyncConnection, changed: Levering) -> None:
    """Save what became of a delivery whose row is locked."""
    await conn.execute(update(levering).where(levering.c.id == changed.id).values(_columns(changed)))


async def keep_toelichting(
    conn: AsyncConnection, vault: Vault, levering_id: UUID, toelichting: str, *, casus_id: UUID
) -> None:
    """Keep what a person wrote at settling, sealed under the key of the locked casus."""
    key = await key_of(conn, vault, casus_id)
    sealed = key.seal(toelichting.encode(), place=_place(levering_id))
    await conn.execute(update(levering).where(levering.c.id == levering_id).values(toelichting=sealed))


async def find_levering(conn: AsyncConnection, levering_id: UUID, *, lock: bool = False) -> Levering | None:
    """Return a delivery, locked when it is going to change."""
    query = _leveringen().where(levering.c.id == levering_id)
    row = (await conn.execute(query.with_for_update(of=levering) if lock else query)).one_or_none()
    return _levering(row) if row else None


async def leveringen_of(conn: AsyncConnection, overdracht_ids: Iterable[UUID], *, lock: bool = False) -> list[Levering]:
    """Return the deliveries of overdrachten, in the order in which they were made."""
    query = _leveringen().where(levering.c.overdracht_id.in_(list(overdracht_ids)))
    query = query.order_by(levering.c.gemaakt_op, levering.c.id)
    rows = await conn.execute(query.with_for_update(of=levering) if lock else query)
    return [_levering(row) for row in rows]


async def has_unproven(conn: AsyncConnection, overdracht_id: UUID) -> bool:
    """Say whether an overdracht has a delivery that still needs something; nothing is locked for it."""
    waiting = [LeveringStatus.OPEN, LeveringStatus.VERZONDEN, LeveringStatus.WACHT_OP_MENS]
    query = select(levering.c.id).where(levering.c.overdracht_id == overdracht_id, levering.c.status.in_(waiting))
    return (await conn.execute(query.limit(1))).first() is not None


async def toelichtingen_of(conn: AsyncConnection, vault: Vault, levering_ids: Iterable[UUID]) -> dict[UUID, str]:
    """Return what persons wrote at settling, opened, by delivery."""
    c = levering.c
    query = select(c.id, c.toelichting).where(c.id.in_(list(levering_ids)), c.toelichting.is_not(None))
    rows = (await conn.execute(query)).all()
    keys = await keyring_for(conn, vault, [row.toelichting for row in rows])
    return {row.id: opened(keys, row.toelichting, place=_place(row.id)).decode() for row in rows}


async def list_leveringen(
    conn: AsyncConnection,
    *,
    status: LeveringStatus | None,
    organisatie_id: str | None,
    na: tuple[datetime, UUID] | None,
    limiet: int,
) -> list[Levering]:
    """Return deliveries in the order in which they were made, after a place in that order."""
    c = levering.c
    query = _leveringen().order_by(c.gemaakt_op, c.id).limit(limiet)
    if status is not None:
        query = query.where(c.status == status.value)
    if organisatie_id is not None:
        query = query.where(c.organisatie_id == organisatie_id)
    if na is not None:
        query = query.where(tuple_(c.gemaakt_op, c.id) > tuple_(*na))
    return [_levering(row) for row in await conn.execute(query)]


# --- attempts ---------------------------------------------------------------------------------------------------


async def add_poging(conn: AsyncConnection, levering_id: UUID, poging: Poging) -> None:
    """Add an attempt to the log of a delivery."""
    values = {name: getattr(poging, name) for name in Poging.__slots__}
    await conn.execute(insert(levering_poging).values(levering_id=levering_id, **values))


async def pogingen_of(conn: AsyncConnection, levering_ids: Iterable[UUID]) -> dict[UUID, tuple[Poging, ...]]:
    """Return the newest attempts of deliveries, from first to last."""
    found: dict[UUID, tuple[Poging, ...]] = {}
    c = levering_poging.c
    for levering_id in levering_ids:
        query = select(levering_poging).where(c.levering_id == levering_id).order_by(c.nummer.desc())
        rows = (await conn.execute(query.limit(POGINGEN_MAX))).all()
        found[levering_id] = tuple(_poging(row) for row in reversed(rows))
    return found


# One after the other, or two deliverers at once would each count themselves alone at a receiver.
_ONE_CLAIMS = text("SELECT pg_advisory_xact_lock(4711021)")
_CLAIM = text("""
WITH bezet AS (
    SELECT organisatie_id, count(*) AS aantal FROM levering WHERE geclaimd_tot > :echt GROUP BY organisatie_id
), kandidaat AS (
    SELECT l.id, l.volgende_poging_op, coalesce(b.aantal, 0)
           + row_number() OVER (PARTITION BY l.organisatie_id ORDER BY l.volgende_poging_op, l.id) AS rang
    FROM levering l LEFT JOIN bezet b ON b.organisatie_id = l.organisatie_id
    WHERE l.status IN ('open', 'verzonden') AND l.volgende_poging_op <= :nu
      AND (l.geclaimd_tot IS NULL OR l.geclaimd_tot <= :echt)
), genomen AS (
    SELECT l.id FROM levering l JOIN kandidaat k ON k.id = l.id WHERE k.rang <= :per_ontvanger
    ORDER BY k.rang, k.volgende_poging_op, l.id LIMIT :hoogstens FOR UPDATE OF l SKIP LOCKED
)
UPDATE levering l SET pogingen = l.pogingen + 1, geclaimd_tot = :tot FROM genomen g WHERE l.id = g.id
RETURNING l.id AS levering_id, l.overdracht_id, l.organisatie_id, l.pogingen AS nummer
""")


async def claim(  # noqa: PLR0913, both times and both bounds, keyword only
    conn: AsyncConnection, *, now: datetime, real: datetime, until: datetime, per_ontvanger: int, hoogstens: int
) -> Sequence[Geclaimd]:
    """Take deliveries that are due, of no receiver more at once than ``per_ontvanger``, whoever has the others.

    ``now`` is the time of the room; ``real`` and ``until`` that of the machine. Every receiver gets his first before
    any gets his second.
    """
    await conn.execute(_ONE_CLAIMS)
    asked = {"nu": now, "echt": real, "tot": until, "per_ontvanger": per_ontvanger, "hoogstens": hoogstens}
    return [Geclaimd(**row) for row in (await conn.execute(_CLAIM, asked)).mappings()]


_LET_GO = text("UPDATE levering SET geclaimd_tot = NULL WHERE id = :id AND pogingen = :nummer")


async def let_go(conn: AsyncConnection, claimed: Geclaimd) -> None:
    """Give up a claim that nobody took over."""
    await conn.execute(_LET_GO, {"id": claimed.levering_id, "nummer": claimed.nummer})


def _leveringen() -> Select[Any]:
    own = [levering.c[name] for name in ("id", "overdracht_id", "organisatie_id", *_OWN)]
    of_overdracht = (overdracht.c.melding_id, overdracht.c.gemeente_code, overdracht.c.soort)
    return select(*own, *of_overdracht).join(overdracht, overdracht.c.id == levering.c.overdracht_id)


def _levering(row: Any) -> Levering:
    return Levering(
        id=row.id,
        overdracht_id=row.overdracht_id,
        melding_id=row.melding_id,
        gemeente_code=row.gemeente_code,
        soort=BestemmingSoort(row.soort),
        organisatie_id=row.organisatie_id,
        gemaakt_op=row.gemaakt_op,
        begonnen_op=row.begonnen_op,
        status=LeveringStatus(row.status),
        pogingen=row.pogingen,
        geweigerd=row.geweigerd,
        volgende_poging_op=row.volgende_poging_op,
        reden=VoorlegReden(row.reden) if row.reden else None,
        voorgelegd_op=row.voorgelegd_op,
        uiterlijk=row.uiterlijk,
        bewijs=Bewijs(row.bewijs) if row.bewijs else None,
        afhandeling=AfhandelWijze(row.afhandeling) if row.afhandeling else None,
        afgerond_op=row.afgerond_op,
    )


def _poging(row: Any) -> Poging:
    return Poging(
        row.nummer,
        row.tijdstip,
        LeverWijze(row.wijze),
        PogingUitkomst(row.uitkomst),
        row.http_status,
        row.duur_ms,
        row.volgende_op,
    )


def _columns(changed: Levering) -> dict[str, Any]:
    return {name: getattr(changed, name) for name in _OWN}


def _place(levering_id: UUID) -> str:
    return f"levering:toelichting:{levering_id}"
