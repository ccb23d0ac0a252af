"""Which processes the house consists of, and what each of them is told about the others."""

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from deploy.local import identity, places
from deploy.local.databases import ROOMS, RoomDatabase
from deploy.local.programs import HOST, Program, Ready, answers, listens, ready_at_once
from deploy.migrate import url_variable

ALERT_TO = "teamleider@voorbeeld.invalid"
# Which partners of intake the stand-in server plays, and where in it.
PARTNERS: Mapping[str, str] = {
    "SISA": "/sisa",
    "SLUIS": "/sluis",
    "VT_REGISTER": "/vt-register",
    "LEERPLICHT": "/leerplicht",
    "SCHOLEN": "/scholen",
}
_NOT_PASSED_ON = (
    "DATABASE_URL",
    "REDIS_URL",
    "KETENRADAR_MIGRATION_URL",
    "PYTHONPATH",
    "PYTHONHOME",
    # Without compiled files each of a dozen processes compiles everything that it imports: half of its start.
    "PYTHONDONTWRITEBYTECODE",
    "MAKEFLAGS",
)


@dataclass(frozen=True, slots=True)
class Ports:
    """Where everything listens: the rooms side by side from the base, the rest wherever there is room."""

    base: int
    postgres: int
    redis: int
    issuer: int
    mail: int
    partners: int

    def of(self, room: str) -> int:
        """Return the port of a room."""
        return self.base + ROOMS.index(room)


@dataclass(frozen=True, slots=True)
class House:
    """Everything that the processes of one run must be told."""

    state: Path
    data: Path
    secrets: Path
    post: Path
    clock: Path | None
    ports: Ports
    databases: Mapping[str, RoomDatabase]
    redis_url: str

    @property
    def issuer_url(self) -> str:
        """The name and address of the token issuer."""
        return f"http://{HOST}:{self.ports.issuer}"

    @property
    def partners_url(self) -> str:
        """The address of the server that stands in for the partners."""
        return f"http://{HOST}:{self.ports.partners}"

    @property
    def urls(self) -> dict[str, str]:
        """The address of every room."""
        return {room: f"http://{HOST}:{self.ports.of(room)}" for room in ROOMS}


def base_environment() -> dict[str, str]:
    """Return the environment of whoever started the run, without what is meant for the run itself."""
    env = {name: value for name, value in os.environ.items() if name not in _NOT_PASSED_ON}
    # A proxy for the way out must not be asked the way to this machine.
    away = [part for part in env.get("NO_PROXY", env.get("no_proxy", "")).split(",") if part]
    env["NO_PROXY"] = env["no_proxy"] = ",".join(dict.fromkeys([*away, HOST, "localhost"]))
    return {**env, "PYTHONUNBUFFERED": "1", "KETENRADAR_OMGEVING": "lokaal", "KETENRADAR_HOST": HOST}


def room_environment(house: House, room: str) -> dict[str, str]:
    """Return what one room is told; it learns no password and no key of another room."""
    told = {
        "DATABASE_URL": house.databases[room].app_url,
        "REDIS_URL": house.redis_url,
        "ISSUER": house.issuer_url,
        "JWKS_URL": f"{house.issuer_url}/jwks",
        "TOKEN_URL": f"{house.issuer_url}/token",
        "AUDIENCE": "ketenradar",
        "CLIENT_ID": identity.client_id(room),
        "CLIENT_KEY_FILE": str(identity.client_key_file(house.secrets, room)),
        "KEY_FILE": str(identity.key_file(house.secrets, room)),
        "PORT": str(house.ports.of(room)),
        "SMTP_URL": f"smtp://{HOST}:{house.ports.mail}",
        "ALERT_TO": ALERT_TO,
        "DASHBOARD_OPEN": "true",
        "DASHBOARD_URL": house.urls["monitoring"],
        "AANMELDEN_URL": f"{house.issuer_url}/authorize",
        "LOG_LEVEL": _log_level(),
        **{f"{name.upper()}_URL": url for name, url in house.urls.items()},
    }
    if house.clock:
        told["CLOCK_FILE"] = str(house.clock)
    if room == "intake":
        told |= {f"{name}_URL": f"{house.partners_url}{path}" for name, path in PARTNERS.items()}
    return base_environment() | {f"KETENRADAR_{name}": value for name, value in told.items()}


def migration(house: House) -> Program:
    """Return the program that brings the tables of every room up to date, each as its own owner."""
    urls = {url_variable(room): house.databases[room].owner_url for room in ROOMS}
    return _python("migratie", "klus", base_environment() | urls, "-m", "deploy.migrate", *ROOMS)


def services(house: House) -> list[Program]:
    """Return what stands in for the world around: an identity provider, a mail server, and the partners."""
    issuer = {
        "KETENRADAR_ISSUER": house.issuer_url,
        "KETENRADAR_DASHBOARD_URL": house.urls["monitoring"],
        "KETENRADAR_STATE_DIR": str(house.state),
        "KETENRADAR_SECRETS_DIR": str(house.secrets),
        "KETENRADAR_PORT": str(house.ports.issuer),
    }
    mail = {"KETENRADAR_POST_DIR": str(house.post), "KETENRADAR_PORT": str(house.ports.mail)}
    partners = {"KETENRADAR_PORT": str(house.ports.partners)}
    health = answers(f"{house.issuer_url}/health")
    return [
        _python("uitgever", "dienst", base_environment() | issuer, "-m", "deploy.local.issuer", ready=health),
        _python(
            "post", "dienst", base_environment() | mail, "-m", "deploy.local.mailsink", ready=listens(house.ports.mail)
        ),
        _python(
            "partners",
            "dienst",
            base_environment() | partners,
            "-m",
            "deploy.local.standin",
            ready=answers(f"{house.partners_url}/health"),
        ),
    ]


def rooms(house: House) -> list[Program]:
    """Return the doors and the workers of the four rooms, and the chores of monitoring."""
    doors = [
        _python(
            room,
            "api",
            room_environment(house, room),
            "-m",
            f"services.{room}.main",
            ready=answers(f"{house.urls[room]}/health"),
        )
        for room in ROOMS
    ]
    workers = [
        _python(
            f"{room}-worker",
            "worker",
            room_environment(house, room) | {"KETENRADAR_WORKER_NAME": f"{room}-worker"},
            "-m",
            f"services.{room}.worker",
            says=_when_told("worker_started"),
        )
        for room in ROOMS
    ]
    return [*doors, *workers, *chores(house)]


def chores(house: House) -> list[Program]:
    """Return the Celery worker and the one beat that rings it."""
    env = room_environment(house, "monitoring")
    celery = ("-m", "celery", "-A", "services.monitoring.chores")
    worker = ("worker", "--pool", "solo", "-n", "klussen@lokaal", "--loglevel", "INFO")
    quiet = ("--without-gossip", "--without-mingle", "--without-heartbeat")
    schedule = ("-s", str(house.data / "celerybeat-schedule"), "--pidfile=", "--loglevel", "INFO")
    return [
        _python("celery", "celery", env, *celery, *worker, *quiet, says=_when_told("ready")),
        _python("beat", "beat", env, *celery, "beat", *schedule, says="beat: Starting"),
    ]


def player(house: House, *, state_file: Path, months: int, seed: int) -> Program:
    """Return the program that plays the region through the doors."""
    env = base_environment() | {"KETENRADAR_STATE_DIR": str(house.state)}
    if house.clock:
        env["KETENRADAR_CLOCK_FILE"] = str(house.clock)
    told = ("--maanden", str(months), "--zaad", str(seed), "--state", str(state_file))
    return _python("demo", "demo", env, "-m", "deploy.demo", *told)


def _log_level() -> str:
    return os.environ.get("KETENRADAR_LOG_LEVEL", "INFO").upper()


def _when_told(line: str) -> str:
    """Return the line to wait for in a log, or nothing when the log is set to leave such lines out."""
    return line if _log_level() in {"DEBUG", "INFO"} else ""


def _python(
    name: str,
    role: str,
    env: Mapping[str, str],
    *arguments: str,
    ready: Ready = ready_at_once,
    says: str = "",
) -> Program:
    argv = (sys.executable, *arguments)
    return Program(name, role, argv, env=env, cwd=places.PROJECT, ready=ready, says=says)
