"""How everything that triage holds of a casus is destroyed, and how it is known afterwards that it was."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.triage.tables import metadata
from services.triage.tables.core import casus_alias, dossier
from shared.crypto import Vault
from shared.events.payloads import CasusVernietigd
from shared.verhuizen import rows_of_meldingen
from shared.vernietigen import Shredder
from shared.web.idempotency import forget_answers_about


async def destroy_casus(conn: AsyncConnection, vault: Vault, event: CasusVernietigd, casus_id: UUID) -> None:
    """Destroy what is held of a locked casus; raises ``NotDestroyedError`` when something would be left.

    What belongs to a melding is found in the catalogue of tables, so that a subject that is added later is reached.
    """
    shredder = Shredder(conn, metadata)
    vanished = (await conn.scalars(select(casus_alias.c.verdwenen_id).where(casus_alias.c.casus_id == casus_id))).all()
    casus_ids = (casus_id, *vanished)
    # Whoever is writing in one of these dossiers commits first; whoever comes after finds them gone.
    locked = select(dossier.c.melding_id).where(dossier.c.casus_id == casus_id).with_for_update()
    melding_ids = set(await conn.scalars(locked))
    shredder.told(*casus_ids, *melding_ids, *event.melding_ids)
    # Children first; the condition on a child asks for its parents, which are still there then.
    for table, where in reversed(list(rows_of_meldingen(metadata, melding_ids))):
        await shredder.delete(table, where, told=bool(table.info.get("told")))
    await shredder.forget_messages(casus_ids)
    await shredder.destroy_keys(*casus_ids)
    shredder.count(await forget_answers_about(conn, vault, shredder.names()))
    await shredder.record(event, casus_id, vanished=vanished)
