"""The doors of toewijzing: whose work it is, and when somebody looks at the family that waits."""

from uuid import UUID

from fastapi import Request, Response
from starlette.responses import JSONResponse

from services.triage.api.common import POST, PUT, READ, Key, Made, Part, Seen, as_json, created
from services.triage.domain.veiligheidscheck import Veiligheidscheck
from services.triage.handlers import toewijzing as handlers
from services.triage.handlers import veiligheidscheck as checks
from services.triage.handlers.common import Once
from services.triage.schemas.toewijzing import (
    ToedelingenIn,
    ToedelingenOut,
    ToewijzingIn,
    VeiligheidscheckIn,
    VeiligheidscheckOut,
    VeiligheidschecksOut,
    VolgendeVeiligheidscheckIn,
    VrijgaveIn,
    WerkOut,
)
from shared.web.access import Allowed
from shared.web.app import room_router
from shared.web.etag import etag_of, if_match
from shared.web.idempotency import attempt_of
from shared.web.pages import encode_cursor, time_place

router = room_router("Werkvoorraad")


@router.get(
    "/werkstukken/{dossierId}",
    summary="Van wie het werk is",
    description=(
        "Wie het werk van een dossier heeft en had, wanneer er weer naar de veiligheid wordt gekeken, en wat er "
        "ontbreekt. De ETag is die van de toewijzing, niet die van de veiligheidsbeoordeling."
    ),
    responses=READ,
)
async def read_werk(
    dossierId: UUID,  # noqa: N803, the name on the wire
    made: Made,
    caller: Allowed,
    response: Response,
) -> WerkOut:
    """Show whose work a dossier is."""
    return _werk(await handlers.read_werk(made, caller, dossierId), response)


@router.put(
    "/werkstukken/{dossierId}/toewijzing",
    summary="Pak werk op, geef het door of wijs het toe",
    description=(
        "Een medewerker pakt werk op dat niemand heeft (`mij`), of geeft zijn eigen werk aan een collega. Een "
        "teamleider wijst elk werk toe. Van twee die tegelijk oppakken krijgt er een het werk."
    ),
    responses=PUT,
)
async def record_toewijzing(  # noqa: PLR0913, what FastAPI injects
    *,
    dossierId: UUID,  # noqa: N803, the name on the wire
    body: ToewijzingIn,
    made: Made,
    caller: Allowed,
    seen: Seen = None,
    response: Response,
) -> WerkOut:
    """Give work to a worker."""
    opgave = body.to_domain(caller)
    return _werk(await handlers.record_toewijzing(made, caller, dossierId, opgave, seen=if_match(seen)), response)


@router.put(
    "/werkstukken/{dossierId}/vrijgave",
    summary="Geef werk vrij",
    description="De eigenaar of een teamleider laat het werk los. Het blijft bij het team en wacht op een eigenaar.",
    responses=PUT,
)
async def record_vrijgave(  # noqa: PLR0913, what FastAPI injects
    *,
    dossierId: UUID,  # noqa: N803, the name on the wire
    body: VrijgaveIn,
    made: Made,
    caller: Allowed,
    seen: Seen = None,
    response: Response,
) -> WerkOut:
    """Let work go."""
    opgave = body.to_domain()
    return _werk(await handlers.record_vrijgave(made, caller, dossierId, opgave, seen=if_match(seen)), response)


@router.post(
    "/werkstukken/_toewijzen",
    summary="Wijs veel werk tegelijk toe",
    description=(
        "Voor een teamleider, bijvoorbeeld als een medewerker weggaat. Elk stuk noemt de versie die u zag en krijgt "
        "een eigen antwoord; wat wordt geweigerd verandert niets aan de rest. Dezelfde Idempotency-Key geeft het "
        "eerste antwoord opnieuw."
    ),
    response_model=ToedelingenOut,
)
async def assign_werk(*, body: ToedelingenIn, made: Made, caller: Allowed, key: Key, request: Request) -> Response:
    """Give out much work at once."""
    attempt = attempt_of(request, key, client=caller.client_id, vault=made.vault)
    answer = await handlers.assign_werk(
        made, caller, body.to_domain(caller), attempt=attempt, render=lambda found: as_json(ToedelingenOut.of(found))
    )
    return JSONResponse(answer.body, status_code=answer.status)


@router.put(
    "/werkstukken/{dossierId}/volgende-veiligheidscheck",
    summary="Spreek de volgende veiligheidscheck af",
    description="Uiterlijk welke dag er weer naar de veiligheid van het gezin wordt gekeken.",
    responses=PUT,
)
async def record_volgende_veiligheidscheck(  # noqa: PLR0913, what FastAPI injects
    *,
    dossierId: UUID,  # noqa: N803, the name on the wire
    body: VolgendeVeiligheidscheckIn,
    made: Made,
    caller: Allowed,
    seen: Seen = None,
    response: Response,
) -> WerkOut:
    """Agree when somebody looks again."""
    return _werk(await checks.record_volgende_dag(made, caller, dossierId, body.dag, seen=if_match(seen)), response)


@router.post(
    "/werkstukken/{dossierId}/veiligheidschecks",
    summary="Leg een veiligheidscheck vast",
    description=(
        "Wat iemand vond die naar de veiligheid van een wachtend gezin keek. Het telt als laatste contact. Acuut "
        "onveilig zet het werk bovenaan de werkvoorraad."
    ),
    status_code=201,
    response_model=VeiligheidscheckOut,
    responses=POST,
)
async def record_veiligheidscheck(  # noqa: PLR0913, what FastAPI injects
    *,
    dossierId: UUID,  # noqa: N803, the name on the wire
    body: VeiligheidscheckIn,
    made: Made,
    caller: Allowed,
    key: Key,
    request: Request,
) -> Response:
    """Note a look at the safety of a family."""
    attempt = attempt_of(request, key, client=caller.client_id, vault=made.vault)
    once: Once[Veiligheidscheck] = Once(attempt, lambda one: as_json(VeiligheidscheckOut.of(one)))
    return created(await checks.record_veiligheidscheck(made, caller, dossierId, body.to_domain(), once), request)


@router.get(
    "/werkstukken/{dossierId}/veiligheidschecks",
    summary="De veiligheidschecks van een dossier",
    description="In de volgorde waarin ze zijn gedaan.",
)
async def list_veiligheidschecks(
    dossierId: UUID,  # noqa: N803, the name on the wire
    made: Made,
    caller: Allowed,
    part: Part,
) -> VeiligheidschecksOut:
    """Show the checks of a dossier."""
    found = await checks.list_checks(made, caller, dossierId, after=time_place(part), limit=part.limiet + 1)
    shown = found[: part.limiet]
    last = shown[-1] if len(found) > part.limiet else None
    return VeiligheidschecksOut(
        resultaten=tuple(VeiligheidscheckOut.of(one) for one in shown),
        volgende=encode_cursor(last.gedaan_op, str(last.id)) if last else None,
    )


@router.get(
    "/werkstukken/{dossierId}/veiligheidschecks/{veiligheidscheckId}",
    summary="Een veiligheidscheck",
    description="Een veiligheidscheck zoals zij is vastgelegd.",
)
async def read_veiligheidscheck(
    dossierId: UUID,  # noqa: N803, the name on the wire
    veiligheidscheckId: UUID,  # noqa: N803, the name on the wire
    made: Made,
    caller: Allowed,
) -> VeiligheidscheckOut:
    """Show one check."""
    return VeiligheidscheckOut.of(await checks.read_check(made, caller, dossierId, veiligheidscheckId))


def _werk(view: handlers.WerkView, response: Response) -> WerkOut:
    response.headers["ETag"] = etag_of(view.werkstuk.versie)
    return WerkOut.of(view)
