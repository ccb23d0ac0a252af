"""What must be true after any fault: counted in the databases of the rooms, against what was answered."""

import asyncio
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TypeVar

from deploy.local import repairs
from shared.events.catalogue import Room, sources_of
from tests.faults.load import Acked
from tests.flow.house import House

T = TypeVar("T")
Numbers = dict[Room, dict[str, int]]


@dataclass
class Verdict:
    """What was lost and what was done twice, each as a sentence."""

    lost: list[str] = field(default_factory=list)
    twice: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    @property
    def good(self) -> bool:
        return not (self.lost or self.twice or self.wrong)


def judge(house: House, acked: Acked, *, poison: int) -> Verdict:
    """Compare every answer with what is on disk, and every fact told with what each reader did with it.

    ``poison`` is how many messages were put on each stream that are no facts: they, and nothing else, must wait
    in the quarantine of every reader of that stream.
    """
    verdict = Verdict(twice=[f"key {key} answered in two ways" for key in acked.contradictions])
    _judge_answers(house, acked, verdict)
    _judge_facts(house, verdict)
    _judge_holders(house, verdict)
    _judge_quarantines(house, verdict, poison=poison)
    _judge_repairs(house, verdict)
    return verdict


def _judge_answers(house: House, acked: Acked, verdict: Verdict) -> None:
    stored = {str(row["id"]) for row in house.rows("intake", "SELECT id FROM melding")}
    dossiers = [str(row["melding_id"]) for row in house.rows("triage", "SELECT melding_id FROM dossier")]
    offers = [
        (str(row["melding_id"]), row["soort"], row["organisatie_id"])
        for row in house.rows("handover", "SELECT melding_id, soort, organisatie_id FROM overdracht")
    ]
    accepted = {
        str(row["id"]) for row in house.rows("handover", "SELECT id FROM overdracht WHERE status = 'geaccepteerd'")
    }
    answered = set(acked.meldingen.values())
    verdict.lost += [f"melding {i}" for i in answered - stored]
    verdict.lost += [f"dossier of {i}" for i in stored - set(dossiers)]
    verdict.lost += [f"overdracht of {i}" for i in acked.besluiten - {offer[0] for offer in offers}]
    verdict.lost += [f"acceptatie {i}" for i in acked.acceptaties - accepted]
    verdict.twice += [f"dossier of {i}" for i in _more_than_once(dossiers)]
    verdict.twice += [f"overdracht {i}" for i in _more_than_once(offers)]
    if len(answered) != len(acked.meldingen):
        verdict.twice.append("one melding answered two keys")
    # Everybody sent the same key until there was an answer: a melding beside the answered ones is a second one.
    verdict.twice += [f"melding {i} that nobody was told of" for i in stored - answered]


def _judge_facts(house: House, verdict: Verdict) -> None:
    told = {
        room: house.rows(room.value, "SELECT event_id, casus_id, volgnummer FROM outbox ORDER BY id") for room in Room
    }
    last: Numbers = {room: {} for room in Room}
    for room, rows in told.items():
        for row in rows:
            casus_id = str(row["casus_id"])
            if row["volgnummer"] != last[room].get(casus_id, 0) + 1:
                verdict.wrong.append(f"{room}: the facts of {casus_id} are not numbered in the order of telling")
            last[room][casus_id] = row["volgnummer"]
    for reader in Room:
        _judge_reader(house, reader, last, verdict)
    heard = [str(row["event_id"]) for row in house.rows("monitoring", "SELECT event_id FROM feit")]
    of_others = {str(row["event_id"]) for room in sources_of(Room.MONITORING) for row in told[room]}
    verdict.lost += [f"fact {i} in monitoring" for i in of_others - set(heard)]
    verdict.twice += [f"fact {i} in monitoring" for i in _more_than_once(heard)]
    verdict.twice += [
        f"fact {i} that nobody told"
        for i in set(heard) - {str(row["event_id"]) for rows in told.values() for row in rows}
    ]


def _judge_reader(house: House, reader: Room, last: Numbers, verdict: Verdict) -> None:
    """Every casus of every source stands at its last number: all before it were handled, each in its turn."""
    rows = house.rows(reader.value, "SELECT bron, casus_id, laatste FROM inbox_stand")
    handled = {(row["bron"], str(row["casus_id"])): row["laatste"] for row in rows}
    for source in sources_of(reader):
        for casus_id, number in last[source].items():
            seen = handled.get((source.value, casus_id), 0)
            if seen < number:
                verdict.lost.append(f"{reader} handled {seen} of {number} facts of {source} on {casus_id}")
            elif seen > number:
                verdict.twice.append(f"{reader} handled {seen} of {number} facts of {source} on {casus_id}")
    if house.scalar(reader.value, "SELECT count(*) FROM inbox_wachtend"):
        verdict.wrong.append(f"{reader}: facts still wait for their predecessor")


def _judge_holders(house: House, verdict: Verdict) -> None:
    rows = house.rows("handover", "SELECT casus_id, count(*) FILTER (WHERE tot IS NULL) AS open FROM zicht GROUP BY 1")
    holders = {str(row["casus_id"]): row["open"] for row in rows}
    for row in house.rows("intake", "SELECT DISTINCT casus_id FROM melding"):
        count = holders.get(str(row["casus_id"]), 0)
        if count != 1:
            verdict.wrong.append(f"casus {row['casus_id']} has {count} holders")


def _judge_quarantines(house: House, verdict: Verdict, *, poison: int) -> None:
    for reader in Room:
        rows = house.rows(reader.value, "SELECT stream, soort, count(*) AS n FROM quarantaine GROUP BY 1, 2")
        found = {(row["stream"], row["soort"]): row["n"] for row in rows}
        expected = {(f"keten:{source}", None): poison for source in sources_of(reader)} if poison else {}
        if found != expected:
            verdict.wrong.append(f"{reader}: in quarantine is {found}, and not {expected}")


def _judge_repairs(house: House, verdict: Verdict) -> None:
    counted = asyncio.run(repairs.recompute_kpis(house.state))
    if not counted["gelijk"]:
        verdict.wrong.append(f"the figures differ from a recount: {counted}")
    for log in asyncio.run(repairs.verify_audit(house.state)):
        if log["bevindingen"]:
            verdict.wrong.append(f"the audit chain is broken: {log}")


def _more_than_once(found: Iterable[T]) -> list[T]:
    return [item for item, count in Counter(found).items() if count > 1]
