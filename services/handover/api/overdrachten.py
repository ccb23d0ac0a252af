"""The routes of overdrachten: read, offer again, accept, refuse, first contact."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Query, Request, Response
from starlette.responses import JSONResponse

from services.handover.api.common import AGAIN, Room, told
from services.handover.domain.overdracht import Status
from services.handover.handlers import aanbieden, reading, steps
from services.handover.schemas.overdrachten import (
    AcceptatieIn,
    EersteContactIn,
    HeraanbodIn,
    OverdrachtLijst,
    OverdrachtMetPakket,
    OverdrachtUit,
    WeigeringIn,
    overdracht_met_pakket,
    overdracht_uit,
)
from shared.db import in_transaction, retry_conflicts
from shared.web.access import Allowed
from shared.web.app import room_router
from shared.web.etag import etag_of
from shared.web.idempotency import Answer, attempt_of, first_answer, idempotency_key, keep_answer
from shared.web.pages import Page, encode_cursor, page
from shared.web.schema import GemeenteCode

router = room_router("Overdrachten")


@router.get(
    "/overdrachten",
    summary="De overdrachten die u mag zien",
    description=(
        "In de volgorde waarin ze zijn aangeboden. Veilig Thuis ziet alles, een lokaal team wat aan het lokale veld"
        " van zijn gemeente is aangeboden, een ketenpartner wat aan hem is aangeboden. Geen persoonsgegevens."
    ),
)
async def list_overdrachten(
    caller: Allowed,
    room: Room,
    part: Annotated[Page, Depends(page)],
    gemeente_code: Annotated[GemeenteCode | None, Query(alias="gemeenteCode")] = None,
    status: Annotated[Status | None, Query(description="Alleen overdrachten in deze toestand")] = None,
) -> OverdrachtLijst:
    """Return a page of overdrachten."""
    found = await reading.list_overdrachten(room, caller, part, gemeente_code=gemeente_code, status=status)
    shown = found[: part.limiet]
    more = len(found) > part.limiet
    return OverdrachtLijst(
        resultaten=[overdracht_uit(row) for row in shown],
        volgende=encode_cursor(shown[-1].aangeboden_op.isoformat(), str(shown[-1].id)) if more else None,
    )


@router.post(
    "/overdrachten",
    status_code=201,
    response_model=OverdrachtUit,
    summary="Bied een overdracht die niemand aannam opnieuw aan",
    description=(
        "Na een weigering, een intrekking of een terugkeer, en alleen door Veilig Thuis. De nieuwe overdracht vervangt"
        " de oude en neemt over of zij het zicht op veiligheid draagt. Wie weigerde krijgt haar alleen opnieuw na"
        " `onvoldoende-informatie` of `geen-capaciteit`."
    ),
)
async def offer_overdracht_again(
    request: Request,
    caller: Allowed,
    room: Room,
    body: HeraanbodIn,
    key: Annotated[str | None, Depends(idempotency_key)] = None,
) -> Response:
    """Offer what nobody took to another receiver, or to the same one."""
    made = room.made
    attempt = attempt_of(request, key, client=caller.client_id, vault=made.vault)
    aanbod = aanbieden.Heraanbod(
        body.vervangt_overdracht_id, body.bestemming.soort, body.bestemming.organisatie_id, body.motivering
    )

    async def work() -> Answer:
        now = made.clock()
        async with in_transaction(made.engine) as conn:
            earlier = await first_answer(conn, made.vault, attempt, now=now)
            if earlier:
                await aanbieden.record_repeat(conn, caller, UUID(earlier.body["id"]), now=now)
                return earlier
            new = await aanbieden.begin_again(conn, room, caller, aanbod, now=now)
            answer = Answer(201, overdracht_uit(new).model_dump(mode="json", by_alias=True))
            await keep_answer(conn, made.vault, attempt, answer)
        return answer

    answer = await retry_conflicts(work)
    headers = {"Location": f"/v1/overdrachten/{answer.body['id']}", "ETag": etag_of(answer.body["versie"])}
    return JSONResponse(answer.body, status_code=answer.status, headers=headers)


@router.get(
    "/overdrachten/{overdrachtId}",
    summary="Een overdracht met haar pakket",
    description=(
        "Het pakket wordt samengesteld uit wat de andere afdelingen weten. Wat de ontvanger als eerste leest, wordt"
        " als bewijs bewaard en is daarna wat iedereen leest; met `actueel=true` wordt opnieuw samengesteld. Over de"
        " melder staat er niets, tenzij vastligt dat hij bekend mag zijn."
    ),
)
async def read_overdracht(
    response: Response,
    caller: Allowed,
    room: Room,
    overdrachtId: UUID,  # noqa: N803, the name in the path
    actueel: Annotated[bool, Query(description="Stel het pakket opnieuw samen")] = False,
) -> OverdrachtMetPakket:
    """Return one overdracht with its package."""
    gelezen = await reading.read_overdracht(room, caller, overdrachtId, actueel=actueel)
    response.headers["ETag"] = etag_of(gelezen.overdracht.versie)
    return overdracht_met_pakket(gelezen)


@router.post(
    "/overdrachten/{overdrachtId}/acceptatie",
    status_code=201,
    responses=AGAIN,
    summary="Accepteer een overdracht",
    description=(
        "Alleen de ontvanger. Draagt de overdracht het zicht op veiligheid, dan gaat dat op dit moment over."
        " Te laat accepteren mag en wordt vermeld. Nog eens accepteren geeft hetzelfde antwoord."
    ),
)
async def accept_overdracht(
    response: Response,
    caller: Allowed,
    room: Room,
    overdrachtId: UUID,  # noqa: N803, the name in the path
    body: AcceptatieIn | None = None,
) -> OverdrachtUit:
    """Let the receiver accept."""
    said = steps.Acceptatie(body.naam, body.warm, body.toelichting) if body else steps.Acceptatie()
    after, new = await steps.accept_overdracht(room, caller, overdrachtId, said)
    return told(response, after, new=new)


@router.post(
    "/overdrachten/{overdrachtId}/weigering",
    status_code=201,
    responses=AGAIN,
    summary="Weiger een overdracht",
    description="Alleen de ontvanger, met een reden. Het zicht op veiligheid blijft waar het was.",
)
async def refuse_overdracht(
    response: Response,
    caller: Allowed,
    room: Room,
    overdrachtId: UUID,  # noqa: N803, the name in the path
    body: WeigeringIn,
) -> OverdrachtUit:
    """Let the receiver refuse."""
    after, new = await steps.refuse_overdracht(
        room, caller, overdrachtId, reden=body.reden, toelichting=body.toelichting
    )
    return told(response, after, new=new)


@router.post(
    "/overdrachten/{overdrachtId}/eerste-contact",
    status_code=201,
    responses=AGAIN,
    summary="Leg het eerste contact met het gezin vast",
    description="Alleen de ontvanger, na acceptatie. Er is één eerste contact.",
)
async def record_eerste_contact(
    response: Response,
    caller: Allowed,
    room: Room,
    overdrachtId: UUID,  # noqa: N803, the name in the path
    body: EersteContactIn,
) -> OverdrachtUit:
    """Record the first contact."""
    after, new = await steps.record_eerste_contact(room, caller, overdrachtId, tijdstip=body.tijdstip)
    return told(response, after, new=new)
