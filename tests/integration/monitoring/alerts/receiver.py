"""A receiver of webhooks inside the test: it keeps what it gets, and can be slow, wrong, lying or dead."""

import asyncio
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from typing import Self

import orjson


@dataclass(frozen=True, slots=True)
class Received:
    headers: dict[str, str]
    body: bytes

    @property
    def event(self) -> dict[str, object]:
        """The CloudEvent in it."""
        found: dict[str, object] = orjson.loads(self.body)
        return found


class Receiver:
    """Listen on a free port of this machine; how it behaves may be changed at any time.

    ``got`` is what it took with a 2xx, ``seen`` everything that came in whole. ``answer`` replaces the whole answer
    by other bytes; ``refuses`` says which messages are refused with a 500 whatever the status is.
    """

    def __init__(self, *, certificate: ssl.SSLContext | None = None) -> None:
        self.got: list[Received] = []
        self.seen: list[Received] = []
        self.status = 204
        self.delay = 0.0
        self.answer: bytes | None = None
        self.refuses: Callable[[Received], bool] = lambda _: False
        self.at_once = 0
        self.at_once_most = 0
        self._certificate = certificate
        self._server: asyncio.Server | None = None

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0, ssl=self._certificate)
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._server is not None
        self._server.close()

    @property
    def url(self) -> str:
        """Where it can be called."""
        assert self._server is not None
        scheme = "https" if self._certificate else "http"
        return f"{scheme}://127.0.0.1:{self._server.sockets[0].getsockname()[1]}/haak"

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while head := (await reader.readuntil(b"\r\n\r\n")).decode():
                lines = head.split("\r\n")[1:]
                headers = {name.lower(): value for line in lines if line for name, _, value in [line.partition(": ")]}
                body = await reader.readexactly(int(headers.get("content-length", "0")))
                await self._take(Received(headers, body), writer)
                if headers.get("connection") == "close":
                    break
        except (asyncio.IncompleteReadError, ConnectionError, asyncio.CancelledError):
            pass
        finally:
            writer.close()

    async def _take(self, received: Received, writer: asyncio.StreamWriter) -> None:
        self.seen.append(received)
        self.at_once += 1
        self.at_once_most = max(self.at_once_most, self.at_once)
        try:
            await asyncio.sleep(self.delay)
        finally:
            self.at_once -= 1
        status = 500 if self.refuses(received) else self.status
        if 200 <= status < 300 and self.answer is None:
            self.got.append(received)
        writer.write(self.answer or f"HTTP/1.1 {status} X\r\ncontent-length: 0\r\n\r\n".encode())
        await writer.drain()
