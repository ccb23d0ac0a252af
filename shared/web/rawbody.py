"""Routes that take a file and no JSON: which media types, how large, and how slow at most; held to at the edge.

A route says so with ``takes_file``. Its handler reads ``request.stream()``: no more is in memory than what came in and
was not read yet, because the connection is not read on while that waits.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from fastapi import FastAPI
from pydantic.alias_generators import to_camel

from shared.web.routes import keten_routes

_MARK = "__ketenradar_file__"
F = TypeVar("F", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class FileBody:
    """What a route takes in beside JSON; ``bytes_max`` is what holds when no setting says otherwise."""

    media: tuple[str, ...]
    bytes_max: int


@dataclass(frozen=True, slots=True)
class FileRoute:
    """One route that takes a file, as the edge knows it: before anybody looks for the route itself."""

    method: str
    path: re.Pattern[str]
    media: frozenset[str]
    bytes_max: int

    def fits(self, method: str, path: str) -> bool:
        """Say whether a request is for this route."""
        return self.method == method and self.path.fullmatch(path) is not None


def takes_file(body: FileBody) -> Callable[[F], F]:
    """Declare on a route that it takes a file."""

    def declare(endpoint: F) -> F:
        setattr(endpoint, _MARK, body)
        return endpoint

    return declare


def file_body(body: FileBody) -> dict[str, Any]:
    """Return what the OpenAPI document says of such a body, for ``openapi_extra``."""
    content = {kind: {"schema": {"type": "string", "format": "binary"}} for kind in body.media}
    return {"requestBody": {"required": True, "content": content}}


def file_routes(api: FastAPI, bytes_max: Mapping[str, int]) -> tuple[FileRoute, ...]:
    """Return the routes of an application that take files; ``bytes_max`` are settings, by the name of an operation."""
    return tuple(_file_routes(api, bytes_max))


def _file_routes(api: FastAPI, bytes_max: Mapping[str, int]) -> Iterable[FileRoute]:
    for route in keten_routes(api.router):
        body: FileBody | None = getattr(route.endpoint, _MARK, None)
        if body is not None:
            path = re.compile("/v1" + re.sub(r"{[^}]+}", "[^/]+", route.path))
            most = bytes_max.get(to_camel(route.name), body.bytes_max)
            for method in sorted(route.methods or ()):
                yield FileRoute(method, path, frozenset(body.media), most)
