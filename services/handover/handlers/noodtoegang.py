"""Break the glass of an overdracht: for who must know now what the family is in, and cannot ask the receiver."""

from dataclasses import replace
from uuid import UUID

from services.handover.handlers.common import NIET_GEVONDEN, Kamer
from services.handover.store import overdrachten
from shared.audit import Act, record
from shared.db import in_transaction
from shared.errors import NotFoundError
from shared.events.payloads import NoodtoegangVerleend
from shared.ids import derived_id
from shared.messaging.outbox import NewFact, append
from shared.rules.codes import NoodReden
from shared.web.auth import Caller
from shared.web.glass import Nood, Noodtoegang, break_glass
from shared.work import current_work


async def open_overdracht(
    kamer: Kamer, caller: Caller, overdracht_id: UUID, *, reden: NoodReden, toelichting: str
) -> Noodtoegang:
    """Open one overdracht to a caller for four hours, and tell Veilig Thuis at once.

    Raises ``NotFoundError`` when it is not there: who must break a glass has been given its number.
    """
    made, work = kamer.made, current_work()
    if work is None:
        raise RuntimeError("a glass is broken by somebody")
    # Only this row, and only to be asked whether it is there: the reason is written in the same transaction.
    work.wall = replace(work.wall, nood=frozenset({overdracht_id}))
    now = made.clock()
    async with in_transaction(made.engine) as conn:
        found = await overdrachten.find_overdracht(conn, overdracht_id)
        if found is None:
            raise NotFoundError(NIET_GEVONDEN)
        nood = Nood("overdracht", overdracht_id, found.casus_id, reden, toelichting)
        given = await break_glass(conn, made.vault, caller, nood, now=now)
        payload = NoodtoegangVerleend(
            noodtoegang_id=given.id,
            overdracht_id=overdracht_id,
            gemeente_code=found.gemeente_code,
            reden=reden,
            geldig_tot=given.geldig_tot,
        )
        event_id = derived_id("noodtoegang-verleend", given.id)
        await append(conn, [NewFact(event_id=event_id, casus_id=found.casus_id, payload=payload)], now=now)
        act = Act("noodtoegang-genomen", "overdracht", overdracht_id, found.casus_id, reden=reden.value)
        await record(conn, caller, act, now=now)
    return given
