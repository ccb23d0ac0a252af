"""How a delivery to the CBS is asked, looked at, decided by a second person and fetched; nothing is sent anywhere."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.monitoring.domain.cbs_levering import (
    TRANSITIONS,
    CbsActie,
    CbsBesluit,
    CbsBestand,
    CbsLevering,
    CbsStatus,
    RefusedError,
    SamePersonError,
    decide,
    period_of,
)
from services.monitoring.store import cbs as store
from shared.audit import Act, record
from shared.db import in_transaction
from shared.errors import ConflictError, InvalidInputError, NotAllowedError, NotFoundError
from shared.ids import new_id
from shared.web.app import Resources
from shared.web.auth import Caller
from shared.web.idempotency import Answer, Attempt, first_answer, keep_answer
from shared.work import Work, current_work, working

_ABSENT = "Deze levering is er niet."
_ROUNDS = 3  # how often somebody else can be first in one moment


async def ask(  # noqa: PLR0913, of one request
    made: Resources,
    caller: Caller,
    halfjaar: str,
    peilmoment: datetime | None,
    *,
    attempt: Attempt | None,
    now: datetime,
) -> Answer:
    """Ask for the next version of a half-year; one that was not decided on yet is replaced by it.

    Raises ``InvalidInputError`` for a half-year that is not over, or a moment outside of what can be known.
    """
    moment = peilmoment or now
    end = period_of(halfjaar, peilmoment=moment).tot
    if end > now:
        raise InvalidInputError("Dit halfjaar is nog niet voorbij.")
    if not end <= moment <= now:
        raise InvalidInputError("Het peilmoment ligt na het einde van het halfjaar en niet in de toekomst.")
    async with in_transaction(made.engine) as conn:
        known = await first_answer(conn, made.vault, attempt, now=now)
        if known:
            return known
        one = await _next_version(conn, caller, halfjaar, moment, now=now)
        await record(conn, caller, Act("cbs-levering-aangevraagd", "cbs-levering", one.id), now=now)
        answer = Answer(202, shown(one))
        await keep_answer(conn, made.vault, attempt, answer)
    return answer


async def _next_version(
    conn: AsyncConnection, caller: Caller, halfjaar: str, peilmoment: datetime, *, now: datetime
) -> CbsLevering:
    for _ in range(_ROUNDS):
        before = await store.hold_versions(conn, halfjaar)
        one = CbsLevering(
            id=new_id(),
            halfjaar=halfjaar,
            versie=before[-1].versie + 1 if before else 1,
            peilmoment=peilmoment,
            status=CbsStatus.AANGEVRAAGD,
            aangevraagd_door=caller.subject,
            aangevraagd_op=now,
        )
        if await store.insert(conn, one):
            for earlier in before:
                status = TRANSITIONS[earlier.status, CbsActie.VERVANGEN]
                if status is not None:
                    await store.save(conn, replace(earlier, status=status))
            return one
    raise ConflictError("Anderen vroegen op hetzelfde moment om deze levering; probeer het zo weer.")


async def read(made: Resources, caller: Caller, levering_id: UUID, *, now: datetime) -> CbsLevering:
    """Return a delivery with its report."""
    async with in_transaction(made.engine) as conn:
        found = await store.get(conn, levering_id)
        if found is None:
            raise NotFoundError(_ABSENT)
        await record(conn, caller, Act("cbs-levering-gelezen", "cbs-levering", found.id), now=now)
    return found


async def list_leveringen(  # noqa: PLR0913, the filters of the list, keyword only
    made: Resources, caller: Caller, *, halfjaar: str | None, na: UUID | None, limiet: int, now: datetime
) -> Sequence[CbsLevering]:
    """Return deliveries in the order in which they were asked."""
    async with in_transaction(made.engine) as conn:
        rows = await store.list_all(conn, halfjaar=halfjaar, na=na, limiet=limiet)
        await record(conn, caller, Act("cbs-leveringen-gelezen", "cbs-levering", None), now=now)
    return rows


async def decide_on(
    made: Resources, caller: Caller, levering_id: UUID, besluit: CbsBesluit, *, now: datetime
) -> CbsLevering:
    """Approve or refuse a concept as a second person; the same decision again changes nothing."""
    async with in_transaction(made.engine) as conn:
        before = await store.get(conn, levering_id, lock=True)
        if before is None:
            raise NotFoundError(_ABSENT)
        try:
            after = decide(before, besluit, subject=caller.subject, now=now)
        except SamePersonError:
            raise NotAllowedError("Wie de levering aanvroeg beslist er niet over; dat doet een ander.") from None
        except RefusedError as error:
            raise ConflictError(str(error)) from None
        await store.save(conn, after)
        await record(conn, caller, Act(f"cbs-levering-{besluit}", "cbs-levering", after.id), now=now)
    return after


async def open_bestand(
    made: Resources, caller: Caller, levering_id: UUID, naam: str, *, now: datetime
) -> tuple[CbsBestand, AsyncIterator[bytes]]:
    """Return a file of an approved delivery and its bytes, piece by piece.

    Raises ``NotFoundError`` when there is none, ``ConflictError`` before it was approved.
    """
    async with in_transaction(made.engine) as conn:
        found = await store.get(conn, levering_id)
        bestand = next((one for one in found.bestanden if one.naam == naam), None) if found else None
        if found is None or (bestand is None and found.status is CbsStatus.GOEDGEKEURD):
            raise NotFoundError(_ABSENT)
        if bestand is None or found.status is not CbsStatus.GOEDGEKEURD:
            raise ConflictError("Deze levering is niet goedgekeurd; het bestand is er nog niet te halen.")
        await record(conn, caller, Act("cbs-bestand-opgehaald", "cbs-levering", found.id), now=now)
    work = current_work()
    assert work is not None  # noqa: S101, a door opened it
    return bestand, _pieces(made, work, levering_id, naam)


async def _pieces(made: Resources, work: Work, levering_id: UUID, naam: str) -> AsyncIterator[bytes]:
    nr = 0
    while True:
        # Each piece in a transaction of its own: who reads slowly holds no connection meanwhile.
        with working(work):
            async with in_transaction(made.engine) as conn:
                piece = await store.read_piece(conn, levering_id, naam, nr)
        if piece is None:
            return
        yield piece
        nr += 1


def shown(one: CbsLevering) -> dict[str, Any]:
    """Return a delivery as it is shown."""
    return {
        "id": one.id,
        "halfjaar": one.halfjaar,
        "versie": one.versie,
        "peilmoment": one.peilmoment,
        "status": one.status.value,
        "aangevraagdDoor": one.aangevraagd_door,
        "aangevraagdOp": one.aangevraagd_op,
        "gemaaktOp": one.gemaakt_op,
        "layout": one.layout,
        "bestanden": [
            {"naam": bestand.naam, "regels": bestand.regels, "bytes": bestand.bytes, "sha256": bestand.sha256}
            for bestand in one.bestanden
        ],
        "rapport": one.rapport,
        "beslotenDoor": one.besloten_door,
        "beslotenOp": one.besloten_op,
        "reden": one.reden,
    }
