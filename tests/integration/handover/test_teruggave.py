"""What was accepted and is given back, and sight of safety that is asked about by itself."""

import asyncio
from datetime import timedelta
from itertools import pairwise
from typing import Any
from uuid import UUID, uuid4

import pytest
from alembic import command
from sqlalchemy import create_engine, text
from sqlalchemy.exc import IntegrityError

from deploy.migrate import config_of, migrate
from shared.db import in_transaction
from shared.events.payloads import Bestemming, CasusAfgesloten
from shared.rules.codes import BestemmingSoort
from tests.integration.handover.conftest import OPVANG, OTHER_PARTNER, OTHER_TEAM, TEAM, VT, HandoverRoom
from tests.integration.handover.test_intrekken import revoke, steps_of
from tests.integration.handover.test_overdrachten import (
    TO_OPVANG,
    TO_TEAM,
    besluit,
    facts_told,
    melding,
    offered,
)
from tests.integration.handover.test_splitsen import merge
from tests.support import RoomDatabaseFactory

pytestmark = pytest.mark.anyio

WHY = {"reden": "niet-passend", "toelichting": "Het gezin heeft iets anders nodig."}
GI_ZICHT = Bestemming(soort=BestemmingSoort.GECERTIFICEERDE_INSTELLING, organisatie_id="jbrr", draagt_zicht=True)


async def step(room: HandoverRoom, overdracht_id: str, name: str, who: Any, body: Any = None) -> Any:
    more = {"json": body} if body is not None else {}
    return await room.call("POST", f"/overdrachten/{overdracht_id}/{name}", who, **more)


async def taken(room: HandoverRoom, overdracht_id: str, name: str, who: Any, body: Any = None) -> dict[str, Any]:
    answer = await step(room, overdracht_id, name, who, body)
    assert answer.status_code == 201, answer.text
    room.klok.advance(timedelta(hours=1))
    found: dict[str, Any] = answer.json()
    return found


async def holder(room: HandoverRoom, casus_id: UUID) -> str | None:
    houder = (await room.zicht(casus_id))["houder"]
    return houder["organisatieId"] if houder else None


async def accepted_by_both(room: HandoverRoom) -> tuple[UUID, str, str]:
    """Hand a casus over to the team, which holds sight of safety, and to the shelter."""
    casus_id, (team, opvang) = await offered(room)
    await taken(room, team["id"], "acceptatie", TEAM)
    await taken(room, opvang["id"], "acceptatie", OPVANG)
    return casus_id, team["id"], opvang["id"]


# --- given back --------------------------------------------------------------------------------------------------


async def test_sight_of_safety_stays_with_who_gives_back_until_veilig_thuis_takes_it(handover: HandoverRoom) -> None:
    casus_id, team, _ = await accepted_by_both(handover)

    asked = await taken(handover, team, "teruggave", TEAM, WHY)
    before = await holder(handover, casus_id)
    back = await taken(handover, team, "teruggave-aanvaarding", VT)

    assert (asked["status"], back["status"]) == ("teruggave-gevraagd", "teruggegeven")
    assert (before, await holder(handover, casus_id)) == ("lokaal-team-0599", "vtrr")
    history = (await handover.zicht(casus_id))["geschiedenis"]
    assert [one["organisatieId"] for one in history] == ["vtrr", "lokaal-team-0599", "vtrr"]
    assert all(one["tot"] == two["vanaf"] for one, two in pairwise(history))
    (told,) = await facts_told(handover, "zicht-overgegaan")
    assert (told["organisatieId"], told["bijVeiligThuis"], told["overdrachtId"]) == ("vtrr", True, team)
    (fact,) = await facts_told(handover, "overdracht-teruggegeven")
    assert (fact["reden"], "anders nodig" in str(fact)) == ("niet-passend", False)


async def test_what_veilig_thuis_does_not_take_back_stays_where_it_was(handover: HandoverRoom) -> None:
    casus_id, team, _ = await accepted_by_both(handover)
    await taken(handover, team, "teruggave", TEAM, WHY)

    kept = await taken(handover, team, "teruggave-afwijzing", VT, {"toelichting": "Er is nu niemand anders."})
    again = await step(handover, team, "teruggave-afwijzing", VT, {"toelichting": "Nog eens."})
    asked_again = await taken(handover, team, "teruggave", TEAM, {**WHY, "reden": "onveiliger"})

    assert (kept["status"], again.status_code, asked_again["status"]) == ("geaccepteerd", 200, "teruggave-gevraagd")
    assert await holder(handover, casus_id) == "lokaal-team-0599"
    assert len(await facts_told(handover, "teruggave-gevraagd")) == 2
    assert len(await facts_told(handover, "teruggave-afgewezen")) == 1
    assert await facts_told(handover, "overdracht-teruggegeven") == []


async def test_who_gives_back_what_did_not_hold_sight_of_safety_changes_nothing_of_it(handover: HandoverRoom) -> None:
    casus_id, _, opvang = await accepted_by_both(handover)
    await taken(handover, opvang, "teruggave", OPVANG, WHY)

    back = await taken(handover, opvang, "teruggave-aanvaarding", VT)

    assert await holder(handover, casus_id) == "lokaal-team-0599"
    assert back["draagtZicht"] is False
    assert await facts_told(handover, "zicht-overgegaan") == []


async def test_who_holds_by_another_overdracht_too_keeps_it(handover: HandoverRoom) -> None:
    casus_id, team, _ = await accepted_by_both(handover)
    await handover.hear(casus_id, besluit(handover, TO_TEAM))
    second = next(row["id"] for row in await handover.overdrachten() if row["status"] == "aangeboden")
    await taken(handover, second, "acceptatie", TEAM)

    for one, still in ((team, "lokaal-team-0599"), (second, "vtrr")):
        await taken(handover, one, "teruggave", TEAM, WHY)
        await taken(handover, one, "teruggave-aanvaarding", VT)
        assert await holder(handover, casus_id) == still


async def test_a_casus_that_was_closed_is_with_veilig_thuis_again(handover: HandoverRoom) -> None:
    casus_id, (opvang,) = await offered(handover, TO_OPVANG)
    await taken(handover, opvang["id"], "acceptatie", OPVANG)
    await handover.hear(casus_id, CasusAfgesloten(afgesloten_op=handover.klok(), reden="overgedragen"))
    assert await holder(handover, casus_id) is None
    handover.klok.advance(timedelta(hours=1))
    await taken(handover, opvang["id"], "teruggave", OPVANG, WHY)

    back = await taken(handover, opvang["id"], "teruggave-aanvaarding", VT)

    assert await holder(handover, casus_id) == "vtrr"
    assert back["draagtZicht"] is False


async def test_what_was_given_back_is_offered_again_and_carries_sight_of_safety(handover: HandoverRoom) -> None:
    casus_id, team, _ = await accepted_by_both(handover)
    await taken(handover, team, "teruggave", TEAM, WHY)
    await taken(handover, team, "teruggave-aanvaarding", VT)
    again = {"vervangtOverdrachtId": team, "bestemming": {"soort": "lokaal-veld"}, "motivering": "Er is nu een ander."}

    new = (await handover.call("POST", "/overdrachten", VT, json=again)).json()
    await taken(handover, new["id"], "acceptatie", TEAM)

    assert new["draagtZicht"] is True
    assert await holder(handover, casus_id) == "lokaal-team-0599"
    assert (await handover.zicht(casus_id))["geschiedenis"][-1]["overdrachtId"] == new["id"]
    assert [one["stap"] for one in await steps_of(handover, team)] == [
        "aangeboden", "geaccepteerd", "teruggave-gevraagd", "teruggegeven", "vervangen"
    ]  # fmt: skip


async def test_each_step_of_giving_back_is_for_one_side(handover: HandoverRoom) -> None:
    _, team, _ = await accepted_by_both(handover)

    asked = {who: (await step(handover, team, "teruggave", who, WHY)).status_code for who in (VT, OPVANG, OTHER_TEAM)}
    out_of_order = await step(handover, team, "teruggave-aanvaarding", VT)
    await taken(handover, team, "teruggave", TEAM, WHY)
    answers = [
        (await step(handover, team, name, TEAM, {"toelichting": "x"})).status_code
        for name in ("teruggave-aanvaarding", "teruggave-afwijzing")
    ]

    assert (asked, answers) == ({VT: 403, OPVANG: 404, OTHER_TEAM: 404}, [403, 403])
    assert out_of_order.status_code == 409
    assert "vragen haar terug te mogen geven" in out_of_order.json()["detail"]


async def test_two_who_answer_at_one_moment_leave_one_answer(handover: HandoverRoom) -> None:
    for _ in range(5):
        casus_id, team, _ = await accepted_by_both(handover)
        await taken(handover, team, "teruggave", TEAM, WHY)

        took, refused = await asyncio.gather(
            step(handover, team, "teruggave-aanvaarding", VT),
            step(handover, team, "teruggave-afwijzing", VT, {"toelichting": "Nee."}),
        )

        assert sorted((took.status_code, refused.status_code)) == [201, 409]
        assert await holder(handover, casus_id) == ("vtrr" if took.status_code == 201 else "lokaal-team-0599")


async def test_a_bad_request_to_give_back_stores_nothing(handover: HandoverRoom) -> None:
    _, team, _ = await accepted_by_both(handover)

    for body in ({}, {"reden": "niet-passend"}, {"reden": "zomaar", "toelichting": "x"}):
        assert (await step(handover, team, "teruggave", TEAM, body)).status_code == 400

    assert [one["stap"] for one in await steps_of(handover, team)] == ["aangeboden", "geaccepteerd"]


# --- one open offer carries sight of safety -----------------------------------------------------------------------


async def test_of_two_besluiten_one_open_offer_carries_sight_of_safety(handover: HandoverRoom) -> None:
    casus_id, (team,) = await offered(handover, TO_TEAM)

    await handover.hear(casus_id, besluit(handover, GI_ZICHT))

    rows = {row["soort"]: row for row in await handover.overdrachten()}
    assert (team["draagtZicht"], rows["gecertificeerde-instelling"]["draagtZicht"]) == (True, False)
    told = {one["soort"]: one["draagtZicht"] for one in await facts_told(handover, "overdracht-aangeboden")}
    assert told == {"lokaal-veld": True, "gecertificeerde-instelling": False}
    # Once the first has an answer the next besluit hands it over again.
    await taken(handover, team["id"], "acceptatie", TEAM)
    await handover.hear(casus_id, besluit(handover, TO_OPVANG, GI_ZICHT))
    assert sum(row["draagtZicht"] for row in await handover.overdrachten(VT, "?status=aangeboden")) == 1


async def test_the_database_itself_takes_no_second_open_offer_that_carries_it(handover: HandoverRoom) -> None:
    await offered(handover)

    with pytest.raises(IntegrityError, match="uq_overdracht_zicht_open"):
        async with in_transaction(handover.made.engine) as conn:
            await conn.execute(text("UPDATE overdracht SET draagt_zicht = true"))


async def test_when_casussen_become_one_the_offer_of_the_one_that_stays_carries_it(handover: HandoverRoom) -> None:
    stays, gone = uuid4(), uuid4()
    for casus_id, to in ((gone, TO_TEAM), (stays, GI_ZICHT)):
        await handover.hear(casus_id, melding(handover), besluit(handover, to))
    (theirs,) = [row for row in await handover.overdrachten() if row["casusId"] == str(gone)]

    await handover.hear(stays, merge(handover, gone, 1))

    rows = {row["soort"]: row["draagtZicht"] for row in await handover.overdrachten()}
    assert rows == {"lokaal-veld": False, "gecertificeerde-instelling": True}
    assert [one["stap"] for one in await steps_of(handover, theirs["id"])] == ["aangeboden", "zicht-vervallen"]
    await taken(handover, theirs["id"], "acceptatie", TEAM)
    assert await holder(handover, stays) == "vtrr"


# --- asked about by itself ----------------------------------------------------------------------------------------


async def test_sight_of_safety_passes_to_who_was_offered_it_when_he_accepts(handover: HandoverRoom) -> None:
    casus_id, team, opvang = await accepted_by_both(handover)
    offer = {"stap": "aanbieden", "motivering": "Daar wonen zij nu."}

    asked = await taken(handover, opvang, "zicht-aanbod", VT, offer)
    before = await holder(handover, casus_id)
    again = await step(handover, opvang, "zicht-aanbod", VT, offer)
    took = await taken(handover, opvang, "zicht-aanvaarding", OPVANG)
    twice = await step(handover, opvang, "zicht-aanvaarding", OPVANG)

    assert (asked["zichtGevraagd"], took["zichtGevraagd"], took["draagtZicht"]) == ("aanbieden", None, True)
    assert (again.status_code, twice.status_code) == (200, 200)
    assert (before, await holder(handover, casus_id)) == ("lokaal-team-0599", "opvang-rotterdam-rijnmond")
    (told,) = await facts_told(handover, "zicht-overgegaan")
    assert (told["organisatieId"], told["bijVeiligThuis"]) == ("opvang-rotterdam-rijnmond", False)
    # Who held it before gives back without anything changing.
    await taken(handover, team, "teruggave", TEAM, WHY)
    await taken(handover, team, "teruggave-aanvaarding", VT)
    assert await holder(handover, casus_id) == "opvang-rotterdam-rijnmond"


async def test_sight_of_safety_comes_back_when_who_holds_it_agrees(handover: HandoverRoom) -> None:
    casus_id, team, _ = await accepted_by_both(handover)

    await taken(handover, team, "zicht-aanbod", VT, {"stap": "terugvragen", "motivering": "Wij nemen het over."})
    before = await holder(handover, casus_id)
    await taken(handover, team, "zicht-aanvaarding", TEAM)

    assert (before, await holder(handover, casus_id)) == ("lokaal-team-0599", "vtrr")
    assert [row["status"] for row in await handover.overdrachten(TEAM)] == ["geaccepteerd"]
    # And again to the same one, on the same overdracht.
    await taken(handover, team, "zicht-aanbod", VT, {"stap": "aanbieden", "motivering": "Toch weer u."})
    await taken(handover, team, "zicht-aanvaarding", TEAM)
    assert await holder(handover, casus_id) == "lokaal-team-0599"
    history = [one["organisatieId"] for one in (await handover.zicht(casus_id))["geschiedenis"]]
    assert history == ["vtrr", "lokaal-team-0599", "vtrr", "lokaal-team-0599"]


async def test_a_question_is_let_go_and_then_nobody_can_agree(handover: HandoverRoom) -> None:
    casus_id, _, opvang = await accepted_by_both(handover)
    await taken(handover, opvang, "zicht-aanbod", VT, {"stap": "aanbieden", "motivering": "Daar wonen zij nu."})

    await taken(handover, opvang, "zicht-aanbod", VT, {"stap": "intrekken", "motivering": "Zij gaan weer weg."})

    answer = await step(handover, opvang, "zicht-aanvaarding", OPVANG)
    assert answer.status_code == 409
    assert "kan het aanbieden" in answer.json()["detail"]
    assert await holder(handover, casus_id) == "lokaal-team-0599"


async def test_what_cannot_be_asked_says_what_can(handover: HandoverRoom) -> None:
    _, team, opvang = await accepted_by_both(handover)
    why = {"motivering": "Omdat."}

    has_it = await step(handover, team, "zicht-aanbod", VT, {"stap": "aanbieden", **why})
    has_it_not = await step(handover, opvang, "zicht-aanbod", VT, {"stap": "terugvragen", **why})
    casus_id, (open_one, other) = await offered(handover)
    await taken(handover, other["id"], "acceptatie", OPVANG)
    another = await step(handover, other["id"], "zicht-aanbod", VT, {"stap": "aanbieden", **why})
    not_accepted = await step(handover, open_one["id"], "zicht-aanbod", VT, {"stap": "aanbieden", **why})

    details = [one.json()["detail"] for one in (has_it, has_it_not, another, not_accepted)]
    assert [one.status_code for one in (has_it, has_it_not, another, not_accepted)] == [409] * 4
    assert ["terugvragen" in details[0], "aanbieden" in details[1], "trek het in" in details[2]] == [True] * 3
    # When that offer is gone it can be asked.
    await revoke(handover, open_one["id"])
    await taken(handover, other["id"], "zicht-aanbod", VT, {"stap": "aanbieden", **why})
    await taken(handover, other["id"], "zicht-aanvaarding", OPVANG)
    assert await holder(handover, casus_id) == "opvang-rotterdam-rijnmond"


async def test_only_veilig_thuis_asks_and_only_who_was_asked_agrees(handover: HandoverRoom) -> None:
    _, _, opvang = await accepted_by_both(handover)
    offer = {"stap": "aanbieden", "motivering": "Daar wonen zij nu."}

    asked = [(await step(handover, opvang, "zicht-aanbod", who, offer)).status_code for who in (TEAM, OPVANG)]
    await taken(handover, opvang, "zicht-aanbod", VT, offer)
    agreed = [(await step(handover, opvang, "zicht-aanvaarding", who)).status_code for who in (VT, TEAM, OTHER_PARTNER)]

    assert (asked, agreed) == ([403, 403], [403, 404, 404])


async def test_why_it_was_asked_is_read_without_a_hidden_melder(handover: HandoverRoom) -> None:
    _, _, opvang = await accepted_by_both(handover)
    await taken(handover, opvang, "zicht-aanbod", VT, {"stap": "aanbieden", "motivering": "De buurvrouw belde."})
    handover.rooms.verborgen = "buurvrouw"

    read = (await handover.call("GET", f"/overdrachten/{opvang}", OPVANG)).json()

    assert [one["tekst"] for one in read["bijStappen"]] == ["De [weggelaten] belde."]


# --- before and after ---------------------------------------------------------------------------------------------


async def test_who_accepts_hears_until_when_the_first_contact_is_expected(handover: HandoverRoom) -> None:
    _, team, _ = await accepted_by_both(handover)

    (fact, _) = await facts_told(handover, "overdracht-geaccepteerd")

    row = next(row for row in await handover.overdrachten() if row["id"] == team)
    # Ten working days after Monday 2 March.
    assert row["eersteContactUiterlijk"] == fact["eersteContactUiterlijk"] == "2026-03-16T23:00:00Z"


def test_of_several_open_offers_from_before_the_oldest_goes_on_carrying_it(
    room_database: RoomDatabaseFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = room_database("handover")
    monkeypatch.setenv("KETENRADAR_MIGRATION_URL", database.owner_url)
    command.downgrade(config_of("handover"), "0008")
    engine = create_engine(database.owner_url.replace("postgresql://", "postgresql+psycopg://", 1))
    casus_id, old, new = uuid4(), uuid4(), uuid4()
    with engine.begin() as conn:
        for overdracht_id, days in ((old, 3), (new, 1)):
            conn.execute(
                text("""INSERT INTO overdracht (id, casus_id, melding_id, gemeente_code, soort, organisatie_id,
                        draagt_zicht, status, aangeboden_op, accepteren_uiterlijk, keert_terug_op,
                        te_laat_geaccepteerd, versie) VALUES (:id, :casus, :id, '0599', 'opvang', 'o', true,
                        'aangeboden', now() - make_interval(days => :days), now(), now(), false, 1)"""),
                {"id": overdracht_id, "casus": casus_id, "days": days},
            )

    migrate("handover", database.owner_url)

    with engine.begin() as conn:
        rows = {row.id: row.draagt_zicht for row in conn.execute(text("SELECT id, draagt_zicht FROM overdracht"))}
        steps = conn.execute(text("SELECT overdracht_id, stap, versie FROM overdracht_stap")).all()
    engine.dispose()
    assert rows == {old: True, new: False}
    assert [tuple(row) for row in steps] == [(new, "zicht-vervallen", 2)]


async def test_what_is_asked_of_either_side_waits_there_until_it_is_answered(handover: HandoverRoom) -> None:
    async def waiting(who: Any) -> list[str]:
        answer = await handover.call("GET", "/openstaand", who)
        return sorted(item["soort"] for item in answer.json()["resultaten"])

    _, team, opvang = await accepted_by_both(handover)
    await taken(handover, team, "teruggave", TEAM, WHY)
    await taken(handover, opvang, "zicht-aanbod", VT, {"stap": "aanbieden", "motivering": "Daar wonen zij nu."})
    asked = [await waiting(who) for who in (VT, TEAM, OPVANG)]

    await taken(handover, team, "teruggave-aanvaarding", VT)
    await taken(handover, opvang, "zicht-aanvaarding", OPVANG)

    assert asked == [["teruggave"], ["eerste-contact", "plan"], ["eerste-contact", "zicht"]]
    assert [await waiting(who) for who in (VT, TEAM, OPVANG)] == [["opnieuw-aanbieden"], [], ["eerste-contact", "plan"]]


async def test_a_package_names_no_shelter_as_holder_to_anybody_but_that_shelter(handover: HandoverRoom) -> None:
    _, team, opvang = await accepted_by_both(handover)
    await taken(handover, opvang, "zicht-aanbod", VT, {"stap": "aanbieden", "motivering": "Daar wonen zij nu."})
    await taken(handover, opvang, "zicht-aanvaarding", OPVANG)

    told = [await handover.call("GET", f"/overdrachten/{one}", who) for one, who in ((team, TEAM), (opvang, OPVANG))]

    assert [one.json()["pakket"]["zicht"]["organisatieId"] for one in told] == ["afgeschermd", OPVANG[1]]
    assert OPVANG[1] not in told[0].text
