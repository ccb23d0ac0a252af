"""The deployment, run without an engine: the files of an image in a folder, the commands of compose as processes.

It reads the Dockerfile and the compose file and nothing else: what they say is what is started, with other
addresses and with the secrets in a folder of the test.
"""
# ruff: noqa: S603, the commands are those of our own files

import json
import os
import re
import shutil
import subprocess
import time
import venv
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatch
from importlib import metadata
from pathlib import Path, PurePosixPath
from typing import Any

import yaml

PROJECT = Path(__file__).resolve().parents[2]
ROOMS = ("intake", "triage", "handover", "monitoring")
DOCKERFILE = (PROJECT / "deploy" / "Dockerfile").read_text()
COMPOSE: dict[str, Any] = yaml.safe_load((PROJECT / "docker-compose.yml").read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
MADE = "./deploy/secrets/made/"


def room_of(service: str) -> str | None:
    """Return the room whose image a service runs, or None for the image of somebody else."""
    found = re.fullmatch(r"ketenradar/(\w+):.+", SERVICES[service]["image"])
    return found[1] if found else None


# --- the image -------------------------------------------------------------------------------------------------


def instructions() -> list[tuple[str, str]]:
    """Return the instructions of the last stage of the Dockerfile: what the image is."""
    joined = re.sub(r"\\\n", " ", re.sub(r"(?m)^#.*\n", "", DOCKERFILE))
    found = [tuple(line.split(maxsplit=1)) for line in joined.splitlines() if line.strip()]
    last = max(number for number, (word, *_) in enumerate(found) if word == "FROM")
    return [(str(word), str(rest)) for word, rest in found[last:]]


def image_environment(room: str) -> dict[str, str]:
    """Return what ENV sets in the image of a room."""
    pairs = [part for word, rest in instructions() if word == "ENV" for part in rest.split()]
    return dict(part.replace("${ROOM}", room).split("=", 1) for part in pairs)


def image_command() -> list[str]:
    """Return the CMD of the image."""
    return list(json.loads(next(rest for word, rest in reversed(instructions()) if word == "CMD")))


def build(room: str, folder: Path) -> Path:
    """Put in a folder what the image of a room copies out of the project, and nothing else."""
    for word, rest in instructions():
        if word == "COPY" and not rest.startswith("--from="):
            *sources, target = rest.replace("${ROOM}", room).split()
            for source in sources:
                _copy(source, folder, target)
    return folder


def _copy(source: str, folder: Path, target: str) -> None:
    origin = PROJECT / source
    files = [origin] if origin.is_file() else [file for file in origin.rglob("*") if file.is_file()]
    sent = [file for file in files if reaches_build(file.relative_to(PROJECT).as_posix())]
    assert sent, f"COPY {source}: .dockerignore keeps it out of the build"
    for file in sent:
        inside = file.name if origin.is_file() and target.endswith("/") else ""
        place = folder / target / (inside or ("" if origin.is_file() else file.relative_to(origin)))
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, place)


def reaches_build(path: str) -> bool:
    """Say whether .dockerignore lets a file into the build: the last line that fits decides."""
    inside = True
    for line in (PROJECT / ".dockerignore").read_text().splitlines():
        pattern = line.strip().removeprefix("!").rstrip("/")
        if pattern and not pattern.startswith("#") and _fits(PurePosixPath(path), pattern):
            inside = line.strip().startswith("!")
    return inside


def _fits(path: PurePosixPath, pattern: str) -> bool:
    if pattern.startswith("**/"):
        return any(fnmatch(part, pattern[3:]) for part in path.parts)
    return any(fnmatch(str(head), pattern) for head in (path, *path.parents) if str(head) != ".")


# --- a service -------------------------------------------------------------------------------------------------


def plain_python(folder: Path) -> Path:
    """Make an environment with the packages of ``locks/run.txt`` and no other; return its programs."""
    venv.create(folder, with_pip=False, symlinks=True)
    packages = next(folder.glob("lib/python*/site-packages"))
    for line in (PROJECT / "locks" / "run.txt").read_text().splitlines():
        if "==" in line:
            _link(line.split("==")[0], packages)
    return folder / "bin"


def _link(name: str, packages: Path) -> None:
    """Put one installed package in another environment; one that this machine does not need is left out."""
    try:
        found = metadata.distribution(name)
    except metadata.PackageNotFoundError:
        return
    for top in {file.parts[0] for file in found.files or () if file.parts[0] != ".."}:
        if not (packages / top).exists() and Path(str(found.locate_file(top))).exists():
            (packages / top).symlink_to(str(found.locate_file(top)))


@dataclass(frozen=True, slots=True)
class Engine:
    """Where the services of compose run in a test, and which of their addresses are others here."""

    folder: Path
    made: Path
    programs: Path
    ports: Mapping[str, int]
    other: Mapping[str, str] = field(default_factory=dict)

    def tree(self, room: str) -> Path:
        """Return the folder that stands for the root of the image of a room."""
        place = self.folder / "image" / room
        if not place.exists():
            build(room, place)
            compiled = next(rest for word, rest in instructions() if word == "RUN" and "compileall" in rest)
            subprocess.run(compiled.split(), cwd=place, env={"PATH": str(self.programs)}, check=True, timeout=300)
        return place

    def secrets(self, service: str) -> Path:
        """Lay out the secrets of a service as the engine does under /run/secrets."""
        place = self.folder / "secrets" / service
        if not place.exists():
            place.mkdir(parents=True)
            for entry in SERVICES[service].get("secrets", []):
                told = {"source": entry, "target": entry} if isinstance(entry, str) else entry
                target = told.get("target", told["source"])
                shutil.copyfile(
                    self.made / COMPOSE["secrets"][told["source"]]["file"].removeprefix(MADE),
                    place / Path(target).name,
                )
        return place

    def environment(self, service: str) -> dict[str, str]:
        """Return what a process of this service finds in its environment."""
        room = room_of(service)
        told = image_environment(room) if room else {}
        told |= {name: str(value) for name, value in SERVICES[service].get("environment", {}).items()}
        told |= {"PATH": f"{self.programs}:{os.defpath}", "KETENRADAR_SECRETS_DIR": str(self.secrets(service))}
        told |= {"KETENRADAR_HOST": "127.0.0.1", "NO_PROXY": "127.0.0.1", "HOME": str(self.folder)}
        if service in self.ports:
            told["KETENRADAR_PORT"] = str(self.ports[service])
        return {name: self.here(service, value) for name, value in told.items()} | dict(self.other)

    def here(self, service: str, text: str) -> str:
        """Return a text of compose with the places of the container replaced by those of the test."""
        text = text.replace("/run/secrets", str(self.secrets(service))).replace("$$", "$")
        text = re.sub(r"\$\{\w+:-([^}]*)\}", r"\1", text)
        return re.sub(
            r"https://(\w+):8000",
            lambda found: f"https://127.0.0.1:{self.ports[found[1]]}" if found[1] in self.ports else found[0],
            text,
        )

    def command(self, service: str) -> list[str]:
        """Return the command of a service: its own, or that of its image."""
        told = SERVICES[service].get("command") or image_command()
        return [self.here(service, re.sub("^/tmp/", f"{self.folder}/", part)) for part in told]

    def start(self, service: str) -> "subprocess.Popen[bytes]":
        """Start a service of a room; what it says goes to a file."""
        with (self.folder / f"{service}.log").open("wb") as log:
            return subprocess.Popen(
                self.command(service),
                cwd=self.tree(room_of(service) or ""),
                env=self.environment(service),
                stdout=log,
                stderr=subprocess.STDOUT,
            )

    def is_healthy(self, service: str) -> bool:
        """Run the health check of a service once."""
        check = SERVICES[service].get("healthcheck", {}).get("test") or ["CMD", *image_health()]
        done = subprocess.run(
            check[1:],
            cwd=self.tree(room_of(service) or ""),
            env=self.environment(service),
            capture_output=True,
            timeout=30,
            check=False,
        )
        return done.returncode == 0

    def said(self, service: str) -> str:
        """Return the end of what a service said."""
        return (self.folder / f"{service}.log").read_text(errors="replace")[-3000:]


def image_health() -> list[str]:
    """Return the command of the HEALTHCHECK of the image."""
    rest = next(rest for word, rest in instructions() if word == "HEALTHCHECK")
    return list(json.loads(rest.split("CMD", 1)[1]))


def flags_of_postgres() -> dict[str, str]:
    """Return the settings that compose gives PostgreSQL."""
    command = SERVICES["postgres"]["command"]
    return dict(value.split("=", 1) for flag, value in zip(command[1::2], command[2::2], strict=True) if flag == "-c")


def gateway_here(folder: Path, made: Path, places_of: Callable[[str], str] = str) -> Path:
    """Put the configuration of the gateway where a test can run it; return the main file."""
    gateway = PROJECT / "deploy" / "gateway"
    for source in gateway.glob("*.*"):
        text = source.read_text().replace("/tmp/", f"{folder}/")  # noqa: S108, of the container
        for name in ("problems.conf", "security-txt.conf", "security.txt"):
            text = text.replace(f"/etc/nginx/{name}", str(folder / name))
        text = text.replace("/run/secrets", str(made))
        text = text.replace("/etc/nginx/mime.types", str(folder / "mime.types"))
        (folder / source.name).write_text(places_of(text.replace("/dev/std", f"{folder}/std")))
    (folder / "mime.types").write_text("types { application/json json; }\n")
    return folder / "nginx.conf"


def until(seconds: float) -> Iterator[None]:
    """Go round until the time is over."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        yield
        time.sleep(0.2)
