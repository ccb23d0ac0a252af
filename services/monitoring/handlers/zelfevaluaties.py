"""How a municipality hands in what it says of its local field, makes it definite, and sees it beside other years."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.monitoring.domain.zelfevaluatie import (
    JaarVergelijking,
    Zelfevaluatie,
    compare_years,
    judge_opgave,
    next_versie,
    vastgesteld,
)
from services.monitoring.handlers.access import gemeenten_of, own_gemeenten
from services.monitoring.store import zelfevaluaties as store
from shared.audit import Act, record
from shared.db import in_transaction
from shared.errors import ConflictError, Fault, InvalidInputError, NotFoundError
from shared.ids import new_id
from shared.rules.calendar import amsterdam_day
from shared.web.app import Resources
from shared.web.auth import Caller
from shared.web.idempotency import Answer, Attempt, first_answer, keep_answer

_ABSENT = "Deze zelfevaluatie is er niet."
_FOREIGN = "Over deze gemeente is er geen zelfevaluatie."
_ROUNDS = 3  # how often somebody else can be first in one moment


@dataclass(frozen=True, slots=True)
class Opgave:
    """What a municipality hands in."""

    gemeente_code: str
    jaar: int
    antwoorden: Mapping[str, int]


async def hand_in(made: Resources, caller: Caller, opgave: Opgave, *, attempt: Attempt | None, now: datetime) -> Answer:
    """Keep answers as the next version and answer with it; the same answers make no second version.

    Raises ``InvalidInputError`` with every fault, ``ConflictError`` when that year was made definite.
    """
    _refuse_foreign(caller, opgave.gemeente_code)
    faults = judge_opgave(opgave.gemeente_code, opgave.jaar, opgave.antwoorden, today=amsterdam_day(now))
    if faults:
        raise InvalidInputError(
            "De zelfevaluatie kan zo niet worden bewaard; er is niets opgeslagen.",
            faults=tuple(Fault("body", f"/{fault.veld}", fault.uitleg) for fault in faults),
        )
    place = (opgave.gemeente_code, opgave.jaar)
    async with in_transaction(made.engine) as conn:
        known = await first_answer(conn, made.vault, attempt, now=now)
        if known:
            return known
        one, new = await _kept(conn, place, opgave.antwoorden, now=now)
        answer = Answer(201 if new else 200, shown(one))
        await keep_answer(conn, made.vault, attempt, answer)
        if new:
            await record(conn, caller, Act("zelfevaluatie-ingediend", "zelfevaluatie", one.id), now=now)
    return answer


async def _kept(
    conn: AsyncConnection, place: tuple[str, int], antwoorden: Mapping[str, int], *, now: datetime
) -> tuple[Zelfevaluatie, bool]:
    """Return the version that holds these answers, and whether it was made for them."""
    for _ in range(_ROUNDS):
        newest = await store.hold_newest(conn, *place)
        one = next_versie(newest, antwoorden, new_id=new_id(), place=place, now=now)
        if one is None:
            raise ConflictError("De zelfevaluatie over dit jaar is vastgesteld en wordt niet meer gewijzigd.")
        if newest is not None and one.id == newest.id:
            return one, False
        if await store.insert(conn, one):
            return one, True
    raise ConflictError("Anderen dienden op hetzelfde moment in; probeer het zo weer.")


async def fix(made: Resources, caller: Caller, zelfevaluatie_id: UUID, *, now: datetime) -> Zelfevaluatie:
    """Make a version definite; twice is once.

    Raises ``NotFoundError`` for one of another municipality, ``ConflictError`` when there is a newer version.
    """
    async with in_transaction(made.engine) as conn:
        found = await store.hold(conn, zelfevaluatie_id)
        own = own_gemeenten(caller)
        if found is None or (own is not None and found.gemeente_code not in own):
            raise NotFoundError(_ABSENT)
        newest = await store.hold_newest(conn, found.gemeente_code, found.jaar)
        if newest is None or newest.id != found.id:
            raise ConflictError("Er is een nieuwere versie; stel die vast.")
        after = vastgesteld(found, now=now)
        if after is not found:
            await store.fix(conn, after)
            await record(conn, caller, Act("zelfevaluatie-vastgesteld", "zelfevaluatie", found.id), now=now)
    return after


async def list_zelfevaluaties(  # noqa: PLR0913, the filters of the list, keyword only
    made: Resources,
    caller: Caller,
    *,
    gemeente_code: str | None,
    jaar: int | None,
    na: UUID | None,
    limiet: int,
) -> Sequence[Zelfevaluatie]:
    """Return the versions that the caller may see, in the order in which they were made."""
    codes = gemeenten_of(caller, gemeente_code)
    async with in_transaction(made.engine) as conn:
        return await store.list_all(conn, gemeente_codes=codes, jaar=jaar, na=na, limiet=limiet)


async def compare(made: Resources, caller: Caller, gemeente_code: str) -> Sequence[JaarVergelijking]:
    """Return the years of one municipality side by side, with the mean of the region beside each."""
    _refuse_foreign(caller, gemeente_code)
    async with in_transaction(made.engine) as conn:
        newest = await store.newest_of_years(conn, gemeente_code)
        regio = await store.region(conn, {one.jaar for one in newest})
    return compare_years(newest, regio)


def shown(one: Zelfevaluatie) -> dict[str, Any]:
    """Return a version as it is shown."""
    return {
        "id": str(one.id),
        "gemeenteCode": one.gemeente_code,
        "jaar": one.jaar,
        "versie": one.versie,
        "status": one.status.value,
        "vragenlijst": one.vragenlijst,
        "antwoorden": dict(one.antwoorden),
        "ingediendOp": _instant(one.ingediend_op),
        "vastgesteldOp": _instant(one.vastgesteld_op) if one.vastgesteld_op else None,
    }


def _instant(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _refuse_foreign(caller: Caller, gemeente_code: str) -> None:
    own = own_gemeenten(caller)
    if own is not None and gemeente_code not in own:
        raise NotFoundError(_FOREIGN)
