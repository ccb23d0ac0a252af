"""How the list of reports is read: what was made definite from its table, and what is still a concept from the day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from services.monitoring.domain.rapportlijst import (
    Bereik,
    ConceptPlaats,
    Plaats,
    RapportRij,
    UitgavePlaats,
    after,
    concepts,
)
from services.monitoring.domain.rapportsoorten import RapportSoort, begun
from services.monitoring.handlers.access import own_gemeenten
from services.monitoring.handlers.rapporten import refuse_foreign
from services.monitoring.store import rapporten as store
from shared.db import in_transaction
from shared.errors import InvalidInputError
from shared.web.app import Resources
from shared.web.auth import Caller
from shared.work import WORKER_WALL, Wall, Work, working


@dataclass(frozen=True, slots=True)
class LijstVraag:
    """Which reports are asked: of one kind or of all, of a municipality, of the region, or of all that one may see.

    ``quick`` leaves out the concepts that take long to work out.
    """

    soort: RapportSoort | None = None
    gemeente_code: str | None = None
    regio: bool = False
    quick: bool = False


async def list_reports(  # noqa: PLR0913, which part of which list, keyword only
    made: Resources, caller: Caller, vraag: LijstVraag, *, na: Plaats | None, limiet: int, now: datetime
) -> Sequence[RapportRij]:
    """Return the reports that the caller can read, the concepts first and then what was made definite last.

    Raises ``NotFoundError`` for a municipality that he may not see or that is none of ours, and ``InvalidInputError``
    when both a municipality and the region are asked.
    """
    bereik = _bereik(caller, vraag)
    found: list[RapportRij] = []
    if not isinstance(na, UitgavePlaats):
        found += after(await _concepts(made, bereik, vraag, now=now), na)[:limiet]
    if len(found) < limiet:
        since = None if isinstance(na, ConceptPlaats) else na
        async with in_transaction(made.engine) as conn:
            found += await store.list_made(
                conn, soort=vraag.soort, gebieden=bereik.gebieden, na=since, limiet=limiet - len(found)
            )
    return found


def _bereik(caller: Caller, vraag: LijstVraag) -> Bereik:
    own = own_gemeenten(caller)
    if vraag.gemeente_code is not None:
        if vraag.regio:
            raise InvalidInputError("Noem een gemeente of de regio, niet beide.")
        refuse_foreign(own, vraag.gemeente_code)
    return Bereik(own, vraag.gemeente_code, vraag.regio)


async def _concepts(made: Resources, bereik: Bereik, vraag: LijstVraag, *, now: datetime) -> Sequence[RapportRij]:
    # Since when there are figures is asked of the whole region, as a concept is made of it: a municipality in which
    # nothing happened yet has concepts too.
    with working(Work(Wall(WORKER_WALL), made.vault)):
        async with in_transaction(made.engine) as conn:
            known = await store.made(conn, {periode.code for periode in begun(now)})
            first = await store.first_month(conn)
    found = concepts(bereik, vraag.soort, made=known, first_month=first, now=now)
    return [one for one in found if not (vraag.quick and one.periode.is_long)]
