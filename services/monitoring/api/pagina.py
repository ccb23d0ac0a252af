"""What every page of monitoring has: who looks, where he is, whether time is real, and a word for who may not look."""

import math
from collections.abc import Mapping
from typing import Any

from fastapi import Request, Response

from services.monitoring.api.aanmelden import not_allowed, told
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


def tell_problem(_: Request, probleem: Mapping[str, Any], wacht: int | None) -> Response:
    """Return what is wrong as a page, which also says in how many seconds it can be tried again."""
    kop, uitleg = probleem["title"], probleem["detail"]
    if wacht is not None:
        kop, uitleg = "Even wachten", f"{uitleg} {_again(wacht)}"
    return told(probleem["status"], kop, uitleg, terug=True)


def _again(seconden: int) -> str:
    minuten = math.ceil(seconden / 60)
    wacht = f"{seconden} seconden" if seconden > 1 else "1 seconde"
    if minuten > 1:
        wacht = f"{minuten} minuten"
    return f"Over {wacht} kunt u verder."


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
