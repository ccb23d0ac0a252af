"""The doors to what was delivered to an abonnement, and to a test of it."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Path, Query

from services.monitoring.domain.bezorgen import BerichtStatus
from services.monitoring.handlers import leveringen as handlers
from services.monitoring.schemas.abonnementen import Levering, LeveringLijst, levering_of
from shared.web.access import Allowed
from shared.web.app import Resources, resources, room_router
from shared.web.pages import Page, encode_cursor, number_place, page

router = room_router("Abonnementen")

AbonnementId = Annotated[UUID, Path(alias="abonnementId")]
LeveringId = Annotated[UUID, Path(alias="leveringId")]


@router.get(
    "/abonnementen/{abonnementId}/leveringen",
    summary="Wat er is bezorgd, de nieuwste eerst",
    description=(
        "Elk bericht met zijn pogingen: wanneer, met welk antwoord, hoe lang het duurde, en wanneer het weer wordt "
        "geprobeerd. Zonder inhoud: die staat in het bericht zelf."
    ),
)
async def list_leveringen(
    abonnement_id: AbonnementId,
    caller: Allowed,
    made: Annotated[Resources, Depends(resources)],
    part: Annotated[Page, Depends(page)],
    status: Annotated[BerichtStatus | None, Query()] = None,
) -> LeveringLijst:
    """Give the deliveries of an abonnement."""
    found = await handlers.list_leveringen(
        made,
        caller,
        abonnement_id,
        status=status,
        na=number_place(part),
        limiet=part.limiet + 1,
        now=made.clock(),
    )
    shown = found[: part.limiet]
    return LeveringLijst(
        resultaten=[levering_of(row) for row in shown],
        volgende=encode_cursor(shown[-1].nr) if len(found) > len(shown) else None,
    )


@router.post(
    "/abonnementen/{abonnementId}/proeven",
    summary="Stuur een proefbericht",
    description=(
        "Een ondertekend bericht van de soort `nl.ketenradar.abonnement-beproefd.v1`, zonder inhoud. Het wordt één "
        "keer geprobeerd, ook als het abonnement is uitgeschakeld; hoe het afliep staat in de leveringen. Zolang er "
        "een wacht, is een tweede dezelfde."
    ),
    status_code=202,
)
async def send_proef(
    abonnement_id: AbonnementId, caller: Allowed, made: Annotated[Resources, Depends(resources)]
) -> Levering:
    """Send a test notice."""
    return levering_of(await handlers.send_proef(made, caller, abonnement_id, now=made.clock()))


@router.post(
    "/abonnementen/{abonnementId}/leveringen/{leveringId}/herhaling",
    summary="Stuur een bericht nog eens",
    description=(
        "Onder hetzelfde `webhook-id` en met dezelfde inhoud. Wat in de casus daarna komt, wacht tot het er is. "
        "Een bericht dat al wacht wordt meteen geprobeerd. Is het abonnement uitgeschakeld, dan gaat het pas na de "
        "hervatting."
    ),
    status_code=202,
)
async def repeat_levering(
    abonnement_id: AbonnementId,
    levering_id: LeveringId,
    caller: Allowed,
    made: Annotated[Resources, Depends(resources)],
) -> Levering:
    """Send a notice again."""
    return levering_of(await handlers.repeat_levering(made, caller, abonnement_id, levering_id, now=made.clock()))
