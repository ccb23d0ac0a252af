"""The doors for whoever wants to be told of facts by webhook."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Request, Response
from fastapi.responses import JSONResponse

from services.monitoring.api.omgeving import webhook_rules
from services.monitoring.handlers import abonnementen as handlers
from services.monitoring.handlers.abonnementen import Wish
from services.monitoring.partners.webhook import WebhookRules
from services.monitoring.schemas.alerts import Abonnement, AbonnementIn, AbonnementLijst, NieuwAbonnement
from shared.web.access import Allowed
from shared.web.app import Resources, resources, room_router
from shared.web.idempotency import attempt_of, idempotency_key
from shared.web.pages import Page, encode_cursor, id_place, page

router = room_router("Abonnementen")


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
    found = await handlers.list_abonnementen(made, caller, na=id_place(part), limiet=part.limiet + 1)
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
        "casus komen berichten op volgorde. Het geheim staat alleen in dit antwoord."
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
    abonnementId: UUID,  # noqa: N803, the name on the wire
    caller: Allowed,
    made: Annotated[Resources, Depends(resources)],
) -> Abonnement:
    """Give one abonnement."""
    return Abonnement.model_validate(await handlers.read_abonnement(made, caller, abonnementId))


@router.delete(
    "/abonnementen/{abonnementId}",
    summary="Beëindig een abonnement",
    description="Wat nog niet is verzonden, wordt niet meer verzonden.",
    status_code=204,
)
async def end_abonnement(
    abonnementId: UUID,  # noqa: N803, the name on the wire
    caller: Allowed,
    made: Annotated[Resources, Depends(resources)],
) -> None:
    """End an abonnement."""
    await handlers.end_abonnement(made, caller, abonnementId, now=made.clock())
