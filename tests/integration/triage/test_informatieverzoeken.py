"""Questions to the local field and to informants: who reads what, how they end, and which walls stand round them."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from uuid import UUID, uuid4

import httpx
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from services.triage.store.informatieverzoeken import Filter, Gevraagd, list_verzoeken
from shared.db import create_engine, in_transaction
from shared.events.behandeling import InformatieverzoekAfgerond, InformatieverzoekGedaan
from shared.work import Wall, Work, working
from tests.integration.triage.room import GEHEIM, TriageRoom

pytestmark = pytest.mark.anyio

SCHOOL = {"soort": "informant", "organisatieId": "school-verzonnen", "grond": "toestemming"}
ANTWOORD = {"antwoord": "Wij kennen het gezin Geheim."}
TEAM = ("lokaal-team", "lokaal-team-0599", "0599")
OTHER_TEAM = ("lokaal-team", "lokaal-team-0502", "0502")
ASKED_SCHOOL = ("ketenpartner", "school-verzonnen")
OTHER_SCHOOL = ("ketenpartner", "school-ander")
DOEL = {"X-Doelbinding": "uitvoeren-van-dossierrechten"}


async def asked(triage: TriageRoom, **changes: object) -> str:
    answer = await triage.vraag(await triage.receive(), **changes)
    assert answer.status_code == 201, answer.text
    return f"/informatieverzoeken/{answer.json()['id']}"


async def as_partner(triage: TriageRoom, path: str, who: tuple[str, ...]) -> httpx.Response:
    return await triage.http.get(f"/v1{path}", headers=triage.partner_headers(*who))


async def answer_as(
    triage: TriageRoom, path: str, who: tuple[str, ...], body: object = ANTWOORD, etag: str = "*"
) -> httpx.Response:
    headers = triage.partner_headers(*who, **{"If-Match": etag})
    return await triage.http.put(f"/v1{path}/antwoord", json=body, headers=headers)


async def told(triage: TriageRoom) -> list[object]:
    return [one for one in await triage.facts() if isinstance(one, InformatieverzoekGedaan | InformatieverzoekAfgerond)]


# --- the good road -----------------------------------------------------------------------------------------------


async def test_the_local_field_and_an_informant_are_asked_beside_each_other_and_each_answers(
    triage: TriageRoom,
) -> None:
    melding_id = await triage.receive()

    field = await triage.vraag(melding_id)
    school = await triage.vraag(melding_id, **SCHOOL)
    path = f"/informatieverzoeken/{school.json()['id']}"
    answered = await answer_as(triage, path, ASKED_SCHOOL)

    assert (field.status_code, school.status_code, answered.status_code) == (201, 201, 200), answered.text
    assert field.json()["organisatieId"] == "lokaal-team-0599"
    assert "wie heeft gemeld" in field.json()["waarschuwing"]
    assert (await triage.get(school.headers["Location"].removeprefix("/v1"))).json()["antwoord"] == ANTWOORD["antwoord"]
    listed = (await triage.get(f"/informatieverzoeken?meldingId={melding_id}")).json()["resultaten"]
    assert [(one["soort"], one["status"]) for one in listed] == [("lokaal-veld", "open"), ("informant", "beantwoord")]
    still = (await triage.get(f"/informatieverzoeken?meldingId={melding_id}&status=open")).json()["resultaten"]
    assert [one["id"] for one in still] == [field.json()["id"]]
    facts = await told(triage)
    assert [type(one).__name__ for one in facts] == [
        "InformatieverzoekGedaan",
        "InformatieverzoekGedaan",
        "InformatieverzoekAfgerond",
    ]
    assert "Geheim" not in str(facts)


async def test_the_same_question_under_one_key_is_one(triage: TriageRoom) -> None:
    melding_id = await triage.receive()
    body = {"meldingId": str(melding_id), "soort": "lokaal-veld", "vragen": [GEHEIM]}
    key = {"Idempotency-Key": "vraag-1"}

    first = await triage.post("/informatieverzoeken", body, **key)
    second = await triage.post("/informatieverzoeken", body, **key)

    assert (first.status_code, second.json()) == (201, first.json())
    assert len(await told(triage)) == 1


async def test_a_list_goes_on_where_it_stopped(triage: TriageRoom) -> None:
    melding_id = await triage.receive()
    for _ in range(3):
        await triage.vraag(melding_id)

    first = (await triage.get("/informatieverzoeken?limiet=2")).json()
    rest = (await triage.get(f"/informatieverzoeken?limiet=2&na={first['volgende']}")).json()

    assert (len(first["resultaten"]), len(rest["resultaten"]), rest["volgende"]) == (2, 1, None)


# --- what is refused ---------------------------------------------------------------------------------------------


async def test_a_question_that_is_not_whole_is_refused_with_every_fault(triage: TriageRoom) -> None:
    melding_id = await triage.receive()

    informant = await triage.vraag(melding_id, soort="informant")
    without_reason = await triage.vraag(melding_id, grond="zonder-toestemming")
    nowhere = await triage.vraag(uuid4())
    other_dienst = await triage.vraag(melding_id, dienstId=await triage.dienst("onderzoek"))
    nothing = await triage.vraag(melding_id, vragen=[])

    assert {one["pointer"] for one in informant.json()["errors"]} == {"/organisatieId", "/grond"}
    assert [one["pointer"] for one in without_reason.json()["errors"]] == ["/grondToelichting"]
    assert [one["pointer"] for one in nowhere.json()["errors"]] == ["/meldingId"]
    assert [one["pointer"] for one in other_dienst.json()["errors"]] == ["/dienstId"]
    assert nothing.status_code == 400
    assert await told(triage) == []


async def test_an_answer_is_one_thing_on_the_version_that_was_seen(triage: TriageRoom) -> None:
    path = await asked(triage)
    refusal = {"reden": "beroepsgeheim"}

    both = await answer_as(triage, path, TEAM, {**ANTWOORD, "weigering": refusal})
    neither = await answer_as(triage, path, TEAM, {})
    stale = await answer_as(triage, path, TEAM, etag='"7"')
    without = await triage.http.put(f"/v1{path}/antwoord", json=ANTWOORD, headers=triage.partner_headers(*TEAM))

    assert [one.status_code for one in (both, neither, stale, without)] == [400, 400, 412, 428]


async def test_the_same_answer_again_tells_nothing_and_another_is_refused(triage: TriageRoom) -> None:
    path = await asked(triage)
    first = await answer_as(triage, path, TEAM)
    facts = await told(triage)

    again = await answer_as(triage, path, TEAM)
    other = await answer_as(triage, path, TEAM, {"antwoord": "toch anders"})
    withdrawn = await triage.put(f"{path}/intrekking", {"motivering": "x"}, etag="*")

    assert [one.status_code for one in (first, again, other, withdrawn)] == [200, 200, 409, 409]
    assert "nieuwe vraag" in other.json()["detail"]
    assert again.json() == first.json()
    assert await told(triage) == facts


async def test_who_refused_may_come_back_on_it_and_each_end_is_told(triage: TriageRoom) -> None:
    path = await asked(triage, **SCHOOL)

    refused = await answer_as(
        triage, path, ASKED_SCHOOL, {"weigering": {"reden": "geen-toestemming", "toelichting": GEHEIM}}
    )
    answered = await answer_as(triage, path, ASKED_SCHOOL)

    assert (refused.json()["weigering"], refused.json()["toelichting"]) == ("geen-toestemming", GEHEIM)
    assert (answered.json()["status"], answered.json()["weigering"]) == ("beantwoord", None)
    assert [one.einde for one in await told(triage) if isinstance(one, InformatieverzoekAfgerond)] == [
        "geweigerd",
        "beantwoord",
    ]


async def test_after_a_question_was_withdrawn_nobody_tells_any_more(triage: TriageRoom) -> None:
    path = await asked(triage)
    withdrawn = await triage.put(f"{path}/intrekking", {"motivering": GEHEIM}, etag="*")

    late = await answer_as(triage, path, TEAM)

    assert (withdrawn.status_code, late.status_code) == (200, 409)
    assert withdrawn.json()["toelichting"] == GEHEIM
    assert "niet meer nodig" in late.json()["detail"]
    # Why it was withdrawn is of Veilig Thuis.
    assert (await as_partner(triage, path, TEAM)).json()["toelichting"] is None


async def test_a_late_answer_after_the_besluit_is_taken_and_flagged(triage: TriageRoom) -> None:
    melding_id = await triage.receive()
    path = f"/informatieverzoeken/{(await triage.vraag(melding_id)).json()['id']}"
    await triage.acuutcheck(melding_id)
    await triage.besluit(melding_id)
    triage.klok.advance(timedelta(days=9))
    still_open = (await triage.get(path)).json()

    answered = await answer_as(triage, path, TEAM)

    assert (answered.status_code, answered.json()["teLaat"]) == (200, True)
    assert (still_open["teLaat"], still_open["naBesluit"]) == (True, False)
    shown = (await triage.get(path)).json()
    assert (shown["naBesluit"], shown["antwoord"]) == (True, ANTWOORD["antwoord"])
    (item,) = (await triage.get("/informatieverzoeken")).json()["resultaten"]
    assert (item["naBesluit"], item["teLaat"]) == (True, True)


async def test_of_two_ends_at_once_one_counts(triage: TriageRoom) -> None:
    path = await asked(triage)
    etag = await triage.etag(path)

    answers = await asyncio.gather(
        answer_as(triage, path, TEAM, etag=etag),
        triage.put(f"{path}/intrekking", {"motivering": "x"}, etag=etag),
    )

    assert sorted(one.status_code for one in answers) == [200, 412]
    assert len([one for one in await told(triage) if isinstance(one, InformatieverzoekAfgerond)]) == 1


# --- who reads what ----------------------------------------------------------------------------------------------


async def test_who_is_asked_reads_the_question_and_nothing_of_the_melding(triage: TriageRoom) -> None:
    melding_id = await triage.receive()
    why = {"grond": "zonder-toestemming", "grondToelichting": "Wie meldde zegt dat het niet kan wachten."}
    school = (await triage.vraag(melding_id, **{**SCHOOL, **why})).json()

    shown = await as_partner(triage, f"/informatieverzoeken/{school['id']}", ASKED_SCHOOL)
    listed = await as_partner(triage, "/informatieverzoeken", ASKED_SCHOOL)

    assert (shown.status_code, shown.json()["vragen"]) == (200, [GEHEIM])
    assert [one["id"] for one in listed.json()["resultaten"]] == [school["id"]]
    for answer in (shown, listed):
        assert str(melding_id) not in answer.text
        assert school["casusId"] not in answer.text
        assert why["grondToelichting"] not in answer.text
    assert "geen bericht over het vervolg" in shown.json()["waarschuwing"]


async def test_whoever_was_not_asked_finds_nothing(triage: TriageRoom) -> None:
    melding_id = await triage.receive()
    field = f"/informatieverzoeken/{(await triage.vraag(melding_id)).json()['id']}"
    school = f"/informatieverzoeken/{(await triage.vraag(melding_id, **SCHOOL)).json()['id']}"
    strangers = {field: (OTHER_TEAM, ASKED_SCHOOL), school: (TEAM, OTHER_TEAM, OTHER_SCHOOL)}

    for path, who in strangers.items():
        for one in who:
            assert (await as_partner(triage, path, one)).status_code == 404, (path, one)
            assert (await answer_as(triage, path, one)).status_code == 404, (path, one)
            found = (await as_partner(triage, "/informatieverzoeken", one)).json()["resultaten"]
            assert path.rpartition("/")[2] not in {item["id"] for item in found}
    assert (await as_partner(triage, "/informatieverzoeken", OTHER_SCHOOL)).json()["resultaten"] == []
    assert (
        await triage.http.put(
            f"/v1{field}/intrekking",
            json={"motivering": "x"},
            headers=triage.partner_headers(*TEAM, **{"If-Match": "*"}),
        )
    ).status_code == 403


@pytest.mark.parametrize(
    ("of", "rows"),
    [
        (None, 2),
        (Gevraagd(gemeente_codes=frozenset({"0599"})), 1),
        (Gevraagd(gemeente_codes=frozenset({"0502"})), 0),
        (Gevraagd(organisatie_id="school-verzonnen"), 1),
        (Gevraagd(organisatie_id="school-ander"), 0),
        (Gevraagd(), 0),
    ],
)
async def test_a_list_is_of_who_asks_for_it_also_where_no_wall_stands(
    triage: TriageRoom, of: Gevraagd | None, rows: int
) -> None:
    melding_id = await triage.receive()
    await triage.vraag(melding_id)
    await triage.vraag(melding_id, **SCHOOL)

    # The worker of the room stands inside the wall: what is left out here is left out by the list itself.
    async with in_transaction(triage.made.engine) as conn:
        found = await list_verzoeken(conn, Filter(of), after=None, limit=10)

    assert len(found) == rows


async def test_the_answer_of_one_partner_is_not_shown_to_another_who_was_asked_the_same(triage: TriageRoom) -> None:
    path = await asked(triage, organisatieId="opvang-verzonnen")
    shelter = ("ketenpartner", "opvang-verzonnen")

    assert (await answer_as(triage, path, shelter)).json()["antwoord"] == ANTWOORD["antwoord"]

    seen = await as_partner(triage, path, TEAM)
    assert (seen.status_code, seen.json()["status"], seen.json()["antwoord"]) == (200, "beantwoord", None)
    assert (await as_partner(triage, path, shelter)).json()["antwoord"] == ANTWOORD["antwoord"]


async def test_what_was_told_by_telephone_is_of_veilig_thuis(triage: TriageRoom) -> None:
    path = await asked(triage, **SCHOOL)

    noted = await triage.put(f"{path}/antwoord", ANTWOORD, etag="*")

    assert (noted.status_code, noted.json()["antwoord"]) == (200, ANTWOORD["antwoord"])
    assert (await as_partner(triage, path, ASKED_SCHOOL)).json()["antwoord"] is None


async def test_that_it_was_asked_read_and_answered_is_recorded_and_everything_said_is_sealed(
    triage: TriageRoom,
) -> None:
    path = await asked(triage, grond="zonder-toestemming", grondToelichting=GEHEIM)
    await as_partner(triage, path, TEAM)
    await answer_as(triage, path, TEAM, {"antwoord": GEHEIM})

    acts = await triage.rows("SELECT * FROM audit ORDER BY tijdstip, id")
    (row,) = await triage.rows("SELECT * FROM informatieverzoek")

    assert {(one.actie, one.rol) for one in acts} >= {
        ("gevraagd", "vt-medewerker"),
        ("gelezen", "lokaal-team"),
        ("beantwoord", "lokaal-team"),
    }
    assert {one.verwerking for one in acts if one.object_soort == "informatieverzoek"} == {
        "https://ketenradar.example/verwerkingen/informatie-vragen/v1"
    }
    assert GEHEIM not in str(row)


# --- the wall ----------------------------------------------------------------------------------------------------


@pytest.fixture
async def bare(triage: TriageRoom) -> AsyncIterator[AsyncEngine]:
    """An engine of the room's own role, under no name."""
    url = triage.made.engine.url.render_as_string(hide_password=False)
    found = create_engine(url, name="test-muur", pool_size=2)
    yield found
    await found.dispose()


async def behind(triage: TriageRoom, engine: AsyncEngine, wall: Wall, statement: str) -> int:
    """Return how many rows a statement reaches behind a wall."""
    with working(Work(wall=wall, vault=triage.made.vault)):
        async with in_transaction(engine) as conn:
            return (await conn.execute(text(statement))).rowcount


def wall(rol: str, organisatie: str, *gemeenten: str) -> Wall:
    return Wall(rol=rol, organisatie_id=organisatie, gemeente_codes=frozenset(gemeenten))


@pytest.mark.parametrize(
    ("who", "rows"),
    [
        (wall("lokaal-team", "lokaal-team-0599", "0599"), 1),
        (wall("lokaal-team", "lokaal-team-0502", "0502"), 0),
        (wall("ketenpartner", "school-verzonnen"), 1),
        (wall("ketenpartner", "school-ander", "0599"), 0),
        (wall("gemeente", "school-verzonnen", "0599"), 0),
        (wall("beheerder", "vtrr", "0599"), 0),
        (wall("", ""), 0),
        (wall("vt-medewerker", "vtrr"), 2),
    ],
)
async def test_the_database_shows_who_is_asked_his_own_questions_only(
    triage: TriageRoom, bare: AsyncEngine, who: Wall, rows: int
) -> None:
    melding_id = await triage.receive()
    await triage.vraag(melding_id)
    await triage.vraag(melding_id, **SCHOOL)

    assert await behind(triage, bare, who, "SELECT * FROM informatieverzoek") == rows
    assert await behind(triage, bare, who, "UPDATE informatieverzoek SET versie = 9") == rows
    inside = who.rol == "vt-medewerker"
    for table in ("dossier", "directbetrokkene", "veiligheidstaxatie"):
        assert (await behind(triage, bare, who, f"SELECT * FROM {table}") > 0) is (  # noqa: S608, names of this test
            inside and table != "veiligheidstaxatie"
        )


# --- where it goes -----------------------------------------------------------------------------------------------


async def test_a_question_goes_where_its_melding_goes_and_is_destroyed_with_it(triage: TriageRoom) -> None:
    stays, gone = uuid4(), uuid4()
    paths = {}
    for casus_id in (stays, gone):
        melding_id = await triage.receive(casus_id=casus_id)
        verzoek = (await triage.vraag(melding_id)).json()
        paths[casus_id] = (melding_id, f"/informatieverzoeken/{verzoek['id']}")
    mine, theirs = paths[stays], paths[gone]
    await triage.hear(triage.merge(verdwenen=gone, blijft=stays, volgorde=1))
    assert (await triage.get(theirs[1])).json()["casusId"] == str(stays)
    assert len((await triage.get(f"/informatieverzoeken?casusId={gone}")).json()["resultaten"]) == 2
    await triage.hear(triage.split(stays, gone, theirs[0], volgorde=2, herstelt=True))

    # Answered in the casus in which it is now: the one that stays can be destroyed without it.
    answered = await answer_as(triage, theirs[1], TEAM)
    await triage.hear(triage.destruction(stays, mine[0], volgorde=3))

    assert answered.status_code == 200
    assert (await triage.get(mine[1])).status_code == 404
    shown = (await triage.get(theirs[1])).json()
    assert (shown["casusId"], shown["vragen"], shown["antwoord"]) == (str(gone), [GEHEIM], ANTWOORD["antwoord"])


async def test_what_was_asked_and_told_is_in_the_file_with_who_told_it_as_a_text(triage: TriageRoom) -> None:
    casus_id = uuid4()
    melding_id: UUID = await triage.receive(casus_id=casus_id)
    path = f"/informatieverzoeken/{(await triage.vraag(melding_id, **SCHOOL)).json()['id']}"
    await answer_as(triage, path, ASKED_SCHOOL)

    delen = (await triage.get(f"/casussen/{casus_id}/dossier", "systeem", **DOEL)).json()["resultaten"]

    (found,) = [deel for deel in delen if deel["soort"] == "informatieverzoek"]
    assert found["teksten"] == [GEHEIM, "school-verzonnen", ANTWOORD["antwoord"]]
    assert "school" not in str(found["velden"])
