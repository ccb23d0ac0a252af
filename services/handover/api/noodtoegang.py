"""The route by which the glass of an overdracht is broken."""

from uuid import UUID

from fastapi import Response

from services.handover.api.common import Room
from services.handover.handlers import noodtoegang
from services.handover.schemas.noodtoegang import NoodtoegangIn, NoodtoegangUit, noodtoegang_uit
from shared.web.access import Allowed
from shared.web.app import room_router

router = room_router("Overdrachten")


@router.post(
    "/overdrachten/{overdrachtId}/noodtoegangen",
    status_code=201,
    summary="Neem noodtoegang tot een overdracht",
    description=(
        "Voor een lokaal team of ketenpartner die bij acuut gevaar moet weten wat er in een gezin speelt, en de "
        "ontvanger niet kan vragen. Opent één overdracht voor vier uur, alleen om te lezen. Veilig Thuis hoort het "
        "meteen, en het staat in het logboek van het dossier."
    ),
)
async def open_overdracht(
    response: Response,
    caller: Allowed,
    room: Room,
    overdrachtId: UUID,  # noqa: N803, the name in the path
    body: NoodtoegangIn,
) -> NoodtoegangUit:
    """Break the glass of an overdracht."""
    given = await noodtoegang.open_overdracht(
        room, caller, overdrachtId, reden=body.reden, toelichting=body.toelichting
    )
    response.headers["Location"] = f"/v1/overdrachten/{overdrachtId}"
    return noodtoegang_uit(given)
