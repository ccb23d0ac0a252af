"""The page of monitoring: figures of the running region, at the root; no casus and no person on it."""

from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import HTMLResponse

from services.monitoring.api.omgeving import DoorSettings, door_settings
from services.monitoring.api.rendering import CSP, render
from services.monitoring.handlers.dashboard import read_dashboard
from shared.clock import system_clock
from shared.errors import NotAllowedError, NotAuthenticatedError, NotFoundError
from shared.rules.codes import Rol
from shared.web.app import Resources, resources
from shared.work import Wall, Work, working

page = APIRouter()

_READERS = frozenset({Rol.VT_MEDEWERKER, Rol.VT_TEAMLEIDER, Rol.BEHEERDER})
# As whom the figures are counted, whoever looks at them: the wall shows this role what is counted, and nothing else.
_COUNTING = Wall("dashboard")
_STATIC = Path(__file__).parents[1] / "static"
# Only what stands here is given out: a name from outside never becomes a path.
_FILES = {
    "ketenradar.css": "text/css; charset=utf-8",
    "ververs.js": "text/javascript; charset=utf-8",
    "ketenradar.svg": "image/svg+xml",
}


async def _enter(
    request: Request,
    made: Annotated[Resources, Depends(resources)],
    door: Annotated[DoorSettings, Depends(door_settings)],
) -> None:
    """Let in who holds a token of these roles; locally, when the setting says so, anyone on this machine."""
    if door.is_local and door.dashboard_open:
        return
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise NotAuthenticatedError("Er is een geldig token nodig.")
    caller = await made.verifier.verify(token.strip())
    if caller.rol not in _READERS:
        raise NotAllowedError("Deze rol mag dit niet.")


@page.get("/", dependencies=[Depends(_enter)], include_in_schema=False)
async def show_dashboard(
    made: Annotated[Resources, Depends(resources)], door: Annotated[DoorSettings, Depends(door_settings)]
) -> HTMLResponse:
    """Show the page."""
    with working(Work(_COUNTING, made.vault)):
        view = await read_dashboard(made.engine, rules=made.rules, now=made.clock(), real=system_clock())
    return HTMLResponse(
        render("dashboard.html", view=view, simulated=bool(door.is_local and door.clock_file)),
        headers={"Content-Security-Policy": CSP, "Content-Language": "nl"},
    )


@page.get("/static/{naam}", include_in_schema=False)
async def give_static(naam: str) -> Response:
    """Give out one of the files that the page needs."""
    if naam not in _FILES:
        raise NotFoundError("Dit bestand is er niet.")
    return Response(
        (_STATIC / naam).read_bytes(),
        media_type=_FILES[naam],
        headers={"Cache-Control": "no-cache", "Content-Security-Policy": CSP},
    )
