"""What stands in the state file of a run: addresses, processes, and a token for every role."""

import json
from collections.abc import Iterable

from deploy.local.issuer import ROLES, TokenIssuer
from deploy.local.rooms import House
from shared.work import WORKER_WALL


def describe(house: House, issuer: TokenIssuer, *, status: str, processes: Iterable[dict[str, object]]) -> str:
    """Return the state file of a run as text."""
    content = {
        "status": status,
        "urls": house.urls,
        "partnersUrl": house.partners_url,
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
