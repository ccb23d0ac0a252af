"""A relay sleeps until a fact is recorded, and a bell that is broken costs a second and no fact."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from shared.db import in_transaction, read_alone
from shared.errors import OperationalError
from shared.events.catalogue import Room
from shared.messaging import relay as relays
from shared.messaging.bell import CHANNEL, DROP_BELL
from shared.messaging.relay import Relay
from tests.integration.messaging.conftest import Teller

pytestmark = pytest.mark.anyio

# Nobody looks by himself within a test: what is published before that, was rung for.
_SELDOM_SECONDS = 30.0


@asynccontextmanager
async def running(teller: Teller, *, poll_seconds: float = _SELDOM_SECONDS) -> AsyncIterator[Relay]:
    relay, stop = Relay(teller.engine, teller.redis, Room.MONITORING, poll_seconds=poll_seconds), asyncio.Event()
    task = asyncio.create_task(relay.run(stop))
    try:
        yield relay
    finally:
        stop.set()
        await asyncio.wait_for(task, 5)


async def sleeps(teller: Teller, count: int = 1) -> None:
    """Wait until so many relays listen and one of them holds the lock."""
    for _ in range(200):
        if len(await bells(teller)) == count and await held(teller):
            return
        await asyncio.sleep(0.02)
    raise AssertionError("no relay sleeps")


async def bells(teller: Teller) -> list[int]:
    async with in_transaction(teller.engine) as conn:
        rows = await conn.execute(
            text(
                "SELECT pid FROM pg_stat_activity WHERE application_name = 'test-bel' AND datname = current_database()"
            )
        )
        return list(rows.scalars())


async def held(teller: Teller) -> bool:
    async with in_transaction(teller.engine) as conn:
        found = await conn.execute(text("SELECT pg_try_advisory_xact_lock_shared(4711005)"))
        return not found.scalar_one()


@asynccontextmanager
async def refusing(teller: Teller) -> AsyncIterator[None]:
    """Break all connections off but one, and let nobody in until the end of the block."""
    async with teller.engine.connect() as kept:
        name = (await kept.execute(text("SELECT quote_ident(current_database())"))).scalar_one()
        try:
            await kept.execute(text(f"ALTER DATABASE {name} CONNECTION LIMIT 0"))
            await kept.execute(
                text(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                    "WHERE datname = current_database() AND pid <> pg_backend_pid()"
                )
            )
            await kept.commit()
            yield
        finally:
            await kept.execute(text(f"ALTER DATABASE {name} CONNECTION LIMIT -1"))
            await kept.commit()


async def seconds_until(teller: Teller, count: int) -> float:
    """Return how long it takes until so many facts are on the stream."""
    begin = time.perf_counter()
    while await teller.redis.xlen("keten:monitoring") < count:
        if time.perf_counter() - begin > 8:
            raise AssertionError("the fact was not published")
        await asyncio.sleep(0.005)
    return time.perf_counter() - begin


async def test_a_relay_that_sleeps_is_woken_by_the_commit_of_a_fact(
    teller: Teller, casus_id: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(relays, "_CHECK_SECONDS", _SELDOM_SECONDS)
    async with running(teller):
        await sleeps(teller)

        for number in range(1, 6):
            await teller.tell(casus_id, number)
            assert await seconds_until(teller, number) < 1


async def test_a_fact_of_which_nothing_rang_is_published_a_second_later(teller: Teller, casus_id: UUID) -> None:
    async with in_transaction(teller.engine) as conn:
        for statement in DROP_BELL:
            await conn.execute(text(statement))
    async with running(teller):
        await sleeps(teller)

        await teller.tell(casus_id, 1)

        assert await seconds_until(teller, 1) < 2


async def test_a_bell_whose_connection_is_broken_off_rings_again(
    teller: Teller, casus_id: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with running(teller):
        await sleeps(teller)
        (first,) = await bells(teller)

        async with in_transaction(teller.engine) as conn:
            await conn.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": first})
        await teller.tell(casus_id, 1)

        assert await seconds_until(teller, 1) < 3
        await sleeps(teller)
        assert await bells(teller) != [first]
        monkeypatch.setattr(relays, "_CHECK_SECONDS", _SELDOM_SECONDS)
        await asyncio.sleep(1.1)  # until the look that was planned before
        await teller.tell(casus_id, 2)
        assert await seconds_until(teller, 2) < 1


async def test_a_database_that_refuses_connections_for_a_while_costs_no_relay(
    teller: Teller, casus_id: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(relays, "_BACKOFF_SECONDS", 0.05)
    monkeypatch.setattr(relays, "_CHECK_SECONDS", 0.05)
    async with running(teller, poll_seconds=0.05):
        await sleeps(teller)
        async with refusing(teller):
            await asyncio.sleep(0.5)

            with pytest.raises(OperationalError):
                await read_alone(teller.engine, "SELECT 1")
        await teller.tell(casus_id, 1)

        assert await seconds_until(teller, 1) < 3
        await sleeps(teller)


async def test_who_cannot_be_sure_that_everybody_rings_looks_by_himself(
    teller: Teller, casus_id: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(relays, "_CHECK_SECONDS", _SELDOM_SECONDS)
    async with in_transaction(teller.engine) as conn:
        # Somebody who takes long to commit: of what he recorded nothing rang.
        await conn.execute(text("SELECT pg_advisory_xact_lock_shared(4711005)"))
        async with running(teller, poll_seconds=0.05):
            await asyncio.sleep(0.5)
            await teller.tell(casus_id, 1)

            assert await seconds_until(teller, 1) < 1


async def test_a_fact_that_was_recorded_before_anybody_slept_is_seen_by_who_goes_to_sleep(
    teller: Teller, casus_id: UUID
) -> None:
    async with running(teller, poll_seconds=0.05):
        async with in_transaction(teller.engine) as conn:
            # Somebody who took long to commit: nothing rings for him.
            await conn.execute(text("SELECT pg_advisory_xact_lock_shared(4711005)"))
            await asyncio.sleep(1.5)
            await teller.tell(casus_id, 1)
            awake = await seconds_until(teller, 1)

        await sleeps(teller)
        await teller.tell(casus_id, 2)
        asleep = await seconds_until(teller, 2)

    assert (awake < 1, asleep < 1) == (True, True)


async def test_of_two_relays_the_other_sleeps_too_and_takes_over_when_one_is_gone(
    teller: Teller, casus_id: UUID
) -> None:
    async with running(teller):
        await sleeps(teller)
        async with running(teller):
            await sleeps(teller, 2)
            await teller.tell(casus_id, 1)
            assert await seconds_until(teller, 1) < 2

        await teller.tell(casus_id, 2)
        assert await seconds_until(teller, 2) < 2


async def test_under_a_load_nobody_has_to_ring(teller: Teller, casus_id: UUID, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(relays, "_BUSY", 3)
    async with running(teller, poll_seconds=0.05):
        await sleeps(teller)

        await teller.tell(casus_id, *range(1, 11))
        await seconds_until(teller, 10)

        states = []
        for number in range(11, 40):
            await teller.tell(casus_id, number)
            await asyncio.sleep(0.1)
            states.append(await held(teller))
        assert not all(states)
        await sleeps(teller)


async def test_a_notice_holds_nothing_and_none_is_sent_while_nobody_sleeps(teller: Teller) -> None:
    heard: list[Any] = []
    borrowed = await teller.engine.raw_connection()
    driver: Any = borrowed.driver_connection
    await driver.add_listener(CHANNEL, lambda *told: heard.append(told[-1]))

    await teller.tell(uuid4(), 1)
    await driver.fetchval("SELECT pg_advisory_lock(4711005)")
    async with in_transaction(teller.engine) as conn:
        for _ in range(3):
            await conn.execute(
                text("""INSERT INTO outbox (event_id, soort, casus_id, volgnummer, tijdstip, data)
                        VALUES (gen_random_uuid(), 'x', gen_random_uuid(), 1, now(), '{}')""")
            )
    await driver.fetchval("SELECT true")

    assert heard == [""]
    await driver.close()
