"""In which casus a melding is, and what is moved when a merge or a split says otherwise."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.triage.store import casussen
from shared.events.envelope import Event
from shared.events.payloads import CasusGesplitst, CasusSamengevoegd
from shared.events.plaatsen import onderwerp_of, wijziging_of
from shared.log import get_logger
from shared.plaatsen import forget_new
from shared.vernietigen import is_destroyed
from shared.web.app import Resources

log = get_logger()


async def place_of(conn: AsyncConnection, event: Event, made: Resources) -> UUID | None:
    """Return the casus of what a fact is about, held; None when its file was destroyed.

    What the fact says of where meldingen are is taken in first, and what is in another place by it is moved.
    """
    settled = await casussen.settle(conn, wijziging_of(event), named=(event.casus_id,))
    for step in settled.verhuizingen:
        await casussen.move(conn, made.vault, step)
    here = settled.place_of(onderwerp_of(event.payload), event.casus_id)
    if await is_destroyed(conn, here):
        await forget_new(conn, settled)
        return None
    return here


async def on_moved(conn: AsyncConnection, event: Event, made: Resources) -> None:
    """Move what we hold of a casus that went up in another, or of meldingen that were split off."""
    assert isinstance(event.payload, CasusSamengevoegd | CasusGesplitst)  # noqa: S101, registered for these payloads
    if await is_destroyed(conn, await casussen.current_casus(conn, event.casus_id)):
        return
    await place_of(conn, event, made)
    kind = CasusSamengevoegd.__name__ if isinstance(event.payload, CasusSamengevoegd) else CasusGesplitst.__name__
    log.info("casus_moved", casus_id=str(event.casus_id), event_type=kind)
