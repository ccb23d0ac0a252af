"""The wiring of intake: its application, and how it is served."""

from services.intake.api import ROUTERS
from services.intake.settings import IntakeSettings
from shared.events.catalogue import Room
from shared.web.app import create_app
from shared.web.edge import Edge
from shared.web.serve import open_resources, serve

_DESCRIPTION = (
    "Ontvangt meldingen en adviesvragen, en brengt signalen over dezelfde personen samen in een casus. "
    "Intake oordeelt niet: dat doet triage."
)


def app(settings: IntakeSettings | None = None) -> Edge:
    """Return the application; without settings it can tell its routes but not start."""
    edge = create_app(
        room=Room.INTAKE,
        title="Ketenradar intake",
        description=_DESCRIPTION,
        routers=ROUTERS,
        tasks=True,
        media=("text/html", "application/octet-stream"),
        lifespan=lambda: open_resources(Room.INTAKE, settings or IntakeSettings()),
        body_bytes_max=settings.body_bytes_max if settings else 1_048_576,
        file_bytes_max={"createBijlage": settings.bijlage_bytes_max, "createImport": settings.import_bytes_max}
        if settings
        else {},
    )
    edge.api.state.settings = settings
    return edge


def build(settings: IntakeSettings) -> Edge:
    """Return the application of a running room."""
    return app(settings)


if __name__ == "__main__":
    told = IntakeSettings()
    serve(Room.INTAKE, build(told), told)
