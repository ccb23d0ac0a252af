"""Who is mailed and when: by row, by owner, and outside quiet hours; one mail a working day."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from services.monitoring.handlers.alerts import SweepPlan, sweep
from services.monitoring.handlers.berichten import Post, deliver
from services.monitoring.handlers.dagberichten import send_dagberichten
from shared.db import in_transaction
from shared.events.behandeling import WerkToegewezen
from shared.events.catalogue import Room
from shared.events.envelope import Event
from shared.ids import derived_id, medewerker_nr, new_id
from shared.rules.rust import Rust
from shared.rules.settings import DEFAULT_SETTINGS
from tests.integration.monitoring.alerts.conftest import MAIL_TO, MONDAY, PASSED, Mailbox, hear, hear_melding, rows
from tests.support import TestIssuer

pytestmark = pytest.mark.anyio

NIGHT = Rust(time(18), time(8))
ANNA = {"soort": "medewerker", "medewerkerId": "anna", "postvak": "anna@voorbeeld.invalid"}
DOEL = f"ontvanger:{medewerker_nr('anna')}"
MORNING = datetime(2026, 3, 10, 7, 30, tzinfo=UTC)  # half past eight on a Tuesday, in Amsterdam
EVENING = datetime(2026, 3, 10, 19, 0, tzinfo=UTC)


async def give_to(engine: AsyncEngine, casus_id: UUID, wie: str) -> None:
    """Let the only melding of a casus have an owner, as triage tells it."""
    (row,) = await rows(engine, "SELECT DISTINCT melding_id FROM termijn WHERE casus_id = :id", id=casus_id)
    fact = WerkToegewezen(
        melding_id=row.melding_id,
        dossier_id=derived_id("dossier", row.melding_id),
        gemeente_code="0599",
        toegewezen_op=MONDAY + timedelta(hours=1),
        medewerker_nr=medewerker_nr(wie),
    )
    await hear(
        engine,
        Event(id=new_id(), room=Room.TRIAGE, casus_id=casus_id, sequence=1, time=fact.toegewezen_op, payload=fact),
    )


async def add(client: httpx.AsyncClient, vt: dict[str, str], body: dict[str, Any]) -> dict[str, Any]:
    answer = await client.post("/v1/ontvangers", json=body, headers=vt)
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


async def mails_of(engine: AsyncEngine, stap: str) -> set[tuple[str, str, bool]]:
    found = await rows(engine, "SELECT doel, inhoud, acuut FROM bericht WHERE inhoud->>'stap' = :stap", stap=stap)
    return {(row.doel, row.inhoud["soort"], row.acuut) for row in found}


async def do_sweep(engine: AsyncEngine, now: datetime) -> None:
    await sweep(engine, now=now, rules=DEFAULT_SETTINGS, plan=SweepPlan(mail_to=MAIL_TO))


# --- the doors ---------------------------------------------------------------------------------------------------


async def test_a_receiver_is_kept_changed_by_who_saw_him_and_taken_away_with_his_address(
    client: httpx.AsyncClient, engine: AsyncEngine, vt: dict[str, str]
) -> None:
    made = await add(client, vt, ANNA)
    path = f"/v1/ontvangers/{made['id']}"
    body = {"postvak": "nieuw@voorbeeld.invalid", "dagbericht": False, "rustVan": "20:00", "rustTot": "09:00"}

    twice = await client.post("/v1/ontvangers", json=ANNA, headers=vt)
    blind = await client.put(path, json=body, headers=vt)
    changed = await client.put(path, json=body, headers={**vt, "If-Match": '"1"'})
    stale = await client.put(path, json={**body, "dagbericht": True}, headers={**vt, "If-Match": '"1"'})
    same = await client.put(path, json=body, headers={**vt, "If-Match": '"1"'})
    read = await client.get(path, headers=vt)
    listed = await client.get("/v1/ontvangers?limiet=1", headers=vt)

    assert made["id"] == str(medewerker_nr("anna"))
    assert [one.status_code for one in (twice, blind, changed, stale, same)] == [409, 428, 200, 412, 200]
    assert (changed.json()["rustVan"], changed.headers["etag"]) == ("20:00:00", '"2"')
    assert read.json() == changed.json() == same.json() == listed.json()["resultaten"][0]
    assert listed.json()["volgende"] is None

    gone = await client.delete(path, headers=vt)
    assert [gone.status_code, (await client.get(path, headers=vt)).status_code] == [204, 404]
    assert (await client.delete(path, headers=vt)).status_code == 404
    assert await rows(engine, "SELECT 1 FROM ontvanger") == []
    acts = {row.actie for row in await rows(engine, "SELECT actie FROM audit")}
    assert {"ontvanger-gemaakt", "ontvanger-gewijzigd", "ontvanger-verwijderd"} <= acts


@pytest.mark.parametrize(
    "body",
    [
        {**ANNA, "medewerkerId": None},
        {**ANNA, "soort": "teamleider"},
        {**ANNA, "rustVan": "18:00"},
        {**ANNA, "rustVan": "18:00+01:00", "rustTot": "08:00+01:00"},
        {**ANNA, "postvak": "geen adres"},
        {**ANNA, "medewerkerId": "anna@voorbeeld.invalid"},
    ],
)
async def test_a_receiver_that_makes_no_sense_is_a_400_without_what_was_sent(
    client: httpx.AsyncClient, vt: dict[str, str], body: dict[str, Any]
) -> None:
    answer = await client.post("/v1/ontvangers", json=body, headers=vt)

    assert answer.status_code == 400
    assert ANNA["postvak"] not in answer.text


async def test_only_who_leads_or_keeps_the_house_sees_whose_mailbox_is_whose(
    client: httpx.AsyncClient, vt: dict[str, str], issuer: TestIssuer
) -> None:
    await add(client, vt, ANNA)

    found = {
        rol: (await client.get("/v1/ontvangers", headers=issuer.headers(rol, "vt", gemeenten=("0599",)))).status_code
        for rol in ("vt-teamleider", "beheerder", "vt-medewerker", "gemeente", "lokaal-team", "ketenpartner", "systeem")
    }

    assert {rol for rol, status in found.items() if status == 200} == {"vt-teamleider", "beheerder"}
    assert set(found.values()) == {200, 403}


# --- who is mailed about a step ------------------------------------------------------------------------------------


async def test_the_worker_who_has_the_work_is_warned_and_both_hear_that_it_passed(
    client: httpx.AsyncClient, engine: AsyncEngine, vt: dict[str, str]
) -> None:
    await add(client, vt, ANNA)
    await give_to(engine, await hear_melding(engine, op=MONDAY), "anna")

    await do_sweep(engine, PASSED - timedelta(hours=2))
    await do_sweep(engine, PASSED)
    await do_sweep(engine, PASSED + timedelta(days=7))

    soort = "veiligheidsbeoordeling"
    assert (DOEL, soort, False) in await mails_of(engine, "waarschuwing")
    assert (MAIL_TO, soort, False) not in await mails_of(engine, "waarschuwing")
    assert {(DOEL, soort, False), (MAIL_TO, soort, False)} <= await mails_of(engine, "verstreken")
    assert (MAIL_TO, soort, False) in await mails_of(engine, "geescaleerd")
    assert (DOEL, soort, False) not in await mails_of(engine, "geescaleerd")
    assert {doel for doel, soort, _ in await mails_of(engine, "verstreken") if soort == "acuutcheck"} == {DOEL, MAIL_TO}


async def test_of_a_worker_without_a_mailbox_the_team_lead_is_warned(engine: AsyncEngine) -> None:
    await give_to(engine, await hear_melding(engine, op=MONDAY), "bram")

    await do_sweep(engine, PASSED - timedelta(hours=2))

    assert (MAIL_TO, "veiligheidsbeoordeling", False) in await mails_of(engine, "waarschuwing")


async def test_what_waits_for_a_receiver_who_is_gone_goes_to_the_house(
    client: httpx.AsyncClient, engine: AsyncEngine, vt: dict[str, str], post: Post, mailbox: Mailbox
) -> None:
    made = await add(client, vt, ANNA)
    await give_to(engine, await hear_melding(engine, op=MONDAY), "anna")
    await do_sweep(engine, PASSED - timedelta(hours=2))
    await client.delete(f"/v1/ontvangers/{made['id']}", headers=vt)

    await deliver(engine, replace(post, huis=MAIL_TO), real_clock=lambda: MORNING, now=PASSED)

    assert {row.doel for row in await rows(engine, "SELECT doel FROM bericht")} == {MAIL_TO}
    assert {row.status for row in await rows(engine, "SELECT status FROM bericht")} == {"verzonden"}
    assert b"anna@voorbeeld.invalid" not in b"".join(mailbox.mails)


# --- quiet hours -----------------------------------------------------------------------------------------------------


async def test_in_the_evening_only_what_is_acute_is_mailed_and_the_rest_in_the_morning(
    client: httpx.AsyncClient, engine: AsyncEngine, vt: dict[str, str], post: Post, mailbox: Mailbox
) -> None:
    await add(client, vt, {**ANNA, "rustVan": "12:00", "rustTot": "12:00"})  # who wants no rest at all
    await give_to(engine, await hear_melding(engine, op=MONDAY), "anna")
    await do_sweep(engine, PASSED)
    quiet = replace(post, rust=NIGHT)
    waiting = "SELECT DISTINCT doel, acuut FROM bericht WHERE status = 'wachtend'"

    await deliver(engine, quiet, real_clock=lambda: EVENING, now=PASSED)

    assert [tuple(row) for row in await rows(engine, waiting)] == [(MAIL_TO, False)]
    first = b"".join(mailbox.mails)
    assert b"termijn acuutcheck is verstreken" in first
    assert b"To: anna@voorbeeld.invalid" in first
    alerts = await rows(engine, "SELECT 1 FROM waarschuwing WHERE soort = 'veiligheidsbeoordeling'")
    assert len(alerts) == 2  # the alert and its fact were there at once

    await deliver(engine, quiet, real_clock=lambda: EVENING + timedelta(hours=12), now=PASSED)
    assert await rows(engine, waiting) == []


async def test_an_acute_mail_overtakes_one_of_the_same_casus_that_was_refused(
    engine: AsyncEngine, post: Post, mailbox: Mailbox
) -> None:
    casus_id = await hear_melding(engine, op=MONDAY)
    await do_sweep(engine, PASSED)
    async with in_transaction(engine) as conn:
        values = {"id": casus_id, "later": EVENING + timedelta(hours=1)}
        await conn.execute(
            text("UPDATE bericht SET volgende_poging_op = :later WHERE casus_id = :id AND NOT acuut"), values
        )
        await conn.execute(text("UPDATE bericht SET nr = DEFAULT WHERE acuut"))

    await deliver(engine, post, real_clock=lambda: EVENING, now=PASSED)

    left = await rows(engine, "SELECT acuut FROM bericht WHERE status = 'wachtend' AND casus_id = :id", id=casus_id)
    assert {row.acuut for row in left} == {False}


# --- the mail of a day ---------------------------------------------------------------------------------------------


async def days(engine: AsyncEngine, now: datetime) -> int:
    return await send_dagberichten(engine, mail_to=MAIL_TO, rust=NIGHT, now=now, rules=DEFAULT_SETTINGS)


async def test_each_receiver_has_one_mail_a_day_whatever_number_of_workers_and_with_his_own_work(
    client: httpx.AsyncClient, engine: AsyncEngine, vt: dict[str, str]
) -> None:
    await add(client, vt, ANNA)
    await add(client, vt, {"soort": "teamleider", "postvak": "noord@voorbeeld.invalid", "dagbericht": False})
    mine = await hear_melding(engine, op=MONDAY)
    other = await hear_melding(engine, op=MONDAY)
    await give_to(engine, mine, "anna")

    sent = await asyncio.gather(*(days(engine, MORNING) for _ in range(4)))
    later = await days(engine, MORNING + timedelta(hours=4))
    next_day = await days(engine, MORNING + timedelta(days=1))

    found = {row.doel: row.inhoud for row in await rows(engine, "SELECT doel, inhoud FROM bericht WHERE NOT acuut "
             "AND inhoud->>'dag' = '2026-03-10'")}  # fmt: skip
    assert (sum(sent), later, next_day) == (2, 0, 2)
    assert set(found) == {DOEL, MAIL_TO}
    assert {line["casusId"] for line in found[DOEL]["teLaat"]} == {str(mine)}
    assert {line["casusId"] for line in found[MAIL_TO]["teLaat"]} == {str(mine), str(other)}
    # That nobody had the other melding is late too.
    assert found[MAIL_TO]["teLaatTotaal"] == len(found[MAIL_TO]["teLaat"]) == 2 * found[DOEL]["teLaatTotaal"] + 1
    assert set(found[DOEL]["open"]) >= {"veiligheidsbeoordeling", "informeren-betrokkenen"}


async def test_nobody_is_written_to_before_his_day_begins_on_a_free_day_or_when_there_is_nothing(
    engine: AsyncEngine,
) -> None:
    await hear_melding(engine, op=MONDAY)
    saturday = datetime(2026, 3, 14, 10, 0, tzinfo=UTC)

    early = await days(engine, MORNING - timedelta(hours=1))
    free = await days(engine, saturday)
    on_time = await days(engine, MORNING)
    assert (early, free, on_time) == (0, 0, 1)

    async with in_transaction(engine) as conn:
        await conn.execute(text("UPDATE termijn SET gestopt_op = start"))
    nothing = await days(engine, MORNING + timedelta(days=1))
    async with in_transaction(engine) as conn:
        await conn.execute(text("UPDATE termijn SET gestopt_op = NULL"))
    too_late = await days(engine, MORNING + timedelta(days=1, hours=1))

    assert (nothing, too_late) == (0, 0)  # what came up later in the day has mails of its own
    empty = await rows(engine, "SELECT bericht_id FROM dagbericht WHERE dag = '2026-03-11'")
    assert [row.bericht_id for row in empty] == [None]


async def test_what_falls_due_within_three_working_days_is_named_and_what_comes_later_is_counted(
    engine: AsyncEngine,
) -> None:
    await hear_melding(engine, op=MONDAY)
    wednesday = datetime(2026, 3, 4, 8, 0, tzinfo=UTC)  # the veiligheidsbeoordeling is due on Monday the ninth

    await days(engine, wednesday)

    (row,) = await rows(engine, "SELECT inhoud FROM bericht WHERE inhoud->>'soort' = 'dagbericht'")
    assert [line["soort"] for line in row.inhoud["vervalt"]].count("veiligheidsbeoordeling") == 1
    assert "informeren-betrokkenen" not in {line["soort"] for line in row.inhoud["vervalt"]}
    assert row.inhoud["open"]["informeren-betrokkenen"] == 1
