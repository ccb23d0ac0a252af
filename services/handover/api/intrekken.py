"""The route by which Veilig Thuis takes back an offer."""

from uuid import UUID

from fastapi import Response

from services.handover.api.common import AGAIN, Room, told
from services.handover.handlers import intrekken
from services.handover.schemas.intrekken import IntrekkingIn
from services.handover.schemas.overdrachten import OverdrachtUit
from shared.web.access import Allowed
from shared.web.app import room_router

router = room_router("Overdrachten")


@router.post(
    "/overdrachten/{overdrachtId}/intrekking",
    status_code=201,
    responses=AGAIN,
    summary="Trek een overdracht in",
    description=(
        "Alleen Veilig Thuis, zolang de ontvanger niet heeft geantwoord. Het zicht op veiligheid blijft waar het was."
        " Daarna kan de overdracht opnieuw worden aangeboden; dat moet, behalve bij `niet-meer-nodig` van een"
        " overdracht die het zicht op veiligheid niet draagt."
    ),
)
async def revoke_overdracht(
    response: Response,
    caller: Allowed,
    room: Room,
    overdrachtId: UUID,  # noqa: N803, the name in the path
    body: IntrekkingIn,
) -> OverdrachtUit:
    """Take back an offer that nobody answered."""
    after, new = await intrekken.revoke_overdracht(
        room, caller, overdrachtId, reden=body.reden, toelichting=body.toelichting
    )
    return told(response, after, new=new)
