"""The routes of what a receiver tells beside a plan: attempts at contact, and how voorwaarden are kept."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Request, Response
from starlette.responses import JSONResponse

from services.handover.api.common import Room
from services.handover.handlers import volgen as handlers
from services.handover.handlers.volgen import Once
from services.handover.schemas.volgen import (
    ContactpogingenUit,
    ContactpogingIn,
    ContactpogingUit,
    GevolgdeVoorwaardeUit,
    VastgelegdUit,
    VoorwaardecontroleIn,
    VoorwaardenUit,
)
from shared.web.access import Allowed
from shared.web.app import room_router
from shared.web.auth import Caller
from shared.web.idempotency import Answer, attempt_of, idempotency_key
from shared.web.pages import Page, encode_cursor, id_place, page

router = room_router("Overdrachten")

Key = Annotated[str | None, Depends(idempotency_key)]
Part = Annotated[Page, Depends(page)]


def _once(request: Request, room: Room, caller: Caller, overdracht_id: UUID, key: str | None) -> Once:
    def render(made_id: UUID) -> dict[str, object]:
        return VastgelegdUit(id=made_id, overdracht_id=overdracht_id).model_dump(mode="json", by_alias=True)

    return Once(attempt_of(request, key, client=caller.client_id, vault=room.made.vault), render)


def _created(answer: Answer, what: str) -> Response:
    headers = {"Location": f"/v1/overdrachten/{answer.body['overdrachtId']}/{what}"}
    return JSONResponse(answer.body, status_code=answer.status, headers=headers)


@router.post(
    "/overdrachten/{overdrachtId}/contactpogingen",
    status_code=201,
    response_model=VastgelegdUit,
    summary="Leg een poging tot contact vast",
    description="Alleen de ontvanger, na de acceptatie. Een poging is geen eerste contact: dat legt u apart vast.",
)
async def create_contactpoging(  # noqa: PLR0913, what FastAPI injects
    *,
    overdrachtId: UUID,  # noqa: N803, the name in the path
    body: ContactpogingIn,
    caller: Allowed,
    room: Room,
    request: Request,
    key: Key = None,
) -> Response:
    """Note an attempt at contact."""
    once = _once(request, room, caller, overdrachtId, key)
    return _created(await handlers.create_poging(room, caller, overdrachtId, body.to_opgave(), once), "contactpogingen")


@router.get(
    "/overdrachten/{overdrachtId}/contactpogingen",
    summary="Pogingen tot contact",
    description="In de volgorde waarin ze zijn vastgelegd.",
)
async def list_contactpogingen(
    overdrachtId: UUID,  # noqa: N803, the name in the path
    caller: Allowed,
    room: Room,
    part: Part,
) -> ContactpogingenUit:
    """Return a page of attempts."""
    found = await handlers.list_pogingen(room, caller, overdrachtId, after=id_place(part), limit=part.limiet + 1)
    shown = found[: part.limiet]
    return ContactpogingenUit(
        resultaten=tuple(ContactpogingUit.of(one) for one in shown),
        volgende=encode_cursor(str(shown[-1].id)) if len(found) > part.limiet else None,
    )


@router.get(
    "/overdrachten/{overdrachtId}/voorwaarden",
    summary="De veiligheidsvoorwaarden bij een overdracht, en of ze worden nagekomen",
    description=(
        "Wat Veilig Thuis over de melding van deze overdracht stelde, met wat de ontvanger vond. Wat er staat komt op "
        "het moment van lezen van Veilig Thuis."
    ),
)
async def list_voorwaarden(
    overdrachtId: UUID,  # noqa: N803, the name in the path
    caller: Allowed,
    room: Room,
    part: Part,
) -> VoorwaardenUit:
    """Return a page of voorwaarden."""
    found = await handlers.list_voorwaarden(room, caller, overdrachtId, after=id_place(part), limit=part.limiet + 1)
    shown = found[: part.limiet]
    return VoorwaardenUit(
        resultaten=tuple(GevolgdeVoorwaardeUit.of(one) for one in shown),
        volgende=encode_cursor(str(shown[-1].voorwaarde.id)) if len(found) > part.limiet else None,
    )


@router.post(
    "/overdrachten/{overdrachtId}/voorwaarden/{voorwaardeId}/controles",
    status_code=201,
    response_model=VastgelegdUit,
    summary="Leg vast of een veiligheidsvoorwaarde wordt nagekomen",
    description="Alleen de ontvanger, na de acceptatie. Wordt zij niet nagekomen, dan hoort Veilig Thuis dat meteen.",
)
async def create_voorwaardecontrole(  # noqa: PLR0913, what FastAPI injects
    *,
    overdrachtId: UUID,  # noqa: N803, the name in the path
    voorwaardeId: UUID,  # noqa: N803, the name in the path
    body: VoorwaardecontroleIn,
    caller: Allowed,
    room: Room,
    request: Request,
    key: Key = None,
) -> Response:
    """Note whether a voorwaarde is kept."""
    once = _once(request, room, caller, overdrachtId, key)
    opgave = body.to_opgave()
    return _created(
        await handlers.create_controle(room, caller, overdrachtId, voorwaardeId, opgave, once), "voorwaarden"
    )
