"""Relay and consumer, against Redis taking the same messages with nothing of ours in between."""

import asyncio
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from sqlalchemy.ext.asyncio import AsyncConnection

from bench.stand import Stand
from shared.db import create_engine, in_transaction
from shared.events.catalogue import Room
from shared.events.envelope import Event
from shared.events.payloads import CasusAfgesloten
from shared.ids import new_id
from shared.messaging.connect import connect_redis
from shared.messaging.consumer import Consumer
from shared.messaging.outbox import NewFact, append
from shared.messaging.relay import Relay

FACTS = 20_000
CASUSSEN = 2_000
PIPELINE = 500
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def measure_messaging(where: Stand) -> None:
    """Publish and handle facts, each once and in order per casus."""
    asyncio.run(_measure(where))


async def _measure(where: Stand) -> None:
    database = where.database("monitoring")
    engine = create_engine(database.app_url, name="bench", pool_size=5)
    reader = create_engine(where.database("handover").app_url, name="bench", pool_size=5)
    redis: Any = connect_redis(where.redis_url, name="bench")
    casussen = [uuid4() for _ in range(CASUSSEN)]
    for first in range(0, FACTS, 1_000):
        facts = [
            NewFact(new_id(), casussen[n % CASUSSEN], CasusAfgesloten(afgesloten_op=NOW, reden="bench"))
            for n in range(first, first + 1_000)
        ]
        async with in_transaction(engine) as conn:
            await append(conn, facts, now=NOW)

    relay = Relay(engine, redis, Room.MONITORING)
    begin = time.perf_counter()
    while await relay.publish_batch():
        pass
    published = FACTS / (time.perf_counter() - begin)

    entries = await redis.xrange("keten:monitoring", count=FACTS)
    floor = await _floor(redis, [fields[b"ce"] for _, fields in entries])

    handled = 0

    async def count(_: AsyncConnection, events: Sequence[Event]) -> None:
        nonlocal handled
        handled += len(events)

    consumer = Consumer(reader, redis, Room.HANDOVER, count, clock=lambda: NOW, worker="bench", batch_max=500)
    await consumer.ensure_groups()
    begin = time.perf_counter()
    while await consumer.read_once(block_ms=10):
        pass
    consumed = handled / (time.perf_counter() - begin)

    print("| step | events/s | floor: XADD pipelined, fsync always/s | ratio |\n|---|---|---|---|")
    print(f"| relay, batches of 500 | {published:.0f} | {floor:.0f} | {published / floor:.2f} |")
    print(f"| consumer, batches of 500, order per casus | {consumed:.0f} | {floor:.0f} | {consumed / floor:.2f} |")
    await engine.dispose()
    await reader.dispose()
    await redis.aclose()


async def _floor(redis: Any, bodies: list[bytes]) -> float:
    begin = time.perf_counter()
    for first in range(0, len(bodies), PIPELINE):
        async with redis.pipeline(transaction=False) as pipe:
            for body in bodies[first : first + PIPELINE]:
                pipe.xadd("bench:floor", {"ce": body})
            await pipe.execute()
    spent = time.perf_counter() - begin
    await redis.delete("bench:floor")
    return len(bodies) / spent
