"""The doors of what is done in a dienst to find out: plan, informants, findings, omzetting and the offer to destroy."""

from uuid import UUID

from fastapi import Request, Response
from starlette.responses import JSONResponse

from services.triage.api.common import POST, PUT, READ, Key, Made, Seen, as_json, created
from services.triage.api.diensten import shown
from services.triage.domain.onderzoek import Aanbod, Bevinding, Informant
from services.triage.handlers import onderzoek as handlers
from services.triage.handlers.common import Once
from services.triage.handlers.reading import DienstView
from services.triage.schemas.dienst import DienstOut
from services.triage.schemas.onderzoek import (
    BevestigingIn,
    BevindingIn,
    BevindingOut,
    BevindingWijzigingIn,
    InformantIn,
    InformantOut,
    OmzettingIn,
    PlanIn,
    PlannenOut,
    VernietigingsaanbiedingIn,
    VernietigingsaanbiedingOut,
)
from shared.web.access import Allowed
from shared.web.app import room_router
from shared.web.etag import etag_of, if_match
from shared.web.idempotency import attempt_of

router = room_router("Diensten")


@router.put(
    "/diensten/{dienstId}/plan",
    summary="Stel het plan van een dienst op",
    description=(
        "Wat moet worden uitgezocht, wie wordt gesproken, welke informanten worden gevraagd, wanneer, en wie ervoor "
        "zorgt. Eerdere versies blijven. De dienst krijgt een nieuwe versie; hetzelfde plan nog eens verandert niets."
    ),
    responses=PUT,
)
async def record_plan(  # noqa: PLR0913, what FastAPI injects
    *,
    dienstId: UUID,  # noqa: N803, the name on the wire
    body: PlanIn,
    made: Made,
    caller: Allowed,
    seen: Seen = None,
    response: Response,
) -> DienstOut:
    """Draw up the plan of a dienst."""
    return shown(await handlers.record_plan(made, caller, dienstId, body.to_domain(), seen=if_match(seen)), response)


@router.get(
    "/diensten/{dienstId}/plan",
    summary="Het plan van een dienst",
    description="Het plan dat geldt, met de eerdere versies. De ETag is die van de dienst.",
    responses=READ,
)
async def read_plan(
    dienstId: UUID,  # noqa: N803, the name on the wire
    made: Made,
    caller: Allowed,
    response: Response,
) -> PlannenOut:
    """Show the plan of a dienst and what it was before."""
    dienst, plannen = await handlers.read_plannen(made, caller, dienstId)
    response.headers["ETag"] = etag_of(dienst.versie)
    return PlannenOut.of(plannen)


@router.post(
    "/diensten/{dienstId}/informanten",
    summary="Leg vast wat een informant vertelde",
    description=(
        "Met toestemming van de betrokkenen, of met de motivering waarom zonder: Veilig Thuis mag dat voor zijn "
        "wettelijke taak. Een informant krijgt geen terugkoppeling."
    ),
    status_code=201,
    response_model=InformantOut,
    responses=POST,
)
async def record_informant(  # noqa: PLR0913, what FastAPI injects
    *,
    dienstId: UUID,  # noqa: N803, the name on the wire
    body: InformantIn,
    made: Made,
    caller: Allowed,
    key: Key,
    request: Request,
) -> Response:
    """Note what an informant told."""
    attempt = attempt_of(request, key, client=caller.client_id, vault=made.vault)
    once: Once[Informant] = Once(attempt, lambda one: as_json(InformantOut.of(one)))
    return created(await handlers.record_informant(made, caller, dienstId, body.to_domain(), once), request)


@router.get(
    "/diensten/{dienstId}/informanten/{informantId}",
    summary="Een informant",
    description="Wie iets vertelde en wat. De ETag is nodig om vast te leggen of hij zijn woorden bevestigt.",
    responses=READ,
)
async def read_informant(
    dienstId: UUID,  # noqa: N803, the name on the wire
    informantId: UUID,  # noqa: N803, the name on the wire
    made: Made,
    caller: Allowed,
    response: Response,
) -> InformantOut:
    """Show one informant."""
    return _informant(await handlers.read_informant(made, caller, dienstId, informantId), response)


@router.put(
    "/diensten/{dienstId}/informanten/{informantId}/bevestiging",
    summary="Leg vast of een informant zijn woorden bevestigt",
    description="Ja, nee of niet gevraagd; tot de dienst eindigt.",
    responses=PUT,
)
async def record_informant_bevestiging(  # noqa: PLR0913, what FastAPI injects
    *,
    dienstId: UUID,  # noqa: N803, the name on the wire
    informantId: UUID,  # noqa: N803, the name on the wire
    body: BevestigingIn,
    made: Made,
    caller: Allowed,
    seen: Seen = None,
    response: Response,
) -> InformantOut:
    """Note whether an informant confirmed his words."""
    found = await handlers.record_bevestiging(made, caller, dienstId, informantId, body.bevestigd, seen=if_match(seen))
    return _informant(found, response)


def _informant(informant: Informant, response: Response) -> InformantOut:
    response.headers["ETag"] = etag_of(informant.versie)
    return InformantOut.of(informant)


@router.post(
    "/diensten/{dienstId}/bevindingen",
    summary="Leg een bevinding vast",
    description=(
        "Per persoon en vermoeden één: bevestigd, niet bevestigd of weerlegd, en waarop dat rust. De dienst krijgt een "
        "nieuwe versie. Dezelfde bevinding nog eens verandert niets; een andere wijzigt de eerste."
    ),
    status_code=201,
    response_model=BevindingOut,
    responses=POST,
)
async def record_bevinding(  # noqa: PLR0913, what FastAPI injects
    *,
    dienstId: UUID,  # noqa: N803, the name on the wire
    body: BevindingIn,
    made: Made,
    caller: Allowed,
    key: Key,
    request: Request,
) -> Response:
    """Note what was found."""
    attempt = attempt_of(request, key, client=caller.client_id, vault=made.vault)
    once: Once[Bevinding] = Once(attempt, lambda one: as_json(BevindingOut.of(one)))
    answer = await handlers.record_bevinding(
        made, caller, dienstId, body.to_vermoeden(), body.oordeel, body.onderbouwing, once
    )
    return created(answer, request)


@router.get(
    "/diensten/{dienstId}/bevindingen/{bevindingId}",
    summary="Een bevinding",
    description="Wat over een vermoeden bij een persoon is gevonden. De ETag is nodig om haar te wijzigen.",
    responses=READ,
)
async def read_bevinding(
    dienstId: UUID,  # noqa: N803, the name on the wire
    bevindingId: UUID,  # noqa: N803, the name on the wire
    made: Made,
    caller: Allowed,
    response: Response,
) -> BevindingOut:
    """Show one finding."""
    return _bevinding(await handlers.read_bevinding(made, caller, dienstId, bevindingId), response)


@router.put(
    "/diensten/{dienstId}/bevindingen/{bevindingId}",
    summary="Wijzig een bevinding",
    description="Een ander oordeel of een andere onderbouwing; tot de conclusie is getrokken.",
    responses=PUT,
)
async def revise_bevinding(  # noqa: PLR0913, what FastAPI injects
    *,
    dienstId: UUID,  # noqa: N803, the name on the wire
    bevindingId: UUID,  # noqa: N803, the name on the wire
    body: BevindingWijzigingIn,
    made: Made,
    caller: Allowed,
    seen: Seen = None,
    response: Response,
) -> BevindingOut:
    """Judge a suspicion anew."""
    found = await handlers.revise_bevinding(
        made,
        caller,
        dienstId,
        bevindingId,
        oordeel=body.oordeel,
        onderbouwing=body.onderbouwing,
        seen=if_match(seen),
    )
    return _bevinding(found, response)


def _bevinding(bevinding: Bevinding, response: Response) -> BevindingOut:
    response.headers["ETag"] = etag_of(bevinding.versie)
    return BevindingOut.of(bevinding)


@router.post(
    "/diensten/{dienstId}/omzetting",
    summary="Zet voorwaarden en vervolg om in een onderzoek",
    description=(
        "Het antwoord is het onderzoek. De tien weken lopen door en worden nooit langer; contacten en voorwaarden "
        "blijven te lezen via `vorigeDienstId`."
    ),
    status_code=201,
    response_model=DienstOut,
    responses=POST,
)
async def record_omzetting(  # noqa: PLR0913, what FastAPI injects
    *,
    dienstId: UUID,  # noqa: N803, the name on the wire
    body: OmzettingIn,
    made: Made,
    caller: Allowed,
    key: Key,
    request: Request,
) -> Response:
    """Let voorwaarden en vervolg go on as an onderzoek."""
    attempt = attempt_of(request, key, client=caller.client_id, vault=made.vault)
    once: Once[DienstView] = Once(attempt, lambda one: as_json(DienstOut.of_view(one)))
    answer = await handlers.record_omzetting(made, caller, dienstId, body.to_domain(), once)
    location = f"/v1/diensten/{answer.body['id']}"
    return JSONResponse(answer.body, status_code=answer.status, headers={"Location": location})


@router.post(
    "/diensten/{dienstId}/vernietigingsaanbiedingen",
    summary="Leg vast dat iemand op het recht op vernietiging is gewezen",
    description="Alleen na de conclusie `weerlegd`. Wie, wanneer en hoe; dezelfde nog eens verandert niets.",
    status_code=201,
    response_model=VernietigingsaanbiedingOut,
    responses=POST,
)
async def record_vernietigingsaanbieding(  # noqa: PLR0913, what FastAPI injects
    *,
    dienstId: UUID,  # noqa: N803, the name on the wire
    body: VernietigingsaanbiedingIn,
    made: Made,
    caller: Allowed,
    key: Key,
    request: Request,
) -> Response:
    """Note that somebody was pointed to his right."""
    attempt = attempt_of(request, key, client=caller.client_id, vault=made.vault)
    once: Once[Aanbod] = Once(attempt, lambda one: as_json(VernietigingsaanbiedingOut.of(one)))
    return created(await handlers.record_aanbod(made, caller, dienstId, body.to_domain(), once), request)


@router.get(
    "/diensten/{dienstId}/vernietigingsaanbiedingen/{vernietigingsaanbiedingId}",
    summary="Een aanbod om het dossier te laten vernietigen",
    description="Wie is gewezen op het recht op vernietiging, wanneer en hoe.",
)
async def read_vernietigingsaanbieding(
    dienstId: UUID,  # noqa: N803, the name on the wire
    vernietigingsaanbiedingId: UUID,  # noqa: N803, the name on the wire
    made: Made,
    caller: Allowed,
) -> VernietigingsaanbiedingOut:
    """Show one offer."""
    found = await handlers.read_aanbod(made, caller, dienstId, vernietigingsaanbiedingId)
    return VernietigingsaanbiedingOut.of(found)
