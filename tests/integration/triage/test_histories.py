"""Random histories through the real door on PostgreSQL, by people who act one after another and at once.

``KETENRADAR_HISTORIES`` says how many are played; the build plays some, a night many. A seed that fails is named, and
``KETENRADAR_HISTORIE`` plays that one alone.
"""

import os
from random import Random

import pytest

from tests.integration.triage.histories.base import Known
from tests.integration.triage.histories.moves import MOVES
from tests.integration.triage.histories.play import History, Tally
from tests.integration.triage.histories.sentences import acts, broken_sentences
from tests.integration.triage.room import TriageRoom

pytestmark = pytest.mark.anyio

BLOCKS = 6
HISTORIES = int(os.environ.get("KETENRADAR_HISTORIES", "36"))
# From so many histories on every move has had its chance.
ENOUGH = 300
ONLY = os.environ.get("KETENRADAR_HISTORIE")


async def _play(triage: TriageRoom, seed: int, tally: Tally) -> None:
    chance = Random(seed)
    history = History(triage, chance, tally, Known(now=triage.klok()))
    before = await acts(triage)

    await history.play()

    wrong = [*history.wrong, *await broken_sentences(triage, chance)]
    assert wrong == [], f"KETENRADAR_HISTORIE={seed}"
    assert await acts(triage) - before >= history.done, f"an act is not in the audit, KETENRADAR_HISTORIE={seed}"


@pytest.mark.parametrize("block", range(BLOCKS))
async def test_whatever_people_do_in_whatever_order_every_sentence_holds(
    triage: TriageRoom, block: int, capsys: pytest.CaptureFixture[str]
) -> None:
    tally = Tally()
    seeds = [int(ONLY)] if ONLY else range(block, HISTORIES, BLOCKS)

    for seed in seeds:
        await _play(triage, seed, tally)

    with capsys.disabled():
        print(tally.told())  # noqa: T201, the figures of these histories
    done = {name for name, status in tally.asked if status in {200, 201}}
    assert tally.histories < ENOUGH or done == {move.name for move in MOVES}
