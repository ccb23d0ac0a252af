"""The clocks of what Veilig Thuis itself does with a melding, and what of it keeps a casus open."""

import random
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.monitoring.domain.behandeling import HEARD
from services.monitoring.domain.fold import CasusState, fold
from services.monitoring.domain.kpis import contributions
from services.monitoring.domain.termijnen import Stap, Termijn
from services.monitoring.domain.vertraging import REDENEN, sentence_of
from services.monitoring.domain.zicht import ALLEEN_VEILIG_THUIS, OVER_DE_MELDER, VERBORGEN
from shared.events import behandeling
from shared.events.payloads import CasusAfgesloten, Fact
from shared.ids import derived_id
from shared.rules.behandelcodes import (
    ForensischEinde,
    HuisverbodEinde,
    InformatieverzoekEinde,
    UitstelReden,
    VertragingReden,
    VoorwaardeStatus,
    VtoGemeldAan,
    VtoResultaat,
    VtoStatus,
)
from shared.rules.codes import (
    Conclusie,
    DienstSoort,
    HandelingSoort,
    InterventieSoort,
    MelderSoort,
    TermijnSoort,
    Uitkomst,
)
from shared.rules.settings import DEFAULT_SETTINGS, RuleSettings
from tests.unit.monitoring.core.builders import ams
from tests.unit.monitoring.core.treatment import TreatedChain, play_treatment

MONDAY = ams("2026-03-02 10:00")
TUESDAY = MONDAY + timedelta(days=1)
V_EN_V = DienstSoort.VOORWAARDEN_EN_VERVOLG


def folded(chain: TreatedChain, rules: RuleSettings = DEFAULT_SETTINGS) -> CasusState:
    return fold(chain.facts, rules)


def clocks(chain: TreatedChain, soort: TermijnSoort, rules: RuleSettings = DEFAULT_SETTINGS) -> list[Termijn]:
    found = [clock for clock in folded(chain, rules).termijnen if clock.soort is soort]
    return sorted(found, key=lambda clock: clock.start)


def one(chain: TreatedChain, soort: TermijnSoort) -> Termijn:
    (clock,) = clocks(chain, soort)
    return clock


def started() -> tuple[TreatedChain, UUID]:
    chain = TreatedChain()
    return chain, chain.melding(MONDAY)


def assessed(uitkomst: Uitkomst = Uitkomst.GEEN_VERVOLG) -> tuple[TreatedChain, UUID]:
    """A casus of which nothing is open any more, unless its besluit leads on."""
    chain, melding = started()
    chain.besluit(melding, TUESDAY, uitkomst)
    return chain, melding


def test_every_fact_of_treatment_is_kept() -> None:
    told = {made for made in vars(behandeling).values() if isinstance(made, type) and issubclass(made, Fact)} - {Fact}

    assert told == HEARD
    assert len(told) == 29


# --- who works on it ---------------------------------------------------------------------------------------------


def test_work_without_an_owner_has_a_werkdag_until_it_is_assigned() -> None:
    chain, melding = started()
    (waiting,) = clocks(chain, TermijnSoort.TOEWIJZING)

    chain.toegewezen(melding, uuid4(), TUESDAY)

    clock = one(chain, TermijnSoort.TOEWIJZING)
    assert (waiting.start, waiting.uiterlijk, waiting.is_open) == (MONDAY, ams("2026-03-04 00:00"), True)
    assert waiting.next_step == (Stap.WAARSCHUWING, waiting.waarschuwen_op)
    assert (clock.id, clock.gestopt_op, clock.vervallen) == (waiting.id, TUESDAY, False)


def test_work_that_is_given_back_waits_anew_and_passing_it_on_leaves_no_gap() -> None:
    chain, melding = started()
    dossier = uuid4()
    for hours, act in ((1, chain.toegewezen), (2, chain.toegewezen), (3, chain.vrijgegeven), (4, chain.vrijgegeven)):
        act(melding, dossier, MONDAY + timedelta(hours=hours))

    first, second = clocks(chain, TermijnSoort.TOEWIJZING)

    assert (first.start, first.gestopt_op) == (MONDAY, MONDAY + timedelta(hours=1))
    assert (second.start, second.is_open) == (MONDAY + timedelta(hours=3), True)
    assert first.id != second.id


def test_an_owner_from_before_the_receipt_by_another_clock_of_a_room_is_an_owner() -> None:
    chain, melding = started()

    chain.toegewezen(melding, uuid4(), MONDAY - timedelta(seconds=3))

    assert one(chain, TermijnSoort.TOEWIJZING).gestopt_op == MONDAY


def test_a_besluit_without_dienst_ends_the_wait_and_what_is_given_back_later_starts_none() -> None:
    chain, melding = started()
    dossier = uuid4()
    chain.besluit(melding, TUESDAY, dossier_id=dossier)
    chain.vrijgegeven(melding, dossier, TUESDAY + timedelta(hours=1))
    chain.toegewezen(melding, dossier, TUESDAY + timedelta(hours=2))

    clock = one(chain, TermijnSoort.TOEWIJZING)

    assert (clock.gestopt_op, clock.vervallen) == (TUESDAY, True)


def test_work_that_is_given_back_with_its_besluit_does_not_wait() -> None:
    chain, melding = started()
    dossier = uuid4()
    chain.toegewezen(melding, dossier, MONDAY)
    chain.besluit(melding, TUESDAY, dossier_id=dossier)

    chain.vrijgegeven(melding, dossier, TUESDAY)

    assert one(chain, TermijnSoort.TOEWIJZING).gestopt_op == MONDAY


def test_work_goes_on_in_the_dienst_until_its_conclusie() -> None:
    chain, melding = assessed(Uitkomst.ONDERZOEK)
    dienst = chain.dienst(melding, TUESDAY, ontvangen_op=MONDAY)
    (waiting,) = clocks(chain, TermijnSoort.TOEWIJZING)

    chain.conclusie(melding, dienst, TUESDAY + timedelta(days=9))

    assert waiting.is_open
    assert one(chain, TermijnSoort.TOEWIJZING).gestopt_op == TUESDAY + timedelta(days=9)


def test_a_melding_that_is_opened_again_waits_for_an_owner_of_its_new_dossier() -> None:
    chain, melding = started()
    old = chain.besluit(melding, MONDAY)
    new = chain.heropen(melding, TUESDAY)
    chain.toegewezen(melding, old, TUESDAY + timedelta(hours=1))
    (_, waiting) = clocks(chain, TermijnSoort.TOEWIJZING)

    chain.toegewezen(melding, new, TUESDAY + timedelta(hours=2))

    (_, owned) = clocks(chain, TermijnSoort.TOEWIJZING)
    assert (waiting.ref_id, waiting.start, waiting.is_open) == (new, TUESDAY, True)
    assert owned.gestopt_op == TUESDAY + timedelta(hours=2)


def test_two_besluiten_with_a_dienst_each_end_with_their_own() -> None:
    chain, melding = assessed(Uitkomst.ONDERZOEK)
    first = chain.dienst(melding, TUESDAY, ontvangen_op=MONDAY)
    new = chain.heropen(melding, TUESDAY + timedelta(days=1))
    chain.besluit(melding, TUESDAY + timedelta(days=2), Uitkomst.ONDERZOEK, dossier_id=new)
    chain.dienst(melding, TUESDAY + timedelta(days=2), ontvangen_op=MONDAY)

    chain.conclusie(melding, first, TUESDAY + timedelta(days=5))

    assert [clock.is_open for clock in clocks(chain, TermijnSoort.VEILIGHEIDSCHECK)] == [False, True]


# --- looking at safety -------------------------------------------------------------------------------------------


def test_while_there_is_work_one_clock_is_always_open_and_each_look_starts_the_next() -> None:
    chain, melding = started()
    dossier = chain.acuutcheck(melding, MONDAY + timedelta(hours=1))
    chain.gekeken(melding, dossier, TUESDAY)
    chain.gekeken(melding, dossier, TUESDAY)

    stretches = clocks(chain, TermijnSoort.VEILIGHEIDSCHECK)

    assert [clock.start for clock in stretches] == [MONDAY, MONDAY + timedelta(hours=1), TUESDAY]
    assert [clock.gestopt_op for clock in stretches] == [MONDAY + timedelta(hours=1), TUESDAY, None]
    assert stretches[-1].uiterlijk == ams("2026-03-11 00:00")  # seven days after Tuesday
    assert len({clock.id for clock in stretches}) == 3


def test_the_day_that_was_agreed_last_in_a_stretch_is_its_end() -> None:
    chain, melding = started()
    dossier = uuid4()
    chain.gepland(melding, dossier, MONDAY - timedelta(seconds=1), date(2026, 3, 3))
    chain.gepland(melding, dossier, MONDAY + timedelta(hours=1), date(2026, 3, 20))
    chain.gekeken(melding, dossier, TUESDAY)
    (first, second) = clocks(chain, TermijnSoort.VEILIGHEIDSCHECK)
    chain.gepland(melding, dossier, TUESDAY, date(2026, 3, 6))

    (unmoved, planned) = clocks(chain, TermijnSoort.VEILIGHEIDSCHECK)

    assert unmoved == first, "what is agreed after the look says nothing of the time before it"
    assert first.uiterlijk == ams("2026-03-21 00:00")
    assert second.uiterlijk == ams("2026-03-11 00:00"), "what was agreed before the look says nothing of the next"
    assert (planned.id, planned.uiterlijk) == (second.id, ams("2026-03-07 00:00"))
    assert any("afgesproken" in zin for zin in planned.uitleg)


def test_a_planned_day_that_moves_warns_anew() -> None:
    chain, melding = started()
    clock = one(chain, TermijnSoort.VEILIGHEIDSCHECK)
    chain.dreigend(clock)
    warned = one(chain, TermijnSoort.VEILIGHEIDSCHECK).next_step

    chain.gepland(melding, uuid4(), TUESDAY, date(2026, 3, 30))

    moved = one(chain, TermijnSoort.VEILIGHEIDSCHECK)
    assert warned == (Stap.VERSTREKEN, clock.uiterlijk)
    assert moved.next_step == (Stap.WAARSCHUWING, moved.waarschuwen_op)


@pytest.mark.parametrize("converts", [True, False])
def test_safety_is_looked_at_until_the_end_of_the_dienst_also_of_one_that_became_another(*, converts: bool) -> None:
    chain, melding = assessed(Uitkomst.VOORWAARDEN_EN_VERVOLG)
    dienst = chain.dienst(melding, TUESDAY, V_EN_V, ontvangen_op=MONDAY)
    if converts:
        dienst = chain.zet_om(melding, dienst, TUESDAY + timedelta(days=2), TUESDAY, MONDAY)
    (waiting,) = clocks(chain, TermijnSoort.VEILIGHEIDSCHECK)

    end = TUESDAY + timedelta(days=5)
    chain.conclusie(melding, dienst, end)
    chain.gekeken(melding, uuid4(), end + timedelta(days=1))

    clock = one(chain, TermijnSoort.VEILIGHEIDSCHECK)
    assert waiting.is_open
    assert (clock.gestopt_op, clock.vervallen) == (end, True)


def test_diensten_that_became_each_other_end_nothing_and_never_go_round() -> None:
    chain, melding = assessed(Uitkomst.VOORWAARDEN_EN_VERVOLG)
    dienst = chain.dienst(melding, TUESDAY, V_EN_V, ontvangen_op=MONDAY)
    other = chain.zet_om(melding, dienst, TUESDAY, TUESDAY, MONDAY)
    back = replace(chain.facts[-2].payload, dienst_id=other, nieuwe_dienst_id=dienst)  # type: ignore[type-var]
    chain.add(back, TUESDAY)

    assert one(chain, TermijnSoort.VEILIGHEIDSCHECK).is_open


# --- asking ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("einde", list(InformatieverzoekEinde))
def test_a_question_has_three_werkdagen_and_a_late_answer_after_the_besluit_still_counts(
    einde: InformatieverzoekEinde,
) -> None:
    chain, melding = started()
    verzoek = chain.vraag(melding, MONDAY)
    chain.besluit(melding, TUESDAY)
    waiting = one(chain, TermijnSoort.INFORMATIEVERZOEK)

    chain.antwoord(melding, verzoek, MONDAY + timedelta(days=9), einde)

    clock = one(chain, TermijnSoort.INFORMATIEVERZOEK)
    assert (waiting.uiterlijk, waiting.is_open, waiting.ref_id) == (ams("2026-03-06 00:00"), True, verzoek)
    assert (clock.in_time, clock.vervallen) == (False, einde is InformatieverzoekEinde.INGETROKKEN)


@pytest.mark.parametrize("einde", list(ForensischEinde))
def test_injuries_are_looked_at_within_a_day_or_the_request_ends(einde: ForensischEinde) -> None:
    chain, melding = started()
    asked = chain.forensisch(melding, MONDAY)

    chain.forensisch_af(melding, asked, MONDAY - timedelta(minutes=1), einde)

    clock = one(chain, TermijnSoort.FORENSISCH)
    assert clock.uiterlijk == TUESDAY
    assert clock.gestopt_op == MONDAY, "never before it began"
    assert clock.vervallen is (einde is ForensischEinde.INGETROKKEN)


# --- the raad ----------------------------------------------------------------------------------------------------


def test_of_a_vto_the_college_and_the_melder_hear_each_by_a_clock_of_their_own() -> None:
    chain, melding = started()
    vto = chain.vto(melding, MONDAY)

    chain.vto_gemeld(melding, vto, TUESDAY, VtoGemeldAan.COLLEGE)

    college, melder = sorted(
        clocks(chain, TermijnSoort.VERZOEK_TOT_ONDERZOEK_MELDEN), key=lambda clock: "melder" in clock.uitleg[-1]
    )
    assert (college.gestopt_op, melder.is_open) == (TUESDAY, True)
    assert (college.ref_id, melder.ref_id, college.uiterlijk) == (vto, vto, ams("2026-03-05 00:00"))
    assert "college" in college.uitleg[-1]


def test_a_melder_whom_nobody_knows_hears_nothing_of_a_vto() -> None:
    chain = TreatedChain()
    vto = chain.vto(chain.melding(MONDAY, melder_soort=MelderSoort.ONBEKEND), MONDAY)

    clock = one(chain, TermijnSoort.VERZOEK_TOT_ONDERZOEK_MELDEN)

    assert (clock.ref_id, "college" in clock.uitleg[-1]) == (vto, True)


# --- what is looked at again -------------------------------------------------------------------------------------


def test_a_voorwaarde_is_checked_on_the_agreed_day_and_again_on_the_next() -> None:
    chain, melding = started()
    voorwaarde = chain.voorwaarde(melding, MONDAY, date(2026, 3, 10))
    chain.ga_na(melding, voorwaarde, TUESDAY, date(2026, 4, 1))

    first, second = clocks(chain, TermijnSoort.VOORWAARDE_CONTROLE)

    assert (first.uiterlijk, first.gestopt_op) == (ams("2026-03-11 00:00"), TUESDAY)
    assert (second.start, second.uiterlijk, second.is_open) == (TUESDAY, ams("2026-04-02 00:00"), True)
    assert (first.ref_id, second.ref_id) == (voorwaarde, voorwaarde)


@pytest.mark.parametrize(
    ("status", "dag", "vervallen"),
    [
        (VoorwaardeStatus.VERVALLEN, date(2026, 4, 1), True),
        (VoorwaardeStatus.NAGEKOMEN, None, False),
    ],
)
def test_a_voorwaarde_that_is_dropped_or_given_no_next_day_is_not_checked_again(
    *, status: VoorwaardeStatus, dag: date | None, vervallen: bool
) -> None:
    chain, melding = started()
    voorwaarde = chain.voorwaarde(melding, MONDAY, date(2026, 3, 10))

    chain.ga_na(melding, voorwaarde, TUESDAY, dag, status)

    clock = one(chain, TermijnSoort.VOORWAARDE_CONTROLE)
    assert (clock.gestopt_op, clock.vervallen) == (TUESDAY, vervallen)


def test_a_check_that_was_thought_to_be_the_last_can_start_anew() -> None:
    chain, melding = started()
    voorwaarde = chain.voorwaarde(melding, MONDAY, date(2026, 3, 10))
    chain.ga_na(melding, voorwaarde, TUESDAY, None)
    chain.ga_na(melding, voorwaarde, TUESDAY + timedelta(days=3), date(2026, 4, 1))

    _, second = clocks(chain, TermijnSoort.VOORWAARDE_CONTROLE)

    assert (second.start, second.is_open) == (TUESDAY + timedelta(days=3), True)


@pytest.mark.parametrize(
    ("at", "dag", "until"),
    [
        (TUESDAY, date(2026, 4, 1), ams("2026-04-02 00:00")),  # as he says
        (TUESDAY, None, ams("2026-03-11 00:00")),  # the day that was agreed is still to come
        (ams("2026-03-10 09:00"), None, None),  # it was this look
    ],
)
def test_a_voorwaarde_that_the_receiver_looked_at_is_looked_at_again_when_he_says_or_as_was_agreed(
    at: datetime, dag: date | None, until: datetime | None
) -> None:
    chain, melding = started()
    voorwaarde = chain.voorwaarde(melding, MONDAY, date(2026, 3, 10))

    chain.volg(melding, voorwaarde, at, dag)

    first, *later = clocks(chain, TermijnSoort.VOORWAARDE_CONTROLE)
    assert (first.gestopt_op, first.in_time) == (at, True)
    assert [(one.start, one.uiterlijk, one.is_open) for one in later] == ([(at, until, True)] if until else [])


def test_aware_is_evaluated_on_each_agreed_day_until_it_ends() -> None:
    chain, melding = started()
    aware = chain.aware(melding, MONDAY, date(2026, 9, 1))
    chain.aware_verlengd(melding, aware, TUESDAY, date(2026, 12, 1))
    _, running = clocks(chain, TermijnSoort.AWARE_EVALUATIE)
    chain.aware_af(melding, aware, TUESDAY + timedelta(days=5))
    chain.aware_verlengd(melding, aware, TUESDAY + timedelta(days=6), date(2027, 3, 1))

    first, second = clocks(chain, TermijnSoort.AWARE_EVALUATIE)

    assert (first.uiterlijk, first.gestopt_op) == (ams("2026-09-02 00:00"), TUESDAY)
    assert (running.uiterlijk, running.is_open) == (ams("2026-12-02 00:00"), True)
    assert (second.gestopt_op, second.vervallen) == (TUESDAY + timedelta(days=5), False)


@pytest.mark.parametrize("gedaan", [True, False])
def test_an_action_of_a_table_has_its_agreed_day(*, gedaan: bool) -> None:
    chain, melding = started()
    opschaling = chain.opgeschaald(melding, MONDAY)
    actie = chain.actie(melding, opschaling, MONDAY, date(2026, 3, 12))

    chain.actie_af(melding, opschaling, actie, TUESDAY, gedaan=gedaan)

    clock = one(chain, TermijnSoort.ACTIE)
    assert (clock.uiterlijk, clock.gestopt_op, clock.vervallen) == (ams("2026-03-13 00:00"), TUESDAY, not gedaan)


# --- huisverbod --------------------------------------------------------------------------------------------------


def test_a_ban_lasts_ten_days_or_as_long_as_it_was_extended_last_within_the_law() -> None:
    chain, melding = started()
    ban = chain.leg_op(melding, MONDAY)
    ends = [one(chain, TermijnSoort.HUISVERBOD).uiterlijk]
    for hours, dagen in ((1, 20), (2, 28), (3, 99)):
        chain.verleng(melding, ban, MONDAY + timedelta(hours=hours), dagen)
        ends.append(one(chain, TermijnSoort.HUISVERBOD).uiterlijk)

    assert ends == [MONDAY + timedelta(days=days) for days in (10, 20, 28)] + [ams("2026-03-30 10:00")]
    assert one(chain, TermijnSoort.HUISVERBOD_ADVIES).uiterlijk == ams("2026-03-11 00:00")


def test_the_advice_is_given_or_is_of_no_use_any_more() -> None:
    chain, melding = started()
    advised, ended = chain.leg_op(melding, MONDAY), chain.leg_op(melding, TUESDAY)

    chain.adviseer(melding, advised, TUESDAY)
    chain.beeindig(melding, ended, TUESDAY + timedelta(days=1), HuisverbodEinde.INGETROKKEN)

    by_ban = {clock.ref_id: clock for clock in clocks(chain, TermijnSoort.HUISVERBOD_ADVIES)}
    assert (by_ban[advised].gestopt_op, by_ban[advised].vervallen) == (TUESDAY, False)
    assert (by_ban[ended].gestopt_op, by_ban[ended].vervallen) == (TUESDAY + timedelta(days=1), True)


def test_a_ban_that_ran_its_whole_time_is_not_late_whenever_that_is_written_down() -> None:
    chain, melding = started()
    ran, withdrawn = chain.leg_op(melding, MONDAY), chain.leg_op(melding, MONDAY)
    late = MONDAY + timedelta(days=12)

    chain.beeindig(melding, ran, late, HuisverbodEinde.AFGELOPEN)
    chain.beeindig(melding, withdrawn, late, HuisverbodEinde.INGETROKKEN)

    by_ban = {clock.ref_id: clock for clock in clocks(chain, TermijnSoort.HUISVERBOD)}
    assert (by_ban[ran].in_time, by_ban[withdrawn].in_time) == (True, False)


def test_the_intervention_of_the_acuutcheck_starts_no_second_ban_and_its_acts_still_end_the_first() -> None:
    chain, melding = started()
    chain.acuutcheck(melding, MONDAY, InterventieSoort.HUISVERBOD)
    before = one(chain, TermijnSoort.HUISVERBOD)
    ban = chain.leg_op(melding, TUESDAY)
    chain.handeling(melding, HandelingSoort.HUISVERBOD_ADVIES_GEGEVEN, TUESDAY + timedelta(days=1))
    chain.handeling(melding, HandelingSoort.HUISVERBOD_BEEINDIGD, TUESDAY + timedelta(days=2))

    clock, advice = one(chain, TermijnSoort.HUISVERBOD), one(chain, TermijnSoort.HUISVERBOD_ADVIES)

    assert (before.start, clock.start, clock.ref_id) == (MONDAY, TUESDAY, ban)
    assert clock.gestopt_op == TUESDAY + timedelta(days=2)
    assert (advice.gestopt_op, advice.vervallen) == (TUESDAY + timedelta(days=1), False)


def test_a_ban_of_another_melding_takes_no_clock_away() -> None:
    chain, melding = started()
    chain.acuutcheck(melding, MONDAY, InterventieSoort.HUISVERBOD)

    chain.leg_op(chain.melding(TUESDAY), TUESDAY)

    assert len(clocks(chain, TermijnSoort.HUISVERBOD)) == 2


# --- telling people ----------------------------------------------------------------------------------------------


def test_each_postponement_moves_the_term_warns_anew_and_is_told_with_its_reason() -> None:
    chain, melding = started()
    soort = TermijnSoort.INFORMEREN_BETROKKENEN
    first = one(chain, soort)
    chain.dreigend(first)
    chain.stel_uit(melding, 1, TUESDAY)
    once = one(chain, soort)
    chain.stel_uit(melding, 2, TUESDAY, UitstelReden.ONDERZOEK)
    chain.facts.append(replace(chain.facts[-1], id=uuid4()))

    twice = one(chain, soort)

    assert [clock.uiterlijk for clock in (first, once, twice)] == [
        ams("2026-03-31 00:00"),
        ams("2026-04-14 00:00"),
        ams("2026-04-29 00:00"),  # 27 April is King's day
    ]
    assert once.next_step == (Stap.WAARSCHUWING, once.waarschuwen_op)
    assert "2 keer" in twice.uitleg[-1]
    assert "veiligheid, onderzoek" in twice.uitleg[-1]


@pytest.mark.parametrize(
    ("rules", "uiterlijk"),
    [
        (DEFAULT_SETTINGS, "2027-03-02 00:00"),  # a year in all
        (replace(DEFAULT_SETTINGS, informeren_uitstel_toegestaan=False), "2026-03-31 00:00"),
    ],
)
def test_a_term_is_never_lengthened_beyond_the_rule_and_that_is_said(rules: RuleSettings, uiterlijk: str) -> None:
    chain, melding = started()

    chain.stel_uit(melding, 40, TUESDAY)

    (clock,) = clocks(chain, TermijnSoort.INFORMEREN_BETROKKENEN, rules)
    assert clock.uiterlijk == ams(uiterlijk)
    assert "meer telt niet" in clock.uitleg[-1]


# --- a dienst that became another --------------------------------------------------------------------------------


def test_a_converted_dienst_ends_and_the_ten_weeks_go_on_from_where_they_began() -> None:
    chain, melding = assessed(Uitkomst.VOORWAARDEN_EN_VERVOLG)
    dienst = chain.dienst(melding, TUESDAY, V_EN_V, ontvangen_op=MONDAY)
    before = one(chain, TermijnSoort.VOORWAARDEN_EN_VERVOLG)
    at = TUESDAY + timedelta(weeks=3)

    nieuw = chain.zet_om(melding, dienst, at, TUESDAY, MONDAY)

    old, new = one(chain, TermijnSoort.VOORWAARDEN_EN_VERVOLG), one(chain, TermijnSoort.ONDERZOEK)
    assert (old.gestopt_op, old.vervallen) == (at, True)
    assert (new.ref_id, new.start, new.uiterlijk, new.is_open) == (nieuw, before.start, before.uiterlijk, True)


def test_a_casus_with_a_converted_dienst_closes_with_the_conclusie_of_the_other() -> None:
    chain, melding = assessed(Uitkomst.VOORWAARDEN_EN_VERVOLG)
    dienst = chain.dienst(melding, TUESDAY, V_EN_V, ontvangen_op=MONDAY)
    nieuw = chain.zet_om(melding, dienst, TUESDAY + timedelta(days=1), TUESDAY, MONDAY)
    *known, second = chain.facts
    half, running = fold(known, DEFAULT_SETTINGS).closing, folded(chain).closing

    chain.conclusie(melding, nieuw, TUESDAY + timedelta(days=9), conclusie=Conclusie.WEERLEGD)

    closing = folded(chain).closing
    assert second.payload.__class__.__name__ == "DienstGestart"
    assert (half, running) == (None, None)
    assert closing is not None
    assert (closing.reden, closing.afgesloten_op) == ("weerlegd", TUESDAY + timedelta(days=9))


def test_an_onderzoek_that_was_converted_does_not_stand_for_one_that_a_besluit_still_promises() -> None:
    chain, melding = assessed(Uitkomst.VOORWAARDEN_EN_VERVOLG)
    dienst = chain.dienst(melding, TUESDAY, V_EN_V, ontvangen_op=MONDAY)
    nieuw = chain.zet_om(melding, dienst, TUESDAY, TUESDAY, MONDAY)
    chain.conclusie(melding, nieuw, TUESDAY)
    closed = folded(chain).closing
    new = chain.heropen(melding, TUESDAY)

    chain.besluit(melding, TUESDAY, Uitkomst.ONDERZOEK, dossier_id=new)

    assert closed is not None
    assert folded(chain).closing is None


# --- why it is late ----------------------------------------------------------------------------------------------


def test_the_newest_reason_explains_the_clock_and_stops_nothing() -> None:
    chain, melding = started()
    dossier, soort = uuid4(), TermijnSoort.VEILIGHEIDSBEOORDELING
    before = one(chain, soort)
    chain.verklaar(melding, dossier, ams("2026-03-11 09:00"), soort, VertragingReden.CAPACITEIT)
    chain.verklaar(melding, dossier, TUESDAY, soort, VertragingReden.ANDERS)

    clock = one(chain, soort)

    assert clock.vertraging is not None
    assert replace(clock, vertraging=None) == before
    assert clock.vertraging.reden is VertragingReden.CAPACITEIT
    said = sentence_of(clock.vertraging, uiterlijk=clock.uiterlijk)
    assert "na het einde van de termijn: er zijn te weinig mensen" in said
    assert "11 maart 2026" in said
    early = replace(clock.vertraging, verklaard_op=TUESDAY)
    assert "voor het einde" in sentence_of(early, uiterlijk=clock.uiterlijk)


def test_a_reason_belongs_to_its_own_dossier_dienst_and_stretch() -> None:
    chain, melding = started()
    dossier = chain.besluit(melding, MONDAY, Uitkomst.ONDERZOEK)
    dienst = chain.dienst(melding, MONDAY, ontvangen_op=MONDAY)
    new = chain.heropen(melding, TUESDAY)
    chain.gekeken(melding, dossier, TUESDAY)
    for ref, soort in (
        (new, TermijnSoort.VEILIGHEIDSBEOORDELING),
        (dienst, TermijnSoort.ONDERZOEK),
        (dossier, TermijnSoort.VEILIGHEIDSCHECK),
        (uuid4(), TermijnSoort.ACTIE),
    ):
        chain.verklaar(melding, ref, TUESDAY + timedelta(days=1), soort, VertragingReden.COMPLEXITEIT)

    found = {(clock.soort, clock.start) for clock in folded(chain).termijnen if clock.vertraging}

    assert found == {
        (TermijnSoort.VEILIGHEIDSBEOORDELING, TUESDAY),
        (TermijnSoort.ONDERZOEK, MONDAY),
        (TermijnSoort.VEILIGHEIDSCHECK, TUESDAY),
    }
    assert set(REDENEN) == set(VertragingReden)


# --- closing -----------------------------------------------------------------------------------------------------


def close(chain: TreatedChain) -> None:
    closing = folded(chain).closing
    assert closing is not None
    event = chain.add(CasusAfgesloten(afgesloten_op=closing.afgesloten_op, reden=closing.reden), closing.afgesloten_op)
    chain.facts[-1] = replace(event, id=closing.event_id)


def test_what_protects_somebody_now_keeps_a_casus_open_until_its_end_is_told() -> None:
    end = TUESDAY + timedelta(days=30)
    for kind in ("huisverbod", "aware", "opschaling", "vto"):
        chain, melding = assessed()
        close(chain)
        match kind:
            case "huisverbod":
                ban = chain.leg_op(melding, TUESDAY)
                running = folded(chain)
                chain.beeindig(melding, ban, end)
            case "aware":
                aware = chain.aware(melding, TUESDAY, date(2026, 9, 1))
                running = folded(chain)
                chain.aware_af(melding, aware, end)
            case "opschaling":
                table = chain.opgeschaald(melding, TUESDAY)
                chain.actie(melding, table, TUESDAY, date(2026, 3, 12))
                running = folded(chain)
                chain.opschaling_af(melding, table, end)
            case _:
                vto = chain.vto(melding, TUESDAY)
                chain.raad(melding, vto, TUESDAY, VtoStatus.INTAKE_AFGEROND)
                running = folded(chain)
                chain.raad(melding, vto, end, VtoStatus.ZAAK_AFGEROND, VtoResultaat.GEEN_MAATREGEL)

        ended = folded(chain)

        assert (running.closing, running.is_closed) == (None, False), kind
        assert ended.closing is not None, kind
        assert ended.closing.afgesloten_op == end, kind
        assert not ended.is_closed, f"{kind}: the closing of before is another one"


def test_a_rejected_vto_is_over_with_the_result() -> None:
    chain, melding = assessed()
    vto = chain.vto(melding, TUESDAY)

    chain.raad(melding, vto, TUESDAY, VtoStatus.INTAKE_AFGEROND, VtoResultaat.AFGEWEZEN)

    assert folded(chain).closing is not None


def test_asking_conferring_and_looking_after_a_voorwaarde_keep_no_casus_open() -> None:
    chain, melding = assessed()
    before = folded(chain).closing

    chain.vraag(melding, TUESDAY)
    chain.consult(melding, TUESDAY)
    chain.voorwaarde(melding, TUESDAY, date(2026, 4, 1))
    chain.forensisch(melding, TUESDAY)
    chain.screen(melding, TUESDAY)

    assert folded(chain).closing == before


def test_an_end_of_which_the_beginning_was_never_told_opens_nothing() -> None:
    chain, melding = assessed()
    close(chain)

    chain.beeindig(melding, uuid4(), TUESDAY)
    chain.aware_af(melding, uuid4(), TUESDAY)
    chain.opschaling_af(melding, uuid4(), TUESDAY)
    chain.raad(melding, uuid4(), TUESDAY, VtoStatus.ZAAK_AFGEROND)

    assert folded(chain).is_closed


def test_a_casus_that_closed_before_there_were_such_facts_closed_with_the_same_closing() -> None:
    chain, melding = started()
    dossier = chain.besluit(melding, TUESDAY)

    closing = folded(chain).closing

    assert closing is not None
    assert closing.event_id == derived_id("casus-afgesloten", *sorted((str(melding), str(dossier))))


# --- whatever comes when -----------------------------------------------------------------------------------------


@settings(deadline=None, max_examples=60)
@given(st.randoms(use_true_random=False))
def test_facts_in_any_order_and_doubled_give_the_same_state(rnd: random.Random) -> None:
    chain = TreatedChain(UUID(int=1))
    melding = chain.melding(MONDAY, melder_soort=rnd.choice(list(MelderSoort)))
    dossier = chain.acuutcheck(melding, MONDAY + timedelta(hours=2), *rnd.sample(list(InterventieSoort), 2))
    play_treatment(chain, rnd, melding, dossier, MONDAY)
    if rnd.random() < 0.5:
        chain.besluit(melding, MONDAY + timedelta(days=4), Uitkomst.VOORWAARDEN_EN_VERVOLG, dossier_id=dossier)
        dienst = chain.dienst(melding, MONDAY + timedelta(days=4), V_EN_V, ontvangen_op=MONDAY)
        if rnd.random() < 0.5:
            dienst = chain.zet_om(melding, dienst, MONDAY + timedelta(days=9), MONDAY + timedelta(days=4), MONDAY)
        if rnd.random() < 0.5:
            chain.conclusie(melding, dienst, MONDAY + timedelta(days=30))
    mixed = [*chain.facts, *rnd.sample(chain.facts, len(chain.facts) // 2)]
    rnd.shuffle(mixed)

    state, again = folded(chain), fold(mixed, DEFAULT_SETTINGS)

    assert again == state
    assert contributions(again) == contributions(state)
    ids = [clock.id for clock in state.termijnen]
    assert len(ids) == len(set(ids))
    assert all(clock.gestopt_op is None or clock.gestopt_op >= clock.start for clock in state.termijnen)


@settings(deadline=None, max_examples=60)
@given(st.lists(st.tuples(st.integers(-5, 400), st.booleans(), st.integers(-30, 60)), max_size=8), st.booleans())
def test_open_work_has_exactly_one_open_check_of_safety_and_its_stretches_leave_no_gap(
    acts: list[tuple[int, bool, int]],
    ends: bool,
) -> None:
    chain, melding = started()
    dossier = uuid4()
    for hours, looks, days in acts:
        at = MONDAY + timedelta(hours=hours)
        if looks:
            chain.gekeken(melding, dossier, at)
        else:
            chain.gepland(melding, dossier, at, at.date() + timedelta(days=days))
    if ends:
        chain.besluit(melding, MONDAY + timedelta(hours=100), dossier_id=dossier)

    stretches = clocks(chain, TermijnSoort.VEILIGHEIDSCHECK)

    assert sum(clock.is_open for clock in stretches) == (not ends)
    assert stretches[0].start == MONDAY
    assert [clock.gestopt_op for clock in stretches[:-1]] == [clock.start for clock in stretches[1:]]
    assert all(clock.uiterlijk > clock.start for clock in stretches)


def test_a_destroyed_file_leaves_no_clock_of_treatment_running() -> None:
    chain, melding = started()
    play_all(chain, melding)

    chain.vernietig(datetime(2026, 3, 4, tzinfo=UTC))

    assert [clock.soort for clock in folded(chain).termijnen if clock.is_open] == []


def play_all(chain: TreatedChain, melding: UUID) -> None:
    for act in (chain.vraag, chain.forensisch, chain.vto, chain.leg_op):
        act(melding, TUESDAY)
    table = chain.opgeschaald(melding, TUESDAY)
    chain.actie(melding, table, TUESDAY, date(2026, 3, 12))
    chain.aware(melding, TUESDAY, date(2026, 9, 1))
    chain.voorwaarde(melding, TUESDAY, date(2026, 4, 1))


# --- who may see it ----------------------------------------------------------------------------------------------


def test_of_every_kind_of_clock_is_decided_whether_a_receiver_may_know() -> None:
    assert set(ALLEEN_VEILIG_THUIS) == set(TermijnSoort)
    assert TermijnSoort.VERZOEK_TOT_ONDERZOEK_MELDEN in OVER_DE_MELDER
    assert OVER_DE_MELDER < VERBORGEN
    assert {TermijnSoort.FORENSISCH, TermijnSoort.AWARE_EVALUATIE, TermijnSoort.INFORMATIEVERZOEK} <= VERBORGEN
    assert not VERBORGEN & {TermijnSoort.TOEWIJZING, TermijnSoort.VEILIGHEIDSCHECK, TermijnSoort.HUISVERBOD}
