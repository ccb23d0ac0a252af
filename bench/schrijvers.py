"""Workers of monitoring that write side by side: all in one municipality and month, and spread over the region."""

import asyncio
import time
from collections.abc import Sequence
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg

from bench import feiten
from bench.stand import PORTS, Stand, cpu_seconds, issuer_on_http, room_door, room_worker
from deploy.local import programs
from shared.events.catalogue import Room, stream_of
from shared.events.envelope import Event
from shared.messaging.codec import encode
from shared.messaging.connect import connect_redis
from shared.rules.settings import DEFAULT_SETTINGS
from shared.rules.vingerafdruk import vingerafdruk

WORKERS = (1, 2, 4)
CASUSSEN = 6_000
SECONDS_MAX = 300
_START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
_MONTH_MINUTES = 28 * 24 * 60
_TABLES = (
    "casus, feit, termijn, monitormoment, bewaartermijn, kpi, kpi_maand, kpi_mutatie, inbox_stand, inbox_wachtend, "
    "volgnummer, outbox, casus_plaats, onderwerp_plaats"
)


def measure_schrijvers(where: Stand) -> None:
    """Let workers handle the same facts, of one municipality and of all; the floor is the spread one of this run."""
    database = where.database("monitoring")
    print(
        "\n| workers | events | municipalities | events/s | CPU workers ms/event | CPU database ms/event "
        "| waiting for a lock, of samples | of the spread |\n|---|---|---|---|---|---|---|---|"
    )
    with (
        issuer_on_http(programs.free_port(*PORTS)) as issuer,
        room_door(where, "monitoring", database.app_url, issuer),
        psycopg.connect(database.owner_url, autocommit=True) as connection,
        # Of what others wait only an administrator hears.
        psycopg.connect(where.admin_url, autocommit=True) as watching,
    ):
        # Of a house that ran before: otherwise the worker would count everything anew meanwhile.
        connection.execute("INSERT INTO regelboek VALUES (1, %s, now())", [vingerafdruk(DEFAULT_SETTINGS)])
        for workers in WORKERS:
            spread = 0.0
            for name, codes in (("all", feiten.GEMEENTEN), ("one", feiten.GEMEENTEN[:1])):
                connection.execute(f"TRUNCATE {_TABLES} CASCADE")
                with ExitStack() as stack:
                    pids = [
                        stack.enter_context(room_worker(where, "monitoring", database.app_url, issuer))
                        for _ in range(workers)
                    ]
                    spent, db = sum(map(cpu_seconds, pids)), where.postgres_cpu()
                    events = _events(codes)
                    seconds, waiting = asyncio.run(_handled(where.redis_url, watching, events))
                    spent, db = sum(map(cpu_seconds, pids)) - spent, where.postgres_cpu() - db
                kept = connection.execute("SELECT count(*) FROM feit").fetchone()
                assert (kept or (0,))[0] >= len(events), kept
                rate = len(events) / seconds
                spread = spread or rate
                print(
                    f"| {workers} | {len(events)} | {name} | {rate:.0f} | {spent / len(events) * 1_000:.2f} "
                    f"| {db / len(events) * 1_000:.2f} | {waiting:.2f} | {rate / spread:.2f} |",
                    flush=True,
                )


def _events(codes: Sequence[str]) -> list[Event]:
    """Return meldingen of one month, each of a casus of its own: nobody waits for another at a casus."""
    return [
        feiten.casus(n, _START + timedelta(minutes=n * _MONTH_MINUTES / CASUSSEN), codes[n % len(codes)])[0]
        for n in range(CASUSSEN)
    ]


async def _handled(redis_url: str, watching: psycopg.Connection, events: Sequence[Event]) -> tuple[float, float]:
    """Put facts on their streams; return the seconds until all were handled, and how many writers waited for a lock."""
    redis: Any = connect_redis(redis_url, name="bench")
    begin, samples = time.perf_counter(), []
    async with redis.pipeline(transaction=False) as pipe:
        for event in events:
            pipe.xadd(stream_of(event.room), {"ce": encode(event)})
        await pipe.execute()
    while await _open(redis) and time.perf_counter() - begin < SECONDS_MAX:
        found = watching.execute(
            """SELECT count(*) FILTER (WHERE wait_event_type = 'Lock') FROM pg_stat_activity
               WHERE application_name = 'ketenradar-monitoring'"""
        ).fetchone()
        samples.append(found[0] if found else 0)
        await asyncio.sleep(0.02)
    seconds = time.perf_counter() - begin
    await redis.aclose()
    return seconds, sum(samples) / max(1, len(samples))


async def _open(redis: Any) -> int:
    """Return how many facts were not handled yet."""
    still = 0
    for room in (Room.INTAKE, Room.TRIAGE, Room.HANDOVER):
        groups = {group["name"]: group for group in await redis.xinfo_groups(stream_of(room))}
        group = groups[Room.MONITORING.value.encode()]
        still += int(group["lag"] or 0) + int(group["pending"])
    return still
