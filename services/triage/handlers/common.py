"""What the handlers of triage have in common: refusals, facts, and creating once what is asked for twice."""

from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Generic, TypeVar
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.triage.domain.errors import OutOfOrderError
from shared.audit import Act, record
from shared.db import in_transaction, retry_conflicts
from shared.errors import ConflictError, Fault, InvalidInputError, NotFoundError
from shared.events.payloads import Fact
from shared.ids import derived_id
from shared.messaging.codec import type_of
from shared.messaging.outbox import NewFact, append
from shared.rules.routing import RoutingError
from shared.web.app import Resources
from shared.web.auth import Caller
from shared.web.idempotency import Answer, Attempt, first_answer, keep_answer

T = TypeVar("T")
Render = Callable[[T], dict[str, Any]]

YEAR_MIN = 1900
# Clocks of those who send us times need not be ours to the minute.
_AHEAD_MAX = timedelta(minutes=5)

NO_DOSSIER = "Van deze melding is er geen dossier."
NO_DIENST = "Deze dienst is er niet."


@dataclass(frozen=True, slots=True)
class Once(Generic[T]):
    """How a creating request that may be a repetition is answered: whose attempt, and how its answer is written."""

    attempt: Attempt | None
    render: Render[T]


@dataclass(frozen=True, slots=True)
class Creation(Generic[T]):
    """How something is made, and what it is: its kind, and how the casus that it is in is found again."""

    soort: str
    make: Callable[[AsyncConnection], Awaitable[T]]
    casus_of: Callable[[AsyncConnection], Awaitable[UUID | None]]


@contextmanager
def told() -> Iterator[None]:
    """Turn a refusal of the domain into the problem that the caller gets."""
    try:
        yield
    except OutOfOrderError as error:
        raise ConflictError(error.reden_nl) from error
    except RoutingError as error:
        fault = Fault("body", "/bestemmingen", error.reden_nl)
        raise InvalidInputError(error.reden_nl, faults=(fault,)) from error


def check_moment(moment: datetime, pointer: str, now: datetime) -> None:
    """Refuse what cannot have happened yet, or before there were files: clocks are started and stopped by it."""
    faults = tuple(moment_faults(((pointer, moment),), now))
    if faults:
        raise InvalidInputError("Het tijdstip kan niet kloppen.", faults=faults)


def moment_faults(moments: Iterable[tuple[str, datetime | None]], now: datetime) -> Iterator[Fault]:
    """Yield which moments, each with its JSON pointer, cannot have been."""
    for pointer, moment in moments:
        if moment is not None and (moment.year < YEAR_MIN or moment > now + _AHEAD_MAX):
            yield Fault("body", pointer, f"een tijdstip vanaf {YEAR_MIN} dat niet in de toekomst ligt")


async def append_facts(  # noqa: PLR0913, keyword only after the facts
    conn: AsyncConnection,
    casus_id: UUID,
    facts: Sequence[Fact],
    *,
    about: tuple[object, ...],
    now: datetime,
    cause: UUID | None = None,
) -> None:
    """Tell facts; their ids follow from what they are about, so that deciding twice cannot tell twice."""
    new = [NewFact(derived_id(*about, type_of(fact)), casus_id, fact, cause) for fact in facts]
    await append(conn, new, now=now)


async def create(made: Resources, caller: Caller, once: Once[T], creation: Creation[T], *, now: datetime) -> Answer:
    """Make something once, also when it is asked for twice under one key.

    The first answer is given again for as long as the casus is there; raises ``NotFoundError`` afterwards.
    """

    async def attempt() -> Answer:
        async with in_transaction(made.engine) as conn:
            known = await first_answer(conn, made.vault, once.attempt, now=now)
            if known is not None:
                casus_id = await creation.casus_of(conn)
                if casus_id is None:
                    raise NotFoundError("Dit dossier is er niet meer.")
                act = Act("herhaald", creation.soort, UUID(known.body["id"]), casus_id=casus_id)
                await record(conn, caller, act, now=now)
                return known
            answer = Answer(201, once.render(await creation.make(conn)))
            await keep_answer(conn, made.vault, once.attempt, answer)
            return answer

    return await retry_conflicts(attempt)
