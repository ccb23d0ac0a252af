"""Two rooms on real servers: one that tells facts and one that hears them."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from shared.db import create_engine, in_transaction, room_metadata
from shared.events.catalogue import Room
from shared.events.envelope import Event
from shared.events.payloads import CasusAfgesloten
from shared.ids import derived_id
from shared.messaging.bell import LAY_BELL
from shared.messaging.connect import connect_redis
from shared.messaging.consumer import Consumer
from shared.messaging.outbox import NewFact, append
from shared.messaging.relay import Relay
from shared.messaging.schema import messaging_tables
from tests.support import RoomDatabaseFactory

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@dataclass
class Teller:
    """Monitoring, which tells that a casus was closed; the smallest fact there is."""

    engine: AsyncEngine
    redis: Any
    relay: Relay

    async def tell(self, casus_id: UUID, *numbers: int) -> None:
        facts = [
            NewFact(derived_id(casus_id, n), casus_id, CasusAfgesloten(afgesloten_op=NOW, reden=f"n{n}"))
            for n in numbers
        ]
        async with in_transaction(self.engine) as conn:
            await append(conn, facts, now=NOW)

    async def publish(self) -> None:
        while await self.relay.publish_batch():
            pass


@dataclass
class Hearer:
    """Intake, which hears it and writes down in which order."""

    engine: AsyncEngine
    redis: Any
    fails_on: set[str] = field(default_factory=set)

    async def handle(self, conn: AsyncConnection, events: Sequence[Event]) -> None:
        for event in events:
            assert isinstance(event.payload, CasusAfgesloten)
            await conn.execute(
                text("INSERT INTO gehoord (casus_id, reden) VALUES (:casus, :reden)"),
                {"casus": event.casus_id, "reden": event.payload.reden},
            )
            if event.payload.reden in self.fails_on:
                raise ValueError("a message that cannot be handled")

    def worker(self, name: str = "a", *, batch_max: int = 100, claim_idle_seconds: float = 0.2) -> Consumer:
        return Consumer(
            self.engine,
            self.redis,
            Room.INTAKE,
            self.handle,
            clock=lambda: NOW,
            worker=name,
            batch_max=batch_max,
            claim_idle_seconds=claim_idle_seconds,
            attempts_max=2,
        )

    async def heard(self, casus_id: UUID) -> list[str]:
        async with in_transaction(self.engine) as conn:
            rows = await conn.execute(
                text("SELECT reden FROM gehoord WHERE casus_id = :casus ORDER BY nr"), {"casus": casus_id}
            )
            return [row.reden for row in rows]

    async def everything(self) -> dict[UUID, list[str]]:
        async with in_transaction(self.engine) as conn:
            rows = await conn.execute(text("SELECT casus_id, reden FROM gehoord ORDER BY nr"))
            found: dict[UUID, list[str]] = {}
            for row in rows:
                found.setdefault(row.casus_id, []).append(row.reden)
            return found


async def _database(room_database: RoomDatabaseFactory) -> AsyncEngine:
    made = room_database("scratch")
    engine = create_engine(made.owner_url, name="test", pool_size=20)
    metadata = room_metadata()
    messaging_tables(metadata)
    async with engine.begin() as conn:
        await conn.run_sync(metadata.create_all)
        for statement in LAY_BELL:
            await conn.execute(text(statement))
        await conn.execute(
            text("CREATE TABLE gehoord (nr bigint GENERATED ALWAYS AS IDENTITY, casus_id uuid, reden text)")
        )
    return engine


@pytest.fixture
async def teller(room_database: RoomDatabaseFactory, redis_url: str) -> AsyncIterator[Teller]:
    engine = await _database(room_database)
    redis = connect_redis(redis_url, name="teller")
    yield Teller(engine, redis, Relay(engine, redis, Room.MONITORING))
    await engine.dispose()
    await redis.aclose()


@pytest.fixture
async def hearer(room_database: RoomDatabaseFactory, redis_url: str) -> AsyncIterator[Hearer]:
    engine = await _database(room_database)
    redis = connect_redis(redis_url, name="hearer")
    made = Hearer(engine, redis)
    await made.worker().ensure_groups()
    yield made
    await engine.dispose()
    await redis.aclose()


@pytest.fixture
def casus_id() -> UUID:
    return uuid4()
