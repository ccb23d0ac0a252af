"""How the player knocks: the addresses and tokens of a run, bounded waits, and one sentence when a door says no."""

import asyncio
import time
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import orjson

from deploy.demo.wire import Wire, WireError
from deploy.local.issuer import TokenIssuer, issuer_from
from deploy.local.state import read_state
from shared.rules.codes import Rol

VT = "vtrr"
_TRIES_SECONDS = 60.0
_NOT_THERE_YET_SECONDS = 30.0
_FIRST_WAIT_SECONDS = 0.01
_LONGEST_WAIT_SECONDS = 0.5
_TOKEN_SECONDS = 3600.0
_UNAVAILABLE = frozenset({429, 502, 503, 504})
_NOT_FOUND = 404


class PlayError(Exception):
    """Carry one Dutch sentence about what stopped the play; never what was sent."""


@dataclass(frozen=True, slots=True)
class Actor:
    """Who knocks."""

    rol: Rol
    organisatie: str
    gemeenten: tuple[str, ...] = ()
    subject: str | None = None  # one of the people in a role; without one it is one for the whole organisation


MEDEWERKER = Actor(Rol.VT_MEDEWERKER, VT)
TEAMLEIDER = Actor(Rol.VT_TEAMLEIDER, VT)
BEHEERDER = Actor(Rol.BEHEERDER, VT)


@dataclass(frozen=True, slots=True)
class Call:
    """One request; ``route`` is how it is called when it goes wrong, without the ids that are in ``path``."""

    room: str
    method: str
    path: str
    route: str
    actor: Actor
    body: Mapping[str, Any] | None = None
    headers: tuple[tuple[str, str], ...] = ()
    params: tuple[tuple[str, str], ...] = ()
    good: Collection[int] = (200, 201)
    may_come: bool = False  # what it is about may still be on its way from another room


class Doors:
    """The rooms of one run, over HTTP."""

    def __init__(self, state_file: Path) -> None:
        state = read_state(state_file.parent)
        self._issuer: TokenIssuer = issuer_from(state_file.parent, state["issuer"])
        self._tokens: dict[Actor, tuple[float, str]] = {}
        self.calls = 0
        self.partners_url: str = state.get("partnersUrl") or ""
        self._wires = {room: Wire(url) for room, url in state["urls"].items()}

    async def aclose(self) -> None:
        """Close every connection."""
        for wire in self._wires.values():
            await wire.aclose()

    async def send(self, call: Call) -> Any:  # JSON
        """Return what a room answers.

        Tried again while the room is away, and, for what may still be on its way, while it is not there. Raises
        ``PlayError`` for every other answer than a good one.
        """
        begin, wait = time.monotonic(), _FIRST_WAIT_SECONDS
        while True:
            status, answer = await self._once(call)
            if status in call.good:
                return orjson.loads(answer) if answer else None
            waited = time.monotonic() - begin
            coming = call.may_come and status == _NOT_FOUND and waited < _NOT_THERE_YET_SECONDS
            away = (status is None or status in _UNAVAILABLE) and waited < _TRIES_SECONDS
            if not (coming or away):
                raise PlayError(_sentence(call, status))
            await asyncio.sleep(wait)
            wait = min(wait * 2, _LONGEST_WAIT_SECONDS)

    async def _once(self, call: Call) -> tuple[int | None, bytes]:
        headers = {"Authorization": f"Bearer {self._token(call.actor)}", **dict(call.headers)}
        if call.body is not None:
            headers["Content-Type"] = "application/json"
        target = f"/v1{call.path}" + (f"?{urlencode(call.params)}" if call.params else "")
        content = orjson.dumps(call.body) if call.body is not None else b""
        self.calls += 1
        try:
            return await self._wires[call.room].request(call.method, target, headers, content)
        except WireError:
            return None, b""

    def _token(self, actor: Actor) -> str:
        known = self._tokens.get(actor)
        if known and known[0] > time.monotonic():
            return known[1]
        token = self._issuer.mint(actor.rol, actor.organisatie, gemeenten=actor.gemeenten, subject=actor.subject)
        self._tokens[actor] = (time.monotonic() + _TOKEN_SECONDS, token)
        return token


def _sentence(call: Call, status: int | None) -> str:
    told = "geen antwoord" if status is None else f"status {status}"
    return f"{call.room} gaf op {call.method} {call.route} {told}; de demo stopt hier. Zie het logboek van {call.room}."
