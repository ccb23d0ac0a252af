"""The worker of intake: it publishes what is recorded, and hears when a casus closes and when its term has come."""

from collections.abc import Awaitable, Callable, Mapping
from types import MappingProxyType

from sqlalchemy.ext.asyncio import AsyncConnection

from services.intake.handlers.bewaren import on_bewaartermijn_verstreken, on_casus_afgesloten
from services.intake.settings import IntakeSettings
from shared.events.catalogue import Room
from shared.events.envelope import Event
from shared.events.payloads import BewaartermijnVerstreken, CasusAfgesloten, Fact
from shared.messaging.consumer import Handler, by_type
from shared.web.app import Resources
from shared.web.serve import work

Hear = Callable[[AsyncConnection, Event, Resources], Awaitable[None]]

HANDLERS: Mapping[type[Fact], Hear] = MappingProxyType(
    {
        CasusAfgesloten: on_casus_afgesloten,
        BewaartermijnVerstreken: on_bewaartermijn_verstreken,
    }
)


def make_handler(made: Resources) -> Handler:
    """Return what handles the facts that intake reads."""

    def bound(hear: Hear) -> Callable[[AsyncConnection, Event], Awaitable[None]]:
        return lambda conn, event: hear(conn, event, made)

    return by_type({payload: bound(hear) for payload, hear in HANDLERS.items()})


def main() -> None:
    """Run the worker until it is told to stop."""
    work(Room.INTAKE, IntakeSettings(), make_handler)


if __name__ == "__main__":
    main()
