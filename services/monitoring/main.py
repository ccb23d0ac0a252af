"""The door of monitoring: the application, and how it is served."""

from contextlib import AbstractAsyncContextManager

from services.monitoring.api import PAGES, ROUTERS
from services.monitoring.api.pagina import tell_problem
from services.monitoring.settings import MonitoringSettings
from shared.events.catalogue import Room
from shared.web.app import Resources, create_app
from shared.web.edge import Edge
from shared.web.serve import open_resources, serve

_DESCRIPTION = (
    "De afdeling van Ketenradar die de klokken bijhoudt, waarschuwt, telt en op 3, 12 en 18 maanden nog eens kijkt. "
    "Zij beslist niets over een gezin en vergeet niets."
)


def build(settings: MonitoringSettings | None) -> Edge:
    """Return the application; without settings it cannot start, only tell its routes."""

    def lifespan() -> AbstractAsyncContextManager[Resources]:
        return open_resources(Room.MONITORING, settings or MonitoringSettings())

    return create_app(
        room=Room.MONITORING,
        title="Ketenradar monitoring",
        description=_DESCRIPTION,
        routers=ROUTERS,
        pages=PAGES,
        tell_page=tell_problem,
        media=("text/csv", "text/html", "application/pdf", "application/octet-stream"),
        lifespan=lifespan,
        body_bytes_max=settings.body_bytes_max if settings else 1_048_576,
    )


def app() -> Edge:
    """Return the application without resources, to read its routes from."""
    return build(None)


if __name__ == "__main__":
    _settings = MonitoringSettings()
    serve(Room.MONITORING, build(_settings), _settings)
