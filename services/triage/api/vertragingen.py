"""The doors of why a step is late: of a dienst, and of a veiligheidsbeoordeling."""

from uuid import UUID

from fastapi import Request, Response
from starlette.responses import JSONResponse

from services.triage.api.common import POST, Key, Made, as_json
from services.triage.domain.onderzoek import Vertraging
from services.triage.handlers import vertragingen as handlers
from services.triage.handlers.common import Once
from services.triage.schemas.vertragingen import BeoordelingVertragingIn, VertragingenOut, VertragingIn, VertragingOut
from shared.web.access import Allowed
from shared.web.app import room_router
from shared.web.idempotency import Answer, attempt_of

router = room_router("Vertragingen")

_EXPLAINS = (
    "Voor of na het einde van de termijn, en zo vaak als nodig: de nieuwste geldt. Het verklaart, en houdt geen stap "
    "en geen klok tegen. Hetzelfde nog eens verandert niets."
)


@router.post(
    "/diensten/{dienstId}/vertragingen",
    summary="Leg vast waarom een dienst te laat is of wordt",
    description=_EXPLAINS,
    status_code=201,
    response_model=VertragingOut,
    responses=POST,
)
async def record_dienst_vertraging(  # noqa: PLR0913, what FastAPI injects
    *,
    dienstId: UUID,  # noqa: N803, the name on the wire
    body: VertragingIn,
    made: Made,
    caller: Allowed,
    key: Key,
    request: Request,
) -> Response:
    """Explain why a dienst is late."""
    attempt = attempt_of(request, key, client=caller.client_id, vault=made.vault)
    once: Once[Vertraging] = Once(attempt, lambda one: as_json(VertragingOut.of(one)))
    return _created(await handlers.record_of_dienst(made, caller, dienstId, body.to_domain(), once))


@router.get(
    "/diensten/{dienstId}/vertragingen",
    summary="Waarom een dienst te laat is",
    description="Alles wat daarover is vastgelegd, en of het nog onverklaard is.",
)
async def list_dienst_vertragingen(
    dienstId: UUID,  # noqa: N803, the name on the wire
    made: Made,
    caller: Allowed,
) -> VertragingenOut:
    """Show why a dienst is late."""
    return VertragingenOut.of(await handlers.list_of_dienst(made, caller, dienstId))


@router.post(
    "/veiligheidsbeoordelingen/{meldingId}/vertragingen",
    summary="Leg vast waarom een veiligheidsbeoordeling te laat is of wordt",
    description=_EXPLAINS,
    status_code=201,
    response_model=VertragingOut,
    responses=POST,
)
async def record_beoordeling_vertraging(  # noqa: PLR0913, what FastAPI injects
    *,
    meldingId: UUID,  # noqa: N803, the name on the wire
    body: BeoordelingVertragingIn,
    made: Made,
    caller: Allowed,
    key: Key,
    request: Request,
) -> Response:
    """Explain why the acuutcheck or the veiligheidsbeoordeling is late."""
    attempt = attempt_of(request, key, client=caller.client_id, vault=made.vault)
    once: Once[Vertraging] = Once(attempt, lambda one: as_json(VertragingOut.of(one)))
    answer = await handlers.record_of_dossier(made, caller, meldingId, body.soort, body.to_domain(), once)
    return _created(answer)


@router.get(
    "/veiligheidsbeoordelingen/{meldingId}/vertragingen",
    summary="Waarom een veiligheidsbeoordeling te laat is",
    description="Alles wat daarover is vastgelegd, en welke termijn te laat en nog onverklaard is.",
)
async def list_beoordeling_vertragingen(
    meldingId: UUID,  # noqa: N803, the name on the wire
    made: Made,
    caller: Allowed,
) -> VertragingenOut:
    """Show why the veiligheidsbeoordeling of a melding is late."""
    return VertragingenOut.of(await handlers.list_of_dossier(made, caller, meldingId))


@router.get(
    "/vertragingen/{vertragingId}",
    summary="Een vertraging",
    description="Een verklaring van een dienst of van een veiligheidsbeoordeling, zoals zij is vastgelegd.",
)
async def read_vertraging(
    vertragingId: UUID,  # noqa: N803, the name on the wire
    made: Made,
    caller: Allowed,
) -> VertragingOut:
    """Show one explanation."""
    return VertragingOut.of(await handlers.read_vertraging(made, caller, vertragingId))


def _created(answer: Answer) -> Response:
    location = f"/v1/vertragingen/{answer.body['id']}"
    return JSONResponse(answer.body, status_code=answer.status, headers={"Location": location})
