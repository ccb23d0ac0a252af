"""Everybody who changes something of a casus waits for the casus first, and only then for the overdracht.

Who holds sight of safety is worked out from all that is known of a casus: two who do that at the same moment would
each miss what the other adds. And whoever takes an overdracht before its casus may wait for somebody who waits for him.
"""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any, TypeVar
from uuid import UUID

import pytest
from sqlalchemy import text

from services.handover.store.casussen import lock_casus
from shared.db import in_transaction
from tests.integration.handover.conftest import OPVANG, TEAM, VT, HandoverRoom
from tests.integration.handover.test_overdrachten import offered
from tests.integration.handover.test_teruggave import WHY, accepted_by_both, step, taken

pytestmark = pytest.mark.anyio

# Looked at so often before it is said that nobody waits; each time is a question to the database.
LOOKS = 5_000
_SOMEBODY_WAITS = text("""
    SELECT count(*) > 0 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'
""")
_IS_FREE = text("SELECT id FROM overdracht WHERE id = :id FOR UPDATE SKIP LOCKED")
T = TypeVar("T")
Start = Callable[[HandoverRoom], Awaitable[tuple[UUID, str]]]


async def _offered(room: HandoverRoom) -> tuple[UUID, str]:
    casus_id, (team, _) = await offered(room)
    return casus_id, team["id"]


async def _accepted(room: HandoverRoom) -> tuple[UUID, str]:
    casus_id, team, _ = await accepted_by_both(room)
    return casus_id, team


async def _asked_back(room: HandoverRoom) -> tuple[UUID, str]:
    casus_id, team = await _accepted(room)
    await taken(room, team, "teruggave", TEAM, WHY)
    return casus_id, team


async def _zicht_asked(room: HandoverRoom) -> tuple[UUID, str]:
    casus_id, _, opvang = await accepted_by_both(room)
    await taken(room, opvang, "zicht-aanbod", VT, {"stap": "aanbieden", "motivering": "Zij is daar."})
    return casus_id, opvang


async def _refused(room: HandoverRoom) -> tuple[UUID, str]:
    casus_id, team = await _offered(room)
    await taken(room, team, "weigering", TEAM, {"reden": "geen-capaciteit", "toelichting": "Vol."})
    return casus_id, team


def again(overdracht_id: str) -> dict[str, Any]:
    return {
        "vervangtOverdrachtId": overdracht_id,
        "bestemming": {"soort": "gecertificeerde-instelling", "organisatieId": "jbrr"},
        "motivering": "Zij hebben plaats.",
    }


STEPS: dict[str, tuple[Start, Any, Any]] = {
    "acceptatie": (_offered, TEAM, {"naam": "Een medewerker"}),
    "weigering": (_offered, TEAM, {"reden": "geen-capaciteit", "toelichting": "Vol."}),
    "intrekking": (_offered, VT, {"reden": "andere-bestemming", "toelichting": "Anders."}),
    "teruggave": (_accepted, TEAM, WHY),
    "teruggave-aanvaarding": (_asked_back, VT, None),
    "teruggave-afwijzing": (_asked_back, VT, {"toelichting": "Nog niet."}),
    "zicht-aanbod": (_accepted, VT, {"stap": "terugvragen", "motivering": "Het is onveilig."}),
    "zicht-aanvaarding": (_zicht_asked, OPVANG, None),
}


@pytest.mark.parametrize("name", STEPS)
async def test_a_step_waits_for_its_casus_before_it_takes_its_overdracht(handover: HandoverRoom, name: str) -> None:
    start, who, body = STEPS[name]
    casus_id, overdracht_id = await start(handover)

    answer = await _while_the_casus_is_held(
        handover, casus_id, overdracht_id, lambda: step(handover, overdracht_id, name, who, body)
    )

    assert answer.status_code == 201, answer.text


async def test_offering_again_waits_for_its_casus_before_it_takes_its_overdracht(handover: HandoverRoom) -> None:
    casus_id, overdracht_id = await _refused(handover)

    answer = await _while_the_casus_is_held(
        handover, casus_id, overdracht_id, lambda: handover.call("POST", "/overdrachten", VT, json=again(overdracht_id))
    )

    assert answer.status_code == 201, answer.text


async def test_an_offer_that_goes_back_by_itself_waits_for_its_casus_first(handover: HandoverRoom) -> None:
    casus_id, overdracht_id = await _offered(handover)
    handover.klok.advance(timedelta(days=30))

    done = await _while_the_casus_is_held(handover, casus_id, overdracht_id, handover.work)

    assert done > 0


async def _while_the_casus_is_held(
    room: HandoverRoom, casus_id: UUID, overdracht_id: str, act: Callable[[], Awaitable[T]]
) -> T:
    """Do something while another holds the casus: it must wait, and hold nothing meanwhile; then let it go on."""

    async def doing() -> T:
        return await act()

    async with in_transaction(room.made.engine) as holding:
        await lock_casus(holding, casus_id)
        task = asyncio.create_task(doing())
        assert await _waits(room, task), "it went on while another had the casus"
        async with in_transaction(room.made.engine) as looking:
            free = (await looking.execute(_IS_FREE, {"id": UUID(overdracht_id)})).all()
    assert free, "it had the overdracht before it had the casus"
    return await task


async def _waits(room: HandoverRoom, task: "asyncio.Task[Any]") -> bool:
    async with in_transaction(room.made.engine) as looking:
        for _ in range(LOOKS):
            if task.done():
                return False
            if await looking.scalar(_SOMEBODY_WAITS):
                return True
            # What others do is seen by a new look, not by the one that this transaction keeps.
            await looking.execute(text("SELECT pg_stat_clear_snapshot()"))
    return False
