"""When a family is looked at again, and when a casus is closed."""

from dataclasses import replace
from datetime import date, timedelta
from itertools import product
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.monitoring.domain.fold import CasusState, fold
from services.monitoring.domain.kpis import contributions
from services.monitoring.domain.monitormomenten import (
    REDENEN,
    TRANSITIONS,
    MonitormomentActie,
    MonitormomentStatus,
    earliest_and_latest_day,
    is_gemist,
    matches_during_monitoring,
    moment_id,
)
from shared.events.payloads import CasusAfgesloten, MatchOntvangen, MonitormomentAfgerond
from shared.rules.calendar import amsterdam_day
from shared.rules.codes import (
    BestemmingSoort,
    DienstSoort,
    MonitorVervolg,
    TermijnSoort,
    Uitkomst,
    VerplaatsingReden,
    Verwijsindex,
)
from shared.rules.settings import DEFAULT_SETTINGS
from tests.unit.monitoring.core.builders import Chain, ams, monitored

MONDAY = ams("2026-03-02 10:00")
JUNE = ams("2026-06-01 10:00")


def folded(chain: Chain) -> CasusState:
    return fold(chain.facts, DEFAULT_SETTINGS)


def test_every_state_and_action_has_its_row() -> None:
    assert set(TRANSITIONS) == set(product(MonitormomentStatus, MonitormomentActie))


def test_an_accepted_overdracht_after_an_onderzoek_plans_three_moments_with_clocks() -> None:
    chain, _, _ = monitored()

    state = folded(chain)

    assert [(m.maand, m.uiterlijk) for m in state.momenten] == [
        (3, ams("2026-06-03 00:00")),
        (12, ams("2027-03-03 00:00")),
        (18, ams("2027-09-03 00:00")),
    ]
    assert state.momenten[0].gepland_op == ams("2026-06-02 00:00")
    assert [c.uiterlijk for c in state.termijnen if c.soort is TermijnSoort.MONITORMOMENT] == [
        m.uiterlijk for m in state.momenten
    ]


def test_nothing_is_planned_after_a_gecertificeerde_instelling_or_for_a_second_receiver() -> None:
    plain = Chain()
    melding = plain.melding(MONDAY)
    dienst = plain.dienst(melding, MONDAY, ontvangen_op=MONDAY)
    gi, zicht = BestemmingSoort.GECERTIFICEERDE_INSTELLING, False
    plain.accepteer(melding, plain.bied_aan(melding, MONDAY, gi, dienst_id=dienst), MONDAY, gi, dienst_id=dienst)
    plain.accepteer(
        melding,
        plain.bied_aan(melding, MONDAY, dienst_id=dienst, draagt_zicht=zicht),
        MONDAY,
        dienst_id=dienst,
        draagt_zicht=zicht,
    )

    assert folded(plain).momenten == ()


def test_a_direct_overdracht_is_monitored_only_when_the_region_says_so() -> None:
    chain = Chain()
    melding = chain.melding(MONDAY)
    chain.accepteer(melding, chain.bied_aan(melding, MONDAY), MONDAY)

    also = replace(DEFAULT_SETTINGS, monitoring_after_direct_handover=True)

    assert folded(chain).momenten == ()
    assert len(fold(chain.facts, also).momenten) == 3


def test_an_acceptance_that_is_heard_before_its_dienst_plans_when_the_dienst_is_heard() -> None:
    chain, _, _ = monitored()
    without = [fact for fact in chain.facts if type(fact.payload).__name__ not in {"DienstGestart", "DienstAfgerond"}]

    assert fold(without, DEFAULT_SETTINGS).momenten == ()
    assert len(folded(chain).momenten) == 3


@pytest.mark.parametrize(
    ("vervolg", "left"),
    [
        (MonitorVervolg.DOORGAAN, [12, 18]),
        (MonitorVervolg.INTENSIVEREN, [4, 12, 18]),
        (MonitorVervolg.HEROPENEN, []),
        (MonitorVervolg.AFSLUITEN, []),
    ],
)
def test_the_vervolg_decides_what_is_left(vervolg: MonitorVervolg, left: list[int]) -> None:
    chain, melding, overdracht = monitored()

    chain.moment_af(melding, moment_id(overdracht, 3), 3, JUNE, vervolg)

    state = folded(chain)
    planned = [m for m in state.momenten if m.status is MonitormomentStatus.GEPLAND]
    assert sorted(m.maand for m in planned) == left
    open_clocks = [c for c in state.termijnen if c.soort is TermijnSoort.MONITORMOMENT and c.is_open]
    assert {c.ref_id for c in open_clocks} == {m.id for m in planned}


def test_an_extra_moment_is_a_month_after_the_one_that_asked_for_it() -> None:
    chain, melding, overdracht = monitored()
    chain.moment_af(melding, moment_id(overdracht, 3), 3, JUNE, MonitorVervolg.INTENSIVEREN)
    extra = next(m for m in folded(chain).momenten if m.maand == 4)

    chain.moment_af(melding, extra.id, 4, ams("2026-07-01 10:00"), MonitorVervolg.AFSLUITEN)

    assert extra.uiterlijk == ams("2026-07-02 00:00")
    assert folded(chain).closing is not None


def test_a_cancelled_clock_is_not_late_and_not_done() -> None:
    chain, melding, overdracht = monitored()

    chain.moment_af(melding, moment_id(overdracht, 3), 3, JUNE, MonitorVervolg.AFSLUITEN)

    cancelled = [c for c in folded(chain).termijnen if c.soort is TermijnSoort.MONITORMOMENT and c.vervallen]
    assert [c.gestopt_op for c in cancelled] == [JUNE, JUNE]


def test_a_moment_that_was_moved_is_on_its_new_day_and_its_clock_follows_and_says_from_where() -> None:
    chain, melding, overdracht = monitored()
    told = folded(chain)
    first = next(c for c in told.termijnen if c.soort is TermijnSoort.MONITORMOMENT)
    chain.dreigend(first)

    chain.verplaats(melding, moment_id(overdracht, 3), 3, JUNE, date(2026, 6, 10))
    chain.verplaats(melding, moment_id(overdracht, 3), 3, JUNE + timedelta(hours=1), date(2026, 6, 20))

    state = folded(chain)
    moved = next(m for m in state.momenten if m.maand == 3)
    clock = next(c for c in state.termijnen if c.id == first.id)
    assert (moved.gepland_op, moved.uiterlijk) == (ams("2026-06-20 00:00"), ams("2026-06-21 00:00"))
    assert moved.oorspronkelijk == ams("2026-06-03 00:00")
    assert (clock.uiterlijk, clock.gewaarschuwd) == (moved.uiterlijk, False)
    assert "Gepland was dinsdag 2 juni 2026" in clock.uitleg[-1]
    assert "de betrokkenen zijn niet bereikt" in clock.uitleg[-1]
    assert [m.uiterlijk for m in state.momenten if m.maand != 3] == [m.uiterlijk for m in told.momenten if m.maand != 3]


def test_an_extra_moment_can_be_moved_too() -> None:
    chain, melding, overdracht = monitored()
    chain.moment_af(melding, moment_id(overdracht, 3), 3, JUNE, MonitorVervolg.INTENSIVEREN)
    extra = next(m for m in folded(chain).momenten if m.maand == 4)

    chain.verplaats(melding, extra.id, 4, JUNE + timedelta(days=1), date(2026, 7, 15))

    assert next(m for m in folded(chain).momenten if m.id == extra.id).uiterlijk == ams("2026-07-16 00:00")


@pytest.mark.parametrize("vervolg", [MonitorVervolg.DOORGAAN, MonitorVervolg.AFSLUITEN])
def test_a_moment_that_passed_undone_is_missed_when_a_later_one_is_done_and_stays_late(vervolg: MonitorVervolg) -> None:
    chain, melding, overdracht = monitored()
    assert {m.status for m in folded(chain).momenten} == {MonitormomentStatus.GEPLAND}  # late, and can still be done
    done_on = ams("2027-03-01 10:00")

    chain.moment_af(melding, moment_id(overdracht, 12), 12, done_on, vervolg)

    state = folded(chain)
    by_month = {m.maand: m.status for m in state.momenten}
    assert (by_month[3], by_month[12]) == (MonitormomentStatus.GEMIST, MonitormomentStatus.AFGEROND)
    assert by_month[18] is (
        MonitormomentStatus.GEPLAND if vervolg is MonitorVervolg.DOORGAAN else MonitormomentStatus.GEANNULEERD
    )
    clock = next(c for c in state.termijnen if c.ref_id == moment_id(overdracht, 3))
    assert (clock.gestopt_op, clock.vervallen, clock.in_time) == (done_on, True, False)
    assert (state.closing is not None) is (vervolg is MonitorVervolg.AFSLUITEN)


def test_a_moment_of_which_the_day_has_not_come_is_not_missed_because_another_was_done_early() -> None:
    chain, melding, overdracht = monitored()

    chain.moment_af(melding, moment_id(overdracht, 12), 12, JUNE, MonitorVervolg.DOORGAAN)

    assert {m.maand: m.status for m in folded(chain).momenten}[3] is MonitormomentStatus.GEPLAND


def test_a_moment_is_missed_from_its_last_midnight_on_until_it_is_done() -> None:
    end = ams("2026-06-03 00:00")

    assert is_gemist(MonitormomentStatus.GEPLAND, end, now=end)
    assert not is_gemist(MonitormomentStatus.GEPLAND, end, now=end - timedelta(microseconds=1))
    assert not is_gemist(MonitormomentStatus.AFGEROND, end, now=end)
    assert not is_gemist(MonitormomentStatus.GEANNULEERD, end, now=end)
    assert is_gemist(MonitormomentStatus.GEMIST, end, now=end)


@given(st.integers(0, 900), st.integers(0, 900))
def test_a_moment_can_be_put_from_today_to_a_month_after_its_day_and_never_further(planned: int, today: int) -> None:
    uiterlijk, now = ams("2026-06-03 00:00") + timedelta(days=planned), MONDAY + timedelta(days=today)

    first, last = earliest_and_latest_day(uiterlijk, now=now, settings=DEFAULT_SETTINGS)

    assert first == amsterdam_day(now)
    assert last - amsterdam_day(uiterlijk - timedelta(hours=1)) == timedelta(days=31)


def test_a_region_may_follow_one_dienst_at_other_months() -> None:
    chain, _, _ = monitored()
    other = replace(DEFAULT_SETTINGS, monitor_offsets_per_dienst=((DienstSoort.ONDERZOEK, (6, 12)),))
    elsewhere = replace(DEFAULT_SETTINGS, monitor_offsets_per_dienst=((DienstSoort.VOORWAARDEN_EN_VERVOLG, (6,)),))

    assert [m.maand for m in fold(chain.facts, other).momenten] == [6, 12]
    assert [m.maand for m in fold(chain.facts, elsewhere).momenten] == [3, 12, 18]


def test_after_it_was_opened_again_the_moments_are_planned_anew_from_the_new_acceptance() -> None:
    chain, melding, overdracht = monitored()
    chain.moment_af(melding, moment_id(overdracht, 3), 3, JUNE, MonitorVervolg.HEROPENEN)
    dossier, later = chain.heropen(melding, JUNE), JUNE + timedelta(days=30)
    chain.besluit(melding, later, Uitkomst.ONDERZOEK, dossier_id=dossier)
    dienst = chain.dienst(melding, later, ontvangen_op=JUNE)
    chain.conclusie(melding, dienst, later, BestemmingSoort.LOKAAL_VELD)
    again = chain.bied_aan(melding, later, dienst_id=dienst)
    chain.accepteer(melding, again, later, dienst_id=dienst)

    planned = [m for m in folded(chain).momenten if m.status is MonitormomentStatus.GEPLAND]

    assert [(m.overdracht_id, m.maand) for m in planned] == [(again, 3), (again, 12), (again, 18)]
    assert planned[0].start == later


def test_a_signal_of_another_organisation_is_heard_while_a_moment_is_still_to_come_and_not_before_or_after() -> None:
    chain, melding, overdracht = monitored()
    times = {"before": MONDAY - timedelta(days=1), "during": JUNE, "after": ams("2026-08-01 10:00")}
    for number, at in enumerate(times.values()):
        match = MatchOntvangen(
            match_id=UUID(int=number),
            signaal_id=UUID(int=9),
            melding_id=melding,
            gemeente_code=chain.gemeente_code,
            index=Verwijsindex.SISA,
            ontvangen_op=at,
        )
        chain.add(match, at)
    chain.moment_af(melding, moment_id(overdracht, 3), 3, ams("2026-07-01 10:00"), MonitorVervolg.AFSLUITEN)

    state = folded(chain)

    assert [one.ontvangen_op for one in matches_during_monitoring(state.heard, state.momenten)] == [times["during"]]


def test_every_reason_to_move_a_moment_is_said_in_dutch() -> None:
    assert set(REDENEN) == set(VerplaatsingReden)


def test_a_moment_that_was_done_stays_when_the_region_plans_otherwise() -> None:
    chain, melding, overdracht = monitored()
    chain.moment_af(melding, moment_id(overdracht, 3), 3, JUNE, MonitorVervolg.DOORGAAN)

    state = fold(chain.facts, replace(DEFAULT_SETTINGS, monitor_offsets_months=(6,)))

    assert [(m.maand, m.status) for m in state.momenten] == [
        (3, MonitormomentStatus.AFGEROND),
        (6, MonitormomentStatus.GEPLAND),
    ]


# --- closing ---


def test_a_melding_without_vervolg_closes_the_casus_with_its_uitkomst() -> None:
    chain = Chain()
    chain.besluit(chain.melding(MONDAY), MONDAY, Uitkomst.GEEN_VERVOLG)

    closing = folded(chain).closing

    assert closing is not None
    assert (closing.reden, closing.afgesloten_op) == ("geen-vervolg", MONDAY)


def test_a_casus_is_closed_once_and_opens_again_with_a_hermelding() -> None:
    chain = Chain()
    chain.besluit(chain.melding(MONDAY), MONDAY)
    first = folded(chain).closing
    assert first is not None
    told = chain.add(CasusAfgesloten(afgesloten_op=MONDAY, reden=first.reden), MONDAY)
    chain.facts[-1] = replace(told, id=first.event_id)
    closed = folded(chain)

    again = chain.melding(MONDAY + timedelta(days=9), hermelding=True)
    reopened = folded(chain)
    chain.besluit(again, MONDAY + timedelta(days=10))
    second = folded(chain)

    assert closed.is_closed
    assert reopened.closing is None
    assert second.closing is not None
    assert not second.is_closed, "the first closing says nothing of the second melding"


@pytest.mark.parametrize(
    "missing",
    ["MeldingOntvangen", "VeiligheidsbeoordelingAfgerond", "DienstGestart", "DienstAfgerond", "OverdrachtAangeboden",
     "OverdrachtGeaccepteerd"],
)  # fmt: skip
def test_a_casus_does_not_close_in_between_two_facts_that_cross(missing: str) -> None:
    chain, melding, overdracht = monitored()
    chain.moment_af(melding, moment_id(overdracht, 3), 3, JUNE, MonitorVervolg.AFSLUITEN)
    assert folded(chain).closing is not None

    without = [fact for fact in chain.facts if type(fact.payload).__name__ != missing]

    assert fold(without, DEFAULT_SETTINGS).closing is None


def test_a_refused_overdracht_keeps_the_casus_open_until_its_replacement_is_accepted() -> None:
    chain = Chain()
    melding = chain.melding(MONDAY)
    chain.besluit(melding, MONDAY, Uitkomst.OVERDRACHT, BestemmingSoort.LOKAAL_VELD)
    first = chain.bied_aan(melding, MONDAY)
    chain.weiger(melding, first, MONDAY)
    refused = folded(chain).closing
    second = chain.bied_aan(melding, MONDAY, vervangt=first)
    offered = folded(chain).closing

    chain.accepteer(melding, second, MONDAY + timedelta(days=1))

    closing = folded(chain).closing
    assert (refused, offered) == (None, None)
    assert closing is not None
    assert closing.reden == "overgedragen"


def test_heropenen_keeps_the_casus_open_until_triage_opened_and_decided() -> None:
    chain, melding, overdracht = monitored()
    chain.moment_af(melding, moment_id(overdracht, 3), 3, JUNE, MonitorVervolg.HEROPENEN)
    asked = folded(chain).closing
    dossier = chain.heropen(melding, JUNE)
    opened = folded(chain).closing

    chain.besluit(melding, JUNE + timedelta(days=1), dossier_id=dossier)

    assert (asked, opened) == (None, None)
    assert folded(chain).closing is not None


def test_an_advies_is_no_casus_that_closes() -> None:
    chain = Chain()

    chain.advies(MONDAY)

    assert folded(chain).closing is None


def test_regional_work_that_sets_conditions_is_not_monitored_by_default() -> None:
    chain = Chain()
    melding = chain.melding(MONDAY)
    dienst = chain.dienst(melding, MONDAY, DienstSoort.REGIONAAL_MAATWERK, ontvangen_op=MONDAY)
    chain.accepteer(melding, chain.bied_aan(melding, MONDAY, dienst_id=dienst), MONDAY, dienst_id=dienst)

    assert folded(chain).momenten == ()


# --- what was reached ---


def reached(maand: int, vervolg: MonitorVervolg, *, direct: bool, stabiel: bool) -> dict[str, str]:
    """Return what one ended moment counts of safety."""
    chain, melding, overdracht = monitored()
    chain.moment_af(melding, moment_id(overdracht, maand), maand, JUNE, vervolg)
    told = chain.facts.pop()
    assert isinstance(told.payload, MonitormomentAfgerond)
    payload = replace(told.payload, directe_veiligheid=direct, stabiele_veiligheid=stabiel)
    found = contributions(fold([*chain.facts, replace(told, payload=payload)], DEFAULT_SETTINGS))
    return {key.naam: key.waarde for key in found if key.naam in {"afsluitingenPerVeiligheid", "veiligNaEenJaar"}}


@pytest.mark.parametrize(
    ("direct", "stabiel", "what"),
    [(True, True, "stabiel-en-veilig"), (True, False, "direct-veilig"), (False, True, "niet-veilig")],
)
def test_an_end_of_monitoring_counts_by_the_safety_that_was_reached(direct: bool, stabiel: bool, what: str) -> None:
    ended = reached(3, MonitorVervolg.AFSLUITEN, direct=direct, stabiel=stabiel)

    assert ended == {"afsluitingenPerVeiligheid": what}
    assert reached(3, MonitorVervolg.DOORGAAN, direct=direct, stabiel=stabiel) == {}


def test_after_a_year_a_family_is_counted_as_stable_and_safe_or_not() -> None:
    safe = reached(12, MonitorVervolg.DOORGAAN, direct=True, stabiel=True)
    only_directly = reached(12, MonitorVervolg.DOORGAAN, direct=True, stabiel=False)

    assert safe == {"veiligNaEenJaar": "stabiel-en-veilig"}
    assert only_directly == {"veiligNaEenJaar": "niet-stabiel-of-veilig"}
