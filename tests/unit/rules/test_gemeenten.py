"""Municipalities in time: mergers, successors, which Veilig Thuis, and what is for us."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.rules import gemeenten
from shared.rules.codes import BestemmingSoort, Uitkomst
from shared.rules.gemeenten import (
    EIGEN_VT,
    GEMEENTEN,
    GRJR_GEMEENTEN,
    VT_ONBEKEND,
    VT_ORGANISATIES,
    VT_ZUID_HOLLAND_ZUID,
    Gemeente,
    VtPeriode,
    adressering_of,
    code_on,
    grjr_on,
    organisatie_naam,
    standing_codes,
    with_predecessors,
)
from shared.rules.routing import (
    CONCLUSIES,
    ROUTES,
    STATUSCODE_OVERDRACHT,
    STATUSCODE_ZONDER_OVERDRACHT,
    Bestemming,
    Ontvanger,
    RoutingError,
    default_organisatie,
    route_besluit,
    route_conclusie,
)
from shared.rules.statuscodes import OMSCHRIJVING, Statuscode

MERGER = date(2023, 1, 1)
BEFORE = MERGER - timedelta(days=1)
VOORNE = "1992"
MERGED = {"0501", "0530", "0614"}
HOEKSCHE_WAARD = "1963"
ELSEWHERE = "0363"

days = st.dates(date(2015, 1, 1), date(2035, 12, 31))


def test_the_region_counts_fifteen_before_the_merger_and_thirteen_after_it() -> None:
    assert len(grjr_on(BEFORE)) == 15
    assert set(grjr_on(BEFORE)) == set(GRJR_GEMEENTEN)
    assert len(grjr_on(MERGER)) == 13
    assert set(GRJR_GEMEENTEN) - set(grjr_on(MERGER)) == MERGED
    assert set(grjr_on(MERGER)) - set(GRJR_GEMEENTEN) == {VOORNE}


def test_a_merged_code_stands_under_its_successor_from_the_day_of_the_merger() -> None:
    assert {code_on(code, BEFORE) for code in MERGED} == MERGED
    assert {code_on(code, MERGER) for code in MERGED} == {VOORNE}
    assert code_on(VOORNE, BEFORE) == VOORNE
    assert code_on(ELSEWHERE, MERGER) == ELSEWHERE


@given(st.sampled_from(sorted(GEMEENTEN)), days)
def test_where_a_code_stands_it_stays_and_it_exists(code: str, day: date) -> None:
    stands = code_on(code, day)

    assert code_on(stands, day) == stands
    assert GEMEENTEN[stands].exists_on(day) or stands == VOORNE


def test_who_works_for_a_merged_municipality_works_with_what_was_recorded_before() -> None:
    assert with_predecessors({VOORNE, "0599"}) == {VOORNE, "0599"} | MERGED
    assert with_predecessors({"0501"}) == {"0501"}
    assert with_predecessors(()) == frozenset()


def test_of_a_set_of_codes_only_those_that_exist_are_reported_unless_only_others_are_asked_for() -> None:
    everybody = with_predecessors({VOORNE})

    assert standing_codes(everybody, MERGER) == {VOORNE}
    assert standing_codes(everybody, BEFORE) == MERGED
    assert standing_codes({"0501"}, MERGER) == {"0501"}
    assert standing_codes({ELSEWHERE}, MERGER) == {ELSEWHERE}


def test_a_melding_is_ours_or_of_a_veilig_thuis_that_we_know_or_of_one_to_be_found() -> None:
    ours = adressering_of("0501", date(2026, 3, 2))
    hoeksche_waard = adressering_of(HOEKSCHE_WAARD, date(2026, 3, 2))
    far = adressering_of(ELSEWHERE, date(2026, 3, 2))

    assert (ours.juist, ours.vt_organisatie) == (True, None)
    assert (hoeksche_waard.juist, hoeksche_waard.vt_organisatie) == (False, VT_ZUID_HOLLAND_ZUID)
    assert (far.juist, far.vt, far.vt_organisatie) == (False, None, VT_ONBEKEND)


def test_a_municipality_can_change_of_veilig_thuis(monkeypatch: pytest.MonkeyPatch) -> None:
    perioden = (VtPeriode(VT_ZUID_HOLLAND_ZUID, tot=date(2028, 1, 1)), VtPeriode(EIGEN_VT, van=date(2028, 1, 1)))
    moved = Gemeente(HOEKSCHE_WAARD, "Hoeksche Waard", "Nissewaard", perioden)
    monkeypatch.setattr(gemeenten, "GEMEENTEN", {**GEMEENTEN, HOEKSCHE_WAARD: moved})

    assert adressering_of(HOEKSCHE_WAARD, date(2027, 12, 31)).vt_organisatie == VT_ZUID_HOLLAND_ZUID
    assert adressering_of(HOEKSCHE_WAARD, date(2028, 1, 1)).juist
    assert moved.vt_organisatie == EIGEN_VT


def test_every_veilig_thuis_in_the_table_has_a_name_and_a_number_that_is_marked_as_made_up() -> None:
    named = {periode.organisatie for row in GEMEENTEN.values() for periode in row.vt_perioden}

    assert named <= set(VT_ORGANISATIES)
    assert all(len(one.oin) == 20 and one.oin.isdigit() and one.oin_fictief for one in VT_ORGANISATIES.values())


def test_an_organisation_is_named_as_far_as_its_id_tells() -> None:
    assert organisatie_naam(VT_ZUID_HOLLAND_ZUID) == "Veilig Thuis Zuid-Holland Zuid"
    assert organisatie_naam("lokaal-team-0599") == "Lokaal team Rotterdam"
    assert organisatie_naam("lokaal-team-0363") == "lokaal-team-0363"
    assert organisatie_naam("0599") == "0599"
    assert organisatie_naam("lthg-1930") == "Lokaal Team Huiselijk Geweld Nissewaard"
    assert organisatie_naam("wmo-0502") == "Wmo-team Capelle aan den IJssel"
    assert organisatie_naam("opvang-0599") == "opvang-0599"


# --- routed on -------------------------------------------------------------------------------------------------------


def test_a_misaddressed_melding_is_offered_to_the_veilig_thuis_of_the_municipality_and_not_closed() -> None:
    routering = route_besluit(Uitkomst.ONJUIST_GEADRESSEERD, [], HOEKSCHE_WAARD)

    assert (routering.statuscode, routering.sluit) == ("VT-99", False)
    assert routering.bestemmingen == (
        Ontvanger(BestemmingSoort.VEILIG_THUIS_ELDERS, VT_ZUID_HOLLAND_ZUID, draagt_zicht=True),
    )


def test_where_nobody_knows_the_veilig_thuis_the_melding_is_not_let_go_until_one_is_named() -> None:
    with pytest.raises(RoutingError, match="Zoek uit"):
        route_besluit(Uitkomst.ONJUIST_GEADRESSEERD, [], ELSEWHERE)

    named = Bestemming(BestemmingSoort.VEILIG_THUIS_ELDERS, "veilig-thuis-amsterdam")
    routering = route_besluit(Uitkomst.ONJUIST_GEADRESSEERD, [named], ELSEWHERE)

    assert [one.organisatie_id for one in routering.bestemmingen] == ["veilig-thuis-amsterdam"]
    assert not routering.sluit


def test_a_misaddressed_melding_goes_to_no_other_kind_of_receiver_and_not_to_ourselves() -> None:
    local = Bestemming(BestemmingSoort.LOKAAL_VELD)
    ourselves = Bestemming(BestemmingSoort.VEILIG_THUIS_ELDERS, EIGEN_VT)

    with pytest.raises(RoutingError, match="alleen naar een andere Veilig Thuis"):
        route_besluit(Uitkomst.ONJUIST_GEADRESSEERD, [local], HOEKSCHE_WAARD)
    with pytest.raises(RoutingError, match="uw eigen Veilig Thuis"):
        route_besluit(Uitkomst.ONJUIST_GEADRESSEERD, [ourselves], HOEKSCHE_WAARD)


def test_after_a_merger_the_local_team_of_the_successor_is_the_receiver() -> None:
    besluit = route_besluit(Uitkomst.PREVENTIEVE_ZORGMELDING, [], "0501", MERGER)
    before = route_besluit(Uitkomst.PREVENTIEVE_ZORGMELDING, [], "0501", BEFORE)
    local = Bestemming(BestemmingSoort.LOKAAL_VELD)
    dienst = next(iter(CONCLUSIES.items()))
    conclusie = route_conclusie(next(iter(dienst[1].diensten)), dienst[0], [local], "0501", MERGER)

    assert besluit.bestemmingen[0].organisatie_id == "lokaal-team-1992"
    assert before.bestemmingen[0].organisatie_id == "lokaal-team-0501"
    assert conclusie.bestemmingen[0].organisatie_id == "lokaal-team-1992"
    assert default_organisatie(BestemmingSoort.VEILIG_THUIS_ELDERS, "0599") is None


# --- status codes ----------------------------------------------------------------------------------------------------


def test_the_codes_are_those_of_the_standard_to_the_letter() -> None:
    assert {code.value: label for code, label in OMSCHRIJVING.items()} == {
        "VT-00": "Melding niet ontvankelijk",
        "VT-01-01": "Uitkomst veiligheidsbeoordeling: Vervolgstappen belegd bij VT",
        "VT-01-02": "Uitkomst veiligheidsbeoordeling: Overdracht",
        "VT-01-03": "Uitkomst veiligheidsbeoordeling: Geen vervolgstappen nodig",
        "VT-01-04": "Uitkomst veiligheidsbeoordeling: Inzet regionaal maatwerk VT",
        "VT-02": "Overdracht",
        "VT-03": "Afsluiting zonder overdracht",
        "VT-99": "Melding onjuist geadresseerd",
    }
    assert set(OMSCHRIJVING) == set(Statuscode)


def test_every_route_ends_in_a_code_of_the_standard() -> None:
    used = {route.statuscode for route in ROUTES.values()} | {STATUSCODE_OVERDRACHT, STATUSCODE_ZONDER_OVERDRACHT}

    assert used == {code.value for code in Statuscode}
