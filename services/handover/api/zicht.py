"""The routes of who holds sight of safety, and of asking somebody to take it or give it back."""

from uuid import UUID

from fastapi import Response

from services.handover.api.common import AGAIN, Room, told
from services.handover.handlers import reading, zicht
from services.handover.schemas.overdrachten import OverdrachtUit
from services.handover.schemas.zicht import ZichtUit, zicht_uit
from services.handover.schemas.zichtaanbod import ZichtAanbodIn
from shared.web.access import Allowed
from shared.web.app import room_router

router = room_router("Zicht op veiligheid")


@router.get(
    "/casussen/{casusId}/zicht-op-veiligheid",
    summary="Wie het zicht op veiligheid heeft, en had",
    description=(
        "Op elk moment één houder zolang Veilig Thuis betrokken is. Een lokaal team of ketenpartner ziet dit alleen"
        " van een casus die aan hem is aangeboden. Een opvang als houder is voor anderen dan Veilig Thuis en die opvang"
        " `afgeschermd`. Geen persoonsgegevens."
    ),
)
async def read_zicht_op_veiligheid(
    caller: Allowed,
    room: Room,
    casusId: UUID,  # noqa: N803, the name in the path
) -> ZichtUit:
    """Return the one holder and the history."""
    here, perioden = await reading.read_zicht(room, caller, casusId)
    return zicht_uit(here, perioden)


@router.post(
    "/overdrachten/{overdrachtId}/zicht-aanbod",
    status_code=201,
    responses=AGAIN,
    summary="Bied het zicht op veiligheid aan, of vraag het terug",
    description=(
        "Alleen Veilig Thuis, op een geaccepteerde overdracht. Het zicht gaat pas over als de ontvanger het aanvaardt."
        " In een casus kan één openstaand aanbod het zicht op veiligheid dragen."
    ),
)
async def ask_about_zicht(
    response: Response,
    caller: Allowed,
    room: Room,
    overdrachtId: UUID,  # noqa: N803, the name in the path
    body: ZichtAanbodIn,
) -> OverdrachtUit:
    """Offer sight of safety, ask it back, or stop asking."""
    after, new = await zicht.ask_about_zicht(room, caller, overdrachtId, zicht.Vraag(body.vraag, body.motivering))
    return told(response, after, new=new)


@router.post(
    "/overdrachten/{overdrachtId}/zicht-aanvaarding",
    status_code=201,
    responses=AGAIN,
    summary="Neem het zicht op veiligheid, of geef het terug",
    description=(
        "Alleen de ontvanger aan wie Veilig Thuis dat vroeg. Op dit moment gaat het zicht over: naar de ontvanger, of"
        " terug naar Veilig Thuis."
    ),
)
async def accept_zicht(
    response: Response,
    caller: Allowed,
    room: Room,
    overdrachtId: UUID,  # noqa: N803, the name in the path
) -> OverdrachtUit:
    """Let the receiver take sight of safety, or give it back."""
    after, new = await zicht.accept_zicht(room, caller, overdrachtId)
    return told(response, after, new=new)
