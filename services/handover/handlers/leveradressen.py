"""Where receivers are told of overdrachten: given up, replaced and ended, with secrets that are shown once."""

from collections.abc import Callable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.handover.domain.leveradres import (
    Geheim,
    Leveradres,
    Opgave,
    find_faults,
    overlap_until,
    replaced,
)
from services.handover.store import leveradressen as store
from shared.audit import Act, record
from shared.db import in_transaction, retry_conflicts
from shared.errors import ConflictError, Fault, InvalidInputError, NotAllowedError, NotFoundError
from shared.ids import new_id
from shared.rules.access import Betrekking
from shared.rules.codes import BestemmingSoort
from shared.rules.leveringcodes import LeverWijze
from shared.web.access import toegang_of
from shared.web.app import Resources
from shared.web.auth import Caller
from shared.web.etag import check_version
from shared.web.idempotency import Answer, Attempt, first_answer, keep_answer
from shared.web.outward import new_secret, problem_of
from shared.web.pages import Page, id_place

_NOT_THERE = "Dit leveradres is er niet."
_TWICE = "Voor deze organisatie, gemeente en soort is er al een leveradres; vervang dat."
Render = Callable[["Getoond"], dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Voor:
    """For whom an address is, and for which of what he is offered."""

    organisatie_id: str
    gemeente_code: str | None = None
    soort: BestemmingSoort | None = None


@dataclass(frozen=True, slots=True)
class Getoond:
    """An address, with its secret when it was just made."""

    adres: Leveradres
    geheim: str | None = None


@dataclass(frozen=True, slots=True)
class NieuwGeheim:
    """A fresh secret, and until when the one before it signs too."""

    id: UUID
    geheim: str
    vorige_geldig_tot: datetime


async def add_leveradres(  # noqa: PLR0913, of one request
    made: Resources,
    caller: Caller,
    voor: Voor,
    opgave: Opgave,
    *,
    allow_private: bool,
    attempt: Attempt | None,
    render: Render,
) -> Answer:
    """Keep a new address; its secret is in this answer and in no other."""
    _check(opgave, allow_private=allow_private)
    if not toegang_of(caller).permits(_ties(caller, voor.organisatie_id)):
        raise NotAllowedError("U beheert alleen de leveradressen van uw eigen organisatie.")

    async def work() -> Answer:
        now = made.clock()
        async with in_transaction(made.engine) as conn:
            known = await first_answer(conn, made.vault, attempt, now=now)
            if known:
                await record(conn, caller, _act("herhaald", UUID(known.body["id"])), now=now)
                return known
            new = Leveradres(
                id=new_id(),
                organisatie_id=voor.organisatie_id,
                gemeente_code=voor.gemeente_code,
                soort=voor.soort,
                opgave=opgave,
                versie=1,
                gemaakt_op=now,
            )
            if not await store.add_leveradres(conn, made.vault, new):
                raise ConflictError(_TWICE)
            geheim = await _first_geheim(conn, made, new, now)
            await record(conn, caller, _act("toegevoegd", new.id), now=now)
            answer = Answer(201, render(Getoond(new, geheim)))
            await keep_answer(conn, made.vault, attempt, answer)
        return answer

    return await retry_conflicts(work)


async def read_leveradres(made: Resources, caller: Caller, leveradres_id: UUID) -> Leveradres:
    """Return one address; whose it is not, for him it is not there."""
    async with in_transaction(made.engine) as conn:
        found = await _visible(conn, made, caller, leveradres_id)
        await record(conn, caller, _act("gelezen", leveradres_id), now=made.clock())
    return found


async def list_leveradressen(
    made: Resources, caller: Caller, part: Page, *, organisatie_id: str | None
) -> list[Leveradres]:
    """Return the addresses that a caller may see: one more than asked, when there are more."""
    toegang = toegang_of(caller)
    own = None if toegang.sees_all else caller.organisatie_id
    if own is not None and organisatie_id not in (None, own):
        return []
    async with in_transaction(made.engine) as conn:
        found = await store.list_leveradressen(
            conn, made.vault, organisatie_id=own or organisatie_id, na=id_place(part), limiet=part.limiet + 1
        )
        await record(conn, caller, _act("gelezen", None), now=made.clock())
    return found


async def replace_leveradres(  # noqa: PLR0913, of one request
    made: Resources, caller: Caller, leveradres_id: UUID, opgave: Opgave, *, seen: int, allow_private: bool
) -> Getoond:
    """Let a receiver be told in another way from now on; what is under way goes the new way at its next attempt."""
    _check(opgave, allow_private=allow_private)

    async def work() -> Getoond:
        now = made.clock()
        async with in_transaction(made.engine) as conn:
            before = await _visible(conn, made, caller, leveradres_id, lock=True)
            check_version(seen, before.versie)
            after = before if before.opgave == opgave else replaced(before, opgave)
            geheim = None
            if after is not before:
                await store.save_leveradres(conn, made.vault, after)
                geheim = await _first_geheim(conn, made, after, now)
            await record(conn, caller, _act("vervangen", leveradres_id), now=now)
        return Getoond(after, geheim)

    return await retry_conflicts(work)


async def end_leveradres(made: Resources, caller: Caller, leveradres_id: UUID, *, seen: int) -> None:
    """End an address; what is still to be delivered to it waits for a person from its next attempt on."""

    async def work() -> None:
        now = made.clock()
        async with in_transaction(made.engine) as conn:
            before = await _visible(conn, made, caller, leveradres_id, lock=True)
            check_version(seen, before.versie)
            await store.end_leveradres(conn, leveradres_id, now=now)
            await record(conn, caller, _act("beeindigd", leveradres_id), now=now)

    await retry_conflicts(work)


async def rotate_geheim(  # noqa: PLR0913, of one request
    made: Resources,
    caller: Caller,
    leveradres_id: UUID,
    *,
    overlap_uren: int,
    attempt: Attempt | None,
    render: Callable[[NieuwGeheim], dict[str, Any]],
) -> Answer:
    """Make a new secret; for some hours notices are signed with the one before it too."""

    async def work() -> Answer:
        now = made.clock()
        async with in_transaction(made.engine) as conn:
            adres = await _visible(conn, made, caller, leveradres_id, lock=True)
            known = await first_answer(conn, made.vault, attempt, now=now)
            if known:
                await record(conn, caller, _act("herhaald", leveradres_id), now=now)
                return known
            if adres.opgave.wijze is not LeverWijze.REST:
                raise ConflictError("Alleen een leveradres met wijze rest heeft een geheim.")
            until = overlap_until(now, overlap_uren)
            await store.end_geheimen(conn, leveradres_id, now=now, until=until)
            new = Geheim(new_id(), new_secret(), now)
            await store.add_geheim(conn, made.vault, leveradres_id, new)
            await record(conn, caller, _act("geheim-vernieuwd", leveradres_id), now=now)
            answer = Answer(201, render(NieuwGeheim(new.id, new.geheim, until)))
            await keep_answer(conn, made.vault, attempt, answer)
        return answer

    return await retry_conflicts(work)


async def _first_geheim(conn: AsyncConnection, made: Resources, adres: Leveradres, now: datetime) -> str | None:
    """Make the secret of an address that needs one and has none."""
    if adres.opgave.wijze is not LeverWijze.REST:
        return None
    if await store.valid_geheimen(conn, made.vault, adres.id, now=now):
        return None
    new = Geheim(new_id(), new_secret(), now)
    await store.add_geheim(conn, made.vault, adres.id, new)
    return new.geheim


async def _visible(
    conn: AsyncConnection, made: Resources, caller: Caller, leveradres_id: UUID, *, lock: bool = False
) -> Leveradres:
    found = await store.find_leveradres(conn, made.vault, leveradres_id, lock=lock)
    if found is None or not toegang_of(caller).permits(_ties(caller, found.organisatie_id)):
        raise NotFoundError(_NOT_THERE)
    return found


def _ties(caller: Caller, organisatie_id: str) -> AbstractSet[Betrekking]:
    """Return what ties a caller to an address: that it is where his own organisation is told."""
    return frozenset({Betrekking.EIGEN_ORGANISATIE}) if organisatie_id == caller.organisatie_id else frozenset()


def _check(opgave: Opgave, *, allow_private: bool) -> None:
    faults = [Fault("body", *one) for one in find_faults(opgave)]
    if opgave.adres.url is not None and not faults:
        problem = problem_of(opgave.adres.url, allow_private=allow_private)
        faults += [Fault("body", "/url", problem)] if problem else []
    if faults:
        raise InvalidInputError("Dit leveradres kan niet worden gebruikt.", faults=tuple(faults))


def _act(actie: str, leveradres_id: UUID | None) -> Act:
    return Act(f"leveradres-{actie}", "leveradres", leveradres_id)
