"""Which places there are in shelters: how they are used now, and how many there are."""

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.handover.domain.opvang import Voorziening
from services.handover.handlers.common import Kamer
from services.handover.handlers.opvang import visible_to
from services.handover.store import opvangplaatsen as store
from services.handover.store.opvangplaatsen import Bezetting
from shared.audit import Act, record
from shared.db import in_transaction, retry_conflicts
from shared.errors import ConflictError, NotFoundError
from shared.ids import new_id
from shared.rules.opvang import OpvangSoort
from shared.web.auth import Caller
from shared.web.etag import check_version

SOORT = "opvangvoorziening"
_ABSENT = "Deze voorziening is er niet."


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaatsenOpgave:
    """How many places there are, and in which municipality; without one nobody is placed who may not be somewhere."""

    plaatsen: int
    gemeente_code: str | None


async def read_bezetting(kamer: Kamer, caller: Caller) -> list[Bezetting]:
    """Return how places are used now: a shelter sees its own."""
    zicht = visible_to(caller)
    if zicht is None:
        return []
    async with in_transaction(kamer.made.engine) as conn:
        found = await store.list_bezetting(conn, organisatie_id=zicht.organisatie_id)
        await record(conn, caller, Act("bezetting-gelezen", SOORT, None), now=kamer.made.clock())
    return found


async def create_voorziening(  # noqa: PLR0913, what there is, where and when
    conn: AsyncConnection,
    caller: Caller,
    organisatie_id: str,
    soort: OpvangSoort,
    opgave: PlaatsenOpgave,
    *,
    now: datetime,
) -> Voorziening:
    """Add places of one kind in one shelter; raises ``ConflictError`` when there are more than an overview can hold."""
    if await store.count_voorzieningen(conn) >= store.VOORZIENINGEN_MAX:
        raise ConflictError(f"Er zijn al {store.VOORZIENINGEN_MAX} voorzieningen; wijzig er een die er is.")
    new = Voorziening(
        id=new_id(),
        organisatie_id=organisatie_id,
        soort=soort,
        gemeente_code=opgave.gemeente_code,
        plaatsen=opgave.plaatsen,
    )
    await store.insert_voorziening(conn, new)
    await record(conn, caller, Act("vastgelegd", SOORT, new.id), now=now)
    return new


async def read_voorziening(kamer: Kamer, caller: Caller, voorziening_id: UUID) -> Voorziening:
    """Return places that the caller may know of."""
    async with in_transaction(kamer.made.engine) as conn:
        found = await load_visible(conn, caller, voorziening_id)
        await record(conn, caller, Act("gelezen", SOORT, found.id), now=kamer.made.clock())
    return found


async def load_visible(
    conn: AsyncConnection, caller: Caller, voorziening_id: UUID, *, lock: bool = False
) -> Voorziening:
    """Return places that the caller may know of; otherwise it answers as if they were not there."""
    zicht = visible_to(caller)
    found = await store.find_voorziening(conn, voorziening_id, lock=lock) if zicht else None
    if zicht is None or found is None or zicht.organisatie_id not in {None, found.organisatie_id}:
        raise NotFoundError(_ABSENT)
    return found


async def change_voorziening(
    kamer: Kamer, caller: Caller, voorziening_id: UUID, opgave: PlaatsenOpgave, *, seen: int
) -> Voorziening:
    """Change how many places there are; raises ``ConflictError`` for less than people sleep in."""

    async def work() -> Voorziening:
        async with in_transaction(kamer.made.engine) as conn:
            before = await load_visible(conn, caller, voorziening_id, lock=True)
            check_version(seen, before.versie)
            if opgave.plaatsen < len(before.bezet):
                raise ConflictError(
                    f"Er zijn {len(before.bezet)} plaatsen bezet; laat eerst iemand uitstromen of doorstromen."
                )
            after = replace(before, plaatsen=opgave.plaatsen, gemeente_code=opgave.gemeente_code)
            if after != before:
                after = replace(after, versie=before.versie + 1)
                await store.save_voorziening(conn, after)
            await record(conn, caller, Act("gewijzigd", SOORT, after.id), now=kamer.made.clock())
            return after

    return await retry_conflicts(work)
