"""Facts that come in any order, batch and number end in the same rows, which equal a count by hand."""

import asyncio
import random
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any
from unittest.mock import patch
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from services.monitoring.domain.fold import fold
from services.monitoring.handlers.facts import tell
from services.monitoring.handlers.kpibewijs import recompute_kpis
from services.monitoring.store.kpis import all_cells
from services.monitoring.worker import make_handler
from shared.db import create_engine, in_transaction
from shared.events.behandeling import (
    ForensischGevraagd,
    HuisverbodOpgelegd,
    InformerenUitgesteld,
    OpschalingGestart,
)
from shared.events.catalogue import Room
from shared.events.envelope import Event
from shared.events.payloads import (
    AcuutcheckGedaan,
    DienstAfgerond,
    DienstGestart,
    MeldingOntvangen,
    OverdrachtAangeboden,
    OverdrachtGeaccepteerd,
    OverdrachtGeweigerd,
    TermijnDreigend,
    TermijnVerstreken,
    VeiligheidsbeoordelingAfgerond,
    VeiligheidsbeoordelingHeropend,
)
from shared.events.plaatsen import Plaatsen, joined, wijziging_of
from shared.ids import derived_id
from shared.messaging.codec import encode
from shared.messaging.connect import connect_redis
from shared.messaging.consumer import Consumer
from shared.messaging.outbox import NewFact
from shared.messaging.relay import Relay
from shared.rules.calendar import AMSTERDAM
from shared.rules.codes import (
    BestemmingSoort,
    DienstSoort,
    DossierverzoekSoort,
    HandelingSoort,
    InterventieSoort,
    MonitorVervolg,
    TermijnSoort,
    Uitkomst,
)
from shared.rules.deadlines import compute_termijn
from shared.rules.settings import DEFAULT_SETTINGS
from shared.work import WORKER_WALL
from tests.integration.monitoring.core.room import MonitoringRoom, hear
from tests.support import RoomDatabaseFactory, SettableClock
from tests.unit.monitoring.core import builders
from tests.unit.monitoring.core.builders import Chain, ams, monitored
from tests.unit.monitoring.core.treatment import TreatedChain, play_treatment

pytestmark = pytest.mark.anyio

MONDAY = ams("2026-03-02 10:00")


# --- a random casus ---


def random_chain(rnd: random.Random, ids: random.Random) -> list[list[Event]]:
    """Return the facts of one casus, that may have been two, as one list a room and casus, each in its own order."""
    chain = TreatedChain(UUID(int=ids.getrandbits(128)))
    play(chain, rnd)
    lists = [chain]
    if rnd.random() < 0.4:
        other = TreatedChain(UUID(int=ids.getrandbits(128)))
        play(other, rnd)
        lists.append(other)
        chain.samengevoegd_met(other.casus_id, MONDAY + timedelta(days=rnd.randrange(60)), 1)
        if rnd.random() < 0.6:
            take_apart(chain, other, rnd, ids)
    facts = [fact for made in lists for fact in made.facts]
    late = [clock for clock in fold(facts, DEFAULT_SETTINGS).termijnen if rnd.random() < 0.4]
    for clock in late:
        chain.dreigend(clock)
        if not clock.in_time:
            chain.verstreken(clock)
    queues: dict[tuple[Room, UUID], list[Event]] = {}
    for made in lists:
        for fact in made.facts:
            queues.setdefault((fact.room, fact.casus_id), []).append(fact)
    return list(queues.values())


def take_apart(chain: TreatedChain, other: TreatedChain, rnd: random.Random, ids: random.Random) -> None:
    """Undo the merge, or split a melding off; rooms that have not heard of it go on under the casus of before."""
    mine, theirs = ids_of(chain, "melding_id"), ids_of(other, "melding_id")
    at = MONDAY + timedelta(days=70)
    if rnd.random() < 0.5:
        asked = tuple(ids_of(other, "verzoek_id"))
        chain.gesplitst(other.casus_id, *theirs, at=at, volgorde=2, herstelt=True, verzoeken=asked)
        play(other, rnd)
        about = theirs[0]
    else:
        about = rnd.choice(mine + theirs)
        asked = tuple(rnd.sample(ids_of(chain, "verzoek_id"), rnd.randrange(2))) if ids_of(chain, "verzoek_id") else ()
        chain.gesplitst(UUID(int=ids.getrandbits(128)), about, at=at, volgorde=2, verzoeken=asked)
    chain.handeling(about, HandelingSoort.BETROKKENEN_GEINFORMEERD, at + timedelta(hours=1))
    if rnd.random() < 0.4:
        chain.samengevoegd_met(other.casus_id, at + timedelta(days=1), 3)


def ids_of(chain: Chain, name: str) -> list[UUID]:
    """Return what the facts of a chain are about, the first one first."""
    return list(dict.fromkeys(getattr(fact.payload, name) for fact in chain.facts if hasattr(fact.payload, name)))


def play(chain: TreatedChain, rnd: random.Random) -> None:
    """Let one or two meldingen go through the chain, each by a way of its own."""
    # In UTC: an hour that the change to summer time skips is equal to no moment of another zone.
    start = MONDAY.astimezone(UTC) + timedelta(hours=rnd.randrange(24 * 30))
    for number in range(rnd.choice([1, 1, 2])):
        received = start + timedelta(days=20 * number)
        melding, dossier = chain.melding(received, hermelding=number > 0), builders.new_id()
        if rnd.random() < 0.8:
            soorten = rnd.sample(list(InterventieSoort), rnd.randrange(3))
            chain.acuutcheck(melding, received + timedelta(hours=rnd.randrange(40)), *soorten, dossier_id=dossier)
        if rnd.random() < 0.85:
            _decide(chain, rnd, melding, received)
        play_treatment(chain, rnd, melding, dossier, received)
        for soort in rnd.sample(list(HandelingSoort), rnd.randrange(3)):
            chain.handeling(melding, soort, received + timedelta(days=rnd.randrange(40)))
    if rnd.random() < 0.3:
        recht = rnd.choice(list(DossierverzoekSoort))
        verzoek = chain.verzoek(start + timedelta(days=rnd.randrange(90)), recht)
        if rnd.random() < 0.5:
            chain.handel_af(verzoek, start + timedelta(days=rnd.randrange(90, 250)), recht)


def _decide(chain: TreatedChain, rnd: random.Random, melding: UUID, received: datetime) -> None:
    at = received + timedelta(days=rnd.randrange(14))
    kind = rnd.choice(["geen", "direct", "onderzoek", "omgezet", "heropend"])
    if kind == "direct":
        chain.besluit(melding, at, Uitkomst.OVERDRACHT, BestemmingSoort.LOKAAL_VELD)
        _hand_over(chain, rnd, melding, at, None)
    elif kind in {"onderzoek", "omgezet"}:
        if kind == "onderzoek":
            chain.besluit(melding, at, Uitkomst.ONDERZOEK)
            dienst = chain.dienst(melding, at, ontvangen_op=received)
        else:
            chain.besluit(melding, at, Uitkomst.VOORWAARDEN_EN_VERVOLG)
            first = chain.dienst(melding, at, DienstSoort.VOORWAARDEN_EN_VERVOLG, ontvangen_op=received)
            dienst = chain.zet_om(melding, first, at + timedelta(days=rnd.randrange(80)), at, received)
        if rnd.random() < 0.7:
            end = at + timedelta(days=rnd.randrange(100))
            chain.conclusie(melding, dienst, end, BestemmingSoort.LOKAAL_VELD)
            _hand_over(chain, rnd, melding, end, dienst)
    else:
        chain.besluit(melding, at, rnd.choice([Uitkomst.GEEN_VERVOLG, Uitkomst.NIET_ONTVANKELIJK]))
        if kind == "heropend":
            dossier = chain.heropen(melding, at + timedelta(days=1))
            if rnd.random() < 0.5:
                chain.besluit(melding, at + timedelta(days=rnd.randrange(2, 12)), dossier_id=dossier)


def _hand_over(chain: Chain, rnd: random.Random, melding: UUID, at: datetime, dienst: UUID | None) -> None:
    offer = chain.bied_aan(melding, at, dienst_id=dienst)
    answer = at + timedelta(days=rnd.randrange(12))
    if rnd.random() < 0.3:
        chain.weiger(melding, offer, answer)
        offer = chain.bied_aan(melding, answer, dienst_id=dienst, vervangt=offer)
    if rnd.random() < 0.8:
        chain.accepteer(melding, offer, answer + timedelta(days=1), dienst_id=dienst)
        moment = derived_id("monitormoment", offer, 3)
        if dienst and rnd.random() < 0.5:
            chain.moment_af(melding, moment, 3, answer + timedelta(days=80), rnd.choice(list(MonitorVervolg)))


def crossed(queues: list[list[Event]], rnd: random.Random) -> list[list[Event]]:
    """Return batches in which the rooms cross, each room stays in order, and some facts come again."""
    left = [list(queue) for queue in queues]
    order: list[Event] = []
    while any(left):
        queue = rnd.choice([queue for queue in left if queue])
        order.append(queue.pop(0))
        if rnd.random() < 0.2:
            order.append(rnd.choice(order))
    batches: list[list[Event]] = []
    while order:
        size = rnd.randrange(1, 12)
        batches.append(order[:size])
        order = order[size:]
    return batches


# --- a count by hand: one loop a phase, without the code of the room ---


def count_by_hand(facts: list[Event]) -> Counter[tuple[str, str, str, str]]:  # noqa: C901, plain on purpose
    """Return (meting, month or day, phase, days) of the main phases, and of the counts."""
    said = [fact.payload for fact in facts]
    told = {p.termijn_id for p in said if isinstance(p, TermijnVerstreken)}
    counted: Counter[tuple[str, str, str, str]] = Counter()

    def local(at: datetime) -> datetime:
        return at.astimezone(AMSTERDAM)

    def clock(soort: TermijnSoort, ref: UUID, start: datetime, end: datetime | None) -> None:
        due = compute_termijn(soort, start).uiterlijk
        due_month = f"{local(due - timedelta(seconds=1)):%Y-%m}"
        counted["gestart", f"{local(start):%Y-%m}", soort, ""] += 1
        if end is None:
            counted["voorraad", f"{local(start):%Y-%m-%d}", soort, ""] += 1
            if derived_id("termijn", soort.value, ref) in told:
                counted["open-te-laat", due_month, soort, ""] += 1
        else:
            days = (local(end).date() - local(start).date()).days
            counted["doorlooptijd", f"{local(end):%Y-%m}", soort, str(days)] += 1
            counted["gehaald" if end < due else "te-laat", due_month, soort, ""] += 1

    decided = {p.dossier_id: p for p in said if isinstance(p, VeiligheidsbeoordelingAfgerond)}
    reopened = {p.dossier_id: p for p in said if isinstance(p, VeiligheidsbeoordelingHeropend)}
    concluded = {p.dienst_id: p.afgerond_op for p in said if isinstance(p, DienstAfgerond)}
    answered = {p.overdracht_id: p.geaccepteerd_op for p in said if isinstance(p, OverdrachtGeaccepteerd)}
    answered |= {p.overdracht_id: p.geweigerd_op for p in said if isinstance(p, OverdrachtGeweigerd)}
    for p in said:
        if isinstance(p, MeldingOntvangen):
            first = [
                d.besloten_op for d in decided.values() if d.melding_id == p.melding_id and d.dossier_id not in reopened
            ]
            clock(TermijnSoort.VEILIGHEIDSBEOORDELING, p.melding_id, p.ontvangen_op, min(first, default=None))
            counted["telling", f"{local(p.ontvangen_op):%Y-%m}", "meldingen", ""] += 1
        elif isinstance(p, VeiligheidsbeoordelingHeropend):
            end = decided[p.dossier_id].besloten_op if p.dossier_id in decided else None
            clock(TermijnSoort.VEILIGHEIDSBEOORDELING, p.dossier_id, p.heropend_op, end)
        elif isinstance(p, VeiligheidsbeoordelingAfgerond):
            counted["telling", f"{local(p.besloten_op):%Y-%m}", "uitkomsten", p.uitkomst.value] += 1
        elif isinstance(p, DienstGestart) and p.soort is DienstSoort.ONDERZOEK:
            counted["telling", f"{local(p.gestart_op):%Y-%m}", "dienstenPerSoort", "onderzoek"] += 1
            clock(TermijnSoort.ONDERZOEK, p.dienst_id, p.gestart_op, concluded.get(p.dienst_id))
        elif isinstance(p, OverdrachtAangeboden):
            clock(TermijnSoort.OVERDRACHT_ACCEPTATIE, p.overdracht_id, p.aangeboden_op, answered.get(p.overdracht_id))
            counted["telling", f"{local(p.aangeboden_op):%Y-%m}", "overdrachtenPerBestemming", p.soort.value] += 1
        elif isinstance(p, HuisverbodOpgelegd):
            counted["telling", f"{local(p.opgelegd_op):%Y-%m}", "huisverbodenOpgelegd", ""] += 1
        elif isinstance(p, OpschalingGestart):
            counted["telling", f"{local(p.gestart_op):%Y-%m}", "opschalingenPerSoort", p.soort.value] += 1
        elif isinstance(p, InformerenUitgesteld):
            counted["telling", f"{local(p.uitgesteld_op):%Y-%m}", "informerenUitgesteld", p.reden.value] += 1
        elif isinstance(p, ForensischGevraagd):
            counted["telling", f"{local(p.gevraagd_op):%Y-%m}", "forensischPerSoort", p.soort.value] += 1
        elif isinstance(p, AcuutcheckGedaan) and p.acuut:
            counted["telling", f"{local(p.gedaan_op):%Y-%m}", "acuut", ""] += 1
    return counted


HAND_COUNTED = {
    TermijnSoort.VEILIGHEIDSBEOORDELING.value,
    TermijnSoort.ONDERZOEK.value,
    TermijnSoort.OVERDRACHT_ACCEPTATIE.value,
    "meldingen",
    "uitkomsten",
    "overdrachtenPerBestemming",
    "acuut",
    "dienstenPerSoort",
    "huisverbodenOpgelegd",
    "opschalingenPerSoort",
    "informerenUitgesteld",
    "forensischPerSoort",
}
TABLES = (
    "feit", "casus", "casus_alias", "casus_plaats", "onderwerp_plaats", "termijn", "monitormoment", "kpi", "outbox",
    "volgnummer", "waarschuwing", "kpi_maand", "kpi_mutatie", "kpi_peil", "kpi_stand",
)  # fmt: skip


async def _emptied(engine: AsyncEngine) -> None:
    async with in_transaction(engine) as conn:
        for table in TABLES:
            await conn.execute(text(f"DELETE FROM {table}"))  # noqa: S608, fixed words


async def _stored(engine: AsyncEngine) -> tuple[Counter[tuple[str, str, str, str]], dict[UUID, dict[str, Any]]]:
    async with in_transaction(engine) as conn:
        cells = await all_cells(conn)
        clocks = (await conn.execute(text("SELECT * FROM termijn"))).mappings().all()
    counted: Counter[tuple[str, str, str, str]] = Counter()
    for key, aantal in cells.items():
        dag = f"{key.dag:%Y-%m-%d}" if key.meting == "voorraad" else f"{key.dag:%Y-%m}"
        if key.naam in HAND_COUNTED and key.meting not in {"wachttijd", "werktijd", "uitsplitsing"}:
            counted[key.meting, dag, key.naam, key.waarde] = aantal
    return counted, {row["id"]: dict(row) for row in clocks}


def test_crossed_doubled_and_batched_facts_end_in_the_rows_that_a_count_by_hand_gives(
    room_database: RoomDatabaseFactory, klok: SettableClock
) -> None:
    made = room_database("monitoring")
    klok.set(ams("2026-09-01 10:00"))
    with asyncio.Runner() as runner:
        engine = create_engine(made.app_url, name="test", pool_size=3, rol=WORKER_WALL)

        @settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
        @given(st.randoms(use_true_random=False))
        def property_holds(rnd: random.Random) -> None:
            # Facts of one moment are ordered by their ids: those must be the same when an example is played again.
            ids = random.Random(1)
            with patch.object(builders, "uuid4", lambda: UUID(int=ids.getrandbits(128))):
                queues = random_chain(rnd, ids)
            facts = [fact for queue in queues for fact in queue]
            batches = crossed(queues, rnd)

            async def play_it() -> None:
                await _emptied(engine)
                for batch in batches:
                    await hear(engine, batch, klok)

            runner.run(play_it())

            counted, clocks = runner.run(_stored(engine))
            assert counted == count_by_hand(facts)
            # At once and in order gives the same clocks, under one casus.
            expected = {clock.id: clock for clock in fold(facts, DEFAULT_SETTINGS).termijnen}
            assert clocks.keys() == expected.keys()
            everywhere = Plaatsen().changed(joined(map(wijziging_of, facts)))
            for key, row in clocks.items():
                if row["soort"] not in {"dossierverzoek", "vernietigingsverzoek"}:
                    assert row["casus_id"] == everywhere.place(row["melding_id"])
                step = expected[key].next_step
                assert (row["uiterlijk"], row["gestopt_op"], row["vervallen"], row["volgende_op"]) == (
                    expected[key].uiterlijk,
                    expected[key].gestopt_op,
                    expected[key].vervallen,
                    step[1] if step else None,
                )
            report = runner.run(recompute_kpis(engine, DEFAULT_SETTINGS, now=klok()))
            assert report.is_equal

        try:
            property_holds()
        finally:
            runner.run(engine.dispose())


# --- closing, merging, telling ---


async def test_a_casus_without_anything_open_is_told_closed_once(monitoring: MonitoringRoom) -> None:
    chain = Chain()
    chain.besluit(chain.melding(MONDAY), MONDAY)

    for _ in range(2):
        await monitoring.hear(chain.facts)

    told = await monitoring.rows("SELECT soort, casus_id, data FROM outbox")
    assert [(row["casus_id"], row["data"]["reden"]) for row in told] == [(chain.casus_id, "geen-vervolg")]
    (casus,) = await monitoring.rows("SELECT open, afgesloten_reden, gemeente_code FROM casus")
    assert casus == {"open": False, "afgesloten_reden": "geen-vervolg", "gemeente_code": "0599"}


async def test_a_hermelding_opens_the_casus_again_and_its_end_is_told_too(monitoring: MonitoringRoom) -> None:
    chain = Chain()
    chain.besluit(chain.melding(MONDAY), MONDAY)
    await monitoring.hear(chain.facts)
    again = chain.melding(MONDAY + timedelta(days=30), hermelding=True)
    await monitoring.hear(chain.facts[-1:])
    (reopened,) = await monitoring.rows("SELECT open FROM casus")
    chain.besluit(again, MONDAY + timedelta(days=31))

    await monitoring.hear(chain.facts[-1:])

    told = await monitoring.rows("SELECT volgnummer FROM outbox ORDER BY volgnummer")
    assert reopened["open"]
    assert [row["volgnummer"] for row in told] == [1, 2]


async def test_facts_of_a_casus_that_went_up_in_another_follow_it_also_when_they_come_later(
    monitoring: MonitoringRoom,
) -> None:
    stays, gone, last = Chain(), Chain(), Chain()
    early = gone.melding(MONDAY)
    stays.melding(MONDAY)
    last.melding(MONDAY)
    stays.samengevoegd_met(gone.casus_id, MONDAY + timedelta(days=1))
    last.samengevoegd_met(stays.casus_id, MONDAY + timedelta(days=2))
    gone.besluit(early, MONDAY + timedelta(days=3), Uitkomst.GEEN_VERVOLG)

    await monitoring.hear([last.facts[0], gone.facts[0], stays.facts[0]])
    await monitoring.hear([last.facts[1]])
    await monitoring.hear([stays.facts[1]])
    await monitoring.hear([gone.facts[1]])

    clocks = await monitoring.rows("SELECT DISTINCT casus_id FROM termijn")
    aliases = await monitoring.rows("SELECT verdwenen_id, casus_id FROM casus_alias")
    (listed,) = [
        item
        for item in (await monitoring.get(f"/termijnen?casusId={gone.casus_id}&status=gehaald")).json()["resultaten"]
        if item["soort"] == "veiligheidsbeoordeling"
    ]
    assert [row["casus_id"] for row in clocks] == [last.casus_id]
    assert {row["verdwenen_id"]: row["casus_id"] for row in aliases} == {
        gone.casus_id: last.casus_id,
        stays.casus_id: last.casus_id,
    }
    assert (listed["meldingId"], listed["casusId"]) == (str(early), str(last.casus_id))


async def test_what_the_sweep_tells_disarms_the_clock_and_counts_it_late_once(monitoring: MonitoringRoom) -> None:
    chain = Chain()
    chain.melding(MONDAY)
    await monitoring.hear(chain.facts)
    query = "SELECT * FROM termijn WHERE soort = 'veiligheidsbeoordeling'"
    (clock,) = await monitoring.rows(query)
    told = {key: clock[key] for key in ("melding_id", "gemeente_code", "uiterlijk")}
    soort = TermijnSoort.VEILIGHEIDSBEOORDELING

    steps = [clock["volgende_stap"]]
    for payload in (TermijnDreigend, TermijnVerstreken, TermijnVerstreken):
        fact = payload(termijn_id=clock["id"], soort=soort, **told)
        new = NewFact(derived_id(payload.__name__, clock["id"]), chain.casus_id, fact)
        async with in_transaction(monitoring.made.engine) as conn:
            await tell(conn, [new], rules=DEFAULT_SETTINGS, now=clock["uiterlijk"])
        steps += [row["volgende_stap"] for row in await monitoring.rows(query)]

    cells = {key.naam: aantal for key, aantal in (await monitoring.cells()).items() if key.meting == "open-te-laat"}
    assert steps == ["waarschuwing", "verstreken", None, None]
    assert cells == {"veiligheidsbeoordeling": 1}


async def test_a_worker_adds_to_the_cells_last_so_that_others_of_his_municipality_and_month_go_on(
    monitoring: MonitoringRoom,
) -> None:
    busy, other = Chain(), Chain()
    for chain in (busy, other):
        chain.besluit(chain.melding(MONDAY), MONDAY + timedelta(hours=1), Uitkomst.GEEN_VERVOLG)
    reached, go_on = asyncio.Event(), asyncio.Event()

    async def slow(*_: object, **__: object) -> None:
        reached.set()
        await go_on.wait()

    with patch("services.monitoring.handlers.facts.tell_abonnees", slow):
        waiting = asyncio.create_task(monitoring.hear(busy.facts))
        await reached.wait()
    await asyncio.wait_for(monitoring.hear(other.facts), 3)
    go_on.set()
    await waiting

    cells = {key.naam: aantal for key, aantal in (await monitoring.cells()).items() if key.meting == "telling"}
    assert cells["meldingen"] == 2
    assert (await recompute_kpis(monitoring.made.engine, DEFAULT_SETTINGS, now=monitoring.klok())).is_equal


async def test_two_workers_that_hear_of_one_casus_at_once_lose_nothing(monitoring: MonitoringRoom) -> None:
    for _ in range(10):
        chain, _, _ = monitored()
        by_room = [[fact for fact in chain.facts if fact.room is room] for room in Room]

        await asyncio.gather(*(monitoring.hear(facts) for facts in by_room if facts))

    report = await recompute_kpis(monitoring.made.engine, DEFAULT_SETTINGS, now=monitoring.klok())
    assert report.is_equal
    assert report.casussen == 10


async def test_facts_from_the_stream_become_clocks_and_a_closing_on_the_stream(
    monitoring: MonitoringRoom, redis_url: str
) -> None:
    redis = connect_redis(redis_url, name="test")
    chain = Chain()
    chain.besluit(chain.melding(MONDAY), MONDAY)
    consumer = Consumer(
        monitoring.made.engine,
        redis,
        Room.MONITORING,
        make_handler(monitoring.made),
        clock=monitoring.klok,
        worker="a",
    )
    await consumer.ensure_groups()
    for fact in reversed(chain.facts):
        await redis.xadd(f"keten:{fact.room}", {"ce": encode(fact)})

    while await consumer.read_once(block_ms=10):
        pass
    while await Relay(monitoring.made.engine, redis, Room.MONITORING).publish_batch():
        pass

    published: Any = await redis.xrange("keten:monitoring")
    await redis.aclose()
    assert len(await monitoring.rows("SELECT 1 FROM feit")) == 3
    assert [b"casus-afgesloten" in fields[b"ce"] for _, fields in published] == [True]


# --- the proof ---


async def test_a_wrong_cell_a_missing_one_and_a_wrong_clock_are_found_and_put_right(
    monitoring: MonitoringRoom,
) -> None:
    chain, _, _ = monitored()
    await monitoring.hear(chain.facts)
    right, clocks = await monitoring.cells(), await monitoring.rows("SELECT * FROM termijn ORDER BY id")
    await monitoring.write("UPDATE kpi SET aantal = aantal + 7 WHERE meting = 'gehaald' AND naam = 'onderzoek'")
    await monitoring.write("DELETE FROM kpi WHERE meting = 'telling' AND naam = 'meldingen'")
    await monitoring.write("UPDATE termijn SET gestopt_op = NULL WHERE soort = 'onderzoek'")
    await monitoring.write("UPDATE monitormoment SET status = 'geannuleerd' WHERE maand = 12")

    found = await recompute_kpis(monitoring.made.engine, DEFAULT_SETTINGS, now=monitoring.klok())
    again = await recompute_kpis(monitoring.made.engine, DEFAULT_SETTINGS, now=monitoring.klok())

    assert (found.different, found.casussen_different, found.is_equal) == (2, 1, False)
    assert again.is_equal
    assert await monitoring.cells() == right
    assert await monitoring.rows("SELECT * FROM termijn ORDER BY id") == clocks


async def test_a_recount_while_facts_come_in_puts_right_and_loses_nothing(monitoring: MonitoringRoom) -> None:
    chains = [monitored()[0] for _ in range(30)]
    for chain in chains[:10]:
        await monitoring.hear(chain.facts)
    await monitoring.write("UPDATE kpi SET aantal = aantal + 3 WHERE meting = 'gestart'")

    async def more() -> None:
        for chain in chains[10:]:
            await monitoring.hear(chain.facts)

    found, _ = await asyncio.gather(
        recompute_kpis(monitoring.made.engine, DEFAULT_SETTINGS, now=monitoring.klok()), more()
    )
    again = await recompute_kpis(monitoring.made.engine, DEFAULT_SETTINGS, now=monitoring.klok())

    assert found.different > 0
    assert again.is_equal


async def test_the_id_of_a_closing_is_the_same_in_every_order(monitoring: MonitoringRoom) -> None:
    chain = Chain(casus_id=uuid4())
    chain.besluit(chain.melding(MONDAY), MONDAY)
    closing = fold(chain.facts, DEFAULT_SETTINGS).closing

    await monitoring.hear(reversed(chain.facts))

    (told,) = await monitoring.rows("SELECT event_id FROM outbox")
    assert closing is not None
    assert told["event_id"] == closing.event_id
