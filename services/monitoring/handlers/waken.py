"""What the worker watches over, because the chores cannot tell it of themselves: that they run, and by which rulebook.

The chores watch each other, and all of them are silent when Celery is. The worker is another process: it raises the
alarm, and takes over the mail until the chore that sends it is back.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine

from services.monitoring.handlers.berichten import Post, deliver
from services.monitoring.handlers.kpibewijs import recompute_kpis
from services.monitoring.handlers.watching import watch_heartbeats
from services.monitoring.store import regelboek
from shared.clock import Clock, system_clock
from shared.db import in_transaction
from shared.errors import KetenError
from shared.log import get_logger, where
from shared.parts import pause
from shared.rules.settings import RuleSettings
from shared.rules.vingerafdruk import vingerafdruk

log = get_logger()

_LOOK_SECONDS = 60.0
_MAIL = "deliver_berichten"


@dataclass(frozen=True, slots=True)
class Wake:
    """With what the worker watches."""

    engine: AsyncEngine
    post: Post
    rules: RuleSettings
    clock: Clock
    real_clock: Clock = system_clock
    look_seconds: float = _LOOK_SECONDS


async def keep_watch(wake: Wake, stop: asyncio.Event) -> None:
    """Look every minute until told to stop; a look that fails is made again.

    Counting every casus anew can take half an hour: no look waits for it, and a stop breaks it off until a next start.
    """
    began = wake.real_clock()

    async def watch() -> bool:
        await watch_chores(wake, began=began)
        return False

    async def follow() -> bool:
        return await follow_rulebook(wake.engine, wake.rules, now=wake.clock())

    async with asyncio.TaskGroup() as tasks:
        following = tasks.create_task(_look(wake, stop, follow))
        await _look(wake, stop, watch)
        following.cancel()


async def _look(wake: Wake, stop: asyncio.Event, look: Callable[[], Awaitable[bool]]) -> None:
    """Look again and again, until nothing is left to look for or told to stop."""
    while not stop.is_set():
        try:
            if await look():
                return
        except (SQLAlchemyError, OSError, KetenError) as error:
            log.warning("watch_failed", error_type=type(error).__name__, error_place=where(error))
        await pause(stop, wake.look_seconds)


async def watch_chores(wake: Wake, *, began: datetime) -> list[str]:
    """Alarm of each chore that is silent, and send the mail when it is the one that would; return the silent ones.

    ``began`` is when this worker did: a chore that never ran since is silent too.
    """
    real, now = wake.real_clock(), wake.clock()
    silent = await watch_heartbeats(wake.engine, real=real, now=now, mail_to=wake.post.huis, began=began)
    if _MAIL in silent:
        await deliver(wake.engine, wake.post, real_clock=wake.real_clock, now=now)
    return silent


async def follow_rulebook(engine: AsyncEngine, rules: RuleSettings, *, now: datetime) -> bool:
    """Count every date anew when the rulebook is another than that of the last count; the steps that move are armed.

    A new holiday or setting comes with a new start of the worker, so it is asked once a start: while two versions run
    beside each other, the one that started last decides. Raises ``ConflictError`` while somebody else counts.
    """
    mine = vingerafdruk(rules)
    async with in_transaction(engine) as conn:
        if await regelboek.read(conn) == mine:
            return True
    report = await recompute_kpis(engine, rules, now=now)
    async with in_transaction(engine) as conn:
        await regelboek.keep(conn, mine, now=now)
    log.info("rulebook_followed", count=report.casussen_different)
    return True
