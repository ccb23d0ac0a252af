"""The promises of the messaging, each on real PostgreSQL and Redis."""

import asyncio
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from shared.db import in_transaction
from shared.events.payloads import CasusAfgesloten
from shared.messaging import quarantine
from shared.messaging.outbox import NewFact, append
from tests.integration.messaging.conftest import NOW, Hearer, Teller

pytestmark = pytest.mark.anyio


async def test_a_fact_that_is_told_is_heard(teller: Teller, hearer: Hearer, casus_id: UUID) -> None:
    await teller.tell(casus_id, 1, 2, 3)

    await teller.publish()
    await hearer.worker().read_once(block_ms=10)

    assert await hearer.heard(casus_id) == ["n1", "n2", "n3"]


async def test_a_fact_of_a_transaction_that_fails_does_not_exist(teller: Teller, casus_id: UUID) -> None:
    fact = NewFact(uuid4(), casus_id, CasusAfgesloten(afgesloten_op=NOW, reden="x"))

    async def tell_and_fail() -> None:
        async with in_transaction(teller.engine) as conn:
            await append(conn, [fact], now=NOW)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await tell_and_fail()

    async with in_transaction(teller.engine) as conn:
        assert (
            await conn.execute(text("SELECT count(*) FROM outbox WHERE casus_id = :c"), {"c": casus_id})
        ).scalar() == 0


async def test_a_fact_cannot_be_recorded_outside_a_transaction(teller: Teller) -> None:
    async with teller.engine.connect() as conn:
        with pytest.raises(RuntimeError):
            await append(conn, [], now=NOW)


async def test_deciding_the_same_thing_twice_tells_it_once(teller: Teller, casus_id: UUID) -> None:
    await teller.tell(casus_id, 1)
    await teller.tell(casus_id, 1, 2)

    async with in_transaction(teller.engine) as conn:
        rows = await conn.execute(text("SELECT volgnummer, data->>'reden' AS reden FROM outbox ORDER BY id"))
        assert [(row.volgnummer, row.reden) for row in rows] == [(1, "n1"), (2, "n2")]


async def test_concurrent_transactions_of_one_casus_are_numbered_without_a_gap(teller: Teller, casus_id: UUID) -> None:
    await asyncio.gather(*(teller.tell(casus_id, n) for n in range(40)))

    async with in_transaction(teller.engine) as conn:
        rows = await conn.execute(text("SELECT volgnummer FROM outbox ORDER BY id"))
        assert [row.volgnummer for row in rows] == list(range(1, 41))


async def test_a_message_that_is_delivered_five_times_is_handled_once(
    teller: Teller, hearer: Hearer, casus_id: UUID
) -> None:
    await teller.tell(casus_id, 1, 2)
    await teller.publish()
    entries = await teller.redis.xrange("keten:monitoring")
    for _ in range(4):
        for _, fields in entries:
            await teller.redis.xadd("keten:monitoring", fields)

    while await hearer.worker().read_once(block_ms=10):
        pass

    assert await hearer.heard(casus_id) == ["n1", "n2"]


@given(order=st.permutations(range(8)), batch_max=st.integers(1, 8))
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_messages_in_any_order_are_handled_in_the_order_of_their_casus(
    teller: Teller, hearer: Hearer, order: list[int], batch_max: int
) -> None:
    casus_id = uuid4()
    await teller.redis.xtrim("keten:monitoring", maxlen=0, approximate=False)
    await teller.tell(casus_id, *range(8))
    await teller.publish()
    entries = await teller.redis.xrange("keten:monitoring")
    await teller.redis.xtrim("keten:monitoring", maxlen=0, approximate=False)
    for number in order:
        await teller.redis.xadd("keten:monitoring", entries[number][1])

    while await hearer.worker(batch_max=batch_max).read_once(block_ms=10):
        pass

    assert await hearer.heard(casus_id) == [f"n{n}" for n in range(8)]


async def test_any_number_of_workers_keeps_the_order_of_each_casus(teller: Teller, hearer: Hearer) -> None:
    casussen = [uuid4() for _ in range(12)]
    for number in range(15):
        await asyncio.gather(*(teller.tell(casus_id, number) for casus_id in casussen))
    await teller.publish()

    stop = asyncio.Event()
    workers = [asyncio.create_task(hearer.worker(f"w{n}", batch_max=3).run(stop)) for n in range(5)]
    await _until(hearer, 12 * 15)
    stop.set()
    await asyncio.gather(*workers)

    assert await hearer.everything() == {casus_id: [f"n{n}" for n in range(15)] for casus_id in casussen}


async def test_what_a_dead_worker_had_in_hand_is_taken_over(teller: Teller, hearer: Hearer, casus_id: UUID) -> None:
    await teller.tell(casus_id, 1)
    await teller.publish()
    await hearer.redis.xreadgroup("intake", "dead", {"keten:monitoring": ">"}, count=10)

    await asyncio.sleep(0.3)
    await hearer.worker()._claim_abandoned()

    assert await hearer.heard(casus_id) == ["n1"]


async def test_an_emptied_redis_is_filled_again_from_the_outbox(teller: Teller, hearer: Hearer, casus_id: UUID) -> None:
    await teller.tell(casus_id, 1, 2)
    await teller.publish()
    await hearer.worker().read_once(block_ms=10)
    await teller.tell(casus_id, 3)
    await teller.publish()

    await teller.redis.flushdb()
    await teller.tell(casus_id, 4)
    await teller.publish()
    await hearer.worker().ensure_groups()
    while await hearer.worker().read_once(block_ms=10):
        pass

    assert await hearer.heard(casus_id) == ["n1", "n2", "n3", "n4"]


async def test_a_stream_that_lost_its_tail_gets_it_back(teller: Teller, hearer: Hearer, casus_id: UUID) -> None:
    await teller.tell(casus_id, 1)
    await teller.publish()
    backup = await teller.redis.dump("keten:monitoring")
    await teller.tell(casus_id, 2, 3)
    await teller.publish()

    await teller.redis.restore("keten:monitoring", 0, backup, replace=True)
    await teller.publish()
    while await hearer.worker().read_once(block_ms=10):
        pass

    assert await hearer.heard(casus_id) == ["n1", "n2", "n3"]


async def test_what_every_reader_confirmed_is_trimmed_and_not_published_again(
    teller: Teller, hearer: Hearer, casus_id: UUID
) -> None:
    for room in ("handover", "triage"):
        await teller.redis.xgroup_create("keten:monitoring", room, id="0", mkstream=True)
    await teller.tell(casus_id, *range(200))
    await teller.publish()
    while await hearer.worker().read_once(block_ms=10):
        pass
    for room in ("handover", "triage"):
        read = await teller.redis.xreadgroup(room, "x", {"keten:monitoring": ">"}, count=500)
        await teller.redis.xack("keten:monitoring", room, *(entry_id for entry_id, _ in read[0][1]))

    await teller.relay.tidy()
    left = await teller.redis.xlen("keten:monitoring")
    await teller.redis.flushdb()
    await teller.publish()

    assert left < 200
    assert await teller.redis.xlen("keten:monitoring") == 0


async def test_two_relays_publish_each_fact_once_and_in_order(teller: Teller, casus_id: UUID) -> None:
    for number in range(30):
        await teller.tell(casus_id, number)

    await asyncio.gather(*(teller.publish() for _ in range(4)))
    await teller.publish()

    entries = await teller.redis.xrange("keten:monitoring")
    assert len(entries) == 30


async def test_a_bad_message_is_set_aside_and_its_neighbours_go_on(teller: Teller, hearer: Hearer) -> None:
    bad, good = uuid4(), uuid4()
    hearer.fails_on = {"n7"}
    await teller.tell(bad, 7, 8)
    await teller.tell(good, 1)
    await teller.publish()
    await teller.redis.xadd("keten:monitoring", {"ce": b"{not json"})

    while await hearer.worker().read_once(block_ms=10):
        pass

    assert await hearer.heard(good) == ["n1"]
    assert await hearer.heard(bad) == []
    reasons = sorted(row.reden for row in await quarantine.waiting(hearer.engine))
    assert reasons == ["ValueError", "geen leesbaar CloudEvent"]


async def test_a_released_message_is_handled_and_frees_what_waited_behind_it(
    teller: Teller, hearer: Hearer, casus_id: UUID
) -> None:
    hearer.fails_on = {"n1"}
    await teller.tell(casus_id, 1, 2, 3)
    await teller.publish()
    while await hearer.worker().read_once(block_ms=10):
        pass
    waiting = await quarantine.waiting(hearer.engine)

    hearer.fails_on = set()
    await quarantine.release(hearer.engine, waiting[0].id, now=NOW)
    await hearer.worker().take_released()

    assert await hearer.heard(casus_id) == ["n1", "n2", "n3"]
    assert await quarantine.waiting(hearer.engine) == []


async def test_a_message_that_still_fails_after_its_release_waits_again(
    teller: Teller, hearer: Hearer, casus_id: UUID
) -> None:
    hearer.fails_on = {"n1"}
    await teller.tell(casus_id, 1)
    await teller.publish()
    while await hearer.worker().read_once(block_ms=10):
        pass
    waiting = await quarantine.waiting(hearer.engine)

    await quarantine.release(hearer.engine, waiting[0].id, now=NOW)
    await hearer.worker().take_released()

    assert [row.pogingen for row in await quarantine.waiting(hearer.engine)] == [3]


async def test_a_fact_of_a_room_that_may_not_tell_it_is_set_aside(
    teller: Teller, hearer: Hearer, casus_id: UUID
) -> None:
    await teller.tell(casus_id, 1)
    await teller.publish()
    (entry,) = await teller.redis.xrange("keten:monitoring")
    forged = entry[1][b"ce"].replace(b"ketenradar-monitoring", b"ketenradar-triage")
    await teller.redis.xtrim("keten:monitoring", maxlen=0, approximate=False)
    await teller.redis.xadd("keten:monitoring", {"ce": forged})

    await hearer.worker().read_once(block_ms=10)

    assert await hearer.heard(casus_id) == []
    assert len(await quarantine.waiting(hearer.engine)) == 1


async def _until(hearer: Hearer, count: int) -> None:
    async with asyncio.timeout(20):
        while sum(map(len, (await hearer.everything()).values())) < count:  # noqa: ASYNC110, a row in a database
            await asyncio.sleep(0.05)
