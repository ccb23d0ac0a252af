"""What operators measure, in the format that their instruments read."""

from typing import Annotated

from fastapi import Depends, Response

from services.monitoring.domain.metrieken import MEDIA, exposition
from services.monitoring.handlers.metrieken import read_metrieken
from shared.clock import system_clock
from shared.web.access import Allowed
from shared.web.app import Resources, resources, room_router

router = room_router("Metrieken")


@router.get(
    "/metrieken",
    response_class=Response,
    responses={200: {"content": {MEDIA.split(";", maxsplit=1)[0]: {"schema": {"type": "string"}}}}},
    summary="De metrieken voor beheer",
    description=(
        "In OpenMetrics 1.0: open termijnen per fase, wat wacht op de veger, de stream of de post, en wanneer de "
        "klussen liepen. Van de hele regio; nooit van een gemeente, een casus of een persoon."
    ),
)
async def get_metrieken(
    caller: Allowed,  # noqa: ARG001, the same for everybody who may see it
    made: Annotated[Resources, Depends(resources)],
) -> Response:
    """Answer with every metric."""
    found = await read_metrieken(made, now=made.clock(), real=system_clock())
    return Response(exposition(found), media_type=MEDIA, headers={"Cache-Control": "no-store"})
