"""The stand-in for the school attendance office (leerplicht) and the schools, with which child goes to which of them.

A child goes to a school that follows from its name and birth date alone, and one in twelve to none that anybody knows:
the same child is found at the same school in every run. A school takes a signal of exactly three values.
"""

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

from starlette.datastructures import State
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from shared.clock import system_clock

# The letters ZZ are in no number that was given to a school, as far as we found; the names are invented.
SCHOLEN: Mapping[str, str] = {
    "90ZZ00": "Basisschool De Luchtballon",
    "91ZZ00": "Basisschool Het Papieren Bootje",
    "92ZZ00": "Kindcentrum Nergensland",
    "93ZZ00": "Openbare basisschool De Denkbeeldige",
    "94ZZ00": "Verzonnen Lyceum",
    "95ZZ00": "Fabelcollege",
}
_WITHOUT = 12
_CODEWOORD = "Handle with Care"


def school_of(naam: str, geboortedatum: str) -> str | None:
    """Return the number of the school to which a child goes, or None for one whose school nobody knows."""
    number = int.from_bytes(hashlib.sha256(f"{naam}|{geboortedatum}".encode()).digest()[:8])
    return None if number % _WITHOUT == 0 else sorted(SCHOLEN)[number // _WITHOUT % len(SCHOLEN)]


def begin(state: State) -> None:
    """Lay out what this partner begins with: no signals."""
    state.handle_with_care = {}


async def find_school(request: Request) -> Response:
    """Say which school a child goes to, and where that school takes signals."""
    try:
        asked = await request.json()
        naam = asked["naam"]
        parts = [str(naam["voornamen"]), str(naam.get("voorvoegsel") or ""), str(naam["geslachtsnaam"])]
        extra = set(asked) - {"naam", "geboortedatum"} | set(naam) - {"voornamen", "voorvoegsel", "geslachtsnaam"}
        brin = school_of(" ".join(part for part in parts if part), str(asked["geboortedatum"]))
    except (ValueError, LookupError, TypeError, AttributeError):
        return JSONResponse({"title": "onleesbaar"}, 400)
    if extra:
        return JSONResponse({"title": "meer dan wij mogen weten"}, 400)
    if brin is None:
        return JSONResponse({"school": None}, 404)
    deur = f"{request.base_url}scholen/{brin}/signalen"
    return JSONResponse({"school": {"brin": brin, "naam": SCHOLEN[brin], "deur": deur}})


async def take_signal(request: Request) -> Response:
    """Take a signal about a pupil and give a receipt; the same key gives the same one."""
    key = request.headers.get("idempotency-key", "")
    try:
        told = await request.json()
        whole = set(told) == {"naam", "geboortedatum", "codewoord"} and told["codewoord"] == _CODEWOORD and bool(key)
        brin = school_of(str(told["naam"]), str(told["geboortedatum"]))
    except (ValueError, LookupError, TypeError):
        return JSONResponse({"title": "onleesbaar"}, 400)
    if not whole:
        return JSONResponse({"title": "niet wat een signaal bevat"}, 400)
    if request.path_params["brin"] != brin:
        return JSONResponse({"leerling": "onbekend"}, 404)
    taken: dict[str, dict[str, Any]] = request.app.state.handle_with_care
    if key in taken:
        return JSONResponse(taken[key])
    number = hashlib.sha256(key.encode()).hexdigest()[:12]
    taken[key] = {"ontvangstbewijs": f"OB-{brin}-{number}", "ontvangenOp": system_clock().isoformat()}
    return JSONResponse(taken[key], 201)


ROUTES: Sequence[BaseRoute] = (
    Route("/leerplicht/leerlingen/_zoek", find_school, methods=["POST"]),
    Route("/scholen/{brin}/signalen", take_signal, methods=["POST"]),
)
