"""The virus scanner: ClamAV's daemon, asked by its own protocol (INSTREAM), which sees the bytes and nothing else."""

import asyncio
from collections.abc import AsyncIterator
from urllib.parse import urlsplit

from services.intake.domain.bijlage import Oordeel

_CONNECT_SECONDS = 5.0
_SCAN_SECONDS = 120.0
_ANSWER_BYTES_MAX = 4_096
_PORT = 3_310


async def scan(url: str, pieces: AsyncIterator[bytes]) -> Oordeel:
    """Return what clamd says of some bytes; raises ``OSError`` when it cannot be asked or says nothing we know."""
    async with asyncio.timeout(_SCAN_SECONDS):
        reader, writer = await _connect(url)
        try:
            writer.write(b"zINSTREAM\0")
            try:
                async for piece in pieces:
                    writer.write(len(piece).to_bytes(4) + piece)
                    await writer.drain()
                writer.write(b"\0\0\0\0")
                await writer.drain()
            except ConnectionError:
                pass  # it hangs up on what is too large for it, and has said so before
            answer = await reader.read(_ANSWER_BYTES_MAX)
        finally:
            writer.close()
    return _judged(answer.rstrip(b"\0\r\n "))


async def _connect(url: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    told = urlsplit(url)
    async with asyncio.timeout(_CONNECT_SECONDS):
        if told.scheme == "unix":
            return await asyncio.open_unix_connection(told.path)
        return await asyncio.open_connection(told.hostname or "", told.port or _PORT)


def _judged(answer: bytes) -> Oordeel:
    """Return what an answer means; the name of what was found is not kept."""
    if answer == b"stream: OK":
        return Oordeel.SCHOON
    if answer.startswith(b"stream: ") and answer.endswith(b" FOUND"):
        return Oordeel.BESMET
    if b"size limit exceeded" in answer:
        return Oordeel.TE_GROOT
    raise OSError("the scanner gave an answer that is none")
