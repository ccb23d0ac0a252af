"""The routes of who has to do with a casus, and of whom to call for a family."""

from uuid import UUID

from services.handover.api.common import Room
from services.handover.handlers import partijen, vinden
from services.handover.schemas.partijen import PartijenUit
from services.handover.schemas.vinden import VindIn, VondstUit
from shared.web.access import Allowed
from shared.web.app import room_router

router = room_router("Betrokken partijen")


@router.get(
    "/casussen/{casusId}/betrokken-partijen",
    summary="Wie er bij een casus betrokken zijn",
    description=(
        "Welke organisaties, in welke rol en sinds wanneer. Voor wie zelf een lopende overdracht van deze casus heeft;"
        " wie weigerde ziet dit niet meer. Een opvang ziet alleen Veilig Thuis, en die opvang zelf; heeft zij het zicht"
        " op veiligheid, dan staat er voor anderen `afgeschermd`. Geen persoonsgegevens."
    ),
)
async def list_partijen(
    caller: Allowed,
    room: Room,
    casusId: UUID,  # noqa: N803, the name in the path
) -> PartijenUit:
    """Return who has to do with a casus."""
    return PartijenUit.of(await partijen.list_partijen(room, caller, casusId))


@router.post(
    "/casussen/_vind",
    status_code=200,
    summary="Vind wie een gezin in zicht heeft",
    description=(
        "Voor een professional die moet weten wie hij belt. U krijgt alleen of het gezin bekend is en welke organisatie"
        " het zicht op veiligheid heeft: niets van de inhoud, en niets waarmee u verder kunt vragen. Van een casus die"
        " gesloten is hoort u niets. Bij `onzeker` belt u Veilig Thuis. Elke keer zoeken komt met uw taak in het"
        " logboek, ook in dat van het gezin; wie vaak zoekt zonder iemand te vinden moet wachten."
    ),
)
async def search_houder(caller: Allowed, room: Room, body: VindIn) -> VondstUit:
    """Return whether a family is known, and whom to call."""
    found, through = await vinden.search_houder(room, caller, body.to_domain(), taak=body.taak)
    return VondstUit.of(found, through)
