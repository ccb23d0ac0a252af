"""The doors to what is added to a melding: a text, or a file."""

from collections.abc import AsyncIterator
from typing import Annotated
from urllib.parse import quote
from uuid import UUID

from fastapi import Depends, Header, Request, Response
from fastapi.responses import StreamingResponse

from services.intake.api.common import Key, Made
from services.intake.domain.bijlage import MEDIA, RefusedError, name_of
from services.intake.handlers import aanvullen, bijlagen
from services.intake.handlers.bijlagen import Upload
from services.intake.schemas.bijlagen import (
    AanvullingIn,
    AanvullingUit,
    BijlageLijst,
    BijlageUit,
    aanvulling_uit,
    bijlage_uit,
)
from shared.errors import InvalidInputError
from shared.web.access import Allowed
from shared.web.app import room_router
from shared.web.idempotency import attempt_of
from shared.web.rawbody import FileBody, file_body, takes_file

router = room_router("Aanvullingen en bijlagen")

_CREATED = 201
_OK = 200
_BYTES = "application/octet-stream"
_FILE = FileBody(tuple(MEDIA.values()), 10_485_760)
# A browser that shows it after all shows it without rights, without scripts and under no name of ours.
_GIVEN = {"Content-Security-Policy": "sandbox; default-src 'none'", "Content-Type": _BYTES}


@router.post(
    "/meldingen/{meldingId}/aanvullingen",
    status_code=_CREATED,
    response_model=AanvullingUit,
    responses={_OK: {"model": AanvullingUit, "description": "Deze aanvulling was er al"}},
    summary="Een melding aanvullen",
    description=(
        "Voegt toe wat er na de melding nog te zeggen is. De melding zelf verandert niet; wie haar beoordeelt, ziet "
        "dat er iets bij is gekomen. Dezelfde tekst van dezelfde organisatie is dezelfde aanvulling."
    ),
)
async def create_aanvulling(  # noqa: PLR0913, PLR0917, dependencies of the route
    caller: Allowed,
    made: Made,
    meldingId: UUID,  # noqa: N803
    request: Request,
    key: Key,
    body: AanvullingIn,
    response: Response,
) -> AanvullingUit:
    """Add a text to a melding."""
    found, is_new = await aanvullen.add_aanvulling(
        made,
        caller,
        meldingId,
        tekst=body.tekst,
        toegevoegd_door=body.toegevoegd_door,
        attempt=attempt_of(request, key, client=caller.client_id, vault=made.vault),
        now=made.clock(),
    )
    response.status_code = _CREATED if is_new else _OK
    response.headers["Location"] = f"/v1/meldingen/{meldingId}/aanvullingen/{found.id}"
    return aanvulling_uit(found)


@router.get(
    "/meldingen/{meldingId}/aanvullingen/{aanvullingId}",
    response_model=AanvullingUit,
    summary="Een aanvulling lezen",
    description="Een ketenpartner leest wat zijn eigen organisatie aan haar eigen melding toevoegde.",
)
async def read_aanvulling(
    caller: Allowed,
    made: Made,
    meldingId: UUID,  # noqa: N803
    aanvullingId: UUID,  # noqa: N803
) -> AanvullingUit:
    """Return one aanvulling."""
    return aanvulling_uit(await aanvullen.read_aanvulling(made, caller, meldingId, aanvullingId, now=made.clock()))


async def file_name(
    header: Annotated[
        str | None,
        Header(
            alias="Content-Disposition",
            description="De naam van het bestand: attachment; filename*=UTF-8''naam.pdf. Nooit in het adres.",
            max_length=2_000,
        ),
    ] = None,
) -> str:
    """Return how the sender calls a file (a dependency)."""
    try:
        return name_of(header)
    except RefusedError as error:
        raise InvalidInputError(str(error)) from None


@router.post(
    "/meldingen/{meldingId}/bijlagen",
    status_code=_CREATED,
    response_model=BijlageUit,
    responses={_OK: {"model": BijlageUit, "description": "Dit bestand was er al"}},
    openapi_extra=file_body(_FILE),
    summary="Een bestand bij een melding voegen",
    description=(
        "De inhoud van het verzoek is het bestand zelf: PDF, JPEG, PNG, HEIC, Word (docx) zonder macro's, ODT of "
        "gewone tekst, standaard hooguit 10 MiB. Wat het is, blijkt uit de bytes. Dezelfde bytes van dezelfde "
        "organisatie zijn hetzelfde bestand."
    ),
)
@takes_file(_FILE)
async def create_bijlage(  # noqa: PLR0913, PLR0917, dependencies of the route
    caller: Allowed,
    made: Made,
    meldingId: UUID,  # noqa: N803
    request: Request,
    key: Key,
    naam: Annotated[str, Depends(file_name)],
    response: Response,
) -> BijlageUit:
    """Take in a file with a melding, piece by piece."""
    upload = Upload(naam, key, request.stream())
    route = f"{request.method} {request.url.path}"
    found, is_new = await bijlagen.add_bijlage(made, caller, meldingId, upload, route=route)
    response.status_code = _CREATED if is_new else _OK
    response.headers["Location"] = f"/v1/meldingen/{meldingId}/bijlagen/{found.id}"
    return bijlage_uit(found)


@router.get(
    "/meldingen/{meldingId}/bijlagen",
    response_model=BijlageLijst,
    summary="De bestanden bij een melding",
    description="De oudste eerst. Een ketenpartner ziet wat zijn eigen organisatie toevoegde.",
)
async def list_bijlagen(caller: Allowed, made: Made, meldingId: UUID) -> BijlageLijst:  # noqa: N803
    """Return the files with a melding, without their bytes."""
    found = await bijlagen.list_bijlagen(made, caller, meldingId, now=made.clock())
    return BijlageLijst(resultaten=tuple(bijlage_uit(bijlage) for bijlage in found))


@router.get(
    "/meldingen/{meldingId}/bijlagen/{bijlageId}",
    response_class=StreamingResponse,
    responses={
        _OK: {"content": {_BYTES: {"schema": {"type": "string", "format": "binary"}}}, "description": "Het bestand"}
    },
    summary="Een bestand bij een melding ophalen",
    description=(
        "Om op te slaan, nooit om in een browser te tonen. Een besmet bestand wordt niet gegeven (409). Een ander "
        "systeem krijgt geen bestand uit een casus waarin een melder onbekend moet blijven."
    ),
)
async def read_bijlage(
    caller: Allowed,
    made: Made,
    meldingId: UUID,  # noqa: N803
    bijlageId: UUID,  # noqa: N803
) -> StreamingResponse:
    """Return the bytes of a file."""
    found, pieces = await bijlagen.open_bijlage(made, caller, meldingId, bijlageId, now=made.clock())
    headers = {
        **_GIVEN,
        "Content-Length": str(found.grootte),
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(found.naam, safe='')}",
    }
    return StreamingResponse(_told(pieces), headers=headers)


async def _told(pieces: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    async for piece in pieces:
        yield piece
