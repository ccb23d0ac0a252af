"""The worker of handover: publishes its facts, handles those of the others, does what waits, and tells receivers."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from types import MappingProxyType

from services.handover.domain.zicht import VEILIG_THUIS, Houder
from services.handover.handlers.bezorgen import Bezorging, run_bezorging
from services.handover.handlers.facts import Luisteraar
from services.handover.handlers.routering import load_veld
from services.handover.handlers.terugkeer import TERUGKEER, return_overdracht
from services.handover.partners.e_mail import MailBezorger
from services.handover.partners.leveren import LeverRegels
from services.handover.partners.rest import RestBezorger
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
from shared.rules.leveringcodes import LeverWijze
from shared.settings import Omgeving
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


async def deliver(made: Resources, settings: HandoverSettings, stop: asyncio.Event) -> None:
    """Tell receivers of their overdrachten, each in his own way, until told to stop."""
    certificaat = (settings.levering_certificaat_file, settings.levering_certificaat_sleutel_file)
    regels = LeverRegels(
        allow_private=settings.omgeving is Omgeving.LOKAAL,
        timeout_seconds=settings.levering_timeout_seconds,
        certificaat=(certificaat[0], certificaat[1]) if certificaat[0] and certificaat[1] else None,
    )
    async with RestBezorger(regels) as rest:
        mail = MailBezorger(regels, settings.smtp_url, settings.smtp_from)
        plan = Bezorging(
            engine=made.engine,
            vault=made.vault,
            clock=made.clock,
            rules=made.rules,
            ways={LeverWijze.REST: rest, LeverWijze.E_MAIL: mail},
            deur_url=settings.deur_url,
            per_ontvanger=settings.levering_per_ontvanger,
            tegelijk=settings.levering_tegelijk,
        )
        await run_bezorging(plan, stop)


def main() -> None:
    """Run until told to stop."""
    settings = HandoverSettings()  # filled from the environment

    async def tasks(made: Resources, stop: asyncio.Event) -> None:
        await run_tasks(made.engine, make_tasks(made), stop, clock=made.clock)

    async def leveringen(made: Resources, stop: asyncio.Event) -> None:
        await deliver(made, settings, stop)

    work(Room.HANDOVER, settings, lambda made: handler_of(made, settings), tasks, leveringen)


if __name__ == "__main__":
    main()
