"""Who has to do with a casus, and whom to call for a family: told to who may know, and no more than he may."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from services.handover.domain.vinden import Treffer
from shared.db import in_transaction
from shared.events.payloads import Bestemming, CasusAfgesloten, CasusSamengevoegd
from shared.rules.codes import BestemmingSoort
from tests.integration.handover.conftest import OPVANG, OTHER_PARTNER, OTHER_TEAM, TEAM, VT, HandoverRoom
from tests.integration.handover.test_overdrachten import TO_OPVANG, TO_TEAM, besluit, melding, offered
from tests.integration.handover.test_walls import as_

pytestmark = pytest.mark.anyio

Who = tuple[str, str, tuple[str, ...]]
SHELTER_HOLDS = Bestemming(soort=BestemmingSoort.OPVANG, organisatie_id=OPVANG[1], draagt_zicht=True)
TO_TEAM_BESIDE = Bestemming(soort=BestemmingSoort.LOKAAL_VELD, organisatie_id=TEAM[1], draagt_zicht=False)
TO_JBRR = Bestemming(
    soort=BestemmingSoort.GECERTIFICEERDE_INSTELLING, organisatie_id=OTHER_PARTNER[1], draagt_zicht=False
)
OTHER_SHELTER: Who = ("ketenpartner", "opvang-elders", ())
BSN = "999990019"


async def accept(room: HandoverRoom, rows: list[dict[str, Any]], organisatie: str, who: Who) -> None:
    (mine,) = [row for row in rows if row["organisatieId"] == organisatie]
    assert (await room.call("POST", f"/overdrachten/{mine['id']}/acceptatie", who)).status_code == 201


async def shelter_holds(room: HandoverRoom) -> UUID:
    """A casus of which a shelter holds sight, a local team is at work too, and a third was asked and did not answer."""
    casus_id, rows = await offered(room, SHELTER_HOLDS, TO_TEAM_BESIDE, TO_JBRR)
    await accept(room, rows, OPVANG[1], OPVANG)
    await accept(room, rows, TEAM[1], TEAM)
    return casus_id


async def parties(room: HandoverRoom, casus_id: UUID, who: Who) -> dict[str, list[str]]:
    answer = await room.call("GET", f"/casussen/{casus_id}/betrokken-partijen", who)
    assert answer.status_code == 200, answer.text
    return {one["organisatieId"]: one["rollen"] for one in answer.json()["partijen"]}


async def find(room: HandoverRoom, who: Who, **asked: Any) -> Any:
    body = {"taak": "hulp-verlenen", **(asked or {"bsn": BSN})}
    return await room.call("POST", "/casussen/_vind", who, json=body)


# --- who has to do with it --------------------------------------------------------------------------------------


async def test_veilig_thuis_sees_everybody(handover: HandoverRoom) -> None:
    casus_id = await shelter_holds(handover)

    assert await parties(handover, casus_id, VT) == {
        "vtrr": ["veilig-thuis"],
        OPVANG[1]: ["ontvanger", "zicht-op-veiligheid"],
        TEAM[1]: ["ontvanger"],
        OTHER_PARTNER[1]: ["aangeboden"],
    }


async def test_a_receiver_sees_the_others_over_the_wall_but_no_shelter(handover: HandoverRoom) -> None:
    casus_id = await shelter_holds(handover)

    answer = await handover.call("GET", f"/casussen/{casus_id}/betrokken-partijen", TEAM)

    assert {one["organisatieId"]: one["rollen"] for one in answer.json()["partijen"]} == {
        "vtrr": ["veilig-thuis"],
        TEAM[1]: ["ontvanger"],
        "afgeschermd": ["zicht-op-veiligheid"],
    }
    assert "opvang" not in answer.text
    assert await parties(handover, casus_id, OPVANG) == {
        "vtrr": ["veilig-thuis"],
        OPVANG[1]: ["ontvanger", "zicht-op-veiligheid"],
        TEAM[1]: ["ontvanger"],
    }


async def test_who_was_asked_and_did_not_answer_yet_sees_who_is_there_and_not_himself(handover: HandoverRoom) -> None:
    casus_id, rows = await offered(handover, TO_TEAM, TO_JBRR)
    await accept(handover, rows, TEAM[1], TEAM)

    assert await parties(handover, casus_id, OTHER_PARTNER) == {
        "vtrr": ["veilig-thuis"],
        TEAM[1]: ["ontvanger", "zicht-op-veiligheid"],
    }


async def test_who_has_nothing_to_do_with_it_finds_nothing_there(handover: HandoverRoom) -> None:
    casus_id = await shelter_holds(handover)
    path = f"/casussen/{casus_id}/betrokken-partijen"

    answers = [(await handover.call("GET", path, who)).status_code for who in (OTHER_TEAM, OTHER_SHELTER)]

    assert answers == [404, 404]
    assert (await handover.call("GET", f"/casussen/{uuid4()}/betrokken-partijen", VT)).status_code == 404
    assert (await handover.call("GET", path, ("gemeente", "g", ("0599",)))).status_code == 403


async def test_who_refused_has_no_task_in_it_any_more(handover: HandoverRoom) -> None:
    casus_id, rows = await offered(handover, TO_TEAM, TO_OPVANG)
    (mine,) = [row for row in rows if row["organisatieId"] == OPVANG[1]]
    path = f"/casussen/{casus_id}/betrokken-partijen"
    assert (await handover.call("GET", path, OPVANG)).status_code == 200

    refusal = {"reden": "geen-capaciteit", "toelichting": "vol"}
    await handover.call("POST", f"/overdrachten/{mine['id']}/weigering", OPVANG, json=refusal)

    assert (await handover.call("GET", path, OPVANG)).status_code == 404
    assert OPVANG[1] not in await parties(handover, casus_id, VT)


async def test_parties_are_found_under_the_name_that_vanished(handover: HandoverRoom) -> None:
    vanished = await shelter_holds(handover)
    stays = uuid4()
    await handover.hear(stays, melding(handover))
    handover.klok.advance(timedelta(hours=1))
    merge = CasusSamengevoegd(verdwenen_casus_id=vanished, melding_ids=(), samengevoegd_op=handover.klok())
    await handover.hear(stays, merge)

    answer = await handover.call("GET", f"/casussen/{vanished}/betrokken-partijen", TEAM)

    assert (answer.status_code, answer.json()["casusId"]) == (200, str(stays))


async def test_each_look_at_the_parties_is_recorded(handover: HandoverRoom) -> None:
    casus_id = await shelter_holds(handover)
    await parties(handover, casus_id, TEAM)

    row = (await handover.audit())[-1]

    assert (row.actie, row.casus_id, row.organisatie_id) == ("partijen-lezen", casus_id, TEAM[1])


# --- the second lock --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("who", "parties_seen", "holder"),
    [
        (VT, {OPVANG[1], TEAM[1], OTHER_PARTNER[1]}, OPVANG[1]),
        (OPVANG, {OPVANG[1], TEAM[1]}, OPVANG[1]),
        (TEAM, {TEAM[1]}, "afgeschermd"),
        (OTHER_SHELTER, {TEAM[1]}, "afgeschermd"),
        # A local team does not become a shelter by bearing its name.
        (("lokaal-team", OPVANG[1], ("0622",)), {TEAM[1]}, "afgeschermd"),
        (("gemeente", "g", ("0599",)), set(), None),
        (("beheerder", "vtrr", ()), set(), None),
        (None, set(), None),
    ],
)
async def test_the_database_itself_keeps_a_shelter_back(
    handover: HandoverRoom, who: Who | None, parties_seen: set[str], holder: str | None
) -> None:
    casus_id = await shelter_holds(handover)

    async with as_(handover, who) as conn:
        seen = await conn.execute(text("SELECT organisatie_id FROM partijen_van(:id)"), {"id": casus_id})
        held = await conn.execute(
            text("SELECT organisatie_id, soort FROM houders_van(ARRAY[CAST(:id AS uuid)])"), {"id": casus_id}
        )
        found, row = set(seen.scalars()), held.one_or_none()

    assert found == parties_seen
    assert (row.organisatie_id if row else None) == holder
    assert row is None or holder != "afgeschermd" or row.soort == "afgeschermd"


# --- whom to call -----------------------------------------------------------------------------------------------


async def test_who_looks_is_told_who_has_the_family_in_sight_and_nothing_else(handover: HandoverRoom) -> None:
    casus_id, rows = await offered(handover, TO_TEAM)
    handover.rooms.bekend = {BSN: (Treffer(casus_id, zeker=True),)}

    before = await find(handover, OTHER_PARTNER)
    await accept(handover, rows, TEAM[1], TEAM)
    after = await find(handover, OTHER_PARTNER)

    assert before.json() == {
        "uitkomst": "gevonden",
        "houder": {"organisatieId": "vtrr", "soort": "veilig-thuis"},
        "bereikbaarVia": "vtrr",
    }
    assert after.json() == {
        "uitkomst": "gevonden",
        "houder": {"organisatieId": TEAM[1], "soort": "lokaal-veld"},
        "bereikbaarVia": TEAM[1],
    }
    assert str(casus_id) not in after.text + str(after.headers)


async def test_a_shelter_is_named_to_itself_and_to_veilig_thuis_only(handover: HandoverRoom) -> None:
    casus_id = await shelter_holds(handover)
    handover.rooms.bekend = {BSN: (Treffer(casus_id, zeker=True),)}

    for who in (TEAM, OTHER_TEAM, OTHER_PARTNER, OTHER_SHELTER):
        answer = await find(handover, who)
        assert answer.json() == {
            "uitkomst": "gevonden",
            "houder": {"organisatieId": "afgeschermd", "soort": "afgeschermd"},
            "bereikbaarVia": "vtrr",
        }
        assert "opvang" not in answer.text
    for who in (VT, OPVANG):
        assert (await find(handover, who)).json()["houder"]["organisatieId"] == OPVANG[1]


async def test_who_is_only_like_it_is_told_to_ask_veilig_thuis(handover: HandoverRoom) -> None:
    casus_id, _ = await offered(handover, TO_TEAM)
    handover.rooms.bekend = {"Voorbeeld": (Treffer(casus_id, zeker=False),)}

    answer = await find(handover, TEAM, geslachtsnaam="Voorbeeld", voornamen="Fictia", geboortedatum="1990-02-01")

    assert answer.json() == {"uitkomst": "onzeker", "houder": None, "bereikbaarVia": "vtrr"}


async def test_of_a_closed_casus_and_of_an_unknown_family_the_same_is_told(handover: HandoverRoom) -> None:
    casus_id, _ = await offered(handover, TO_TEAM)
    handover.rooms.bekend = {BSN: (Treffer(casus_id, zeker=True),)}
    await handover.hear(casus_id, CasusAfgesloten(afgesloten_op=handover.klok(), reden="geen-vervolg"))

    answers = [await find(handover, TEAM), await find(handover, TEAM, bsn="123456782")]

    assert [answer.json() for answer in answers] == [
        {"uitkomst": "niet-gevonden", "houder": None, "bereikbaarVia": None}
    ] * 2


async def test_a_casus_that_intake_still_calls_by_its_old_name_is_found(handover: HandoverRoom) -> None:
    vanished, _ = await offered(handover, TO_TEAM)
    stays = uuid4()
    await handover.hear(stays, melding(handover))
    handover.klok.advance(timedelta(hours=1))
    merge = CasusSamengevoegd(verdwenen_casus_id=vanished, melding_ids=(), samengevoegd_op=handover.klok())
    await handover.hear(stays, merge)
    handover.rooms.bekend = {BSN: (Treffer(vanished, zeker=True), Treffer(stays, zeker=False))}

    assert (await find(handover, OTHER_PARTNER)).json()["uitkomst"] == "gevonden"
    assert (await handover.audit())[-1].casus_id == stays


async def test_each_look_stands_in_the_log_with_its_task_and_without_whom_was_looked_for(
    handover: HandoverRoom,
) -> None:
    casus_id, _ = await offered(handover, TO_TEAM)
    handover.rooms.bekend = {BSN: (Treffer(casus_id, zeker=True),)}

    await find(handover, OTHER_PARTNER)
    await find(handover, OTHER_PARTNER, bsn="123456782")

    hit, miss = await handover.audit()
    assert (hit.actie, hit.casus_id, hit.reden, hit.resultaat) == ("casus-vinden", casus_id, "hulp-verlenen", "gelukt")
    assert (miss.actie, miss.casus_id, miss.resultaat) == ("casus-vinden", None, "niet-gevonden")
    assert {hit.organisatie_id, miss.organisatie_id} == {OTHER_PARTNER[1]}
    assert {hit.verwerking, miss.verwerking} == {"https://ketenradar.example/verwerkingen/casus-vinden/v1"}
    assert not {BSN, "123456782"} & {str(value) for row in (hit, miss) for value in row}


async def test_intake_is_asked_for_the_purpose_for_which_somebody_came(handover: HandoverRoom) -> None:
    named = {"X-Doelbinding": "overdracht-en-zicht-op-veiligheid"}

    await handover.call("POST", "/casussen/_vind", TEAM, json={"taak": "hulp-verlenen", "bsn": BSN}, headers=named)
    await find(handover, TEAM)

    assert handover.rooms.asked == ["vind overdracht-en-zicht-op-veiligheid", "vind hulp-verlenen"]


async def test_a_client_that_keeps_on_missing_must_wait_and_another_need_not(handover: HandoverRoom) -> None:
    casus_id, _ = await offered(handover, TO_TEAM)
    for _ in range(60):
        assert (await find(handover, TEAM)).status_code == 200
    handover.rooms.asked.clear()

    stopped = await find(handover, TEAM)
    handover.rooms.bekend = {BSN: (Treffer(casus_id, zeker=True),)}
    other = handover.issuer.headers(TEAM[0], TEAM[1], gemeenten=TEAM[2], client="ander-systeem")
    body = {"taak": "hulp-verlenen", "bsn": BSN}
    not_stopped = await handover.http.post("/v1/casussen/_vind", headers=other, json=body)

    assert (stopped.status_code, stopped.headers["Retry-After"]) == (429, "60")
    assert not_stopped.status_code == 200
    assert handover.rooms.asked == ["vind hulp-verlenen"]
    handover.klok.advance(timedelta(seconds=61))
    assert (await find(handover, TEAM)).status_code == 200


async def test_who_finds_is_not_stopped(handover: HandoverRoom) -> None:
    casus_id, _ = await offered(handover, TO_TEAM)
    handover.rooms.bekend = {BSN: (Treffer(casus_id, zeker=True),)}

    statuses = {(await find(handover, TEAM)).status_code for _ in range(62)}

    assert statuses == {200}


@pytest.mark.parametrize(
    "asked",
    [
        {"bsn": "abc"},
        {"bsn": BSN, "geslachtsnaam": "Voorbeeld", "voornamen": "Fictia", "geboortedatum": "1990-02-01"},
        {"geslachtsnaam": "Voorbeeld"},
        {"geslachtsnaam": "Voorbeeld", "geboortedatum": "1990-02-01"},
        {"geslachtsnaam": "Voorbeeld", "voornamen": "Fictia", "geboortedatum": "1990"},
        {"taak": "nieuwsgierig", "bsn": BSN},
        {"bsn": BSN, "casusId": str(uuid4())},
    ],
)
async def test_a_question_that_is_not_whole_is_refused_and_asks_nobody(
    handover: HandoverRoom, asked: dict[str, Any]
) -> None:
    answer = await find(handover, TEAM, **asked)

    assert answer.status_code == 400
    assert "Voorbeeld" not in answer.text
    assert handover.rooms.asked == []


async def test_nobody_looks_without_a_task(handover: HandoverRoom) -> None:
    assert (await handover.call("POST", "/casussen/_vind", TEAM, json={"bsn": BSN})).status_code == 400
    for who in (("gemeente", "g", ("0599",)), ("beheerder", "b", ())):
        assert (await find(handover, who)).status_code == 403


async def test_when_intake_is_silent_nothing_is_said_and_no_miss_counted(handover: HandoverRoom) -> None:
    handover.rooms.away = True

    answer = await find(handover, TEAM)

    assert answer.status_code == 503
    assert await handover.audit() == []
    async with in_transaction(handover.made.engine) as conn:
        assert (await conn.execute(text("SELECT count(*) FROM audit"))).scalar_one() == 0


async def test_the_first_decision_of_besluit_is_enough_to_be_found(handover: HandoverRoom) -> None:
    casus_id = uuid4()
    await handover.hear(casus_id, melding(handover), besluit(handover))
    handover.rooms.bekend = {BSN: (Treffer(casus_id, zeker=True),)}

    assert (await find(handover, TEAM)).json()["houder"]["organisatieId"] == "vtrr"
