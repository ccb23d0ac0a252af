"""The routes by which a receiver divides its overdrachten."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import Header, Response

from services.handover.api.common import Room
from services.handover.handlers import behandelaar as handlers
from services.handover.schemas.behandelaar import BehandelaarIn, BehandelaarUit
from shared.web.access import Allowed
from shared.web.app import room_router
from shared.web.etag import etag_of, if_match
from shared.web.problems import MEDIA_TYPE, TITLES

router = room_router("Overdrachten")

_PROBLEM = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Probleem"}}}
_ETAG: dict[int | str, dict[str, Any]] = {
    200: {"headers": {"ETag": {"description": "De versie, voor If-Match", "schema": {"type": "string"}}}}
}
_PUT: dict[int | str, dict[str, Any]] = {
    **_ETAG,
    **{status: {"description": TITLES[status], "content": _PROBLEM} for status in (412, 428)},
}


@router.get(
    "/overdrachten/{overdrachtId}/behandelaar",
    summary="Wie van de ontvanger een overdracht behandelt",
    description=(
        "Alleen voor de ontvanger zelf. De ETag is die van de behandelaar, niet die van de overdracht; met die ETag"
        " pakt u haar op, ook als nog niemand haar behandelde."
    ),
    responses=_ETAG,
)
async def read_behandelaar(
    response: Response,
    caller: Allowed,
    room: Room,
    overdrachtId: UUID,  # noqa: N803, the name in the path
) -> BehandelaarUit:
    """Return who sees to an overdracht."""
    return _shown(await handlers.read_behandelaar(room, caller, overdrachtId), response)


@router.put(
    "/overdrachten/{overdrachtId}/behandelaar",
    summary="Pak een overdracht op, geef haar door of geef haar vrij",
    description=(
        "Iedereen van de ontvanger mag dit, ook als een collega haar behandelt die er niet is; dan met een reden."
        " Aan wie verantwoordelijk is verandert het niets. Van twee die tegelijk oppakken krijgt er een de overdracht."
    ),
    responses=_PUT,
)
async def record_behandelaar(  # noqa: PLR0913, what FastAPI injects
    *,
    response: Response,
    caller: Allowed,
    room: Room,
    overdrachtId: UUID,  # noqa: N803, the name in the path
    body: BehandelaarIn,
    seen: Annotated[str | None, Header(alias="If-Match", description="De ETag van de versie die u zag")] = None,
) -> BehandelaarUit:
    """Let somebody see to an overdracht, or nobody."""
    wanted = body.to_domain(caller)
    return _shown(await handlers.record_behandelaar(room, caller, overdrachtId, wanted, seen=if_match(seen)), response)


def _shown(view: handlers.BehandelingView, response: Response) -> BehandelaarUit:
    response.headers["ETag"] = etag_of(view.behandeling.versie)
    return BehandelaarUit.of(view)
