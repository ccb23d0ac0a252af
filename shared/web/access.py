"""How the policy stands before every route: who has no row does not come in, and what is not recorded is not answered.

A route gets this by being a route of the house (``KetenRoute``); it need not ask for it and cannot forget it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Request

from shared.audit import Act, Resultaat, record
from shared.crypto import Vault
from shared.db import in_transaction
from shared.errors import CallerError, InvalidInputError, NotAllowedError, NotAuthenticatedError, NotFoundError
from shared.rules.access import Betrekking, Inhoud, Regel, Toegang, Weigering, judge
from shared.web.auth import Caller
from shared.web.client import PURPOSE_HEADER
from shared.web.glass import is_open
from shared.work import INTAKE_WALL, Wall, Work

Beleid = Mapping[tuple[str, str], Regel]

# Receiving compares with the people of every casus, whoever sends the melding.
_RECEIVING = frozenset({("intake", "createMelding"), ("intake", "createMeldingen"), ("intake", "createOmzetting")})
_ANY = Betrekking.ALLES
_REFUSALS = {
    Weigering.ROL: "Deze rol mag dit niet.",
    Weigering.SCOPE: "Dit token geeft hiertoe geen recht.",
    Weigering.DOEL: "Voor dit doel mag dit niet.",
}


@dataclass(frozen=True, slots=True)
class Door:
    """A route and its row: what stands between a caller and a handler."""

    regel: Regel

    async def enter(self, request: Request, work: Work) -> Caller:
        """Return the caller with what it was let in for.

        Who broke the glass of the object in the path is let in without the tie, and the wall in the database opens
        for that object too.

        Raises ``NotAuthenticatedError``, ``NotAllowedError`` (role, scope or purpose) or ``InvalidInputError`` when a
        system names no purpose for reading persons.
        """
        caller: Caller | None = getattr(request.state, "caller", None)
        if caller is None:
            raise NotAuthenticatedError("Er is een geldig token nodig.")
        purpose = request.headers.get(PURPOSE_HEADER)
        found = judge(self.regel, rol=caller.rol, scopes=caller.scopes, doel=purpose)
        if isinstance(found, Toegang):
            if caller.rol in self.regel.nood:
                found = await _with_broken_glass(found, request, caller, work)
            let_in = replace(caller, toegang=found)
            request.state.caller = let_in
            return let_in
        if found is Weigering.GEEN_DOEL:
            raise InvalidInputError(f"Noem in {PURPOSE_HEADER} waarvoor de gegevens nodig zijn.")
        raise NotAllowedError(_REFUSALS[found])

    def wall(self, caller: Caller) -> Wall:
        """Return what the database is told about this caller."""
        receiving = (self.regel.room, self.regel.operation) in _RECEIVING
        return Wall(
            rol=INTAKE_WALL if receiving else caller.rol.value,
            organisatie_id=caller.organisatie_id,
            gemeente_codes=caller.gemeente_codes,
        )

    @property
    def must_record(self) -> bool:
        """Say whether an answer may only leave when an audit row stands under it."""
        return self.regel.inhoud is Inhoud.PERSONEN

    @property
    def records_refusals(self) -> bool:
        """Say whether a refusal is recorded: wherever a casus could have been seen."""
        return self.regel.inhoud in {Inhoud.PERSONEN, Inhoud.CODES}


async def _with_broken_glass(found: Toegang, request: Request, caller: Caller, work: Work) -> Toegang:
    object_id = _object_id(request)
    if object_id is None:
        return found
    made = request.app.state.resources
    async with in_transaction(made.engine) as conn:
        broken = await is_open(conn, caller, object_id, now=made.clock())
    if not broken:
        return found
    work.wall = replace(work.wall, nood=frozenset({object_id}))
    return replace(found, noodtoegang=True)


# Not a plain function: the framework would send each request to another thread and back for it.
async def allowed(request: Request) -> Caller:
    """Return the caller that the policy let in (a dependency)."""
    caller: Caller | None = getattr(request.state, "caller", None)
    if caller is None or caller.toegang is None:
        raise NotAuthenticatedError("Er is een geldig token nodig.")
    return caller


Allowed = Annotated[Caller, Depends(allowed)]


def toegang_of(caller: Caller) -> Toegang:
    """Return what a caller was let in for; raises ``NotAllowedError`` for one that passed no door."""
    if caller.toegang is None:
        raise NotAllowedError("Deze rol mag dit niet.")
    return caller.toegang


def work_for(door: Door, caller: Caller, request: Request, vault: Vault) -> Work:
    """Return the work under which a request is done."""
    peer = request.client.host if request.client else ""
    return Work(wall=door.wall(caller), vault=vault, origin=getattr(request.state, "address", peer))


async def record_refusal(request: Request, door: Door, error: CallerError) -> None:
    """Record that somebody was refused, or asked for what is not there, in a transaction of its own."""
    made = request.app.state.resources
    caller: Caller = request.state.caller
    if caller.toegang is None:
        # Refused at the door itself: recorded under the first purpose of the row that refused.
        caller = replace(caller, toegang=Toegang(door.regel, _ANY, door.regel.doelen[0]))
    act = Act(
        actie=door.regel.operation,
        object_soort=_last_noun(request),
        object_id=_object_id(request),
        casus_id=_uuid(request.path_params.get("casusId")),
        resultaat=Resultaat.NIET_GEVONDEN if isinstance(error, NotFoundError) else Resultaat.GEWEIGERD,
        reden=error.title,
    )
    async with in_transaction(made.engine) as conn:
        await record(conn, caller, act, now=made.clock())


def _object_id(request: Request) -> UUID | None:
    """Return the id in the path, when there is one: what was asked for."""
    return next(filter(None, map(_uuid, request.path_params.values())), None)


def _uuid(value: object) -> UUID | None:
    try:
        return UUID(str(value))
    except ValueError:
        return None


def _last_noun(request: Request) -> str:
    """Return the last word of the path that is no parameter, as the kind of object that was asked for."""
    path: str = getattr(request.scope.get("route"), "path", "")
    nouns = [part for part in path.split("/") if part and not part.startswith(("{", "_"))]
    return nouns[-1] if nouns else "onbekend"
