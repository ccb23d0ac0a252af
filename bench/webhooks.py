"""Webhooks to a fast receiver: alone, and beside twenty that take three seconds, one that hangs, one that is gone."""

import asyncio
import multiprocessing
import time
from collections.abc import Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from bench.stand import Stand
from deploy.local import identity
from services.monitoring.domain.abonnementen import TYPES
from services.monitoring.handlers.bezorgen import Bezorging, deliver_webhooks
from services.monitoring.handlers.webhooks import secret_place
from services.monitoring.partners.webhook import WebhookRules
from services.monitoring.store import abonnementen
from services.monitoring.store.abonnementen import AbonnementRow
from services.monitoring.store.bezorgen import NewLevering, queue
from shared.clock import system_clock
from shared.crypto import Vault
from shared.db import create_engine, in_transaction
from shared.ids import new_id
from shared.keyring import room_key
from shared.web.outward import new_secret
from shared.work import WORKER_WALL

SLOW = 20
SLOW_SECONDS = 3.0
SLOW_NOTICES = 100  # each: more than they take in the time that is measured
FAST_PER_SECOND = 20
SECONDS = 20
BURST = 2_000
_HANG_SECONDS = 3_600.0
_SOORT = TYPES["termijn-verstreken"]


def measure_webhooks(where: Stand) -> None:
    """Measure how long a notice is under way to a fast receiver, and how many arrive a minute."""
    asyncio.run(_measure(where))


@dataclass(frozen=True, slots=True)
class _Run:
    fast_ms: Sequence[float]
    fast_minute: float
    slow_minute: float
    cpu_ms: float  # of this process for each that arrived: telling included
    db_ms: float


async def _measure(where: Stand) -> None:
    database = where.database("monitoring")
    engine = create_engine(database.app_url, name="bench", pool_size=20, rol=WORKER_WALL)
    keys = where.folder / "webhooks.sleutels.json"
    keys.write_text(identity.new_room_keys())
    vault = Vault.from_file(keys)
    bezorging = Bezorging(engine, vault, WebhookRules(allow_private=True), system_clock)
    async with _receivers() as (ports, ask):
        fast = await _subscribe(engine, vault, ports[0])
        slow = [await _subscribe(engine, vault, port) for port in ports[1 : SLOW + 1]]
        hanging = await _subscribe(engine, vault, ports[-1])
        gone = await _subscribe(engine, vault, 9)
        stop = asyncio.Event()
        delivering = asyncio.create_task(deliver_webhooks(bezorging, stop))
        await _run(where, engine, fast, ask)  # once to warm up
        alone = await _run(where, engine, fast, ask)
        for one in (*slow, hanging, gone):
            await _queue(engine, one, SLOW_NOTICES)
        beside = await _run(where, engine, fast, ask)
        burst = await _burst(engine, fast, ask)
        stop.set()
        await delivering
    await engine.dispose()
    _show(alone, beside, burst)


def _show(alone: _Run, beside: _Run, burst: float) -> None:
    print("| fast receiver | fast/minute | slow/minute | p50 ms | p99 ms | p99 / alone | app CPU ms | db CPU ms |")
    print("|---|---|---|---|---|---|---|---|")
    floor = _p(alone.fast_ms, 99)
    for name, run in (("alone", alone), (f"beside {SLOW} of {SLOW_SECONDS:.0f} s, one hanging, one gone", beside)):
        print(
            f"| {name} | {run.fast_minute:.0f} | {run.slow_minute:.0f} | {_p(run.fast_ms, 50):.0f} "
            f"| {_p(run.fast_ms, 99):.0f} | {_p(run.fast_ms, 99) / floor:.2f} | {run.cpu_ms:.1f} | {run.db_ms:.1f} |"
        )
    print(f"| {BURST} at once, beside the same | {burst * 60:.0f} | | | | | | |", flush=True)


async def _run(where: Stand, engine: AsyncEngine, fast: UUID, ask: "_Ask") -> _Run:
    """Tell something twenty times a second, and see when it arrives."""
    ask.reset()
    cpu, db = time.process_time(), where.postgres_cpu()
    told: dict[str, float] = {}
    begin = time.time()
    for number in range(SECONDS * FAST_PER_SECOND):
        await asyncio.sleep(max(0.0, begin + number / FAST_PER_SECOND - time.time()))
        (event_id,) = await _queue(engine, fast, 1)
        told[str(event_id)] = time.time()
    await asyncio.sleep(1.0)
    fast_at, slow = await ask.arrived()
    spent = time.time() - begin
    waits = [(at - told[event_id]) * 1000 for event_id, at in fast_at.items() if event_id in told]
    missing = [(time.time() - at) * 1000 for event_id, at in told.items() if event_id not in fast_at]
    cpu, db = (time.process_time() - cpu) * 1000, (where.postgres_cpu() - db) * 1000
    arrived = max(1, len(waits) + slow)
    return _Run(
        sorted(waits + missing), len(waits) / spent * 60, slow / spent * 60, cpu_ms=cpu / arrived, db_ms=db / arrived
    )


async def _burst(engine: AsyncEngine, fast: UUID, ask: "_Ask") -> float:
    """Return how many a second a fast receiver takes of what is told at once."""
    ask.reset()
    await _queue(engine, fast, BURST)
    begin = time.time()
    while True:
        await asyncio.sleep(0.5)
        at, _ = await ask.arrived()
        if len(at) >= BURST or time.time() - begin > 60:
            return len(at) / (max(at.values()) - begin)


def _p(times: Sequence[float], percent: int) -> float:
    return times[min(len(times) - 1, len(times) * percent // 100)]


async def _subscribe(engine: AsyncEngine, vault: Vault, port: int) -> UUID:
    row = AbonnementRow(
        id=new_id(),
        callback_url=f"http://127.0.0.1:{port}/haak",
        soorten=[_SOORT],
        gemeente_codes=[],
        rol="vt-teamleider",
        organisatie_id="vtrr",
        aangemaakt_op=system_clock(),
    )
    async with in_transaction(engine) as conn:
        await abonnementen.insert(conn, row)
        key = await room_key(conn, vault)
        sealed = key.seal(new_secret().encode(), place=secret_place(row.id))
        await abonnementen.add_secret(conn, row.id, geheim_id=row.id, geheim=sealed, real=system_clock())
    return row.id


async def _queue(engine: AsyncEngine, abonnement_id: UUID, count: int) -> list[UUID]:
    """Put notices in the queue, each of a casus of its own."""
    new = [
        NewLevering(
            id=new_id(),
            abonnement_id=abonnement_id,
            event_id=new_id(),
            casus_id=uuid4(),
            inhoud={"soort": _SOORT, "bron": "monitoring", "tijdstip": "2026-03-02T09:00:00Z", "data": {}},
        )
        for _ in range(count)
    ]
    async with in_transaction(engine) as conn:
        await queue(conn, new, now=system_clock())
    async with in_transaction(engine) as conn:
        if count > 1:
            await conn.execute(text("ANALYZE bericht"))
    return [one.event_id for one in new]


# --- receivers, in a process of their own ------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Ask:
    """The line to the receivers."""

    line: Connection

    def reset(self) -> None:
        self.line.send("reset")

    async def arrived(self) -> tuple[dict[str, float], int]:
        """Return when what arrived at the fast one did, and how many arrived at slow ones."""
        self.line.send("arrived")
        found: tuple[dict[str, float], int] = await asyncio.to_thread(self.line.recv)
        return found


@asynccontextmanager
async def _receivers() -> Any:
    here, there = multiprocessing.Pipe()
    process = multiprocessing.get_context("spawn").Process(target=_receive, args=(there,), daemon=True)
    process.start()
    try:
        ports = await asyncio.to_thread(here.recv)
        yield ports, _Ask(here)
    finally:
        process.terminate()
        process.join()


def _receive(line: Connection) -> None:
    asyncio.run(_listen(line))


async def _listen(line: Connection) -> None:
    fast: dict[str, float] = {}
    slow = 0

    def answering(seconds: float) -> Any:
        async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            nonlocal slow
            head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
            fields = dict(line.split(": ", 1) for line in head.split("\r\n")[1:] if ": " in line)
            await reader.readexactly(int(fields["content-length"]))
            if seconds:
                await asyncio.sleep(seconds)
                slow += 1
            else:
                fast[fields["webhook-id"]] = time.time()
            writer.write(b"HTTP/1.1 204 X\r\ncontent-length: 0\r\n\r\n")
            writer.close()

        return serve

    servers = [
        await asyncio.start_server(answering(seconds), "127.0.0.1", 0)
        for seconds in (0.0, *[SLOW_SECONDS] * SLOW, _HANG_SECONDS)
    ]
    line.send([server.sockets[0].getsockname()[1] for server in servers])
    while True:
        told = await asyncio.to_thread(line.recv)
        if told == "reset":
            fast.clear()
            slow = 0
        else:
            line.send((dict(fast), slow))
