"""The stand-in server: the doors of every partner under its own first path segment, and how each misbehaves on demand.

What it holds is in memory and gone when it stops: it stands in for somebody else's system, and the same requests give
the same answers every time. ``PUT /_gedrag/{partner}`` tells one partner to misbehave, as partners do.
"""

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from deploy.local.standin import indexen, ontvangers, scholen

_BODY_BYTES_MAX = 65_536
_SLOW_SECONDS = 20.0  # longer than anybody who asks should wait
_FOREVER = 1_000_000


class Gedrag(StrEnum):
    """How a partner answers."""

    GOED = "goed"
    TRAAG = "traag"  # not within the time of who asks, and nothing is done
    FOUT = "fout"  # 500, and nothing is done
    ONZIN = "onzin"  # 200 with something that is no answer, and nothing is done
    LEEG = "leeg"  # 200 with JSON of the wrong shape, and nothing is done
    STIL = "stil"  # it is done, and the answer is a 502
    DUBBEL = "dubbel"  # it is done twice, and answered once
    WEIGERT = "weigert"  # 400, and nothing is done


# What is answered instead, for those who do not answer well.
_INSTEAD: Mapping[Gedrag, tuple[int, str]] = {
    Gedrag.TRAAG: (504, "te laat"),
    Gedrag.FOUT: (500, "er ging iets mis"),
    Gedrag.ONZIN: (200, "<html>Welkom</html>"),
    Gedrag.LEEG: (200, '{"ok": true}'),
    Gedrag.STIL: (502, "geen antwoord"),
    Gedrag.WEIGERT: (400, '{"title": "geweigerd"}'),
}


@dataclass(slots=True)
class _Mood:
    gedrag: Gedrag
    aantal: int


class Moods:
    """Remember how each partner must behave, and for how many requests."""

    def __init__(self) -> None:
        self._moods: dict[str, _Mood] = {}

    def tell(self, partner: str, gedrag: Gedrag, aantal: int) -> None:
        """Let a partner behave so for its next requests."""
        self._moods[partner] = _Mood(gedrag, aantal)

    def next_of(self, partner: str) -> Gedrag:
        """Return how a partner behaves at this request."""
        mood = self._moods.get(partner)
        if mood is None or mood.aantal <= 0:
            return Gedrag.GOED
        mood.aantal -= 1
        return mood.gedrag


class Misbehaving:
    """Stand before the doors and do to an answer what the mood of its partner says."""

    def __init__(self, app: ASGIApp, moods: Moods) -> None:
        self._app = app
        self._moods = moods

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        partner = scope.get("path", "").split("/")[1] if scope["type"] == "http" else ""
        if not partner or partner.startswith("_") or partner == "health":
            await self._app(scope, receive, send)
            return
        try:
            body = await _whole_body(receive)
        except ValueError:
            await PlainTextResponse("te groot", 413)(scope, receive, send)
            return
        gedrag = self._moods.next_of(partner)
        if gedrag in {Gedrag.STIL, Gedrag.DUBBEL}:
            await self._app({**scope, "state": dict(scope.get("state", {}))}, _given(body), _nowhere)
        if gedrag is Gedrag.TRAAG:
            await asyncio.sleep(_SLOW_SECONDS)
        answer = _INSTEAD.get(gedrag)
        if answer is None:
            await self._app(scope, _given(body), send)
        else:
            await Response(answer[1], answer[0], media_type="application/json")(scope, receive, send)


def create_app() -> Starlette:
    """Return the stand-in partners as one application, each with nothing but what it begins with."""
    moods = Moods()

    async def health(_: Request) -> JSONResponse:
        return JSONResponse({"status": "ok"})

    async def behave(request: Request) -> Response:
        try:
            told = await request.json()
            moods.tell(request.path_params["partner"], Gedrag(told["gedrag"]), int(told.get("aantal", _FOREVER)))
        except (ValueError, LookupError, TypeError, AttributeError):
            return JSONResponse({"title": "onbekend gedrag"}, 400)
        return Response(status_code=204)

    app = Starlette(
        routes=_routes(
            [Route("/health", health), Route("/_gedrag/{partner}", behave, methods=["PUT"])],
            indexen.ROUTES,
            scholen.ROUTES,
            ontvangers.ROUTES,
        )
    )
    for begin in (indexen.begin, ontvangers.begin, scholen.begin):
        begin(app.state)
    app.add_middleware(Misbehaving, moods=moods)
    return app


def _routes(*parts: Iterable[BaseRoute]) -> list[BaseRoute]:
    return [route for part in parts for route in part]


async def _whole_body(receive: Receive) -> bytes:
    body = b""
    while True:
        message = await receive()
        part: bytes = message.get("body", b"")
        body += part
        if len(body) > _BODY_BYTES_MAX:
            raise ValueError("too large")
        if not message.get("more_body"):
            return body


def _given(body: bytes) -> Receive:
    async def receive() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    return receive


async def _nowhere(_: Message) -> None:
    """Let an answer go nowhere."""
