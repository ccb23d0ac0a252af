"""How facts become state: kept, folded again per casus, and the difference put into the projections.

Everything happens in the transaction of the caller, under the lock of each casus that is touched. Facts may come
late, twice, crossed with those of another room, or under the id of a casus that went up in another: what is stored
afterwards is always the fold over all that is known.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.monitoring.domain.alerts import ACUUT, AlarmSoort
from services.monitoring.domain.fold import CasusState, fold
from services.monitoring.domain.kpis import KpiKey, contributions, difference
from services.monitoring.domain.monitormomenten import during_monitoring, matches_during_monitoring
from services.monitoring.domain.termijnen import TERMIJN_VAN_VERZOEK, termijn_id
from services.monitoring.handlers.vertellen import tell_abonnees
from services.monitoring.store import alerts, berichten, bewaartermijnen, kpis, monitormomenten, termijnen
from services.monitoring.store import facts as store
from services.monitoring.store.alerts import Herhaling
from services.monitoring.store.berichten import NewBericht
from services.monitoring.store.bewaartermijnen import BewaartermijnRow
from services.monitoring.store.facts import CasusRow
from services.monitoring.store.monitormomenten import MonitormomentRow
from services.monitoring.store.termijnen import TermijnRow
from shared.events.envelope import Event
from shared.events.payloads import (
    CasusAfgesloten,
    CasusGesplitst,
    DossierverzoekAfgehandeld,
    DossierverzoekOntvangen,
)
from shared.events.plaatsen import Verhuizing, Wijziging, joined, onderwerp_of, wijziging_of
from shared.ids import derived_id
from shared.messaging import outbox
from shared.messaging.outbox import NewFact
from shared.rules.calendar import amsterdam_day
from shared.rules.settings import RuleSettings

States = Mapping[UUID, CasusState]


@dataclass(frozen=True, slots=True)
class _Sums:
    """What casussen added to the cells before and after."""

    before: Counter[KpiKey] = field(default_factory=Counter)
    after: Counter[KpiKey] = field(default_factory=Counter)


async def tell(conn: AsyncConnection, facts: Sequence[NewFact], *, rules: RuleSettings, now: datetime) -> None:
    """Publish facts of this room and absorb them, in the transaction of the caller."""
    await absorb(conn, await _publish(conn, facts, now=now), rules=rules, now=now)


async def _publish(conn: AsyncConnection, facts: Sequence[NewFact], *, now: datetime) -> list[Event]:
    if not facts:
        return []
    await outbox.append(conn, facts, now=now)
    return await store.own_facts(conn, [fact.event_id for fact in facts])


async def absorb(
    conn: AsyncConnection, events: Sequence[Event], *, rules: RuleSettings, now: datetime, mail_to: str = ""
) -> tuple[Verhuizing, ...]:
    """Keep facts and bring every projection of their casussen up to date; harmless for what is known already.

    A casus of which nothing is open any more is told to be closed, in the same transaction. Returns what was moved to
    another casus: of what was split off, the texts must still be sealed anew.
    """
    sums = _Sums()
    moved = await _absorb(conn, events, sums, rules=rules, now=now, mail_to=mail_to)
    # Last and once: who adds to cells of the same municipality and month waits from here to the commit (docs/adr/0033).
    await kpis.add_to_cells(conn, difference(sums.before, sums.after), bekend_op=amsterdam_day(now))
    return moved


async def _absorb(  # noqa: PLR0913, keyword only
    conn: AsyncConnection,
    events: Sequence[Event],
    sums: _Sums,
    *,
    rules: RuleSettings,
    now: datetime,
    mail_to: str = "",
) -> tuple[Verhuizing, ...]:
    if not events:
        return ()
    settled = await store.settle(conn, _change_of(events), named={event.casus_id for event in events})
    told = [*events, *_for_both(events)]
    places = {event.id: settled.place_of(onderwerp_of(event.payload), event.casus_id) for event in told}
    moved = {casus_id for step in settled.verhuizingen for casus_id in (step.van, step.naar)}
    facts = await store.load_facts(conn, {*places.values(), *moved})
    before = {casus_id: fold(known, rules) for casus_id, known in facts.items() if known}
    fresh = await store.keep_facts(conn, told, places)
    if not fresh and not moved:
        return ()
    if moved:
        for step in settled.verhuizingen:
            await store.move(conn, step)
        facts = await store.load_facts(conn, facts.keys())
    else:
        for event in {event.id: event for event in told if event.id in fresh}.values():
            facts[places[event.id]].append(event)
    after = {casus_id: fold(known, rules) for casus_id, known in facts.items() if known}
    await _project(conn, before, after)
    sums.before.update(_sum(before))
    sums.after.update(_sum(after))
    await signal_herhalingen(conn, before, after, mail_to=mail_to, now=now)
    new = {event.id: event for event in events if event.id in fresh}
    await tell_abonnees(conn, list(new.values()), places, after, now=now)
    await _absorb(conn, await _publish(conn, _closings(after), now=now), sums, rules=rules, now=now)
    return settled.verhuizingen


def _change_of(events: Iterable[Event]) -> Wijziging:
    """Return what facts say of where things are; the clocks of a request are where the request is."""
    changes = []
    for event in events:
        change = wijziging_of(event)
        clocks = {
            termijn_id(soort, verzoek_id): home
            for verzoek_id in _verzoeken_in(event)
            for soort in set(TERMIJN_VAN_VERZOEK.values())
            if (home := change.onderwerpen.get(verzoek_id))
        }
        changes.append(Wijziging(change.casussen, {**change.onderwerpen, **clocks}))
    return joined(changes)


def _verzoeken_in(event: Event) -> tuple[UUID, ...]:
    match event.payload:
        case CasusGesplitst(verzoek_ids=verzoek_ids):
            return verzoek_ids
        case DossierverzoekOntvangen(verzoek_id=verzoek_id) | DossierverzoekAfgehandeld(verzoek_id=verzoek_id):
            return (verzoek_id,)
        case _:
            return ()


def _for_both(events: Iterable[Event]) -> list[Event]:
    """Return each split as a fact of the other casus too: what both come to afterwards is told anew."""
    return [
        replace(event, id=derived_id("nieuwe-casus", event.id), casus_id=event.payload.nieuwe_casus_id)
        for event in events
        if isinstance(event.payload, CasusGesplitst)
    ]


async def _project(conn: AsyncConnection, before: States, after: States) -> None:
    """Write what changed: clocks, moments, and how the casussen stand."""
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


async def signal_herhalingen(
    conn: AsyncConnection, before: States, after: States, *, mail_to: str, now: datetime
) -> None:
    """Tell the team lead once of each melding and each signal of others that came while the family was monitored.

    The alert ends when what it is about turns out to be about others, and was split off.
    """
    known, found = _herhalingen(before), _herhalingen(after)
    raised = await alerts.raise_herhalingen(conn, [one for key, one in found.items() if key not in known], now=now)
    await alerts.end_herhalingen(conn, known.keys() - found.keys(), now=now)
    if mail_to and raised:
        await berichten.queue(conn, [_mail(one, mail_to) for one in raised], now=now)


def _herhalingen(states: States) -> dict[UUID, Herhaling]:
    found = [
        *(
            Herhaling(AlarmSoort.HERMELDING, one.melding_id, casus_id, one.melding_id, one.gemeente_code)
            for casus_id, state in states.items()
            for one in during_monitoring(state.heard, state.momenten)
        ),
        *(
            # Of a reference index only who looks in it himself hears: no municipality sees that there was a match.
            Herhaling(AlarmSoort.MATCH, one.match_id, casus_id, one.melding_id, None)
            for casus_id, state in states.items()
            for one in matches_during_monitoring(state.heard, state.momenten)
        ),
    ]
    return {one.id: one for one in found}


def _mail(one: Herhaling, mail_to: str) -> NewBericht:
    return NewBericht(
        id=derived_id("bericht", berichten.E_MAIL, one.id),
        kanaal=berichten.E_MAIL,
        doel=mail_to,
        acuut=ACUUT[one.soort],
        waarschuwing_id=one.id,
        casus_id=one.casus_id,
        inhoud={"soort": one.soort.value, "stap": "ontvangen", "onderwerp": str(one.casus_id)},
    )


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
