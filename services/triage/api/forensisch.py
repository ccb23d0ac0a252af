"""The doors of letselonderzoek and the Centrum Seksueel Geweld."""

from uuid import UUID

from fastapi import Request, Response

from services.triage.api.common import POST, PUT, READ, Key, Made, Seen, as_json, created
from services.triage.api.matter import AskedOf
from services.triage.domain.forensisch import ForensischVerzoek
from services.triage.handlers import forensisch as handlers
from services.triage.handlers.common import Once
from services.triage.handlers.matter import list_matters, read_matter
from services.triage.schemas.forensisch import (
    ForensischeStapIn,
    ForensischeVerzoekenOut,
    ForensischResultaatIn,
    ForensischVerzoekIn,
    ForensischVerzoekItemOut,
    ForensischVerzoekOut,
)
from services.triage.schemas.matter import shown_page
from shared.web.access import Allowed
from shared.web.app import Resources, room_router
from shared.web.etag import etag_of, if_match
from shared.web.idempotency import attempt_of

router = room_router("Forensisch")


@router.get(
    "/forensische-verzoeken",
    summary="Forensische verzoeken",
    description="Letselonderzoek en Centrum Seksueel Geweld, zonder uitslagen.",
)
async def list_forensische_verzoeken(made: Made, asked: AskedOf) -> ForensischeVerzoekenOut:
    """Show them in the order in which they began: codes only."""
    found = await list_matters(made, handlers.SUBJECT, asked)
    now = made.clock()
    shown = shown_page(found, asked.limit - 1, lambda one: ForensischVerzoekItemOut.of(one, now, made.rules))
    return ForensischeVerzoekenOut(**shown)


@router.get(
    "/forensische-verzoeken/{forensischVerzoekId}",
    summary="Een forensisch verzoek",
    description="Met wat bij elke stap is opgeschreven en de uitslag.",
    responses=READ,
)
async def read_forensisch_verzoek(
    forensischVerzoekId: UUID,  # noqa: N803, the name on the wire
    made: Made,
    caller: Allowed,
    response: Response,
) -> ForensischVerzoekOut:
    """Show one."""
    return _shown(await read_matter(made, caller, handlers.SUBJECT, forensischVerzoekId), made, response)


@router.post(
    "/forensische-verzoeken",
    summary="Leg een verzoek om forensisch onderzoek vast",
    description=(
        "Zijn politie of OM betrokken, dan geven zij de opdracht en legt Veilig Thuis die vast; anders vraagt Veilig "
        "Thuis het zelf, via de vertrouwensarts. Bij een minderjarige met toestemming van wie het gezag heeft, of met "
        "de grond om daar niet op te wachten."
    ),
    status_code=201,
    response_model=ForensischVerzoekOut,
    responses=POST,
)
async def create_forensisch_verzoek(
    *,
    body: ForensischVerzoekIn,
    made: Made,
    caller: Allowed,
    key: Key,
    request: Request,
) -> Response:
    """Record a request."""
    attempt = attempt_of(request, key, client=caller.client_id, vault=made.vault)
    once: Once[ForensischVerzoek] = Once(
        attempt, lambda one: as_json(ForensischVerzoekOut.of_whole(one, made.clock(), made.rules))
    )
    return created(
        await handlers.create_forensisch_verzoek(made, caller, body.melding_id, body.to_domain(), once), request
    )


@router.put(
    "/forensische-verzoeken/{forensischVerzoekId}/stap",
    summary="Zet een stap in een forensisch verzoek",
    description=("Inplannen, onderzoeken, weigeren of intrekken. Dezelfde stap nog eens verandert niets."),
    responses=PUT,
)
async def put_forensische_stap(  # noqa: PLR0913, what FastAPI injects
    *,
    forensischVerzoekId: UUID,  # noqa: N803, the name on the wire
    body: ForensischeStapIn,
    made: Made,
    caller: Allowed,
    seen: Seen = None,
    response: Response,
) -> ForensischVerzoekOut:
    """Take a step."""
    found = await handlers.take_step(made, caller, forensischVerzoekId, body.to_domain(), seen=if_match(seen))
    return _shown(found, made, response)


@router.put(
    "/forensische-verzoeken/{forensischVerzoekId}/resultaat",
    summary="Leg de uitslag vast",
    description=("Bij letselonderzoek ook of het letsel past bij het verhaal."),
    responses=PUT,
)
async def put_forensisch_resultaat(  # noqa: PLR0913, what FastAPI injects
    *,
    forensischVerzoekId: UUID,  # noqa: N803, the name on the wire
    body: ForensischResultaatIn,
    made: Made,
    caller: Allowed,
    seen: Seen = None,
    response: Response,
) -> ForensischVerzoekOut:
    """Record what was found."""
    found = await handlers.take_step(made, caller, forensischVerzoekId, body.to_domain(), seen=if_match(seen))
    return _shown(found, made, response)


def _shown(one: ForensischVerzoek, made: Resources, response: Response) -> ForensischVerzoekOut:
    response.headers["ETag"] = etag_of(one.versie)
    return ForensischVerzoekOut.of_whole(one, made.clock(), made.rules)
