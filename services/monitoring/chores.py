"""The chores of monitoring: what Celery rings every minute, and how each of them runs the handlers once.

Celery is only the bell. A tick that is lost, doubled or late is harmless: what is due stands in PostgreSQL. No
task has an ETA, arguments or a result (docs/adr/0004).
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import cache
from typing import Any

import httpx
from celery import Celery
from celery.signals import worker_init
from sqlalchemy.ext.asyncio import AsyncEngine

from services.monitoring.handlers import (
    alerts,
    berichten,
    bewaartermijnen,
    dagberichten,
    kpis,
    rapporten_maken,
    watching,
)
from services.monitoring.handlers.alerts import SweepPlan
from services.monitoring.handlers.berichten import Post, post_of
from services.monitoring.partners.toestand import ask_rooms
from services.monitoring.settings import MonitoringSettings
from shared.clock import Clock, clock_from, system_clock
from shared.db import create_engine
from shared.events.catalogue import Room
from shared.log import configure_logging, get_logger
from shared.web.client import http_client, room_client
from shared.work import WORKER_WALL

log = get_logger()

QUEUE = "monitoring-klussen"
_VISIBILITY_SECONDS = 3600
_TASK_SECONDS = 110.0
_SOCKET_SECONDS = 5.0
_CONNECTIONS = 6
_SIMULATED_TICK_SECONDS = 1.0


@cache
def settings() -> MonitoringSettings:
    """Return what the environment says, read when it is first needed: the module can be imported without it."""
    return MonitoringSettings()


def celery_settings(told: MonitoringSettings) -> dict[str, Any]:
    """Return how Celery works here, every default that matters written out."""
    broker = told.celery_broker_url or told.redis_url
    return {
        "broker_url": broker.get_secret_value(),
        "broker_connection_retry_on_startup": True,
        "broker_transport_options": {
            "visibility_timeout": _VISIBILITY_SECONDS,
            "unacked_restore_throttle": 1,
            "socket_timeout": _SOCKET_SECONDS,
            "socket_connect_timeout": _SOCKET_SECONDS,
            "socket_keepalive": True,
        },
        "result_backend": None,
        "task_ignore_result": True,
        "task_serializer": "json",
        "accept_content": ["json"],
        "task_acks_late": True,
        "task_reject_on_worker_lost": True,
        "task_time_limit": _TASK_SECONDS + 30,  # far below the visibility timeout, or a task runs twice
        "task_soft_time_limit": _TASK_SECONDS + 10,
        "task_default_queue": QUEUE,
        "task_create_missing_queues": False,
        "worker_prefetch_multiplier": 1,
        "worker_enable_remote_control": False,
        "worker_send_task_events": False,
        "worker_hijack_root_logger": False,
        "worker_redirect_stdouts": False,
        "enable_utc": True,
        "timezone": "UTC",
        "beat_schedule": schedule_of(told),
    }


def schedule_of(told: MonitoringSettings) -> dict[str, dict[str, Any]]:
    """Return what is rung, and how often; in simulated time a day passes in a moment, so every second.

    A tick that nobody took before the next one comes expires: a worker that was away does not find a heap.
    """
    often = _SIMULATED_TICK_SECONDS if told.clock_file else told.sweep_seconds
    seldom = 10 * often if told.clock_file else told.sweep_seconds
    return {
        task.name: {"task": task.name, "schedule": every, "options": {"expires": max(every, 5.0)}}
        for task, every in (
            (sweep_termijnen, often),
            (deliver_berichten, often),
            (watch_rooms, seldom),
            (watch_calendar, seldom),
            (propose_vernietiging, seldom),
            (balance_kpis, seldom),
            (send_dagberichten, seldom),
            (freeze_rapporten, seldom),
        )
    }


app = Celery("ketenradar-monitoring")
app.add_defaults(lambda: celery_settings(settings()))


@worker_init.connect
def _begin_log(**_: object) -> None:
    configure_logging(Room.MONITORING, settings().log_level)


@dataclass(frozen=True, slots=True)
class Tools:
    """What one run of a chore works with; made for the run and closed after it."""

    told: MonitoringSettings
    engine: AsyncEngine
    clock: Clock
    http: httpx.AsyncClient

    @property
    def post(self) -> Post:
        """What delivering needs."""
        return post_of(self.told)


@asynccontextmanager
async def _tools(told: MonitoringSettings) -> AsyncIterator[Tools]:
    engine = create_engine(
        told.database_url.get_secret_value(),
        name="ketenradar-monitoring-klussen",
        pool_size=_CONNECTIONS,
        rol=WORKER_WALL,
    )
    try:
        async with http_client() as http:
            yield Tools(told, engine, clock_from(told.clock_file), http)
    finally:
        await engine.dispose()


def _run(naam: str, work: Callable[[Tools], Awaitable[None]]) -> None:
    """Run a chore once, within bounds, with an engine of its own, and note that it ran."""

    async def once() -> None:
        async with asyncio.timeout(_TASK_SECONDS), _tools(settings()) as tools:
            await work(tools)
            await watching.note_heartbeat(tools.engine, naam, real=system_clock(), now=tools.clock())

    asyncio.run(once())


@app.task(name="sweep_termijnen")
def sweep_termijnen() -> None:
    """Take every step of a term that is due."""
    _run("sweep_termijnen", _sweep)


async def _sweep(tools: Tools) -> None:
    plan = SweepPlan(mail_to=tools.told.alert_to, batch_max=tools.told.sweep_batch_max)
    report = await alerts.sweep(tools.engine, now=tools.clock(), rules=tools.told.rules, plan=plan)
    if report.stappen or report.mislukt:
        log.info("swept", count=report.stappen.total(), attempts=report.mislukt)


@app.task(name="deliver_berichten")
def deliver_berichten() -> None:
    """Try every mail whose time has come."""
    _run("deliver_berichten", _deliver)


async def _deliver(tools: Tools) -> None:
    report = await berichten.deliver(tools.engine, tools.post, real_clock=system_clock, now=tools.clock())
    if report.verzonden or report.mislukt:
        log.info("delivered", count=report.verzonden, attempts=report.mislukt)


@app.task(name="watch_rooms")
def watch_rooms() -> None:
    """Ask the rooms how they are, look whether the other chores run, and alarm when not."""
    _run("watch_rooms", _watch)


async def _watch(tools: Tools) -> None:
    told = tools.told
    urls = {
        Room.INTAKE.value: told.intake_url,
        Room.TRIAGE.value: told.triage_url,
        Room.HANDOVER.value: told.handover_url,
        Room.MONITORING.value: told.monitoring_url,
    }
    ankers = await watching.read_anchors(tools.engine)
    seen = await ask_rooms(room_client(Room.MONITORING, told, tools.http), urls)
    real, now = system_clock(), tools.clock()
    await watching.judge_rooms(
        tools.engine,
        seen,
        real=real,
        now=now,
        simulated=told.clock_file is not None,
        mail_to=told.alert_to,
        ankers=ankers,
    )
    await watching.watch_chains(tools.engine, seen, ankers, real=real, now=now, mail_to=told.alert_to)
    await watching.watch_heartbeats(tools.engine, real=real, now=now, mail_to=told.alert_to)


@app.task(name="watch_calendar")
def watch_calendar() -> None:
    """Look whether the calendar runs out of decreed days or of school holidays."""
    _run("watch_calendar", _watch_calendar)


async def _watch_calendar(tools: Tools) -> None:
    told = tools.told
    await watching.watch_calendar(tools.engine, now=tools.clock(), mail_to=told.alert_to, rules=told.rules)


@app.task(name="propose_vernietiging")
def propose_vernietiging() -> None:
    """Tell of every file whose term has come."""
    _run("propose_vernietiging", _propose)


async def _propose(tools: Tools) -> None:
    count = await bewaartermijnen.propose_vernietiging(tools.engine, rules=tools.told.rules, now=tools.clock())
    if count:
        log.info("vernietiging_proposed", count=count)


@app.task(name="balance_kpis")
def balance_kpis() -> None:
    """Keep the stock as it was known when this week began."""
    _run("balance_kpis", _balance)


async def _balance(tools: Tools) -> None:
    if await kpis.balance_stock(tools.engine, now=tools.clock()):
        log.info("kpis_balanced")


@app.task(name="send_dagberichten")
def send_dagberichten() -> None:
    """Queue the mail of this working day for whoever did not have it."""
    _run("send_dagberichten", _send_dagberichten)


async def _send_dagberichten(tools: Tools) -> None:
    told = tools.told
    count = await dagberichten.send_dagberichten(
        tools.engine, mail_to=told.alert_to, rust=told.rust, now=tools.clock(), rules=told.rules
    )
    if count:
        log.info("dagberichten_queued", count=count)


@app.task(name="freeze_rapporten")
def freeze_rapporten() -> None:
    """Make definite what should be so on this working day, and what was missed."""
    _run("freeze_rapporten", _freeze)


async def _freeze(tools: Tools) -> None:
    count = await rapporten_maken.freeze_due(tools.engine, rules=tools.told.rules, now=tools.clock())
    if count:
        log.info("rapporten_frozen", count=count)
