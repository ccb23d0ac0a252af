"""The routes of requests for shelter: ask, read, and the list of who waits."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Header, Query, Request, Response
from starlette.responses import JSONResponse

from services.handover.api.common import Room
from services.handover.domain.opvang import OpvangStatus
from services.handover.handlers import opvang as handlers
from services.handover.handlers.opvangstappen import check_moment
from services.handover.schemas.opvang import OpvangaanvraagIn
from services.handover.schemas.opvang_uit import (
    OpvangaanvraagGeheelUit,
    OpvangaanvraagLijst,
    OpvangaanvraagUit,
    aanvraag_uit,
    geheel_uit,
    lijst_uit,
    wachtlijst_uit,
)
from shared.audit import record
from shared.db import in_transaction, retry_conflicts
from shared.web.access import Allowed
from shared.web.app import room_router
from shared.web.etag import etag_of
from shared.web.idempotency import Answer, attempt_of, first_answer, idempotency_key, keep_answer
from shared.web.pages import Page, page
from shared.web.problems import MEDIA_TYPE, TITLES

router = room_router("Opvang")

Part = Annotated[Page, Depends(page)]
Key = Annotated[str | None, Depends(idempotency_key)]
# Read in the route and not as a dependency: what is wrong with the body is told first (400 before 428).
Seen = Annotated[str | None, Header(alias="If-Match", description="De ETag van de versie die u zag")]

_PROBLEM = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Probleem"}}}
_ETAG = {"ETag": {"description": "De versie, voor If-Match", "schema": {"type": "string"}}}
READ: dict[int | str, dict[str, Any]] = {200: {"headers": _ETAG}}
PUT: dict[int | str, dict[str, Any]] = {
    **READ,
    **{status: {"description": TITLES[status], "content": _PROBLEM} for status in (412, 428)},
}
POST: dict[int | str, dict[str, Any]] = {
    201: {"headers": {"Location": {"description": "Waar dit te lezen is", "schema": {"type": "string"}}}}
}


@router.post(
    "/opvang/aanvragen",
    status_code=201,
    response_model=OpvangaanvraagUit,
    responses=POST,
    summary="Vraag opvang aan",
    description=(
        "Voor mensen uit één melding, bij één opvang; elk kind is zelf een cliënt. Door Veilig Thuis, of door een "
        "lokaal team dat de casus kreeg aangeboden. De verblijfsstatus van iemand is nooit een reden om te weigeren."
    ),
)
async def create_opvangaanvraag(
    request: Request, caller: Allowed, room: Room, body: OpvangaanvraagIn, key: Key = None
) -> Response:
    """Ask for shelter."""
    made = room.made
    attempt = attempt_of(request, key, client=caller.client_id, vault=made.vault)
    check_moment(body.aangevraagd_op, "/aangevraagdOp", made.clock())

    async def work() -> Answer:
        now = made.clock()
        async with in_transaction(made.engine) as conn:
            earlier = await first_answer(conn, made.vault, attempt, now=now)
            if earlier:
                known = await handlers.load_visible(conn, room, caller, UUID(earlier.body["id"]))
                await record(conn, caller, handlers.act("herhaald", known), now=now)
                return earlier
            new = await handlers.create_aanvraag(conn, room, caller, body.to_domain(), now=now)
            answer = Answer(201, aanvraag_uit(new, now).model_dump(mode="json", by_alias=True))
            await keep_answer(conn, made.vault, attempt, answer)
        return answer

    answer = await retry_conflicts(work)
    headers = {"Location": f"/v1/opvang/aanvragen/{answer.body['id']}", "ETag": etag_of(answer.body["versie"])}
    return JSONResponse(answer.body, status_code=answer.status, headers=headers)


@router.get(
    "/opvang/aanvragen",
    summary="De aanvragen voor opvang die u mag zien",
    description=(
        "In de volgorde waarin ze zijn gedaan. Veilig Thuis ziet alles, een opvang wat aan haar is gevraagd, een "
        "lokaal team dat iemand in de opvang is en niet waar. Zonder wat iemand opschreef."
    ),
)
async def list_opvangaanvragen(
    caller: Allowed,
    room: Room,
    part: Part,
    casus_id: Annotated[UUID | None, Query(alias="casusId", description="Alleen van deze casus")] = None,
    status: Annotated[OpvangStatus | None, Query(description="Alleen met iemand in deze toestand")] = None,
) -> OpvangaanvraagLijst:
    """Return a page of requests."""
    found = await handlers.list_aanvragen(room, caller, part, casus_id=casus_id, status=status)
    return lijst_uit(found, part.limiet, room.made.clock())


@router.get(
    "/opvang/aanvragen/{opvangaanvraagId}",
    responses=READ,
    summary="Een aanvraag voor opvang",
    description=(
        "Met wat is opgeschreven en elke stap. Waar iemand verblijft, en waar hij niet mag zijn, zien alleen Veilig "
        "Thuis en de opvang zelf. Een waarschuwing zegt wat iemand moet nagaan: één mens kan onder twee meldingen "
        "staan."
    ),
)
async def read_opvangaanvraag(
    response: Response,
    caller: Allowed,
    room: Room,
    opvangaanvraagId: UUID,  # noqa: N803, the name in the path
) -> OpvangaanvraagGeheelUit:
    """Return one request."""
    found = await handlers.read_aanvraag(room, caller, opvangaanvraagId)
    response.headers["ETag"] = etag_of(found.aanvraag.versie)
    return geheel_uit(found, room.made.clock())


@router.get(
    "/opvang/wachtlijst",
    summary="Wie op een plaats wacht",
    description="Spoed eerst, dan wie het langst geleden is aangevraagd. Zonder wat iemand opschreef.",
)
async def list_opvangwachtlijst(caller: Allowed, room: Room, part: Part) -> OpvangaanvraagLijst:
    """Return a page of requests in which somebody waits."""
    found = await handlers.list_wachtlijst(room, caller, part)
    return wachtlijst_uit(found, part.limiet, room.made.clock())
