"""The interventiepalet in its room: who keeps which help, and who finds what."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from tests.integration.handover.conftest import OPVANG, OTHER_PARTNER, OTHER_TEAM, TEAM, VT, HandoverRoom
from tests.integration.handover.palet import GEMIST, HULP, LEAD, OPGAVE, Who, accepted, ask, put_in_palet, step

pytestmark = pytest.mark.anyio

BEHEER: Who = ("beheerder", "vtrr", ())
GEMEENTE: Who = ("gemeente", "0599", ("0599",))
ZOEK: dict[str, Any] = {
    "gemeenteCode": "0599",
    "fase": "herstel",
    "doelgroepen": ["ouderenmishandeling"],
    "leeftijden": [80],
}


async def found_by(room: HandoverRoom, who: Who = TEAM, **changes: Any) -> list[dict[str, Any]]:
    answer = await room.call("POST", "/interventies/_zoek", who, json=ZOEK | changes)
    assert answer.status_code == 200, answer.text
    rows: list[dict[str, Any]] = answer.json()["resultaten"]
    return rows


async def test_who_gives_help_puts_it_in_the_palet_and_everybody_who_chooses_sees_it(handover: HandoverRoom) -> None:
    made = await put_in_palet(handover)

    assert (made["organisatieId"], made["vrij"], made["bezet"], made["versie"]) == ("hulp-rijnmond", 2, 0, 1)
    for who in (VT, LEAD, BEHEER, GEMEENTE, TEAM, OTHER_TEAM, OPVANG, HULP):
        answer = await handover.call("GET", f"/interventies/{made['id']}", who)
        assert (answer.status_code, answer.headers["ETag"]) == (200, '"1"'), who
        assert answer.json() == made
        assert (await handover.call("GET", "/interventies", who)).json()["resultaten"] == [made]
    assert (await handover.call("GET", f"/interventies/{uuid4()}", VT)).status_code == 404


@pytest.mark.parametrize(
    ("who", "changes", "status"),
    [
        (HULP, {}, 201),
        (HULP, {"gemeenteCodes": []}, 201),
        (HULP, {"organisatieId": "hulp-rijnmond"}, 201),
        (HULP, {"organisatieId": "jbrr"}, 400),
        (TEAM, {"organisatieId": "hulp-rijnmond"}, 201),
        (TEAM, {"gemeenteCodes": ["0599", "0622"], "organisatieId": "hulp-rijnmond"}, 403),
        (TEAM, {"gemeenteCodes": [], "organisatieId": "hulp-rijnmond"}, 403),
        (OTHER_TEAM, {}, 403),
        (LEAD, {"gemeenteCodes": [], "organisatieId": "hulp-rijnmond"}, 201),
        (BEHEER, {"organisatieId": "hulp-rijnmond"}, 201),
        (VT, {}, 403),
        (GEMEENTE, {}, 403),
    ],
)
async def test_each_keeps_his_own_help_and_a_team_that_of_its_municipality(
    handover: HandoverRoom, who: Who, changes: dict[str, Any], status: int
) -> None:
    answer = await handover.call("POST", "/interventies", who, json=OPGAVE | changes)

    assert answer.status_code == status, answer.text
    assert len((await handover.call("GET", "/interventies", VT)).json()["resultaten"]) == (status == 201)


@pytest.mark.parametrize(
    ("who", "changes", "status"),
    [
        (HULP, {"plaatsen": 9}, 200),
        (HULP, {"organisatieId": "jbrr"}, 400),
        (TEAM, {"plaatsen": 9}, 200),
        (TEAM, {"gemeenteCodes": ["0599", "0622"]}, 400),
        (TEAM, {"gemeenteCodes": []}, 400),
        (LEAD, {"gemeenteCodes": []}, 200),
        (BEHEER, {"plaatsen": None}, 200),
        (OTHER_TEAM, {}, 404),
        (OTHER_PARTNER, {}, 404),
        (VT, {}, 403),
    ],
)
async def test_who_does_not_keep_help_changes_nothing_of_it(
    handover: HandoverRoom, who: Who, changes: dict[str, Any], status: int
) -> None:
    made = await put_in_palet(handover)

    path = f"/interventies/{made['id']}"
    answer = await handover.call("PUT", path, who, json=OPGAVE | changes, headers={"If-Match": '"1"'})

    assert answer.status_code == status, answer.text
    kept = (await handover.call("GET", path, VT)).json()
    assert kept == (answer.json() if status == 200 else made)
    assert kept["versie"] == (2 if status == 200 else 1)


async def test_of_two_who_change_at_once_the_second_is_told_to_read_again(handover: HandoverRoom) -> None:
    path = f"/interventies/{(await put_in_palet(handover))['id']}"

    first = await handover.call("PUT", path, HULP, json=OPGAVE | {"plaatsen": 3}, headers={"If-Match": '"1"'})
    stale = await handover.call("PUT", path, TEAM, json=OPGAVE | {"plaatsen": 4}, headers={"If-Match": '"1"'})
    blind = await handover.call("PUT", path, TEAM, json=OPGAVE)
    same = await handover.call("PUT", path, TEAM, json=OPGAVE | {"plaatsen": 3}, headers={"If-Match": '"2"'})

    assert [answer.status_code for answer in (first, stale, blind, same)] == [200, 412, 428, 200]
    assert (same.json()["plaatsen"], same.headers["ETag"]) == (3, '"2"')


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"naam": "Bel 06 12345678"}, "/naam"),
        ({"naam": " "}, "/naam"),
        ({"doelgroepen": []}, "/doelgroepen"),
        ({"fasen": ["ooit"]}, "/fasen/0"),
        ({"plaatsen": -1}, "/plaatsen"),
        ({"leeftijdVan": 80, "leeftijdTotEnMet": 70}, "/leeftijdTotEnMet"),
        ({"wachttijd": {"dagen": 3}}, "/wachttijd/op"),
        ({"wachttijd": {"dagen": 3, "op": "2030-01-01"}}, "/wachttijd/op"),
        ({"geldigTotEnMet": "2025-01-01"}, "/geldigTotEnMet"),
        ({"gemeenteCodes": ["9999"]}, "/gemeenteCodes"),
    ],
)
async def test_what_cannot_be_so_is_refused_and_nothing_is_kept(
    handover: HandoverRoom, changes: dict[str, Any], pointer: str
) -> None:
    answer = await handover.call("POST", "/interventies", HULP, json=OPGAVE | changes)

    assert answer.status_code == 400
    assert [fault["pointer"] for fault in answer.json()["errors"]] == [pointer]
    assert (await handover.call("GET", "/interventies", VT)).json()["resultaten"] == []


async def test_the_same_request_under_one_key_makes_one_offer(handover: HandoverRoom) -> None:
    async def post(**changes: Any) -> Any:
        headers = {"Idempotency-Key": "een"}
        return await handover.call("POST", "/interventies", HULP, json=OPGAVE | changes, headers=headers)

    first, again, other = await post(), await post(), await post(plaatsen=9)

    assert (first.status_code, again.status_code, other.status_code) == (201, 201, 409)
    assert first.json() == again.json()
    assert first.headers["Location"] == f"/v1/interventies/{first.json()['id']}"
    assert len((await handover.call("GET", "/interventies", VT)).json()["resultaten"]) == 1


async def test_the_palet_is_read_in_pages_and_by_what_is_asked(handover: HandoverRoom) -> None:
    ids = [(await put_in_palet(handover, gemeenteCodes=codes))["id"] for codes in (["0599"], [], ["0622"])]
    old = await put_in_palet(
        handover, geldigVan="2025-01-01", geldigTotEnMet="2025-12-31", fasen=["directe-veiligheid"]
    )

    async def ids_of(query: str) -> list[str]:
        answer = await handover.call("GET", f"/interventies?{query}", VT)
        assert answer.status_code == 200, answer.text
        return [row["id"] for row in answer.json()["resultaten"]]

    seen, query = [], "limiet=3"
    while query:
        answer = (await handover.call("GET", f"/interventies?{query}", VT)).json()
        seen += [row["id"] for row in answer["resultaten"]]
        query = f"limiet=3&na={answer['volgende']}" if answer["volgende"] else ""
    assert seen == [*ids, old["id"]]
    assert await ids_of("gemeenteCode=0599") == [ids[0], ids[1], old["id"]]
    assert await ids_of("gemeenteCode=0622") == ids[1:]
    assert await ids_of("geldigOp=2026-03-02") == ids
    assert await ids_of("geldigOp=2025-12-31") == [old["id"]]
    assert await ids_of("geldigOp=2026-01-01&gemeenteCode=0599") == ids[:2]
    assert await ids_of("fase=directe-veiligheid") == [old["id"]]
    assert await ids_of("doelgroep=complexe-scheiding") == []
    assert await ids_of("organisatieId=jbrr") == []


async def test_help_is_found_by_what_is_needed_with_why_it_stands_there(handover: HandoverRoom) -> None:
    regional = await put_in_palet(handover, gemeenteCodes=[], doelgroepen=["algemeen"])
    mine = await put_in_palet(handover)
    for changes in ({"gemeenteCodes": ["0622"]}, {"fasen": ["acute-veiligheid"]}, {"geldigTotEnMet": "2026-02-28"}):
        await put_in_palet(handover, **changes)

    rows = await found_by(handover)

    assert [row["interventie"]["id"] for row in rows] == [mine["id"], regional["id"]]
    for row in rows:
        assert row["score"] == sum(line["punten"] for line in row["uitleg"])
    assert rows[0]["uitleg"][0] == {
        "punt": "doelgroep",
        "punten": 45,
        "uitleg": "is bedoeld voor ouderenmishandeling",
    }
    assert await found_by(handover, leeftijden=[30]) == []
    assert [row["interventie"]["id"] for row in await found_by(handover, limiet=1)] == [mine["id"]]


async def test_a_waiting_time_goes_out_of_date_by_itself(handover: HandoverRoom) -> None:
    made = await put_in_palet(handover)
    assert made["wachttijdVerouderd"] is False

    handover.klok.advance(timedelta(days=40))

    (row,) = await found_by(handover)
    assert row["interventie"]["wachttijdVerouderd"] is True
    assert row["interventie"]["wachttijd"] == {"dagen": 10, "op": "2026-03-02"}
    assert "wachttijd-verouderd" in {line["punt"] for line in row["uitleg"]}


async def test_places_are_counted_from_the_rows_also_for_who_may_not_see_those(handover: HandoverRoom) -> None:
    _, overdracht_id = await accepted(handover)
    made = await put_in_palet(handover)
    first, second, _ = [await ask(handover, overdracht_id, made["id"]) for _ in range(3)]
    for inzet in (first, second):
        assert (await step(handover, inzet["id"], "start")).status_code == 200

    for who in (OTHER_TEAM, OTHER_PARTNER, GEMEENTE, HULP, VT):
        seen = (await handover.call("GET", f"/interventies/{made['id']}", who)).json()
        assert (seen["bezet"], seen["wachtend"], seen["vrij"]) == (2, 1, 0), who
        assert (await handover.call("GET", "/interventies", who)).json()["resultaten"] == [seen], who
    (full,) = await found_by(handover, OTHER_TEAM)
    assert full["interventie"] == seen
    assert "plaatsen-bezet" in {line["punt"] for line in full["uitleg"]}
    missing = await handover.call("POST", f"/overdrachten/{overdracht_id}/lacunes", TEAM, json=GEMIST)
    assert (missing.status_code, missing.json()["reden"]) == (201, "geen-plaats")

    assert (await step(handover, first["id"], "afronding", body={})).status_code == 200
    seen = (await handover.call("GET", f"/interventies/{made['id']}", OTHER_TEAM)).json()
    assert (seen["bezet"], seen["wachtend"], seen["vrij"]) == (1, 1, 1)


async def test_of_many_who_want_the_last_places_at_once_no_more_begin_than_there_are(handover: HandoverRoom) -> None:
    _, overdracht_id = await accepted(handover)
    made = await put_in_palet(handover)
    asked = [await ask(handover, overdracht_id, made["id"]) for _ in range(5)]

    answers = await asyncio.gather(*(step(handover, inzet["id"], "start") for inzet in asked))

    assert sorted(answer.status_code for answer in answers) == [200, 200, 409, 409, 409]
    seen = (await handover.call("GET", f"/interventies/{made['id']}", VT)).json()
    assert (seen["bezet"], seen["wachtend"]) == (2, 3)
