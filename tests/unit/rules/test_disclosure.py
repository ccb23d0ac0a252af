"""Who may know the melder: the whole table is walked, and more protection never shows more."""

from dataclasses import replace
from itertools import product

import pytest

from shared.rules.codes import BekendmakingGrond, MelderSoort
from shared.rules.disclosure import (
    OUTWARD,
    READERS,
    ROWS,
    Afspraak,
    Bekendmaking,
    Lezer,
    check_bekendmaking,
    is_dubbel_anoniem,
    melder_visible,
)

BOOLS = (None, False, True)
ALL = [
    Bekendmaking(openbaar, grond, toestemming, motivering_gegeven)
    for openbaar, grond, toestemming, motivering_gegeven in product(
        BOOLS, (None, *BekendmakingGrond), BOOLS, (False, True)
    )
]
OUTWARD_READERS = (Lezer.BETROKKENE, Lezer.KETENPARTNER)
OPEN = Bekendmaking(openbaar=True)
CONSENT = Bekendmaking(openbaar=True, toestemming=True)


def _shown(soort: MelderSoort, bekendmaking: Bekendmaking, lezer: Lezer) -> bool:
    return melder_visible(soort, bekendmaking, lezer).zichtbaar


def test_every_judgment_has_a_dutch_reason() -> None:
    for soort, bekendmaking, lezer in product(MelderSoort, ALL, Lezer):
        assert melder_visible(soort, bekendmaking, lezer).reden.endswith(".")


def test_veilig_thuis_and_the_melder_himself_always_see_and_others_never() -> None:
    for soort, bekendmaking in product(MelderSoort, ALL):
        assert _shown(soort, bekendmaking, Lezer.VEILIG_THUIS)
        assert _shown(soort, bekendmaking, Lezer.MELDER)
        assert not _shown(soort, bekendmaking, Lezer.GEMEENTE)
        assert not _shown(soort, bekendmaking, Lezer.ANDERS)


@pytest.mark.parametrize("lezer", OUTWARD_READERS)
def test_a_professional_is_shown_only_when_open_and_without_a_ground(lezer: Lezer) -> None:
    for bekendmaking in ALL:
        expected = bekendmaking.openbaar is True and bekendmaking.grond is None
        assert _shown(MelderSoort.PROFESSIONAL, bekendmaking, lezer) is expected


@pytest.mark.parametrize("lezer", OUTWARD_READERS)
@pytest.mark.parametrize("soort", [MelderSoort.OMSTANDER, MelderSoort.BETROKKENE])
def test_who_is_no_professional_is_shown_only_with_explicit_consent(soort: MelderSoort, lezer: Lezer) -> None:
    for bekendmaking in ALL:
        contradicted = bekendmaking.openbaar is False or bekendmaking.grond is not None
        expected = bekendmaking.toestemming is True and not contradicted
        assert _shown(soort, bekendmaking, lezer) is expected
    assert _shown(soort, CONSENT, lezer)


@pytest.mark.parametrize("lezer", OUTWARD_READERS)
def test_an_unknown_melder_is_never_shown_outside(lezer: Lezer) -> None:
    assert not any(_shown(MelderSoort.ONBEKEND, bekendmaking, lezer) for bekendmaking in ALL)


@pytest.mark.parametrize("soort", MelderSoort)
def test_nothing_agreed_means_nothing_shown(soort: MelderSoort) -> None:
    assert not any(_shown(soort, Bekendmaking(), lezer) for lezer in OUTWARD_READERS)


def test_more_protection_never_shows_more() -> None:
    for soort, bekendmaking, lezer in product(MelderSoort, ALL, Lezer):
        stricter = [
            replace(bekendmaking, openbaar=False),
            replace(bekendmaking, toestemming=False),
            *(replace(bekendmaking, grond=grond) for grond in BekendmakingGrond),
        ]
        for other in stricter:
            assert _shown(soort, other, lezer) <= _shown(soort, bekendmaking, lezer)


def test_the_family_and_a_receiving_partner_get_the_same_answer() -> None:
    for soort, bekendmaking in product(MelderSoort, ALL):
        assert _shown(soort, bekendmaking, Lezer.BETROKKENE) == _shown(soort, bekendmaking, Lezer.KETENPARTNER)


def test_only_a_melder_whom_nobody_knows_is_doubly_anonymous() -> None:
    assert [soort for soort in MelderSoort if is_dubbel_anoniem(soort)] == [MelderSoort.ONBEKEND]


@pytest.mark.parametrize(
    ("soort", "bekendmaking", "count"),
    [
        (MelderSoort.PROFESSIONAL, OPEN, 0),
        (MelderSoort.PROFESSIONAL, Bekendmaking(), 0),
        (MelderSoort.PROFESSIONAL, Bekendmaking(openbaar=False), 2),
        (MelderSoort.PROFESSIONAL, Bekendmaking(openbaar=False, grond=BekendmakingGrond.A), 1),
        (MelderSoort.PROFESSIONAL, Bekendmaking(False, BekendmakingGrond.B, None, True), 0),
        (MelderSoort.PROFESSIONAL, Bekendmaking(True, BekendmakingGrond.C, None, True), 1),
        (MelderSoort.PROFESSIONAL, Bekendmaking(None, BekendmakingGrond.C), 1),
        (MelderSoort.OMSTANDER, Bekendmaking(), 0),
        (MelderSoort.OMSTANDER, OPEN, 1),
        (MelderSoort.OMSTANDER, CONSENT, 0),
        (MelderSoort.BETROKKENE, Bekendmaking(openbaar=False, toestemming=True), 1),
        (MelderSoort.BETROKKENE, Bekendmaking(grond=BekendmakingGrond.A), 1),
        (MelderSoort.ONBEKEND, Bekendmaking(), 0),
        (MelderSoort.ONBEKEND, OPEN, 1),
        (MelderSoort.ONBEKEND, Bekendmaking(toestemming=True), 1),
    ],
)
def test_an_agreement_that_contradicts_the_rules_is_named(
    soort: MelderSoort, bekendmaking: Bekendmaking, count: int
) -> None:
    assert len(check_bekendmaking(soort, bekendmaking)) == count


def test_a_sound_agreement_that_hides_the_melder_hides_him_from_the_family() -> None:
    for soort, bekendmaking in product(MelderSoort, ALL):
        if not check_bekendmaking(soort, bekendmaking) and bekendmaking.openbaar is False:
            assert not _shown(soort, bekendmaking, Lezer.BETROKKENE)


# --- the table itself ------------------------------------------------------------------------------------------


def test_the_table_has_an_answer_for_every_combination() -> None:
    kinds = len(MelderSoort) * (1 + len(BekendmakingGrond)) * len(BOOLS) * len(BOOLS) * len(Lezer)

    assert len(ROWS) == kinds == len({(row.melder_soort, row.bekendmaking, row.lezer) for row in ROWS})
    assert set(OUTWARD) == set(MelderSoort)
    assert all(set(agreements) == set(Afspraak) for agreements in OUTWARD.values())
    assert set(READERS) == set(Lezer)


def test_the_rows_are_what_the_rule_answers() -> None:
    assert all(row.oordeel == melder_visible(row.melder_soort, row.bekendmaking, row.lezer) for row in ROWS)


def test_a_motivation_alone_changes_nothing() -> None:
    for row in ROWS:
        motivated = replace(row.bekendmaking, motivering_gegeven=True)
        assert melder_visible(row.melder_soort, motivated, row.lezer) == row.oordeel


def test_taking_protection_away_one_step_at_a_time_is_the_only_way_to_be_seen() -> None:
    """Order the agreements by protection: of two that differ in one answer the more protecting never shows more."""
    openness = {True: 0, None: 1, False: 2}
    by_key = {(row.melder_soort, row.bekendmaking, row.lezer): row.oordeel.zichtbaar for row in ROWS}
    for (soort, agreed, lezer), seen in by_key.items():
        for value, rank in openness.items():
            if rank > openness[agreed.openbaar]:
                assert by_key[soort, replace(agreed, openbaar=value), lezer] <= seen
            if rank > openness[agreed.toestemming]:
                assert by_key[soort, replace(agreed, toestemming=value), lezer] <= seen


# --- the rules of the protocol, each by itself -----------------------------------------------------------------


def test_rule_1_veilig_thuis_knows_who_reports_and_one_whom_it_does_not_know_is_shown_to_nobody() -> None:
    assert all(_shown(soort, agreed, Lezer.VEILIG_THUIS) for soort, agreed in product(MelderSoort, ALL))
    assert not any(_shown(MelderSoort.ONBEKEND, agreed, lezer) for agreed, lezer in product(ALL, OUTWARD_READERS))


def test_rule_2_towards_the_family_a_report_is_open() -> None:
    assert _shown(MelderSoort.PROFESSIONAL, OPEN, Lezer.BETROKKENE)


@pytest.mark.parametrize("soort", [MelderSoort.OMSTANDER, MelderSoort.BETROKKENE])
def test_rule_3_a_neighbour_or_relative_is_named_with_explicit_consent_only(soort: MelderSoort) -> None:
    assert _shown(soort, Bekendmaking(toestemming=True), Lezer.BETROKKENE)
    for other in (OPEN, Bekendmaking(), Bekendmaking(openbaar=True, toestemming=False)):
        assert not _shown(soort, other, Lezer.BETROKKENE)


@pytest.mark.parametrize("grond", BekendmakingGrond)
def test_rule_4_a_professional_is_named_unless_a_ground_is_recorded(grond: BekendmakingGrond) -> None:
    for openbaar, toestemming in product(BOOLS, BOOLS):
        agreed = Bekendmaking(openbaar=openbaar, grond=grond, toestemming=toestemming)
        assert not _shown(MelderSoort.PROFESSIONAL, agreed, Lezer.BETROKKENE)
        assert f"(grond {grond})" in melder_visible(MelderSoort.PROFESSIONAL, agreed, Lezer.BETROKKENE).reden


@pytest.mark.parametrize("grond", BekendmakingGrond)
def test_rule_5_who_is_hidden_from_the_family_is_hidden_from_whose_file_they_read(grond: BekendmakingGrond) -> None:
    agreed = Bekendmaking(openbaar=False, grond=grond, motivering_gegeven=True)

    assert not _shown(MelderSoort.PROFESSIONAL, agreed, Lezer.KETENPARTNER)


@pytest.mark.parametrize("lezer", [Lezer.GEMEENTE, Lezer.ANDERS])
def test_a_municipality_and_anyone_else_never_see_the_melder(lezer: Lezer) -> None:
    assert not any(row.oordeel.zichtbaar for row in ROWS if row.lezer is lezer)


def test_the_melder_always_sees_himself() -> None:
    assert all(row.oordeel.zichtbaar for row in ROWS if row.lezer is Lezer.MELDER)
