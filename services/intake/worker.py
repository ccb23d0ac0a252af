"""The worker of intake: it publishes what is recorded, hears other rooms, and does what is tried until it succeeds."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from types import MappingProxyType

from sqlalchemy.ext.asyncio import AsyncConnection

from services.intake.handlers import bijlagen, handle_with_care, importeren, indexen, koppelen
from services.intake.handlers.adviezen import FORGET as FORGET_ADVIESVRAGER
from services.intake.handlers.adviezen import forget_adviesvrager
from services.intake.handlers.bewaren import on_bewaartermijn_verstreken, on_casus_afgesloten
from services.intake.handlers.schooltaken import deliver_signaal
from services.intake.handlers.signaaltaken import SIGNAAL_TASKS
from services.intake.handlers.terugkoppeling import (
    on_dienst_afgerond,
    on_overdracht_geaccepteerd,
    on_veiligheidsbeoordeling_afgerond,
    on_zicht_overgegaan,
)
from services.intake.schemas.importen import read_melding
from services.intake.settings import IntakeSettings
from shared.events.catalogue import Room
from shared.events.envelope import Event
from shared.events.overdragen import ZichtOvergegaan
from shared.events.payloads import (
    BewaartermijnVerstreken,
    CasusAfgesloten,
    DienstAfgerond,
    Fact,
    MeldingOntvangen,
    OverdrachtGeaccepteerd,
    VeiligheidsbeoordelingAfgerond,
)
from shared.messaging.consumer import Handler, by_type
from shared.messaging.tasks import DoTask, Outcome, Task, run_tasks
from shared.web.app import Resources
from shared.web.serve import work

Hear = Callable[[AsyncConnection, Event, Resources], Awaitable[None]]
Perform = Callable[[Task, Resources, IntakeSettings], Awaitable[Outcome]]

# So that a partner that is slow does not hold up what has nothing to do with him.
_TASKS_AT_ONCE = 3

# What intake does with a melding of its own, after the commit; one handler a subject.
_ON_MELDING: tuple[Hear, ...] = (
    koppelen.on_melding_ontvangen,
    indexen.on_melding_ontvangen,
    handle_with_care.on_melding_ontvangen,
)


async def on_melding_ontvangen(conn: AsyncConnection, event: Event, made: Resources) -> None:
    """Let every subject look at a melding that came in."""
    for hear in _ON_MELDING:
        await hear(conn, event, made)


HANDLERS: Mapping[type[Fact], Hear] = MappingProxyType(
    {
        MeldingOntvangen: on_melding_ontvangen,
        CasusAfgesloten: on_casus_afgesloten,
        BewaartermijnVerstreken: on_bewaartermijn_verstreken,
        VeiligheidsbeoordelingAfgerond: on_veiligheidsbeoordeling_afgerond,
        DienstAfgerond: on_dienst_afgerond,
        OverdrachtGeaccepteerd: on_overdracht_geaccepteerd,
        ZichtOvergegaan: on_zicht_overgegaan,
    }
)


def make_handler(made: Resources) -> Handler:
    """Return what handles the facts that intake reads."""

    def bound(hear: Hear) -> Callable[[AsyncConnection, Event], Awaitable[None]]:
        return lambda conn, event: hear(conn, event, made)

    return by_type({payload: bound(hear) for payload, hear in HANDLERS.items()})


TASKS: Mapping[str, Perform] = MappingProxyType(
    {
        FORGET_ADVIESVRAGER: forget_adviesvrager,
        bijlagen.SCAN: bijlagen.scan_bijlage,
        bijlagen.TIDY: bijlagen.tidy_bijlage,
        importeren.WORK: partial(importeren.work_on_import, lees=read_melding),
        importeren.TIDY: importeren.tidy_import,
        importeren.FORGET: importeren.forget_import,
        handle_with_care.AFLEVEREN: deliver_signaal,
        **SIGNAAL_TASKS,
    }
)


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
