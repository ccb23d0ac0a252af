"""The doors of the letters: which are called for, making one, reading it, and recording that it was sent."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Query, Request, Response

from services.triage.api.common import POST, PUT, READ, Key, Made, Part, Seen, as_json, created
from services.triage.domain.brieven import Brief, Weglater
from services.triage.handlers import brieven as handlers
from services.triage.handlers.brieven import Kamer
from services.triage.handlers.common import Once
from services.triage.partners.intake import IntakeOverHttp
from services.triage.schemas.brieven import (
    BriefIn,
    BriefItemOut,
    BriefOut,
    BrievenOut,
    VerzendingIn,
    VoorstellenOut,
    VoorstelOut,
)
from shared.web.access import Allowed
from shared.web.app import resources_of, room_router
from shared.web.etag import etag_of, if_match
from shared.web.idempotency import attempt_of
from shared.web.pages import encode_cursor, time_place

router = room_router("Brieven")


async def kamer(request: Request) -> Kamer:
    """Return what letters are made with (a dependency)."""
    made = resources_of(request)
    weglater: Weglater | None = getattr(request.app.state, "weglater", None)
    return Kamer(made, weglater or IntakeOverHttp(made.client, request.app.state.settings.intake_url))


Room = Annotated[Kamer, Depends(kamer)]


@router.get(
    "/brieven",
    summary="De brieven",
    description="In de volgorde waarin zij zijn gemaakt, zonder tekst. Zonder filter van alle meldingen.",
)
async def list_brieven(
    made: Made,
    _: Allowed,
    part: Part,
    melding_id: Annotated[UUID | None, Query(alias="meldingId")] = None,
    casus_id: Annotated[UUID | None, Query(alias="casusId")] = None,
) -> BrievenOut:
    """Show letters in the order in which they were made."""
    found = await handlers.list_brieven(
        made, melding_id=melding_id, casus_id=casus_id, after=time_place(part), limit=part.limiet + 1
    )
    shown = found[: part.limiet]
    last = shown[-1] if len(found) > part.limiet else None
    return BrievenOut(
        resultaten=tuple(BriefItemOut.of(one) for one in shown),
        volgende=encode_cursor(last.gemaakt_op, str(last.id)) if last else None,
    )


@router.get(
    "/veiligheidsbeoordelingen/{meldingId}/briefvoorstellen",
    summary="Welke brieven er klaar moeten liggen",
    description="Voor wie er een reden is om een brief te maken, en welke. Wat al klaar ligt of weg is staat er niet.",
)
async def list_briefvoorstellen(
    meldingId: UUID,  # noqa: N803, the name on the wire
    made: Made,
    caller: Allowed,
) -> VoorstellenOut:
    """Show for whom a letter is called for."""
    found = await handlers.list_voorstellen(made, caller, meldingId)
    return VoorstellenOut(resultaten=tuple(VoorstelOut.of(one) for one in found))


@router.post(
    "/brieven",
    summary="Maak een brief",
    description=(
        "De tekst komt uit een sjabloon, met uw aanvullingen. Wat een verborgen melder verraadt valt daaruit weg; "
        "daarna verandert de brief niet meer. Een nieuwe brief vervangt dezelfde brief die nog niet is verzonden."
    ),
    status_code=201,
    response_model=BriefOut,
    responses=POST,
)
async def create_brief(
    *,
    body: BriefIn,
    room: Room,
    caller: Allowed,
    key: Key,
    request: Request,
) -> Response:
    """Make a letter."""
    attempt = attempt_of(request, key, client=caller.client_id, vault=room.made.vault)
    once: Once[Brief] = Once(attempt, lambda one: as_json(BriefOut.whole(one, actueel=True)))
    return created(await handlers.create_brief(room, caller, body.to_domain(), once), request)


@router.get(
    "/brieven/{briefId}",
    summary="Een brief",
    description=(
        "Met de tekst. Een brief die nog weg moet wordt opnieuw getoetst: is de bescherming van een melder sindsdien "
        "veranderd, dan is hij niet actueel en staat er geen tekst."
    ),
    responses=READ,
)
async def read_brief(
    briefId: UUID,  # noqa: N803, the name on the wire
    room: Room,
    caller: Allowed,
    response: Response,
) -> BriefOut:
    """Show one letter."""
    found, actueel = await handlers.read_brief(room, caller, briefId)
    response.headers["ETag"] = etag_of(found.versie)
    return BriefOut.whole(found, actueel=actueel)


@router.put(
    "/brieven/{briefId}/verzending",
    summary="Leg vast dat een brief is verzonden",
    description=(
        "Ketenradar verzendt zelf niets. De bescherming van de melder wordt nog eens getoetst; is zij veranderd, "
        "maak de brief dan opnieuw. Wie met deze brief hoort dat Veilig Thuis gegevens vastlegt, is geïnformeerd."
    ),
    responses=PUT,
)
async def put_brief_verzending(  # noqa: PLR0913, what FastAPI injects
    *,
    briefId: UUID,  # noqa: N803, the name on the wire
    body: VerzendingIn,
    room: Room,
    caller: Allowed,
    seen: Seen = None,
    response: Response,
) -> BriefOut:
    """Record that a letter was sent."""
    sent = await handlers.send_brief(room, caller, briefId, body.to_domain(), seen=if_match(seen))
    response.headers["ETag"] = etag_of(sent.versie)
    return BriefOut.whole(sent, actueel=True)
