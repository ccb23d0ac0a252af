"""The table of school holidays: whole, in order, and watched before it ends."""

from datetime import date, timedelta

import pytest

from shared.rules.calendar import Kalender, free_reason
from shared.rules.codes import SchoolRegio
from shared.rules.schoolvakanties import (
    KNOWN_UNTIL,
    SCHOOLVAKANTIES,
    WARN_BEFORE,
    school_holiday,
    school_holidays_known,
    school_holidays_run_out,
    schoolregio_of,
)
from shared.rules.settings import RuleSettings

NAMES = ["herfstvakantie", "kerstvakantie", "voorjaarsvakantie", "meivakantie", "zomervakantie"]
SUMMER_WEEKS = 6


@pytest.mark.parametrize("regio", SchoolRegio)
@pytest.mark.parametrize("schooljaar", ["2024-2025", "2025-2026", "2026-2027"])
def test_each_region_has_the_five_holidays_of_each_school_year_in_order(regio: SchoolRegio, schooljaar: str) -> None:
    rows = [row for row in SCHOOLVAKANTIES if row.schooljaar == schooljaar and regio in row.regios]

    assert [row.naam for row in rows] == NAMES
    for row in rows:
        assert (row.eerste_dag.weekday(), row.laatste_dag.weekday()) == (5, 6)
        assert row.eerste_dag.year in {int(year) for year in schooljaar.split("-")}
    assert [row.eerste_dag for row in rows] == sorted(row.eerste_dag for row in rows)
    assert (rows[-1].laatste_dag - rows[-1].eerste_dag).days + 1 == SUMMER_WEEKS * 7 + 2


def test_the_three_regions_begin_their_summer_apart() -> None:
    for schooljaar in ("2024-2025", "2025-2026", "2026-2027"):
        first = {row.eerste_dag for row in SCHOOLVAKANTIES if row.schooljaar == schooljaar and row.naam == NAMES[-1]}
        assert len(first) == len(SchoolRegio)


def test_every_row_says_where_it_was_read_and_what_was_not_confirmed_is_uncertain() -> None:
    assert all(row.bron for row in SCHOOLVAKANTIES)
    assert any(row.onzeker for row in SCHOOLVAKANTIES)
    assert not any(
        row.onzeker for row in SCHOOLVAKANTIES if SchoolRegio.MIDDEN in row.regios and row.eerste_dag.year > 2025
    )


def test_the_first_and_the_last_day_of_a_holiday_are_no_school_days_and_the_days_around_it_are() -> None:
    autumn = {date(2026, 10, 16): None, date(2026, 10, 19): NAMES[0], date(2026, 10, 23): NAMES[0]}
    for day, name in autumn.items():
        assert school_holiday(day, SchoolRegio.MIDDEN) == name
    assert free_reason(date(2026, 10, 26), Kalender.SCHOOLDAG) is None
    assert free_reason(date(2026, 10, 19), Kalender.SCHOOLDAG) == "herfstvakantie regio midden"
    # The week before is the one of the north.
    north = RuleSettings(schoolvakantie_regio=SchoolRegio.NOORD)
    assert free_reason(date(2026, 10, 12), Kalender.SCHOOLDAG, north) == "herfstvakantie regio noord"
    assert free_reason(date(2026, 10, 12), Kalender.SCHOOLDAG) is None


def test_a_closing_day_of_an_office_closes_no_school() -> None:
    closed = RuleSettings(extra_sluitingsdagen=frozenset({date(2026, 3, 3)}))

    assert free_reason(date(2026, 3, 3), Kalender.SCHOOLDAG, closed) is None
    assert free_reason(date(2026, 4, 3), Kalender.SCHOOLDAG) == "Goede Vrijdag"
    assert free_reason(date(2026, 4, 3), Kalender.SCHOOLDAG, RuleSettings(goede_vrijdag=False)) is None


def test_the_end_of_the_table_is_told_half_a_year_before() -> None:
    first_unknown = KNOWN_UNTIL[SchoolRegio.MIDDEN] + timedelta(days=1)

    assert school_holidays_run_out(first_unknown - WARN_BEFORE - timedelta(days=1)) is None
    assert school_holidays_run_out(first_unknown - WARN_BEFORE) == first_unknown
    assert school_holidays_run_out(first_unknown + timedelta(days=400)) == first_unknown
    assert school_holidays_known(first_unknown - timedelta(days=1), SchoolRegio.MIDDEN)
    assert not school_holidays_known(first_unknown, SchoolRegio.MIDDEN)


def test_a_municipality_can_lie_in_another_region_and_that_one_is_watched_too() -> None:
    settings = RuleSettings(schoolregio_per_gemeente=(("0748", SchoolRegio.NOORD),))

    assert schoolregio_of("0748", settings) is SchoolRegio.NOORD
    assert schoolregio_of("0599", settings) is SchoolRegio.MIDDEN
    assert school_holidays_run_out(date(2028, 1, 1), settings) == KNOWN_UNTIL[SchoolRegio.NOORD] + timedelta(days=1)
