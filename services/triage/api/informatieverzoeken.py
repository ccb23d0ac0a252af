"""The doors of the questions to others: asked by Veilig Thuis, answered by who is asked."""

from typing import Annotated
from uuid import UUID

from fastapi import Query, Request, Response

from services.triage.api.common import POST, PUT, READ, Key, Made, Part, Seen, as_json, created
from services.triage.domain.informatieverzoeken import InformatieverzoekStatus
from services.triage.handlers import informatieverzoeken as handlers
from services.triage.handlers.common import Once
from services.triage.handlers.informatieverzoeken import VerzoekView
from services.triage.schemas.informatieverzoeken import (
    AntwoordIn,
    InformatieverzoekenOut,
    InformatieverzoekIn,
    InformatieverzoekItemOut,
    InformatieverzoekOut,
    IntrekkingIn,
)
from shared.errors import Fault, InvalidInputError
from shared.web.access import Allowed, toegang_of
from shared.web.app import room_router
from shared.web.etag import etag_of, if_match
from shared.web.idempotency import attempt_of
from shared.web.pages import encode_cursor, time_place

router = room_router("Informatieverzoeken")


@router.get(
    "/informatieverzoeken",
    summary="Informatieverzoeken",
    description=(
        "Wat Veilig Thuis aan het lokale veld of een informant vroeg, de oudste vraag eerst. Wie wordt gevraagd ziet "
        "alleen zijn eigen vragen."
    ),
)
async def list_informatieverzoeken(  # noqa: PLR0913, PLR0917, dependencies of the route
    made: Made,
    caller: Allowed,
    part: Part,
    melding_id: Annotated[UUID | None, Query(alias="meldingId")] = None,
    casus_id: Annotated[UUID | None, Query(alias="casusId")] = None,
    status: Annotated[InformatieverzoekStatus | None, Query(description="Alleen vragen in deze toestand")] = None,
) -> InformatieverzoekenOut:
    """Show questions in the order in which they were put."""
    found = await handlers.list_verzoeken(
        made,
        caller,
        melding_id=melding_id,
        casus_id=casus_id,
        status=status,
        after=time_place(part),
        limit=part.limiet + 1,
    )
    now, shown, inside = made.clock(), found[: part.limiet], toegang_of(caller).sees_all
    last = shown[-1] if len(found) > part.limiet else None
    return InformatieverzoekenOut(
        resultaten=tuple(InformatieverzoekItemOut.of(one, now, volledig=inside) for one in shown),
        volgende=encode_cursor(last.gedaan_op, str(last.id)) if last else None,
    )


@router.post(
    "/informatieverzoeken",
    summary="Vraag informatie aan het lokale veld of een informant",
    description=(
        "Elke vraag heeft haar eigen termijn; er kunnen er meer tegelijk lopen, ook na het besluit. Wie wordt gevraagd "
        "leest de vraag letterlijk en ziet verder niets van de melding."
    ),
    status_code=201,
    response_model=InformatieverzoekOut,
    responses=POST,
)
async def create_informatieverzoek(
    *, body: InformatieverzoekIn, made: Made, caller: Allowed, key: Key, request: Request
) -> Response:
    """Put a question."""
    attempt = attempt_of(request, key, client=caller.client_id, vault=made.vault)
    once: Once[VerzoekView] = Once(attempt, lambda view: as_json(InformatieverzoekOut.of_view(view)))
    return created(await handlers.create_verzoek(made, caller, body.to_domain(), once), request)


@router.get(
    "/informatieverzoeken/{informatieverzoekId}",
    summary="Een informatieverzoek",
    description="De vraag, en het antwoord voor Veilig Thuis en voor wie het gaf. Nooit dat van een ander.",
    responses=READ,
)
async def read_informatieverzoek(
    informatieverzoekId: UUID,  # noqa: N803, the name on the wire
    made: Made,
    caller: Allowed,
    response: Response,
) -> InformatieverzoekOut:
    """Show one question."""
    return _verzoek(await handlers.read_verzoek(made, caller, informatieverzoekId), response)


@router.put(
    "/informatieverzoeken/{informatieverzoekId}/antwoord",
    summary="Beantwoord een informatieverzoek",
    description=(
        "Het antwoord, of waarom dat er niet komt. Ook te laat, of na het besluit. Veilig Thuis legt hier vast wat "
        "iemand het zelf vertelde. Hetzelfde antwoord nog eens verandert niets."
    ),
    responses=PUT,
)
async def record_informatieverzoek_antwoord(  # noqa: PLR0913, what FastAPI injects
    *,
    informatieverzoekId: UUID,  # noqa: N803, the name on the wire
    body: AntwoordIn,
    made: Made,
    caller: Allowed,
    seen: Seen = None,
    response: Response,
) -> InformatieverzoekOut:
    """Keep an answer, or that there will be none."""
    einde = body.to_domain()
    if einde is None:
        fault = Fault("body", "/weigering", "geef een antwoord of een weigering, en niet allebei")
        raise InvalidInputError("Geef een antwoord of een weigering.", faults=(fault,))
    view = await handlers.end_verzoek(made, caller, informatieverzoekId, einde, seen=if_match(seen))
    return _verzoek(view, response)


@router.put(
    "/informatieverzoeken/{informatieverzoekId}/intrekking",
    summary="Trek een informatieverzoek in",
    description="Als het antwoord niet meer nodig is. Daarna wordt er geen meer aangenomen.",
    responses=PUT,
)
async def record_informatieverzoek_intrekking(  # noqa: PLR0913, what FastAPI injects
    *,
    informatieverzoekId: UUID,  # noqa: N803, the name on the wire
    body: IntrekkingIn,
    made: Made,
    caller: Allowed,
    seen: Seen = None,
    response: Response,
) -> InformatieverzoekOut:
    """Withdraw a question."""
    view = await handlers.end_verzoek(made, caller, informatieverzoekId, body.to_domain(), seen=if_match(seen))
    return _verzoek(view, response)


def _verzoek(view: VerzoekView, response: Response) -> InformatieverzoekOut:
    response.headers["ETag"] = etag_of(view.verzoek.versie)
    return InformatieverzoekOut.of_view(view)
