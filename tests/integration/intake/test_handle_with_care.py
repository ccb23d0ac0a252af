"""Handle with Care in the room: a message of the police becomes a signal that a school proves to have."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest

from deploy.local.standin.scholen import SCHOLEN, school_of
from deploy.local.standin.server import create_app
from services.intake.handlers import schooltaken
from services.intake.handlers.handle_with_care import AFLEVEREN, delen_of
from services.intake.settings import IntakeSettings
from services.intake.tables import metadata
from services.intake.worker import TASKS, make_tasks
from shared.db import in_transaction
from shared.messaging.tasks import do_one
from tests.integration.intake.bodies import a_melding, a_person, bsn
from tests.integration.intake.conftest import Intake
from tests.integration.intake.test_vernietigen import destroy, told
from tests.integration.shredded import opens, places_of, read_all, sealed_in, without_told

pytestmark = pytest.mark.anyio

PARTNERS = "http://partners.test"
PIM: dict[str, Any] = {
    "rol": "kind", "bsn": bsn(8), "voornamen": "Pim", "voorvoegsel": "van", "geslachtsnaam": "Voorbeeldsen",
    "geboortedatum": "2016-05-04", "aanvullendeInformatie": "CANARY-KIND", "adres": {"straat": "CANARY-STRAAT"},
}  # fmt: skip
SCHOOL = school_of("Pim van Voorbeeldsen", "2016-05-04")
BABY: dict[str, Any] = {**PIM, "bsn": bsn(9), "voornamen": "Bo", "geboortedatum": "2025-01-02"}
JA = {"besluit": "bevestigd", "motivering": "CANARY-MOTIEF: het kind gaat morgen naar school."}
NEE = {"besluit": "geweigerd", "motivering": "CANARY-MOTIEF: vader werkt op die school.", "nietInformeren": True}
# The clock of the tests stands on a Monday at ten in the morning: the lessons begin on Tuesday at half past eight.
LESSONS = "2026-03-03T07:30:00Z"


@dataclass(frozen=True, slots=True)
class World:
    """The room with the office and the schools beside it, and its worker."""

    intake: Intake
    told: IntakeSettings
    partners: httpx.AsyncClient
    left: list[tuple[str, bytes, bytes]] = field(default_factory=list)  # to which path, which body, and every byte

    async def report(self, *personen: dict[str, Any], **changes: Any) -> dict[str, Any]:
        """Let the police send a melding about an incident of an hour ago, and let the worker hear of it."""
        happened = (self.intake.klok() - timedelta(hours=1)).isoformat().replace("+00:00", "Z")
        incident = {"tijdstip": happened, "locatie": "CANARY-PLEK", "omschrijving": "CANARY-INCIDENT"}
        melding = await self.intake.melding(a_melding(*personen or (PIM,), **{"incident": incident, **changes}))
        await self.intake.koppel(melding["id"])
        return melding

    async def work(self) -> int:
        """Do every task of Handle with Care that is due; return how many."""
        tasks = {AFLEVEREN: make_tasks(self.intake.made, self.told)[AFLEVEREN]}
        count = 0
        while await do_one(self.intake.made.engine, tasks, clock=self.intake.klok):
            count += 1
            assert count < 50, "a task that does not end"
        return count

    async def later(self, **step: float) -> int:
        """Let time pass, and do what is due then."""
        self.intake.klok.advance(timedelta(**step))
        return await self.work()

    async def all(self, query: str = "") -> list[dict[str, Any]]:
        answer = await self.intake.call("GET", f"/handle-with-care-signalen{query}")
        assert answer.status_code == 200, answer.text
        found: list[dict[str, Any]] = answer.json()["resultaten"]
        return found

    async def one(self) -> dict[str, Any]:
        """Return the only signal, with its attempts."""
        (found,) = await self.all()
        detail = await self.intake.call("GET", f"/handle-with-care-signalen/{found['id']}")
        assert detail.headers["ETag"] == f'"{found["versie"]}"'
        read: dict[str, Any] = detail.json()
        return read

    async def put(self, signaal: dict[str, Any], what: str, body: object, seen: str | None = '"*"') -> Any:
        headers = {"If_Match": seen} if seen else {}
        return await self.intake.call("PUT", f"/handle-with-care-signalen/{signaal['id']}/{what}", body, **headers)

    async def behave(self, partner: str, gedrag: str, times: int = 1) -> None:
        await self.partners.put(f"/_gedrag/{partner}", json={"gedrag": gedrag, "aantal": times})


@pytest.fixture
async def world(intake: Intake, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[World]:
    """The room with the stand-in partners behind its client."""
    told = IntakeSettings(
        omgeving="lokaal",
        database_url="postgresql://nergens",
        redis_url="redis://nergens",
        issuer="https://uitgever.test",
        jwks_url="https://uitgever.test/jwks",
        token_url="https://uitgever.test/token",
        client_id="intake",
        client_key_file=tmp_path / "sleutel",
        leerplicht_url=f"{PARTNERS}/leerplicht",
        scholen_url=f"{PARTNERS}/scholen",
    )
    transport = httpx.ASGITransport(app=create_app())
    async with httpx.AsyncClient(transport=transport, base_url=PARTNERS) as partners:
        found = World(intake, told, partners)

        async def note(request: httpx.Request) -> None:
            whole = str(request.url).encode() + str(request.headers).encode() + request.content
            found.left.append((request.url.path, request.content, whole))

        @asynccontextmanager
        async def outside() -> AsyncIterator[httpx.AsyncClient]:
            async with httpx.AsyncClient(transport=transport, event_hooks={"request": [note]}) as http:
                yield http

        monkeypatch.setattr(schooltaken, "http_client", outside)
        yield found


async def test_a_child_at_home_when_the_police_came_is_known_at_its_school_without_anybody(world: World) -> None:
    intake = world.intake
    melding = await world.report(PIM, BABY, a_person())
    await intake.koppel()  # the fact is heard twice
    waiting = await world.one()

    done = await world.work()

    signaal = await world.one()
    assert (waiting["status"], waiting["uiterlijk"], done) == ("te-verzenden", LESSONS, 1)
    assert (signaal["status"], signaal["school"]["brin"], signaal["school"]["bron"]) == (
        "afgeleverd",
        SCHOOL,
        "leerplicht",
    )
    assert signaal["bewijs"]["ontvangstbewijs"].startswith(f"OB-{SCHOOL}-")
    assert signaal["kind"] == {"naam": "Pim van Voorbeeldsen", "geboortedatum": "2016-05-04"}
    assert {one["toetsing"] for one in signaal["oordelen"]} == {"voldaan"}
    assert [(one["stap"], one["code"]) for one in signaal["pogingen"]] == [
        ("afleveren", "ontvangen"),
        ("school-zoeken", "gevonden"),
    ]
    # What left is the question and the signal, and nothing of the melding is in any byte of them.
    assert [path for path, *_ in world.left] == ["/leerplicht/leerlingen/_zoek", f"/scholen/{SCHOOL}/signalen"]
    everything = b" ".join(whole for *_, whole in world.left).decode()
    for word in ("CANARY", bsn(8), melding["id"], melding["casusId"], melding["kenmerk"], "Anna", "politie", "Bo"):
        assert word not in everything
    assert json.loads(world.left[1][1]) == {
        "naam": "Pim van Voorbeeldsen",
        "geboortedatum": "2016-05-04",
        "codewoord": "Handle with Care",
    }
    assert await told(intake, "handle-with-care-gestart") == [
        {
            "signaalId": signaal["id"],
            "meldingId": melding["id"],
            "gemeenteCode": "0599",
            "ontvangenOp": melding["ontvangenOp"],
        }
    ]
    assert [fact["afgeleverdOp"] for fact in await told(intake, "handle-with-care-afgeleverd")] == [
        "2026-03-02T09:00:00Z"
    ]
    sealed = (await read_all(intake.made.engine, metadata))["handle_with_care"]
    assert not any(word in str(sealed) for word in (str(SCHOOL), SCHOLEN[str(SCHOOL)]))
    # Who it is about may know which school was told.
    async with in_transaction(intake.made.engine) as conn:
        (deel,) = await delen_of(conn, intake.made, UUID(melding["casusId"]), [UUID(signaal["persoonId"])])
    assert (deel.soort, deel.velden["school"]) == ("handle-with-care", SCHOLEN[str(SCHOOL)])


async def test_where_no_school_is_found_it_is_tried_until_the_lessons_and_then_a_person_calls(world: World) -> None:
    nobody = next(f"Pim{n}" for n in range(99) if school_of(f"Pim{n} van Voorbeeldsen", "2016-05-04") is None)
    await world.report({**PIM, "voornamen": nobody})
    await world.work()
    missed = await world.one()

    tries = 0
    while tries < 300 and not await told(world.intake, "handle-with-care-niet-afgeleverd"):
        tries += await world.later(minutes=30)
    quiet = await world.later(days=2)
    stuck = await world.one()
    by_hand = {"tijdstip": "2026-03-03T07:20:00Z", "wijze": "telefonisch", "door": "CANARY-BELLER"}
    refusals = [
        (await world.put(stuck, "bevestiging", by_hand, seen=None)).status_code,
        (await world.put(stuck, "bevestiging", by_hand, seen='"1"')).status_code,
        (await world.put(stuck, "bevestiging", {**by_hand, "tijdstip": "2026-03-09T07:20:00Z"})).status_code,
        (await world.put(stuck, "bevestiging", {**by_hand, "wijze": "bericht"})).status_code,
    ]
    called = await world.put(stuck, "bevestiging", by_hand, seen=f'"{stuck["versie"]}"')
    again = await world.put(stuck, "bevestiging", by_hand, seen=f'"{stuck["versie"]}"')
    refused = await world.put(stuck, "besluit", NEE)

    assert (missed["status"], missed["pogingen"][0]["code"], missed["school"]) == ("geen-school", "onbekend", None)
    assert (stuck["status"], quiet, 20 < tries < 100) == ("geen-school", 0, True)
    assert [fact["reden"] for fact in await told(world.intake, "handle-with-care-niet-afgeleverd")] == ["geen-school"]
    assert refusals == [428, 412, 400, 400]
    assert (called.json()["status"], called.json()["bewijs"]["door"], again.json()) == (
        "afgeleverd", "CANARY-BELLER", called.json(),
    )  # fmt: skip
    assert [one["afgeleverdOp"] for one in await told(world.intake, "handle-with-care-afgeleverd")] == [
        by_hand["tijdstip"]
    ]
    assert (refused.status_code, "er is niets meer te doen" in refused.json()["detail"]) == (409, True)


async def test_a_school_that_misbehaves_is_asked_again_and_proves_it_once(world: World) -> None:
    await world.report()
    codes = []
    for partner, gedrag in (
        ("leerplicht", "fout"),
        ("leerplicht", "onzin"),
        ("scholen", "fout"),
        ("scholen", "leeg"),
        ("scholen", "stil"),
    ):
        await world.behave(partner, gedrag)
        await world.later(minutes=31)
        found = await world.one()
        codes.append((found["status"], found["pogingen"][0]["code"]))
    done = await world.later(minutes=61)

    signaal = await world.one()
    assert codes == [
        ("geen-school", "500"),
        ("geen-school", "onleesbaar-antwoord"),
        ("niet-bevestigd", "500"),
        ("niet-bevestigd", "onleesbaar-antwoord"),
        ("niet-bevestigd", "502"),
    ]
    assert (signaal["status"], done, signaal["aantalPogingen"]) == ("afgeleverd", 1, 7)
    assert len({whole.partition(b"idempotency-key")[2][:50] for path, _, whole in world.left if "scholen" in path}) == 1
    assert len(await told(world.intake, "handle-with-care-afgeleverd")) == 1
    assert set(TASKS) >= {AFLEVEREN}


async def test_what_is_not_sure_waits_for_a_person_whose_refusal_is_remembered(world: World) -> None:
    await world.report(incident={"omschrijving": "onbekend wanneer"})
    nothing = await world.work()
    (waiting,) = await world.all("?status=te-beoordelen")

    unread = await world.put(waiting, "besluit", NEE, seen=None)
    refused = await world.put(waiting, "besluit", NEE)
    again = await world.put(waiting, "besluit", NEE)
    world.intake.klok.advance(timedelta(days=3))
    await world.report(externeIdentificatie="later")
    (second,) = await world.all("?status=te-beoordelen")
    sent = await world.put(second, "besluit", JA, seen=f'"{second["versie"]}"')
    await world.work()
    world.intake.klok.advance(timedelta(days=3))
    await world.report(externeIdentificatie="nog-later")

    doubts = {one["criterium"]: one["toetsing"] for one in waiting["oordelen"] if one["toetsing"] != "voldaan"}
    assert (nothing, doubts, unread.status_code) == (0, {"incident-recent": "onbekend"}, 428)
    assert (refused.json()["status"], refused.json()["nietInformeren"], again.json()) == (
        "geweigerd",
        True,
        refused.json(),
    )
    assert len(await told(world.intake, "handle-with-care-vervallen")) == 1
    doubts = {one["criterium"]: one["toetsing"] for one in second["oordelen"] if one["toetsing"] != "voldaan"}
    assert doubts == {"geen-reden-ertegen": "niet-voldaan"}
    assert sent.json()["status"] == "te-verzenden"
    assert [one["status"] for one in await world.all()] == ["geweigerd", "afgeleverd", "te-verzenden"]


async def test_a_second_melding_within_a_day_brings_no_second_signal_also_without_a_bsn(world: World) -> None:
    nameless = {name: value for name, value in PIM.items() if name != "bsn"}
    await world.report(nameless, a_person())
    world.intake.klok.advance(timedelta(hours=20))
    second = await world.report({**nameless, "voornamen": "PIM"}, a_person(), externeIdentificatie="tweede")
    tested = (await world.intake.call("GET", f"/meldingen/{second['id']}/handle-with-care")).json()["resultaten"]
    world.intake.klok.advance(timedelta(hours=30))
    await world.report(nameless, a_person(), externeIdentificatie="derde")

    assert [(one["gevolg"], one["herhaald"], one["signaalId"]) for one in tested] == [
        ("vanzelf", True, None),
        ("geen", False, None),
    ]
    assert len(await world.all()) == len(await told(world.intake, "handle-with-care-gestart")) == 2


async def test_veilig_thuis_can_tell_a_school_for_which_nothing_went_by_itself(world: World) -> None:
    huisarts = {"categorie": "gezondheidszorg", "soort": "professional"}
    melding = await world.report(PIM, a_person(rol="hulpverlener"), melder=huisarts)
    (tested,) = (await world.intake.call("GET", f"/meldingen/{melding['id']}/handle-with-care")).json()["resultaten"]
    people = (await world.intake.call("GET", f"/meldingen/{melding['id']}")).json()["personen"]
    body = {**JA, "meldingId": melding["id"], "persoonId": tested["persoonId"]}

    world.intake.klok.advance(timedelta(hours=2))
    made = await world.intake.call("POST", "/handle-with-care-signalen", body, Idempotency_Key="een-keer")
    same = await world.intake.call("POST", "/handle-with-care-signalen", body, Idempotency_Key="een-keer")
    twice = await world.intake.call("POST", "/handle-with-care-signalen", body)
    stranger = await world.intake.call("POST", "/handle-with-care-signalen", {**body, "persoonId": people[1]["id"]})
    partner = await world.intake.call("POST", "/handle-with-care-signalen", body, rol="ketenpartner")
    parent = await world.report(a_person(), externeIdentificatie="ouder")
    (adult,) = (await world.intake.call("GET", f"/meldingen/{parent['id']}")).json()["personen"]
    grown_up = {**JA, "meldingId": parent["id"], "persoonId": adult["id"]}
    refused = await world.intake.call("POST", "/handle-with-care-signalen", grown_up)
    await world.work()

    assert (tested["gevolg"], await world.all("?status=te-beoordelen")) == ("geen", [])
    assert (made.status_code, made.headers["Location"]) == (201, f"/v1/handle-with-care-signalen/{made.json()['id']}")
    assert (same.status_code, same.json()["id"]) == (201, made.json()["id"])
    assert (twice.status_code, stranger.status_code, partner.status_code) == (409, 400, 403)
    assert {one.json()["errors"][0]["pointer"] for one in (stranger, refused)} == {"/persoonId"}
    signaal = await world.one()
    assert (signaal["status"], signaal["ontvangenOp"]) == ("afgeleverd", "2026-03-02T11:00:00Z")


async def test_the_school_that_a_melding_names_is_asked_first_and_given_up_when_it_is_wrong(world: World) -> None:
    wrong = next(brin for brin in SCHOLEN if brin != SCHOOL)
    await world.report({**PIM, "school": {"brin": SCHOOL, "naam": "De Goede"}})
    await world.work()
    right = await world.one()
    first = [path for path, *_ in world.left]
    for times in (0, 1):  # it says that the child is no pupil there; it does not answer well
        world.intake.klok.advance(timedelta(days=3))
        await world.behave("scholen", "fout", times)
        await world.report({**PIM, "school": {"brin": wrong}}, externeIdentificatie=f"fout-{times}")
        await world.work()

    assert (right["status"], right["school"]["bron"], first) == (
        "afgeleverd",
        "melding",
        [f"/scholen/{SCHOOL}/signalen"],
    )
    asked = (f"/scholen/{wrong}/signalen", "/leerplicht/leerlingen/_zoek", f"/scholen/{SCHOOL}/signalen")
    assert [path for path, *_ in world.left][1:] == [*asked, *asked]
    assert {one["status"] for one in await world.all()} == {"afgeleverd"}
    # The chain never reads which school it is.
    seen = await world.intake.call(
        "GET", f"/casussen/{right['casusId']}", rol="systeem", X_Doelbinding="overdracht-en-zicht-op-veiligheid"
    )
    assert seen.status_code == 200
    assert (str(SCHOOL) in seen.text, "De Goede" in seen.text) == (False, False)


async def test_a_destroyed_casus_leaves_no_signal_no_school_and_nothing_to_try(world: World) -> None:
    intake = world.intake
    await world.behave("scholen", "fout", times=5)
    melding = await world.report()
    await world.work()
    signaal = await world.one()
    before = await read_all(intake.made.engine, metadata)
    sealed = sealed_in(before["handle_with_care"])

    await destroy(intake, melding["casusId"])

    after = await read_all(intake.made.engine, metadata)
    persons = {row["id"] for name in ("persoon", "handle_with_care_poging") for row in before[name]}
    assert (len(before["handle_with_care_poging"]), await opens(intake.made, sealed)) == (2, 0)
    assert places_of(after, {*persons, *sealed}) == set()
    assert without_told(places_of(after, {UUID(signaal["id"])})) == set()
    assert await world.later(hours=1) == 0
    assert (await intake.call("GET", f"/handle-with-care-signalen/{signaal['id']}")).status_code == 404


async def test_in_a_limited_casus_a_person_decides_and_only_a_teamleider_sees_it(world: World) -> None:
    intake = world.intake
    melding = await world.report(a_person(bsn=bsn(8), voornamen="Ouder"), externeIdentificatie="eerst")
    person = (await intake.call("GET", f"/meldingen/{melding['id']}")).json()["personen"][0]["id"]
    asked = {
        "soort": "beperking",
        "casusId": melding["casusId"],
        "persoonId": person,
        "ontvangenOp": "2026-03-02T08:00:00Z",
    }
    verzoek = (await intake.call("POST", "/dossierverzoeken", {**asked, "verzoeker": {"hoedanigheid": "zelf"}})).json()
    granted = {"besluit": "toegewezen"}
    await intake.call("PUT", f"/dossierverzoeken/{verzoek['id']}/besluit", granted, If_Match='"1"')

    await world.report(externeIdentificatie="daarna")

    assert await world.all() == []
    shown = (await intake.call("GET", "/handle-with-care-signalen", rol="vt-teamleider")).json()["resultaten"]
    assert [one["status"] for one in shown] == ["te-beoordelen"]
    path = f"/handle-with-care-signalen/{shown[0]['id']}"
    assert (await intake.call("GET", path)).status_code == 403
    assert (await intake.call("PUT", f"{path}/besluit", JA, If_Match='"1"', rol="vt-teamleider")).status_code == 200
