"""How a room reaches PostgreSQL: one engine with bounded waits, one transaction a handler, a few retries."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any, TypeVar

import orjson
from asyncpg import InterfaceError as DriverError  # type: ignore[import-untyped]  # it has no types
from asyncpg import InternalClientError, PostgresError
from sqlalchemy import MetaData, PoolProxiedConnection
from sqlalchemy.exc import DBAPIError, InterfaceError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.util.concurrency import greenlet_spawn

from shared.canonical import plain
from shared.errors import OperationalError
from shared.work import Wall, current_work

T = TypeVar("T")

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}

# What PostgreSQL may ask us to try again: serialization failure and deadlock.
_RETRIED = frozenset({"40001", "40P01"})
_ATTEMPTS = 3
# What the driver raises by itself, the last one on a connection that was broken off while nobody used it.
_OF_THE_DRIVER = (PostgresError, DriverError, InternalClientError)
# Classes of SQLSTATE that come right by themselves: connection, resources, operator intervention, read-only, lock wait.
_PASSING = ("08", "53", "57", "25006", "55P03")


def room_metadata() -> MetaData:
    """Return an empty table catalogue with the naming of this house."""
    return MetaData(naming_convention=NAMING)


def create_engine(url: str, *, name: str, pool_size: int = 16, rol: str = "") -> AsyncEngine:
    """Return an engine on asyncpg whose every wait has an end.

    ``url`` is a plain ``postgresql://`` address; ``name`` shows in ``pg_stat_activity``. ``rol`` is as whom its
    connections see rows when no ``Work`` says otherwise: nothing, or ``werker`` for a process without callers.
    """
    return create_async_engine(
        url.replace("postgresql://", "postgresql+asyncpg://", 1),
        pool_size=pool_size,
        max_overflow=0,
        pool_timeout=5,
        pool_recycle=1800,
        json_serializer=lambda value: orjson.dumps(value, default=plain).decode(),
        json_deserializer=orjson.loads,
        connect_args={
            "timeout": 5,
            "command_timeout": 30,
            "server_settings": {
                "application_name": name,
                "statement_timeout": "20000",
                "lock_timeout": "5000",
                "idle_in_transaction_session_timeout": "30000",
                "timezone": "UTC",
                # A plan that was made while a table was empty is kept, and would read the whole table when it has
                # grown: 16 meldingen/s were left of 400 in a room that had just been opened (make bench).
                "enable_seqscan": "off",
                "keten.rol": rol,
            },
        },
    )


@asynccontextmanager
async def in_transaction(engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
    """Open one transaction that commits at the end of the block, or leaves nothing behind.

    Raises ``OperationalError`` when the database cannot be reached or is being restarted: the caller may try
    again and must assume that the outcome is unknown when the connection broke at the commit. Raises
    ``BrokenOffError`` when PostgreSQL broke it off for another transaction: nothing was done.
    """
    try:
        async with engine.begin() as conn:
            work = current_work()
            if work is not None:
                await _raise_wall(conn, work.wall)
            yield conn
    except (DBAPIError, InterfaceError, PoolTimeoutError, OSError) as error:
        if is_passing(error):
            raise OperationalError("De gegevensopslag is even niet bereikbaar; probeer het zo weer.") from error
        if sqlstate(error) in _RETRIED:
            raise BrokenOffError("Een ander wijzigde dit op hetzelfde moment; probeer het zo weer.") from error
        raise


async def borrow(engine: AsyncEngine) -> PoolProxiedConnection:
    """Take a connection out of the pool as it is, without a transaction.

    Raises ``OperationalError`` when none can be had, whatever the reason: SQLAlchemy hands out what goes wrong here as
    it comes, a class of its dialect among others that is no ``DBAPIError``. The usual road says what it is.
    """
    try:
        return await engine.raw_connection()
    except (engine.dialect.loaded_dbapi.Error, *_OF_THE_DRIVER, SQLAlchemyError, OSError) as error:
        raise OperationalError("De gegevensopslag is even niet bereikbaar; probeer het zo weer.") from error


async def read_alone(engine: AsyncEngine, statement: str) -> Any:  # one value of PostgreSQL
    """Return the one value of a statement, outside any transaction and without a wall: of what says nothing of anybody.

    It goes to the driver itself: a transaction with its wall is three round trips more, and five times the work. When
    that fails it is asked once more by the usual road, which says what is wrong (``in_transaction``).
    """
    try:
        borrowed = await borrow(engine)
        driver: Any = borrowed.driver_connection  # asyncpg's own
        try:
            return await driver.fetchval(statement)
        except (*_OF_THE_DRIVER, OSError):
            await greenlet_spawn(borrowed.invalidate)
            raise
        finally:
            borrowed.close()  # nothing was begun on it: it goes back to the pool without a word to the database
    except (*_OF_THE_DRIVER, OperationalError, OSError):
        async with in_transaction(engine) as conn:
            return (await conn.exec_driver_sql(statement)).scalar_one()


class BrokenOffError(OperationalError):
    """PostgreSQL broke a transaction off for a deadlock or a serialization failure."""


_WALL = (
    "SELECT set_config('keten.rol', $1, true), set_config('keten.organisatie', $2, true), "
    "set_config('keten.gemeenten', $3, true), set_config('keten.nood', $4, true)"
)


async def _raise_wall(conn: AsyncConnection, wall: Wall) -> None:
    """Tell the database, until the end of the transaction, for whom rows are read and written."""
    told = (
        wall.rol,
        wall.organisatie_id,
        ",".join(sorted(wall.gemeente_codes)),
        ",".join(str(object_id) for object_id in wall.nood),
    )
    await conn.exec_driver_sql(_WALL, told)


async def retry_conflicts(work: Callable[[], Awaitable[T]]) -> T:
    """Run ``work`` again when PostgreSQL broke it off for a deadlock or a serialization failure, three times."""
    for attempt in range(_ATTEMPTS):
        try:
            return await work()
        except BrokenOffError:
            if attempt == _ATTEMPTS - 1:
                raise
            await asyncio.sleep(0.01 * 2**attempt)
    raise AssertionError("the loop returns or raises")


def sqlstate(error: BaseException) -> str:
    """Return PostgreSQL's five-letter code for an error, or an empty string."""
    original: Any = getattr(error, "orig", None)
    return str(getattr(original, "sqlstate", None) or "")


def is_passing(error: BaseException) -> bool:
    """Say whether an error of the database comes right by itself."""
    if isinstance(error, PoolTimeoutError | OSError):
        return True
    if isinstance(error, DBAPIError) and error.connection_invalidated:
        return True
    cause = getattr(getattr(error, "orig", None), "__cause__", None)
    if isinstance(cause, OSError | TimeoutError):
        return True
    code = sqlstate(error)
    if code:
        return code.startswith(_PASSING)
    return isinstance(error, InterfaceError)
