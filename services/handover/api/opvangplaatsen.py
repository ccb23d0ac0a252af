"""The routes of the places that shelters have, and of how they are used."""

from uuid import UUID

from fastapi import Request, Response
from starlette.responses import JSONResponse

from services.handover.api.common import Room
from services.handover.api.opvang import POST, PUT, READ, Key, Seen
from services.handover.handlers import opvangplaatsen as handlers
from services.handover.schemas.opvang import PlaatsenIn, VoorzieningIn
from services.handover.schemas.opvang_uit import (
    BezettingUit,
    VoorzieningUit,
    bezetting_uit,
    voorziening_uit,
)
from shared.audit import Act, record
from shared.db import in_transaction, retry_conflicts
from shared.web.access import Allowed
from shared.web.app import room_router
from shared.web.etag import etag_of, if_match
from shared.web.idempotency import Answer, attempt_of, first_answer, keep_answer

router = room_router("Opvang")


@router.get(
    "/opvang/bezetting",
    summary="Hoeveel plaatsen er zijn, bezet zijn en vrij zijn",
    description="Per opvang en soort plaatsen, op dit moment. Een opvang ziet haar eigen plaatsen.",
)
async def read_opvangbezetting(caller: Allowed, room: Room) -> BezettingUit:
    """Return how places are used."""
    return bezetting_uit(await handlers.read_bezetting(room, caller), room.made.clock())


@router.post(
    "/opvang/voorzieningen",
    status_code=201,
    response_model=VoorzieningUit,
    responses=POST,
    summary="Voeg plaatsen van één soort in één opvang toe",
    description="Zonder gemeente wordt er niemand geplaatst die ergens niet mag zijn.",
)
async def create_opvangvoorziening(
    request: Request, caller: Allowed, room: Room, body: VoorzieningIn, key: Key = None
) -> Response:
    """Add places."""
    made = room.made
    attempt = attempt_of(request, key, client=caller.client_id, vault=made.vault)

    async def work() -> Answer:
        now = made.clock()
        async with in_transaction(made.engine) as conn:
            earlier = await first_answer(conn, made.vault, attempt, now=now)
            if earlier:
                await record(conn, caller, Act("herhaald", handlers.SOORT, UUID(earlier.body["id"])), now=now)
                return earlier
            new = await handlers.create_voorziening(
                conn, caller, body.organisatie_id, body.soort, body.to_domain(), now=now
            )
            answer = Answer(201, voorziening_uit(new).model_dump(mode="json", by_alias=True))
            await keep_answer(conn, made.vault, attempt, answer)
        return answer

    answer = await retry_conflicts(work)
    headers = {"Location": f"/v1/opvang/voorzieningen/{answer.body['id']}", "ETag": etag_of(answer.body["versie"])}
    return JSONResponse(answer.body, status_code=answer.status, headers=headers)


@router.get(
    "/opvang/voorzieningen/{opvangvoorzieningId}",
    responses=READ,
    summary="De plaatsen van één soort in één opvang",
    description="Met hoeveel er bezet zijn.",
)
async def read_opvangvoorziening(
    response: Response,
    caller: Allowed,
    room: Room,
    opvangvoorzieningId: UUID,  # noqa: N803, the name in the path
) -> VoorzieningUit:
    """Return places."""
    found = await handlers.read_voorziening(room, caller, opvangvoorzieningId)
    response.headers["ETag"] = etag_of(found.versie)
    return voorziening_uit(found)


@router.put(
    "/opvang/voorzieningen/{opvangvoorzieningId}",
    responses=PUT,
    summary="Wijzig hoeveel plaatsen er zijn",
    description="Niet minder dan er bezet zijn.",
)
async def put_opvangvoorziening(  # noqa: PLR0913, what FastAPI injects
    *,
    opvangvoorzieningId: UUID,  # noqa: N803, the name in the path
    body: PlaatsenIn,
    caller: Allowed,
    room: Room,
    seen: Seen = None,
    response: Response,
) -> VoorzieningUit:
    """Change how many places there are."""
    changed = await handlers.change_voorziening(
        room, caller, opvangvoorzieningId, body.to_domain(), seen=if_match(seen)
    )
    response.headers["ETag"] = etag_of(changed.versie)
    return voorziening_uit(changed)
