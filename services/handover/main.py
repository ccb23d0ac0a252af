"""The application of handover, and the program that serves it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from services.handover.api import ROUTERS
from services.handover.handlers.partnerdeur import Partnerdeur
from services.handover.handlers.routering import load_veld
from services.handover.settings import HandoverSettings
from shared.events.catalogue import Room
from shared.web.app import Resources, create_app
from shared.web.edge import Edge
from shared.web.serve import open_resources, serve

DESCRIPTION = (
    "Draagt casussen over aan het lokale veld en aan ketenpartners, bewaart het bewijs, en weet op elk moment wie het"
    " zicht op veiligheid heeft."
)


def build(settings: HandoverSettings | None) -> Edge:
    """Return the application; without settings it can tell its routes, and not start."""

    @asynccontextmanager
    async def lifespan() -> AsyncIterator[Resources]:
        if settings is None:
            raise RuntimeError("handover has no settings to start with")
        async with open_resources(Room.HANDOVER, settings) as made:
            yield made

    edge = create_app(
        room=Room.HANDOVER,
        title="Ketenradar: overdracht",
        description=DESCRIPTION,
        routers=ROUTERS,
        lifespan=lifespan,
        body_bytes_max=settings.body_bytes_max if settings else 1_048_576,
        after_door=Partnerdeur(verplicht=settings.partners_verplicht if settings else False),
    )
    edge.api.state.settings = settings
    edge.api.state.veld = load_veld(settings.lokaal_veld_bestand if settings else None)
    return edge


def app() -> Edge:
    """Return the application without resources, for whoever reads its routes."""
    return build(None)


if __name__ == "__main__":
    given = HandoverSettings()  # filled from the environment
    serve(Room.HANDOVER, build(given), given)
