"""That every door stands in the policy and every row is a door, in all rooms, with nothing left to remember."""

import importlib
import inspect
import re
from typing import Any
from unittest.mock import patch
from uuid import uuid4

import pytest
from fastapi.routing import APIRoute, APIRouter
from pydantic.alias_generators import to_camel
from starlette.routing import Match

from shared.events.catalogue import Room
from shared.rules.access import BELEID, Inhoud
from shared.web.app import create_app, keten_routes, room_router
from shared.web.edge import Edge
from shared.web.routes import KetenRoute

ROOMS = tuple(Room)


def edge_of(room: Room) -> Edge:
    made: Edge = importlib.import_module(f"services.{room}.main").app()
    return made


def every_route(router: Any) -> list[Any]:
    found = []
    for route in router.routes:
        inner = getattr(route, "original_router", None)
        found += every_route(inner) if inner else [route]
    return found


@pytest.mark.parametrize("room", ROOMS)
def test_every_route_has_a_row_and_every_row_a_route(room: Room) -> None:
    routes = {to_camel(route.name) for route in keten_routes(edge_of(room).api.router)}

    assert routes == {operation for of_room, operation in BELEID if of_room == room}


@pytest.mark.parametrize("room", ROOMS)
def test_no_route_of_the_api_goes_round_the_door(room: Room) -> None:
    around = [
        route.path
        for route in every_route(edge_of(room).api.router)
        if isinstance(route, APIRoute) and not isinstance(route, KetenRoute)
    ]

    assert around == []


@pytest.mark.parametrize("room", ROOMS)
def test_every_route_is_found_by_its_path_and_no_router_is_searched_for_what_is_none_of_its_own(room: Room) -> None:
    api = edge_of(room).api.router

    def found(method: str, path: str) -> list[Match]:
        asked = {"type": "http", "method": method, "path": "/v1" + path, "root_path": "/v1"}
        return [router.matches(dict(asked))[0] for router in api.routes]

    lost = [
        route.path
        for route in keten_routes(api)
        if Match.FULL not in found(next(iter(route.methods or ())), re.sub(r"{[^}]+}", str(uuid4()), route.path))
    ]
    with patch.object(APIRouter, "matches") as searched:
        found("GET", "/elders")

    assert lost == []
    assert not searched.called


@pytest.mark.parametrize("room", ROOMS)
def test_no_request_is_sent_to_another_thread_and_back_for_what_its_route_asks_for(room: Room) -> None:
    plain = {
        f"{call.__module__}.{call.__name__}"
        for route in keten_routes(edge_of(room).api.router)
        for call in (route.endpoint, *_dependencies(route.dependant))
        if not inspect.iscoroutinefunction(call)
    }

    assert plain == set()


def _dependencies(dependant: Any) -> list[Any]:
    return [call for one in dependant.dependencies for call in (one.call, *_dependencies(one))]


def test_a_room_with_a_route_that_has_no_row_cannot_be_made() -> None:
    router = room_router("Vergeten")

    @router.get("/vergeten", summary="x", description="x")
    async def read_vergeten() -> dict[str, str]:
        return {}

    with pytest.raises(LookupError, match="readVergeten"):
        create_app(room="intake", title="x", description="x", routers=[router], lifespan=None)  # type: ignore[arg-type]


@pytest.mark.parametrize("room", ROOMS)
def test_the_document_of_a_route_says_who_may_for_what_and_with_which_scope(room: Room) -> None:
    for item in edge_of(room).api.openapi()["paths"].values():
        for operation in item.values():
            row = BELEID[room.value, operation["operationId"]]
            told = {one["name"]: one for one in operation.get("parameters", ())}

            assert operation["security"] == [{"token": [row.scope]}]
            assert set(operation["x-rollen"]) == {rol.value for rol in row.rollen}
            assert operation["x-verwerkingsactiviteit"] == row.activity.uri
            assert ("X-Doelbinding" in told) == (row.inhoud in {Inhoud.PERSONEN, Inhoud.CODES})
