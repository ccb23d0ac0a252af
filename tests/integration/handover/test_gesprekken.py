"""The talks of a warm overdracht: planned by either side, held, noted, and corrected by a next version."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import text

from services.handover.domain.pakket import DienstDeel
from shared.db import in_transaction
from tests.integration.handover.conftest import OPVANG, OTHER_TEAM, TEAM, VT, HandoverRoom
from tests.integration.handover.test_intrekken import revoke, steps_of
from tests.integration.handover.test_overdrachten import TO_TEAM, conclusie, facts_told, melding, offered
from tests.integration.handover.test_splitsen import destruction, merge, split
from tests.integration.handover.test_splitsen import offered as offered_in

pytestmark = pytest.mark.anyio

SAMEN = [{"rol": "veilig-thuis"}, {"rol": "ontvanger", "organisatieId": "lokaal-team-0599"}, {"rol": "gezin"}]
GEHEIM = "Mevrouw Jansen-Canarie"


def plan(room: HandoverRoom) -> dict[str, Any]:
    return {"moment": (room.klok() + timedelta(days=1)).isoformat(), "deelnemers": SAMEN}


def notes(room: HandoverRoom, words: str = "Wij spraken af wie belt.") -> dict[str, Any]:
    return {"gehoudenOp": room.klok().isoformat(), "deelnemers": SAMEN, "verslag": words}


async def planned(room: HandoverRoom, overdracht_id: str, who: Any = VT) -> dict[str, Any]:
    answer = await room.call("POST", f"/overdrachten/{overdracht_id}/gesprekken", who, json=plan(room))
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def note(room: HandoverRoom, gesprek: dict[str, Any], body: Any, who: Any = VT, etag: str | None = "*") -> Any:
    path = f"/overdrachten/{gesprek['overdrachtId']}/gesprekken/{gesprek['id']}/verslag"
    headers = {"If-Match": etag} if etag else {}
    return await room.call("PUT", path, who, json=body, headers=headers)


async def call_off(room: HandoverRoom, gesprek: Any, reden: str = "verhinderd", who: Any = VT, etag: str = "*") -> Any:
    path = f"/overdrachten/{gesprek['overdrachtId']}/gesprekken/{gesprek['id']}/afzegging"
    return await room.call("PUT", path, who, json={"reden": reden}, headers={"If-Match": etag} if etag else {})


async def talks(room: HandoverRoom, overdracht_id: str, who: Any = VT) -> list[dict[str, Any]]:
    answer = await room.call("GET", f"/overdrachten/{overdracht_id}/gesprekken", who)
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["resultaten"]
    return found


async def row_of(room: HandoverRoom, overdracht_id: str) -> dict[str, Any]:
    return next(row for row in await room.overdrachten() if row["id"] == overdracht_id)


async def test_what_is_called_warm_shows_that_nobody_talked_until_somebody_did(handover: HandoverRoom) -> None:
    _, (team, _) = await offered(handover)
    gesprek = await planned(handover, team["id"])
    await handover.call("POST", f"/overdrachten/{team['id']}/acceptatie", TEAM, json={"warm": True})
    before = await row_of(handover, team["id"])
    handover.klok.advance(timedelta(days=1))

    answer = await note(handover, gesprek, notes(handover))

    after = await row_of(handover, team["id"])
    assert answer.status_code == 200, answer.text
    assert (before["warmZonderGesprek"], after["warmZonderGesprek"]) == (True, False)
    assert after["gesprekOp"] == answer.json()["gehoudenOp"]
    assert [one["stap"] for one in await steps_of(handover, team["id"])] == ["aangeboden", "geaccepteerd", "gesprek"]
    (fact,) = await facts_told(handover, "overdracht-gesprek-gehouden")
    assert (fact["overdrachtId"], fact["gesprekId"]) == (team["id"], gesprek["id"])
    assert "lokaal-team" not in str(fact)
    assert "wie belt" not in str(fact)


async def test_what_is_called_cold_needs_no_talk(handover: HandoverRoom) -> None:
    _, (team, opvang) = await offered(handover)
    await handover.call("POST", f"/overdrachten/{team['id']}/acceptatie", TEAM, json={"warm": False})
    await handover.call("POST", f"/overdrachten/{opvang['id']}/acceptatie", OPVANG)

    assert [row["warmZonderGesprek"] for row in await handover.overdrachten()] == [False, False]


async def test_a_correction_is_a_next_version_and_what_stood_there_stays(handover: HandoverRoom) -> None:
    _, (team, _) = await offered(handover)
    gesprek = await planned(handover, team["id"], TEAM)
    first = await note(handover, gesprek, notes(handover), TEAM, '"1"')
    same = await note(handover, gesprek, notes(handover), TEAM, first.headers["ETag"])

    second = await note(handover, gesprek, notes(handover, "Wij spraken af dat oma belt."), VT, first.headers["ETag"])

    assert [one.status_code for one in (first, same, second)] == [200, 200, 200]
    assert first.json() == same.json()
    assert (second.json()["verslag"]["versie"], second.json()["verslag"]["door"]) == (2, "vtrr")
    assert [one["verslag"]["verslag"] for one in await talks(handover, team["id"])] == ["Wij spraken af dat oma belt."]
    async with in_transaction(handover.made.engine) as conn:
        rows = (await conn.execute(text("SELECT versie, door, tekst FROM gesprek_verslag ORDER BY versie"))).all()
    assert [(row.versie, row.door) for row in rows] == [(1, "lokaal-team-0599"), (2, "vtrr")]
    assert not any(b"belt" in row.tekst for row in rows)
    assert len(await facts_told(handover, "overdracht-gesprek-gehouden")) == 1


async def test_who_saw_another_version_is_told_and_nothing_is_lost(handover: HandoverRoom) -> None:
    _, (team, _) = await offered(handover)
    gesprek = await planned(handover, team["id"])

    blind = await note(handover, gesprek, notes(handover), VT, None)
    both = await asyncio.gather(
        note(handover, gesprek, notes(handover, "De een."), VT, '"1"'),
        note(handover, gesprek, notes(handover, "De ander."), TEAM, '"1"'),
    )

    assert blind.status_code == 428
    assert sorted(one.status_code for one in both) == [200, 412]
    kept = next(one.json()["verslag"]["verslag"] for one in both if one.status_code == 200)
    assert [one["verslag"]["verslag"] for one in await talks(handover, team["id"])] == [kept]


async def test_a_plan_that_is_sent_twice_is_one_talk(handover: HandoverRoom) -> None:
    _, (team, _) = await offered(handover)
    path, body, key = f"/overdrachten/{team['id']}/gesprekken", plan(handover), {"Idempotency-Key": uuid4().hex}

    answers = [await handover.call("POST", path, VT, json=body, headers=key) for _ in range(2)]

    assert [one.status_code for one in answers] == [201, 201]
    assert len(await talks(handover, team["id"])) == 1


async def test_a_talk_is_for_veilig_thuis_and_the_receiver_and_nobody_else(handover: HandoverRoom) -> None:
    _, (team, _) = await offered(handover)
    gesprek = await planned(handover, team["id"])
    path = f"/overdrachten/{team['id']}/gesprekken"

    statuses = [
        status
        for who in (OTHER_TEAM, OPVANG)
        for status in (
            (await handover.call("GET", path, who)).status_code,
            (await handover.call("GET", f"{path}/{gesprek['id']}", who)).status_code,
            (await handover.call("POST", path, who, json=plan(handover))).status_code,
            (await note(handover, gesprek, notes(handover), who)).status_code,
        )
    ]

    assert statuses == [404] * 8
    assert (await handover.call("GET", f"{path}/{gesprek['id']}", TEAM)).headers["ETag"] == '"1"'
    assert (await handover.call("GET", f"{path}/{uuid4()}", TEAM)).status_code == 404


async def test_a_hidden_melder_is_left_out_of_what_came_of_a_talk(handover: HandoverRoom) -> None:
    _, (team, _) = await offered(handover)
    gesprek = await planned(handover, team["id"])
    await note(handover, gesprek, notes(handover, "De buurvrouw belde."))
    handover.rooms.verborgen = "buurvrouw"

    told = [(await talks(handover, team["id"], who))[0]["verslag"]["verslag"] for who in (VT, TEAM)]

    assert told == ["De buurvrouw belde.", "De [weggelaten] belde."]
    corrected = await note(handover, gesprek, notes(handover, "De buurvrouw belde weer."), TEAM)
    assert corrected.json()["verslag"]["verslag"] == "De [weggelaten] belde weer."


async def test_about_what_runs_no_more_no_talk_is_planned_or_held(handover: HandoverRoom) -> None:
    _, (team, opvang) = await offered(handover)
    held, open_one = await planned(handover, team["id"]), await planned(handover, team["id"])
    await note(handover, held, notes(handover))
    await revoke(handover, team["id"])

    again = await handover.call("POST", f"/overdrachten/{team['id']}/gesprekken", VT, json=plan(handover))
    first = await note(handover, open_one, notes(handover))
    correction = await note(handover, held, notes(handover, "Toch anders."))

    assert (again.status_code, first.status_code, correction.status_code) == (409, 409, 200)
    assert "ingetrokken" in again.json()["detail"]
    assert (await row_of(handover, opvang["id"]))["gesprekOp"] is None


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"moment": "2026-03-03T10:00:00Z", "deelnemers": []},
        {"moment": "2026-03-03T10:00:00Z", "deelnemers": [{"rol": "oma"}]},
        {"moment": "2026-03-03T10:00:00Z", "deelnemers": [{"rol": "gezin", "naam": "Oma"}]},
        {"moment": "2026-03-03T10:00:00Z", "deelnemers": [{"rol": "gezin"}] * 31},
    ],
)
async def test_a_bad_plan_stores_nothing(handover: HandoverRoom, body: dict[str, Any]) -> None:
    _, (team, _) = await offered(handover)

    answer = await handover.call("POST", f"/overdrachten/{team['id']}/gesprekken", VT, json=body)

    assert answer.status_code == 400
    assert await talks(handover, team["id"]) == []


async def test_what_is_still_to_come_has_no_note(handover: HandoverRoom) -> None:
    _, (team, _) = await offered(handover)
    gesprek = await planned(handover, team["id"])
    tomorrow = (handover.klok() + timedelta(days=1)).isoformat()

    answer = await note(handover, gesprek, notes(handover) | {"gehoudenOp": tomorrow})

    assert answer.status_code == 400
    assert (await talks(handover, team["id"]))[0]["verslag"] is None


async def test_there_is_an_end_to_what_is_planned(handover: HandoverRoom) -> None:
    _, (team, _) = await offered(handover)
    for _ in range(20):
        await planned(handover, team["id"])

    answer = await handover.call("POST", f"/overdrachten/{team['id']}/gesprekken", VT, json=plan(handover))

    assert answer.status_code == 400
    assert len(await talks(handover, team["id"])) == 20


async def test_what_came_of_a_talk_goes_along_and_is_destroyed_with_its_casus(handover: HandoverRoom) -> None:
    stays, gone = uuid4(), uuid4()
    mine, my_offer = await offered_in(handover, stays)
    theirs, their_offer = await offered_in(handover, gone)
    for offer in (my_offer, their_offer):
        await note(handover, await planned(handover, offer), notes(handover, GEHEIM))

    await handover.hear(stays, merge(handover, gone, 1))
    as_one = [(await talks(handover, offer))[0]["verslag"]["verslag"] for offer in (my_offer, their_offer)]
    await handover.hear(stays, split(handover, gone, theirs, volgorde=2, herstelt=True))
    await handover.hear(stays, destruction(handover, mine, volgorde=3))

    assert as_one == [GEHEIM, GEHEIM]
    assert (await talks(handover, their_offer))[0]["verslag"]["verslag"] == GEHEIM
    assert (await handover.call("GET", f"/overdrachten/{my_offer}/gesprekken", VT)).status_code == 404
    async with in_transaction(handover.made.engine) as conn:
        rows = (await conn.execute(text("SELECT overdracht_id FROM gesprek_verslag"))).scalars().all()
    assert [str(one) for one in rows] == [their_offer]


async def test_the_package_says_who_holds_sight_of_safety_and_when_the_family_is_looked_at_again(
    handover: HandoverRoom,
) -> None:
    dienst_id = uuid4()
    handover.rooms.diensten = (
        DienstDeel(
            dienst_id=dienst_id,
            soort="onderzoek",
            conclusie="bevestigd",
            motivering=None,
            veiligheidsvoorwaarden=(),
        ),
    )
    casus_id = uuid4()
    await handover.hear(casus_id, melding(handover), replace(conclusie(handover, TO_TEAM), dienst_id=dienst_id))
    (after_dienst,) = await handover.overdrachten()
    _, (direct, _) = await offered(handover)

    read = [(await handover.call("GET", f"/overdrachten/{one['id']}", VT)).json() for one in (after_dienst, direct)]
    await handover.call("GET", f"/overdrachten/{after_dienst['id']}", TEAM)
    await handover.call("POST", f"/overdrachten/{after_dienst['id']}/acceptatie", TEAM)
    frozen = (await handover.call("GET", f"/overdrachten/{after_dienst['id']}", TEAM)).json()

    assert [one["pakket"]["monitoring"]["maanden"] for one in read] == [[3, 12, 18], []]
    assert {one["pakket"]["zicht"]["organisatieId"] for one in read} == {"vtrr"}
    # As it was handed over, also when he holds it himself by now.
    assert (frozen["zoalsOverhandigd"], frozen["pakket"]["zicht"]["organisatieId"]) == (True, "vtrr")


# --- called off --------------------------------------------------------------------------------------------------


async def test_a_talk_that_was_called_off_waits_for_nobody_and_says_why(handover: HandoverRoom) -> None:
    _, (team, _) = await offered(handover)
    gesprek = await planned(handover, team["id"])
    told = len(await facts_told(handover, "overdracht-gesprek-gehouden"))

    off = await call_off(handover, gesprek, who=TEAM, etag='"1"')
    again = await call_off(handover, gesprek, etag='"1"')
    other = await call_off(handover, gesprek, "vergissing")

    assert (off.status_code, again.status_code, other.status_code) == (200, 200, 409)
    (shown,) = await talks(handover, team["id"])
    assert (shown["afzegreden"], shown["afgezegdDoor"], shown["versie"]) == ("verhinderd", TEAM[1], 2)
    assert shown["afgezegdOp"] == handover.klok().isoformat().replace("+00:00", "Z")
    waiting = (await handover.call("GET", "/openstaand", TEAM)).json()
    assert "gesprek" not in {row["soort"] for row in waiting["resultaten"]}
    assert len(await facts_told(handover, "overdracht-gesprek-gehouden")) == told
    assert [row.actie for row in await handover.audit()].count("gesprek-afzeggen") == 2
    for _ in range(20):
        await planned(handover, team["id"])  # it takes no place of the twenty


async def test_what_was_held_is_not_called_off_and_what_was_called_off_is_not_held(handover: HandoverRoom) -> None:
    _, (team, _) = await offered(handover)
    held, off = await planned(handover, team["id"]), await planned(handover, team["id"])
    handover.klok.advance(timedelta(days=1))
    assert (await note(handover, held, notes(handover))).status_code == 200
    assert (await call_off(handover, off)).status_code == 200

    refused = [await call_off(handover, held), await note(handover, off, notes(handover))]

    assert [answer.status_code for answer in refused] == [409, 409]
    assert ["gehouden" in refused[0].json()["detail"], "afgezegd" in refused[1].json()["detail"]] == [True, True]


async def test_who_has_nothing_to_do_with_a_talk_or_saw_another_version_does_not_call_it_off(
    handover: HandoverRoom,
) -> None:
    _, (team, _) = await offered(handover)
    gesprek = await planned(handover, team["id"])

    answers = [
        await call_off(handover, gesprek, who=OTHER_TEAM),
        await call_off(handover, gesprek, who=OPVANG),
        await call_off(handover, gesprek, etag='"7"'),
        await call_off(handover, gesprek, etag=""),
        await call_off(handover, gesprek, "zomaar"),
        await call_off(handover, gesprek | {"id": str(uuid4())}),
    ]

    assert [answer.status_code for answer in answers] == [404, 404, 412, 428, 400, 404]
    assert (await talks(handover, team["id"]))[0]["afgezegdOp"] is None
