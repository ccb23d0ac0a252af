"""Signals in the reference indexes: through the doors, by the worker, at an index that behaves as partners do."""

import asyncio
import socket
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
import uvicorn

from deploy.local.standin.server import create_app
from services.intake.domain.afschrift import Deel
from services.intake.handlers import indexen as handlers
from services.intake.settings import IntakeSettings
from services.intake.tables import metadata
from services.intake.worker import make_tasks
from services.intake.worker import on_melding_ontvangen as hear_melding
from shared.db import in_transaction
from shared.events.catalogue import Room
from shared.events.envelope import Event
from shared.events.payloads import MeldingOntvangen
from shared.messaging.codec import load_payload
from shared.messaging.tasks import CLAIM, do_one
from shared.rules.codes import Verwijsindex
from tests.integration.intake.bodies import a_melding, a_person, bsn
from tests.integration.intake.conftest import Intake
from tests.integration.intake.test_vernietigen import destroy, told
from tests.integration.shredded import places_of, read_all

pytestmark = pytest.mark.anyio

PIM: dict[str, Any] = {"rol": "kind", "bsn": bsn(8), "voornamen": "Pim", "geboortedatum": "2014-03-02"}
PIM |= {"aanvullendeInformatie": "CANARY-KIND", "beschrijving": "CANARY-BESCHRIJVING"}
OUDERS_VRIEND: dict[str, Any] = {"rol": "hulpverlener", "bsn": bsn(9), "voornamen": "Joost"}
# Who matches at once follows from the name: these do not, so that a test says when.
ORGANISATIE = "Veilig Thuis Rotterdam-Rijnmond"


@dataclass(frozen=True, slots=True)
class World:
    """The room with the partners beside it, and its worker."""

    intake: Intake
    told: IntakeSettings
    partners: httpx.AsyncClient

    async def work(self) -> int:
        """Do every task that is due, as the worker does; return how many."""
        tasks = make_tasks(self.intake.made, self.told)
        count = 0
        while await do_one(self.intake.made.engine, tasks, clock=self.intake.klok):
            count += 1
            assert count < 50, "a task that does not end"
        return count

    async def later(self, **step: float) -> int:
        """Let time pass, and do what is due then."""
        self.intake.klok.advance(timedelta(**step))
        return await self.work()

    async def place(self, melding: dict[str, Any], index: str = "sisa", *, persoon: int = 0, **extra: str) -> Any:
        """Place a signal on a person of a melding."""
        ids = await self.persons(melding)
        body = {"persoonId": ids[persoon], "index": index}
        return await self.intake.call("POST", f"/meldingen/{melding['id']}/signalen", body, **extra)

    async def persons(self, melding: dict[str, Any]) -> Sequence[str]:
        found = (await self.intake.call("GET", f"/meldingen/{melding['id']}")).json()["personen"]
        return [persoon["id"] for persoon in found]

    async def signal(self, signaal: dict[str, Any]) -> dict[str, Any]:
        answer = await self.intake.call("GET", f"/signalen/{signaal['id']}")
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    async def withdraw(self, signaal: dict[str, Any], reden: str = "niet-meer-betrokken", seen: str = '"*"') -> Any:
        path = f"/signalen/{signaal['id']}/intrekking"
        return await self.intake.call("PUT", path, {"reden": reden}, If_Match=seen)

    async def behave(self, gedrag: str, times: int = 1, partner: str = "sisa") -> None:
        await self.partners.put(f"/_gedrag/{partner}", json={"gedrag": gedrag, "aantal": times})

    async def inside(self, index: str = "sisa") -> list[dict[str, Any]]:
        """Return what stands in an index."""
        found: list[dict[str, Any]] = (await self.partners.get(f"/_{index}/inhoud")).json()["signalen"]
        return found

    async def other(self, *, beeindigd: bool = False) -> None:
        """Let another organisation come to whom we are with in SISA, or leave."""
        (standing,) = await self.inside()
        told = {"referentie": standing["referentie"], "beeindigd": beeindigd}
        await self.partners.post("/_sisa/ander", json=told)


@pytest.fixture
async def world(intake: Intake, tmp_path: Path) -> AsyncIterator[World]:
    """The room with stand-in partners on a real port."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        server = uvicorn.Server(uvicorn.Config(create_app(), log_level="critical", access_log=False))
        serving = asyncio.create_task(server.serve([listener]))
        told = IntakeSettings(
            omgeving="lokaal",
            database_url="postgresql://nergens",
            redis_url="redis://nergens",
            issuer="https://uitgever.test",
            jwks_url="https://uitgever.test/jwks",
            token_url="https://uitgever.test/token",
            client_id="intake",
            client_key_file=tmp_path / "sleutel",
            sisa_url=f"{url}/sisa",
            sluis_url=f"{url}/sluis",
            vt_register_url=f"{url}/vt-register",
        )
        intake.edge.api.state.settings = told
        async with httpx.AsyncClient(base_url=url) as partners:
            yield World(intake, told, partners)
        server.should_exit = True
        await serving


async def test_a_signal_says_who_and_never_why_and_its_match_is_heard(world: World) -> None:
    intake = world.intake
    melding = await intake.melding(a_melding(a_person(**PIM), a_person()))
    offered = (await intake.call("GET", f"/meldingen/{melding['id']}/signaalvoorstellen")).json()["resultaten"]

    placed = await world.place(melding, Idempotency_Key="een-keer")
    again = await world.place(melding, Idempotency_Key="een-keer")
    same = await world.place(melding)
    waiting = await world.signal(placed.json())
    await world.work()

    possible = [[one["index"] for one in row["indexen"] if one["mogelijk"]] for row in offered]
    assert possible == [["sisa", "vt-register"], ["sluis", "vt-register"]]
    assert (placed.status_code, again.status_code, same.status_code) == (201, 201, 200)
    assert placed.headers["Location"] == f"/v1/signalen/{placed.json()['id']}"
    assert placed.json() == again.json() == same.json() == waiting
    assert (waiting["status"], waiting["verlooptOp"]) == ("aangevraagd", "2028-03-01T23:00:00Z")
    (standing,) = await world.inside()
    naam = {"geslachtsnaam": "Voorbeeldsen", "voornamen": "Pim"}
    bericht = {"naam": naam, "geboortedatum": "2014-03-02", "geslacht": "onbekend", "organisatie": ORGANISATIE}
    assert (standing["bericht"], standing["vir"]) == (bericht, False)

    assert (await world.signal(waiting))["status"] == "geplaatst"
    await world.other()
    await world.other()
    assert await world.later(minutes=15) == 1
    matched = await world.signal(waiting)
    assert (matched["status"], len(matched["matches"])) == ("gematcht", 1)
    assert matched["matches"][0].keys() == {"id", "organisatie", "contact", "sinds", "ontvangenOp", "beeindigdOp"}
    await world.other(beeindigd=True)
    await world.later(minutes=15)
    alone = await world.signal(waiting)
    assert (alone["status"], alone["matches"][0]["beeindigdOp"]) == ("geplaatst", "2026-03-02T09:30:00Z")
    listed = (await intake.call("GET", f"/signalen?casusId={melding['casusId']}&status=geplaatst")).json()
    assert listed == {"resultaten": [alone], "volgende": None}
    ((placed_fact,), (match_fact,)) = [await told(intake, name) for name in ("signaal-geplaatst", "match-ontvangen")]
    assert placed_fact.keys() == {"signaalId", "meldingId", "gemeenteCode", "index", "geplaatstOp"}
    assert match_fact.keys() == {"matchId", "signaalId", "meldingId", "gemeenteCode", "index", "ontvangenOp"}


async def test_a_signal_that_may_not_be_is_refused_with_every_reason_and_two_at_once_make_one(world: World) -> None:
    intake = world.intake
    body = a_melding(a_person(**PIM), a_person(**OUDERS_VRIEND), a_person(geboortedatum="1990"))
    melding = await intake.melding(body)
    both = await intake.melding(a_melding(a_person(**PIM), externeIdentificatie="tweede"))

    first, second = await asyncio.gather(world.place(melding), world.place(both))
    too_old = await world.place(melding, "sluis")
    professional = await world.place(melding, "vt-register", persoon=1)
    unsure = await world.place(melding, "vt-register", persoon=2)
    stranger = await intake.call(
        "POST", f"/meldingen/{melding['id']}/signalen", {"persoonId": str(uuid4()), "index": "sisa"}
    )
    of_sender = await world.place(melding, rol="ketenpartner")
    nowhere = await intake.call("GET", f"/meldingen/{uuid4()}/signaalvoorstellen")
    intake.edge.api.state.settings = None
    unconnected = await world.place(melding, "vt-register")

    assert sorted((first.status_code, second.status_code)) == [201, 409]
    assert await intake.count("signaal") == 1
    refused = [answer.json()["detail"] for answer in (too_old, professional, unsure, unconnected)]
    assert [answer.status_code for answer in (too_old, professional, unsure, unconnected)] == [409] * 4
    assert "te jong" in refused[0]
    assert "beroepshalve" in refused[1]
    assert "volledige geboortedatum" in refused[2]
    assert "niet aangesloten" in refused[3]
    assert (stranger.status_code, stranger.json()["errors"][0]["pointer"]) == (400, "/persoonId")
    assert (of_sender.status_code, nowhere.status_code) == (403, 404)


async def test_an_index_that_behaves_badly_is_tried_until_the_signal_stands_once(world: World) -> None:
    melding = await world.intake.melding(a_melding(a_person(**PIM)))
    signaal = (await world.place(melding)).json()

    for gedrag, wait in (("fout", 0), ("onzin", 5), ("leeg", 30), ("stil", 120)):
        await world.behave(gedrag)
        await world.later(seconds=wait)
    failing = await world.signal(signaal)
    await world.behave("dubbel")
    await world.later(minutes=10)
    placed = await world.signal(signaal)

    assert (failing["status"], failing["fout"]) == ("aangevraagd", "storing")
    tried = ["storing", "onleesbaar-antwoord", "onleesbaar-antwoord", "storing", "gelukt"]
    assert [poging["uitkomst"] for poging in placed["pogingen"]] == tried
    assert (placed["status"], placed["fout"], len(await world.inside())) == ("geplaatst", None, 1)
    assert len(await told(world.intake, "signaal-geplaatst")) == 1


async def test_a_signal_that_is_refused_or_fails_for_days_is_over_and_taken_out_in_case_it_stands(world: World) -> None:
    intake = world.intake
    melding = await intake.melding(a_melding(a_person(**PIM), a_person(**{**PIM, "bsn": bsn(7), "voornamen": "Bo"})))
    refused, silent = [(await world.place(melding, persoon=number)).json() for number in (0, 1)]
    await world.behave("weigert")
    await world.work()
    await world.withdraw(silent)
    await world.work()
    lost = (await world.place(melding, persoon=1)).json()

    await world.behave("stil", 1000)
    await world.work()
    for _ in range(4):
        await world.later(hours=20)
    given_up, standing = await world.signal(lost), await world.inside()
    await world.behave("goed")
    await world.later(hours=1)

    assert ((await world.signal(refused))["status"], (await world.signal(refused))["fout"]) == ("mislukt", "geweigerd")
    assert (given_up["status"], given_up["fout"], len(given_up["pogingen"])) == ("mislukt", "storing", 6)
    assert standing == []  # what answers a withdrawal by a 502 has done it
    assert (await world.signal(lost))["afgemeldOp"] is not None
    assert (await world.place(melding, persoon=1)).status_code == 201
    counts = {
        row.soort: row.n
        for row in await intake.rows("SELECT soort, count(*) AS n FROM taak WHERE status = 'opgegeven' GROUP BY 1")
    }
    assert counts == {"signaal-plaatsen": 2}


async def test_a_signal_is_taken_back_by_who_saw_its_last_version(world: World) -> None:
    intake = world.intake
    melding = await intake.melding(a_melding(a_person(**PIM)))
    signaal = (await world.place(melding)).json()
    await world.work()
    path = f"/signalen/{signaal['id']}/intrekking"
    body = {"reden": "onterecht-geplaatst"}

    blind = await intake.call("PUT", path, body)
    stale = await intake.call("PUT", path, body, If_Match='"1"')
    done = await intake.call("PUT", path, body, If_Match='"2"')
    again = await intake.call("PUT", path, body, If_Match='"2"')
    otherwise = await world.withdraw(signaal)
    await world.behave("fout")
    await world.work()
    standing = await world.inside()
    await world.later(seconds=5)

    assert [answer.status_code for answer in (blind, stale, done, again, otherwise)] == [428, 412, 200, 200, 409]
    assert (done.json()["status"], done.json()["reden"], done.headers["ETag"]) == ("ingetrokken", body["reden"], '"3"')
    assert (len(standing), await world.inside()) == (1, [])
    tried = [(poging["soort"], poging["uitkomst"]) for poging in (await world.signal(signaal))["pogingen"]]
    assert tried == [("plaatsen", "gelukt"), ("afmelden", "storing"), ("afmelden", "gelukt")]
    assert (await world.place(melding)).status_code == 201


async def test_a_signal_expires_after_two_years_by_itself_and_leaves_the_index(world: World) -> None:
    melding = await world.intake.melding(a_melding(a_person(**PIM)))
    signaal = (await world.place(melding)).json()
    await world.work()

    await world.later(days=729)
    before = (await world.signal(signaal))["status"]
    await world.later(days=2)
    await world.work()

    assert (before, (await world.signal(signaal))["status"], await world.inside()) == ("geplaatst", "verlopen", [])


async def test_a_destroyed_file_leaves_no_signal_and_the_index_is_told_by_a_reference_alone(world: World) -> None:
    intake = world.intake
    melding = await intake.melding(a_melding(a_person(**PIM)))
    signaal = (await world.place(melding, Idempotency_Key="weg")).json()
    await world.work()
    await world.other()
    await world.later(minutes=15)
    other = await intake.melding(a_melding(a_person(bsn=bsn(4), geslachtsnaam="Anderling", adres=None)))
    kept = (await world.place(other, "sluis")).json()
    await world.work()
    before = await read_all(intake.made.engine, metadata)
    gone = [row for row in before["signaal"] if str(row["id"]) == signaal["id"]]
    needles = {row["sleutel"] for row in gone} | {
        row["id"] for row in before["signaal_poging"] if row["signaal_id"] == gone[0]["id"]
    }

    await destroy(intake, melding["casusId"])

    after = await read_all(intake.made.engine, metadata)
    assert [str(row["id"]) for row in after["signaal"]] == [kept["id"]]
    assert {str(row["signaal_id"]) for row in after["signaal_match"]} <= {kept["id"]}
    assert places_of(after, needles) == set()
    assert places_of(after, {gone[0]["referentie"]}) == {"taak.object_id"}
    assert [row["casus_id"] for row in after["taak"]] == [None] * len(after["taak"])
    await world.later(seconds=CLAIM.total_seconds() - 1)
    assert len(await world.inside()) == 1  # a request that was under way may still come in
    await world.later(seconds=1)
    assert (await world.inside(), len(await world.inside("sluis"))) == ([], 1)


async def test_a_file_that_is_destroyed_while_its_signal_is_on_its_way_leaves_nothing_in_the_index(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    intake = world.intake
    melding = await intake.melding(a_melding(a_person(**PIM)))
    await world.place(melding)
    place = httpx.AsyncClient.stream

    def slow(client: httpx.AsyncClient, method: str, url: str, **more: Any) -> Any:
        async def first(_: httpx.Request) -> None:
            await destroy(intake, melding["casusId"])

        if method == "PUT" and not client.event_hooks["request"]:
            client.event_hooks = {"request": [first], "response": []}
        return place(client, method, url, **more)

    monkeypatch.setattr(httpx.AsyncClient, "stream", slow)
    await world.work()
    monkeypatch.undo()
    await world.later(minutes=5)

    assert await intake.count("signaal") == 0
    assert (await world.inside(), await intake.count("signaal_poging")) == ([], 0)


async def test_an_index_is_told_again_when_vir_is_switched_off_or_the_person_was_corrected(world: World) -> None:
    intake = world.intake
    melding = await intake.melding(a_melding(a_person(**PIM)))
    fed = replace(intake.made, rules=replace(intake.made.rules, vir_aan=True))
    signaal = (await world.place(melding)).json()
    while await do_one(fed.engine, make_tasks(fed, world.told), clock=intake.klok):
        pass
    with_vir = await world.inside()

    await world.later(minutes=15)
    without = await world.inside()
    intake.klok.advance(timedelta(minutes=1))
    await correct(world, melding, "voornamen", "Pieter")
    await world.later(minutes=14)
    corrected = await world.inside()
    intake.klok.advance(timedelta(minutes=1))
    await correct(world, melding, "geboortedatum", "1994-03-02")
    await world.later(minutes=14)

    assert [one[0]["vir"] for one in (with_vir, without)] == [True, False]
    assert corrected[0]["bericht"]["naam"]["voornamen"] == "Pieter"
    ended = await world.signal(signaal)
    assert len(await told(intake, "signaal-geplaatst")) == 1
    assert (ended["status"], ended["reden"], await world.inside()) == ("ingetrokken", "voldoet-niet-meer", [])


async def correct(world: World, melding: dict[str, Any], veld: str, waarde: str) -> None:
    """Let somebody ask that a fact about the first person is mended, and grant it."""
    (persoon,) = await world.persons(melding)
    asked = {
        "soort": "correctie",
        "casusId": melding["casusId"],
        "persoonId": persoon,
        "ontvangenOp": world.intake.klok().isoformat(),
        "verzoeker": {"hoedanigheid": "zelf"},
        "correctie": {"veld": veld, "waarde": waarde},
    }
    verzoek = await world.intake.call("POST", "/dossierverzoeken", asked)
    assert verzoek.status_code == 201, verzoek.text
    path = f"/dossierverzoeken/{verzoek.json()['id']}/besluit"
    granted = await world.intake.call("PUT", path, {"besluit": "toegewezen"}, If_Match='"1"')
    assert granted.status_code == 200, granted.text


async def test_a_copy_of_the_file_tells_in_which_indexes_the_person_stands_and_not_the_others(world: World) -> None:
    intake = world.intake
    melding = await intake.melding(a_melding(a_person(**PIM), a_person(rol="getuige", bsn=bsn(5), voornamen="Cor")))
    own = await delen_of(intake, melding, person=0)
    for persoon in (0, 1):
        assert (await world.place(melding, "vt-register", persoon=persoon)).status_code == 201

    told = await delen_of(intake, melding, person=0)

    assert own == []
    assert [(deel.velden["index"], deel.velden["status"]) for deel in told] == [("vt-register", "aangevraagd")]


async def delen_of(intake: Intake, melding: dict[str, Any], *, person: int) -> list[Deel]:
    """Return what an afschrift for one person of a melding holds of signals."""
    row = (await intake.rows("SELECT id FROM persoon WHERE nr = :nr", nr=person + 1))[0]
    async with in_transaction(intake.made.engine) as conn:
        return list(await handlers.delen_of(conn, intake.made, UUID(melding["casusId"]), [row.id]))


async def test_the_register_of_veilig_thuis_is_asked_by_itself_only_where_that_is_switched_on(world: World) -> None:
    intake = world.intake
    body = a_melding(a_person(**PIM), a_person(**OUDERS_VRIEND), a_person(rol="getuige", bsn=bsn(5), voornamen="Cor"))
    melding = await intake.melding(body)
    (row,) = await intake.rows("SELECT event_id, data FROM outbox WHERE soort LIKE '%melding-ontvangen%'")
    payload = load_payload("nl.ketenradar.melding-ontvangen.v1", row.data)
    assert isinstance(payload, MeldingOntvangen)
    event = Event(
        id=row.event_id,
        room=Room.INTAKE,
        casus_id=UUID(melding["casusId"]),
        sequence=1,
        time=intake.klok(),
        payload=payload,
    )
    asking = replace(intake.made, rules=replace(intake.made.rules, vt_register_automatisch=True))

    for made in (intake.made, asking, asking):
        async with in_transaction(intake.made.engine) as conn:
            await hear_melding(conn, event, made)
    await world.work()

    (standing,) = await world.inside("vt-register")
    assert standing["bericht"]["naam"]["voornamen"] == "Pim"
    (found,) = await intake.rows("SELECT verwijsindex, status FROM signaal")
    assert found.verwijsindex == Verwijsindex.VT_REGISTER
