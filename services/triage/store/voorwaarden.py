"""How veiligheidsvoorwaarden are kept, with each check and with who agrees."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ColumnElement, delete, func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from services.triage.domain.dienst import Dienst
from services.triage.domain.voorwaarden import (
    Controle,
    ControleOpgave,
    Instemming,
    Instemt,
    Veiligheidsvoorwaarde,
)
from services.triage.store.onderzoek import betrokkene_of, pair_of
from services.triage.store.values import AnyRow, opened, seal
from services.triage.tables.core import dienst, veiligheidsvoorwaarde
from services.triage.tables.voorwaarden import voorwaarde_controle, voorwaarde_instemming
from shared.crypto import Vault
from shared.ids import derived_id, new_id
from shared.keyring import Keyring, key_of, keyring_for
from shared.rules.behandelcodes import VoorwaardeStatus


async def insert_voorwaarde(conn: AsyncConnection, vault: Vault, of: Dienst, new: Veiligheidsvoorwaarde) -> None:
    """Add a veiligheidsvoorwaarde to a dienst that was locked."""
    key = await key_of(conn, vault, of.casus_id)
    texts = [new.omschrijving, new.eigenaar, new.controle]
    await conn.execute(
        insert(veiligheidsvoorwaarde).values(
            id=new.id,
            dienst_id=of.id,
            controle_op=new.controle_op,
            instemming=new.instemming,
            tekst=seal(key, texts, f"veiligheidsvoorwaarde:tekst:{new.id}"),
            gesteld_op=new.gesteld_op,
            status=new.status,
            versie=new.versie,
        )
    )


async def save_controle(conn: AsyncConnection, vault: Vault, of: Dienst, after: Veiligheidsvoorwaarde) -> None:
    """Write a voorwaarde as a check left it, with that check."""
    made, row_id = after.controles[-1], new_id()
    key = await key_of(conn, vault, of.casus_id)
    await conn.execute(
        insert(voorwaarde_controle).values(
            id=row_id,
            voorwaarde_id=after.id,
            nummer=made.nummer,
            status=made.opgave.status,
            nagegaan_op=made.opgave.nagegaan_op,
            volgende_controle_op=made.opgave.volgende_controle_op,
            uitkomst=seal(key, made.opgave.uitkomst, f"voorwaarde_controle:uitkomst:{row_id}"),
        )
    )
    await _save(conn, after)


async def save_instemmingen(conn: AsyncConnection, vault: Vault, of: Dienst, after: Veiligheidsvoorwaarde) -> None:
    """Write who agrees with a voorwaarde, in the place of what was known of that."""
    key = await key_of(conn, vault, of.casus_id)
    c = voorwaarde_instemming.c
    await conn.execute(delete(voorwaarde_instemming).where(c.voorwaarde_id == after.id))
    for one in after.instemmingen:
        row_id = derived_id("instemming", after.id, *pair_of(one.betrokkene))
        texts = [pair_of(one.betrokkene), one.toelichting]
        await conn.execute(
            insert(voorwaarde_instemming).values(
                id=row_id,
                voorwaarde_id=after.id,
                instemt=one.instemt,
                moment=one.moment,
                tekst=seal(key, texts, f"voorwaarde_instemming:tekst:{row_id}"),
            )
        )
    await _save(conn, after)


async def _save(conn: AsyncConnection, after: Veiligheidsvoorwaarde) -> None:
    values = {
        "status": after.status,
        "versie": after.versie,
        "controle_op": after.controle_op,
        "instemming": after.instemming,
    }
    await conn.execute(update(veiligheidsvoorwaarde).where(veiligheidsvoorwaarde.c.id == after.id).values(values))


async def dienst_of(conn: AsyncConnection, voorwaarde_id: UUID) -> UUID | None:
    """Return the dienst in which a voorwaarde was set."""
    c = veiligheidsvoorwaarde.c
    found: UUID | None = await conn.scalar(select(c.dienst_id).where(c.id == voorwaarde_id))
    return found


async def find_voorwaarde(conn: AsyncConnection, vault: Vault, voorwaarde_id: UUID) -> Veiligheidsvoorwaarde | None:
    """Return one veiligheidsvoorwaarde."""
    found = await _find(conn, vault, veiligheidsvoorwaarde.c.id == voorwaarde_id)
    return found[0] if found else None


async def voorwaarden_of(conn: AsyncConnection, vault: Vault, dienst_id: UUID) -> tuple[Veiligheidsvoorwaarde, ...]:
    """Return the veiligheidsvoorwaarden of a dienst in the order in which they were set."""
    return await _find(conn, vault, veiligheidsvoorwaarde.c.dienst_id == dienst_id)


async def count_holding(conn: AsyncConnection, *dienst_ids: UUID) -> int:
    """Return how many veiligheidsvoorwaarden of these diensten still hold."""
    c = veiligheidsvoorwaarde.c
    query = select(func.count()).where(c.dienst_id.in_(dienst_ids), c.status != VoorwaardeStatus.VERVALLEN)
    return int(await conn.scalar(query) or 0)


@dataclass(frozen=True, slots=True)
class VoorwaardeItem:
    """A veiligheidsvoorwaarde in a list: codes and times, nothing that was written down."""

    id: UUID
    dienst_id: UUID
    melding_id: UUID
    casus_id: UUID
    gemeente_code: str
    status: VoorwaardeStatus
    versie: int
    instemming: bool | None
    gesteld_op: datetime
    controle_op: date


async def voorwaarden_page(  # noqa: PLR0913, keyword only: what is asked for, and which part
    conn: AsyncConnection,
    *,
    dienst_id: UUID | None,
    casus_id: UUID | None,
    status: VoorwaardeStatus | None,
    after: UUID | None,
    limit: int,
) -> list[VoorwaardeItem]:
    """Return veiligheidsvoorwaarden in the order in which they were set.

    Of a dienst that goes on another: also those of that one, for they hold.
    """
    c, d = veiligheidsvoorwaarde.c, dienst.c
    query = (
        select(
            c.id, c.dienst_id, d.melding_id, d.casus_id, d.gemeente_code, c.status, c.versie, c.instemming,
            c.gesteld_op, c.controle_op,
        )
        .join(dienst, d.id == c.dienst_id)
        .order_by(c.id)
        .limit(limit)
    )  # fmt: skip
    if dienst_id is not None:
        before = select(d.vorige_dienst_id).where(d.id == dienst_id).correlate(None).scalar_subquery()
        query = query.where(or_(c.dienst_id == dienst_id, c.dienst_id == before))
    if casus_id is not None:
        query = query.where(d.casus_id == casus_id)
    if status is not None:
        query = query.where(c.status == status.value)
    if after is not None:
        query = query.where(c.id > after)
    rows = (await conn.execute(query)).mappings()
    return [VoorwaardeItem(**{**row, "status": VoorwaardeStatus(row["status"])}) for row in rows]


# --- rows --------------------------------------------------------------------------------------------------------


async def _find(conn: AsyncConnection, vault: Vault, where: ColumnElement[bool]) -> tuple[Veiligheidsvoorwaarde, ...]:
    rows = (await conn.execute(select(veiligheidsvoorwaarde).where(where).order_by(veiligheidsvoorwaarde.c.id))).all()
    ids = [row.id for row in rows]
    checks, agreed = await _controles(conn, ids), await _instemmingen(conn, ids)
    sealed = [
        *(row.tekst for row in rows),
        *(one.uitkomst for of_one in checks.values() for one in of_one),
        *(one.tekst for of_one in agreed.values() for one in of_one),
    ]
    keys = await keyring_for(conn, vault, sealed)
    return tuple(_voorwaarde(row, checks.get(row.id, ()), agreed.get(row.id, ()), keys) for row in rows)


async def _controles(conn: AsyncConnection, ids: Sequence[UUID]) -> Mapping[UUID, Sequence[AnyRow]]:
    c = voorwaarde_controle.c
    query = select(voorwaarde_controle).where(c.voorwaarde_id.in_(ids)).order_by(c.nummer)
    return _by_voorwaarde((await conn.execute(query)).all())


async def _instemmingen(conn: AsyncConnection, ids: Sequence[UUID]) -> Mapping[UUID, Sequence[AnyRow]]:
    query = select(voorwaarde_instemming).where(voorwaarde_instemming.c.voorwaarde_id.in_(ids))
    return _by_voorwaarde((await conn.execute(query)).all())


def _by_voorwaarde(rows: Sequence[AnyRow]) -> Mapping[UUID, Sequence[AnyRow]]:
    found: defaultdict[UUID, list[AnyRow]] = defaultdict(list)
    for row in rows:
        found[row.voorwaarde_id].append(row)
    return found


def _voorwaarde(
    row: AnyRow, checks: Sequence[AnyRow], agreed: Sequence[AnyRow], keys: Keyring
) -> Veiligheidsvoorwaarde:
    omschrijving, eigenaar, controle = opened(keys, row.tekst, f"veiligheidsvoorwaarde:tekst:{row.id}")
    instemmingen = sorted((_instemming(one, keys) for one in agreed), key=lambda one: one.betrokkene)
    return Veiligheidsvoorwaarde(
        id=row.id,
        dienst_id=row.dienst_id,
        omschrijving=omschrijving,
        eigenaar=eigenaar,
        controle=controle,
        gesteld_op=row.gesteld_op,
        status=VoorwaardeStatus(row.status),
        versie=row.versie,
        controle_op=row.controle_op,
        instemming=row.instemming,
        instemmingen=tuple(instemmingen),
        controles=tuple(_controle(one, keys) for one in checks),
    )


def _controle(row: AnyRow, keys: Keyring) -> Controle:
    uitkomst = opened(keys, row.uitkomst, f"voorwaarde_controle:uitkomst:{row.id}")
    opgave = ControleOpgave(VoorwaardeStatus(row.status), uitkomst, row.nagegaan_op, row.volgende_controle_op)
    return Controle(row.nummer, opgave)


def _instemming(row: AnyRow, keys: Keyring) -> Instemming:
    pair, toelichting = opened(keys, row.tekst, f"voorwaarde_instemming:tekst:{row.id}")
    return Instemming(betrokkene_of(pair), Instemt(row.instemt), row.moment, toelichting)
