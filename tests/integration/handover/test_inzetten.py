"""Help under an overdracht on a real PostgreSQL: chosen, started, refused and ended, and what was not there."""

from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import text

from shared.db import in_transaction
from tests.integration.handover.conftest import OPVANG, OTHER_PARTNER, OTHER_TEAM, TEAM, VT, HandoverRoom
from tests.integration.handover.palet import GEMIST, HULP, KEUZE, LEAD, Who, accepted, ask, put_in_palet, step
from tests.integration.handover.test_overdrachten import facts_told, offered

pytestmark = pytest.mark.anyio

GEHEIM = "Buurvrouw Canarie"
SEEN = (VT, LEAD, TEAM, HULP)
UNSEEN = (OTHER_TEAM, OTHER_PARTNER, OPVANG)


async def read(room: HandoverRoom, inzet_id: str, who: Who = VT) -> dict[str, Any]:
    answer = await room.call("GET", f"/inzetten/{inzet_id}", who)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def listed(room: HandoverRoom, path: str, who: Who) -> list[dict[str, Any]]:
    answer = await room.call("GET", path, who)
    assert answer.status_code == 200, answer.text
    rows: list[dict[str, Any]] = answer.json()["resultaten"]
    return rows


# --- choosing --------------------------------------------------------------------------------------------------------


async def test_help_is_asked_under_an_accepted_overdracht_and_told(handover: HandoverRoom) -> None:
    casus_id, overdracht_id = await accepted(handover)
    hulp = await put_in_palet(handover)

    inzet = await ask(handover, overdracht_id, hulp["id"], toelichting="Mevrouw kan op dinsdag.")

    assert (inzet["status"], inzet["aanbiederId"], inzet["aanvragerId"]) == (
        "aangevraagd", "hulp-rijnmond", "lokaal-team-0599"
    )  # fmt: skip
    (told,) = await facts_told(handover, "inzet-gevraagd")
    assert told["casus"] == casus_id
    assert {name: told[name] for name in ("inzetId", "overdrachtId", "gemeenteCode", "doelgroep", "fase")} == {
        "inzetId": inzet["id"],
        "overdrachtId": overdracht_id,
        "gemeenteCode": "0599",
        "doelgroep": "ouderenmishandeling",
        "fase": "herstel",
    }
    assert "dinsdag" not in str(told)
    assert (await read(handover, inzet["id"], TEAM))["toelichting"] == "Mevrouw kan op dinsdag."


async def test_before_somebody_accepted_or_after_he_refused_no_help_is_asked(handover: HandoverRoom) -> None:
    _, (team, opvang) = await offered(handover)
    hulp = await put_in_palet(handover)
    refusal = {"reden": "geen-capaciteit", "toelichting": "Vol."}
    assert (await handover.call("POST", f"/overdrachten/{opvang['id']}/weigering", OPVANG, json=refusal)).is_success

    for overdracht, who in ((team, TEAM), (opvang, OPVANG), (team, VT)):
        for path, body in (("inzetten", KEUZE | {"interventieId": hulp["id"]}), ("lacunes", GEMIST)):
            answer = await handover.call("POST", f"/overdrachten/{overdracht['id']}/{path}", who, json=body)
            assert answer.status_code == 409
            assert "Accepteer haar eerst" in answer.json()["detail"]
    assert await listed(handover, "/inzetten", VT) == await listed(handover, "/lacunes", VT) == []


async def test_who_wants_to_give_a_casus_back_can_ask_help_for_it_until_it_is_taken(handover: HandoverRoom) -> None:
    _, overdracht_id = await accepted(handover)
    hulp = await put_in_palet(handover)
    wish = {"reden": "geen-capaciteit", "toelichting": "Wij zijn met te weinig."}
    asked = await handover.call("POST", f"/overdrachten/{overdracht_id}/teruggave", TEAM, json=wish)
    assert asked.status_code == 201, asked.text

    assert (await ask(handover, overdracht_id, hulp["id"]))["status"] == "aangevraagd"


async def test_a_stranger_asks_no_help_for_a_family_and_notes_nothing_of_it(handover: HandoverRoom) -> None:
    _, overdracht_id = await accepted(handover)
    hulp = await put_in_palet(handover)

    for who in (*UNSEEN, HULP):
        for path, body in (("inzetten", KEUZE | {"interventieId": hulp["id"]}), ("lacunes", GEMIST)):
            answer = await handover.call("POST", f"/overdrachten/{overdracht_id}/{path}", who, json=body)
            assert answer.status_code == 404, (who, path)
    assert await listed(handover, "/inzetten", VT) == []


@pytest.mark.parametrize(
    ("hulp", "keuze", "pointer"),
    [
        ({"gemeenteCodes": ["0622"]}, {}, "/interventieId"),
        ({"geldigTotEnMet": "2026-03-01"}, {}, "/interventieId"),
        ({"geldigVan": "2026-03-03"}, {}, "/interventieId"),
        ({}, {"fase": "acute-veiligheid"}, "/fase"),
        ({}, {"interventieId": str(uuid4())}, "/interventieId"),
        ({}, {"doelgroep": "iedereen"}, "/doelgroep"),
    ],
)
async def test_help_that_is_not_there_for_this_family_is_not_chosen(
    handover: HandoverRoom, hulp: dict[str, Any], keuze: dict[str, Any], pointer: str
) -> None:
    _, overdracht_id = await accepted(handover)
    made = await put_in_palet(handover, **hulp)

    body = KEUZE | {"interventieId": made["id"]} | keuze
    answer = await handover.call("POST", f"/overdrachten/{overdracht_id}/inzetten", TEAM, json=body)

    assert answer.status_code == 400
    assert [fault["pointer"] for fault in answer.json()["errors"]] == [pointer]
    assert await listed(handover, "/inzetten", VT) == []


async def test_the_same_request_under_one_key_asks_once_and_without_a_key_twice(handover: HandoverRoom) -> None:
    _, overdracht_id = await accepted(handover)
    hulp = await put_in_palet(handover)
    body = KEUZE | {"interventieId": hulp["id"]}
    path, key = f"/overdrachten/{overdracht_id}/inzetten", {"Idempotency-Key": "een"}

    first, again = [await handover.call("POST", path, TEAM, json=body, headers=key) for _ in range(2)]
    other = await handover.call("POST", path, TEAM, json=body | {"instemming": False}, headers=key)
    await ask(handover, overdracht_id, hulp["id"])  # for somebody else of the family

    assert (first.status_code, again.status_code, other.status_code) == (201, 201, 409)
    assert first.json() == again.json()
    assert first.headers["Location"] == f"/v1/inzetten/{first.json()['id']}"
    assert len(await listed(handover, "/inzetten", VT)) == len(await facts_told(handover, "inzet-gevraagd")) == 2


# --- who reads what --------------------------------------------------------------------------------------------------


async def test_who_asks_and_who_gives_see_an_inzet_and_nobody_else_does(handover: HandoverRoom) -> None:
    casus_id, overdracht_id = await accepted(handover)
    inzet = await ask(handover, overdracht_id, (await put_in_palet(handover))["id"])

    for who in SEEN:
        assert [row["id"] for row in await listed(handover, "/inzetten", who)] == [inzet["id"]], who
        assert (await read(handover, inzet["id"], who))["status"] == "aangevraagd"
    for who in UNSEEN:
        assert await listed(handover, "/inzetten", who) == [], who
        assert (await handover.call("GET", f"/inzetten/{inzet['id']}", who)).status_code == 404
        assert (await step(handover, inzet["id"], "start", who)).status_code == 404
    for query in (f"casusId={casus_id}", f"overdrachtId={overdracht_id}", "status=aangevraagd"):
        assert len(await listed(handover, f"/inzetten?{query}", TEAM)) == 1
    for query in (f"casusId={uuid4()}", f"overdrachtId={uuid4()}", "status=gestart"):
        assert await listed(handover, f"/inzetten?{query}", TEAM) == []


async def test_who_gives_help_is_not_told_which_casus_it_is(handover: HandoverRoom) -> None:
    _, overdracht_id = await accepted(handover)
    inzet = await ask(handover, overdracht_id, (await put_in_palet(handover))["id"])
    hidden = {"casusId": None, "meldingId": None, "overdrachtId": None}

    (row,), whole = await listed(handover, "/inzetten", HULP), await read(handover, inzet["id"], HULP)
    started = (await step(handover, inzet["id"], "start", HULP)).json()

    for seen in (row, whole, started):
        assert {name: seen[name] for name in hidden} == hidden
    assert (await read(handover, inzet["id"], TEAM))["overdrachtId"] == overdracht_id


async def test_who_received_the_casus_and_gives_the_help_himself_sees_it_whole(handover: HandoverRoom) -> None:
    _, overdracht_id = await accepted(handover)
    hulp = await put_in_palet(handover, TEAM)  # the team gives it itself
    inzet = await ask(handover, overdracht_id, hulp["id"], instemming=False, toelichting="Zij weet ervan.")

    (row,) = await listed(handover, "/inzetten", TEAM)

    assert (hulp["organisatieId"], row["overdrachtId"]) == ("lokaal-team-0599", overdracht_id)
    assert (await read(handover, inzet["id"], TEAM))["toelichting"] == "Zij weet ervan."


@pytest.mark.parametrize("instemming", [True, False])
async def test_who_gives_help_reads_what_is_asked_only_when_the_family_agrees(
    handover: HandoverRoom, *, instemming: bool
) -> None:
    _, overdracht_id = await accepted(handover)
    hulp = await put_in_palet(handover)
    inzet = await ask(handover, overdracht_id, hulp["id"], instemming=instemming, toelichting="Zij is verdrietig.")

    seen = {who: (await read(handover, inzet["id"], who))["toelichting"] for who in SEEN}

    told = "Zij is verdrietig."
    assert seen == {VT: told, LEAD: told, TEAM: told, HULP: told if instemming else None}


async def test_who_reported_is_cut_from_what_people_wrote_for_everybody_but_veilig_thuis(
    handover: HandoverRoom,
) -> None:
    handover.rooms.verborgen = GEHEIM
    _, overdracht_id = await accepted(handover)
    hulp = await put_in_palet(handover)
    inzet = await ask(handover, overdracht_id, hulp["id"], toelichting=f"{GEHEIM} belde.")
    refusal = {"reden": "niet-passend", "toelichting": f"Volgens {GEHEIM} niet."}
    answer = await step(handover, inzet["id"], "weigering", HULP, body=refusal)

    assert (answer.status_code, GEHEIM in answer.text) == (200, False)
    for who in (TEAM, HULP):
        seen = await read(handover, inzet["id"], who)
        assert (seen["toelichting"], seen["einde"]) == ("[weggelaten] belde.", "Volgens [weggelaten] niet.")
    assert (await read(handover, inzet["id"]))["toelichting"] == f"{GEHEIM} belde."
    handover.rooms.away = True
    assert (await handover.call("GET", f"/inzetten/{inzet['id']}", TEAM)).status_code == 503
    assert (await handover.call("GET", f"/inzetten/{inzet['id']}", VT)).status_code == 200


async def test_everything_that_is_read_or_done_leaves_a_row_of_audit_with_the_casus(handover: HandoverRoom) -> None:
    casus_id, overdracht_id = await accepted(handover)
    inzet = await ask(handover, overdracht_id, (await put_in_palet(handover))["id"])
    await read(handover, inzet["id"], HULP)
    await step(handover, inzet["id"], "start")
    await step(handover, inzet["id"], "afronding", body={})
    await handover.call("POST", f"/overdrachten/{overdracht_id}/lacunes", TEAM, json=GEMIST | {"nietPassend": True})

    rows = [row for row in await handover.audit() if row.object_soort in {"inzet", "lacune", "interventie"}]

    assert [(row.actie, row.object_soort, row.organisatie_id) for row in rows] == [
        ("vastgelegd", "interventie", "hulp-rijnmond"),
        ("aangevraagd", "inzet", "lokaal-team-0599"),
        ("gelezen", "inzet", "hulp-rijnmond"),
        ("gestart", "inzet", "hulp-rijnmond"),
        ("afgerond", "inzet", "hulp-rijnmond"),
        ("vastgesteld", "lacune", "lokaal-team-0599"),
    ]
    assert {row.casus_id for row in rows[1:]} == {casus_id}


# --- steps -----------------------------------------------------------------------------------------------------------


async def test_help_is_started_and_ended_and_each_is_told_once(handover: HandoverRoom) -> None:
    _, overdracht_id = await accepted(handover)
    inzet = await ask(handover, overdracht_id, (await put_in_palet(handover))["id"])

    for name, body, status in (
        ("afronding", {}, 409),
        ("start", None, 200),
        ("start", None, 200),
        ("weigering", {"reden": "geen-plaats"}, 409),
        ("afbreking", {"reden": "verhuisd", "toelichting": "Naar Groningen."}, 200),
        ("afbreking", {"reden": "verhuisd"}, 200),
        ("afbreking", {"reden": "anders"}, 409),
        ("afronding", {}, 409),
        ("start", None, 409),
    ):
        answer = await step(handover, inzet["id"], name, body=body)
        assert answer.status_code == status, (name, answer.text)

    seen = await read(handover, inzet["id"])
    assert (seen["status"], seen["afbreking"], seen["einde"], seen["versie"]) == (
        "afgebroken", "verhuisd", "Naar Groningen.", 3
    )  # fmt: skip
    assert len(await facts_told(handover, "inzet-gestart")) == 1
    (ended,) = await facts_told(handover, "inzet-beeindigd")
    assert ended["afbreking"] == "verhuisd"
    assert "Groningen" not in str(ended)


async def test_a_step_on_a_version_of_before_changes_nothing(handover: HandoverRoom) -> None:
    _, overdracht_id = await accepted(handover)
    inzet = await ask(handover, overdracht_id, (await put_in_palet(handover))["id"])

    started = await step(handover, inzet["id"], "start", seen='"1"')
    stale = await step(handover, inzet["id"], "afronding", TEAM, body={}, seen='"1"')
    blind = await handover.call("PUT", f"/inzetten/{inzet['id']}/afronding", TEAM, json={})

    assert (started.status_code, started.headers["ETag"]) == (200, '"2"')
    assert (stale.status_code, blind.status_code) == (412, 428)
    assert (await read(handover, inzet["id"]))["status"] == "gestart"


async def test_a_refusal_has_its_own_fact_and_is_a_gap_when_the_palet_lacks_something(handover: HandoverRoom) -> None:
    casus_id, overdracht_id = await accepted(handover)
    hulp = await put_in_palet(handover)
    full, unwilling = [await ask(handover, overdracht_id, hulp["id"]) for _ in range(2)]

    for inzet, reden in ((full, "geen-plaats"), (unwilling, "gezin-wil-niet")):
        for _ in range(2):
            assert (await step(handover, inzet["id"], "weigering", body={"reden": reden})).status_code == 200

    assert [fact["reden"] for fact in await facts_told(handover, "inzet-geweigerd")] == [
        "geen-plaats",
        "gezin-wil-niet",
    ]
    (gap,) = await listed(handover, "/lacunes", TEAM)
    (told,) = await facts_told(handover, "lacune-vastgesteld")
    assert (gap["inzetId"], gap["reden"], gap["casusId"]) == (full["id"], "geen-plaats", str(casus_id))
    assert (told["lacuneId"], told["reden"], told["gemeenteCode"]) == (gap["id"], "geen-plaats", "0599")
    assert await listed(handover, "/lacunes", HULP) == []  # who gives help has no part in what else is missing


# --- what is missing -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("hulp", "gemist", "reden"),
    [
        (None, {}, "geen-aanbod"),
        ({"gemeenteCodes": ["0622"]}, {}, "geen-aanbod"),
        ({"leeftijdVan": 81}, {}, "geen-aanbod"),
        ({"plaatsen": 0}, {}, "geen-plaats"),
        ({"eigenBijdrage": True}, {"zonderEigenBijdrage": True}, "drempel"),
        ({}, {"wachttijdDagenMax": 9}, "wachttijd-te-lang"),
        ({}, {"nietPassend": True}, "niet-passend"),
    ],
)
async def test_what_is_missing_is_told_by_the_palet_and_the_same_twice_is_one(
    handover: HandoverRoom, hulp: dict[str, Any] | None, gemist: dict[str, Any], reden: str
) -> None:
    casus_id, overdracht_id = await accepted(handover)
    if hulp is not None:
        await put_in_palet(handover, **hulp)
    path = f"/overdrachten/{overdracht_id}/lacunes"

    first, again = [await handover.call("POST", path, TEAM, json=GEMIST | gemist) for _ in range(2)]

    assert (first.status_code, again.status_code) == (201, 200), first.text
    assert first.json() == again.json()
    assert first.json()["reden"] == reden
    (told,) = await facts_told(handover, "lacune-vastgesteld")
    assert (told["casus"], told["reden"], told["doelgroep"], told["fase"]) == (
        casus_id, reden, "ouderenmishandeling", "herstel"
    )  # fmt: skip
    assert await listed(handover, "/lacunes", VT) == [first.json()]


async def test_where_help_can_be_had_nothing_is_missing(handover: HandoverRoom) -> None:
    _, overdracht_id = await accepted(handover)
    await put_in_palet(handover)

    answer = await handover.call("POST", f"/overdrachten/{overdracht_id}/lacunes", TEAM, json=GEMIST)

    assert answer.status_code == 409
    assert "zet haar in" in answer.json()["detail"]
    assert await listed(handover, "/lacunes", VT) == await facts_told(handover, "lacune-vastgesteld") == []


async def test_a_receiver_sees_what_was_missing_under_his_own_overdrachten(handover: HandoverRoom) -> None:
    casus_id, overdracht_id = await accepted(handover)
    path = f"/overdrachten/{overdracht_id}/lacunes"
    for body in (GEMIST, GEMIST | {"fase": "acute-veiligheid"}):
        assert (await handover.call("POST", path, TEAM, json=body)).status_code == 201

    assert len(await listed(handover, "/lacunes", TEAM)) == len(await listed(handover, "/lacunes", VT)) == 2
    for who in UNSEEN:
        assert await listed(handover, "/lacunes", who) == []
    for query, count in (
        ("fase=herstel", 1),
        ("doelgroep=ouderenmishandeling", 2),
        ("doelgroep=algemeen", 0),
        ("gemeenteCode=0599", 2),
        ("gemeenteCode=0622", 0),
        (f"casusId={casus_id}", 2),
        ("limiet=1", 1),
    ):
        assert len(await listed(handover, f"/lacunes?{query}", VT)) == count, query
    first = (await handover.call("GET", "/lacunes?limiet=1", VT)).json()
    rest = (await handover.call("GET", f"/lacunes?na={first['volgende']}", VT)).json()
    assert len({row["id"] for row in first["resultaten"] + rest["resultaten"]}) == 2
    assert (await handover.call("GET", "/lacunes", ("gemeente", "0599", ("0599",)))).status_code == 403


async def test_the_list_of_inzetten_is_read_in_pages(handover: HandoverRoom) -> None:
    _, overdracht_id = await accepted(handover)
    hulp = await put_in_palet(handover)
    asked = [(await ask(handover, overdracht_id, hulp["id"]))["id"] for _ in range(5)]

    seen, query = [], "limiet=2"
    while query:
        answer = (await handover.call("GET", f"/inzetten?{query}", HULP)).json()
        seen += [row["id"] for row in answer["resultaten"]]
        query = f"limiet=2&na={answer['volgende']}" if answer["volgende"] else ""

    assert sorted(seen) == sorted(asked)
    assert len(seen) == 5


async def test_what_people_wrote_is_kept_sealed(handover: HandoverRoom) -> None:
    _, overdracht_id = await accepted(handover)
    inzet = await ask(handover, overdracht_id, (await put_in_palet(handover))["id"], toelichting=GEHEIM)
    await step(handover, inzet["id"], "weigering", body={"reden": "anders", "toelichting": GEHEIM})

    async with in_transaction(handover.made.engine) as conn:
        (row,) = (await conn.execute(text("SELECT * FROM inzet"))).mappings()
        outbox = str((await conn.execute(text("SELECT data FROM outbox"))).all())

    assert row["toelichting"]
    assert row["einde"]
    assert GEHEIM not in str(dict(row)) + outbox
