"""Offers that end without an answer: taken back by Veilig Thuis, or gone back by themselves."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from alembic import command
from sqlalchemy import create_engine, text

from deploy.migrate import config_of, migrate
from shared.db import in_transaction
from tests.integration.handover.conftest import OPVANG, OTHER_TEAM, TEAM, VT, HandoverRoom
from tests.integration.handover.test_overdrachten import TO_OPVANG, TO_TEAM, facts_told, offered
from tests.support import RoomDatabaseFactory

pytestmark = pytest.mark.anyio

LEADER = ("vt-teamleider", "vtrr", ())
WHY = {"reden": "ontvanger-afwezig", "toelichting": "Verlof tot het eind van de maand."}
# Offered on Monday 2 March, 10:00: due after five working days, and back after ten.
BACK = timedelta(days=15)


async def steps_of(room: HandoverRoom, overdracht_id: str) -> list[dict[str, Any]]:
    answer = await room.call("GET", f"/overdrachten/{overdracht_id}/geschiedenis", VT)
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["stappen"]
    return found


async def revoke(room: HandoverRoom, overdracht_id: str, **changes: str) -> Any:
    return await room.call("POST", f"/overdrachten/{overdracht_id}/intrekking", VT, json=WHY | changes)


# --- taken back --------------------------------------------------------------------------------------------------


async def test_what_is_taken_back_leaves_sight_of_safety_where_it_was(handover: HandoverRoom) -> None:
    casus_id, (team, _) = await offered(handover)

    answer = await revoke(handover, team["id"])

    assert answer.status_code == 201
    assert (answer.json()["status"], answer.json()["intrekreden"]) == ("ingetrokken", "ontvanger-afwezig")
    assert (await handover.zicht(casus_id))["houder"]["organisatieId"] == "vtrr"
    told = await facts_told(handover, "overdracht-ingetrokken")
    assert [(one["overdrachtId"], one["reden"], one["vervolg"]) for one in told] == [
        (team["id"], "ontvanger-afwezig", True)
    ]
    assert "Verlof" not in str(told)


async def test_taking_back_twice_is_one_and_for_another_reason_it_is_refused(handover: HandoverRoom) -> None:
    _, (team, _) = await offered(handover)

    first = await revoke(handover, team["id"])
    second = await revoke(handover, team["id"], toelichting="Nog eens.")
    other = await revoke(handover, team["id"], reden="vergissing")

    assert (first.status_code, second.status_code, other.status_code) == (201, 200, 409)
    assert first.json() == second.json()
    assert "opnieuw aanbieden" in other.json()["detail"]
    assert len(await facts_told(handover, "overdracht-ingetrokken")) == 1


async def test_what_was_accepted_is_not_taken_back(handover: HandoverRoom) -> None:
    casus_id, (team, _) = await offered(handover)
    await handover.call("POST", f"/overdrachten/{team['id']}/acceptatie", TEAM)

    answer = await revoke(handover, team["id"])

    assert answer.status_code == 409
    assert (await handover.zicht(casus_id))["houder"]["organisatieId"] == "lokaal-team-0599"
    assert await facts_told(handover, "overdracht-ingetrokken") == []


async def test_only_veilig_thuis_takes_back(handover: HandoverRoom) -> None:
    _, (team, _) = await offered(handover)
    path = f"/overdrachten/{team['id']}/intrekking"

    answers = [await handover.call("POST", path, who, json=WHY) for who in (TEAM, OTHER_TEAM, OPVANG)]

    assert [answer.status_code for answer in answers] == [403, 403, 403]
    assert (await handover.call("POST", path, LEADER, json=WHY)).status_code == 201
    assert (await revoke(handover, str(uuid4()))).status_code == 404


@pytest.mark.parametrize("body", [{}, {"reden": "zomaar", "toelichting": "x"}, {"reden": "anders"}])
async def test_a_bad_revocation_stores_nothing(handover: HandoverRoom, body: dict[str, str]) -> None:
    _, (team, _) = await offered(handover)

    answer = await handover.call("POST", f"/overdrachten/{team['id']}/intrekking", VT, json=body)

    assert answer.status_code == 400
    assert [one["stap"] for one in await steps_of(handover, team["id"])] == ["aangeboden"]


async def test_a_revocation_and_an_acceptance_of_one_moment_leave_one_of_the_two(handover: HandoverRoom) -> None:
    for _ in range(6):
        casus_id, (team, _) = await offered(handover)
        accept = handover.call("POST", f"/overdrachten/{team['id']}/acceptatie", TEAM)

        accepted, revoked = await asyncio.gather(accept, revoke(handover, team["id"]))

        assert sorted((accepted.status_code, revoked.status_code)) == [201, 409]
        holder = (await handover.zicht(casus_id))["houder"]["organisatieId"]
        assert holder == ("lokaal-team-0599" if accepted.status_code == 201 else "vtrr")


async def test_what_was_taken_back_is_offered_again_and_may_then_be_accepted(handover: HandoverRoom) -> None:
    casus_id, (team, _) = await offered(handover)
    await revoke(handover, team["id"])
    again = {"vervangtOverdrachtId": team["id"], "bestemming": {"soort": "lokaal-veld"}, "motivering": "Terug."}

    new = await handover.call("POST", "/overdrachten", VT, json=again)

    assert new.status_code == 201
    accepted = await handover.call("POST", f"/overdrachten/{new.json()['id']}/acceptatie", TEAM)
    assert accepted.status_code == 201
    assert (await handover.zicht(casus_id))["houder"]["organisatieId"] == "lokaal-team-0599"
    assert [one["stap"] for one in await steps_of(handover, team["id"])] == ["aangeboden", "ingetrokken", "vervangen"]


async def test_the_explanation_is_read_by_who_may_and_without_a_hidden_melder(handover: HandoverRoom) -> None:
    _, (team, _) = await offered(handover)
    await revoke(handover, team["id"], toelichting="De buurvrouw belde.")
    handover.rooms.verborgen = "buurvrouw"

    told = [(await handover.call("GET", f"/overdrachten/{team['id']}", who)).json()["bijStappen"] for who in (VT, TEAM)]

    assert [[one["tekst"] for one in rows] for rows in told] == [["De buurvrouw belde."], ["De [weggelaten] belde."]]


async def test_the_explanation_is_sealed(handover: HandoverRoom) -> None:
    _, (team, _) = await offered(handover)
    await revoke(handover, team["id"], toelichting="De buurvrouw belde.")

    async with in_transaction(handover.made.engine) as conn:
        rows = (await conn.execute(text("SELECT stap, tekst FROM overdracht_stap WHERE tekst IS NOT NULL"))).all()

    assert [row.stap for row in rows] == ["ingetrokken"]
    assert b"buurvrouw" not in rows[0].tekst


# --- gone back ---------------------------------------------------------------------------------------------------


async def test_an_offer_that_nobody_answers_goes_back_at_its_moment(handover: HandoverRoom) -> None:
    casus_id, (team, opvang) = await offered(handover)
    assert team["keertTerugOp"] == "2026-03-16T23:00:00Z"
    handover.klok.advance(timedelta(days=14))
    assert await handover.work() == 0

    handover.klok.advance(timedelta(days=1))

    assert await handover.work() == 2
    rows = await handover.overdrachten()
    assert {(row["id"], row["status"], row["teruggekeerdOp"]) for row in rows} == {
        (row["id"], "teruggekeerd", handover.klok().isoformat().replace("+00:00", "Z")) for row in (team, opvang)
    }
    assert (await handover.zicht(casus_id))["houder"]["organisatieId"] == "vtrr"
    assert {one["overdrachtId"] for one in await facts_told(handover, "overdracht-teruggekeerd")} == {
        team["id"], opvang["id"]
    }  # fmt: skip


async def test_what_was_answered_in_time_does_not_go_back(handover: HandoverRoom) -> None:
    casus_id, (team, opvang) = await offered(handover)
    await handover.call("POST", f"/overdrachten/{team['id']}/acceptatie", TEAM)
    refusal = {"reden": "geen-capaciteit", "toelichting": "Vol."}
    await handover.call("POST", f"/overdrachten/{opvang['id']}/weigering", OPVANG, json=refusal)
    handover.klok.advance(BACK)

    await handover.work()

    assert {row["status"] for row in await handover.overdrachten()} == {"geaccepteerd", "geweigerd"}
    assert (await handover.zicht(casus_id))["houder"]["organisatieId"] == "lokaal-team-0599"
    assert await facts_told(handover, "overdracht-teruggekeerd") == []


async def test_who_accepts_after_the_return_hears_what_may_be_done(handover: HandoverRoom) -> None:
    casus_id, (team, _) = await offered(handover)
    handover.klok.advance(BACK)
    await handover.work()

    answer = await handover.call("POST", f"/overdrachten/{team['id']}/acceptatie", TEAM)

    assert answer.status_code == 409
    assert "ook aan dezelfde ontvanger" in answer.json()["detail"]
    assert (await handover.zicht(casus_id))["houder"]["organisatieId"] == "vtrr"


async def test_a_late_acceptance_before_the_return_still_counts(handover: HandoverRoom) -> None:
    casus_id, (team, _) = await offered(handover)
    handover.klok.advance(timedelta(days=12))

    answer = await handover.call("POST", f"/overdrachten/{team['id']}/acceptatie", TEAM)

    assert (answer.status_code, answer.json()["teLaatGeaccepteerd"]) == (201, True)
    assert (await handover.zicht(casus_id))["houder"]["organisatieId"] == "lokaal-team-0599"


async def test_a_return_and_an_acceptance_of_one_moment_leave_one_of_the_two(handover: HandoverRoom) -> None:
    for _ in range(6):
        casus_id, (team,) = await offered(handover, TO_TEAM)
        handover.klok.advance(BACK)

        accepted, _ = await asyncio.gather(
            handover.call("POST", f"/overdrachten/{team['id']}/acceptatie", TEAM), handover.work()
        )

        row = next(row for row in await handover.overdrachten() if row["id"] == team["id"])
        took = accepted.status_code == 201
        assert row["status"] == ("geaccepteerd" if took else "teruggekeerd")
        assert (await handover.zicht(casus_id))["houder"]["organisatieId"] == ("lokaal-team-0599" if took else "vtrr")


async def test_a_return_that_is_done_twice_is_told_once(handover: HandoverRoom) -> None:
    _, (opvang,) = await offered(handover, TO_OPVANG)
    handover.klok.advance(BACK)
    await handover.work()
    async with in_transaction(handover.made.engine) as conn:
        await conn.execute(text("UPDATE taak SET status = 'open', niet_voor = niet_voor - interval '1 day'"))

    assert await handover.work() == 1

    assert [one["stap"] for one in await steps_of(handover, opvang["id"])] == ["aangeboden", "teruggekeerd"]
    assert len(await facts_told(handover, "overdracht-teruggekeerd")) == 1


# --- the history -------------------------------------------------------------------------------------------------


async def test_every_step_stands_in_the_history_with_who_took_it_and_its_fact(handover: HandoverRoom) -> None:
    _, (team, opvang) = await offered(handover)
    await handover.call("POST", f"/overdrachten/{team['id']}/acceptatie", TEAM)
    contact = {"tijdstip": handover.klok().isoformat()}
    await handover.call("POST", f"/overdrachten/{team['id']}/eerste-contact", TEAM, json=contact)
    await revoke(handover, opvang["id"])

    told = [
        [(one["stap"], one["organisatieId"], one["reden"]) for one in await steps_of(handover, row["id"])]
        for row in (team, opvang)
    ]

    assert told == [
        [
            ("aangeboden", None, None),
            ("geaccepteerd", "lokaal-team-0599", None),
            ("eerste-contact", "lokaal-team-0599", None),
        ],
        [("aangeboden", None, None), ("ingetrokken", "vtrr", "ontvanger-afwezig")],
    ]
    async with in_transaction(handover.made.engine) as conn:
        facts = set((await conn.execute(text("SELECT event_id FROM outbox"))).scalars())
    assert {UUID(one["feitId"]) for one in await steps_of(handover, team["id"])} <= facts


async def test_the_history_is_read_by_the_receiver_and_by_no_other(handover: HandoverRoom) -> None:
    _, (team, _) = await offered(handover)
    path = f"/overdrachten/{team['id']}/geschiedenis"

    answers = {who: (await handover.call("GET", path, who)).status_code for who in (VT, TEAM, OTHER_TEAM, OPVANG)}

    assert answers == {VT: 200, TEAM: 200, OTHER_TEAM: 404, OPVANG: 404}
    assert (await handover.audit())[0].actie == "geschiedenis-lezen"


def test_what_was_offered_before_has_a_history_and_goes_back_too(
    room_database: RoomDatabaseFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = room_database("handover")
    monkeypatch.setenv("KETENRADAR_MIGRATION_URL", database.owner_url)
    command.downgrade(config_of("handover"), "0005")
    engine = create_engine(database.owner_url.replace("postgresql://", "postgresql+psycopg://", 1))
    old, new, taken = uuid4(), uuid4(), uuid4()
    with engine.begin() as conn:
        for overdracht_id, vervangt, status in (
            (old, None, "vervangen"), (new, old, "aangeboden"), (taken, None, "geaccepteerd")
        ):  # fmt: skip
            conn.execute(
                text("""INSERT INTO overdracht (id, casus_id, melding_id, gemeente_code, soort, organisatie_id,
                        draagt_zicht, status, aangeboden_op, accepteren_uiterlijk, vervangt_id, te_laat_geaccepteerd,
                        geweigerd_op, reden, geaccepteerd_op, versie) VALUES (:id, :id, :id, '0599', 'opvang', 'o',
                        false, :status, now(), now(), :vervangt, false,
                        CASE WHEN :status = 'vervangen' THEN now() END,
                        CASE WHEN :status = 'vervangen' THEN 'geen-capaciteit' END,
                        CASE WHEN :status = 'geaccepteerd' THEN now() END, 1)"""),
                {"id": overdracht_id, "status": status, "vervangt": vervangt},
            )
        conn.execute(text("UPDATE overdracht SET vervangen_door_id = :new WHERE id = :old"), {"new": new, "old": old})

    migrate("handover", database.owner_url)

    with engine.begin() as conn:
        steps = conn.execute(text("SELECT overdracht_id, stap, reden FROM overdracht_stap ORDER BY versie")).all()
        tasks = conn.execute(text("SELECT t.object_id, t.niet_voor = o.keert_terug_op AS then FROM taak t"
                                  " JOIN overdracht o ON o.id = t.object_id")).all()  # fmt: skip
    engine.dispose()
    assert [(row.stap, row.reden) for row in steps if row.overdracht_id == old] == [
        ("aangeboden", None), ("geweigerd", "geen-capaciteit"), ("vervangen", None)
    ]  # fmt: skip
    assert [row.stap for row in steps if row.overdracht_id == taken] == ["aangeboden", "geaccepteerd"]
    assert [(row.object_id, row.then) for row in tasks] == [(new, True)]
