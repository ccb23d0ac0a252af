"""A dienst from its start to its conclusie."""

import asyncio
from datetime import timedelta
from uuid import uuid4

import pytest

from shared.events.payloads import DienstAfgerond, VeiligheidsbeoordelingAfgerond
from shared.rules.codes import Conclusie, DienstSoort
from shared.rules.routing import CONCLUSIES
from tests.integration.triage.room import GEHEIM, TriageRoom

pytestmark = pytest.mark.anyio

VOORWAARDE = {
    "omschrijving": "Er is altijd een tweede volwassene bij",
    "eigenaar": "Oma",
    "controle": "Huisbezoek",
    "controleOp": "2026-04-01",
}
CONTACT = {"soort": "geprobeerd", "met": "pleger", "tijdstip": "2026-03-02T08:00:00Z", "verslag": GEHEIM}


@pytest.mark.parametrize("conclusie", list(Conclusie))
@pytest.mark.parametrize("soort", list(DienstSoort))
async def test_each_dienst_ends_as_the_routing_table_says(
    triage: TriageRoom, soort: DienstSoort, conclusie: Conclusie
) -> None:
    dienst_id = await triage.dienst(soort, gemeente="1621")
    await triage.post(f"/diensten/{dienst_id}/veiligheidsvoorwaarden", VOORWAARDE)

    answer = await triage.conclude(dienst_id, conclusie)

    regel = CONCLUSIES[conclusie]
    told = [fact for fact in await triage.facts() if isinstance(fact, DienstAfgerond)]
    if soort not in regel.diensten:
        assert (answer.status_code, told) == (400, [])
        return
    assert answer.status_code == 200, answer.text
    (fact,) = told
    assert (fact.soort, fact.conclusie, fact.aantal_voorwaarden) == (soort, conclusie, 1)
    assert [one.soort for one in fact.bestemmingen] == ([regel.standaard] if regel.standaard else [])
    assert fact.sluit is regel.sluit_zonder_bestemming
    assert fact.grondslagen == regel.grondslagen
    assert answer.json()["status"] == "afgerond"
    assert (await triage.get("/werkvoorraad")).json()["resultaten"] == []


async def test_voorwaarden_can_only_be_concluded_when_there_are_any(triage: TriageRoom) -> None:
    dienst_id = await triage.dienst("voorwaarden-en-vervolg")

    none = await triage.conclude(dienst_id, "voorwaarden-vastgesteld")
    await triage.post(f"/diensten/{dienst_id}/veiligheidsvoorwaarden", VOORWAARDE)
    one = await triage.conclude(dienst_id, "voorwaarden-vastgesteld")

    assert (none.status_code, one.status_code) == (409, 200)
    assert "veiligheidsvoorwaarde" in none.json()["detail"]
    assert one.json()["bestemmingen"][0]["organisatieId"] == "lokaal-team-0599"


async def test_the_same_conclusie_again_tells_nothing_and_another_is_refused(triage: TriageRoom) -> None:
    dienst_id = await triage.dienst("onderzoek")
    first = await triage.conclude(dienst_id, "weerlegd")
    told = await triage.facts()
    triage.klok.advance(timedelta(days=1))

    again = await triage.conclude(dienst_id, "weerlegd")
    other = await triage.conclude(dienst_id, "bevestigd")

    assert (again.status_code, other.status_code) == (200, 409)
    assert again.json() == first.json()
    assert again.json()["grondslagen"]
    assert "afgerond" in other.json()["detail"]
    assert await triage.facts() == told


async def test_after_the_conclusie_nothing_is_added(triage: TriageRoom) -> None:
    dienst_id = await triage.dienst("onderzoek")
    await triage.conclude(dienst_id, "weerlegd")

    answers = [
        await triage.post(f"/diensten/{dienst_id}/contacten", CONTACT),
        await triage.post(f"/diensten/{dienst_id}/veiligheidsvoorwaarden", VOORWAARDE),
    ]

    assert [answer.status_code for answer in answers] == [409, 409]


async def test_a_conclusie_rests_on_the_voorwaarden_that_were_seen(triage: TriageRoom) -> None:
    dienst_id = await triage.dienst("voorwaarden-en-vervolg")
    path = f"/diensten/{dienst_id}"
    body = {"conclusie": "voorwaarden-vastgesteld", "motivering": "x"}
    seen = await triage.etag(path)
    await triage.post(f"{path}/contacten", CONTACT)
    after_contact = await triage.etag(path)
    await triage.post(f"{path}/veiligheidsvoorwaarden", VOORWAARDE)

    stale = await triage.put(f"{path}/conclusie", body, etag=seen)
    without = await triage.put(f"{path}/conclusie", body, etag=None)

    assert after_contact == seen
    assert (stale.status_code, without.status_code) == (412, 428)


async def test_of_two_conclusies_on_one_version_one_counts(triage: TriageRoom) -> None:
    dienst_id = await triage.dienst("onderzoek")
    path = f"/diensten/{dienst_id}"
    etag = await triage.etag(path)

    answers = await asyncio.gather(
        *(
            triage.put(f"{path}/conclusie", {"conclusie": conclusie, "motivering": "x"}, etag=etag)
            for conclusie in ("bevestigd", "weerlegd")
        )
    )

    assert sorted(answer.status_code for answer in answers) == [200, 412]
    assert len([fact for fact in await triage.facts() if isinstance(fact, DienstAfgerond)]) == 1


async def test_what_is_noted_in_a_dienst_is_read_back(triage: TriageRoom) -> None:
    dienst_id = await triage.dienst("onderzoek")
    path = f"/diensten/{dienst_id}"

    contact = await triage.post(f"{path}/contacten", CONTACT)
    voorwaarde = await triage.post(f"{path}/veiligheidsvoorwaarden", {**VOORWAARDE, "instemming": True})

    assert (contact.status_code, voorwaarde.status_code) == (201, 201)
    shown = (await triage.get(path)).json()
    assert shown["contacten"] == [contact.json()]
    assert shown["veiligheidsvoorwaarden"] == [voorwaarde.json()]
    assert {**VOORWAARDE, "instemming": True}.items() <= voorwaarde.json().items()
    for answer in (contact, voorwaarde):
        assert (await triage.get(answer.headers["Location"].removeprefix("/v1"))).json() == answer.json()
    assert (await triage.get(f"{path}/contacten/{uuid4()}")).status_code == 404


async def test_a_contact_that_is_sent_twice_under_one_key_is_one(triage: TriageRoom) -> None:
    dienst_id = await triage.dienst("onderzoek")
    path = f"/diensten/{dienst_id}/contacten"
    key = {"Idempotency-Key": "gesprek-1"}

    first = await triage.post(path, CONTACT, **key)
    second = await triage.post(path, CONTACT, **key)
    other = await triage.post(path, {**CONTACT, "met": "kind"}, **key)

    assert (first.status_code, second.status_code, other.status_code) == (201, 201, 409)
    assert first.json() == second.json()
    assert first.headers["Location"] == second.headers["Location"]
    assert len((await triage.get(f"/diensten/{dienst_id}")).json()["contacten"]) == 1


async def test_the_diensten_of_a_casus_are_paged_in_the_order_in_which_they_started(triage: TriageRoom) -> None:
    casus_id = uuid4()
    started = []
    for _ in range(3):
        started.append(await triage.dienst("onderzoek", casus_id=casus_id))
        triage.klok.advance(timedelta(minutes=1))
    await triage.dienst("onderzoek")

    path = f"/diensten?casusId={casus_id}&limiet=2"
    first = (await triage.get(path)).json()
    second = (await triage.get(f"{path}&na={first['volgende']}")).json()

    assert [one["id"] for one in first["resultaten"] + second["resultaten"]] == started
    assert second["volgende"] is None
    assert len((await triage.get("/diensten")).json()["resultaten"]) == 4


async def test_a_melding_on_a_casus_with_an_open_dienst_gets_a_dossier_of_its_own(triage: TriageRoom) -> None:
    casus_id = uuid4()
    await triage.dienst("onderzoek", casus_id=casus_id)

    melding_id = await triage.receive(casus_id=casus_id)
    await triage.acuutcheck(melding_id)
    answer = await triage.besluit(melding_id, "onderzoek")

    assert answer.status_code == 200
    assert len((await triage.get(f"/diensten?casusId={casus_id}")).json()["resultaten"]) == 2
    assert len([fact for fact in await triage.facts() if isinstance(fact, VeiligheidsbeoordelingAfgerond)]) == 2
