"""The door of the work list."""

from typing import Annotated

from fastapi import Query

from services.triage.api.common import Made, Part
from services.triage.domain.voorraad import Stap
from services.triage.handlers import reading
from services.triage.schemas.werkvoorraad import WerkItemOut, WerkvoorraadOut
from shared.web.access import Allowed
from shared.web.app import room_router
from shared.web.pages import encode_cursor, time_place
from shared.web.schema import GemeenteCode

router = room_router("Werkvoorraad")


@router.get(
    "/werkvoorraad",
    summary="Wat er te doen is",
    description=(
        "Open werk, het dringendste bovenaan. Elk item zegt waarom het daar staat. Te laat is een vlag en houdt "
        "niets tegen."
    ),
)
async def list_werkvoorraad(
    made: Made,
    _: Allowed,
    part: Part,
    gemeente_code: Annotated[GemeenteCode | None, Query(alias="gemeenteCode")] = None,
    stap: Annotated[Stap | None, Query(description="Alleen deze stap")] = None,
) -> WerkvoorraadOut:
    """Show open work, the most urgent first."""
    found = await reading.list_werkvoorraad(
        made, gemeente_code=gemeente_code, stap=stap, after=time_place(part), limit=part.limiet + 1
    )
    now, shown = made.clock(), found[: part.limiet]
    last = shown[-1] if len(found) > part.limiet else None
    return WerkvoorraadOut(
        resultaten=tuple(WerkItemOut.of(item, now) for item in shown),
        volgende=encode_cursor(last.werk.urgentie_op, str(last.dossier_id)) if last else None,
    )
