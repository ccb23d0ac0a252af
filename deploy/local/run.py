"""One run of the whole house: from an empty folder to rooms that answer, and back to nothing running."""

import asyncio
import contextlib
import ctypes
import fcntl
import os
import shlex
import signal
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TextIO
from zoneinfo import ZoneInfo

import psycopg
import redis

from deploy.local import databases, description, identity, places, programs, rooms, state
from deploy.local.binaries import NoBinaryError
from deploy.local.databases import ROOMS, RoomDatabase
from deploy.local.issuer import TokenIssuer, issuer_from
from deploy.local.programs import HOST
from deploy.local.rooms import House, Ports
from deploy.local.servers import Server, end_orphans, last_lines, prepare_postgres, prepare_redis
from deploy.local.supervisor import ProgramError, Supervisor
from shared.clock import SimulatedClock, system_clock, write_clock

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
DEMO_MARK = "ketenradar:demo"
INNER_PORTS_FROM = 9
INNER_PORTS = 90
TOKENS_RENEWED_SECONDS = 3600
_PR_SET_PDEATHSIG = 1


class RunError(Exception):
    """Carry one Dutch sentence for whoever started the run."""


@dataclass(frozen=True, slots=True)
class Wishes:
    """What somebody asks of a run."""

    state: Path
    port_base: int = 8001
    demo: bool = True
    simulated: bool = False  # an empty house whose clock can be set; a demo always has one
    months: int = 1
    seed: int = 1
    database_url: str | None = None
    redis_url: str | None = None


def run(wishes: Wishes) -> int:
    """Run the house until Ctrl-C or SIGTERM; return the exit code."""
    try:
        with _only_one(wishes.state):
            _check_ports(wishes.port_base)
            return asyncio.run(_Run(wishes).main())
    except (RunError, ProgramError, NoBinaryError) as error:
        sys.stderr.write(f"\nketenradar: {error}\n")
    except PermissionError as error:
        sys.stderr.write(f"\nketenradar: geen recht om te schrijven in {error.filename or wishes.state}.\n")
    except (psycopg.OperationalError, redis.RedisError) as error:
        sys.stderr.write(f"\nketenradar: de server is niet bereikbaar: {str(error).strip().splitlines()[0]}\n")
    except OSError as error:
        sys.stderr.write(f"\nketenradar: {error.strerror or error} ({error.filename or wishes.state}).\n")
    return 1


class _Run:
    """One run: what was asked, what stands, and how it is taken down."""

    def __init__(self, wishes: Wishes) -> None:
        self._wishes = wishes
        self._house: House | None = None
        self._status = "start"
        self._begin = time.monotonic()
        logs = wishes.state / "log"
        _keep_previous_logs(logs)
        self._supervisor = Supervisor(logs, say=say, changed=self._write_state)

    async def main(self) -> int:
        """Bring everything up, stay, and take everything down again, whatever happens."""
        asked_to_stop = asyncio.Event()
        loop = asyncio.get_running_loop()
        for sign in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            loop.add_signal_handler(sign, asked_to_stop.set)
        _die_with_make()
        work = asyncio.create_task(self._work())
        stop = asyncio.create_task(asked_to_stop.wait())
        try:
            await asyncio.wait((work, stop), return_when=asyncio.FIRST_COMPLETED)
            if work.done():
                await work
        finally:
            await self._take_down(work, stop)
        return 0

    async def _work(self) -> None:
        house = await self._raise_house()
        self._house = house
        await self._open_rooms(house)
        self._status = "demo" if self._wishes.demo else "gereed"
        self._write_state()
        if self._wishes.demo:
            await self._play(house)
            self._status = "gereed"
            self._write_state()
        self._tell(house)
        while True:
            await asyncio.sleep(TOKENS_RENEWED_SECONDS)
            self._write_state()

    async def _take_down(self, *tasks: asyncio.Task[object]) -> None:
        say("\nKetenradar stopt …")
        for task in tasks:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError, Exception):
                await task
        state.remove_state(self._wishes.state)
        self._house = None
        await self._supervisor.stop()
        say("Alles is gestopt.")

    # --- the steps ---------------------------------------------------------------------------------------------

    async def _raise_house(self) -> House:
        wishes = self._wishes
        folder = places.server_folder(wishes.state)
        data = folder / ("demo" if wishes.demo else "proef" if wishes.simulated else "data")
        end_orphans(data)
        if wishes.demo or wishes.simulated:
            # A played month is the same every time, so it starts from nothing; real data lies elsewhere.
            await asyncio.to_thread(places.remove, data)
        data.mkdir(mode=0o711, parents=True, exist_ok=True)
        data.chmod(0o711)
        passwords = identity.ensure_secrets(data / "geheim")
        ports = choose_ports(wishes.port_base)
        admin_url, redis_url = await self._start_servers(data, ports, passwords)
        made = await asyncio.to_thread(self._make_databases, admin_url, passwords)
        post, clock = wishes.state / "post", _set_clock(wishes)
        return House(wishes.state, data, data / "geheim", post, clock, ports, made, redis_url)

    async def _start_servers(self, data: Path, ports: Ports, passwords: dict[str, str]) -> tuple[str, str]:
        wishes = self._wishes
        wanted: list[Server] = []
        if not wishes.database_url:
            wanted.append(
                await asyncio.to_thread(prepare_postgres, data, port=ports.postgres, password=passwords["postgres"])
            )
            say(f"PostgreSQL op {HOST}:{ports.postgres}")
        admin_url = wishes.database_url or wanted[0].url
        if wishes.redis_url:
            redis_url = await asyncio.to_thread(_prepare_given_redis, wishes.redis_url, demo=wishes.demo)
        else:
            wanted.append(prepare_redis(data, port=ports.redis, password=passwords["redis"]))
            redis_url = wanted[-1].url
            say(f"Redis op {HOST}:{ports.redis}")
        await self._supervisor.start(*(server.program for server in wanted))
        return admin_url, redis_url

    def _make_databases(self, admin_url: str, passwords: dict[str, str]) -> dict[str, RoomDatabase]:
        apart = "demo_" if self._wishes.demo and self._wishes.database_url else ""
        made = {}
        for room in ROOMS:
            databases.ensure_roles(admin_url, room, passwords)
            name = f"ketenradar_{apart}{room}"
            if apart:
                databases.drop_database(admin_url, name)
            made[room] = databases.ensure_database(admin_url, room, passwords, name=name)
        return made

    async def _open_rooms(self, house: House) -> None:
        say("Tabellen bijwerken …")
        tables = rooms.migration(house)
        code, _ = await asyncio.gather(
            self._supervisor.run_once(tables), self._supervisor.start(*rooms.services(house))
        )
        if code:
            log = self._supervisor.log_of(tables.name)
            raise RunError(f"{tables.name} is mislukt (code {code}). Het einde van {log}:\n{last_lines(log)}")
        say("Kamers, werkers en klussen starten …")
        await self._supervisor.start(*rooms.rooms(house))
        say(f"Alle processen werken ({time.monotonic() - self._begin:.0f} s). Dashboard: {house.urls['monitoring']}/")

    async def _play(self, house: House) -> None:
        wishes = self._wishes
        say(f"\nDe regio speelt {wishes.months} maand(en) in gesimuleerde tijd (zaad {wishes.seed}) …")
        program = rooms.player(house, state_file=state.state_file(wishes.state), months=wishes.months, seed=wishes.seed)
        code = await self._supervisor.run_once(program, heard=lambda line: say(f"  {line}"))
        if house.clock:
            write_clock(house.clock, SimulatedClock(house.clock)(), 1)
        if code:
            say(f"! De demo brak af (code {code}); zie {self._supervisor.log_of('demo')}. De kamers blijven draaien.")

    # --- what it tells -----------------------------------------------------------------------------------------

    def _write_state(self) -> None:
        if self._house and self._status != "start":
            processes = self._supervisor.processes()
            text = description.describe(self._house, _issuer_of(self._house), status=self._status, processes=processes)
            state.write_state(self._wishes.state, text)

    def _tell(self, house: House) -> None:
        organisatie = "politie-eenheid-rotterdam"
        token = _issuer_of(house).mint("ketenpartner", organisatie)
        say(
            "\n".join(
                (
                    "",
                    "Ketenradar draait.",
                    *(f"  {room:<11}{url}" for room, url in house.urls.items()),
                    f"  {'dashboard':<11}{house.urls['monitoring']}/",
                    f"  {'post':<11}{house.post}",
                    f"  {'logs':<11}{house.state / 'log'}",
                    "",
                    f"Token van een ketenpartner ({organisatie}):",
                    f"  {token}",
                    "",
                    "Een eerste melding (fictief), om te plakken:",
                    first_melding(house, now=self._now(house)),
                    "",
                    "Ctrl-C stopt alles.",
                )
            )
        )

    def _now(self, house: House) -> datetime:
        return SimulatedClock(house.clock)() if house.clock else system_clock()


def _set_clock(wishes: Wishes) -> Path | None:
    """Make the clock of a simulated region: a demo begins in the past and stands still, an empty one runs from now."""
    file, now = wishes.state / "klok", system_clock()
    if wishes.demo:
        write_clock(file, first_of_previous_month(now), 0)
    elif wishes.simulated:
        write_clock(file, now, 1)
    return file if wishes.demo or wishes.simulated else None


def _issuer_of(house: House) -> TokenIssuer:
    return issuer_from(house.state, house.issuer_url)


def say(line: str) -> None:
    """Show a line at once."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def first_melding(house: House, *, now: datetime) -> str:
    """Return a command that posts one fictional melding and can be pasted as it stands; pasted twice it is one."""
    ketenradar = shlex.quote(str(Path(sys.executable).with_name("ketenradar")))
    if house.state != places.PROJECT / ".ketenradar":
        ketenradar = f"KETENRADAR_STATE_DIR={shlex.quote(str(house.state))} {ketenradar}"
    moment = (now - timedelta(hours=2)).strftime("%Y-%m-%dT%H:%M:%SZ")
    body = (
        '{"melder": {"categorie": "justitie-en-veiligheid", "soort": "professional"}, "gemeenteCode": "0599", '
        f'"incident": {{"tijdstip": "{moment}"}}, '
        '"zorgelijkeSituatie": {"omschrijving": "Buren horen al weken ruzie en gehuil."}, '
        '"aardGeweld": [{"relatie": "partnergeweld", "vorm": "psychisch"}], '
        '"personen": [{"rol": "slachtoffer", "geslachtsnaam": "Voorbeeld", "geboortedatum": "1990-02-01"}]}'
    )
    return (
        f"  curl -s -X POST {house.urls['intake']}/v1/meldingen \\\n"
        f'    -H "Authorization: Bearer $({ketenradar} token --rol ketenpartner '
        f'--organisatie politie-eenheid-rotterdam)" \\\n'
        f"    -H 'Content-Type: application/json' -H 'Idempotency-Key: eerste-melding-{moment}' \\\n"
        f"    -d '{body}'"
    )


def first_of_previous_month(now: datetime) -> datetime:
    """Return midnight in Amsterdam at the start of the calendar month before this one."""
    first = now.astimezone(AMSTERDAM).replace(day=1, hour=0, minute=0, second=0, microsecond=0, fold=0)
    return (first - timedelta(days=1)).replace(day=1)


def choose_ports(base: int) -> Ports:
    """Return a free port for each inner server, just above the rooms."""
    first, last = base + INNER_PORTS_FROM, base + INNER_PORTS_FROM + INNER_PORTS
    chosen: list[int] = []
    for _ in range(5):
        chosen.append(programs.free_port(first, last, taken=tuple(chosen)))
    return Ports(base, *chosen)


def _check_ports(base: int) -> None:
    if not 1 <= base <= 65_535 - INNER_PORTS_FROM - INNER_PORTS:
        raise RunError(f"PORT_BASE={base} is geen bruikbare poort; kies bijvoorbeeld PORT_BASE=8101.")
    for number, room in enumerate(ROOMS):
        if not programs.port_is_free(base + number):
            raise RunError(
                f"poort {base + number} ({room}) is al in gebruik. "
                f"Kies een andere eerste poort met PORT_BASE, bijvoorbeeld: make run PORT_BASE={base + 100}"
            )


@contextlib.contextmanager
def _only_one(folder: Path) -> Iterator[None]:
    """Hold the folder of a run; refuse when another run holds it."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "slot"
    with file.open("a+") as held:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise RunError(
                f"in deze map draait Ketenradar al (proces {_reader(held)}). Stop die eerst met Ctrl-C, "
                "of gebruik een andere map met een andere PORT_BASE."
            ) from None
        held.truncate(0)
        held.write(str(os.getpid()))
        held.flush()
        state.remove_state(folder)
        yield


def _reader(held: TextIO) -> str:
    held.seek(0)
    return held.read().strip() or "onbekend"


def _keep_previous_logs(logs: Path) -> None:
    logs.mkdir(parents=True, exist_ok=True)
    before = logs.with_name("log.vorige")
    places.remove(before)
    logs.rename(before)
    logs.mkdir(mode=0o700)


def _prepare_given_redis(url: str, *, demo: bool) -> str:
    """Return the address of a Redis that was given; a demo empties it only when a demo filled it."""
    with redis.Redis.from_url(url, socket_connect_timeout=5) as client:
        client.ping()
        if demo and client.dbsize():
            if not client.exists(DEMO_MARK):
                raise RunError(
                    "de Redis in REDIS_URL is niet leeg en niet van een eerdere demo; "
                    "kies een lege database (bijvoorbeeld …/1), of start met DEMO=0."
                )
            client.flushdb()
        if demo:
            client.set(DEMO_MARK, "1")
    return url


def _die_with_make() -> None:
    """Stop in good order when ``make`` itself is killed: the terminal would show nothing any more."""
    if sys.platform.startswith("linux") and os.environ.get("MAKELEVEL"):
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, int(signal.SIGTERM), 0, 0, 0)
