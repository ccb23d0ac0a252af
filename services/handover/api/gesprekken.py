"""The routes of the talks about an overdracht."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Header, Request, Response
from starlette.responses import JSONResponse

from services.handover.api.common import Room
from services.handover.handlers import gesprekken
from services.handover.schemas.gesprekken import (
    GesprekAfzeggingIn,
    GesprekIn,
    GesprekLijst,
    GesprekUit,
    GesprekVerslagIn,
    gesprek_uit,
)
from shared.db import in_transaction, retry_conflicts
from shared.web.access import Allowed
from shared.web.app import room_router
from shared.web.etag import etag_of, if_match
from shared.web.idempotency import Answer, attempt_of, first_answer, idempotency_key, keep_answer
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


@router.post(
    "/overdrachten/{overdrachtId}/gesprekken",
    status_code=201,
    response_model=GesprekUit,
    summary="Plan een gesprek over een overdracht",
    description=(
        "Veilig Thuis en de ontvanger kunnen dat allebei, zolang de overdracht loopt. Deelnemers staan er als rol en"
        " organisatie, nooit met een naam."
    ),
)
async def plan_gesprek(  # noqa: PLR0913, PLR0917, what FastAPI injects
    request: Request,
    caller: Allowed,
    room: Room,
    overdrachtId: UUID,  # noqa: N803, the name in the path
    body: GesprekIn,
    key: Annotated[str | None, Depends(idempotency_key)] = None,
) -> Response:
    """Plan a talk."""
    made = room.made
    attempt = attempt_of(request, key, client=caller.client_id, vault=made.vault)

    async def work() -> Answer:
        now = made.clock()
        async with in_transaction(made.engine) as conn:
            earlier = await first_answer(conn, made.vault, attempt, now=now)
            if earlier:
                await gesprekken.record_repeat(conn, caller, overdrachtId, now=now)
                return earlier
            planned = await gesprekken.plan_gesprek(conn, caller, overdrachtId, body.to_domain(), now=now)
            answer = Answer(201, gesprek_uit(planned).model_dump(mode="json", by_alias=True))
            await keep_answer(conn, made.vault, attempt, answer)
        return answer

    answer = await retry_conflicts(work)
    location = f"/v1/overdrachten/{overdrachtId}/gesprekken/{answer.body['id']}"
    headers = {"Location": location, "ETag": etag_of(answer.body["versie"])}
    return JSONResponse(answer.body, status_code=answer.status, headers=headers)


@router.get(
    "/overdrachten/{overdrachtId}/gesprekken",
    summary="De gesprekken over een overdracht",
    description="Elk met het laatste verslag; over een melder die niet bekend mag zijn staat er niets.",
)
async def list_gesprekken(
    caller: Allowed,
    room: Room,
    overdrachtId: UUID,  # noqa: N803, the name in the path
) -> GesprekLijst:
    """Return the talks."""
    found = await gesprekken.list_gesprekken(room, caller, overdrachtId)
    return GesprekLijst(resultaten=[gesprek_uit(one) for one in found])


@router.get(
    "/overdrachten/{overdrachtId}/gesprekken/{gesprekId}",
    summary="Een gesprek over een overdracht",
    description="Met wie het is afgesproken, en het verslag, zonder een melder die niet bekend mag zijn.",
    responses=_ETAG,
)
async def read_gesprek(
    response: Response,
    caller: Allowed,
    room: Room,
    overdrachtId: UUID,  # noqa: N803, the name in the path
    gesprekId: UUID,  # noqa: N803, the name in the path
) -> GesprekUit:
    """Return one talk."""
    found = await gesprekken.read_gesprek(room, caller, overdrachtId, gesprekId)
    response.headers["ETag"] = etag_of(found.versie)
    return gesprek_uit(found)


@router.put(
    "/overdrachten/{overdrachtId}/gesprekken/{gesprekId}/verslag",
    summary="Leg vast wat er uit een gesprek kwam, of verbeter dat",
    description=(
        "Het eerste verslag legt vast dat het gesprek is gehouden; daarmee is de overdracht warm. Een verbetering is"
        " een volgende versie, en wat er stond blijft bewaard."
    ),
    responses=_PUT,
)
async def note_gesprek(  # noqa: PLR0913, what FastAPI injects
    *,
    response: Response,
    caller: Allowed,
    room: Room,
    overdrachtId: UUID,  # noqa: N803, the name in the path
    gesprekId: UUID,  # noqa: N803, the name in the path
    body: GesprekVerslagIn,
    seen: Annotated[str | None, Header(alias="If-Match", description="De ETag van de versie die u zag")] = None,
) -> GesprekUit:
    """Note what came of a talk, or correct it."""
    notitie = body.to_domain()
    found = await gesprekken.note_gesprek(room, caller, overdrachtId, gesprekId, notitie, if_match(seen))
    response.headers["ETag"] = etag_of(found.versie)
    return gesprek_uit(found)


@router.put(
    "/overdrachten/{overdrachtId}/gesprekken/{gesprekId}/afzegging",
    summary="Zeg een gesprek af",
    description=(
        "Veilig Thuis en de ontvanger kunnen dat allebei, zolang het niet is gehouden. Om dezelfde reden nog eens"
        " verandert niets; wie een ander moment wil, plant een nieuw gesprek."
    ),
    responses=_PUT,
)
async def call_off_gesprek(  # noqa: PLR0913, what FastAPI injects
    *,
    response: Response,
    caller: Allowed,
    room: Room,
    overdrachtId: UUID,  # noqa: N803, the name in the path
    gesprekId: UUID,  # noqa: N803, the name in the path
    body: GesprekAfzeggingIn,
    seen: Annotated[str | None, Header(alias="If-Match", description="De ETag van de versie die u zag")] = None,
) -> GesprekUit:
    """Call off a talk."""
    found = await gesprekken.call_off_gesprek(room, caller, overdrachtId, gesprekId, body.reden, if_match(seen))
    response.headers["ETag"] = etag_of(found.versie)
    return gesprek_uit(found)
