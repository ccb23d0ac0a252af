"""The routes of deliveries: how a receiver was told, what waits for a person, and that the receiver has it."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Query, Response

from services.handover.api.common import Room
from services.handover.domain.levering import LeveringStatus
from services.handover.handlers import leveringen as handlers
from services.handover.schemas.levering import (
    AfhandelingIn,
    LeveringenUit,
    LeveringItemUit,
    LeveringLijst,
    LeveringUit,
    OntvangstUit,
)
from shared.web.access import Allowed
from shared.web.app import room_router
from shared.web.pages import Page, encode_cursor, page
from shared.web.schema import OrganisatieId

router = room_router("Leveringen")

_AGAIN: dict[int | str, dict[str, Any]] = {
    200: {"model": LeveringUit, "description": "Dit was al gedaan; hetzelfde antwoord nog eens"}
}
_CONFIRMED_AGAIN: dict[int | str, dict[str, Any]] = {
    200: {"model": OntvangstUit, "description": "Dit was al bekend; hetzelfde antwoord nog eens"}
}


@router.get(
    "/leveringen",
    summary="Leveringen, en wat er op een mens wacht",
    description=(
        "Hoe ontvangers hoorden dat er een overdracht wacht, de oudste eerst. Met `status=wacht-op-mens`: wie nog moet "
        "worden gebeld. Geen persoonsgegevens."
    ),
)
async def list_leveringen(
    caller: Allowed,  # noqa: ARG001, nobody comes in who may not see all
    room: Room,
    part: Annotated[Page, Depends(page)],
    status: Annotated[LeveringStatus | None, Query(description="Alleen leveringen in deze toestand")] = None,
    organisatie_id: Annotated[OrganisatieId | None, Query(alias="organisatieId")] = None,
) -> LeveringLijst:
    """Give a page of deliveries."""
    found = await handlers.list_leveringen(room, part, status=status, organisatie_id=organisatie_id)
    shown = found[: part.limiet]
    more = len(found) > part.limiet
    return LeveringLijst(
        resultaten=[LeveringItemUit.of(one) for one in shown],
        volgende=encode_cursor(shown[-1].gemaakt_op.isoformat(), str(shown[-1].id)) if more else None,
    )


@router.get(
    "/overdrachten/{overdrachtId}/leveringen",
    summary="Hoe de ontvanger van een overdracht hoorde",
    description="Elke poging met wat ervan kwam en wanneer de volgende is. Een ontvanger ziet die van zijn overdracht.",
)
async def list_overdracht_leveringen(
    caller: Allowed,
    room: Room,
    overdrachtId: UUID,  # noqa: N803, the name in the path
) -> LeveringenUit:
    """Give the deliveries of one overdracht."""
    return LeveringenUit.of(await handlers.read_leveringen(room, caller, overdrachtId))


@router.post(
    "/overdrachten/{overdrachtId}/leveringen/{leveringId}/herstart",
    status_code=201,
    responses=_AGAIN,
    summary="Probeer een levering opnieuw",
    description="Meteen, en dan weer een etmaal lang. Alleen als de ontvanger een leveradres heeft dat vanzelf gaat.",
)
async def restart_levering(
    response: Response,
    caller: Allowed,
    room: Room,
    overdrachtId: UUID,  # noqa: N803, the name in the path
    leveringId: UUID,  # noqa: N803, the name in the path
) -> LeveringUit:
    """Let a delivery be tried again."""
    read, new = await handlers.restart_levering(room, caller, overdrachtId, leveringId)
    return _told(response, read, new=new)


@router.post(
    "/overdrachten/{overdrachtId}/leveringen/{leveringId}/afhandeling",
    status_code=201,
    responses=_AGAIN,
    summary="Leg vast dat een mens de ontvanger heeft ingelicht",
    description="Daarna wordt er niet meer geprobeerd. Dezelfde afhandeling nog eens geeft hetzelfde antwoord.",
)
async def settle_levering(  # noqa: PLR0913, PLR0917, what FastAPI hands over
    response: Response,
    caller: Allowed,
    room: Room,
    overdrachtId: UUID,  # noqa: N803, the name in the path
    leveringId: UUID,  # noqa: N803, the name in the path
    body: AfhandelingIn,
) -> LeveringUit:
    """Keep how a person told the receiver."""
    read, new = await handlers.settle_levering(
        room, caller, overdrachtId, leveringId, wijze=body.wijze, toelichting=body.toelichting
    )
    return _told(response, read, new=new)


@router.post(
    "/overdrachten/{overdrachtId}/ontvangstbevestiging",
    status_code=201,
    responses=_CONFIRMED_AGAIN,
    summary="Bevestig dat u een overdracht ontving",
    description="Alleen de ontvanger. Er wordt dan niet meer geprobeerd haar te leveren; accepteren doet u daarna.",
)
async def confirm_ontvangst(
    response: Response,
    caller: Allowed,
    room: Room,
    overdrachtId: UUID,  # noqa: N803, the name in the path
) -> OntvangstUit:
    """Let the receiver confirm."""
    known = await handlers.confirm_receipt(room, caller, overdrachtId)
    if not known.nieuw:
        response.status_code = 200
    response.headers["Location"] = f"/v1/overdrachten/{overdrachtId}"
    return OntvangstUit.of(known)


def _told(response: Response, read: handlers.Gelezen, *, new: bool) -> LeveringUit:
    if not new:
        response.status_code = 200
    response.headers["Location"] = f"/v1/overdrachten/{read.levering.overdracht_id}/leveringen"
    return LeveringUit.of_read(read)
