"""How somebody asks to be told of facts by webhook, within what its role may see."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from services.monitoring.handlers.alerts import TELLABLE
from services.monitoring.handlers.berichten import secret_place
from services.monitoring.partners.webhook import WebhookRules, check_url, new_secret
from services.monitoring.store import abonnementen as store
from services.monitoring.store.abonnementen import AbonnementRow, Owner
from shared.db import in_transaction
from shared.errors import NotAllowedError, NotFoundError
from shared.ids import new_id
from shared.keyring import room_key
from shared.rules.codes import Rol
from shared.rules.gemeenten import with_predecessors
from shared.web.access import toegang_of
from shared.web.app import Resources
from shared.web.auth import Caller
from shared.web.idempotency import Answer, Attempt, first_answer, keep_answer

# What these hear of is bounded by municipality, beside whose the abonnement is.
_OF_A_GEMEENTE = frozenset({Rol.LOKAAL_TEAM, Rol.GEMEENTE})
_NAMES = {type_name: naam for naam, type_name in TELLABLE.items()}


@dataclass(frozen=True, slots=True)
class Wish:
    """What a subscriber asks for."""

    callback_url: str
    soorten: tuple[str, ...]
    gemeente_codes: tuple[str, ...]


async def add_abonnement(  # noqa: PLR0913, of one request
    made: Resources, caller: Caller, wish: Wish, *, rules: WebhookRules, attempt: Attempt | None, now: datetime
) -> Answer:
    """Keep a new abonnement, and answer with its secret: the only time that it is shown."""
    check_url(wish.callback_url, rules)
    codes = _allowed_codes(caller, wish.gemeente_codes)
    async with in_transaction(made.engine) as conn:
        known = await first_answer(conn, made.vault, attempt, now=now)
        if known:
            return known
        row = AbonnementRow(
            id=new_id(),
            callback_url=wish.callback_url,
            soorten=sorted({TELLABLE[naam] for naam in wish.soorten}),
            gemeente_codes=codes,
            rol=caller.rol.value,
            organisatie_id=caller.organisatie_id,
            aangemaakt_op=now,
        )
        geheim = new_secret()
        key = await room_key(conn, made.vault)
        await store.insert(conn, row, geheim=key.seal(geheim.encode(), place=secret_place(row.id)))
        answer = Answer(201, shown(row) | {"geheim": geheim})
        await keep_answer(conn, made.vault, attempt, answer)
    return answer


def _allowed_codes(caller: Caller, wanted: tuple[str, ...]) -> list[str]:
    """Return the municipalities that the caller will hear of; raises ``NotAllowedError`` beyond its own."""
    if caller.rol not in _OF_A_GEMEENTE:
        return sorted(with_predecessors(wanted))
    if not caller.gemeente_codes or not set(wanted) <= caller.gemeente_codes:
        raise NotAllowedError("U kunt zich alleen abonneren op uw eigen gemeente.")
    return sorted(with_predecessors(wanted) or caller.gemeente_codes)


def _owner(caller: Caller) -> Owner:
    """Return whose abonnementen a caller may see and end: with a tie demanded, those of his house in his role."""
    return Owner(None, None) if toegang_of(caller).sees_all else Owner(caller.organisatie_id, caller.rol.value)


async def read_abonnement(made: Resources, caller: Caller, abonnement_id: UUID) -> dict[str, Any]:
    """Return an abonnement of the caller; raises ``NotFoundError`` when it has none with this id."""
    async with in_transaction(made.engine) as conn:
        row = await store.get(conn, abonnement_id, owner=_owner(caller))
    if row is None:
        raise NotFoundError("Dit abonnement is er niet.")
    return shown(row)


async def list_abonnementen(made: Resources, caller: Caller, *, na: UUID | None, limiet: int) -> list[dict[str, Any]]:
    """Return the abonnementen of the caller."""
    async with in_transaction(made.engine) as conn:
        rows = await store.list_all(conn, owner=_owner(caller), na=na, limiet=limiet)
    return [shown(row) for row in rows]


async def end_abonnement(made: Resources, caller: Caller, abonnement_id: UUID, *, now: datetime) -> None:
    """End an abonnement of the caller; what was not sent yet is not sent any more."""
    async with in_transaction(made.engine) as conn:
        if not await store.end(conn, abonnement_id, owner=_owner(caller), now=now):
            raise NotFoundError("Dit abonnement is er niet.")


def shown(row: AbonnementRow) -> dict[str, Any]:
    """Return an abonnement as it is shown, without its secret."""
    return {
        "id": str(row.id),
        "callbackUrl": row.callback_url,
        "soorten": [_NAMES[type_name] for type_name in row.soorten],
        "gemeenteCodes": row.gemeente_codes,
        "aangemaaktOp": row.aangemaakt_op.isoformat().replace("+00:00", "Z"),
    }
