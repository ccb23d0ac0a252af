"""Figures as they were known on a day: what is answered about a day later is what was answered on it."""

import asyncio
import random
import re
from datetime import date, datetime, timedelta
from typing import Any
from unittest.mock import patch
from uuid import UUID

import psycopg
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import event, text
from sqlalchemy.ext.asyncio import AsyncEngine

from services.monitoring.domain.bekend import from_now
from services.monitoring.domain.kpis import KpiKey, KpiRapport, Meting
from services.monitoring.handlers.kpibewijs import recompute_kpis
from services.monitoring.handlers.kpis import KpiVraag, balance_stock, report_kpis
from services.monitoring.store.kpimutaties import book, read_known
from services.monitoring.store.kpis import add_to_cells, all_cells
from shared.db import create_engine, in_transaction
from shared.rules.calendar import amsterdam_day
from shared.rules.codes import TermijnSoort
from shared.rules.settings import DEFAULT_SETTINGS
from shared.work import WORKER_WALL
from tests.integration.monitoring.core.room import MonitoringRoom, hear
from tests.integration.monitoring.core.test_facts import TABLES, crossed, random_chain
from tests.support import RoomDatabaseFactory, SettableClock
from tests.unit.monitoring.core import builders
from tests.unit.monitoring.core.builders import Chain, ams

pytestmark = pytest.mark.anyio

MONDAY = ams("2026-03-02 10:00")
VAN, TOT = date(2026, 1, 1), date(2026, 12, 1)
VB = TermijnSoort.VEILIGHEIDSBEOORDELING


async def _emptied(engine: AsyncEngine) -> None:
    async with in_transaction(engine) as conn:
        for table in TABLES:
            await conn.execute(text(f"DELETE FROM {table}"))  # noqa: S608, fixed words


async def _asked(engine: AsyncEngine, now: datetime, bekend_op: date | None) -> list[KpiRapport]:
    async with in_transaction(engine) as conn:
        return [
            await report_kpis(conn, vraag, rules=DEFAULT_SETTINGS, now=now)
            for vraag in (
                KpiVraag(VAN, TOT, frozenset({"0599"}), uitsplitsing=True, bekend_op=bekend_op),
                KpiVraag(date(2026, 3, 1), date(2026, 4, 1), None, VB, bekend_op=bekend_op),
            )
        ]


def _figures(rapporten: list[KpiRapport]) -> list[object]:
    return [(rapport.van, rapport.tot, rapport.regio, rapport.gemeenten) for rapport in rapporten]


def test_what_was_known_on_a_day_is_what_was_answered_at_its_end_whatever_came_later(
    room_database: RoomDatabaseFactory, klok: SettableClock
) -> None:
    made = room_database("monitoring")
    with asyncio.Runner() as runner:
        engine = create_engine(made.app_url, name="test", pool_size=3, rol=WORKER_WALL)

        async def play_it(rnd: random.Random, ids: random.Random) -> None:
            await _emptied(engine)
            klok.set(MONDAY - timedelta(days=3))
            answered: dict[date, list[KpiRapport]] = {}
            queues = random_chain(rnd, ids)
            if rnd.random() < 0.3:
                gone = Chain(queues[0][0].casus_id)
                gone.vernietig(MONDAY + timedelta(days=rnd.randrange(100)))
                queues.append(list(gone.facts))
            batches = crossed(queues, rnd)
            for batch in batches:
                await hear(engine, batch, klok)
                if rnd.random() < 0.3:
                    await balance_stock(engine, now=klok())
                if rnd.random() < 0.1:  # a cell that is wrong for a while, and is put right
                    await _spoil(engine, rnd, amsterdam_day(klok()))
                    answered[amsterdam_day(klok())] = await _asked(engine, klok(), None)
                    klok.advance(timedelta(days=rnd.randrange(1, 9)))
                    await recompute_kpis(engine, DEFAULT_SETTINGS, now=klok())
                answered[amsterdam_day(klok())] = await _asked(engine, klok(), None)
                klok.advance(timedelta(hours=rnd.randrange(24 * 12)))
            for day, told in answered.items():
                known = await _asked(engine, klok(), day)
                assert _figures(known) == _figures(told), day
            assert (await recompute_kpis(engine, DEFAULT_SETTINGS, now=klok())).is_equal

        @settings(
            max_examples=4,
            deadline=None,
            phases=(Phase.explicit, Phase.reuse, Phase.generate),
            suppress_health_check=list(HealthCheck),
        )
        @given(st.randoms(use_true_random=False))
        def property_holds(rnd: random.Random) -> None:
            ids = random.Random(1)
            with patch.object(builders, "uuid4", lambda: UUID(int=ids.getrandbits(128))):
                runner.run(play_it(rnd, ids))

        try:
            property_holds()
        finally:
            runner.run(engine.dispose())


async def _spoil(engine: AsyncEngine, rnd: random.Random, today: date) -> None:
    """Count something that no fact tells, as a release with a fault would."""
    async with in_transaction(engine) as conn:
        keys = sorted(await all_cells(conn))
        if keys:
            await add_to_cells(conn, {rnd.choice(keys): 1}, bekend_op=today)


# --- the door ---


async def _known(monitoring: MonitoringRoom, day: str, who: tuple[str, ...] = ("vt-medewerker",)) -> dict[str, Any]:
    path = f"/kpis?van=2026-03&tot=2026-03&gemeenteCode=0599&fase=veiligheidsbeoordeling&bekendOp={day}"
    answer = await monitoring.get(path, *who)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def _fase(answer: dict[str, Any]) -> dict[str, Any]:
    (area,) = answer["gemeenten"]
    found: dict[str, Any] = area["fasen"][0]
    return found


async def test_a_besluit_that_is_heard_of_late_is_not_in_what_was_known_before(monitoring: MonitoringRoom) -> None:
    chain = Chain()
    melding = chain.melding(MONDAY)
    monitoring.klok.set(MONDAY)
    await monitoring.hear(chain.facts)
    chain.besluit(melding, MONDAY + timedelta(days=1))
    monitoring.klok.set(ams("2026-03-20 23:59"))
    await monitoring.hear(chain.facts)
    monitoring.klok.set(ams("2026-05-01 10:00"))

    before, at_once = await _known(monitoring, "2026-03-19"), await _known(monitoring, "2026-03-20")
    of_the_own = await _known(monitoring, "2026-03-19", ("gemeente", "0599"))

    assert (before["bekendOp"], _fase(before)["totaal"]["gehaald"]) == ("2026-03-19", 0)
    assert _fase(before)["voorraad"] == {"aantal": 1, "oudsteDagen": 17, "mediaanDagen": 17}
    assert _fase(at_once)["totaal"]["gehaald"] == 1
    assert _fase(at_once)["voorraad"]["aantal"] == 0
    assert of_the_own == before


async def test_a_day_that_has_not_come_and_one_of_before_it_was_kept_are_refused_in_words(
    monitoring: MonitoringRoom,
) -> None:
    monitoring.klok.set(MONDAY)
    await monitoring.write("INSERT INTO kpi_peil VALUES ('2026-02-10', true)")
    path = "/kpis?van=2026-01&tot=2026-03&bekendOp="

    tomorrow, before, today = [await monitoring.get(path + day) for day in ("2026-03-03", "2026-02-09", "2026-03-02")]

    assert (tomorrow.status_code, before.status_code, today.status_code) == (400, 400, 200)
    assert "ligt na vandaag (2026-03-02)" in tomorrow.json()["detail"]
    assert "vanaf 2026-02-10" in before.json()["detail"]
    assert (await monitoring.get(f"{path}gisteren")).status_code == 400


# --- the books ---


async def test_a_book_and_a_balance_that_do_not_add_up_are_found_and_put_right(monitoring: MonitoringRoom) -> None:
    chain = Chain()
    chain.melding(MONDAY)
    monitoring.klok.set(MONDAY)
    await monitoring.hear(chain.facts)
    monitoring.klok.set(MONDAY + timedelta(days=10))
    assert await balance_stock(monitoring.made.engine, now=monitoring.klok())
    books = await monitoring.rows("SELECT * FROM kpi_stand ORDER BY naam")
    await monitoring.write("UPDATE kpi_mutatie SET aantal = aantal + 2 WHERE naam = 'meldingen'")
    await monitoring.write("UPDATE kpi_stand SET aantal = 9 WHERE naam = 'veiligheidsbeoordeling'")

    found = await recompute_kpis(monitoring.made.engine, DEFAULT_SETTINGS, now=monitoring.klok())
    again = await recompute_kpis(monitoring.made.engine, DEFAULT_SETTINGS, now=monitoring.klok())

    assert (found.different, found.booked_different, found.balances_different) == (0, 1, 1)
    assert again.is_equal
    assert await monitoring.rows("SELECT * FROM kpi_stand ORDER BY naam") == books
    corrected = await monitoring.rows("SELECT bekend_op, aantal FROM kpi_mutatie WHERE naam = 'meldingen' ORDER BY 1")
    assert [(row["bekend_op"], row["aantal"]) for row in corrected] == [
        (date(2026, 3, 2), 3),
        (date(2026, 3, 12), -2),
    ]


async def test_nothing_is_booked_before_a_balance_though_the_clock_says_so(monitoring: MonitoringRoom) -> None:
    monitoring.klok.set(MONDAY + timedelta(days=7))
    assert await balance_stock(monitoring.made.engine, now=monitoring.klok())
    assert not await balance_stock(monitoring.made.engine, now=monitoring.klok())
    chain = Chain()
    chain.melding(MONDAY)
    monitoring.klok.set(MONDAY)

    await monitoring.hear(chain.facts)

    days = await monitoring.rows("SELECT DISTINCT bekend_op FROM kpi_mutatie")
    assert [row["bekend_op"] for row in days] == [date(2026, 3, 9)]


async def test_while_somebody_books_no_balance_is_made(monitoring: MonitoringRoom) -> None:
    now = MONDAY + timedelta(days=7)
    key = KpiKey(Meting.TELLING, "0599", date(2026, 3, 1), "meldingen", "")
    async with in_transaction(monitoring.made.engine) as conn:
        await book(conn, {key: 1}, bekend_op=date(2026, 3, 2))

        assert not await balance_stock(monitoring.made.engine, now=now)

    assert await balance_stock(monitoring.made.engine, now=now)


# Of 16 municipalities: three years in which a clock starts each day and others end, and what the months count.
_BOOKED = """
INSERT INTO kpi_mutatie (meting, gemeente_code, dag, naam, waarde, bekend_op, aantal)
SELECT 'voorraad', CAST(600 + g AS text), CAST('2026-12-31' AS date) - d - ago, 'onderzoek', '',
       CAST('2026-12-31' AS date) - d, 1
FROM generate_series(1, 16) g, generate_series(0, 1095) d, unnest(ARRAY[0, 30, 70]) ago
UNION ALL
SELECT 'doorlooptijd', CAST(600 + g AS text), make_date(2026, m, 1), 'onderzoek', CAST(n AS text),
       make_date(2026, m, n), 1
FROM generate_series(1, 16) g, generate_series(1, 12) m, generate_series(1, 28) n
"""


@pytest.mark.parametrize("month", [date(2026, 10, 1), date(2026, 11, 1)], ids=["behind", "ahead"])
async def test_what_was_known_of_one_municipality_is_read_along_its_own_days(
    room_database: RoomDatabaseFactory, month: date
) -> None:
    made = room_database("monitoring")
    with psycopg.connect(made.owner_url, autocommit=True) as owner:
        owner.execute(_BOOKED)
        owner.execute("INSERT INTO kpi_peil (dag, begin) VALUES ('2026-11-02', false), ('2026-11-09', false)")
        owner.execute("VACUUM ANALYZE kpi_mutatie")
    engine = create_engine(made.app_url, name="test", pool_size=1, rol=WORKER_WALL)

    plan = await _plan_of_known(engine, month, frozenset({"0607"}))
    await engine.dispose()

    # A month from either end by its key, of which one is asked and the other not, and the stock of this week.
    assert re.findall(r"(?:using|Scan on) ((?:pk|ix)_kpi_mutatie\w*)", plan) == [
        "pk_kpi_mutatie",
        "pk_kpi_mutatie",
        "ix_kpi_mutatie_voorraad_gemeente",
    ]


async def _plan_of_known(engine: AsyncEngine, month: date, gemeente_codes: frozenset[str]) -> str:
    bekend_op = date(2026, 11, 10)
    terug, vooruit = from_now([month], bekend_op)
    asked: list[tuple[str, tuple[Any, ...]]] = []

    def note(_: object, __: object, statement: str, parameters: tuple[Any, ...], *___: object) -> None:
        asked.append((statement, parameters))

    async with in_transaction(engine) as conn:
        event.listen(engine.sync_engine, "before_cursor_execute", note)
        await read_known(
            conn,
            bekend_op=bekend_op,
            terug=terug,
            vooruit=vooruit,
            gemeente_codes=gemeente_codes,
            fasen=None,
            uitsplitsing=False,
        )
        statement, parameters = asked[-1]
        return "\n".join((await conn.exec_driver_sql(f"EXPLAIN {statement}", parameters)).scalars())
