"""Set up the environment on a machine with nothing but Python, then hand over: ``bootstrap.py LOCK [PROGRAM …]``.

Runs under any Python 3, before anything is installed: only the standard library, and no syntax newer than 3.6,
so that an old Python gets a sentence and not a trace. What is installed is what the locks name, with their hashes.
"""
# ruff: noqa: UP006, UP035, S606

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, Dict, List, Sequence, TextIO

OLDEST = (3, 11)
NEWER_NAMES = ("python3.13", "python3.12", "python3.11", "python3.14")
PROJECT = Path(__file__).resolve().parents[2]
RUN = PROJECT / ".run"
VENV = PROJECT / ".venv"
TOOLS = RUN / "tools"
LOG = RUN / "setup.log"
TOLD_EVERY_SECONDS = 10
# Each lock holds all of the ones before it, so a fuller environment is never emptied for a smaller need.
LOCKS = ("local", "dev", "check")
# A tool that asks for other versions than ours stands in an environment of its own.
ASIDE = ("semgrep",)
NETWORK_SIGNS = (
    "error sending request",
    "dns error",
    "failed to lookup",
    "name resolution",
    "network is unreachable",
    "connection refused",
    "connection reset",
    "timed out",
    "newconnectionerror",
    "max retries",
    "could not connect",
    "failed to fetch",
    "tunnel",
)


class SetupError(Exception):
    """Carry one Dutch sentence for whoever typed the command."""


def main(argv: List[str]) -> int:
    """Set up what a command needs and become that command."""
    lock, command = argv[0], argv[1:]
    try:
        _check_platform()
        _use_new_enough_python()
        prepare(lock)
    except SetupError as error:
        sys.stderr.write(f"\nketenradar: {error}\n")
        return 1
    except KeyboardInterrupt:
        sys.stderr.write("\nketenradar: afgebroken.\n")
        return 130
    if not command:
        return 0
    # Whoever asks Python to keep no compiled files makes a dozen processes compile the same modules at every start.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    program = str(_home(lock) / "bin" / command[0])
    sys.stdout.flush()
    os.chdir(str(PROJECT))
    os.execv(program, [program, *command[1:]])
    return 0


def prepare(lock: str) -> None:
    """Make the environment of a lock hold everything of it; at once when it already does."""
    if _is_ready(lock):
        return
    _check_writable()
    with (RUN / "setup.lock").open("w") as held:
        _wait_for(held)
        if _is_ready(lock):
            return
        _write(LOG, "")
        begin = time.monotonic()
        uv = _ensure_uv()
        _ensure_venv(uv, _home(lock))
        _sync(uv, lock)
        if lock in LOCKS:
            _link_project()
        _write(_stamp(lock), _fingerprint(lock))
        _say(f"[4/4] Klaar in {time.monotonic() - begin:.0f} s.")


# --- what this machine is --------------------------------------------------------------------------------------


def _check_platform() -> None:
    if sys.platform == "win32":
        raise SetupError("Windows wordt niet ondersteund. Gebruik WSL 2, of de containers in docker-compose.yml.")


def _use_new_enough_python() -> None:
    """Go on under a newer Python when this one is too old and a newer one is near."""
    if sys.version_info >= OLDEST:
        return
    for name in NEWER_NAMES:
        found = shutil.which(name)
        if found:
            os.execv(found, [found, *sys.argv])
    raise SetupError(
        f"Python {_version(sys.version_info)} is te oud; Ketenradar vraagt Python {_version(OLDEST)} of nieuwer. "
        "Installeer die, of wijs hem aan: make run PYTHON=/pad/naar/python3.12"
    )


def _version(numbers: Sequence[Any]) -> str:
    return f"{numbers[0]}.{numbers[1]}"


def _check_writable() -> None:
    try:
        RUN.mkdir(parents=True, exist_ok=True)
        probe = RUN / "schrijfproef"
        probe.touch()
        probe.unlink()
    except OSError:
        raise SetupError(
            f"in de map {PROJECT} kan niet worden geschreven. Zet de broncode in een map die van u is."
        ) from None


def _wait_for(held: TextIO) -> None:
    """Let one command at a time set up the environment."""
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        _say("Een ander commando richt de omgeving al in; even wachten …")
        fcntl.flock(held, fcntl.LOCK_EX)


# --- what is there already -------------------------------------------------------------------------------------


def _is_ready(lock: str) -> bool:
    fuller = LOCKS[LOCKS.index(lock) :] if lock in LOCKS else (lock,)
    return _python(_home(lock)).exists() and any(_read(_stamp(name)) == _fingerprint(name) for name in fuller)


def _home(lock: str) -> Path:
    """Return the environment of a lock: the one of the project, or its own."""
    return RUN / lock if lock in ASIDE else VENV


def _python(home: Path) -> Path:
    return home / "bin" / "python"


def _stamp(lock: str) -> Path:
    return _home(lock) / f".ketenradar-{lock}"


def _fingerprint(lock: str) -> str:
    """Return what the environment depends on: the lock, and where the project stands."""
    return hashlib.sha256(f"{PROJECT}\n{_read(_lock_file(lock))}".encode()).hexdigest()


def _lock_file(lock: str) -> Path:
    return PROJECT / "locks" / f"{lock}.txt"


# --- the steps -------------------------------------------------------------------------------------------------


def _ensure_uv() -> str:
    """Return the command of uv, the installer: pinned, in a folder of ours, without touching the system."""
    pinned = _lock_file("tools")
    wanted = _read(pinned).split("\n", 1)[0].rstrip(" \\")
    uv = TOOLS / "bin" / "uv"
    if uv.exists() and _read(TOOLS / "versie") == wanted:
        return str(uv)
    _say(f"[1/4] Installatieprogramma ophalen ({wanted}) …")
    try:
        pip = _find_pip()
    except SetupError:
        found = shutil.which("uv")
        if found:
            return found
        raise
    options = ["--no-deps", "--require-hashes", "--only-binary", ":all:", "--target", str(TOOLS), "--upgrade"]
    options += ["--disable-pip-version-check", "--no-warn-script-location", "--quiet", "-r", str(pinned)]
    _run([*pip, "install", *options], "het installatieprogramma ophalen")
    _write(TOOLS / "versie", wanted)
    return str(uv)


def _find_pip() -> List[str]:
    """Return a command that is pip: of this Python, or of an environment that this Python can still make."""
    if _works([sys.executable, "-m", "pip", "--version"]):
        return [sys.executable, "-m", "pip"]
    aside = RUN / "pip"
    if _works([sys.executable, "-m", "venv", "--clear", str(aside)]):
        return [str(aside / "bin" / "python"), "-m", "pip"]
    raise SetupError(
        "deze Python heeft geen pip en kan het ook niet maken. Installeer het pakket van uw systeem "
        "(Debian en Ubuntu: apt install python3-pip) en probeer het opnieuw."
    )


def _ensure_venv(uv: str, home: Path) -> None:
    # Scripts in it name its own place: after a move or a new Python it is made again.
    place = home / ".ketenradar-plaats"
    if _read(place) == str(PROJECT) and _works([str(_python(home)), "-c", ""]):
        return
    _say(f"[2/4] Python-omgeving maken ({home.name}, Python {_version(sys.version_info)}) …")
    _run([uv, "venv", "--quiet", "--clear", "--python", sys.executable, str(home)], "de Python-omgeving maken")
    _write(place, str(PROJECT))


def _sync(uv: str, lock: str) -> None:
    file = _lock_file(lock)
    count = sum("==" in line for line in _read(file).splitlines())
    _say(f"[3/4] {count} pakketten installeren (locks/{lock}.txt) …")
    options = ["--python", str(_python(_home(lock))), "--require-hashes", "--only-binary", ":all:"]
    _run([uv, "pip", "sync", *options, str(file)], "de pakketten installeren")


def _link_project() -> None:
    """Make the project importable and give it its command, without building anything."""
    python = _python(VENV)
    ask = "import sysconfig; print(sysconfig.get_path('purelib'))"
    folder = subprocess.check_output([str(python), "-c", ask], universal_newlines=True).strip()
    _write(Path(folder) / "ketenradar.pth", f"{PROJECT}\n")
    launcher = VENV / "bin" / "ketenradar"
    quoted = str(python).replace("'", "'\\''")
    _write(launcher, f"#!/bin/sh\nexec '{quoted}' -m deploy.local \"$@\"\n")
    launcher.chmod(0o755)


# --- running and telling ---------------------------------------------------------------------------------------


def _environment() -> Dict[str, str]:
    """Return the environment for the installers: system certificates, no downloads of a Python, a cache of ours."""
    env = dict(os.environ)
    env.update(UV_PYTHON_DOWNLOADS="never", UV_SYSTEM_CERTS="true", UV_NO_PROGRESS="1")
    if "PIP_INDEX_URL" in env:  # an organisation's own mirror holds for both installers
        env.setdefault("UV_DEFAULT_INDEX", env["PIP_INDEX_URL"])
    env.setdefault("UV_CACHE_DIR", str(RUN / "cache"))
    env.setdefault("UV_HTTP_TIMEOUT", "60")
    if not os.access(env.get("HOME") or "", os.W_OK):
        env["HOME"] = str(RUN)
    for name in ("VIRTUAL_ENV", "CONDA_PREFIX", "PYTHONPATH", "PYTHONHOME"):
        env.pop(name, None)
    return env


def _run(command: List[str], what: str) -> None:
    """Run one step with its output in the log; show every ten seconds that it is still going on."""
    begin = told = time.monotonic()
    try:
        with LOG.open("a") as log:
            log.write(f"$ {' '.join(command)}\n")
            log.flush()
            process = subprocess.Popen(
                command, cwd=str(RUN), env=_environment(), stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )
        while process.poll() is None:
            time.sleep(0.05)
            if time.monotonic() - told >= TOLD_EVERY_SECONDS:
                told = time.monotonic()
                _say(f"      … nog bezig ({told - begin:.0f} s)")
    except OSError as error:
        raise SetupError(f"{what} lukt niet: {error.strerror}.") from None
    if process.returncode:
        raise SetupError(_explain(what))


def _explain(what: str) -> str:
    """Return why a step failed, as far as its output tells."""
    told = _read(LOG).lower()
    reason = ""
    if "no space left" in told:
        reason = ": de schijf is vol"
    elif "hash" in told and "mismatch" in told:
        reason = ": een pakket heeft niet de vingerafdruk van het slotbestand"
    elif "certificate" in told or "unknownissuer" in told:
        reason = ": het certificaat van de verbinding wordt niet vertrouwd"
    elif any(sign in told for sign in NETWORK_SIGNS):
        reason = ": geen verbinding met het netwerk, en die is de eerste keer nodig"
    elif "no matching distribution" in told or "no usable wheels" in told or "building source" in told:
        reason = ": voor deze machine bestaat een pakket niet kant-en-klaar"
    return f"{what} lukt niet{reason}. De melding staat in {LOG}."


def _works(command: List[str]) -> bool:
    null = subprocess.DEVNULL
    try:
        return subprocess.call(command, stdin=null, stdout=null, stderr=null) == 0
    except OSError:
        return False


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except OSError:
        return ""


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
