"""What waits for a receiver through its door, against the plain SQL of one page and its counts over one connection."""

import asyncio
import statistics
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import psycopg

from bench.client import read_answer
from bench.stand import PORTS, Stand, cpu_seconds, issuer_on_http, room_door
from deploy.local import programs

SIZES = (500, 2_000)
TIMES = 600
WARM = 60
_PAGE = 51
_GEMEENTE, _TEAM, _PARTNER, _SUBJECT = "0599", "lokaal-team-0599", "opvang-rotterdam-rijnmond", "medewerker-7"
_WORKERS = 40  # about what a large local team is

# Of each of three readers (a team, a partner, Veilig Thuis) as many wait; nine times as many are done, or of others.
_FILL = f"""
INSERT INTO overdracht (id, casus_id, melding_id, gemeente_code, soort, organisatie_id, draagt_zicht, status,
                        aangeboden_op, accepteren_uiterlijk, keert_terug_op, geaccepteerd_op, te_laat_geaccepteerd,
                        geweigerd_op, eerste_contact_op, behandelaar, versie)
SELECT gen_random_uuid(), gen_random_uuid(), gen_random_uuid(),
       CASE WHEN reader = 0 AND n <= %(open)s THEN '{_GEMEENTE}' ELSE '0622' END,
       CASE WHEN reader = 1 THEN 'opvang' ELSE 'lokaal-veld' END,
       CASE WHEN reader = 1 THEN '{_PARTNER}' WHEN n <= %(open)s THEN '{_TEAM}' ELSE 'lokaal-team-0622' END,
       reader < 2,
       CASE WHEN reader = 2 THEN 'geweigerd' WHEN n <= %(open)s AND n %% 2 = 0 THEN 'aangeboden'
            ELSE 'geaccepteerd' END,
       now() - n * interval '7 min', now() + (n %% 900 - 300) * interval '2 hours', now(),
       CASE WHEN reader < 2 AND NOT (n <= %(open)s AND n %% 2 = 0) THEN now() - n * interval '3 min' END, false,
       CASE WHEN reader = 2 THEN now() - n * interval '3 min' END,
       CASE WHEN reader < 2 AND n > %(open)s THEN now() END,
       CASE WHEN n %% 3 > 0 THEN 'medewerker-' || n %% {_WORKERS} END, 2
FROM generate_series(1, 10 * %(open)s) n, generate_series(0, 2) reader
WHERE reader < 2 OR n <= %(open)s
"""
# Of what they still have to do a quarter has a running plan with two actions, and all that others have; of what the
# partner has done the plan has ended.
_PLANS = f"""
WITH made AS (
    INSERT INTO plan (id, overdracht_id, casus_id, melding_id, gemeente_code, status, fase, versie, gestart_op,
                      evaluatie_dag, niet_voldaan)
    SELECT gen_random_uuid(), id, casus_id, melding_id, gemeente_code, 'lopend', 'veiligheid', 1, geaccepteerd_op,
           current_date + 14, '{{}}'
    FROM overdracht WHERE status = 'geaccepteerd'
      AND CASE WHEN gemeente_code = '{_GEMEENTE}' THEN hashtext(id::text) % 4 = 0
               ELSE organisatie_id <> '{_PARTNER}' END
    RETURNING id, overdracht_id
), acts AS (
    INSERT INTO plan_actie (id, plan_id, fase, organisatie_id, uiterlijk_dag, afgesproken_op, status, tekst)
    SELECT gen_random_uuid(), id, 'veiligheid', '{_TEAM}', current_date + n * 5 - 4, now(), 'open', ''
    FROM made, generate_series(1, 2) n
)
UPDATE overdracht SET planstand = 'lopend' FROM made WHERE overdracht.id = made.overdracht_id
"""
_ENDED = f"""
UPDATE overdracht SET planstand = 'ander'
WHERE status = 'geaccepteerd' AND organisatie_id = '{_PARTNER}' AND gemeente_code <> '{_GEMEENTE}'
"""


@dataclass(frozen=True, slots=True)
class _Asked:
    """Who asks for what, and which rows of each kind that is in SQL."""

    who: tuple[str, str, tuple[str, ...]]
    query: str
    conditions: str


_TEAM_ASKS = ("lokaal-team", _TEAM, (_GEMEENTE,))
_OF_TEAM = f"gemeente_code = '{_GEMEENTE}' AND soort = 'lokaal-veld'"
_ASKED = {
    "team, all": _Asked(_TEAM_ASKS, "", _OF_TEAM),
    "team, mine": _Asked(_TEAM_ASKS, "?behandelaar=mij", f"{_OF_TEAM} AND behandelaar = '{_SUBJECT}'"),
    "team, nobody's": _Asked(_TEAM_ASKS, "?zonderBehandelaar=true", f"{_OF_TEAM} AND behandelaar IS NULL"),
    "team, one kind": _Asked(_TEAM_ASKS, "?soort=aanbod", _OF_TEAM),
    "partner": _Asked(("ketenpartner", _PARTNER, ()), "", f"organisatie_id = '{_PARTNER}'"),
    "Veilig Thuis": _Asked(("vt-medewerker", "vtrr", ()), "", "true"),
}
_KINDS = {
    "ontvanger": {
        "accepteren_uiterlijk": "status = 'aangeboden'",
        "geaccepteerd_op": "status = 'geaccepteerd' AND eerste_contact_op IS NULL",
    },
    "veilig-thuis": {"geweigerd_op": "status = 'geweigerd'"},
}


def measure_openstaand(where: Stand) -> None:
    """Read the first page with its counts; p50 and p99 in milliseconds (goal: p99 under 20 with 2.000 open)."""
    database = where.database("handover")
    print("| open | asked | items | SQL p50 | SQL p99 | door p50 | door p99 | door CPU | door / SQL (p50) | plan |")
    print("|---|---|---|---|---|---|---|---|---|---|")
    with (
        issuer_on_http(programs.free_port(*PORTS)) as issuer,
        room_door(where, "handover", database.app_url, issuer) as (port, pid),
    ):
        for size in SIZES:
            with psycopg.connect(database.owner_url, autocommit=True) as connection, _filled(connection, size):
                for name, asked in _ASKED.items():
                    rol, organisatie, gemeenten = asked.who
                    token = issuer.mint(rol, organisatie, gemeenten=gemeenten, subject=_SUBJECT)
                    spent = cpu_seconds(pid)
                    door = asyncio.run(_times(port, token, asked.query))
                    spent = (cpu_seconds(pid) - spent) / (TIMES + WARM) * 1_000
                    _show(f"| {size} | {name}", connection, asked, door, spent)


@contextmanager
def _filled(connection: psycopg.Connection, size: int) -> Iterator[None]:
    try:
        connection.execute(_FILL, {"open": size})
        connection.execute(_PLANS)
        connection.execute(_ENDED)
        connection.execute("VACUUM ANALYZE overdracht, plan, plan_actie")
        yield
    finally:
        connection.execute("TRUNCATE overdracht CASCADE")


def _kinds(asked: _Asked) -> dict[str, str]:
    return _KINDS["veilig-thuis" if asked.who[0].startswith("vt-") else "ontvanger"]


def _page(asked: _Asked) -> str:
    parts = [
        f"(SELECT id, casus_id, gemeente_code, organisatie_id, aangeboden_op, behandelaar, {op} AS op FROM overdracht "
        f"WHERE {open_} AND {asked.conditions} ORDER BY {op}, id LIMIT {_PAGE})"
        for op, open_ in _kinds(asked).items()
    ]
    return f"SELECT * FROM ({' UNION ALL '.join(parts)}) found ORDER BY op, id LIMIT {_PAGE}"


def _counts(asked: _Asked) -> str:
    return " UNION ALL ".join(
        f"SELECT count(*), count(*) FILTER (WHERE {op} <= now()) FROM overdracht WHERE {open_} AND {asked.conditions}"
        for op, open_ in _kinds(asked).items()
    )


def _show(told: str, connection: psycopg.Connection, asked: _Asked, door: list[float], spent: float) -> None:
    page, counts = _page(asked), _counts(asked)
    plan = " ".join(row[0] for query in (page, counts) for row in connection.execute(f"EXPLAIN {query}"))
    floor, items = [], 0
    for _ in range(TIMES + WARM):
        begin = time.perf_counter()
        items = len(connection.execute(page).fetchall())
        connection.execute(counts).fetchall()
        floor.append(time.perf_counter() - begin)
    sql, door = sorted(floor[WARM:]), sorted(door[WARM:])
    scan = "SEQUENTIAL" if "Seq Scan" in plan else "index"
    print(
        f"{told} | {min(items, _PAGE - 1)} | {_p(sql, 50):.2f} | {_p(sql, 99):.2f} | {_p(door, 50):.2f} "
        f"| {_p(door, 99):.2f} | {spent:.2f} | {statistics.median(door) / statistics.median(sql):.1f} | {scan} |",
        flush=True,
    )


def _p(times: list[float], percent: int) -> float:
    return times[min(len(times) - 1, len(times) * percent // 100)] * 1000


async def _times(port: int, token: str, query: str) -> list[float]:
    """Ask for the first page again and again over one connection; return how long each answer took."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    asked = f"GET /v1/openstaand{query} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\n\r\n".encode()
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
