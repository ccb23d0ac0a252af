"""What monitoring does when a file is destroyed: what people wrote goes, the facts behind the figures stay."""

from collections.abc import Iterable

from sqlalchemy.ext.asyncio import AsyncConnection

from services.monitoring.store import facts, vernietigen
from shared.crypto import Vault
from shared.events.envelope import Event
from shared.events.payloads import CasusVernietigd
from shared.log import get_logger
from shared.vernietigen import is_destroyed

log = get_logger()


async def destroy_named(conn: AsyncConnection, vault: Vault, events: Iterable[Event]) -> None:
    """Destroy the files that these facts tell to be destroyed, after they were absorbed; each once."""
    for event in events:
        if not isinstance(event.payload, CasusVernietigd):
            continue
        casus_id = (await facts.lock_casussen(conn, [event.casus_id]))[event.casus_id]
        if not await is_destroyed(conn, casus_id):
            await vernietigen.destroy_casus(conn, vault, event.payload, casus_id)
            log.info("casus_destroyed", casus_id=str(casus_id))
