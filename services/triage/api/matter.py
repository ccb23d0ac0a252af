"""What the doors of matters about one melding have in common: of which melding or casus a list is asked."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Query

from services.triage.api.common import Part
from services.triage.handlers.matter import Asked
from shared.web.pages import time_place


async def asked_of(
    part: Part,
    casus_id: Annotated[UUID | None, Query(alias="casusId", description="Alleen van deze casus")] = None,
    melding_id: Annotated[UUID | None, Query(alias="meldingId", description="Alleen van deze melding")] = None,
) -> Asked:
    """Return which matters are asked for: one more than is shown, to know whether others follow (a dependency)."""
    return Asked(casus_id, melding_id, time_place(part), part.limiet + 1)


AskedOf = Annotated[Asked, Depends(asked_of)]
