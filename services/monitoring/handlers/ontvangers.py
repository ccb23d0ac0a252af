"""How a team lead or beheerder keeps who is mailed about terms, and when each is left in peace."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from services.monitoring.domain.ontvangers import Ontvanger
from services.monitoring.store import ontvangers as store
from services.monitoring.store.ontvangers import OntvangerRow
from shared.audit import Act, record
from shared.db import in_transaction
from shared.errors import ConflictError, NotFoundError
from shared.web.app import Resources
from shared.web.auth import Caller
from shared.web.etag import check_version
from shared.web.idempotency import Answer, Attempt, first_answer, keep_answer

_ABSENT = "Deze ontvanger is er niet."
_THERE = "Deze ontvanger is er al; wijzig hem."

Render = Callable[[OntvangerRow], dict[str, Any]]


async def list_ontvangers(
    made: Resources, caller: Caller, *, na: UUID | None, limiet: int, now: datetime
) -> list[OntvangerRow]:
    """Return who is mailed."""
    async with in_transaction(made.engine) as conn:
        found = await store.list_page(conn, na=na, limiet=limiet)
        await record(conn, caller, Act("ontvangers-gelezen", "ontvanger", None), now=now)
        return found


async def read_ontvanger(made: Resources, caller: Caller, ontvanger_id: UUID, *, now: datetime) -> OntvangerRow:
    """Return one receiver; raises ``NotFoundError``."""
    async with in_transaction(made.engine) as conn:
        row = await store.get(conn, ontvanger_id)
        if row is None:
            raise NotFoundError(_ABSENT)
        await record(conn, caller, Act("ontvanger-gelezen", "ontvanger", ontvanger_id), now=now)
        return row


async def add_ontvanger(  # noqa: PLR0913, of one request
    made: Resources, caller: Caller, one: Ontvanger, *, attempt: Attempt | None, render: Render, now: datetime
) -> Answer:
    """Keep a new receiver; raises ``ConflictError`` for one who is there already."""
    async with in_transaction(made.engine) as conn:
        known = await first_answer(conn, made.vault, attempt, now=now)
        if known:
            return known
        if not await store.add(conn, one, now=now):
            raise ConflictError(_THERE)
        row = await store.get(conn, one.id)
        if row is None:
            raise NotFoundError(_ABSENT)
        answer = Answer(201, render(row))
        await keep_answer(conn, made.vault, attempt, answer)
        await record(conn, caller, Act("ontvanger-gemaakt", "ontvanger", one.id), now=now)
        return answer


async def change_ontvanger(  # noqa: PLR0913, of one request
    made: Resources,
    caller: Caller,
    ontvanger_id: UUID,
    change: Callable[[Ontvanger], Ontvanger],
    *,
    seen: int,
    now: datetime,
) -> OntvangerRow:
    """Change a receiver; the same again changes nothing. Raises ``NotFoundError`` and ``StaleError``."""
    async with in_transaction(made.engine) as conn:
        before = await store.get(conn, ontvanger_id, lock=True)
        if before is None:
            raise NotFoundError(_ABSENT)
        after = change(before.ontvanger)
        await record(conn, caller, Act("ontvanger-gewijzigd", "ontvanger", ontvanger_id), now=now)
        if after == before.ontvanger:
            return before
        check_version(seen, before.versie)
        await store.save(conn, after, now=now)
        return await store.get(conn, ontvanger_id) or before


async def remove_ontvanger(made: Resources, caller: Caller, ontvanger_id: UUID, *, now: datetime) -> None:
    """Take away a receiver and his address; what waits for him goes to the mailbox of the house."""
    async with in_transaction(made.engine) as conn:
        if await store.get(conn, ontvanger_id, lock=True) is None:
            raise NotFoundError(_ABSENT)
        await store.remove(conn, ontvanger_id)
        await record(conn, caller, Act("ontvanger-verwijderd", "ontvanger", ontvanger_id), now=now)
