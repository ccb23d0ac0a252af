"""The doors of koppelvoorstellen: casussen that may be about the same people."""

from typing import Annotated
from uuid import UUID

from fastapi import Header, Query, Response

from services.intake.api.common import Made, Part, place_of
from services.intake.domain.koppelvoorstel import KoppelvoorstelStatus
from services.intake.handlers import gathering
from services.intake.schemas.casus import (
    KoppelBesluitIn,
    KoppelvoorstelLijst,
    KoppelvoorstelUit,
    voorstel_uit,
)
from services.intake.schemas.common import last_id
from shared.web.access import Allowed
from shared.web.app import room_router
from shared.web.etag import etag_of, if_match
from shared.web.pages import encode_cursor

router = room_router("Koppelvoorstellen")


@router.get(
    "/koppelvoorstellen",
    response_model=KoppelvoorstelLijst,
    summary="Koppelvoorstellen",
    description="Casussen die misschien over dezelfde personen gaan, met de redenen als codes. De oudste eerst.",
)
async def list_koppelvoorstellen(
    caller: Allowed,
    made: Made,
    part: Part,
    status: Annotated[KoppelvoorstelStatus | None, Query(description="Alleen voorstellen in deze toestand")] = None,
) -> KoppelvoorstelLijst:
    """Return koppelvoorstellen."""
    found = await gathering.list_voorstellen(
        made, caller, status=status, limiet=part.limiet, na=place_of(part), now=made.clock()
    )
    following = last_id(found, part.limiet)
    return KoppelvoorstelLijst(
        resultaten=tuple(voorstel_uit(voorstel) for voorstel in found),
        volgende=encode_cursor(str(following)) if following else None,
    )


@router.get(
    "/koppelvoorstellen/{voorstelId}",
    response_model=KoppelvoorstelUit,
    summary="Een koppelvoorstel lezen",
    description="De ETag is nodig om erop te besluiten.",
)
async def read_koppelvoorstel(
    caller: Allowed,
    made: Made,
    voorstelId: UUID,  # noqa: N803
    response: Response,
) -> KoppelvoorstelUit:
    """Return one koppelvoorstel with its version."""
    found = await gathering.read_voorstel(made, caller, voorstelId, now=made.clock())
    response.headers["ETag"] = etag_of(found.versie)
    return voorstel_uit(found)


@router.put(
    "/koppelvoorstellen/{voorstelId}/besluit",
    response_model=KoppelvoorstelUit,
    summary="Besluiten op een koppelvoorstel",
    description=(
        "Bij `bevestigd` gaan de meldingen en personen van de jongste casus naar de oudste. `ongedaan` neemt het "
        "laatste besluit terug: een afwijzing wordt weer een vraag, en na een samenvoeging krijgt de verdwenen casus "
        "haar eigen nummer terug met precies de meldingen die zij meebracht; wat later kwam, blijft. Kan dat niet, dan "
        "zegt de 409 wat er wel kan."
    ),
)
async def put_besluit(  # noqa: PLR0913, dependencies of the route
    *,
    caller: Allowed,
    made: Made,
    voorstelId: UUID,  # noqa: N803
    body: KoppelBesluitIn,
    response: Response,
    seen: Annotated[str | None, Header(alias="If-Match", description="De ETag van de versie die u zag")] = None,
) -> KoppelvoorstelUit:
    """Decide on a koppelvoorstel."""
    # Read here and not as a dependency: a body with a fault answers 400, also when the header is missing.
    besluit = gathering.KoppelBesluit(body.besluit, body.motivering, if_match(seen))
    found = await gathering.record_koppel_besluit(made, caller, voorstelId, besluit, now=made.clock())
    response.headers["ETag"] = etag_of(found.versie)
    return voorstel_uit(found)
