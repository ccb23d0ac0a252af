"""The doors of the veiligheidsvoorwaarden: setting them, and following whether they are kept and who agrees."""

from typing import Annotated
from uuid import UUID

from fastapi import Query, Request, Response

from services.triage.api.common import POST, PUT, READ, Key, Made, Part, Seen, as_json, created
from services.triage.domain.voorwaarden import Veiligheidsvoorwaarde
from services.triage.handlers import voorwaarden as handlers
from services.triage.handlers.common import Once
from services.triage.handlers.voorwaarden import Zoekvraag
from services.triage.schemas.voorwaarden import (
    InstemmingenIn,
    VeiligheidsvoorwaardeIn,
    VeiligheidsvoorwaardeOut,
    VoorwaardeItemOut,
    VoorwaardenOut,
    VoorwaardeStatusIn,
)
from shared.rules.behandelcodes import VoorwaardeStatus
from shared.web.access import Allowed
from shared.web.app import room_router
from shared.web.etag import etag_of, if_match
from shared.web.idempotency import attempt_of
from shared.web.pages import encode_cursor, id_place

router = room_router("Diensten")


@router.post(
    "/diensten/{dienstId}/veiligheidsvoorwaarden",
    summary="Stel een veiligheidsvoorwaarde",
    description=(
        "Wat er ten minste moet gebeuren om het direct veilig te maken, wie ervoor zorgt, en hoe en wanneer dat wordt "
        "nagegaan. De dienst krijgt een nieuwe versie."
    ),
    status_code=201,
    response_model=VeiligheidsvoorwaardeOut,
    responses=POST,
)
async def record_veiligheidsvoorwaarde(  # noqa: PLR0913, what FastAPI injects
    *,
    dienstId: UUID,  # noqa: N803, the name on the wire
    body: VeiligheidsvoorwaardeIn,
    made: Made,
    caller: Allowed,
    key: Key,
    request: Request,
) -> Response:
    """Set a veiligheidsvoorwaarde."""
    attempt = attempt_of(request, key, client=caller.client_id, vault=made.vault)
    once: Once[Veiligheidsvoorwaarde] = Once(attempt, lambda one: as_json(VeiligheidsvoorwaardeOut.of(one)))
    return created(await handlers.record_voorwaarde(made, caller, dienstId, body.to_domain(), once), request)


@router.get(
    "/diensten/{dienstId}/veiligheidsvoorwaarden/{voorwaardeId}",
    summary="Een veiligheidsvoorwaarde",
    description="Een veiligheidsvoorwaarde met wie ermee instemt en elke keer dat zij is nagegaan.",
    responses=READ,
)
async def read_veiligheidsvoorwaarde(
    dienstId: UUID,  # noqa: N803, the name on the wire
    voorwaardeId: UUID,  # noqa: N803, the name on the wire
    made: Made,
    caller: Allowed,
    response: Response,
) -> VeiligheidsvoorwaardeOut:
    """Show one veiligheidsvoorwaarde of a dienst."""
    return _shown(await handlers.read_voorwaarde(made, caller, voorwaardeId, dienst_id=dienstId), response)


@router.get(
    "/veiligheidsvoorwaarden",
    summary="Veiligheidsvoorwaarden",
    description=(
        "In de volgorde waarin zij zijn gesteld, zonder wat is opgeschreven. Bij `dienstId` ook die van de dienst "
        "waarvan hij het vervolg is."
    ),
)
async def list_veiligheidsvoorwaarden(  # noqa: PLR0913, what FastAPI injects
    *,
    made: Made,
    caller: Allowed,
    part: Part,
    dienst_id: Annotated[UUID | None, Query(alias="dienstId")] = None,
    casus_id: Annotated[UUID | None, Query(alias="casusId")] = None,
    status: VoorwaardeStatus | None = None,
) -> VoorwaardenOut:
    """Show veiligheidsvoorwaarden in the order in which they were set."""
    vraag = Zoekvraag(dienst_id, casus_id, status)
    found = await handlers.list_voorwaarden(made, caller, vraag, after=id_place(part), limit=part.limiet + 1)
    shown = found[: part.limiet]
    return VoorwaardenOut(
        resultaten=tuple(VoorwaardeItemOut.of(one) for one in shown),
        volgende=encode_cursor(str(shown[-1].id)) if len(found) > part.limiet else None,
    )


@router.get(
    "/veiligheidsvoorwaarden/{voorwaardeId}",
    summary="Een veiligheidsvoorwaarde volgen",
    description="De ETag is nodig om vast te leggen of zij wordt nagekomen en wie ermee instemt.",
    responses=READ,
)
async def read_voorwaarde(
    voorwaardeId: UUID,  # noqa: N803, the name on the wire
    made: Made,
    caller: Allowed,
    response: Response,
) -> VeiligheidsvoorwaardeOut:
    """Show one veiligheidsvoorwaarde with its version."""
    return _shown(await handlers.read_voorwaarde(made, caller, voorwaardeId), response)


@router.put(
    "/veiligheidsvoorwaarden/{voorwaardeId}/status",
    summary="Leg vast of een veiligheidsvoorwaarde wordt nagekomen",
    description=(
        "Wat het nagaan opleverde en wanneer het weer gebeurt; ook nadat de dienst is afgerond. Een voorwaarde kan "
        "vervallen en weer open worden gezet. Hetzelfde nog eens verandert niets."
    ),
    responses=PUT,
)
async def record_voorwaarde_status(  # noqa: PLR0913, what FastAPI injects
    *,
    voorwaardeId: UUID,  # noqa: N803, the name on the wire
    body: VoorwaardeStatusIn,
    made: Made,
    caller: Allowed,
    seen: Seen = None,
    response: Response,
) -> VeiligheidsvoorwaardeOut:
    """Note what came of a check."""
    found = await handlers.record_status(made, caller, voorwaardeId, body.to_domain(), seen=if_match(seen))
    return _shown(found, response)


@router.put(
    "/veiligheidsvoorwaarden/{voorwaardeId}/instemmingen",
    summary="Leg vast wie met een veiligheidsvoorwaarde instemt",
    description=(
        "Per directbetrokkene, in plaats van wat er stond. `instemming` van de voorwaarde volgt eruit: één nee is nee, "
        "en ja is het als allen ja zeggen."
    ),
    responses=PUT,
)
async def record_instemmingen(  # noqa: PLR0913, what FastAPI injects
    *,
    voorwaardeId: UUID,  # noqa: N803, the name on the wire
    body: InstemmingenIn,
    made: Made,
    caller: Allowed,
    seen: Seen = None,
    response: Response,
) -> VeiligheidsvoorwaardeOut:
    """Note who agrees with a veiligheidsvoorwaarde."""
    found = await handlers.record_instemmingen(made, caller, voorwaardeId, body.to_domain(), seen=if_match(seen))
    return _shown(found, response)


def _shown(voorwaarde: Veiligheidsvoorwaarde, response: Response) -> VeiligheidsvoorwaardeOut:
    response.headers["ETag"] = etag_of(voorwaarde.versie)
    return VeiligheidsvoorwaardeOut.of(voorwaarde)
