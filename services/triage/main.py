"""The door of triage: the application, and how it is served."""

from contextlib import AbstractAsyncContextManager

from services.triage.api import ROUTERS
from services.triage.handlers.instrumenten import load_catalogus
from services.triage.settings import TriageSettings
from shared.events.catalogue import Room
from shared.web.app import Resources, create_app
from shared.web.edge import Edge
from shared.web.serve import open_resources, serve

_DESCRIPTION = (
    "De afdeling van Ketenradar die beoordeelt: acuutcheck, veiligheidsbeoordeling, en de diensten die Veilig Thuis "
    "zelf oppakt met hun contacten en veiligheidsvoorwaarden."
)


def build(settings: TriageSettings | None) -> Edge:
    """Return the application; without settings it cannot start, only tell its routes."""

    def lifespan() -> AbstractAsyncContextManager[Resources]:
        return open_resources(Room.TRIAGE, settings or TriageSettings())

    if settings is not None:
        # A file that is no instrument stops the room before it opens, and not a besluit at night.
        load_catalogus()
    edge = create_app(
        room=Room.TRIAGE,
        title="Ketenradar triage",
        description=_DESCRIPTION,
        routers=ROUTERS,
        lifespan=lifespan,
        body_bytes_max=settings.body_bytes_max if settings else 1_048_576,
    )
    edge.api.state.settings = settings
    return edge


def app() -> Edge:
    """Return the application without resources, to read its routes from."""
    return build(None)


if __name__ == "__main__":
    _settings = TriageSettings()
    serve(Room.TRIAGE, build(_settings), _settings)
