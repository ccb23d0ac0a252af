"""What a run that stands tells the outside: one file, written whole, readable by its owner only, gone when it stops."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from deploy.local.issuer import ROLES, TokenIssuer
from deploy.local.rooms import House
from deploy.local.servers import write_private
from shared.work import WORKER_WALL


class NotRunningError(Exception):
    """Say in Dutch that there is no run to speak to."""


def state_file(state: Path) -> Path:
    """Return the place of the state file."""
    return state / "state.json"


def read_state(state: Path) -> dict[str, Any]:
    """Return what the run in this folder tells of itself."""
    try:
        content: dict[str, Any] = json.loads(state_file(state).read_text())
    except FileNotFoundError:
        raise NotRunningError("Ketenradar draait hier niet. Start met: make run") from None
    return content


def describe(house: House, issuer: TokenIssuer, *, status: str, processes: Iterable[dict[str, object]]) -> str:
    """Return the state file of a run as text."""
    content = {
        "status": status,
        "urls": house.urls,
        "databaseUrls": {room: seeing_all(found.app_url) for room, found in house.databases.items()},
        "redisUrl": house.redis_url,
        "issuer": issuer.issuer,
        "processes": list(processes),
        "tokens": tokens(issuer),
        "secretsDir": str(house.secrets),
        "postDir": str(house.post),
        "logDir": str(house.state / "log"),
        "clockFile": str(house.clock) if house.clock else None,
    }
    return json.dumps(content, indent=2, ensure_ascii=False)


def seeing_all(url: str) -> str:
    """Return the address of a database with which an administrator of this run stands inside the wall.

    Without it the working role of a room sees no row of anybody (row-level security).
    """
    return f"{url}{'&' if '?' in url else '?'}options=-c%20keten.rol%3D{WORKER_WALL}"


def tokens(issuer: TokenIssuer) -> dict[str, str]:
    """Return a token for every role."""
    return {rol: issuer.mint(rol, organisatie, gemeenten=gemeenten) for rol, (organisatie, gemeenten) in ROLES.items()}


def write_state(state: Path, text: str) -> None:
    """Replace the state file."""
    write_private(state_file(state), text)


def remove_state(state: Path) -> None:
    """Take the state file away."""
    state_file(state).unlink(missing_ok=True)
