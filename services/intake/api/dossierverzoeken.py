"""The doors to the rights on a file: ask, decide, confirm, and take the afschrift along."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Header, Query, Request, Response

from services.intake.api.common import Key, Made, Part, place_of
from services.intake.domain.dossierverzoek import Dossierverzoek, DossierverzoekStatus
from services.intake.domain.leesbaar import page as readable
from services.intake.handlers import afschriften
from services.intake.handlers import dossierverzoeken as handlers
from services.intake.partners.dossierdelen import DossierdelenOverHttp
from services.intake.schemas.dossierverzoeken import (
    AfschriftUit,
    DossierBesluitIn,
    DossierverzoekIn,
    DossierverzoekLijst,
    DossierverzoekUit,
    afschrift_uit,
    verzoek_uit,
)
from services.intake.settings import IntakeSettings
from shared.web.access import Allowed
from shared.web.app import resources_of, room_router
from shared.web.etag import etag_of, if_match
from shared.web.idempotency import attempt_of
from shared.web.pages import encode_cursor

router = room_router("Dossierrechten")

_CREATED = 201
_HTML = "text/html"
# A page of persons: kept by nobody, and nothing in it runs or is fetched.
_PAGE_HEADERS = {"Content-Security-Policy": "default-src 'none'", "Content-Language": "nl"}


async def rooms(request: Request) -> DossierdelenOverHttp:
    """Return the other rooms, of which each holds a part of a file (a dependency)."""
    given: DossierdelenOverHttp | None = getattr(request.app.state, "rooms", None)
    if given is None:
        told: IntakeSettings = request.app.state.settings
        urls = {"triage": told.triage_url, "handover": told.handover_url, "monitoring": told.monitoring_url}
        given = request.app.state.rooms = DossierdelenOverHttp(resources_of(request).client, urls)
    return given


def _answer(found: Dossierverzoek, response: Response) -> DossierverzoekUit:
    response.headers["ETag"] = etag_of(found.versie)
    return verzoek_uit(found)


@router.post(
    "/dossierverzoeken",
    status_code=_CREATED,
    response_model=DossierverzoekUit,
    summary="Een verzoek over het eigen dossier vastleggen",
    description=(
        "Inzage, afschrift, correctie, eigen verklaring, beperking of vernietiging (AVG art. 15 tot en met 18; Wmo "
        "2015). De termijn begint bij ontvangenOp. Een leeftijd die vragen oproept geeft een waarschuwing, geen "
        "weigering."
    ),
)
async def create_dossierverzoek(  # noqa: PLR0913, PLR0917, dependencies of the route
    caller: Allowed, made: Made, request: Request, key: Key, body: DossierverzoekIn, response: Response
) -> DossierverzoekUit:
    """Take in a request about the own file."""
    attempt = attempt_of(request, key, client=caller.client_id, vault=made.vault)
    found = await handlers.receive_verzoek(made, caller, body.to_domain(), attempt=attempt, now=made.clock())
    response.headers["Location"] = f"/v1/dossierverzoeken/{found.id}"
    return _answer(found, response)


@router.get(
    "/dossierverzoeken",
    response_model=DossierverzoekLijst,
    summary="Dossierverzoeken",
    description="De oudste eerst.",
)
async def list_dossierverzoeken(
    caller: Allowed,
    made: Made,
    part: Part,
    status: Annotated[DossierverzoekStatus | None, Query(description="Alleen verzoeken in deze toestand")] = None,
    casus_id: Annotated[UUID | None, Query(alias="casusId", description="Alleen verzoeken over deze casus")] = None,
) -> DossierverzoekLijst:
    """Return requests."""
    found = await handlers.list_verzoeken(
        made, caller, status=status, casus_id=casus_id, limiet=part.limiet, na=place_of(part), now=made.clock()
    )
    following = encode_cursor(str(found[-1].id)) if len(found) == part.limiet else None
    return DossierverzoekLijst(resultaten=tuple(verzoek_uit(verzoek) for verzoek in found), volgende=following)


@router.get(
    "/dossierverzoeken/{verzoekId}",
    response_model=DossierverzoekUit,
    summary="Een dossierverzoek lezen",
    description="De ETag is nodig om erop te besluiten.",
)
async def read_dossierverzoek(
    caller: Allowed,
    made: Made,
    verzoekId: UUID,  # noqa: N803
    response: Response,
) -> DossierverzoekUit:
    """Return one request with its version."""
    return _answer(await handlers.read_verzoek(made, caller, verzoekId, now=made.clock()), response)


@router.put(
    "/dossierverzoeken/{verzoekId}/besluit",
    response_model=DossierverzoekUit,
    summary="Besluiten op een dossierverzoek",
    description=(
        "`toegewezen` voert het verzoek uit, behalve bij vernietiging: daarvoor moet een ander het nog bevestigen. "
        "`geweigerd` vraagt een grond van dit soort verzoek en een motivering. `opgeheven` beëindigt een beperking."
    ),
)
async def put_dossierverzoek_besluit(  # noqa: PLR0913, dependencies of the route
    *,
    caller: Allowed,
    made: Made,
    verzoekId: UUID,  # noqa: N803
    body: DossierBesluitIn,
    response: Response,
    seen: Annotated[str | None, Header(alias="If-Match", description="De ETag van de versie die u zag")] = None,
) -> DossierverzoekUit:
    """Decide on a request."""
    told = body.to_domain(if_match(seen))
    return _answer(await handlers.record_besluit(made, caller, verzoekId, told, now=made.clock()), response)


@router.get(
    "/dossierverzoeken/{verzoekId}/afschrift",
    response_model=AfschriftUit,
    responses={200: {"content": {_HTML: {"schema": {"type": "string"}}}}},
    summary="Het afschrift van een dossier",
    description=(
        "Wat alle afdelingen over deze persoon vastleggen, en wie het zag. Gegevens van anderen, en van een melder die "
        "niet bekend mag worden, zijn weggelaten. Alleen na een toegewezen verzoek. JSON, of HTML door `Accept`."
    ),
)
async def read_afschrift(
    caller: Allowed,
    made: Made,
    others: Annotated[DossierdelenOverHttp, Depends(rooms)],
    verzoekId: UUID,  # noqa: N803
    accept: Annotated[str, Header(alias="Accept", include_in_schema=False)] = "*/*",
) -> Response:
    """Return the file of one person."""
    found = await afschriften.read_afschrift(made, others, caller, verzoekId, now=made.clock())
    if _HTML in accept:
        return Response(readable(found), media_type="text/html; charset=utf-8", headers=_PAGE_HEADERS)
    return Response(afschrift_uit(found).model_dump_json(by_alias=True), media_type="application/json")


@router.put(
    "/dossierverzoeken/{verzoekId}/bevestiging",
    response_model=DossierverzoekUit,
    summary="Een vernietiging bevestigen",
    description=(
        "De tweede van vier ogen: een teamleider die niet zelf besloot. Het dossier wordt meteen en overal vernietigd; "
        "dat kan niet ongedaan worden gemaakt. Wat blijft is een verklaring zonder inhoud."
    ),
)
async def put_dossierverzoek_bevestiging(
    *,
    caller: Allowed,
    made: Made,
    verzoekId: UUID,  # noqa: N803
    response: Response,
    seen: Annotated[str | None, Header(alias="If-Match", description="De ETag van de versie die u zag")] = None,
) -> DossierverzoekUit:
    """Confirm a destruction."""
    found = await handlers.confirm_vernietiging(made, caller, verzoekId, gezien=if_match(seen), now=made.clock())
    return _answer(found, response)
