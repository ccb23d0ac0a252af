"""How something of this room is made once, also when it is asked for twice under one key."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from shared.db import in_transaction, retry_conflicts
from shared.web.app import Resources
from shared.web.idempotency import Answer, Attempt, first_answer, keep_answer

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Once(Generic[T]):
    """How a creating request that may be a repetition is answered: whose attempt, and how its answer is written."""

    attempt: Attempt | None
    render: Callable[[T], dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Made(Generic[T]):
    """What was made; with ``new`` False it was there already."""

    value: T
    new: bool = True


async def create(
    made: Resources,
    once: Once[T],
    make: Callable[[AsyncConnection], Awaitable[Made[T]]],
    repeat: Callable[[AsyncConnection, UUID], Awaitable[None]],
    *,
    now: datetime,
) -> Answer:
    """Make something and return the answer; ``repeat`` records that the first answer is given again.

    It is called with the id that the first answer names, and raises ``NotFoundError`` when that is not there any more.
    """

    async def attempt() -> Answer:
        async with in_transaction(made.engine) as conn:
            known = await first_answer(conn, made.vault, once.attempt, now=now)
            if known is not None:
                await repeat(conn, UUID(known.body["id"]))
                return known
            found = await make(conn)
            answer = Answer(201 if found.new else 200, once.render(found.value))
            await keep_answer(conn, made.vault, once.attempt, answer)
            return answer

    return await retry_conflicts(attempt)
