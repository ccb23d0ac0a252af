"""The doors of AWARE: the request, the decision, looking again, the end, and what is agreed about who stalks."""

from uuid import UUID

from fastapi import Request, Response

from services.triage.api.common import POST, PUT, READ, Key, Made, Seen, as_json, created
from services.triage.api.matter import AskedOf
from services.triage.domain.aware import Aware, AwareOptreden
from services.triage.handlers import aware as handlers
from services.triage.handlers.common import Once
from services.triage.handlers.matter import list_matters, read_matter
from services.triage.schemas.aware import (
    AwareBesluitIn,
    AwareEindeIn,
    AwareIn,
    AwareItemOut,
    AwareLijst,
    AwareOptredenIn,
    AwareOptredenOut,
    AwareOut,
    AwareUitvoeringIn,
    AwareVerlengingIn,
)
from services.triage.schemas.matter import shown_page
from shared.web.access import Allowed
from shared.web.app import Resources, room_router
from shared.web.etag import etag_of, if_match
from shared.web.idempotency import attempt_of

router = room_router("AWARE")


@router.get(
    "/aware-aanvragen",
    summary="Aanvragen voor AWARE",
    description="Met de dag waarop opnieuw moet worden gekeken.",
)
async def list_aware_aanvragen(made: Made, asked: AskedOf) -> AwareLijst:
    """Show them in the order in which they began: codes only."""
    found = await list_matters(made, handlers.SUBJECT, asked)
    now = made.clock()
    return AwareLijst(**shown_page(found, asked.limit - 1, lambda one: AwareItemOut.of(one, now)))


@router.get(
    "/aware-aanvragen/{awareAanvraagId}",
    summary="Een aanvraag voor AWARE",
    description="Met het besluit, de verlengingen en wat is afgesproken over wie belaagt.",
    responses=READ,
)
async def read_aware_aanvraag(
    awareAanvraagId: UUID,  # noqa: N803, the name on the wire
    made: Made,
    caller: Allowed,
    response: Response,
) -> AwareOut:
    """Show one."""
    return _shown(await read_matter(made, caller, handlers.SUBJECT, awareAanvraagId), made, response)


@router.post(
    "/aware-aanvragen",
    summary="Vraag AWARE aan",
    description=("Een alarmknop voor wie wordt belaagd. De indicatiecommissie besluit."),
    status_code=201,
    response_model=AwareOut,
    responses=POST,
)
async def create_aware_aanvraag(
    *,
    body: AwareIn,
    made: Made,
    caller: Allowed,
    key: Key,
    request: Request,
) -> Response:
    """Ask for AWARE."""
    attempt = attempt_of(request, key, client=caller.client_id, vault=made.vault)
    once: Once[Aware] = Once(attempt, lambda one: as_json(AwareOut.of_whole(one, made.clock())))
    return created(await handlers.create_aware(made, caller, body.to_domain(), once), request)


@router.put(
    "/aware-aanvragen/{awareAanvraagId}/besluit",
    summary="Leg het besluit van de indicatiecommissie vast",
    description=(
        "Verleend of afgewezen, met de motivering en wie meebesliste. Bij verlenen begint de termijn tot de evaluatie."
    ),
    responses=PUT,
)
async def put_aware_besluit(  # noqa: PLR0913, what FastAPI injects
    *,
    awareAanvraagId: UUID,  # noqa: N803, the name on the wire
    body: AwareBesluitIn,
    made: Made,
    caller: Allowed,
    seen: Seen = None,
    response: Response,
) -> AwareOut:
    """Record what the committee decided."""
    found = await handlers.put_besluit(made, caller, awareAanvraagId, body.to_domain(), seen=if_match(seen))
    return _shown(found, made, response)


@router.put(
    "/aware-aanvragen/{awareAanvraagId}/verlenging",
    summary="Verleng AWARE",
    description=("Er is opnieuw gekeken en AWARE gaat door, tot de dag waarop weer wordt gekeken."),
    responses=PUT,
)
async def put_aware_verlenging(  # noqa: PLR0913, what FastAPI injects
    *,
    awareAanvraagId: UUID,  # noqa: N803, the name on the wire
    body: AwareVerlengingIn,
    made: Made,
    caller: Allowed,
    seen: Seen = None,
    response: Response,
) -> AwareOut:
    """Let AWARE go on."""
    found = await handlers.put_verlenging(made, caller, awareAanvraagId, body.to_domain(), seen=if_match(seen))
    return _shown(found, made, response)


@router.put(
    "/aware-aanvragen/{awareAanvraagId}/einde",
    summary="Beëindig AWARE",
    description=("Met de reden."),
    responses=PUT,
)
async def put_aware_einde(  # noqa: PLR0913, what FastAPI injects
    *,
    awareAanvraagId: UUID,  # noqa: N803, the name on the wire
    body: AwareEindeIn,
    made: Made,
    caller: Allowed,
    seen: Seen = None,
    response: Response,
) -> AwareOut:
    """End AWARE."""
    found = await handlers.put_einde(made, caller, awareAanvraagId, body.to_domain(), seen=if_match(seen))
    return _shown(found, made, response)


@router.post(
    "/aware-aanvragen/{awareAanvraagId}/optredens",
    summary="Spreek af wat iemand doet richting wie belaagt",
    description=(
        "Door politie, Openbaar Ministerie, hulpverlening of Veilig Thuis, met een dag. Ook voordat de commissie "
        "besluit."
    ),
    status_code=201,
    response_model=AwareOptredenOut,
    responses=POST,
)
async def create_aware_optreden(  # noqa: PLR0913, what FastAPI injects
    *,
    awareAanvraagId: UUID,  # noqa: N803, the name on the wire
    body: AwareOptredenIn,
    made: Made,
    caller: Allowed,
    key: Key,
    request: Request,
) -> Response:
    """Agree on an action."""
    attempt = attempt_of(request, key, client=caller.client_id, vault=made.vault)
    once: Once[AwareOptreden] = Once(attempt, lambda one: as_json(AwareOptredenOut.of(one)))
    return created(await handlers.create_optreden(made, caller, awareAanvraagId, body.to_domain(), once), request)


@router.get(
    "/aware-aanvragen/{awareAanvraagId}/optredens/{optredenId}",
    summary="Een optreden richting wie belaagt",
    description="Wat is afgesproken, door wie, en of het is gedaan.",
)
async def read_aware_optreden(
    awareAanvraagId: UUID,  # noqa: N803, the name on the wire
    optredenId: UUID,  # noqa: N803, the name on the wire
    made: Made,
    caller: Allowed,
) -> AwareOptredenOut:
    """Show one action."""
    return AwareOptredenOut.of(await handlers.read_optreden(made, caller, awareAanvraagId, optredenId))


@router.put(
    "/aware-aanvragen/{awareAanvraagId}/optredens/{optredenId}/uitvoering",
    summary="Leg vast of een optreden is gedaan",
    description=("Gedaan, of ervan afgezien. Een later woord vervangt het eerdere. De ETag is die van de aanvraag."),
    responses=PUT,
)
async def put_aware_uitvoering(  # noqa: PLR0913, what FastAPI injects
    *,
    awareAanvraagId: UUID,  # noqa: N803, the name on the wire
    optredenId: UUID,  # noqa: N803, the name on the wire
    body: AwareUitvoeringIn,
    made: Made,
    caller: Allowed,
    seen: Seen = None,
    response: Response,
) -> AwareOut:
    """Record whether an action was done."""
    found = await handlers.put_uitvoering(
        made, caller, awareAanvraagId, optredenId, body.to_domain(), seen=if_match(seen)
    )
    return _shown(found, made, response)


def _shown(one: Aware, made: Resources, response: Response) -> AwareOut:
    response.headers["ETag"] = etag_of(one.versie)
    return AwareOut.of_whole(one, made.clock())
