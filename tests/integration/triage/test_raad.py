"""Requests to the raad, through the door of Veilig Thuis and of the raad itself."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from services.triage.domain.verzoek import RAAD
from services.triage.handlers import vto as handlers
from shared.db import create_engine, in_transaction
from shared.errors import NotFoundError
from shared.events.behandeling import (
    VerzoekTotOnderzoekBeantwoord,
    VerzoekTotOnderzoekGedaan,
    VerzoekTotOnderzoekGemeld,
)
from shared.rules.access import BELEID, Betrekking, Doel, Toegang
from shared.rules.behandelcodes import VtoGemeldAan, VtoStatus
from shared.rules.codes import Rol
from shared.web.auth import Caller
from shared.work import Wall, Work, working
from tests.integration.triage.room import GEHEIM, TriageRoom

pytestmark = pytest.mark.anyio

VTO = "/verzoeken-tot-onderzoek"
NU = "2026-03-02T08:00:00Z"
BEWIJS = "Aangetekende brief over het gezin Jansen"
COLLEGE = {"aan": "college", "moment": NU, "wijze": "brief", "bewijs": BEWIJS, "inhoud": GEHEIM}
MELDER = {"aan": "melder", "moment": NU, "nietMogelijk": "Dubbel anoniem."}


def whole(melding_id: UUID, **changes: object) -> dict[str, object]:
    return {
        "meldingId": str(melding_id),
        "identificatie": "Zaak Jansen",
        "startdatum": "2026-03-01",
        "registratiedatum": "2026-03-02",
        "onderwerpen": [{"meldingId": str(melding_id), "nr": 1}],
        "belanghebbenden": [{"meldingId": str(melding_id), "nr": 0}],
        "documenten": [{"soort": "gezinsgeschiedenis", "titel": "Gezin Jansen", "verwijzing": GEHEIM}],
        "spoed": True,
        "oudersIngelicht": False,
        "redenNietIngelicht": GEHEIM,
        "motivering": GEHEIM,
        **changes,
    }


async def sent(triage: TriageRoom, **what: Any) -> str:
    """Return the place of a request that is with the raad."""
    melding_id = await triage.receive(**what)
    place = await triage.made_one(VTO, whole(melding_id))
    answer = await triage.change(place, "indiening", {})
    assert answer.status_code == 200, answer.text
    return place


def bericht(nr: int, status: str, resultaat: str | None = None) -> dict[str, object]:
    return {"berichtIdentificatie": f"raad-{nr}", "status": status, "resultaat": resultaat, "ontvangenOp": NU}


async def told(triage: TriageRoom, kind: type[Any]) -> list[Any]:
    return [fact for fact in await triage.facts() if isinstance(fact, kind)]


async def test_a_concept_grows_is_sent_is_told_of_and_is_answered(triage: TriageRoom) -> None:
    melding_id = await triage.receive()
    place = await triage.made_one(VTO, {"meldingId": str(melding_id), "onderwerpen": []})
    missing = (await triage.get(place)).json()["ontbreekt"]
    body = whole(melding_id)
    del body["meldingId"]

    early = await triage.change(place, "indiening", {})
    amended = await triage.change(place, "opgave", body)
    done = await triage.change(place, "indiening", {"gedaanOp": NU})
    for one in (COLLEGE, MELDER):
        assert (await triage.post(f"{place}/kennisgevingen", one)).status_code == 201
    answered = await triage.partner("PUT", f"{place}/raadsbericht", RAAD, bericht(1, "intake-afgerond"))

    assert early.status_code == 400
    assert {fault["pointer"] for fault in early.json()["errors"]} == {f"/{name}" for name in missing}
    assert len(missing) == 9
    assert (amended.status_code, amended.json()["ontbreekt"]) == (200, [])
    assert (done.json()["status"], done.json()["nogInTeLichten"]) == ("gedaan", ["college", "melder"])
    assert done.json()["inlichtenUiterlijk"] == "2026-03-04T23:00:00Z"
    assert answered.json()["status"] == "intake-afgerond"
    shown = (await triage.get(place)).json()
    assert (shown["nogInTeLichten"], len(shown["kennisgevingen"])) == ([], 2)
    assert shown["documenten"] == body["documenten"]
    assert shown["motivering"] == shown["redenNietIngelicht"] == GEHEIM
    vto_id = UUID(shown["id"])
    (gedaan,) = await told(triage, VerzoekTotOnderzoekGedaan)
    assert (gedaan.vto_id, gedaan.melding_id, gedaan.gemeente_code) == (vto_id, melding_id, "0599")
    assert [one.aan for one in await told(triage, VerzoekTotOnderzoekGemeld)] == list(VtoGemeldAan)
    (antwoord,) = await told(triage, VerzoekTotOnderzoekBeantwoord)
    assert (antwoord.status, antwoord.resultaat) == (VtoStatus.INTAKE_AFGEROND, None)
    for row in await triage.rows("SELECT CAST(data AS text) AS told FROM outbox"):
        assert "Canarie" not in row.told


async def test_everything_that_is_wrong_is_named_at_once(triage: TriageRoom) -> None:
    melding_id = await triage.receive()
    stranger = {"meldingId": str(uuid4()), "nr": 0}
    absent = {"meldingId": str(melding_id), "nr": 7}

    dates = await triage.post(VTO, whole(melding_id, startdatum="2027-01-01", uitvoerder="een-ander"))
    people = await triage.post(VTO, whole(melding_id, onderwerpen=[stranger], belanghebbenden=[absent]))
    nowhere = await triage.post(VTO, whole(uuid4()))

    assert [answer.status_code for answer in (dates, people, nowhere)] == [400, 400, 404]
    assert {fault["pointer"] for fault in dates.json()["errors"]} == {"/startdatum", "/uitvoerder"}
    assert {fault["pointer"] for fault in people.json()["errors"]} == {"/onderwerpen/0", "/belanghebbenden/0"}
    assert await triage.rows("SELECT 1 FROM verzoek_tot_onderzoek") == []


async def test_a_step_out_of_order_says_where_it_is_and_what_may_be_done(triage: TriageRoom) -> None:
    place = await sent(triage)
    before = await triage.facts()

    amended = await triage.change(place, "opgave", {})
    again = await triage.change(place, "indiening", {"gedaanOp": "2026-03-01T08:00:00Z"})

    for answer in (amended, again):
        assert answer.status_code == 409
        assert "gedaan" in answer.json()["detail"]
        assert "ingetrokken" in answer.json()["detail"]
    assert await triage.facts() == before
    assert (await triage.get(place)).json()["versie"] == 2


async def test_the_version_that_was_seen_counts(triage: TriageRoom) -> None:
    melding_id = await triage.receive()
    place = await triage.made_one(VTO, whole(melding_id))
    stale = await triage.etag(place)
    await triage.change(place, "opgave", {})

    answers = [await triage.put(f"{place}/indiening", {}, etag=etag) for etag in (stale, None)]

    assert [answer.status_code for answer in answers] == [412, 428]


async def test_sending_again_and_taking_back_again_change_and_tell_nothing(triage: TriageRoom) -> None:
    place = await sent(triage)
    gone = {"ingetrokkenOp": NU, "reden": GEHEIM}

    again = await triage.change(place, "indiening", {})
    withdrawn = [await triage.change(place, "intrekking", gone) for _ in range(2)]

    assert again.json()["versie"] == 2
    assert [answer.json()["versie"] for answer in withdrawn] == [3, 3]
    assert withdrawn[1].json()["redenIntrekking"] == GEHEIM
    assert len(await told(triage, VerzoekTotOnderzoekGedaan)) == 1


async def test_of_two_who_send_one_version_at_the_same_time_one_does(triage: TriageRoom) -> None:
    place = await triage.made_one(VTO, whole(await triage.receive()))
    etag = await triage.etag(place)

    answers = await asyncio.gather(
        *(triage.put(f"{place}/indiening", {"gedaanOp": f"2026-03-02T0{hour}:00:00Z"}, etag=etag) for hour in (7, 8))
    )

    assert sorted(answer.status_code for answer in answers) == [200, 412]
    assert len(await told(triage, VerzoekTotOnderzoekGedaan)) == 1


async def test_the_college_is_told_once_however_often_it_is_noted_and_each_proof_is_kept(triage: TriageRoom) -> None:
    place = await sent(triage)
    door = f"{place}/kennisgevingen"

    same = await asyncio.gather(*(triage.post(door, COLLEGE) for _ in range(3)))
    other = await triage.post(door, {**COLLEGE, "wijze": "gesprek"})
    odd = await triage.post(door, {"aan": "college", "moment": NU, "nietMogelijk": "x"})
    bare = await triage.post(door, {"aan": "melder", "moment": NU})

    assert [answer.status_code for answer in (*same, other, odd, bare)] == [201, 201, 201, 201, 400, 400]
    assert len({answer.json()["id"] for answer in same}) == 1
    assert [fault["pointer"] for fault in bare.json()["errors"]] == ["/wijze", "/bewijs", "/inhoud"]
    assert len((await triage.get(place)).json()["kennisgevingen"]) == 2
    assert len(await told(triage, VerzoekTotOnderzoekGemeld)) == 1
    assert (await triage.get(other.headers["Location"].removeprefix("/v1"))).json() == other.json()
    assert (await triage.get(f"{door}/{uuid4()}")).status_code == 404


async def test_a_request_under_one_key_is_made_once(triage: TriageRoom) -> None:
    body = whole(await triage.receive())
    key = {"Idempotency-Key": "vto-1"}

    first, second = await triage.post(VTO, body, **key), await triage.post(VTO, body, **key)

    assert (first.status_code, second.status_code, first.json()) == (201, 201, second.json())
    assert len(await triage.rows("SELECT 1 FROM verzoek_tot_onderzoek")) == 1


# --- the raad ------------------------------------------------------------------------------------------------------


async def test_messages_overtake_each_other_and_the_furthest_counts(triage: TriageRoom) -> None:
    place = await sent(triage)
    door = f"{place}/raadsbericht"
    last = bericht(3, "zaak-afgerond", "maatregel-opgelegd")

    for one in (last, bericht(1, "intake-afgerond"), last, bericht(2, "onderzoek-afgerond")):
        assert (await triage.partner("PUT", door, RAAD, one)).status_code == 200

    shown = (await triage.partner("GET", door, RAAD)).json()
    assert (shown["raadStatus"], shown["raadResultaat"]) == ("zaak-afgerond", "maatregel-opgelegd")
    assert len(shown["berichten"]) == 3
    assert len(await told(triage, VerzoekTotOnderzoekBeantwoord)) == 1


async def test_what_contradicts_or_does_not_fit_is_refused(triage: TriageRoom) -> None:
    door = f"{await sent(triage)}/raadsbericht"
    assert (await triage.partner("PUT", door, RAAD, bericht(1, "zaak-afgerond"))).status_code == 200

    other = await triage.partner("PUT", door, RAAD, bericht(1, "zaak-afgerond", "maatregel-opgelegd"))
    early = await triage.partner("PUT", door, RAAD, bericht(2, "intake-afgerond", "maatregel-opgelegd"))
    ahead = await triage.partner(
        "PUT", door, RAAD, {**bericht(3, "zaak-afgerond"), "ontvangenOp": "2027-01-01T00:00:00Z"}
    )

    assert [answer.status_code for answer in (other, early, ahead)] == [409, 400, 400]
    assert early.json()["errors"][0]["pointer"] == "/resultaat"


async def test_the_same_message_ten_times_at_once_is_one(triage: TriageRoom) -> None:
    door = f"{await sent(triage)}/raadsbericht"

    answers = await asyncio.gather(
        *(triage.partner("PUT", door, RAAD, bericht(1, "zaak-afgerond", "geen-maatregel-opgelegd")) for _ in range(10))
    )

    assert {answer.status_code for answer in answers} == {200}
    assert len(await triage.rows("SELECT 1 FROM raadsbericht")) == 1
    assert len(await told(triage, VerzoekTotOnderzoekBeantwoord)) == 1


async def test_the_raad_reads_how_far_its_own_request_is_and_nothing_else(triage: TriageRoom) -> None:
    place = await sent(triage)
    concept = await triage.made_one(VTO, whole(await triage.receive()))

    own = await triage.partner("GET", f"{place}/raadsbericht", RAAD)
    others = [
        await triage.partner("GET", f"{place}/raadsbericht", "huisarts"),
        await triage.partner("PUT", f"{place}/raadsbericht", "huisarts", bericht(1, "zaak-afgerond")),
        await triage.partner("GET", f"{concept}/raadsbericht", RAAD),
        await triage.partner("PUT", f"{concept}/raadsbericht", RAAD, bericht(1, "zaak-afgerond")),
    ]
    shut = [await triage.partner("GET", path, RAAD) for path in (place, VTO, "/consulten")]

    assert own.status_code == 200
    assert "Canarie" not in own.text
    assert set(own.json()) == {
        "id", "status", "raadStatus", "raadResultaat", "gedaanOp", "ingetrokkenOp", "berichten",
    }  # fmt: skip
    assert [answer.status_code for answer in others] == [404, 404, 404, 404]
    assert [answer.status_code for answer in shut] == [403, 403, 403]
    assert (await triage.put(f"{place}/raadsbericht", bericht(1, "zaak-afgerond"), etag=None)).status_code == 200


async def test_the_raad_finds_what_was_sent_to_it_in_one_list_and_nothing_of_what_was_written(
    triage: TriageRoom,
) -> None:
    await triage.made_one(VTO, whole(await triage.receive()))  # a concept, which nobody sent
    places = []
    for _ in range(3):
        places.append(await sent(triage))
        triage.klok.advance(timedelta(minutes=1))
    await triage.partner("PUT", f"{places[0]}/raadsbericht", RAAD, bericht(1, "intake-afgerond"))

    first = (await triage.partner("GET", "/raadsverzoeken?limiet=2", RAAD)).json()
    rest = (await triage.partner("GET", f"/raadsverzoeken?na={first['volgende']}", RAAD)).json()
    other = await triage.partner("GET", "/raadsverzoeken", "huisarts")

    found = first["resultaten"] + rest["resultaten"]
    assert sorted(one["id"] for one in found) == sorted(place.rpartition("/")[2] for place in places)
    stand = {one["id"]: one["raadStatus"] for one in found}
    assert stand[places[0].rpartition("/")[2]] == "intake-afgerond"
    assert GEHEIM not in str(found)
    assert (other.status_code, other.json()["resultaten"], rest["volgende"]) == (200, [], None)
    team = triage.partner_headers("lokaal-team", RAAD, "0599")
    assert (await triage.http.get("/v1/raadsverzoeken", headers=team)).status_code == 403


async def test_the_wall_in_the_database_shows_the_raad_its_own_request_and_never_the_words(
    triage: TriageRoom,
) -> None:
    place = await sent(triage)
    await triage.made_one(VTO, whole(await triage.receive()))
    await triage.post(f"{place}/kennisgevingen", COLLEGE)
    await triage.partner("PUT", f"{place}/raadsbericht", RAAD, bericht(1, "intake-afgerond"))
    url = triage.made.engine.url.render_as_string(hide_password=False)
    bare = create_engine(url, name="test-muur", pool_size=1)
    tables = ("verzoek_tot_onderzoek", "raadsbericht", "vto_inhoud", "vto_kennisgeving", "dossier", "consult")

    found = {}
    for organisatie in (RAAD, "huisarts"):
        with working(Work(wall=Wall(rol="ketenpartner", organisatie_id=organisatie), vault=triage.made.vault)):
            async with in_transaction(bare) as conn:
                counts = [(await conn.execute(text(f"SELECT count(*) FROM {name}"))).scalar() for name in tables]  # noqa: S608
                changed = (await conn.execute(text("UPDATE verzoek_tot_onderzoek SET versie = versie"))).rowcount
        found[organisatie] = (counts, changed)
    await bare.dispose()

    assert found == {RAAD: ([1, 1, 0, 0, 0, 0], 1), "huisarts": ([0] * 6, 0)}


async def test_the_handler_itself_refuses_another_organisation_also_where_no_wall_stands(triage: TriageRoom) -> None:
    vto_id = UUID((await triage.get(await sent(triage))).json()["id"])
    toegang = Toegang(BELEID["triage", "readRaadsbericht"], Betrekking.GEVRAAGD, Doel.BEHANDELING)

    def of(organisatie: str) -> Caller:
        return Caller("iemand", "iemand", Rol.KETENPARTNER, organisatie, frozenset(), toegang)

    with working(Work(wall=Wall(rol="werker"), vault=triage.made.vault)):
        assert (await handlers.read_status(triage.made, of(RAAD), vto_id)).id == vto_id
        with pytest.raises(NotFoundError):
            await handlers.read_status(triage.made, of("huisarts"), vto_id)


# --- the same row under a casus that moves ---------------------------------------------------------------------------


async def test_a_request_goes_with_its_melding_when_casussen_are_joined_and_split(triage: TriageRoom) -> None:
    stays, gone, melding_id = uuid4(), uuid4(), uuid4()
    await triage.receive(casus_id=stays)
    place = await sent(triage, casus_id=gone, melding_id=melding_id)
    await triage.post(f"{place}/kennisgevingen", COLLEGE)

    await triage.hear(triage.merge(verdwenen=gone, blijft=stays, volgorde=1))
    merged = (await triage.get(place)).json()
    await triage.hear(triage.split(stays, gone, melding_id, volgorde=2, herstelt=True))
    apart = (await triage.get(place)).json()

    assert (merged["casusId"], apart["casusId"]) == (str(stays), str(gone))
    assert (apart["kennisgevingen"][0]["bewijs"], apart["motivering"]) == (BEWIJS, GEHEIM)
    for casus_id, count in ((stays, 0), (gone, 1)):
        assert len((await triage.get(f"{VTO}?casusId={casus_id}")).json()["resultaten"]) == count


async def test_whoever_begins_something_while_casussen_are_joined_waits_for_that(triage: TriageRoom) -> None:
    stays, gone = uuid4(), uuid4()
    melding_id = await triage.receive(casus_id=gone)
    move = text("UPDATE dossier SET casus_id = :stays WHERE melding_id = :melding_id")

    async with in_transaction(triage.made.engine) as conn:
        await conn.execute(move, {"stays": stays, "melding_id": melding_id})
        writing = asyncio.create_task(triage.post(VTO, whole(melding_id, onderwerpen=[], belanghebbenden=[])))
        await asyncio.sleep(0.5)
        waited = not writing.done()
    answer = await writing

    assert (waited, answer.status_code, answer.json()["casusId"]) == (True, 201, str(stays))


async def test_what_is_destroyed_leaves_no_word_behind(triage: TriageRoom) -> None:
    casus_id, melding_id = uuid4(), uuid4()
    place = await sent(triage, casus_id=casus_id, melding_id=melding_id)
    await triage.post(f"{place}/kennisgevingen", COLLEGE, **{"Idempotency-Key": "k1"})
    await triage.partner("PUT", f"{place}/raadsbericht", RAAD, bericht(1, "intake-afgerond"))

    await triage.hear(triage.destruction(casus_id, melding_id, volgorde=1))

    assert (await triage.get(place)).status_code == 404
    assert (await triage.partner("GET", f"{place}/raadsbericht", RAAD)).status_code == 404
    for table in ("verzoek_tot_onderzoek", "vto_inhoud", "vto_kennisgeving", "raadsbericht"):
        assert await triage.rows(f"SELECT 1 FROM {table}") == []  # noqa: S608


async def test_every_act_is_recorded_and_no_word_stands_plain_on_disk(triage: TriageRoom) -> None:
    place = await sent(triage)
    await triage.post(f"{place}/kennisgevingen", COLLEGE)
    await triage.partner("PUT", f"{place}/raadsbericht", RAAD, bericht(1, "intake-afgerond"))
    await triage.get(place)

    acts = [(row.object_soort, row.actie) for row in await triage.rows("SELECT * FROM audit ORDER BY id")]

    for act in (
        ("verzoek-tot-onderzoek", "vastgelegd"),
        ("verzoek-tot-onderzoek", "ingediend"),
        ("verzoek-tot-onderzoek", "gelezen"),
        ("kennisgeving", "vastgelegd"),
        ("raadsbericht", "vastgelegd"),
    ):
        assert act in acts
    for table in ("verzoek_tot_onderzoek", "vto_inhoud", "vto_kennisgeving", "raadsbericht"):
        for row in await triage.rows(f"SELECT t.*::text AS whole FROM {table} t"):  # noqa: S608
            assert "Jansen" not in row.whole
            assert "raad-1" not in row.whole
            assert GEHEIM.encode().hex() not in row.whole


async def test_lists_are_read_in_pages(triage: TriageRoom) -> None:
    melding_id = await triage.receive()
    for _ in range(3):
        triage.klok.advance(timedelta(minutes=1))
        await triage.post(VTO, {"meldingId": str(melding_id)})

    first = (await triage.get(f"{VTO}?meldingId={melding_id}&limiet=2")).json()
    second = (await triage.get(f"{VTO}?meldingId={melding_id}&limiet=2&na={first['volgende']}")).json()

    assert ([len(page["resultaten"]) for page in (first, second)], second["volgende"]) == ([2, 1], None)
    assert len({one["id"] for page in (first, second) for one in page["resultaten"]}) == 3


# --- consults and the kantonrechter ----------------------------------------------------------------------------------


def consult(melding_id: UUID, partij: str = "vertrouwensarts", **changes: object) -> dict[str, object]:
    return {
        "meldingId": str(melding_id),
        "partij": partij,
        "moment": NU,
        "vraag": GEHEIM,
        "uitkomst": "afgestemd",
        "notitie": GEHEIM,
        "strafbaarFeitVermoed": False,
        **changes,
    }


async def test_a_suspected_crime_warns_until_police_or_om_were_consulted(triage: TriageRoom) -> None:
    casus_id = uuid4()
    melding_id = await triage.receive(casus_id=casus_id)
    path = f"/consulten?meldingId={melding_id}"
    place = await triage.made_one("/consulten", consult(melding_id, strafbaarFeitVermoed=True))

    due = [(await triage.get(one)).json() for one in (path, f"/consulten?casusId={casus_id}", "/consulten")]
    await triage.made_one("/consulten", consult(melding_id, "politie", moment="2026-03-02T08:30:00Z"))
    over = (await triage.get(path)).json()

    assert [[one["meldingId"] for one in page["waarschuwingen"]] for page in due] == [
        [str(melding_id)], [str(melding_id)], [],
    ]  # fmt: skip
    assert (len(over["resultaten"]), over["waarschuwingen"]) == (2, [])
    assert (await triage.get(place)).json()["vraag"] == GEHEIM
    assert "Canarie" not in str(due)
    facts = [fact for fact in await triage.facts() if type(fact).__name__ == "ConsultVastgelegd"]
    assert [fact.partij for fact in facts] == ["vertrouwensarts", "politie"]  # type: ignore[attr-defined]


async def test_a_jeugdbeschermer_belongs_to_the_gi_and_a_consult_to_the_past(triage: TriageRoom) -> None:
    melding_id = await triage.receive()

    odd = await triage.post("/consulten", consult(melding_id, "politie", jeugdbeschermer="Jan"))
    ahead = await triage.post("/consulten", consult(melding_id, moment="2026-03-03T08:00:00Z"))
    gi = await triage.post("/consulten", consult(melding_id, "gecertificeerde-instelling", jeugdbeschermer="Jan"))

    assert [answer.status_code for answer in (odd, ahead, gi)] == [400, 400, 201]
    assert gi.json()["jeugdbeschermer"] == "Jan"
    assert (await triage.get(f"/consulten/{uuid4()}")).status_code == 404
    assert await triage.rows("SELECT 1 FROM consult WHERE position('Jan'::bytea IN tekst) > 0") == []


def verzoek(melding_id: UUID, **changes: object) -> dict[str, object]:
    return {
        "meldingId": str(melding_id),
        "persoonNr": 0,
        "meerderjarig": True,
        "maatregel": "mentorschap",
        "gevraagdOp": NU,
        "motivering": GEHEIM,
        **changes,
    }


async def test_the_kantonrechter_is_asked_for_an_adult_and_decides_once(triage: TriageRoom) -> None:
    melding_id = await triage.receive()
    place = await triage.made_one("/kantonrechterverzoeken", verzoek(melding_id))
    yes = {"beslissing": "toegewezen", "beslistOp": NU, "toelichting": GEHEIM}

    decided = [await triage.change(place, "beslissing", yes) for _ in range(2)]
    other = await triage.change(place, "beslissing", {**yes, "beslissing": "afgewezen"})
    back = await triage.change(place, "intrekking", {"ingetrokkenOp": NU, "reden": "x"})
    child = await triage.post("/kantonrechterverzoeken", verzoek(melding_id, meerderjarig=False))
    nobody = await triage.post("/kantonrechterverzoeken", verzoek(melding_id, persoonNr=5))

    assert [answer.status_code for answer in (*decided, other, back, child, nobody)] == [200, 200, 409, 409, 400, 400]
    assert (decided[1].json()["versie"], decided[1].json()["status"]) == (2, "toegewezen")
    assert "toegewezen" in other.json()["detail"]
    assert nobody.json()["errors"][0]["pointer"] == "/persoonNr"
    listed = (await triage.get(f"/kantonrechterverzoeken?meldingId={melding_id}")).json()["resultaten"]
    assert [one["status"] for one in listed] == ["toegewezen"]


async def test_a_request_to_the_kantonrechter_can_be_taken_back(triage: TriageRoom) -> None:
    place = await triage.made_one("/kantonrechterverzoeken", verzoek(await triage.receive()))
    body = {"ingetrokkenOp": NU, "reden": GEHEIM}

    stale = await triage.put(f"{place}/intrekking", body, etag='"9"')
    without = await triage.put(f"{place}/intrekking", body, etag=None)
    back = await triage.change(place, "intrekking", body)

    assert [answer.status_code for answer in (stale, without, back)] == [412, 428, 200]
    assert (back.json()["status"], back.json()["toelichting"]) == ("ingetrokken", GEHEIM)
