"""The handover room, started without its processes, with rooms beside it that answer what the test says."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from sqlalchemy import text

from services.handover.domain.pakket import BesluitDeel, CasusDeel, DienstDeel, Persoon, Voorwaarde
from services.handover.domain.vinden import Gezocht, Treffer
from services.handover.domain.zicht import Houder
from services.handover.handlers.common import Kamer
from services.handover.handlers.partnerdeur import Partnerdeur
from services.handover.main import app
from services.handover.settings import HandoverSettings
from services.handover.worker import handler_of, make_tasks
from shared.crypto import Vault
from shared.db import create_engine, in_transaction
from shared.errors import OperationalError
from shared.events.catalogue import BY_PAYLOAD
from shared.events.envelope import Event
from shared.events.payloads import Fact
from shared.messaging.tasks import do_one
from shared.rules.settings import DEFAULT_SETTINGS
from shared.rules.weglaten import Geknipt
from shared.settings import Omgeving
from shared.web.app import Resources
from shared.web.auth import Verifier
from shared.web.client import RoomClient
from shared.web.edge import Edge
from shared.work import WORKER_WALL
from tests.support import RoomDatabaseFactory, SettableClock, TestIssuer, with_kept_routes

VT = ("vt-medewerker", "vtrr", ())
TEAM = ("lokaal-team", "lokaal-team-0599", ("0599",))
OTHER_TEAM = ("lokaal-team", "lokaal-team-0622", ("0622",))
OPVANG = ("ketenpartner", "opvang-rotterdam-rijnmond", ())
OTHER_PARTNER = ("ketenpartner", "jbrr", ())
BEHEERDER = ("beheerder", "vtrr", ())

_PLANSTAND_IS_WRONG = """
SELECT id, planstand FROM overdracht o WHERE planstand <> CASE
    WHEN EXISTS (SELECT FROM plan p WHERE p.overdracht_id = o.id AND p.status = 'lopend') THEN 'lopend'
    WHEN EXISTS (SELECT FROM plan p WHERE p.overdracht_id = o.id) THEN 'ander' ELSE 'geen' END
"""


@dataclass
class FakeRooms:
    """Intake and triage as the test wants them; ``away`` makes them silent."""

    naam: str = "Voorbeeld"
    motivering: str = "m"
    verborgen: str = ""  # what intake cuts
    stand: str = "1"
    diensten: tuple[DienstDeel, ...] = ()
    away: bool = False
    voorwaarden: dict[UUID, Voorwaarde] = field(default_factory=dict)
    bekend: dict[str, tuple[Treffer, ...]] = field(default_factory=dict)  # by BSN, or by surname
    asked: list[str] = field(default_factory=list)

    def _answer(self, what: str) -> None:
        self.asked.append(what)
        if self.away:
            raise OperationalError("Een ander deel van de keten antwoordt even niet.")

    async def read_casus(self, casus_id: UUID, *, purpose: str) -> CasusDeel:
        self._answer(f"casus {casus_id} {purpose}")
        return CasusDeel(personen=(Persoon(rol="slachtoffer", geslachtsnaam=self.naam),), meldingen=())

    async def cut_teksten(self, casus_id: UUID, teksten: Sequence[str], *, purpose: str) -> Geknipt:
        self._answer(f"weglaten {casus_id} {purpose}")
        cut = [tekst.replace(self.verborgen, "[weggelaten]") if self.verborgen else tekst for tekst in teksten]
        return Geknipt(tuple(cut), self.stand)

    async def find_casussen(self, gezocht: Gezocht, *, purpose: str) -> tuple[Treffer, ...]:
        self._answer(f"vind {purpose}")
        return self.bekend.get(gezocht.bsn or gezocht.geslachtsnaam or "", ())

    async def read_besluit(self, melding_id: UUID, *, purpose: str) -> BesluitDeel:
        self._answer(f"besluit {melding_id} {purpose}")
        return BesluitDeel(
            uitkomst="overdracht",
            acuut_onveilig=True,
            structureel_onveilig=None,
            motivering=self.motivering,
            besloten_op=None,
        )

    async def read_voorwaarden(self, dienst_id: UUID, *, purpose: str) -> dict[UUID, Voorwaarde]:
        self._answer(f"voorwaarden {dienst_id} {purpose}")
        return dict(self.voorwaarden)

    async def read_diensten(self, casus_id: UUID, *, purpose: str) -> tuple[DienstDeel, ...]:
        self._answer(f"diensten {casus_id} {purpose}")
        return self.diensten


@dataclass
class HandoverRoom:
    """The room behind its door."""

    made: Resources
    http: httpx.AsyncClient
    issuer: TestIssuer
    klok: SettableClock
    rooms: FakeRooms
    settings: HandoverSettings
    deur: Partnerdeur  # what stands behind every door for who works elsewhere
    edge: Edge

    def settings_of_door(self, omgeving: str) -> None:
        """Let the door stand somewhere else."""
        told = HandoverSettings.model_construct(vt_organisatie_id="vtrr", omgeving=Omgeving(omgeving))
        self.edge.api.state.settings = told

    async def hear(self, casus_id: UUID, *payloads: Fact) -> None:
        """Handle facts as the consumer would."""
        handle = handler_of(self.made, self.settings)
        for number, payload in enumerate(payloads, 1):
            event = Event(
                id=uuid4(),
                room=BY_PAYLOAD[type(payload)].publisher,
                casus_id=casus_id,
                sequence=number,
                time=self.klok(),
                payload=payload,
            )
            async with in_transaction(self.made.engine) as conn:
                await handle(conn, [event])

    async def call(self, method: str, path: str, who: tuple[str, str, tuple[str, ...]], **more: Any) -> httpx.Response:
        """Call a door as somebody."""
        rol, organisatie, gemeenten = who
        headers = self.issuer.headers(rol, organisatie, gemeenten=gemeenten) | more.pop("headers", {})
        return await self.http.request(method, f"/v1{path}", headers=headers, **more)

    async def work(self) -> int:
        """Do the tasks that are due as the worker would; return how many there were."""
        done = 0
        while await do_one(self.made.engine, make_tasks(self.made), clock=self.klok):
            done += 1
        return done

    async def zicht(self, casus_id: UUID) -> dict[str, Any]:
        """Return who holds sight of safety, as Veilig Thuis sees it."""
        answer = await self.call("GET", f"/casussen/{casus_id}/zicht-op-veiligheid", VT)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    async def audit(self) -> list[Any]:
        """Return what the audit holds, in the order in which it was written."""
        async with in_transaction(self.made.engine) as conn:
            return list((await conn.execute(text("SELECT * FROM audit ORDER BY id"))).all())

    async def overdrachten(self, who: tuple[str, str, tuple[str, ...]] = VT, query: str = "") -> list[dict[str, Any]]:
        """Return the list that somebody sees."""
        answer = await self.call("GET", f"/overdrachten{query}", who)
        assert answer.status_code == 200, answer.text
        found: list[dict[str, Any]] = answer.json()["resultaten"]
        return found


@pytest.fixture
async def handover(
    room_database: RoomDatabaseFactory, keys: Path, issuer: TestIssuer, klok: SettableClock
) -> AsyncIterator[HandoverRoom]:
    """The room behind its door, on a database of its own."""
    engine = create_engine(room_database("handover").app_url, name="test", pool_size=6, rol=WORKER_WALL)
    edge = with_kept_routes(app(), "handover")
    async with httpx.AsyncClient(transport=httpx.ASGITransport(edge), base_url="http://handover.test") as http:
        made = Resources(
            engine=engine,
            vault=Vault.from_file(keys),
            clock=klok,
            rules=DEFAULT_SETTINGS,
            verifier=Verifier(issuer=issuer.issuer, audience=issuer.audience, jwks=issuer.fetch_jwks),
            client=RoomClient(token_url="http://none.test", client_id="handover", key_file=keys, http=http),
        )
        rooms = FakeRooms()
        edge.verifier, edge.api.state.resources = made.verifier, made
        edge.api.state.kamer = Kamer(made, Houder("vtrr", "veilig-thuis"), rooms, rooms)
        settings = HandoverSettings.model_construct(vt_organisatie_id="vtrr", omgeving=Omgeving.LOKAAL)
        edge.api.state.settings = settings
        yield HandoverRoom(made, http, issuer, klok, rooms, settings, edge.api.state.after_door, edge)
    # Whatever was tested: what is written beside an overdracht of its plans is what its plans say.
    async with in_transaction(engine) as conn:
        wrong = (await conn.execute(text(_PLANSTAND_IS_WRONG))).all()
    await engine.dispose()
    assert wrong == []
