"""What every test of intake leans on: the room with its real database, called through its doors."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import Row, text
from sqlalchemy.ext.asyncio import AsyncEngine

from services.intake.main import app
from services.intake.worker import make_handler
from shared.crypto import Vault
from shared.db import create_engine, in_transaction
from shared.events.catalogue import Room
from shared.events.envelope import Event
from shared.messaging.codec import load_payload
from shared.rules.settings import DEFAULT_SETTINGS
from shared.web.app import Resources
from shared.web.auth import Verifier
from shared.web.client import RoomClient, http_client
from shared.web.edge import Edge
from shared.work import WORKER_WALL
from tests.support import RoomDatabaseFactory, SettableClock, TestIssuer, with_kept_routes

POLITIE = "politie-eenheid-rotterdam"
ONTVANGEN = "nl.ketenradar.melding-ontvangen.v1"


@dataclass(frozen=True, slots=True)
class Intake:
    """The room as its callers and its database see it."""

    http: httpx.AsyncClient
    made: Resources
    issuer: TestIssuer
    klok: SettableClock
    edge: Edge

    def headers(self, rol: str, organisatie: str | None = None) -> dict[str, str]:
        """Return the header with which this role calls."""
        return self.issuer.headers(rol, organisatie or (POLITIE if rol == "ketenpartner" else "vtrr"))

    async def call(
        self, method: str, path: str, body: object = None, *, rol: str = "vt-medewerker", **extra: str
    ) -> httpx.Response:
        """Call a route of intake; ``extra`` are headers, with underscores for dashes."""
        headers = self.headers(rol, extra.pop("organisatie", None))
        headers |= {name.replace("_", "-"): value for name, value in extra.items()}
        return await self.http.request(method, f"/v1{path}", json=body, headers=headers)

    async def melding(self, body: dict[str, Any], *, rol: str = "ketenpartner", **extra: str) -> dict[str, Any]:
        """Post a melding that must be accepted, and return the answer."""
        answer = await self.call("POST", "/meldingen", body, rol=rol, **extra)
        assert answer.status_code == 201, answer.text
        found: dict[str, Any] = answer.json()
        return found

    async def koppel(self, *melding_ids: str) -> None:
        """Let the worker hear of these meldingen, or of all that were told, in one batch as it reads them."""
        told = await self.rows("SELECT * FROM outbox WHERE soort = :soort ORDER BY id", soort=ONTVANGEN)
        events = [
            Event(
                id=row.event_id,
                room=Room.INTAKE,
                casus_id=row.casus_id,
                sequence=row.volgnummer,
                time=row.tijdstip,
                payload=load_payload(row.soort, row.data),
            )
            for row in told
            if not melding_ids or row.data["meldingId"] in melding_ids
        ]
        async with in_transaction(self.made.engine) as conn:
            await make_handler(self.made)(conn, events)

    async def rows(self, statement: str, **values: object) -> list[Row[Any]]:
        """Return rows straight from the database."""
        async with self.made.engine.connect() as conn:
            return list((await conn.execute(text(statement), values)).all())

    async def count(self, table: str) -> int:
        """Return how many rows a table has."""
        return int((await self.rows(f"SELECT count(*) FROM {table}"))[0][0])  # noqa: S608, names of the tests


@pytest.fixture
async def engine(room_database: RoomDatabaseFactory) -> AsyncIterator[AsyncEngine]:
    """The engine of the room, as the role that it really has."""
    engine = create_engine(room_database("intake").app_url, name="test-intake", pool_size=16, rol=WORKER_WALL)
    yield engine
    await engine.dispose()


@pytest.fixture
async def intake(engine: AsyncEngine, keys: Path, klok: SettableClock, issuer: TestIssuer) -> AsyncIterator[Intake]:
    """The room, running inside the test."""
    edge = with_kept_routes(app(), "intake")
    verifier = Verifier(issuer=issuer.issuer, audience=issuer.audience, jwks=issuer.fetch_jwks)
    async with http_client() as outside:
        client = RoomClient(token_url="http://uitgever.test/token", client_id="intake", key_file=keys, http=outside)
        made = Resources(
            engine=engine,
            vault=Vault.from_file(keys),
            clock=klok,
            rules=DEFAULT_SETTINGS,
            verifier=verifier,
            client=client,
        )
        edge.verifier = verifier
        edge.api.state.resources = made
        transport = httpx.ASGITransport(app=edge)
        async with httpx.AsyncClient(transport=transport, base_url="http://intake.test") as http:
            yield Intake(http, made, issuer, klok, edge)
