"""How a room becomes an application that keeps the NLGov REST API Design Rules 2.2, whatever its routes are."""

import re
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute
from pydantic.alias_generators import to_camel
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response

from shared.clock import Clock
from shared.crypto import Vault
from shared.db import in_transaction
from shared.errors import KetenError
from shared.rules.codes import Rol
from shared.rules.settings import RuleSettings
from shared.web.auth import Allow, Verifier
from shared.web.client import RoomClient
from shared.web.edge import Edge
from shared.web.problems import MEDIA_TYPE, TITLES, faults_of, problem, problem_of

VERSION = "1.0.0"


@dataclass(frozen=True, slots=True)
class Resources:
    """What a room works with; made once in its ``main``."""

    engine: AsyncEngine
    vault: Vault
    clock: Clock
    rules: RuleSettings
    verifier: Verifier
    client: RoomClient


Lifespan = Callable[[], AbstractAsyncContextManager[Resources]]


class KetenRoute(APIRoute):
    """A route whose JSON was read and checked at the edge: it is not parsed a second time, less strictly."""

    def get_route_handler(self) -> Callable[[Request], Any]:
        handle = super().get_route_handler()

        async def with_checked_json(request: Request) -> Response:
            if "ketenradar.json" in request.scope:
                request._json = request.scope["ketenradar.json"]  # noqa: SLF001, Starlette's own cache
            answer: Response = await handle(request)
            return answer

        return with_checked_json


def room_router(tag: str) -> APIRouter:
    """Return an empty router for one subject of a room; each of its routes tells its problems."""
    return APIRouter(tags=[tag], responses=_ERRORS, route_class=KetenRoute)


def resources(request: Request) -> Resources:
    """Return what the room works with (a dependency)."""
    found: Resources = request.app.state.resources
    return found


def create_app(  # noqa: PLR0913, what makes one room differ from another, keyword only
    *,
    room: str,
    title: str,
    description: str,
    routers: Sequence[APIRouter],
    lifespan: Lifespan,
    media: Sequence[str] = (),
    pages: Sequence[APIRouter] = (),
    body_bytes_max: int = 1_048_576,
) -> Edge:
    """Return the application of a room.

    ``routers`` stand under ``/v1`` behind the token; ``pages`` stand at the root and guard themselves; ``media`` are
    the media types beside JSON that some route can answer.
    """
    api = FastAPI(
        title=title,
        version=VERSION,
        description=description,
        redirect_slashes=False,
        docs_url=None,
        redoc_url=None,
        separate_input_output_schemas=False,
        generate_unique_id_function=lambda route: to_camel(route.name),
        contact={
            "name": "Ketenradar",
            "url": "https://ketenradar.example/",
            "email": "ontwikkeling@ketenradar.example",
        },
        license_info={"name": "EUPL-1.2", "identifier": "EUPL-1.2"},
        servers=[{"url": f"https://{room}.ketenradar.example/v1"}],
        root_path_in_servers=False,
    )
    for router in (*routers, _toestand_router()):
        api.include_router(router)
    api.openapi = lambda: _openapi(api)  # type: ignore[method-assign]

    @asynccontextmanager
    async def run(app: FastAPI) -> AsyncIterator[None]:
        async with lifespan() as made:
            app.state.resources = api.state.resources = made
            edge.verifier = made.verifier
            yield

    root = FastAPI(openapi_url=None, docs_url=None, redoc_url=None, redirect_slashes=False, lifespan=run)
    root.add_api_route("/health", _alive, methods=["GET"])
    root.add_api_route("/ready", _ready, methods=["GET"])
    for router in pages:
        root.include_router(router)
    root.mount("/v1", api)
    for app in (root, api):
        app.add_exception_handler(KetenError, _on_our_error)
        app.add_exception_handler(HTTPException, _on_http_error)
        app.add_exception_handler(RequestValidationError, _on_invalid)
        app.add_exception_handler(Exception, _on_crash)
    edge = Edge(root, api=api, version=VERSION, media=media, body_bytes_max=body_bytes_max)
    return edge


async def _alive() -> dict[str, str]:
    return {"status": "ok"}


async def _ready(request: Request) -> JSONResponse:
    async with in_transaction(resources(request).engine) as conn:
        await conn.execute(text("SELECT 1"))
    return JSONResponse({"status": "ok"})


def _toestand_router() -> APIRouter:
    router = room_router("Toestand")

    @router.get(
        "/toestand",
        summary="De toestand van deze afdeling",
        description="Hoeveel berichten wachten op verzending, op hun voorganger of op een mens. Geen persoonsgegevens.",
    )
    async def read_toestand(request: Request) -> dict[str, Any]:
        Allow(Rol.BEHEERDER, Rol.SYSTEEM, Rol.VT_TEAMLEIDER)(request)
        made = resources(request)
        async with in_transaction(made.engine) as conn:
            row = (await conn.execute(_TOESTAND)).one()
        oldest = (made.clock() - row.oudste).total_seconds() if row.oudste else 0.0
        return {
            "teVerzenden": row.te_verzenden,
            "oudsteSeconden": round(max(oldest, 0.0), 1),
            "wachtendOpVoorganger": row.wachtend,
            "inQuarantaine": row.quarantaine,
        }

    return router


_TOESTAND = text("""
SELECT (SELECT count(*) FROM outbox WHERE stream_ms IS NULL) AS te_verzenden,
       (SELECT min(tijdstip) FROM outbox WHERE stream_ms IS NULL) AS oudste,
       (SELECT count(*) FROM inbox_wachtend) AS wachtend,
       (SELECT count(*) FROM quarantaine WHERE vrijgegeven_op IS NULL) AS quarantaine
""")


async def _on_our_error(_: Request, error: Exception) -> Response:
    assert isinstance(error, KetenError)  # noqa: S101, registered for this class
    return problem_of(error)


async def _on_http_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101, registered for this class
    headers = dict(error.headers or {})
    if error.status_code == 405:  # noqa: PLR2004, the status itself
        headers["Allow"] = _allowed_methods(request)
    return problem(error.status_code, TITLES.get(error.status_code, "Dit kan niet."), headers=headers)


async def _on_invalid(_: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)  # noqa: S101, registered for this class
    faults = faults_of(error.errors())
    return problem(400, f"{len(error.errors())} veld(en) ongeldig.", faults=faults)


async def _on_crash(_: Request, __: Exception) -> Response:
    """Answer; Starlette raises the error on to the edge, which logs it."""
    return problem(500, "Er ging bij ons iets mis.")


def _allowed_methods(request: Request) -> str:
    """Return the methods of every route on this path: Starlette names those of the first one only."""
    here = request.scope["path"].removeprefix(request.scope.get("root_path", ""))
    found: set[str] = set()
    paths = request.app.openapi().get("paths", {})
    # A path that is written out, such as /meldingen/_zoek, is no value of a parameter.
    for path, item in {here: paths[here]}.items() if here in paths else paths.items():
        if re.fullmatch(re.sub(r"{[^}]+}", "[^/]+", path), here):
            found |= {method.upper() for method in item if method in {"get", "put", "post", "patch", "delete"}}
    return ", ".join(sorted(found))


def _problem_ref(description: str) -> dict[str, Any]:
    return {
        "description": description,
        "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Probleem"}}},
    }


# "default" keeps FastAPI from adding its own 422: invalid input is a 400 by the design rules.
_ERRORS: dict[int | str, dict[str, Any]] = {
    **{status: _problem_ref(TITLES[status]) for status in (400, 401, 403, 404, 405, 406, 409, 413, 415, 503)},
    "default": _problem_ref("Fout"),
}

_PROBLEM_SCHEMA = {
    "title": "Probleem",
    "type": "object",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string", "format": "uri-reference"},
        "title": {"type": "string"},
        "status": {"type": "integer", "minimum": 400, "maximum": 599},
        "detail": {"type": "string"},
        "instance": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["in", "pointer", "detail"],
                "properties": {
                    "in": {"type": "string"},
                    "pointer": {"type": "string"},
                    "detail": {"type": "string"},
                },
            },
        },
    },
}


def _openapi(api: FastAPI) -> dict[str, Any]:
    if api.openapi_schema is None:
        document = get_openapi(
            title=api.title,
            version=api.version,
            description=api.description,
            routes=api.routes,
            servers=api.servers,
            contact=api.contact,
            license_info=api.license_info,
        )
        components = document.setdefault("components", {})
        components.setdefault("schemas", {})["Probleem"] = _PROBLEM_SCHEMA
        components["headers"] = {
            "ApiVersion": {
                "description": "Versie van de API",
                "schema": {"type": "string", "examples": [VERSION]},
            }
        }
        components["securitySchemes"] = {"token": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}}
        document["security"] = [{"token": []}]
        tags: set[str] = set()
        for item in document["paths"].values():
            for operation in item.values():
                tags |= set(operation.get("tags", ()))
                for answer in operation["responses"].values():
                    answer.setdefault("headers", {})["API-Version"] = {"$ref": "#/components/headers/ApiVersion"}
        document["tags"] = [{"name": tag, "description": tag} for tag in sorted(tags)]
        api.openapi_schema = document
    return api.openapi_schema
