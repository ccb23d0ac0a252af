"""Everything that waits for somebody, in one call; and who of a receiver sees to it."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from services.handover.domain.intrekken import must_be_offered_again
from services.handover.domain.openstaand import Zijde, kinds_of
from services.handover.store import overdrachten
from shared.db import in_transaction
from shared.events.payloads import Bestemming, CasusAfgesloten
from shared.rules.codes import BestemmingSoort, Rol
from shared.rules.overdrachtcodes import IntrekReden
from tests.integration.handover.conftest import OPVANG, OTHER_PARTNER, OTHER_TEAM, TEAM, VT, HandoverRoom
from tests.integration.handover.test_gesprekken import note, notes
from tests.integration.handover.test_gesprekken import planned as planned_talk
from tests.integration.handover.test_overdrachten import TO_OPVANG, TO_TEAM, besluit, melding, offered
from tests.integration.handover.test_plannen import accepted, planned
from tests.integration.handover.test_volgen import with_voorwaarde

pytestmark = pytest.mark.anyio

Who = tuple[str, str, tuple[str, ...]]
BESIDE = Bestemming(soort=BestemmingSoort.LOKAAL_VELD, organisatie_id=TEAM[1], draagt_zicht=False)


async def open_for(room: HandoverRoom, who: Who, query: str = "") -> dict[str, Any]:
    answer = await room.call("GET", f"/openstaand{query}", who)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def kinds_for(room: HandoverRoom, who: Who, query: str = "") -> list[str]:
    return [item["soort"] for item in (await open_for(room, who, query))["resultaten"]]


def counts(found: dict[str, Any]) -> dict[str, int]:
    """How much there is of each kind of which there is something."""
    return {one["soort"]: one["aantal"] for one in found["aantallen"] if one["aantal"]}


async def step(room: HandoverRoom, overdracht_id: str, what: str, who: Who, **body: Any) -> None:
    answer = await room.call("POST", f"/overdrachten/{overdracht_id}/{what}", who, json=body)
    assert answer.status_code == 201, answer.text


async def take(
    room: HandoverRoom,
    overdracht_id: str,
    behandelaar: str | None,
    *,
    subject: str = "anne",
    seen: str = "*",
    **more: Any,
) -> Any:
    headers = room.issuer.headers(TEAM[0], TEAM[1], gemeenten=TEAM[2], subject=subject) | {"If-Match": seen}
    body = {"medewerkerId": behandelaar, **more}
    return await room.http.put(f"/v1/overdrachten/{overdracht_id}/behandelaar", headers=headers, json=body)


# No system is known by which the receivers of these tests are told, so each open offer waits for a call too
# (tests/integration/handover/test_navragen.py).
_HOUDERLOOS = "?soort=opnieuw-aanbieden"


# --- what waits -------------------------------------------------------------------------------------------------


async def test_an_offer_waits_for_its_receiver_and_for_nobody_else(handover: HandoverRoom) -> None:
    casus_id, (team, opvang) = await offered(handover)

    found = await open_for(handover, TEAM)

    (item,) = found["resultaten"]
    assert item == {
        "soort": "aanbod",
        "id": team["id"],
        "overdrachtId": team["id"],
        "casusId": str(casus_id),
        "gemeenteCode": "0599",
        "organisatieId": "lokaal-team-0599",
        "sinds": team["aangebodenOp"],
        "uiterlijk": team["accepterenUiterlijk"],
        "teLaat": False,
        "behandelaar": None,
        "link": f"/v1/overdrachten/{team['id']}",
    }
    assert counts(found) == {"aanbod": 1}
    assert [one["soort"] for one in found["aantallen"]] == list(kinds_of(Zijde.ONTVANGER, Rol.LOKAAL_TEAM))
    assert [item["id"] for item in (await open_for(handover, OPVANG))["resultaten"]] == [opvang["id"]]
    for who in (OTHER_TEAM, OTHER_PARTNER):
        assert (await open_for(handover, who))["resultaten"] == []
        assert {one["aantal"] for one in (await open_for(handover, who))["aantallen"]} == {0}


async def test_what_was_done_makes_place_for_what_comes_next(handover: HandoverRoom) -> None:
    _, (team,) = await offered(handover, BESIDE)

    await step(handover, team["id"], "acceptatie", TEAM)
    assert await kinds_for(handover, TEAM) == ["eerste-contact"]

    await step(handover, team["id"], "eerste-contact", TEAM, tijdstip=handover.klok().isoformat())
    assert await kinds_for(handover, TEAM) == []


async def test_a_refusal_waits_for_veilig_thuis_until_somebody_else_is_asked(handover: HandoverRoom) -> None:
    _, (team, _) = await offered(handover)
    assert await kinds_for(handover, VT, _HOUDERLOOS) == []

    await step(handover, team["id"], "weigering", TEAM, reden="niet-bevoegd", toelichting="niet van ons")
    assert await kinds_for(handover, TEAM) == []
    assert await kinds_for(handover, VT, _HOUDERLOOS) == ["opnieuw-aanbieden"]

    again = {
        "vervangtOverdrachtId": team["id"],
        "bestemming": {"soort": "gecertificeerde-instelling"},
        "motivering": "m",
    }
    assert (await handover.call("POST", "/overdrachten", VT, json=again)).status_code == 201
    assert await kinds_for(handover, VT, _HOUDERLOOS) == []
    assert await kinds_for(handover, OTHER_PARTNER) == ["aanbod"]


@pytest.mark.parametrize("reden", IntrekReden)
async def test_what_was_taken_back_waits_exactly_when_it_must_be_offered_again(
    handover: HandoverRoom, reden: IntrekReden
) -> None:
    _, rows = await offered(handover)
    for row in rows:
        await step(handover, row["id"], "intrekking", VT, reden=reden, toelichting="x")

    waiting = {item["id"] for item in (await open_for(handover, VT))["resultaten"]}

    async with in_transaction(handover.made.engine) as conn:
        found = [await overdrachten.find_overdracht(conn, UUID(row["id"])) for row in rows]
    assert waiting == {str(one.id) for one in found if one and must_be_offered_again(one)}
    assert waiting
    assert await kinds_for(handover, TEAM) == await kinds_for(handover, OPVANG) == []


async def test_what_went_back_because_nobody_answered_waits_for_veilig_thuis(handover: HandoverRoom) -> None:
    _, rows = await offered(handover)
    handover.klok.advance(timedelta(days=15))
    assert await handover.work() == 2

    found = (await open_for(handover, VT))["resultaten"]

    assert {item["id"] for item in found} == {row["id"] for row in rows}
    assert {item["sinds"] for item in found} == {handover.klok().isoformat().replace("+00:00", "Z")}
    assert await kinds_for(handover, TEAM) == await kinds_for(handover, OPVANG) == []


async def test_nobody_needs_to_look_for_a_receiver_of_a_casus_that_was_closed(handover: HandoverRoom) -> None:
    casus_id, (team, _) = await offered(handover)
    await step(handover, team["id"], "weigering", TEAM, reden="niet-bevoegd", toelichting="niet van ons")
    other_casus, (other, _) = await offered(handover)
    await step(handover, other["id"], "weigering", TEAM, reden="niet-bevoegd", toelichting="niet van ons")
    handover.klok.advance(timedelta(hours=1))

    await handover.hear(casus_id, CasusAfgesloten(afgesloten_op=handover.klok(), reden="geen-vervolg"))

    (item,) = (await open_for(handover, VT, _HOUDERLOOS))["resultaten"]
    assert item["casusId"] == str(other_casus)


async def test_a_refusal_after_a_casus_was_closed_and_opened_again_waits_all_the_same(handover: HandoverRoom) -> None:
    casus_id, (team, _) = await offered(handover)
    await handover.hear(casus_id, CasusAfgesloten(afgesloten_op=handover.klok(), reden="geen-vervolg"))
    handover.klok.advance(timedelta(hours=1))

    await step(handover, team["id"], "weigering", TEAM, reden="niet-bevoegd", toelichting="niet van ons")

    assert await kinds_for(handover, VT, _HOUDERLOOS) == ["opnieuw-aanbieden"]


async def test_it_is_late_from_its_due_moment_on_and_counted_so(handover: HandoverRoom) -> None:
    await offered(handover)
    handover.klok.advance(timedelta(days=8))

    found = await open_for(handover, TEAM)

    assert [item["teLaat"] for item in found["resultaten"]] == [True]
    assert found["aantallen"][0] == {"soort": "aanbod", "aantal": 1, "teLaat": 1}


async def test_what_is_due_first_stands_on_top_whatever_its_kind(handover: HandoverRoom) -> None:
    first = (await offered(handover, BESIDE))[1][0]
    handover.klok.advance(timedelta(days=3))
    second = (await offered(handover, BESIDE))[1][0]
    third = (await offered(handover, BESIDE))[1][0]
    await step(handover, third["id"], "acceptatie", TEAM)

    # For a first contact there is more time than for an answer.
    assert [item["id"] for item in (await open_for(handover, TEAM))["resultaten"]] == [
        first["id"],
        second["id"],
        third["id"],
    ]


async def test_pages_follow_each_other_without_a_gap_or_a_double_also_at_one_moment(handover: HandoverRoom) -> None:
    for _ in range(2):
        await handover.hear(uuid4(), melding(handover), besluit(handover, BESIDE))
    for row in await handover.overdrachten(TEAM):
        await step(handover, row["id"], "acceptatie", TEAM)
    # Offered five working days later: due at the very moment of the first contacts, so that kind and id decide.
    handover.klok.advance(timedelta(days=7))
    for _ in range(2):
        await handover.hear(uuid4(), melding(handover), besluit(handover, BESIDE))
    whole = (await open_for(handover, TEAM))["resultaten"]

    read: list[dict[str, Any]] = []
    query = "?limiet=1"
    for _ in range(len(whole) + 1):
        part = await open_for(handover, TEAM, query)
        read += part["resultaten"]
        assert counts(part) == {"aanbod": 2, "eerste-contact": 2}
        if part["volgende"] is None:
            break
        query = f"?limiet=1&na={part['volgende']}"

    assert read == whole
    assert [item["soort"] for item in whole] == ["aanbod", "aanbod", "eerste-contact", "eerste-contact"]
    assert len({item["id"] for item in whole}) == len({item["uiterlijk"] or item["sinds"] for item in whole}) + 3 == 4


async def test_a_kind_and_a_municipality_narrow_the_list_and_a_kind_not_the_counts(handover: HandoverRoom) -> None:
    (team, *_), (taken, *_) = (await offered(handover, BESIDE))[1], (await offered(handover, BESIDE))[1]
    await step(handover, taken["id"], "acceptatie", TEAM)

    found = await open_for(handover, TEAM, "?soort=eerste-contact")

    assert [item["id"] for item in found["resultaten"]] == [taken["id"]]
    assert counts(found) == {"aanbod": 1, "eerste-contact": 1}
    assert [item["id"] for item in (await open_for(handover, TEAM, "?soort=aanbod"))["resultaten"]] == [team["id"]]
    assert await kinds_for(handover, TEAM, "?soort=opnieuw-aanbieden") == []
    assert await kinds_for(handover, TEAM, "?gemeenteCode=0622") == []


@pytest.mark.parametrize("query", ["?na=eW9v", "?na=WzEsMiwzXQ", "?soort=taart", "?limiet=0", "?behandelaar=a%40b.nl"])
async def test_a_place_or_a_filter_that_does_not_exist_is_refused(handover: HandoverRoom, query: str) -> None:
    assert (await handover.call("GET", f"/openstaand{query}", TEAM)).status_code == 400


async def test_a_place_of_another_list_is_no_place_here(handover: HandoverRoom) -> None:
    for _ in range(2):
        await handover.hear(uuid4(), besluit(handover, TO_TEAM, TO_OPVANG))
    other = (await handover.call("GET", "/overdrachten?limiet=1", TEAM)).json()["volgende"]

    assert (await handover.call("GET", f"/openstaand?na={other}", TEAM)).status_code == 400


@pytest.mark.parametrize("who", [("gemeente", "g", ("0599",)), ("beheerder", "b", ()), ("systeem", "s", ())])
async def test_who_receives_nothing_and_decides_nothing_is_not_let_in(handover: HandoverRoom, who: Who) -> None:
    headers = {"X-Doelbinding": "hulp-verlenen"}

    assert (await handover.call("GET", "/openstaand", who, headers=headers)).status_code == 403


# --- plans and voorwaarden ---------------------------------------------------------------------------------------


async def waiting(room: HandoverRoom, who: Who = TEAM) -> dict[str, tuple[str, str | None]]:
    """What waits by kind: what it is and until when; of each kind one."""
    return {item["soort"]: (item["id"], item["uiterlijk"]) for item in (await open_for(room, who))["resultaten"]}


async def test_a_plan_waits_for_who_holds_sight_until_it_is_made_and_then_its_evaluation_and_actions(
    handover: HandoverRoom,
) -> None:
    _, _, overdracht = await accepted(handover)
    assert (await waiting(handover))["plan"] == (overdracht, "2026-03-16T23:00:00Z")

    plan_id = await planned(handover, overdracht)
    actie = {"omschrijving": "x", "organisatieId": TEAM[1], "functie": "x", "uiterlijkDag": "2026-03-20"}
    made = await handover.call("POST", f"/plannen/{plan_id}/acties", TEAM, json=actie)
    assert made.status_code == 201, made.text

    found = await waiting(handover)
    assert "plan" not in found
    # The first moment after the day itself, here: in winter that is an hour before midnight in UTC.
    assert found["planactie"] == (made.json()["id"], "2026-03-20T23:00:00Z")
    assert found["plan-evaluatie"][0] == plan_id
    for who in (OTHER_TEAM, OPVANG, VT):
        assert not {"plan", "plan-evaluatie", "planactie"} & (await waiting(handover, who)).keys()

    done = await handover.call(
        "PUT",
        f"/plannen/{plan_id}/acties/{made.json()['id']}/afronding",
        TEAM,
        json={"gedaan": True},
        headers={"If-Match": "*"},
    )
    assert done.status_code == 200, done.text
    assert "planactie" not in await waiting(handover)


async def test_a_plan_is_not_waited_for_from_who_helps_beside_the_holder(handover: HandoverRoom) -> None:
    _, (_, opvang) = await offered(handover)
    await step(handover, opvang["id"], "acceptatie", OPVANG)

    assert (await waiting(handover, OPVANG)).keys() == {"eerste-contact"}


async def test_a_talk_that_was_planned_waits_for_its_receiver_until_it_is_written_down(handover: HandoverRoom) -> None:
    _, (team, _) = await offered(handover)
    gesprek = await planned_talk(handover, team["id"])

    found = await waiting(handover)

    # It is held tomorrow, and is late when that day is over.
    assert found["gesprek"] == (gesprek["id"], "2026-03-03T23:00:00Z")
    for who in (OTHER_TEAM, OPVANG, VT):
        assert "gesprek" not in await waiting(handover, who)
    handover.klok.advance(timedelta(days=1))
    assert (await note(handover, gesprek, notes(handover), TEAM)).status_code == 200
    assert "gesprek" not in await waiting(handover)


async def test_a_talk_about_what_was_refused_waits_for_nobody(handover: HandoverRoom) -> None:
    _, (team, _) = await offered(handover)
    await planned_talk(handover, team["id"])

    await step(handover, team["id"], "weigering", TEAM, reden="niet-bevoegd", toelichting="niet van ons")

    assert "gesprek" not in await waiting(handover)


async def test_a_voorwaarde_waits_on_its_day_for_who_holds_sight_and_for_nobody_else(handover: HandoverRoom) -> None:
    _, _, overdracht, voorwaarde = await with_voorwaarde(handover)

    found = await waiting(handover)

    assert found["voorwaarde"][0] == str(voorwaarde)
    for who in (OTHER_TEAM, OPVANG, VT):
        assert "voorwaarde" not in await waiting(handover, who)
    looked = {"status": "nagekomen", "nagegaanOp": handover.klok().isoformat(), "uitkomst": "Gezien."}
    path = f"/overdrachten/{overdracht}/voorwaarden/{voorwaarde}/controles"
    next_day = {"volgendeDag": "2026-06-01"}
    assert (await handover.call("POST", path, TEAM, json=looked | next_day)).status_code == 201
    # In summer two hours before midnight in UTC.
    assert (await waiting(handover))["voorwaarde"] == (str(voorwaarde), "2026-06-01T22:00:00Z")


# --- who sees to it ---------------------------------------------------------------------------------------------


async def test_somebody_takes_an_offer_and_finds_it_among_his_own(handover: HandoverRoom) -> None:
    (mine, _), (other, _) = (await offered(handover))[1], (await offered(handover))[1]

    taken = await take(handover, mine["id"], "mij", seen='"0"')

    assert (taken.status_code, taken.headers["ETag"]) == (200, '"1"')
    assert (taken.json()["status"], taken.json()["behandelaar"]) == ("opgepakt", "anne")
    assert [one["actie"] for one in taken.json()["geschiedenis"]] == ["toedelen"]
    found = await open_for(handover, TEAM, "?behandelaar=anne")
    assert [(item["id"], item["behandelaar"]) for item in found["resultaten"]] == [(mine["id"], "anne")]
    assert found["aantallen"][0]["aantal"] == 1
    assert [item["id"] for item in (await open_for(handover, TEAM, "?zonderBehandelaar=true"))["resultaten"]] == [
        other["id"]
    ]


async def test_mine_is_what_the_subject_of_my_token_sees_to(handover: HandoverRoom) -> None:
    _, (team, _) = await offered(handover)
    await take(handover, team["id"], "mij")
    asked = {"behandelaar": "mij"}
    headers = [handover.issuer.headers(*TEAM[:2], gemeenten=TEAM[2], subject=subject) for subject in ("anne", "bas")]

    found = [(await handover.http.get("/v1/openstaand", params=asked, headers=one)).json() for one in headers]

    assert [len(one["resultaten"]) for one in found] == [1, 0]


async def test_a_colleague_takes_over_from_who_is_away_and_says_why(handover: HandoverRoom) -> None:
    _, (team, _) = await offered(handover)
    await take(handover, team["id"], "mij")

    silent = await take(handover, team["id"], "mij", subject="bas")
    taken = await take(handover, team["id"], "mij", subject="bas", reden="afwezig")
    freed = await take(handover, team["id"], None, subject="cor", reden="uit-dienst")

    assert (silent.status_code, silent.json()["errors"][0]["pointer"]) == (400, "/reden")
    assert (taken.json()["behandelaar"], taken.json()["versie"]) == ("bas", 2)
    assert (freed.json()["status"], freed.json()["sinds"]) == ("vrij", None)
    assert [(one["actie"], one["behandelaar"], one["door"], one["reden"]) for one in freed.json()["geschiedenis"]] == [
        ("toedelen", "anne", "anne", None),
        ("overnemen", "bas", "bas", "afwezig"),
        ("vrijgeven", None, "cor", "uit-dienst"),
    ]
    assert (await handover.call("GET", f"/overdrachten/{team['id']}/behandelaar", TEAM)).json() == freed.json()


async def test_of_many_who_take_it_at_once_one_has_it_and_the_others_are_told(handover: HandoverRoom) -> None:
    for _ in range(5):
        _, (team, _) = await offered(handover)

        answers = await asyncio.gather(
            *(take(handover, team["id"], "mij", subject=f"collega-{n}", seen='"0"') for n in range(6))
        )

        assert sorted(answer.status_code for answer in answers) == [200, 412, 412, 412, 412, 412]
        read = await handover.call("GET", f"/overdrachten/{team['id']}/behandelaar", TEAM)
        assert (read.json()["versie"], len(read.json()["geschiedenis"])) == (1, 1)


async def test_the_same_again_is_one_change(handover: HandoverRoom) -> None:
    _, (team, _) = await offered(handover)

    first, second = await take(handover, team["id"], "mij"), await take(handover, team["id"], "mij")

    assert first.json() == second.json()


async def test_a_change_names_the_version_that_was_seen(handover: HandoverRoom) -> None:
    _, (team, _) = await offered(handover)
    path = f"/overdrachten/{team['id']}/behandelaar"

    without = await handover.call("PUT", path, TEAM, json={"medewerkerId": "mij"})
    wrong = await take(handover, team["id"], "mij", seen='"7"')

    assert (without.status_code, wrong.status_code) == (428, 412)


async def test_only_the_receiver_reads_and_says_who_sees_to_it(handover: HandoverRoom) -> None:
    _, (team, _) = await offered(handover)
    await take(handover, team["id"], "mij")
    path = f"/overdrachten/{team['id']}/behandelaar"
    body = {"medewerkerId": "mij", "reden": "afwezig"}

    for who, status in ((OTHER_TEAM, 404), (OPVANG, 404), (OTHER_PARTNER, 404), (VT, 403)):
        assert (await handover.call("GET", path, who)).status_code == status, who
        changed = await handover.call("PUT", path, who, json=body, headers={"If-Match": "*"})
        assert changed.status_code == status, who
    assert (await handover.call("GET", path, TEAM)).json()["versie"] == 1


async def test_veilig_thuis_does_not_read_who_of_a_receiver_sees_to_something(handover: HandoverRoom) -> None:
    _, (team, _) = await offered(handover)
    await take(handover, team["id"], "mij")
    await step(handover, team["id"], "weigering", TEAM, reden="niet-bevoegd", toelichting="niet van ons")

    (item,) = (await open_for(handover, VT, _HOUDERLOOS))["resultaten"]
    asked = [(await handover.call("GET", f"/openstaand?{query}", VT)).status_code for query in _OF_A_RECEIVER]

    assert (item["soort"], item["behandelaar"]) == ("opnieuw-aanbieden", None)
    assert asked == [400, 400]


_OF_A_RECEIVER = ("behandelaar=anne", "zonderBehandelaar=true")


async def test_somebody_and_nobody_cannot_both_be_asked_for(handover: HandoverRoom) -> None:
    asked = "/openstaand?behandelaar=anne&zonderBehandelaar=true"

    assert (await handover.call("GET", asked, TEAM)).status_code == 400


async def test_after_a_refusal_nobody_can_take_it_any_more_and_nothing_is_kept(handover: HandoverRoom) -> None:
    _, (team, _) = await offered(handover)
    await step(handover, team["id"], "weigering", TEAM, reden="niet-bevoegd", toelichting="niet van ons")

    refused = await take(handover, team["id"], "mij")

    assert (refused.status_code, "ligt niet meer bij de ontvanger" in refused.json()["detail"]) == (409, True)
    assert (await handover.call("GET", f"/overdrachten/{team['id']}/behandelaar", TEAM)).json()["geschiedenis"] == []


async def test_who_sees_to_it_changes_neither_the_overdracht_nor_its_holder(handover: HandoverRoom) -> None:
    casus_id, (team, _) = await offered(handover)
    before = (await handover.call("GET", f"/overdrachten/{team['id']}", TEAM)).headers["ETag"]
    holder = await handover.zicht(casus_id)

    await take(handover, team["id"], "mij")
    await step(handover, team["id"], "acceptatie", TEAM)

    assert before == '"1"'
    assert holder["houder"]["organisatieId"] == "vtrr"
    found = await open_for(handover, TEAM)
    assert [(item["soort"], item["behandelaar"]) for item in found["resultaten"]] == [
        ("eerste-contact", "anne"),
        ("plan", "anne"),
    ]


async def test_every_change_and_look_is_in_the_audit_without_who_it_went_to(handover: HandoverRoom) -> None:
    casus_id, (team, _) = await offered(handover)
    await take(handover, team["id"], "collega-zeven")
    await take(handover, team["id"], None, reden="afwezig")
    await handover.call("GET", f"/overdrachten/{team['id']}/behandelaar", TEAM)

    rows = await handover.audit()

    assert [row.actie for row in rows] == ["toedelen", "vrijgeven", "behandelaar-lezen"]
    assert {row.casus_id for row in rows} == {casus_id}
    assert "collega-zeven" not in str(rows)


@pytest.mark.parametrize("behandelaar", ["J. de Vries", "jan@voorbeeld.nl", "", "a" * 256])
async def test_a_name_or_an_address_is_no_behandelaar(handover: HandoverRoom, behandelaar: str) -> None:
    _, (team, _) = await offered(handover)

    refused = await take(handover, team["id"], behandelaar)

    assert refused.status_code == 400
    assert not behandelaar or behandelaar not in refused.text
