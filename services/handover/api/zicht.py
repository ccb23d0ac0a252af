"""The route of who holds sight of safety."""

from uuid import UUID

from services.handover.api.common import Room
from services.handover.handlers import reading
from services.handover.schemas.zicht import ZichtUit, zicht_uit
from shared.web.access import Allowed
from shared.web.app import room_router

router = room_router("Zicht op veiligheid")


@router.get(
    "/casussen/{casusId}/zicht-op-veiligheid",
    summary="Wie het zicht op veiligheid heeft, en had",
    description=(
        "Op elk moment één houder zolang Veilig Thuis betrokken is. Een lokaal team of ketenpartner ziet dit alleen"
        " van een casus die aan hem is aangeboden. Geen persoonsgegevens."
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
