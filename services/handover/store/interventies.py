"""What the interventiepalet holds, each offer with how full it is."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from services.handover.domain.interventie import Aanbod, Bezetting, Interventie, Opgave, Wachttijd
from services.handover.tables.palet import interventie
from shared.rules.palet import Doelgroep, Fase, Indicatie, VoorWie

# More than a region will ever have: one search reads them all, so there must be an end.
PALET_MAX = 2_000


@dataclass(frozen=True, slots=True)
class Gezocht:
    """Which offers are wanted; nothing given is everything. ``gemeente_codes``: of these, or of the whole region."""

    gemeente_codes: Collection[str] | None = None
    doelgroep: Doelgroep | None = None
    fase: Fase | None = None
    organisatie_id: str | None = None
    geldig_op: date | None = None


async def add_interventie(conn: AsyncConnection, new: Interventie) -> None:
    """Add an offer."""
    await conn.execute(insert(interventie).values(_columns(new)))


async def save_interventie(conn: AsyncConnection, after: Interventie) -> None:
    """Save what is said of a locked offer now."""
    await conn.execute(update(interventie).where(interventie.c.id == after.id).values(_columns(after)))


async def find_aanbod(conn: AsyncConnection, interventie_id: UUID, *, lock: bool = False) -> Aanbod | None:
    """Return an offer with how full it is; ``lock`` keeps others from taking or changing its places meanwhile."""
    query = select(interventie).where(interventie.c.id == interventie_id)
    row = (await conn.execute(query.with_for_update() if lock else query)).one_or_none()
    if row is None:
        return None
    # Counted in a statement of its own, which begins when the lock is held.
    (found,) = await _with_bezetting(conn, [_interventie(row)])
    return found


async def list_aanbod(
    conn: AsyncConnection, gezocht: Gezocht, *, na: UUID | None = None, limiet: int = PALET_MAX
) -> list[Aanbod]:
    """Return offers in the order in which they were made, after a place in that order."""
    wanted = list(_conditions(gezocht))
    if na is not None:
        wanted.append(interventie.c.id > na)
    query = select(interventie).where(*wanted).order_by(interventie.c.id).limit(limiet)
    return await _with_bezetting(conn, [_interventie(row) for row in await conn.execute(query)])


def _conditions(gezocht: Gezocht) -> Sequence[ColumnElement[bool]]:
    c = interventie.c
    found: list[ColumnElement[bool]] = []
    if gezocht.gemeente_codes is not None:
        regional = func.cardinality(c.gemeente_codes) == 0
        found.append(or_(regional, c.gemeente_codes.overlap(sorted(gezocht.gemeente_codes))))
    if gezocht.doelgroep is not None:
        found.append(c.doelgroepen.contains([gezocht.doelgroep.value]))
    if gezocht.fase is not None:
        found.append(c.fasen.contains([gezocht.fase.value]))
    if gezocht.organisatie_id is not None:
        found.append(c.organisatie_id == gezocht.organisatie_id)
    if gezocht.geldig_op is not None:
        no_end_yet = or_(c.geldig_tot_en_met.is_(None), c.geldig_tot_en_met >= gezocht.geldig_op)
        found += [c.geldig_van <= gezocht.geldig_op, no_end_yet]
    return found


async def _with_bezetting(conn: AsyncConnection, found: Sequence[Interventie]) -> list[Aanbod]:
    if not found:
        return []
    told = func.palet_bezetting([one.id for one in found]).table_valued("interventie_id", "bezet", "wachtend")
    rows = (await conn.execute(select(told))).all()
    counted: Mapping[UUID, Bezetting] = {row.interventie_id: Bezetting(row.bezet, row.wachtend) for row in rows}
    return [Aanbod(one, counted.get(one.id, Bezetting())) for one in found]


def _columns(one: Interventie) -> dict[str, object]:
    opgave = one.opgave
    return {
        "id": one.id,
        "organisatie_id": one.organisatie_id,
        "naam": opgave.naam,
        "gemeente_codes": sorted(opgave.gemeente_codes),
        "doelgroepen": sorted(opgave.doelgroepen),
        "fasen": sorted(opgave.fasen),
        "voor_wie": sorted(opgave.voor_wie),
        "plaatsen": opgave.plaatsen,
        "wachttijd_dagen": opgave.wachttijd.dagen if opgave.wachttijd else None,
        "wachttijd_op": opgave.wachttijd.op if opgave.wachttijd else None,
        "eigen_bijdrage": opgave.eigen_bijdrage,
        "indicatie": opgave.indicatie.value,
        "leeftijd_van": opgave.leeftijd_van,
        "leeftijd_tot_en_met": opgave.leeftijd_tot_en_met,
        "geldig_van": opgave.geldig_van,
        "geldig_tot_en_met": opgave.geldig_tot_en_met,
        "gewijzigd_op": one.gewijzigd_op,
        "versie": one.versie,
    }


def _interventie(row: Any) -> Interventie:
    opgave = Opgave(
        naam=row.naam,
        gemeente_codes=frozenset(row.gemeente_codes),
        doelgroepen=frozenset(map(Doelgroep, row.doelgroepen)),
        fasen=frozenset(map(Fase, row.fasen)),
        voor_wie=frozenset(map(VoorWie, row.voor_wie)),
        plaatsen=row.plaatsen,
        wachttijd=Wachttijd(row.wachttijd_dagen, row.wachttijd_op) if row.wachttijd_op else None,
        eigen_bijdrage=row.eigen_bijdrage,
        indicatie=Indicatie(row.indicatie),
        leeftijd_van=row.leeftijd_van,
        leeftijd_tot_en_met=row.leeftijd_tot_en_met,
        geldig_van=row.geldig_van,
        geldig_tot_en_met=row.geldig_tot_en_met,
    )
    return Interventie(
        id=row.id,
        organisatie_id=row.organisatie_id,
        opgave=opgave,
        gewijzigd_op=row.gewijzigd_op,
        versie=row.versie,
    )
