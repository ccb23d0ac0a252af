"""What the tests of shelter begin with: a family of which handover heard, and a request for it."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from httpx import Response
from sqlalchemy import text

from shared.db import in_transaction
from tests.integration.handover.conftest import OPVANG, TEAM, VT, HandoverRoom
from tests.integration.handover.test_overdrachten import TO_TEAM, besluit, melding

LEAD = ("vt-teamleider", "vtrr", ())
GEHEIM = "Mevrouw Jansen-Canarie"
MOEDER, KIND, VADER = 0, 1, 2
BEGIN = {"crisisopvang-vrouwen": 40, "crisisopvang-kinderen": 50}


def wire(moment: datetime) -> str:
    """Return a moment as it goes over the wire."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


async def a_family(room: HandoverRoom, casus_id: UUID | None = None, **changes: Any) -> tuple[UUID, UUID]:
    """Let the room hear of a melding that was offered to the local team; return its casus and the melding."""
    casus_id, melding_id = casus_id or uuid4(), uuid4()
    told = melding(room, melding_id=melding_id, directbetrokkenen=(MOEDER, KIND, VADER), **changes)
    decided = besluit(room, TO_TEAM)
    fields = {name: getattr(decided, name) for name in type(decided).__dataclass_fields__}
    await room.hear(casus_id, told, type(decided)(**fields | {"melding_id": melding_id}))
    return casus_id, melding_id


def client(nr: int, doelgroep: str = "vrouw", **more: Any) -> dict[str, Any]:
    return {"persoonNr": nr, "doelgroep": doelgroep, **more}


async def ask(room: HandoverRoom, melding_id: UUID, *clienten: dict[str, Any], who: Any = VT, **more: Any) -> Response:
    body = {
        "meldingId": str(melding_id),
        "aangevraagdOp": wire(room.klok()),
        "clienten": clienten or (client(MOEDER), client(KIND, "kind")),
        "toelichting": f"{GEHEIM} kan niet thuis zijn.",
    }
    headers = more.pop("headers", {})
    return await room.call("POST", "/opvang/aanvragen", who, json=body | more, headers=headers)


async def asked(room: HandoverRoom, melding_id: UUID, *clienten: dict[str, Any], **more: Any) -> str:
    answer = await ask(room, melding_id, *clienten, **more)
    assert answer.status_code == 201, answer.text
    found: str = answer.json()["id"]
    return found


async def step(  # noqa: PLR0917, who does what with which request
    room: HandoverRoom, aanvraag_id: str, name: str, body: dict[str, Any], who: Any = OPVANG, seen: str = "*"
) -> Response:
    return await room.call("PUT", f"/opvang/aanvragen/{aanvraag_id}/{name}", who, json=body, headers={"If-Match": seen})


async def voorziening(room: HandoverRoom, soort: str, **more: Any) -> str:
    """Add places of a kind; return their id."""
    body = {"organisatieId": OPVANG[1], "soort": soort, "plaatsen": 3, "gemeenteCode": "0599"} | more
    answer = await room.call("POST", "/opvang/voorzieningen", LEAD, json=body)
    assert answer.status_code == 201, answer.text
    found: str = answer.json()["id"]
    return found


async def begin(room: HandoverRoom) -> dict[str, str]:
    """Return the places with which the region begins, by their kind; the first time they are made."""
    answer = await room.call("GET", "/opvang/bezetting", VT)
    assert answer.status_code == 200, answer.text
    found = {row["soort"]: row["id"] for row in answer.json()["resultaten"] if row["plaatsen"] in BEGIN.values()}
    return found or {
        soort: await voorziening(room, soort, plaatsen=aantal, gemeenteCode=None) for soort, aantal in BEGIN.items()
    }


async def bezet(room: HandoverRoom, voorziening_id: str) -> int:
    answer = await room.call("GET", f"/opvang/voorzieningen/{voorziening_id}", VT)
    assert answer.status_code == 200, answer.text
    return int(answer.json()["bezet"])


def places(room: HandoverRoom, *pairs: tuple[int, str], **more: Any) -> dict[str, Any]:
    rows = [{"persoonNr": nr, "voorzieningId": voorziening_id} for nr, voorziening_id in pairs]
    return {"geplaatstOp": wire(room.klok()), "plaatsen": rows} | more


async def placed(room: HandoverRoom, melding_id: UUID) -> str:
    """Ask for a mother and a child and give both a place of the region; return the request."""
    here = await begin(room)
    aanvraag_id = await asked(room, melding_id)
    room.klok.advance(timedelta(days=2))
    body = places(room, (MOEDER, here["crisisopvang-vrouwen"]), (KIND, here["crisisopvang-kinderen"]))
    answer = await step(room, aanvraag_id, "plaatsing", body)
    assert answer.status_code == 200, answer.text
    return aanvraag_id


async def facts_of(room: HandoverRoom, kind: str = "opvang") -> list[tuple[str, dict[str, Any]]]:
    """Return the facts of shelter that were told, by the middle of their name."""
    async with in_transaction(room.made.engine) as conn:
        rows = (await conn.execute(text("SELECT soort, data FROM outbox ORDER BY id"))).all()
    named = [(row.soort.split(".")[2], row.data) for row in rows]
    return [(name, data) for name, data in named if name.startswith((kind, "traumascreening"))]


async def read(room: HandoverRoom, aanvraag_id: str, who: Any = VT) -> Response:
    return await room.call("GET", f"/opvang/aanvragen/{aanvraag_id}", who)


__all__ = ["GEHEIM", "KIND", "LEAD", "MOEDER", "OPVANG", "TEAM", "VADER", "VT"]
