"""The outermost wall of a room: who may come in, how often, how large, how slow, in which form, and the headers out.

It stands outside FastAPI, so that every answer gets the headers, crashes included, and so that nobody without a
token can make us read a body. What is slow or broken before there is a request is cut off in ``connection.py``.
"""

import asyncio
import re
import time
from collections.abc import Sequence
from typing import Any
from urllib.parse import unquote_to_bytes

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.errors import InvalidInputError, KetenError, NotAuthenticatedError, OperationalError, TooLargeError
from shared.log import get_logger, where
from shared.rules.codes import Rol
from shared.telemetry import continue_trace
from shared.web.auth import Caller, Verifier
from shared.web.jsonbody import parse_json
from shared.web.limits import Budget, Limiter
from shared.web.problems import TellPage, as_read, problem, problem_of
from shared.web.rawbody import FileRoute

log = get_logger()

_BODY_SECONDS = 10.0
# A file comes in at least this fast, counted over what we waited for it; a phone in a cellar does 30 kB a second.
_FILE_BYTES_PER_SECOND = 16_384
_FILES_AT_ONCE = 16
_HEADERS_MAX = 100
_HEADERS_BYTES_MAX = 32_768
_ADDRESS_BYTES_MAX = 8_192
_READING = frozenset({"GET", "HEAD", "OPTIONS"})
# Asked by the engine, which is no source of anything; from outside they cannot be reached.
_ENGINE = frozenset({"/health", "/ready"})
_NOT_FOUND = 404
_TOO_SLOW = 408

# The first six are those of the NLGov API Design Rules (module transport security); the rest is OWASP's list for
# what answers data: an answer is no page, may steer no part of a browser, and is nobody else's resource.
SECURITY_HEADERS = (
    (b"cache-control", b"no-store"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
    (b"strict-transport-security", b"max-age=31536000; includeSubDomains"),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (
        b"permissions-policy",
        b"camera=(), display-capture=(), fullscreen=(), geolocation=(), microphone=(), payment=(), usb=()",
    ),
)

# Headers of which a second one could be read by one part of us and the first one by another.
_ONCE = frozenset(
    {
        b"authorization", b"content-encoding", b"content-length", b"content-type", b"host", b"idempotency-key",
        b"if-match", b"transfer-encoding", b"x-doelbinding",
    }
)  # fmt: skip
_METHOD_OVERRIDES = (b"x-http-method-override", b"x-http-method", b"x-method-override")
_JSON_TYPES = frozenset({b"application/json", b"application/json;charset=utf-8", b'application/json;charset="utf-8"'})
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_ID_IN_PATH = re.compile(r"/[^/]*\d")


class Edge:
    """Wrap a room."""

    def __init__(  # noqa: PLR0913, what makes one door differ from another, keyword only
        self,
        app: ASGIApp,
        *,
        api: FastAPI,
        version: str,
        media: Sequence[str] = (),
        body_bytes_max: int = 1_048_576,
        files: Sequence[FileRoute] = (),
        tell_page: TellPage | None = None,
    ) -> None:
        self._app = app
        self._tell_page = tell_page
        self._files = tuple(files)
        self._files_now = 0
        self.api = api  # what stands under /v1, for whoever must read its routes
        self._version = version.encode()
        self._accept = re.compile(
            r"\*/\*|application/(\*|json|problem\+json)" + "".join(f"|{re.escape(kind)}" for kind in media)
        )
        self._body_bytes_max = body_bytes_max
        self.verifier: Verifier | None = None  # set when the room has started
        self.limiter: Limiter | None = None  # set where the room is served

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            await self._answer(scope, receive, send)
            return
        await self._app(scope, receive, send)
        if self.limiter is not None:
            await self.limiter.aclose()

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        started = time.perf_counter()
        status = 0
        path: str = scope["path"]

        async def out(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = self._with_headers(message["headers"], path)
                if status == _TOO_SLOW:
                    message["headers"].append((b"connection", b"close"))
            await send(message)

        headers = {key.lower(): value for key, value in scope["headers"]}
        continue_trace(headers.get(b"traceparent", b"").decode("latin-1"))
        try:
            self._know_source(scope, headers)
            _check_shape(scope, headers)
            if _is_door(path):
                await self._enter(scope, headers)
                file = next((file for file in self._files if file.fits(scope["method"], path)), None)
                if file is not None:
                    await self._pass_file(file, scope, headers, receive, out)
                    return
                receive = await self._body(scope, headers, receive)
            await self._inside(scope)(scope, receive, out)
        except KetenError as error:
            await self._told(scope, problem_of(error))(scope, receive, out)
        except Exception as error:  # noqa: BLE001, the last wall: told to us in the log, never to the caller
            log.error(
                "request_crashed",
                method=scope["method"],
                error_type=type(error).__name__,
                error_place=where(error),
            )
            if not status:
                await self._told(scope, problem(500, "Er ging bij ons iets mis."))(scope, receive, out)
        finally:
            if status == _NOT_FOUND:
                self._count_miss(scope)
            route = scope.get("route")
            log.info(
                "request_done",
                method=scope["method"],
                route=getattr(route, "path", None),
                status=status,
                duration_ms=round((time.perf_counter() - started) * 1000, 1),
            )

    def _inside(self, scope: Scope) -> ASGIApp:
        """Return who answers: what stands under /v1 at once, and not through the layers of the root."""
        if not scope["path"].startswith("/v1/"):
            return self._app
        scope["app_root_path"] = scope["root_path"]
        scope["root_path"] += "/v1"
        return self.api

    def _with_headers(self, given: Any, path: str) -> list[tuple[bytes, bytes]]:  # of ASGI
        headers = [(bytes(key), bytes(value)) for key, value in given]
        if path == "/v1/openapi.json":
            headers.append((b"access-control-allow-origin", b"*"))
            headers.append((b"cross-origin-resource-policy", b"cross-origin"))
        have = {key.lower() for key, _ in headers}
        headers += [pair for pair in SECURITY_HEADERS if pair[0] not in have]
        headers.append((b"api-version", self._version))
        return headers

    def _told(self, scope: Scope, answer: Response) -> Response:
        return answer if scope["path"].startswith("/v1/") else as_read(Request(scope), answer, self._tell_page)

    # --- who, and how often

    def _know_source(self, scope: Scope, headers: dict[bytes, bytes]) -> None:
        """Keep where a request comes from, and count it by that where nobody is asked for a token.

        A page counts its readers too, by what it finds here.
        """
        state = scope.setdefault("state", {})
        if self.limiter is None:
            return
        state["limiter"] = self.limiter
        state["address"] = self.limiter.address_of(scope, headers)
        if not _is_door(scope["path"]) and scope["path"] not in _ENGINE:
            self.limiter.take(Budget.LEZEN, state["address"])

    async def _enter(self, scope: Scope, headers: dict[bytes, bytes]) -> None:
        caller = await self._caller(scope, headers)
        scope["state"]["caller"] = caller
        if self.limiter is not None:
            self._limit(self.limiter, scope, caller)
        if not self._accept.search(headers.get(b"accept", b"*/*").decode("latin-1").lower()):
            raise _NotAcceptableError("Hier is alleen application/json te krijgen.")

    async def _caller(self, scope: Scope, headers: dict[bytes, bytes]) -> Caller:
        if self.verifier is None:
            raise NotAuthenticatedError("Er is een geldig token nodig.")
        try:
            return await self.verifier.verify_request(scope["headers"])
        except NotAuthenticatedError:
            # Only who is refused is counted by address: behind one address there are good tokens of others.
            if self.limiter is not None:
                self.limiter.take(Budget.WEIGERINGEN, self.limiter.address_of(scope, headers))
            raise

    @staticmethod
    def _limit(limiter: Limiter, scope: Scope, caller: Caller) -> None:
        source = caller.source
        if caller.rol is Rol.SYSTEEM:
            limiter.take(Budget.AFDELING, source)
            return
        limiter.take(Budget.LEZEN if scope["method"] in _READING else Budget.SCHRIJVEN, source)
        # Who guessed too often waits for every path with an id in it; a new melding has none, and comes in.
        if _ID_IN_PATH.search(scope["path"], len("/v1")):
            limiter.check(Budget.MISSERS, source)

    def _count_miss(self, scope: Scope) -> None:
        caller: Caller | None = scope.get("state", {}).get("caller")
        if self.limiter is not None and caller is not None and caller.rol is not Rol.SYSTEEM:
            self.limiter.count(Budget.MISSERS, caller.source)

    # --- what

    async def _body(self, scope: Scope, headers: dict[bytes, bytes], receive: Receive) -> Receive:
        """Read the whole body within bounds and check that it is plain JSON; return it as a new receive."""
        length = headers.get(b"content-length", b"")
        if length.isdigit() and int(length[:20]) > self._body_bytes_max:
            raise TooLargeError(f"Hooguit {self._body_bytes_max} bytes.")
        if length in (b"", b"0") and b"transfer-encoding" not in headers:
            return receive
        _check_media_type(headers)
        try:
            async with asyncio.timeout(_BODY_SECONDS):
                body = await self._read(receive)
        except TimeoutError:
            raise _TooSlowError("Het bericht kwam te langzaam binnen.") from None
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

    async def _pass_file(
        self, file: FileRoute, scope: Scope, headers: dict[bytes, bytes], receive: Receive, send: Send
    ) -> None:
        """Let a file through to its route as it comes in, within its bounds; nothing of it is kept here."""
        length = headers.get(b"content-length", b"")
        if length not in (b"", b"0") or b"transfer-encoding" in headers:
            _check_file_type(headers, file.media)
        if length.isdigit() and int(length[:20]) > file.bytes_max:
            raise TooLargeError(f"Hooguit {file.bytes_max} bytes.")
        if self._files_now >= _FILES_AT_ONCE:
            raise OperationalError("Er komen al veel bestanden tegelijk binnen; probeer het zo weer.")
        self._files_now += 1
        try:
            await self._inside(scope)(scope, _bounded(receive, file.bytes_max), send)
        finally:
            self._files_now -= 1

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


class _TooSlowError(InvalidInputError):
    status = 408
    title = "Te langzaam"


class _AddressTooLongError(InvalidInputError):
    status = 414
    title = "Adres te lang"


class _HeadersTooLargeError(InvalidInputError):
    status = 431
    title = "Kopregels te groot"


def _is_door(path: str) -> bool:
    """Say whether a token is asked for here at once."""
    return path.startswith("/v1/") and path != "/v1/openapi.json"


def _check_shape(scope: Scope, headers: dict[bytes, bytes]) -> None:
    """Refuse what no client of ours sends, before anything looks at what it means."""
    given = scope["headers"]
    if len(given) > _HEADERS_MAX or sum(len(name) + len(value) for name, value in given) > _HEADERS_BYTES_MAX:
        raise _HeadersTooLargeError("Te veel kopregels, of te lange.")
    if len(headers) < len(given):
        names = [name.lower() for name, _ in given]
        if any(names.count(name) > 1 for name in _ONCE):
            raise InvalidInputError("Een kopregel staat er twee keer in.")
    if any(name in headers for name in _METHOD_OVERRIDES):
        raise InvalidInputError("De methode van een verzoek is die van zijn eerste regel.")
    _check_address(scope["path"], scope["query_string"])


def _check_address(path: str, query: bytes) -> None:
    if len(path) + len(query) > _ADDRESS_BYTES_MAX:
        raise _AddressTooLongError("Het adres is te lang.")
    # U+FFFD stands where the bytes were no UTF-8.
    readable = path.isprintable() and "\ufffd" not in path
    if readable and query:
        try:
            readable = not _CONTROL.search(unquote_to_bytes(query).decode())
        except UnicodeDecodeError:
            readable = False
    if not readable:
        raise InvalidInputError("Het adres bevat tekens die niet kunnen.")


def _bounded(receive: Receive, bytes_max: int) -> Receive:
    """Return a receive that ends a body that is too large, or for which we wait too long for its size.

    Only the waiting counts: what the route does with a piece is no fault of the sender.
    """
    size, waited, whole = 0, 0.0, False

    async def piece() -> Message:
        nonlocal size, waited, whole
        if whole:
            return await receive()
        begin = time.monotonic()
        try:
            async with asyncio.timeout(_BODY_SECONDS + size / _FILE_BYTES_PER_SECOND - waited):
                message = await receive()
        except TimeoutError:
            raise _TooSlowError("Het bestand kwam te langzaam binnen.") from None
        if message["type"] == "http.disconnect":
            raise InvalidInputError("De verbinding werd verbroken.")
        waited += time.monotonic() - begin
        size += len(message.get("body", b""))
        if size > bytes_max:
            raise TooLargeError(f"Hooguit {bytes_max} bytes.")
        whole = not message.get("more_body")
        return message

    return piece


def _check_file_type(headers: dict[bytes, bytes], media: frozenset[str]) -> None:
    """Refuse what the route does not take by its name; what it really is, the route finds out."""
    _check_uncompressed(headers)
    kind, _, parameters = headers.get(b"content-type", b"").decode("latin-1").lower().partition(";")
    if kind.strip() not in media or parameters.strip() not in ("", "charset=utf-8", 'charset="utf-8"'):
        raise _MediaTypeError("Stuur een bestand van een soort die hier kan.")


def _check_uncompressed(headers: dict[bytes, bytes]) -> None:
    if headers.get(b"content-encoding", b"identity").strip().lower() not in (b"identity", b""):
        raise _MediaTypeError("Stuur de inhoud zonder compressie.")


def _check_media_type(headers: dict[bytes, bytes]) -> None:
    _check_uncompressed(headers)
    kind = headers.get(b"content-type", b"")
    if kind not in _JSON_TYPES and kind.lower().replace(b" ", b"").rstrip(b";") not in _JSON_TYPES:
        raise _MediaTypeError("Stuur application/json in UTF-8.")
