"""Help that was chosen under an overdracht, with what people wrote at it, and help that was not there."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, or_, select, tuple_, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from services.handover.domain.inzet import Inzet, InzetStatus, Lacune
from services.handover.store.overdrachten import Zicht, addressed_to
from services.handover.store.values import opened
from services.handover.tables.core import overdracht
from services.handover.tables.palet import inzet, lacune
from shared.crypto import Vault
from shared.keyring import key_of, keyring_for
from shared.rules.palet import Doelgroep, Fase, InzetAfbreking, InzetWeigering, LacuneReden

Place = tuple[datetime, UUID]


@dataclass(frozen=True, slots=True)
class Teksten:
    """What people wrote at an inzet, opened: what was asked, and how it ended."""

    toelichting: str | None = None
    einde: str | None = None


@dataclass(frozen=True, slots=True)
class Filter:
    """Which rows are listed; ``ontvangen`` are the overdrachten of who asks, ``aanbieder_id`` whose help it is."""

    ontvangen: Zicht
    aanbieder_id: str | None = None
    casus_id: UUID | None = None
    overdracht_id: UUID | None = None
    gemeente_codes: Collection[str] | None = None
    status: InzetStatus | None = None
    doelgroep: Doelgroep | None = None
    fase: Fase | None = None


# --- help that was chosen --------------------------------------------------------------------------------------------


async def add_inzet(conn: AsyncConnection, vault: Vault, new: Inzet, teksten: Teksten) -> None:
    """Add an inzet of a locked casus."""
    await conn.execute(insert(inzet).values({**_columns(new), **await _sealed(conn, vault, new, teksten)}))


async def save_inzet(conn: AsyncConnection, vault: Vault, after: Inzet, teksten: Teksten = Teksten()) -> None:
    """Save the new state of a locked inzet, with what was written at this step."""
    values = {**_columns(after), **await _sealed(conn, vault, after, teksten)}
    await conn.execute(update(inzet).where(inzet.c.id == after.id).values(values))


async def find_inzet(conn: AsyncConnection, inzet_id: UUID, *, lock: bool = False) -> Inzet | None:
    """Return an inzet; ``lock`` keeps others from changing or moving it meanwhile."""
    query = select(inzet).where(inzet.c.id == inzet_id)
    row = (await conn.execute(query.with_for_update() if lock else query)).one_or_none()
    return _inzet(row) if row else None


async def find_with_teksten(conn: AsyncConnection, vault: Vault, inzet_id: UUID) -> tuple[Inzet, Teksten] | None:
    """Return an inzet with what people wrote at it, opened."""
    row = (await conn.execute(select(inzet).where(inzet.c.id == inzet_id))).one_or_none()
    if row is None:
        return None
    sealed = {"toelichting": row.toelichting, "einde": row.einde}
    keys = await keyring_for(conn, vault, sealed.values())
    texts = {
        name: opened(keys, value, place=_place(name, inzet_id)).decode() if value else None
        for name, value in sealed.items()
    }
    return _inzet(row), Teksten(**texts)


async def list_inzetten(conn: AsyncConnection, gezocht: Filter, *, na: Place | None, limiet: int) -> list[Inzet]:
    """Return inzetten in the order in which they were asked, after a place in that order; no text is opened."""
    wanted = _conditions(inzet.c, gezocht)
    if gezocht.status is not None:
        wanted.append(inzet.c.status == gezocht.status.value)
    if na is not None:
        wanted.append(tuple_(inzet.c.aangevraagd_op, inzet.c.id) > tuple_(*na))
    query = select(inzet).where(*wanted).order_by(inzet.c.aangevraagd_op, inzet.c.id).limit(limiet)
    return [_inzet(row) for row in await conn.execute(query)]


async def inzetten_of(conn: AsyncConnection, casus_id: UUID) -> list[UUID]:
    """Return the inzetten of a casus in the order in which they were asked."""
    query = select(inzet.c.id).where(inzet.c.casus_id == casus_id).order_by(inzet.c.aangevraagd_op, inzet.c.id)
    return list((await conn.execute(query)).scalars())


# --- help that was not there -----------------------------------------------------------------------------------------


async def add_lacune(conn: AsyncConnection, new: Lacune) -> bool:
    """Add what was missing; return False when it stands there already."""
    added = await conn.execute(insert(lacune).values(_lacune_columns(new)).on_conflict_do_nothing())
    return bool(added.rowcount)


async def find_lacune(conn: AsyncConnection, lacune_id: UUID) -> Lacune | None:
    """Return what was missing."""
    row = (await conn.execute(select(lacune).where(lacune.c.id == lacune_id))).one_or_none()
    return _lacune(row) if row else None


async def list_lacunes(conn: AsyncConnection, gezocht: Filter, *, na: Place | None, limiet: int) -> list[Lacune]:
    """Return what was missing in the order in which it was noted, after a place in that order."""
    wanted = _conditions(lacune.c, gezocht)
    if na is not None:
        wanted.append(tuple_(lacune.c.vastgesteld_op, lacune.c.id) > tuple_(*na))
    query = select(lacune).where(*wanted).order_by(lacune.c.vastgesteld_op, lacune.c.id).limit(limiet)
    return [_lacune(row) for row in await conn.execute(query)]


def _conditions(c: Any, gezocht: Filter) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = list(_tied(c, gezocht))
    if gezocht.casus_id is not None:
        found.append(c.casus_id == gezocht.casus_id)
    if gezocht.overdracht_id is not None:
        found.append(c.overdracht_id == gezocht.overdracht_id)
    if gezocht.gemeente_codes is not None:
        found.append(c.gemeente_code.in_(sorted(gezocht.gemeente_codes)))
    if gezocht.doelgroep is not None:
        found.append(c.doelgroep == gezocht.doelgroep.value)
    if gezocht.fase is not None:
        found.append(c.fase == gezocht.fase.value)
    return found


def _tied(c: Any, gezocht: Filter) -> list[ColumnElement[bool]]:
    """Return the condition that a row is under an overdracht of who asks, or asks help of his organisation."""
    received = list(addressed_to(gezocht.ontvangen))
    if not received:
        return []
    mine = c.overdracht_id.in_(select(overdracht.c.id).where(*received))
    if gezocht.aanbieder_id is None:
        return [mine]
    return [or_(mine, c.aanbieder_id == gezocht.aanbieder_id)]


def _columns(one: Inzet) -> dict[str, object]:
    return {part.name: getattr(one, part.name) for part in fields(one)}


def _inzet(row: Any) -> Inzet:
    values: Mapping[str, Any] = row._mapping  # noqa: SLF001, SQLAlchemy's own name for it
    own = {part.name: values[part.name] for part in fields(Inzet)}
    own["doelgroep"], own["fase"], own["status"] = Doelgroep(row.doelgroep), Fase(row.fase), InzetStatus(row.status)
    own["weigering"] = InzetWeigering(row.weigering) if row.weigering else None
    own["afbreking"] = InzetAfbreking(row.afbreking) if row.afbreking else None
    return Inzet(**own)


def _lacune_columns(one: Lacune) -> dict[str, object]:
    return {part.name: getattr(one, part.name) for part in fields(one)}


def _lacune(row: Any) -> Lacune:
    values: Mapping[str, Any] = row._mapping  # noqa: SLF001, SQLAlchemy's own name for it
    own = {part.name: values[part.name] for part in fields(Lacune)}
    own["doelgroep"], own["fase"], own["reden"] = Doelgroep(row.doelgroep), Fase(row.fase), LacuneReden(row.reden)
    return Lacune(**own)


async def _sealed(conn: AsyncConnection, vault: Vault, one: Inzet, teksten: Teksten) -> dict[str, bytes]:
    """Return what was written, sealed; what was not written at this step stays as it is."""
    given = {"toelichting": teksten.toelichting, "einde": teksten.einde}
    written = {name: value for name, value in given.items() if value}
    if not written:
        return {}
    key = await key_of(conn, vault, one.casus_id)
    return {name: key.seal(value.encode(), place=_place(name, one.id)) for name, value in written.items()}


def _place(column: str, inzet_id: UUID) -> str:
    return f"inzet:{column}:{inzet_id}"
