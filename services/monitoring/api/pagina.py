"""What every page of monitoring has: who looks, where he is, whether time is real, and a word for who may not look."""

from fastapi import Request, Response

from services.monitoring.api.aanmelden import not_allowed
from services.monitoring.api.omgeving import DoorSettings
from shared.errors import NotAllowedError
from shared.rules.codes import Rol
from shared.web.app import Resources
from shared.web.auth import Caller

_ROLES = {
    Rol.VT_TEAMLEIDER: "teamleider van Veilig Thuis",
    Rol.VT_MEDEWERKER: "medewerker van Veilig Thuis",
    Rol.BEHEERDER: "beheerder",
    Rol.GEMEENTE: "gemeente",
}


def refuse(request: Request, wie: Caller) -> Response:
    """Tell a browser that there is nothing here for this role; raises ``NotAllowedError`` for anything else."""
    if not is_browser(request):
        raise NotAllowedError("Deze rol mag dit niet.")
    return not_allowed(wie)


def is_browser(request: Request) -> bool:
    """Say whether a person looks, who wants a page also when something is wrong."""
    return "text/html" in request.headers.get("accept", "")


def common_of(
    made: Resources, door: DoorSettings, wie: Caller | None, *, can_login: bool, here: str
) -> dict[str, object]:
    """Return what stands on every page: who looks, where he is, and whether time is real."""
    return {
        "now": made.clock(),
        "simulated": bool(door.is_local and door.clock_file),
        "rol": None if wie is None else _ROLES[wie.rol],
        "van_gemeente": wie is not None and wie.rol is Rol.GEMEENTE,
        "kan_aanmelden": can_login,
        "hier": here,
    }


def whose(common: dict[str, object]) -> list[tuple[str, object]]:
    """Return what of ``common_of`` makes a page another one: all but the moment at which it was made."""
    return sorted((name, value) for name, value in common.items() if name != "now")
