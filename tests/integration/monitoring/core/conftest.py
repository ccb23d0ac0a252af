"""The monitoring room behind its door, without its processes."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from services.monitoring.main import app
from shared.crypto import Vault
from shared.db import create_engine
from shared.rules.settings import DEFAULT_SETTINGS
from shared.web.app import Resources
from shared.web.client import RoomClient
from shared.work import WORKER_WALL
from tests.integration.monitoring.core.room import MonitoringRoom
from tests.support import RoomDatabaseFactory, SettableClock, TestIssuer, with_kept_routes


@pytest.fixture
async def monitoring(
    room_database: RoomDatabaseFactory, keys: Path, issuer: TestIssuer, klok: SettableClock
) -> AsyncIterator[MonitoringRoom]:
    """The room on a database of its own."""
    engine = create_engine(room_database("monitoring").app_url, name="test", pool_size=4, rol=WORKER_WALL)
    edge = with_kept_routes(app(), "monitoring")
    async with httpx.AsyncClient(transport=httpx.ASGITransport(edge), base_url="http://monitoring.test") as http:
        made = Resources(
            engine=engine,
            vault=Vault.from_file(keys),
            clock=klok,
            rules=DEFAULT_SETTINGS,
            verifier=issuer.verifier,
            client=RoomClient(token_url="http://none.test", client_id="monitoring", key_file=keys, http=http),
        )
        edge.verifier, edge.api.state.resources = made.verifier, made
        yield MonitoringRoom(made, http, issuer, klok)
    await engine.dispose()
