"""The clocks of the chain, to read."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Query

from services.monitoring.handlers.termijnen import list_termijnen
from services.monitoring.schemas.core import TermijnenOut, termijn_out
from services.monitoring.store.termijnen import TermijnFilter
from shared.rules.codes import TermijnSoort, TermijnStatus
from shared.web.access import Allowed
from shared.web.app import Resources, resources, room_router
from shared.web.pages import Page, encode_cursor, page
from shared.web.schema import GemeenteCode

router = room_router("Termijnen")


@router.get(
    "/termijnen",
    summary="De klokken van de keten",
    description=(
        "Elke termijn met begin, einde, stand en de uitleg van zijn datum; wat het eerst afloopt staat vooraan. "
        "Een lokaal team of gemeente ziet alleen de eigen gemeente, een gemeente zonder te zien van welke casus; op "
        "casus zoeken kan zij niet. Geen persoonsgegevens."
    ),
)
async def read_termijnen(  # noqa: PLR0913, PLR0917, one parameter a filter
    caller: Allowed,
    made: Annotated[Resources, Depends(resources)],
    asked_page: Annotated[Page, Depends(page)],
    casus_id: Annotated[UUID | None, Query(alias="casusId")] = None,
    status: Annotated[TermijnStatus | None, Query()] = None,
    soort: Annotated[TermijnSoort | None, Query()] = None,
    gemeente_code: Annotated[GemeenteCode | None, Query(alias="gemeenteCode")] = None,
) -> TermijnenOut:
    """Answer with a page of clocks."""
    now = made.clock()
    asked = TermijnFilter(casus_id=casus_id, status=status, soort=soort)
    found = await list_termijnen(made, caller, asked, asked_page, gemeente_code=gemeente_code, now=now)
    shown = found[: asked_page.limiet]
    return TermijnenOut(
        resultaten=tuple(termijn_out(termijn, now=now) for termijn in shown),
        volgende=encode_cursor(shown[-1].uiterlijk, shown[-1].id) if len(found) > len(shown) else None,
    )
