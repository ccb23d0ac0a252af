"""The doors to how long a file is kept."""

from uuid import UUID

from services.intake.api.common import Made
from services.intake.handlers import bewaren
from services.intake.schemas.bewaring import BewaringIn, BewaringUit, bewaring_uit
from shared.web.access import Allowed
from shared.web.app import room_router

router = room_router("Dossierrechten")


@router.get(
    "/casussen/{casusId}/bewaring",
    response_model=BewaringUit,
    summary="Tot wanneer een dossier wordt bewaard",
    description=(
        "Twintig jaar na de afsluiting, tot het jongste kind achttien is, of tot een kinderbeschermingsmaatregel het "
        "dossier niet meer nodig heeft: de laatste van die dagen. Een open casus heeft nog geen termijn."
    ),
)
async def read_bewaring(caller: Allowed, made: Made, casusId: UUID) -> BewaringUit:  # noqa: N803
    """Return until when the file of a casus is kept."""
    return bewaring_uit(*await bewaren.read_bewaring(made, caller, casusId, now=made.clock()))


@router.put(
    "/casussen/{casusId}/bewaring",
    response_model=BewaringUit,
    summary="Een dossier langer bewaren voor een kinderbeschermingsmaatregel",
    description=(
        "Legt vast tot wanneer een kinderbeschermingsmaatregel het dossier nodig heeft, en waarom; null neemt dat weg. "
        "Dezelfde inhoud nog eens verandert niets. De termijn wordt nooit korter dan twintig jaar."
    ),
)
async def put_bewaring(caller: Allowed, made: Made, casusId: UUID, body: BewaringIn) -> BewaringUit:  # noqa: N803
    """Note until when a measure of child protection needs the file."""
    found = await bewaren.put_bewaring(
        made,
        caller,
        casusId,
        tot=body.beschermingsmaatregel_tot,
        motivering=body.motivering,
        now=made.clock(),
    )
    return bewaring_uit(*found)
