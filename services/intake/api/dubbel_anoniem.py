"""The doors to the list of meldingen of somebody whom Veilig Thuis does not know."""

from typing import Annotated
from uuid import UUID

from fastapi import Header, Query, Response

from services.intake.api.common import Made, Part, place_of
from services.intake.domain.dubbel_anoniem import DubbelAnoniemStatus
from services.intake.handlers import dubbel_anoniem
from services.intake.schemas.dubbel_anoniem import (
    DubbelAnoniemBesluitIn,
    DubbelAnoniemDetail,
    DubbelAnoniemLijst,
    detail_uit,
    item_uit,
)
from shared.web.access import Allowed
from shared.web.app import room_router
from shared.web.etag import etag_of, if_match
from shared.web.pages import encode_cursor

router = room_router("Dubbel anonieme meldingen")


@router.get(
    "/dubbel-anonieme-meldingen",
    response_model=DubbelAnoniemLijst,
    summary="Meldingen waarvan Veilig Thuis de melder niet kent",
    description=(
        "Signalen die wachten op een gemotiveerd besluit, of waarop is besloten. De oudste eerst. Zolang niet is "
        "besloten een signaal in behandeling te nemen, weet geen andere afdeling ervan."
    ),
)
async def list_dubbel_anonieme_meldingen(
    caller: Allowed,
    made: Made,
    part: Part,
    status: Annotated[DubbelAnoniemStatus | None, Query(description="Alleen signalen in deze toestand")] = None,
) -> DubbelAnoniemLijst:
    """Return signals of unknown melders."""
    found = await dubbel_anoniem.list_entries(
        made, caller, status=status, limiet=part.limiet, na=place_of(part), now=made.clock()
    )
    more = len(found) == part.limiet and found
    return DubbelAnoniemLijst(
        resultaten=tuple(item_uit(one) for one in found),
        volgende=encode_cursor(str(found[-1].melding_id)) if more else None,
    )


@router.get(
    "/dubbel-anonieme-meldingen/{meldingId}",
    response_model=DubbelAnoniemDetail,
    summary="Een dubbel anonieme melding, met wat erop is besloten",
    description="De ETag is nodig om erop te besluiten. De inhoud staat bij de melding zelf.",
)
async def read_dubbel_anonieme_melding(
    caller: Allowed,
    made: Made,
    meldingId: UUID,  # noqa: N803
    response: Response,
) -> DubbelAnoniemDetail:
    """Return one signal with its version."""
    found = await dubbel_anoniem.read_entry(made, caller, meldingId, now=made.clock())
    response.headers["ETag"] = etag_of(found.versie)
    return detail_uit(found)


@router.put(
    "/dubbel-anonieme-meldingen/{meldingId}/besluit",
    response_model=DubbelAnoniemDetail,
    summary="Besluiten op een dubbel anonieme melding",
    description=(
        "`in-behandeling` alleen door een teamleider: vanaf dat moment is het een melding en lopen haar termijnen. Bij "
        "`melder-bekend` ook, met wie de melder is. Bij `niet-in-behandeling` blijft het een signaal op deze lijst."
    ),
)
async def put_dubbel_anoniem_besluit(  # noqa: PLR0913, dependencies of the route
    *,
    caller: Allowed,
    made: Made,
    meldingId: UUID,  # noqa: N803
    body: DubbelAnoniemBesluitIn,
    response: Response,
    seen: Annotated[str | None, Header(alias="If-Match", description="De ETag van de versie die u zag")] = None,
) -> DubbelAnoniemDetail:
    """Decide on a signal."""
    told = body.to_domain(if_match(seen))
    found = await dubbel_anoniem.record_besluit(made, caller, meldingId, told, now=made.clock())
    response.headers["ETag"] = etag_of(found.versie)
    return detail_uit(found)
