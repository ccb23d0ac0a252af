"""Measure, and print each figure beside its floor from the same run: absolute figures move with the machine."""

import asyncio
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import psycopg

from bench.cbs import measure_cbs
from bench.client import post_meldingen
from bench.floors import ONE_STATEMENT, SAME_STEPS
from bench.importeren import measure_importeren
from bench.kpis import measure_kpis
from bench.matching.run import measure_matching
from bench.messaging import measure_messaging
from bench.openstaand import measure_openstaand
from bench.schrijvers import measure_schrijvers
from bench.security import measure_security
from bench.stand import PORTS, Stand, cpu_seconds, issuer_on_http, pgbench, room_door, stand
from bench.webhooks import measure_webhooks
from bench.werkvoorraad import measure_werkvoorraad
from deploy.local import programs
from shared.rules.codes import TermijnSoort
from shared.rules.deadlines import compute_termijn

SECONDS = 6
CLIENTS = (1, 8, 32)


def main() -> int:
    """Run every measurement, or those that are named on the command line."""
    wanted = set(sys.argv[1:]) or set(MEASUREMENTS)
    unknown = wanted - set(MEASUREMENTS)
    if unknown:
        sys.stderr.write(f"bench: er is geen meting {', '.join(sorted(unknown))}; kies uit {', '.join(MEASUREMENTS)}\n")
        return 2
    with stand() as where:
        for name, measure in MEASUREMENTS.items():
            if name in wanted:
                print(f"\n## {name}\n", flush=True)
                measure(where)
    return 0


def measure_intake(where: Stand) -> None:
    """POST /v1/meldingen with everything on, against pgbench writing the same rows on the same server."""
    database = where.database("intake")
    with _emptied_after(database.owner_url):
        floors = {
            clients: (
                pgbench(where, database.owner_url, ONE_STATEMENT, clients=clients, seconds=SECONDS),
                pgbench(where, database.owner_url, SAME_STEPS, clients=clients, seconds=SECONDS),
            )
            for clients in CLIENTS
        }
    print("| clients | meldingen/s | p50 ms | p99 ms | app CPU ms | db CPU ms | floor one statement/s | ratio "
          "| floor same steps/s | ratio |")  # fmt: skip
    print("|---|---|---|---|---|---|---|---|---|---|")
    with (
        issuer_on_http(programs.free_port(*PORTS)) as issuer,
        room_door(where, "intake", database.app_url, issuer) as (port, pid),
    ):
        token = issuer.mint("ketenpartner", "politie-eenheid-rotterdam")
        asyncio.run(post_meldingen(port, token, clients=8, seconds=2, start=0))
        for number, clients in enumerate(CLIENTS, start=1):
            app, db = cpu_seconds(pid), where.postgres_cpu()
            run = asyncio.run(post_meldingen(port, token, clients=clients, seconds=SECONDS, start=number * 100_000_000))
            app, db = cpu_seconds(pid) - app, where.postgres_cpu() - db
            one, same = floors[clients]
            print(
                f"| {clients} | {run.per_second:.0f} | {run.p50:.2f} | {run.p99:.2f} | {app / run.answered * 1000:.2f} "
                f"| {db / run.answered * 1000:.2f} | {one:.0f} | {run.per_second / one:.2f} | {same:.0f} "
                f"| {run.per_second / same:.2f} |",
                flush=True,
            )


@contextmanager
def _emptied_after(owner_url: str) -> Iterator[None]:
    """Leave the tables empty behind pgbench."""
    try:
        yield
    finally:
        with psycopg.connect(owner_url, autocommit=True) as connection:
            connection.execute("ALTER TABLE audit DISABLE TRIGGER USER")
            connection.execute("TRUNCATE casus, melding, persoon, persoon_sleutel, koppelvoorstel, advies CASCADE")
            connection.execute("TRUNCATE volgnummer, outbox, idempotentie, audit, audit_wachtrij, sleutel")
            connection.execute("ALTER TABLE audit ENABLE TRIGGER USER")


def measure_termijn(_: Stand) -> None:
    """Compute one due date with its whole explanation, against adding five days to a date."""
    start = datetime(2026, 3, 27, 9, 0, tzinfo=UTC)
    print("| soort | µs | times the floor (an empty call) |\n|---|---|---|")
    floor = _microseconds(lambda: None)
    for soort in (TermijnSoort.VEILIGHEIDSBEOORDELING, TermijnSoort.ONDERZOEK, TermijnSoort.MONITORMOMENT):
        spent = _microseconds(lambda soort=soort: compute_termijn(soort, start))  # type: ignore[misc]
        print(f"| {soort} | {spent:.1f} | {spent / floor:.0f} |", flush=True)


def _microseconds(work: Callable[[], object], times: int = 5_000) -> float:
    begin = time.perf_counter()
    for _ in range(times):
        work()
    return (time.perf_counter() - begin) / times * 1_000_000


MEASUREMENTS: dict[str, Callable[[Stand], None]] = {
    "intake": measure_intake,
    "messaging": measure_messaging,
    "termijn": measure_termijn,
    "beveiliging": measure_security,
    "importeren": measure_importeren,
    "matching": measure_matching,
    "werkvoorraad": measure_werkvoorraad,
    "openstaand": measure_openstaand,
    "webhooks": measure_webhooks,
    "kpis": measure_kpis,
    "cbs": measure_cbs,
    "schrijvers": measure_schrijvers,
}

if __name__ == "__main__":
    sys.exit(main())
