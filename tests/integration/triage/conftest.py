"""The triage room, started without its processes."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from services.triage.main import app
from shared.crypto import Vault
from shared.db import create_engine
from shared.rules.settings import DEFAULT_SETTINGS
from shared.web.app import Resources
from shared.web.auth import Verifier
from shared.web.client import RoomClient
from shared.work import WORKER_WALL
from tests.integration.triage.room import TriageRoom
from tests.support import RoomDatabaseFactory, SettableClock, TestIssuer, with_kept_routes


@pytest.fixture
async def triage(
    room_database: RoomDatabaseFactory, keys: Path, issuer: TestIssuer, klok: SettableClock
) -> AsyncIterator[TriageRoom]:
    """The room behind its door, on a database of its own."""
    engine = create_engine(room_database("triage").app_url, name="test", pool_size=4, rol=WORKER_WALL)
    edge = with_kept_routes(app(), "triage")
    async with httpx.AsyncClient(transport=httpx.ASGITransport(edge), base_url="http://triage.test") as http:
        made = Resources(
            engine=engine,
            vault=Vault.from_file(keys),
            clock=klok,
            rules=DEFAULT_SETTINGS,
            verifier=Verifier(issuer=issuer.issuer, audience=issuer.audience, jwks=issuer.fetch_jwks),
            client=RoomClient(token_url="http://none.test", client_id="triage", key_file=keys, http=http),
        )
        edge.verifier, edge.api.state.resources = made.verifier, made
        room = TriageRoom(made, http, issuer, klok)
        edge.api.state.weglater = room.weglater
        yield room
    await engine.dispose()
