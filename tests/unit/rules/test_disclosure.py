"""Who may know the melder: the whole table is walked, and more protection never shows more."""

from dataclasses import replace
from itertools import product

import pytest

from shared.rules.codes import BekendmakingGrond, MelderSoort
from shared.rules.disclosure import (
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
OUTWARD = (Lezer.BETROKKENE, Lezer.KETENPARTNER)
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


@pytest.mark.parametrize("lezer", OUTWARD)
def test_a_professional_is_shown_only_when_open_and_without_a_ground(lezer: Lezer) -> None:
    for bekendmaking in ALL:
        expected = bekendmaking.openbaar is True and bekendmaking.grond is None
        assert _shown(MelderSoort.PROFESSIONAL, bekendmaking, lezer) is expected


@pytest.mark.parametrize("lezer", OUTWARD)
@pytest.mark.parametrize("soort", [MelderSoort.OMSTANDER, MelderSoort.BETROKKENE])
def test_who_is_no_professional_is_shown_only_with_explicit_consent(soort: MelderSoort, lezer: Lezer) -> None:
    for bekendmaking in ALL:
        contradicted = bekendmaking.openbaar is False or bekendmaking.grond is not None
        expected = bekendmaking.toestemming is True and not contradicted
        assert _shown(soort, bekendmaking, lezer) is expected
    assert _shown(soort, CONSENT, lezer)


@pytest.mark.parametrize("lezer", OUTWARD)
def test_an_unknown_melder_is_never_shown_outside(lezer: Lezer) -> None:
    assert not any(_shown(MelderSoort.ONBEKEND, bekendmaking, lezer) for bekendmaking in ALL)


@pytest.mark.parametrize("soort", MelderSoort)
def test_nothing_agreed_means_nothing_shown(soort: MelderSoort) -> None:
    assert not any(_shown(soort, Bekendmaking(), lezer) for lezer in OUTWARD)


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
