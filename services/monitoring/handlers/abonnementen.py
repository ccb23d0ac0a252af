"""How somebody asks to be told of facts by webhook, within what its role may see, and manages that afterwards."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.monitoring.domain.abonnementen import TYPES, naam_of
from services.monitoring.domain.alerts import AlarmSoort
from services.monitoring.handlers.webhooks import secret_place
from services.monitoring.partners.webhook import WebhookRules, check_url
from services.monitoring.store import abonnementen as store
from services.monitoring.store import alerts as alert_store
from services.monitoring.store.abonnementen import AbonnementRow, Owner
from shared.audit import Act, record
from shared.clock import system_clock
from shared.db import in_transaction
from shared.errors import ConflictError, NotAllowedError, NotFoundError
from shared.ids import new_id
from shared.keyring import room_key
from shared.rules.abonneerbaar import soorten_van
from shared.rules.codes import Rol
from shared.rules.gemeenten import with_predecessors
from shared.web.access import toegang_of
from shared.web.app import Resources
from shared.web.auth import Caller
from shared.web.idempotency import Answer, Attempt, first_answer, keep_answer
from shared.web.outward import new_secret

# What these hear of is bounded by municipality, beside whose the abonnement is.
_OF_A_GEMEENTE = frozenset({Rol.LOKAAL_TEAM, Rol.GEMEENTE})
_SECRETS_MAX = 5
_ABSENT = "Dit abonnement is er niet."


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
    types = _allowed_types(caller, wish.soorten)
    codes = _allowed_codes(caller, wish.gemeente_codes)
    async with in_transaction(made.engine) as conn:
        known = await first_answer(conn, made.vault, attempt, now=now)
        if known:
            return known
        row = AbonnementRow(
            id=new_id(),
            callback_url=wish.callback_url,
            soorten=types,
            gemeente_codes=codes,
            rol=caller.rol.value,
            organisatie_id=caller.organisatie_id,
            aangemaakt_op=now,
        )
        await store.insert(conn, row)
        geheim = await _new_secret(conn, made, row.id, geheim_id=row.id, real=system_clock())
        answer = Answer(201, shown(row) | {"geheim": geheim})
        await keep_answer(conn, made.vault, attempt, answer)
        await note(conn, caller, "abonnement-gemaakt", [row.id], now=now)
    return answer


def _allowed_types(caller: Caller, wanted: Iterable[str]) -> list[str]:
    """Return the event types that were asked for; raises ``NotAllowedError`` beyond what the role may hear of."""
    own = soorten_van(caller.rol)
    if not set(wanted) <= set(own):
        raise NotAllowedError(f"Deze rol kan zich abonneren op: {', '.join(own)}.")
    return sorted({TYPES[naam] for naam in wanted})


def _allowed_codes(caller: Caller, wanted: tuple[str, ...]) -> list[str]:
    """Return the municipalities that the caller will hear of; raises ``NotAllowedError`` beyond its own."""
    if caller.rol not in _OF_A_GEMEENTE:
        return sorted(with_predecessors(wanted))
    if not caller.gemeente_codes or not set(wanted) <= caller.gemeente_codes:
        raise NotAllowedError("U kunt zich alleen abonneren op uw eigen gemeente.")
    return sorted(with_predecessors(wanted) or caller.gemeente_codes)


async def _new_secret(
    conn: AsyncConnection, made: Resources, abonnement_id: UUID, *, geheim_id: UUID, real: datetime
) -> str:
    geheim = new_secret()
    key = await room_key(conn, made.vault)
    sealed = key.seal(geheim.encode(), place=secret_place(geheim_id))
    await store.add_secret(conn, abonnement_id, geheim_id=geheim_id, geheim=sealed, real=real)
    return geheim


def owner_of(caller: Caller) -> Owner:
    """Return whose abonnementen a caller may see and end: with a tie demanded, those of his house in his role."""
    return Owner(None, None) if toegang_of(caller).sees_all else Owner(caller.organisatie_id, caller.rol.value)


async def load_own(conn: AsyncConnection, caller: Caller, abonnement_id: UUID, *, lock: bool = False) -> AbonnementRow:
    """Return an abonnement of the caller; raises ``NotFoundError`` when it has none with this id."""
    row = await store.get(conn, abonnement_id, owner=owner_of(caller), lock=lock)
    if row is None:
        raise NotFoundError(_ABSENT)
    return row


async def note(conn: AsyncConnection, caller: Caller, actie: str, ids: Iterable[UUID], *, now: datetime) -> None:
    """Record that somebody saw or changed abonnementen."""
    for abonnement_id in ids:
        await record(conn, caller, Act(actie, "abonnement", abonnement_id), now=now)


async def read_abonnement(made: Resources, caller: Caller, abonnement_id: UUID, *, now: datetime) -> dict[str, Any]:
    """Return an abonnement of the caller."""
    async with in_transaction(made.engine) as conn:
        row = await load_own(conn, caller, abonnement_id)
        await note(conn, caller, "abonnement-gelezen", [row.id], now=now)
    return shown(row)


async def list_abonnementen(
    made: Resources, caller: Caller, *, na: UUID | None, limiet: int, now: datetime
) -> list[dict[str, Any]]:
    """Return the abonnementen of the caller."""
    async with in_transaction(made.engine) as conn:
        rows = await store.list_all(conn, owner=owner_of(caller), na=na, limiet=limiet)
        await record(conn, caller, Act("abonnementen-gelezen", "abonnement", None), now=now)
    return [shown(row) for row in rows]


async def end_abonnement(made: Resources, caller: Caller, abonnement_id: UUID, *, now: datetime) -> None:
    """End an abonnement of the caller; what was not sent yet is not sent any more, and alarms nobody."""
    async with in_transaction(made.engine) as conn:
        await load_own(conn, caller, abonnement_id, lock=True)
        lapsed = await store.end(conn, abonnement_id, now=now)
        await _resolve(conn, abonnement_id, lapsed, now=now)
        await note(conn, caller, "abonnement-beeindigd", [abonnement_id], now=now)


async def resume_abonnement(made: Resources, caller: Caller, abonnement_id: UUID, *, now: datetime) -> dict[str, Any]:
    """Let an abonnement run again: what waited is delivered, in order; one that runs is tried again at once."""
    async with in_transaction(made.engine) as conn:
        await load_own(conn, caller, abonnement_id, lock=True)
        revived = await store.resume(conn, abonnement_id)
        await _resolve(conn, abonnement_id, revived, now=now)
        await note(conn, caller, "abonnement-hervat", [abonnement_id], now=now)
        return shown(await load_own(conn, caller, abonnement_id))


async def _resolve(conn: AsyncConnection, abonnement_id: UUID, berichten: Iterable[UUID], *, now: datetime) -> None:
    await alert_store.resolve_condition(conn, soort=AlarmSoort.ABONNEMENT, onderwerp=str(abonnement_id), now=now)
    await alert_store.resolve_conditions(
        conn, soort=AlarmSoort.BERICHT, onderwerpen=[str(bericht_id) for bericht_id in berichten], now=now
    )


async def rotate_geheim(  # noqa: PLR0913, of one request
    made: Resources, caller: Caller, abonnement_id: UUID, *, overlap: timedelta, attempt: Attempt | None, now: datetime
) -> Answer:
    """Make a new secret, and show it once; the one before signs beside it until the overlap ends.

    The overlap is in real time, as the receiver lives. Raises ``ConflictError`` when too many are valid at once.
    """
    real = system_clock()
    async with in_transaction(made.engine) as conn:
        await load_own(conn, caller, abonnement_id, lock=True)
        known = await first_answer(conn, made.vault, attempt, now=now)
        if known:
            return known
        until = real + overlap
        await store.close_secrets(conn, abonnement_id, real=real, until=until)
        if len(await store.valid_secrets(conn, abonnement_id, real=real)) >= _SECRETS_MAX:
            raise ConflictError("Er gelden nog te veel eerdere geheimen; wacht, of wissel met overlapUren 0.")
        geheim_id = new_id()
        geheim = await _new_secret(conn, made, abonnement_id, geheim_id=geheim_id, real=real)
        answer = Answer(201, {"id": str(geheim_id), "geheim": geheim, "vorigeGeldigTot": _instant(until)})
        await keep_answer(conn, made.vault, attempt, answer)
        await note(conn, caller, "geheim-gewisseld", [abonnement_id], now=now)
    return answer


def shown(row: AbonnementRow) -> dict[str, Any]:
    """Return an abonnement as it is shown, without its secrets."""
    return {
        "id": str(row.id),
        "callbackUrl": row.callback_url,
        "soorten": [naam_of(type_name) for type_name in row.soorten],
        "gemeenteCodes": row.gemeente_codes,
        "aangemaaktOp": _instant(row.aangemaakt_op),
        "status": row.status,
        "uitgeschakeldOp": _instant(row.uitgeschakeld_op) if row.uitgeschakeld_op else None,
        "uitgeschakeldReden": row.uitgeschakeld_reden,
        "misluktSinds": _instant(row.mislukt_sinds) if row.mislukt_sinds else None,
    }


def _instant(moment: datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")
