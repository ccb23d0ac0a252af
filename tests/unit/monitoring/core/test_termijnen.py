"""Which fact starts a clock, which stops it, and which makes it pointless."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from services.monitoring.domain.fold import CasusState, fold
from services.monitoring.domain.termijnen import STARTS, STOPT_DOOR, VERVALT_BIJ, Stap, Termijn, status_of
from shared.events.payloads import TerugkoppelingGegeven
from shared.rules.codes import (
    DienstSoort,
    HandelingSoort,
    InterventieSoort,
    MelderSoort,
    TermijnSoort,
    TermijnStatus,
    Uitkomst,
)
from shared.rules.settings import DEFAULT_SETTINGS, TenWeeksAnchor
from tests.unit.monitoring.core.builders import Chain, ams

MONDAY = ams("2026-03-02 10:00")


def clocks(chain: Chain, soort: TermijnSoort | None = None) -> list[Termijn]:
    return [clock for clock in folded(chain).termijnen if soort in (None, clock.soort)]


def folded(chain: Chain) -> CasusState:
    return fold(chain.facts, DEFAULT_SETTINGS)


def one(chain: Chain, soort: TermijnSoort) -> Termijn:
    (clock,) = clocks(chain, soort)
    return clock


def test_a_melding_starts_five_clocks() -> None:
    chain = Chain()

    chain.melding(MONDAY)

    assert {clock.soort: clock.uiterlijk for clock in clocks(chain)} == {
        TermijnSoort.ACUUTCHECK: ams("2026-03-03 00:00"),
        TermijnSoort.VEILIGHEIDSBEOORDELING: ams("2026-03-10 00:00"),
        TermijnSoort.INFORMEREN_BETROKKENEN: ams("2026-03-31 00:00"),
        TermijnSoort.TOEWIJZING: ams("2026-03-04 00:00"),
        TermijnSoort.VEILIGHEIDSCHECK: ams("2026-03-10 00:00"),
    }


def test_a_clock_over_the_change_to_summer_time_ends_at_the_dutch_midnight() -> None:
    chain = Chain()

    chain.melding(ams("2026-03-26 23:30"))

    # 29 March has 23 hours, and Good Friday and Easter Monday do not count.
    assert one(chain, TermijnSoort.VEILIGHEIDSBEOORDELING).uiterlijk == ams("2026-04-03 00:00")


def test_the_acuutcheck_stops_its_clock_and_a_huisverbod_starts_two() -> None:
    chain = Chain()
    melding = chain.melding(MONDAY)

    chain.acuutcheck(melding, MONDAY + timedelta(hours=1), InterventieSoort.HUISVERBOD)

    assert one(chain, TermijnSoort.ACUUTCHECK).gestopt_op == MONDAY + timedelta(hours=1)
    assert one(chain, TermijnSoort.HUISVERBOD).uiterlijk == ams("2026-03-12 11:00")
    assert one(chain, TermijnSoort.HUISVERBOD_ADVIES).uiterlijk == ams("2026-03-11 00:00")


def test_handle_with_care_has_until_the_lessons_and_stops_when_it_was_sent() -> None:
    chain = Chain()
    melding = chain.melding(MONDAY)
    chain.acuutcheck(melding, MONDAY, InterventieSoort.HANDLE_WITH_CARE)

    chain.handeling(melding, HandelingSoort.HANDLE_WITH_CARE_VERZONDEN, MONDAY + timedelta(hours=20))

    clock = one(chain, TermijnSoort.HANDLE_WITH_CARE)
    assert clock.uiterlijk == ams("2026-03-03 08:30")
    assert clock.in_time


def test_every_intervention_and_uitkomst_and_side_clock_has_its_row() -> None:
    assert set(STARTS) == set(InterventieSoort)
    assert set(VERVALT_BIJ) == set(Uitkomst)
    assert set(STOPT_DOOR.values()) == set(HandelingSoort)


def test_a_huisverbod_that_is_over_asks_for_no_advice() -> None:
    chain = Chain()
    melding = chain.melding(MONDAY)
    chain.acuutcheck(melding, MONDAY, InterventieSoort.HUISVERBOD)

    chain.handeling(melding, HandelingSoort.HUISVERBOD_BEEINDIGD, MONDAY + timedelta(days=2))

    assert not one(chain, TermijnSoort.HUISVERBOD).vervallen
    assert one(chain, TermijnSoort.HUISVERBOD_ADVIES).vervallen


def test_the_besluit_stops_the_five_days_and_starts_the_feedback() -> None:
    chain = Chain()
    melding = chain.melding(MONDAY)

    chain.besluit(melding, MONDAY + timedelta(days=1))

    assert one(chain, TermijnSoort.VEILIGHEIDSBEOORDELING).gestopt_op == MONDAY + timedelta(days=1)
    assert one(chain, TermijnSoort.TERUGKOPPELING_MELDER).start == MONDAY + timedelta(days=1)


def test_a_melder_whom_nobody_knows_gets_no_feedback() -> None:
    chain = Chain()
    melding = chain.melding(MONDAY, melder_soort=MelderSoort.ONBEKEND)

    chain.besluit(melding, MONDAY)

    assert clocks(chain, TermijnSoort.TERUGKOPPELING_MELDER) == []


@pytest.mark.parametrize("uitkomst", list(Uitkomst))
def test_only_a_melding_that_turns_out_to_be_none_ends_the_side_clocks(uitkomst: Uitkomst) -> None:
    chain = Chain()
    melding = chain.melding(MONDAY)

    chain.besluit(melding, MONDAY + timedelta(days=1), uitkomst)

    none = {Uitkomst.NIET_ONTVANKELIJK, Uitkomst.ONJUIST_GEADRESSEERD, Uitkomst.OMGEZET_NAAR_ADVIES}
    assert one(chain, TermijnSoort.INFORMEREN_BETROKKENEN).vervallen is (uitkomst in none)
    assert one(chain, TermijnSoort.ACUUTCHECK).vervallen is (uitkomst in none)
    assert not one(chain, TermijnSoort.TERUGKOPPELING_MELDER).vervallen


def test_what_was_done_before_it_became_pointless_stays_done() -> None:
    chain = Chain()
    melding = chain.melding(MONDAY)
    chain.acuutcheck(melding, MONDAY + timedelta(hours=1))

    chain.besluit(melding, MONDAY + timedelta(hours=2), Uitkomst.NIET_ONTVANKELIJK)

    assert not one(chain, TermijnSoort.ACUUTCHECK).vervallen


def test_a_reopened_melding_gets_five_new_days_and_its_betrokkenen_must_be_told_again() -> None:
    chain = Chain()
    melding = chain.melding(MONDAY)
    chain.besluit(melding, MONDAY, Uitkomst.NIET_ONTVANKELIJK)

    dossier = chain.heropen(melding, MONDAY + timedelta(days=1))

    first, second = sorted(clocks(chain, TermijnSoort.VEILIGHEIDSBEOORDELING), key=lambda clock: clock.start)
    assert (first.is_open, second.is_open) == (False, True)
    assert (second.ref_id, second.uiterlijk) == (dossier, ams("2026-03-11 00:00"))
    assert one(chain, TermijnSoort.INFORMEREN_BETROKKENEN).is_open


def test_a_second_besluit_stops_the_second_clock_and_not_the_first() -> None:
    chain = Chain()
    melding = chain.melding(MONDAY)
    chain.besluit(melding, MONDAY)
    dossier = chain.heropen(melding, MONDAY + timedelta(days=1))

    chain.besluit(melding, MONDAY + timedelta(days=2), dossier_id=dossier)

    ends = [clock.gestopt_op for clock in clocks(chain, TermijnSoort.VEILIGHEIDSBEOORDELING)]
    assert ends == [MONDAY, MONDAY + timedelta(days=2)]
    assert len(clocks(chain, TermijnSoort.TERUGKOPPELING_MELDER)) == 2


@pytest.mark.parametrize(
    ("anchor", "start", "words"),
    [
        (TenWeeksAnchor.BESLUIT, "2026-03-09 10:00", "de ontvangst van de melding"),
        (TenWeeksAnchor.ONTVANGST, "2026-03-02 10:00", "het besluit op de veiligheidsbeoordeling"),
    ],
)
def test_the_ten_weeks_follow_the_chosen_reading_and_tell_the_other(
    anchor: TenWeeksAnchor, start: str, words: str
) -> None:
    chain = Chain()
    melding = chain.melding(MONDAY)
    chain.dienst(melding, ams("2026-03-09 10:00"), ontvangen_op=MONDAY)

    state = fold(chain.facts, replace(DEFAULT_SETTINGS, ten_weeks_anchor=anchor))

    (clock,) = [clock for clock in state.termijnen if clock.soort is TermijnSoort.ONDERZOEK]
    assert clock.start == ams(start)
    assert words in clock.uitleg[-1]


def test_the_end_of_a_dienst_stops_the_ten_weeks_and_starts_the_second_feedback() -> None:
    chain = Chain()
    melding = chain.melding(MONDAY)
    chain.besluit(melding, MONDAY, Uitkomst.ONDERZOEK)
    dienst = chain.dienst(melding, MONDAY, ontvangen_op=MONDAY)
    chain.handeling(melding, HandelingSoort.MELDER_TERUGGEKOPPELD, MONDAY + timedelta(days=1))

    chain.conclusie(melding, dienst, MONDAY + timedelta(weeks=3))

    assert one(chain, TermijnSoort.ONDERZOEK).in_time
    first, second = clocks(chain, TermijnSoort.TERUGKOPPELING_MELDER)
    assert first.gestopt_op == MONDAY + timedelta(days=1)
    assert second.is_open, "the first feedback says nothing of the conclusion"


def test_a_sender_who_fetched_the_feedback_has_heard_it_and_of_what_he_did_not_fetch_he_has_not() -> None:
    chain = Chain()
    melding = chain.melding(MONDAY)
    dossier = chain.besluit(melding, MONDAY, Uitkomst.ONDERZOEK)
    dienst = chain.dienst(melding, MONDAY, ontvangen_op=MONDAY)
    chain.conclusie(melding, dienst, MONDAY + timedelta(weeks=3))

    chain.add(
        TerugkoppelingGegeven(
            terugkoppeling_id=UUID(int=1), melding_id=melding, bron_id=dossier, gegeven_op=MONDAY + timedelta(hours=5)
        ),
        MONDAY + timedelta(hours=5),
    )

    first, second = clocks(chain, TermijnSoort.TERUGKOPPELING_MELDER)
    assert (first.ref_id, first.gestopt_op, first.vervallen) == (dossier, MONDAY + timedelta(hours=5), False)
    assert (second.ref_id, second.is_open) == (dienst, True)


def test_feedback_counts_from_the_first_time_that_it_was_given_and_never_from_before_its_besluit() -> None:
    chain = Chain()
    melding = chain.melding(MONDAY)
    called, fetched = MONDAY + timedelta(days=1), MONDAY - timedelta(seconds=2)  # clocks of rooms differ
    dossier = chain.besluit(melding, MONDAY)
    chain.handeling(melding, HandelingSoort.MELDER_TERUGGEKOPPELD, called)
    assert one(chain, TermijnSoort.TERUGKOPPELING_MELDER).gestopt_op == called

    chain.add(
        TerugkoppelingGegeven(terugkoppeling_id=UUID(int=1), melding_id=melding, bron_id=dossier, gegeven_op=fetched),
        fetched,
    )

    assert one(chain, TermijnSoort.TERUGKOPPELING_MELDER).gestopt_op == MONDAY


def test_regional_work_has_no_statutory_term() -> None:
    chain = Chain()
    melding = chain.melding(MONDAY)

    chain.dienst(melding, MONDAY, DienstSoort.REGIONAAL_MAATWERK, ontvangen_op=MONDAY)

    assert {clock.soort for clock in clocks(chain)} == {
        TermijnSoort.ACUUTCHECK,
        TermijnSoort.VEILIGHEIDSBEOORDELING,
        TermijnSoort.INFORMEREN_BETROKKENEN,
        TermijnSoort.TOEWIJZING,
        TermijnSoort.VEILIGHEIDSCHECK,
    }


@pytest.mark.parametrize("accepted", [True, False])
def test_an_answer_of_the_receiver_stops_its_clock(*, accepted: bool) -> None:
    chain = Chain()
    melding = chain.melding(MONDAY)
    overdracht = chain.bied_aan(melding, MONDAY)
    assert one(chain, TermijnSoort.OVERDRACHT_ACCEPTATIE).is_open

    (chain.accepteer if accepted else chain.weiger)(melding, overdracht, MONDAY + timedelta(days=1))

    assert one(chain, TermijnSoort.OVERDRACHT_ACCEPTATIE).gestopt_op == MONDAY + timedelta(days=1)


def test_the_sweep_warns_once_alarms_once_and_is_armed_again_when_the_date_moves() -> None:
    chain = Chain()
    chain.dienst(chain.melding(MONDAY), ams("2026-03-09 10:00"), ontvangen_op=MONDAY)
    clock = one(chain, TermijnSoort.ONDERZOEK)
    steps = [clock.next_step]

    chain.dreigend(clock)
    steps.append(one(chain, TermijnSoort.ONDERZOEK).next_step)
    chain.verstreken(clock)
    steps.append(one(chain, TermijnSoort.ONDERZOEK).next_step)
    moved = fold(chain.facts, replace(DEFAULT_SETTINGS, tien_weken=12)).termijnen

    assert steps == [(Stap.WAARSCHUWING, clock.waarschuwen_op), (Stap.VERSTREKEN, clock.uiterlijk), None]
    assert [c.next_step for c in moved if c.soort is TermijnSoort.ONDERZOEK] != [None]


def test_a_clock_that_stopped_is_not_swept() -> None:
    chain = Chain()
    melding = chain.melding(MONDAY)

    chain.acuutcheck(melding, MONDAY)

    assert one(chain, TermijnSoort.ACUUTCHECK).next_step is None


@pytest.mark.parametrize(
    ("now", "gestopt", "vervallen", "expected"),
    [
        ("2026-03-08 23:59", None, False, TermijnStatus.OPEN),
        ("2026-03-09 00:00", None, False, TermijnStatus.DREIGEND),
        ("2026-03-09 23:59:59", None, False, TermijnStatus.DREIGEND),
        ("2026-03-10 00:00", None, False, TermijnStatus.VERSTREKEN),
        ("2026-04-01 00:00", "2026-03-09 23:59:59.999999", False, TermijnStatus.GEHAALD),
        ("2026-04-01 00:00", "2026-03-10 00:00", False, TermijnStatus.TE_LAAT),
        ("2026-04-01 00:00", "2026-03-09 12:00", True, TermijnStatus.GEHAALD),
        ("2026-04-01 00:00", "2026-03-11 12:00", True, TermijnStatus.VERSTREKEN),
        ("2026-04-01 00:00", "2026-03-10 00:00", True, TermijnStatus.VERSTREKEN),
        ("2026-03-10 00:00", "2026-03-11 12:00", True, TermijnStatus.VERSTREKEN),
        # Told with a day that still lies ahead: not late before its date is there, whatever it was told with.
        ("2026-03-09 23:59:59.999999", "2026-03-11 12:00", True, TermijnStatus.DREIGEND),
        ("2026-03-08 23:59", "2026-03-11 12:00", True, TermijnStatus.OPEN),
    ],
)
def test_a_clock_stands_as_its_dates_say(
    now: str, gestopt: str | None, vervallen: bool, expected: TermijnStatus
) -> None:
    status = status_of(
        uiterlijk=ams("2026-03-10 00:00"),
        waarschuwen_op=ams("2026-03-09 00:00"),
        gestopt_op=ams(gestopt) if gestopt else None,
        vervallen=vervallen,
        now=ams(now),
    )

    assert status is expected


def test_a_besluit_that_is_heard_before_its_melding_waits_for_it() -> None:
    chain = Chain()
    melding = chain.melding(MONDAY)
    chain.besluit(melding, MONDAY)

    early = fold(chain.facts[1:], DEFAULT_SETTINGS)

    assert early.termijnen == ()
    assert early.closing is None


def test_ids_of_clocks_do_not_depend_on_what_came_first() -> None:
    chain = Chain()
    melding = chain.melding(MONDAY)
    chain.besluit(melding, MONDAY)

    backwards = {clock.id for clock in fold(reversed(chain.facts), DEFAULT_SETTINGS).termijnen}

    assert backwards == {clock.id for clock in clocks(chain)}
    assert all(isinstance(key, UUID) for key in backwards)
