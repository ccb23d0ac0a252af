"""How an advies is kept, read, turned into a melding, and how who asked is forgotten."""

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.intake.domain import advies as advies_rules
from services.intake.domain.advies import Advies, AdviesDossier, Omzetting
from services.intake.settings import IntakeSettings
from services.intake.store import adviezen as store
from shared.audit import Act, record
from shared.crypto import Vault
from shared.db import in_transaction
from shared.errors import Fault, InvalidInputError, NotFoundError
from shared.ids import derived_id, new_id
from shared.log import get_logger
from shared.messaging import outbox
from shared.messaging.outbox import NewFact
from shared.messaging.tasks import Again, Done, Outcome, Task, plan_task
from shared.rules.calendar import midnight_before
from shared.web.app import Resources
from shared.web.auth import Caller
from shared.web.idempotency import Answer, Attempt, first_answer, keep_answer

log = get_logger()

FORGET = "adviesvrager-verwijderen"
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

    The same Idempotency-Key gives the advies as it stands now. Raises ``InvalidInputError``.
    """
    _refuse(list(advies_rules.find_faults(advies, now)))
    hidden = _unreadable(made.vault, attempt)
    async with in_transaction(made.engine) as conn:
        earlier = await first_answer(conn, made.vault, hidden, now=now)
        if earlier is not None:
            known = await _load(conn, made, UUID(earlier.body["id"]))
            await record(conn, caller, _act("herhaald", known.id), now=now)
            return GivenAdvies(earlier.status, known)
        given = await _add(conn, made, caller, advies, now=now)
        await keep_answer(conn, made.vault, hidden, Answer(_CREATED, {"id": str(given.id)}))
        await record(conn, caller, _act("vastgelegd", given.id), now=now)
    return GivenAdvies(_CREATED, given)


async def _add(
    conn: AsyncConnection, made: Resources, caller: Caller, advies: Advies, *, now: datetime
) -> AdviesDossier:
    # What is not there is refused before it is written: an id of one's own making could hold a number of somebody.
    if advies.eerder_advies_id and not await store.is_there(conn, advies.eerder_advies_id):
        _refuse([("/eerderAdviesId", "dit advies is er niet")])
    advies_id = new_id()
    await store.add_advies(conn, made.vault, advies_id, advies, organisatie_id=caller.organisatie_id, now=now)
    given = await _load(conn, made, advies_id)
    await outbox.append(conn, [_fact(given)], now=now)
    if advies.adviesvrager:
        forget_on = advies_rules.forget_on(now, made.rules.adviesvrager_bewaren_maanden)
        await plan_task(conn, FORGET, advies_id, casus_id=None, now=now, niet_voor=midnight_before(forget_on))
    return given


def _refuse(faults: list[tuple[str, str]]) -> None:
    if faults:
        told = tuple(Fault("body", pointer, detail) for pointer, detail in faults)
        raise InvalidInputError(f"{len(told)} veld(en) ongeldig.", faults=told)


def _unreadable(vault: Vault, attempt: Attempt | None) -> Attempt | None:
    """Return an attempt under a hash of its key: a key is a text of the sender's own, which would stand in the open."""
    if attempt is None:
        return None
    return replace(attempt, key=vault.blind("idempotentie-sleutel", attempt.key).hex())


async def read_advies(made: Resources, caller: Caller, advies_id: UUID, *, now: datetime) -> AdviesDossier:
    """Return an advies; raises ``NotFoundError``."""
    async with in_transaction(made.engine) as conn:
        found = await _load(conn, made, advies_id)
        await record(conn, caller, _act("gelezen", advies_id), now=now)
    return found


async def tell_omzetting(conn: AsyncConnection, omzetting: Omzetting, melding_id: UUID, *, now: datetime) -> None:
    """Link a locked advies to the melding that it became, and announce that; the melding keeps why."""
    await store.link_advies(conn, omzetting.advies_id, melding_id)
    # By the melding: one that was destroyed gives its advies free, which can then become another.
    event_id = derived_id("advies-omgezet", melding_id)
    payload = advies_rules.announce_omzetting(omzetting, melding_id, now)
    await outbox.append(conn, [NewFact(event_id=event_id, casus_id=omzetting.advies_id, payload=payload)], now=now)


async def forget_adviesvrager(task: Task, made: Resources, _settings: IntakeSettings) -> Outcome:
    """Remove who asked for an advies when its term has come, by the setting of now; harmless when done twice."""
    async with in_transaction(made.engine) as conn:
        now = made.clock()
        locked = await store.lock_advies(conn, task.object_id)
        if locked is None or not locked.is_named:
            return Done()
        due = midnight_before(advies_rules.forget_on(locked.gegeven_op, made.rules.adviesvrager_bewaren_maanden))
        if now < due:
            return Again(wait=due - now, failed=False)
        await store.forget_adviesvrager(conn, task.object_id, now=now)
    log.info("adviesvrager_forgotten", advies_id=str(task.object_id))
    return Done()


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
