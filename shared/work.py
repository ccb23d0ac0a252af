"""Under whose name the running work is done: what the database wall and the audit row are told without being asked.

A door opens a ``Work`` for each request, a worker for each of its own deeds. Work that nobody opened has no name:
the database then shows nothing of persons, and nothing can be recorded.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from uuid import UUID

from shared.crypto import Vault


@dataclass(frozen=True, slots=True)
class Wall:
    """What row-level security compares rows with; see ``shared.migrations.lay_wall``."""

    rol: str
    organisatie_id: str = ""
    gemeente_codes: frozenset[str] = frozenset()
    nood: frozenset[UUID] = frozenset()  # objects for which somebody broke the glass


WORKER_WALL = "werker"  # the rol of what no person asked for: relay, consumer, chores
INTAKE_WALL = "ontvangst"  # receiving a melding looks at the keys of everybody, whoever sends it


@dataclass(slots=True)
class Work:
    """One deed under way."""

    wall: Wall
    vault: Vault
    origin: str = ""
    started: float = field(default_factory=time.perf_counter)
    recorded: int = 0

    @property
    def milliseconds(self) -> int:
        """How long this has been under way."""
        return round((time.perf_counter() - self.started) * 1000)


_current: ContextVar[Work | None] = ContextVar("work", default=None)


def current_work() -> Work | None:
    """Return the work that is running, or None outside any."""
    return _current.get()


@contextmanager
def working(work: Work) -> Iterator[Work]:
    """Do what stands in the block under this name."""
    token = _current.set(work)
    try:
        yield work
    finally:
        _current.reset(token)
