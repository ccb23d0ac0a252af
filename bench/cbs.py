"""A delivery to the CBS over half a year: how long it takes the worker, beside the same facts copied and hashed."""

import hashlib
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import httpx
import psycopg

from bench import feiten
from bench.stand import PORTS, Stand, cpu_seconds, issuer_on_http, peak_memory, room_door, room_worker
from deploy.local import programs
from services.monitoring.domain.cbs_levering import period_of
from shared.clock import system_clock
from shared.events.envelope import Event
from shared.rules.settings import DEFAULT_SETTINGS
from shared.rules.vingerafdruk import vingerafdruk

MELDINGEN = (10_000, 100_000)
SECONDS_MAX = 900
# The facts that a delivery is made of, by the same road through the table.
_FACTS = """
COPY (SELECT event_id, bron, casus_id, volgnummer, soort, tijdstip, data FROM feit
      WHERE casus_id IN (SELECT casus_id FROM feit WHERE tijdstip >= '{van}') ORDER BY casus_id) TO STDOUT
"""


def measure_cbs(where: Stand) -> None:
    """Make a delivery of each size, with as many adviezen, beside as much of the half-year before it."""
    database = where.database("monitoring")
    print(
        "| meldingen | facts | rows | files MiB | s | rows/s | CPU worker s | CPU database s | worker MiB "
        "| floor: COPY and SHA-256 s | its CPU s | ratio of CPU |\n|---|---|---|---|---|---|---|---|---|---|---|---|"
    )
    halfjaar, van, before = _half_year(system_clock())
    with (
        issuer_on_http(programs.free_port(*PORTS)) as issuer,
        room_door(where, "monitoring", database.app_url, issuer) as (port, _),
        psycopg.connect(database.owner_url, autocommit=True) as connection,
        httpx.Client(base_url=f"http://127.0.0.1:{port}/v1", timeout=60) as http,
    ):
        # Of a house that ran before: otherwise the worker would count everything anew meanwhile.
        connection.execute("INSERT INTO regelboek VALUES (1, %s, now())", [vingerafdruk(DEFAULT_SETTINGS)])
        http.headers["Authorization"] = f"Bearer {issuer.mint('vt-teamleider', 'vtrr')}"
        for size in MELDINGEN:
            connection.execute("TRUNCATE feit")
            facts = feiten.keep(connection, _casussen(size, before)) + feiten.keep(connection, _casussen(size, van))
            floor, floor_cpu = _floor(where, connection, van)
            path = _ask(http, halfjaar)
            with room_worker(where, "monitoring", database.app_url, issuer) as worker:
                spent, db, memory = cpu_seconds(worker), where.postgres_cpu(), peak_memory(worker)
                seconds, told = _follow(http, path)
                spent, db = cpu_seconds(worker) - spent, where.postgres_cpu() - db
                peak = peak_memory(worker)
            rows = sum(one["regels"] for one in told["bestanden"])
            size_of = sum(one["bytes"] for one in told["bestanden"]) / 2**20
            print(
                f"| {size} | {facts} | {rows} | {size_of:.1f} | {seconds:.0f} | {rows / seconds:.0f} | {spent:.1f} "
                f"| {db:.1f} | {peak:.0f} ({peak - memory:.0f}) | {floor:.1f} | {floor_cpu:.1f} "
                f"| {(spent + db) / floor_cpu:.1f} |",
                flush=True,
            )


def _half_year(now: datetime) -> tuple[str, datetime, datetime]:
    """Return the last half-year that is over, its first moment, and that of the half-year before it."""
    names = [f"{year}-{half}" for year in (now.year - 2, now.year - 1, now.year) for half in (1, 2)]
    over = [name for name in names if period_of(name, peilmoment=now).tot <= now]
    return over[-1], period_of(over[-1], peilmoment=now).van, period_of(over[-2], peilmoment=now).van


def _casussen(size: int, van: datetime) -> Iterator[list[Event]]:
    """Yield meldingen and adviezen, spread over the first months of a half-year; what follows on them may be later."""
    for number in range(size):
        start = van + timedelta(minutes=number * 175 * 24 * 60 / size)
        yield feiten.casus(number, start)
        yield feiten.advies(number, start)


def _ask(http: httpx.Client, halfjaar: str) -> str:
    asked = http.post("/cbs-leveringen", json={"halfjaar": halfjaar})
    assert asked.status_code == 202, asked.text
    return asked.headers["Location"].removeprefix("/v1")


def _follow(http: httpx.Client, path: str) -> tuple[float, dict[str, Any]]:
    """Ask how far a delivery is until it is made; return the seconds and what was told last."""
    begin = time.perf_counter()
    while (passed := time.perf_counter() - begin) < SECONDS_MAX:
        told: dict[str, Any] = http.get(path).json()
        if told["status"] != "aangevraagd":
            assert told["status"] == "concept", told
            return passed, told
        time.sleep(0.2)
    raise RuntimeError(f"after {SECONDS_MAX} s the delivery was not made")


def _floor(where: Stand, connection: psycopg.Connection, van: datetime) -> tuple[float, float]:
    """Copy the facts out of the database and hash them; return the seconds and the CPU of both sides."""
    begin, db, own = time.perf_counter(), where.postgres_cpu(), time.process_time()
    told = hashlib.sha256()
    with connection.cursor() as cursor, cursor.copy(_FACTS.format(van=van.isoformat())) as copy:
        for piece in copy:
            told.update(piece)
    return time.perf_counter() - begin, time.process_time() - own + where.postgres_cpu() - db
