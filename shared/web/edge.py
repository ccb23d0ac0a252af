"""The outermost wall of a room: who may come in, how large, how slow, in which form, and with which headers out.

It stands outside FastAPI, so that every answer gets the headers, crashes included, and so that nobody without a
token can make us read a body.
"""

import asyncio
import json
import re
import time
from collections.abc import Sequence
from typing import Any

import orjson
from fastapi import FastAPI
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.errors import InvalidInputError, KetenError, NotAuthenticatedError, TooLargeError
from shared.log import get_logger, where
from shared.telemetry import continue_trace
from shared.web.auth import Caller, Verifier
from shared.web.problems import problem, problem_of

log = get_logger()

_BODY_SECONDS = 10.0
_HEADERS_MAX = 100
_DEPTH_MAX = 32

SECURITY_HEADERS = (
    (b"cache-control", b"no-store"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
    (b"strict-transport-security", b"max-age=31536000; includeSubDomains"),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"no-referrer"),
)


class Edge:
    """Wrap a room."""

    def __init__(
        self,
        app: ASGIApp,
        *,
        api: FastAPI,
        version: str,
        media: Sequence[str] = (),
        body_bytes_max: int = 1_048_576,
    ) -> None:
        self._app = app
        self.api = api  # what stands under /v1, for whoever must read its routes
        self._version = version.encode()
        self._accept = re.compile(
            r"\*/\*|application/(\*|json|problem\+json)" + "".join(f"|{re.escape(kind)}" for kind in media)
        )
        self._body_bytes_max = body_bytes_max
        self.verifier: Verifier | None = None  # set when the room has started

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = time.perf_counter()
        status = 0
        path: str = scope["path"]

        async def out(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = self._with_headers(message["headers"], path)
            await send(message)

        headers = {key.lower(): value for key, value in scope["headers"]}
        continue_trace(headers.get(b"traceparent", b"").decode("latin-1"))
        try:
            if path.startswith("/v1/") and path != "/v1/openapi.json":
                await self._enter(scope, headers)
                receive = await self._body(scope, headers, receive)
            await self._app(scope, receive, out)
        except KetenError as error:
            await problem_of(error)(scope, receive, out)
        except TimeoutError:
            await problem(408, "Het bericht kwam te langzaam binnen.")(scope, receive, out)
        except Exception as error:  # noqa: BLE001, the last wall: told to us in the log, never to the caller
            log.error(
                "request_crashed",
                method=scope["method"],
                error_type=type(error).__name__,
                error_place=where(error),
            )
            if not status:
                await problem(500, "Er ging bij ons iets mis.")(scope, receive, out)
        finally:
            route = scope.get("route")
            log.info(
                "request_done",
                method=scope["method"],
                route=getattr(route, "path", None),
                status=status,
                duration_ms=round((time.perf_counter() - started) * 1000, 1),
            )

    def _with_headers(self, given: Any, path: str) -> list[tuple[bytes, bytes]]:  # of ASGI
        headers = [(bytes(key), bytes(value)) for key, value in given]
        have = {key.lower() for key, _ in headers}
        headers += [pair for pair in SECURITY_HEADERS if pair[0] not in have]
        headers.append((b"api-version", self._version))
        if path == "/v1/openapi.json":
            headers.append((b"access-control-allow-origin", b"*"))
        return headers

    async def _enter(self, scope: Scope, headers: dict[bytes, bytes]) -> None:
        if len(scope["headers"]) > _HEADERS_MAX:
            raise TooLargeError("Te veel kopregels.")
        scheme, _, token = headers.get(b"authorization", b"").decode("latin-1").partition(" ")
        if scheme.lower() != "bearer" or not token or self.verifier is None:
            raise NotAuthenticatedError("Er is een token nodig.")
        caller: Caller = await self.verifier.verify(token.strip())
        scope.setdefault("state", {})["caller"] = caller
        if not self._accept.search(headers.get(b"accept", b"*/*").decode("latin-1").lower()):
            raise _NotAcceptableError("Hier is alleen application/json te krijgen.")

    async def _body(self, scope: Scope, headers: dict[bytes, bytes], receive: Receive) -> Receive:
        """Read the whole body within bounds and check that it is plain JSON; return it as a new receive."""
        length = headers.get(b"content-length", b"")
        if length.isdigit() and int(length) > self._body_bytes_max:
            raise TooLargeError(f"Hooguit {self._body_bytes_max} bytes.")
        if length in (b"", b"0") and b"transfer-encoding" not in headers:
            return receive
        if headers.get(b"content-type", b"").split(b";")[0].strip().lower() != b"application/json":
            raise _MediaTypeError("Stuur application/json.")
        body = await asyncio.wait_for(self._read(receive), _BODY_SECONDS)
        if body:
            scope["ketenradar.json"] = parse_json(body)
        sent = False

        async def replay() -> Message:
            nonlocal sent
            if sent:
                return await receive()
            sent = True
            return {"type": "http.request", "body": body, "more_body": False}

        return replay

    async def _read(self, receive: Receive) -> bytes:
        chunks: list[bytes] = []
        size = 0
        while True:
            message = await receive()
            if message["type"] == "http.disconnect":
                raise InvalidInputError("De verbinding werd verbroken.")
            chunk = message.get("body", b"")
            size += len(chunk)
            if size > self._body_bytes_max:
                raise TooLargeError(f"Hooguit {self._body_bytes_max} bytes.")
            chunks.append(chunk)
            if not message.get("more_body"):
                return b"".join(chunks)


class _NotAcceptableError(InvalidInputError):
    status = 406
    title = "Niet acceptabel"


class _MediaTypeError(InvalidInputError):
    status = 415
    title = "Mediatype niet ondersteund"


def parse_json(body: bytes) -> Any:  # whatever the client sent
    r"""Return strict JSON: UTF-8, no NaN, no lone surrogates, no NUL, no key twice, not deeper than 32.

    Raises ``InvalidInputError``. PostgreSQL cannot hold ``\u0000``; Python would take the rest in silence.
    """
    if b"\\u0000" in body or b"\x00" in body:
        raise InvalidInputError("De inhoud bevat een NUL-teken.")
    try:
        orjson.loads(body)
        if body.count(b"[") + body.count(b"{") > _DEPTH_MAX:
            _check_depth(body)
        return json.loads(body, object_pairs_hook=_no_key_twice)
    except (ValueError, RecursionError) as error:
        if isinstance(error, _KeyTwiceError):
            raise InvalidInputError("Een veld staat er twee keer in.") from None
        raise InvalidInputError("De inhoud is geen geldige JSON.") from None


class _KeyTwiceError(ValueError):
    pass


def _no_key_twice(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise _KeyTwiceError
    return found


def _check_depth(body: bytes) -> None:
    depth = 0
    inside = escaped = False
    for sign in body:
        if inside:
            if escaped:
                escaped = False
            elif sign == 0x5C:  # noqa: PLR2004, a backslash
                escaped = True
            elif sign == 0x22:  # noqa: PLR2004, a quote
                inside = False
        elif sign == 0x22:  # noqa: PLR2004, a quote
            inside = True
        elif sign in b"[{":
            depth += 1
            if depth > _DEPTH_MAX:
                raise ValueError("too deep")
        elif sign in b"]}":
            depth -= 1
