"""The worker of handover: publishes the facts of this room, handles those of the others, and does what waits."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from types import MappingProxyType

from services.handover.domain.zicht import VEILIG_THUIS, Houder
from services.handover.handlers.facts import Luisteraar
from services.handover.handlers.routering import load_veld
from services.handover.handlers.terugkeer import TERUGKEER, return_overdracht
from services.handover.settings import HandoverSettings
from shared.events.behandeling import VoorwaardeGesteld, VoorwaardeNagegaan
from shared.events.catalogue import Room
from shared.events.payloads import (
    BekendmakingGewijzigd,
    CasusAfgesloten,
    CasusGesplitst,
    CasusSamengevoegd,
    CasusVernietigd,
    DienstAfgerond,
    MeldingOntvangen,
    VeiligheidsbeoordelingAfgerond,
)
from shared.messaging.consumer import Handler, by_type
from shared.messaging.tasks import DoTask, Outcome, Task, run_tasks
from shared.web.app import Resources
from shared.web.serve import work

Perform = Callable[[Task, Resources], Awaitable[Outcome]]


def handler_of(made: Resources, settings: HandoverSettings) -> Handler:
    """Return what handles the facts that this room reads."""
    veld = load_veld(settings.lokaal_veld_bestand)
    listener = Luisteraar(
        vault=made.vault,
        clock=made.clock,
        rules=made.rules,
        veilig_thuis=Houder(settings.vt_organisatie_id, VEILIG_THUIS),
        veld=veld,
    )
    return by_type(
        {
            MeldingOntvangen: listener.on_melding,
            CasusSamengevoegd: listener.on_moved,
            CasusGesplitst: listener.on_moved,
            VeiligheidsbeoordelingAfgerond: listener.on_besluit,
            DienstAfgerond: listener.on_dienst,
            VoorwaardeGesteld: listener.on_voorwaarde,
            VoorwaardeNagegaan: listener.on_voorwaarde,
            CasusAfgesloten: listener.on_closing,
            CasusVernietigd: listener.on_destruction,
            BekendmakingGewijzigd: listener.on_bekendmaking,
        }
    )


TASKS: Mapping[str, Perform] = MappingProxyType({TERUGKEER: return_overdracht})


def make_tasks(made: Resources) -> dict[str, DoTask]:
    """Return what does each kind of task."""

    def bound(perform: Perform) -> DoTask:
        return lambda task: perform(task, made)

    return {soort: bound(perform) for soort, perform in TASKS.items()}


def main() -> None:
    """Run until told to stop."""
    settings = HandoverSettings()  # filled from the environment

    async def tasks(made: Resources, stop: asyncio.Event) -> None:
        await run_tasks(made.engine, make_tasks(made), stop, clock=made.clock)

    work(Room.HANDOVER, settings, lambda made: handler_of(made, settings), tasks)


if __name__ == "__main__":
    main()
