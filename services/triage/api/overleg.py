"""The doors of what happens at a table: meetings, and the acties that are agreed."""

from uuid import UUID

from fastapi import Request, Response

from services.triage.api.common import POST, PUT, READ, Key, Made, Seen, as_json, created
from services.triage.handlers import overleg as handlers
from services.triage.handlers.common import Once
from services.triage.handlers.overleg import ActieView, OverlegView
from services.triage.schemas.opschaling import ActieAfrondingIn, ActieIn, OverlegIn, OverlegVerslagIn
from services.triage.schemas.opschaling_uit import ActieOut, OverlegDetail
from shared.web.access import Allowed
from shared.web.app import room_router
from shared.web.etag import etag_of, if_match
from shared.web.idempotency import attempt_of

router = room_router("Opschaling")


def _overleg(view: OverlegView, response: Response) -> OverlegDetail:
    response.headers["ETag"] = etag_of(view.overleg.versie)
    return OverlegDetail.of_view(view)


def _actie(view: ActieView, response: Response) -> ActieOut:
    response.headers["ETag"] = etag_of(view.actie.versie)
    return ActieOut.of_view(view)


@router.post(
    "/opschalingen/{opschalingId}/overleggen",
    summary="Plan een overleg, of leg het in één keer vast",
    description=(
        "Met `gehouden` erbij is het overleg meteen vastgelegd, met wie er waren en wat is afgesproken: aan een "
        "ZSM-tafel is er geen tijd om eerst te plannen."
    ),
    status_code=201,
    response_model=OverlegDetail,
    responses=POST,
)
async def record_overleg(  # noqa: PLR0913, what FastAPI injects
    *,
    opschalingId: UUID,  # noqa: N803, the name on the wire
    body: OverlegIn,
    made: Made,
    caller: Allowed,
    key: Key,
    request: Request,
) -> Response:
    """Plan a meeting, or note it whole."""
    attempt = attempt_of(request, key, client=caller.client_id, vault=made.vault)
    once: Once[OverlegView] = Once(attempt, lambda view: as_json(OverlegDetail.of_view(view)))
    return created(await handlers.record_overleg(made, caller, opschalingId, body.to_domain(), once), request)


@router.get(
    "/opschalingen/{opschalingId}/overleggen/{overlegId}",
    summary="Een overleg",
    description="Met wie er waren, wat is gezegd en wat is afgesproken.",
    responses=READ,
)
async def read_overleg(
    opschalingId: UUID,  # noqa: N803, the name on the wire
    overlegId: UUID,  # noqa: N803, the name on the wire
    made: Made,
    caller: Allowed,
    response: Response,
) -> OverlegDetail:
    """Show one meeting."""
    return _overleg(await handlers.read_overleg(made, caller, opschalingId, overlegId), response)


@router.put(
    "/opschalingen/{opschalingId}/overleggen/{overlegId}/verslag",
    summary="Leg vast dat een overleg is gehouden",
    description="Met wie er waren, wat is gezegd naar onderdeel, en de acties met hun eigenaar en dag.",
    responses=PUT,
)
async def record_overleg_verslag(  # noqa: PLR0913, what FastAPI injects
    *,
    opschalingId: UUID,  # noqa: N803, the name on the wire
    overlegId: UUID,  # noqa: N803, the name on the wire
    body: OverlegVerslagIn,
    made: Made,
    caller: Allowed,
    seen: Seen = None,
    response: Response,
) -> OverlegDetail:
    """Note that a meeting was held."""
    view = await handlers.record_verslag(made, caller, opschalingId, overlegId, body.to_domain(), seen=if_match(seen))
    return _overleg(view, response)


@router.put(
    "/opschalingen/{opschalingId}/overleggen/{overlegId}/afzegging",
    summary="Zeg een overleg af",
    description="Zonder inhoud. Een nieuw overleg kan daarna worden gepland.",
    responses=PUT,
)
async def record_overleg_afzegging(  # noqa: PLR0913, what FastAPI injects
    *,
    opschalingId: UUID,  # noqa: N803, the name on the wire
    overlegId: UUID,  # noqa: N803, the name on the wire
    made: Made,
    caller: Allowed,
    seen: Seen = None,
    response: Response,
) -> OverlegDetail:
    """Call a meeting off."""
    view = await handlers.record_afzegging(made, caller, opschalingId, overlegId, seen=if_match(seen))
    return _overleg(view, response)


@router.post(
    "/opschalingen/{opschalingId}/acties",
    summary="Spreek een actie af",
    description="Wat is besloten, wie het doet en uiterlijk wanneer; zonder dag geldt de termijn van de regio.",
    status_code=201,
    response_model=ActieOut,
    responses=POST,
)
async def record_actie(  # noqa: PLR0913, what FastAPI injects
    *,
    opschalingId: UUID,  # noqa: N803, the name on the wire
    body: ActieIn,
    made: Made,
    caller: Allowed,
    key: Key,
    request: Request,
) -> Response:
    """Agree an actie."""
    attempt = attempt_of(request, key, client=caller.client_id, vault=made.vault)
    once: Once[ActieView] = Once(attempt, lambda view: as_json(ActieOut.of_view(view)))
    return created(await handlers.record_actie(made, caller, opschalingId, body.to_domain(), once), request)


@router.get(
    "/opschalingen/{opschalingId}/acties/{actieId}",
    summary="Een actie",
    description="Met de dag waarop zij gedaan moet zijn, en de uitleg daarvan.",
    responses=READ,
)
async def read_actie(
    opschalingId: UUID,  # noqa: N803, the name on the wire
    actieId: UUID,  # noqa: N803, the name on the wire
    made: Made,
    caller: Allowed,
    response: Response,
) -> ActieOut:
    """Show one actie."""
    return _actie(await handlers.read_actie(made, caller, opschalingId, actieId), response)


@router.put(
    "/opschalingen/{opschalingId}/acties/{actieId}/afronding",
    summary="Rond een actie af, of geef haar op",
    description="Opgeven vraagt een toelichting. Dit kan ook nadat is afgeschaald.",
    responses=PUT,
)
async def record_actie_afronding(  # noqa: PLR0913, what FastAPI injects
    *,
    opschalingId: UUID,  # noqa: N803, the name on the wire
    actieId: UUID,  # noqa: N803, the name on the wire
    body: ActieAfrondingIn,
    made: Made,
    caller: Allowed,
    seen: Seen = None,
    response: Response,
) -> ActieOut:
    """Note that an actie was done, or given up."""
    view = await handlers.record_actie_afronding(
        made, caller, opschalingId, actieId, body.to_domain(), seen=if_match(seen)
    )
    return _actie(view, response)
