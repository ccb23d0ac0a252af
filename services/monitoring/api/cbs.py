"""The doors to the half-yearly delivery to the CBS: ask, look, decide as a second person, fetch."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Path, Query, Request, Response
from fastapi.responses import JSONResponse, StreamingResponse

from services.monitoring.handlers import cbs as handlers
from services.monitoring.schemas.cbs import (
    CbsBesluitIn,
    CbsLeveringIn,
    CbsLeveringLijst,
    CbsLeveringOut,
    Halfjaar,
    levering_out,
)
from shared.web.access import Allowed
from shared.web.app import Resources, resources, room_router
from shared.web.idempotency import attempt_of, idempotency_key
from shared.web.pages import Page, encode_cursor, id_place, page

router = room_router("CBS-leveringen")

_BYTES = "application/octet-stream"
LeveringId = Annotated[UUID, Path(alias="cbsLeveringId")]


@router.post(
    "/cbs-leveringen",
    summary="Vraag een levering aan het CBS aan",
    description=(
        "De volgende versie over een halfjaar dat voorbij is. Zij wordt op de achtergrond gemaakt, met een rapport "
        "over de kwaliteit, en is dan een concept; een eerder concept over hetzelfde halfjaar vervalt. Ketenradar "
        "verstuurt zelf niets. De bestandsdefinitie van het CBS kon niet worden gelezen: de standaardlayout is een "
        "eigen CSV."
    ),
    status_code=202,
    response_model=CbsLeveringOut,
)
async def create_cbs_levering(
    request: Request,
    body: CbsLeveringIn,
    caller: Allowed,
    made: Annotated[Resources, Depends(resources)],
    key: Annotated[str | None, Depends(idempotency_key)],
) -> Response:
    """Ask for a delivery."""
    answer = await handlers.ask(
        made,
        caller,
        body.halfjaar,
        body.peilmoment,
        attempt=attempt_of(request, key, client=caller.client_id, vault=made.vault),
        now=made.clock(),
    )
    told = CbsLeveringOut.model_validate(answer.body)
    return JSONResponse(
        told.model_dump(mode="json", by_alias=True),
        status_code=answer.status,
        headers={"Location": f"/v1/cbs-leveringen/{told.id}"},
    )


@router.get(
    "/cbs-leveringen",
    summary="Leveringen aan het CBS",
    description="Alle versies, in de volgorde waarin zij zijn aangevraagd.",
)
async def list_cbs_leveringen(
    caller: Allowed,
    made: Annotated[Resources, Depends(resources)],
    part: Annotated[Page, Depends(page)],
    halfjaar: Annotated[Halfjaar | None, Query()] = None,
) -> CbsLeveringLijst:
    """Give the deliveries."""
    found = await handlers.list_leveringen(
        made, caller, halfjaar=halfjaar, na=id_place(part), limiet=part.limiet + 1, now=made.clock()
    )
    rows = found[: part.limiet]
    return CbsLeveringLijst(
        resultaten=[levering_out(one) for one in rows],
        volgende=encode_cursor(rows[-1].id) if len(found) > part.limiet else None,
    )


@router.get(
    "/cbs-leveringen/{cbsLeveringId}",
    summary="Een levering aan het CBS",
    description="Hoe ver zij is, hoe goed de velden gevuld zijn, en wat er niet kan.",
)
async def read_cbs_levering(
    levering_id: LeveringId, caller: Allowed, made: Annotated[Resources, Depends(resources)]
) -> CbsLeveringOut:
    """Give one delivery."""
    return levering_out(await handlers.read(made, caller, levering_id, now=made.clock()))


@router.put(
    "/cbs-leveringen/{cbsLeveringId}/besluit",
    summary="Keur een levering goed of af",
    description=(
        "Door een ander dan wie haar aanvroeg. Een layout die niet alle gegevens kan bevatten wordt niet goedgekeurd; "
        "wat in de gegevens niet kan, houdt de goedkeuring niet tegen. Hetzelfde besluit nog eens verandert niets."
    ),
)
async def put_cbs_levering_besluit(
    levering_id: LeveringId, body: CbsBesluitIn, caller: Allowed, made: Annotated[Resources, Depends(resources)]
) -> CbsLeveringOut:
    """Decide as a second person."""
    return levering_out(await handlers.decide_on(made, caller, levering_id, body.besluit, now=made.clock()))


@router.get(
    "/cbs-leveringen/{cbsLeveringId}/bestanden/{bestand}",
    response_class=StreamingResponse,
    responses={200: {"content": {_BYTES: {"schema": {"type": "string", "format": "binary"}}}}},
    summary="Een bestand van een goedgekeurde levering",
    description="De bytes waarvan de sha256 bij de levering staat; voor de goedkeuring is er geen bestand te halen.",
)
async def read_cbs_bestand(
    levering_id: LeveringId,
    bestand: Annotated[str, Path(pattern=r"^[A-Za-z0-9-]{1,60}$", examples=["meldingen"])],
    caller: Allowed,
    made: Annotated[Resources, Depends(resources)],
) -> StreamingResponse:
    """Give the bytes of one file."""
    found, pieces = await handlers.open_bestand(made, caller, levering_id, bestand, now=made.clock())
    headers = {
        "Content-Disposition": f'attachment; filename="{found.naam}.txt"',
        "Content-Length": str(found.bytes),
        "Content-Type": _BYTES,
        "ETag": f'"{found.sha256}"',
    }
    return StreamingResponse(pieces, headers=headers)
