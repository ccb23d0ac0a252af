"""Help and an accepted overdracht, for whoever tests what is done with them."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx

from tests.integration.handover.conftest import TEAM, HandoverRoom
from tests.integration.handover.test_overdrachten import offered

Who = tuple[str, str, tuple[str, ...]]
LEAD: Who = ("vt-teamleider", "vtrr", ())
HULP: Who = ("ketenpartner", "hulp-rijnmond", ())
OPGAVE: dict[str, Any] = {
    "naam": "Ouderen in veilige handen",
    "gemeenteCodes": ["0599"],
    "doelgroepen": ["ouderenmishandeling"],
    "fasen": ["herstel"],
    "voorWie": ["slachtoffer"],
    "plaatsen": 2,
    "wachttijd": {"dagen": 10, "op": "2026-03-02"},
    "eigenBijdrage": False,
    "indicatie": "geen",
    "leeftijdVan": 65,
    "geldigVan": "2026-01-01",
}
KEUZE: dict[str, Any] = {"doelgroep": "ouderenmishandeling", "fase": "herstel", "instemming": True}
GEMIST: dict[str, Any] = {"doelgroep": "ouderenmishandeling", "fase": "herstel", "leeftijden": [80]}


async def put_in_palet(room: HandoverRoom, who: Who = HULP, **changes: Any) -> dict[str, Any]:
    """Put help in the palet and return it."""
    answer = await room.call("POST", "/interventies", who, json=OPGAVE | changes)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def accepted(room: HandoverRoom) -> tuple[UUID, str]:
    """Offer a casus to the team and the opvang, let the team accept, and return the casus and its overdracht."""
    casus_id, (team, _) = await offered(room)
    answer = await room.call("POST", f"/overdrachten/{team['id']}/acceptatie", TEAM)
    assert answer.status_code == 201, answer.text
    room.klok.advance(timedelta(hours=1))
    return casus_id, str(team["id"])


async def ask(
    room: HandoverRoom, overdracht_id: str, interventie_id: str, who: Who = TEAM, **changes: Any
) -> dict[str, Any]:
    """Ask for help under an overdracht and return the inzet."""
    body = KEUZE | {"interventieId": interventie_id} | changes
    answer = await room.call("POST", f"/overdrachten/{overdracht_id}/inzetten", who, json=body)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def step(
    room: HandoverRoom, inzet_id: str, name: str, who: Who = HULP, *, body: Any = None, seen: str = "*"
) -> httpx.Response:
    """Take a step on an inzet."""
    path = f"/inzetten/{inzet_id}/{name}"
    more = {} if body is None else {"json": body}
    return await room.call("PUT", path, who, headers={"If-Match": seen}, **more)
