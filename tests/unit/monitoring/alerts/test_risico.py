"""The risk score gives the figures that were computed by hand from the published tables."""

from dataclasses import replace
from typing import Any

import pytest

from services.monitoring.domain.risico import (
    Centrum,
    Klasse,
    RisicoParameters,
    Risicoscore,
    Signaal,
    Spreiding,
    risk_scores,
)
from services.monitoring.store.reports import risk_data

AGAINST_REGION = {
    "Rotterdam": 53.1, "Schiedam": 37.0, "Vlaardingen": 31.8, "Nissewaard": 25.5, "Capelle aan den IJssel": 21.2,
    "Hellevoetsluis": 15.0, "Brielle": 9.8, "Krimpen aan den IJssel": 9.1, "Maassluis": 5.0, "Westvoorne": 1.2,
    "Ridderkerk": -0.8, "Goeree-Overflakkee": -4.9, "Albrandswaard": -12.5, "Barendrecht": -13.2,
    "Lansingerland": -13.9, "Hoeksche Waard": 0.8,
}  # fmt: skip
AGAINST_MEAN = {
    "Rotterdam": 42.5, "Schiedam": 26.3, "Vlaardingen": 21.1, "Nissewaard": 14.9, "Capelle aan den IJssel": 10.7,
    "Hellevoetsluis": 4.3, "Brielle": -1.8, "Krimpen aan den IJssel": -1.4, "Maassluis": -5.6, "Westvoorne": -9.7,
    "Ridderkerk": -11.4, "Goeree-Overflakkee": -12.9, "Albrandswaard": -23.1, "Barendrecht": -23.8,
    "Lansingerland": -24.5, "Hoeksche Waard": -5.5,
}  # fmt: skip
DEVIATIONS_AGAINST_MEAN = {
    "Brielle": -4.3, "Goeree-Overflakkee": -2.0, "Westvoorne": -1.4, "Krimpen aan den IJssel": -0.4,
    "Ridderkerk": -0.2, "Hellevoetsluis": -0.1, "Capelle aan den IJssel": 1.2, "Maassluis": 2.1, "Lansingerland": 3.3,
}  # fmt: skip


def scores(**changes: Any) -> dict[str, Risicoscore]:
    factoren, gemeenten = risk_data()
    made = risk_scores(factoren, gemeenten, replace(RisicoParameters(), **changes))
    return {score.gemeente: score for score in made}


@pytest.mark.parametrize(
    ("centrum", "published"),
    [(Centrum.REGIOGEMIDDELDE, AGAINST_REGION), (Centrum.GEMIDDELDE_GEMEENTEN, AGAINST_MEAN)],
)
def test_the_sum_of_z_scores_of_every_municipality_is_the_one_computed_by_hand(
    centrum: Centrum, published: dict[str, float]
) -> None:
    made = scores(centrum=centrum)

    assert {name: round(score.risicoscore, 1) for name, score in made.items()} == published


def test_forty_one_factors_count_and_the_double_one_does_not() -> None:
    assert scores()["Rotterdam"].aantal_factoren == 41
    assert scores()["Hoeksche Waard"].aantal_factoren < 25


def test_rotterdam_is_highest_and_lansingerland_lowest_in_every_variant() -> None:
    for centrum in Centrum:
        for spreiding in Spreiding:
            for omgekeerd in (False, True):
                made = scores(centrum=centrum, spreiding=spreiding, woz_omgekeerd=omgekeerd)

                order = sorted(made, key=lambda name: made[name].risicoscore)
                assert (order[-1], order[0]) == ("Rotterdam", "Lansingerland")


def test_every_well_measured_municipality_falls_in_its_published_class() -> None:
    missed = [name for name, score in scores().items() if score.klasse is not score.gepubliceerde_klasse]

    assert missed == ["Hoeksche Waard"]
    assert scores()["Hoeksche Waard"].gepubliceerde_klasse is Klasse.LAAG


def test_the_line_through_the_municipalities_gives_the_published_deviations() -> None:
    made = scores(centrum=Centrum.GEMIDDELDE_GEMEENTEN)

    assert {name: round(made[name].afwijking or 0, 1) for name in DEVIATIONS_AGAINST_MEAN} == DEVIATIONS_AGAINST_MEAN


def test_the_attention_bands_find_the_municipalities_with_fewer_and_more_than_expected() -> None:
    made = scores(centrum=Centrum.GEMIDDELDE_GEMEENTEN).values()

    fewer = {score.gemeente for score in made if score.signaal is Signaal.MINDER}
    more = {score.gemeente for score in made if score.signaal is Signaal.MEER}
    assert fewer == {"Brielle", "Goeree-Overflakkee", "Westvoorne"}
    assert more == {"Maassluis", "Lansingerland"}


def test_a_municipality_without_meldingen_has_a_score_and_no_deviation() -> None:
    hoeksche_waard = scores()["Hoeksche Waard"]

    assert (hoeksche_waard.meldingen_per_1000, hoeksche_waard.afwijking, hoeksche_waard.signaal) == (None, None, None)


def test_an_inverted_woz_lowers_only_what_lies_above_the_centre() -> None:
    usual, inverted = scores(), scores(woz_omgekeerd=True)

    assert round(inverted["Westvoorne"].risicoscore, 1) == -2.9
    assert inverted["Rotterdam"].risicoscore > usual["Rotterdam"].risicoscore
