"""What the doors of triage have in common."""

from typing import Annotated, Any

from fastapi import Depends, Header, Request, Response
from starlette.responses import JSONResponse

from shared.web.app import Resources, resources_of
from shared.web.idempotency import Answer, idempotency_key
from shared.web.pages import Page, page
from shared.web.problems import MEDIA_TYPE, TITLES
from shared.web.schema import Schema


async def _made(request: Request) -> Resources:
    """Return what the room works with; a plain function would cost each request the way to another thread and back."""
    return resources_of(request)


Made = Annotated[Resources, Depends(_made)]
# Read in the route and not as a dependency: what is wrong with the body is told first (400 before 428).
Seen = Annotated[str | None, Header(alias="If-Match", description="De ETag van de versie die u zag")]
Key = Annotated[str | None, Depends(idempotency_key)]
Part = Annotated[Page, Depends(page)]

_PROBLEM = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Probleem"}}}
_ETAG = {"ETag": {"description": "De versie, voor If-Match", "schema": {"type": "string"}}}
READ: dict[int | str, dict[str, Any]] = {200: {"headers": _ETAG}}
PUT: dict[int | str, dict[str, Any]] = {
    **READ,
    **{status: {"description": TITLES[status], "content": _PROBLEM} for status in (412, 428)},
}
POST: dict[int | str, dict[str, Any]] = {
    201: {"headers": {"Location": {"description": "Waar dit te lezen is", "schema": {"type": "string"}}}}
}


def as_json(shown: Schema) -> dict[str, Any]:
    """Return what is shown as it goes over the wire."""
    return shown.model_dump(mode="json", by_alias=True)


def created(answer: Answer, request: Request) -> Response:
    """Return the answer to a creating request, with where the new thing is read."""
    location = f"{request.url.path}/{answer.body['id']}"
    return JSONResponse(answer.body, status_code=answer.status, headers={"Location": location})
