"""The doors to the risk scores, and to the figures of a later year under them."""

from typing import Annotated

from fastapi import Depends, Query, Request, Response

from services.monitoring.domain.risico_laden import JAAR_EERSTE, KOLOMMEN
from services.monitoring.handlers import risico as handlers
from services.monitoring.schemas.reports import (
    RisicocijfersOut,
    RisicoscoreLijst,
    risicocijfers_out,
    risicoscores_out,
)
from shared.errors import TooLargeError
from shared.web.access import Allowed
from shared.web.app import Resources, resources, room_router
from shared.web.rawbody import FileBody, file_body, takes_file

router = room_router("Risicoscores")

_FILE = FileBody(("text/csv",), 524_288)
Jaar = Annotated[int, Query(ge=JAAR_EERSTE, le=9999, description="Van welk jaar de cijfers zijn")]


@router.get(
    "/risicoscores",
    summary="De risicoscore per gemeente",
    description=(
        "De som van de z-scores van de risicofactoren (Regiovisie, bijlage 2). Zonder jaar van de gepubliceerde "
        "cijfers; met een jaar van wat beheer daarvan laadde, de nieuwste versie of de genoemde, met de meldingen die "
        "hier in dat jaar zijn geteld als het voorbij is. De klassegrenzen en de lijn waaruit het verwachte aantal "
        "komt zijn van deze berekening, niet van de bron. Meer of minder dan verwacht is nooit beter of slechter."
    ),
)
async def list_risicoscores(
    caller: Allowed,  # noqa: ARG001, let in and no more
    made: Annotated[Resources, Depends(resources)],
    jaar: Annotated[int | None, Query(ge=JAAR_EERSTE, le=9999)] = None,
    versie: Annotated[int | None, Query(ge=1, le=1_000_000)] = None,
) -> RisicoscoreLijst:
    """Give the risk scores, highest first."""
    return risicoscores_out(await handlers.read_scores(made, jaar, versie, now=made.clock()))


@router.post(
    "/risicocijfers",
    summary="Laad de risicofactoren van een jaar",
    description=(
        f"CSV in UTF-8 met de kolommen {';'.join(KOLOMMEN)}: een cijfer per regel, gemeenteCode `regio` voor het "
        "regiogemiddelde, decimalen met een punt, leeg is onbekend. De factoren zijn die van de Regiovisie, met "
        "`inwoners` ernaast. Een volgende versie van het jaar; een eerdere blijft staan. Bij een fout wordt niets "
        "bewaard."
    ),
    status_code=201,
    responses={200: {"model": RisicocijfersOut, "description": "Dit bestand was al geladen"}},
    openapi_extra=file_body(_FILE),
)
@takes_file(_FILE)
async def create_risicocijfers(
    request: Request,
    response: Response,
    caller: Allowed,
    made: Annotated[Resources, Depends(resources)],
    jaar: Jaar,
) -> RisicocijfersOut:
    """Load the figures of a year."""
    content = bytearray()
    async for piece in request.stream():
        content += piece
        if len(content) > _FILE.bytes_max:
            raise TooLargeError("Het bestand is te groot.")
    one, new = await handlers.load(made, caller, jaar, bytes(content), now=made.clock())
    if not new:
        response.status_code = 200
    return risicocijfers_out(one)
