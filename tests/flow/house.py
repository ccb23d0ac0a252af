"""The whole house in real processes, as a user runs it, and the people who work with it."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
import psycopg
from psycopg.rows import dict_row
from redis import Redis
from redis.exceptions import RedisError

from deploy.local import places
from deploy.local.issuer import issuer_from
from deploy.local.programs import GUARD, port_is_free
from shared.clock import SimulatedClock, system_clock
from shared.events.catalogue import Room, sources_of, stream_of

PORTS = (21_000, 29_000)
START_SECONDS = 150.0
STOP_SECONDS = 90.0  # the supervisor gives each of its eight groups ten
SETTLE_SECONDS = 60.0
ANSWER_SECONDS = 10.0


_UP = (sys.executable, "-m", "deploy.local", "up")
# What a room told and has not published yet, and up to where it published.
_TOLD = """
SELECT (SELECT count(*) FROM outbox WHERE stream_ms IS NULL) AS open, (SELECT count(*) FROM outbox) AS told,
       laatste_ms, laatste_nr FROM (SELECT 1) AS one LEFT JOIN relay_stand ON true
"""
_DUE_TASKS = "SELECT count(*) FROM taak WHERE status = 'open' AND niet_voor <= %s"
Stand = list[tuple[int, int] | None]


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with a token: what they send and get, without a word about HTTP."""

    token: str
    urls: dict[str, str]
    http: httpx.Client

    def call(
        self,
        method: str,
        room: str,
        path: str,
        body: Any = None,
        *,
        headers: dict[str, str] | None = None,
        params: dict[str, str] | None = None,
    ) -> httpx.Response:
        return self.http.request(
            method,
            f"{self.urls[room]}/v1{path}",
            json=body,
            params=params,
            headers={"Authorization": f"Bearer {self.token}", **(headers or {})},
        )

    def get(self, room: str, path: str, **params: str) -> Any:
        answer = self.call("GET", room, path, params=params or None)
        assert answer.status_code == 200, (answer.status_code, path, answer.text)
        return answer.json()

    def post(self, room: str, path: str, body: Any = None, *, status: int = 201) -> Any:
        answer = self.call("POST", room, path, body)
        assert answer.status_code == status, (answer.status_code, path, answer.text)
        return answer.json()

    def send_file(self, room: str, path: str, content: str, kind: str) -> Any:
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": kind}
        answer = self.http.post(f"{self.urls[room]}/v1{path}", content=content.encode(), headers=headers)
        assert answer.status_code in {201, 202}, (answer.status_code, path, answer.text)
        return answer.json()

    def change(self, room: str, path: str, sub: str, body: Any, *, status: int = 200) -> Any:
        """Read, then change what was read: the two steps that a person takes."""
        etag = self.call("GET", room, path).headers["ETag"]
        answer = self.call("PUT", room, path + sub, body, headers={"If-Match": etag})
        assert answer.status_code == status, (answer.status_code, path + sub, answer.text)
        return answer.json()


class House:
    """A running house, seen from outside: its state file, its doors, and (for the proof) its databases."""

    def __init__(self, folder: Path, told: dict[str, str], http: httpx.Client) -> None:
        self.folder = folder
        self._told = told
        self._http = http  # one for everybody: to make a connection costs more than to ask a question
        self._process: subprocess.Popen[bytes]

    @property
    def state(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads((self.folder / "state.json").read_text())
        return found

    def person(self, rol: str, organisatie: str = "", *gemeenten: str) -> Person:
        """Return somebody with a role; without an organisation the one of the local run."""
        if not organisatie:
            return Person(self.state["tokens"][rol], self.state["urls"], self._http)
        issuer = issuer_from(self.folder, self.state["issuer"])
        return Person(issuer.mint(rol, organisatie, gemeenten=gemeenten), self.state["urls"], self._http)

    def cli(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "deploy.local.cli", *arguments]
        env = {**os.environ, "KETENRADAR_STATE_DIR": str(self.folder)}
        return subprocess.run(  # noqa: S603, our own command
            command, env=env, capture_output=True, text=True, check=False, cwd=places.PROJECT, timeout=120
        )

    def rows(self, room: str, query: str, *values: object) -> list[dict[str, Any]]:
        """Return rows of a room's database: only to prove what the doors say."""
        url = self.state["databaseUrls"][room]
        with psycopg.connect(url, row_factory=dict_row, connect_timeout=5) as connection:
            return connection.execute(query.encode(), values).fetchall()

    def scalar(self, room: str, query: str, *values: object) -> Any:
        return next(iter(self.rows(room, query, *values)[0].values()))

    def redis(self) -> Redis:
        return Redis.from_url(self.state["redisUrl"], socket_timeout=5)

    def pids(self) -> dict[str, int]:
        """Return the process id of everything that the supervisor keeps running."""
        return {process["name"]: int(process["pid"]) for process in self.state["processes"]}

    def signal(self, name: str, sign: signal.Signals) -> None:
        os.kill(self.pids()[name], sign)

    def settle(self, seconds: float = SETTLE_SECONDS) -> None:
        """Wait until every fact told is handled by every reader, and every task that is due is done."""
        now: Stand | None = None

        def stands_still() -> bool:
            # Rooms are looked at one after the other, and what one of them hears makes another one speak: only when
            # nothing was told between two looks was there nothing on its way.
            nonlocal now
            before, now = now, self._stand()
            return now is not None and now == before

        wait_for(stands_still, seconds, "not everything that was told and planned is done")

    def now(self) -> datetime:
        """Return what time it is in the house."""
        clock = self.folder / "klok"
        return SimulatedClock(clock)() if clock.exists() else system_clock()

    def _stand(self) -> Stand | None:
        """Return how far each room came in telling, or nothing while something is still to be done."""
        try:
            if self.scalar("intake", _DUE_TASKS, self.now()):
                return None
            with self.redis() as client:
                stands = [self._stand_of(client, room) for room in Room]
        except (psycopg.Error, RedisError, OSError):
            return None
        return None if None in stands else stands

    def _stand_of(self, client: Redis, room: Room) -> tuple[int, int] | None:
        """Return the last id of a stream when all that its room told is on it, and handled by all its readers."""
        [told] = self.rows(room, _TOLD)
        if told["open"]:
            return None
        if not told["told"]:
            return 0, 0
        last = _split(client.xinfo_stream(stream_of(room))["last-generated-id"])
        groups = {group["name"].decode(): group for group in client.xinfo_groups(stream_of(room))}
        read = all(
            reader in groups and not groups[reader]["pending"] and _split(groups[reader]["last-delivered-id"]) == last
            for reader in Room
            if room in sources_of(reader)
        )
        return last if read and last >= (told["laatste_ms"], told["laatste_nr"]) else None

    # --- its life --------------------------------------------------------------------------------------------

    def start(self) -> None:
        """Start the house as ``make run`` does, and wait until it is ready."""
        (self.folder / "state.json").unlink(missing_ok=True)  # of a house that crashed
        with (self.folder / "run.log").open("ab") as output:
            self._process = subprocess.Popen(  # noqa: S603, our own command
                # Tied to this process: a test run that is killed leaves no house behind.
                [sys.executable, "-I", "-S", str(GUARD), str(os.getpid()), str(int(signal.SIGINT)), "", *_UP],
                env={
                    **os.environ,
                    "DEMO": "0",
                    "KETENRADAR_KEYS_CHECK_SECONDS": "3",
                    **self._told,
                    "KETENRADAR_STATE_DIR": str(self.folder),
                },
                cwd=places.PROJECT,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        wait_for(self._is_ready, START_SECONDS, "the house does not start", also=self._said)

    def stop(self) -> None:
        """Stop the house as Ctrl-C does, and see that it leaves nothing running."""
        left = self.pids()
        self._process.send_signal(signal.SIGINT)
        try:
            assert self._process.wait(STOP_SECONDS) == 0, self._said()
        except subprocess.TimeoutExpired:
            self._process.kill()
            raise
        assert not [name for name, pid in left.items() if Path(f"/proc/{pid}").exists()]

    def crash(self) -> None:
        """End the house by the one signal that nobody can answer."""
        self._process.kill()
        self._process.wait(STOP_SECONDS)

    def _is_ready(self) -> bool:
        assert self._process.poll() is None, self._said()
        try:
            return bool(self.state["status"] == "gereed")
        except (OSError, ValueError):
            return False

    def _said(self) -> str:
        return (self.folder / "run.log").read_text(errors="replace")[-2000:]


def _split(entry_id: bytes) -> tuple[int, int]:
    ms, _, number = entry_id.decode().partition("-")
    return int(ms), int(number)


def wait_for(
    condition: Callable[[], Any], seconds: float, complaint: str, *, also: Callable[[], object] = lambda: ""
) -> Any:
    """Return what ``condition`` gives once it is true; fails with ``complaint`` when it takes longer."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        found = condition()
        if found:
            return found
        time.sleep(0.05)
    raise AssertionError(f"{complaint} (waited {seconds:.0f} s) {also()}".rstrip())


@contextmanager
def running_house(folder: Path, **told: str) -> Iterator[House]:
    """Run a house in a folder of its own on ports of its own; stop it as Ctrl-C does, and leave nothing behind."""
    http = httpx.Client(timeout=ANSWER_SECONDS)
    house = House(folder, {"PORT_BASE": str(free_base()), **told}, http)
    # As root the data lies elsewhere, under a name that a later session may come upon again.
    places.remove(places.outside_folder(folder))
    try:
        house.start()
        yield house
    except BaseException:
        house.crash()
        raise
    else:
        house.stop()
    finally:
        http.close()
        _remove(places.outside_folder(folder))


def _remove(folder: Path) -> None:
    """Remove a folder from which a server that was killed may still be taking its own files away."""
    for _ in range(20):
        try:
            places.remove(folder)
        except FileNotFoundError:
            time.sleep(0.25)
        else:
            return


def free_base() -> int:
    """Return a first port with a free hundred behind it; where it looks first differs between processes."""
    bases: list[int] = list(range(PORTS[0], PORTS[1], 100))
    first = os.getpid() % len(bases)
    for base in [*bases[first:], *bases[:first]]:
        if all(port_is_free(port) for port in range(base, base + 20)):
            return base
    raise OSError("no free ports")
