"""The doors of monitoring: what stands under /v1, and the pages."""

from services.monitoring.api import (
    abonnementen,
    cbs,
    dashboard,
    doelen,
    kpis,
    leveringen,
    metrieken,
    monitormomenten,
    ontvangers,
    publicaties,
    rapportlijst,
    reports,
    risico,
    termijnen,
    waarschuwingen,
    zelfevaluaties,
)
from services.monitoring.handlers.dossierdeel import load_dossierdelen
from shared.web.dossierdeel import dossier_router

ROUTERS = (
    termijnen.router,
    waarschuwingen.router,
    monitormomenten.router,
    kpis.router,
    publicaties.router,
    metrieken.router,
    rapportlijst.router,
    reports.router,
    risico.router,
    doelen.router,
    zelfevaluaties.router,
    cbs.router,
    abonnementen.router,
    leveringen.router,
    ontvangers.router,
    dossier_router(load_dossierdelen),
)
PAGES = (dashboard.pages,)
