"""How diensten are kept, with their contacten and veiligheidsvoorwaarden."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from services.triage.domain.dienst import (
    Afronding,
    ConclusieOpgave,
    Contact,
    ContactMet,
    ContactSoort,
    Dienst,
    DienstStatus,
    Veiligheidsvoorwaarde,
)
from services.triage.store.dossiers import lock_dossier
from services.triage.store.values import (
    AnyRow,
    Place,
    beyond,
    genoemd_of,
    opened,
    opened_optional,
    routering_columns,
    routering_of,
    seal,
)
from services.triage.tables.core import contact, dienst, veiligheidsvoorwaarde
from shared.crypto import Vault
from shared.keyring import Keyring, key_of, keyring_for
from shared.rules.codes import Conclusie, DienstSoort


async def insert_dienst(conn: AsyncConnection, new: Dienst) -> None:
    """Add a dienst that has just started."""
    await conn.execute(
        insert(dienst).values(
            id=new.id,
            dossier_id=new.dossier_id,
            melding_id=new.melding_id,
            casus_id=new.casus_id,
            gemeente_code=new.gemeente_code,
            soort=new.soort,
            status=new.status,
            gestart_op=new.gestart_op,
            uiterlijk=new.uiterlijk,
            versie=new.versie,
        )
    )


@dataclass(frozen=True, slots=True)
class DienstFile:
    """A dienst with what is read together with it."""

    dienst: Dienst
    contacten: tuple[Contact, ...]
    voorwaarden: tuple[Veiligheidsvoorwaarde, ...]


async def load_file(conn: AsyncConnection, vault: Vault, dienst_id: UUID, *, lock: bool = False) -> DienstFile | None:
    """Return a dienst with its contacten and voorwaarden; ``lock`` keeps others from changing it meanwhile."""
    row = await _row(conn, dienst_id, lock=lock)
    if row is None:
        return None
    spoken, agreed = await _contacten(conn, dienst_id), await _voorwaarden(conn, dienst_id)
    sealed = [row.conclusie_tekst, *(one.verslag for one in spoken), *(one.tekst for one in agreed)]
    keys = await keyring_for(conn, vault, sealed)
    return DienstFile(
        _dienst(row, keys),
        tuple(_contact(one, keys) for one in spoken),
        tuple(_voorwaarde(one, keys) for one in agreed),
    )


async def lock_dienst(conn: AsyncConnection, vault: Vault, dienst_id: UUID) -> Dienst | None:
    """Return a dienst, and keep others from changing it and its dossier meanwhile."""
    row = await _row(conn, dienst_id, lock=True)
    return _dienst(row, await keyring_for(conn, vault, [row.conclusie_tekst])) if row else None


async def _row(conn: AsyncConnection, dienst_id: UUID, *, lock: bool) -> AnyRow | None:
    if lock:
        dossier_id = await conn.scalar(select(dienst.c.dossier_id).where(dienst.c.id == dienst_id))
        if dossier_id is None:
            return None
        await lock_dossier(conn, dossier_id)
    query = select(dienst).where(dienst.c.id == dienst_id)
    return (await conn.execute(query.with_for_update() if lock else query)).one_or_none()


async def casus_of(conn: AsyncConnection, dienst_id: UUID) -> UUID | None:
    """Return the casus of a dienst."""
    found: UUID | None = await conn.scalar(select(dienst.c.casus_id).where(dienst.c.id == dienst_id))
    return found


async def diensten_page(
    conn: AsyncConnection, *, casus_id: UUID | None, after: Place | None, limit: int
) -> list[Dienst]:
    """Return diensten in the order in which they started; what was written down is not opened."""
    c = dienst.c
    query = select(dienst).order_by(c.gestart_op, c.id).limit(limit)
    if casus_id is not None:
        query = query.where(c.casus_id == casus_id)
    if after is not None:
        query = query.where(beyond(c.gestart_op, c.id, after))
    return [_dienst(row, None) for row in (await conn.execute(query)).all()]


async def save_versie(conn: AsyncConnection, after: Dienst) -> None:
    """Write the new version of a dienst whose veiligheidsvoorwaarden changed."""
    await conn.execute(update(dienst).where(dienst.c.id == after.id).values(versie=after.versie))


async def save_conclusie(conn: AsyncConnection, vault: Vault, after: Dienst) -> None:
    """Write the conclusie of a dienst."""
    assert after.afronding is not None  # noqa: S101, saved after it was drawn
    opgave = after.afronding.opgave
    key = await key_of(conn, vault, after.casus_id)
    await conn.execute(
        update(dienst)
        .where(dienst.c.id == after.id)
        .values(
            status=after.status,
            versie=after.versie,
            conclusie=opgave.conclusie,
            afgerond_op=after.afronding.afgerond_op,
            conclusie_tekst=seal(key, opgave.motivering, f"dienst:conclusie_tekst:{after.id}"),
            **routering_columns(opgave.bestemmingen, after.afronding.routering),
        )
    )


async def insert_contact(conn: AsyncConnection, vault: Vault, of: Dienst, new: Contact) -> None:
    """Add a contact to a dienst that was locked."""
    sealed = None
    if new.verslag is not None:
        key = await key_of(conn, vault, of.casus_id)
        sealed = seal(key, new.verslag, f"contact:verslag:{new.id}")
    await conn.execute(
        insert(contact).values(
            id=new.id,
            dienst_id=of.id,
            soort=new.soort,
            met=new.met,
            tijdstip=new.tijdstip,
            verslag=sealed,
        )
    )


async def find_contact(conn: AsyncConnection, vault: Vault, dienst_id: UUID, contact_id: UUID) -> Contact | None:
    """Return one contact of a dienst."""
    c = contact.c
    row = (await conn.execute(select(contact).where(c.dienst_id == dienst_id, c.id == contact_id))).one_or_none()
    return _contact(row, await keyring_for(conn, vault, [row.verslag])) if row else None


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
        )
    )


async def find_voorwaarde(
    conn: AsyncConnection, vault: Vault, dienst_id: UUID, voorwaarde_id: UUID
) -> Veiligheidsvoorwaarde | None:
    """Return one veiligheidsvoorwaarde of a dienst."""
    c = veiligheidsvoorwaarde.c
    query = select(veiligheidsvoorwaarde).where(c.dienst_id == dienst_id, c.id == voorwaarde_id)
    row = (await conn.execute(query)).one_or_none()
    return _voorwaarde(row, await keyring_for(conn, vault, [row.tekst])) if row else None


# --- rows --------------------------------------------------------------------------------------------------------


async def _contacten(conn: AsyncConnection, dienst_id: UUID) -> Sequence[AnyRow]:
    """Return the contacten of a dienst in the order in which they were made."""
    c = contact.c
    return (await conn.execute(select(contact).where(c.dienst_id == dienst_id).order_by(c.tijdstip, c.id))).all()


async def _voorwaarden(conn: AsyncConnection, dienst_id: UUID) -> Sequence[AnyRow]:
    """Return the veiligheidsvoorwaarden of a dienst in the order in which they were set."""
    c = veiligheidsvoorwaarde.c
    query = select(veiligheidsvoorwaarde).where(c.dienst_id == dienst_id).order_by(c.id)
    return (await conn.execute(query)).all()


def _contact(row: AnyRow, keys: Keyring) -> Contact:
    verslag = opened_optional(keys, row.verslag, f"contact:verslag:{row.id}")
    return Contact(row.id, ContactSoort(row.soort), ContactMet(row.met), row.tijdstip, verslag)


def _voorwaarde(row: AnyRow, keys: Keyring) -> Veiligheidsvoorwaarde:
    omschrijving, eigenaar, controle = opened(keys, row.tekst, f"veiligheidsvoorwaarde:tekst:{row.id}")
    return Veiligheidsvoorwaarde(row.id, omschrijving, eigenaar, controle, row.controle_op, row.instemming)


def _dienst(row: AnyRow, keys: Keyring | None) -> Dienst:
    return Dienst(
        id=row.id,
        dossier_id=row.dossier_id,
        melding_id=row.melding_id,
        casus_id=row.casus_id,
        gemeente_code=row.gemeente_code,
        soort=DienstSoort(row.soort),
        status=DienstStatus(row.status),
        gestart_op=row.gestart_op,
        uiterlijk=row.uiterlijk,
        versie=row.versie,
        afronding=_afronding(row, keys) if row.conclusie_tekst else None,
    )


def _afronding(row: AnyRow, keys: Keyring | None) -> Afronding:
    # Without keys: for a list, which shows codes only.
    motivering = opened(keys, row.conclusie_tekst, f"dienst:conclusie_tekst:{row.id}") if keys is not None else ""
    opgave = ConclusieOpgave(Conclusie(row.conclusie), motivering, genoemd_of(row))
    return Afronding(opgave, row.afgerond_op, routering_of(row, None))
