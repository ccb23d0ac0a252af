"""Somebody hears at once of a receiver who could not be told, once, until it is taken up or nothing is left to tell."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from services.monitoring.handlers.alarms import alarm_leveringen
from services.monitoring.handlers.berichten import Post, deliver
from shared.clock import system_clock
from shared.db import in_transaction
from shared.events.catalogue import BY_PAYLOAD
from shared.events.envelope import Event
from shared.events.levering import LeveringAfgerond, LeveringHervat, LeveringVoorgelegd
from shared.events.payloads import CasusVernietigd, Fact
from shared.ids import new_id
from shared.rules.codes import VernietigingReden
from shared.rules.leveringcodes import ALARMEERT, LeveringEinde, VoorlegReden
from tests.integration.monitoring.alerts.conftest import MAIL_TO, Mailbox, hear, rows

pytestmark = pytest.mark.anyio

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
ALARMS = "SELECT * FROM waarschuwing WHERE soort = 'levering' AND termijn_id IS NULL ORDER BY gemaakt_op"


def laid(levering_id: UUID, reden: VoorlegReden = VoorlegReden.NIET_GELUKT) -> LeveringVoorgelegd:
    return LeveringVoorgelegd(levering_id=levering_id, reden=reden, voorgelegd_op=NOW, **_place())


def _place() -> dict[str, Any]:
    return {"overdracht_id": uuid4(), "melding_id": uuid4(), "gemeente_code": "0599"}


async def told(engine: AsyncEngine, *payloads: Fact, casus_id: UUID | None = None) -> list[Event]:
    """Let facts come in as the worker hears them."""
    events = [
        Event(
            id=new_id(),
            room=BY_PAYLOAD[type(payload)].publisher,
            casus_id=casus_id or uuid4(),
            sequence=number,
            time=NOW,
            payload=payload,
        )
        for number, payload in enumerate(payloads, 1)
    ]
    await hear(engine, *events)
    async with in_transaction(engine) as conn:
        await alarm_leveringen(conn, events, mail_to=MAIL_TO, now=NOW)
    return events


@pytest.mark.parametrize("reden", list(VoorlegReden))
async def test_what_was_tried_alarms_and_mails_at_once_and_what_is_done_by_hand_only_has_its_term(
    engine: AsyncEngine, post: Post, mailbox: Mailbox, reden: VoorlegReden
) -> None:
    levering_id = uuid4()

    (event,) = await told(engine, laid(levering_id, reden))
    async with in_transaction(engine) as conn:
        await alarm_leveringen(conn, [event], mail_to=MAIL_TO, now=NOW)
    await deliver(engine, post, real_clock=system_clock, now=NOW)

    alarms = [(row.onderwerp, row.stap) for row in await rows(engine, ALARMS)]
    assert alarms == ([(str(levering_id), reden.value)] if reden in ALARMEERT else [])
    assert len(mailbox.mails) == len(alarms)
    assert all(b"levering" in mail and b"Er is iets mis" not in mail for mail in mailbox.mails)
    assert [row.soort for row in await rows(engine, "SELECT soort FROM termijn WHERE soort = 'levering'")] == [
        "levering"
    ]


@pytest.mark.parametrize("taken_up", ["hervat", "afgerond", "vernietigd"])
async def test_an_alarm_ends_when_somebody_takes_it_up_and_comes_back_when_it_fails_again(
    engine: AsyncEngine, taken_up: str
) -> None:
    casus_id, levering_id, other = uuid4(), uuid4(), uuid4()
    await told(engine, laid(levering_id), casus_id=casus_id)
    await told(engine, laid(other))
    ends: dict[str, Fact] = {
        "hervat": LeveringHervat(levering_id=levering_id, hervat_op=NOW, **_place()),
        "afgerond": LeveringAfgerond(
            levering_id=levering_id, einde=LeveringEinde.AFGEHANDELD, afgerond_op=NOW, **_place()
        ),
        "vernietigd": CasusVernietigd(
            vernietiging_id=uuid4(), reden=VernietigingReden.VERZOEK, vernietigd_op=NOW, volgorde=1, melding_ids=()
        ),
    }

    await told(engine, ends[taken_up], casus_id=casus_id)

    open_alarms = {row.onderwerp for row in await rows(engine, ALARMS) if row.opgelost_op is None}
    assert open_alarms == {str(other)}
    if taken_up == "hervat":
        await told(engine, laid(levering_id), casus_id=casus_id)
        assert len(await rows(engine, ALARMS)) == 3


async def test_a_work_item_that_nobody_settles_alarms_by_its_term(engine: AsyncEngine) -> None:
    await told(engine, laid(uuid4(), VoorlegReden.HANDMATIG))

    found = await rows(engine, "SELECT uiterlijk, volgende_op FROM termijn WHERE soort = 'levering'")

    assert [row.uiterlijk for row in found] == [datetime(2026, 3, 3, 23, 0, tzinfo=UTC)]
    assert found[0].volgende_op == found[0].uiterlijk - timedelta(hours=4)
