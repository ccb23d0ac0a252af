"""The doors of a table for who sits there: a partner or a local team, and nothing else of the file."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Request, Response

from services.triage.api.common import PUT, READ, Made, Part, Seen
from services.triage.domain.brieven import Weglater
from services.triage.handlers import tafel as handlers
from services.triage.handlers.tafel import Kamer
from services.triage.partners.intake import IntakeOverHttp
from services.triage.schemas.tafel import (
    TafelActieGedaanIn,
    TafelActieOut,
    TafelActieStand,
    TafelItemOut,
    TafelOut,
    TafelsOut,
)
from shared.web.access import Allowed
from shared.web.app import resources_of, room_router
from shared.web.etag import etag_of, if_match
from shared.web.pages import encode_cursor, time_place

router = room_router("Tafels")


async def kamer(request: Request) -> Kamer:
    """Return what tables are read with (a dependency)."""
    made = resources_of(request)
    weglater: Weglater | None = getattr(request.app.state, "weglater", None)
    return Kamer(made, weglater or IntakeOverHttp(made.client, request.app.state.settings.intake_url))


Room = Annotated[Kamer, Depends(kamer)]


@router.get(
    "/tafels",
    summary="De tafels waaraan uw organisatie zit",
    description="Met het eerstvolgende overleg en hoeveel acties er voor u openstaan. Wie vertrok ziet de tafel niet.",
)
async def list_tafels(caller: Allowed, room: Room, part: Part) -> TafelsOut:
    """Show tables in the order in which they started."""
    found = await handlers.list_tafels(room, caller, after=time_place(part), limit=part.limiet + 1)
    shown = found[: part.limiet]
    last = shown[-1] if len(found) > part.limiet else None
    return TafelsOut(
        resultaten=tuple(TafelItemOut.of_row(one) for one in shown),
        volgende=encode_cursor(last.gestart_op, str(last.id)) if last else None,
    )


@router.get(
    "/tafels/{opschalingId}",
    summary="Een tafel zoals uw organisatie haar ziet",
    description=(
        "De agenda, wat er is besloten en wat uw organisatie moet doen, voor zover een deelnemer van uw soort dat mag "
        "zien, en zonder wat verraadt wie er heeft gemeld. Niets anders uit het dossier. Na het afschalen alleen de "
        "eigen acties."
    ),
)
async def read_tafel(
    opschalingId: UUID,  # noqa: N803, the name on the wire
    caller: Allowed,
    room: Room,
) -> TafelOut:
    """Show one table."""
    return TafelOut.of(await handlers.read_tafel(room, caller, opschalingId))


@router.get(
    "/tafels/{opschalingId}/acties/{actieId}",
    summary="Een actie van uw organisatie",
    responses=READ,
)
async def read_tafel_actie(
    opschalingId: UUID,  # noqa: N803, the name on the wire
    actieId: UUID,  # noqa: N803, the name on the wire
    caller: Allowed,
    room: Room,
    response: Response,
) -> TafelActieOut:
    """Show one actie."""
    found = await handlers.read_tafel_actie(room, caller, opschalingId, actieId)
    response.headers["ETag"] = etag_of(found.versie)
    return TafelActieOut.of(found)


@router.put(
    "/tafels/{opschalingId}/acties/{actieId}/afronding",
    summary="Meld dat een actie is gedaan",
    description=(
        "Alleen een actie van uw eigen organisatie, ook als de tafel is afgeschaald. Een actie opgeven of aan een "
        "ander geven beslist de tafel zelf. Dezelfde melding nog eens verandert niets."
    ),
    responses=PUT,
)
async def record_tafel_actie_afronding(  # noqa: PLR0913, what FastAPI injects
    *,
    opschalingId: UUID,  # noqa: N803, the name on the wire
    actieId: UUID,  # noqa: N803, the name on the wire
    body: TafelActieGedaanIn,
    made: Made,
    caller: Allowed,
    seen: Seen = None,
    response: Response,
) -> TafelActieStand:
    """Note that an actie was done."""
    after = await handlers.finish_actie(made, caller, opschalingId, actieId, body.to_domain(), seen=if_match(seen))
    response.headers["ETag"] = etag_of(after.versie)
    return TafelActieStand.of(after)
