"""How a room becomes an application that keeps the NLGov REST API Design Rules 2.2, whatever its routes are."""

import re
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from functools import cache
from types import MappingProxyType
from typing import Any

import orjson
from fastapi import APIRouter, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.openapi.utils import get_openapi
from fastapi.telemetry import TelemetryConfig
from pydantic.alias_generators import to_camel
from sqlalchemy import text
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response

from shared.chain import chain_end
from shared.db import in_transaction
from shared.errors import KetenError
from shared.messaging.tasks import TaskStatus, open_tasks
from shared.rules.access import BELEID, Inhoud, Regel
from shared.web.access import Allowed, Beleid, Door
from shared.web.client import PURPOSE_HEADER
from shared.web.edge import Edge
from shared.web.ledger import ledger_router
from shared.web.problems import TITLES, TellPage, as_read, faults_of, problem, problem_of
from shared.web.rawbody import file_routes
from shared.web.routes import AfterDoor, KetenRoute, Resources, keten_routes, resources, resources_of, room_router

VERSION = "1.0.0"
__all__ = ["KetenRoute", "Resources", "create_app", "keten_routes", "resources", "resources_of", "room_router"]

# The framework would tell addresses with their queries, and the texts of errors, to whoever installs a collector.
_TOLD_BY_US: TelemetryConfig = {"tracing": False, "metrics": False, "logs": False}

Lifespan = Callable[[], AbstractAsyncContextManager[Resources]]


def create_app(  # noqa: PLR0913, what makes one room differ from another, keyword only
    *,
    room: str,
    title: str,
    description: str,
    routers: Sequence[APIRouter],
    lifespan: Lifespan,
    media: Sequence[str] = (),
    pages: Sequence[APIRouter] = (),
    tell_page: TellPage | None = None,
    body_bytes_max: int = 1_048_576,
    file_bytes_max: Mapping[str, int] = MappingProxyType({}),
    tasks: bool = False,
    beleid: Beleid = BELEID,
    after_door: AfterDoor | None = None,
) -> Edge:
    """Return the application of a room.

    ``routers`` stand under ``/v1`` behind the token; ``pages`` stand at the root and guard themselves, and
    ``tell_page`` says there what is wrong; ``media`` are the media types beside JSON that some route can answer;
    ``file_bytes_max`` is how large a file may be, by operation; ``tasks`` says that the room has a table of tasks;
    ``after_door`` can refuse whom the policy let in, or leave him less, and never more.
    """
    api = FastAPI(
        title=title,
        version=VERSION,
        description=description,
        redirect_slashes=False,
        openapi_url=None,
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
        telemetry=_TOLD_BY_US,
    )
    for router in (*routers, ledger_router(), _toestand_router(tasks=tasks)):
        api.include_router(router)
    api.state.doors = _doors(room, api, beleid)
    api.state.after_door = after_door
    api.openapi = lambda: _openapi(api)  # type: ignore[method-assign]
    document = cache(lambda: orjson.dumps(api.openapi()))

    async def tell_openapi(_: Request) -> Response:
        return Response(document(), media_type="application/json")

    api.add_route("/openapi.json", tell_openapi, include_in_schema=False)

    @asynccontextmanager
    async def run(app: FastAPI) -> AsyncIterator[None]:
        document()  # up to a second of work in which nobody is answered, and so before anybody asks
        async with lifespan() as made:
            app.state.resources = api.state.resources = made
            edge.verifier = made.verifier
            yield

    root = FastAPI(
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        lifespan=run,
        telemetry=_TOLD_BY_US,
    )
    root.add_api_route("/health", _alive, methods=["GET"])
    root.add_api_route("/ready", _ready, methods=["GET"])
    for router in pages:
        root.include_router(router)
    for kind, handler in _HANDLERS.items():
        api.add_exception_handler(kind, handler)
        root.add_exception_handler(kind, _for_readers(handler, tell_page))
    files = file_routes(api, file_bytes_max)
    edge = Edge(
        root, api=api, version=VERSION, media=media, body_bytes_max=body_bytes_max, files=files, tell_page=tell_page
    )
    return edge


def _doors(room: str, api: FastAPI, beleid: Beleid) -> dict[str, Door]:
    """Return the door of every route; raises ``LookupError`` for a route without a row, which nobody may enter."""
    names = {to_camel(route.name) for route in keten_routes(api.router)}
    without = sorted(name for name in names if (room, name) not in beleid)
    if without:
        raise LookupError(f"no row in the policy for {', '.join(without)} of {room}")
    return {name: Door(beleid[room, name]) for name in names}


async def _alive() -> dict[str, str]:
    return {"status": "ok"}


async def _ready(request: Request) -> JSONResponse:
    async with in_transaction(resources_of(request).engine) as conn:
        await conn.execute(text("SELECT 1"))
    return JSONResponse({"status": "ok"})


def _toestand_router(*, tasks: bool) -> APIRouter:
    router = room_router("Toestand")

    @router.get(
        "/toestand",
        summary="De toestand van deze afdeling",
        description=(
            "Hoeveel berichten wachten op verzending, op hun voorganger of op een mens, en hoeveel taken zijn "
            "opgegeven: die vragen ook een mens. Geen persoonsgegevens."
        ),
    )
    async def read_toestand(request: Request, _: Allowed) -> dict[str, Any]:
        made = resources_of(request)
        async with in_transaction(made.engine) as conn:
            row = (await conn.execute(_TOESTAND)).one()
            end = await chain_end(conn)
            waiting = await open_tasks(conn) if tasks else {}
        oldest = (made.clock() - row.oudste).total_seconds() if row.oudste else 0.0
        return {
            "teVerzenden": row.te_verzenden,
            "oudsteSeconden": round(max(oldest, 0.0), 1),
            "wachtendOpVoorganger": row.wachtend,
            "inQuarantaine": row.quarantaine,
            "auditTeKetenen": row.te_ketenen,
            "auditKeten": {"nr": end.nr, "hash": end.hash.hex()} if end else None,
            "takenOpgegeven": sum(waiting[name] for name in waiting if name.endswith(f":{TaskStatus.OPGEGEVEN}")),
            "taken": dict(waiting),
        }

    return router


_TOESTAND = text("""
SELECT (SELECT count(*) FROM outbox WHERE stream_ms IS NULL) AS te_verzenden,
       (SELECT min(tijdstip) FROM outbox WHERE stream_ms IS NULL) AS oudste,
       (SELECT count(*) FROM inbox_wachtend) AS wachtend,
       (SELECT count(*) FROM quarantaine WHERE vrijgegeven_op IS NULL) AS quarantaine,
       (SELECT count(*) FROM audit_wachtrij) AS te_ketenen
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


Handler = Callable[[Request, Exception], Awaitable[Response]]
_HANDLERS: Mapping[type[Exception], Handler] = MappingProxyType(
    {
        KetenError: _on_our_error,
        HTTPException: _on_http_error,
        RequestValidationError: _on_invalid,
        Exception: _on_crash,
    }
)


def _for_readers(handler: Handler, tell_page: TellPage | None) -> Handler:
    async def answer(request: Request, error: Exception) -> Response:
        return as_read(request, await handler(request, error), tell_page)

    return answer


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


def _tell_policy(operation: dict[str, Any], regel: Regel) -> None:
    """Write in the document what the policy asks of an operation: scope, roles, purposes and processing activity."""
    operation["security"] = [{"token": [regel.scope]}]
    operation["x-rollen"] = {rol.value: betrekking.value for rol, betrekking in sorted(regel.rollen.items())}
    operation["x-verwerkingsactiviteit"] = regel.activity.uri
    if regel.inhoud in {Inhoud.PERSONEN, Inhoud.CODES}:
        operation.setdefault("parameters", []).append(
            {
                "name": PURPOSE_HEADER,
                "in": "header",
                "required": False,
                "description": (
                    "Waarvoor u dit doet (doelbinding). Zonder deze kop geldt het eerste doel; een ander systeem dat "
                    "persoonsgegevens leest, moet zijn doel noemen."
                ),
                "schema": {"type": "string", "enum": [doel.value for doel in regel.doelen]},
            }
        )


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
                _tell_policy(operation, api.state.doors[operation["operationId"]].regel)
                tags |= set(operation.get("tags", ()))
                for answer in operation["responses"].values():
                    answer.setdefault("headers", {})["API-Version"] = {"$ref": "#/components/headers/ApiVersion"}
        document["tags"] = [{"name": tag, "description": tag} for tag in sorted(tags)]
        api.openapi_schema = document
    return api.openapi_schema
