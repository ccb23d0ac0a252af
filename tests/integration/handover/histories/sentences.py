"""What must be true after every step: who holds sight of safety, and what is open, against what was told."""

from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from random import Random
from typing import Any
from uuid import UUID

from services.monitoring.domain.fold import fold
from shared.events.catalogue import Room
from shared.events.envelope import Event
from shared.messaging.codec import load_payload
from shared.rules.settings import DEFAULT_SETTINGS
from tests.integration.handover.conftest import VT, HandoverRoom
from tests.integration.handover.histories.world import SECRET, Asked, World, rows

HELD = frozenset({"geaccepteerd", "teruggave-gevraagd"})


async def holders(world: World) -> dict[UUID, str | None]:
    """Return who holds sight of safety now of each casus that stands."""
    found = await rows(world.room, "SELECT casus_id, organisatie_id FROM zicht WHERE tot IS NULL")
    by_casus = {row.casus_id: row.organisatie_id for row in found}
    return {casus_id: by_casus.get(casus_id) for casus_id in world.casus_ids}


async def passings_told(world: World) -> int:
    """Return how often it was told that sight of safety passed."""
    found = await rows(world.room, "SELECT 1 FROM outbox WHERE soort = 'nl.ketenradar.zicht-overgegaan.v1'")
    return len(found)


async def carries_on(world: World, asked: Asked) -> bool:
    """Say whether who is offered an overdracht next is offered sight of safety with it."""
    (found,) = await rows(
        world.room, "SELECT draagt_zicht FROM overdracht WHERE id = CAST(:id AS uuid)", id=asked.path.split("/")[2]
    )
    return bool(found.draagt_zicht)


async def was_replaced(world: World, asked: Asked) -> bool:
    """Say whether what is offered again was offered again before."""
    query = "SELECT 1 FROM overdracht WHERE id = CAST(:id AS uuid) AND vervangen_door_id IS NOT NULL"
    return bool(await rows(world.room, query, id=asked.body["vervangtOverdrachtId"]))


async def offered_on(world: World, asked: Asked) -> bool:
    """Say whether sight of safety that an overdracht carried is, just after it was offered again, still on offer."""
    found = await rows(
        world.room,
        """
        SELECT bool_or(o.status = 'aangeboden' AND o.draagt_zicht OR o.zicht_gevraagd = 'aanbieden') AS carried
        FROM overdracht before JOIN overdracht o ON o.casus_id = before.casus_id
        WHERE before.id = CAST(:id AS uuid) AND before.draagt_zicht GROUP BY before.id
        """,
        id=asked.body["vervangtOverdrachtId"],
    )
    return all(row.carried for row in found)


async def broken_sentences(world: World) -> list[str]:
    """Return every sentence that does not hold."""
    wrong: list[str] = []
    for casus_id in world.casus_ids:
        wrong += [f"{casus_id}: {sentence}" async for sentence in _of_casus(world, casus_id)]
    wrong += [sentence async for sentence in _of_offers(world.room)]
    return wrong


@dataclass(frozen=True)
class _Casus:
    """Everything that bears on who holds sight of safety of one casus."""

    perioden: Sequence[Any]
    offers: Sequence[Any]
    closings: set[datetime]
    involved: set[datetime]
    accepted: set[tuple[str, datetime]]
    taken: set[datetime]
    merged: set[datetime]
    took_in: bool  # whether another went up in it: then the holder of one of the two stays
    closed: Sequence[datetime]  # when it was closed, where nothing else happened then and none went up in it later
    said: Sequence[Any]  # what was accepted, and when, where nothing else happened at that moment


async def _of_casus(world: World, casus_id: UUID) -> AsyncIterator[str]:
    """Look at one casus: its periods, its feiten, its overdrachten."""
    values = {"casus": casus_id}
    feiten = await rows(world.room, "SELECT * FROM zicht_feit WHERE casus_id = :casus", **values)
    merges = await rows(world.room, "SELECT sinds, in_casus_id FROM casus_plaats WHERE in_casus_id IS NOT NULL")
    came = [row.sinds for row in merges if row.in_casus_id == casus_id]
    at_once = Counter(row.moment for row in feiten)
    casus = _Casus(
        perioden=await rows(world.room, "SELECT * FROM zicht WHERE casus_id = :casus ORDER BY vanaf", **values),
        offers=await rows(world.room, "SELECT * FROM overdracht WHERE casus_id = :casus", **values),
        closings={row.moment for row in feiten if row.soort == "afgesloten"},
        involved={row.moment for row in feiten if row.soort in {"betrokken", "heropend"}},
        accepted={(row.organisatie_id, row.moment) for row in feiten if row.soort == "geaccepteerd"},
        taken={row.moment for row in feiten if row.soort == "teruggenomen"},
        merged={row.sinds for row in merges},
        took_in=bool(came),
        closed=[
            row.moment
            for row in feiten
            if row.soort == "afgesloten"
            and row.genoemde_casus_id == casus_id
            and at_once[row.moment] == 1
            and all(since < row.moment for since in came)
        ],
        said=[row for row in feiten if row.soort == "geaccepteerd" and at_once[row.moment] == 1],
    )
    world.tally.holders += len(casus.perioden)
    for sentence in (*_of_time(casus), *(told for one in casus.perioden for told in _of_periode(casus, one))):
        yield sentence


def _of_time(casus: _Casus) -> Iterator[str]:
    """One holder at each moment from the first involvement on."""
    perioden = casus.perioden
    # What was closed at the very moment at which it began was nobody's for no time at all.
    if casus.involved - casus.closings and not perioden:
        yield "Veilig Thuis was involved and nobody ever held sight of safety"
    if perioden and perioden[-1].tot is not None and perioden[-1].tot not in casus.closings:
        yield "nobody holds sight of safety, and the casus was not closed"
    if any(_holder_at(perioden, moment) == "vtrr" for moment in casus.closed):
        yield "a casus was closed, and Veilig Thuis went on holding sight of safety"
    for feit in () if casus.took_in else casus.said:
        if _holder_at(perioden, feit.moment) != feit.organisatie_id:
            yield "a receiver accepted sight of safety, and did not hold it from then on"
    for one, two in pairwise(perioden):
        if one.tot is None or one.tot > two.vanaf:
            yield "two hold sight of safety at one moment"
        elif one.tot < two.vanaf and one.tot not in casus.closings | casus.merged:
            yield "there is a moment at which nobody holds it, and the casus was not closed"


def _holder_at(perioden: Sequence[Any], moment: datetime) -> str | None:
    held = (one.organisatie_id for one in perioden if one.vanaf <= moment and (one.tot is None or moment < one.tot))
    return next(held, None)


def _of_periode(casus: _Casus, one: Any) -> Iterator[str]:
    """Nobody holds it but by what he accepted, and Veilig Thuis where nobody else does."""
    if one.organisatie_id == "vtrr":
        if one.vanaf not in casus.involved | casus.taken | casus.merged:
            yield "Veilig Thuis holds it from a moment at which nothing happened"
        return
    if (one.organisatie_id, one.vanaf) not in casus.accepted and one.vanaf not in casus.merged:
        yield "a receiver holds it from a moment at which he accepted nothing"
    offer = next((offer for offer in casus.offers if offer.id == one.overdracht_id), None)
    if offer is not None and (offer.geaccepteerd_op is None or offer.geaccepteerd_op > one.vanaf):
        yield "a receiver holds it by an offer that he had not accepted"
    if one.tot is None and offer is not None and not _still_holds(one.organisatie_id, casus.offers):
        yield "a receiver holds it who has accepted nothing that he did not give back"


def _still_holds(organisatie_id: str, offers: Sequence[Any]) -> bool:
    return any(offer.organisatie_id == organisatie_id and offer.status in HELD for offer in offers)


async def _of_offers(room: HandoverRoom) -> AsyncIterator[str]:
    """Look at all overdrachten: open offers, what must be followed up, and the history of each."""
    checks = {
        "two open offers of one casus carry sight of safety": """
            SELECT casus_id FROM overdracht WHERE status = 'aangeboden' AND draagt_zicht
            OR zicht_gevraagd = 'aanbieden' GROUP BY casus_id HAVING count(*) > 1""",
        "an overdracht has not a line of history for every version": """
            SELECT o.id FROM overdracht o LEFT JOIN overdracht_stap s ON s.overdracht_id = o.id
            GROUP BY o.id, o.versie HAVING count(s.id) <> o.versie OR max(s.versie) <> o.versie""",
        "an open offer has no task that lets it go back": """
            SELECT o.id FROM overdracht o WHERE o.status = 'aangeboden' AND NOT EXISTS (
                SELECT FROM taak t WHERE t.object_id = o.id AND t.status = 'open')""",
        "a step by which sight of safety passes is not among what it is worked out from": """
            SELECT s.id FROM overdracht_stap s JOIN overdracht o ON o.id = s.overdracht_id
            LEFT JOIN outbox b ON b.event_id = s.feit_id
            WHERE (s.stap IN ('zicht-aanvaard', 'teruggegeven')
                OR s.stap = 'geaccepteerd' AND CAST(b.data ->> 'draagtZicht' AS boolean))
            AND NOT EXISTS (
                SELECT FROM zicht_feit f WHERE f.moment = s.op AND f.organisatie_id = o.organisatie_id
                AND f.soort = CASE s.stap WHEN 'geaccepteerd' THEN 'geaccepteerd' WHEN 'teruggegeven'
                    THEN 'teruggenomen' ELSE f.soort END)""",
        "an offer ended in two ways": """
            SELECT id FROM overdracht
            WHERE num_nonnulls(geaccepteerd_op, geweigerd_op, ingetrokken_op, teruggekeerd_op) > 1""",
        "an offer went back before its time": "SELECT id FROM overdracht WHERE teruggekeerd_op < keert_terug_op",
        "a receiver is still told of an offer that ended": """
            SELECT l.id FROM levering l JOIN overdracht o ON o.id = l.overdracht_id
            WHERE o.status <> 'aangeboden' AND l.status IN ('open', 'verzonden', 'wacht-op-mens')""",
        "a question about sight of safety stands on what is not accepted": """
            SELECT id FROM overdracht WHERE zicht_gevraagd IS NOT NULL
            AND status NOT IN ('geaccepteerd', 'teruggave-gevraagd')""",
        "a fact of a step was not told": """
            SELECT s.id FROM overdracht_stap s WHERE s.feit_id IS NOT NULL AND NOT EXISTS (
                SELECT FROM outbox b WHERE b.event_id = s.feit_id)""",
        "an overdracht and what it replaces stand in two casussen": """
            SELECT n.id FROM overdracht n JOIN overdracht o ON o.id = n.vervangt_id WHERE o.casus_id <> n.casus_id""",
    }
    for sentence, query in checks.items():
        if await rows(room, query):
            yield sentence
    async for sentence in _of_followed_up(room):
        yield sentence


async def _of_followed_up(room: HandoverRoom) -> AsyncIterator[str]:
    ended = await rows(
        room,
        """
        SELECT o.id, o.casus_id FROM overdracht o
        WHERE o.status IN ('geweigerd', 'teruggekeerd', 'teruggegeven')
        OR o.status = 'ingetrokken' AND (o.draagt_zicht OR o.intrekreden <> 'niet-meer-nodig')
        """,
    )
    closed = await rows(
        room, "SELECT casus_id, max(moment) AS op FROM zicht_feit WHERE soort = 'afgesloten' GROUP BY 1"
    )
    shown: set[str] = set()
    query = "?soort=opnieuw-aanbieden&limiet=100"
    for _ in range(50):
        page = (await room.call("GET", f"/openstaand{query}", VT)).json()
        shown |= {item["overdrachtId"] for item in page["resultaten"]}
        if page["volgende"] is None:
            break
        query = f"?soort=opnieuw-aanbieden&limiet=100&na={page['volgende']}"
    left = {row.id for row in ended if row.casus_id not in {one.casus_id for one in closed}}
    if not {str(one) for one in left} <= shown:
        yield "an overdracht that nobody has does not wait for Veilig Thuis"
    holding = {row.casus_id for row in await rows(room, "SELECT casus_id FROM zicht WHERE tot IS NULL")}
    if any(row.id in left and row.casus_id not in holding for row in ended):
        yield "nobody has an overdracht, and nobody holds sight of safety"


async def broken_facts(room: HandoverRoom, chance: Random) -> list[str]:
    """Return what is wrong with what was told: each once, numbered, without what people wrote, and in any order one."""
    told = await rows(room, "SELECT * FROM outbox ORDER BY id")
    numbers: dict[UUID, list[int]] = defaultdict(list)
    for row in told:
        numbers[row.casus_id].append(row.volgnummer)
    return [*_wrong_facts(told, numbers), *_wrong_folds([_event(row) for row in told], chance)]


def _wrong_facts(told: Sequence[Any], numbers: dict[UUID, list[int]]) -> Iterator[str]:
    if any(SECRET.split()[1] in str(row.data) for row in told):
        yield "a fact holds what somebody wrote"
    if len({row.event_id for row in told}) != len(told):
        yield "a fact was told twice"
    if any(sorted(found) != list(range(1, len(found) + 1)) for found in numbers.values()):
        yield "the facts of a casus are not numbered one after another"


def _wrong_folds(events: list[Event], chance: Random) -> Iterator[str]:
    """Monitoring comes to one state, in whatever order the facts arrive and however often."""
    by_casus: dict[UUID, list[Event]] = defaultdict(list)
    for event in events:
        by_casus[event.casus_id].append(event)
    for found in by_casus.values():
        shuffled = [*found, *chance.sample(found, len(found) // 2)]
        chance.shuffle(shuffled)
        if fold(found, DEFAULT_SETTINGS) != fold(shuffled, DEFAULT_SETTINGS):
            yield "the clocks depend on the order in which facts arrive"


def _event(row: Any) -> Event:
    return Event(
        id=row.event_id,
        room=Room.HANDOVER,
        casus_id=row.casus_id,
        sequence=row.volgnummer,
        time=row.tijdstip,
        payload=load_payload(row.soort, row.data),
    )
