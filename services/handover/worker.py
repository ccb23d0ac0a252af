"""The worker of handover: publishes the facts of this room and handles those of the others."""

from services.handover.domain.zicht import VEILIG_THUIS, Houder
from services.handover.handlers.facts import Luisteraar
from services.handover.settings import HandoverSettings
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
from shared.web.app import Resources
from shared.web.serve import work


def handler_of(made: Resources, settings: HandoverSettings) -> Handler:
    """Return what handles the facts that this room reads."""
    listener = Luisteraar(
        vault=made.vault,
        clock=made.clock,
        rules=made.rules,
        veilig_thuis=Houder(settings.vt_organisatie_id, VEILIG_THUIS),
    )
    return by_type(
        {
            MeldingOntvangen: listener.on_melding,
            CasusSamengevoegd: listener.on_moved,
            CasusGesplitst: listener.on_moved,
            VeiligheidsbeoordelingAfgerond: listener.on_besluit,
            DienstAfgerond: listener.on_dienst,
            CasusAfgesloten: listener.on_closing,
            CasusVernietigd: listener.on_destruction,
            BekendmakingGewijzigd: listener.on_bekendmaking,
        }
    )


def main() -> None:
    """Run until told to stop."""
    settings = HandoverSettings()  # filled from the environment
    work(Room.HANDOVER, settings, lambda made: handler_of(made, settings))


if __name__ == "__main__":
    main()
