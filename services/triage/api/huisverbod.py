"""The doors of the tijdelijk huisverbod, from its screening to its end."""

from typing import Annotated
from uuid import UUID

from fastapi import Query, Request, Response

from services.triage.api.common import POST, PUT, READ, Key, Made, Part, Seen, as_json, created
from services.triage.domain.dienst import Contact
from services.triage.domain.huisverbod import HuisverbodStatus
from services.triage.handlers import huisverbod as handlers
from services.triage.handlers import huisverbod_lezen as reading
from services.triage.handlers.common import Once
from services.triage.handlers.huisverbod import HuisverbodView
from services.triage.schemas.dienst import ContactIn, ContactOut
from services.triage.schemas.huisverbod import (
    HuisverbodAdviesIn,
    HuisverbodAfzienIn,
    HuisverbodCasusregieIn,
    HuisverbodIn,
    HuisverbodIntrekkingIn,
    HuisverbodOpleggingIn,
    HuisverbodVerlengingIn,
)
from services.triage.schemas.huisverbod_uit import HuisverbodenOut, HuisverbodItemOut, HuisverbodOut
from shared.web.access import Allowed
from shared.web.app import room_router
from shared.web.etag import etag_of, if_match
from shared.web.idempotency import attempt_of
from shared.web.pages import encode_cursor, time_place

router = room_router("Huisverbod")


def _shown(view: HuisverbodView, response: Response) -> HuisverbodOut:
    response.headers["ETag"] = etag_of(view.huisverbod.versie)
    return HuisverbodOut.of(view)


@router.post(
    "/huisverboden",
    summary="Leg een screening voor een huisverbod vast",
    description=(
        "Met het instrument (RiHG) en wat eruit kwam. Daarna wordt vastgelegd dat het is opgelegd, of dat ervan is "
        "afgezien."
    ),
    status_code=201,
    response_model=HuisverbodOut,
    responses=POST,
)
async def record_huisverbod_screening(
    body: HuisverbodIn, made: Made, caller: Allowed, key: Key, request: Request
) -> Response:
    """Note a screening."""
    attempt = attempt_of(request, key, client=caller.client_id, vault=made.vault)
    once: Once[HuisverbodView] = Once(attempt, lambda view: as_json(HuisverbodOut.of(view)))
    return created(await handlers.record_screening(made, caller, body.melding_id, body.to_domain(), once), request)


@router.get(
    "/huisverboden",
    summary="Huisverboden",
    description=(
        "In de volgorde waarin is gescreend. Een huisverbod is vanaf zijn laatste uur `afgelopen`, ook als niemand dat "
        "vastlegde."
    ),
)
async def list_huisverboden(  # noqa: PLR0913, filters
    *,
    made: Made,
    caller: Allowed,
    part: Part,
    melding_id: Annotated[UUID | None, Query(alias="meldingId")] = None,
    casus_id: Annotated[UUID | None, Query(alias="casusId")] = None,
    status: Annotated[HuisverbodStatus | None, Query(description="Zoals die nu is")] = None,
) -> HuisverbodenOut:
    """Show huisverboden in the order in which they were screened."""
    found = await reading.list_huisverboden(
        made,
        caller,
        melding_id=melding_id,
        casus_id=casus_id,
        status=status,
        after=time_place(part),
        limit=part.limiet + 1,
    )
    shown = found[: part.limiet]
    last = shown[-1].huisverbod if len(found) > part.limiet else None
    return HuisverbodenOut(
        resultaten=tuple(HuisverbodItemOut.of(one) for one in shown),
        volgende=encode_cursor(last.screening.gescreend_op, str(last.id)) if last else None,
    )


@router.get(
    "/huisverboden/{huisverbodId}",
    summary="Een huisverbod",
    description="Met alles wat erover is vastgelegd; elke datum zegt waarop hij rust.",
    responses=READ,
)
async def read_huisverbod(
    huisverbodId: UUID,  # noqa: N803, the name on the wire
    made: Made,
    caller: Allowed,
    response: Response,
) -> HuisverbodOut:
    """Show one huisverbod."""
    return _shown(await reading.read_huisverbod(made, caller, huisverbodId), response)


@router.put(
    "/huisverboden/{huisverbodId}/oplegging",
    summary="Leg vast dat een huisverbod is opgelegd",
    description=(
        "Door de burgemeester, of door een hulpofficier van justitie met mandaat. Het geldt tien dagen en eindigt op "
        "het uur. Niemand kan twee huisverboden tegelijk hebben, en een volgend vraagt nieuwe feiten."
    ),
    responses=PUT,
)
async def record_huisverbod_oplegging(  # noqa: PLR0913, what FastAPI injects
    *,
    huisverbodId: UUID,  # noqa: N803, the name on the wire
    body: HuisverbodOpleggingIn,
    made: Made,
    caller: Allowed,
    seen: Seen = None,
    response: Response,
) -> HuisverbodOut:
    """Note that it was imposed."""
    view = await handlers.record_oplegging(made, caller, huisverbodId, body.to_domain(), seen=if_match(seen))
    return _shown(view, response)


@router.put(
    "/huisverboden/{huisverbodId}/afzien",
    summary="Leg vast dat van een huisverbod is afgezien",
    description="Na de screening is geen huisverbod opgelegd, en waarom niet.",
    responses=PUT,
)
async def record_huisverbod_afzien(  # noqa: PLR0913, what FastAPI injects
    *,
    huisverbodId: UUID,  # noqa: N803, the name on the wire
    body: HuisverbodAfzienIn,
    made: Made,
    caller: Allowed,
    seen: Seen = None,
    response: Response,
) -> HuisverbodOut:
    """Note that it was not imposed."""
    view = await handlers.record_afzien(made, caller, huisverbodId, body.to_domain(), seen=if_match(seen))
    return _shown(view, response)


@router.put(
    "/huisverboden/{huisverbodId}/advies",
    summary="Leg het advies aan de burgemeester vast",
    description="Rond de achtste dag: opheffen, verlengen of laten aflopen. Later kan nog een advies volgen.",
    responses=PUT,
)
async def record_huisverbod_advies(  # noqa: PLR0913, what FastAPI injects
    *,
    huisverbodId: UUID,  # noqa: N803, the name on the wire
    body: HuisverbodAdviesIn,
    made: Made,
    caller: Allowed,
    seen: Seen = None,
    response: Response,
) -> HuisverbodOut:
    """Note what was advised."""
    view = await handlers.record_advies(made, caller, huisverbodId, body.to_domain(), seen=if_match(seen))
    return _shown(view, response)


@router.put(
    "/huisverboden/{huisverbodId}/verlenging",
    summary="Leg een verlenging vast",
    description=(
        "Alleen door de burgemeester zelf, en besloten voordat het huisverbod eindigt. `dagen` telt vanaf het opleggen "
        "en is samen ten hoogste 28. Een besluit van voor het einde kan ook later nog worden vastgelegd."
    ),
    responses=PUT,
)
async def record_huisverbod_verlenging(  # noqa: PLR0913, what FastAPI injects
    *,
    huisverbodId: UUID,  # noqa: N803, the name on the wire
    body: HuisverbodVerlengingIn,
    made: Made,
    caller: Allowed,
    seen: Seen = None,
    response: Response,
) -> HuisverbodOut:
    """Note that it was extended."""
    view = await handlers.record_verlenging(made, caller, huisverbodId, body.to_domain(), seen=if_match(seen))
    return _shown(view, response)


@router.put(
    "/huisverboden/{huisverbodId}/intrekking",
    summary="Leg vast dat een huisverbod is ingetrokken",
    description="Alleen door de burgemeester zelf, en of de uithuisgeplaatste hulp heeft aanvaard.",
    responses=PUT,
)
async def record_huisverbod_intrekking(  # noqa: PLR0913, what FastAPI injects
    *,
    huisverbodId: UUID,  # noqa: N803, the name on the wire
    body: HuisverbodIntrekkingIn,
    made: Made,
    caller: Allowed,
    seen: Seen = None,
    response: Response,
) -> HuisverbodOut:
    """Note that it was withdrawn."""
    view = await handlers.record_intrekking(made, caller, huisverbodId, body.to_domain(), seen=if_match(seen))
    return _shown(view, response)


@router.put(
    "/huisverboden/{huisverbodId}/einde",
    summary="Leg vast dat een huisverbod is afgelopen",
    description="Zonder inhoud: het eindigt vanzelf op zijn uur, en dat uur is het einde. Daarvoor kan dit niet.",
    responses=PUT,
)
async def record_huisverbod_einde(
    *,
    huisverbodId: UUID,  # noqa: N803, the name on the wire
    made: Made,
    caller: Allowed,
    seen: Seen = None,
    response: Response,
) -> HuisverbodOut:
    """Note that it ended by itself."""
    return _shown(await handlers.record_einde(made, caller, huisverbodId, seen=if_match(seen)), response)


@router.put(
    "/huisverboden/{huisverbodId}/casusregie",
    summary="Leg vast wie de casusregie heeft",
    description="Vanaf nu. Wie haar eerder had, blijft te lezen.",
    responses=PUT,
)
async def record_huisverbod_casusregie(  # noqa: PLR0913, what FastAPI injects
    *,
    huisverbodId: UUID,  # noqa: N803, the name on the wire
    body: HuisverbodCasusregieIn,
    made: Made,
    caller: Allowed,
    seen: Seen = None,
    response: Response,
) -> HuisverbodOut:
    """Note who holds the casusregie."""
    view = await handlers.record_casusregie(
        made,
        caller,
        huisverbodId,
        organisatie_id=body.organisatie_id,
        medewerker=body.medewerker,
        seen=if_match(seen),
    )
    return _shown(view, response)


@router.post(
    "/huisverboden/{huisverbodId}/gesprekken",
    summary="Leg een gesprek rond een huisverbod vast",
    description="Met het slachtoffer, de uithuisgeplaatste of de kinderen, of een poging daartoe.",
    status_code=201,
    response_model=ContactOut,
    responses=POST,
)
async def record_huisverbod_gesprek(  # noqa: PLR0913, what FastAPI injects
    *,
    huisverbodId: UUID,  # noqa: N803, the name on the wire
    body: ContactIn,
    made: Made,
    caller: Allowed,
    key: Key,
    request: Request,
) -> Response:
    """Note a talk, or an attempt."""
    attempt = attempt_of(request, key, client=caller.client_id, vault=made.vault)
    once: Once[Contact] = Once(attempt, lambda one: as_json(ContactOut.of(one)))
    return created(await handlers.record_gesprek(made, caller, huisverbodId, body.to_domain(), once), request)


@router.get(
    "/huisverboden/{huisverbodId}/gesprekken/{gesprekId}",
    summary="Een gesprek rond een huisverbod",
    description="Een gesprek zoals het is vastgelegd.",
)
async def read_huisverbod_gesprek(
    huisverbodId: UUID,  # noqa: N803, the name on the wire
    gesprekId: UUID,  # noqa: N803, the name on the wire
    made: Made,
    caller: Allowed,
) -> ContactOut:
    """Show one talk."""
    return ContactOut.of(await reading.read_gesprek(made, caller, huisverbodId, gesprekId))
