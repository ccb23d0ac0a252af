"""Destruction of what is held of a casus."""

from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.handover.tables import core as t
from services.handover.tables import opvang, palet
from services.handover.tables import plannen as p
from services.handover.tables import volgen as v
from services.handover.tables.gesprekken import gesprek, gesprek_verslag
from services.handover.tables.leeftijden import leeftijden
from services.handover.tables.levering import levering, levering_poging
from services.handover.tables.navraag import navraag
from services.handover.tables.openstaand import behandelaar_regel
from shared.crypto import Vault
from shared.events.payloads import CasusVernietigd
from shared.vernietigen import Shredder
from shared.web.idempotency import forget_answers_about


async def destroy_casus(conn: AsyncConnection, vault: Vault, event: CasusVernietigd, casus_id: UUID) -> None:
    """Destroy what is held of a locked casus; raises ``NotDestroyedError`` when something would be left."""
    shredder = Shredder(conn, t.metadata)
    vanished = (
        await conn.scalars(select(t.casus_alias.c.verdwenen_id).where(t.casus_alias.c.casus_id == casus_id))
    ).all()
    casus_ids = (casus_id, *vanished)
    melding_ids = await conn.scalars(select(t.overdracht.c.melding_id).where(t.overdracht.c.casus_id == casus_id))
    shredder.told(*casus_ids, *melding_ids, *event.melding_ids)
    overdrachten = select(t.overdracht.c.id).where(t.overdracht.c.casus_id == casus_id)
    await shredder.delete(t.taak, t.taak.c.object_id.in_(overdrachten))
    await shredder.delete(gesprek_verslag, gesprek_verslag.c.overdracht_id.in_(overdrachten))
    await shredder.delete(gesprek, gesprek.c.overdracht_id.in_(overdrachten), told=True)
    await shredder.delete(t.overdracht_stap, t.overdracht_stap.c.overdracht_id.in_(overdrachten))
    await shredder.delete(t.pakket, t.pakket.c.overdracht_id.in_(overdrachten), told=True)
    # What was delivered while the casus was one with another holds this family too, at an overdracht of the other.
    elsewhere = t.pakket.c.mede_casus_ids.overlap(list(casus_ids))
    await shredder.empty(t.pakket, elsewhere, {"inhoud": b""})
    await conn.execute(delete(t.pakket).where(elsewhere))
    await shredder.delete(behandelaar_regel, behandelaar_regel.c.overdracht_id.in_(overdrachten), told=True)
    await shredder.delete(leeftijden, leeftijden.c.casus_id.in_(casus_ids), told=True)
    for deel in v.DELEN:
        await shredder.delete(deel, deel.c.overdracht_id.in_(overdrachten), told=True)
    await shredder.delete(v.voorwaarde, v.voorwaarde.c.casus_id == casus_id, told=True)
    plannen = select(p.plan.c.id).where(p.plan.c.casus_id == casus_id)
    for deel in p.DELEN:
        # The id of an action is told; of the rest only the plan is.
        await shredder.delete(deel, deel.c.plan_id.in_(plannen), told=deel is p.plan_actie)
    await shredder.delete(p.plan, p.plan.c.casus_id == casus_id, told=True)
    await shredder.delete(p.directbetrokkene, p.directbetrokkene.c.casus_id == casus_id, told=True)
    mine = select(levering.c.id).where(levering.c.overdracht_id.in_(overdrachten))
    await shredder.delete(levering_poging, levering_poging.c.levering_id.in_(mine), told=True)
    await shredder.delete(navraag, navraag.c.overdracht_id.in_(overdrachten), told=True)
    await shredder.delete(levering, levering.c.overdracht_id.in_(overdrachten), told=True)
    for table in (t.zicht, t.zicht_feit, t.noodtoegang):
        await shredder.delete(table, table.c.casus_id.in_(casus_ids), told=table is t.zicht)
    for table in (palet.lacune, palet.inzet):
        await shredder.delete(table, table.c.casus_id == casus_id, told=True)
    await shredder.delete(t.overdracht, t.overdracht.c.casus_id == casus_id, told=True)
    await _destroy_opvang(shredder, casus_id)
    await shredder.delete(t.casus, t.casus.c.casus_id.in_(casus_ids), told=True)
    await shredder.forget_messages(casus_ids)
    await shredder.destroy_keys(*casus_ids)
    shredder.count(await forget_answers_about(conn, vault, shredder.names()))
    await shredder.record(event, casus_id, vanished=vanished)


async def _destroy_opvang(shredder: Shredder, casus_id: UUID) -> None:
    """Destroy who was in a shelter, and with it that his bed was taken."""
    a, c = opvang.opvangaanvraag.c, opvang.opvangclient.c
    aanvragen = select(a.id).where(a.casus_id == casus_id)
    clienten = select(c.id).where(c.aanvraag_id.in_(aanvragen))
    await shredder.delete(opvang.opvangverblijf, opvang.opvangverblijf.c.client_id.in_(clienten))
    await shredder.delete(opvang.opvangclient, c.aanvraag_id.in_(aanvragen), told=True)
    await shredder.delete(opvang.opvangaanvraag, a.casus_id == casus_id, told=True)
    melding = opvang.bekende_melding
    await shredder.delete(melding, melding.c.casus_id == casus_id, told=True)
