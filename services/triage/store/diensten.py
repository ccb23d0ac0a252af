"""How diensten are kept, with their contacten and all else that is done in them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from services.triage.domain.dienst import (
    Afronding,
    ConclusieOpgave,
    Contact,
    ContactKanaal,
    ContactMet,
    ContactSoort,
    Dienst,
    DienstStatus,
    Omzetting,
    OmzettingOpgave,
)
from services.triage.domain.onderzoek import Vertraging
from services.triage.domain.voorwaarden import Veiligheidsvoorwaarde
from services.triage.store.betrokkenen import betrokkenen_of_melding
from services.triage.store.dossiers import lock_dossier
from services.triage.store.onderzoek import OnderzoekFile, betrokkene_of, load_onderzoek, pair_of
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
from services.triage.store.vertragingen import vertragingen_of_dienst
from services.triage.store.voorwaarden import count_holding, voorwaarden_of
from services.triage.tables.core import contact, dienst, dossier
from shared.crypto import Vault
from shared.keyring import Keyring, key_of, keyring_for
from shared.rules.behandelcodes import OmzetReden
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
            vorige_dienst_id=new.vorige_dienst_id,
        )
    )


@dataclass(frozen=True, slots=True)
class DienstFile:
    """A dienst with what is read together with it."""

    dienst: Dienst
    contacten: tuple[Contact, ...]
    voorwaarden: tuple[Veiligheidsvoorwaarde, ...]
    geopend_op: datetime  # of its dossier: the other reading of where the ten weeks begin
    onderzoek: OnderzoekFile
    vertragingen: tuple[Vertraging, ...]
    nrs: frozenset[int]  # of the directbetrokkenen of its melding
    eerdere_contacten: tuple[Contact, ...]  # of the dienst of which it is the continuation
    nieuwe_dienst_id: UUID | None  # in which it goes on
    aantal_voorwaarden: int  # that hold, also of the dienst of which it is the continuation


async def load_file(conn: AsyncConnection, vault: Vault, dienst_id: UUID, *, lock: bool = False) -> DienstFile | None:
    """Return a dienst with its contacten and voorwaarden; ``lock`` keeps others from changing it meanwhile."""
    row = await _row(conn, dienst_id, lock=lock)
    if row is None:
        return None
    found = _dienst(row, await keyring_for(conn, vault, [row.conclusie_tekst, row.omzet_tekst]))
    before = found.vorige_dienst_id
    return DienstFile(
        found,
        contacten=await _contacten(conn, vault, dienst_id),
        voorwaarden=await voorwaarden_of(conn, vault, dienst_id),
        geopend_op=await opened_at(conn, found),
        onderzoek=await load_onderzoek(conn, vault, dienst_id),
        vertragingen=await vertragingen_of_dienst(conn, vault, dienst_id),
        nrs=await betrokkenen_of_melding(conn, found.melding_id),
        eerdere_contacten=await _contacten(conn, vault, before) if before else (),
        nieuwe_dienst_id=await next_dienst_id(conn, dienst_id),
        aantal_voorwaarden=await count_holding(conn, dienst_id, *((before,) if before else ())),
    )


async def opened_at(conn: AsyncConnection, of: Dienst) -> datetime:
    """Return from when the terms of the dossier of a dienst count."""
    found: datetime = (
        await conn.execute(select(dossier.c.geopend_op).where(dossier.c.id == of.dossier_id))
    ).scalar_one()
    return found


async def next_dienst_id(conn: AsyncConnection, dienst_id: UUID) -> UUID | None:
    """Return the dienst in which this one goes on."""
    found: UUID | None = await conn.scalar(select(dienst.c.id).where(dienst.c.vorige_dienst_id == dienst_id))
    return found


async def lock_dienst(conn: AsyncConnection, vault: Vault, dienst_id: UUID) -> Dienst | None:
    """Return a dienst, and keep others from changing it and its dossier meanwhile."""
    row = await _row(conn, dienst_id, lock=True)
    return _dienst(row, await keyring_for(conn, vault, [row.conclusie_tekst, row.omzet_tekst])) if row else None


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
    """Write the new version of a dienst in which something changed on which its conclusie rests."""
    await conn.execute(update(dienst).where(dienst.c.id == after.id).values(versie=after.versie))


async def touch(conn: AsyncConnection, of: Dienst) -> None:
    """Give a dienst a new version: what it shows of a veiligheidsvoorwaarde changed."""
    await conn.execute(update(dienst).where(dienst.c.id == of.id).values(versie=dienst.c.versie + 1))


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


async def save_omzetting(conn: AsyncConnection, vault: Vault, after: Dienst, onderzoek: Dienst) -> None:
    """Write that a dienst goes on as another, and point its dossier, and so the work list, at that one."""
    assert after.omzetting is not None  # noqa: S101, saved after it was converted
    opgave = after.omzetting.opgave
    key = await key_of(conn, vault, after.casus_id)
    await conn.execute(
        update(dienst)
        .where(dienst.c.id == after.id)
        .values(
            status=after.status,
            versie=after.versie,
            omgezet_op=after.omzetting.omgezet_op,
            omzet_reden=opgave.reden,
            omzet_tekst=seal(key, opgave.motivering, f"dienst:omzet_tekst:{after.id}"),
        )
    )
    await insert_dienst(conn, onderzoek)
    await conn.execute(
        update(dossier)
        .where(dossier.c.id == after.dossier_id)
        .values(dienst_id=onderzoek.id, versie=dossier.c.versie + 1)
    )


async def insert_contact(conn: AsyncConnection, vault: Vault, of: Dienst, new: Contact) -> None:
    """Add a contact to a dienst that was locked."""
    key = await key_of(conn, vault, of.casus_id)
    verslag = seal(key, new.verslag, f"contact:verslag:{new.id}") if new.verslag is not None else None
    betrokkene = seal(key, pair_of(new.betrokkene), f"contact:betrokkene:{new.id}") if new.betrokkene else None
    await conn.execute(
        insert(contact).values(
            id=new.id,
            dienst_id=of.id,
            soort=new.soort,
            met=new.met,
            tijdstip=new.tijdstip,
            verslag=verslag,
            kanaal=new.kanaal,
            betrokkene=betrokkene,
        )
    )


async def find_contact(conn: AsyncConnection, vault: Vault, dienst_id: UUID, contact_id: UUID) -> Contact | None:
    """Return one contact of a dienst."""
    c = contact.c
    row = (await conn.execute(select(contact).where(c.dienst_id == dienst_id, c.id == contact_id))).one_or_none()
    return _contact(row, await keyring_for(conn, vault, [row.verslag, row.betrokkene])) if row else None


# --- rows --------------------------------------------------------------------------------------------------------


async def _contacten(conn: AsyncConnection, vault: Vault, dienst_id: UUID) -> tuple[Contact, ...]:
    """Return the contacten of a dienst in the order in which they were made."""
    c = contact.c
    query = select(contact).where(c.dienst_id == dienst_id).order_by(c.tijdstip, c.id)
    rows: Sequence[AnyRow] = (await conn.execute(query)).all()
    keys = await keyring_for(conn, vault, [value for row in rows for value in (row.verslag, row.betrokkene)])
    return tuple(_contact(row, keys) for row in rows)


def _contact(row: AnyRow, keys: Keyring) -> Contact:
    pair = opened(keys, row.betrokkene, f"contact:betrokkene:{row.id}") if row.betrokkene else None
    return Contact(
        row.id,
        ContactSoort(row.soort),
        ContactMet(row.met),
        row.tijdstip,
        opened_optional(keys, row.verslag, f"contact:verslag:{row.id}"),
        betrokkene_of(pair) if pair else None,
        ContactKanaal(row.kanaal) if row.kanaal else None,
    )


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
        omzetting=_omzetting(row, keys) if row.omzet_tekst else None,
        vorige_dienst_id=row.vorige_dienst_id,
    )


def _afronding(row: AnyRow, keys: Keyring | None) -> Afronding:
    # Without keys: for a list, which shows codes only.
    motivering = opened(keys, row.conclusie_tekst, f"dienst:conclusie_tekst:{row.id}") if keys is not None else ""
    opgave = ConclusieOpgave(Conclusie(row.conclusie), motivering, genoemd_of(row))
    return Afronding(opgave, row.afgerond_op, routering_of(row, None))


def _omzetting(row: AnyRow, keys: Keyring | None) -> Omzetting:
    motivering = opened(keys, row.omzet_tekst, f"dienst:omzet_tekst:{row.id}") if keys is not None else ""
    return Omzetting(OmzettingOpgave(OmzetReden(row.omzet_reden), motivering), row.omgezet_op)
