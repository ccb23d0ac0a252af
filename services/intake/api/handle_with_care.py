"""The doors of Handle with Care: the criteria, the list of signals, and what Veilig Thuis decides and does itself."""

from typing import Annotated
from uuid import UUID

from fastapi import Header, Query, Request, Response

from services.intake.api.common import Key, Made, Part, place_of
from services.intake.domain.handle_with_care import HandleWithCareStatus
from services.intake.handlers import handle_with_care as handlers
from services.intake.handlers.handle_with_care import Gelezen
from services.intake.schemas.handle_with_care import (
    HandleWithCareBesluitIn,
    HandleWithCareBevestigingIn,
    HandleWithCareDetail,
    HandleWithCareIn,
    HandleWithCareLijst,
    HandleWithCareToetsLijst,
    HandleWithCareUit,
    signaal_detail,
    signaal_uit,
    toets_uit,
)
from shared.web.access import Allowed
from shared.web.app import Resources, room_router
from shared.web.etag import etag_of, if_match
from shared.web.idempotency import attempt_of
from shared.web.pages import encode_cursor

router = room_router("Handle with Care")

_CREATED = 201


def _answer(found: Gelezen, made: Resources, response: Response) -> HandleWithCareUit:
    response.headers["ETag"] = etag_of(found.signaal.versie)
    return signaal_uit(found, made.rules)


@router.get(
    "/meldingen/{meldingId}/handle-with-care",
    response_model=HandleWithCareToetsLijst,
    summary="Een melding toetsen aan de criteria van handle with care",
    description=(
        "Per persoon elk criterium: voldaan, niet voldaan of onbekend, en waarom. Bij `vanzelf` ging het signaal bij "
        "ontvangst meteen; bij `beoordelen` besluit een medewerker; bij `geen` gaat er geen signaal."
    ),
)
async def read_handle_with_care_toets(
    caller: Allowed,
    made: Made,
    meldingId: UUID,  # noqa: N803
) -> HandleWithCareToetsLijst:
    """Return what the criteria say of each person of a melding."""
    getoetst, signals = await handlers.read_toets(made, caller, meldingId, now=made.clock())
    return HandleWithCareToetsLijst(resultaten=tuple(toets_uit(one, signals.get(one.persoon.id)) for one in getoetst))


@router.get(
    "/handle-with-care-signalen",
    response_model=HandleWithCareLijst,
    summary="Signalen aan scholen",
    description=(
        "De oudste eerst. Wat `te-beoordelen` is wacht op een besluit. Bij `geen-school` en `niet-bevestigd` blijft "
        "het systeem het proberen tot de lessen beginnen; een medewerker kan de school zelf bellen en dat hier "
        "vastleggen."
    ),
)
async def list_handle_with_care(
    caller: Allowed,
    made: Made,
    part: Part,
    status: Annotated[HandleWithCareStatus | None, Query(description="Alleen signalen in deze toestand")] = None,
    casus_id: Annotated[UUID | None, Query(alias="casusId", description="Alleen signalen van deze casus")] = None,
) -> HandleWithCareLijst:
    """Return signals."""
    found = await handlers.list_signalen(
        made, caller, status=status, casus_id=casus_id, limiet=part.limiet, na=place_of(part), now=made.clock()
    )
    following = encode_cursor(str(found[-1].signaal.id)) if len(found) == part.limiet else None
    return HandleWithCareLijst(resultaten=tuple(signaal_uit(one, made.rules) for one in found), volgende=following)


@router.post(
    "/handle-with-care-signalen",
    status_code=_CREATED,
    response_model=HandleWithCareUit,
    summary="Zelf besluiten over handle with care",
    description=(
        "Voor een kind van een melding voor wie niets vanzelf ging: de school alsnog inlichten, of vastleggen dat dat "
        "niet gebeurt. De termijn begint dan nu."
    ),
)
async def create_handle_with_care(  # noqa: PLR0913, PLR0917, dependencies of the route
    caller: Allowed, made: Made, request: Request, key: Key, body: HandleWithCareIn, response: Response
) -> HandleWithCareUit:
    """Decide on a child without being asked."""
    attempt = attempt_of(request, key, client=caller.client_id, vault=made.vault)
    found = await handlers.create_signaal(made, caller, body.to_nieuw(), attempt=attempt, now=made.clock())
    response.headers["Location"] = f"/v1/handle-with-care-signalen/{found.signaal.id}"
    return _answer(found, made, response)


@router.get(
    "/handle-with-care-signalen/{handleWithCareId}",
    response_model=HandleWithCareDetail,
    summary="Een signaal aan een school lezen",
    description="Met de laatste pogingen. De ETag is nodig om erop te besluiten of het zelf te bevestigen.",
)
async def read_handle_with_care(
    caller: Allowed,
    made: Made,
    handleWithCareId: UUID,  # noqa: N803
    response: Response,
) -> HandleWithCareDetail:
    """Return one signal with its version."""
    found = await handlers.read_signaal(made, caller, handleWithCareId, now=made.clock())
    response.headers["ETag"] = etag_of(found.signaal.versie)
    return signaal_detail(found, made.rules)


@router.put(
    "/handle-with-care-signalen/{handleWithCareId}/besluit",
    response_model=HandleWithCareUit,
    summary="Besluiten op een signaal aan een school",
    description=(
        "`bevestigd` zoekt de school (opnieuw) en licht haar in. `geweigerd` kan tot de school het weet. Allebei met "
        "een motivering."
    ),
)
async def put_handle_with_care_besluit(  # noqa: PLR0913, dependencies of the route
    *,
    caller: Allowed,
    made: Made,
    handleWithCareId: UUID,  # noqa: N803
    body: HandleWithCareBesluitIn,
    response: Response,
    seen: Annotated[str | None, Header(alias="If-Match", description="De ETag van de versie die u zag")] = None,
) -> HandleWithCareUit:
    """Decide on a signal."""
    found = await handlers.record_besluit(
        made, caller, handleWithCareId, body.to_domain(), gezien=if_match(seen), now=made.clock()
    )
    return _answer(found, made, response)


@router.put(
    "/handle-with-care-signalen/{handleWithCareId}/bevestiging",
    response_model=HandleWithCareUit,
    summary="Vastleggen dat de school zelf is ingelicht",
    description=(
        "Als het systeem geen school vindt of geen ontvangstbewijs krijgt, belt of mailt een medewerker. Dat geldt als "
        "bewijs en stopt de termijn op `tijdstip`."
    ),
)
async def put_handle_with_care_bevestiging(  # noqa: PLR0913, dependencies of the route
    *,
    caller: Allowed,
    made: Made,
    handleWithCareId: UUID,  # noqa: N803
    body: HandleWithCareBevestigingIn,
    response: Response,
    seen: Annotated[str | None, Header(alias="If-Match", description="De ETag van de versie die u zag")] = None,
) -> HandleWithCareUit:
    """Note that a worker told the school himself."""
    found = await handlers.record_bevestiging(
        made, caller, handleWithCareId, body.to_domain(), gezien=if_match(seen), now=made.clock()
    )
    return _answer(found, made, response)
