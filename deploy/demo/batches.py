"""Which steps are done under one reading of the clock: a short span of one day, the families beside each other."""

import heapq
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from deploy.demo.deeds import Step
from shared.rules.calendar import amsterdam_day

SPAN = timedelta(minutes=60)
STEPS_MAX = 64


@dataclass(frozen=True, slots=True)
class Batch:
    """Steps under one time: that of the last of them, so that nothing is done before it happened."""

    klok: datetime
    ketens: tuple[tuple[Step, ...], ...]  # within a chain in order, chains beside each other


def next_batch(heap: list[Step]) -> Batch:
    """Take the next batch from a heap that is not empty; it never crosses an Amsterdam midnight."""
    first = heap[0]
    day, until = amsterdam_day(first.tijdstip), first.tijdstip + SPAN
    steps: list[Step] = []
    while heap and len(steps) < STEPS_MAX:
        coming = heap[0].tijdstip
        if coming > until or amsterdam_day(coming) != day:
            break
        steps.append(heapq.heappop(heap))
    return Batch(steps[-1].tijdstip, _chains(steps))


def _chains(steps: Sequence[Step]) -> tuple[tuple[Step, ...], ...]:
    chains: dict[str, list[Step]] = {}
    for step in steps:
        chains.setdefault(step.keten, []).append(step)
    return tuple(tuple(chain) for chain in chains.values())
