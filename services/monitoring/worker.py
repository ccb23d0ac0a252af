"""The worker of monitoring: hears every fact of the chain, in whole batches, and tells its own."""

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncConnection

from services.monitoring.handlers.facts import absorb
from services.monitoring.settings import MonitoringSettings
from shared.events.catalogue import Room
from shared.events.envelope import Event
from shared.messaging.consumer import Handler
from shared.web.app import Resources
from shared.web.serve import work


def make_handler(made: Resources) -> Handler:
    """Return what handles a batch: all its facts together, so that each casus is loaded and folded once."""

    async def handle(conn: AsyncConnection, events: Sequence[Event]) -> None:
        await absorb(conn, events, rules=made.rules, now=made.clock())

    return handle


def main() -> None:
    """Run until told to stop."""
    work(Room.MONITORING, MonitoringSettings(), make_handler)


if __name__ == "__main__":
    main()
