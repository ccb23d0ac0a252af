"""A stand to measure on: durable servers in a folder of their own, and how much CPU a process used."""

import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import ec

from deploy.local import databases, identity, places, programs
from deploy.local.binaries import find_postgres
from deploy.local.issuer import AUDIENCE, TokenIssuer
from deploy.local.servers import prepare_postgres, prepare_redis, wait_until_ready
from deploy.migrate import migrate

PASSWORD = "alleen-voor-metingen"  # noqa: S105, servers on this machine that live as long as the measurement
PORTS = (30_000, 39_000)
_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Stand:
    """Where the servers are, and the folder for whatever is measured."""

    folder: Path
    admin_url: str
    redis_url: str
    postgres_pid: int

    def database(self, room: str) -> databases.RoomDatabase:
        """Return a fresh, migrated database of a room."""
        passwords = dict.fromkeys(databases.role_names(room), PASSWORD)
        databases.ensure_roles(self.admin_url, room, passwords)
        made = databases.ensure_database(self.admin_url, room, passwords, name=f"bench_{room}")
        migrate(room, made.owner_url)
        return made

    def postgres_cpu(self) -> float:
        """Return the CPU seconds that the database used so far, with all its children, the ended ones too."""
        return sum(cpu_seconds(pid, with_children=True) for pid in (self.postgres_pid, *_children(self.postgres_pid)))


@contextmanager
def stand() -> Iterator[Stand]:
    """Start PostgreSQL and Redis as durable as in production; remove all of it at the end."""
    with ExitStack() as stack:
        where = places.SHARED_TEMPORARY if os.geteuid() == 0 else None
        folder = Path(tempfile.mkdtemp(prefix="ketenradar-bench-", dir=where))
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        folder.chmod(0o711)
        postgres = prepare_postgres(
            folder, port=programs.free_port(*PORTS), password=PASSWORD, settings={"shared_buffers": "512MB"}
        )
        store = prepare_redis(folder, port=programs.free_port(PORTS[0] + 1_000, PORTS[1]), password=PASSWORD)
        pids = []
        for server in (postgres, store):
            log = folder / f"{server.program.name}.log"
            process = programs.start(server.program, log)
            stack.callback(programs.stop, process, server.program.stop_signal)
            wait_until_ready(process, server.program, log)
            pids.append(process.pid)
        yield Stand(folder, postgres.url, store.url, pids[0])


@contextmanager
def issuer_on_http(port: int) -> Iterator[TokenIssuer]:
    """Serve the public keys of an issuer, so that a room checks tokens by its usual road."""
    issuer = TokenIssuer(f"http://127.0.0.1:{port}", ec.generate_private_key(ec.SECP256R1()))
    keys = json.dumps(issuer.jwks()).encode()

    class Keys(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(keys)))
            self.end_headers()
            self.wfile.write(keys)

        def log_message(self, *_: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", port), Keys)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield issuer
    finally:
        server.shutdown()
        server.server_close()


@contextmanager
def room_door(where: Stand, room: str, database_url: str, issuer: TokenIssuer) -> Iterator[tuple[int, int]]:
    """Run the door of a room as in production; yield its port and process id."""
    port = programs.free_port(PORTS[0] + 3_000, PORTS[1])
    keys = where.folder / f"{room}.sleutels.json"
    keys.write_text(identity.new_room_keys())
    env = _environment(where, room, database_url, issuer) | {"KETENRADAR_PORT": str(port)}
    with _running(env, f"services.{room}.main", where.folder / f"{room}.log") as process:
        ready = programs.answers(f"http://127.0.0.1:{port}/health")
        _wait(process, where.folder / f"{room}.log", lambda: ready(process.pid))
        yield port, process.pid


@contextmanager
def bare_door(where: Stand) -> Iterator[tuple[int, int]]:
    """Run a door that answers everybody that nothing changed (``bench.bare``); yield its port and process id."""
    port, log = programs.free_port(PORTS[0] + 4_000, PORTS[1]), where.folder / "bare.log"
    with _running({**os.environ, "KETENRADAR_PORT": str(port)}, "bench.bare", log) as process:
        _wait(process, log, lambda: _is_open(port))
        yield port, process.pid


def _is_open(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@contextmanager
def room_worker(where: Stand, room: str, database_url: str, issuer: TokenIssuer) -> Iterator[int]:
    """Run the worker of a room whose door was started before, with the same keys; yield its process id."""
    log = where.folder / f"{room}-worker.log"
    env = _environment(where, room, database_url, issuer) | {"KETENRADAR_LOG_LEVEL": "INFO"}
    with _running(env, f"services.{room}.worker", log) as process:
        _wait(process, log, lambda: "worker_started" in log.read_text())
        yield process.pid


def peak_memory(pid: int) -> float:
    """Return the most memory that a process held so far, in MiB."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return int(next(line for line in lines if line.startswith("VmHWM")).split()[1]) / 1_024


def _environment(where: Stand, room: str, database_url: str, issuer: TokenIssuer) -> dict[str, str]:
    keys = where.folder / f"{room}.sleutels.json"
    return {
        **os.environ,
        "KETENRADAR_OMGEVING": "lokaal",
        "KETENRADAR_DATABASE_URL": database_url,
        "KETENRADAR_REDIS_URL": where.redis_url,
        "KETENRADAR_ISSUER": issuer.issuer,
        "KETENRADAR_JWKS_URL": f"{issuer.issuer}/jwks",
        "KETENRADAR_AUDIENCE": AUDIENCE,
        "KETENRADAR_TOKEN_URL": f"{issuer.issuer}/token",
        "KETENRADAR_CLIENT_ID": f"ketenradar-{room}",
        "KETENRADAR_CLIENT_KEY_FILE": str(keys),
        "KETENRADAR_KEY_FILE": str(keys),
        "KETENRADAR_LOG_LEVEL": "WARNING",
        "KETENRADAR_POOL_SIZE": "40",
    }


@contextmanager
def _running(env: dict[str, str], module: str, log: Path) -> Iterator[subprocess.Popen[bytes]]:
    with log.open("wb") as output:
        process = subprocess.Popen(  # noqa: S603, our own program
            [sys.executable, "-m", module], env=env, cwd=places.PROJECT, stdout=output, stderr=output
        )
    try:
        yield process
    finally:
        process.terminate()
        process.wait(15)


def _wait(process: subprocess.Popen[bytes], log: Path, is_ready: Callable[[], bool]) -> None:
    until = time.monotonic() + 30
    while not is_ready():
        if time.monotonic() > until or process.poll() is not None:
            raise RuntimeError(log.read_text()[-2000:])
        time.sleep(0.05)


def pgbench(where: Stand, database_url: str, script: str, *, clients: int, seconds: int) -> float:
    """Return the transactions per second that pgbench reaches with one script."""
    file = where.folder / "floor.sql"
    file.write_text(script)
    binaries = find_postgres()
    told = subprocess.run(  # noqa: S603, the server's own program
        [
            *(str(binaries.folder / "pgbench"), "-n", "-M", "prepared", "-f", str(file)),
            *("-c", str(clients), "-j", str(min(clients, 2)), "-T", str(seconds), database_url),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    if told.returncode:
        raise RuntimeError(told.stderr[-2000:])
    line = next(line for line in told.stdout.splitlines() if line.startswith("tps ="))
    return float(line.split()[2])


def cpu_seconds(pid: int, *, with_children: bool = False) -> float:
    """Return the CPU seconds that a process used so far."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except FileNotFoundError:
        return 0.0
    ticks = int(fields[11]) + int(fields[12])
    if with_children:
        ticks += int(fields[13]) + int(fields[14])
    return ticks / _TICKS


def _children(pid: int) -> list[int]:
    try:
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except FileNotFoundError:
        return []
