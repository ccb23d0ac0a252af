"""The clock of the schools that must know before the lessons, and what is counted of it."""

from dataclasses import replace
from datetime import datetime, timedelta
from itertools import permutations
from uuid import UUID, uuid4

from services.monitoring.domain.fold import fold
from services.monitoring.domain.kpis import Meting, contributions
from services.monitoring.domain.termijnen import Termijn, status_of
from shared.events.payloads import (
    HandleWithCareAfgeleverd,
    HandleWithCareGestart,
    HandleWithCareNietAfgeleverd,
    HandleWithCareVervallen,
)
from shared.rules.codes import (
    HandelingSoort,
    HandleWithCareReden,
    InterventieSoort,
    SchoolRegio,
    TermijnSoort,
    TermijnStatus,
    Uitkomst,
)
from shared.rules.settings import DEFAULT_SETTINGS, RuleSettings
from tests.unit.monitoring.core.builders import GEMEENTE, Chain, ams

EVENING = ams("2026-03-02 21:00")
LESSONS = ams("2026-03-03 08:30")
NIGHT, LATE = LESSONS - timedelta(hours=9), LESSONS + timedelta(hours=2)


def started(chain: Chain, melding_id: UUID, at: datetime = EVENING) -> UUID:
    signaal_id = uuid4()
    chain.add(
        HandleWithCareGestart(signaal_id=signaal_id, melding_id=melding_id, gemeente_code=GEMEENTE, ontvangen_op=at), at
    )
    return signaal_id


def arrived(chain: Chain, melding_id: UUID, signaal_id: UUID, at: datetime) -> None:
    chain.add(HandleWithCareAfgeleverd(signaal_id=signaal_id, melding_id=melding_id, afgeleverd_op=at), at)


def dropped(chain: Chain, melding_id: UUID, signaal_id: UUID, at: datetime) -> None:
    chain.add(HandleWithCareVervallen(signaal_id=signaal_id, melding_id=melding_id, vervallen_op=at), at)


def lost(chain: Chain, melding_id: UUID, signaal_id: UUID, reden: HandleWithCareReden) -> None:
    chain.add(
        HandleWithCareNietAfgeleverd(signaal_id=signaal_id, melding_id=melding_id, reden=reden, vastgesteld_op=LESSONS),
        LESSONS,
    )


def clocks(chain: Chain, settings: RuleSettings = DEFAULT_SETTINGS) -> list[Termijn]:
    found = fold(chain.facts, settings).termijnen
    return [clock for clock in found if clock.soort is TermijnSoort.HANDLE_WITH_CARE]


def counted(chain: Chain) -> dict[str, int]:
    cells = contributions(fold(chain.facts, DEFAULT_SETTINGS))
    return {
        key.waarde: count
        for key, count in cells.items()
        if key.meting == Meting.TELLING and key.naam == "handleWithCare"
    }


def test_a_signal_starts_one_clock_until_the_lessons_of_the_next_school_day() -> None:
    chain = Chain()
    melding = chain.melding(EVENING)

    started(chain, melding)

    (clock,) = clocks(chain)
    assert (clock.start, clock.uiterlijk, clock.is_open) == (EVENING, LESSONS, True)
    assert any("schooldag" in zin for zin in clock.uitleg)
    assert counted(chain) == {}


def test_the_clock_of_a_melding_ends_with_the_last_of_its_children() -> None:
    chain = Chain()
    melding = chain.melding(EVENING)
    first, second = started(chain, melding), started(chain, melding)
    arrived(chain, melding, first, EVENING + timedelta(minutes=1))
    (waiting,) = clocks(chain)

    arrived(chain, melding, second, NIGHT)

    (clock,) = clocks(chain)
    assert waiting.is_open
    assert (clock.gestopt_op, clock.in_time, clock.vervallen) == (NIGHT, True, False)
    assert counted(chain) == {"op-tijd": 2}


def test_what_arrives_when_the_lessons_have_begun_is_late_also_after_it_was_given_up() -> None:
    chain = Chain()
    melding = chain.melding(EVENING)
    signaal = started(chain, melding)
    lost(chain, melding, signaal, HandleWithCareReden.NIET_BEVESTIGD)
    before = counted(chain)

    arrived(chain, melding, signaal, LATE)

    (clock,) = clocks(chain)
    status = status_of(
        uiterlijk=clock.uiterlijk,
        waarschuwen_op=clock.waarschuwen_op,
        gestopt_op=clock.gestopt_op,
        vervallen=clock.vervallen,
        now=LATE,
    )
    assert status is TermijnStatus.TE_LAAT
    assert (before, counted(chain)) == ({"niet-bevestigd": 1}, {"te-laat": 1})


def test_a_child_without_a_school_counts_as_such_and_keeps_its_clock() -> None:
    chain = Chain()
    melding = chain.melding(EVENING)

    lost(chain, melding, started(chain, melding), HandleWithCareReden.GEEN_SCHOOL)

    (clock,) = clocks(chain)
    assert clock.is_open
    assert counted(chain) == {"geen-school": 1}


def test_refused_signals_leave_nothing_to_do_and_one_that_arrived_all_the_same_counts() -> None:
    chain = Chain()
    melding = chain.melding(EVENING)
    signaal = started(chain, melding)
    dropped(chain, melding, signaal, EVENING + timedelta(minutes=5))
    (refused,) = clocks(chain)
    refused_counted = counted(chain)

    arrived(chain, melding, signaal, EVENING + timedelta(minutes=6))

    (clock,) = clocks(chain)
    assert (refused.vervallen, refused_counted) == (True, {"vervallen": 1})
    assert (clock.vervallen, counted(chain)) == (False, {"op-tijd": 1})


def test_with_one_child_refused_the_clock_ends_when_the_other_school_knows() -> None:
    chain = Chain()
    melding = chain.melding(EVENING)
    first, second = started(chain, melding), started(chain, melding)

    dropped(chain, melding, first, LATE)
    arrived(chain, melding, second, NIGHT)

    (clock,) = clocks(chain)
    assert (clock.gestopt_op, clock.vervallen) == (NIGHT, False)


def test_the_intervention_of_the_acuutcheck_starts_no_second_clock_and_its_act_still_stops_the_first() -> None:
    chain = Chain()
    melding = chain.melding(EVENING)
    started(chain, melding)
    chain.acuutcheck(melding, EVENING + timedelta(minutes=20), InterventieSoort.HANDLE_WITH_CARE)
    (waiting,) = clocks(chain)

    chain.handeling(melding, HandelingSoort.HANDLE_WITH_CARE_VERZONDEN, NIGHT)

    (clock,) = clocks(chain)
    assert (waiting.start, waiting.is_open) == (EVENING, True)
    assert clock.gestopt_op == NIGHT


def test_a_melding_that_turns_out_to_be_none_leaves_no_school_to_tell() -> None:
    chain = Chain()
    melding = chain.melding(EVENING)
    started(chain, melding)

    chain.besluit(melding, EVENING + timedelta(hours=1), Uitkomst.NIET_ONTVANKELIJK)

    (clock,) = clocks(chain)
    assert clock.vervallen


def test_the_order_in_which_the_facts_come_makes_no_difference() -> None:
    chain = Chain()
    melding = chain.melding(EVENING)
    signaal = started(chain, melding)
    lost(chain, melding, signaal, HandleWithCareReden.GEEN_SCHOOL)
    arrived(chain, melding, signaal, LATE)

    states = {
        (fold(order, DEFAULT_SETTINGS).termijnen, tuple(sorted(contributions(fold(order, DEFAULT_SETTINGS)).items())))
        for order in permutations(chain.facts)
    }

    assert len(states) == 1


def test_the_school_holidays_are_those_of_the_municipality() -> None:
    chain = Chain()
    autumn = ams("2026-10-09 20:00")  # the holiday of the north begins the day after
    started(chain, chain.melding(autumn), autumn)
    north = replace(DEFAULT_SETTINGS, schoolregio_per_gemeente=((GEMEENTE, SchoolRegio.NOORD),))

    (midden,) = clocks(chain)
    (noord,) = clocks(chain, north)

    assert midden.uiterlijk == ams("2026-10-12 08:30")
    assert noord.uiterlijk == ams("2026-10-19 08:30")
