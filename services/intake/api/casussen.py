"""The doors of casussen and of the koppelvoorstellen between them."""

from uuid import UUID

from services.intake.api.common import Made
from services.intake.handlers import reading
from services.intake.schemas.casus import (
    CasusUit,
    casus_uit,
)
from shared.web.access import Allowed
from shared.web.app import room_router

router = room_router("Casussen")


@router.get(
    "/casussen/{casusId}",
    response_model=CasusUit,
    summary="Een casus lezen",
    description=(
        "De casus met zijn meldingen en personen. Een casus die in een andere is opgegaan, geeft die andere. "
        "Een ander systeem noemt zijn doel, en ziet de melder alleen als een regel dat toestaat."
    ),
)
async def read_casus(caller: Allowed, made: Made, casusId: UUID) -> CasusUit:  # noqa: N803
    """Return a casus with its meldingen and people."""
    return casus_uit(await reading.read_casus(made, caller, casusId, now=made.clock()))
