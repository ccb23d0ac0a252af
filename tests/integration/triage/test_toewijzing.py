"""Whose work it is: taken up, passed on, let go and given out through the door, and never by two at once."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from shared.events.behandeling import WerkToegewezen, WerkVrijgegeven
from tests.integration.triage.room import GEHEIM, TriageRoom

pytestmark = pytest.mark.anyio

LEIDER = "vt-teamleider"


async def new_work(triage: TriageRoom, **what: Any) -> str:
    return await triage.dossier_of(await triage.receive(**what))


async def let_go(
    triage: TriageRoom, dossier_id: str, subject: str, rol: str = "vt-medewerker", *, etag: str = "*", **body: object
) -> Any:
    headers = triage.as_(subject, rol, **{"If-Match": etag})
    sent = {"reden": "afwezig", **body}
    return await triage.http.put(f"/v1/werkstukken/{dossier_id}/vrijgave", json=sent, headers=headers)


async def divide(triage: TriageRoom, *items: dict[str, object], rol: str = LEIDER, **more: str) -> Any:
    return await triage.http.post(
        "/v1/werkstukken/_toewijzen", json={"toewijzingen": list(items)}, headers=triage.as_("leider", rol, **more)
    )


def item(dossier_id: str, medewerker: str = "bram", versie: int = 1, **more: object) -> dict[str, object]:
    return {"dossierId": dossier_id, "versie": versie, "medewerkerId": medewerker, **more}


async def told(triage: TriageRoom) -> list[str]:
    found = await triage.facts()
    return [type(fact).__name__ for fact in found if isinstance(fact, WerkToegewezen | WerkVrijgegeven)]


async def test_work_is_taken_up_passed_on_and_let_go_with_its_whole_history(triage: TriageRoom) -> None:
    dossier_id = await new_work(triage)
    etag = await triage.etag(f"/werkstukken/{dossier_id}")

    taken = await triage.owns(
        dossier_id, "anna", {"medewerkerId": "mij", "team": "noord", "toelichting": GEHEIM}, etag=etag
    )
    triage.klok.advance(timedelta(hours=1))
    passed = await triage.owns(dossier_id, "anna", {"medewerkerId": "bram"}, etag=taken.headers["ETag"])
    freed = await let_go(triage, dossier_id, "bram", etag=passed.headers["ETag"], toelichting="met verlof")

    assert [answer.status_code for answer in (taken, passed, freed)] == [200, 200, 200]
    assert [answer.json()["eigenaar"] for answer in (taken, passed, freed)] == ["anna", "bram", None]
    assert [answer.headers["ETag"] for answer in (taken, passed, freed)] == ['"2"', '"3"', '"4"']
    shown = (await triage.get(f"/werkstukken/{dossier_id}")).json()
    assert (shown["status"], shown["team"], shown["ontbreekt"]) == (
        "vrij", "noord", ["eigenaar", "veiligheidscheck", "contact"],
    )  # fmt: skip
    history = [(one["actie"], one["eigenaar"], one["door"], one["reden"]) for one in shown["geschiedenis"]]
    assert history == [
        ("vrijgeven", None, "bram", "afwezig"),
        ("doorgeven", "bram", "anna", None),
        ("oppakken", "anna", "anna", None),
    ]
    assert [one["toelichting"] for one in shown["geschiedenis"]] == ["met verlof", None, GEHEIM]
    assert await told(triage) == ["WerkToegewezen", "WerkToegewezen", "WerkVrijgegeven"]


async def test_of_twenty_who_take_up_one_item_at_once_exactly_one_has_it(triage: TriageRoom) -> None:
    for etag, refused in (("1", 412), ("*", 409)):
        dossier_id = await new_work(triage)
        names = [f"medewerker-{number}" for number in range(20)]

        answers = await asyncio.gather(*(triage.owns(dossier_id, name, etag=etag) for name in names))

        winners = [name for name, answer in zip(names, answers, strict=True) if answer.status_code == 200]
        others = [answer for answer in answers if answer.status_code != 200]
        assert len(winners) == 1
        assert {answer.status_code for answer in others} == {refused}
        assert all("teamleider kan het aan een ander toewijzen" in answer.json()["detail"] for answer in others)
        shown = (await triage.get(f"/werkstukken/{dossier_id}")).json()
        assert (shown["eigenaar"], shown["versie"], len(shown["geschiedenis"])) == (winners[0], 2, 1)
    assert await told(triage) == ["WerkToegewezen"] * 2


async def test_taking_up_work_does_not_make_the_besluit_of_a_colleague_fail(triage: TriageRoom) -> None:
    melding_id = await triage.receive()
    await triage.acuutcheck(melding_id)
    path = f"/veiligheidsbeoordelingen/{melding_id}"
    etag = await triage.etag(path)

    assert (await triage.owns(await triage.dossier_of(melding_id), "anna")).status_code == 200

    assert await triage.etag(path) == etag


async def test_what_a_colleague_has_is_refused_with_who_may_do_what(triage: TriageRoom) -> None:
    dossier_id = await new_work(triage)
    nobody = await let_go(triage, dossier_id, "anna")
    not_hers = await triage.owns(dossier_id, "anna", {"medewerkerId": "bram"})
    await triage.owns(dossier_id, "anna")

    taken = await triage.owns(dossier_id, "bram")
    given = await triage.owns(dossier_id, "bram", {"medewerkerId": "carla"})
    freed = await let_go(triage, dossier_id, "bram")

    assert [one.status_code for one in (nobody, not_hers, taken, given, freed)] == [409] * 5
    assert "Niemand heeft dit werk" in nobody.json()["detail"]
    assert all("teamleider" in one.json()["detail"] for one in (not_hers, taken, given, freed))
    assert (await triage.get(f"/werkstukken/{dossier_id}")).json()["eigenaar"] == "anna"
    assert await told(triage) == ["WerkToegewezen"]


async def test_a_team_lead_gives_and_takes_what_anybody_has(triage: TriageRoom) -> None:
    dossier_id = await new_work(triage)
    await triage.owns(dossier_id, "anna")

    body = {"medewerkerId": "bram"}
    given = await triage.put(f"/werkstukken/{dossier_id}/toewijzing", body, etag="*", rol=LEIDER)
    freed = await let_go(triage, dossier_id, "leider", LEIDER, reden="uit-dienst")

    assert (given.status_code, given.json()["eigenaar"], given.json()["geschiedenis"][0]["actie"]) == (
        200, "bram", "toewijzen",
    )  # fmt: skip
    assert (freed.status_code, freed.json()["geschiedenis"][0]["reden"]) == (200, "uit-dienst")


async def test_the_same_twice_changes_and_tells_nothing(triage: TriageRoom) -> None:
    dossier_id = await new_work(triage)
    first = await triage.owns(dossier_id, "anna")
    again = await triage.owns(dossier_id, "anna", etag=first.headers["ETag"])
    freed = await let_go(triage, dossier_id, "anna")
    freed_again = await let_go(triage, dossier_id, "anna", etag=freed.headers["ETag"])

    assert (again.status_code, again.headers["ETag"]) == (200, first.headers["ETag"])
    assert (freed_again.status_code, freed_again.headers["ETag"]) == (200, freed.headers["ETag"])
    assert await told(triage) == ["WerkToegewezen", "WerkVrijgegeven"]
    assert len(await triage.rows("SELECT * FROM toewijzing")) == 2


async def test_a_change_names_the_version_that_was_seen(triage: TriageRoom) -> None:
    dossier_id = await new_work(triage)
    for subject, body in (("toewijzing", {"medewerkerId": "mij"}), ("vrijgave", {"reden": "anders"})):
        path = f"/werkstukken/{dossier_id}/{subject}"
        assert (await triage.put(path, body, etag=None)).status_code == 428
        assert (await triage.put(path, body, etag='"7"')).status_code == 412
        assert (await triage.put(f"/werkstukken/{uuid4()}/{subject}", body, etag="*")).status_code == 404
    assert (await triage.get(f"/werkstukken/{uuid4()}")).status_code == 404


@pytest.mark.parametrize(
    ("path", "body", "pointers"),
    [
        ("toewijzing", {"team": "Noord!", "x": 1}, {"/medewerkerId", "/team", "/"}),
        ("toewijzing", {"medewerkerId": "Jan Jansen"}, {"/medewerkerId"}),
        ("toewijzing", {"medewerkerId": "jan.jansen@vtrr.nl"}, {"/medewerkerId"}),
        ("vrijgave", {"reden": "zomaar", "toelichting": " "}, {"/reden", "/toelichting"}),
        ("volgende-veiligheidscheck", {"dag": "morgen"}, {"/dag"}),
    ],
)
async def test_everything_that_is_wrong_is_told_at_once(
    triage: TriageRoom, path: str, body: dict[str, object], pointers: set[str]
) -> None:
    dossier_id = await new_work(triage)

    answer = await triage.put(f"/werkstukken/{dossier_id}/{path}", body, etag="*")

    assert answer.status_code == 400
    assert {fault["pointer"] for fault in answer.json()["errors"]} == pointers


# --- in bulk -----------------------------------------------------------------------------------------------------


async def test_in_bulk_each_item_has_its_own_answer_and_one_that_fails_fails_alone(triage: TriageRoom) -> None:
    free, stale, done = await new_work(triage), await new_work(triage), await triage.receive()
    await triage.acuutcheck(done)
    await triage.besluit(done)
    await triage.owns(stale, "anna")
    unknown = str(uuid4())

    answer = await divide(
        triage,
        item(stale), item(free, toelichting=GEHEIM), item(unknown), item(await triage.dossier_of(done)),
    )  # fmt: skip

    assert answer.status_code == 200
    found = answer.json()["resultaten"]
    assert [one["status"] for one in found] == [412, 200, 404, 409]
    assert [one["dossierId"] for one in found][:3] == [stale, free, unknown]
    assert (found[1]["versie"], found[1]["eigenaar"], found[1]["probleem"]) == (2, "bram", None)
    assert "teamleider" in found[0]["probleem"]["detail"]
    assert (await triage.get(f"/werkstukken/{free}")).json()["geschiedenis"][0]["toelichting"] == GEHEIM
    assert (await triage.get(f"/werkstukken/{stale}")).json()["eigenaar"] == "anna"
    acts = await triage.rows("SELECT actie, object_id FROM audit WHERE actor = 'leider' ORDER BY tijdstip, id")
    assert {(act.actie, str(act.object_id)) for act in acts} == {("verdeeld", "None"), ("toegewezen", free)}


async def test_the_same_bulk_again_under_its_key_gives_the_first_answer_and_tells_nothing_more(
    triage: TriageRoom,
) -> None:
    items = [item(await new_work(triage)) for _ in range(3)]

    answers = await asyncio.gather(*(divide(triage, *items, **{"Idempotency-Key": "weg"}) for _ in range(3)))
    other = await divide(triage, items[0], **{"Idempotency-Key": "weg"})

    assert [answer.status_code for answer in answers] == [200] * 3
    assert len({answer.text for answer in answers}) == 1
    assert {one["status"] for one in answers[0].json()["resultaten"]} == {200}
    assert other.status_code == 409
    assert await told(triage) == ["WerkToegewezen"] * 3


async def test_two_bulks_of_the_same_work_in_another_order_wait_for_each_other_and_one_has_each_item(
    triage: TriageRoom,
) -> None:
    casus_id = uuid4()
    ids = [await new_work(triage, casus_id=casus_id) for _ in range(6)]

    one, other = await asyncio.gather(
        divide(triage, *(item(dossier_id, "anna") for dossier_id in ids)),
        divide(triage, *(item(dossier_id, "bram") for dossier_id in reversed(ids))),
    )

    assert (one.status_code, other.status_code) == (200, 200)
    outcomes = sorted({tuple({x["status"] for x in answer.json()["resultaten"]}) for answer in (one, other)})
    assert outcomes == [(200,), (412,)]
    assert await told(triage) == ["WerkToegewezen"] * 6


@pytest.mark.parametrize("count", [0, 201])
async def test_a_bulk_has_at_least_one_item_and_at_most_two_hundred(triage: TriageRoom, count: int) -> None:
    answer = await divide(triage, *(item(str(uuid4())) for _ in range(count)))

    assert answer.status_code == 400


async def test_who_names_a_dossier_twice_saw_an_old_version_the_second_time(triage: TriageRoom) -> None:
    dossier_id = await new_work(triage)

    answer = await divide(triage, item(dossier_id, "anna"), item(dossier_id, "bram"))

    assert [one["status"] for one in answer.json()["resultaten"]] == [200, 412]
    assert (await triage.get(f"/werkstukken/{dossier_id}")).json()["eigenaar"] == "anna"


async def test_a_worker_divides_nothing_in_bulk(triage: TriageRoom) -> None:
    assert (await divide(triage, item(await new_work(triage)), rol="vt-medewerker")).status_code == 403


async def test_all_work_of_who_leaves_is_found_and_given_to_others(triage: TriageRoom) -> None:
    mine = [await new_work(triage) for _ in range(3)]
    await new_work(triage)
    for dossier_id in mine:
        await triage.owns(dossier_id, "anna")

    found = (await triage.get("/werkvoorraad?eigenaar=anna", LEIDER)).json()["resultaten"]
    answer = await divide(triage, *(item(one["dossierId"], "bram", one["versie"]) for one in found))

    assert {one["dossierId"] for one in found} == set(mine)
    assert {one["status"] for one in answer.json()["resultaten"]} == {200}
    assert (await triage.get("/werkvoorraad?eigenaar=anna")).json()["resultaten"] == []
    assert len((await triage.get("/werkvoorraad?eigenaar=bram")).json()["resultaten"]) == 3


# --- where ownership ends, and goes on ---------------------------------------------------------------------------


async def test_a_besluit_without_a_dienst_ends_ownership_and_that_is_no_release(triage: TriageRoom) -> None:
    melding_id = await triage.receive()
    dossier_id = await triage.dossier_of(melding_id)
    await triage.acuutcheck(melding_id)
    await triage.owns(dossier_id, "anna")

    await triage.besluit(melding_id)

    shown = (await triage.get(f"/werkstukken/{dossier_id}")).json()
    assert (shown["status"], shown["eigenaar"], shown["ontbreekt"]) == ("beeindigd", None, [])
    assert [one["actie"] for one in shown["geschiedenis"]] == ["beeindigen", "oppakken"]
    assert await told(triage) == ["WerkToegewezen"]
    assert (await triage.owns(dossier_id, "bram")).status_code == 409


async def test_a_dienst_goes_on_with_the_owner_of_its_dossier_until_the_conclusie(triage: TriageRoom) -> None:
    melding_id = await triage.receive()
    dossier_id = await triage.dossier_of(melding_id)
    await triage.acuutcheck(melding_id)
    await triage.owns(dossier_id, "anna")

    dienst_id = (await triage.besluit(melding_id, "onderzoek")).json()["dienstId"]
    (mine,) = (await triage.get("/werkvoorraad?eigenaar=anna")).json()["resultaten"]
    await triage.conclude(dienst_id, "bevestigd")

    assert (mine["dienstId"], mine["eigenaar"]) == (dienst_id, "anna")
    shown = (await triage.get(f"/werkstukken/{dossier_id}")).json()
    assert (shown["status"], shown["eigenaar"]) == ("beeindigd", None)
    assert [one["actie"] for one in shown["geschiedenis"]] == ["beeindigen", "oppakken"]
    assert (await triage.rows("SELECT eigenaar FROM dossier"))[0].eigenaar is None


async def test_what_is_sent_back_by_the_radar_is_new_work_of_nobody(triage: TriageRoom) -> None:
    melding_id, casus_id = uuid4(), uuid4()
    await triage.receive(melding_id=melding_id, casus_id=casus_id)
    await triage.acuutcheck(melding_id)
    await triage.owns(await triage.dossier_of(melding_id), "anna")
    await triage.besluit(melding_id)

    await triage.hear(triage.moment(melding_id, casus_id))

    (again,) = (await triage.get("/werkvoorraad?zonderEigenaar=true")).json()["resultaten"]
    assert (again["meldingId"], again["eigenaar"], again["versie"]) == (str(melding_id), None, 1)


# --- the list ----------------------------------------------------------------------------------------------------


async def test_the_list_is_narrowed_to_mine_to_nobodys_and_to_a_team(triage: TriageRoom) -> None:
    mine, theirs, free = [await new_work(triage) for _ in range(3)]
    await triage.owns(mine, "anna", {"medewerkerId": "mij", "team": "noord"})
    await triage.owns(theirs, "bram", {"medewerkerId": "mij", "team": "zuid"})

    async def ids(query: str) -> set[str]:
        answer = await triage.http.get(f"/v1/werkvoorraad?{query}", headers=triage.as_("anna"))
        assert answer.status_code == 200
        return {one["dossierId"] for one in answer.json()["resultaten"]}

    assert await ids("eigenaar=mij") == {mine}
    assert await ids("eigenaar=bram") == {theirs}
    assert await ids("zonderEigenaar=true") == {free}
    assert await ids("team=zuid") == {theirs}
    assert await ids("team=noord&eigenaar=bram") == set()
    assert await ids("eigenaar=anna&stap=acuutcheck&gemeenteCode=0599") == {mine}
    assert await ids("zonderEigenaar=false") == {mine, theirs, free}
    assert (await triage.get("/werkvoorraad?eigenaar=mij&zonderEigenaar=true")).status_code == 400
    assert (await triage.get("/werkvoorraad?eigenaar=Jan%20Jansen")).status_code == 400


async def test_an_item_says_whose_it_is_and_what_is_missing(triage: TriageRoom) -> None:
    dossier_id = await new_work(triage)
    await triage.owns(dossier_id, "anna")

    (shown,) = (await triage.get("/werkvoorraad")).json()["resultaten"]

    assert (shown["eigenaar"], shown["versie"], shown["ontbreekt"]) == ("anna", 2, ["veiligheidscheck", "contact"])
    assert "Eigenaar: anna, sinds 02-03-2026." in shown["uitleg"]


_NARROWED = {
    "": "ix_dossier_werkvoorraad",
    "AND eigenaar = 'anna'": "ix_dossier_werkvoorraad_eigenaar",
    "AND eigenaar IS NULL": "ix_dossier_werkvoorraad_vrij",
    "AND team = 'noord'": "ix_dossier_werkvoorraad_team",
    "AND gemeente_code = '0599'": "ix_dossier_werkvoorraad_gemeente",
    "AND stap = 'acuutcheck'": "ix_dossier_werkvoorraad_stap",
}
_FILL = """
INSERT INTO dossier (id, melding_id, nummer, casus_id, gemeente_code, ontvangen_op, geopend_op, hermelding, status,
                     versie, stap, uiterlijk, urgentie_op, eigenaar, team)
SELECT gen_random_uuid(), gen_random_uuid(), 1, gen_random_uuid(), (600 + n % 50)::text, now(), now(), false, 'x', 1,
       CASE WHEN n % 20 > 0 THEN 'dienst' ELSE 'acuutcheck' END, now(), now() + n * interval '1 min',
       CASE WHEN n % 50 > 0 THEN 'm' || n % 49 END, 't' || n % 40
FROM generate_series(1, 4000) n
"""


@pytest.mark.parametrize("where", list(_NARROWED))
async def test_the_list_is_read_along_an_index_of_its_own_without_sorting(triage: TriageRoom, where: str) -> None:
    async with triage.made.engine.begin() as conn:
        await conn.exec_driver_sql(_FILL)
        await conn.exec_driver_sql("SET LOCAL enable_bitmapscan = off")
        plan = await conn.exec_driver_sql(
            f"EXPLAIN SELECT id FROM dossier WHERE stap IS NOT NULL {where} "  # noqa: S608
            "AND (urgentie_op, id) > (now(), gen_random_uuid()) ORDER BY urgentie_op, id LIMIT 51"
        )
        text = "\n".join(row[0] for row in plan)

    assert f"using {_NARROWED[where]} " in text
    assert "Sort" not in text


# --- what is kept, and what is told -------------------------------------------------------------------------------


async def test_nobody_is_named_in_facts_and_what_was_written_is_sealed(triage: TriageRoom) -> None:
    dossier_id = await new_work(triage)
    await triage.owns(dossier_id, "anna", {"medewerkerId": "mij", "toelichting": GEHEIM})
    await let_go(triage, dossier_id, "anna", toelichting=GEHEIM)

    outbox = str(await triage.rows("SELECT soort, data FROM outbox"))
    rows = str(await triage.rows("SELECT * FROM toewijzing"))

    assert "werk-toegewezen" in outbox
    assert "anna" not in outbox
    assert GEHEIM not in outbox + rows


async def test_who_did_what_with_work_is_recorded(triage: TriageRoom) -> None:
    dossier_id = await new_work(triage)
    await triage.owns(dossier_id, "anna")
    await let_go(triage, dossier_id, "anna")

    acts = await triage.rows("SELECT actie FROM audit WHERE object_soort = 'werk' AND actor = 'anna' ORDER BY id")

    assert [act.actie for act in acts] == ["toegewezen", "vrijgegeven"]


async def test_the_history_goes_with_its_melding_when_casussen_are_joined_and_split(triage: TriageRoom) -> None:
    stays, gone, melding_id = uuid4(), uuid4(), uuid4()
    dossier_id = await new_work(triage, melding_id=melding_id, casus_id=gone)
    await triage.receive(casus_id=stays)
    await triage.owns(dossier_id, "anna", {"medewerkerId": "mij", "toelichting": GEHEIM})

    for event, home in (
        (triage.merge(verdwenen=gone, blijft=stays, volgorde=1), stays),
        (triage.split(stays, gone, melding_id, volgorde=2, herstelt=True), gone),
    ):
        await triage.hear(event)
        shown = (await triage.get(f"/werkstukken/{dossier_id}")).json()
        assert (shown["casusId"], shown["geschiedenis"][0]["toelichting"]) == (str(home), GEHEIM)


async def test_a_destroyed_file_leaves_no_owner_no_history_and_no_answer(triage: TriageRoom) -> None:
    casus_id, melding_id = uuid4(), uuid4()
    dossier_id = await new_work(triage, casus_id=casus_id, melding_id=melding_id)
    await triage.owns(dossier_id, "anna", {"medewerkerId": "mij", "toelichting": GEHEIM})
    await divide(triage, item(dossier_id, versie=2), **{"Idempotency-Key": "alles"})

    await triage.hear(triage.destruction(casus_id, melding_id, volgorde=1))

    assert (await triage.get(f"/werkstukken/{dossier_id}")).status_code == 404
    for table in ("toewijzing", "dossier", "idempotentie"):
        assert await triage.rows(f"SELECT 1 FROM {table}") == []  # noqa: S608


async def test_what_was_written_with_work_stands_in_the_file_and_who_had_it_does_not(triage: TriageRoom) -> None:
    casus_id = uuid4()
    dossier_id = await new_work(triage, casus_id=casus_id)
    await triage.owns(dossier_id, "anna", {"medewerkerId": "mij", "toelichting": GEHEIM})
    await let_go(triage, dossier_id, "anna", reden="betrokkenheid", toelichting="Ik ken de buren")

    doel = {"X-Doelbinding": "uitvoeren-van-dossierrechten"}
    answer = await triage.get(f"/casussen/{casus_id}/dossier", "systeem", **doel)

    delen = [one for one in answer.json()["resultaten"] if one["soort"] == "toewijzing"]
    assert [(one["velden"], one["teksten"]) for one in delen] == [
        ({"actie": "oppakken"}, [GEHEIM]),
        ({"actie": "vrijgeven", "reden": "betrokkenheid"}, ["Ik ken de buren"]),
    ]
    assert "anna" not in answer.text
