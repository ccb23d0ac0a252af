"""What these tests lean on: a database of monitoring, facts of a melding, a mail server and a receiver of webhooks."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, cast
from uuid import UUID, uuid4

import httpx
import pytest
from aiosmtpd.smtp import SMTP
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from services.monitoring.api import abonnementen as api_abonnementen
from services.monitoring.api import dashboard, leveringen, ontvangers, pagina, reports, risico, waarschuwingen
from services.monitoring.api.omgeving import DoorSettings, door_settings, webhook_rules
from services.monitoring.domain.abonnementen import TYPES
from services.monitoring.handlers.berichten import Post
from services.monitoring.handlers.bezorgen import Bezorging
from services.monitoring.handlers.facts import absorb
from services.monitoring.handlers.webhooks import secret_place
from services.monitoring.partners.webhook import WebhookRules
from services.monitoring.store import abonnementen
from services.monitoring.store.abonnementen import AbonnementRow
from shared.clock import system_clock
from shared.crypto import Vault
from shared.db import create_engine, in_transaction
from shared.events.catalogue import Room
from shared.events.envelope import Event
from shared.events.payloads import MeldingOntvangen
from shared.ids import new_id
from shared.keyring import room_key
from shared.rules.codes import MelderCategorie, MelderSoort
from shared.rules.settings import DEFAULT_SETTINGS
from shared.settings import Omgeving
from shared.web.app import Resources, create_app
from shared.web.auth import Verifier
from shared.web.client import RoomClient
from shared.web.outward import new_secret
from shared.work import WORKER_WALL
from tests.integration.monitoring.alerts.receiver import Receiver
from tests.support import RoomDatabaseFactory, TestIssuer

MAIL_TO = "teamleider@voorbeeld.invalid"
MONDAY = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
PASSED = datetime(2026, 3, 9, 23, 0, tzinfo=UTC)


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
    hangs_for: str = ""

    async def handle_RCPT(  # noqa: N802, aiosmtpd's
        self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any
    ) -> str:
        if address == self.hangs_for:
            await asyncio.sleep(30)
        envelope.rcpt_tos.append(address)
        return "250 Ja"

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
def post(mailbox: Mailbox) -> Post:
    return Post(
        smtp_url=f"smtp://127.0.0.1:{mailbox.port}",
        smtp_from="ketenradar@voorbeeld.invalid",
        base_url="https://monitoring.example",
        timeout_seconds=1.0,
    )


class Real:
    """Real time that can be moved forward: what is left in peace for an hour is tried again without waiting."""

    def __init__(self) -> None:
        self.later = timedelta(0)

    def __call__(self) -> datetime:
        return system_clock() + self.later


@pytest.fixture
def bezorging(engine: AsyncEngine, vault: Vault) -> Bezorging:
    return Bezorging(
        engine,
        vault,
        WebhookRules(allow_private=True, timeout_seconds=5.0),
        lambda: PASSED,
        mail_to=MAIL_TO,
        real_clock=Real(),
    )


async def subscribe(
    engine: AsyncEngine,
    vault: Vault,
    url: str,
    *,
    soorten: Sequence[str] = ("termijn-dreigend", "termijn-verstreken"),
    **changes: Any,
) -> tuple[UUID, str]:
    """Make an abonnement as the door does; return its id and its secret."""
    abonnement_id, secret = new_id(), new_secret()
    values: dict[str, Any] = {"gemeente_codes": [], "rol": "vt-teamleider", "organisatie_id": "vt"}
    row = AbonnementRow(
        id=abonnement_id,
        callback_url=url,
        soorten=[TYPES[soort] for soort in soorten],
        aangemaakt_op=MONDAY,
        **(values | changes),
    )
    async with in_transaction(engine) as conn:
        key = await room_key(conn, vault)
        await abonnementen.insert(conn, row)
        sealed = key.seal(secret.encode(), place=secret_place(abonnement_id))
        await abonnementen.add_secret(conn, abonnement_id, geheim_id=abonnement_id, geheim=sealed, real=MONDAY)
    return abonnement_id, secret


@pytest.fixture
async def client(engine: AsyncEngine, keys: Path, issuer: TestIssuer) -> AsyncIterator[httpx.AsyncClient]:
    verifier = Verifier(issuer=issuer.issuer, audience=issuer.audience, jwks=issuer.fetch_jwks)
    made = Resources(
        engine=engine,
        vault=Vault.from_file(keys),
        clock=lambda: PASSED,
        rules=DEFAULT_SETTINGS,
        verifier=verifier,
        client=cast("RoomClient", None),
    )

    @asynccontextmanager
    async def lifespan() -> AsyncIterator[Resources]:
        yield made

    edge = create_app(
        room="monitoring",
        title="monitoring",
        description="monitoring",
        routers=[
            waarschuwingen.router,
            api_abonnementen.router,
            leveringen.router,
            ontvangers.router,
            reports.router,
            risico.router,
        ],
        pages=[dashboard.pages],
        tell_page=pagina.tell_problem,
        lifespan=lifespan,
        media=("text/html", "text/csv", "application/pdf"),
    )
    edge.verifier = verifier
    edge.api.dependency_overrides[webhook_rules] = lambda: WebhookRules(allow_private=False)
    root = edge._app
    async with root.router.lifespan_context(root):  # type: ignore[attr-defined]
        root.dependency_overrides[door_settings] = lambda: DoorSettings(omgeving=Omgeving.PRODUCTIE)  # type: ignore[attr-defined]
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app=edge), base_url="http://test") as made_client:
            made_client.root = root  # type: ignore[attr-defined]
            made_client.edge = edge  # type: ignore[attr-defined]
            yield made_client


@dataclass
class Stage:
    """What a subscriber and its receiver meet: the doors, the deliverer and the database behind both."""

    engine: AsyncEngine
    client: httpx.AsyncClient
    bezorging: Bezorging
    vault: Vault
    receiver: Receiver
    vt: dict[str, str]


@pytest.fixture
def stage(  # noqa: PLR0917, what it is made of
    engine: AsyncEngine,
    client: httpx.AsyncClient,
    bezorging: Bezorging,
    vault: Vault,
    receiver: Receiver,
    vt: dict[str, str],
) -> Stage:
    return Stage(engine, client, bezorging, vault, receiver, vt)


@pytest.fixture
def vt(issuer: TestIssuer) -> dict[str, str]:
    return issuer.headers("vt-teamleider", "vt")


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
