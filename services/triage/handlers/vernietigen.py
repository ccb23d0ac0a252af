"""What triage does when a file is destroyed, and with what still comes for it afterwards."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.triage.store import casussen, vernietigen
from shared.events.envelope import Event
from shared.events.payloads import CasusVernietigd
from shared.log import get_logger
from shared.vernietigen import is_destroyed
from shared.web.app import Resources

log = get_logger()


async def on_casus_vernietigd(conn: AsyncConnection, event: Event, payload: CasusVernietigd, made: Resources) -> None:
    """Destroy everything that this room holds of a casus, in the transaction of the consumer; once."""
    casus_id = await lock_casus(conn, event.casus_id)
    if casus_id is None:
        return
    await vernietigen.destroy_casus(conn, made.vault, payload, casus_id)
    log.info("casus_destroyed", casus_id=str(casus_id))


async def lock_casus(conn: AsyncConnection, casus_id: UUID) -> UUID | None:
    """Lock the casus in which this one lives on, and return it; None when its file was destroyed."""
    await casussen.lock_casussen(conn, casus_id)
    current = await casussen.current_casus(conn, casus_id)
    if current != casus_id:
        await casussen.lock_casussen(conn, current)
    return None if await is_destroyed(conn, current) else current
