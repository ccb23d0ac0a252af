"""The doors of scaling up: tables and centres, who takes part, and scaling down."""

from typing import Annotated
from uuid import UUID

from fastapi import Query, Request, Response

from services.triage.api.common import POST, PUT, READ, Key, Made, Part, Seen, as_json, created
from services.triage.api.overleg import router as overleg_router
from services.triage.domain.opschaling import Deelnemer, OpschalingStatus
from services.triage.handlers import opschaling as handlers
from services.triage.handlers import opschaling_lezen as reading
from services.triage.handlers.common import Once
from services.triage.handlers.opschaling import OpschalingView
from services.triage.schemas.opschaling import AfschalingIn, DeelnemerIn, OpschalingIn, ProcesregieIn
from services.triage.schemas.opschaling_uit import (
    DeelnemerBeeld,
    DeelnemerOut,
    OpschalingenOut,
    OpschalingItemOut,
    OpschalingOut,
)
from shared.rules.behandelcodes import OpschalingSoort
from shared.web.access import Allowed
from shared.web.app import room_router
from shared.web.etag import etag_of, if_match
from shared.web.idempotency import attempt_of
from shared.web.pages import encode_cursor, time_place

router = room_router("Opschaling")


def _shown(view: OpschalingView, response: Response) -> OpschalingOut:
    response.headers["ETag"] = etag_of(view.opschaling.versie)
    return OpschalingOut.of_view(view)


@router.post(
    "/opschalingen",
    summary="Schaal op naar een tafel of centrum",
    description=(
        "Bijvoorbeeld ZSM, het Zorg- en Veiligheidshuis of een MDO. Het lokale veld van de gemeente doet altijd mee, "
        "ook als het niet is genoemd: een tafel is nooit het eindpunt."
    ),
    status_code=201,
    response_model=OpschalingOut,
    responses=POST,
)
async def record_opschaling(body: OpschalingIn, made: Made, caller: Allowed, key: Key, request: Request) -> Response:
    """Scale up."""
    attempt = attempt_of(request, key, client=caller.client_id, vault=made.vault)
    once: Once[OpschalingView] = Once(attempt, lambda view: as_json(OpschalingOut.of_view(view)))
    return created(await handlers.record_opschaling(made, caller, body.to_domain(), once), request)


@router.get(
    "/opschalingen",
    summary="Opschalingen",
    description="In de volgorde waarin zij begonnen, zonder wat er is opgeschreven.",
)
async def list_opschalingen(  # noqa: PLR0913, filters
    *,
    made: Made,
    caller: Allowed,
    part: Part,
    melding_id: Annotated[UUID | None, Query(alias="meldingId")] = None,
    casus_id: Annotated[UUID | None, Query(alias="casusId")] = None,
    soort: Annotated[OpschalingSoort | None, Query(description="Alleen deze tafel of dit centrum")] = None,
    status: Annotated[OpschalingStatus | None, Query(description="Alleen in deze toestand")] = None,
) -> OpschalingenOut:
    """Show opschalingen in the order in which they started."""
    found = await reading.list_opschalingen(
        made,
        caller,
        melding_id=melding_id,
        casus_id=casus_id,
        soort=soort,
        status=status,
        after=time_place(part),
        limit=part.limiet + 1,
    )
    shown = found[: part.limiet]
    last = shown[-1] if len(found) > part.limiet else None
    return OpschalingenOut(
        resultaten=tuple(OpschalingItemOut.of_row(one) for one in shown),
        volgende=encode_cursor(last.gestart_op, str(last.id)) if last else None,
    )


@router.get(
    "/opschalingen/{opschalingId}",
    summary="Een opschaling",
    description="Met wie meedoet, wie de procesregie heeft en had, de overleggen en de acties.",
    responses=READ,
)
async def read_opschaling(
    opschalingId: UUID,  # noqa: N803, the name on the wire
    made: Made,
    caller: Allowed,
    response: Response,
) -> OpschalingOut:
    """Show one opschaling."""
    return _shown(await reading.read_opschaling(made, caller, opschalingId), response)


@router.post(
    "/opschalingen/{opschalingId}/deelnemers",
    summary="Voeg een deelnemer toe",
    description="Met `magZien` minder dan zijn soort mag zien; meer kan niet.",
    status_code=201,
    response_model=DeelnemerOut,
    responses=POST,
)
async def record_deelnemer(  # noqa: PLR0913, what FastAPI injects
    *,
    opschalingId: UUID,  # noqa: N803, the name on the wire
    body: DeelnemerIn,
    made: Made,
    caller: Allowed,
    key: Key,
    request: Request,
) -> Response:
    """Let one more organisation take part."""
    attempt = attempt_of(request, key, client=caller.client_id, vault=made.vault)
    once: Once[Deelnemer] = Once(attempt, lambda one: as_json(DeelnemerOut.of(one)))
    answer = await handlers.record_deelnemer(made, caller, opschalingId, body.to_domain(), once)
    response = created(answer, request)
    response.headers["Location"] += "/beeld"
    return response


@router.put(
    "/opschalingen/{opschalingId}/deelnemers/{deelnemerId}/vertrek",
    summary="Leg vast dat een deelnemer vertrekt",
    description="Zonder inhoud. Hij ziet daarna niets meer. Het lokale veld kan niet vertrekken.",
    responses=PUT,
)
async def record_vertrek(  # noqa: PLR0913, what FastAPI injects
    *,
    opschalingId: UUID,  # noqa: N803, the name on the wire
    deelnemerId: UUID,  # noqa: N803, the name on the wire
    made: Made,
    caller: Allowed,
    seen: Seen = None,
    response: Response,
) -> OpschalingOut:
    """Note that a participant leaves."""
    view = await handlers.record_vertrek(made, caller, opschalingId, deelnemerId, seen=if_match(seen))
    return _shown(view, response)


@router.get(
    "/opschalingen/{opschalingId}/deelnemers/{deelnemerId}/beeld",
    summary="Wat een deelnemer te zien zou krijgen",
    description=(
        "Voor Veilig Thuis zelf, om vooraf te zien wat deze deelnemer krijgt: alleen de onderdelen die hij mag zien. "
        "Naar buiten gaan teksten pas als intake er uit wegliet wat de melder verraadt."
    ),
)
async def read_deelnemer_beeld(
    opschalingId: UUID,  # noqa: N803, the name on the wire
    deelnemerId: UUID,  # noqa: N803, the name on the wire
    made: Made,
    caller: Allowed,
) -> DeelnemerBeeld:
    """Show what a participant would get."""
    return DeelnemerBeeld.of(await reading.read_beeld(made, caller, opschalingId, deelnemerId))


@router.put(
    "/opschalingen/{opschalingId}/procesregie",
    summary="Leg vast wie de procesregie heeft",
    description="Vanaf nu. Wie haar eerder had, blijft te lezen.",
    responses=PUT,
)
async def record_procesregie(  # noqa: PLR0913, what FastAPI injects
    *,
    opschalingId: UUID,  # noqa: N803, the name on the wire
    body: ProcesregieIn,
    made: Made,
    caller: Allowed,
    seen: Seen = None,
    response: Response,
) -> OpschalingOut:
    """Note who directs from now on."""
    view = await handlers.record_procesregie(
        made, caller, opschalingId, organisatie_id=body.organisatie_id, soort=body.soort, seen=if_match(seen)
    )
    return _shown(view, response)


@router.put(
    "/opschalingen/{opschalingId}/afschaling",
    summary="Schaal af",
    description=(
        "Naar het lokale veld of een andere opschaling van deze casus. Open acties gaan mee, of zijn eerst afgerond of "
        "opgegeven; anders zegt het antwoord welke er nog openstaan."
    ),
    responses=PUT,
)
async def record_afschaling(  # noqa: PLR0913, what FastAPI injects
    *,
    opschalingId: UUID,  # noqa: N803, the name on the wire
    body: AfschalingIn,
    made: Made,
    caller: Allowed,
    seen: Seen = None,
    response: Response,
) -> OpschalingOut:
    """Scale down."""
    view = await handlers.record_afschaling(made, caller, opschalingId, body.to_domain(), seen=if_match(seen))
    return _shown(view, response)


router.include_router(overleg_router)
