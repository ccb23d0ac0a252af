"""The stand-in for SISA, SluiS and the VT-register: who is in them, who matches, and since when.

Each begins with nothing of anybody. Which people other organisations are with follows from who they are, by the same
small table every time. An index refuses a message
with a field too many: a partner that is told more than it may know must say so, and not keep it.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from starlette.datastructures import State
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

_FIELDS = frozenset({"naam", "geboortedatum", "geslacht", "organisatie"})
_NAMES = frozenset({"geslachtsnaam", "voorvoegsel", "voornamen"})
_PAGE = 100
_SINCE = "2026-01-15"

# Fictional, as everything here: which other organisation can be with somebody in which index, and how it is reached.
OTHERS: Mapping[str, tuple[tuple[str, str, str], ...]] = {
    "sisa": (
        ("jeugdgezondheidszorg-fictief", "Jeugdgezondheidszorg Fictief", "010-0000001"),
        ("leerplicht-fictief", "Leerplicht Fictief", "010-0000002"),
    ),
    "sluis": (("maatschappelijk-werk-fictief", "Maatschappelijk Werk Fictief", "010-0000003"),),
    "vt-register": (("veilig-thuis-elders-fictief", "Veilig Thuis Elders (fictief)", "000-0000004"),),
}
# Of so many people one is known to another organisation.
_ONE_IN = 4


@dataclass(slots=True)
class _Signaal:
    referentie: str
    bericht: Mapping[str, Any]


@dataclass(slots=True)
class Register:
    """One index: our signals, and what it has to tell of matches, in the order in which it came to know."""

    naam: str
    signalen: dict[str, _Signaal] = field(default_factory=dict)
    nieuws: list[dict[str, str]] = field(default_factory=list)
    vir: set[str] = field(default_factory=set)  # what was passed on to the national index

    def place(self, referentie: str, bericht: Mapping[str, Any], *, vir: bool) -> list[dict[str, str]]:
        """Let a signal stand; the same again is the same, and what it is passed on to follows the last time."""
        known = referentie in self.signalen
        self.signalen[referentie] = _Signaal(referentie, bericht)
        (self.vir.add if vir else self.vir.discard)(referentie)
        found = self._matches(referentie, bericht)
        if not known:
            self.nieuws += found
        return found

    def remove(self, referentie: str) -> None:
        """Let a signal stand no longer, whether it stood or not."""
        self.signalen.pop(referentie, None)
        self.vir.discard(referentie)

    def after(self, na: int) -> list[dict[str, str]]:
        """Return what it came to know after a place."""
        return self.nieuws[na : na + _PAGE]

    def hear_of(self, referentie: str, *, beeindigd: bool = False) -> None:
        """Let another organisation come to somebody whom we are with already, or leave."""
        self.nieuws.append(self._match(referentie, 0, status="beeindigd" if beeindigd else "actief"))

    def _matches(self, referentie: str, bericht: Mapping[str, Any]) -> list[dict[str, str]]:
        chance = _chance(self.naam, bericht)
        return [self._match(referentie, chance)] if chance % _ONE_IN == 0 else []

    def _match(self, referentie: str, chance: int, status: str = "actief") -> dict[str, str]:
        others = OTHERS[self.naam]
        organisatie_id, organisatie, contact = others[chance // _ONE_IN % len(others)]
        return {
            "referentie": referentie,
            "kenmerk": f"{organisatie_id}-{referentie[:8]}",
            "organisatieId": organisatie_id,
            "organisatie": organisatie,
            "contact": contact,
            "sinds": _SINCE,
            "status": status,
        }


def _chance(naam: str, bericht: Mapping[str, Any]) -> int:
    """Return a number that follows from who somebody is and from nothing else."""
    who = bericht["naam"]
    text = "|".join((naam, who["geslachtsnaam"], who["voornamen"], bericht["geboortedatum"]))
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:4])


def begin(state: State) -> None:
    """Lay out three empty indexes on the state of the application."""
    state.indexen = {naam: Register(naam) for naam in OTHERS}


def _naam(request: Request) -> str:
    return request.url.path.split("/")[1].removeprefix("_")


def _register(request: Request) -> Register:
    found: Register = request.app.state.indexen[_naam(request)]
    return found


async def place(request: Request) -> Response:
    """Take a signal."""
    try:
        bericht = await request.json()
        referentie = str(UUID(request.path_params["referentie"]))
        _check(bericht)
    except (ValueError, LookupError, TypeError, AttributeError):
        return JSONResponse({"title": "geen bericht dat hier mag staan"}, 400)
    doorgeven = request.query_params.get("doorgeven")
    if doorgeven not in {None, "vir"} or (doorgeven and _naam(request) != "sisa"):
        return JSONResponse({"title": "hierheen wordt niet doorgegeven"}, 400)
    matches = _register(request).place(referentie, bericht, vir=doorgeven == "vir")
    return JSONResponse({"referentie": referentie, "status": "actief", "matches": matches}, 201)


def _check(bericht: Any) -> None:  # whatever was sent
    naam = bericht["naam"]
    if set(bericht) != _FIELDS or not {"geslachtsnaam", "voornamen"} <= set(naam) <= _NAMES:
        raise ValueError("a field too many, or one too few")
    if not all(isinstance(value, str) for value in (*naam.values(), bericht["geboortedatum"], bericht["geslacht"])):
        raise TypeError("no text")


async def remove(request: Request) -> Response:
    """Take a signal away."""
    _register(request).remove(request.path_params["referentie"])
    return Response(status_code=204)


async def news(request: Request) -> Response:
    """Tell what changed in the matches."""
    register = _register(request)
    asked = request.query_params.get("na", "0")
    na = int(asked) if asked.isdigit() else 0
    found = register.after(na)
    laatste = na + len(found)
    return JSONResponse({"matches": found, "laatste": str(laatste), "meer": laatste < len(register.nieuws)})


async def beside(request: Request) -> Response:
    """Let another organisation come to somebody, or leave: for who wants to see that happen."""
    told = await request.json()
    _register(request).hear_of(told["referentie"], beeindigd=bool(told.get("beeindigd")))
    return Response(status_code=204)


async def contents(request: Request) -> Response:
    """Tell what stands in an index, to compare with what should."""
    register = _register(request)
    rows = [
        {"referentie": one.referentie, "bericht": one.bericht, "vir": one.referentie in register.vir}
        for one in register.signalen.values()
    ]
    return JSONResponse({"signalen": rows})


ROUTES: Sequence[BaseRoute] = tuple(
    route
    for naam in OTHERS
    for route in (
        Route(f"/{naam}/signalen/{{referentie}}", place, methods=["PUT"]),
        Route(f"/{naam}/signalen/{{referentie}}", remove, methods=["DELETE"]),
        Route(f"/{naam}/matches", news),
        Route(f"/_{naam}/inhoud", contents),
        Route(f"/_{naam}/ander", beside, methods=["POST"]),
    )
)
