"""The doors of intake: meldingen, casussen and adviezen, and the rights on a file."""

from services.intake.api import adviezen, bewaring, casussen, dossierverzoeken, koppelvoorstellen, meldingen

ROUTERS = (
    meldingen.router,
    adviezen.router,
    casussen.router,
    koppelvoorstellen.router,
    dossierverzoeken.router,
    bewaring.router,
)
