"""The routes of handover, by subject; whom they let in stands in the policy."""

from services.handover.api import (
    behandelaar,
    geschiedenis,
    interventies,
    intrekken,
    inzetten,
    noodtoegang,
    openstaand,
    opvang,
    opvangplaatsen,
    opvangstappen,
    organisatierechten,
    organisaties,
    overdrachten,
    partijen,
    plannen,
    teruggave,
    volgen,
    zicht,
)
from services.handover.handlers.dossierdeel import load_dossierdelen
from shared.web.dossierdeel import dossier_router

ROUTERS = (
    openstaand.router,
    overdrachten.router,
    intrekken.router,
    teruggave.router,
    geschiedenis.router,
    behandelaar.router,
    noodtoegang.router,
    plannen.router,
    volgen.router,
    zicht.router,
    organisaties.router,
    organisatierechten.router,
    interventies.router,
    inzetten.router,
    partijen.router,
    opvang.router,
    opvangstappen.router,
    opvangplaatsen.router,
    dossier_router(load_dossierdelen),
)
