"""How the beheerder keeps the organisations that take part in the chain, and who reads what was given to whom."""

from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import TypeVar
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.handover.domain import organisaties as domain
from services.handover.domain.organisatiecontacten import Contact, find_contact_faults
from services.handover.domain.organisaties import (
    CLIENTS_MAX,
    RECHTEN_MAX,
    EindeReden,
    Organisatie,
    OrganisatieError,
    OrganisatieStatus,
    Recht,
)
from services.handover.store import organisaties as store
from shared.audit import Act, record
from shared.db import in_transaction, retry_conflicts
from shared.errors import ConflictError, Fault, InvalidInputError, NotFoundError
from shared.ids import derived_id
from shared.rules.access import Betrekking, Doel
from shared.rules.calendar import amsterdam_day
from shared.rules.codes import BestemmingSoort
from shared.rules.oin import find_oin_fault
from shared.web.access import toegang_of
from shared.web.app import Resources
from shared.web.auth import Caller
from shared.web.etag import check_version

T = TypeVar("T")
_NOT_THERE = "Deze organisatie is er niet."
Change = Callable[[AsyncConnection, Organisatie], Awaitable[tuple[Organisatie, T]]]


@dataclass(frozen=True, slots=True)
class RechtOpgave:
    """A right as the beheerder gives it."""

    doel: Doel
    gemeente_code: str | None
    soort: BestemmingSoort | None
    geldig_van: date
    geldig_tot: date | None


async def create_organisatie(  # noqa: PLR0913, of one request, keyword only
    made: Resources, caller: Caller, *, organisatie_id: str, naam: str, oin: str, test_oin: bool
) -> tuple[Organisatie, bool]:
    """Keep a new organisation, and say whether it was new: the same again is the same one.

    Raises ``ConflictError`` when another stands under this id.
    """
    fault = find_oin_fault(oin, test=test_oin)
    if fault:
        raise InvalidInputError("De OIN kan niet kloppen.", faults=(Fault("body", "/oin", fault),))
    now = made.clock()
    new = Organisatie(organisatie_id=organisatie_id, naam=naam, oin=oin, aangemaakt_op=now)
    async with in_transaction(made.engine) as conn:
        added = await store.add_organisatie(conn, new)
        found = await store.find_organisatie(conn, organisatie_id)
        if found is None or (found.naam, found.oin) != (naam, oin):
            raise ConflictError("Onder deze organisatieId staat al een organisatie met een andere naam of OIN.")
        await record(conn, caller, _act("aangemaakt" if added else "herhaald", organisatie_id), now=now)
    return found, added


async def list_organisaties(
    made: Resources, caller: Caller, *, status: OrganisatieStatus | None, na: str | None, limiet: int
) -> list[Organisatie]:
    """Return organisations; of who works elsewhere his own."""
    alleen = None if toegang_of(caller).sees_all else caller.organisatie_id
    async with in_transaction(made.engine) as conn:
        await record(conn, caller, Act("gelezen", "organisaties", None), now=made.clock())
        return await store.list_organisaties(conn, alleen=alleen, status=status, na=na, limiet=limiet)


async def read_organisatie(made: Resources, caller: Caller, organisatie_id: str) -> Organisatie:
    """Return one organisation; another's is not there for who works elsewhere."""
    return await _read(made, caller, organisatie_id, _nothing_more)


async def _nothing_more(_conn: AsyncConnection, found: Organisatie) -> Organisatie:
    return found


async def read_contacten(made: Resources, caller: Caller, organisatie_id: str) -> tuple[Organisatie, Sequence[Contact]]:
    """Return where the teams of an organisation are reached."""

    async def more(conn: AsyncConnection, found: Organisatie) -> tuple[Organisatie, Sequence[Contact]]:
        return found, await store.list_contacten(conn, made.vault, organisatie_id)

    return await _read(made, caller, organisatie_id, more)


async def read_clients(made: Resources, caller: Caller, organisatie_id: str) -> tuple[Organisatie, Sequence[str]]:
    """Return which systems speak for an organisation."""

    async def more(conn: AsyncConnection, found: Organisatie) -> tuple[Organisatie, Sequence[str]]:
        return found, await store.list_clients(conn, organisatie_id)

    return await _read(made, caller, organisatie_id, more)


async def read_rechten(made: Resources, caller: Caller, organisatie_id: str) -> tuple[Organisatie, Sequence[Recht]]:
    """Return what an organisation was given, also what no longer holds."""

    async def more(conn: AsyncConnection, found: Organisatie) -> tuple[Organisatie, Sequence[Recht]]:
        return found, await store.list_rechten(conn, organisatie_id)

    return await _read(made, caller, organisatie_id, more)


async def put_contacten(
    made: Resources, caller: Caller, organisatie_id: str, contacten: Sequence[Contact], *, seen: int
) -> tuple[Organisatie, Sequence[Contact]]:
    """Let these be the contacts of an organisation."""
    faults = tuple(Fault("body", *one) for one in find_contact_faults(contacten))
    if faults:
        raise InvalidInputError(f"{len(faults)} veld(en) ongeldig.", faults=faults)

    async def work(conn: AsyncConnection, before: Organisatie) -> tuple[Organisatie, Sequence[Contact]]:
        wanted = sorted(contacten, key=lambda one: one.rol)
        if wanted == await store.list_contacten(conn, made.vault, organisatie_id):
            return before, wanted
        after = domain.change(before)
        await store.replace_contacten(conn, made.vault, organisatie_id, wanted)
        return after, wanted

    return await _change(made, caller, organisatie_id, "contacten-gewijzigd", work, seen=seen)


async def put_clients(
    made: Resources, caller: Caller, organisatie_id: str, clients: Sequence[str], *, seen: int
) -> tuple[Organisatie, Sequence[str]]:
    """Let these be the systems that speak for an organisation; with none, each may."""
    if len(clients) > CLIENTS_MAX:
        raise InvalidInputError(f"Hooguit {CLIENTS_MAX} clients.")

    async def work(conn: AsyncConnection, before: Organisatie) -> tuple[Organisatie, Sequence[str]]:
        wanted = sorted(set(clients))
        if wanted == await store.list_clients(conn, organisatie_id):
            return before, wanted
        after = domain.change(before)
        await store.replace_clients(conn, organisatie_id, wanted)
        return after, wanted

    return await _change(made, caller, organisatie_id, "clients-gewijzigd", work, seen=seen)


async def create_recht(
    made: Resources, caller: Caller, organisatie_id: str, opgave: RechtOpgave
) -> tuple[Organisatie, tuple[Recht, bool]]:
    """Give an organisation a right, and say whether it was new: the same again is the same one."""
    recht = Recht(
        id=derived_id("recht", organisatie_id, opgave.doel, opgave.gemeente_code, opgave.soort, opgave.geldig_van),
        doel=opgave.doel,
        gemeente_code=opgave.gemeente_code,
        soort=opgave.soort,
        geldig_van=opgave.geldig_van,
        geldig_tot=opgave.geldig_tot,
    )
    faults = tuple(Fault("body", *one) for one in domain.find_recht_faults(recht))
    if faults:
        raise InvalidInputError(f"{len(faults)} veld(en) ongeldig.", faults=faults)

    async def work(conn: AsyncConnection, before: Organisatie) -> tuple[Organisatie, tuple[Recht, bool]]:
        known = {one.id: one for one in await store.list_rechten(conn, organisatie_id)}
        if recht.id in known:
            if known[recht.id].geldig_tot != opgave.geldig_tot:
                raise ConflictError("Dit recht is er al, met een ander einde. Wijzig het einde van dat recht.")
            return before, (known[recht.id], False)
        if len(known) >= RECHTEN_MAX:
            raise ConflictError(
                f"Een organisatie heeft hooguit {RECHTEN_MAX} rechten. Geef er een voor alle gemeenten."
            )
        after = domain.change(before)
        await store.add_recht(conn, organisatie_id, recht)
        return after, (recht, True)

    return await _change(made, caller, organisatie_id, "recht-gegeven", work)


async def put_recht_einde(  # noqa: PLR0913, which right of which organisation, keyword only
    made: Resources, caller: Caller, organisatie_id: str, recht_id: UUID, *, geldig_tot: date, seen: int
) -> tuple[Organisatie, Recht]:
    """Say until when a right holds."""
    day = amsterdam_day(made.clock())

    async def work(conn: AsyncConnection, before: Organisatie) -> tuple[Organisatie, Recht]:
        known = {one.id: one for one in await store.list_rechten(conn, organisatie_id)}
        if recht_id not in known:
            raise NotFoundError("Dit recht is er niet.")
        ended = domain.end_recht(known[recht_id], geldig_tot=geldig_tot, day=day)
        if ended is known[recht_id]:
            return before, ended
        after = domain.change(before)
        await store.save_recht(conn, ended)
        return after, ended

    return await _change(made, caller, organisatie_id, "recht-beeindigd", work, seen=seen)


async def put_inschrijving(made: Resources, caller: Caller, organisatie_id: str, *, seen: int) -> Organisatie:
    """Enrol an organisation: from now on it has what its rights say, and no more."""
    now = made.clock()

    async def work(conn: AsyncConnection, before: Organisatie) -> tuple[Organisatie, None]:
        contacten = await store.list_contacten(conn, made.vault, organisatie_id)
        rechten = await store.list_rechten(conn, organisatie_id)
        return domain.enrol(before, contacten=contacten, rechten=rechten, now=now, day=amsterdam_day(now)), None

    return (await _change(made, caller, organisatie_id, "ingeschreven", work, seen=seen))[0]


async def put_beeindiging(
    made: Resources, caller: Caller, organisatie_id: str, *, reden: EindeReden, seen: int
) -> Organisatie:
    """End an organisation that has nothing in hand any more."""
    now = made.clock()

    async def work(conn: AsyncConnection, before: Organisatie) -> tuple[Organisatie, None]:
        openstaand = await store.count_open(conn, organisatie_id)
        return domain.end(before, reden=reden, openstaand=openstaand, now=now), None

    return (await _change(made, caller, organisatie_id, "beeindigd", work, seen=seen))[0]


async def _read(
    made: Resources, caller: Caller, organisatie_id: str, more: Callable[[AsyncConnection, Organisatie], Awaitable[T]]
) -> T:
    own = {Betrekking.EIGEN_ORGANISATIE} if organisatie_id == caller.organisatie_id else frozenset[Betrekking]()
    async with in_transaction(made.engine) as conn:
        found = await store.find_organisatie(conn, organisatie_id) if toegang_of(caller).permits(own) else None
        if found is None:
            raise NotFoundError(_NOT_THERE)
        await record(conn, caller, _act("gelezen", organisatie_id), now=made.clock())
        return await more(conn, found)


async def _change(  # noqa: PLR0913, of one request
    made: Resources, caller: Caller, organisatie_id: str, actie: str, work: Change[T], *, seen: int | None = None
) -> tuple[Organisatie, T]:
    """Change a locked organisation in one transaction; ``seen`` is the version that the caller saw."""

    async def attempt() -> tuple[Organisatie, T]:
        async with in_transaction(made.engine) as conn:
            before = await store.find_organisatie(conn, organisatie_id, lock=True)
            if before is None:
                raise NotFoundError(_NOT_THERE)
            if seen is not None:
                check_version(seen, before.versie)
            with _as_conflict():
                after, told = await work(conn, before)
            if after is not before:
                await store.save_organisatie(conn, after)
            await record(
                conn, caller, _act(actie if after is not before else "herhaald", organisatie_id), now=made.clock()
            )
        return after, told

    return await retry_conflicts(attempt)


def _act(actie: str, organisatie_id: str) -> Act:
    # Its own id is a word; the audit knows things by an id that follows from it.
    return Act(actie, "organisatie", derived_id("organisatie", organisatie_id))


@contextmanager
def _as_conflict() -> Iterator[None]:
    try:
        yield
    except OrganisatieError as error:
        raise ConflictError(error.reden_nl) from None
