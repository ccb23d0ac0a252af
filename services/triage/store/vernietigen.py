"""How everything that triage holds of a casus is destroyed, and how it is known afterwards that it was."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.triage.tables import casus_alias, contact, dienst, dossier, handeling, metadata, veiligheidsvoorwaarde
from shared.crypto import Vault
from shared.events.payloads import CasusVernietigd
from shared.vernietigen import Shredder
from shared.web.idempotency import forget_answers_about


async def destroy_casus(conn: AsyncConnection, vault: Vault, event: CasusVernietigd, casus_id: UUID) -> None:
    """Destroy what is held of a locked casus; raises ``NotDestroyedError`` when something would be left."""
    shredder = Shredder(conn, metadata)
    vanished = (await conn.scalars(select(casus_alias.c.verdwenen_id).where(casus_alias.c.casus_id == casus_id))).all()
    casus_ids = (casus_id, *vanished)
    # Whoever is writing in one of these dossiers commits first; whoever comes after finds them gone.
    locked = select(dossier.c.melding_id).where(dossier.c.casus_id == casus_id).with_for_update()
    melding_ids = set(await conn.scalars(locked))
    shredder.told(*casus_ids, *melding_ids, *event.melding_ids)
    diensten = select(dienst.c.id).where(dienst.c.casus_id == casus_id)
    for table in (veiligheidsvoorwaarde, contact):
        await shredder.delete(table, table.c.dienst_id.in_(diensten))
    await shredder.delete(handeling, handeling.c.melding_id.in_(melding_ids))
    await shredder.delete(dienst, dienst.c.casus_id == casus_id, told=True)
    await shredder.delete(dossier, dossier.c.casus_id == casus_id, told=True)
    await shredder.forget_messages(casus_ids)
    await shredder.destroy_keys(*casus_ids)
    shredder.count(await forget_answers_about(conn, vault, shredder.names()))
    await shredder.record(event, casus_id, vanished=vanished)
