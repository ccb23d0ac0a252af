"""The doors for whoever wants to be told of facts by webhook."""

from datetime import timedelta
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Path, Request, Response
from fastapi.responses import JSONResponse

from services.monitoring.api.omgeving import webhook_rules
from services.monitoring.handlers import abonnementen as handlers
from services.monitoring.handlers.abonnementen import Wish
from services.monitoring.partners.webhook import WebhookRules
from services.monitoring.schemas.abonnementen import (
    Abonnement,
    AbonnementIn,
    AbonnementLijst,
    Geheim,
    GeheimIn,
    NieuwAbonnement,
)
from shared.web.access import Allowed
from shared.web.app import Resources, resources, room_router
from shared.web.idempotency import attempt_of, idempotency_key
from shared.web.pages import Page, encode_cursor, id_place, page

router = room_router("Abonnementen")

AbonnementId = Annotated[UUID, Path(alias="abonnementId")]


@router.get(
    "/abonnementen",
    summary="Lopende abonnementen",
    description="Wie via een webhook van gebeurtenissen hoort. Teamleider en beheerder zien alle, een ander de eigen.",
)
async def list_abonnementen(
    caller: Allowed,
    made: Annotated[Resources, Depends(resources)],
    part: Annotated[Page, Depends(page)],
) -> AbonnementLijst:
    """Give the abonnementen of the caller."""
    found = await handlers.list_abonnementen(made, caller, na=id_place(part), limiet=part.limiet + 1, now=made.clock())
    shown = found[: part.limiet]
    more = len(found) > part.limiet
    return AbonnementLijst(
        resultaten=[Abonnement.model_validate(item) for item in shown],
        volgende=encode_cursor(shown[-1]["id"]) if more else None,
    )


@router.post(
    "/abonnementen",
    summary="Abonneer u op gebeurtenissen",
    description=(
        "Elk bericht is een CloudEvent zonder persoonsgegevens, ondertekend volgens Standard Webhooks (webhook-id, "
        "webhook-timestamp, webhook-signature). Het kan vaker aankomen: het webhook-id is dan hetzelfde. Binnen een "
        "casus komen berichten op volgorde: een volgende wacht op die ervoor. Een ontvangst is een heel antwoord 2xx "
        "binnen vijftien seconden. Wat niet aankomt wordt een dag lang opnieuw geprobeerd; neemt de ontvanger een dag "
        "niets aan, of antwoordt hij 410, dan wordt het abonnement uitgeschakeld en blijft staan wat wacht. Op welke "
        "soorten u zich kunt abonneren hangt van de rol af. Het geheim staat alleen in dit antwoord."
    ),
    status_code=201,
    response_model=NieuwAbonnement,
)
async def add_abonnement(  # noqa: PLR0913, PLR0917, what FastAPI hands over
    request: Request,
    wish: AbonnementIn,
    caller: Allowed,
    made: Annotated[Resources, Depends(resources)],
    rules: Annotated[WebhookRules, Depends(webhook_rules)],
    key: Annotated[str | None, Depends(idempotency_key)],
) -> Response:
    """Add an abonnement and show its secret once."""
    answer = await handlers.add_abonnement(
        made,
        caller,
        Wish(wish.callback_url, tuple(wish.soorten), tuple(wish.gemeente_codes)),
        rules=rules,
        attempt=attempt_of(request, key, client=caller.client_id, vault=made.vault),
        now=made.clock(),
    )
    return JSONResponse(
        answer.body, status_code=answer.status, headers={"Location": f"/v1/abonnementen/{answer.body['id']}"}
    )


@router.get(
    "/abonnementen/{abonnementId}",
    summary="Een abonnement",
    description="Een lopend abonnement, zonder het geheim.",
)
async def read_abonnement(
    abonnement_id: AbonnementId,
    caller: Allowed,
    made: Annotated[Resources, Depends(resources)],
) -> Abonnement:
    """Give one abonnement."""
    return Abonnement.model_validate(await handlers.read_abonnement(made, caller, abonnement_id, now=made.clock()))


@router.delete(
    "/abonnementen/{abonnementId}",
    summary="Beëindig een abonnement",
    description="Wat nog niet is verzonden, wordt niet meer verzonden.",
    status_code=204,
)
async def end_abonnement(
    abonnement_id: AbonnementId,
    caller: Allowed,
    made: Annotated[Resources, Depends(resources)],
) -> None:
    """End an abonnement."""
    await handlers.end_abonnement(made, caller, abonnement_id, now=made.clock())


@router.put(
    "/abonnementen/{abonnementId}/hervatting",
    summary="Hervat een abonnement",
    description=(
        "Wat wachtte wordt bezorgd, op volgorde. Van een abonnement dat loopt wordt wat wacht meteen weer geprobeerd."
    ),
)
async def resume_abonnement(
    abonnement_id: AbonnementId, caller: Allowed, made: Annotated[Resources, Depends(resources)]
) -> Abonnement:
    """Let an abonnement run again."""
    return Abonnement.model_validate(await handlers.resume_abonnement(made, caller, abonnement_id, now=made.clock()))


@router.post(
    "/abonnementen/{abonnementId}/geheimen",
    summary="Wissel het geheim",
    description=(
        "Zolang de overlap duurt staat op elk bericht ook de handtekening met het vorige geheim, met een spatie "
        "ertussen (Standard Webhooks). Het nieuwe geheim staat alleen in dit antwoord."
    ),
    status_code=201,
    response_model=Geheim,
)
async def rotate_geheim(  # noqa: PLR0913, PLR0917, what FastAPI hands over
    abonnement_id: AbonnementId,
    request: Request,
    wish: GeheimIn,
    caller: Allowed,
    made: Annotated[Resources, Depends(resources)],
    key: Annotated[str | None, Depends(idempotency_key)],
) -> Response:
    """Make a new secret and show it once."""
    answer = await handlers.rotate_geheim(
        made,
        caller,
        abonnement_id,
        overlap=timedelta(hours=wish.overlap_uren),
        attempt=attempt_of(request, key, client=caller.client_id, vault=made.vault),
        now=made.clock(),
    )
    return JSONResponse(answer.body, status_code=answer.status)
