"""The worker sees that the chores are silent, sends the mail that they would, and follows another rulebook."""

import asyncio
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from services.monitoring.domain.alerts import STILTE_MAX
from services.monitoring.handlers import waken
from services.monitoring.handlers.alerts import SweepPlan, sweep
from services.monitoring.handlers.berichten import Post
from services.monitoring.handlers.kpibewijs import recompute_kpis
from services.monitoring.handlers.waken import Wake, follow_rulebook, keep_watch, watch_chores
from services.monitoring.handlers.watching import note_heartbeat
from shared.clock import system_clock
from shared.errors import ConflictError, OperationalError
from shared.rules.settings import DEFAULT_SETTINGS
from tests.integration.monitoring.alerts.conftest import MAIL_TO, MONDAY, PASSED, Mailbox, hear_melding, rows

pytestmark = pytest.mark.anyio

CLOSED = replace(DEFAULT_SETTINGS, extra_sluitingsdagen=frozenset({date(2026, 3, 5)}))
VB = "SELECT stap, uiterlijk FROM waarschuwing WHERE soort = 'veiligheidsbeoordeling'"


@pytest.fixture
def wake(engine: AsyncEngine, post: Post) -> Wake:
    return Wake(engine, replace(post, huis=MAIL_TO), DEFAULT_SETTINGS, lambda: PASSED, look_seconds=0.01)


async def test_when_every_chore_is_silent_the_worker_alarms_and_mails_it_itself(
    wake: Wake, engine: AsyncEngine, mailbox: Mailbox
) -> None:
    for naam in STILTE_MAX:
        await note_heartbeat(engine, naam, real=system_clock() - timedelta(minutes=10), now=PASSED)

    silent = await watch_chores(wake, began=system_clock())
    await watch_chores(wake, began=system_clock())

    alarms = await rows(engine, "SELECT onderwerp FROM waarschuwing WHERE soort = 'hartslag'")
    assert set(silent) == {row.onderwerp for row in alarms} == set(STILTE_MAX)
    assert len(mailbox.mails) == len(STILTE_MAX)  # each once
    assert b"Een klus van monitoring draait niet meer." in mailbox.mails[0]


async def test_while_the_chores_run_the_worker_leaves_their_mail_to_them(
    wake: Wake, engine: AsyncEngine, mailbox: Mailbox
) -> None:
    await hear_melding(engine, op=MONDAY)
    await sweep(engine, now=PASSED, rules=DEFAULT_SETTINGS, plan=SweepPlan(mail_to=MAIL_TO))
    for naam in STILTE_MAX:
        await note_heartbeat(engine, naam, real=system_clock(), now=PASSED)

    assert await watch_chores(wake, began=system_clock() - timedelta(days=1)) == []
    assert mailbox.mails == []


async def test_chores_that_never_began_are_silent_once_the_worker_has_waited_for_them(wake: Wake) -> None:
    just_started = await watch_chores(wake, began=system_clock())
    waited = await watch_chores(wake, began=system_clock() - timedelta(minutes=4))

    assert (just_started, set(waited)) == ([], set(STILTE_MAX))


async def test_a_new_holiday_is_followed_at_the_next_start_once_and_its_steps_are_told_anew(
    engine: AsyncEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    counts = []

    async def counted(*args: Any, **named: Any) -> Any:
        counts.append(args)
        return await recompute_kpis(*args, **named)

    monkeypatch.setattr(waken, "recompute_kpis", counted)
    await hear_melding(engine, op=MONDAY)
    for rules in (DEFAULT_SETTINGS, DEFAULT_SETTINGS, CLOSED, CLOSED):
        assert await follow_rulebook(engine, rules, now=PASSED)
        await sweep(engine, now=PASSED, rules=rules)
    await sweep(engine, now=PASSED + timedelta(days=1), rules=CLOSED)

    assert len(counts) == 2
    assert sorted((row.stap, row.uiterlijk.astimezone(UTC).day) for row in await rows(engine, VB)) == [
        ("verstreken", 9), ("verstreken", 10), ("waarschuwing", 9), ("waarschuwing", 10),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "error",
    [
        ConflictError("Er loopt al een herberekening; wacht tot die klaar is."),
        OperationalError("De gegevensopslag is even niet bereikbaar; probeer het zo weer."),
    ],
    ids=["somebody-else-counts", "database-away"],
)
async def test_a_watch_that_fails_is_kept_and_stops_when_it_is_told_to(
    wake: Wake, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    stop = asyncio.Event()
    tries: list[datetime] = []

    async def busy(*_args: object, now: datetime) -> bool:
        tries.append(now)
        if len(tries) == 3:
            stop.set()
            return True
        raise error

    monkeypatch.setattr(waken, "follow_rulebook", busy)

    await asyncio.wait_for(keep_watch(wake, stop), timeout=20)

    assert len(tries) == 3


async def test_the_chores_are_watched_while_everything_is_counted_and_a_stop_breaks_the_count_off(
    wake: Wake, monkeypatch: pytest.MonkeyPatch
) -> None:
    stop = asyncio.Event()
    looks: list[str] = []

    async def endless(*_: object, **__: object) -> bool:
        looks.append("counting")
        await asyncio.sleep(3_600)
        return True

    async def watched(*_: object, **__: object) -> list[str]:
        looks.append("chores")
        if looks.count("chores") == 3:
            stop.set()
        return []

    monkeypatch.setattr(waken, "follow_rulebook", endless)
    monkeypatch.setattr(waken, "watch_chores", watched)

    await asyncio.wait_for(keep_watch(wake, stop), timeout=5)

    assert (looks.count("counting"), looks.count("chores")) == (1, 3)
