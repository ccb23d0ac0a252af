"""The doors of the reference indexes: weigh, place, look who else is there, and take back."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Header, Query, Request, Response

from services.intake.api.common import Key, Made, Part, place_of
from services.intake.domain.indexen import Signaal, SignaalStatus
from services.intake.handlers import indexen as handlers
from services.intake.partners.indexen import connected
from services.intake.schemas.indexen import (
    IntrekkingIn,
    SignaalIn,
    SignaalLijst,
    SignaalUit,
    SignaalvoorstelLijst,
    aanvraag_of,
    signaal_uit,
    voorstel_uit,
)
from services.intake.settings import IntakeSettings
from shared.rules.codes import Verwijsindex
from shared.web.access import Allowed
from shared.web.app import room_router
from shared.web.etag import etag_of, if_match
from shared.web.idempotency import attempt_of
from shared.web.pages import encode_cursor

router = room_router("Verwijsindexen")

_CREATED = 201
_OK = 200


async def aangesloten(request: Request) -> frozenset[Verwijsindex]:
    """Return the indexes that this installation is connected to (a dependency)."""
    told: IntakeSettings | None = request.app.state.settings
    return connected(told) if told else frozenset()


Aangesloten = Annotated[frozenset[Verwijsindex], Depends(aangesloten)]


def _answer(found: Signaal, response: Response) -> SignaalUit:
    response.headers["ETag"] = etag_of(found.versie)
    return signaal_uit(found)


@router.get(
    "/meldingen/{meldingId}/signaalvoorstellen",
    response_model=SignaalvoorstelLijst,
    summary="Welke signalen mogelijk zijn",
    description=(
        "Per persoon van een melding: in welke verwijsindex een signaal kan, en waarom (niet). Of het nodig is, "
        "besluit een medewerker."
    ),
)
async def list_signaalvoorstellen(
    caller: Allowed,
    made: Made,
    indexen: Aangesloten,
    meldingId: UUID,  # noqa: N803
) -> SignaalvoorstelLijst:
    """Return what is possible for each person of a melding."""
    found = await handlers.list_voorstellen(made, caller, meldingId, aangesloten=indexen, now=made.clock())
    return SignaalvoorstelLijst(resultaten=tuple(voorstel_uit(one) for one in found))


@router.post(
    "/meldingen/{meldingId}/signalen",
    status_code=_CREATED,
    response_model=SignaalUit,
    responses={_OK: {"model": SignaalUit, "description": "Dit signaal was er al"}},
    summary="Een signaal plaatsen",
    description=(
        "Zegt in een verwijsindex dat wij bij deze persoon betrokken zijn. Alleen naam, geboortedatum, geslacht en "
        "onze organisatie gaan naar buiten, nooit waarom. Een signaal verloopt vanzelf na twee jaar."
    ),
)
async def create_signaal(  # noqa: PLR0913, dependencies of the route
    *,
    caller: Allowed,
    made: Made,
    indexen: Aangesloten,
    request: Request,
    key: Key,
    meldingId: UUID,  # noqa: N803
    body: SignaalIn,
    response: Response,
) -> SignaalUit:
    """Place a signal."""
    attempt = attempt_of(request, key, client=caller.client_id, vault=made.vault)
    response.status_code, found = await handlers.request_signaal(
        made, caller, aanvraag_of(meldingId, body), aangesloten=indexen, attempt=attempt, now=made.clock()
    )
    response.headers["Location"] = f"/v1/signalen/{found.id}"
    return _answer(found, response)


@router.get(
    "/signalen",
    response_model=SignaalLijst,
    summary="Signalen",
    description="Onze eigen signalen met hun matches, de oudste eerst.",
)
async def list_signalen(
    caller: Allowed,
    made: Made,
    part: Part,
    casus_id: Annotated[UUID | None, Query(alias="casusId", description="Alleen signalen van deze casus")] = None,
    status: Annotated[SignaalStatus | None, Query(description="Alleen signalen in deze toestand")] = None,
) -> SignaalLijst:
    """Return signals."""
    found = await handlers.list_signalen(
        made, caller, casus_id=casus_id, status=status, limiet=part.limiet, na=place_of(part), now=made.clock()
    )
    following = encode_cursor(str(found[-1].id)) if len(found) == part.limiet else None
    return SignaalLijst(resultaten=tuple(signaal_uit(one) for one in found), volgende=following)


@router.get(
    "/signalen/{signaalId}",
    response_model=SignaalUit,
    summary="Een signaal lezen",
    description="Met elke poging en elke match. De ETag is nodig om het in te trekken.",
)
async def read_signaal(
    caller: Allowed,
    made: Made,
    signaalId: UUID,  # noqa: N803
    response: Response,
) -> SignaalUit:
    """Return one signal with its version."""
    return _answer(await handlers.read_signaal(made, caller, signaalId, now=made.clock()), response)


@router.put(
    "/signalen/{signaalId}/intrekking",
    response_model=SignaalUit,
    summary="Een signaal intrekken",
    description="Haalt het signaal uit de index. `afgemeldOp` zegt wanneer de index dat bevestigde.",
)
async def put_signaal_intrekking(  # noqa: PLR0913, dependencies of the route
    *,
    caller: Allowed,
    made: Made,
    signaalId: UUID,  # noqa: N803
    body: IntrekkingIn,
    response: Response,
    seen: Annotated[str | None, Header(alias="If-Match", description="De ETag van de versie die u zag")] = None,
) -> SignaalUit:
    """Take a signal back."""
    found = await handlers.withdraw_signaal(
        made, caller, signaalId, reden=body.reden, gezien=if_match(seen), now=made.clock()
    )
    return _answer(found, response)
