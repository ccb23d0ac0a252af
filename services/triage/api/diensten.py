"""The doors of the diensten: contacten, veiligheidsvoorwaarden and the conclusie."""

from typing import Annotated
from uuid import UUID

from fastapi import Query, Request, Response

from services.triage.api.common import POST, PUT, READ, Key, Made, Part, Seen, as_json, created
from services.triage.domain.dienst import Contact, Veiligheidsvoorwaarde
from services.triage.handlers import dienst as dienst_handlers
from services.triage.handlers import reading
from services.triage.handlers.common import Once
from services.triage.schemas.dienst import (
    ConclusieIn,
    ContactIn,
    ContactOut,
    DienstenOut,
    DienstItemOut,
    DienstOut,
    VeiligheidsvoorwaardeIn,
    VeiligheidsvoorwaardeOut,
)
from shared.web.access import Allowed
from shared.web.app import room_router
from shared.web.etag import etag_of, if_match
from shared.web.idempotency import attempt_of
from shared.web.pages import encode_cursor, time_place

router = room_router("Diensten")


@router.get(
    "/diensten",
    summary="De diensten van een casus",
    description="Wat Veilig Thuis zelf oppakte, in de volgorde waarin het begon. Zonder `casusId` van alle casussen.",
)
async def list_diensten(
    made: Made,
    caller: Allowed,
    part: Part,
    casus_id: Annotated[UUID | None, Query(alias="casusId")] = None,
) -> DienstenOut:
    """Show diensten in the order in which they started."""
    found = await reading.list_diensten(made, caller, casus_id=casus_id, after=time_place(part), limit=part.limiet + 1)
    now, shown = made.clock(), found[: part.limiet]
    last = shown[-1] if len(found) > part.limiet else None
    return DienstenOut(
        resultaten=tuple(DienstItemOut.of(one, now) for one in shown),
        volgende=encode_cursor(last.gestart_op, str(last.id)) if last else None,
    )


@router.get(
    "/diensten/{dienstId}",
    summary="Een dienst",
    description="Een dienst met zijn contacten, veiligheidsvoorwaarden en conclusie.",
    responses=READ,
)
async def read_dienst(
    dienstId: UUID,  # noqa: N803, the name on the wire
    made: Made,
    caller: Allowed,
    response: Response,
) -> DienstOut:
    """Show one dienst."""
    return _dienst(await reading.read_dienst(made, caller, dienstId), response)


@router.post(
    "/diensten/{dienstId}/contacten",
    summary="Leg een contact vast",
    description="Een gesprek of een poging daartoe; met wie staat er als rol, nooit als naam.",
    status_code=201,
    response_model=ContactOut,
    responses=POST,
)
async def record_contact(  # noqa: PLR0913, what FastAPI injects
    *,
    dienstId: UUID,  # noqa: N803, the name on the wire
    body: ContactIn,
    made: Made,
    caller: Allowed,
    key: Key,
    request: Request,
) -> Response:
    """Note a talk, or an attempt."""
    attempt = attempt_of(request, key, client=caller.client_id, vault=made.vault)
    once: Once[Contact] = Once(attempt, lambda one: as_json(ContactOut.of(one)))
    return created(await dienst_handlers.record_contact(made, caller, dienstId, body.to_domain(), once), request)


@router.get(
    "/diensten/{dienstId}/contacten/{contactId}",
    summary="Een contact",
    description="Een contact zoals het is vastgelegd.",
)
async def read_contact(
    dienstId: UUID,  # noqa: N803, the name on the wire
    contactId: UUID,  # noqa: N803, the name on the wire
    made: Made,
    caller: Allowed,
) -> ContactOut:
    """Show one contact."""
    return ContactOut.of(await reading.read_contact(made, caller, dienstId, contactId))


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
    return created(await dienst_handlers.record_voorwaarde(made, caller, dienstId, body.to_domain(), once), request)


@router.get(
    "/diensten/{dienstId}/veiligheidsvoorwaarden/{voorwaardeId}",
    summary="Een veiligheidsvoorwaarde",
    description="Een veiligheidsvoorwaarde zoals zij is gesteld.",
)
async def read_veiligheidsvoorwaarde(
    dienstId: UUID,  # noqa: N803, the name on the wire
    voorwaardeId: UUID,  # noqa: N803, the name on the wire
    made: Made,
    caller: Allowed,
) -> VeiligheidsvoorwaardeOut:
    """Show one veiligheidsvoorwaarde."""
    return VeiligheidsvoorwaardeOut.of(await reading.read_voorwaarde(made, caller, dienstId, voorwaardeId))


@router.put(
    "/diensten/{dienstId}/conclusie",
    summary="Trek de conclusie",
    description=(
        "De dienst eindigt: bevestigd, niet bevestigd, weerlegd, of met vastgestelde voorwaarden. Daaruit volgt wie "
        "de overdracht krijgt. Dezelfde conclusie nog eens verandert niets."
    ),
    responses=PUT,
)
async def record_conclusie(  # noqa: PLR0913, what FastAPI injects
    *,
    dienstId: UUID,  # noqa: N803, the name on the wire
    body: ConclusieIn,
    made: Made,
    caller: Allowed,
    seen: Seen = None,
    response: Response,
) -> DienstOut:
    """Draw the conclusie of a dienst."""
    view = await dienst_handlers.record_conclusie(made, caller, dienstId, body.to_domain(), seen=if_match(seen))
    return _dienst(view, response)


def _dienst(view: reading.DienstView, response: Response) -> DienstOut:
    response.headers["ETag"] = etag_of(view.file.dienst.versie)
    return DienstOut.of_view(view)
