"""The routes: every uitkomst, bestemming and conclusie has a row, and the functions only walk them."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.rules.codes import BestemmingSoort, Conclusie, DienstSoort, Uitkomst
from shared.rules.grondslagen import GRONDSLAGEN
from shared.rules.routing import (
    BESTEMMINGEN,
    CONCLUSIES,
    ROUTES,
    Bestemming,
    BestemmingEis,
    Ontvanger,
    RoutingError,
    route_besluit,
    route_conclusie,
    vt_monitors,
)
from shared.rules.settings import RuleSettings

ROTTERDAM = "0599"
LOKAAL = Bestemming(BestemmingSoort.LOKAAL_VELD)
RAAD = Bestemming(BestemmingSoort.RAAD_VOOR_DE_KINDERBESCHERMING)

bestemmingen = st.lists(
    st.builds(Bestemming, st.sampled_from(BestemmingSoort), st.sampled_from(["organisatie-1", "organisatie-2"])),
    min_size=1,
    max_size=8,
)


def test_what_the_professional_named_is_told_apart_from_a_standard() -> None:
    named = Bestemming(BestemmingSoort.OPVANG, "opvang-rotterdam-rijnmond")
    doubled = [LOKAAL, named, Bestemming(BestemmingSoort.OPVANG)]

    found = route_besluit(Uitkomst.OVERDRACHT, doubled, ROTTERDAM).bestemmingen

    assert [(one.soort, one.genoemd) for one in found] == [
        (BestemmingSoort.LOKAAL_VELD, False),
        (BestemmingSoort.OPVANG, True),
    ]


def test_every_uitkomst_bestemming_and_conclusie_has_a_row() -> None:
    assert set(ROUTES) == set(Uitkomst)
    assert set(BESTEMMINGEN) == set(BestemmingSoort)
    assert set(CONCLUSIES) == set(Conclusie)


def test_every_grondslag_of_a_route_is_a_known_article() -> None:
    named = {key for route in ROUTES.values() for key in route.grondslagen}
    named |= {key for regel in CONCLUSIES.values() for key in regel.grondslagen}

    assert named <= set(GRONDSLAGEN)


def test_no_two_bestemmingen_share_a_rang() -> None:
    assert len({regel.rang for regel in BESTEMMINGEN.values()}) == len(BESTEMMINGEN)


@pytest.mark.parametrize(
    ("uitkomst", "dienst", "sluit", "statuscode", "organisaties"),
    [
        (Uitkomst.ONDERZOEK, DienstSoort.ONDERZOEK, False, "VT-01-01", []),
        (Uitkomst.VOORWAARDEN_EN_VERVOLG, DienstSoort.VOORWAARDEN_EN_VERVOLG, False, "VT-01-01", []),
        (Uitkomst.REGIONAAL_MAATWERK, DienstSoort.REGIONAAL_MAATWERK, False, "VT-01-04", []),
        (Uitkomst.PREVENTIEVE_ZORGMELDING, None, False, "VT-01-02", ["lokaal-team-0599"]),
        (Uitkomst.BESTAANDE_CLIENT_GI, None, False, "VT-01-02", ["jbrr"]),
        (Uitkomst.AANPAK_JEUGDCRIMINALITEIT, None, False, "VT-01-02", ["pak-je-kans"]),
        (Uitkomst.VERZOEK_TOT_ONDERZOEK, None, False, "VT-01-02", ["raad-voor-de-kinderbescherming"]),
        (Uitkomst.GEEN_VERVOLG, None, True, "VT-01-03", []),
        (Uitkomst.NIET_ONTVANKELIJK, None, True, "VT-00", []),
        (Uitkomst.ONJUIST_GEADRESSEERD, None, True, "VT-99", []),
        (Uitkomst.OMGEZET_NAAR_ADVIES, None, True, "VT-01-03", []),
    ],
)
def test_a_besluit_without_named_receivers_goes_where_its_uitkomst_says(
    uitkomst: Uitkomst, dienst: DienstSoort | None, sluit: bool, statuscode: str, organisaties: list[str]
) -> None:
    routering = route_besluit(uitkomst, [], ROTTERDAM)

    assert (routering.dienst, routering.sluit, routering.statuscode) == (dienst, sluit, statuscode)
    assert [ontvanger.organisatie_id for ontvanger in routering.bestemmingen] == organisaties
    assert routering.grondslagen


def test_an_overdracht_goes_to_who_was_named() -> None:
    routering = route_besluit(Uitkomst.OVERDRACHT, [LOKAAL], ROTTERDAM)

    assert routering.statuscode == "VT-01-02"
    assert routering.bestemmingen == (Ontvanger(BestemmingSoort.LOKAAL_VELD, "lokaal-team-0599", draagt_zicht=True),)


def test_an_overdracht_without_a_receiver_is_refused_in_dutch() -> None:
    with pytest.raises(RoutingError, match="ten minste één bestemming") as refused:
        route_besluit(Uitkomst.OVERDRACHT, [], ROTTERDAM)

    assert refused.value.reden_nl == str(refused.value)


@pytest.mark.parametrize(
    "uitkomst", [uitkomst for uitkomst, route in ROUTES.items() if route.eis is BestemmingEis.VERBODEN]
)
def test_a_receiver_where_none_belongs_is_refused(uitkomst: Uitkomst) -> None:
    with pytest.raises(RoutingError, match="geen bestemming"):
        route_besluit(uitkomst, [LOKAAL], ROTTERDAM)


def test_the_receiver_of_the_uitkomst_is_added_to_those_named() -> None:
    routering = route_besluit(Uitkomst.VERZOEK_TOT_ONDERZOEK, [LOKAAL], ROTTERDAM)

    assert [(o.soort, o.draagt_zicht) for o in routering.bestemmingen] == [
        (BestemmingSoort.LOKAAL_VELD, True),
        (BestemmingSoort.RAAD_VOOR_DE_KINDERBESCHERMING, False),
    ]


def test_the_receiver_of_the_uitkomst_is_not_added_twice() -> None:
    named = Bestemming(BestemmingSoort.GECERTIFICEERDE_INSTELLING, "william-schrikker")

    routering = route_besluit(Uitkomst.BESTAANDE_CLIENT_GI, [named], ROTTERDAM)

    assert [o.organisatie_id for o in routering.bestemmingen] == ["william-schrikker"]


def test_only_for_another_kind_of_receiver_must_the_organisation_be_named() -> None:
    for soort in BestemmingSoort:
        if soort in {BestemmingSoort.ANDERS, BestemmingSoort.VEILIG_THUIS_ELDERS}:
            with pytest.raises(RoutingError, match="Noem de organisatie"):
                route_besluit(Uitkomst.OVERDRACHT, [Bestemming(soort)], ROTTERDAM)
        else:
            assert route_besluit(Uitkomst.OVERDRACHT, [Bestemming(soort)], ROTTERDAM).bestemmingen


@pytest.mark.parametrize("code", ["", "599", "05990", "abcd", "٠٥٩٩"])
def test_a_gemeente_code_that_is_not_four_digits_is_refused(code: str) -> None:
    with pytest.raises(RoutingError, match="vier cijfers"):
        route_besluit(Uitkomst.OVERDRACHT, [LOKAAL], code)


def test_a_gemeente_outside_the_region_has_its_own_local_team() -> None:
    assert route_besluit(Uitkomst.OVERDRACHT, [LOKAAL], "0363").bestemmingen[0].organisatie_id == "lokaal-team-0363"


@given(bestemmingen)
def test_among_several_receivers_exactly_one_is_the_candidate_holder_and_it_has_the_lowest_rang(
    named: list[Bestemming],
) -> None:
    ontvangers = route_besluit(Uitkomst.OVERDRACHT, named, ROTTERDAM).bestemmingen
    rangen = [BESTEMMINGEN[ontvanger.soort].rang for ontvanger in ontvangers]

    assert [ontvanger.draagt_zicht for ontvanger in ontvangers] == [True] + [False] * (len(ontvangers) - 1)
    assert rangen == sorted(rangen)
    assert {(o.soort, o.organisatie_id) for o in ontvangers} == {(b.soort, b.organisatie_id) for b in named}
    assert len(set(ontvangers)) == len({(b.soort, b.organisatie_id) for b in named})


@pytest.mark.parametrize(("dienst", "conclusie"), list(product(DienstSoort, Conclusie)))
def test_a_dienst_ends_only_with_a_conclusie_that_belongs_to_it(dienst: DienstSoort, conclusie: Conclusie) -> None:
    if dienst in CONCLUSIES[conclusie].diensten:
        assert route_conclusie(dienst, conclusie, [], ROTTERDAM).dienst is None
    else:
        with pytest.raises(RoutingError, match="kan niet eindigen"):
            route_conclusie(dienst, conclusie, [], ROTTERDAM)


@pytest.mark.parametrize("dienst", DienstSoort)
def test_every_dienst_can_end(dienst: DienstSoort) -> None:
    assert any(dienst in regel.diensten for regel in CONCLUSIES.values())


@pytest.mark.parametrize(
    ("dienst", "conclusie"),
    [
        (DienstSoort.ONDERZOEK, Conclusie.BEVESTIGD),
        (DienstSoort.VOORWAARDEN_EN_VERVOLG, Conclusie.VOORWAARDEN_VASTGESTELD),
    ],
)
def test_a_conclusie_that_needs_a_receiver_goes_to_the_local_field_unless_another_is_named(
    dienst: DienstSoort, conclusie: Conclusie
) -> None:
    by_default = route_conclusie(dienst, conclusie, [], ROTTERDAM)
    named = route_conclusie(dienst, conclusie, [RAAD], ROTTERDAM)

    assert [o.organisatie_id for o in by_default.bestemmingen] == ["lokaal-team-0599"]
    assert [o.organisatie_id for o in named.bestemmingen] == ["raad-voor-de-kinderbescherming"]
    assert (by_default.statuscode, by_default.sluit) == ("VT-02", False)


def test_what_was_not_confirmed_closes_unless_it_is_handed_over() -> None:
    closed = route_conclusie(DienstSoort.ONDERZOEK, Conclusie.NIET_BEVESTIGD, [], ROTTERDAM)
    handed = route_conclusie(DienstSoort.ONDERZOEK, Conclusie.NIET_BEVESTIGD, [LOKAAL], ROTTERDAM)

    assert (closed.sluit, closed.statuscode) == (True, "VT-03")
    assert (handed.sluit, handed.statuscode) == (False, "VT-02")


def test_what_was_refuted_closes_and_offers_destruction_and_goes_to_nobody() -> None:
    routering = route_conclusie(DienstSoort.ONDERZOEK, Conclusie.WEERLEGD, [], ROTTERDAM)

    assert (routering.sluit, routering.bestemmingen, routering.statuscode) == (True, (), "VT-03")
    assert [c for c, regel in CONCLUSIES.items() if regel.biedt_vernietiging_aan] == [Conclusie.WEERLEGD]
    with pytest.raises(RoutingError, match="geen bestemming"):
        route_conclusie(DienstSoort.ONDERZOEK, Conclusie.WEERLEGD, [LOKAAL], ROTTERDAM)


def test_only_a_verzoek_tot_onderzoek_is_told_to_the_college() -> None:
    assert [u for u, route in ROUTES.items() if route.college_informeren] == [Uitkomst.VERZOEK_TOT_ONDERZOEK]


@pytest.mark.parametrize(
    ("soort", "na_dienst", "after_direct", "monitors"),
    [
        (BestemmingSoort.LOKAAL_VELD, DienstSoort.ONDERZOEK, False, True),
        (BestemmingSoort.LOKAAL_VELD, DienstSoort.VOORWAARDEN_EN_VERVOLG, False, True),
        (BestemmingSoort.LOKAAL_VELD, DienstSoort.REGIONAAL_MAATWERK, False, False),
        (BestemmingSoort.LOKAAL_VELD, None, False, False),
        (BestemmingSoort.LOKAAL_VELD, None, True, True),
        (BestemmingSoort.GECERTIFICEERDE_INSTELLING, DienstSoort.ONDERZOEK, True, False),
    ],
)
def test_veilig_thuis_monitors_where_it_set_conditions_and_no_gi_watches(
    soort: BestemmingSoort, na_dienst: DienstSoort | None, after_direct: bool, monitors: bool
) -> None:
    settings = RuleSettings(monitoring_after_direct_handover=after_direct)

    assert vt_monitors(soort, na_dienst, settings) is monitors
