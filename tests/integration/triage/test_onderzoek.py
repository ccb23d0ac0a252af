"""What is done in a dienst to find out, why it takes longer, and how it goes on as an onderzoek."""

import asyncio
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from shared.events.behandeling import DienstOmgezet, VertragingVerklaard
from shared.events.payloads import DienstAfgerond, DienstGestart
from shared.rules.codes import DienstSoort, TermijnSoort
from tests.integration.triage.room import GEHEIM, TriageRoom

pytestmark = pytest.mark.anyio

MOMENT = "2026-03-02T08:00:00Z"
INFORMANT = {
    "soort": "huisarts",
    "organisatie": "Praktijk Geheim",
    "naam": GEHEIM,
    "toestemming": False,
    "motiveringZonderToestemming": GEHEIM,
    "tijdstip": MOMENT,
    "mededeling": GEHEIM,
}
OMZETTING = {"reden": "geen-medewerking", "motivering": GEHEIM}
VERTRAGING = {"reden": "betrokkenen-onbereikbaar", "toelichting": GEHEIM}


def who(melding_id: UUID, nr: int = 0) -> dict[str, object]:
    return {"meldingId": str(melding_id), "nr": nr}


def plan(melding_id: UUID, **changes: object) -> dict[str, object]:
    return {
        "doelen": [GEHEIM],
        "vragen": ["Wie zorgt er voor de kinderen?"],
        "spreken": [who(melding_id, 0), who(melding_id, 1)],
        "informanten": [{"soort": "school", "wie": GEHEIM}],
        "momenten": [{"dag": "2026-03-09", "wat": "Huisbezoek"}],
        "eigenaar": GEHEIM,
        **changes,
    }


def bevinding(melding_id: UUID, oordeel: str = "bevestigd", nr: int = 0) -> dict[str, object]:
    return {
        "directbetrokkene": who(melding_id, nr),
        "relatie": "partnergeweld",
        "vorm": "fysiek",
        "oordeel": oordeel,
        "onderbouwing": GEHEIM,
    }


async def begun(triage: TriageRoom, soort: str = "onderzoek", **what: Any) -> tuple[UUID, str]:
    """Return a melding and the path of its open dienst."""
    melding_id = uuid4()
    return melding_id, f"/diensten/{await triage.dienst(soort, melding_id=melding_id, **what)}"


async def shown(triage: TriageRoom, path: str) -> dict[str, Any]:
    answer = await triage.get(path)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def acts(triage: TriageRoom) -> list[tuple[str, str]]:
    return [(row.actie, row.object_soort) for row in await triage.rows("SELECT * FROM audit ORDER BY tijdstip, id")]


# --- the plan ----------------------------------------------------------------------------------------------------


async def test_a_plan_has_versions_that_are_kept(triage: TriageRoom) -> None:
    melding_id, path = await begun(triage)
    none = await triage.get(f"{path}/plan")

    first = await triage.put(f"{path}/plan", plan(melding_id), etag=await triage.etag(path))
    again = await triage.put(f"{path}/plan", plan(melding_id), etag=first.headers["ETag"])
    second = await triage.put(f"{path}/plan", plan(melding_id, vragen=[]), etag=first.headers["ETag"])

    assert (none.status_code, first.status_code, again.status_code, second.status_code) == (404, 200, 200, 200)
    assert again.headers["ETag"] == first.headers["ETag"] != second.headers["ETag"]
    assert again.json() == first.json()
    read = await triage.get(f"{path}/plan")
    assert read.headers["ETag"] == second.headers["ETag"]
    assert read.json() == {"plan": second.json()["plan"], "eerdere": [first.json()["plan"]]}
    assert (read.json()["plan"]["nummer"], read.json()["plan"]["vragen"]) == (2, [])
    assert [one for one in await acts(triage) if one == ("plan", "dienst")] == [("plan", "dienst")] * 3


async def test_a_plan_is_refused_when_it_is_stale_or_names_somebody_else(triage: TriageRoom) -> None:
    melding_id, path = await begun(triage)
    etag = await triage.etag(path)
    strangers = plan(melding_id, spreken=[who(melding_id), who(melding_id, 2), who(uuid4())])

    wrong = await triage.put(f"{path}/plan", strangers, etag=etag)
    answers = await asyncio.gather(
        *(triage.put(f"{path}/plan", plan(melding_id, vragen=[str(nr)]), etag=etag) for nr in range(2))
    )
    without = await triage.put(f"{path}/plan", plan(melding_id), etag=None)
    unknown = await triage.put(f"/diensten/{uuid4()}/plan", plan(melding_id), etag="*")

    assert wrong.status_code == 400
    assert [one["pointer"] for one in wrong.json()["errors"]] == ["/spreken/1", "/spreken/2"]
    assert sorted(answer.status_code for answer in answers) == [200, 412]
    assert (without.status_code, unknown.status_code) == (428, 404)
    assert len(await triage.rows("SELECT * FROM dienst_plan")) == 1


async def test_of_a_melding_of_before_its_people_were_told_anybody_may_be_named(triage: TriageRoom) -> None:
    melding_id, path = await begun(triage)
    async with triage.made.engine.begin() as conn:
        await conn.exec_driver_sql("DELETE FROM directbetrokkene")

    answer = await triage.put(f"{path}/plan", plan(melding_id, spreken=[who(melding_id, 7)]), etag="*")

    assert answer.status_code == 200


# --- contacten ---------------------------------------------------------------------------------------------------


async def test_it_is_shown_who_was_spoken_and_who_was_not(triage: TriageRoom) -> None:
    melding_id, path = await begun(triage)
    body = {"met": "ouder", "verslag": GEHEIM, "directbetrokkene": who(melding_id), "kanaal": "huisbezoek"}

    for soort, moment in (("geprobeerd", MOMENT), ("geprobeerd", "2026-03-02T08:10:00Z"), ("gesproken", MOMENT)):
        answer = await triage.post(f"{path}/contacten", {**body, "soort": soort, "tijdstip": moment})
        assert answer.status_code == 201, answer.text
    strange = await triage.post(
        f"{path}/contacten",
        {**body, "soort": "gesproken", "tijdstip": "2027-01-01T08:00:00Z", "directbetrokkene": who(uuid4())},
    )

    first, second = (await shown(triage, path))["betrokkenen"]
    assert first == {
        "directbetrokkene": who(melding_id),
        "bereik": "gesproken",
        "gesproken": 1,
        "geprobeerd": 2,
        "geweigerd": 0,
        "laatsteOp": "2026-03-02T08:10:00Z",
    }
    assert (second["bereik"], second["laatsteOp"]) == ("niet-benaderd", None)
    assert (answer.json()["kanaal"], answer.json()["directbetrokkene"]) == ("huisbezoek", who(melding_id))
    assert strange.status_code == 400
    assert [one["pointer"] for one in strange.json()["errors"]] == ["/tijdstip", "/directbetrokkene"]


# --- informants --------------------------------------------------------------------------------------------------


async def test_an_informant_is_noted_read_and_confirms_his_words(triage: TriageRoom) -> None:
    _, path = await begun(triage)
    key = {"Idempotency-Key": "huisarts"}

    made = await triage.post(f"{path}/informanten", INFORMANT, **key)
    twice = await triage.post(f"{path}/informanten", INFORMANT, **key)
    place = made.headers["Location"].removeprefix("/v1")
    etag = await triage.etag(place)
    confirmed = await triage.put(f"{place}/bevestiging", {"bevestigd": "ja"}, etag=etag)
    again = await triage.put(f"{place}/bevestiging", {"bevestigd": "ja"}, etag=confirmed.headers["ETag"])
    stale = await triage.put(f"{place}/bevestiging", {"bevestigd": "nee"}, etag=etag)
    without = await triage.put(f"{place}/bevestiging", {"bevestigd": "nee"}, etag=None)
    unknown = await triage.put(f"{path}/informanten/{uuid4()}/bevestiging", {"bevestigd": "ja"}, etag="*")

    assert (made.status_code, twice.json()) == (201, made.json())
    assert (made.json()["bevestigd"], confirmed.json()["bevestigd"]) == ("niet-gevraagd", "ja")
    assert [one.status_code for one in (again, stale, without, unknown)] == [200, 412, 428, 404]
    assert again.json() == confirmed.json() == (await triage.get(place)).json()
    assert (await shown(triage, path))["informanten"] == [confirmed.json()]
    assert {("vastgelegd", "informant"), ("bevestiging", "informant"), ("gelezen", "informant")} <= set(
        await acts(triage)
    )


async def test_who_was_asked_without_consent_asks_for_a_motivering_told_with_all_else(triage: TriageRoom) -> None:
    _, path = await begun(triage)
    body = {**INFORMANT, "motiveringZonderToestemming": None, "tijdstip": "2027-01-01T08:00:00Z"}

    answer = await triage.post(f"{path}/informanten", body)
    with_consent = await triage.post(
        f"{path}/informanten", {**INFORMANT, "toestemming": True, "motiveringZonderToestemming": None}
    )

    assert (answer.status_code, with_consent.status_code) == (400, 201)
    assert {one["pointer"] for one in answer.json()["errors"]} == {"/motiveringZonderToestemming", "/tijdstip"}
    assert GEHEIM not in answer.text


# --- findings ----------------------------------------------------------------------------------------------------


async def test_of_each_person_and_suspicion_there_is_one_finding_that_can_be_revised(triage: TriageRoom) -> None:
    melding_id, path = await begun(triage)
    seen = await triage.etag(path)

    made = await triage.post(f"{path}/bevindingen", bevinding(melding_id))
    again = await triage.post(f"{path}/bevindingen", bevinding(melding_id))
    other = await triage.post(f"{path}/bevindingen", bevinding(melding_id, "weerlegd"))
    somebody = await triage.post(f"{path}/bevindingen", bevinding(melding_id, "weerlegd", nr=1))
    stranger = await triage.post(f"{path}/bevindingen", bevinding(melding_id, nr=9))
    place = made.headers["Location"].removeprefix("/v1")
    etag = await triage.etag(place)
    change = {"oordeel": "niet-bevestigd", "onderbouwing": GEHEIM}
    changed = await triage.put(place, change, etag=etag)
    same = await triage.put(place, change, etag=changed.headers["ETag"])
    refused = [await triage.put(place, change, etag=one) for one in (etag, None)]
    unknown = await triage.put(f"{path}/bevindingen/{uuid4()}", change, etag="*")

    assert [one.status_code for one in (made, again, other, somebody, stranger)] == [201, 201, 409, 201, 400]
    assert again.json() == made.json()
    assert made.json()["id"] in other.json()["detail"]
    assert (changed.status_code, same.json()) == (200, changed.json())
    assert [one.status_code for one in (*refused, unknown)] == [412, 428, 404]
    assert (await triage.get(place)).json() == changed.json()
    assert len((await shown(triage, path))["bevindingen"]) == 2
    # The conclusie rests on them: who concludes must have seen the newest.
    assert await triage.etag(path) == '"4"' != seen


@pytest.mark.parametrize("conclusie", ["weerlegd", "niet-bevestigd"])
async def test_a_conclusie_that_contradicts_a_finding_is_refused_and_says_which(
    triage: TriageRoom, conclusie: str
) -> None:
    melding_id, path = await begun(triage)
    made = await triage.post(f"{path}/bevindingen", bevinding(melding_id))
    fine = await triage.post(f"{path}/bevindingen", bevinding(melding_id, "weerlegd", nr=1))

    refused = await triage.conclude(path.rpartition("/")[2], conclusie)
    place = made.headers["Location"].removeprefix("/v1")
    await triage.put(place, {"oordeel": "weerlegd", "onderbouwing": "x"}, etag=await triage.etag(place))
    taken = await triage.conclude(path.rpartition("/")[2], conclusie)

    assert (refused.status_code, taken.status_code) == (409, 200)
    assert made.json()["id"] in refused.json()["detail"]
    assert fine.json()["id"] not in refused.json()["detail"]
    assert len([fact for fact in await triage.facts() if isinstance(fact, DienstAfgerond)]) == 1


async def test_a_conclusie_without_the_finding_on_which_it_rests_is_taken_with_a_warning(triage: TriageRoom) -> None:
    _, path = await begun(triage)
    melding_id, other = await begun(triage)
    await triage.post(f"{other}/bevindingen", bevinding(melding_id))

    bare = await triage.conclude(path.rpartition("/")[2], "bevestigd")
    founded = await triage.conclude(other.rpartition("/")[2], "bevestigd")

    assert (bare.status_code, founded.status_code) == (200, 200)
    assert "geen enkele bevinding" in bare.json()["waarschuwingen"][0]
    assert founded.json()["waarschuwingen"] == []


async def test_a_finding_and_a_conclusie_at_the_same_time_never_contradict(triage: TriageRoom) -> None:
    melding_id, path = await begun(triage)
    etag = await triage.etag(path)

    found, concluded = await asyncio.gather(
        triage.post(f"{path}/bevindingen", bevinding(melding_id)),
        triage.put(f"{path}/conclusie", {"conclusie": "weerlegd", "motivering": "x"}, etag=etag),
    )

    assert (found.status_code, concluded.status_code) in {(201, 412), (409, 200)}


# --- going on as an onderzoek ------------------------------------------------------------------------------------


async def test_voorwaarden_en_vervolg_goes_on_as_an_onderzoek_with_the_same_ten_weeks(triage: TriageRoom) -> None:
    melding_id, path = await begun(triage, "voorwaarden-en-vervolg")
    contact = {"soort": "geweigerd", "met": "ouder", "tijdstip": MOMENT, "directbetrokkene": who(melding_id)}
    await triage.post(f"{path}/contacten", contact)
    voorwaarde = {"omschrijving": GEHEIM, "eigenaar": "x", "controle": "y", "controleOp": "2026-04-01"}
    await triage.post(f"{path}/veiligheidsvoorwaarden", voorwaarde)
    before = await shown(triage, path)
    seen = await triage.etag(f"/veiligheidsbeoordelingen/{melding_id}")
    triage.klok.advance(timedelta(weeks=3))

    answer = await triage.post(f"{path}/omzetting", OMZETTING)

    assert answer.status_code == 201, answer.text
    new = answer.json()
    assert answer.headers["Location"] == f"/v1/diensten/{new['id']}"
    assert await shown(triage, f"/diensten/{new['id']}") == new
    for field in ("gestartOp", "uiterlijk", "uiterlijkAndereLezing", "dossierId", "meldingId", "casusId"):
        assert new[field] == before[field]
    assert (new["soort"], new["status"], new["vorigeDienstId"]) == ("onderzoek", "open", before["id"])
    assert new["betrokkenen"][0]["geweigerd"] == 1
    old = await shown(triage, path)
    assert (old["status"], old["omzetting"]["nieuweDienstId"]) == ("omgezet", new["id"])
    assert (old["contacten"], old["veiligheidsvoorwaarden"]) == (before["contacten"], before["veiligheidsvoorwaarden"])
    (work,) = (await triage.get("/werkvoorraad")).json()["resultaten"]
    assert (work["dienstId"], work["uiterlijk"]) == (new["id"], before["uiterlijk"])
    dossier = await triage.get(f"/veiligheidsbeoordelingen/{melding_id}")
    assert (dossier.json()["dienstId"], dossier.headers["ETag"] != seen) == (new["id"], True)

    _, _, _, omgezet, gestart = [fact for fact in await triage.facts() if "aantal" not in str(fact)][-5:]
    assert isinstance(omgezet, DienstOmgezet)
    assert isinstance(gestart, DienstGestart)
    assert (str(omgezet.dienst_id), str(omgezet.nieuwe_dienst_id)) == (before["id"], new["id"])
    assert (gestart.dienst_id, gestart.soort) == (omgezet.nieuwe_dienst_id, DienstSoort.ONDERZOEK)
    assert gestart.gestart_op == datetime.fromisoformat(before["gestartOp"])


async def test_an_omzetting_is_done_once_and_the_new_onderzoek_ends_like_any_other(triage: TriageRoom) -> None:
    _, path = await begun(triage, "voorwaarden-en-vervolg")

    answers = await asyncio.gather(*(triage.post(f"{path}/omzetting", OMZETTING) for _ in range(2)))
    told = await triage.facts()
    again = await triage.post(f"{path}/omzetting", OMZETTING)
    other = await triage.post(f"{path}/omzetting", {**OMZETTING, "reden": "alsnog-onduidelijk"})
    new = f"/diensten/{again.json()['id']}"
    further = await triage.post(f"{new}/omzetting", OMZETTING)
    ended = await triage.conclude(again.json()["id"], "niet-bevestigd")

    assert [one.status_code for one in answers] == [201, 201]
    assert answers[0].json() == answers[1].json() == again.json()
    assert len([fact for fact in told if isinstance(fact, DienstOmgezet)]) == 1
    assert len([fact for fact in told if isinstance(fact, DienstGestart)]) == 2
    assert (other.status_code, further.status_code, ended.status_code) == (409, 409, 200)
    assert "Alleen voorwaarden en vervolg" in further.json()["detail"]
    assert (await triage.get("/werkvoorraad")).json()["resultaten"] == []
    assert len(await triage.facts()) == len(told) + 1


async def test_in_a_dienst_that_was_converted_nothing_is_added(triage: TriageRoom) -> None:
    melding_id, path = await begun(triage, "voorwaarden-en-vervolg")
    await triage.post(f"{path}/omzetting", OMZETTING)

    answers = [
        await triage.put(f"{path}/plan", plan(melding_id), etag="*"),
        await triage.post(f"{path}/informanten", INFORMANT),
        await triage.post(f"{path}/bevindingen", bevinding(melding_id)),
        await triage.post(f"{path}/vertragingen", VERTRAGING),
        await triage.post(
            f"{path}/vernietigingsaanbiedingen",
            {"directbetrokkene": who(melding_id), "moment": MOMENT, "wijze": "brief"},
        ),
        await triage.conclude(path.rpartition("/")[2], "voorwaarden-vastgesteld"),
    ]

    assert [one.status_code for one in answers] == [409] * 6
    assert {one.json()["detail"][:20] for one in answers} == {"De dienst is omgezet"}


async def test_the_voorwaarden_of_before_count_for_the_onderzoek(triage: TriageRoom) -> None:
    _, path = await begun(triage, "voorwaarden-en-vervolg")
    voorwaarde = {"omschrijving": "a", "eigenaar": "x", "controle": "y", "controleOp": "2026-04-01"}
    await triage.post(f"{path}/veiligheidsvoorwaarden", voorwaarde)
    new = (await triage.post(f"{path}/omzetting", OMZETTING)).json()["id"]
    await triage.post(f"/diensten/{new}/veiligheidsvoorwaarden", voorwaarde)

    await triage.conclude(new, "bevestigd")

    (fact,) = [fact for fact in await triage.facts() if isinstance(fact, DienstAfgerond)]
    assert fact.aantal_voorwaarden == 2


# --- time --------------------------------------------------------------------------------------------------------


async def test_both_readings_of_the_ten_weeks_are_shown_with_what_they_mean(triage: TriageRoom) -> None:
    melding_id = await triage.receive()
    await triage.acuutcheck(melding_id)
    triage.klok.advance(timedelta(days=2))
    dienst_id = (await triage.besluit(melding_id, "onderzoek")).json()["dienstId"]

    found = await shown(triage, f"/diensten/{dienst_id}")

    ends = [datetime.fromisoformat(found[name]) for name in ("uiterlijk", "uiterlijkAndereLezing")]
    assert ends[0] - ends[1] == timedelta(days=2)
    assert "Geteld vanaf de ontvangst" in found["uiterlijkUitleg"]


async def test_a_late_conclusie_is_taken_and_shows_that_nobody_said_why(triage: TriageRoom) -> None:
    _, path = await begun(triage)
    early = await shown(triage, path)
    triage.klok.advance(timedelta(weeks=11))

    late = await triage.conclude(path.rpartition("/")[2], "niet-bevestigd")
    listed = (await triage.get(f"{path}/vertragingen")).json()
    explained = await triage.post(f"{path}/vertragingen", VERTRAGING)

    assert (early["teLaat"], early["vertragingOnverklaard"]) == (False, False)
    assert (late.status_code, late.json()["teLaat"], late.json()["vertragingOnverklaard"]) == (200, True, True)
    assert listed["termijnen"] == [{"soort": "onderzoek", "teLaat": True, "vertragingOnverklaard": True}]
    assert explained.status_code == 201
    found = await shown(triage, path)
    assert (found["teLaat"], found["vertragingOnverklaard"]) == (True, False)
    assert found["vertragingen"] == [explained.json()]


async def test_a_delay_is_explained_beforehand_more_than_once_and_told_each_time(triage: TriageRoom) -> None:
    _, path = await begun(triage, "voorwaarden-en-vervolg")

    first = await triage.post(f"{path}/vertragingen", VERTRAGING)
    same = await triage.post(f"{path}/vertragingen", VERTRAGING)
    triage.klok.advance(timedelta(days=1))
    second = await triage.post(f"{path}/vertragingen", {**VERTRAGING, "reden": "capaciteit"})

    assert [one.status_code for one in (first, same, second)] == [201, 201, 201]
    assert same.json() == first.json()
    listed = (await triage.get(f"{path}/vertragingen")).json()
    assert listed["resultaten"] == [first.json(), second.json()]
    for one in (first, second):
        assert (await triage.get(one.headers["Location"].removeprefix("/v1"))).json() == one.json()
    assert (await triage.get(f"/vertragingen/{uuid4()}")).status_code == 404
    told = [fact for fact in await triage.facts() if isinstance(fact, VertragingVerklaard)]
    assert [(fact.soort, fact.reden.value) for fact in told] == [
        (TermijnSoort.VOORWAARDEN_EN_VERVOLG, "betrokkenen-onbereikbaar"),
        (TermijnSoort.VOORWAARDEN_EN_VERVOLG, "capaciteit"),
    ]


async def test_a_veiligheidsbeoordeling_is_explained_by_its_two_terms(triage: TriageRoom) -> None:
    melding_id = await triage.receive()
    path = f"/veiligheidsbeoordelingen/{melding_id}/vertragingen"
    triage.klok.advance(timedelta(days=20))

    late = (await triage.get(path)).json()
    besluit = await triage.post(path, VERTRAGING)
    check = await triage.post(path, {**VERTRAGING, "acuutcheck": True})
    unknown = await triage.post(f"/veiligheidsbeoordelingen/{uuid4()}/vertragingen", VERTRAGING)
    await triage.acuutcheck(melding_id)
    taken = await triage.besluit(melding_id)

    assert [one["vertragingOnverklaard"] for one in late["termijnen"]] == [True, True]
    assert (besluit.json()["soort"], check.json()["soort"]) == ("veiligheidsbeoordeling", "acuutcheck")
    assert (unknown.status_code, taken.status_code) == (404, 200)
    listed = (await triage.get(path)).json()
    assert [(one["teLaat"], one["vertragingOnverklaard"]) for one in listed["termijnen"]] == [(True, False)] * 2
    place = besluit.headers["Location"].removeprefix("/v1")
    assert (await triage.get(place)).json() == besluit.json()
    told = [fact for fact in await triage.facts() if isinstance(fact, VertragingVerklaard)]
    assert {str(fact.ref_id) for fact in told} == {taken.json()["dossierId"]}
    assert (await triage.get(f"/veiligheidsbeoordelingen/{uuid4()}/vertragingen")).status_code == 404


# --- the right to destruction ------------------------------------------------------------------------------------


async def test_after_weerlegd_it_is_shown_and_noted_that_destruction_was_offered(triage: TriageRoom) -> None:
    melding_id, path = await begun(triage)
    body = {"directbetrokkene": who(melding_id), "moment": MOMENT, "wijze": "brief"}
    before = await triage.post(f"{path}/vernietigingsaanbiedingen", body)

    ended = await triage.conclude(path.rpartition("/")[2], "weerlegd")
    made = await triage.post(f"{path}/vernietigingsaanbiedingen", body)
    again = await triage.post(f"{path}/vernietigingsaanbiedingen", body)
    wrong = await triage.post(
        f"{path}/vernietigingsaanbiedingen",
        {**body, "directbetrokkene": who(melding_id, 5), "moment": "2027-01-01T00:00:00Z"},
    )

    assert (before.status_code, made.status_code, again.json()) == (409, 201, made.json())
    assert ended.json()["vernietigingAangeboden"] is True
    assert "vernietigen wij uw dossier" in ended.json()["vernietigingTekst"]
    assert {one["pointer"] for one in wrong.json()["errors"]} == {"/directbetrokkene", "/moment"}
    assert (await shown(triage, path))["vernietigingsaanbiedingen"] == [made.json()]
    assert (await triage.get(made.headers["Location"].removeprefix("/v1"))).json() == made.json()
    assert (await triage.get(f"{path}/vernietigingsaanbiedingen/{uuid4()}")).status_code == 404


async def test_another_conclusie_offers_no_destruction(triage: TriageRoom) -> None:
    melding_id, path = await begun(triage)
    ended = await triage.conclude(path.rpartition("/")[2], "niet-bevestigd")

    answer = await triage.post(
        f"{path}/vernietigingsaanbiedingen",
        {"directbetrokkene": who(melding_id), "moment": MOMENT, "wijze": "gesprek"},
    )

    assert (ended.json()["vernietigingAangeboden"], ended.json()["vernietigingTekst"]) == (False, None)
    assert (answer.status_code, "weerlegd" in answer.json()["detail"]) == (409, True)


async def test_after_the_conclusie_no_finding_and_no_word_of_an_informant_changes(triage: TriageRoom) -> None:
    melding_id, path = await begun(triage)
    found = (await triage.post(f"{path}/bevindingen", bevinding(melding_id))).headers["Location"].removeprefix("/v1")
    asked = (await triage.post(f"{path}/informanten", INFORMANT)).headers["Location"].removeprefix("/v1")
    await triage.conclude(path.rpartition("/")[2], "bevestigd")
    before = await shown(triage, path)

    answers = [
        await triage.put(found, {"oordeel": "weerlegd", "onderbouwing": "x"}, etag="*"),
        await triage.put(f"{asked}/bevestiging", {"bevestigd": "nee"}, etag="*"),
        await triage.put(f"{path}/plan", plan(melding_id), etag="*"),
    ]

    assert [one.status_code for one in answers] == [409] * 3
    assert await shown(triage, path) == before
