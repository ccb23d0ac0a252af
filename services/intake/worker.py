"""The worker of intake: it publishes what is recorded, hears other rooms, and does what is tried until it succeeds."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from types import MappingProxyType

from sqlalchemy.ext.asyncio import AsyncConnection

from services.intake.handlers.bewaren import on_bewaartermijn_verstreken, on_casus_afgesloten
from services.intake.settings import IntakeSettings
from shared.events.catalogue import Room
from shared.events.envelope import Event
from shared.events.payloads import BewaartermijnVerstreken, CasusAfgesloten, Fact
from shared.messaging.consumer import Handler, by_type
from shared.messaging.tasks import DoTask, Outcome, Task, run_tasks
from shared.web.app import Resources
from shared.web.serve import work

Hear = Callable[[AsyncConnection, Event, Resources], Awaitable[None]]
Perform = Callable[[Task, Resources, IntakeSettings], Awaitable[Outcome]]

# So that a partner that is slow does not hold up what has nothing to do with him.
_TASKS_AT_ONCE = 3

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


TASKS: Mapping[str, Perform] = MappingProxyType({})


def make_tasks(made: Resources, settings: IntakeSettings) -> dict[str, DoTask]:
    """Return what does each kind of task."""

    def bound(perform: Perform) -> DoTask:
        return lambda task: perform(task, made, settings)

    return {soort: bound(perform) for soort, perform in TASKS.items()}


def main() -> None:
    """Run the worker until it is told to stop."""
    settings = IntakeSettings()

    async def tasks(made: Resources, stop: asyncio.Event) -> None:
        await run_tasks(made.engine, make_tasks(made, settings), stop, clock=made.clock)

    work(Room.INTAKE, settings, make_handler, *([tasks] * _TASKS_AT_ONCE))


if __name__ == "__main__":
    main()
