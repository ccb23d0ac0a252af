"""How a relay sleeps until a fact is recorded, instead of looking again and again.

A trigger on the outbox rings in the transaction that records a fact, with a notice that holds nothing, and only while
somebody sleeps: a notice makes all commits of a server wait for each other. Who sleeps holds an advisory lock. Who
records a fact takes it until his commit, together with others, and rings when he cannot. So whoever got the lock finds
every fact of which nothing rang, and is woken for all others (docs/adr/0035). Nothing depends on it: who sleeps looks
once a second anyway.
"""

import asyncio
import contextlib
from typing import Any

from asyncpg import InterfaceError as DriverError  # type: ignore[import-untyped]  # it has no types
from asyncpg import InternalClientError, PostgresError
from sqlalchemy.ext.asyncio import AsyncEngine

from shared.db import borrow
from shared.errors import OperationalError
from shared.log import get_logger

log = get_logger()

CHANNEL = "outbox"
_WAIT_SECONDS = 2.0
_LOST = (PostgresError, DriverError, InternalClientError, OperationalError, OSError, TimeoutError)

_NAMED = "SELECT set_config('application_name', current_setting('application_name') || '-bel', false)"
# The number of the lock stands in each statement: none is put together.
_HOLD = "SELECT pg_try_advisory_lock(4711005)"
_LET_GO = "SELECT pg_advisory_unlock_all()"
# While another relay of the room sleeps, every fact rings, for whoever listens.
_ANOTHER_HOLDS = """
SELECT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND objid = 4711005 AND mode = 'ExclusiveLock'
               AND granted AND database = (SELECT oid FROM pg_database WHERE datname = current_database()))
"""
_RING = """
CREATE FUNCTION ring_outbox() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    IF NOT pg_try_advisory_xact_lock_shared(4711005) THEN PERFORM pg_notify('outbox', ''); END IF;
    RETURN NULL;
END $$
"""
LAY_BELL = (
    _RING,
    "CREATE TRIGGER ring_outbox AFTER INSERT ON outbox FOR EACH STATEMENT EXECUTE FUNCTION ring_outbox()",
)
DROP_BELL = ("DROP TRIGGER ring_outbox ON outbox", "DROP FUNCTION ring_outbox()")


class Bell:
    """Wakes whoever sleeps beside it, over a connection of its own."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._driver: Any = None  # asyncpg's own connection, out of the pool
        self._holds = False
        self._rung = asyncio.Event()

    async def arm(self) -> bool:
        """Say whether from here on every commit of a fact rings; look once more before sleeping on it."""
        try:
            if self._driver is None:
                await self._connect()
            if self._holds:
                return bool(await self._ask("SELECT true"))
            self._holds = await self._ask(_HOLD)
            return self._holds or bool(await self._ask(_ANOTHER_HOLDS))
        except _LOST as error:
            log.warning("bell_lost", error_type=type(error).__name__)
            await self.close()
            return False

    async def disarm(self) -> None:
        """Let nobody ring any more: under a load there is always something to find."""
        if self._holds:
            self._holds = False
            try:
                await self._ask(_LET_GO)
            except _LOST:
                await self.close()

    async def sleep(self, stop: asyncio.Event, seconds: float) -> None:
        """Wait until it rings or ``stop`` is set, at most a while; what rang meanwhile is not slept on."""
        waiting = [asyncio.ensure_future(stop.wait()), asyncio.ensure_future(self._rung.wait())]
        await asyncio.wait(waiting, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        for one in waiting:
            one.cancel()
        self._rung.clear()

    async def close(self) -> None:
        """Give up the connection, and with it the lock."""
        driver, self._driver, self._holds = self._driver, None, False
        if driver is not None:
            with contextlib.suppress(*_LOST):
                await driver.close(timeout=_WAIT_SECONDS)

    async def _connect(self) -> None:
        borrowed = await borrow(self._engine)
        self._driver = borrowed.driver_connection
        borrowed.detach()
        await self._ask(_NAMED)
        await self._driver.add_listener(CHANNEL, self._ring)
        self._driver.add_termination_listener(self._ring)

    async def _ask(self, statement: str) -> Any:  # one value of PostgreSQL
        return await self._driver.fetchval(statement, timeout=_WAIT_SECONDS)

    def _ring(self, *_: object) -> None:
        self._rung.set()
