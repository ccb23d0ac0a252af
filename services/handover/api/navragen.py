"""The routes by which a receiver asks about an overdracht and Veilig Thuis answers."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Request, Response
from starlette.responses import JSONResponse

from services.handover.api.common import Room
from services.handover.handlers import navragen as handlers
from services.handover.schemas.navraag import AntwoordIn, NavraagIn, NavraagLijst, NavraagUit
from shared.web.access import Allowed
from shared.web.app import room_router
from shared.web.idempotency import attempt_of, idempotency_key
from shared.web.pages import Page, encode_cursor, page

router = room_router("Navragen")

_AGAIN: dict[int | str, dict[str, Any]] = {
    200: {"model": NavraagUit, "description": "Dit was al gedaan; hetzelfde antwoord nog eens"}
}


@router.get(
    "/overdrachten/{overdrachtId}/navragen",
    summary="Wat over een overdracht is nagevraagd",
    description="De oudste vraag eerst, met haar antwoord. Een ontvanger ziet die van zijn eigen overdracht.",
)
async def list_navragen(
    caller: Allowed,
    room: Room,
    part: Annotated[Page, Depends(page)],
    overdrachtId: UUID,  # noqa: N803, the name in the path
) -> NavraagLijst:
    """Give a page of questions."""
    found = await handlers.list_navragen(room, caller, overdrachtId, part)
    shown = found[: part.limiet]
    more = len(found) > part.limiet
    last = shown[-1].navraag if more else None
    return NavraagLijst(
        resultaten=[NavraagUit.of(one) for one in shown],
        volgende=encode_cursor(last.gesteld_op.isoformat(), str(last.id)) if last else None,
    )


@router.post(
    "/overdrachten/{overdrachtId}/navragen",
    status_code=201,
    response_model=NavraagUit,
    summary="Vraag iets na over een overdracht",
    description=(
        "Alleen de ontvanger, zolang de overdracht hem is aangeboden of hij haar heeft geaccepteerd. Veilig Thuis "
        "antwoordt binnen twee werkdagen; de termijn om te accepteren loopt door."
    ),
)
async def ask_navraag(  # noqa: PLR0913, what FastAPI hands over
    *,
    request: Request,
    caller: Allowed,
    room: Room,
    overdrachtId: UUID,  # noqa: N803, the name in the path
    body: NavraagIn,
    key: Annotated[str | None, Depends(idempotency_key)] = None,
) -> Response:
    """Let a receiver ask."""
    answer = await handlers.ask(
        room,
        caller,
        overdrachtId,
        body.vraag,
        attempt=attempt_of(request, key, client=caller.client_id, vault=room.made.vault),
        render=lambda seen: NavraagUit.of(seen).model_dump(mode="json", by_alias=True),
    )
    headers = {"Location": f"{request.url.path}/{answer.body['id']}"}
    return JSONResponse(answer.body, status_code=answer.status, headers=headers)


@router.get(
    "/overdrachten/{overdrachtId}/navragen/{navraagId}",
    summary="Een navraag met haar antwoord",
    description="Wat een verborgen melder verraadt is voor een ontvanger weggelaten, ook uit het antwoord.",
)
async def read_navraag(
    caller: Allowed,
    room: Room,
    overdrachtId: UUID,  # noqa: N803, the name in the path
    navraagId: UUID,  # noqa: N803, the name in the path
) -> NavraagUit:
    """Give one question."""
    return NavraagUit.of(await handlers.read(room, caller, (overdrachtId, navraagId)))


@router.post(
    "/overdrachten/{overdrachtId}/navragen/{navraagId}/antwoord",
    status_code=201,
    responses=_AGAIN,
    summary="Beantwoord een navraag",
    description="Alleen Veilig Thuis, ook te laat. Hetzelfde antwoord nog eens verandert niets; een ander kan niet.",
)
async def answer_navraag(  # noqa: PLR0913, PLR0917, what FastAPI hands over
    response: Response,
    caller: Allowed,
    room: Room,
    overdrachtId: UUID,  # noqa: N803, the name in the path
    navraagId: UUID,  # noqa: N803, the name in the path
    body: AntwoordIn,
) -> NavraagUit:
    """Keep the answer of Veilig Thuis."""
    seen, new = await handlers.answer(room, caller, (overdrachtId, navraagId), body.antwoord)
    if not new:
        response.status_code = 200
    response.headers["Location"] = f"/v1/overdrachten/{overdrachtId}/navragen/{navraagId}"
    return NavraagUit.of(seen)


@router.post(
    "/overdrachten/{overdrachtId}/navragen/{navraagId}/gezien",
    status_code=201,
    responses=_AGAIN,
    summary="Meld dat u het antwoord op een navraag hebt gelezen",
    description=(
        "Alleen de ontvanger. Tot dan staat het antwoord bij wat op hem wacht; lezen alleen verandert niets. Nog eens"
        " melden verandert niets."
    ),
)
async def confirm_antwoord(
    response: Response,
    caller: Allowed,
    room: Room,
    overdrachtId: UUID,  # noqa: N803, the name in the path
    navraagId: UUID,  # noqa: N803, the name in the path
) -> NavraagUit:
    """Keep that the receiver read the answer."""
    seen, new = await handlers.confirm(room, caller, (overdrachtId, navraagId))
    if not new:
        response.status_code = 200
    response.headers["Location"] = f"/v1/overdrachten/{overdrachtId}/navragen/{navraagId}"
    return NavraagUit.of(seen)
