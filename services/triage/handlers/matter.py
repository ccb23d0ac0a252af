"""How a matter about one melding is begun, changed and read: what every subject does in the same way."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Generic, TypeVar
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.triage.domain.matter import Betrokkene, Matter
from services.triage.handlers.common import NO_DOSSIER, Creation, Once, append_facts, create, told
from services.triage.store.betrokkenen import betrokkenen_of_casus
from services.triage.store.casussen import current_casus
from services.triage.store.dossierdeel import meldingen_of
from services.triage.store.matter import Shelf, Thuis, Wanted, find_thuis
from services.triage.store.values import Place
from shared.audit import Act, record
from shared.crypto import Vault
from shared.db import in_transaction, retry_conflicts
from shared.errors import Fault, InvalidInputError, NotFoundError
from shared.events.payloads import Fact
from shared.log import get_logger
from shared.web.app import Resources
from shared.web.auth import Caller
from shared.web.etag import check_version
from shared.web.idempotency import Answer

log = get_logger()

M = TypeVar("M", bound=Matter)
# What is wrong with an input: a JSON pointer into the body, and a Dutch sentence.
Faults = Iterable[tuple[str, str]]
_LIST_MAX = 1000


@dataclass(frozen=True, slots=True)
class Subject(Generic[M]):
    """A kind of matter: what it is called in the audit, what is said when it is not there, and where it is kept."""

    soort: str
    absent: str
    shelf: Shelf[M]


def refuse(faults: Faults, *, detail: str = "Dit kan niet kloppen.") -> None:
    """Refuse what is wrong with a body, all of it at once."""
    found = tuple(Fault("body", pointer, said) for pointer, said in faults)
    if found:
        raise InvalidInputError(detail, faults=found)


async def begin(  # noqa: PLR0913, PLR0917, what a new matter needs
    made: Resources,
    caller: Caller,
    subject: Subject[M],
    melding_id: UUID,
    once: Once[M],
    make: Callable[[Thuis], M],
    *,
    named: Sequence[tuple[str, Betrokkene]] = (),
    facts_of: Callable[[M], Sequence[Fact]] = lambda _: (),
) -> Answer:
    """Begin a matter about a melding and announce it; ``named`` are the people in it, with where they stand."""
    now = made.clock()

    async def insert(conn: AsyncConnection) -> M:
        thuis = await find_thuis(conn, melding_id, lock=True)
        if thuis is None:
            raise NotFoundError(NO_DOSSIER)
        await check_people(conn, thuis.casus_id, named)
        new = make(thuis)
        await subject.shelf.insert(conn, made.vault, new)
        await append_facts(conn, new.casus_id, facts_of(new), about=(new.id,), now=now)
        await record(conn, caller, Act("vastgelegd", subject.soort, new.id, casus_id=new.casus_id), now=now)
        log.info("matter_begun", object_soort=subject.soort, object_id=str(new.id))
        return new

    async def casus_of(conn: AsyncConnection) -> UUID | None:
        thuis = await find_thuis(conn, melding_id)
        return thuis.casus_id if thuis else None

    return await create(made, caller, once, Creation(subject.soort, insert, casus_of), now=now)


async def change(  # noqa: PLR0913, who changes what, having seen which version
    made: Resources,
    caller: Caller,
    subject: Subject[M],
    matter_id: UUID,
    decide: Callable[[M, datetime], tuple[M, Sequence[Fact]]],
    *,
    seen: int,
    actie: str,
    named: Sequence[tuple[str, Betrokkene]] = (),
) -> M:
    """Change a matter and announce it; what changes nothing gets no new version and is not announced."""
    now = made.clock()

    async def work() -> M:
        async with in_transaction(made.engine) as conn:
            before = await locked(conn, made.vault, subject, matter_id)
            check_version(seen, before.versie)
            await check_people(conn, before.casus_id, named)
            with told():
                after, facts = decide(before, now)
            if after is not before:
                after = await store_change(conn, made, subject, after, facts)
            await record(conn, caller, Act(actie, subject.soort, matter_id, casus_id=after.casus_id), now=now)
            return after

    changed = await retry_conflicts(work)
    log.info("matter_changed", object_soort=subject.soort, object_id=str(matter_id), actie=actie)
    return changed


async def store_change(
    conn: AsyncConnection, made: Resources, subject: Subject[M], after: M, facts: Sequence[Fact]
) -> M:
    """Write a changed matter under a new version and tell its facts; return it as it is now."""
    after = replace(after, versie=after.versie + 1)
    await subject.shelf.save(conn, made.vault, after)
    await append_facts(conn, after.casus_id, facts, about=(after.id, after.versie), now=made.clock())
    return after


async def locked(conn: AsyncConnection, vault: Vault, subject: Subject[M], matter_id: UUID) -> M:
    """Return a matter and keep others from changing it; raises ``NotFoundError``."""
    found = await subject.shelf.load(conn, vault, matter_id, lock=True)
    if found is None:
        raise NotFoundError(subject.absent)
    return found


async def read_matter(made: Resources, caller: Caller, subject: Subject[M], matter_id: UUID) -> M:
    """Return one matter with its texts."""
    async with in_transaction(made.engine) as conn:
        found = await subject.shelf.load(conn, made.vault, matter_id)
        if found is None:
            raise NotFoundError(subject.absent)
        act = Act("gelezen", subject.soort, matter_id, casus_id=found.casus_id)
        await record(conn, caller, act, now=made.clock())
    return found


@dataclass(frozen=True, slots=True)
class Asked:
    """Which matters somebody asks a list of."""

    casus_id: UUID | None
    melding_id: UUID | None
    after: Place | None
    limit: int


async def list_matters(made: Resources, subject: Subject[M], asked: Asked) -> list[M]:
    """Return matters in the order in which they began: codes only, so it leaves no audit row."""
    async with in_transaction(made.engine) as conn:
        here = await current_casus(conn, asked.casus_id) if asked.casus_id else None
        return await subject.shelf.page(conn, Wanted(here, asked.melding_id, asked.after, asked.limit))


async def load_of_casus(conn: AsyncConnection, vault: Vault, subject: Subject[M], casus_id: UUID) -> list[M]:
    """Return every matter of a casus with its texts, for the file that somebody may read."""
    found: list[M] = []
    after: Place | None = None
    while page := await subject.shelf.page(conn, Wanted(casus_id, None, after, _LIST_MAX)):
        for one in page:
            whole = await subject.shelf.load(conn, vault, one.id)
            found += [whole] if whole else []
        after = page[-1].begonnen_op, page[-1].id
    return found


async def check_people(conn: AsyncConnection, casus_id: UUID, named: Sequence[tuple[str, Betrokkene]]) -> None:
    """Refuse people who are not in the meldingen of a casus; of a melding that told nobody everybody is taken."""
    if not named:
        return
    meldingen = set(await meldingen_of(conn, casus_id))
    known = await betrokkenen_of_casus(conn, casus_id)
    telling = {melding_id for melding_id, _ in known}
    refuse(
        (
            (pointer, "deze persoon staat niet bij de meldingen van deze casus")
            for pointer, one in named
            if one.melding_id not in meldingen or (one.melding_id in telling and (one.melding_id, one.nr) not in known)
        ),
        detail="Er is iemand genoemd die niet in de melding staat.",
    )
