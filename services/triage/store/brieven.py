"""How letters are kept and read, and what happened with a melding that they tell of."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from services.triage.domain.brieven import Aanleiding, Besloten, Brief, BriefStatus, Verzending
from services.triage.domain.informeren import Boek
from services.triage.store.diensten import load_file as load_dienst
from services.triage.store.dossiers import load_file
from services.triage.store.values import AnyRow, Place, beyond, opened, seal
from services.triage.tables.brieven import brief
from services.triage.tables.core import dienst
from shared.crypto import Vault
from shared.keyring import key_of, keyring_for
from shared.rules.behandelcodes import BriefSoort, VerzendWijze
from shared.rules.codes import BestemmingSoort, Conclusie

_OUTLINE = [column for column in brief.c if column.name != "tekst"]


async def insert_brief(conn: AsyncConnection, vault: Vault, new: Brief) -> None:
    """Add a letter to a melding whose dossier was locked."""
    key = await key_of(conn, vault, new.casus_id)
    await conn.execute(
        brief.insert().values(
            id=new.id,
            melding_id=new.melding_id,
            casus_id=new.casus_id,
            soort=new.soort,
            sjabloon_versie=new.sjabloon_versie,
            persoon_nr=new.persoon_nr,
            status=new.status,
            versie=new.versie,
            stand=new.stand,
            gemaakt_op=new.gemaakt_op,
            tekst=seal(key, new.tekst, _text_of(new.id)),
        )
    )


async def withdraw_ready(
    conn: AsyncConnection, melding_id: UUID, persoon_nr: int | None, *, soort: BriefSoort | None = None
) -> None:
    """Let letters to a reader that were not sent lapse: of one sort, or all of them."""
    c = brief.c
    ready = update(brief).where(
        c.melding_id == melding_id, c.persoon_nr.is_not_distinct_from(persoon_nr), c.status == BriefStatus.GEREED
    )
    if soort is not None:
        ready = ready.where(c.soort == soort)
    await conn.execute(ready.values(status=BriefStatus.VERVALLEN, versie=c.versie + 1))


async def save_verzending(conn: AsyncConnection, after: Brief) -> None:
    """Write that a letter left the house."""
    assert after.verzending is not None  # noqa: S101, saved after it was sent
    values = {"verzonden_op": after.verzending.moment, "verzend_wijze": after.verzending.wijze}
    changed = update(brief).where(brief.c.id == after.id)
    await conn.execute(changed.values(status=after.status, versie=after.versie, **values))


async def find_brief(conn: AsyncConnection, vault: Vault, brief_id: UUID) -> Brief | None:
    """Return one letter, opened."""
    row = (await conn.execute(select(brief).where(brief.c.id == brief_id))).one_or_none()
    if row is None:
        return None
    keys = await keyring_for(conn, vault, [row.tekst])
    return _brief(row, str(opened(keys, row.tekst, _text_of(row.id))))


async def brieven_of(conn: AsyncConnection, melding_id: UUID) -> list[Brief]:
    """Return the letters of a melding without their texts."""
    c = brief.c
    query = select(*_OUTLINE).where(c.melding_id == melding_id).order_by(c.gemaakt_op, c.id)
    return [_brief(row) for row in (await conn.execute(query)).all()]


async def brief_ids_of_casus(conn: AsyncConnection, casus_id: UUID) -> Sequence[UUID]:
    """Return which letters there are in a casus, the first first."""
    c = brief.c
    return (await conn.scalars(select(c.id).where(c.casus_id == casus_id).order_by(c.gemaakt_op, c.id))).all()


async def brieven_page(
    conn: AsyncConnection, *, melding_id: UUID | None, casus_id: UUID | None, after: Place | None, limit: int
) -> list[Brief]:
    """Return letters without their texts in the order in which they were made."""
    c = brief.c
    query = select(*_OUTLINE).order_by(c.gemaakt_op, c.id).limit(limit)
    if melding_id is not None:
        query = query.where(c.melding_id == melding_id)
    if casus_id is not None:
        query = query.where(c.casus_id == casus_id)
    if after is not None:
        query = query.where(beyond(c.gemaakt_op, c.id, after))
    return [_brief(row) for row in (await conn.execute(query)).all()]


async def load_aanleiding(conn: AsyncConnection, vault: Vault, boek: Boek) -> Aanleiding:
    """Return what happened with a melding that letters tell of: of several besluiten the newest."""
    file = await load_file(conn, vault, boek.melding_id)
    dossiers = (file.dossier, *file.eerdere) if file else ()
    besluit = next((one.besluit for one in dossiers if one.besluit is not None), None)
    goes_to = {one.soort for one in besluit.routering.bestemmingen} if besluit else set[BestemmingSoort]()
    conclusies: dict[Conclusie, str] = {}
    d = dienst.c
    for dienst_id in (await conn.scalars(select(d.id).where(d.melding_id == boek.melding_id))).all():
        found = await load_dienst(conn, vault, dienst_id)
        afronding = found.dienst.afronding if found else None
        if afronding is not None:
            conclusies[afronding.opgave.conclusie] = afronding.opgave.motivering
            goes_to |= {one.soort for one in afronding.routering.bestemmingen}
    opgave = besluit.opgave if besluit else None
    return Aanleiding(
        boek=boek,
        besluit=Besloten(opgave.uitkomst, besluit.besloten_op, opgave.motivering) if besluit and opgave else None,
        conclusies=conclusies,
        bestemmingen=goes_to,
    )


def _brief(row: AnyRow, tekst: str = "") -> Brief:
    sent = Verzending(moment=row.verzonden_op, wijze=VerzendWijze(row.verzend_wijze)) if row.verzonden_op else None
    return Brief(
        id=row.id,
        melding_id=row.melding_id,
        casus_id=row.casus_id,
        soort=BriefSoort(row.soort),
        sjabloon_versie=row.sjabloon_versie,
        persoon_nr=row.persoon_nr,
        status=BriefStatus(row.status),
        versie=row.versie,
        stand=row.stand,
        gemaakt_op=row.gemaakt_op,
        tekst=tekst,
        verzending=sent,
    )


def _text_of(brief_id: UUID) -> str:
    return f"brief:tekst:{brief_id}"
