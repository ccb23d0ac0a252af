"""The rights on a file: asked, decided, carried out, and what of it others then see."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from services.intake.domain.afschrift import Deel, Inzage
from shared.chain import extend_chain, verify_audit
from shared.db import in_transaction
from tests.integration.intake.bodies import a_melding, a_person, bsn
from tests.integration.intake.conftest import Intake

pytestmark = pytest.mark.anyio

ZUS: dict[str, Any] = {"rol": "gezinslid", "bsn": bsn(7), "geslachtsnaam": "Kwakkelstein", "voornamen": "Willemijn"}
KIND: dict[str, Any] = {"rol": "kind", "bsn": bsn(8), "voornamen": "Pim", "geboortedatum": "2019-05-05"}
SCHOOL: dict[str, Any] = {
    "categorie": "onderwijs-en-kinderopvang",
    "soort": "professional",
    "naam": "Petra Zilverschoon",
    "organisatie": "Basisschool Het Kompas",
    "bekendmaking": {"openbaar": False, "grond": "b", "motivering": "Is eerder bedreigd."},
}
TEXT = "Petra Zilverschoon zag dat Anna Maria en Willemijn Kwakkelstein ruzie hadden."
GRANT = {"besluit": "toegewezen"}
REFUSE = {"besluit": "geweigerd", "grond": "goede-taakuitoefening", "motivering": "Het is nu niet veilig."}


@dataclass
class Rooms:
    """What the other rooms hold, without asking them."""

    asked: list[tuple[UUID, Sequence[UUID]]]

    async def read(self, casus_id: UUID, casus_ids: Sequence[UUID]) -> tuple[tuple[Deel, ...], tuple[Inzage, ...]]:
        """Return one text, and one reading by the school."""
        self.asked.append((casus_id, casus_ids))
        deel = Deel(
            afdeling="triage",
            soort="veiligheidsbeoordeling",
            tijdstip=None,
            velden={"uitkomst": "overdracht"},
            teksten=("Willemijn is veilig; juf Zilverschoon weet het.",),
        )
        inzage = Inzage(
            tijdstip="2026-01-01T00:00:00Z",
            afdeling="handover",
            wat="overdracht-gelezen",
            doel="hulp-verlenen",
            resultaat="gelukt",
            rol="lokaal-team",
            organisatie="wijkteam-noord",
        )
        return (deel,), (inzage,)


@pytest.fixture
def rooms(intake: Intake) -> Rooms:
    """The other rooms, inside the test."""
    intake.edge.api.state.rooms = made = Rooms([])
    return made


@pytest.fixture
async def casus(intake: Intake) -> dict[str, Any]:
    """A casus of a mother, her sister and a child, reported by a school that may not be known."""
    body = a_melding(
        a_person(), a_person(**ZUS), a_person(**KIND), melder=SCHOOL, zorgelijkeSituatie={"omschrijving": TEXT}
    )
    told = await intake.melding(body, rol="ketenpartner", organisatie="school-kompas")
    found: dict[str, Any] = (await intake.call("GET", f"/casussen/{told['casusId']}")).json()
    return found


def person(casus: dict[str, Any], voornamen: str = "Anna Maria") -> str:
    """Return the id of somebody in a casus."""
    return next(str(one["id"]) for one in casus["personen"] if one["voornamen"] == voornamen)


def a_request(intake: Intake, casus: dict[str, Any], soort: str, **changes: object) -> dict[str, Any]:
    """Return a request of the mother."""
    return {
        "soort": soort,
        "casusId": casus["id"],
        "persoonId": changes.get("persoonId") or person(casus),
        "ontvangenOp": intake.klok().isoformat().replace("+00:00", "Z"),
        "verzoeker": {"hoedanigheid": "zelf"},
        **changes,
    }


async def ask(intake: Intake, casus: dict[str, Any], soort: str, **changes: object) -> dict[str, Any]:
    answer = await intake.call("POST", "/dossierverzoeken", a_request(intake, casus, soort, **changes))
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    assert answer.headers["Location"] == f"/v1/dossierverzoeken/{found['id']}"
    return found


async def decide(
    intake: Intake, verzoek: dict[str, Any], besluit: dict[str, Any], *, seen: str = '"1"', **extra: str
) -> httpx.Response:
    path = f"/dossierverzoeken/{verzoek['id']}/besluit"
    return await intake.call("PUT", path, besluit, If_Match=seen, **extra)


async def granted(intake: Intake, casus: dict[str, Any], soort: str, **changes: object) -> dict[str, Any]:
    verzoek = await ask(intake, casus, soort, **changes)
    answer = await decide(intake, verzoek, GRANT)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def confirm(
    intake: Intake, verzoek: dict[str, Any], *, subject: str, rol: str = "vt-teamleider"
) -> httpx.Response:
    headers = intake.issuer.headers(rol, "vtrr", subject=subject) | {"If-Match": '"2"'}
    return await intake.http.put(f"/v1/dossierverzoeken/{verzoek['id']}/bevestiging", headers=headers)


# --- asking ----------------------------------------------------------------------------------------------------


async def test_a_request_starts_its_clock_and_tells_no_person(intake: Intake, casus: dict[str, Any]) -> None:
    verzoek = await ask(intake, casus, "inzage", toelichting="CANARY: graag alles.")

    (told,) = await intake.rows("SELECT soort, casus_id, data FROM outbox WHERE soort LIKE '%dossierverzoek-%'")
    assert ("dossierverzoek-ontvangen" in told.soort, str(told.casus_id)) == (True, casus["id"])
    assert told.data == {
        "verzoekId": verzoek["id"],
        "soort": "inzage",
        "ontvangenOp": verzoek["ontvangenOp"],
        "gemeenteCode": "0599",
    }
    read = await intake.call("GET", f"/dossierverzoeken/{verzoek['id']}")
    assert (read.json(), read.headers["ETag"]) == (verzoek, '"1"')
    assert verzoek["status"] == "ontvangen"


async def test_what_was_asked_is_sealed_and_recorded(intake: Intake, casus: dict[str, Any]) -> None:
    await ask(intake, casus, "verklaring", toelichting="CANARY", verklaring="CANARY: zo was het niet.")

    (row,) = await intake.rows("SELECT gegevens FROM dossierverzoek")
    assert b"CANARY" not in bytes(row.gegevens)
    (act,) = await intake.rows("SELECT * FROM audit WHERE actie = 'dossierverzoek-ontvangen'")
    assert (str(act.casus_id), [str(one) for one in act.betrokkenen]) == (casus["id"], [person(casus)])
    assert act.doel == "uitvoeren-van-dossierrechten"


async def test_the_same_request_sent_twice_is_one(intake: Intake, casus: dict[str, Any]) -> None:
    body = a_request(intake, casus, "inzage")

    answers = [await intake.call("POST", "/dossierverzoeken", body, Idempotency_Key="een") for _ in range(2)]

    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].json() == answers[1].json()
    assert await intake.count("dossierverzoek") == 1


async def test_nobody_asks_about_a_casus_in_which_he_does_not_stand(intake: Intake, casus: dict[str, Any]) -> None:
    for wrong in ({"persoonId": str(uuid4())}, {"casusId": str(uuid4())}):
        answer = await intake.call("POST", "/dossierverzoeken", a_request(intake, casus, "inzage", **wrong))
        assert answer.status_code == 404


@pytest.mark.parametrize(
    ("soort", "changes", "pointer"),
    [
        ("correctie", {}, "/correctie"),
        ("verklaring", {}, "/verklaring"),
        ("inzage", {"verklaring": "Zo."}, "/verklaring"),
        ("correctie", {"correctie": {"veld": "geboortedatum", "waarde": "gisteren"}}, "/correctie"),
        ("inzage", {"ontvangenOp": "2090-01-01T00:00:00Z"}, "/ontvangenOp"),
        ("bezwaar", {}, "/soort"),
    ],
)
async def test_a_request_with_a_fault_is_refused_whole(
    intake: Intake, casus: dict[str, Any], soort: str, changes: dict[str, Any], pointer: str
) -> None:
    answer = await intake.call("POST", "/dossierverzoeken", a_request(intake, casus, soort, **changes))

    assert answer.status_code == 400
    assert pointer in answer.text
    assert await intake.count("dossierverzoek") == 0


async def test_the_age_of_a_child_warns_and_does_not_refuse(intake: Intake, casus: dict[str, Any]) -> None:
    verzoek = await ask(intake, casus, "inzage", persoonId=person(casus, "Pim"))

    assert verzoek["waarschuwing"] == "gezagdragende-vraagt-voor-dit-kind"


@pytest.mark.parametrize("rol", ["ketenpartner", "lokaal-team", "gemeente", "beheerder", "systeem"])
async def test_only_veilig_thuis_handles_requests(intake: Intake, casus: dict[str, Any], rol: str) -> None:
    verzoek = await ask(intake, casus, "inzage")

    for method, path, body in (
        ("POST", "/dossierverzoeken", a_request(intake, casus, "inzage")),
        ("GET", "/dossierverzoeken", None),
        ("GET", f"/dossierverzoeken/{verzoek['id']}", None),
        ("GET", f"/dossierverzoeken/{verzoek['id']}/afschrift", None),
        ("PUT", f"/dossierverzoeken/{verzoek['id']}/besluit", GRANT),
        ("PUT", f"/dossierverzoeken/{verzoek['id']}/bevestiging", None),
    ):
        answer = await intake.call(method, path, body, rol=rol, If_Match='"1"')
        assert answer.status_code == 403, (method, path, answer.text)


async def test_requests_are_listed_by_state_and_by_casus(intake: Intake, casus: dict[str, Any]) -> None:
    first, second = await ask(intake, casus, "inzage"), await ask(intake, casus, "beperking")
    await decide(intake, second, GRANT)

    async def listed(query: str) -> list[str]:
        answer = await intake.call("GET", f"/dossierverzoeken?{query}")
        assert answer.status_code == 200, answer.text
        return [row["id"] for row in answer.json()["resultaten"]]

    assert await listed("status=ontvangen") == [first["id"]]
    assert await listed(f"casusId={casus['id']}") == [first["id"], second["id"]]
    assert await listed(f"casusId={uuid4()}") == []


# --- deciding --------------------------------------------------------------------------------------------------


async def test_a_besluit_stops_the_clock_once(intake: Intake, casus: dict[str, Any]) -> None:
    verzoek = await ask(intake, casus, "inzage")

    answers = [await decide(intake, verzoek, REFUSE) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [200, 200]
    assert answers[0].json() == answers[1].json()
    assert (answers[0].json()["status"], answers[0].headers["ETag"]) == ("geweigerd", '"2"')
    told = await intake.rows("SELECT data FROM outbox WHERE soort LIKE '%dossierverzoek-afgehandeld%'")
    assert [row.data["verzoekId"] for row in told] == [verzoek["id"]]


@pytest.mark.parametrize(
    ("besluit", "pointer"),
    [
        ({**REFUSE, "grond": None}, "/grond"),
        ({**REFUSE, "grond": "andere-wet"}, "/grond"),
        ({**REFUSE, "motivering": None}, "/motivering"),
        ({**GRANT, "grond": "andere-wet"}, "/grond"),
    ],
)
async def test_a_refusal_names_a_ground_of_its_kind_and_says_why(
    intake: Intake, casus: dict[str, Any], besluit: dict[str, Any], pointer: str
) -> None:
    verzoek = await ask(intake, casus, "inzage")

    answer = await decide(intake, verzoek, besluit)

    assert answer.status_code == 400
    assert pointer in answer.text


async def test_a_besluit_on_another_version_or_out_of_order_is_refused(intake: Intake, casus: dict[str, Any]) -> None:
    verzoek = await ask(intake, casus, "inzage")
    path = f"/dossierverzoeken/{verzoek['id']}/besluit"

    assert (await decide(intake, verzoek, GRANT, seen='"7"')).status_code == 412
    assert (await intake.call("PUT", path, GRANT)).status_code == 428
    await decide(intake, verzoek, GRANT)
    again = await decide(intake, verzoek, REFUSE, seen='"2"')
    assert again.status_code == 409
    assert "er is niets meer te besluiten" in again.text


# --- correction and statement ----------------------------------------------------------------------------------


async def test_a_correction_changes_every_description_of_the_person_and_keeps_the_old_value_sealed(
    intake: Intake, casus: dict[str, Any]
) -> None:
    await intake.melding(a_melding(a_person(voornamen="Anna")), organisatie="politie-eenheid-rotterdam")

    await granted(intake, casus, "correctie", correctie={"veld": "geslachtsnaam", "waarde": "Testhuizen"})

    after = (await intake.call("GET", f"/casussen/{casus['id']}")).json()
    names = [
        one["geslachtsnaam"]
        for melding in after["meldingen"]
        for one in melding["personen"]
        if one.get("bsn") == bsn(1)
    ]
    assert names == ["Testhuizen", "Testhuizen"]
    kept = await intake.rows("SELECT oude_waarde FROM correctie")
    assert len(kept) == 2
    assert all(b"Voorbeeldsen" not in bytes(row.oude_waarde) for row in kept)


async def test_somebody_is_found_by_his_corrected_number_and_no_longer_by_the_wrong_one(
    intake: Intake, casus: dict[str, Any]
) -> None:
    await granted(intake, casus, "correctie", correctie={"veld": "bsn", "waarde": bsn(20)})

    async def found(number: int) -> int:
        answer = await intake.call("POST", "/meldingen/_zoek", {"bsn": bsn(number)})
        return len(answer.json()["resultaten"])

    assert (await found(1), await found(20)) == (0, 1)
    again = await intake.melding(a_melding(a_person(bsn=bsn(20), voornamen="Iemand", geboortedatum=None)))
    assert (again["casusId"], again["hermelding"]) == (casus["id"], True)


async def test_who_reads_the_casus_sees_that_a_statement_stands_beside_it(
    intake: Intake, casus: dict[str, Any]
) -> None:
    assert casus["heeftVerklaring"] is False

    await granted(intake, casus, "verklaring", verklaring="Zo was het niet.")

    assert (await intake.call("GET", f"/casussen/{casus['id']}")).json()["heeftVerklaring"] is True


# --- beperking -------------------------------------------------------------------------------------------------


async def test_a_limited_casus_is_closed_to_workers_and_open_to_a_teamleider(
    intake: Intake, casus: dict[str, Any]
) -> None:
    melding_id = casus["meldingen"][0]["id"]
    verzoek = await granted(intake, casus, "beperking")
    doors = (("GET", f"/casussen/{casus['id']}", None), ("GET", f"/meldingen/{melding_id}", None))

    async def answers(rol: str) -> list[int]:
        return [(await intake.call(*door, rol=rol)).status_code for door in doors]

    async def found(rol: str) -> int:
        asked = await intake.call("POST", "/meldingen/_zoek", {"bsn": bsn(1)}, rol=rol)
        return len(asked.json()["resultaten"])

    assert (await answers("vt-medewerker"), await found("vt-medewerker")) == ([403, 403], 0)
    assert (await answers("vt-teamleider"), await found("vt-teamleider")) == ([200, 200], 1)
    limited = (await intake.call("GET", doors[0][1], rol="vt-teamleider")).json()
    assert limited["beperktOp"] is not None

    lifted = await decide(intake, verzoek, {"besluit": "opgeheven"}, seen='"2"')

    assert (lifted.status_code, lifted.json()["status"]) == (200, "opgeheven")
    assert (await answers("vt-medewerker"), await found("vt-medewerker")) == ([200, 200], 1)


async def test_a_casus_stays_limited_until_the_last_beperking_is_lifted(intake: Intake, casus: dict[str, Any]) -> None:
    first, _ = await granted(intake, casus, "beperking"), await granted(intake, casus, "beperking")

    await decide(intake, first, {"besluit": "opgeheven"}, seen='"2"')

    assert (await intake.call("GET", f"/casussen/{casus['id']}")).status_code == 403


async def test_a_request_and_a_limit_go_along_when_a_casus_goes_up_in_another(
    intake: Intake, casus: dict[str, Any]
) -> None:
    intake.klok.advance(timedelta(minutes=1))
    other = await intake.melding(a_melding(a_person(bsn=bsn(30), voornamen="Eva", adres=None)))
    young = (await intake.call("GET", f"/casussen/{other['casusId']}")).json()
    verzoek = await granted(intake, young, "beperking", persoonId=person(young, "Eva"))
    (voorstel,) = (await intake.call("GET", "/koppelvoorstellen")).json()["resultaten"]

    besluit = {"besluit": "bevestigd", "motivering": "Zelfde gezin."}
    await intake.call("PUT", f"/koppelvoorstellen/{voorstel['id']}/besluit", besluit, If_Match='"1"')

    moved = (await intake.call("GET", f"/dossierverzoeken/{verzoek['id']}")).json()
    assert moved["casusId"] == casus["id"]
    assert (await intake.call("GET", f"/casussen/{casus['id']}")).status_code == 403


# --- destruction -----------------------------------------------------------------------------------------------


async def test_to_destroy_takes_two_people_of_whom_the_second_is_a_teamleider(
    intake: Intake, casus: dict[str, Any]
) -> None:
    verzoek = await ask(intake, casus, "vernietiging", toelichting="CANARY")
    own = intake.issuer.headers("vt-teamleider", "vtrr", subject="een") | {"If-Match": '"1"'}
    proposed = await intake.http.put(f"/v1/dossierverzoeken/{verzoek['id']}/besluit", json=GRANT, headers=own)

    assert proposed.json()["status"] == "te-bevestigen"
    assert (await confirm(intake, verzoek, subject="een")).status_code == 403
    assert (await confirm(intake, verzoek, subject="twee", rol="vt-medewerker")).status_code == 403
    assert (await intake.call("GET", f"/casussen/{casus['id']}")).status_code == 200

    done = await confirm(intake, verzoek, subject="twee")

    assert (done.status_code, done.json()["status"]) == (200, "vernietigd"), done.text
    assert (done.json()["persoonId"], done.json()["toelichting"]) == (None, None)
    assert (await intake.call("GET", f"/casussen/{casus['id']}")).status_code == 404
    assert await intake.count("persoon") == 0
    told = [row.soort for row in await intake.rows("SELECT soort FROM outbox ORDER BY id")][-2:]
    assert ["dossierverzoek-afgehandeld" in told[0], "casus-vernietigd" in told[1]] == [True, True]
    assert (await confirm(intake, verzoek, subject="twee")).status_code == 200


async def test_nothing_is_destroyed_that_nobody_decided_on(intake: Intake, casus: dict[str, Any]) -> None:
    for soort in ("vernietiging", "inzage"):
        verzoek = await ask(intake, casus, soort)
        assert (await confirm(intake, verzoek, subject="twee")).status_code == 409

    assert (await intake.call("GET", f"/casussen/{casus['id']}")).status_code == 200


async def test_the_database_itself_refuses_one_person_twice(intake: Intake, casus: dict[str, Any]) -> None:
    verzoek = await granted(intake, casus, "vernietiging")

    statement = text("UPDATE dossierverzoek SET bevestigd_door = besloten_door WHERE id = :id")

    async with in_transaction(intake.made.engine) as conn:
        with pytest.raises(IntegrityError, match="vier_ogen"):
            await conn.execute(statement, {"id": UUID(verzoek["id"])})
        await conn.rollback()


# --- afschrift -------------------------------------------------------------------------------------------------


async def test_a_copy_holds_the_person_and_nobody_else(intake: Intake, rooms: Rooms, casus: dict[str, Any]) -> None:
    await granted(intake, casus, "verklaring", verklaring="Mijn zus Willemijn jokt.")
    verzoek = await granted(intake, casus, "afschrift")

    answer = await intake.call("GET", f"/dossierverzoeken/{verzoek['id']}/afschrift")

    assert answer.status_code == 200, answer.text
    found = answer.json()
    assert found["persoon"]["voornamen"] == "Anna Maria"
    assert found["verklaringen"] == ["Mijn zus Willemijn jokt."]
    told = str({name: value for name, value in found.items() if name != "verklaringen"}).casefold()
    for hidden in ("willemijn", "kwakkelstein", bsn(7), "pim", "zilverschoon", "petra", "kompas", "professional"):
        assert hidden not in told
    assert "wijkteam-noord" in told
    assert any(row["wat"] == "casus-gelezen" for row in found["inzagen"])
    assert rooms.asked == [(UUID(casus["id"]), (UUID(casus["id"]),))]


async def test_a_copy_can_be_read_on_paper(intake: Intake, rooms: Rooms, casus: dict[str, Any]) -> None:
    verzoek = await granted(intake, casus, "inzage")

    answer = await intake.call("GET", f"/dossierverzoeken/{verzoek['id']}/afschrift", Accept="text/html")

    assert answer.status_code == 200, answer.text
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    assert "Afschrift van uw dossier" in answer.text
    assert "[weggelaten]" in answer.text
    assert rooms.asked


async def test_a_copy_is_given_only_when_reading_was_granted(
    intake: Intake, rooms: Rooms, casus: dict[str, Any]
) -> None:
    open_one, refused = await ask(intake, casus, "afschrift"), await ask(intake, casus, "inzage")
    await decide(intake, refused, REFUSE)
    other = await granted(intake, casus, "beperking")

    for verzoek in (open_one, refused, other):
        answer = await intake.call("GET", f"/dossierverzoeken/{verzoek['id']}/afschrift")
        assert answer.status_code == 409
    assert rooms.asked == []


async def test_every_step_is_recorded_and_the_chain_holds(intake: Intake, rooms: Rooms, casus: dict[str, Any]) -> None:
    verzoek = await granted(intake, casus, "afschrift")
    await intake.call("GET", f"/dossierverzoeken/{verzoek['id']}/afschrift")

    acts = [row.actie for row in await intake.rows("SELECT actie FROM audit ORDER BY id")]
    assert acts[-3:] == ["dossierverzoek-ontvangen", "dossierverzoek-toegewezen", "afschrift-gemaakt"]
    async with in_transaction(intake.made.engine) as conn:
        await extend_chain(conn)
    assert (await verify_audit(intake.made.engine, intake.made.vault)).findings == ()
    assert rooms.asked


# --- a protected melder in the chain ---------------------------------------------------------------------------


async def test_another_room_reads_no_text_that_names_a_hidden_melder(intake: Intake, casus: dict[str, Any]) -> None:
    headers = {"rol": "systeem", "X_Doelbinding": "overdracht-en-zicht-op-veiligheid"}
    paths = (f"/casussen/{casus['id']}", f"/meldingen/{casus['meldingen'][0]['id']}")

    for path in paths:
        answer = await intake.call("GET", path, **headers)
        assert answer.status_code == 200, answer.text
        assert "Zilverschoon" not in answer.text
        assert "[weggelaten] zag dat Anna Maria en Willemijn Kwakkelstein ruzie hadden." in answer.text
    assert "Zilverschoon" in (await intake.call("GET", paths[0])).text
