"""The doors of the consults."""

from uuid import UUID

from fastapi import Request, Response

from services.triage.api.common import POST, READ, Key, Made, as_json, created
from services.triage.api.matter import AskedOf
from services.triage.domain.consult import Consult
from services.triage.handlers import consulten as handlers
from services.triage.handlers.common import Once
from services.triage.handlers.matter import read_matter
from services.triage.schemas.consulten import ConsultenOut, ConsultIn, ConsultOut
from shared.web.access import Allowed
from shared.web.app import room_router
from shared.web.etag import etag_of
from shared.web.idempotency import attempt_of

router = room_router("Raad en consulten")


@router.get(
    "/consulten",
    summary="Consulten",
    description="Met `casusId` of `meldingId` ook in welke meldingen nog met politie of OM moet worden afgestemd.",
)
async def list_consulten(made: Made, asked: AskedOf) -> ConsultenOut:
    """Show them in the order in which they began: codes only."""
    return ConsultenOut.of(await handlers.list_consulten(made, asked), asked.limit - 1)


@router.get(
    "/consulten/{consultId}",
    summary="Een consult",
    description="Een consult zoals het is vastgelegd.",
    responses=READ,
)
async def read_consult(
    consultId: UUID,  # noqa: N803, the name on the wire
    made: Made,
    caller: Allowed,
    response: Response,
) -> ConsultOut:
    """Show one."""
    return _shown(await read_matter(made, caller, handlers.SUBJECT, consultId), response)


@router.post(
    "/consulten",
    summary="Leg een consult vast",
    description=(
        "Met politie, Openbaar Ministerie, raad, gecertificeerde instelling of vertrouwensarts. Wordt een "
        "strafbaar feit vermoed, dan waarschuwt de lijst tot er met politie of OM is afgestemd."
    ),
    status_code=201,
    response_model=ConsultOut,
    responses=POST,
)
async def create_consult(
    *,
    body: ConsultIn,
    made: Made,
    caller: Allowed,
    key: Key,
    request: Request,
) -> Response:
    """Record a consult."""
    attempt = attempt_of(request, key, client=caller.client_id, vault=made.vault)
    once: Once[Consult] = Once(attempt, lambda one: as_json(ConsultOut.of_whole(one)))
    return created(await handlers.create_consult(made, caller, body.to_domain(), once), request)


def _shown(one: Consult, response: Response) -> ConsultOut:
    response.headers["ETag"] = etag_of(one.versie)
    return ConsultOut.of_whole(one)
