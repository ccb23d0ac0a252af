"""The worker of intake: it publishes what the room records, and hears when monitoring closes a casus."""

from collections.abc import Awaitable, Callable, Mapping

from sqlalchemy.ext.asyncio import AsyncConnection

from services.intake.handlers import close_casus
from services.intake.settings import IntakeSettings
from shared.events.catalogue import Room
from shared.events.envelope import Event
from shared.events.payloads import CasusAfgesloten, Fact
from shared.messaging.consumer import Handler, by_type
from shared.web.app import Resources
from shared.web.serve import work


def make_handler(_: Resources) -> Handler:
    """Return what handles the facts that intake reads."""
    return by_type(HANDLERS)


def main() -> None:
    """Run the worker until it is told to stop."""
    work(Room.INTAKE, IntakeSettings(), make_handler)


HANDLERS: Mapping[type[Fact], Callable[[AsyncConnection, Event], Awaitable[None]]] = {
    CasusAfgesloten: close_casus,
}

if __name__ == "__main__":
    main()
