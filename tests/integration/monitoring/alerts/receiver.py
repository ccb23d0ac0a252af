"""A receiver of webhooks inside the test: it keeps what it gets, and can be slow, wrong or dead."""

import asyncio
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
    """Listen on a free port of this machine; ``status`` and ``delay`` may be changed at any time."""

    def __init__(self) -> None:
        self.got: list[Received] = []
        self.status = 204
        self.delay = 0.0
        self._server: asyncio.Server | None = None

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._server is not None
        self._server.close()

    @property
    def url(self) -> str:
        """Where it can be called."""
        assert self._server is not None
        return f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}/haak"

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while head := (await reader.readuntil(b"\r\n\r\n")).decode():
                lines = head.split("\r\n")[1:]
                headers = {name.lower(): value for line in lines if line for name, _, value in [line.partition(": ")]}
                body = await reader.readexactly(int(headers.get("content-length", "0")))
                await asyncio.sleep(self.delay)
                if 200 <= self.status < 300:
                    self.got.append(Received(headers, body))
                writer.write(f"HTTP/1.1 {self.status} X\r\ncontent-length: 0\r\n\r\n".encode())
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()
