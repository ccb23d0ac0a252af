"""Tasks of a worker on a real database: done once, tried again, never lost and never done by two at once."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from shared.db import create_engine, in_transaction
from shared.errors import OperationalError
from shared.ids import new_id
from shared.messaging import tasks
from shared.messaging.tasks import WAITS, Again, Done, GivenUp, Outcome, Task, do_one, open_tasks, plan_task, run_tasks
from shared.work import WORKER_WALL
from tests.support import RoomDatabaseFactory, SettableClock

pytestmark = pytest.mark.anyio


@pytest.fixture
async def engine(room_database: RoomDatabaseFactory) -> AsyncIterator[AsyncEngine]:
    engine = create_engine(room_database("intake").app_url, name="test-taken", pool_size=8, rol=WORKER_WALL)
    yield engine
    await engine.dispose()


async def planned(engine: AsyncEngine, klok: SettableClock, soort: str = "proef", **later: object) -> UUID:
    object_id = new_id()
    async with in_transaction(engine) as conn:
        await plan_task(conn, soort, object_id, casus_id=None, now=klok(), **later)  # type: ignore[arg-type]
    return object_id


async def waiting(engine: AsyncEngine) -> dict[str, int]:
    async with in_transaction(engine) as conn:
        return dict(await open_tasks(conn))


async def test_a_task_that_is_done_is_not_done_again(engine: AsyncEngine, klok: SettableClock) -> None:
    seen: list[UUID] = []
    object_id = await planned(engine, klok)

    async def perform(task: Task) -> Outcome:
        seen.append(task.object_id)
        return Done()

    assert await do_one(engine, {"proef": perform}, clock=klok)
    assert not await do_one(engine, {"proef": perform}, clock=klok)

    assert seen == [object_id]
    assert await waiting(engine) == {}


async def test_a_task_that_fails_waits_longer_each_time(engine: AsyncEngine, klok: SettableClock) -> None:
    await planned(engine, klok)

    async def perform(task: Task) -> Outcome:
        raise OperationalError("even niet")

    for wait in (*WAITS, WAITS[-1]):
        assert await do_one(engine, {"proef": perform}, clock=klok)
        klok.now += wait - timedelta(seconds=1)
        assert not await do_one(engine, {"proef": perform}, clock=klok)
        klok.now += timedelta(seconds=1)
    assert await waiting(engine) == {"proef:open": 1}


async def test_a_task_in_pieces_goes_on_at_once_and_lets_another_go_between(
    engine: AsyncEngine, klok: SettableClock
) -> None:
    done: list[str] = []
    await planned(engine, klok, "groot")

    async def large(task: Task) -> Outcome:
        done.append("groot")
        return Done() if task.pogingen == 3 else Again(failed=False)

    async def small(task: Task) -> Outcome:
        done.append("klein")
        return Done()

    assert await do_one(engine, {"groot": large, "klein": small}, clock=klok)
    klok.now += timedelta(seconds=1)
    await planned(engine, klok, "klein")
    klok.now += timedelta(seconds=1)
    while await do_one(engine, {"groot": large, "klein": small}, clock=klok):
        klok.now += timedelta(seconds=1)

    assert done == ["groot", "groot", "klein", "groot"]


async def test_a_task_that_is_given_up_stays_to_be_seen_and_can_be_planned_again(
    engine: AsyncEngine, klok: SettableClock
) -> None:
    object_id = await planned(engine, klok)

    async def perform(task: Task) -> Outcome:
        return GivenUp("geen-adres")

    await do_one(engine, {"proef": perform}, clock=klok)
    assert await waiting(engine) == {"proef:opgegeven": 1}
    async with in_transaction(engine) as conn:
        await plan_task(conn, "proef", object_id, casus_id=None, now=klok())

    assert await waiting(engine) == {"proef:open": 1}


async def test_two_workers_never_do_one_task_at_once(engine: AsyncEngine, klok: SettableClock) -> None:
    for _ in range(20):
        await planned(engine, klok)
    busy: set[UUID] = set()
    done: list[UUID] = []

    async def perform(task: Task) -> Outcome:
        assert task.id not in busy
        busy.add(task.id)
        await asyncio.sleep(0.005)
        busy.discard(task.id)
        done.append(task.id)
        return Done()

    async def all_of_it() -> None:
        while await do_one(engine, {"proef": perform}, clock=klok):
            pass

    await asyncio.gather(*(all_of_it() for _ in range(4)))

    assert len(done) == len(set(done)) == 20


async def test_the_task_of_a_worker_that_died_is_done_by_another(
    engine: AsyncEngine, klok: SettableClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    await planned(engine, klok)

    async def dies(task: Task) -> Outcome:
        raise KeyboardInterrupt

    async def perform(task: Task) -> Outcome:
        return Done()

    with pytest.raises(KeyboardInterrupt):
        await do_one(engine, {"proef": dies}, clock=klok)
    assert not await do_one(engine, {"proef": perform}, clock=klok)
    async with in_transaction(engine) as conn:
        await conn.execute(text("UPDATE taak SET geclaimd_tot = geclaimd_tot - interval '1 hour'"))

    assert await do_one(engine, {"proef": perform}, clock=klok)


async def test_a_fault_of_ours_in_one_task_does_not_stop_the_others(engine: AsyncEngine, klok: SettableClock) -> None:
    await planned(engine, klok, "kapot")
    klok.now += timedelta(seconds=1)
    await planned(engine, klok, "heel")
    stop = asyncio.Event()

    async def broken(task: Task) -> Outcome:
        raise ValueError("wij")

    async def whole(task: Task) -> Outcome:
        stop.set()
        return Done()

    async with asyncio.timeout(10):
        await run_tasks(engine, {"kapot": broken, "heel": whole}, stop, clock=klok, poll_seconds=0.01)

    assert await waiting(engine) == {"kapot:open": 1}


async def test_a_task_waits_for_its_moment(engine: AsyncEngine, klok: SettableClock) -> None:
    await planned(engine, klok, niet_voor=klok() + timedelta(hours=2))

    async def perform(task: Task) -> Outcome:
        return Done()

    assert not await do_one(engine, {"proef": perform}, clock=klok)
    klok.now += timedelta(hours=2)
    assert await do_one(engine, {"proef": perform}, clock=klok)


def test_a_claim_outlives_every_task() -> None:
    assert tasks.CLAIM.total_seconds() > tasks._TASK_SECONDS
