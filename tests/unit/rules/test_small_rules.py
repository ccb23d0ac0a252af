"""The small rules: burgerservicenummer, bewaartermijn, gemeenten, urgentie, grondslagen and the defaults."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.rules import bsn
from shared.rules.codes import TermijnSoort
from shared.rules.gemeenten import GEMEENTEN, GRJR_GEMEENTEN, current_gemeente, gemeente
from shared.rules.grondslagen import GRONDSLAGEN
from shared.rules.retention import retention_until
from shared.rules.settings import DEFAULT_SETTINGS, RuleSettings, TenWeeksAnchor
from shared.rules.urgentie import urgentie

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize("number", ["999990019", "123456782", "111222333"])
def test_a_number_that_passes_the_eleven_test_is_a_bsn(number: str) -> None:
    assert bsn.is_valid_bsn(number)


@pytest.mark.parametrize("number", ["", "123456789", "12345678", "1234567820", "000000000", "12345678a", "١٢٣٤٥٦٧٨٢"])
def test_a_number_that_fails_the_eleven_test_is_no_bsn(number: str) -> None:
    assert not bsn.is_valid_bsn(number)


@given(st.integers(0, bsn.count_test_bsn() - 2))
def test_every_test_number_is_valid_marked_and_different_from_the_next(n: int) -> None:
    number = bsn.test_bsn(n)

    assert bsn.is_test_bsn(number)
    assert number < bsn.test_bsn(n + 1)


def test_a_number_of_the_population_is_not_a_test_number() -> None:
    assert not bsn.is_test_bsn("123456782")
    assert not bsn.is_test_bsn("999999999")


@pytest.mark.parametrize("n", [-1, bsn.count_test_bsn()])
def test_there_are_no_test_numbers_beyond_the_range(n: int) -> None:
    with pytest.raises(ValueError, match="test numbers"):
        bsn.test_bsn(n)


@pytest.mark.parametrize(
    ("end", "youngest", "until"),
    [
        (date(2026, 6, 1), None, date(2046, 6, 1)),
        (date(2026, 6, 1), date(2020, 1, 1), date(2046, 6, 1)),
        (date(2024, 2, 29), None, date(2044, 2, 29)),
        (date(2024, 2, 29), date(2024, 2, 29), date(2044, 2, 29)),
    ],
)
def test_a_file_is_kept_for_twenty_years(end: date, youngest: date | None, until: date) -> None:
    assert retention_until(end, youngest) == until


def test_a_file_is_kept_until_the_youngest_child_is_eighteen() -> None:
    short = RuleSettings(bewaartermijn_jaren=5)

    assert retention_until(date(2026, 6, 1), date(2024, 2, 29), short) == date(2042, 3, 1)


def test_the_region_has_fifteen_municipalities_and_hoeksche_waard_belongs_to_another_veilig_thuis() -> None:
    hoeksche_waard = gemeente("1963")

    assert len(GRJR_GEMEENTEN) == 15
    assert hoeksche_waard is not None
    assert hoeksche_waard.vt_organisatie == "veilig-thuis-zuid-holland-zuid"
    assert "1963" not in GRJR_GEMEENTEN
    assert "1992" not in GRJR_GEMEENTEN


def test_a_municipality_outside_the_region_is_no_error() -> None:
    assert gemeente("0363") is None
    assert current_gemeente("0363", date(2026, 1, 1)) is None


@pytest.mark.parametrize("code", ["0501", "0530", "0614"])
def test_a_municipality_that_was_merged_is_answered_for_by_its_successor(code: str) -> None:
    before = current_gemeente(code, date(2022, 12, 31))
    after = current_gemeente(code, date(2023, 1, 1))

    assert before is GEMEENTEN[code]
    assert after is GEMEENTEN["1992"]
    assert not GEMEENTEN["1992"].exists_on(date(2022, 12, 31))
    assert GEMEENTEN["1992"].exists_on(date(2023, 1, 1))


def test_a_municipality_that_was_never_merged_answers_for_itself() -> None:
    assert current_gemeente("0599", date(2026, 1, 1)) is GEMEENTEN["0599"]


@pytest.mark.parametrize("code", GEMEENTEN)
def test_every_successor_exists_and_begins_when_its_predecessor_ends(code: str) -> None:
    row = GEMEENTEN[code]

    assert row.centrumregio in {"Rotterdam", "Vlaardingen", "Nissewaard"}
    if row.opvolger_code is not None:
        assert GEMEENTEN[row.opvolger_code].geldig_van == row.geldig_tot


def test_acute_stands_before_an_open_question_before_structural_before_the_rest() -> None:
    places = [
        urgentie(NOON, acuut=True, structureel=True),
        urgentie(NOON, acuut=True, structureel=False),
        urgentie(NOON, acuut=None, structureel=None),
        urgentie(NOON, acuut=False, structureel=True),
        urgentie(NOON, acuut=False, structureel=False),
    ]

    assert places == sorted(places, key=lambda place: place.urgentie_op)
    assert len({place.urgentie_op for place in places}) == len(places)


def test_an_ordinary_item_that_waited_longer_overtakes_a_structural_one_but_never_an_acute_one() -> None:
    old = urgentie(NOON - timedelta(days=15), acuut=False, structureel=False)
    structural = urgentie(NOON, acuut=False, structureel=True)
    acute = urgentie(NOON, acuut=True, structureel=None)

    assert acute.urgentie_op < old.urgentie_op < structural.urgentie_op


_MOMENTS = st.datetimes(datetime(2024, 1, 1), datetime(2028, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
_WEIGHTS = st.sampled_from([(True, True), (True, False), (None, None), (False, True), (False, None), (False, False)])


@given(_MOMENTS, _MOMENTS, _WEIGHTS, _WEIGHTS)
def test_in_a_queue_of_years_acute_is_first_and_what_nobody_looked_at_is_second(
    one: datetime, other: datetime, weighs: tuple[bool | None, bool | None], against: tuple[bool | None, bool | None]
) -> None:
    rank = {True: 0, None: 1, False: 2}
    first = urgentie(one, acuut=weighs[0], structureel=weighs[1])
    second = urgentie(other, acuut=against[0], structureel=against[1])

    if rank[weighs[0]] < rank[against[0]]:
        assert first.urgentie_op < second.urgentie_op


@given(_MOMENTS, st.timedeltas(timedelta(0), timedelta(days=100)))
def test_structural_danger_outweighs_two_weeks_of_waiting_and_nothing_sinks_for_ever(
    uiterlijk: datetime, older: timedelta
) -> None:
    structural = urgentie(uiterlijk, acuut=False, structureel=True)
    ordinary = urgentie(uiterlijk - older, acuut=False, structureel=False)

    assert (structural.urgentie_op < ordinary.urgentie_op) == (older < timedelta(days=14))


@given(st.lists(st.tuples(_MOMENTS, _WEIGHTS), min_size=2, max_size=20), st.timedeltas(timedelta(0), timedelta(365)))
def test_the_order_of_a_list_does_not_depend_on_when_it_is_read(
    items: list[tuple[datetime, tuple[bool | None, bool | None]]], later: timedelta
) -> None:
    def order(shift: timedelta) -> list[datetime]:
        return [urgentie(due + shift, acuut=a, structureel=s).urgentie_op - shift for due, (a, s) in items]

    assert order(timedelta(0)) == order(later)


@given(st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001
def test_who_is_due_earlier_stands_higher_among_equals(uiterlijk: datetime) -> None:
    earlier = urgentie(uiterlijk - timedelta(minutes=1), acuut=False, structureel=True)

    assert earlier.urgentie_op < urgentie(uiterlijk, acuut=False, structureel=True).urgentie_op


def test_the_place_on_the_work_list_is_explained() -> None:
    assert urgentie(NOON, acuut=True, structureel=True).uitleg == (
        "Acuut onveilig: gaat voor alles.",
        "Structureel onveilig: telt als 14 dagen ouder.",
        "Verder geldt: de vroegste termijn staat bovenaan.",
    )
    assert "acuutcheck" in urgentie(NOON, acuut=None, structureel=None).uitleg[0]


def test_a_naive_end_has_no_place_on_the_work_list() -> None:
    with pytest.raises(ValueError, match="zonder tijdzone"):
        urgentie(datetime(2026, 1, 1), acuut=None, structureel=None)  # noqa: DTZ001 (the fault under test)


def test_every_grondslag_says_what_it_is_and_where_it_was_read() -> None:
    for key, row in GRONDSLAGEN.items():
        assert key == row.sleutel
        assert row.citaat
        assert row.bron
        assert row.onderwerp.endswith(".")


def test_the_uncertain_points_have_the_defaults_that_were_agreed() -> None:
    assert DEFAULT_SETTINGS.ten_weeks_anchor is TenWeeksAnchor.BESLUIT
    assert DEFAULT_SETTINGS.monitor_offsets_months == (3, 12, 18)
    assert DEFAULT_SETTINGS.monitoring_after_direct_handover is False
    assert DEFAULT_SETTINGS.acceptatie_werkdagen == 5
    assert DEFAULT_SETTINGS.gelijkgestelde_dagen_zijn_vrij is False
    assert DEFAULT_SETTINGS.kpi_norm_veiligheidsbeoordeling_procent == 90
    assert DEFAULT_SETTINGS.kpi_norm_tien_weken_procent == 80
    assert hash(DEFAULT_SETTINGS) == hash(RuleSettings())


def test_the_words_of_the_terms_are_those_of_the_wire() -> None:
    assert {str(soort) for soort in TermijnSoort} >= {"acuutcheck", "veiligheidsbeoordeling", "monitormoment"}
