"""The doors to who is mailed about terms: workers and team leads, with their quiet hours."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Header, Path, Request, Response
from fastapi.responses import JSONResponse

from services.monitoring.handlers import ontvangers as handlers
from services.monitoring.schemas.ontvangers import (
    OntvangerIn,
    OntvangerLijst,
    OntvangerOut,
    OntvangerWijzigingIn,
    ontvanger_out,
)
from services.monitoring.store.ontvangers import OntvangerRow
from shared.web.access import Allowed
from shared.web.app import Resources, resources, room_router
from shared.web.etag import etag_of, if_match
from shared.web.idempotency import attempt_of, idempotency_key
from shared.web.pages import Page, encode_cursor, id_place, page
from shared.web.problems import MEDIA_TYPE

router = room_router("Ontvangers")

OntvangerId = Annotated[UUID, Path(alias="ontvangerId")]


def _problem(description: str) -> dict[str, Any]:
    return {"description": description, "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Probleem"}}}}


def _render(row: OntvangerRow) -> dict[str, Any]:
    return ontvanger_out(row).model_dump(mode="json", by_alias=True)


@router.get(
    "/ontvangers",
    summary="Wie bericht krijgt over termijnen",
    description=(
        "Medewerkers en teamleiders met hun postvak, of zij elke werkdag een bericht willen, en wanneer zij met rust "
        "worden gelaten. Van wie hier niet staat gaat bericht naar het postvak van het huis."
    ),
)
async def list_ontvangers(
    caller: Allowed,
    made: Annotated[Resources, Depends(resources)],
    part: Annotated[Page, Depends(page)],
) -> OntvangerLijst:
    """Give who is mailed."""
    found = await handlers.list_ontvangers(made, caller, na=id_place(part), limiet=part.limiet + 1, now=made.clock())
    shown = found[: part.limiet]
    more = len(found) > part.limiet
    return OntvangerLijst(
        resultaten=tuple(ontvanger_out(row) for row in shown),
        volgende=encode_cursor(str(shown[-1].ontvanger.id)) if more else None,
    )


@router.get(
    "/ontvangers/{ontvangerId}",
    summary="Eén ontvanger",
    description="De ETag hoort bij een wijziging.",
)
async def read_ontvanger(
    ontvanger_id: OntvangerId,
    response: Response,
    caller: Allowed,
    made: Annotated[Resources, Depends(resources)],
) -> OntvangerOut:
    """Give one receiver and his ETag."""
    row = await handlers.read_ontvanger(made, caller, ontvanger_id, now=made.clock())
    response.headers["ETag"] = etag_of(row.versie)
    return ontvanger_out(row)


@router.post(
    "/ontvangers",
    summary="Voeg een ontvanger toe",
    description=(
        "Een medewerker bij het subject van zijn token, of het postvak van een teamleider. Een medewerker krijgt "
        "bericht over de termijnen van zijn eigen werk, een teamleider over die van het team."
    ),
    status_code=201,
    response_model=OntvangerOut,
)
async def add_ontvanger(
    request: Request,
    body: OntvangerIn,
    caller: Allowed,
    made: Annotated[Resources, Depends(resources)],
    key: Annotated[str | None, Depends(idempotency_key)],
) -> Response:
    """Keep a receiver."""
    answer = await handlers.add_ontvanger(
        made,
        caller,
        body.to_domain(caller.subject),
        attempt=attempt_of(request, key, client=caller.client_id, vault=made.vault),
        render=_render,
        now=made.clock(),
    )
    headers = {"Location": f"/v1/ontvangers/{answer.body['id']}", "ETag": etag_of(answer.body["versie"])}
    return JSONResponse(answer.body, status_code=answer.status, headers=headers)


@router.put(
    "/ontvangers/{ontvangerId}",
    summary="Wijzig een ontvanger",
    description="Het postvak, het bericht van de werkdag en de rust. Dezelfde wijziging twee keer verandert niets.",
    responses={412: _problem("Intussen gewijzigd"), 428: _problem("If-Match ontbreekt")},
)
async def put_ontvanger(  # noqa: PLR0913, PLR0917, what FastAPI hands to a route
    ontvanger_id: OntvangerId,
    body: OntvangerWijzigingIn,
    response: Response,
    caller: Allowed,
    made: Annotated[Resources, Depends(resources)],
    seen: Annotated[str | None, Header(alias="If-Match", description="De ETag van de versie die u zag")] = None,
) -> OntvangerOut:
    """Change a receiver."""
    row = await handlers.change_ontvanger(
        made, caller, ontvanger_id, body.changed, seen=if_match(seen), now=made.clock()
    )
    response.headers["ETag"] = etag_of(row.versie)
    return ontvanger_out(row)


@router.delete(
    "/ontvangers/{ontvangerId}",
    summary="Verwijder een ontvanger",
    description="Zijn postvak staat daarna nergens meer; wat voor hem wacht gaat naar het postvak van het huis.",
    status_code=204,
)
async def remove_ontvanger(
    ontvanger_id: OntvangerId,
    caller: Allowed,
    made: Annotated[Resources, Depends(resources)],
) -> None:
    """Take away a receiver."""
    await handlers.remove_ontvanger(made, caller, ontvanger_id, now=made.clock())
