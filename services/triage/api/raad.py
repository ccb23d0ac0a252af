"""The doors of the requests to the raad: the request, who is told of it, and what the raad answers."""

from uuid import UUID

from fastapi import Request, Response

from services.triage.api import consulten, kantonrechter
from services.triage.api.common import POST, PUT, READ, Key, Made, Part, Seen, as_json, created
from services.triage.api.matter import AskedOf
from services.triage.domain.vto import Kennisgeving, Vto
from services.triage.handlers import vto as handlers
from services.triage.handlers.common import Once
from services.triage.handlers.matter import list_matters, read_matter
from services.triage.schemas.matter import shown_page
from services.triage.schemas.vto import (
    RaadsberichtIn,
    RaadsstandOut,
    RaadsverzoekenOut,
    VtoIn,
    VtoIndieningIn,
    VtoIntrekkingIn,
    VtoItemOut,
    VtoKennisgevingIn,
    VtoKennisgevingOut,
    VtoLijst,
    VtoOpgaveIn,
    VtoOut,
)
from shared.web.access import Allowed
from shared.web.app import Resources, room_router
from shared.web.etag import etag_of, if_match
from shared.web.idempotency import attempt_of
from shared.web.pages import encode_cursor, time_place

router = room_router("Raad en consulten")
router.include_router(consulten.router)
router.include_router(kantonrechter.router)


@router.get(
    "/verzoeken-tot-onderzoek",
    summary="Verzoeken tot onderzoek aan de raad",
    description="In de volgorde waarin ze zijn begonnen; met `casusId` of `meldingId` alleen die daarvan.",
)
async def list_verzoeken_tot_onderzoek(made: Made, asked: AskedOf) -> VtoLijst:
    """Show them in the order in which they began: codes only."""
    found = await list_matters(made, handlers.SUBJECT, asked)
    return VtoLijst(**shown_page(found, asked.limit - 1, VtoItemOut.of))


@router.get(
    "/verzoeken-tot-onderzoek/{vtoId}",
    summary="Een verzoek tot onderzoek",
    description="Met wat er nog ontbreekt, wie is ingelicht en wie nog niet, en hoe ver de raad is.",
    responses=READ,
)
async def read_verzoek_tot_onderzoek(
    vtoId: UUID,  # noqa: N803, the name on the wire
    made: Made,
    caller: Allowed,
    response: Response,
) -> VtoOut:
    """Show one."""
    return _shown(await read_matter(made, caller, handlers.SUBJECT, vtoId), made, response)


@router.post(
    "/verzoeken-tot-onderzoek",
    summary="Begin een verzoek tot onderzoek",
    description=(
        "Een concept, dat onvolledig mag zijn: `ontbreekt` zegt wat er nog bij moet. Het kan voor of na het besluit en "
        "tijdens een dienst; het staat los van de uitkomst."
    ),
    status_code=201,
    response_model=VtoOut,
    responses=POST,
)
async def create_verzoek_tot_onderzoek(
    *,
    body: VtoIn,
    made: Made,
    caller: Allowed,
    key: Key,
    request: Request,
) -> Response:
    """Begin a concept."""
    attempt = attempt_of(request, key, client=caller.client_id, vault=made.vault)
    once: Once[Vto] = Once(attempt, lambda one: as_json(VtoOut.of_whole(one, made.rules)))
    return created(await handlers.create_vto(made, caller, body.melding_id, body.to_domain(), once), request)


@router.put(
    "/verzoeken-tot-onderzoek/{vtoId}/opgave",
    summary="Vul een concept aan",
    description=("Het hele verzoek, zoals het nu moet luiden. Na de indiening staat het vast."),
    responses=PUT,
)
async def put_vto_opgave(  # noqa: PLR0913, what FastAPI injects
    *,
    vtoId: UUID,  # noqa: N803, the name on the wire
    body: VtoOpgaveIn,
    made: Made,
    caller: Allowed,
    seen: Seen = None,
    response: Response,
) -> VtoOut:
    """Write a concept anew."""
    found = await handlers.put_opgave(made, caller, vtoId, body.to_domain(), seen=if_match(seen))
    return _shown(found, made, response)


@router.put(
    "/verzoeken-tot-onderzoek/{vtoId}/indiening",
    summary="Dien het verzoek in bij de raad",
    description=(
        "Alle onderdelen moeten er zijn; wat ontbreekt staat in de fouten. Daarna moeten het college en de melder "
        "worden ingelicht (Wmo 2015 art. 4.1.1)."
    ),
    responses=PUT,
)
async def put_vto_indiening(  # noqa: PLR0913, what FastAPI injects
    *,
    vtoId: UUID,  # noqa: N803, the name on the wire
    body: VtoIndieningIn,
    made: Made,
    caller: Allowed,
    seen: Seen = None,
    response: Response,
) -> VtoOut:
    """Send a request to the raad."""
    found = await handlers.put_indiening(made, caller, vtoId, body.gedaan_op, seen=if_match(seen))
    return _shown(found, made, response)


@router.put(
    "/verzoeken-tot-onderzoek/{vtoId}/intrekking",
    summary="Trek het verzoek in",
    description=("Zolang de raad nog niet klaar is met onderzoeken. Dezelfde intrekking nog eens verandert niets."),
    responses=PUT,
)
async def put_vto_intrekking(  # noqa: PLR0913, what FastAPI injects
    *,
    vtoId: UUID,  # noqa: N803, the name on the wire
    body: VtoIntrekkingIn,
    made: Made,
    caller: Allowed,
    seen: Seen = None,
    response: Response,
) -> VtoOut:
    """Take a request back."""
    found = await handlers.put_intrekking(made, caller, vtoId, body.to_domain(), seen=if_match(seen))
    return _shown(found, made, response)


@router.post(
    "/verzoeken-tot-onderzoek/{vtoId}/kennisgevingen",
    summary="Leg vast dat het college of de melder is ingelicht",
    description=(
        "Met het bewijs ervan. Van elk telt de eerste. Een melder die niemand kent is niet in te lichten: zeg dan in "
        "`nietMogelijk` waarom."
    ),
    status_code=201,
    response_model=VtoKennisgevingOut,
    responses=POST,
)
async def create_vto_kennisgeving(  # noqa: PLR0913, what FastAPI injects
    *,
    vtoId: UUID,  # noqa: N803, the name on the wire
    body: VtoKennisgevingIn,
    made: Made,
    caller: Allowed,
    key: Key,
    request: Request,
) -> Response:
    """Note that somebody was told."""
    attempt = attempt_of(request, key, client=caller.client_id, vault=made.vault)
    once: Once[Kennisgeving] = Once(attempt, lambda one: as_json(VtoKennisgevingOut.of(one)))
    return created(await handlers.create_kennisgeving(made, caller, vtoId, body.to_domain(), once), request)


@router.get(
    "/verzoeken-tot-onderzoek/{vtoId}/kennisgevingen/{vtoKennisgevingId}",
    summary="Een kennisgeving",
    description="Een kennisgeving met haar bewijs, zoals zij is vastgelegd.",
)
async def read_vto_kennisgeving(
    vtoId: UUID,  # noqa: N803, the name on the wire
    vtoKennisgevingId: UUID,  # noqa: N803, the name on the wire
    made: Made,
    caller: Allowed,
) -> VtoKennisgevingOut:
    """Show one kennisgeving."""
    return VtoKennisgevingOut.of(await handlers.read_kennisgeving(made, caller, vtoId, vtoKennisgevingId))


@router.get(
    "/raadsverzoeken",
    summary="De verzoeken aan uw raad",
    description=(
        "Wat aan uw organisatie is ingediend, in die volgorde, met hoe ver het is. Het verzoek zelf komt langs de weg "
        "waarover het is ingediend; hier staat niets van wat Veilig Thuis opschreef."
    ),
)
async def list_raadsverzoeken(made: Made, caller: Allowed, part: Part) -> RaadsverzoekenOut:
    """Show the raad what was sent to it."""
    found = await handlers.list_raadsverzoeken(made, caller, after=time_place(part), limit=part.limiet + 1)
    shown = found[: part.limiet]
    last = shown[-1] if len(found) > part.limiet else None
    return RaadsverzoekenOut(
        resultaten=tuple(RaadsstandOut.of(one) for one in shown),
        volgende=encode_cursor(last.gedaan_op, str(last.id)) if last else None,
    )


@router.get(
    "/verzoeken-tot-onderzoek/{vtoId}/raadsbericht",
    summary="Hoe ver de raad is",
    description=(
        "De stand en het resultaat. De raad leest dit van de eigen verzoeken, en niets van wat Veilig Thuis opschreef."
    ),
    responses=READ,
)
async def read_raadsbericht(
    vtoId: UUID,  # noqa: N803, the name on the wire
    made: Made,
    caller: Allowed,
    response: Response,
) -> RaadsstandOut:
    """Show how far the raad is."""
    return _stand(await handlers.read_status(made, caller, vtoId), response)


@router.put(
    "/verzoeken-tot-onderzoek/{vtoId}/raadsbericht",
    summary="Meld hoe ver de raad is",
    description=(
        "Van de raad zelf, of door Veilig Thuis overgenomen. Hetzelfde bericht nog eens verandert niets, daarom is er "
        "geen If-Match. Berichten mogen elkaar inhalen: de verste stand telt. Wat een eerder bericht tegenspreekt "
        "wordt geweigerd."
    ),
    responses=READ,
)
async def put_raadsbericht(
    *,
    vtoId: UUID,  # noqa: N803, the name on the wire
    body: RaadsberichtIn,
    made: Made,
    caller: Allowed,
    response: Response,
) -> RaadsstandOut:
    """Take a message of the raad."""
    return _stand(await handlers.put_raadsbericht(made, caller, vtoId, body.to_domain()), response)


def _shown(vto: Vto, made: Resources, response: Response) -> VtoOut:
    response.headers["ETag"] = etag_of(vto.versie)
    return VtoOut.of_whole(vto, made.rules)


def _stand(vto: Vto, response: Response) -> RaadsstandOut:
    response.headers["ETag"] = etag_of(vto.versie)
    return RaadsstandOut.of(vto)
