"""How facts become state: kept, folded again per casus, and the difference put into the projections.

Everything happens in the transaction of the caller, under the lock of each casus that is touched. Facts may come
late, twice, crossed with those of another room, or under the id of a casus that went up in another: what is stored
afterwards is always the fold over all that is known.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.monitoring.domain.fold import CasusState, fold
from services.monitoring.domain.kpis import KpiKey, contributions, difference
from services.monitoring.store import bewaartermijnen, kpis, monitormomenten, termijnen
from services.monitoring.store import facts as store
from services.monitoring.store.bewaartermijnen import BewaartermijnRow
from services.monitoring.store.facts import CasusRow
from services.monitoring.store.monitormomenten import MonitormomentRow
from services.monitoring.store.termijnen import TermijnRow
from shared.events.envelope import Event
from shared.events.payloads import CasusAfgesloten, CasusSamengevoegd
from shared.messaging import outbox
from shared.messaging.outbox import NewFact
from shared.rules.settings import RuleSettings

States = Mapping[UUID, CasusState]


async def tell(conn: AsyncConnection, facts: Sequence[NewFact], *, rules: RuleSettings, now: datetime) -> None:
    """Publish facts of this room and absorb them, in the transaction of the caller."""
    if not facts:
        return
    await outbox.append(conn, facts, now=now)
    own = await store.own_facts(conn, [fact.event_id for fact in facts])
    await absorb(conn, own, rules=rules, now=now)


async def absorb(conn: AsyncConnection, events: Sequence[Event], *, rules: RuleSettings, now: datetime) -> None:
    """Keep facts and bring every projection of their casussen up to date; harmless for what is known already.

    A casus of which nothing is open any more is told to be closed, in the same transaction.
    """
    if not events:
        return
    standing = await store.lock_casussen(conn, _named(events))
    facts = await store.load_facts(conn, set(standing.values()))
    before = {casus_id: fold(known, rules) for casus_id, known in facts.items() if known}
    fresh = await store.keep_facts(conn, events, standing)
    new = {event.id: event for event in events if event.id in fresh}
    if not new:
        return
    for event in new.values():
        facts[standing[event.casus_id]].append(event)
    await _merge(conn, list(new.values()), standing, facts)
    after = {casus_id: fold(known, rules) for casus_id, known in facts.items() if known}
    await _project(conn, before, after)
    await tell(conn, _closings(after), rules=rules, now=now)


def _named(events: Iterable[Event]) -> set[UUID]:
    gone = {event.payload.verdwenen_casus_id for event in events if isinstance(event.payload, CasusSamengevoegd)}
    return gone | {event.casus_id for event in events}


async def _merge(
    conn: AsyncConnection, events: Iterable[Event], standing: dict[UUID, UUID], facts: dict[UUID, list[Event]]
) -> None:
    """Move what is known of a casus to the one in which it went up; ``standing`` and ``facts`` follow."""
    for event in events:
        if not isinstance(event.payload, CasusSamengevoegd):
            continue
        stays, gone = standing[event.casus_id], standing[event.payload.verdwenen_casus_id]
        if stays == gone:
            continue
        await store.merge_casussen(conn, blijft=stays, verdwijnt=gone)
        facts[stays] += facts.pop(gone)
        for named, current in standing.items():
            if current == gone:
                standing[named] = stays


async def _project(conn: AsyncConnection, before: States, after: States) -> None:
    """Write what changed: clocks, moments, how the casussen stand, and last the cells that everybody adds to."""
    clocks_before, clocks_after = _termijnen(before), _termijnen(after)
    await termijnen.save_termijnen(conn, [row for key, row in clocks_after.items() if clocks_before.get(key) != row])
    await termijnen.remove_termijnen(conn, clocks_before.keys() - clocks_after.keys())
    momenten_before, momenten_after = _momenten(before), _momenten(after)
    await monitormomenten.save_momenten(
        conn, [row for key, row in momenten_after.items() if momenten_before.get(key) != row]
    )
    await monitormomenten.remove_momenten(conn, momenten_before.keys() - momenten_after.keys())
    kept_before, kept_after = _bewaartermijnen(before), _bewaartermijnen(after)
    await bewaartermijnen.save_bewaartermijnen(
        conn, [row for key, row in kept_after.items() if kept_before.get(key) != row]
    )
    await bewaartermijnen.remove_bewaartermijnen(conn, kept_before.keys() - kept_after.keys())
    await store.save_casussen(conn, [casus_row(casus_id, state) for casus_id, state in after.items()])
    await kpis.add_to_cells(conn, difference(_sum(before), _sum(after)))


def _termijnen(states: States) -> dict[UUID, TermijnRow]:
    return {clock.id: TermijnRow(casus_id, clock) for casus_id, state in states.items() for clock in state.termijnen}


def _momenten(states: States) -> dict[UUID, MonitormomentRow]:
    return {
        moment.id: MonitormomentRow(casus_id, moment) for casus_id, state in states.items() for moment in state.momenten
    }


def _bewaartermijnen(states: States) -> dict[UUID, BewaartermijnRow]:
    return {
        casus_id: BewaartermijnRow(casus_id, state.bewaren_tot, state.voorstellen_op)
        for casus_id, state in states.items()
        if state.bewaren_tot is not None
    }


def _sum(states: States) -> Counter[KpiKey]:
    total: Counter[KpiKey] = Counter()
    for state in states.values():
        total.update(contributions(state))
    return total


def casus_row(casus_id: UUID, state: CasusState) -> CasusRow:
    """Return how a casus stands, as its row."""
    closing = state.closing if state.is_closed else None
    return CasusRow(
        casus_id=casus_id,
        gemeente_code=state.gemeente_code,
        open=bool(state.heard.meldingen) and closing is None and not state.is_destroyed,
        afgesloten_op=closing.afgesloten_op if closing else None,
        afgesloten_reden=closing.reden if closing else None,
    )


def _closings(states: States) -> list[NewFact]:
    return [
        NewFact(
            state.closing.event_id,
            casus_id,
            CasusAfgesloten(afgesloten_op=state.closing.afgesloten_op, reden=state.closing.reden),
        )
        for casus_id, state in states.items()
        if state.closing and not state.is_closed and not state.is_destroyed
    ]
