"""The route of what waits for somebody."""

from typing import Annotated

from fastapi import Depends, Query

from services.handover.api.common import Room
from services.handover.domain.openstaand import Filter, OpenSoort
from services.handover.handlers import openstaand as handlers
from services.handover.schemas.behandelaar import named
from services.handover.schemas.openstaand import OpenstaandUit
from shared.errors import Fault, InvalidInputError
from shared.web.access import Allowed, toegang_of
from shared.web.app import room_router
from shared.web.pages import Page, page
from shared.web.schema import GemeenteCode, MedewerkerId

router = room_router("Openstaand")


@router.get(
    "/openstaand",
    summary="Alles wat op u wacht",
    description=(
        "Wat het eerst moet staat bovenaan, in één lijst over alle soorten, met van elke soort hoeveel er is. Een"
        " lokaal team of ketenpartner ziet wat hij moet doen aan wat aan hem is aangeboden, een opvang ook haar"
        " aanvragen en wie er uit kan, en wie hulp geeft ook de inzet die hem is gevraagd; Veilig Thuis ziet wat het"
        " zelf moet doen. Wat geen termijn heeft staat op het moment waarop het begon te wachten. Geen"
        " persoonsgegevens."
    ),
)
async def list_openstaand(  # noqa: PLR0913, by what a list is narrowed
    *,
    caller: Allowed,
    room: Room,
    part: Annotated[Page, Depends(page)],
    gemeente_code: Annotated[GemeenteCode | None, Query(alias="gemeenteCode")] = None,
    soort: Annotated[OpenSoort | None, Query(description="Alleen deze soort")] = None,
    behandelaar: Annotated[
        MedewerkerId | None, Query(description="Alleen wat deze collega behandelt, of `mij`")
    ] = None,
    zonder_behandelaar: Annotated[
        bool, Query(alias="zonderBehandelaar", description="Alleen wat niemand behandelt")
    ] = False,
) -> OpenstaandUit:
    """Return a page of what waits for the caller."""
    if behandelaar is not None and zonder_behandelaar:
        fault = Fault("query", "/zonderBehandelaar", "kan niet samen met `behandelaar`")
        raise InvalidInputError("Een overdracht heeft een behandelaar of niet.", faults=(fault,))
    if toegang_of(caller).sees_all and (behandelaar is not None or zonder_behandelaar):
        name = "/behandelaar" if behandelaar is not None else "/zonderBehandelaar"
        fault = Fault("query", name, "alleen voor een ontvanger")
        raise InvalidInputError("Wie van een ontvanger iets behandelt, ziet alleen die ontvanger.", faults=(fault,))
    wanted = Filter(
        gemeente_code=gemeente_code,
        soort=soort,
        behandelaar=named(behandelaar, caller) if behandelaar else None,
        zonder_behandelaar=zonder_behandelaar,
    )
    return OpenstaandUit.of(await handlers.list_openstaand(room, caller, part, wanted), part.limiet)
