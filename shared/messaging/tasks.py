"""Work that a worker does after the commit and until it succeeds: a call to somebody outside, a file of many rows.

A task is a row, written in the transaction of what makes it necessary. A worker claims it for a while, does it outside
any transaction, and notes how it went. A worker that dies lets its claim run out, and another one does the task again:
whatever does a task must be harmless when done twice (docs/adr/0014).
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

import httpx
import sqlalchemy as sa
from sqlalchemy import Column, DateTime, Index, Integer, MetaData, Row, Table, Text, UniqueConstraint, Uuid, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from shared.clock import Clock, system_clock
from shared.db import in_transaction
from shared.errors import KetenError
from shared.ids import new_id
from shared.log import get_logger, where
from shared.migrations import lay_wall
from shared.parts import pause

log = get_logger()

# Longer than any task may take: only the task of a worker that died is claimed by another.
CLAIM = timedelta(minutes=5)
_TASK_SECONDS = 240.0
# How long is waited after a failure, by how often it failed; the last for every time after.
WAITS: tuple[timedelta, ...] = (
    timedelta(seconds=5),
    timedelta(seconds=30),
    timedelta(minutes=2),
    timedelta(minutes=10),
    timedelta(minutes=30),
    timedelta(hours=1),
)


class TaskStatus(StrEnum):
    OPEN = "open"
    KLAAR = "klaar"
    OPGEGEVEN = "opgegeven"  # a person must look at it


@dataclass(frozen=True, slots=True)
class Task:
    """What has to be done, and how often that was tried, this time included."""

    id: UUID
    soort: str
    object_id: UUID
    casus_id: UUID | None
    pogingen: int
    gemaakt_op: datetime


@dataclass(frozen=True, slots=True)
class Done:
    """The task is finished."""


@dataclass(frozen=True, slots=True)
class Again:
    """The task must be done again: after ``wait``, or after the wait that belongs to its number of failures.

    ``failed`` is False for a task that is done in pieces and simply goes on.
    """

    fout: str = ""  # a code, never what somebody said
    wait: timedelta | None = None
    failed: bool = True


@dataclass(frozen=True, slots=True)
class GivenUp:
    """The task cannot succeed any more; ``fout`` is a code."""

    fout: str


Outcome = Done | Again | GivenUp
DoTask = Callable[[Task], Awaitable[Outcome]]


def task_table(metadata: MetaData) -> Table:
    """Add the table of tasks to the catalogue of a room and return it."""
    table = Table(
        "taak",
        metadata,
        Column("id", Uuid, primary_key=True),
        Column("soort", Text, nullable=False),
        Column("object_id", Uuid, nullable=False),
        Column("casus_id", Uuid, index=True),
        Column("status", Text, nullable=False),
        Column("pogingen", Integer, nullable=False),
        Column("mislukt", Integer, nullable=False),
        Column("gemaakt_op", DateTime(timezone=True), nullable=False),
        Column("niet_voor", DateTime(timezone=True), nullable=False),
        Column("geclaimd_tot", DateTime(timezone=True)),
        Column("fout", Text),
        UniqueConstraint("soort", "object_id"),
        comment="What the worker does after the commit; ids and codes only. niet_voor follows the clock of the room, "
        "geclaimd_tot the clock of the machine.",
    )
    Index("ix_taak_open", table.c.niet_voor, postgresql_where=text("status = 'open'"))
    return table


def lay_tasks(op: Any) -> None:  # Alembic's module-like operations
    """Make the table of tasks, with its wall."""
    op.create_table(
        "taak",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("soort", sa.Text(), nullable=False),
        sa.Column("object_id", sa.Uuid(), nullable=False),
        sa.Column("casus_id", sa.Uuid()),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("pogingen", sa.Integer(), nullable=False),
        sa.Column("mislukt", sa.Integer(), nullable=False),
        sa.Column("gemaakt_op", sa.DateTime(timezone=True), nullable=False),
        sa.Column("niet_voor", sa.DateTime(timezone=True), nullable=False),
        sa.Column("geclaimd_tot", sa.DateTime(timezone=True)),
        sa.Column("fout", sa.Text()),
        sa.PrimaryKeyConstraint("id", name="pk_taak"),
        sa.UniqueConstraint("soort", "object_id", name="uq_taak_soort_object_id"),
        comment="What the worker does after the commit; ids and codes only. niet_voor follows the clock of the room, "
        "geclaimd_tot the clock of the machine.",
    )
    op.create_index("ix_taak_casus_id", "taak", ["casus_id"])
    op.create_index("ix_taak_open", "taak", ["niet_voor"], postgresql_where=sa.text("status = 'open'"))
    lay_wall(op, "taak", everybody=True)


_PLAN = text("""
INSERT INTO taak (id, soort, object_id, casus_id, status, pogingen, mislukt, gemaakt_op, niet_voor)
VALUES (:id, :soort, :object_id, :casus_id, 'open', 0, 0, :nu, :niet_voor)
ON CONFLICT (soort, object_id) DO UPDATE
SET status = 'open', mislukt = 0, niet_voor = excluded.niet_voor, fout = NULL WHERE taak.status <> 'open'
""")


async def plan_task(  # noqa: PLR0913, keyword only
    conn: AsyncConnection,
    soort: str,
    object_id: UUID,
    *,
    casus_id: UUID | None,
    now: datetime,
    niet_voor: datetime | None = None,
) -> None:
    """Write down that something must be done with an object; one that is finished or given up is opened again."""
    await conn.execute(
        _PLAN,
        {
            "id": new_id(),
            "soort": soort,
            "object_id": object_id,
            "casus_id": casus_id,
            "nu": now,
            "niet_voor": niet_voor or now,
        },
    )


_CLAIM = text("""
UPDATE taak SET pogingen = pogingen + 1, geclaimd_tot = :tot
WHERE id = (
    SELECT id FROM taak
    WHERE status = 'open' AND niet_voor <= :nu AND soort = ANY(CAST(:soorten AS text[]))
      AND (geclaimd_tot IS NULL OR geclaimd_tot < :echt)
    ORDER BY niet_voor, id LIMIT 1 FOR UPDATE SKIP LOCKED
)
RETURNING id, soort, object_id, casus_id, pogingen, gemaakt_op
""")
_NOTE = text("""
UPDATE taak SET status = :status, geclaimd_tot = NULL, fout = :fout,
       mislukt = CASE WHEN :mislukt THEN mislukt + 1 ELSE 0 END,
       niet_voor = CAST(:niet_voor AS timestamptz)
WHERE id = :id
""")
_FAILURES = text("SELECT mislukt FROM taak WHERE id = :id FOR UPDATE")


async def do_one(engine: AsyncEngine, doing: Mapping[str, DoTask], *, clock: Clock) -> bool:
    """Claim one task that is due, do it, note how it went; return whether there was one."""
    async with in_transaction(engine) as conn:
        real = system_clock()
        asked = {"nu": clock(), "echt": real, "tot": real + CLAIM, "soorten": sorted(doing)}
        row = (await conn.execute(_CLAIM, asked)).one_or_none()
    if row is None:
        return False
    task = Task(row.id, row.soort, row.object_id, row.casus_id, row.pogingen, row.gemaakt_op)
    await _note(engine, task, await _done(doing[task.soort], task), clock())
    return True


async def _done(do_task: DoTask, task: Task) -> Outcome:
    """Do a task within its time; what comes right by itself is tried again, whatever it is."""
    try:
        async with asyncio.timeout(_TASK_SECONDS):
            return await do_task(task)
    except (KetenError, DBAPIError, httpx.HTTPError, OSError, TimeoutError) as error:
        log.warning("task_failed", task=task.soort, error_type=type(error).__name__, error_place=where(error))
        return Again(type(error).__name__)


async def _note(engine: AsyncEngine, task: Task, outcome: Outcome, now: datetime) -> None:
    async with in_transaction(engine) as conn:
        failures = (await conn.execute(_FAILURES, {"id": task.id})).scalar()
        if failures is None:
            return  # destroyed meanwhile
        values: dict[str, object]
        match outcome:
            case Done():
                values = {"status": TaskStatus.KLAAR, "fout": None, "mislukt": False, "niet_voor": now}
            case Again(fout=fout, wait=wait, failed=failed):
                pause = wait if wait is not None else (WAITS[min(failures, len(WAITS) - 1)] if failed else timedelta())
                values = {"status": TaskStatus.OPEN, "fout": fout or None, "mislukt": failed, "niet_voor": now + pause}
            case GivenUp(fout=fout):
                log.error("task_given_up", task=task.soort, task_id=str(task.id))
                values = {"status": TaskStatus.OPGEGEVEN, "fout": fout, "mislukt": True, "niet_voor": now}
        await conn.execute(_NOTE, {**values, "id": task.id})


async def run_tasks(
    engine: AsyncEngine,
    doing: Mapping[str, DoTask],
    stop: asyncio.Event,
    *,
    clock: Clock,
    poll_seconds: float = 0.25,
) -> None:
    """Do tasks until told to stop; what goes wrong with one never stops the others."""
    while not stop.is_set():
        found = False
        try:
            found = await do_one(engine, doing, clock=clock)
        except (KetenError, DBAPIError) as error:
            log.warning("tasks_unreachable", error_type=type(error).__name__)
        except Exception as error:  # noqa: BLE001, a fault of ours in one task: it waits for its claim to run out
            log.error("task_crashed", error_type=type(error).__name__, error_place=where(error))
        if not found:
            await pause(stop, poll_seconds)


_UNFINISHED = text("""
SELECT id, soort, object_id, casus_id, status, pogingen, fout, gemaakt_op, niet_voor FROM taak
WHERE status <> 'klaar' ORDER BY gemaakt_op, id LIMIT 1000
""")


async def unfinished_tasks(conn: AsyncConnection) -> Sequence[Row[Any]]:
    """Return the tasks that wait or were given up, the oldest first, a thousand at most."""
    return (await conn.execute(_UNFINISHED)).all()


async def retry_task(conn: AsyncConnection, task_id: UUID, *, now: datetime) -> bool:
    """Let a task be tried again at once, also one that was given up; return whether there is such a task."""
    statement = text(
        "UPDATE taak SET status = 'open', mislukt = 0, niet_voor = :nu WHERE id = :id AND status <> 'klaar'"
    )
    return bool((await conn.execute(statement, {"id": task_id, "nu": now})).rowcount)


async def open_tasks(conn: AsyncConnection) -> Mapping[str, int]:
    """Return how many tasks of each kind wait or were given up, as ``soort:status``."""
    rows = await conn.execute(
        text("SELECT soort || ':' || status AS naam, count(*) AS aantal FROM taak WHERE status <> 'klaar' GROUP BY 1")
    )
    return {row.naam: row.aantal for row in rows.all()}
