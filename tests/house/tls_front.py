"""TLS in front of a server that has none: what the wheels of PostgreSQL and Redis lack, and the installation has.

Whoever comes without TLS is let go without an answer, as the servers of the installation do it.
"""

import asyncio
import contextlib
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

HOST = "127.0.0.1"
_SSL_REQUEST = b"\x00\x00\x00\x08\x04\xd2\x16\x2f"
_GSS_REQUEST = b"\x00\x00\x00\x08\x04\xd2\x16\x30"


def server_context(made: Path, server: str) -> ssl.SSLContext:
    """Return TLS as a server speaks it, with the certificate that was made for it."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    context.load_cert_chain(made / f"{server}_tls.crt", made / f"{server}_tls.key")
    return context


@contextmanager
def in_front_of_postgres(port: int, made: Path) -> Iterator[int]:
    """Let PostgreSQL's own way into TLS (SSLRequest) end here, and pass the rest on."""
    context = server_context(made, "postgres")

    async def meet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        asked = await reader.readexactly(8)
        if asked == _GSS_REQUEST:
            writer.write(b"N")
            asked = await reader.readexactly(8)
        if asked != _SSL_REQUEST:
            return False
        writer.write(b"S")
        await writer.drain()
        await writer.start_tls(context)
        return True

    with _front(port, None, meet) as own:
        yield own


@contextmanager
def in_front_of_redis(port: int, made: Path) -> Iterator[int]:
    """Speak TLS from the first byte."""

    async def meet(_reader: asyncio.StreamReader, _writer: asyncio.StreamWriter) -> bool:
        return True

    with _front(port, server_context(made, "redis"), meet) as own:
        yield own


@contextmanager
def _front(port: int, context: ssl.SSLContext | None, meet: object) -> Iterator[int]:
    loop = asyncio.new_event_loop()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError, asyncio.IncompleteReadError, ssl.SSLError):
            if await meet(reader, writer):  # type: ignore[operator]
                inner_reader, inner_writer = await asyncio.open_connection(HOST, port)
                await asyncio.gather(_pass_on(reader, inner_writer), _pass_on(inner_reader, writer))
        writer.close()

    server = loop.run_until_complete(asyncio.start_server(serve, HOST, 0, ssl=context, backlog=256))
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        loop.call_soon_threadsafe(server.close)
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        for task in asyncio.all_tasks(loop):
            task.cancel()
        loop.run_until_complete(asyncio.sleep(0.05))
        loop.close()


async def _pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError, ssl.SSLError):
        while chunk := await reader.read(65_536):
            writer.write(chunk)
            await writer.drain()
    writer.close()
