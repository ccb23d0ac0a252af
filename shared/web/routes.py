"""What a route of the house is: no row in the policy, no way in; no audit row, no answer about persons."""

from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from fastapi import APIRouter, Request
from fastapi.routing import APIRoute
from pydantic.alias_generators import to_camel
from sqlalchemy.ext.asyncio import AsyncEngine
from starlette.responses import Response
from starlette.routing import Match
from starlette.types import Scope

from shared.clock import Clock
from shared.crypto import Vault
from shared.errors import CallerError, NotAllowedError, NotAuthenticatedError, NotFoundError
from shared.rules.settings import RuleSettings
from shared.web.access import Door, record_refusal, work_for
from shared.web.auth import Caller, Verifier
from shared.web.client import RoomClient
from shared.web.problems import MEDIA_TYPE, TITLES
from shared.work import Work, working


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


@dataclass(frozen=True, slots=True)
class Resources:
    """What a room works with; made once in its ``main``."""

    engine: AsyncEngine
    vault: Vault
    clock: Clock
    rules: RuleSettings
    verifier: Verifier
    client: RoomClient


# What a room asks of everybody whom the policy let in; returns the caller with what is left of what he may do.
AfterDoor = Callable[[Resources, Caller], Awaitable[Caller]]


class KetenRoute(APIRoute):
    """A route that nobody enters without a row of the policy, and that answers nothing about persons unrecorded.

    Its JSON was read and checked at the edge: it is not parsed a second time, less strictly.
    """

    def get_route_handler(self) -> Callable[[Request], Any]:
        handle = super().get_route_handler()
        operation = to_camel(self.name)

        async def behind_the_door(request: Request) -> Response:
            if "ketenradar.json" in request.scope:
                request._json = request.scope["ketenradar.json"]  # noqa: SLF001, Starlette's own cache
            door: Door = request.app.state.doors[operation]
            caller: Caller | None = getattr(request.state, "caller", None)
            if caller is None:
                raise NotAuthenticatedError("Er is een geldig token nodig.")
            with working(work_for(door, caller, request, resources_of(request).vault)) as work:
                return await _answer(door, request, answer, work)

        async def answer(request: Request) -> Response:
            again = await self.answer_again(request)
            found: Response = await handle(request) if again is None else again
            return found

        return behind_the_door

    async def answer_again(self, request: Request) -> Response | None:  # noqa: ARG002, of a route that keeps answers
        """Return the answer to who asks the very same again, or None.

        It is asked for after the policy let the caller in, and before what he asks is read and checked.
        """
        return None


async def _answer(door: Door, request: Request, handle: Callable[[Request], Any], work: Work) -> Response:
    after_door: AfterDoor | None = request.app.state.after_door
    try:
        caller = await door.enter(request, work)
        if after_door is not None:
            request.state.caller = await after_door(resources_of(request), caller)
    except CallerError as error:
        if door.records_refusals:
            await record_refusal(request, door, error)
        raise
    try:
        answer: Response = await handle(request)
    except (NotAllowedError, NotFoundError) as error:
        if door.records_refusals:
            await record_refusal(request, door, error)
        raise
    if door.must_record and answer.status_code < 300 and not work.recorded:  # noqa: PLR2004, the class of success
        raise RuntimeError("an answer about persons left no audit row")
    return answer


class KetenRouter(APIRouter):
    """A router that says by the first word of a path that it is none of its own.

    The framework asks every router of a room in turn, and each would lay the path beside all its routes, twice.
    """

    @cached_property
    def _words(self) -> frozenset[str]:
        return frozenset(_first_word(route.path) for route in keten_routes(self))

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Say whether one of its routes is asked for."""
        if _first_word(scope["path"].removeprefix(scope.get("root_path", ""))) not in self._words:
            return Match.NONE, {}
        return super().matches(scope)


def _first_word(path: str) -> str:
    return path.partition("/")[2].partition("/")[0]


def room_router(tag: str, route_class: type[KetenRoute] = KetenRoute) -> APIRouter:
    """Return an empty router for one subject of a room; each of its routes tells its problems."""
    return KetenRouter(tags=[tag], responses=_ERRORS, route_class=route_class)


# Not a plain function, nor any other dependency: the framework would send each request to another thread and back.
async def resources(request: Request) -> Resources:
    """Return what the room works with (a dependency)."""
    return resources_of(request)


def resources_of(request: Request) -> Resources:
    """Return what the room works with."""
    found: Resources = request.app.state.resources
    return found


def keten_routes(router: Any) -> Iterator[KetenRoute]:  # a router of FastAPI, or what it wraps one in
    """Return the routes of a room, however deep FastAPI put them."""
    for route in router.routes:
        if isinstance(route, KetenRoute):
            yield route
        elif inner := getattr(route, "original_router", None):
            yield from keten_routes(inner)
