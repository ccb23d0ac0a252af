"""The door to the list of reports: which there are, and where each is read."""

import re
from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Query

from services.monitoring.api.rapportvormen import OFFERED
from services.monitoring.domain.rapportlijst import ConceptPlaats, Plaats, RapportRij, UitgavePlaats
from services.monitoring.domain.rapportsoorten import RapportSoort, read_periode
from services.monitoring.handlers.rapporten_lijst import LijstVraag, list_reports
from services.monitoring.schemas.rapportlijst import RapportageLijst, rij_out
from shared.errors import InvalidInputError
from shared.web.access import Allowed
from shared.web.app import Resources, resources, room_router
from shared.web.pages import Page, encode_cursor, page
from shared.web.schema import GemeenteCode

router = room_router("Rapportages")

_GEBIED = re.compile(r"regio|[0-9]{4}")


@router.get(
    "/rapportages",
    summary="Welke rapportages er zijn, de nieuwste eerst",
    description=(
        "Elke versie van de monitorbrieven en van de rapportages over een langere periode die u kunt lezen, met haar "
        "pad. Eerst de concepten: van elke periode die begonnen is en nog niet is vastgesteld. Een gemeente ziet die "
        "van zichzelf, en van de regio wat is vastgesteld."
    ),
)
async def list_rapportages(  # noqa: PLR0913, PLR0917, the filters of the list
    caller: Allowed,
    made: Annotated[Resources, Depends(resources)],
    part: Annotated[Page, Depends(page)],
    soort: Annotated[RapportSoort | None, Query()] = None,
    gemeente_code: Annotated[GemeenteCode | None, Query(alias="gemeenteCode")] = None,
    regio: Annotated[bool, Query(description="Alleen die van de regio")] = False,
) -> RapportageLijst:
    """Give the reports that the caller can read."""
    vraag = LijstVraag(soort, gemeente_code, regio)
    found = await list_reports(made, caller, vraag, na=place_in_list(part), limiet=part.limiet + 1, now=made.clock())
    shown = found[: part.limiet]
    return RapportageLijst(
        resultaten=[rij_out(one, OFFERED) for one in shown],
        volgende=cursor_of(shown[-1]) if len(found) > part.limiet else None,
    )


def cursor_of(rij: RapportRij) -> str:
    """Return the place of a row as an opaque text."""
    plaats = rij.plaats
    if isinstance(plaats, ConceptPlaats):
        return encode_cursor("concept", plaats.periode.soort.value, plaats.periode.code, plaats.gebied)
    return encode_cursor("vastgesteld", plaats.vastgesteld_op.isoformat(), str(plaats.uitgave_id), plaats.gebied)


def place_in_list(part: Page) -> Plaats | None:
    """Return after which report a page begins; raises ``InvalidInputError`` for a place of another list."""
    match part.na:
        case None:
            return None
        case (str(status), str(first), str(second), str(gebied)) if _GEBIED.fullmatch(gebied):
            found = _place(status, first, second, gebied)
        case _:
            found = None
    if found is None:
        raise InvalidInputError("`na` is geen plaats in deze lijst.")
    return found


def _place(status: str, first: str, second: str, gebied: str) -> Plaats | None:
    try:
        match status:
            case "concept":
                return ConceptPlaats(read_periode(RapportSoort(first), second), gebied)
            case "vastgesteld":
                moment = datetime.fromisoformat(first)
                return UitgavePlaats(moment, UUID(second), gebied) if moment.tzinfo else None
            case _:
                return None
    except ValueError:  # PeriodeError is one
        return None
