"""How the virus scanner is asked: its own protocol, byte by byte, and what its answers mean."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest

from services.intake.domain.bijlage import Oordeel
from services.intake.partners.virusscanner import scan

pytestmark = pytest.mark.anyio

Answering = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@asynccontextmanager
async def clamd(answering: Answering) -> AsyncIterator[str]:
    server = await asyncio.start_server(answering, "127.0.0.1", 0)
    async with server:
        yield f"tcp://127.0.0.1:{server.sockets[0].getsockname()[1]}"


async def pieces(*parts: bytes) -> AsyncIterator[bytes]:
    for part in parts:
        yield part


def saying(answer: bytes, heard: bytearray) -> Answering:
    async def answering(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heard.extend(await reader.readuntil(b"\0"))
        while size := int.from_bytes(await reader.readexactly(4)):
            heard.extend(await reader.readexactly(size))
        writer.write(answer)
        writer.close()

    return answering


@pytest.mark.parametrize(
    ("answer", "oordeel"),
    [
        (b"stream: OK\0", Oordeel.SCHOON),
        (b"stream: Eicar-Test-Signature FOUND\0", Oordeel.BESMET),
        (b"INSTREAM size limit exceeded. ERROR\0", Oordeel.TE_GROOT),
    ],
)
async def test_the_scanner_hears_every_byte_and_its_answer_is_understood(answer: bytes, oordeel: Oordeel) -> None:
    heard = bytearray()

    async with clamd(saying(answer, heard)) as url:
        found = await scan(url, pieces(b"een", b"twee"))

    assert found is oordeel
    assert heard == b"zINSTREAM\0eentwee"


@pytest.mark.parametrize("answer", [b"", b"stream: ", b"UNKNOWN COMMAND\0", b"OK\0", b"stream: OK FOUND? \0"])
async def test_an_answer_that_is_none_means_nothing(answer: bytes) -> None:
    async with clamd(saying(answer, bytearray())) as url:
        with pytest.raises(OSError, match="none"):
            await scan(url, pieces(b"een"))


async def test_a_scanner_that_hangs_up_on_a_large_file_has_said_so() -> None:
    async def answering(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readexactly(20)
        writer.write(b"INSTREAM size limit exceeded. ERROR\0")
        await writer.drain()
        writer.close()

    async with clamd(answering) as url:
        try:
            found = await scan(url, pieces(*[b"x" * 65_536] * 4))
        except OSError:
            return  # the answer went with the connection: it is asked again
        assert found is Oordeel.TE_GROOT


async def test_a_scanner_that_is_not_there_is_an_error_that_comes_right() -> None:
    with pytest.raises(OSError, match="Connect"):
        await scan("tcp://127.0.0.1:1", pieces(b"een"))
