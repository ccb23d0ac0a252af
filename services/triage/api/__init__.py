"""The routes of triage, by subject; whom they let in stands in the policy."""

from services.triage.api import (
    aware,
    beoordelingen,
    brieven,
    diensten,
    forensisch,
    huisverbod,
    informatieverzoeken,
    informeren,
    instrumenten,
    onderzoek,
    opschaling,
    raad,
    tafel,
    toewijzing,
    vertragingen,
    voorwaarden,
    werkvoorraad,
)
from services.triage.handlers.dossierdeel import load_dossierdelen
from shared.web.dossierdeel import dossier_router

ROUTERS = (
    werkvoorraad.router,
    toewijzing.router,
    beoordelingen.router,
    instrumenten.router,
    informatieverzoeken.router,
    diensten.router,
    onderzoek.router,
    voorwaarden.router,
    vertragingen.router,
    raad.router,
    huisverbod.router,
    forensisch.router,
    aware.router,
    opschaling.router,
    tafel.router,
    informeren.router,
    brieven.router,
    dossier_router(load_dossierdelen),
)
