"""Something breaks while people work; nothing is lost and nothing is done twice.

``FAULT_ROUNDS`` says how often each fault is tried (once by default). The table of what was seen is written to
``.ketenradar/faults.md``.
"""

import json
import os
import random
import signal
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Collection, Iterator
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest

from deploy.local import places
from shared.events.catalogue import Room, sources_of, stream_of
from shared.messaging.codec import decode
from tests.faults.load import Acked, Load
from tests.faults.proof import judge
from tests.flow.house import House, running_house, wait_for

ROUNDS = int(os.environ.get("FAULT_ROUNDS", "1"))
BEFORE_SECONDS = 0.8
AFTER_SECONDS = 0.8
RECOVERY_SECONDS_MAX = 90.0
PILE_SECONDS = 30.0
POISON_PER_STREAM = 4
REFUSED_SECONDS = 5.0
CONNECTIONS = 1_000
HOLDER = "houder"

# Everybody who works as the role of this connection, except who holds what there is.
_BREAK_OFF = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = current_user AND application_name <> 'houder'
"""


@dataclass
class Line:
    """One row of the table: what was tried, and what was seen."""

    rounds: int = 0
    answered: int = 0
    lost: int = 0
    twice: int = 0
    gaps: list[float] = field(default_factory=list)  # seconds in which no melding was taken
    settled: list[float] = field(default_factory=list)  # seconds until all was back and every fact was handled


@dataclass
class Scene:
    """One house in which everything breaks in turn, and everything that was ever answered in it."""

    house: House
    acked: Acked
    processes: frozenset[str]
    table: dict[str, Line] = field(default_factory=dict)
    poison: int = 0
    second: list["subprocess.Popen[bytes]"] = field(default_factory=list)


Fault = Callable[[Scene], object]


# --- what breaks -------------------------------------------------------------------------------------------------


def kill(*names: str, sign: signal.Signals = signal.SIGKILL) -> Fault:
    """Return a fault that ends processes; they must come back as other processes."""

    def fault(scene: Scene) -> None:
        before = scene.house.pids()
        for name in names:
            scene.house.signal(name, sign)
        wait_for(
            lambda: all(scene.house.pids().get(name, before[name]) != before[name] for name in names),
            RECOVERY_SECONDS_MAX,
            f"{names} did not come back",
        )

    return fault


def empty_redis(scene: Scene) -> None:
    with scene.house.redis() as client:
        client.flushall()


def deliver_twice(scene: Scene) -> None:
    """Put what is on the streams on them again, twice, in the same order."""
    with scene.house.redis() as client:
        for room in Room:
            entries = client.xrange(stream_of(room))
            for _ in range(2):
                for _, fields in entries:
                    client.xadd(stream_of(room), fields)


def deliver_in_disorder(scene: Scene) -> None:
    """Stop who reads, let facts pile up, and give them back in any order, the second half after the first was read."""
    gaps = sum(_disorder(scene.house, room, random.Random(7)) for room in (Room.INTAKE, Room.TRIAGE, Room.HANDOVER))
    assert gaps, "no fact ever came before its predecessor"


def _disorder(house: House, room: Room, chance: random.Random) -> int:
    """Shuffle what the readers of a room have not seen; return how many facts had to wait for their predecessor."""
    stream = stream_of(room)
    # A room that hears itself is left running: what it tells would stop with it.
    readers = [other for other in Room if room in sources_of(other) and other is not room]
    with house.redis() as client:
        for reader in readers:
            house.signal(f"{reader}-worker", signal.SIGSTOP)
        try:
            unread = wait_for(lambda: _unread(client, stream, readers), PILE_SECONDS, f"nothing piled up on {stream}")
            client.xdel(stream, *(entry_id for entry_id, _ in unread))
            first, second = _dealt([fields for _, fields in unread], chance)
            last = [client.xadd(stream, fields) for fields in first][-1]
        finally:
            for reader in readers:
                house.signal(f"{reader}-worker", signal.SIGCONT)
        wait_for(
            lambda: all(_has_handled(client, stream, reader, last) for reader in readers),
            RECOVERY_SECONDS_MAX,
            f"the first half of what piled up on {stream} was not read",
        )
        waiting = sum(house.scalar(reader.value, "SELECT count(*) FROM inbox_wachtend") for reader in readers)
        for fields in second:
            client.xadd(stream, fields)
    return int(waiting)


def _dealt(
    pile: list[dict[bytes, bytes]], chance: random.Random
) -> tuple[list[dict[bytes, bytes]], list[dict[bytes, bytes]]]:
    """Shuffle the facts and deal them in two; of a casus with more than one, its earliest comes in the second half.

    Left to chance, a pile in which every casus has few facts can be dealt with none of them ahead of its turn.
    """
    facts = sorted(pile, key=lambda fields: decode(fields[b"ce"]).sequence)
    earliest: dict[UUID, dict[bytes, bytes]] = {}
    later: list[dict[bytes, bytes]] = []
    for fields in facts:
        casus_id = decode(fields[b"ce"]).casus_id
        if casus_id in earliest:
            later.append(fields)
        else:
            earliest[casus_id] = fields
    followed = {decode(fields[b"ce"]).casus_id for fields in later}
    alone = [fields for casus_id, fields in earliest.items() if casus_id not in followed]
    chance.shuffle(alone)
    half = len(alone) // 2
    first = later + alone[:half]
    second = [fields for casus_id, fields in earliest.items() if casus_id in followed] + alone[half:]
    chance.shuffle(first)
    chance.shuffle(second)
    return first, second


def _has_handled(client: Any, stream: str, reader: Room, entry_id: bytes) -> bool:
    """Say whether a reader has been given this entry and those before it, and has none of them in hand any more."""
    [group] = [group for group in client.xinfo_groups(stream) if group["name"].decode() == reader]
    return _id(group["last-delivered-id"]) >= _id(entry_id) and not client.xpending_range(
        stream, reader, min="-", max=entry_id, count=1
    )


def _id(raw: bytes) -> tuple[int, ...]:
    return tuple(int(part) for part in raw.decode().split("-"))


def _unread(client: Any, stream: str, readers: Collection[Room]) -> list[tuple[bytes, dict[bytes, bytes]]] | None:
    """Return what none of these readers has been given yet, once there is enough of it to shuffle."""
    given = max(
        _id(group["last-delivered-id"]) for group in client.xinfo_groups(stream) if group["name"].decode() in readers
    )
    entries: list[tuple[bytes, dict[bytes, bytes]]] = client.xrange(stream, min=f"({given[0]}-{given[1]}")
    return entries if len(entries) >= 12 else None


def poison(scene: Scene) -> None:
    """Put on each stream what is no event, what is no event of ours, and facts of before with another body."""
    with scene.house.redis() as client:
        for room in Room:
            bodies = [fields.get(b"ce", b"") for _, fields in client.xrange(stream_of(room))]
            # Facts that a relay wrote, not the poison of an earlier round.
            old = [json.loads(body) for body in bodies if body.startswith(b'{"specversion":"1.0","id"')][:5]
            client.xadd(stream_of(room), {"ce": b"{"})
            client.xadd(stream_of(room), {"other": b"field"})
            client.xadd(stream_of(room), {"ce": b'{"specversion":"1.0","type":"nl.ketenradar.onbekend.v9"}'})
            client.xadd(stream_of(room), {"ce": b"\x00" * 70_000})
            for event in old:
                client.xadd(stream_of(room), {"ce": json.dumps({**event, "id": str(uuid4())}).encode()})
    scene.poison += POISON_PER_STREAM


def start_second_workers(scene: Scene) -> None:
    """Start a second worker of each room beside the first, before the people begin."""
    name, pids = f"second-{uuid4()}", scene.house.pids()
    for room in Room:
        env = Path(f"/proc/{pids[f'{room}-worker']}/environ").read_bytes().decode().split("\0")
        scene.second.append(
            subprocess.Popen(  # noqa: S603, our own command
                [sys.executable, "-m", f"services.{room}.worker"],
                env=dict(pair.split("=", 1) for pair in env if "=" in pair) | {"KETENRADAR_WORKER_NAME": name},
                cwd=places.PROJECT,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
        )
    wait_for(lambda: _all_read_as(scene.house, name), RECOVERY_SECONDS_MAX, "the second workers do not read")


def kill_second_workers(scene: Scene) -> None:
    while scene.second:
        process = scene.second.pop()
        process.kill()
        process.wait()


def _all_read_as(house: House, worker: str) -> bool:
    """Say whether a worker of this name has come to every group of every stream."""
    with house.redis() as client:
        return all(
            any(one["name"] == worker.encode() for one in client.xinfo_consumers(stream, group["name"]))
            for stream in map(stream_of, Room)
            for group in client.xinfo_groups(stream)
        )


def use_up_connections(scene: Scene) -> None:
    """Break every connection off and hold all that PostgreSQL has for a while: it runs, and refuses who comes."""
    urls = list(scene.house.state["databaseUrls"].values())
    with ExitStack() as held:
        firsts = [held.enter_context(_hold(url)) for url in urls]
        until = time.monotonic() + REFUSED_SECONDS
        while time.monotonic() < until:
            for first in firsts:
                first.execute(_BREAK_OFF)
            with suppress(psycopg.OperationalError):  # until there are no more
                for _ in range(CONNECTIONS):
                    held.enter_context(_hold(urls[0]))
                raise AssertionError("PostgreSQL has more connections than are taken from it here")


def _hold(url: str) -> "psycopg.Connection[Any]":
    return psycopg.connect(url, connect_timeout=5, autocommit=True, application_name=HOLDER)


def crash_supervisor(scene: Scene) -> None:
    """End the supervisor, with which everything else ends, and start the house again on what is on disk."""
    scene.house.crash()
    scene.house.start()


FAULTS: dict[str, Fault] = {
    **{f"kill -9 door of {room}": kill(room) for room in Room},
    **{f"kill -9 worker of {room}": kill(f"{room}-worker") for room in Room},
    "kill -9 Celery worker": kill("celery"),
    "kill -9 Celery beat": kill("beat"),
    "kill -9 Redis": kill("redis"),
    "restart Redis": kill("redis", sign=signal.SIGTERM),
    "Redis emptied": empty_redis,
    "kill -9 PostgreSQL": kill("postgres"),
    "restart PostgreSQL": kill("postgres", sign=signal.SIGINT),
    "kill -9 PostgreSQL and Redis": kill("postgres", "redis"),
    "PostgreSQL refuses connections": use_up_connections,
    "every message delivered three times": deliver_twice,
    "messages in any order": deliver_in_disorder,
    "poison on every stream": poison,
    "two workers a room, one killed": kill_second_workers,
    "kill -9 supervisor, start again": crash_supervisor,
}
BEFOREHAND: dict[str, Fault] = {"two workers a room, one killed": start_second_workers}


# --- the proof ---------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    told = {
        "KETENRADAR_LOG_LEVEL": "WARNING",
        "KETENRADAR_STREAM_CLAIM_IDLE_SECONDS": "5",  # a dead worker that does not come back is not waited for long
    }
    with running_house(tmp_path_factory.mktemp("faults"), **told) as house:
        made = Scene(house, Acked(), frozenset(house.pids()))
        try:
            yield made
        finally:
            kill_second_workers(made)
            _write_table(made.table)


@pytest.mark.parametrize("fault", FAULTS)
def test_nothing_is_lost_and_nothing_is_done_twice(scene: Scene, fault: str) -> None:
    line = scene.table.setdefault(fault, Line())
    for number in range(ROUNDS):
        _one_round(scene, fault, line, seed=(list(FAULTS).index(fault) + 1) * 1_000 + number)

    verdict = judge(scene.house, scene.acked, poison=scene.poison)

    line.lost, line.twice = len(verdict.lost), len(verdict.twice)
    assert verdict.good, verdict


def _one_round(scene: Scene, fault: str, line: Line, *, seed: int) -> None:
    house = scene.house
    if fault in BEFOREHAND:
        BEFOREHAND[fault](scene)
    load = Load(house, seed=seed)
    load.start()
    try:
        time.sleep(BEFORE_SECONDS)
        broken_at = time.monotonic()
        FAULTS[fault](scene)
        time.sleep(AFTER_SECONDS)
        after = time.monotonic()
        wait_for(
            lambda: load.answered_at > after or load.failures, RECOVERY_SECONDS_MAX, "no melding was taken any more"
        )
    finally:
        load.stop()
        scene.acked.add(load.acked)
    assert load.failures == []
    line.gaps.append(load.longest_gap)
    wait_for(lambda: house.pids().keys() >= scene.processes, RECOVERY_SECONDS_MAX, "a process stayed away")
    house.settle()

    line.settled.append(time.monotonic() - broken_at - AFTER_SECONDS)
    line.rounds += 1
    line.answered += len(load.acked.meldingen)


def _write_table(table: dict[str, Line]) -> None:
    rows = [
        "| fault | rounds | meldingen answered | lost | twice | none taken, s | all handled, median s | worst s |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for fault, line in table.items():
        median = statistics.median(line.settled) if line.settled else 0.0
        figures = [max(line.gaps, default=0.0), median, max(line.settled, default=0.0)]
        counts = [line.rounds, line.answered, line.lost, line.twice]
        rows.append(f"| {fault} | {' | '.join([*map(str, counts), *(f'{figure:.1f}' for figure in figures)])} |")
    places.state_folder().mkdir(exist_ok=True)
    (places.state_folder() / "faults.md").write_text("\n".join(rows) + "\n")
