"""Whether the process in this container does its work: ``python -m deploy.health api|worker|chores``.

An api must answer on its own port. A worker must have asked its streams for work a short while ago: Redis keeps
that moment for every consumer, so a loop that hangs shows, and not only a process that is gone. The chores note in
the database when they ran; beat and the worker of Celery are well when the sweep ran a short while ago.
"""

import os
import sys
import urllib.request
from pathlib import Path

# Every import below is made where it is needed: this runs all day long, and most of it is the start of Python.
# ruff: noqa: PLC0415

SECONDS = 3.0
IDLE_MS_MAX = 120_000  # a batch that fails is tried again one message at a time; that may take a while
SWEPT_SECONDS_MAX = 300
OK = 200


def api_answers(port: str, *, authority: str = "") -> bool:
    """Say whether the room answers on its own port; over TLS, checked by ``authority``, when there is one."""
    handlers: list[urllib.request.BaseHandler] = [urllib.request.ProxyHandler({})]
    if authority:
        import ssl

        handlers.append(urllib.request.HTTPSHandler(context=ssl.create_default_context(cafile=authority)))
    opener = urllib.request.build_opener(*handlers)
    scheme = "https" if authority else "http"
    with opener.open(f"{scheme}://127.0.0.1:{port}/health", timeout=SECONDS) as answer:
        return bool(answer.status == OK)


def worker_reads(url: str, room: str) -> bool:
    """Say whether a consumer on this host asked each stream of the room for work a short while ago."""
    import socket

    import redis

    from shared.events.catalogue import Room, sources_of, stream_of

    mine = f"{socket.gethostname()}-".encode()
    with redis.Redis.from_url(url, socket_timeout=SECONDS, socket_connect_timeout=SECONDS) as client:
        return all(
            any(
                consumer["name"].startswith(mine) and consumer["idle"] < IDLE_MS_MAX
                for consumer in client.xinfo_consumers(stream_of(source), room)
            )
            for source in sources_of(Room(room))
        )


def chores_run(url: str) -> bool:
    """Say whether the sweep of the terms ran a short while ago."""
    import psycopg

    from shared.work import WORKER_WALL

    # Who says nothing of who it is sees no row, also not that of a heartbeat.
    wall = f"-c keten.rol={WORKER_WALL}"
    with psycopg.connect(url, connect_timeout=int(SECONDS), options=wall) as connection:
        found = connection.execute(
            "SELECT 1 FROM hartslag WHERE naam = 'sweep_termijnen' AND tijdstip > now() - make_interval(secs => %s)",
            [SWEPT_SECONDS_MAX],
        )
        return found.fetchone() is not None


def _told(name: str) -> str:
    """Return a setting of the room, from the environment or from the folder of secrets."""
    folder = Path(os.environ.get("KETENRADAR_SECRETS_DIR", "/run/secrets"))
    return os.environ.get(name) or (folder / name.lower()).read_text().strip()


def _works(kind: str) -> bool:
    match kind:
        case "api":
            tls = os.environ.get("KETENRADAR_TLS_CERTIFICATE_FILE")
            authority = os.environ["KETENRADAR_TLS_CA_FILE"] if tls else ""
            return api_answers(os.environ.get("KETENRADAR_PORT", "8000"), authority=authority)
        case "worker":
            return worker_reads(_told("KETENRADAR_REDIS_URL"), os.environ["ROOM"])
        case "chores":
            return chores_run(_told("KETENRADAR_DATABASE_URL"))
        case _:
            raise ValueError("api|worker|chores")


def main(argv: list[str]) -> int:
    """Answer with the exit code: 0 when the process works. What is wrong is named by its kind, never by its text."""
    try:
        return 0 if _works(argv[0]) else 1
    except Exception as error:  # noqa: BLE001, whatever it is, the process cannot show that it works
        sys.stderr.write(f"{type(error).__name__}\n")
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
