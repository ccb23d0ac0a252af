"""Exactly one holder of sight of safety at every moment, whatever people do in whatever order and at the same moment.

Random histories through the real door on PostgreSQL. ``KETENRADAR_HISTORIES_HANDOVER`` says how many are played; the
build plays some, a night many. A seed that fails is named, and ``KETENRADAR_HISTORIE_HANDOVER`` plays that one alone.
"""

import os
from random import Random

import pytest

from tests.integration.handover.conftest import HandoverRoom
from tests.integration.handover.histories.play import History
from tests.integration.handover.histories.sentences import broken_facts
from tests.integration.handover.histories.world import Tally, World

pytestmark = pytest.mark.anyio

BLOCKS = 2
HISTORIES = int(os.environ.get("KETENRADAR_HISTORIES_HANDOVER", "8"))
ONLY = os.environ.get("KETENRADAR_HISTORIE_HANDOVER")
# From so many histories on every step was taken, and every one was refused.
ENOUGH = 100


@pytest.mark.parametrize("block", range(BLOCKS))
async def test_one_holds_sight_of_safety_at_every_moment_and_it_passes_only_by_who_accepts(
    handover: HandoverRoom, block: int, capsys: pytest.CaptureFixture[str]
) -> None:
    tally = Tally()
    seeds = [int(ONLY)] if ONLY else range(block, HISTORIES, BLOCKS)

    for seed in seeds:
        history = History(World(handover, Random(seed), tally))
        await history.play()
        assert history.wrong == [], f"KETENRADAR_HISTORIE_HANDOVER={seed}"
    wrong = await broken_facts(handover, Random(block))

    assert wrong == []
    with capsys.disabled():
        print(f"\n{tally.told()}")  # noqa: T201, the figures of these histories
    taken = {name for name, status in tally.steps if status == 201}
    assert tally.histories < ENOUGH or len(taken) == 10
