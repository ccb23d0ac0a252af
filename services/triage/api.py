"""The routes of triage: thin; whom they let in stands in the policy."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Header, Query, Request, Response
from starlette.responses import JSONResponse

from services.triage.domain.dienst import Contact, Veiligheidsvoorwaarde
from services.triage.domain.dossier import Handeling
from services.triage.domain.voorraad import Stap
from services.triage.handlers import dienst as dienst_handlers
from services.triage.handlers import dossier as dossier_handlers
from services.triage.handlers import reading
from services.triage.handlers.common import Once
from services.triage.handlers.dossierdeel import load_dossierdelen
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
from shared.web.access import Allowed
from shared.web.app import Resources, resources, room_router
from shared.web.dossierdeel import dossier_router
from shared.web.etag import etag_of, if_match
from shared.web.idempotency import Answer, attempt_of, idempotency_key
from shared.web.pages import Page, encode_cursor, page, time_place
from shared.web.problems import MEDIA_TYPE, TITLES
from shared.web.schema import GemeenteCode, Schema

werkvoorraad = room_router("Werkvoorraad")
beoordelingen = room_router("Veiligheidsbeoordelingen")
diensten = room_router("Diensten")
ROUTERS = (werkvoorraad, beoordelingen, diensten, dossier_router(load_dossierdelen))

Made = Annotated[Resources, Depends(resources)]
# Read in the route and not as a dependency: what is wrong with the body is told first (400 before 428).
Seen = Annotated[str | None, Header(alias="If-Match", description="De ETag van de versie die u zag")]
Key = Annotated[str | None, Depends(idempotency_key)]
Part = Annotated[Page, Depends(page)]
MeldingId = UUID
DienstId = UUID

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
    _: Allowed,
    part: Part,
    gemeente_code: Annotated[GemeenteCode | None, Query(alias="gemeenteCode")] = None,
    stap: Annotated[Stap | None, Query(description="Alleen deze stap")] = None,
) -> WerkvoorraadOut:
    """Show open work, the most urgent first."""
    found = await reading.list_werkvoorraad(
        made, gemeente_code=gemeente_code, stap=stap, after=time_place(part), limit=part.limiet + 1
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
    caller: Allowed,
    response: Response,
) -> VeiligheidsbeoordelingOut:
    """Show the newest dossier of a melding."""
    return _beoordeling(await reading.read_dossier(made, caller, meldingId), response)


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
    caller: Allowed,
    seen: Seen = None,
    response: Response,
) -> VeiligheidsbeoordelingOut:
    """Answer the acute question."""
    view = await dossier_handlers.record_acuutcheck(made, caller, meldingId, body.to_domain(), seen=if_match(seen))
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
    caller: Allowed,
    seen: Seen = None,
    response: Response,
) -> VeiligheidsbeoordelingOut:
    """Take the besluit."""
    view = await dossier_handlers.record_besluit(made, caller, meldingId, body.to_domain(), seen=if_match(seen))
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
    caller: Allowed,
    key: Key,
    request: Request,
) -> Response:
    """Note an act that stops a clock."""
    attempt = attempt_of(request, key, client=caller.client_id, vault=made.vault)
    once: Once[Handeling] = Once(attempt, lambda one: _json(HandelingOut.of(one)))
    return _created(await dossier_handlers.record_handeling(made, caller, meldingId, body.to_domain(), once), request)


@beoordelingen.get(
    "/veiligheidsbeoordelingen/{meldingId}/handelingen/{handelingId}",
    summary="Een handeling",
    description="Een handeling zoals zij is vastgelegd.",
)
async def read_handeling(
    meldingId: MeldingId,  # noqa: N803, the name on the wire
    handelingId: UUID,  # noqa: N803, the name on the wire
    made: Made,
    caller: Allowed,
) -> HandelingOut:
    """Show one handeling."""
    return HandelingOut.of(await reading.read_handeling(made, caller, meldingId, handelingId))


# --- diensten ----------------------------------------------------------------------------------------------------


@diensten.get(
    "/diensten",
    summary="De diensten van een casus",
    description="Wat Veilig Thuis zelf oppakte, in de volgorde waarin het begon. Zonder `casusId` van alle casussen.",
)
async def list_diensten(
    made: Made,
    caller: Allowed,
    part: Part,
    casus_id: Annotated[UUID | None, Query(alias="casusId")] = None,
) -> DienstenOut:
    """Show diensten in the order in which they started."""
    found = await reading.list_diensten(made, caller, casus_id=casus_id, after=time_place(part), limit=part.limiet + 1)
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
    caller: Allowed,
    response: Response,
) -> DienstOut:
    """Show one dienst."""
    return _dienst(await reading.read_dienst(made, caller, dienstId), response)


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
    caller: Allowed,
    key: Key,
    request: Request,
) -> Response:
    """Note a talk, or an attempt."""
    attempt = attempt_of(request, key, client=caller.client_id, vault=made.vault)
    once: Once[Contact] = Once(attempt, lambda one: _json(ContactOut.of(one)))
    return _created(await dienst_handlers.record_contact(made, caller, dienstId, body.to_domain(), once), request)


@diensten.get(
    "/diensten/{dienstId}/contacten/{contactId}",
    summary="Een contact",
    description="Een contact zoals het is vastgelegd.",
)
async def read_contact(
    dienstId: DienstId,  # noqa: N803, the name on the wire
    contactId: UUID,  # noqa: N803, the name on the wire
    made: Made,
    caller: Allowed,
) -> ContactOut:
    """Show one contact."""
    return ContactOut.of(await reading.read_contact(made, caller, dienstId, contactId))


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
    caller: Allowed,
    key: Key,
    request: Request,
) -> Response:
    """Set a veiligheidsvoorwaarde."""
    attempt = attempt_of(request, key, client=caller.client_id, vault=made.vault)
    once: Once[Veiligheidsvoorwaarde] = Once(attempt, lambda one: _json(VeiligheidsvoorwaardeOut.of(one)))
    return _created(await dienst_handlers.record_voorwaarde(made, caller, dienstId, body.to_domain(), once), request)


@diensten.get(
    "/diensten/{dienstId}/veiligheidsvoorwaarden/{voorwaardeId}",
    summary="Een veiligheidsvoorwaarde",
    description="Een veiligheidsvoorwaarde zoals zij is gesteld.",
)
async def read_veiligheidsvoorwaarde(
    dienstId: DienstId,  # noqa: N803, the name on the wire
    voorwaardeId: UUID,  # noqa: N803, the name on the wire
    made: Made,
    caller: Allowed,
) -> VeiligheidsvoorwaardeOut:
    """Show one veiligheidsvoorwaarde."""
    return VeiligheidsvoorwaardeOut.of(await reading.read_voorwaarde(made, caller, dienstId, voorwaardeId))


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
    caller: Allowed,
    seen: Seen = None,
    response: Response,
) -> DienstOut:
    """Draw the conclusie of a dienst."""
    view = await dienst_handlers.record_conclusie(made, caller, dienstId, body.to_domain(), seen=if_match(seen))
    return _dienst(view, response)


# --- answers -----------------------------------------------------------------------------------------------------


def _beoordeling(view: reading.DossierView, response: Response) -> VeiligheidsbeoordelingOut:
    response.headers["ETag"] = etag_of(view.file.dossier.versie)
    return VeiligheidsbeoordelingOut.of(view)


def _dienst(view: reading.DienstView, response: Response) -> DienstOut:
    response.headers["ETag"] = etag_of(view.file.dienst.versie)
    return DienstOut.of_view(view)


def _json(shown: Schema) -> dict[str, Any]:
    return shown.model_dump(mode="json", by_alias=True)


def _created(answer: Answer, request: Request) -> Response:
    location = f"{request.url.path}/{answer.body['id']}"
    return JSONResponse(answer.body, status_code=answer.status, headers={"Location": location})
