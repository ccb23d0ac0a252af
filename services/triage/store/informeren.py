"""How it is kept who was told, why not, and what was postponed."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.triage.domain.informeren import Boek, InformeerActie, Informering, Uitstel
from services.triage.store.betrokkenen import betrokkenen_of_melding
from services.triage.store.values import AnyRow, opened, seal
from services.triage.tables.core import dossier, handeling
from services.triage.tables.informeren import informeren_uitstel, informering
from shared.crypto import Vault
from shared.keyring import Keyring, key_of, keyring_for
from shared.rules.behandelcodes import InformeerWijze, NietInformerenReden, UitstelReden
from shared.rules.codes import HandelingSoort


async def load_boek(conn: AsyncConnection, vault: Vault, melding_id: UUID, *, lock: bool = False) -> Boek | None:
    """Return everything about the telling of a melding; ``lock`` keeps others from changing it meanwhile."""
    d, i, u = dossier.c, informering.c, informeren_uitstel.c
    newest = select(d.casus_id, d.gemeente_code, d.ontvangen_op).where(d.melding_id == melding_id)
    newest = newest.order_by(d.nummer.desc()).limit(1)
    head = (await conn.execute(newest.with_for_update() if lock else newest)).one_or_none()
    if head is None:
        return None
    told = (await conn.execute(select(informering).where(i.melding_id == melding_id).order_by(i.nummer))).all()
    later = (await conn.execute(select(informeren_uitstel).where(u.melding_id == melding_id).order_by(u.nummer))).all()
    keys = await keyring_for(conn, vault, [*(row.tekst for row in told), *(row.motivering for row in later)])
    return Boek(
        melding_id=melding_id,
        casus_id=head.casus_id,
        gemeente_code=head.gemeente_code,
        ontvangen_op=head.ontvangen_op,
        personen=await betrokkenen_of_melding(conn, melding_id),
        informeringen=tuple(_informering(row, keys) for row in told),
        uitstellen=tuple(_uitstel(row, keys) for row in later),
        gehandeld_op=await _gehandeld_op(conn, melding_id),
    )


async def insert_informering(conn: AsyncConnection, vault: Vault, boek: Boek, new: Informering) -> None:
    """Add to a melding whose dossier was locked that somebody was told, or why not."""
    key = await key_of(conn, vault, boek.casus_id)
    sealed = {"door": new.door, "toelichting": new.toelichting}
    await conn.execute(
        informering.insert().values(
            id=new.id,
            melding_id=boek.melding_id,
            casus_id=boek.casus_id,
            nummer=new.nummer,
            persoon_nr=new.persoon_nr,
            actie=new.actie,
            tijdstip=new.tijdstip,
            wijze=new.wijze,
            reden=new.reden,
            gezag_nr=new.gezag_nr,
            tekst=seal(key, sealed, _text_of(new.id)),
        )
    )


async def insert_uitstel(conn: AsyncConnection, vault: Vault, boek: Boek, new: Uitstel) -> None:
    """Add a postponement to a melding whose dossier was locked."""
    key = await key_of(conn, vault, boek.casus_id)
    await conn.execute(
        informeren_uitstel.insert().values(
            id=new.id,
            melding_id=boek.melding_id,
            casus_id=boek.casus_id,
            nummer=new.nummer,
            reden=new.reden,
            uitgesteld_op=new.uitgesteld_op,
            motivering=seal(key, new.motivering, _why_of(new.id)),
        )
    )


async def _gehandeld_op(conn: AsyncConnection, melding_id: UUID) -> datetime | None:
    c = handeling.c
    told = c.melding_id == melding_id, c.soort == HandelingSoort.BETROKKENEN_GEINFORMEERD
    found: datetime | None = await conn.scalar(select(func.min(c.tijdstip)).where(*told))
    return found


def _informering(row: AnyRow, keys: Keyring) -> Informering:
    sealed = opened(keys, row.tekst, _text_of(row.id))
    return Informering(
        id=row.id,
        nummer=row.nummer,
        persoon_nr=row.persoon_nr,
        actie=InformeerActie(row.actie),
        tijdstip=row.tijdstip,
        door=sealed["door"],
        wijze=InformeerWijze(row.wijze) if row.wijze else None,
        reden=NietInformerenReden(row.reden) if row.reden else None,
        gezag_nr=row.gezag_nr,
        toelichting=sealed["toelichting"],
    )


def _uitstel(row: AnyRow, keys: Keyring) -> Uitstel:
    return Uitstel(
        id=row.id,
        nummer=row.nummer,
        reden=UitstelReden(row.reden),
        motivering=str(opened(keys, row.motivering, _why_of(row.id))),
        uitgesteld_op=row.uitgesteld_op,
    )


def _text_of(informering_id: UUID) -> str:
    return f"informering:tekst:{informering_id}"


def _why_of(uitstel_id: UUID) -> str:
    return f"informeren_uitstel:motivering:{uitstel_id}"
