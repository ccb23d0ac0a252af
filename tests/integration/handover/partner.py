"""A receiver of overdrachten inside the test: it keeps what it handles, and can be slow, wrong or dead."""

import asyncio
import json
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Self
from uuid import UUID

from shared.web.outward import signature


@dataclass(frozen=True, slots=True)
class Ontvangen:
    """One request as it came in."""

    headers: dict[str, str]
    body: bytes

    @property
    def told(self) -> dict[str, Any]:
        """What it says."""
        found: dict[str, Any] = json.loads(self.body)
        return found

    def signatures(self) -> list[str]:
        """The signatures that it came with."""
        return self.headers["webhook-signature"].split(" ")

    def signed_with(self, secret: str) -> str:
        """Return the signature that this secret would give."""
        return signature(
            secret,
            message_id=UUID(self.headers["webhook-id"]),
            timestamp=int(self.headers["webhook-timestamp"]),
            body=self.body,
        )


@dataclass(frozen=True, slots=True)
class Gedrag:
    """How one request is answered: after how long, with what, whether it was handled, and how often it answers."""

    status: int = 200
    body: Callable[[dict[str, Any]], bytes] | None = None  # nothing: the proof
    delay: float = 0.0
    handles: int = 1
    answers: int = 1
    headers: str = ""


GOED = Gedrag()
TRAAG = Gedrag(delay=5.0, handles=0)
FOUT = Gedrag(500, lambda _: b"{}", handles=0)
WEBPAGINA = Gedrag(200, lambda _: b"<html>Welkom</html>", handles=0)
ZONDER_BEWIJS = Gedrag(200, lambda _: b'{"ok": true}', handles=0)
VERWERKT_502 = Gedrag(502, lambda _: b"Bad Gateway")
DUBBEL = Gedrag(handles=2, answers=2)
WEIGERT = Gedrag(400, lambda _: b'{"title": "nee"}', handles=0)
OMGELEID = Gedrag(302, lambda _: b"", handles=0, headers="location: /elders\r\n")


def _proof(told: dict[str, Any]) -> bytes:
    return json.dumps({"overdrachtId": told["overdrachtId"], "status": "ontvangen"}).encode()


@dataclass(slots=True)
class Partner:
    """Listen on a free port of this machine; first requests are answered as ``script`` says, the rest as ``then``."""

    script: list[Gedrag] = field(default_factory=list)
    then: Gedrag = GOED
    together: int = 1  # nobody is answered before so many are asking
    requests: list[Ontvangen] = field(default_factory=list)
    handled: list[str] = field(default_factory=list)  # the id under which each was handled
    open_at_once: int = 0
    most_at_once: int = 0
    handled_at: float = 0.0  # the last, by the clock of the loop
    _gone: asyncio.Event = field(default_factory=asyncio.Event)
    _all_there: asyncio.Event = field(default_factory=asyncio.Event)
    _server: asyncio.Server | None = None
    _port: int = 0

    async def __aenter__(self) -> Self:
        await self.wake()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.die()

    async def wake(self) -> None:
        """Listen (again), at the same address."""
        self._gone = asyncio.Event()
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self._port)
        self._port = self._server.sockets[0].getsockname()[1]

    async def die(self) -> None:
        """Take no connection any more."""
        self._gone.set()
        if self._server is not None:
            self._server.close()
            self._server = None

    @property
    def url(self) -> str:
        """Where it can be called."""
        return f"http://127.0.0.1:{self._port}/overdrachten"

    @property
    def dead(self) -> bool:
        """Whether nobody is there."""
        return self._server is None

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while head := (await reader.readuntil(b"\r\n\r\n")).decode():
                lines = head.split("\r\n")[1:]
                headers = {name.lower(): value for line in lines if line for name, _, value in [line.partition(": ")]}
                body = await reader.readexactly(int(headers.get("content-length", "0")))
                await self._answer(Ontvangen(headers, body), reader, writer)
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    async def _until_hung_up(self, reader: asyncio.StreamReader) -> None:
        with suppress(ConnectionError):
            await reader.read(1)
        self.open_at_once -= 1

    async def _answer(self, request: Ontvangen, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        gedrag = self.script.pop(0) if self.script else self.then
        self.requests.append(request)
        self.open_at_once += 1
        self.most_at_once = max(self.most_at_once, self.open_at_once)
        if self.open_at_once >= self.together:
            self._all_there.set()
        # Who asked may hang up long before this is done; then he asks nothing any more, whatever goes on here.
        asking = asyncio.create_task(self._until_hung_up(reader))
        try:
            await self._all_there.wait()
            await asyncio.wait_for(self._gone.wait(), gedrag.delay)
        except TimeoutError:
            pass  # it took as long as it should
        finally:
            if asking.cancel():
                self.open_at_once -= 1
            await asyncio.wait({asking})
        self.handled += [request.headers["webhook-id"]] * gedrag.handles
        self.handled_at = asyncio.get_running_loop().time()
        content = (gedrag.body or _proof)(request.told)
        head = f"HTTP/1.1 {gedrag.status} X\r\n{gedrag.headers}content-length: {len(content)}\r\n\r\n"
        for _ in range(gedrag.answers):
            writer.write(head.encode() + content)
        await writer.drain()
