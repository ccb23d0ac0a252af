"""The pages of monitoring at the root: for Veilig Thuis what is late and due today, for a municipality its trends."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response

from services.monitoring.api import aanmelden, bestanden
from services.monitoring.api.aanmelden import Dienst, LoginNeededError, kijker, not_allowed, to_login, told
from services.monitoring.api.omgeving import DoorSettings, door_settings
from services.monitoring.api.rendering import changing_page
from services.monitoring.domain import trends as charts
from services.monitoring.handlers.aanmelden import LEZERS
from services.monitoring.handlers.dashboard import read_dashboard
from services.monitoring.handlers.dashboard_trends import areas_for, read_trends
from shared.clock import system_clock
from shared.errors import NotAllowedError, NotFoundError
from shared.rules.codes import Rol
from shared.web.app import Resources, resources
from shared.web.auth import Caller
from shared.work import Wall, Work, working

# As whom the figures are counted, whoever looks at them: the wall shows this role what is counted, and nothing else.
_COUNTING = Wall("dashboard")
_ROLES = {
    Rol.VT_TEAMLEIDER: "teamleider van Veilig Thuis",
    Rol.VT_MEDEWERKER: "medewerker van Veilig Thuis",
    Rol.BEHEERDER: "beheerder",
    Rol.GEMEENTE: "gemeente",
}

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
        return _refuse(request, wie)
    with working(Work(_COUNTING, made.vault)):
        view = await read_dashboard(made.engine, rules=made.rules, now=made.clock(), real=system_clock())
    common = _common(made, door, wie, dienst is not None, "vandaag")
    return changing_page(request, "dashboard.html", (view.shown, _whose(common)), view=view, **common)


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
        return _refuse(request, wie)
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
    try:
        view = await read_trends(made, wie, gemeente or None, now=now)
    except (NotAllowedError, NotFoundError) as error:
        if not _is_browser(request):
            raise
        return told(error.status, error.title, error.detail, ingelogd=wie is not None)
    common = _common(made, door, wie, can_login, "trends")
    return changing_page(
        request,
        "dashboard_trends.html",
        (view, _whose(common)),
        view=view,
        gebieden=areas_for(wie, now=now),
        charts=charts,
        **common,
    )


def _refuse(request: Request, wie: Caller) -> Response:
    if not _is_browser(request):
        raise NotAllowedError("Deze rol mag dit niet.")
    return not_allowed(wie)


def _is_browser(request: Request) -> bool:
    return "text/html" in request.headers.get("accept", "")


def _common(made: Resources, door: DoorSettings, wie: Caller | None, can_login: bool, here: str) -> dict[str, object]:
    """Return what stands on every page: who looks, where he is, and whether time is real."""
    return {
        "now": made.clock(),
        "simulated": bool(door.is_local and door.clock_file),
        "rol": None if wie is None else _ROLES[wie.rol],
        "van_gemeente": wie is not None and wie.rol is Rol.GEMEENTE,
        "kan_aanmelden": can_login,
        "hier": here,
    }


def _whose(common: dict[str, object]) -> list[tuple[str, object]]:
    return sorted((name, value) for name, value in common.items() if name != "now")


pages = APIRouter()
for part in (router, aanmelden.router, bestanden.router):
    pages.include_router(part)
