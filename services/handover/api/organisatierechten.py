"""The routes of what organisations were given: for which doel, of which municipality, until when."""

from uuid import UUID

from fastapi import Request, Response

from services.handover.api.common import Room
from services.handover.api.organisaties import AGAIN, OrganisatieInPath, Seen, tell_change, tell_version
from services.handover.handlers import organisaties as handlers
from services.handover.schemas.organisaties import RechtEindeIn, RechtenUit, RechtIn, RechtUit
from shared.web.access import Allowed
from shared.web.app import room_router
from shared.web.etag import if_match

router = room_router("Organisaties")


@router.get(
    "/organisaties/{organisatieId}/rechten",
    summary="De rechten van een organisatie",
    description="Ook die niet meer gelden. Een recht neemt alleen iets af van wat het beleid haar rol toestaat.",
)
async def read_rechten(
    response: Response,
    caller: Allowed,
    room: Room,
    organisatieId: OrganisatieInPath,  # noqa: N803, the name in the path
) -> RechtenUit:
    """Return what it was given."""
    found, rechten = await handlers.read_rechten(room.made, caller, organisatieId)
    tell_version(response, found)
    return RechtenUit(resultaten=[RechtUit.of(one) for one in rechten], volgende=None, versie=found.versie)


@router.post(
    "/organisaties/{organisatieId}/rechten",
    status_code=201,
    responses=AGAIN,
    summary="Geef een organisatie een recht",
    description=(
        "Voor een doel, van een gemeente of alle, voor een soort bestemming of alle, vanaf een dag. Hetzelfde recht "
        "nog eens verandert niets. Meer dan het beleid de rol toestaat, geeft een recht nooit."
    ),
)
async def create_recht(  # noqa: PLR0913, PLR0917, what FastAPI hands over
    request: Request,
    response: Response,
    caller: Allowed,
    room: Room,
    organisatieId: OrganisatieInPath,  # noqa: N803, the name in the path
    body: RechtIn,
) -> RechtUit:
    """Give it a right."""
    after, (recht, new) = await handlers.create_recht(room.made, caller, organisatieId, body.to_domain())
    response.status_code = 201 if new else 200
    response.headers["Location"] = f"/v1/organisaties/{organisatieId}/rechten"
    tell_change(request, response, after)
    return RechtUit.of(recht)


@router.put(
    "/organisaties/{organisatieId}/rechten/{rechtId}/einde",
    summary="Laat een recht eindigen",
    description="Vandaag of op een latere dag. Wat gold, blijft gelden voor toen; een recht verdwijnt niet.",
)
async def put_recht_einde(  # noqa: PLR0913, PLR0917, what FastAPI hands over
    request: Request,
    response: Response,
    caller: Allowed,
    room: Room,
    organisatieId: OrganisatieInPath,  # noqa: N803, the name in the path
    rechtId: UUID,  # noqa: N803, the name in the path
    body: RechtEindeIn,
    seen: Seen = None,
) -> RechtUit:
    """Say until when a right holds."""
    after, recht = await handlers.put_recht_einde(
        room.made, caller, organisatieId, rechtId, geldig_tot=body.geldig_tot, seen=if_match(seen)
    )
    tell_change(request, response, after)
    return RechtUit.of(recht)
