"""What goes along when casussen become one, or meldingen are split off."""

from datetime import datetime

from sqlalchemy import delete, func, not_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from services.handover.store.pakketten import pakket_place
from services.handover.tables import core as t
from services.handover.tables import palet
from services.handover.tables import plannen as p
from services.handover.tables import volgen as v
from services.handover.tables.leeftijden import leeftijden
from services.handover.tables.opvang import bekende_melding, opvangaanvraag
from shared.crypto import Vault
from shared.events.plaatsen import Verhuizing
from shared.keyring import move_keys, reseal
from shared.verhuizen import move_rows


async def move_all(conn: AsyncConnection, step: Verhuizing) -> None:
    """Move everything of a casus that went up in another, its keys too; both must be locked."""
    await move_keys(conn, source=step.van, target=step.naar)
    for table in (
        t.overdracht,
        t.noodtoegang,
        t.zicht_feit,
        leeftijden,
        p.plan,
        p.directbetrokkene,
        v.voorwaarde,
        palet.inzet,
        palet.lacune,
        bekende_melding,
        opvangaanvraag,
    ):
        await conn.execute(update(table).where(table.c.casus_id == step.van).values(casus_id=step.naar))
    await conn.execute(delete(t.zicht).where(t.zicht.c.casus_id == step.van))


async def mark_joint_pakketten(
    conn: AsyncConnection, step: Verhuizing, *, since: datetime | None, now: datetime
) -> None:
    """Let nobody be given any more what was composed while two casussen were one; they were just told to be two.

    It shows the one family to the receiver of the other. It stays as proof, until either casus is destroyed.
    """
    moving = t.overdracht.c.melding_id.in_(step.onderwerp_ids)
    for own, other in ((moving, step.van), (not_(moving), step.naar)):
        of_van = select(t.overdracht.c.id).where(t.overdracht.c.casus_id == step.van, own)
        joint = [t.pakket.c.overdracht_id.in_(of_van), *([t.pakket.c.samengesteld_op >= since] if since else [])]
        marked = {
            "achterhaald_op": func.coalesce(t.pakket.c.achterhaald_op, now),
            "mede_casus_ids": func.array_append(t.pakket.c.mede_casus_ids, other),
        }
        await conn.execute(update(t.pakket).where(*joint).values(marked))


async def move_some(conn: AsyncConnection, vault: Vault, step: Verhuizing) -> None:
    """Move what is about some meldingen to another locked casus, sealed anew."""
    moving = select(t.overdracht.c.id).where(t.overdracht.c.melding_id.in_(step.onderwerp_ids))
    key = await move_rows(
        conn,
        vault,
        t.metadata,
        step.onderwerp_ids,
        van=step.van,
        naar=step.naar,
        places={"pakket": lambda _, __, row: pakket_place(row.overdracht_id, row.nr)},
    )
    opened_of_them = t.noodtoegang.c.object_id.in_(moving)
    await reseal(conn, vault, t.noodtoegang, opened_of_them, van=step.van, key=key)
    await conn.execute(update(t.noodtoegang).where(opened_of_them).values(casus_id=step.naar))
    of_casus = (t.zicht_feit.c.casus_id == step.van, t.zicht_feit.c.melding_id.is_(None))
    named = t.zicht_feit.c.genoemde_casus_id.in_(step.casus_ids)
    await conn.execute(update(t.zicht_feit).where(*of_casus, named).values(casus_id=step.naar))
