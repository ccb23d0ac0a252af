"""What must be true after every history: the sentences of the architecture, held against what is on disk."""

from collections import defaultdict
from collections.abc import Sequence
from random import Random
from typing import Any
from uuid import UUID

from services.monitoring.domain.fold import fold
from shared.events.catalogue import CATALOGUE, Room
from shared.events.envelope import Event
from shared.messaging.codec import load_payload
from shared.rules.settings import DEFAULT_SETTINGS
from tests.integration.triage.histories.base import SECRET
from tests.integration.triage.room import TriageRoom


async def acts(room: TriageRoom) -> int:
    """Return how many acts stand in the audit, each with its seal."""
    (row,) = await room.rows("SELECT count(*) AS found FROM audit WHERE octet_length(mac) = 32")
    return int(row.found)


async def broken_sentences(room: TriageRoom, chance: Random) -> list[str]:
    """Return every sentence that does not hold."""
    told = await room.rows("SELECT * FROM outbox ORDER BY id")
    return [
        *_of_facts(told),
        *await _of_dossiers(room),
        *_of_the_fold([_event(row) for row in told], chance),
    ]


def _of_facts(told: Sequence[Any]) -> list[str]:
    wrong = []
    numbers: dict[UUID, list[int]] = defaultdict(list)
    for row in told:
        numbers[row.casus_id].append(row.volgnummer)
        if SECRET.split()[1] in str(row.data):
            wrong.append(f"{row.soort} holds what somebody wrote")
        if CATALOGUE[row.soort].publisher is not Room.TRIAGE:
            wrong.append(f"{row.soort} is not for triage to tell")
    if len({row.event_id for row in told}) != len(told):
        wrong.append("a fact was told twice")
    wrong += [
        f"the facts of a casus are numbered {found}"
        for found in numbers.values()
        if sorted(found) != list(range(1, len(found) + 1))
    ]
    return wrong


async def _of_dossiers(room: TriageRoom) -> list[str]:
    checks = {
        "a melding has two open dossiers": (
            "SELECT melding_id FROM dossier WHERE status <> 'beoordeeld' GROUP BY melding_id HAVING count(*) > 1"
        ),
        "a dossier has two open diensten": (
            "SELECT dossier_id FROM dienst WHERE status = 'open' GROUP BY dossier_id HAVING count(*) > 1"
        ),
        "an open dienst is not on the work list": (
            "SELECT d.id FROM dienst d JOIN dossier o ON o.id = d.dossier_id WHERE d.status = 'open' AND o.stap IS NULL"
        ),
        "a dossier that waits is not on the work list": (
            "SELECT id FROM dossier WHERE status <> 'beoordeeld' AND stap IS NULL"
        ),
        "a dossier and its dienst stand in two casussen": (
            "SELECT d.id FROM dienst d JOIN dossier o ON o.id = d.dossier_id WHERE d.casus_id <> o.casus_id"
        ),
    }
    return [sentence for sentence, query in checks.items() if await room.rows(query)]


def _event(row: Any) -> Event:
    return Event(
        id=row.event_id,
        room=Room.TRIAGE,
        casus_id=row.casus_id,
        sequence=row.volgnummer,
        time=row.tijdstip,
        payload=load_payload(row.soort, row.data),
    )


def _of_the_fold(events: list[Event], chance: Random) -> list[str]:
    """Monitoring comes to one state, in whatever order the facts arrive and however often."""
    shuffled = [*events, *chance.sample(events, len(events) // 2)]
    chance.shuffle(shuffled)
    one, other = fold(events, DEFAULT_SETTINGS), fold(shuffled, DEFAULT_SETTINGS)
    return [] if one == other else ["the clocks depend on the order in which facts arrive"]
