"""The doors of the requests to the kantonrechter."""

from uuid import UUID

from fastapi import Request, Response

from services.triage.api.common import POST, PUT, READ, Key, Made, Seen, as_json, created
from services.triage.api.matter import AskedOf
from services.triage.domain.kantonrechterverzoek import Kantonrechterverzoek
from services.triage.handlers import kantonrechter as handlers
from services.triage.handlers.common import Once
from services.triage.handlers.matter import list_matters, read_matter
from services.triage.schemas.kantonrechter import (
    KantonrechterBeslissingIn,
    KantonrechterIntrekkingIn,
    KantonrechterverzoekenOut,
    KantonrechterverzoekIn,
    KantonrechterverzoekItemOut,
    KantonrechterverzoekOut,
)
from services.triage.schemas.matter import shown_page
from shared.web.access import Allowed
from shared.web.app import room_router
from shared.web.etag import etag_of, if_match
from shared.web.idempotency import attempt_of

router = room_router("Raad en consulten")


@router.get(
    "/kantonrechterverzoeken",
    summary="Verzoeken aan de kantonrechter",
    description="Voor bewind, mentorschap of curatele van een volwassene.",
)
async def list_kantonrechterverzoeken(made: Made, asked: AskedOf) -> KantonrechterverzoekenOut:
    """Show them in the order in which they began: codes only."""
    found = await list_matters(made, handlers.SUBJECT, asked)
    return KantonrechterverzoekenOut(**shown_page(found, asked.limit - 1, KantonrechterverzoekItemOut.of))


@router.get(
    "/kantonrechterverzoeken/{kantonrechterverzoekId}",
    summary="Een verzoek aan de kantonrechter",
    description="Een verzoek en hoe het afliep.",
    responses=READ,
)
async def read_kantonrechterverzoek(
    kantonrechterverzoekId: UUID,  # noqa: N803, the name on the wire
    made: Made,
    caller: Allowed,
    response: Response,
) -> KantonrechterverzoekOut:
    """Show one."""
    return _shown(await read_matter(made, caller, handlers.SUBJECT, kantonrechterverzoekId), response)


@router.post(
    "/kantonrechterverzoeken",
    summary="Leg een verzoek aan de kantonrechter vast",
    description=(
        "Bescherming van een volwassene (handelingsprotocol par. 2.6). Wie het verzoek doet verklaart dat deze "
        "meerderjarig is."
    ),
    status_code=201,
    response_model=KantonrechterverzoekOut,
    responses=POST,
)
async def create_kantonrechterverzoek(
    *,
    body: KantonrechterverzoekIn,
    made: Made,
    caller: Allowed,
    key: Key,
    request: Request,
) -> Response:
    """Record a request."""
    attempt = attempt_of(request, key, client=caller.client_id, vault=made.vault)
    once: Once[Kantonrechterverzoek] = Once(attempt, lambda one: as_json(KantonrechterverzoekOut.of_whole(one)))
    return created(await handlers.create_kantonrechterverzoek(made, caller, body.to_domain(), once), request)


@router.put(
    "/kantonrechterverzoeken/{kantonrechterverzoekId}/beslissing",
    summary="Leg de beslissing van de kantonrechter vast",
    description=("Toegewezen of afgewezen. Dezelfde beslissing nog eens verandert niets."),
    responses=PUT,
)
async def put_kantonrechter_beslissing(  # noqa: PLR0913, what FastAPI injects
    *,
    kantonrechterverzoekId: UUID,  # noqa: N803, the name on the wire
    body: KantonrechterBeslissingIn,
    made: Made,
    caller: Allowed,
    seen: Seen = None,
    response: Response,
) -> KantonrechterverzoekOut:
    """Record what the kantonrechter decided."""
    found = await handlers.end_kantonrechterverzoek(
        made, caller, kantonrechterverzoekId, body.to_domain(), seen=if_match(seen)
    )
    return _shown(found, response)


@router.put(
    "/kantonrechterverzoeken/{kantonrechterverzoekId}/intrekking",
    summary="Trek een verzoek aan de kantonrechter in",
    description=("Zolang er niet is beslist."),
    responses=PUT,
)
async def put_kantonrechter_intrekking(  # noqa: PLR0913, what FastAPI injects
    *,
    kantonrechterverzoekId: UUID,  # noqa: N803, the name on the wire
    body: KantonrechterIntrekkingIn,
    made: Made,
    caller: Allowed,
    seen: Seen = None,
    response: Response,
) -> KantonrechterverzoekOut:
    """Take a request back."""
    found = await handlers.end_kantonrechterverzoek(
        made, caller, kantonrechterverzoekId, body.to_domain(), seen=if_match(seen)
    )
    return _shown(found, response)


def _shown(one: Kantonrechterverzoek, response: Response) -> KantonrechterverzoekOut:
    response.headers["ETag"] = etag_of(one.versie)
    return KantonrechterverzoekOut.of_whole(one)
