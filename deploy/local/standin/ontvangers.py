"""The stand-in for the systems of receivers: they take a notice that an overdracht waits, and prove that they did.

The same notice twice is one. A notice must be signed in the form of Standard Webhooks; with which secret is between the
receiver and the house, and not looked at here.
"""

import json
from collections.abc import Sequence

from starlette.datastructures import State
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

_SIGNED = ("webhook-id", "webhook-timestamp", "webhook-signature")
_KEPT_MAX = 100_000


def begin(state: State) -> None:
    """Lay out what this partner begins with: no notices."""
    state.ontvangen = {}


async def take_notice(request: Request) -> Response:
    """Take a notice and answer with the proof of it."""
    try:
        told = json.loads(await request.body())
        overdracht_id = str(told["overdrachtId"])
    except (ValueError, LookupError, TypeError):
        return JSONResponse({"title": "onleesbaar"}, 400)
    if (
        not all(request.headers.get(name) for name in _SIGNED)
        or told.get("leveringId") != request.headers["webhook-id"]
    ):
        return JSONResponse({"title": "niet ondertekend"}, 401)
    taken: dict[str, str] = request.app.state.ontvangen
    again = request.headers["webhook-id"] in taken
    if len(taken) < _KEPT_MAX:
        taken[request.headers["webhook-id"]] = overdracht_id
    return JSONResponse({"overdrachtId": overdracht_id, "status": "ontvangen"}, 200 if again else 201)


ROUTES: Sequence[BaseRoute] = (Route("/ontvangers/{organisatieId}/overdrachten", take_notice, methods=["POST"]),)
