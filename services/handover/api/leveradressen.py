"""The routes of where receivers are told of overdrachten, and of the secrets with which notices are signed."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Query, Request, Response
from starlette.responses import JSONResponse

from services.handover.api.common import Room, settings_of
from services.handover.handlers import leveradressen as handlers
from services.handover.schemas.levering import (
    GeheimIn,
    GeheimUit,
    LeveradresIn,
    LeveradresLijst,
    LeveradresMetGeheim,
    LeveradresUit,
    LeveradresWijzigingIn,
)
from services.handover.settings import HandoverSettings
from shared.errors import Fault, InvalidInputError
from shared.settings import Omgeving
from shared.web.access import Allowed, toegang_of
from shared.web.app import room_router
from shared.web.etag import etag_of, seen_version
from shared.web.idempotency import Answer, attempt_of, idempotency_key
from shared.web.pages import Page, encode_cursor, page
from shared.web.schema import OrganisatieId, Schema

router = room_router("Leveradressen")

Told = Annotated[HandoverSettings, Depends(settings_of)]
Key = Annotated[str | None, Depends(idempotency_key)]


@router.get(
    "/leveradressen",
    summary="Waar ontvangers horen dat er een overdracht wacht",
    description="Beheerder en teamleider zien alle leveradressen, een ontvanger die van zijn eigen organisatie.",
)
async def list_leveradressen(
    caller: Allowed,
    room: Room,
    part: Annotated[Page, Depends(page)],
    organisatie_id: Annotated[OrganisatieId | None, Query(alias="organisatieId")] = None,
) -> LeveradresLijst:
    """Give a page of addresses."""
    found = await handlers.list_leveradressen(room.made, caller, part, organisatie_id=organisatie_id)
    shown = found[: part.limiet]
    more = len(found) > part.limiet
    return LeveradresLijst(
        resultaten=[LeveradresUit.of(one) for one in shown],
        volgende=encode_cursor(str(shown[-1].id)) if more else None,
    )


@router.post(
    "/leveradressen",
    status_code=201,
    response_model=LeveradresMetGeheim,
    summary="Leg vast hoe een ontvanger van overdrachten hoort",
    description=(
        "`rest`: een bericht met nummers en adressen, ondertekend volgens Standard Webhooks (webhook-id, "
        'webhook-timestamp, webhook-signature), dat als ontvangen telt als het antwoord `{"overdrachtId": …, '
        '"status": "ontvangen"}` is. Het kan vaker aankomen: het webhook-id is dan hetzelfde. `e-mail`: een bericht '
        "zonder inhoud. `handmatig`: een medewerker belt of schrijft; zo gaat het ook zonder leveradres. Eén adres "
        "per organisatie, gemeente en soort; wat voor een gemeente of soort is vastgelegd gaat voor."
    ),
)
async def add_leveradres(  # noqa: PLR0913, what FastAPI hands over
    *, request: Request, body: LeveradresIn, caller: Allowed, room: Room, told: Told, key: Key
) -> Response:
    """Add an address and show its secret once."""
    voor = body.voor(None if toegang_of(caller).sees_all else caller.organisatie_id)
    if voor is None:
        fault = Fault("body", "/organisatieId", "zeg van welke organisatie het leveradres is")
        raise InvalidInputError("Noem de organisatie.", faults=(fault,))
    answer = await handlers.add_leveradres(
        room.made,
        caller,
        voor,
        body.to_domain(),
        allow_private=_local(told),
        attempt=attempt_of(request, key, client=caller.client_id, vault=room.made.vault),
        render=lambda shown: _as_json(LeveradresMetGeheim.of_new(shown)),
    )
    headers = {"Location": f"/v1/leveradressen/{answer.body['id']}", "ETag": etag_of(answer.body["versie"])}
    return JSONResponse(answer.body, status_code=answer.status, headers=headers)


@router.get(
    "/leveradressen/{leveradresId}",
    summary="Een leveradres",
    description="Zonder het geheim: dat is alleen te zien als het wordt gemaakt.",
)
async def read_leveradres(
    response: Response,
    caller: Allowed,
    room: Room,
    leveradresId: UUID,  # noqa: N803, the name in the path
) -> LeveradresUit:
    """Give one address."""
    found = await handlers.read_leveradres(room.made, caller, leveradresId)
    response.headers["ETag"] = etag_of(found.versie)
    return LeveradresUit.of(found)


@router.put(
    "/leveradressen/{leveradresId}",
    summary="Vervang een leveradres",
    description=(
        "Voor wie het is blijft gelijk. Wat onderweg is gaat bij de volgende poging naar het nieuwe adres. Wordt het "
        "`rest` en is er geen geheim, dan staat het nieuwe geheim in dit antwoord."
    ),
)
async def replace_leveradres(  # noqa: PLR0913, what FastAPI hands over
    *,
    response: Response,
    body: LeveradresWijzigingIn,
    caller: Allowed,
    room: Room,
    told: Told,
    seen: Annotated[int, Depends(seen_version)],
    leveradresId: UUID,  # noqa: N803, the name in the path
) -> LeveradresMetGeheim:
    """Replace how a receiver is told."""
    shown = await handlers.replace_leveradres(
        room.made, caller, leveradresId, body.to_domain(), seen=seen, allow_private=_local(told)
    )
    response.headers["ETag"] = etag_of(shown.adres.versie)
    return LeveradresMetGeheim.of_new(shown)


@router.delete(
    "/leveradressen/{leveradresId}",
    status_code=204,
    summary="Beëindig een leveradres",
    description="Wat nog moest worden geleverd wacht daarna op een mens, tenzij een ander leveradres past.",
)
async def end_leveradres(
    caller: Allowed,
    room: Room,
    seen: Annotated[int, Depends(seen_version)],
    leveradresId: UUID,  # noqa: N803, the name in the path
) -> None:
    """End an address."""
    await handlers.end_leveradres(room.made, caller, leveradresId, seen=seen)


@router.post(
    "/leveradressen/{leveradresId}/geheimen",
    status_code=201,
    response_model=GeheimUit,
    summary="Vernieuw het geheim van een leveradres",
    description=(
        "Het nieuwe geheim staat alleen in dit antwoord. Zolang de overlap duurt staan er twee handtekeningen in "
        "webhook-signature: van het nieuwe en van het vorige."
    ),
)
async def rotate_leveradres_geheim(  # noqa: PLR0913, what FastAPI hands over
    *,
    request: Request,
    body: GeheimIn,
    caller: Allowed,
    room: Room,
    key: Key,
    leveradresId: UUID,  # noqa: N803, the name in the path
) -> Response:
    """Make a new secret and show it once."""
    answer: Answer = await handlers.rotate_geheim(
        room.made,
        caller,
        leveradresId,
        overlap_uren=body.overlap_uren,
        attempt=attempt_of(request, key, client=caller.client_id, vault=room.made.vault),
        render=lambda new: _as_json(GeheimUit.of(new)),
    )
    headers = {"Location": f"/v1/leveradressen/{leveradresId}"}
    return JSONResponse(answer.body, status_code=answer.status, headers=headers)


def _local(told: HandoverSettings) -> bool:
    return told.omgeving is Omgeving.LOKAAL


def _as_json(shown: Schema) -> dict[str, Any]:
    return shown.model_dump(mode="json", by_alias=True)
