"""The doors of the veiligheidsbeoordeling: the acute question, the besluit, and acts that stop a clock."""

from uuid import UUID

from fastapi import Request, Response

from services.triage.api.common import POST, PUT, READ, Key, Made, Seen, as_json, created
from services.triage.domain.dossier import Handeling
from services.triage.handlers import dossier as dossier_handlers
from services.triage.handlers import reading
from services.triage.handlers.common import Once
from services.triage.schemas.beoordeling import (
    AcuutcheckIn,
    HandelingIn,
    HandelingOut,
    VeiligheidsbeoordelingOut,
)
from services.triage.schemas.besluit import BesluitIn
from shared.web.access import Allowed
from shared.web.app import room_router
from shared.web.etag import etag_of, if_match
from shared.web.idempotency import attempt_of

router = room_router("Veiligheidsbeoordelingen")


@router.get(
    "/veiligheidsbeoordelingen/{meldingId}",
    summary="De veiligheidsbeoordeling van een melding",
    description="Het jongste dossier van de melding, met de handelingen en een lijst van eerdere dossiers.",
    responses=READ,
)
async def read_veiligheidsbeoordeling(
    meldingId: UUID,  # noqa: N803, the name on the wire
    made: Made,
    caller: Allowed,
    response: Response,
) -> VeiligheidsbeoordelingOut:
    """Show the newest dossier of a melding."""
    return show_beoordeling(await reading.read_dossier(made, caller, meldingId), response)


@router.put(
    "/veiligheidsbeoordelingen/{meldingId}/acuutcheck",
    summary="Beantwoord de acute vraag",
    description=(
        "Is het nu acuut onveilig, en wat is er meteen gedaan? Het antwoord kan worden gewijzigd tot het besluit "
        "is genomen. Hetzelfde antwoord nog eens verandert niets."
    ),
    responses=PUT,
)
async def record_acuutcheck(  # noqa: PLR0913, what FastAPI injects
    *,
    meldingId: UUID,  # noqa: N803, the name on the wire
    body: AcuutcheckIn,
    made: Made,
    caller: Allowed,
    seen: Seen = None,
    response: Response,
) -> VeiligheidsbeoordelingOut:
    """Answer the acute question."""
    view = await dossier_handlers.record_acuutcheck(made, caller, meldingId, body.to_domain(), seen=if_match(seen))
    return show_beoordeling(view, response)


@router.put(
    "/veiligheidsbeoordelingen/{meldingId}/besluit",
    summary="Neem het besluit",
    description=(
        "Een van de twaalf uitkomsten. Daaruit volgt of Veilig Thuis zelf een dienst start, wie de overdracht krijgt "
        "en welke statuscode de melder hoort. Hetzelfde besluit nog eens verandert niets."
    ),
    responses=PUT,
)
async def record_besluit(  # noqa: PLR0913, what FastAPI injects
    *,
    meldingId: UUID,  # noqa: N803, the name on the wire
    body: BesluitIn,
    made: Made,
    caller: Allowed,
    seen: Seen = None,
    response: Response,
) -> VeiligheidsbeoordelingOut:
    """Take the besluit."""
    view = await dossier_handlers.record_besluit(made, caller, meldingId, body.to_domain(), seen=if_match(seen))
    return show_beoordeling(view, response)


@router.post(
    "/veiligheidsbeoordelingen/{meldingId}/handelingen",
    summary="Leg een handeling vast",
    description=(
        "Betrokkenen geïnformeerd, melder teruggekoppeld, advies bij een huisverbod, einde van een huisverbod, of "
        "handle with care verzonden. Dezelfde soort op hetzelfde tijdstip is één handeling."
    ),
    status_code=201,
    response_model=HandelingOut,
    responses=POST,
)
async def record_handeling(  # noqa: PLR0913, what FastAPI injects
    *,
    meldingId: UUID,  # noqa: N803, the name on the wire
    body: HandelingIn,
    made: Made,
    caller: Allowed,
    key: Key,
    request: Request,
) -> Response:
    """Note an act that stops a clock."""
    attempt = attempt_of(request, key, client=caller.client_id, vault=made.vault)
    once: Once[Handeling] = Once(attempt, lambda one: as_json(HandelingOut.of(one)))
    return created(await dossier_handlers.record_handeling(made, caller, meldingId, body.to_domain(), once), request)


@router.get(
    "/veiligheidsbeoordelingen/{meldingId}/handelingen/{handelingId}",
    summary="Een handeling",
    description="Een handeling zoals zij is vastgelegd.",
)
async def read_handeling(
    meldingId: UUID,  # noqa: N803, the name on the wire
    handelingId: UUID,  # noqa: N803, the name on the wire
    made: Made,
    caller: Allowed,
) -> HandelingOut:
    """Show one handeling."""
    return HandelingOut.of(await reading.read_handeling(made, caller, meldingId, handelingId))


def show_beoordeling(view: reading.DossierView, response: Response) -> VeiligheidsbeoordelingOut:
    """Show a dossier with its version."""
    response.headers["ETag"] = etag_of(view.file.dossier.versie)
    return VeiligheidsbeoordelingOut.of(view)
