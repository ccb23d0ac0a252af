"""The routes of the organisations that take part in the chain: their contacts, systems and enrolment."""

from typing import Annotated, Any

from fastapi import Depends, Header, Path, Query, Request, Response

from services.handover.api.common import Room
from services.handover.domain.organisaties import Organisatie, OrganisatieStatus
from services.handover.handlers import organisaties as handlers
from services.handover.schemas.organisaties import (
    BeeindigingIn,
    ClientsIn,
    ClientsUit,
    ContactenIn,
    ContactenUit,
    ContactUit,
    OrganisatieIn,
    OrganisatieLijst,
    OrganisatieUit,
    organisatie_uit,
)
from services.handover.settings import HandoverSettings
from shared.errors import InvalidInputError
from shared.settings import Omgeving
from shared.web.access import Allowed
from shared.web.app import room_router
from shared.web.etag import etag_of, if_match
from shared.web.pages import Page, encode_cursor, page

router = room_router("Organisaties")

OrganisatieInPath = Annotated[str, Path(max_length=80, pattern=r"^[a-z0-9][a-z0-9-]*$")]
# Read in the route and not as a dependency: what is wrong with the body is told first (400 before 428).
Seen = Annotated[str | None, Header(alias="If-Match", description="De ETag van de organisatie die u zag")]
AGAIN: dict[int | str, dict[str, Any]] = {200: {"description": "Dit was er al; hetzelfde antwoord nog eens"}}


def tell_change(request: Request, response: Response, after: Organisatie) -> None:
    """Tell the version of an organisation, and let the door ask for it again."""
    request.app.state.after_door.forget(after.organisatie_id)
    tell_version(response, after)


def tell_version(response: Response, found: Organisatie) -> None:
    """Tell the version of an organisation."""
    response.headers["ETag"] = etag_of(found.versie)


@router.get(
    "/organisaties",
    summary="De organisaties die meedoen",
    description=(
        "Op volgorde van organisatieId. Veilig Thuis en de beheerder zien alle organisaties, een ander de eigen. Een "
        "organisatie die hier niet staat, werkt zoals het beleid haar rol toestaat, tenzij inschrijving verplicht is."
    ),
)
async def list_organisaties(
    caller: Allowed,
    room: Room,
    part: Annotated[Page, Depends(page)],
    status: Annotated[OrganisatieStatus | None, Query(description="Alleen organisaties in deze toestand")] = None,
) -> OrganisatieLijst:
    """Return a page of organisations."""
    na = _word_of(part)
    found = await handlers.list_organisaties(room.made, caller, status=status, na=na, limiet=part.limiet + 1)
    shown = found[: part.limiet]
    return OrganisatieLijst(
        resultaten=[organisatie_uit(one) for one in shown],
        volgende=encode_cursor(shown[-1].organisatie_id) if len(found) > part.limiet else None,
    )


def _word_of(part: Page) -> str | None:
    if part.na is None:
        return None
    if len(part.na) != 1 or not isinstance(part.na[0], str) or "\x00" in part.na[0]:
        raise InvalidInputError("`na` is geen plaats in deze lijst.")
    return part.na[0]


@router.post(
    "/organisaties",
    status_code=201,
    responses=AGAIN,
    summary="Voeg een organisatie toe",
    description=(
        "Zij doet pas mee als zij is ingeschreven: leg eerst haar contacten en rechten vast. Dezelfde organisatie nog "
        "eens verandert niets."
    ),
)
async def create_organisatie(
    request: Request, response: Response, caller: Allowed, room: Room, body: OrganisatieIn
) -> OrganisatieUit:
    """Keep a new organisation."""
    settings: HandoverSettings | None = request.app.state.settings
    found, new = await handlers.create_organisatie(
        room.made,
        caller,
        organisatie_id=body.organisatie_id,
        naam=body.naam,
        oin=body.oin,
        test_oin=settings is not None and settings.omgeving is Omgeving.LOKAAL,
    )
    response.status_code = 201 if new else 200
    response.headers["Location"] = f"/v1/organisaties/{found.organisatie_id}"
    tell_change(request, response, found)
    return organisatie_uit(found)


@router.get(
    "/organisaties/{organisatieId}",
    summary="Een organisatie",
    description="Of zij meedoet, en sinds wanneer. De ETag geldt ook voor haar contacten, clients en rechten.",
)
async def read_organisatie(
    response: Response,
    caller: Allowed,
    room: Room,
    organisatieId: OrganisatieInPath,  # noqa: N803, the name in the path
) -> OrganisatieUit:
    """Return one organisation."""
    found = await handlers.read_organisatie(room.made, caller, organisatieId)
    tell_version(response, found)
    return organisatie_uit(found)


@router.get(
    "/organisaties/{organisatieId}/contacten",
    summary="Waar de teams van een organisatie bereikbaar zijn",
    description="Per rol een postvak en zo mogelijk een vast nummer; van niemand zelf.",
)
async def read_contacten(
    response: Response,
    caller: Allowed,
    room: Room,
    organisatieId: OrganisatieInPath,  # noqa: N803, the name in the path
) -> ContactenUit:
    """Return where its teams are reached."""
    found, contacten = await handlers.read_contacten(room.made, caller, organisatieId)
    tell_version(response, found)
    return ContactenUit(
        contacten=[ContactUit.model_validate(one, from_attributes=True) for one in contacten], versie=found.versie
    )


@router.put(
    "/organisaties/{organisatieId}/contacten",
    summary="Leg vast waar de teams van een organisatie bereikbaar zijn",
    description=(
        "De hele lijst: wat er niet meer in staat, vervalt. Een postvak moet zeggen van welk team het is (zoals "
        "`overdracht@`), zodat hier niemand persoonlijk staat."
    ),
)
async def put_contacten(  # noqa: PLR0913, PLR0917, what FastAPI hands over
    request: Request,
    response: Response,
    caller: Allowed,
    room: Room,
    organisatieId: OrganisatieInPath,  # noqa: N803, the name in the path
    body: ContactenIn,
    seen: Seen = None,
) -> ContactenUit:
    """Let these be its contacts."""
    after, contacten = await handlers.put_contacten(
        room.made, caller, organisatieId, body.to_domain(), seen=if_match(seen)
    )
    tell_change(request, response, after)
    return ContactenUit(
        contacten=[ContactUit.model_validate(one, from_attributes=True) for one in contacten], versie=after.versie
    )


@router.get(
    "/organisaties/{organisatieId}/clients",
    summary="Welke systemen voor een organisatie spreken",
    description="De clients van de identiteitsprovider. Staat er een, dan komt geen ander systeem voor haar binnen.",
)
async def read_clients(
    response: Response,
    caller: Allowed,
    room: Room,
    organisatieId: OrganisatieInPath,  # noqa: N803, the name in the path
) -> ClientsUit:
    """Return which systems speak for it."""
    found, clients = await handlers.read_clients(room.made, caller, organisatieId)
    tell_version(response, found)
    return ClientsUit(clients=list(clients), versie=found.versie)


@router.put(
    "/organisaties/{organisatieId}/clients",
    summary="Leg vast welke systemen voor een organisatie spreken",
    description="De hele lijst. Een lege lijst laat elk systeem toe dat een geldig token van deze organisatie heeft.",
)
async def put_clients(  # noqa: PLR0913, PLR0917, what FastAPI hands over
    request: Request,
    response: Response,
    caller: Allowed,
    room: Room,
    organisatieId: OrganisatieInPath,  # noqa: N803, the name in the path
    body: ClientsIn,
    seen: Seen = None,
) -> ClientsUit:
    """Let these speak for it."""
    after, clients = await handlers.put_clients(room.made, caller, organisatieId, body.clients, seen=if_match(seen))
    tell_change(request, response, after)
    return ClientsUit(clients=list(clients), versie=after.versie)


@router.put(
    "/organisaties/{organisatieId}/inschrijving",
    summary="Schrijf een organisatie in",
    description=(
        "Vanaf dat moment heeft zij wat haar rechten zeggen, en niet meer. Er moet een contact voor overdrachten zijn "
        "en een recht dat nog geldt. Een beëindigde organisatie kan opnieuw worden ingeschreven."
    ),
)
async def put_inschrijving(  # noqa: PLR0913, PLR0917, what FastAPI hands over
    request: Request,
    response: Response,
    caller: Allowed,
    room: Room,
    organisatieId: OrganisatieInPath,  # noqa: N803, the name in the path
    seen: Seen = None,
) -> OrganisatieUit:
    """Enrol it."""
    after = await handlers.put_inschrijving(room.made, caller, organisatieId, seen=if_match(seen))
    tell_change(request, response, after)
    return organisatie_uit(after)


@router.put(
    "/organisaties/{organisatieId}/beeindiging",
    summary="Laat een organisatie niet meer meedoen",
    description=(
        "Daarna komt niemand van haar nog binnen. Het kan niet zolang zij overdrachten zonder antwoord heeft, of zicht "
        "op de veiligheid van een casus houdt; het antwoord noemt hoeveel."
    ),
)
async def put_beeindiging(  # noqa: PLR0913, PLR0917, what FastAPI hands over
    request: Request,
    response: Response,
    caller: Allowed,
    room: Room,
    organisatieId: OrganisatieInPath,  # noqa: N803, the name in the path
    body: BeeindigingIn,
    seen: Seen = None,
) -> OrganisatieUit:
    """End it."""
    after = await handlers.put_beeindiging(room.made, caller, organisatieId, reden=body.reden, seen=if_match(seen))
    tell_change(request, response, after)
    return organisatie_uit(after)
