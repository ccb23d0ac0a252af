"""A table through the door of who sits there: its agenda, its decisions, its own actions, and nothing else."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from sqlalchemy import text

from shared.db import create_engine, in_transaction
from shared.events.behandeling import ActieAfgerond
from shared.rules.opschaling import Onderdeel
from shared.work import Wall, Work, working
from tests.integration.triage.room import GEHEIM, TriageRoom
from tests.integration.triage.steps import step
from tests.integration.triage.test_opschaling import NAAR_VELD, overleg, shown, started, verslag

pytestmark = pytest.mark.anyio

POLITIE, VELD, HULP, OTHER = "politie-eenheid-rotterdam", "lokaal-team-0599", "hulp-rijnmond", "andere-partner"
TABLES = ("opschaling", "opschaling_deelnemer", "opschaling_overleg", "opschaling_actie")


async def at(triage: TriageRoom, method: str, path: str, who: str, **more: Any) -> httpx.Response:
    """Call as somebody of an organisation: a local team when it is one, else a ketenpartner."""
    rol, gemeenten = ("lokaal-team", (who[-4:],)) if who.startswith("lokaal-team") else ("ketenpartner", ())
    headers = triage.partner_headers(rol, who, *gemeenten, **more.pop("headers", {}))
    return await triage.http.request(method, f"/v1{path}", headers=headers, **more)


async def tafel(triage: TriageRoom, path: str, who: str) -> dict[str, Any]:
    answer = await at(triage, "GET", path.replace("opschalingen", "tafels"), who)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def a_table(triage: TriageRoom, **changes: Any) -> tuple[str, dict[str, Any]]:
    """Start a table of police, a provider and the local field, with a meeting to come and one that was held."""
    deelnemers = [
        {"soort": "politie", "organisatieId": POLITIE, "functie": "wijkagent", "naam": GEHEIM},
        {"soort": "zorgaanbieder", "organisatieId": HULP},
    ]
    path = await started(triage, deelnemers=deelnemers, **changes)
    agenda = [{"onderdeel": one, "tekst": f"agenda {one}"} for one in Onderdeel]
    assert (await triage.post(f"{path}/overleggen", overleg(triage, agenda=agenda))).status_code == 201
    said = [{"onderdeel": one, "tekst": f"verslag {one}"} for one in Onderdeel]
    mine = {"besluit": "De politie gaat langs.", "eigenaar": {"organisatieId": POLITIE, "naam": GEHEIM}}
    theirs = {"besluit": "De hulp belt.", "eigenaar": {"organisatieId": HULP, "naam": GEHEIM}}
    notes = verslag(triage, verslag=said, acties=[{**one, "uiterlijkDag": "2026-12-31"} for one in (mine, theirs)])
    held = await triage.post(f"{path}/overleggen", overleg(triage, agenda=[], gehouden=notes))
    assert held.status_code == 201, held.text
    acties = {one["eigenaarOrganisatieId"]: one for one in held.json()["acties"]}
    return path, acties


# --- what is seen ----------------------------------------------------------------------------------------------------


async def test_each_who_sits_at_a_table_finds_it_with_what_is_planned_and_what_he_must_do(triage: TriageRoom) -> None:
    path, _ = await a_table(triage)

    for who, todo in ((POLITIE, 1), (HULP, 1), (VELD, 0)):
        answer = await at(triage, "GET", "/tafels", who)
        (row,) = answer.json()["resultaten"]
        assert (path.endswith(row["id"]), row["openActies"], row["status"]) == (True, todo, "lopend"), who
        assert row["volgendOverlegOp"] == (triage.klok() + timedelta(days=2)).isoformat().replace("+00:00", "Z")
    for who in (OTHER, "lokaal-team-0622"):
        assert (await at(triage, "GET", "/tafels", who)).json()["resultaten"] == []


@pytest.mark.parametrize(
    ("who", "hidden"),
    [
        (POLITIE, {"gezondheid"}),
        (HULP, {"strafrecht"}),
        (VELD, {"strafrecht", "gezondheid"}),
    ],
)
async def test_each_reads_the_parts_that_his_kind_may_see_and_no_other(
    triage: TriageRoom, who: str, hidden: set[str]
) -> None:
    path, _ = await a_table(triage, aanleiding="De aanleiding.")
    parts = {one.value for one in Onderdeel} - hidden

    seen = await tafel(triage, path, who)

    assert set(seen["onderdelen"]) == parts
    assert {one["tekst"] for one in seen["teksten"]} == {"De aanleiding.", *(f"over {one}" for one in parts)}
    held, planned = seen["overleggen"][::-1] if seen["overleggen"][0]["status"] == "gepland" else seen["overleggen"]
    assert {one["tekst"] for one in planned["agenda"]} == {f"agenda {one}" for one in parts}
    assert {one["tekst"] for one in held["verslag"]} == {f"verslag {one}" for one in parts}
    assert {(one["besluit"], one["eigen"]) for one in seen["acties"]} == {
        ("De politie gaat langs.", who == POLITIE),
        ("De hulp belt.", who == HULP),
    }


async def test_nothing_else_of_the_dossier_is_told(triage: TriageRoom) -> None:
    melding_id = await triage.receive()
    path, _ = await a_table(triage)
    whole = await shown(triage, path)

    told = str([await tafel(triage, path, who) for who in (POLITIE, HULP, VELD)])

    others = {one["naam"] for one in whole["deelnemers"]} | {whole["casusId"], whole["meldingId"], str(melding_id)}
    assert not [one for one in others - {None, GEHEIM} if one in told]
    for organisatie in (POLITIE, HULP, VELD, "vtrr"):
        assert organisatie not in told
    assert "wijkagent" not in told


async def test_who_reported_is_cut_before_anybody_outside_reads_it(triage: TriageRoom) -> None:
    path, acties = await a_table(triage, aanleiding=f"Volgens {GEHEIM}.")
    triage.weglater.verborgen = GEHEIM

    for who in (POLITIE, HULP, VELD):
        assert GEHEIM not in str(await tafel(triage, path, who))
    triage.weglater.away = True
    mine = f"{path.replace('opschalingen', 'tafels')}/acties/{acties[POLITIE]['id']}"
    for where in (path.replace("opschalingen", "tafels"), mine):
        assert (await at(triage, "GET", where, POLITIE)).status_code == 503


async def test_who_chose_less_for_a_participant_is_obeyed_and_two_of_one_organisation_see_together(
    triage: TriageRoom,
) -> None:
    some = {"soort": "politie", "organisatieId": POLITIE, "magZien": ["plan"], "functie": "een"}
    path = await started(triage, deelnemers=[some])
    assert set((await tafel(triage, path, POLITIE))["onderdelen"]) == {"plan"}

    more = {"soort": "politie", "organisatieId": POLITIE, "magZien": ["strafrecht"], "functie": "twee"}
    assert (await triage.post(f"{path}/deelnemers", more)).status_code == 201

    assert set((await tafel(triage, path, POLITIE))["onderdelen"]) == {"plan", "strafrecht"}


async def test_without_the_right_to_see_decisions_only_the_own_actions_are_told(triage: TriageRoom) -> None:
    some = {"soort": "politie", "organisatieId": POLITIE, "magZien": ["plan"]}
    path = await started(triage, deelnemers=[some])
    for organisatie, besluit in ((POLITIE, "Van mij."), (VELD, "Van een ander.")):
        body = {"besluit": besluit, "eigenaar": {"organisatieId": organisatie}}
        assert (await triage.post(f"{path}/acties", body)).status_code == 201

    assert [one["besluit"] for one in (await tafel(triage, path, POLITIE))["acties"]] == ["Van mij."]
    assert {one["besluit"] for one in (await tafel(triage, path, VELD))["acties"]} == {"Van mij.", "Van een ander."}


# --- who is let in ---------------------------------------------------------------------------------------------------


async def test_who_does_not_sit_there_finds_no_table(triage: TriageRoom) -> None:
    path, acties = await a_table(triage)
    here = path.replace("opschalingen", "tafels")
    mine = f"{here}/acties/{acties[POLITIE]['id']}"

    for who in (OTHER, "lokaal-team-0622"):
        assert (await at(triage, "GET", here, who)).status_code == 404
        assert (await at(triage, "GET", mine, who)).status_code == 404
        done = await at(triage, "PUT", f"{mine}/afronding", who, json={}, headers={"If-Match": "*"})
        assert done.status_code == 404
    for rol in ("gemeente", "beheerder", "vt-medewerker"):
        headers = triage.partner_headers(rol, POLITIE)
        assert (await triage.http.get(f"/v1{here}", headers=headers)).status_code == 403
    assert (await at(triage, "GET", f"/tafels/{uuid4()}", POLITIE)).status_code == 404


async def test_who_leaves_reads_nothing_from_then_on(triage: TriageRoom) -> None:
    path, acties = await a_table(triage)
    (seat,) = [one for one in (await shown(triage, path))["deelnemers"] if one["organisatieId"] == POLITIE]
    assert (await step(triage, path, f"deelnemers/{seat['id']}/vertrek")).status_code == 200

    here = path.replace("opschalingen", "tafels")
    assert (await at(triage, "GET", here, POLITIE)).status_code == 404
    assert (await at(triage, "GET", "/tafels", POLITIE)).json()["resultaten"] == []
    mine = f"{here}/acties/{acties[POLITIE]['id']}/afronding"
    assert (await at(triage, "PUT", mine, POLITIE, json={}, headers={"If-Match": "*"})).status_code == 404
    assert (await tafel(triage, path, HULP))["onderdelen"]


async def test_who_leaves_while_his_table_is_being_cut_reads_nothing(triage: TriageRoom) -> None:
    path, _ = await a_table(triage)
    (seat,) = [one for one in (await shown(triage, path))["deelnemers"] if one["organisatieId"] == POLITIE]
    cut = triage.weglater.cut_teksten

    async def leaving(casus_id: UUID, teksten: Any) -> Any:
        await step(triage, path, f"deelnemers/{seat['id']}/vertrek")
        return await cut(casus_id, teksten)

    triage.weglater.cut_teksten = leaving  # type: ignore[method-assign]

    assert (await at(triage, "GET", path.replace("opschalingen", "tafels"), POLITIE)).status_code == 404


# --- what is done ----------------------------------------------------------------------------------------------------


async def test_an_organisation_tells_that_it_did_what_it_had_to_do_and_it_is_told_once(triage: TriageRoom) -> None:
    path, acties = await a_table(triage)
    mine = f"{path.replace('opschalingen', 'tafels')}/acties/{acties[POLITIE]['id']}"
    read = await at(triage, "GET", mine, POLITIE)
    body = {"toelichting": "Wij zijn geweest."}

    blind = await at(triage, "PUT", f"{mine}/afronding", POLITIE, json=body)
    done = await at(triage, "PUT", f"{mine}/afronding", POLITIE, json=body, headers={"If-Match": read.headers["ETag"]})
    again = await at(triage, "PUT", f"{mine}/afronding", POLITIE, json=body, headers={"If-Match": "*"})
    other = await at(triage, "PUT", f"{mine}/afronding", POLITIE, json={}, headers={"If-Match": "*"})
    stale = await at(triage, "PUT", f"{mine}/afronding", POLITIE, json=body, headers={"If-Match": '"1"'})

    assert (read.status_code, read.json()["besluit"]) == (200, "De politie gaat langs.")
    assert [one.status_code for one in (blind, done, again, other, stale)] == [428, 200, 200, 409, 412]
    assert (done.json()["status"], done.json()["versie"]) == ("gedaan", 2)
    assert "geweest" not in done.text
    facts = [fact for fact in await triage.facts() if isinstance(fact, ActieAfgerond)]
    assert [(str(fact.actie_id), fact.gedaan) for fact in facts] == [(acties[POLITIE]["id"], True)]
    kept = next(one for one in (await shown(triage, path))["acties"] if one["id"] == acties[POLITIE]["id"])
    assert kept["toelichting"] == "Wij zijn geweest."
    assert (await at(triage, "GET", "/tafels", POLITIE)).json()["resultaten"][0]["openActies"] == 0


async def test_what_another_must_do_is_not_his_to_tell(triage: TriageRoom) -> None:
    path, acties = await a_table(triage)
    theirs = f"{path.replace('opschalingen', 'tafels')}/acties/{acties[HULP]['id']}"

    for method, where, body in (("GET", theirs, None), ("PUT", f"{theirs}/afronding", {})):
        answer = await at(triage, method, where, POLITIE, json=body, headers={"If-Match": "*"})
        assert answer.status_code == 404
    assert [fact for fact in await triage.facts() if isinstance(fact, ActieAfgerond)] == []


async def test_after_a_table_has_ended_its_words_are_gone_and_what_was_agreed_can_still_be_done(
    triage: TriageRoom,
) -> None:
    path, acties = await a_table(triage)
    onward = [{"actieId": one["id"]} for one in acties.values()]
    ended = await step(triage, path, "afschaling", {**NAAR_VELD, "overTeDragenActies": onward})
    assert ended.status_code == 200, ended.text

    seen = await tafel(triage, path, POLITIE)

    assert (seen["onderdelen"], seen["teksten"], seen["overleggen"]) == ([], [], [])
    assert [(one["besluit"], one["eigen"]) for one in seen["acties"]] == [("De politie gaat langs.", True)]
    mine = f"{path.replace('opschalingen', 'tafels')}/acties/{acties[POLITIE]['id']}/afronding"
    done = await at(triage, "PUT", mine, POLITIE, json={}, headers={"If-Match": "*"})
    assert (done.status_code, done.json()["status"]) == (200, "gedaan")
    (row,) = (await at(triage, "GET", "/tafels", POLITIE)).json()["resultaten"]
    assert (row["status"], row["volgendOverlegOp"], row["openActies"]) == ("afgeschaald", None, 0)


async def test_everything_that_is_read_or_done_leaves_a_row_of_audit_with_the_casus(triage: TriageRoom) -> None:
    path, acties = await a_table(triage)
    casus_id = (await shown(triage, path))["casusId"]
    mine = f"{path.replace('opschalingen', 'tafels')}/acties/{acties[POLITIE]['id']}"
    await tafel(triage, path, POLITIE)
    await at(triage, "GET", mine, POLITIE)
    await at(triage, "PUT", f"{mine}/afronding", POLITIE, json={}, headers={"If-Match": "*"})
    await at(triage, "GET", path.replace("opschalingen", "tafels"), OTHER)

    rows = await triage.rows("SELECT * FROM audit WHERE rol = 'ketenpartner' ORDER BY id")

    assert [(row.actie, row.organisatie_id, row.resultaat) for row in rows] == [
        ("gelezen", POLITIE, "gelukt"),
        ("gelezen", POLITIE, "gelukt"),
        ("afgerond", POLITIE, "gelukt"),
        ("readTafel", OTHER, "niet-gevonden"),
    ]
    assert {str(row.casus_id) for row in rows[:3]} == {casus_id}


async def test_the_list_is_read_in_pages(triage: TriageRoom) -> None:
    made = []
    for _ in range(3):
        made.append((await a_table(triage))[0].rpartition("/")[2])
        triage.klok.advance(timedelta(minutes=1))

    seen, query = [], "limiet=2"
    while query:
        answer = (await at(triage, "GET", f"/tafels?{query}", POLITIE)).json()
        seen += [row["id"] for row in answer["resultaten"]]
        query = f"limiet=2&na={answer['volgende']}" if answer["volgende"] else ""

    assert seen == made


# --- the wall --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rol", "organisatie", "rows"),
    [
        ("vt-medewerker", "vtrr", [1, 3, 2, 2]),
        ("ketenpartner", POLITIE, [1, 1, 2, 2]),
        ("lokaal-team", VELD, [1, 1, 2, 2]),
        ("ketenpartner", OTHER, [0, 0, 0, 0]),
        ("lokaal-team", "lokaal-team-0622", [0, 0, 0, 0]),
        ("gemeente", POLITIE, [0, 0, 0, 0]),
        ("beheerder", POLITIE, [0, 0, 0, 0]),
    ],
)
async def test_the_database_itself_shows_a_table_to_who_sits_there(
    triage: TriageRoom, rol: str, organisatie: str, rows: list[int]
) -> None:
    path, _ = await a_table(triage)

    assert await behind_the_wall(triage, rol, organisatie) == rows
    (seat,) = [one for one in (await shown(triage, path))["deelnemers"] if one["organisatieId"] == POLITIE]
    await step(triage, path, f"deelnemers/{seat['id']}/vertrek")
    assert await behind_the_wall(triage, "ketenpartner", POLITIE) == [0, 0, 0, 0]


async def behind_the_wall(triage: TriageRoom, rol: str, organisatie: str) -> list[int]:
    url = triage.made.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
    engine = create_engine(url, name="test-muur", pool_size=1)
    try:
        with working(Work(Wall(rol, organisatie, frozenset({"0599"})), triage.made.vault)):
            async with in_transaction(engine) as conn:
                counts = [await conn.scalar(text(f"SELECT count(*) FROM {table}")) for table in TABLES]  # noqa: S608
    finally:
        await engine.dispose()
    return [int(one or 0) for one in counts]
