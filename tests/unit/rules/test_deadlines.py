"""Every term of the chain: known vectors, the statute article by article, and properties over the space."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.rules.calendar import (
    AMSTERDAM,
    GELIJKGESTELDE_DAGEN,
    Kalender,
    amsterdam_day,
    free_reason,
    midnight_after,
)
from shared.rules.codes import SchoolRegio, TermijnSoort
from shared.rules.deadlines import (
    AFGESPROKEN,
    TERMIJNEN,
    Berekening,
    add_months,
    compute_termijn,
    format_day,
    start_of_ten_weeks,
    termijn_regel,
    uitstel_maximaal,
)
from shared.rules.grondslagen import GRONDSLAGEN
from shared.rules.settings import DEFAULT_SETTINGS, Eenheid, RuleSettings, TenWeeksAnchor, Vooraf

VB = TermijnSoort.VEILIGHEIDSBEOORDELING
WERKDAG_SOORTEN = [soort for soort, regel in TERMIJNEN.items() if regel.eenheid is Eenheid.WERKDAGEN]
WEKEN_SOORTEN = [soort for soort, regel in TERMIJNEN.items() if regel.eenheid is Eenheid.WEKEN]
DAY_SOORTEN = [soort for soort in TermijnSoort if soort is not TermijnSoort.HUISVERBOD]

moments = st.datetimes(datetime(1900, 1, 2), datetime(9989, 12, 30), timezones=st.just(UTC))  # noqa: DTZ001
near_moments = st.datetimes(datetime(2015, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


def _amsterdam(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=AMSTERDAM)


def _last_day(berekening: Berekening) -> date:
    return amsterdam_day(berekening.uiterlijk - timedelta(microseconds=1))


@pytest.mark.parametrize(
    ("soort", "start", "last_day"),
    [
        (VB, "2024-03-27T10:00", "2024-04-05"),
        (VB, "2024-03-27T23:59", "2024-04-05"),
        (VB, "2024-03-28T00:00", "2024-04-08"),
        (VB, "2026-01-03T12:00", "2026-01-09"),  # received on a Saturday: Monday is the first day
        (VB, "2025-12-22T12:00", "2025-12-31"),  # both Kerstdagen
        (VB, "2025-12-24T12:00", "2026-01-05"),  # Kerstdagen, the weekend and Nieuwjaarsdag
        (VB, "2024-02-28T12:00", "2024-03-06"),  # a leap day is a day like others
        (VB, "2025-04-24T12:00", "2025-05-01"),  # Koningsdag 2025 fell on a Saturday and takes no day more
        (VB, "2031-04-24T12:00", "2031-05-01"),
        (VB, "2026-05-07T12:00", "2026-05-15"),  # a decreed day is a working day
        (TermijnSoort.ONDERZOEK, "2024-02-22T12:00", "2024-05-02"),
        (TermijnSoort.ONDERZOEK, "2024-03-11T12:00", "2024-05-21"),
        (TermijnSoort.VOORWAARDEN_EN_VERVOLG, "2024-03-01T12:00", "2024-05-13"),  # ends on a decreed Friday
        (TermijnSoort.INFORMEREN_BETROKKENEN, "2026-05-01T12:00", "2026-05-29"),
        (TermijnSoort.ACUUTCHECK, "2026-05-02T23:30", "2026-05-02"),  # a Saturday
        (TermijnSoort.HUISVERBOD_ADVIES, "2026-05-01T12:00", "2026-05-09"),
        (TermijnSoort.MONITORMOMENT, "2024-08-31T12:00", "2026-02-28"),
        (TermijnSoort.DOSSIERVERZOEK, "2026-03-02T12:00", "2026-04-02"),
        (TermijnSoort.DOSSIERVERZOEK, "2026-01-30T12:00", "2026-03-02"),  # 28 February is a Saturday
        (TermijnSoort.DOSSIERVERZOEK, "2024-01-31T23:30", "2024-02-29"),
        (TermijnSoort.DOSSIERVERZOEK, "2026-04-15T12:00", "2026-05-18"),  # 15 May is decreed, then a weekend
        (TermijnSoort.VERNIETIGINGSVERZOEK, "2026-03-02T12:00", "2026-06-02"),
        (TermijnSoort.VERNIETIGINGSVERZOEK, "2025-11-30T12:00", "2026-03-02"),
        (TermijnSoort.VERNIETIGINGSVERZOEK, "2046-03-02T12:00", "2046-06-04"),  # a Saturday
    ],
)
def test_a_term_ends_on_the_day_that_a_lawyer_would_count(soort: TermijnSoort, start: str, last_day: str) -> None:
    berekening = compute_termijn(soort, _amsterdam(start))

    assert _last_day(berekening).isoformat() == last_day
    assert berekening.uiterlijk == midnight_after(date.fromisoformat(last_day))
    assert berekening.uiterlijk.tzinfo is UTC


def test_the_end_of_the_day_is_one_hour_earlier_in_utc_in_summer() -> None:
    winter = compute_termijn(VB, _amsterdam("2024-03-18T12:00"))
    summer = compute_termijn(VB, _amsterdam("2024-03-27T12:00"))

    assert winter.uiterlijk.hour == 23
    assert summer.uiterlijk.hour == 22


HWC = TermijnSoort.HANDLE_WITH_CARE


@pytest.mark.parametrize(
    ("message", "lessons"),
    [
        pytest.param("2026-03-02T21:00", "2026-03-03T08:30", id="an evening"),
        pytest.param("2026-03-03T02:00", "2026-03-03T08:30", id="a night: the same morning"),
        pytest.param("2026-03-03T08:29", "2026-03-03T08:30", id="a minute before the lessons"),
        pytest.param("2026-03-03T08:30", "2026-03-04T08:30", id="as the lessons begin"),
        pytest.param("2026-03-06T18:00", "2026-03-09T08:30", id="a friday evening"),
        pytest.param("2026-03-28T18:00", "2026-03-30T08:30", id="the night in which summer time begins"),
        pytest.param("2026-07-17T12:00", "2026-08-31T08:30", id="the last day before the summer holiday"),
        pytest.param("2026-10-25T03:00", "2026-10-26T08:30", id="the last day of the autumn holiday, and winter time"),
        pytest.param("2026-04-02T18:00", "2026-04-07T08:30", id="easter"),
        pytest.param("2026-04-26T18:00", "2026-05-04T08:30", id="koningsdag in the may holiday"),
        pytest.param("2026-05-13T18:00", "2026-05-15T08:30", id="hemelvaartsdag; a decreed friday is a school day"),
    ],
)
def test_a_school_is_told_before_the_first_lessons_after_the_message(message: str, lessons: str) -> None:
    assert compute_termijn(HWC, _amsterdam(message)).uiterlijk == _amsterdam(lessons)


def test_on_school_days_the_lessons_begin_within_the_24_hours_and_warned_is_two_hours_before() -> None:
    berekening = compute_termijn(HWC, _amsterdam("2026-03-02T09:00"))

    assert berekening.uiterlijk - berekening.start < timedelta(hours=24)
    assert berekening.waarschuwen_op == _amsterdam("2026-03-03T06:30")
    assert not any("24 uur" in zin for zin in berekening.uitleg)


def test_while_the_schools_are_closed_the_24_hours_warn_and_are_said() -> None:
    berekening = compute_termijn(HWC, _amsterdam("2026-07-17T12:00"))

    assert berekening.waarschuwen_op == _amsterdam("2026-07-18T12:00")
    assert berekening.uitleg[2] == (
        "Geen schooldag: zaterdag 18 juli 2026 tot en met zondag 30 augustus 2026, zomervakantie regio midden."
    )
    assert "De 24 uur (Regiovisie" in berekening.uitleg[3]
    assert len(berekening.overgeslagen) == 44


def test_each_region_has_its_own_school_holidays_and_hour() -> None:
    settings = RuleSettings(schoolvakantie_regio=SchoolRegio.NOORD, handle_with_care_begin_lessen=time(8, 15))

    berekening = compute_termijn(HWC, _amsterdam("2026-08-14T12:00"), settings)

    assert berekening.uiterlijk == _amsterdam("2026-08-17T08:15")
    assert "(08.15 uur)" in berekening.uitleg[1]


def test_where_the_school_holidays_are_not_known_weekdays_count_and_it_is_said() -> None:
    berekening = compute_termijn(HWC, _amsterdam("2029-07-20T12:00"))

    assert berekening.uiterlijk == _amsterdam("2029-07-23T08:30")
    assert any("niet bekend; elke weekdag" in zin for zin in berekening.uitleg)


@given(near_moments)
def test_lessons_never_begin_on_a_day_without_school_nor_before_the_message(start: datetime) -> None:
    berekening = compute_termijn(HWC, start)
    lessons = berekening.uiterlijk.astimezone(AMSTERDAM)

    assert berekening.uiterlijk > start
    assert free_reason(lessons.date(), Kalender.SCHOOLDAG) is None
    assert (lessons.hour, lessons.minute) == (8, 30)
    assert all(free_reason(dag.dag, Kalender.SCHOOLDAG) == dag.reden for dag in berekening.overgeslagen)


def test_wth_a_huisverbod_ends_after_ten_days_at_the_hour_at_which_it_began() -> None:
    for start in ("2024-03-25T16:30", "2024-10-20T16:30", "2024-12-18T16:30"):
        berekening = compute_termijn(TermijnSoort.HUISVERBOD, _amsterdam(start))

        assert berekening.uiterlijk.astimezone(AMSTERDAM).replace(tzinfo=None) == datetime.fromisoformat(
            start
        ) + timedelta(days=10)
        assert berekening.overgeslagen == ()


def test_wth_9_a_huisverbod_is_extended_to_at_most_twenty_eight_days() -> None:
    extended = compute_termijn(TermijnSoort.HUISVERBOD, _amsterdam("2026-06-01T10:00"), dagen=28)

    assert extended.uiterlijk == _amsterdam("2026-06-29T10:00")
    assert "Wet tijdelijk huisverbod art. 9" in extended.uitleg[1]
    with pytest.raises(ValueError, match="huisverbod"):
        compute_termijn(TermijnSoort.HUISVERBOD, _amsterdam("2026-06-01T10:00"), dagen=29)


def test_wth_2_a_shortened_huisverbod_rests_on_the_same_article() -> None:
    assert termijn_regel(TermijnSoort.HUISVERBOD, dagen=5).grondslag == "wth-2"


def test_a_region_may_end_a_huisverbod_at_midnight() -> None:
    settings = RuleSettings(huisverbod_tot_op_het_uur=False)

    berekening = compute_termijn(TermijnSoort.HUISVERBOD, _amsterdam("2026-06-01T10:00"), settings)

    assert _last_day(berekening) == date(2026, 6, 11)


def test_atw_1_ten_weeks_that_end_on_a_feast_day_roll_on_and_say_so() -> None:
    berekening = compute_termijn(TermijnSoort.ONDERZOEK, _amsterdam("2024-03-11T12:00"))

    assert [(dag.dag, dag.reden) for dag in berekening.overgeslagen] == [(date(2024, 5, 20), "tweede Pinksterdag")]
    assert any("schuift door" in zin for zin in berekening.uitleg)


def test_atw_4_a_term_of_more_than_twelve_weeks_does_not_roll() -> None:
    twelve = compute_termijn(TermijnSoort.ONDERZOEK, _amsterdam("2024-02-26T12:00"), RuleSettings(tien_weken=12))
    thirteen = compute_termijn(TermijnSoort.ONDERZOEK, _amsterdam("2024-02-19T12:00"), RuleSettings(tien_weken=13))

    assert _last_day(twelve) == date(2024, 5, 21)
    assert _last_day(thirteen) == date(2024, 5, 20)
    assert any("meer dan twaalf weken" in zin for zin in thirteen.uitleg)


@pytest.mark.parametrize(
    ("start", "dagen", "last_day"),
    [
        ("2024-03-27T12:00", 5, "2024-04-02"),  # rolls over Easter; holds 28 March and 2 April
        ("2024-03-28T12:00", 5, "2024-04-03"),  # only 2 April was a working day
        ("2024-03-28T12:00", 3, "2024-04-03"),
        ("2024-06-03T12:00", 5, "2024-06-10"),  # ends on a Saturday
        ("2024-06-04T12:00", 2, "2024-06-06"),  # below three days art. 2 does not apply
        ("2024-02-20T12:00", 90, "2024-05-21"),
        ("2024-02-19T12:00", 91, "2024-05-20"),  # beyond ninety days nothing rolls
    ],
)
def test_atw_1_2_and_4_five_days_can_be_counted_as_calendar_days(start: str, dagen: int, last_day: str) -> None:
    settings = RuleSettings(veiligheidsbeoordeling_in_werkdagen=False, veiligheidsbeoordeling_dagen=dagen)

    berekening = compute_termijn(VB, _amsterdam(start), settings)

    assert _last_day(berekening).isoformat() == last_day


@pytest.mark.parametrize(("maanden", "last_day"), [(3, "2024-11-30"), (12, "2025-08-31"), (18, "2026-02-28")])
def test_a_monitormoment_falls_on_the_same_day_or_the_last_of_a_shorter_month(maanden: int, last_day: str) -> None:
    berekening = compute_termijn(TermijnSoort.MONITORMOMENT, _amsterdam("2024-08-31T09:00"), maanden=maanden)

    assert _last_day(berekening).isoformat() == last_day


def test_months_are_counted_backwards_too() -> None:
    assert add_months(date(2024, 3, 31), -1) == date(2024, 2, 29)
    assert add_months(date(2024, 1, 15), -1) == date(2023, 12, 15)


def test_informing_the_family_is_postponed_by_two_weeks_each_time() -> None:
    start = _amsterdam("2026-06-01T12:00")

    once = compute_termijn(TermijnSoort.INFORMEREN_BETROKKENEN, start, uitstel=1)

    assert _last_day(once) == date(2026, 7, 13)


@pytest.mark.parametrize(
    ("soort", "arguments", "settings"),
    [
        (VB, {"maanden": 3}, DEFAULT_SETTINGS),
        (TermijnSoort.MONITORMOMENT, {"maanden": 0}, DEFAULT_SETTINGS),
        (TermijnSoort.MONITORMOMENT, {"maanden": 61}, DEFAULT_SETTINGS),
        (VB, {"dagen": 10}, DEFAULT_SETTINGS),
        (TermijnSoort.HUISVERBOD, {"dagen": 0}, DEFAULT_SETTINGS),
        (VB, {"uitstel": 1}, DEFAULT_SETTINGS),
        (TermijnSoort.INFORMEREN_BETROKKENEN, {"uitstel": -1}, DEFAULT_SETTINGS),
        (TermijnSoort.INFORMEREN_BETROKKENEN, {"uitstel": 25}, DEFAULT_SETTINGS),
        (
            TermijnSoort.INFORMEREN_BETROKKENEN,
            {"uitstel": 1},
            RuleSettings(informeren_uitstel_toegestaan=False),
        ),
    ],
)
def test_an_argument_that_does_not_fit_the_term_is_refused(
    soort: TermijnSoort, arguments: dict[str, int], settings: RuleSettings
) -> None:
    with pytest.raises(ValueError, match="hoort alleen bij"):
        termijn_regel(soort, settings, **arguments)


@pytest.mark.parametrize("soort", TermijnSoort)
@pytest.mark.parametrize("year", [1, 1899, 9990, 9999])
def test_a_start_outside_the_calendar_is_refused_with_a_sentence(soort: TermijnSoort, year: int) -> None:
    with pytest.raises(ValueError, match="1900 tot en met 9989"):
        compute_termijn(soort, datetime(year, 1, 1, tzinfo=UTC))


@pytest.mark.parametrize("soort", TermijnSoort)
def test_a_naive_start_is_refused(soort: TermijnSoort) -> None:
    with pytest.raises(ValueError, match="zonder tijdzone"):
        compute_termijn(soort, datetime(2026, 1, 1))  # noqa: DTZ001 (the fault under test)


def test_the_ten_weeks_begin_at_the_besluit_unless_the_region_reads_it_otherwise() -> None:
    ontvangen_op, besloten_op = _amsterdam("2026-01-05T09:00"), _amsterdam("2026-01-12T09:00")
    by_receipt = RuleSettings(ten_weeks_anchor=TenWeeksAnchor.ONTVANGST)

    assert start_of_ten_weeks(ontvangen_op, besloten_op) == besloten_op
    assert start_of_ten_weeks(ontvangen_op, besloten_op, by_receipt) == ontvangen_op
    assert termijn_regel(TermijnSoort.ONDERZOEK, by_receipt).anker == "ontvangst van de melding"
    assert "besluit" in termijn_regel(TermijnSoort.ONDERZOEK).anker


@pytest.mark.parametrize("soort", TermijnSoort)
def test_every_term_has_a_row_whose_number_is_the_default_of_the_settings(soort: TermijnSoort) -> None:
    regel = TERMIJNEN[soort]

    assert termijn_regel(soort) == regel
    assert regel.grondslag in GRONDSLAGEN
    assert regel.anker
    assert regel.stopt


@pytest.mark.parametrize(
    ("vooraf", "waarschuwen_op"),
    [
        (Vooraf(2, Eenheid.WERKDAGEN), "2024-04-04T00:00"),
        (Vooraf(30, Eenheid.UREN), "2024-04-04T18:00"),
        (Vooraf(1, Eenheid.DAGEN), "2024-04-05T00:00"),
        (Vooraf(1, Eenheid.ETMALEN), "2024-04-05T00:00"),
        (Vooraf(1, Eenheid.ZELFDE_DAG), "2024-04-05T00:00"),
    ],
)
def test_a_region_chooses_how_long_beforehand_it_is_warned(vooraf: Vooraf, waarschuwen_op: str) -> None:
    settings = RuleSettings(waarschuwen_vooraf=((VB, vooraf),))

    berekening = compute_termijn(VB, _amsterdam("2024-03-27T12:00"), settings)

    assert berekening.waarschuwen_op == _amsterdam(waarschuwen_op)


def test_a_warning_by_months_or_weeks_keeps_to_the_calendar() -> None:
    start = _amsterdam("2024-08-31T12:00")
    soort = TermijnSoort.MONITORMOMENT
    months = RuleSettings(waarschuwen_vooraf=((soort, Vooraf(1, Eenheid.MAANDEN)),))

    assert compute_termijn(soort, start, months).waarschuwen_op == _amsterdam("2026-02-01T00:00")
    assert compute_termijn(soort, start).waarschuwen_op == _amsterdam("2026-02-15T00:00")


def test_five_working_days_warn_at_the_beginning_of_the_last_one() -> None:
    berekening = compute_termijn(VB, _amsterdam("2024-03-27T12:00"))

    assert berekening.waarschuwen_op == _amsterdam("2024-04-05T00:00")


def test_a_late_evening_acute_check_is_warned_of_half_way() -> None:
    berekening = compute_termijn(TermijnSoort.ACUUTCHECK, _amsterdam("2026-06-01T22:00"))

    assert berekening.waarschuwen_op == _amsterdam("2026-06-01T23:00")


def test_the_explanation_is_the_whole_working_in_dutch() -> None:
    uitleg = compute_termijn(VB, _amsterdam("2024-03-27T10:00")).uitleg

    assert uitleg == (
        "Begin: woensdag 27 maart 2024 om 10.00 uur (Nederlandse tijd); die dag zelf telt niet mee.",
        (
            "Regel: 5 werkdagen na ontvangst van de melding "
            "(wettelijke termijn; Uitvoeringsbesluit Wmo 2015 art. 4.1.7 lid 1)."
        ),
        "Niet meegeteld: vrijdag 29 maart 2024, Goede Vrijdag.",
        "Niet meegeteld: zaterdag 30 maart 2024, zaterdag.",
        "Niet meegeteld: zondag 31 maart 2024, zondag.",
        "Niet meegeteld: maandag 1 april 2024, tweede Paasdag.",
        "Laatste dag: vrijdag 5 april 2024.",
        "Te laat vanaf zaterdag 6 april 2024 om 00.00 uur (Nederlandse tijd).",
    )


def test_the_length_of_a_term_is_written_in_the_right_number() -> None:
    start = _amsterdam("2026-06-01T10:00")

    def rule(soort: TermijnSoort, settings: RuleSettings) -> str:
        return compute_termijn(soort, start, settings).uitleg[1]

    assert "Regel: 1 werkdag na" in rule(TermijnSoort.OVERDRACHT_ACCEPTATIE, RuleSettings(acceptatie_werkdagen=1))
    assert "op de eerstvolgende schooldag na" in rule(TermijnSoort.HANDLE_WITH_CARE, DEFAULT_SETTINGS)
    assert "Regel: dezelfde dag na" in rule(TermijnSoort.ACUUTCHECK, DEFAULT_SETTINGS)
    assert "1 kalenderdag(en) later" in rule(TermijnSoort.ACUUTCHECK, RuleSettings(acuutcheck_dagen_later=1))


def test_a_year_without_a_known_decree_is_said_in_the_explanation() -> None:
    known = compute_termijn(TermijnSoort.ONDERZOEK, _amsterdam("2026-06-01T10:00"))
    unknown = compute_termijn(TermijnSoort.ONDERZOEK, _amsterdam("2029-06-01T10:00"))

    assert not any("niet volledig bekend" in zin for zin in known.uitleg)
    assert any("2029 zijn hier niet volledig bekend" in zin for zin in unknown.uitleg)


@given(st.sampled_from(TermijnSoort), moments)
def test_a_term_always_ends_after_it_began_and_warns_in_between(soort: TermijnSoort, start: datetime) -> None:
    berekening = compute_termijn(soort, start)

    assert start <= berekening.waarschuwen_op < berekening.uiterlijk
    assert berekening.uiterlijk > start
    assert berekening.uitleg


@given(st.sampled_from(WERKDAG_SOORTEN + WEKEN_SOORTEN), moments)
def test_a_term_in_werkdagen_or_weeks_never_ends_on_a_free_day(soort: TermijnSoort, start: datetime) -> None:
    last_day = _last_day(compute_termijn(soort, start))

    assert free_reason(last_day, TERMIJNEN[soort].kalender) is None


@given(st.sampled_from(DAY_SOORTEN), near_moments, st.timedeltas(timedelta(), timedelta(days=30)))
def test_who_begins_later_never_ends_earlier(soort: TermijnSoort, start: datetime, later: timedelta) -> None:
    assert compute_termijn(soort, start).uiterlijk <= compute_termijn(soort, start + later).uiterlijk


@given(st.sampled_from(WERKDAG_SOORTEN), near_moments)
def test_the_explanation_lists_exactly_the_free_days_in_between(soort: TermijnSoort, start: datetime) -> None:
    berekening = compute_termijn(soort, start)
    first, last = amsterdam_day(start) + timedelta(days=1), _last_day(berekening)
    between = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    free = [day for day in between if free_reason(day, Kalender.WERKDAG) is not None]

    assert [dag.dag for dag in berekening.overgeslagen] == free
    assert len(between) - len(free) == TERMIJNEN[soort].aantal
    for day in free:
        assert any(format_day(day) in zin for zin in berekening.uitleg)


@given(st.sampled_from(WEKEN_SOORTEN), near_moments)
def test_weeks_end_on_the_same_weekday_plus_the_free_days_that_are_listed(soort: TermijnSoort, start: datetime) -> None:
    berekening = compute_termijn(soort, start)
    nominal = amsterdam_day(start) + timedelta(weeks=TERMIJNEN[soort].aantal)

    assert _last_day(berekening) == nominal + timedelta(days=len(berekening.overgeslagen))
    for dag in berekening.overgeslagen:
        assert dag.dag in GELIJKGESTELDE_DAGEN or free_reason(dag.dag, Kalender.WERKDAG) == dag.reden


@given(st.sampled_from([TermijnSoort.DOSSIERVERZOEK, TermijnSoort.VERNIETIGINGSVERZOEK]), moments)
def test_a_request_is_answered_after_whole_months_and_never_on_a_free_day(soort: TermijnSoort, start: datetime) -> None:
    regel = TERMIJNEN[soort]
    berekening = compute_termijn(soort, start)
    last, nominal = _last_day(berekening), add_months(amsterdam_day(start), regel.aantal)

    assert last == nominal + timedelta(days=len(berekening.overgeslagen))
    assert free_reason(last, regel.kalender) is None
    assert any(GRONDSLAGEN[regel.grondslag].citaat in zin for zin in berekening.uitleg)


def test_months_beyond_three_do_not_roll() -> None:
    start = _amsterdam("2026-02-28T12:00")
    four = compute_termijn(TermijnSoort.VERNIETIGINGSVERZOEK, start, RuleSettings(vernietigingsverzoek_maanden=4))

    assert _last_day(four) == date(2026, 6, 28)  # a Sunday
    assert any("drie maanden schuift niet door" in zin for zin in four.uitleg)


# --- a day that people agreed ------------------------------------------------------------------------------------


@pytest.mark.parametrize("soort", sorted(AFGESPROKEN))
def test_an_agreed_day_counts_until_midnight_and_is_said(soort: TermijnSoort) -> None:
    start = _amsterdam("2026-03-02T10:00")

    agreed = compute_termijn(soort, start, afgesproken=date(2026, 3, 8))  # a Sunday: what people agree does not roll

    assert agreed.uiterlijk == _amsterdam("2026-03-09T00:00")
    assert agreed.overgeslagen == ()
    assert agreed.uitleg == (
        "Begin: maandag 2 maart 2026 om 10.00 uur (Nederlandse tijd).",
        f"Regel: de dag die is afgesproken ({GRONDSLAGEN[TERMIJNEN[soort].grondslag].citaat}).",
        "Laatste dag: zondag 8 maart 2026.",
        "Te laat vanaf maandag 9 maart 2026 om 00.00 uur (Nederlandse tijd).",
    )


@pytest.mark.parametrize(
    ("day", "uiterlijk"),
    [
        (date(2026, 3, 29), "2026-03-29T22:00+00:00"),  # the day of 23 hours ends in summer time
        (date(2026, 10, 25), "2026-10-25T23:00+00:00"),  # the day of 25 hours ends in winter time
    ],
)
def test_an_agreed_day_on_which_the_clock_changes_ends_at_the_dutch_midnight(day: date, uiterlijk: str) -> None:
    berekening = compute_termijn(TermijnSoort.VEILIGHEIDSCHECK, _amsterdam("2026-03-02T10:00"), afgesproken=day)

    assert berekening.uiterlijk == datetime.fromisoformat(uiterlijk)


def test_an_agreed_day_before_the_start_is_the_day_of_the_start() -> None:
    late = _amsterdam("2026-03-02T23:59")

    berekening = compute_termijn(TermijnSoort.ACTIE, late, afgesproken=date(2020, 1, 1))

    assert berekening.uiterlijk == _amsterdam("2026-03-03T00:00")
    assert late < berekening.waarschuwen_op < berekening.uiterlijk


@pytest.mark.parametrize("soort", sorted(set(TermijnSoort) - AFGESPROKEN))
def test_a_term_of_the_law_or_the_region_is_not_agreed(soort: TermijnSoort) -> None:
    with pytest.raises(ValueError, match="kan geen dag worden afgesproken"):
        compute_termijn(soort, _amsterdam("2026-03-02T10:00"), afgesproken=date(2026, 3, 8))


@pytest.mark.parametrize("year", [1, 1899, 9990, 9999])
def test_an_agreed_day_outside_the_calendar_is_refused(year: int) -> None:
    with pytest.raises(ValueError, match="1900 tot en met 9989"):
        compute_termijn(TermijnSoort.ACTIE, _amsterdam("2026-03-02T10:00"), afgesproken=date(year, 1, 1))


@given(st.sampled_from(sorted(AFGESPROKEN)), near_moments, st.integers(-400, 400))
def test_an_agreed_term_ends_on_its_day_and_warns_between_half_way_and_the_end(
    soort: TermijnSoort, start: datetime, days: int
) -> None:
    today = amsterdam_day(start)

    berekening = compute_termijn(soort, start, afgesproken=today + timedelta(days=days))

    assert _last_day(berekening) == today + timedelta(days=max(days, 0))
    assert start + (berekening.uiterlijk - start) / 2 <= berekening.waarschuwen_op < berekening.uiterlijk
    assert berekening.uiterlijk == midnight_after(_last_day(berekening))


@given(st.sampled_from(sorted(AFGESPROKEN)), near_moments, st.integers(0, 400), st.integers(0, 400))
def test_who_agrees_a_later_day_never_has_less_time(soort: TermijnSoort, start: datetime, days: int, more: int) -> None:
    day = amsterdam_day(start) + timedelta(days=days)

    first, second = [compute_termijn(soort, start, afgesproken=day + timedelta(days=n)).uiterlijk for n in (0, more)]

    assert first <= second


@pytest.mark.parametrize(
    ("settings", "most"),
    [
        (DEFAULT_SETTINGS, 24),
        (RuleSettings(informeren_uitstel_toegestaan=False), 0),
        (RuleSettings(informeren_uitstel_weken=0), 0),
        (RuleSettings(informeren_weken=60), 0),
    ],
)
def test_informing_is_postponed_as_often_as_fits_in_a_year_and_no_more(settings: RuleSettings, most: int) -> None:
    soort = TermijnSoort.INFORMEREN_BETROKKENEN

    assert uitstel_maximaal(settings) == most
    assert termijn_regel(soort, settings, uitstel=most)
    with pytest.raises(ValueError, match="hoort alleen bij"):
        termijn_regel(soort, settings, uitstel=most + 1)
