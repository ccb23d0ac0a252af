"""The doors of intake: meldingen, casussen and adviezen, and the rights on a file."""

from services.intake.api import (
    adviezen,
    bescherming,
    bewaring,
    bijlagen,
    casussen,
    dossierverzoeken,
    dubbel_anoniem,
    gemeenten,
    handle_with_care,
    importen,
    indexen,
    koppelvoorstellen,
    meldingen,
    terugkoppeling,
)

ROUTERS = (
    meldingen.router,
    bijlagen.router,
    importen.router,
    terugkoppeling.router,
    gemeenten.router,
    adviezen.router,
    casussen.router,
    koppelvoorstellen.router,
    indexen.router,
    dossierverzoeken.router,
    bewaring.router,
    handle_with_care.router,
    bescherming.router,
    dubbel_anoniem.router,
)
