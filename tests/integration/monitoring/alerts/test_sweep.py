"""The sweep warns, alarms and escalates, each once, whatever number of sweepers run."""

import asyncio
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from services.monitoring.handlers import alerts
from services.monitoring.handlers.alerts import SweepPlan, sweep
from services.monitoring.handlers.facts import tell as tell_facts
from services.monitoring.handlers.kpibewijs import recompute_kpis
from shared.db import in_transaction
from shared.rules.settings import DEFAULT_SETTINGS, RuleSettings
from tests.integration.monitoring.alerts.conftest import MAIL_TO, hear_melding, rows

pytestmark = pytest.mark.anyio

MONDAY = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
PLAN = SweepPlan(mail_to=MAIL_TO)
# Five werkdagen after Monday 2 March end with Monday 9 March; a warning comes one werkdag before.
VB_PASSED = datetime(2026, 3, 9, 23, 0, tzinfo=UTC)
VB = "SELECT * FROM waarschuwing WHERE soort = 'veiligheidsbeoordeling' ORDER BY gemaakt_op, stap"


async def do_sweep(
    engine: AsyncEngine, now: datetime, plan: SweepPlan = PLAN, rules: RuleSettings = DEFAULT_SETTINGS
) -> alerts.SweepReport:
    return await sweep(engine, now=now, rules=rules, plan=plan)


async def test_nothing_is_alarmed_before_its_time(engine: AsyncEngine) -> None:
    await hear_melding(engine, op=MONDAY)

    report = await do_sweep(engine, MONDAY + timedelta(minutes=1))

    assert report.stappen.total() == 0
    assert await rows(engine, "SELECT 1 FROM waarschuwing") == []


async def test_a_melding_that_nobody_handles_is_warned_then_alarmed_then_escalated(engine: AsyncEngine) -> None:
    casus_id = await hear_melding(engine, op=MONDAY)

    await do_sweep(engine, VB_PASSED - timedelta(hours=12))
    warned = [row.stap for row in await rows(engine, VB)]
    await do_sweep(engine, VB_PASSED)
    alarmed = [row.stap for row in await rows(engine, VB)]
    await do_sweep(engine, VB_PASSED + timedelta(days=6))
    not_yet = [row.stap for row in await rows(engine, VB)]
    await do_sweep(engine, VB_PASSED + timedelta(days=7))
    escalated = await rows(engine, VB)

    assert warned == ["waarschuwing"]
    assert alarmed == ["waarschuwing", "verstreken"]
    assert not_yet == alarmed
    assert [row.stap for row in escalated] == ["waarschuwing", "verstreken", "geescaleerd"]
    assert {row.casus_id for row in escalated} == {casus_id}
    assert {row.uiterlijk for row in escalated} == {VB_PASSED}


async def test_sweeping_again_tells_nothing_twice(engine: AsyncEngine) -> None:
    await hear_melding(engine, op=MONDAY)
    await do_sweep(engine, VB_PASSED)
    before = await rows(
        engine,
        "SELECT (SELECT count(*) FROM waarschuwing), (SELECT count(*) FROM outbox), (SELECT count(*) FROM bericht)",
    )

    again = await do_sweep(engine, VB_PASSED + timedelta(minutes=1))

    after = await rows(
        engine,
        "SELECT (SELECT count(*) FROM waarschuwing), (SELECT count(*) FROM outbox), (SELECT count(*) FROM bericht)",
    )
    assert before == after
    assert again.stappen.total() == 0


async def test_sweepers_that_run_at_once_alarm_each_term_once(engine: AsyncEngine) -> None:
    for number in range(30):
        await hear_melding(engine, op=MONDAY + timedelta(minutes=number))

    reports = await asyncio.gather(
        *(do_sweep(engine, VB_PASSED, SweepPlan(mail_to=MAIL_TO, batch_max=7)) for _ in range(4))
    )
    reports.append(await do_sweep(engine, VB_PASSED))

    doubles = await rows(engine, "SELECT 1 FROM waarschuwing GROUP BY termijn_id, stap, uiterlijk HAVING count(*) > 1")
    passed = await rows(
        engine, "SELECT id FROM waarschuwing WHERE stap = 'verstreken' AND soort = 'veiligheidsbeoordeling'"
    )
    facts = await rows(
        engine,
        "SELECT event_id FROM outbox WHERE soort LIKE '%verstreken%' AND data->>'soort' = 'veiligheidsbeoordeling'",
    )
    mails = await rows(
        engine,
        "SELECT waarschuwing_id FROM bericht WHERE inhoud->>'soort' = 'veiligheidsbeoordeling' "
        "AND inhoud->>'stap' = 'verstreken'",
    )
    assert doubles == []
    assert len(passed) == len(facts) == len(mails) == 30
    assert sum(report.stappen["verstreken"] for report in reports) == len(
        await rows(engine, "SELECT 1 FROM waarschuwing WHERE stap = 'verstreken'")
    )


async def test_the_alert_its_fact_and_its_mail_exist_together_or_not_at_all(
    engine: AsyncEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    await hear_melding(engine, op=MONDAY)

    async def broken(*_args: object, **_kwargs: object) -> None:
        raise ValueError("kapot")

    monkeypatch.setattr(alerts, "tell", broken)
    report = await do_sweep(engine, VB_PASSED)

    left = await rows(engine, "SELECT soort, stap FROM waarschuwing WHERE termijn_id IS NOT NULL")
    mails = await rows(engine, "SELECT 1 FROM bericht WHERE inhoud ? 'casusId'")
    assert report.mislukt > 0
    assert (left, mails) == ([], [])


async def test_one_term_that_cannot_be_handled_is_alarmed_and_holds_up_no_other(
    engine: AsyncEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad = await hear_melding(engine, op=MONDAY)
    good = await hear_melding(engine, op=MONDAY)
    real_tell = tell_facts

    async def tell(conn: Any, facts: Any, **named: Any) -> None:
        if any(fact.casus_id == bad for fact in facts):
            raise ValueError("kapot")
        await real_tell(conn, facts, **named)

    monkeypatch.setattr(alerts, "tell", tell)
    await do_sweep(engine, VB_PASSED)

    alarmed = await rows(engine, "SELECT DISTINCT casus_id FROM waarschuwing WHERE termijn_id IS NOT NULL")
    condition = await rows(engine, "SELECT DISTINCT soort FROM waarschuwing WHERE onderwerp IS NOT NULL")
    assert [row.casus_id for row in alarmed] == [good]
    assert [row.soort for row in condition] == ["sweep"]


async def test_a_new_free_day_moves_what_runs_at_the_next_recount_and_arms_its_steps_again(engine: AsyncEngine) -> None:
    await hear_melding(engine, op=MONDAY)
    await do_sweep(engine, VB_PASSED)
    rules = replace(DEFAULT_SETTINGS, extra_sluitingsdagen=frozenset({date(2026, 3, 5)}))
    later = VB_PASSED + timedelta(days=1)

    found = await recompute_kpis(engine, rules, now=VB_PASSED)
    await do_sweep(engine, VB_PASSED + timedelta(minutes=1), rules=rules)
    before = [(row.stap, row.uiterlijk) for row in await rows(engine, VB) if row.uiterlijk == later]
    await do_sweep(engine, later, rules=rules)
    await do_sweep(engine, later, rules=rules)

    assert found.casussen_different == 1
    assert before == [("waarschuwing", later)]
    assert sorted((row.stap, row.uiterlijk) for row in await rows(engine, VB)) == [
        ("verstreken", VB_PASSED),
        ("verstreken", later),
        ("waarschuwing", VB_PASSED),
        ("waarschuwing", later),
    ]
    (clock,) = await rows(engine, "SELECT uitleg FROM termijn WHERE soort = 'veiligheidsbeoordeling'")
    assert any("extra sluitingsdag" in line for line in clock.uitleg)


async def test_a_sweeper_that_is_killed_half_way_leaves_nothing_and_the_next_tells_all_of_it_once(
    engine: AsyncEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(6):
        await hear_melding(engine, op=MONDAY + timedelta(minutes=number))
    real_tell = tell_facts
    killed = 0

    async def tell(conn: Any, facts: Any, **named: Any) -> None:
        nonlocal killed
        await real_tell(conn, facts, **named)
        if not killed:  # what it wrote stands in its transaction; then its process is gone
            killed += 1
            await conn.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))

    monkeypatch.setattr(alerts, "tell", tell)
    outcomes = await asyncio.gather(
        *(do_sweep(engine, VB_PASSED, SweepPlan(mail_to=MAIL_TO, batch_max=4)) for _ in range(3)),
        return_exceptions=True,
    )
    await do_sweep(engine, VB_PASSED)
    await do_sweep(engine, VB_PASSED)

    assert killed == 1
    assert sum(isinstance(outcome, BaseException) for outcome in outcomes) <= 1
    steps = await rows(
        engine, "SELECT count(*) AS n, count(DISTINCT (termijn_id, stap, uiterlijk)) AS u FROM waarschuwing"
    )
    facts = await rows(
        engine,
        "SELECT count(*) AS n, count(DISTINCT (soort, data->>'termijnId', data->>'uiterlijk')) AS u FROM outbox",
    )
    mails = await rows(engine, "SELECT count(*) AS n, count(DISTINCT (waarschuwing_id, doel)) AS u FROM bericht")
    assert all(row.n == row.u > 0 for (row,) in (steps, facts, mails))
    passed = await rows(
        engine, "SELECT 1 FROM waarschuwing WHERE stap = 'verstreken' AND soort = 'veiligheidsbeoordeling'"
    )
    assert len(passed) == 6


async def test_a_term_that_is_met_is_not_escalated(engine: AsyncEngine) -> None:
    await hear_melding(engine, op=MONDAY)
    await do_sweep(engine, VB_PASSED)
    async with in_transaction(engine) as conn:
        await conn.execute(text("UPDATE termijn SET gestopt_op = :op"), {"op": VB_PASSED + timedelta(days=1)})

    await do_sweep(engine, VB_PASSED + timedelta(days=30))

    assert "geescaleerd" not in [row.stap for row in await rows(engine, VB)]


async def test_a_region_may_do_without_escalation(engine: AsyncEngine) -> None:
    await hear_melding(engine, op=MONDAY)
    rules = replace(DEFAULT_SETTINGS, escaleert=False)

    await do_sweep(engine, VB_PASSED, rules=rules)
    await do_sweep(engine, VB_PASSED + timedelta(days=60), rules=rules)

    stappen = {row.stap for row in await rows(engine, "SELECT stap FROM waarschuwing")}
    assert stappen == {"waarschuwing", "verstreken"}


async def test_a_sweep_that_comes_late_mails_that_it_passed_and_not_that_it_threatens(engine: AsyncEngine) -> None:
    await hear_melding(engine, op=MONDAY)

    await do_sweep(engine, VB_PASSED)

    mails = await rows(engine, "SELECT inhoud FROM bericht WHERE inhoud->>'soort' = 'veiligheidsbeoordeling'")
    assert [row.inhoud["stap"] for row in mails] == ["verstreken"]


async def test_nobody_is_mailed_without_an_address(engine: AsyncEngine) -> None:
    await hear_melding(engine, op=MONDAY)

    await do_sweep(engine, VB_PASSED, SweepPlan())

    assert await rows(engine, "SELECT 1 FROM bericht") == []
    assert await rows(engine, "SELECT 1 FROM waarschuwing") != []
