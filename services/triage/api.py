"""The routes of triage: thin, each with the roles that it lets in."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Header, Query, Request, Response
from starlette.responses import JSONResponse

from services.triage import handlers
from services.triage.domain.dienst import Contact, Veiligheidsvoorwaarde
from services.triage.domain.dossier import Handeling
from services.triage.domain.voorraad import Stap
from services.triage.handlers import Once
from services.triage.schemas import (
    AcuutcheckIn,
    BesluitIn,
    ConclusieIn,
    ContactIn,
    ContactOut,
    DienstenOut,
    DienstItemOut,
    DienstOut,
    HandelingIn,
    HandelingOut,
    VeiligheidsbeoordelingOut,
    VeiligheidsvoorwaardeIn,
    VeiligheidsvoorwaardeOut,
    WerkItemOut,
    WerkvoorraadOut,
)
from shared.errors import InvalidInputError, NotFoundError
from shared.rules.codes import Rol
from shared.web.app import Resources, resources, room_router
from shared.web.auth import VT, Allow, Caller
from shared.web.client import PURPOSE_HEADER
from shared.web.etag import etag_of, if_match
from shared.web.idempotency import Answer, attempt_of, idempotency_key
from shared.web.pages import Page, encode_cursor, page
from shared.web.problems import MEDIA_TYPE, TITLES
from shared.web.schema import GemeenteCode, Schema

werkvoorraad = room_router("Werkvoorraad")
beoordelingen = room_router("Veiligheidsbeoordelingen")
diensten = room_router("Diensten")
ROUTERS = (werkvoorraad, beoordelingen, diensten)

Made = Annotated[Resources, Depends(resources)]
Vt = Annotated[Caller, Depends(Allow(*VT))]
VtOrRoom = Annotated[Caller, Depends(Allow(*VT, Rol.SYSTEEM))]
# Read in the route and not as a dependency: what is wrong with the body is told first (400 before 428).
Seen = Annotated[str | None, Header(alias="If-Match", description="De ETag van de versie die u zag")]
Key = Annotated[str | None, Depends(idempotency_key)]
Part = Annotated[Page, Depends(page)]
MeldingId = UUID
DienstId = UUID

_PURPOSE_MAX = 200
_PROBLEM = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Probleem"}}}
_ETAG = {"ETag": {"description": "De versie, voor If-Match", "schema": {"type": "string"}}}
_READ: dict[int | str, dict[str, Any]] = {200: {"headers": _ETAG}}
_PUT: dict[int | str, dict[str, Any]] = {
    **_READ,
    **{status: {"description": TITLES[status], "content": _PROBLEM} for status in (412, 428)},
}
_POST: dict[int | str, dict[str, Any]] = {
    201: {"headers": {"Location": {"description": "Waar dit te lezen is", "schema": {"type": "string"}}}}
}


def purpose(
    caller: VtOrRoom,
    header: Annotated[
        str | None,
        Header(
            alias=PURPOSE_HEADER,
            max_length=_PURPOSE_MAX,
            pattern=r"^[ -~]+$",
            description="Waarvoor de gegevens nodig zijn; een andere afdeling moet het noemen",
        ),
    ] = None,
) -> str:
    """Return for which purpose personal data is read: Veilig Thuis has its own, a room must say it."""
    if header:
        return header
    if caller.rol is Rol.SYSTEEM:
        raise InvalidInputError(f"Noem in {PURPOSE_HEADER} waarvoor de gegevens nodig zijn.")
    return "behandeling"


Doel = Annotated[str, Depends(purpose)]


# --- werkvoorraad ------------------------------------------------------------------------------------------------


@werkvoorraad.get(
    "/werkvoorraad",
    summary="Wat er te doen is",
    description=(
        "Open werk, het dringendste bovenaan. Elk item zegt waarom het daar staat. Te laat is een vlag en houdt "
        "niets tegen."
    ),
)
async def list_werkvoorraad(
    made: Made,
    _: Vt,
    part: Part,
    gemeente_code: Annotated[GemeenteCode | None, Query(alias="gemeenteCode")] = None,
    stap: Annotated[Stap | None, Query(description="Alleen deze stap")] = None,
) -> WerkvoorraadOut:
    """Show open work, the most urgent first."""
    found = await handlers.list_werkvoorraad(
        made, gemeente_code=gemeente_code, stap=stap, after=_place(part), limit=part.limiet + 1
    )
    now, shown = made.clock(), found[: part.limiet]
    last = shown[-1] if len(found) > part.limiet else None
    return WerkvoorraadOut(
        resultaten=tuple(WerkItemOut.of(item, now) for item in shown),
        volgende=encode_cursor(last.werk.urgentie_op, str(last.dossier_id)) if last else None,
    )


# --- veiligheidsbeoordelingen ------------------------------------------------------------------------------------


@beoordelingen.get(
    "/veiligheidsbeoordelingen/{meldingId}",
    summary="De veiligheidsbeoordeling van een melding",
    description="Het jongste dossier van de melding, met de handelingen en een lijst van eerdere dossiers.",
    responses=_READ,
)
async def read_veiligheidsbeoordeling(
    meldingId: MeldingId,  # noqa: N803, the name on the wire
    made: Made,
    caller: VtOrRoom,
    doel: Doel,
    response: Response,
) -> VeiligheidsbeoordelingOut:
    """Show the newest dossier of a melding."""
    return _beoordeling(await handlers.read_dossier(made, caller, meldingId, doel=doel), response)


@beoordelingen.put(
    "/veiligheidsbeoordelingen/{meldingId}/acuutcheck",
    summary="Beantwoord de acute vraag",
    description=(
        "Is het nu acuut onveilig, en wat is er meteen gedaan? Het antwoord kan worden gewijzigd tot het besluit "
        "is genomen. Hetzelfde antwoord nog eens verandert niets."
    ),
    responses=_PUT,
)
async def record_acuutcheck(  # noqa: PLR0913, what FastAPI injects
    *,
    meldingId: MeldingId,  # noqa: N803, the name on the wire
    body: AcuutcheckIn,
    made: Made,
    caller: Vt,
    seen: Seen = None,
    response: Response,
) -> VeiligheidsbeoordelingOut:
    """Answer the acute question."""
    view = await handlers.record_acuutcheck(made, caller, meldingId, body.to_domain(), seen=if_match(seen))
    return _beoordeling(view, response)


@beoordelingen.put(
    "/veiligheidsbeoordelingen/{meldingId}/besluit",
    summary="Neem het besluit",
    description=(
        "Een van de twaalf uitkomsten. Daaruit volgt of Veilig Thuis zelf een dienst start, wie de overdracht krijgt "
        "en welke statuscode de melder hoort. Hetzelfde besluit nog eens verandert niets."
    ),
    responses=_PUT,
)
async def record_besluit(  # noqa: PLR0913, what FastAPI injects
    *,
    meldingId: MeldingId,  # noqa: N803, the name on the wire
    body: BesluitIn,
    made: Made,
    caller: Vt,
    seen: Seen = None,
    response: Response,
) -> VeiligheidsbeoordelingOut:
    """Take the besluit."""
    view = await handlers.record_besluit(made, caller, meldingId, body.to_domain(), seen=if_match(seen))
    return _beoordeling(view, response)


@beoordelingen.post(
    "/veiligheidsbeoordelingen/{meldingId}/handelingen",
    summary="Leg een handeling vast",
    description=(
        "Betrokkenen geïnformeerd, melder teruggekoppeld, advies bij een huisverbod, einde van een huisverbod, of "
        "handle with care verzonden. Dezelfde soort op hetzelfde tijdstip is één handeling."
    ),
    status_code=201,
    response_model=HandelingOut,
    responses=_POST,
)
async def record_handeling(  # noqa: PLR0913, what FastAPI injects
    *,
    meldingId: MeldingId,  # noqa: N803, the name on the wire
    body: HandelingIn,
    made: Made,
    caller: Vt,
    key: Key,
    request: Request,
) -> Response:
    """Note an act that stops a clock."""
    attempt = attempt_of(request, key, client=caller.client_id, vault=made.vault)
    once: Once[Handeling] = Once(attempt, lambda one: _json(HandelingOut.of(one)))
    return _created(await handlers.record_handeling(made, caller, meldingId, body.to_domain(), once), request)


@beoordelingen.get(
    "/veiligheidsbeoordelingen/{meldingId}/handelingen/{handelingId}",
    summary="Een handeling",
    description="Een handeling zoals zij is vastgelegd.",
)
async def read_handeling(
    meldingId: MeldingId,  # noqa: N803, the name on the wire
    handelingId: UUID,  # noqa: N803, the name on the wire
    made: Made,
    caller: VtOrRoom,
    doel: Doel,
) -> HandelingOut:
    """Show one handeling."""
    view = await handlers.read_dossier(made, caller, meldingId, doel=doel)
    for one in view.handelingen:
        if one.id == handelingId:
            return HandelingOut.of(one)
    raise NotFoundError("Deze handeling is er niet.")


# --- diensten ----------------------------------------------------------------------------------------------------


@diensten.get(
    "/diensten",
    summary="De diensten van een casus",
    description="Wat Veilig Thuis zelf oppakte, in de volgorde waarin het begon. Zonder `casusId` van alle casussen.",
)
async def list_diensten(
    made: Made,
    caller: VtOrRoom,
    doel: Doel,
    part: Part,
    casus_id: Annotated[UUID | None, Query(alias="casusId")] = None,
) -> DienstenOut:
    """Show diensten in the order in which they started."""
    found = await handlers.list_diensten(
        made, caller, casus_id=casus_id, after=_place(part), limit=part.limiet + 1, doel=doel
    )
    now, shown = made.clock(), found[: part.limiet]
    last = shown[-1] if len(found) > part.limiet else None
    return DienstenOut(
        resultaten=tuple(DienstItemOut.of(one, now) for one in shown),
        volgende=encode_cursor(last.gestart_op, str(last.id)) if last else None,
    )


@diensten.get(
    "/diensten/{dienstId}",
    summary="Een dienst",
    description="Een dienst met zijn contacten, veiligheidsvoorwaarden en conclusie.",
    responses=_READ,
)
async def read_dienst(
    dienstId: DienstId,  # noqa: N803, the name on the wire
    made: Made,
    caller: VtOrRoom,
    doel: Doel,
    response: Response,
) -> DienstOut:
    """Show one dienst."""
    return _dienst(await handlers.read_dienst(made, caller, dienstId, doel=doel), response)


@diensten.post(
    "/diensten/{dienstId}/contacten",
    summary="Leg een contact vast",
    description="Een gesprek of een poging daartoe; met wie staat er als rol, nooit als naam.",
    status_code=201,
    response_model=ContactOut,
    responses=_POST,
)
async def record_contact(  # noqa: PLR0913, what FastAPI injects
    *,
    dienstId: DienstId,  # noqa: N803, the name on the wire
    body: ContactIn,
    made: Made,
    caller: Vt,
    key: Key,
    request: Request,
) -> Response:
    """Note a talk, or an attempt."""
    attempt = attempt_of(request, key, client=caller.client_id, vault=made.vault)
    once: Once[Contact] = Once(attempt, lambda one: _json(ContactOut.of(one)))
    return _created(await handlers.record_contact(made, caller, dienstId, body.to_domain(), once), request)


@diensten.get(
    "/diensten/{dienstId}/contacten/{contactId}",
    summary="Een contact",
    description="Een contact zoals het is vastgelegd.",
)
async def read_contact(
    dienstId: DienstId,  # noqa: N803, the name on the wire
    contactId: UUID,  # noqa: N803, the name on the wire
    made: Made,
    caller: VtOrRoom,
    doel: Doel,
) -> ContactOut:
    """Show one contact."""
    view = await handlers.read_dienst(made, caller, dienstId, doel=doel)
    for one in view.contacten:
        if one.id == contactId:
            return ContactOut.of(one)
    raise NotFoundError("Dit contact is er niet.")


@diensten.post(
    "/diensten/{dienstId}/veiligheidsvoorwaarden",
    summary="Stel een veiligheidsvoorwaarde",
    description=(
        "Wat er ten minste moet gebeuren om het direct veilig te maken, wie ervoor zorgt, en hoe en wanneer dat wordt "
        "nagegaan. De dienst krijgt een nieuwe versie."
    ),
    status_code=201,
    response_model=VeiligheidsvoorwaardeOut,
    responses=_POST,
)
async def record_veiligheidsvoorwaarde(  # noqa: PLR0913, what FastAPI injects
    *,
    dienstId: DienstId,  # noqa: N803, the name on the wire
    body: VeiligheidsvoorwaardeIn,
    made: Made,
    caller: Vt,
    key: Key,
    request: Request,
) -> Response:
    """Set a veiligheidsvoorwaarde."""
    attempt = attempt_of(request, key, client=caller.client_id, vault=made.vault)
    once: Once[Veiligheidsvoorwaarde] = Once(attempt, lambda one: _json(VeiligheidsvoorwaardeOut.of(one)))
    return _created(await handlers.record_voorwaarde(made, caller, dienstId, body.to_domain(), once), request)


@diensten.get(
    "/diensten/{dienstId}/veiligheidsvoorwaarden/{voorwaardeId}",
    summary="Een veiligheidsvoorwaarde",
    description="Een veiligheidsvoorwaarde zoals zij is gesteld.",
)
async def read_veiligheidsvoorwaarde(
    dienstId: DienstId,  # noqa: N803, the name on the wire
    voorwaardeId: UUID,  # noqa: N803, the name on the wire
    made: Made,
    caller: VtOrRoom,
    doel: Doel,
) -> VeiligheidsvoorwaardeOut:
    """Show one veiligheidsvoorwaarde."""
    view = await handlers.read_dienst(made, caller, dienstId, doel=doel)
    for one in view.voorwaarden:
        if one.id == voorwaardeId:
            return VeiligheidsvoorwaardeOut.of(one)
    raise NotFoundError("Deze veiligheidsvoorwaarde is er niet.")


@diensten.put(
    "/diensten/{dienstId}/conclusie",
    summary="Trek de conclusie",
    description=(
        "De dienst eindigt: bevestigd, niet bevestigd, weerlegd, of met vastgestelde voorwaarden. Daaruit volgt wie "
        "de overdracht krijgt. Dezelfde conclusie nog eens verandert niets."
    ),
    responses=_PUT,
)
async def record_conclusie(  # noqa: PLR0913, what FastAPI injects
    *,
    dienstId: DienstId,  # noqa: N803, the name on the wire
    body: ConclusieIn,
    made: Made,
    caller: Vt,
    seen: Seen = None,
    response: Response,
) -> DienstOut:
    """Draw the conclusie of a dienst."""
    view = await handlers.record_conclusie(made, caller, dienstId, body.to_domain(), seen=if_match(seen))
    return _dienst(view, response)


# --- answers -----------------------------------------------------------------------------------------------------


def _beoordeling(view: handlers.DossierView, response: Response) -> VeiligheidsbeoordelingOut:
    response.headers["ETag"] = etag_of(view.dossier.versie)
    return VeiligheidsbeoordelingOut.of(view)


def _dienst(view: handlers.DienstView, response: Response) -> DienstOut:
    response.headers["ETag"] = etag_of(view.dienst.versie)
    return DienstOut.of_view(view)


def _json(shown: Schema) -> dict[str, Any]:
    return shown.model_dump(mode="json", by_alias=True)


def _created(answer: Answer, request: Request) -> Response:
    location = f"{request.url.path}/{answer.body['id']}"
    return JSONResponse(answer.body, status_code=answer.status, headers={"Location": location})


def _place(part: Page) -> tuple[datetime, UUID] | None:
    """Return the place in a list behind a cursor; raises ``InvalidInputError`` when it is none of this list."""
    if part.na is None:
        return None
    try:
        moment, row_id = part.na
        place = datetime.fromisoformat(moment), UUID(row_id)
    except (ValueError, TypeError, AttributeError):
        raise InvalidInputError("`na` is geen plaats in deze lijst.") from None
    if place[0].tzinfo is None:
        raise InvalidInputError("`na` is geen plaats in deze lijst.")
    return place
