"""Veilig Thuis hears at once that a veiligheidsvoorwaarde is not kept, once, until it is found otherwise."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from services.monitoring.handlers.alarms import alarm_voorwaarden
from services.monitoring.store.vernietigen import destroy_casus
from shared.crypto import Vault
from shared.db import in_transaction
from shared.events.behandeling import VoorwaardeNagegaan
from shared.events.catalogue import Room
from shared.events.envelope import Event
from shared.events.payloads import Fact
from shared.events.volgen import VoorwaardeGevolgd
from shared.rules.behandelcodes import VoorwaardeStatus
from tests.integration.monitoring.alerts.conftest import MAIL_TO, hear, rows
from tests.integration.shredded import vernietigd

pytestmark = pytest.mark.anyio

MONDAY = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
_S = VoorwaardeStatus


@dataclass
class Told:
    """What rooms tell of one voorwaarde."""

    engine: AsyncEngine
    casus_id: UUID = field(default_factory=uuid4)
    voorwaarde_id: UUID = field(default_factory=uuid4)
    number: int = 0

    async def gevolgd(self, status: VoorwaardeStatus) -> Event:
        place = {"overdracht_id": uuid4(), "controle_id": uuid4(), "gemeente_code": "0599"}
        return await self._tell(Room.HANDOVER, VoorwaardeGevolgd, status, **place)

    async def nagegaan(self, status: VoorwaardeStatus) -> Event:
        return await self._tell(Room.TRIAGE, VoorwaardeNagegaan, status, gemeente_code="0599")

    async def _tell(self, room: Room, kind: type[Fact], status: VoorwaardeStatus, **more: Any) -> Event:
        self.number += 1
        moment = MONDAY + timedelta(hours=self.number)
        values = {"voorwaarde_id": self.voorwaarde_id, "dienst_id": uuid4(), "melding_id": uuid4(), **more}
        payload = kind(status=status, nagegaan_op=moment, **values)  # type: ignore[call-arg]
        event = Event(id=uuid4(), room=room, casus_id=self.casus_id, sequence=self.number, time=moment, payload=payload)
        await hear(self.engine, event)
        await self.again(event)
        return event

    async def again(self, event: Event) -> None:
        async with in_transaction(self.engine) as conn:
            await alarm_voorwaarden(conn, [event], mail_to=MAIL_TO, now=event.time)

    async def open(self) -> list[str]:
        query = "SELECT onderwerp FROM waarschuwing WHERE soort = 'voorwaarde-niet-nagekomen' AND opgelost_op IS NULL"
        return [row.onderwerp for row in await rows(self.engine, query)]


async def test_not_kept_alarms_once_with_a_mail_until_it_is_found_otherwise(engine: AsyncEngine) -> None:
    told = Told(engine)

    await told.gevolgd(_S.NAGEKOMEN)
    assert await told.open() == []
    first = await told.gevolgd(_S.NIET_NAGEKOMEN)
    await told.again(first)
    await told.gevolgd(_S.NIET_NAGEKOMEN)
    assert await told.open() == [str(told.voorwaarde_id)]
    assert len(await rows(engine, "SELECT 1 FROM bericht")) == 1
    await told.gevolgd(_S.DEELS_NAGEKOMEN)
    assert await told.open() == []
    await told.gevolgd(_S.NIET_NAGEKOMEN)
    assert len(await rows(engine, "SELECT 1 FROM waarschuwing WHERE onderwerp IS NOT NULL")) == 2


async def test_what_veilig_thuis_finds_itself_ends_the_alarm_and_begins_none(engine: AsyncEngine) -> None:
    told = Told(engine)

    await told.nagegaan(_S.NIET_NAGEKOMEN)
    assert await told.open() == []
    await told.gevolgd(_S.NIET_NAGEKOMEN)
    await told.nagegaan(_S.NIET_NAGEKOMEN)
    assert await told.open() == [str(told.voorwaarde_id)]
    await told.nagegaan(_S.VERVALLEN)
    assert await told.open() == []


async def test_the_alarm_ends_with_the_file(engine: AsyncEngine, vault: Vault) -> None:
    told, other = Told(engine), Told(engine)
    for one in (told, other):
        await one.gevolgd(_S.NIET_NAGEKOMEN)

    async with in_transaction(engine) as conn:
        await destroy_casus(conn, vault, vernietigd(MONDAY), told.casus_id)

    assert await told.open() == [str(other.voorwaarde_id)]
