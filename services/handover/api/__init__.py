"""The routes of handover, by subject; whom they let in stands in the policy."""

from services.handover.api import (
    geschiedenis,
    intrekken,
    noodtoegang,
    organisatierechten,
    organisaties,
    overdrachten,
    zicht,
)
from services.handover.handlers.dossierdeel import load_dossierdelen
from shared.web.dossierdeel import dossier_router

ROUTERS = (
    overdrachten.router,
    intrekken.router,
    geschiedenis.router,
    noodtoegang.router,
    zicht.router,
    organisaties.router,
    organisatierechten.router,
    dossier_router(load_dossierdelen),
)
