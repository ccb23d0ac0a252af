"""The doors of imports: a file in, how far it is, and what became of each row."""

from uuid import UUID

from fastapi import Request, Response

from services.intake.api.common import Key, Made, Part
from services.intake.domain.importeren import MEDIA
from services.intake.handlers import importeren
from services.intake.schemas.importen import ImportUit, RijLijst, import_uit, rij_uit
from shared.errors import InvalidInputError
from shared.web.access import Allowed
from shared.web.app import room_router
from shared.web.pages import Page, encode_cursor
from shared.web.rawbody import FileBody, file_body, takes_file

router = room_router("Importen")

_ACCEPTED = 202
_OK = 200
_FILE = FileBody(tuple(MEDIA), 26_214_400)


@router.post(
    "/importen",
    status_code=_ACCEPTED,
    response_model=ImportUit,
    responses={_OK: {"model": ImportUit, "description": "Dit bestand was al gestuurd"}},
    openapi_extra=file_body(_FILE),
    summary="Een bestand met meldingen importeren",
    description=(
        "CSV in UTF-8 of Excel (xlsx), met op elke rij een persoon; de kolommen staan in docs/import.md. Standaard "
        "hooguit 25 MiB en 20.000 rijen. Elke rij wordt op de achtergrond een melding, met dezelfde controle als POST "
        "/meldingen; hoe ver dat is, staat op het adres in Location. Dezelfde bytes nog eens zijn dezelfde import."
    ),
)
@takes_file(_FILE)
async def create_import(caller: Allowed, made: Made, request: Request, key: Key, response: Response) -> ImportUit:
    """Take in a file with meldingen."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    soort = MEDIA.get(kind)
    if soort is None:
        raise InvalidInputError("Het bestand is leeg.")  # the edge lets only an empty body through without its type
    route, stream = f"{request.method} {request.url.path}", request.stream()
    found, is_new = await importeren.add_import(made, caller, soort=soort, stream=stream, key=key, route=route)
    response.status_code = _ACCEPTED if is_new else _OK
    response.headers["Location"] = f"/v1/importen/{found.id}"
    return import_uit(found)


@router.get(
    "/importen/{importId}",
    response_model=ImportUit,
    summary="Hoe ver een import is",
    description="Een ketenpartner ziet de importen van zijn eigen organisatie.",
)
async def read_import(caller: Allowed, made: Made, importId: UUID) -> ImportUit:  # noqa: N803
    """Return how far an import is."""
    return import_uit(await importeren.read_import(made, caller, importId))


@router.get(
    "/importen/{importId}/resultaten",
    response_model=RijLijst,
    summary="Wat er van elke rij werd",
    description=(
        "In de volgorde van het bestand, zo ver als het werk is: de melding, of alles wat er mis was, per kolom. Wat "
        "er in de rij stond, komt er niet in terug. Rij 1 is de kop."
    ),
)
async def list_import_resultaten(caller: Allowed, made: Made, importId: UUID, part: Part) -> RijLijst:  # noqa: N803
    """Return what became of the rows of an import."""
    found = await importeren.list_resultaten(made, caller, importId, na=_row_of(part), limiet=part.limiet)
    more = encode_cursor(found[-1].nr) if found and len(found) == part.limiet else None
    return RijLijst(resultaten=tuple(rij_uit(one) for one in found), volgende=more)


def _row_of(part: Page) -> int:
    """Return the row after which a page begins; raises ``InvalidInputError`` when it is none of ours."""
    match part.na:
        case None:
            return 0
        case [int() as nr] if not isinstance(nr, bool) and 0 <= nr < 2**31:
            return nr
        case _:
            raise InvalidInputError("`na` is geen plaats in deze lijst.")
