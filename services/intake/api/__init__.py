"""The doors of intake: meldingen, casussen and adviezen, and the rights on a file."""

from services.intake.api import bewaring, core, dossierverzoeken

ROUTERS = (*core.ROUTERS, dossierverzoeken.router, bewaring.router)
