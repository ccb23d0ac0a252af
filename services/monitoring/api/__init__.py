"""The doors of monitoring: what stands under /v1, and the pages."""

from services.monitoring.api import (
    abonnementen,
    dashboard,
    kpis,
    leveringen,
    monitormomenten,
    reports,
    termijnen,
    waarschuwingen,
)
from services.monitoring.handlers.dossierdeel import load_dossierdelen
from shared.web.dossierdeel import dossier_router

ROUTERS = (
    termijnen.router,
    waarschuwingen.router,
    monitormomenten.router,
    kpis.router,
    reports.router,
    abonnementen.router,
    leveringen.router,
    dossier_router(load_dossierdelen),
)
PAGES = (dashboard.page,)
