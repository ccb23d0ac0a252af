"""The doors of the diensten: contacten and the conclusie."""

from typing import Annotated
from uuid import UUID

from fastapi import Query, Request, Response

from services.triage.api.common import POST, PUT, READ, Key, Made, Part, Seen, as_json, created
from services.triage.domain.dienst import Contact
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
    now, part_of = made.clock(), found[: part.limiet]
    last = part_of[-1] if len(found) > part.limiet else None
    return DienstenOut(
        resultaten=tuple(DienstItemOut.of(one, now) for one in part_of),
        volgende=encode_cursor(last.gestart_op, str(last.id)) if last else None,
    )


@router.get(
    "/diensten/{dienstId}",
    summary="Een dienst",
    description="Een dienst met alles wat erin is gedaan: van het plan tot de conclusie.",
    responses=READ,
)
async def read_dienst(
    dienstId: UUID,  # noqa: N803, the name on the wire
    made: Made,
    caller: Allowed,
    response: Response,
) -> DienstOut:
    """Show one dienst."""
    return shown(await reading.read_dienst(made, caller, dienstId), response)


@router.post(
    "/diensten/{dienstId}/contacten",
    summary="Leg een contact vast",
    description=(
        "Een gesprek of een poging daartoe. Met wie staat er als rol en als plaats in de melding, nooit als naam; zo "
        "is per persoon te zien of hij is gesproken en hoe vaak het is geprobeerd."
    ),
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


@router.put(
    "/diensten/{dienstId}/conclusie",
    summary="Trek de conclusie",
    description=(
        "De dienst eindigt: bevestigd, niet bevestigd, weerlegd, of met vastgestelde voorwaarden. Daaruit volgt wie "
        "de overdracht krijgt. Een conclusie die een bevinding tegenspreekt wordt geweigerd, een conclusie zonder de "
        "bevinding waarop zij rust krijgt een waarschuwing. Te laat wordt zij ook genomen. Dezelfde conclusie nog eens "
        "verandert niets."
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
    return shown(view, response)


def shown(view: reading.DienstView, response: Response) -> DienstOut:
    """Return a dienst as it is shown, with its version."""
    response.headers["ETag"] = etag_of(view.file.dienst.versie)
    return DienstOut.of_view(view)
