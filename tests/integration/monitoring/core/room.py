"""What a test does with the monitoring room, and what stands in its tables afterwards."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import httpx
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from services.monitoring.domain.kpis import KpiKey
from services.monitoring.handlers.facts import absorb
from services.monitoring.store.kpis import all_cells
from shared.db import in_transaction
from shared.events.envelope import Event
from shared.rules.settings import DEFAULT_SETTINGS
from shared.web.app import Resources
from tests.support import SettableClock, TestIssuer


@dataclass
class MonitoringRoom:
    made: Resources
    http: httpx.AsyncClient
    issuer: TestIssuer
    klok: SettableClock

    async def hear(self, facts: Iterable[Event]) -> None:
        await hear(self.made.engine, facts, self.klok)

    def headers(self, rol: str = "vt-medewerker", *gemeenten: str, **more: str) -> dict[str, str]:
        return {**self.issuer.headers(rol, "vtrr", gemeenten=gemeenten), **more}

    async def get(self, path: str, rol: str = "vt-medewerker", *gemeenten: str, **more: str) -> httpx.Response:
        return await self.http.get(f"/v1{path}", headers=self.headers(rol, *gemeenten, **more))

    async def rows(self, sql: str, **values: Any) -> list[dict[str, Any]]:
        async with in_transaction(self.made.engine) as conn:
            return [dict(row) for row in (await conn.execute(text(sql), values)).mappings()]

    async def write(self, sql: str, **values: Any) -> None:
        async with in_transaction(self.made.engine) as conn:
            await conn.execute(text(sql), values)

    async def cells(self) -> dict[KpiKey, int]:
        async with in_transaction(self.made.engine) as conn:
            return await all_cells(conn)


async def hear(engine: AsyncEngine, facts: Iterable[Event], klok: SettableClock) -> None:
    """Handle facts as one batch of the consumer."""
    async with in_transaction(engine) as conn:
        await absorb(conn, list(facts), rules=DEFAULT_SETTINGS, now=klok())
