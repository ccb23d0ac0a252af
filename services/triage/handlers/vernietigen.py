"""What triage does when a file is destroyed, and with what still comes for it afterwards."""

from sqlalchemy.ext.asyncio import AsyncConnection

from services.triage.handlers.plaatsen import place_of
from services.triage.store import vernietigen
from shared.events.envelope import Event
from shared.events.payloads import CasusVernietigd
from shared.log import get_logger
from shared.web.app import Resources

log = get_logger()


async def on_casus_vernietigd(conn: AsyncConnection, event: Event, payload: CasusVernietigd, made: Resources) -> None:
    """Destroy everything that this room holds of a casus, in the transaction of the consumer; once."""
    casus_id = await place_of(conn, event, made)
    if casus_id is None:
        return
    await vernietigen.destroy_casus(conn, made.vault, payload, casus_id)
    log.info("casus_destroyed", casus_id=str(casus_id))
