"""What a door does with a connection that is slow, broken, huge or one of very many: over real sockets, no library."""

import asyncio
import contextlib
import json
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass

import pytest
import uvicorn

from shared.web import connection, edge
from shared.web.edge import SECURITY_HEADERS, Edge
from shared.web.serve import http_config
from tests.integration.web.conftest import BODY_BYTES_MAX
from tests.integration.web.test_door import count_proeven
from tests.support import TestIssuer

pytestmark = pytest.mark.anyio

CANARY = b"CANARY-999999990"
PATIENCE = 10.0


@dataclass(frozen=True, slots=True)
class Door:
    """A served door, and what a caller needs to come in."""

    port: int
    token: str

    def head(self, *lines: bytes, first: bytes = b"POST /v1/proeven HTTP/1.1") -> bytes:
        """Return the head of a request with a good token and these lines."""
        own = [b"Host: proef", b"Authorization: Bearer " + self.token.encode(), b"Content-Type: application/json"]
        return b"\r\n".join([first, *own, *lines]) + b"\r\n\r\n"

    async def say(self, sent: bytes, *, silence: float = 5.0) -> bytes:
        """Send some bytes, and return everything that comes back until the door or our patience ends it."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        with contextlib.suppress(ConnectionError):
            writer.write(sent)
            await writer.drain()
        heard = b""
        with contextlib.suppress(TimeoutError, ConnectionError):
            while more := await asyncio.wait_for(reader.read(65_536), 0.3 if heard else silence):
                heard += more
        writer.close()
        return heard


@pytest.fixture
async def door(edge: Edge, issuer: TestIssuer) -> AsyncIterator[Door]:
    config = http_config(edge, host="127.0.0.1", port=0)
    config.lifespan = "off"  # the fixture of the edge has started the room
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server.serve())
    while not server.started:  # noqa: ASYNC110, uvicorn has a flag and no event
        await asyncio.sleep(0.01)
    yield Door(server.servers[0].sockets[0].getsockname()[1], issuer.mint("vt-medewerker", "vtrr"))
    server.should_exit = True
    await serving


def status_of(heard: bytes) -> int:
    return int(heard.split(b" ", 2)[1]) if heard.startswith(b"HTTP/1.1 ") else 0


GOOD = b'{"naam": "a"}'
SENT: dict[str, tuple[Callable[[Door], bytes], set[int]]] = {
    "no HTTP": (lambda _: b"\x16\x03\x01 " + CANARY + b"\r\n\r\n", {400}),
    "HTTP/0.9": (lambda _: b"GET /" + CANARY + b"\r\n\r\n", {404}),
    "a method that does not exist": (lambda d: d.head(first=b"STEAL /v1/proeven HTTP/1.1"), {400}),
    "CONNECT": (lambda d: d.head(first=b"CONNECT proef:443 HTTP/1.1"), {400}),
    "TRACE": (lambda d: d.head(b"X-Canary: " + CANARY, first=b"TRACE /v1/proeven HTTP/1.1"), {405}),
    "OPTIONS *": (lambda d: d.head(first=b"OPTIONS * HTTP/1.1"), {400, 404}),
    "HEAD": (lambda d: d.head(first=b"HEAD /v1/proeven HTTP/1.1"), {405}),
    "an upgrade": (lambda d: d.head(b"Connection: Upgrade", b"Upgrade: websocket", b"Content-Length: 0"), {400}),
    "length and chunks": (
        lambda d: d.head(b"Content-Length: 13", b"Transfer-Encoding: chunked") + b"0\r\n\r\nGET /smuggled",
        {400},
    ),
    "chunks and length": (
        lambda d: d.head(b"Transfer-Encoding: chunked", b"Content-Length: 4") + b"d\r\n" + GOOD + b"\r\n0\r\n\r\n",
        {400},
    ),
    "two lengths": (lambda d: d.head(b"Content-Length: 13", b"Content-Length: 14") + GOOD, {400}),
    "two equal lengths": (lambda d: d.head(b"Content-Length: 13", b"Content-Length: 13") + GOOD, {400}),
    "a length of words": (lambda d: d.head(b"Content-Length: +13") + GOOD, {400}),
    "a negative length": (lambda d: d.head(b"Content-Length: -1") + GOOD, {400}),
    "a length beyond count": (lambda d: d.head(b"Content-Length: " + b"9" * 40) + GOOD, {400, 413}),
    "an encoding that is not": (lambda d: d.head(b"Transfer-Encoding: xchunked") + GOOD, {400}),
    "chunked twice": (lambda d: d.head(b"Transfer-Encoding: chunked, identity") + GOOD, {400}),
    "a chunk of words": (lambda d: d.head(b"Transfer-Encoding: chunked") + b"zz\r\n" + GOOD, {400}),
    "a space before the colon": (lambda d: d.head(b"X-Canary : " + CANARY), {400}),
    "a folded header": (lambda d: d.head(b"X-Een: a", b" Transfer-Encoding: chunked"), {400}),
    "a NUL in a header": (lambda d: d.head(b"X-Doelbinding: a\x00b"), {400}),
    "a bare CR in a header": (lambda d: d.head(b"X-Doelbinding: a\rSet-Cookie: b"), {400}),
    "a bare LF in a header": (lambda d: d.head(b"Idempotency-Key: a\nContent-Length: 0") + GOOD, {400}),
    "two tokens": (lambda d: d.head(b"Authorization: Bearer x", b"Content-Length: 13") + GOOD, {400}),
    "a method in a header": (
        lambda d: d.head(b"X-HTTP-Method-Override: DELETE", b"Content-Length: 13") + GOOD,
        {400},
    ),
    "a header of 100 kB": (lambda d: d.head(b"X-Canary: " + CANARY * 6_250), {431}),
    "1.000 headers": (lambda d: d.head(*(b"X-%d: %b" % (n, CANARY) for n in range(1_000))), {431}),
    "endless headers": (lambda d: d.head()[:-2] + b"X-Canary: " + CANARY * 60_000, {431}),
    "a query of 20 kB": (lambda d: d.head(first=b"GET /v1/proeven?q=" + b"a" * 20_000 + b" HTTP/1.1"), {414}),
    "a path of 20 kB": (lambda d: d.head(first=b"GET /v1/" + b"a" * 20_000 + b" HTTP/1.1"), {414}),
    "a NUL in the path": (lambda d: d.head(first=b"GET /v1/proeven/%00" + CANARY + b" HTTP/1.1"), {400}),
    "a line end in the path": (lambda d: d.head(first=b"GET /v1/%0d%0aSet-Cookie:a HTTP/1.1"), {400}),
    "a line end in the query": (lambda d: d.head(first=b"GET /v1/proeven?a=%0D%0AX:1 HTTP/1.1"), {400}),
    "no UTF-8 in the query": (lambda d: d.head(first=b"GET /v1/proeven?a=%C0%AE HTTP/1.1"), {400}),
    "raw bytes in the path": (lambda d: d.head(first=b"GET /v1/\xff\xfe HTTP/1.1"), {400}),
    "an address of another": (lambda d: d.head(first=b"GET http://elders/v1/proeven HTTP/1.1"), {405}),
    "a body larger than it may be": (
        lambda d: d.head(b"Content-Length: %d" % (BODY_BYTES_MAX + 1)) + b"a" * (BODY_BYTES_MAX + 1),
        {413},
    ),
    "a body of 10 MB": (lambda d: d.head(b"Content-Length: 10000000") + b"a" * 10_000_000, {413}),
    "endless chunks": (lambda d: d.head(b"Transfer-Encoding: chunked") + b"400\r\n" + b"a" * 0x400 + b"\r\n", {0}),
    "chunks of 100 kB": (
        lambda d: d.head(b"Transfer-Encoding: chunked") + (b"400\r\n" + b"a" * 0x400 + b"\r\n") * 100,
        {413},
    ),
    "more body than was told": (lambda d: d.head(b"Content-Length: 5") + b"{}   " + GOOD, {0, 400}),
}


async def test_what_is_broken_gets_a_problem_and_stores_nothing(door: Door, edge: Edge) -> None:
    wrong = {}

    for kind, (make, expected) in SENT.items():
        begin = time.monotonic()
        heard = await door.say(make(door), silence=0.5 if expected == {0} else 5.0)
        seconds = time.monotonic() - begin
        lacking = [name for name, value in SECURITY_HEADERS if heard and b"\r\n" + name + b": " + value not in heard]
        is_problem = not heard or b"application/problem+json" in heard
        if status_of(heard) not in expected or seconds > PATIENCE or CANARY in heard or lacking or not is_problem:
            wrong[kind] = (heard[:200], seconds, lacking)

    assert wrong == {}
    assert await count_proeven(edge) == 0


async def test_a_request_behind_another_is_read_as_its_own_request(door: Door, edge: Edge) -> None:
    one = door.head(b"Content-Length: 13") + GOOD

    heard = await door.say(one + one)

    assert heard.count(b"HTTP/1.1 201") == 2
    assert await count_proeven(edge) == 2


# --- slow --------------------------------------------------------------------------------------------------------


@pytest.fixture
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make the patience of a door a tenth of a second or so."""
    monkeypatch.setattr(connection, "HEAD_SECONDS", 0.3)
    monkeypatch.setattr(connection, "LINGER_SECONDS", 0.3)
    monkeypatch.setattr(edge, "_BODY_SECONDS", 0.3)


async def drip(door: Door, first: bytes, *, seconds: float = 3.0) -> tuple[bytes, float]:
    """Send a beginning and then a byte now and then; return what came back, and when the door let go."""
    reader, writer = await asyncio.open_connection("127.0.0.1", door.port)
    begin = time.monotonic()
    writer.write(first)

    async def go_on() -> None:
        with contextlib.suppress(ConnectionError):
            while True:
                await asyncio.sleep(0.05)
                writer.write(b"a")
                await writer.drain()

    dripping = asyncio.create_task(go_on())
    heard = b""
    with contextlib.suppress(TimeoutError, ConnectionError):
        async with asyncio.timeout(seconds):
            while more := await reader.read(65_536):
                heard += more
    passed = time.monotonic() - begin
    dripping.cancel()
    writer.close()
    return heard, passed


@pytest.mark.usefixtures("short")
async def test_a_head_that_drips_in_is_cut_off(door: Door) -> None:
    heard, passed = await drip(door, b"GET /v1/proeven HTTP/1.1\r\nX-Slow: ")

    assert status_of(heard) == 408
    assert passed < 2.0


@pytest.mark.usefixtures("short")
async def test_a_head_that_drips_in_on_a_used_connection_is_cut_off(door: Door) -> None:
    heard, passed = await drip(door, door.head(b"Content-Length: 13") + GOOD + b"GET / HTTP/1.1\r\nX-Slow: ")

    assert heard.startswith(b"HTTP/1.1 201")
    assert b"HTTP/1.1 408" in heard
    assert passed < 2.0


@pytest.mark.usefixtures("short")
async def test_a_client_that_says_nothing_is_cut_off(door: Door) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", door.port)

    async with asyncio.timeout(2.0):
        assert await reader.read() == b""
    writer.close()


@pytest.mark.usefixtures("short")
async def test_a_body_that_drips_in_is_cut_off(door: Door, edge: Edge) -> None:
    heard, passed = await drip(door, door.head(b"Content-Length: 4000") + b'{"naam": "')

    assert status_of(heard) == 408
    assert passed < 2.0
    assert await count_proeven(edge) == 0


@pytest.mark.usefixtures("short")
async def test_a_body_that_drips_in_after_its_answer_is_cut_off(door: Door) -> None:
    heard, passed = await drip(door, door.head(b"Content-Length: 9000", first=b"POST /v1/niets HTTP/1.1"))

    assert status_of(heard) == 413
    assert passed < 2.0


async def test_a_body_without_end_after_its_answer_is_cut_off(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "_LINGER_BYTES_MAX", 100_000)
    reader, writer = await asyncio.open_connection("127.0.0.1", door.port)
    writer.write(door.head(b"Content-Length: 900000000"))

    sent = 0
    with contextlib.suppress(ConnectionError):
        while sent < 50_000_000:
            writer.write(b"a" * 50_000)
            await writer.drain()
            sent += 50_000

    assert sent < 50_000_000
    with contextlib.suppress(ConnectionError):
        assert status_of(await reader.read()) in {0, 413}
    writer.close()


@pytest.mark.usefixtures("short")
async def test_a_client_that_was_answered_early_can_go_on_when_it_has_sent_the_rest(door: Door) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", door.port)
    writer.write(door.head(b"Content-Length: 9000"))
    assert b" 413 " in await reader.readuntil(b"\r\n\r\n")

    writer.write(b"a" * 9_000)
    await asyncio.sleep(0.6)
    writer.write(door.head(b"Content-Length: 13") + GOOD)

    async with asyncio.timeout(PATIENCE):
        await reader.readuntil(b"HTTP/1.1 201")
    writer.close()


# --- many --------------------------------------------------------------------------------------------------------


async def test_two_thousand_slow_clients_keep_nobody_out(door: Door) -> None:
    async def request() -> float:
        begin = time.monotonic()
        reader, writer = await asyncio.open_connection("127.0.0.1", door.port)
        writer.write(door.head(b"Content-Length: 13") + GOOD)
        assert (await reader.readline()).split()[1] == b"201"
        writer.close()
        return time.monotonic() - begin

    slow: list[asyncio.StreamWriter] = []
    try:
        for _ in range(2_000):
            _, writer = await asyncio.open_connection("127.0.0.1", door.port)
            writer.write(b"POST /v1/proeven HTTP/1.1\r\nX-Slow: ")
            slow.append(writer)

        times = sorted([await request() for _ in range(20)])

        assert len(connection._waiting) <= connection._WAITING_MAX
        assert times[10] < 1.0
    finally:
        for writer in slow:
            writer.transport.abort()


async def test_a_door_that_is_too_busy_says_so(
    door: Door, monkeypatch: pytest.MonkeyPatch, recwarn: pytest.WarningsRecorder
) -> None:
    monkeypatch.setattr(connection, "_REQUESTS_MAX", 0)

    heard = await door.say(door.head(b"Content-Length: 13") + GOOD)

    assert status_of(heard) == 503
    assert b"retry-after: 2" in heard
    assert json.loads(heard.rpartition(b"\r\n\r\n")[2])["status"] == 503
    assert b"x-content-type-options: nosniff" in heard


async def test_a_client_that_does_not_read_its_answer_is_cut_off(
    door: Door, edge: Edge, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "READ_SECONDS", 0.2)
    cut = asyncio.Event()
    monkeypatch.setattr(connection.GuardedProtocol, "connection_lost", _and_tell(cut))
    _, writer = await asyncio.open_connection("127.0.0.1", door.port, limit=1_024)
    writer.transport.pause_reading()  # type: ignore[attr-defined]

    writer.write((b"GET /v1/openapi.json HTTP/1.1\r\nHost: proef\r\n\r\n") * 2_000)

    async with asyncio.timeout(PATIENCE):
        await cut.wait()
    writer.transport.abort()


def _and_tell(event: asyncio.Event) -> Callable[..., None]:
    real = connection.GuardedProtocol.connection_lost

    def lost(self: connection.GuardedProtocol, exc: Exception | None) -> None:
        real(self, exc)
        event.set()

    return lost
