"""Attempts at contact, and how veiligheidsvoorwaarden are kept."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import func, insert, select
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from services.handover.domain.volgen import Contactpoging, Controle, Voorwaarde
from services.handover.store.plandelen import text_of
from services.handover.store.values import opened_teksten, seal_teksten
from services.handover.tables import volgen as t
from shared.crypto import Vault
from shared.keyring import key_of, keyring_for
from shared.rules.behandelcodes import VoorwaardeStatus
from shared.rules.volgcodes import ContactWijze, PogingUitkomst

AnyRow = Any  # a row of SQLAlchemy, whose columns are its attributes


async def add_poging(conn: AsyncConnection, vault: Vault, poging: Contactpoging, *, casus_id: UUID) -> None:
    """Add an attempt of an overdracht of a locked casus."""
    key = await key_of(conn, vault, casus_id)
    values = {
        "id": poging.id,
        "overdracht_id": poging.overdracht_id,
        "wijze": poging.wijze,
        "uitkomst": poging.uitkomst,
        "tijdstip": poging.tijdstip,
        "tekst": seal_teksten(key, [poging.toelichting], place=_place("contactpoging", poging.id)),
    }
    await conn.execute(insert(t.contactpoging).values(values))


async def list_pogingen(
    conn: AsyncConnection, vault: Vault, overdracht_id: UUID, *, after: UUID | None, limit: int | None
) -> Sequence[Contactpoging]:
    """Return attempts in the order in which they were written down, opened."""
    c = t.contactpoging.c
    query = select(t.contactpoging).where(c.overdracht_id == overdracht_id).order_by(c.id).limit(limit)
    rows = (await conn.execute(query if after is None else query.where(c.id > after))).all()
    keys = await keyring_for(conn, vault, [row.tekst for row in rows])
    return [
        Contactpoging(
            id=row.id,
            overdracht_id=row.overdracht_id,
            wijze=ContactWijze(row.wijze),
            uitkomst=PogingUitkomst(row.uitkomst),
            tijdstip=row.tijdstip,
            toelichting=opened_teksten(keys, row.tekst, place=_place("contactpoging", row.id))[0],
        )
        for row in rows
    ]


async def note_voorwaarde(conn: AsyncConnection, stand: Voorwaarde) -> None:
    """Keep how a voorwaarde of a locked casus stands, unless something newer is known."""
    statement = upsert(t.voorwaarde).values(_columns(stand))
    newer = {name: statement.excluded[name] for name in ("status", "controle_dag", "stand_op")}
    newest = t.voorwaarde.c.stand_op <= statement.excluded.stand_op
    await conn.execute(statement.on_conflict_do_update(index_elements=["id"], set_=newer, where=newest))


async def find_voorwaarde(conn: AsyncConnection, voorwaarde_id: UUID) -> Voorwaarde | None:
    """Return one voorwaarde."""
    row = (await conn.execute(select(t.voorwaarde).where(t.voorwaarde.c.id == voorwaarde_id))).one_or_none()
    return _voorwaarde(row) if row else None


async def list_voorwaarden(
    conn: AsyncConnection, melding_id: UUID, *, after: UUID | None, limit: int
) -> Sequence[Voorwaarde]:
    """Return the voorwaarden that were set about a melding, in the order of their ids."""
    c = t.voorwaarde.c
    query = select(t.voorwaarde).where(c.melding_id == melding_id).order_by(c.id).limit(limit)
    rows = await conn.execute(query if after is None else query.where(c.id > after))
    return [_voorwaarde(row) for row in rows]


async def count_not_kept(conn: AsyncConnection, melding_id: UUID) -> int:
    """Return how many voorwaarden about a melding hold and were not found to be kept."""
    c = t.voorwaarde.c
    kept = (VoorwaardeStatus.NAGEKOMEN, VoorwaardeStatus.VERVALLEN)
    return int(await conn.scalar(select(func.count()).where(c.melding_id == melding_id, c.status.not_in(kept))) or 0)


async def add_controle(conn: AsyncConnection, vault: Vault, controle: Controle, *, casus_id: UUID) -> None:
    """Add that a receiver looked at a voorwaarde of a locked casus."""
    key = await key_of(conn, vault, casus_id)
    values = {
        "id": controle.id,
        "voorwaarde_id": controle.voorwaarde_id,
        "overdracht_id": controle.overdracht_id,
        "organisatie_id": controle.organisatie_id,
        "status": controle.status,
        "nagegaan_op": controle.nagegaan_op,
        "volgende_dag": controle.volgende_dag,
        "tekst": seal_teksten(key, [controle.uitkomst], place=_place("voorwaarde_controle", controle.id)),
    }
    await conn.execute(insert(t.voorwaarde_controle).values(values))


async def controles_of(conn: AsyncConnection, vault: Vault, overdracht_id: UUID) -> Mapping[UUID, Sequence[Controle]]:
    """Return what was found under an overdracht, by voorwaarde and in the order of time, opened."""
    c = t.voorwaarde_controle.c
    query = select(t.voorwaarde_controle).where(c.overdracht_id == overdracht_id).order_by(c.nagegaan_op, c.id)
    rows = (await conn.execute(query)).all()
    keys = await keyring_for(conn, vault, [row.tekst for row in rows])
    found: defaultdict[UUID, list[Controle]] = defaultdict(list)
    for row in rows:
        uitkomst = text_of(opened_teksten(keys, row.tekst, place=_place("voorwaarde_controle", row.id))[0])
        found[row.voorwaarde_id].append(
            Controle(
                id=row.id,
                voorwaarde_id=row.voorwaarde_id,
                overdracht_id=row.overdracht_id,
                organisatie_id=row.organisatie_id,
                status=VoorwaardeStatus(row.status),
                nagegaan_op=row.nagegaan_op,
                volgende_dag=row.volgende_dag,
                uitkomst=uitkomst,
            )
        )
    return found


def _columns(stand: Voorwaarde) -> dict[str, Any]:
    return {name: getattr(stand, name) for name in Voorwaarde.__slots__}


def _voorwaarde(row: AnyRow) -> Voorwaarde:
    values = {name: getattr(row, name) for name in Voorwaarde.__slots__}
    return Voorwaarde(**{**values, "status": VoorwaardeStatus(row.status)})


def _place(table: str, row_id: UUID) -> str:
    return f"{table}:tekst:{row_id}"
