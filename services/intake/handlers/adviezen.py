"""How an advies is kept and read: codes, and who asked when he agreed to that."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.intake.domain import advies as advies_rules
from services.intake.domain.advies import Advies, AdviesDossier
from services.intake.store import adviezen as store
from shared.audit import Act, record
from shared.db import in_transaction
from shared.errors import NotFoundError
from shared.ids import derived_id, new_id
from shared.messaging import outbox
from shared.messaging.outbox import NewFact
from shared.web.app import Resources
from shared.web.auth import Caller
from shared.web.idempotency import Answer, Attempt, first_answer, keep_answer

_CREATED = 201


@dataclass(frozen=True, slots=True)
class GivenAdvies:
    """An advies and the status with which it is answered."""

    status: int
    dossier: AdviesDossier


async def record_advies(
    made: Resources, caller: Caller, advies: Advies, *, attempt: Attempt | None, now: datetime
) -> GivenAdvies:
    """Keep that an advies was given, without anything about a family, and announce it.

    The same Idempotency-Key gives the advies as it stands now.
    """
    async with in_transaction(made.engine) as conn:
        earlier = await first_answer(conn, made.vault, attempt, now=now)
        if earlier is not None:
            known = await _load(conn, made, UUID(earlier.body["id"]))
            await record(conn, caller, _act("herhaald", known.id), now=now)
            return GivenAdvies(earlier.status, known)
        given = AdviesDossier(id=new_id(), gegeven_op=now, melding_id=None, advies=advies)
        await store.add_advies(conn, made.vault, given.id, advies, organisatie_id=caller.organisatie_id, now=now)
        await outbox.append(conn, [_fact(given)], now=now)
        await keep_answer(conn, made.vault, attempt, Answer(_CREATED, {"id": str(given.id)}))
        await record(conn, caller, _act("vastgelegd", given.id), now=now)
    return GivenAdvies(_CREATED, given)


async def read_advies(made: Resources, caller: Caller, advies_id: UUID, *, now: datetime) -> AdviesDossier:
    """Return an advies; raises ``NotFoundError``."""
    async with in_transaction(made.engine) as conn:
        found = await _load(conn, made, advies_id)
        await record(conn, caller, _act("gelezen", advies_id), now=now)
    return found


async def _load(conn: AsyncConnection, made: Resources, advies_id: UUID) -> AdviesDossier:
    found = await store.load_advies(conn, made.vault, advies_id)
    if found is None:
        raise NotFoundError("Dit advies is er niet.")
    return found


def _fact(given: AdviesDossier) -> NewFact:
    return NewFact(
        event_id=derived_id("advies-gegeven", given.id),
        casus_id=given.id,
        payload=advies_rules.announce(given.id, given.advies, given.gegeven_op),
    )


def _act(what: str, advies_id: UUID) -> Act:
    # An advies is no casus, but it is recorded and destroyed like one: under its own id.
    return Act(f"advies-{what}", "advies", advies_id, casus_id=advies_id)
