"""What these tests lean on: a database of monitoring, facts of a melding, a mail server and a receiver of webhooks."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from aiosmtpd.smtp import SMTP
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from services.monitoring.handlers.berichten import Post
from services.monitoring.handlers.facts import absorb
from services.monitoring.partners.webhook import WebhookRules
from shared.crypto import Vault
from shared.db import create_engine, in_transaction
from shared.events.catalogue import Room
from shared.events.envelope import Event
from shared.events.payloads import MeldingOntvangen
from shared.ids import new_id
from shared.rules.codes import MelderCategorie, MelderSoort
from shared.rules.settings import DEFAULT_SETTINGS
from shared.work import WORKER_WALL
from tests.integration.monitoring.alerts.receiver import Receiver
from tests.support import RoomDatabaseFactory

MAIL_TO = "teamleider@voorbeeld.invalid"


@pytest.fixture
async def engine(room_database: RoomDatabaseFactory) -> AsyncIterator[AsyncEngine]:
    made = create_engine(room_database("monitoring").app_url, name="test", pool_size=8, rol=WORKER_WALL)
    yield made
    await made.dispose()


@pytest.fixture
def vault(keys: Path) -> Vault:
    return Vault.from_file(keys)


@dataclass  # without slots: aiosmtpd looks at every member of its handler, which Python 3.11.2 cannot with slots
class Mailbox:
    """A mail server inside the test that keeps what it gets, or refuses."""

    port: int = 0
    mails: list[bytes] = field(default_factory=list)
    refuse: bool = False

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802, aiosmtpd's
        if self.refuse:
            return "451 Later nog eens"
        self.mails.append(envelope.original_content or envelope.content)
        return "250 Bewaard"


@pytest.fixture
async def mailbox() -> AsyncIterator[Mailbox]:
    box = Mailbox()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(box, loop=loop), "127.0.0.1", 0)
    box.port = server.sockets[0].getsockname()[1]
    yield box
    server.close()


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    async with Receiver() as made:
        yield made


@pytest.fixture
def post(mailbox: Mailbox, vault: Vault) -> Post:
    return Post(
        smtp_url=f"smtp://127.0.0.1:{mailbox.port}",
        smtp_from="ketenradar@voorbeeld.invalid",
        mail_to=MAIL_TO,
        base_url="https://monitoring.example",
        webhooks=WebhookRules(allow_private=True, timeout_seconds=1.0),
        vault=vault,
    )


async def hear_melding(engine: AsyncEngine, *, op: datetime, gemeente_code: str = "0599") -> UUID:
    """Let a melding come in, as the worker of monitoring hears it; return its casus."""
    casus_id = uuid4()
    fact = MeldingOntvangen(
        melding_id=new_id(),
        ontvangen_op=op,
        gemeente_code=gemeente_code,
        melder_categorie=MelderCategorie.JUSTITIE_EN_VEILIGHEID,
        melder_soort=MelderSoort.PROFESSIONAL,
        hermelding=False,
        vorige_afsluiting_op=None,
        aantal_personen=2,
        aard_geweld=(),
    )
    await hear(engine, Event(id=new_id(), room=Room.INTAKE, casus_id=casus_id, sequence=1, time=op, payload=fact))
    return casus_id


async def hear(engine: AsyncEngine, *events: Event) -> None:
    """Let facts come in."""
    async with in_transaction(engine) as conn:
        await absorb(conn, list(events), rules=DEFAULT_SETTINGS, now=events[0].time)


async def rows(engine: AsyncEngine, query: str, **values: Any) -> list[Any]:
    """Return what a query finds."""
    async with in_transaction(engine) as conn:
        return list((await conn.execute(text(query), values)).all())
