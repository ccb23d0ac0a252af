"""A small HTTP/1.1 client for one purpose: thousands of small JSON calls to rooms on this machine, at little cost.

A general client costs more processor time for a call than the room that answers it, and the play shares two cores
with the house. It keeps connections open and knows only answers with a Content-Length, which is all that rooms send.
"""

import asyncio
import re
from collections.abc import Mapping
from contextlib import suppress
from urllib.parse import urlsplit

_HEAD_END = b"\r\n\r\n"
_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)\r\n", re.IGNORECASE)
_CONNECT_SECONDS = 5.0
_ANSWER_SECONDS = 30.0
_BUFFER = 16 * 1024 * 1024
_STATUS_AT = slice(9, 12)  # "HTTP/1.1 200 ..."

_Connection = tuple[asyncio.StreamReader, asyncio.StreamWriter]


class WireError(Exception):
    """The other side did not answer, or not with HTTP as we know it."""


class Wire:
    """Connections to one server, made when needed and kept."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._host, self._port = parts.hostname or "", parts.port or 80
        self._free: list[_Connection] = []

    async def request(self, method: str, target: str, headers: Mapping[str, str], body: bytes) -> tuple[int, bytes]:
        """Return status and body; raises ``WireError``."""
        lines = [f"{method} {target} HTTP/1.1", f"Host: {self._host}:{self._port}", f"Content-Length: {len(body)}"]
        head = "\r\n".join([*lines, *(f"{name}: {value}" for name, value in headers.items())])
        message = head.encode("latin-1") + _HEAD_END + body
        connection: _Connection | None = None
        try:
            connection = await self._take()
            answer = await asyncio.wait_for(_exchange(connection, message), _ANSWER_SECONDS)
        except (OSError, EOFError, TimeoutError, ValueError, asyncio.LimitOverrunError) as error:
            if connection:
                connection[1].close()
            raise WireError from error
        except asyncio.CancelledError:
            if connection:
                connection[1].close()
            raise
        self._free.append(connection)
        return answer

    async def _take(self) -> _Connection:
        while self._free:
            connection = self._free.pop()
            if not connection[0].at_eof():
                return connection
            connection[1].close()
        opening = asyncio.open_connection(self._host, self._port, limit=_BUFFER)
        return await asyncio.wait_for(opening, _CONNECT_SECONDS)

    async def aclose(self) -> None:
        """Close every connection."""
        while self._free:
            _, writer = self._free.pop()
            writer.close()
            with suppress(OSError):
                await writer.wait_closed()


async def _exchange(connection: _Connection, message: bytes) -> tuple[int, bytes]:
    reader, writer = connection
    writer.write(message)
    head = await reader.readuntil(_HEAD_END)
    found = _LENGTH.search(head)
    return int(head[_STATUS_AT]), await reader.readexactly(int(found[1])) if found else b""
