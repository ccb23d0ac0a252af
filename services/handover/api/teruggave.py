"""The routes by which a receiver gives back, and Veilig Thuis takes it or does not."""

from uuid import UUID

from fastapi import Response

from services.handover.api.common import AGAIN, Room, told
from services.handover.handlers import teruggave
from services.handover.schemas.overdrachten import OverdrachtUit
from services.handover.schemas.teruggave import TeruggaveAfwijzingIn, TeruggaveIn
from shared.web.access import Allowed
from shared.web.app import room_router

router = room_router("Overdrachten")


@router.post(
    "/overdrachten/{overdrachtId}/teruggave",
    status_code=201,
    responses=AGAIN,
    summary="Vraag een overdracht terug te mogen geven",
    description=(
        "Alleen de ontvanger, na acceptatie, met een reden. Tot Veilig Thuis de teruggave aanvaardt, blijft de"
        " overdracht bij de ontvanger, en ook het zicht op veiligheid als hij dat heeft. Na een afwijzing kan het"
        " opnieuw."
    ),
)
async def ask_teruggave(
    response: Response,
    caller: Allowed,
    room: Room,
    overdrachtId: UUID,  # noqa: N803, the name in the path
    body: TeruggaveIn,
) -> OverdrachtUit:
    """Let the receiver ask to give back."""
    asked = teruggave.Teruggave(body.reden, body.toelichting)
    after, new = await teruggave.ask_teruggave(room, caller, overdrachtId, asked)
    return told(response, after, new=new)


@router.post(
    "/overdrachten/{overdrachtId}/teruggave-aanvaarding",
    status_code=201,
    responses=AGAIN,
    summary="Neem een overdracht terug",
    description=(
        "Alleen Veilig Thuis, als de ontvanger dat vraagt. Had de ontvanger door deze overdracht het zicht op"
        " veiligheid, dan gaat dat op dit moment over naar Veilig Thuis. Daarna moet de overdracht opnieuw worden"
        " aangeboden."
    ),
)
async def accept_teruggave(
    response: Response,
    caller: Allowed,
    room: Room,
    overdrachtId: UUID,  # noqa: N803, the name in the path
) -> OverdrachtUit:
    """Let Veilig Thuis take back."""
    after, new = await teruggave.accept_teruggave(room, caller, overdrachtId)
    return told(response, after, new=new)


@router.post(
    "/overdrachten/{overdrachtId}/teruggave-afwijzing",
    status_code=201,
    responses=AGAIN,
    summary="Neem een overdracht niet terug",
    description="Alleen Veilig Thuis, als de ontvanger wil teruggeven. Alles blijft bij de ontvanger.",
)
async def refuse_teruggave(
    response: Response,
    caller: Allowed,
    room: Room,
    overdrachtId: UUID,  # noqa: N803, the name in the path
    body: TeruggaveAfwijzingIn,
) -> OverdrachtUit:
    """Let Veilig Thuis not take back."""
    after, new = await teruggave.refuse_teruggave(room, caller, overdrachtId, toelichting=body.toelichting)
    return told(response, after, new=new)
