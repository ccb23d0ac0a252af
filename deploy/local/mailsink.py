"""The mail server of a local run: it accepts every mail and lays it in a folder; nothing leaves the machine."""

import asyncio
import os
from pathlib import Path
from uuid import uuid4

from aiosmtpd.smtp import SMTP, Envelope, Session

from shared.clock import system_clock

SIZE_MAX = 10_000_000


class Sink:
    """Write each mail as one ``.eml`` file, oldest first by name."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802, aiosmtpd's
        """Keep one mail, whole or not at all."""
        content = envelope.original_content or b""
        name = f"{system_clock():%Y%m%dT%H%M%S%f}-{uuid4().hex[:6]}.eml"
        unfinished = self._folder / f".{name}"
        unfinished.write_bytes(content)
        unfinished.rename(self._folder / name)
        return "250 Bewaard"


async def serve(folder: Path, host: str, port: int) -> None:
    """Accept mail until the process is stopped."""
    loop = asyncio.get_running_loop()
    server = await loop.create_server(
        lambda: SMTP(Sink(folder), enable_SMTPUTF8=True, data_size_limit=SIZE_MAX, loop=loop), host, port
    )
    async with server:
        await server.serve_forever()


def main() -> None:
    """Serve where the environment says."""
    folder = Path(os.environ["KETENRADAR_POST_DIR"])
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    asyncio.run(serve(folder, os.environ["KETENRADAR_HOST"], int(os.environ["KETENRADAR_PORT"])))


if __name__ == "__main__":
    main()
