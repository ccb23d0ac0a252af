"""What the tests of deliveries share: addresses, offers, deliverers, and a day that passes in a moment."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import text

from services.handover.handlers.bezorgen import CLAIM, Bezorging, deliver_one
from services.handover.partners.e_mail import MailBezorger
from services.handover.partners.leveren import LeverRegels
from services.handover.partners.rest import RestBezorger
from services.handover.store import leveringen as store
from shared.clock import system_clock
from shared.db import in_transaction
from shared.events.payloads import Bestemming
from shared.rules.codes import BestemmingSoort
from shared.rules.leveringcodes import LeverWijze
from tests.integration.handover.conftest import VT, HandoverRoom
from tests.integration.handover.test_overdrachten import besluit, melding

LEAD = ("vt-teamleider", "vtrr", ())
BEHEERDER = ("beheerder", "vtrr", ())
OPVANG_ID = "opvang-rotterdam-rijnmond"
DEUR = "https://handover.example"


async def give_up(room: HandoverRoom, organisatie_id: str = OPVANG_ID, **body: Any) -> dict[str, Any]:
    """Give up how an organisation is told; return the answer with its secret."""
    answer = await room.call("POST", "/leveradressen", LEAD, json={"organisatieId": organisatie_id} | body)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def rest(room: HandoverRoom, url: str, organisatie_id: str = OPVANG_ID, **more: Any) -> dict[str, Any]:
    """Let an organisation be told at an address."""
    return await give_up(room, organisatie_id, wijze="rest", url=url, **more)


async def offer(
    room: HandoverRoom, organisatie_id: str = OPVANG_ID, soort: BestemmingSoort = BestemmingSoort.OPVANG
) -> tuple[UUID, str]:
    """Offer a casus of its own to an organisation; return it with the overdracht."""
    casus_id = uuid4()
    bestemming = Bestemming(soort=soort, organisatie_id=organisatie_id, draagt_zicht=True)
    await room.hear(casus_id, melding(room), besluit(room, bestemming))
    async with in_transaction(room.made.engine) as conn:
        found = await conn.execute(text("SELECT id FROM overdracht WHERE casus_id = :id"), {"id": casus_id})
        return casus_id, str(found.scalar_one())


async def leveringen(room: HandoverRoom, overdracht_id: str, who: Any = VT) -> list[dict[str, Any]]:
    """Return the deliveries of an overdracht as somebody sees them."""
    answer = await room.call("GET", f"/overdrachten/{overdracht_id}/leveringen", who)
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["resultaten"]
    return found


async def levering(room: HandoverRoom, overdracht_id: str) -> dict[str, Any]:
    """Return the one delivery of an overdracht."""
    (found,) = await leveringen(room, overdracht_id)
    return found


async def told(room: HandoverRoom, noun_participle: str) -> list[dict[str, Any]]:
    """Return the facts of a kind that were told of deliveries, in order."""
    async with in_transaction(room.made.engine) as conn:
        rows = await conn.execute(
            text("SELECT data FROM outbox WHERE soort = :soort ORDER BY id"),
            {"soort": f"nl.ketenradar.{noun_participle}.v1"},
        )
        return [row.data for row in rows]


@asynccontextmanager
async def deliverer(
    room: HandoverRoom,
    *,
    timeout_seconds: float = 0.3,
    per_ontvanger: int = 2,
    tegelijk: int = 8,
    smtp_url: str = "smtp://127.0.0.1:9",
    certificaat: tuple[Path, Path] | None = None,
) -> AsyncIterator[Bezorging]:
    """What delivers in the test, with the clock of the room."""
    regels = LeverRegels(allow_private=True, timeout_seconds=timeout_seconds, certificaat=certificaat)
    async with RestBezorger(regels) as over_rest:
        mail = MailBezorger(regels, smtp_url, "ketenradar@voorbeeld.invalid")
        yield Bezorging(
            engine=room.made.engine,
            vault=room.made.vault,
            clock=room.made.clock,
            rules=room.made.rules,
            ways={LeverWijze.REST: over_rest, LeverWijze.E_MAIL: mail},
            deur_url=DEUR,
            per_ontvanger=per_ontvanger,
            tegelijk=tegelijk,
        )


async def one_round(plan: Bezorging, *, hoogstens: int = 100) -> int:
    """Make every attempt that is due now, one after the other; return how many."""
    real = system_clock()
    async with in_transaction(plan.engine) as conn:
        claimed = await store.claim(
            conn,
            now=plan.clock(),
            real=real,
            until=real + CLAIM,
            per_ontvanger=plan.per_ontvanger,
            hoogstens=hoogstens,
        )
    for one in claimed:
        await deliver_one(plan, one)
    return len(claimed)


async def next_moment(room: HandoverRoom) -> datetime | None:
    """Return when the next attempt of anything is due."""
    async with in_transaction(room.made.engine) as conn:
        found: datetime | None = await conn.scalar(
            text("SELECT min(volgende_poging_op) FROM levering WHERE status IN ('open', 'verzonden')")
        )
        return found.astimezone(UTC) if found else None


async def let_pass(room: HandoverRoom, plan: Bezorging, span: timedelta) -> None:
    """Let time pass, with every attempt at the moment at which it is due."""
    end = room.klok() + span
    for _ in range(1_000):
        while await one_round(plan):
            pass
        following = await next_moment(room)
        if following is None or following > end:
            break
        room.klok.set(max(room.klok(), following))
    room.klok.set(end)
