"""The four rooms as they are wired in production, each on a database of its own, and what their routes take in."""

import importlib
import re
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import psycopg
from cryptography.hazmat.primitives.asymmetric import ec
from psycopg import sql

from deploy.local import identity
from shared.events.catalogue import Room
from shared.settings import Omgeving, RoomSettings
from shared.web.edge import Edge
from tests.support import RoomDatabaseFactory, TestIssuer, with_kept_routes

METHODS = frozenset({"get", "put", "post", "patch", "delete"})
_LISTS = "array"


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation of a room as its description tells it."""

    method: str
    path: str
    told: dict[str, Any]
    document: dict[str, Any]

    @property
    def url(self) -> str:
        """An address of it that is well formed and leads to nothing."""
        return "/v1" + re.sub(r"{[^}]+}", lambda _: str(uuid4()), self.path)

    def url_with(self, name: str, value: str) -> str:
        """Return the address with this text, as it stands, for one parameter of the path."""
        return "/v1" + re.sub(r"{([^}]+)}", lambda m: value if m[1] == name else str(uuid4()), self.path)

    def parameters(self, where: str) -> list[str]:
        """Return the names of what it takes in its path, query or headers."""
        return [one["name"] for one in self.told.get("parameters", ()) if one["in"] == where]

    @property
    def body(self) -> dict[str, Any] | None:
        """The schema of its body."""
        content = self.told.get("requestBody", {}).get("content", {})
        schema: dict[str, Any] | None = content.get("application/json", {}).get("schema")
        return schema

    @property
    def file_types(self) -> list[str]:
        """The media types of the file that it takes in instead of JSON."""
        content = self.told.get("requestBody", {}).get("content", {})
        return [kind for kind in content if kind != "application/json"]

    @property
    def roles(self) -> list[str]:
        """Whom it lets in, the one who may see most first."""
        told: dict[str, str] = self.told["x-rollen"]
        return sorted(told, key=lambda rol: (rol == "systeem", told[rol] != "alles", rol))


@dataclass(frozen=True, slots=True)
class RoomUnderTest:
    """A room behind its real door, and a way to see what it stored."""

    room: Room
    edge: Edge
    http: httpx.AsyncClient
    issuer: TestIssuer
    database_url: str

    @property
    def operations(self) -> list[Operation]:
        """Every operation that the room describes."""
        document = self.edge.api.openapi()
        return [
            Operation(method, path, told, document)
            for path, item in document["paths"].items()
            for method, told in item.items()
            if method in METHODS
        ]

    def headers(self, operation: Operation) -> dict[str, str]:
        """Return the header of somebody who may do this."""
        return self.issuer.headers(operation.roles[0], "vtrr", gemeenten=("0599",))

    def rows(self) -> dict[str, int]:
        """Return how many rows each table has; refusals are recorded, and so the audit is left out."""
        with psycopg.connect(self.database_url) as connection:
            tables = connection.execute(
                "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename NOT LIKE 'audit%'"
            ).fetchall()
            return {name: _count(connection, name) for (name,) in tables}


def _count(connection: psycopg.Connection[tuple[int]], table: str) -> int:
    query = sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(table))
    return (connection.execute(query).fetchone() or (0,))[0]


_told: dict[Room, dict[str, Any]] = {}


@asynccontextmanager
async def started(
    room: Room, room_database: RoomDatabaseFactory, *, admin_url: str, keys: Path, issuer: TestIssuer
) -> AsyncIterator[RoomUnderTest]:
    """Start a room as its ``main`` does, with the issuer of the test."""
    database = room_database(room)
    client_key = keys.with_name("client.pem")
    client_key.write_text(identity.pem_of(ec.generate_private_key(ec.SECP256R1())))
    module = importlib.import_module(f"services.{room}.settings")
    kind: type[RoomSettings] = getattr(module, f"{room.capitalize()}Settings")
    settings = kind(
        omgeving=Omgeving.LOKAAL,
        database_url=database.app_url,
        redis_url="redis://127.0.0.1:1/0",
        key_file=keys,
        issuer=issuer.issuer,
        jwks_url="http://uitgever.test/jwks",
        token_url="http://uitgever.test/token",
        client_id=f"ketenradar-{room}",
        client_key_file=client_key,
        intake_url="http://127.0.0.1:1",
        triage_url="http://127.0.0.1:1",
        handover_url="http://127.0.0.1:1",
        monitoring_url="http://127.0.0.1:1",
    )
    made: Edge = importlib.import_module(f"services.{room}.main").build(settings)
    # What a room tells of its routes is the same each time: it is made once.
    made.api.openapi_schema = _told.get(room)
    root: Any = made._app
    async with root.router.lifespan_context(root):
        edge = with_kept_routes(made, room)
        edge.verifier = issuer.verifier
        object.__setattr__(edge.api.state.resources, "verifier", edge.verifier)
        _told[room] = edge.api.openapi()
        transport = httpx.ASGITransport(app=edge, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://kamer.test", timeout=60) as http:
            name = database.name
            yield RoomUnderTest(room, edge, http, issuer, f"{admin_url.rsplit('/', 1)[0]}/{name}")


# --- bodies from schemas -----------------------------------------------------------------------------------------


def example(schema: dict[str, Any], document: dict[str, Any], *, text: str = "tekst", depth: int = 0) -> Any:
    """Return something that a schema asks for, with every field; ``text`` wherever any text will do."""
    schema = resolved(schema, document)
    if "enum" in schema or "const" in schema:
        return schema["enum"][0] if "enum" in schema else schema["const"]
    if schema.get("examples"):
        return schema["examples"][0]
    kind = schema.get("type")
    kind = kind[0] if isinstance(kind, list) else kind
    if kind == "object":
        return {
            name: example(inner, document, text=text, depth=depth + 1)
            for name, inner in schema.get("properties", {}).items()
            if depth < 8 or name in schema.get("required", ())
        }
    if kind == _LISTS:
        return [example(schema.get("items", {}), document, text=text, depth=depth + 1)] if depth < 8 else []
    if kind == "string":
        return _string(schema, text)
    return {"integer": schema.get("minimum", 1), "number": 1.5, "boolean": True}.get(str(kind))


def resolved(schema: dict[str, Any], document: dict[str, Any]) -> dict[str, Any]:
    """Return what a schema stands for: the first of its alternatives that is not null."""
    while True:
        if "$ref" in schema:
            schema = document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
        elif alternatives := schema.get("anyOf") or schema.get("oneOf") or schema.get("allOf"):
            schema = next(one for one in alternatives if one.get("type") != "null")
        else:
            return schema


def _string(schema: dict[str, Any], text: str) -> str:
    given = {"uuid": str(uuid4()), "date": "2026-01-31", "date-time": "2026-01-31T12:00:00Z"}
    if schema.get("format") in given:
        return given[schema["format"]]
    return "a" if "pattern" in schema else text


def places(value: Any, at: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield the way to every value inside a JSON value."""
    yield at
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in inside:
        yield from places(inner, (*at, key))


def replaced(value: Any, at: tuple[Any, ...], by: Any) -> Any:
    """Return a JSON value with another one at a place."""
    if not at:
        return by
    key, *rest = at
    if isinstance(value, dict):
        return {**value, key: replaced(value[key], tuple(rest), by)}
    return [replaced(inner, tuple(rest), by) if number == key else inner for number, inner in enumerate(value)]
