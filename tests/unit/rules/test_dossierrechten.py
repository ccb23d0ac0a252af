"""The rights on a file as tables: every kind has its grounds, and the ages warn."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.rules.codes import DossierverzoekSoort
from shared.rules.dossierrechten import (
    GRONDEN,
    GRONDSLAG,
    LEEFTIJDEN,
    Hoedanigheid,
    Leeftijd,
    VerzoekWaarschuwing,
    Weigeringsgrond,
    age_group,
    may_refuse,
    needs,
    waarschuwing_of,
)
from shared.rules.grondslagen import GRONDSLAGEN
from shared.rules.settings import RuleSettings


def test_every_kind_has_its_grounds_and_its_article_and_every_key_is_known() -> None:
    assert set(GRONDEN) == set(GRONDSLAG) == set(DossierverzoekSoort)
    keys = {key for grounds in GRONDEN.values() for found in grounds.values() for key in found}
    assert keys | {key for found in GRONDSLAG.values() for key in found} <= set(GRONDSLAGEN)
    assert all(found for grounds in GRONDEN.values() for found in grounds.values())


def test_every_ground_is_good_for_something() -> None:
    assert {grond for grounds in GRONDEN.values() for grond in grounds} == set(Weigeringsgrond)


@pytest.mark.parametrize(
    ("soort", "gronden"),
    [
        (DossierverzoekSoort.INZAGE, {"privacy-van-een-ander", "goede-taakuitoefening"}),
        (DossierverzoekSoort.AFSCHRIFT, {"privacy-van-een-ander", "goede-taakuitoefening"}),
        (DossierverzoekSoort.CORRECTIE, {"geen-feitelijke-onjuistheid"}),
        (DossierverzoekSoort.VERKLARING, set()),
        (DossierverzoekSoort.BEPERKING, {"geen-grond-voor-beperking", "goede-taakuitoefening"}),
        (
            DossierverzoekSoort.VERNIETIGING,
            {"aanmerkelijk-belang-van-een-ander", "goed-hulpverlenerschap", "andere-wet"},
        ),
    ],
)
def test_a_request_is_refused_on_the_grounds_of_its_kind_only(soort: DossierverzoekSoort, gronden: set[str]) -> None:
    assert {grond for grond in Weigeringsgrond if may_refuse(soort, grond)} == gronden


def test_a_correction_and_a_statement_cannot_do_without_their_content() -> None:
    assert {soort: needs(soort) for soort in DossierverzoekSoort if needs(soort)} == {
        DossierverzoekSoort.CORRECTIE: "correctie",
        DossierverzoekSoort.VERKLARING: "verklaring",
    }


@pytest.mark.parametrize(
    ("born", "group"),
    [
        ("2014-06-02", Leeftijd.JONG),  # twelve tomorrow
        ("2014-06-01", Leeftijd.SAMEN),
        ("2010-06-02", Leeftijd.SAMEN),  # sixteen tomorrow
        ("2010-06-01", Leeftijd.ZELF),
        ("2026-06-01", Leeftijd.JONG),
        ("1950-01-01", Leeftijd.ZELF),
    ],
)
def test_the_ages_change_on_the_birthday(born: str, group: Leeftijd) -> None:
    assert age_group(date.fromisoformat(born), date(2026, 6, 1)) is group


def test_who_was_born_on_the_29th_of_february_is_a_year_older_on_the_first_of_march() -> None:
    assert age_group(date(2012, 2, 29), date(2024, 2, 28)) is Leeftijd.JONG
    assert age_group(date(2012, 2, 29), date(2024, 2, 29)) is Leeftijd.SAMEN
    assert age_group(date(2011, 2, 28), date(2023, 2, 28)) is Leeftijd.SAMEN


def test_a_region_sets_the_ages() -> None:
    settings = RuleSettings(dossierrecht_samen_vanaf=10, dossierrecht_zelf_vanaf=18)

    assert age_group(date(2016, 1, 1), date(2026, 6, 1), settings) is Leeftijd.SAMEN
    assert age_group(date(2009, 1, 1), date(2026, 6, 1), settings) is Leeftijd.SAMEN


@pytest.mark.parametrize("geboortedatum", [None, "", "2014", "2014-06", "morgen"])
def test_without_a_full_date_of_birth_there_is_no_warning(geboortedatum: str | None) -> None:
    assert all(waarschuwing_of(wie, geboortedatum, date(2026, 6, 1)) is None for wie in Hoedanigheid)


def test_every_age_in_every_quality_has_an_answer() -> None:
    assert set(LEEFTIJDEN) == {(age, wie) for age in Leeftijd for wie in Hoedanigheid}
    assert waarschuwing_of(Hoedanigheid.ZELF, "2018-01-01", date(2026, 6, 1)) is (
        VerzoekWaarschuwing.GEZAGDRAGENDE_VRAAGT
    )
    assert waarschuwing_of(Hoedanigheid.GEZAGDRAGEND, "2000-01-01", date(2026, 6, 1)) is VerzoekWaarschuwing.VRAAGT_ZELF


@given(st.dates(date(1920, 1, 1), date(2026, 1, 1)), st.dates(date(2026, 1, 1), date(2046, 1, 1)), st.integers(0, 4000))
def test_nobody_loses_a_right_by_growing_older(born: date, on: date, days: int) -> None:
    order = list(Leeftijd)
    later = date.fromordinal(on.toordinal() + days)

    assert order.index(age_group(born, later)) >= order.index(age_group(born, on))
