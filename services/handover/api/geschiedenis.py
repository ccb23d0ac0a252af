"""The route of what was done with an overdracht."""

from uuid import UUID

from services.handover.api.common import Room
from services.handover.handlers import reading
from services.handover.schemas.geschiedenis import GeschiedenisUit, geschiedenis_uit
from shared.web.access import Allowed
from shared.web.app import room_router

router = room_router("Overdrachten")


@router.get(
    "/overdrachten/{overdrachtId}/geschiedenis",
    summary="Wat er met een overdracht is gebeurd",
    description=(
        "Elke stap van eerste tot laatste: wanneer, door welke organisatie en met welk feit. Zonder organisatie volgde"
        " de stap uit een besluit of uit het verlopen van tijd. Geen persoonsgegevens."
    ),
)
async def read_geschiedenis(
    caller: Allowed,
    room: Room,
    overdrachtId: UUID,  # noqa: N803, the name in the path
) -> GeschiedenisUit:
    """Return every step."""
    return geschiedenis_uit(overdrachtId, await reading.read_geschiedenis(room, caller, overdrachtId))
