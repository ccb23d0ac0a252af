"""The doors to the self-assessment of the local field of a municipality."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Path, Query, Request, Response
from fastapi.responses import JSONResponse

from services.monitoring.domain.zelfevaluatie import HOOGST, LAAGST, VRAGEN, VRAGENLIJST
from services.monitoring.handlers import zelfevaluaties as handlers
from services.monitoring.handlers.zelfevaluaties import Opgave
from services.monitoring.schemas.zelfevaluaties import (
    VergelijkingOut,
    VraagOut,
    VragenlijstOut,
    ZelfevaluatieIn,
    ZelfevaluatieLijst,
    ZelfevaluatieOut,
    jaar_out,
    zelfevaluatie_out,
)
from shared.rules.gemeenten import PREDECESSORS
from shared.web.access import Allowed
from shared.web.app import Resources, resources, room_router
from shared.web.idempotency import attempt_of, idempotency_key
from shared.web.pages import Page, encode_cursor, id_place, page
from shared.web.schema import GemeenteCode

router = room_router("Zelfevaluaties")

_HERKOMST = (
    "Afgeleid uit wat de Regiovisie over de nulmeting en over de taken van het lokale veld zegt. De landelijke "
    "vragenlijst kon niet worden gelezen; deze vragen zijn van Ketenradar."
)


@router.post(
    "/zelfevaluaties",
    summary="Dien een zelfevaluatie in",
    description=(
        "Elke nieuwe inhoud is een volgende versie; dezelfde antwoorden nog eens sturen geeft dezelfde versie terug "
        "(200). Is het jaar vastgesteld, dan kan er niets meer bij. Bij een fout wordt niets bewaard."
    ),
    status_code=201,
    response_model=ZelfevaluatieOut,
    responses={200: {"model": ZelfevaluatieOut, "description": "Deze antwoorden waren er al"}},
)
async def create_zelfevaluatie(
    request: Request,
    body: ZelfevaluatieIn,
    caller: Allowed,
    made: Annotated[Resources, Depends(resources)],
    key: Annotated[str | None, Depends(idempotency_key)],
) -> Response:
    """Keep the answers of a municipality over a year."""
    answer = await handlers.hand_in(
        made,
        caller,
        Opgave(body.gemeente_code, body.jaar, body.antwoorden),
        attempt=attempt_of(request, key, client=caller.client_id, vault=made.vault),
        now=made.clock(),
    )
    return JSONResponse(answer.body, status_code=answer.status)


@router.put(
    "/zelfevaluaties/{zelfevaluatieId}/vaststelling",
    summary="Stel een zelfevaluatie vast",
    description=(
        "Alleen de nieuwste versie. Daarna verandert dit jaar niet meer en telt het mee in het gemiddelde van de "
        "regio. Nog eens vaststellen verandert niets."
    ),
)
async def put_zelfevaluatie_vaststelling(
    zelfevaluatie_id: Annotated[UUID, Path(alias="zelfevaluatieId")],
    caller: Allowed,
    made: Annotated[Resources, Depends(resources)],
) -> ZelfevaluatieOut:
    """Make a version definite."""
    return zelfevaluatie_out(await handlers.fix(made, caller, zelfevaluatie_id, now=made.clock()))


@router.get(
    "/zelfevaluaties",
    summary="Zelfevaluaties",
    description="Alle versies, in de volgorde waarin zij zijn ingediend; een gemeente ziet de eigen.",
)
async def list_zelfevaluaties(
    caller: Allowed,
    made: Annotated[Resources, Depends(resources)],
    part: Annotated[Page, Depends(page)],
    gemeente_code: Annotated[GemeenteCode | None, Query(alias="gemeenteCode")] = None,
    jaar: Annotated[int | None, Query(ge=1, le=9999)] = None,
) -> ZelfevaluatieLijst:
    """Give the versions that the caller may see."""
    found = await handlers.list_zelfevaluaties(
        made, caller, gemeente_code=gemeente_code, jaar=jaar, na=id_place(part), limiet=part.limiet + 1
    )
    shown = found[: part.limiet]
    return ZelfevaluatieLijst(
        resultaten=[zelfevaluatie_out(one) for one in shown],
        volgende=encode_cursor(shown[-1].id) if len(found) > part.limiet else None,
    )


@router.get(
    "/zelfevaluaties/vragenlijst",
    summary="De vragen van de zelfevaluatie",
    description="Welke vragen er zijn, per thema, en waaruit zij zijn afgeleid.",
)
async def read_zelfevaluatie_vragenlijst(
    caller: Allowed,  # noqa: ARG001, let in and no more
) -> VragenlijstOut:
    """Give the questions."""
    return VragenlijstOut(
        versie=VRAGENLIJST,
        herkomst=_HERKOMST,
        laagst=LAAGST,
        hoogst=HOOGST,
        vragen=[
            VraagOut(code=one.code, thema=one.thema, tekst=one.tekst, vindplaats=one.vindplaats)
            for one in VRAGEN.values()
        ],
    )


@router.get(
    "/zelfevaluaties/vergelijking",
    summary="Zelfevaluaties over de jaren",
    description="Per jaar de nieuwste versie, met het verschil met het vorige jaar en het gemiddelde van de regio.",
)
async def read_zelfevaluatie_vergelijking(
    caller: Allowed,
    made: Annotated[Resources, Depends(resources)],
    gemeente_code: Annotated[GemeenteCode, Query(alias="gemeenteCode")],
) -> VergelijkingOut:
    """Give the years of one municipality side by side."""
    return VergelijkingOut(
        gemeente_code=gemeente_code,
        voorgangers=sorted(PREDECESSORS.get(gemeente_code, ())),
        jaren=[jaar_out(one) for one in await handlers.compare(made, caller, gemeente_code)],
    )
