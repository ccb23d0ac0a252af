"""What the interventiepalet lacks: noted by who looked for help in a casus, and judged against what is offered."""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.handover.domain import inzet as domain
from services.handover.domain.behoefte import Behoefte, find_gap
from services.handover.domain.inzet import Lacune
from services.handover.handlers.common import Kamer, load_visible, visible_to
from services.handover.handlers.interventies import load_palet
from services.handover.handlers.inzetten import load_accepted, tell
from services.handover.handlers.once import Made, Once, create
from services.handover.store import casussen
from services.handover.store import inzetten as store
from services.handover.store.inzetten import Filter, Place
from shared.audit import Act, record
from shared.db import in_transaction
from shared.errors import ConflictError, NotFoundError
from shared.ids import derived_id
from shared.rules.calendar import amsterdam_day
from shared.rules.gemeenten import with_predecessors
from shared.rules.palet import Doelgroep, Fase, LacuneReden
from shared.web.auth import Caller
from shared.web.idempotency import Answer

ER_IS_HULP = (
    "Er is passende hulp. Zoek haar in het palet en zet haar in. Oordeelt u dat zij in deze casus niet past, zeg dat "
    "dan met nietPassend."
)


@dataclass(frozen=True, slots=True)
class Gemist:
    """What was looked for in vain: for which group, and what it needs in a municipality."""

    doelgroep: Doelgroep
    behoefte_in: Callable[[str], Behoefte]
    niet_passend: bool


async def create_lacune(
    kamer: Kamer, caller: Caller, overdracht_id: UUID, gemist: Gemist, once: Once[Lacune]
) -> Answer:
    """Note that help is missing; what is missing is told by the palet itself, and the same once more is one.

    Raises ``ConflictError`` when there is help that can be had and the professional does not say that it does not fit.
    """
    made = kamer.made
    now = made.clock()

    async def make(conn: AsyncConnection) -> Made[Lacune]:
        overdracht = await load_accepted(conn, caller, overdracht_id)
        behoefte, dag = gemist.behoefte_in(overdracht.gemeente_code), amsterdam_day(now)
        reden = find_gap(await load_palet(conn, behoefte, dag), behoefte, dag)
        if reden is None and not gemist.niet_passend:
            raise ConflictError(ER_IS_HULP)
        reden = reden or LacuneReden.NIET_PASSEND
        lacune_id = derived_id("lacune", overdracht.id, gemist.doelgroep, behoefte.fase, reden)
        found = domain.gap_of_search(
            overdracht, lacune_id=lacune_id, doelgroep=gemist.doelgroep, fase=behoefte.fase, reden=reden, now=now
        )
        new = await store.add_lacune(conn, found)
        if new:
            await tell(conn, found, domain.noted(found), now=now)
        kept = found if new else await store.find_lacune(conn, lacune_id)
        assert kept is not None  # noqa: S101, it was added, or stood there
        await record(conn, caller, _act("vastgesteld", kept), now=now)
        return Made(kept, new)

    async def repeat(conn: AsyncConnection, lacune_id: UUID) -> None:
        await load_visible(conn, caller, overdracht_id)
        found = await store.find_lacune(conn, lacune_id)
        if found is None:
            raise NotFoundError("Deze lacune is er niet meer.")
        await record(conn, caller, _act("herhaald", found), now=now)

    return await create(made, once, make, repeat, now=now)


def _act(actie: str, lacune: Lacune) -> Act:
    return Act(actie, "lacune", lacune.id, casus_id=lacune.casus_id)


async def list_lacunes(  # noqa: PLR0913, the filters of the list, keyword only
    kamer: Kamer,
    caller: Caller,
    *,
    casus_id: UUID | None,
    gemeente_code: str | None,
    doelgroep: Doelgroep | None,
    fase: Fase | None,
    na: Place | None,
    limiet: int,
) -> list[Lacune]:
    """Return what was missing: of Veilig Thuis all, of a receiver that under his overdrachten."""
    zicht = visible_to(caller)
    if zicht is None:
        return []
    codes = with_predecessors({gemeente_code}) if gemeente_code else None
    async with in_transaction(kamer.made.engine) as conn:
        here = await casussen.locate_casus(conn, casus_id) if casus_id else None
        gezocht = Filter(zicht, casus_id=here, gemeente_codes=codes, doelgroep=doelgroep, fase=fase)
        return await store.list_lacunes(conn, gezocht, na=na, limiet=limiet)
