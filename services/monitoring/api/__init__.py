"""The doors of monitoring: what stands under /v1, and the pages."""

from services.monitoring.api import (
    abonnementen,
    dashboard,
    kpis,
    monitormomenten,
    reports,
    termijnen,
    waarschuwingen,
)

ROUTERS = (
    termijnen.router,
    waarschuwingen.router,
    monitormomenten.router,
    kpis.router,
    reports.router,
    abonnementen.router,
)
PAGES = (dashboard.page,)
