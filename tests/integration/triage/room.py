"""The triage room on a real database, called through its door and fed with the facts of others."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

import httpx
from sqlalchemy import text

from services.triage.worker import make_handler
from shared.db import in_transaction
from shared.errors import OperationalError
from shared.events.catalogue import Room
from shared.events.envelope import Event
from shared.events.payloads import (
    AardGeweld,
    CasusGesplitst,
    CasusSamengevoegd,
    CasusVernietigd,
    Fact,
    MeldingOntvangen,
    MonitormomentAfgerond,
)
from shared.messaging.codec import load_payload
from shared.rules.codes import (
    MelderCategorie,
    MelderSoort,
    MonitorVervolg,
    Naleving,
    Relatie,
    VernietigingReden,
    Vorm,
)
from shared.rules.weglaten import Geknipt
from shared.web.app import Resources
from tests.support import SettableClock, TestIssuer

GEHEIM = "Mevrouw Jansen-Canarie woont op de Geheimstraat"


@dataclass
class FakeWeglater:
    """Intake as the test wants it: what it cuts, under which protection, and whether it answers."""

    verborgen: str = ""
    stand: str = "1"
    away: bool = False
    asked: list[tuple[UUID, tuple[str, ...]]] = field(default_factory=list)

    async def cut_teksten(self, casus_id: UUID, teksten: Sequence[str]) -> Geknipt:
        self.asked.append((casus_id, tuple(teksten)))
        if self.away:
            raise OperationalError("Een ander deel van de keten antwoordt even niet.")
        cut = [tekst.replace(self.verborgen, "[weggelaten]") if self.verborgen else tekst for tekst in teksten]
        return Geknipt(tuple(cut), self.stand)


@dataclass
class TriageRoom:
    """What a test does with the room."""

    made: Resources
    http: httpx.AsyncClient
    issuer: TestIssuer
    klok: SettableClock
    weglater: FakeWeglater = field(default_factory=FakeWeglater)

    def headers(self, rol: str = "vt-medewerker", **more: str) -> dict[str, str]:
        return {**self.issuer.headers(rol, "vtrr"), **more}

    # --- facts of others ---

    async def hear(self, *events: Event) -> None:
        async with in_transaction(self.made.engine) as conn:
            await make_handler(self.made)(conn, events)

    def melding(self, *, melding_id: UUID | None = None, casus_id: UUID | None = None, gemeente: str = "0599") -> Event:
        payload = MeldingOntvangen(
            melding_id=melding_id or uuid4(),
            ontvangen_op=self.klok(),
            gemeente_code=gemeente,
            melder_categorie=MelderCategorie.JUSTITIE_EN_VEILIGHEID,
            melder_soort=MelderSoort.PROFESSIONAL,
            hermelding=False,
            vorige_afsluiting_op=None,
            aantal_personen=2,
            directbetrokkenen=(0, 1),
            aard_geweld=(AardGeweld(relatie=Relatie.PARTNERGEWELD, vorm=Vorm.FYSIEK),),
        )
        return self.event(Room.INTAKE, casus_id or uuid4(), payload)

    def merge(self, *, verdwenen: UUID, blijft: UUID, volgorde: int = 0) -> Event:
        payload = CasusSamengevoegd(
            verdwenen_casus_id=verdwenen, melding_ids=(), samengevoegd_op=self.klok(), volgorde=volgorde
        )
        return self.event(Room.INTAKE, blijft, payload)

    def split(self, van: UUID, naar: UUID, *meldingen: UUID, volgorde: int, herstelt: bool = False) -> Event:
        payload = CasusGesplitst(
            nieuwe_casus_id=naar,
            melding_ids=meldingen,
            gesplitst_op=self.klok(),
            herstelt_samenvoeging=herstelt,
            volgorde=volgorde,
        )
        return self.event(Room.INTAKE, van, payload)

    def destruction(self, casus_id: UUID, *meldingen: UUID, volgorde: int) -> Event:
        payload = CasusVernietigd(
            vernietiging_id=uuid4(),
            reden=VernietigingReden.VERZOEK,
            vernietigd_op=self.klok(),
            volgorde=volgorde,
            melding_ids=meldingen,
        )
        return self.event(Room.INTAKE, casus_id, payload)

    def moment(self, melding_id: UUID, casus_id: UUID, vervolg: MonitorVervolg = MonitorVervolg.HEROPENEN) -> Event:
        payload = MonitormomentAfgerond(
            monitormoment_id=uuid4(),
            melding_id=melding_id,
            maand=3,
            naleving=Naleving.NIET,
            directe_veiligheid=False,
            stabiele_veiligheid=False,
            vervolg=vervolg,
            afgerond_op=self.klok(),
        )
        return self.event(Room.MONITORING, casus_id, payload)

    def event(self, room: Room, casus_id: UUID, payload: Fact) -> Event:
        return Event(id=uuid4(), room=room, casus_id=casus_id, sequence=1, time=self.klok(), payload=payload)

    async def receive(self, **what: Any) -> UUID:
        """Let a melding come in and return its id."""
        event = self.melding(**what)
        await self.hear(event)
        assert isinstance(event.payload, MeldingOntvangen)
        return event.payload.melding_id

    # --- the door ---

    async def get(self, path: str, rol: str = "vt-medewerker", **more: str) -> httpx.Response:
        return await self.http.get(f"/v1{path}", headers=self.headers(rol, **more))

    async def put(self, path: str, body: object, *, etag: str | None, rol: str = "vt-medewerker") -> httpx.Response:
        more = {} if etag is None else {"If-Match": etag}
        return await self.http.put(f"/v1{path}", json=body, headers=self.headers(rol, **more))

    async def post(self, path: str, body: object, **more: str) -> httpx.Response:
        return await self.http.post(f"/v1{path}", json=body, headers=self.headers(**more))

    async def etag(self, path: str) -> str:
        answer = await self.get(path)
        assert answer.status_code == 200, answer.text
        return answer.headers["ETag"]

    async def acuutcheck(self, melding_id: UUID, **changes: object) -> httpx.Response:
        path = f"/veiligheidsbeoordelingen/{melding_id}"
        body = {"acuut": False, "motivering": GEHEIM, "interventies": [], **changes}
        return await self.put(f"{path}/acuutcheck", body, etag=await self.etag(path))

    async def besluit(self, melding_id: UUID, uitkomst: str = "geen-vervolg", **changes: object) -> httpx.Response:
        path = f"/veiligheidsbeoordelingen/{melding_id}"
        return await self.put(f"{path}/besluit", besluit(uitkomst, **changes), etag=await self.etag(path))

    async def dienst(self, uitkomst: str, **what: Any) -> str:
        """Bring a melding to an open dienst and return the id of that dienst."""
        melding_id = await self.receive(**what)
        assert (await self.acuutcheck(melding_id)).status_code == 200
        answer = await self.besluit(melding_id, uitkomst)
        assert answer.status_code == 200, answer.text
        return str(answer.json()["dienstId"])

    async def conclude(self, dienst_id: str, conclusie: str, **changes: object) -> httpx.Response:
        path = f"/diensten/{dienst_id}"
        body = {"conclusie": conclusie, "motivering": GEHEIM, **changes}
        return await self.put(f"{path}/conclusie", body, etag=await self.etag(path))

    async def taxatie(self, melding_id: UUID, persoon_nr: int = 0, **changes: object) -> httpx.Response:
        path = f"/veiligheidsbeoordelingen/{melding_id}"
        whole = {"cijfer": 3, "acuutOnveilig": False, "structureelOnveilig": True, "toelichting": GEHEIM}
        body = {**whole, "gezien": False, "nietGezienReden": "onbereikbaar", **changes}
        return await self.put(f"{path}/veiligheidstaxaties/{persoon_nr}", body, etag=await self.etag(path))

    async def vraag(self, melding_id: UUID, **changes: object) -> httpx.Response:
        body = {"meldingId": str(melding_id), "soort": "lokaal-veld", "vragen": [GEHEIM], **changes}
        return await self.post("/informatieverzoeken", body)

    def partner_headers(self, rol: str, organisatie: str, *gemeenten: str, **more: str) -> dict[str, str]:
        return {**self.issuer.headers(rol, organisatie, gemeenten=gemeenten), **more}

    # --- what is on disk ---

    async def rows(self, statement: str, **values: object) -> Sequence[Any]:
        async with in_transaction(self.made.engine) as conn:
            return (await conn.execute(text(statement), values)).all()

    async def facts(self) -> list[Fact]:
        """Return everything that the room has told, in order."""
        return [load_payload(row.soort, row.data) for row in await self.rows("SELECT * FROM outbox ORDER BY id")]

    async def partner(self, method: str, path: str, organisatie: str, body: object = None) -> httpx.Response:
        """Call as a ketenpartner of some organisation."""
        headers = self.issuer.headers("ketenpartner", organisatie)
        return await self.http.request(method, f"/v1{path}", json=body, headers=headers)

    async def made_one(self, path: str, body: object) -> str:
        """Create something and return where it is read."""
        answer = await self.post(path, body)
        assert answer.status_code == 201, answer.text
        place = answer.headers["Location"].removeprefix("/v1")
        assert (await self.get(place)).json() == answer.json()
        return place

    async def change(self, place: str, step: str, body: object) -> httpx.Response:
        """Change something in the version in which it is now."""
        return await self.put(f"{place}/{step}", body, etag=await self.etag(place))

    # --- whose work it is ---

    def as_(self, subject: str, rol: str = "vt-medewerker", **more: str) -> dict[str, str]:
        """Return the headers of one worker among others."""
        return {**self.issuer.headers(rol, "vtrr", subject=subject), **more}

    async def dossier_of(self, melding_id: object) -> str:
        """Return the newest dossier of a melding."""
        return str((await self.get(f"/veiligheidsbeoordelingen/{melding_id}")).json()["dossierId"])

    async def owns(self, dossier_id: str, subject: str, body: object = None, *, etag: str = "*") -> httpx.Response:
        """Let a worker take up work, or give it to whom the body says."""
        headers = self.as_(subject, **{"If-Match": etag})
        sent = body or {"medewerkerId": "mij"}
        return await self.http.put(f"/v1/werkstukken/{dossier_id}/toewijzing", json=sent, headers=headers)


def besluit(uitkomst: str = "geen-vervolg", **changes: object) -> dict[str, object]:
    """Return the body of a besluit."""
    return {
        "uitkomst": uitkomst,
        "acuutOnveilig": False,
        "structureelOnveilig": True,
        "motivering": GEHEIM,
        **changes,
    }
