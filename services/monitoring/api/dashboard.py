"""The pages of monitoring at the root: for Veilig Thuis what is late and due today, for a municipality its trends."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response

from services.monitoring.api import aanmelden, bestanden, dashboard_rapportages
from services.monitoring.api.aanmelden import Dienst, LoginNeededError, kijker, to_login
from services.monitoring.api.omgeving import DoorSettings, door_settings
from services.monitoring.api.pagina import common_of, refuse, whose
from services.monitoring.api.rendering import changing_page
from services.monitoring.domain import trends as charts
from services.monitoring.handlers.aanmelden import LEZERS
from services.monitoring.handlers.dashboard import read_dashboard
from services.monitoring.handlers.dashboard_trends import areas_for, read_trends
from shared.clock import system_clock
from shared.rules.codes import Rol
from shared.web.app import Resources, resources
from shared.web.auth import Caller
from shared.work import Wall, Work, working

# As whom the figures are counted, whoever looks at them: the wall shows this role what is counted, and nothing else.
_COUNTING = Wall("dashboard")

router = APIRouter()
Gemeente = Annotated[str | None, Query(pattern="^([0-9]{4})?$")]


@router.get("/", include_in_schema=False)
async def show_dashboard(
    request: Request,
    made: Annotated[Resources, Depends(resources)],
    door: Annotated[DoorSettings, Depends(door_settings)],
    dienst: Dienst,
    gemeente: Gemeente = None,
) -> Response:
    """Show what belongs to who looks: today for Veilig Thuis, trends for a municipality."""
    try:
        wie = await kijker(request, made, door, dienst)
    except LoginNeededError:
        return to_login()
    if wie is not None and wie.rol is Rol.GEMEENTE:
        return await _trends(request, made, door, wie, gemeente)
    if wie is not None and wie.rol not in LEZERS:
        return refuse(request, wie)
    with working(Work(_COUNTING, made.vault)):
        view = await read_dashboard(made.engine, rules=made.rules, now=made.clock(), real=system_clock())
    common = common_of(made, door, wie, can_login=dienst is not None, here="vandaag")
    return changing_page(request, "dashboard.html", (view.shown, whose(common)), view=view, **common)


@router.get("/trends", include_in_schema=False)
async def show_trends(
    request: Request,
    made: Annotated[Resources, Depends(resources)],
    door: Annotated[DoorSettings, Depends(door_settings)],
    dienst: Dienst,
    gemeente: Gemeente = None,
) -> Response:
    """Show the published figures of an area over thirteen months."""
    try:
        wie = await kijker(request, made, door, dienst)
    except LoginNeededError:
        return to_login()
    if wie is not None and wie.rol not in LEZERS:
        return refuse(request, wie)
    return await _trends(request, made, door, wie, gemeente, can_login=dienst is not None)


async def _trends(  # noqa: PLR0913, what one page is made of
    request: Request,
    made: Resources,
    door: DoorSettings,
    wie: Caller | None,
    gemeente: str | None,
    *,
    can_login: bool = True,
) -> Response:
    now = made.clock()
    view = await read_trends(made, wie, gemeente or None, now=now)
    common = common_of(made, door, wie, can_login=can_login, here="trends")
    return changing_page(
        request,
        "dashboard_trends.html",
        (view, whose(common)),
        view=view,
        gebieden=areas_for(wie, now=now),
        charts=charts,
        **common,
    )


pages = APIRouter()
for part in (router, dashboard_rapportages.router, aanmelden.router, bestanden.router):
    pages.include_router(part)
