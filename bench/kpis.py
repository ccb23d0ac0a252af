"""Figures and the list of clocks through their doors, by the number of casussen, beside a plain GROUP BY over them."""

import asyncio
import re
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from datetime import date
from itertools import cycle
from urllib.parse import parse_qsl, urlsplit

import psycopg
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from bench.stand import PORTS, Stand, bare_door, cpu_seconds, issuer_on_http, room_door
from deploy.local import programs
from services.monitoring.domain.kpis import KpiKey, Meting
from services.monitoring.store.kpimutaties import hold
from services.monitoring.store.kpis import add_to_cells
from shared.clock import system_clock
from shared.db import create_engine, in_transaction
from shared.rules.gemeenten import grjr_on
from shared.work import WORKER_WALL

SIZES = (1_000, 100_000, 1_300_000)
TIMES = 150
WARM = 15
_GROUPS = 5  # how often the naive way is asked: seconds each
_MONTHS = 120  # over which the casussen are spread: ten years

# Two clocks a casus, of the size that each municipality has of the region; most are met, some late, the newest open.
_CLOCKS = f"""
INSERT INTO termijn (id, soort, casus_id, melding_id, ref_id, gemeente_code, start, uiterlijk, waarschuwen_op,
                     gestopt_op, vervallen, uitleg)
SELECT gen_random_uuid(), soort, gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), gemeente, start,
       start + due * interval '1 day', start + (due - 1) * interval '1 day',
       CASE WHEN start + took * interval '1 day' < now() THEN start + took * interval '1 day' END, false, '[]'
FROM (
    SELECT soort, now() - random() * {_MONTHS} * interval '1 month' AS start,
           (ARRAY['0599','0599','0599','0599','0613','0489','0502','0542','1621','0597','0622','0606','0556','1930',
                  '1992','1924'])[1 + floor(random() * 16)] AS gemeente,
           CASE soort WHEN 'onderzoek' THEN 70 ELSE 7 END AS due,
           CASE soort WHEN 'onderzoek' THEN 30 + floor(random() * 50) ELSE floor(random() * 10) END AS took
    FROM generate_series(1, %(casussen)s) n, unnest(ARRAY['veiligheidsbeoordeling', 'onderzoek']) soort
) made
"""
# As many late ones at each size: a page of them is then as full, and what differs is what lies around it.
_LATE = """
INSERT INTO termijn (id, soort, casus_id, melding_id, ref_id, gemeente_code, start, uiterlijk, waarschuwen_op,
                     vervallen, uitleg)
SELECT gen_random_uuid(), 'onderzoek', gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), %(gemeente)s,
       day - interval '70 days', day, day - interval '1 day', false, '[]'
FROM generate_series(now() - interval '60 days', now() - interval '1 day', interval '1 day') day
"""
_LOCAL = "AT TIME ZONE 'Europe/Amsterdam'"
# What these clocks add, by the same rules as domain/kpis.py; each with the day on which it became known.
_CHANGES = f"""
CREATE TEMP TABLE gemaakt ON COMMIT DROP AS
SELECT meting, gemeente_code, dag, naam, waarde, bekend_op, sum(aantal) AS aantal FROM (
    SELECT 'gestart' AS meting, gemeente_code, CAST(date_trunc('month', start {_LOCAL}) AS date) AS dag, soort AS naam,
           '' AS waarde, CAST(start {_LOCAL} AS date) AS bekend_op, 1 AS aantal FROM termijn
    UNION ALL
    SELECT 'voorraad', gemeente_code, CAST(start {_LOCAL} AS date), soort, '', CAST(start {_LOCAL} AS date), 1
    FROM termijn
    UNION ALL
    SELECT 'voorraad', gemeente_code, CAST(start {_LOCAL} AS date), soort, '', CAST(gestopt_op {_LOCAL} AS date), -1
    FROM termijn WHERE gestopt_op IS NOT NULL
    UNION ALL
    SELECT 'doorlooptijd', gemeente_code, CAST(date_trunc('month', gestopt_op {_LOCAL}) AS date), soort,
           CAST(CAST(gestopt_op {_LOCAL} AS date) - CAST(start {_LOCAL} AS date) AS text),
           CAST(gestopt_op {_LOCAL} AS date), 1
    FROM termijn WHERE gestopt_op IS NOT NULL
    UNION ALL
    SELECT CASE WHEN gestopt_op < uiterlijk THEN 'gehaald' ELSE 'te-laat' END, gemeente_code,
           CAST(date_trunc('month', uiterlijk {_LOCAL}) AS date), soort, '', CAST(gestopt_op {_LOCAL} AS date), 1
    FROM termijn WHERE gestopt_op IS NOT NULL
    UNION ALL
    SELECT 'telling', gemeente_code, CAST(date_trunc('month', start {_LOCAL}) AS date),
           (ARRAY['meldingen', 'meldingenPerMelderCategorie', 'uitkomsten', 'acuut', 'personen',
                  'meldingenPerVorm'])[1 + k],
           CASE WHEN k IN (1, 2, 5) THEN 'soort-' || (hashtext(CAST(id AS text)) & 7) ELSE '' END,
           CAST(start {_LOCAL} AS date), 1
    FROM termijn, generate_series(0, 5) k WHERE soort = 'veiligheidsbeoordeling'
) told GROUP BY meting, gemeente_code, dag, naam, waarde, bekend_op
"""
_FILL = (
    _CHANGES,
    "INSERT INTO kpi_mutatie (meting, gemeente_code, dag, naam, waarde, bekend_op, aantal) SELECT * FROM gemaakt",
    """INSERT INTO kpi (meting, gemeente_code, dag, naam, waarde, aantal)
       SELECT meting, gemeente_code, dag, naam, waarde, sum(aantal) FROM gemaakt
       GROUP BY meting, gemeente_code, dag, naam, waarde HAVING sum(aantal) <> 0""",
    """INSERT INTO kpi_peil (dag, begin)
       SELECT CAST(date_trunc('week', now()) AS date) - 7 * n, false FROM generate_series(0, 12) n""",
    """INSERT INTO kpi_stand (peildag, gemeente_code, dag, naam, aantal)
       SELECT p.dag, m.gemeente_code, m.dag, m.naam, sum(m.aantal) FROM kpi_peil p
       JOIN kpi_mutatie m ON m.meting = 'voorraad' AND m.bekend_op < p.dag
       GROUP BY p.dag, m.gemeente_code, m.dag, m.naam HAVING sum(m.aantal) <> 0""",
)
_TABLES = "termijn, kpi, kpi_maand, kpi_mutatie, kpi_peil, kpi_stand"
_ONE = "1621"
_NAIVE = f"""
SELECT gemeente_code, soort, date_trunc('month', uiterlijk {_LOCAL}), count(*),
       count(*) FILTER (WHERE gestopt_op < uiterlijk), count(*) FILTER (WHERE gestopt_op >= uiterlijk),
       percentile_disc(ARRAY[0.5, 0.9]) WITHIN GROUP (ORDER BY gestopt_op - start),
       count(*) FILTER (WHERE gestopt_op IS NULL)
FROM termijn GROUP BY 1, 2, 3
"""


def measure_kpis(where: Stand) -> None:
    """Read figures and clocks at each size; milliseconds (goal: p99 within 1,2 x, a 304 under 0,5 ms of CPU).

    Beside them stands of how many cells an answer is made: a fuller month has more, until each kind and day was seen.
    """
    database = where.database("monitoring")
    print(
        "| casussen | asked | cells | kB | p50 | p99 | door CPU | plain GROUP BY |\n|---|---|---|---|---|---|---|---|"
    )
    with (
        issuer_on_http(programs.free_port(*PORTS)) as issuer,
        room_door(where, "monitoring", database.app_url, issuer) as (port, pid),
        psycopg.connect(database.owner_url, autocommit=True) as connection,
    ):
        token = issuer.mint("vt-teamleider", "vtrr")
        floor = _bare(where)
        for size in SIZES:
            with _filled(connection, size):
                naive = _naive(connection)
                for name, path in _asked(connection).items():
                    spent = cpu_seconds(pid)
                    change = _change_of(name, path)
                    times, kilobytes = asyncio.run(
                        _times(port, token, path, again=name[:3] == "304", change=change, url=database.app_url)
                    )
                    spent = (cpu_seconds(pid) - spent) / len(times) * 1_000
                    ordered = sorted(times[WARM:])
                    print(
                        f"| {size} | {name} | {_cells(connection, path)} | {kilobytes:.0f} | {_p(ordered, 50):.2f} "
                        f"| {_p(ordered, 99):.2f} | {spent:.2f} | {naive:.0f} |",
                        flush=True,
                    )
                    if name.startswith("304"):
                        print(f"| | … beside a bare door | | | | | {floor:.2f} | {spent / floor:.1f} x |", flush=True)


def _cells(connection: psycopg.Connection, path: str) -> str:
    """Return of how many cells an answer is made; a list of clocks is made of none."""
    asked = dict(parse_qsl(urlsplit(path).query))
    if "van" not in asked:
        return ""
    months = f"{asked['van']}-01", f"{asked['tot']}-01"
    found = connection.execute(
        """SELECT count(*) FROM kpi WHERE (meting = 'voorraad' OR dag BETWEEN %s AND %s)
           AND (%s OR gemeente_code = %s)""",
        (*months, "gemeenteCode" not in asked, asked.get("gemeenteCode", "")),
    ).fetchone()
    return str(found[0] if found else 0)


def _bare(where: Stand) -> float:
    """Return the milliseconds of CPU of a 304 that nothing is done for."""
    with bare_door(where) as (port, pid):
        spent = cpu_seconds(pid)
        times, _ = asyncio.run(
            _times(port, "", "/v1/kpis", again=True, change=None, url="postgresql://", at_first="304")
        )
        return (cpu_seconds(pid) - spent) / len(times) * 1_000


@contextmanager
def _filled(connection: psycopg.Connection, size: int) -> Iterator[None]:
    try:
        connection.execute(_CLOCKS, {"casussen": size})
        connection.execute(_LATE, {"gemeente": _ONE})
        with connection.transaction():
            for statement in _FILL:
                connection.execute(statement)
            # What the door kept of the size before is of another version.
            connection.execute(
                "INSERT INTO kpi_versie VALUES (-1, 1) ON CONFLICT (vak) DO UPDATE SET teller = kpi_versie.teller + 1"
            )
        connection.execute(f"VACUUM ANALYZE {_TABLES}")
        yield
    finally:
        connection.execute(f"TRUNCATE {_TABLES}")


def _asked(connection: psycopg.Connection) -> dict[str, str]:
    found = connection.execute(
        """SELECT to_char(now() - interval '1 month', 'YYYY-MM'), to_char(now() - interval '12 months', 'YYYY-MM'),
                  to_char(now() - interval '20 days', 'YYYY-MM-DD')"""
    ).fetchone()
    month, year, day = found or ("", "", "")
    one, region = f"/v1/kpis?van={month}&tot={month}&gemeenteCode={_ONE}", f"/v1/kpis?van={month}&tot={month}"
    whole_year = f"/v1/kpis?van={year}&tot={month}"
    return {
        "a month of one municipality": one,
        "a month of one municipality, after a change": one,
        "a month of the region": region,
        "a month of the region, after a change": region,
        "a year of the region": whole_year,
        "a year of the region, after a change": whole_year,
        "a year of the region, after a change of everything": whole_year,
        "a month of one municipality, as known, after a change": f"{one}&bekendOp={day}",
        "304 of a month of the region": region,
        "clocks": "/v1/termijnen?limiet=50",
        "clocks that are late": f"/v1/termijnen?limiet=50&status=verstreken&gemeenteCode={_ONE}",
    }


Change = Callable[[AsyncEngine], Awaitable[None]]


def _change_of(name: str, path: str) -> Change | None:
    """Return what is changed before each time that a figure is asked for, by the road of the room itself."""
    if name.endswith("after a change of everything"):
        return _change_everything
    if not name.endswith("after a change"):
        return None
    month = date.fromisoformat(path.partition("tot=")[2][:7] + "-01")
    codes = cycle([_ONE] if "gemeenteCode" in path else sorted(grjr_on(month)))

    async def change(engine: AsyncEngine) -> None:
        """Count one melding more of one municipality."""
        code, today = next(codes), system_clock().date()
        delta = {
            KpiKey(Meting.GESTART, code, month, "onderzoek", ""): 1,
            KpiKey(Meting.TELLING, code, month, "meldingen", ""): 1,
            KpiKey(Meting.VOORRAAD, code, today, "onderzoek", ""): 1,
        }
        async with in_transaction(engine) as conn:
            await add_to_cells(conn, delta, bekend_op=today)

    return change


async def _change_everything(engine: AsyncEngine) -> None:
    """Let nothing that the door keeps be of now, as when it has just been started."""
    async with in_transaction(engine) as conn:
        await conn.execute(text("UPDATE kpi_maand SET merk = gen_random_uuid()"))
        await hold(conn)


def _naive(connection: psycopg.Connection) -> float:
    spent = []
    for _ in range(_GROUPS):
        begin = time.perf_counter()
        connection.execute(_NAIVE).fetchall()
        spent.append(time.perf_counter() - begin)
    return sorted(spent)[_GROUPS // 2] * 1_000


def _p(times: list[float], percent: int) -> float:
    return times[min(len(times) - 1, len(times) * percent // 100)] * 1_000


async def _times(  # noqa: PLR0913, what is asked and how, keyword only
    port: int, token: str, path: str, *, again: bool, change: Change | None, url: str, at_first: str = "200"
) -> tuple[list[float], float]:
    """Ask again and again over one connection; return how long each answer took, and how large it is."""
    engine = create_engine(url, name="bench", pool_size=1, rol=WORKER_WALL)
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    etag, times, size = "", [], 0
    # A 304 costs less than the clock of the CPU can tell of a few hundred.
    for _ in range((TIMES + WARM) * (10 if again else 1)):
        if change:
            await change(engine)
        since = f"If-None-Match: {etag}\r\n" if again and etag else ""
        begin = time.perf_counter()
        writer.write(f"GET {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\n{since}\r\n".encode())
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        length = re.search(r"(?i)content-length: (\d+)", head)
        size = int(length.group(1)) if length else 0
        await reader.readexactly(size)
        times.append(time.perf_counter() - begin)
        status = head.split()[1]
        if status != ("304" if since else at_first):
            raise RuntimeError(f"the door answered {status}")
        etag = next(iter(re.findall(r"(?i)etag: (\S+)", head)), "")
    writer.close()
    await engine.dispose()
    return times, size / 1_024
