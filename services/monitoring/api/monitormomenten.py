"""The moments of the radar: to read, to move, and to record what came out of them."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Header, Path, Query, Response

from services.monitoring.domain.monitormomenten import MonitormomentStatus
from services.monitoring.handlers import monitormomenten as handlers
from services.monitoring.handlers.monitormomenten import MomentFilter
from services.monitoring.schemas.core import (
    MonitormomentDetailOut,
    MonitormomentenOut,
    UitkomstIn,
    VerplaatsingIn,
    moment_detail_out,
    moment_out,
)
from shared.web.access import Allowed
from shared.web.app import Resources, resources, room_router
from shared.web.etag import etag_of, if_match
from shared.web.pages import Page, encode_cursor, page
from shared.web.problems import MEDIA_TYPE

router = room_router("Monitormomenten")

MonitormomentId = Annotated[UUID, Path(alias="monitormomentId")]


def _problem(description: str) -> dict[str, Any]:
    return {"description": description, "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Probleem"}}}}


@router.get(
    "/monitormomenten",
    summary="De monitormomenten",
    description=(
        "Wat gepland, afgerond, geannuleerd of gemist is; wat eerst aan de beurt is staat vooraan. Met `gemist` wat "
        "voorbijging zonder uitkomst, ook als het nog kan. Zonder toelichting."
    ),
)
async def read_monitormomenten(  # noqa: PLR0913, PLR0917, the filters of the list
    caller: Allowed,
    made: Annotated[Resources, Depends(resources)],
    asked_page: Annotated[Page, Depends(page)],
    casus_id: Annotated[UUID | None, Query(alias="casusId")] = None,
    status: Annotated[MonitormomentStatus | None, Query()] = None,
    gemist: Annotated[bool, Query()] = False,
) -> MonitormomentenOut:
    """Answer with a page of moments."""
    now = made.clock()
    asked = MomentFilter(casus_id=casus_id, status=status, gemist=gemist)
    found = await handlers.list_momenten(made, caller, asked_page, asked, now=now)
    shown = found[: asked_page.limiet]
    return MonitormomentenOut(
        resultaten=tuple(moment_out(moment, now=now) for moment in shown),
        volgende=encode_cursor(shown[-1].uiterlijk, shown[-1].id) if len(found) > len(shown) else None,
    )


@router.get(
    "/monitormomenten/{monitormomentId}",
    summary="Eén monitormoment",
    description="Met de toelichting, die alleen Veilig Thuis te zien krijgt. De ETag hoort bij een wijziging.",
)
async def read_monitormoment(
    monitormoment_id: MonitormomentId,
    response: Response,
    caller: Allowed,
    made: Annotated[Resources, Depends(resources)],
) -> MonitormomentDetailOut:
    """Answer with one moment and its ETag."""
    now = made.clock()
    view = await handlers.read_moment(made, caller, monitormoment_id, now=now)
    response.headers["ETag"] = etag_of(view.moment.versie)
    return moment_detail_out(view, now=now)


@router.put(
    "/monitormomenten/{monitormomentId}/uitkomst",
    summary="Leg de uitkomst van een monitormoment vast",
    description=(
        "Rondt het moment af. Het vervolg `afsluiten` of `heropenen` annuleert wat nog gepland is, `intensiveren` "
        "plant een extra moment een maand later. Een eerder moment waarvan de dag voorbij is, is daarna gemist. "
        "Dezelfde uitkomst twee keer sturen verandert niets."
    ),
    responses={412: _problem("Intussen gewijzigd"), 428: _problem("If-Match ontbreekt")},
)
async def put_uitkomst(  # noqa: PLR0913, PLR0917, what FastAPI hands to a route
    monitormoment_id: MonitormomentId,
    body: UitkomstIn,
    response: Response,
    caller: Allowed,
    made: Annotated[Resources, Depends(resources)],
    seen: Annotated[str | None, Header(alias="If-Match", description="De ETag van de versie die u zag")] = None,
) -> MonitormomentDetailOut:
    """Record what was found, and answer with the moment as it is then."""
    now = made.clock()
    view = await handlers.record_uitkomst(made, caller, monitormoment_id, body.opgave(), seen=if_match(seen), now=now)
    response.headers["ETag"] = etag_of(view.moment.versie)
    return moment_detail_out(view, now=now)


@router.put(
    "/monitormomenten/{monitormomentId}/verplaatsing",
    summary="Verplaats een gepland monitormoment",
    description=(
        "Naar een dag vanaf vandaag tot en met een maand na de dag die gepland was, met de reden. De termijn gaat mee "
        "en waarschuwt opnieuw; de uitleg ervan noemt de oude dag. Hetzelfde twee keer sturen verandert niets."
    ),
    responses={412: _problem("Intussen gewijzigd"), 428: _problem("If-Match ontbreekt")},
)
async def put_verplaatsing(  # noqa: PLR0913, PLR0917, what FastAPI hands to a route
    monitormoment_id: MonitormomentId,
    body: VerplaatsingIn,
    response: Response,
    caller: Allowed,
    made: Annotated[Resources, Depends(resources)],
    seen: Annotated[str | None, Header(alias="If-Match", description="De ETag van de versie die u zag")] = None,
) -> MonitormomentDetailOut:
    """Move a moment, and answer with it as it is then."""
    now = made.clock()
    view = await handlers.move_moment(made, caller, monitormoment_id, body.wish(), seen=if_match(seen), now=now)
    response.headers["ETag"] = etag_of(view.moment.versie)
    return moment_detail_out(view, now=now)
