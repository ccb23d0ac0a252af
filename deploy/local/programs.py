"""What a program of the local run is, and how one is started and asked whether it is ready."""

import os
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

GUARD = Path(__file__).with_name("guard.py")
HOST = "127.0.0.1"

Ready = Callable[[int], bool]


def ready_at_once(_pid: int) -> bool:
    """Say that a program needs no gate: it is ready as soon as it lives."""
    return True


@dataclass(frozen=True, slots=True)
class Program:
    """One process of the run: what to start, how to know that it works, how to end it."""

    name: str
    role: str  # "server", "dienst", "api", "worker", "celery", "beat" or "demo"
    argv: tuple[str, ...]
    env: Mapping[str, str] = field(default_factory=dict)
    cwd: Path = Path("/")
    user: str = ""
    ready: Ready = ready_at_once
    says: str = ""  # what it writes in its log when it is ready, for a program without a door to knock on
    ready_within: float = 60.0
    stop_signal: signal.Signals = signal.SIGTERM
    death_signal: signal.Signals = signal.SIGKILL

    def spawn(self, output: int) -> dict[str, Any]:
        """Return how to start it: a session of its own, nothing to read, everything it says to ``output``."""
        return {
            "env": dict(self.env),
            "cwd": self.cwd,
            "stdin": subprocess.DEVNULL,
            "stdout": output,
            "stderr": subprocess.STDOUT,
            "start_new_session": True,
        }

    def command(self) -> list[str]:
        """Return the command that starts it, tied to this process."""
        tie = [str(os.getpid()), str(int(self.death_signal)), self.user]
        return [sys.executable, "-I", "-S", str(GUARD), *tie, *self.argv]


def start(program: Program, log: Path) -> subprocess.Popen[bytes]:
    """Start a program in a session of its own, with its output at the end of ``log``.

    Call it from the main thread only: on Linux the tie is to the thread that forks.
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as output:
        return subprocess.Popen(program.command(), **program.spawn(output.fileno()))


def signal_group(pid: int, sign: signal.Signals) -> None:
    """Send a signal to a program and everything in its group; a group that is gone is fine."""
    try:
        os.killpg(pid, sign)
    except (ProcessLookupError, PermissionError):
        return


def stop(process: subprocess.Popen[bytes], sign: signal.Signals, *, within: float = 10.0) -> None:
    """Ask a program to stop, and end it when it does not listen."""
    if process.poll() is None:
        process.send_signal(sign)
        try:
            process.wait(within)
        except subprocess.TimeoutExpired:
            signal_group(process.pid, signal.SIGKILL)
            process.wait()
    signal_group(process.pid, signal.SIGKILL)


def port_is_free(port: int) -> bool:
    """Say whether a program of ours could listen on this port now."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True


def free_port(first: int, last: int, *, taken: tuple[int, ...] = ()) -> int:
    """Return the first free port of a range.

    Never a port that the kernel hands out by itself: a client that tries to reach a server that is being
    restarted could be given the server's own port, and keep it.
    """
    for port in range(first, last + 1):
        if port not in taken and port_is_free(port):
            return port
    raise OSError(f"geen vrije poort tussen {first} en {last}")


def listens(port: int) -> Ready:
    """Return a gate that opens when something accepts connections on ``port``."""

    def probe(_pid: int) -> bool:
        try:
            with socket.create_connection((HOST, port), timeout=1):
                return True
        except OSError:
            return False

    return probe


def answers(url: str) -> Ready:
    """Return a gate that opens when ``url`` answers 200."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))

    def probe(_pid: int) -> bool:
        try:
            with opener.open(url, timeout=2) as response:
                return bool(response.status == 200)  # noqa: PLR2004, the word OK
        except (OSError, urllib.error.URLError):
            return False

    return probe
