"""How questions to others are kept; the wall in the database shows who is asked his own and no other."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, and_, false, insert, or_, select, true, update
from sqlalchemy.ext.asyncio import AsyncConnection

from services.triage.domain.informatieverzoeken import (
    Antwoord,
    Einde,
    Informatieverzoek,
    InformatieverzoekStatus,
    Intrekking,
    Weigering,
)
from services.triage.store.values import AnyRow, Place, beyond, opened, seal
from services.triage.tables.core import dienst, dossier
from services.triage.tables.informatieverzoeken import informatieverzoek
from shared.crypto import Vault
from shared.keyring import Keyring, key_of, keyring_for
from shared.rules.behandelcodes import AntwoordWeigering, InformatieverzoekGrond, InformatieverzoekSoort


@dataclass(frozen=True, slots=True)
class Gevraagd:
    """Whose questions are read: those to the local field of his municipalities, or to his organisation."""

    gemeente_codes: Collection[str] = ()
    organisatie_id: str | None = None


@dataclass(frozen=True, slots=True)
class Filter:
    """Which questions are listed; ``gevraagd`` None: of everybody."""

    gevraagd: Gevraagd | None = None
    melding_id: UUID | None = None
    casus_id: UUID | None = None
    status: InformatieverzoekStatus | None = None


@dataclass(frozen=True, slots=True)
class VerzoekItem:
    """A question in a list: nothing is opened."""

    id: UUID
    melding_id: UUID
    casus_id: UUID
    dienst_id: UUID | None
    soort: InformatieverzoekSoort
    organisatie_id: str
    status: InformatieverzoekStatus
    versie: int
    gedaan_op: datetime
    uiterlijk: datetime
    afgerond_op: datetime | None
    na_besluit: bool


async def insert_verzoek(conn: AsyncConnection, vault: Vault, new: Informatieverzoek) -> None:
    """Add a question that was just put."""
    key = await key_of(conn, vault, new.casus_id)
    await conn.execute(
        insert(informatieverzoek).values(
            id=new.id,
            melding_id=new.melding_id,
            casus_id=new.casus_id,
            dossier_id=new.dossier_id,
            dienst_id=new.dienst_id,
            gemeente_code=new.gemeente_code,
            soort=new.soort,
            organisatie_id=new.organisatie_id,
            grond=new.grond,
            status=new.status,
            versie=new.versie,
            gedaan_op=new.gedaan_op,
            uiterlijk=new.uiterlijk,
            vraag_tekst=seal(key, [list(new.vragen), new.grond_toelichting], _place("vraag_tekst", new.id)),
        )
    )


async def save_einde(conn: AsyncConnection, vault: Vault, after: Informatieverzoek) -> None:
    """Write how a question ended; its row was locked, and so it is still in this casus."""
    assert after.einde is not None  # noqa: S101, saved after it ended
    key = await key_of(conn, vault, after.casus_id)
    await conn.execute(
        update(informatieverzoek)
        .where(informatieverzoek.c.id == after.id)
        .values(
            status=after.status,
            versie=after.versie,
            afgerond_op=after.afgerond_op,
            afgerond_door=after.afgerond_door,
            weigering=after.einde.reden if isinstance(after.einde, Weigering) else None,
            einde_tekst=seal(key, _tekst_of(after.einde), _place("einde_tekst", after.id)),
        )
    )


async def is_dienst_of(conn: AsyncConnection, dienst_id: UUID, melding_id: UUID) -> bool:
    """Say whether a dienst is one of a melding."""
    query = select(dienst.c.id).where(dienst.c.id == dienst_id, dienst.c.melding_id == melding_id)
    return await conn.scalar(query) is not None


async def find_verzoek(
    conn: AsyncConnection, vault: Vault, verzoek_id: UUID, *, lock: bool = False
) -> Informatieverzoek | None:
    """Return one question; ``lock`` keeps others from changing or moving it meanwhile."""
    query = select(informatieverzoek).where(informatieverzoek.c.id == verzoek_id)
    row = (await conn.execute(query.with_for_update() if lock else query)).one_or_none()
    if row is None:
        return None
    return _verzoek(row, await keyring_for(conn, vault, [row.vraag_tekst, row.einde_tekst]))


async def casus_of(conn: AsyncConnection, melding_id: UUID) -> UUID | None:
    """Return the casus in which a melding is now; None when it is not there."""
    found: UUID | None = await conn.scalar(
        select(dossier.c.casus_id).where(dossier.c.melding_id == melding_id).limit(1)
    )
    return found


async def besloten_op(conn: AsyncConnection, dossier_id: UUID) -> datetime | None:
    """Return when the besluit was taken in the dossier in which a question was put; a partner never sees it."""
    found: datetime | None = await conn.scalar(select(dossier.c.besloten_op).where(dossier.c.id == dossier_id))
    return found


async def list_verzoeken(conn: AsyncConnection, asked: Filter, *, after: Place | None, limit: int) -> list[VerzoekItem]:
    """Return questions in the order in which they were put."""
    c = informatieverzoek.c
    query: Select[Any] = (
        select(informatieverzoek, (c.afgerond_op > dossier.c.besloten_op).label("na_besluit"))
        # A partner is shown nothing of a dossier: for him no besluit has been taken.
        .outerjoin(dossier, dossier.c.id == c.dossier_id)
        .where(_addressed(asked.gevraagd))
        .order_by(c.gedaan_op, c.id)
        .limit(limit)
    )
    wanted = {c.melding_id: asked.melding_id, c.casus_id: asked.casus_id, c.status: asked.status}
    for column, value in wanted.items():
        if value is not None:
            query = query.where(column == value)
    if after is not None:
        query = query.where(beyond(c.gedaan_op, c.id, after))
    return [_item(row) for row in await conn.execute(query)]


def _addressed(gevraagd: Gevraagd | None) -> Any:
    c = informatieverzoek.c
    if gevraagd is None:
        return true()
    of_gemeente = and_(c.soort == InformatieverzoekSoort.LOKAAL_VELD, c.gemeente_code.in_(gevraagd.gemeente_codes))
    of_organisatie = c.organisatie_id == gevraagd.organisatie_id if gevraagd.organisatie_id else false()
    return or_(of_gemeente, of_organisatie)


async def verzoeken_of_casus(conn: AsyncConnection, vault: Vault, casus_id: UUID) -> list[Informatieverzoek]:
    """Return the questions that were put in a casus, in order."""
    c = informatieverzoek.c
    query = select(informatieverzoek).where(c.casus_id == casus_id).order_by(c.gedaan_op, c.id)
    rows = (await conn.execute(query)).all()
    keys = await keyring_for(conn, vault, [text for row in rows for text in (row.vraag_tekst, row.einde_tekst)])
    return [_verzoek(row, keys) for row in rows]


def _item(row: AnyRow) -> VerzoekItem:
    return VerzoekItem(
        row.id,
        row.melding_id,
        row.casus_id,
        row.dienst_id,
        InformatieverzoekSoort(row.soort),
        row.organisatie_id,
        InformatieverzoekStatus(row.status),
        row.versie,
        row.gedaan_op,
        row.uiterlijk,
        row.afgerond_op,
        bool(row.na_besluit),
    )


def _verzoek(row: AnyRow, keys: Keyring) -> Informatieverzoek:
    vragen, grond_toelichting = opened(keys, row.vraag_tekst, _place("vraag_tekst", row.id))
    return Informatieverzoek(
        id=row.id,
        melding_id=row.melding_id,
        casus_id=row.casus_id,
        dossier_id=row.dossier_id,
        dienst_id=row.dienst_id,
        gemeente_code=row.gemeente_code,
        soort=InformatieverzoekSoort(row.soort),
        organisatie_id=row.organisatie_id,
        vragen=tuple(vragen),
        grond=InformatieverzoekGrond(row.grond) if row.grond else None,
        grond_toelichting=grond_toelichting,
        status=InformatieverzoekStatus(row.status),
        versie=row.versie,
        gedaan_op=row.gedaan_op,
        uiterlijk=row.uiterlijk,
        einde=_einde(row, keys),
        afgerond_op=row.afgerond_op,
        afgerond_door=row.afgerond_door,
    )


def _tekst_of(einde: Einde) -> str | None:
    match einde:
        case Antwoord(antwoord):
            return antwoord
        case Weigering(_, toelichting):
            return toelichting
        case Intrekking(motivering):
            return motivering


def _einde(row: AnyRow, keys: Keyring) -> Einde | None:
    if row.einde_tekst is None:
        return None
    tekst = opened(keys, row.einde_tekst, _place("einde_tekst", row.id))
    if row.status == InformatieverzoekStatus.BEANTWOORD:
        return Antwoord(tekst)
    return Weigering(AntwoordWeigering(row.weigering), tekst) if row.weigering else Intrekking(tekst)


def _place(column: str, verzoek_id: UUID) -> str:
    return f"informatieverzoek:{column}:{verzoek_id}"
