"""The work list through its door, against the plain SQL of one page over one connection, at two sizes of the pile."""

import asyncio
import statistics
import time
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg

from bench.client import read_answer
from bench.stand import PORTS, Stand, cpu_seconds, issuer_on_http, room_door
from deploy.local import programs

SIZES = (500, 5_000)
TIMES = 600
WARM = 60
_OWNERS = 60  # about what a Veilig Thuis of this size has at work
_PAGE = 51
_GEMEENTE = "0606"
_EIGENAAR = "medewerker-7"

# A third of the pile belongs to nobody, and of what is done ten times as much stays in the table.
_FILL = f"""
INSERT INTO dossier (id, melding_id, nummer, casus_id, gemeente_code, ontvangen_op, geopend_op, hermelding, status,
                     versie, acuut, stap, uiterlijk, urgentie_op, eigenaar, team, toegewezen_op, volgende_check,
                     laatste_contact_op)
SELECT gen_random_uuid(), gen_random_uuid(), 1, gen_random_uuid(),
       (ARRAY['0599', '0606', '1621', '0489', '0502', '0518', '0542', '0556', '0597', '0613', '0614', '1924', '1930'])
           [1 + n %% 13],
       now() - n * interval '5 min', now() - n * interval '5 min', false, 'in-beoordeling', 2, n %% 40 = 0,
       CASE WHEN n <= %(open)s THEN (ARRAY['acuutcheck', 'veiligheidsbeoordeling', 'dienst'])[1 + n %% 3] END,
       CASE WHEN n <= %(open)s THEN now() + (n %% 900 - 300) * interval '2 hours' END,
       CASE WHEN n <= %(open)s THEN now() + (n %% 900 - 300) * interval '2 hours' END,
       CASE WHEN n <= %(open)s AND n %% 3 > 0 THEN 'medewerker-' || n %% {_OWNERS} END,
       'team-' || n %% 6, now(), current_date + 3, now() - interval '2 days'
FROM generate_series(1, 11 * %(open)s) n
"""
_COLUMNS = """id, melding_id, casus_id, dienst_id, gemeente_code, stap, uiterlijk, urgentie_op, acuut, acuut_onveilig,
structureel_onveilig, dienst_soort, ontvangen_op, aangevuld_op, toewijzing_versie, eigenaar, team, toegewezen_op,
volgende_check, laatste_contact_op, onveilig_op"""
_ASKED = {
    "no filter": ("", ""),
    "own work": (f"?eigenaar={_EIGENAAR}", f"AND eigenaar = '{_EIGENAAR}'"),
    "nobody's": ("?zonderEigenaar=true", "AND eigenaar IS NULL"),
    "team": ("?team=team-4", "AND team = 'team-4'"),
    "municipality": (f"?gemeenteCode={_GEMEENTE}", f"AND gemeente_code = '{_GEMEENTE}'"),
    "step": ("?stap=dienst", "AND stap = 'dienst'"),
}


def measure_werkvoorraad(where: Stand) -> None:
    """Read the first page by every filter; p50 and p99 in milliseconds (goal: p99 under 20)."""
    database = where.database("triage")
    print("| open | asked | items | SQL p50 | SQL p99 | door p50 | door p99 | door CPU | door / SQL (p50) | plan |")
    print("|---|---|---|---|---|---|---|---|---|---|")
    with (
        issuer_on_http(programs.free_port(*PORTS)) as issuer,
        room_door(where, "triage", database.app_url, issuer) as (port, pid),
    ):
        token = issuer.mint("vt-medewerker", "vtrr", subject=_EIGENAAR)
        for size in SIZES:
            with psycopg.connect(database.owner_url, autocommit=True) as connection, _filled(connection, size):
                for name, (query, condition) in _ASKED.items():
                    spent = cpu_seconds(pid)
                    door = asyncio.run(_asked(port, token, query))
                    spent = (cpu_seconds(pid) - spent) / (TIMES + WARM) * 1_000
                    _show(f"| {size} | {name}", connection, _page(condition), door, spent)


@contextmanager
def _filled(connection: psycopg.Connection, size: int) -> Iterator[None]:
    try:
        connection.execute(_FILL, {"open": size})
        connection.execute("VACUUM ANALYZE dossier")
        yield
    finally:
        connection.execute("TRUNCATE dossier CASCADE")


def _page(condition: str) -> str:
    return f"SELECT {_COLUMNS} FROM dossier WHERE stap IS NOT NULL {condition} ORDER BY urgentie_op, id LIMIT {_PAGE}"


def _show(asked: str, connection: psycopg.Connection, page: str, door: list[float], spent: float) -> None:
    plan = " ".join(row[0] for row in connection.execute(f"EXPLAIN {page}"))
    floor, items = [], 0
    for _ in range(TIMES + WARM):
        begin = time.perf_counter()
        items = len(connection.execute(page).fetchall())
        floor.append(time.perf_counter() - begin)
    sql, door = sorted(floor[WARM:]), sorted(door[WARM:])
    scan = "SEQUENTIAL" if "Seq Scan" in plan else "index" + (" and sort" if "Sort" in plan else "")
    print(
        f"{asked} | {min(items, _PAGE - 1)} | {_p(sql, 50):.2f} | {_p(sql, 99):.2f} | {_p(door, 50):.2f} "
        f"| {_p(door, 99):.2f} | {spent:.2f} | {statistics.median(door) / statistics.median(sql):.1f} | {scan} |",
        flush=True,
    )


def _p(times: list[float], percent: int) -> float:
    return times[min(len(times) - 1, len(times) * percent // 100)] * 1000


async def _asked(port: int, token: str, query: str) -> list[float]:
    """Ask for the first page again and again over one connection; return how long each answer took."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    asked = f"GET /v1/werkvoorraad{query} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\n\r\n".encode()
    times = []
    for _ in range(TIMES + WARM):
        begin = time.perf_counter()
        writer.write(asked)
        status = await read_answer(reader)
        times.append(time.perf_counter() - begin)
        if status != 200:
            raise RuntimeError(f"the door answered {status}")
    writer.close()
    return times
