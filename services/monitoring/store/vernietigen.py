"""How everything that people wrote about a casus is destroyed here; ids, codes and times stay, for the figures."""

from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from services.monitoring.tables import metadata
from services.monitoring.tables.alerts import bericht, bericht_poging
from services.monitoring.tables.core import casus_alias, monitormoment
from shared.crypto import Vault
from shared.events.payloads import CasusVernietigd
from shared.vernietigen import Shredder
from shared.web.idempotency import forget_answers_about

# What was counted stays counted: these hold the id of the casus beside codes and times, and no person. A delivery to
# the CBS names none of these ids in its files; its report has some.
STAYING = frozenset({"feit", "casus", "termijn", "monitormoment", "waarschuwing", "bericht", "cbs_levering"})

_WAITING = "wachtend"
# What a receiver found of a voorwaarde is told under its id.
_NO_VOORWAARDE_ALERT = text("""
UPDATE waarschuwing SET opgelost_op = :op
WHERE soort = 'voorwaarde-niet-nagekomen' AND opgelost_op IS NULL AND onderwerp IN (
    SELECT data->>'voorwaardeId' FROM feit
    WHERE casus_id = :id AND soort = 'nl.ketenradar.voorwaarde-gevolgd.v1')
""")
_NO_LATER_ALERT = text("UPDATE waarschuwing SET escaleren_op = NULL WHERE casus_id = :id AND escaleren_op IS NOT NULL")
_NO_ALARM_OF_NOTICES = text("""
UPDATE waarschuwing SET opgelost_op = :now WHERE soort = 'bericht' AND opgelost_op IS NULL AND onderwerp IN (
    SELECT CAST(b.id AS text) FROM bericht b WHERE b.casus_id = ANY(CAST(:ids AS uuid[])) AND b.status = 'mislukt')
""")
# That there was something to send, and when it was sent, stays; nothing of it can be sent any more.
_EMPTY_NOTICES = text("""
UPDATE bericht SET inhoud = inhoud - 'data' - 'casusId', geclaimd_tot = NULL, volgende_poging_op = NULL,
    status = CASE WHEN status = 'verzonden' THEN status ELSE 'vervallen' END
WHERE casus_id = ANY(CAST(:ids AS uuid[])) AND kanaal = 'webhook'
""")


async def destroy_casus(conn: AsyncConnection, vault: Vault, event: CasusVernietigd, casus_id: UUID) -> None:
    """Destroy what is held of a locked casus; raises ``NotDestroyedError`` when something would be left."""
    shredder = Shredder(conn, metadata)
    vanished = (await conn.scalars(select(casus_alias.c.verdwenen_id).where(casus_alias.c.casus_id == casus_id))).all()
    casus_ids = (casus_id, *vanished)
    shredder.told(*casus_ids)
    own = monitormoment.c.casus_id == casus_id
    await shredder.empty(monitormoment, own, {"toelichting": None, "contact_met": None})
    await conn.execute(_NO_ALARM_OF_NOTICES, {"ids": list(casus_ids), "now": event.vernietigd_op})
    await conn.execute(_EMPTY_NOTICES, {"ids": list(casus_ids)})
    unsent = bericht.c.casus_id.in_(casus_ids) & (bericht.c.status == _WAITING)
    await shredder.delete(bericht_poging, bericht_poging.c.bericht_id.in_(select(bericht.c.id).where(unsent)))
    await shredder.delete(bericht, unsent)
    await conn.execute(_NO_LATER_ALERT, {"id": casus_id})
    await conn.execute(_NO_VOORWAARDE_ALERT, {"id": casus_id, "op": event.vernietigd_op})
    await shredder.forget_messages(casus_ids)
    await shredder.destroy_keys(*casus_ids)
    shredder.count(await forget_answers_about(conn, vault, shredder.names()))
    await shredder.record(event, casus_id, vanished=vanished, staying=STAYING)
