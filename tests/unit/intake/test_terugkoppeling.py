"""What a melder hears: which fact gives which line, and how much of it who may hear."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from services.intake.domain import terugkoppeling as rules
from services.intake.domain.terugkoppeling import Terugkoppeling, TerugkoppelingSoort
from services.intake.worker import HANDLERS
from shared.events.behandeling import DienstOmgezet
from shared.events.overdragen import ZichtOvergegaan
from shared.events.payloads import (
    Bestemming,
    DienstAfgerond,
    OverdrachtGeaccepteerd,
    VeiligheidsbeoordelingAfgerond,
)
from shared.rules import routing
from shared.rules.codes import BestemmingSoort, Conclusie, DienstSoort, MelderSoort, Uitkomst
from shared.rules.gemeenten import EIGEN_VT, VT_ZUID_HOLLAND_ZUID, adressering_of
from shared.rules.statuscodes import Statuscode

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
MELDING, DOSSIER, DIENST, OVERDRACHT = (UUID(int=number) for number in range(1, 5))
TEAM = Bestemming(soort=BestemmingSoort.LOKAAL_VELD, organisatie_id="lokaal-team-0599", draagt_zicht=True)


def besluit(uitkomst: Uitkomst, *bestemmingen: Bestemming, sluit: bool = False) -> VeiligheidsbeoordelingAfgerond:
    return VeiligheidsbeoordelingAfgerond(
        melding_id=MELDING,
        dossier_id=DOSSIER,
        gemeente_code="0599",
        uitkomst=uitkomst,
        acuut_onveilig=False,
        structureel_onveilig=False,
        besloten_op=NOW,
        statuscode={Uitkomst.OVERDRACHT: "VT-01-02", Uitkomst.GEEN_VERVOLG: "VT-01-03"}.get(uitkomst, "VT-99"),
        bestemmingen=bestemmingen,
        sluit=sluit,
        grondslagen=(),
    )


def dienst(soort: DienstSoort, *bestemmingen: Bestemming) -> DienstAfgerond:
    return DienstAfgerond(
        dienst_id=DIENST,
        melding_id=MELDING,
        gemeente_code="0599",
        soort=soort,
        conclusie=Conclusie.BEVESTIGD,
        afgerond_op=NOW,
        aantal_voorwaarden=0,
        bestemmingen=bestemmingen,
        sluit=not bestemmingen,
        grondslagen=(),
    )


def accepted(
    soort: BestemmingSoort = BestemmingSoort.LOKAAL_VELD,
    organisatie: str = "lokaal-team-0599",
    *,
    dienst_id: UUID | None = None,
    draagt_zicht: bool = True,
) -> OverdrachtGeaccepteerd:
    return OverdrachtGeaccepteerd(
        overdracht_id=OVERDRACHT,
        melding_id=MELDING,
        dienst_id=dienst_id,
        gemeente_code="0599",
        soort=soort,
        organisatie_id=organisatie,
        draagt_zicht=draagt_zicht,
        geaccepteerd_op=NOW + timedelta(days=1),
    )


def told(uitkomst: Uitkomst, *bestemmingen: Bestemming) -> Terugkoppeling:
    return rules.after_besluit(besluit(uitkomst, *bestemmingen), held_elsewhere=False)


def test_until_somebody_accepts_veilig_thuis_is_responsible_and_then_who_accepted() -> None:
    offered = told(Uitkomst.OVERDRACHT, TEAM)
    taken = rules.after_acceptatie(accepted(), [offered])

    assert (offered.statuscode, offered.verantwoordelijke) == (Statuscode.UITKOMST_OVERDRACHT, EIGEN_VT)
    assert offered.overdracht_aan == ("lokaal-team-0599",)
    assert (taken.statuscode, taken.verantwoordelijke) == (Statuscode.UITKOMST_OVERDRACHT, "lokaal-team-0599")


def test_a_second_receiver_is_named_and_is_not_responsible() -> None:
    line = rules.after_acceptatie(accepted(BestemmingSoort.JEUGD_GGZ, "jeugd-ggz", draagt_zicht=False), [])

    assert (line.overdracht_aan, line.verantwoordelijke) == (("jeugd-ggz",), None)


def test_after_a_closing_besluit_nobody_is_named_responsible() -> None:
    line = rules.after_besluit(besluit(Uitkomst.GEEN_VERVOLG, sluit=True), held_elsewhere=False)

    assert (line.statuscode, line.verantwoordelijke) == (Statuscode.GEEN_VERVOLG, None)


def test_who_took_over_for_another_melding_is_not_told_nor_is_veilig_thuis_named_in_its_place() -> None:
    line = rules.after_besluit(besluit(Uitkomst.OVERDRACHT, TEAM), held_elsewhere=True)
    ended = rules.after_dienst(dienst(DienstSoort.ONDERZOEK, TEAM), held_elsewhere=True)

    assert (line.verantwoordelijke, ended.verantwoordelijke) == (None, None)


@pytest.mark.parametrize("soort", DienstSoort)
def test_the_end_of_each_dienst_is_told_with_or_without_overdracht(soort: DienstSoort) -> None:
    with_team = rules.after_dienst(dienst(soort, TEAM), held_elsewhere=False)
    alone = rules.after_dienst(dienst(soort), held_elsewhere=False)

    assert with_team.soort in rules.BEWAAKT
    assert (with_team.statuscode, with_team.verantwoordelijke) == (Statuscode.OVERDRACHT, EIGEN_VT)
    assert (alone.statuscode, alone.verantwoordelijke) == (Statuscode.ZONDER_OVERDRACHT, None)


def test_an_acceptance_bears_the_code_of_what_handed_over() -> None:
    elders = BestemmingSoort.VEILIG_THUIS_ELDERS
    rerouted = rules.after_acceptatie(accepted(elders, VT_ZUID_HOLLAND_ZUID), [told(Uitkomst.ONJUIST_GEADRESSEERD)])
    moved_house = rules.after_acceptatie(accepted(elders, VT_ZUID_HOLLAND_ZUID), [told(Uitkomst.OVERDRACHT)])
    crossed = rules.after_acceptatie(accepted(elders, VT_ZUID_HOLLAND_ZUID), [])
    after_dienst = rules.after_acceptatie(accepted(dienst_id=DIENST), [])

    assert rerouted.statuscode is Statuscode.ONJUIST_GEADRESSEERD
    assert rerouted.verantwoordelijke == VT_ZUID_HOLLAND_ZUID
    assert moved_house.statuscode is Statuscode.UITKOMST_OVERDRACHT
    assert crossed.statuscode is Statuscode.ONJUIST_GEADRESSEERD
    assert after_dienst.statuscode is Statuscode.OVERDRACHT


@pytest.mark.parametrize("uitkomst", Uitkomst)
def test_whatever_is_decided_gives_a_line_with_the_code_of_its_route(uitkomst: Uitkomst) -> None:
    named = [routing.Bestemming(BestemmingSoort.LOKAAL_VELD)] if uitkomst is Uitkomst.OVERDRACHT else []
    routering = routing.route_besluit(uitkomst, named, "0599")

    line = rules.after_besluit(replace(besluit(uitkomst), statuscode=routering.statuscode), held_elsewhere=False)

    assert line.statuscode == routering.statuscode
    assert line.omschrijving


def test_a_receipt_says_at_once_when_the_melding_was_for_another_and_who_holds_it_meanwhile() -> None:
    ours = rules.on_receipt(MELDING, NOW, adressering_of("0599", NOW.date()))
    theirs = rules.on_receipt(MELDING, NOW, adressering_of("1963", NOW.date()))

    assert (ours.statuscode, ours.omschrijving) == (None, "De melding is ontvangen")
    assert theirs.statuscode is Statuscode.ONJUIST_GEADRESSEERD
    assert ours.verantwoordelijke == theirs.verantwoordelijke == EIGEN_VT


def test_the_newest_code_counts_and_words_change_nothing() -> None:
    first, later = told(Uitkomst.OVERDRACHT, TEAM), rules.after_acceptatie(accepted(dienst_id=DIENST), [])
    words = rules.by_hand(UUID(int=9), MELDING, "Tot morgen.", NOW + timedelta(days=9))

    assert rules.last_statuscode([words, later, first]) is Statuscode.OVERDRACHT
    assert rules.last_statuscode([]) is None


# --- who hears what --------------------------------------------------------------------------------------------------

LINES = (
    rules.on_receipt(MELDING, NOW, adressering_of("1963", NOW.date())),
    told(Uitkomst.OVERDRACHT, TEAM),
    rules.after_dienst(dienst(DienstSoort.ONDERZOEK, TEAM), held_elsewhere=False),
    rules.after_acceptatie(accepted(), []),
    rules.by_hand(UUID(int=9), MELDING, "Wij belden u.", NOW),
)


def test_a_professional_hears_every_line_whole() -> None:
    assert [rules.heard_by(MelderSoort.PROFESSIONAL, line) for line in LINES] == list(LINES)


@pytest.mark.parametrize("soort", [MelderSoort.OMSTANDER, MelderSoort.BETROKKENE])
def test_who_is_no_professional_hears_that_it_was_judged_and_not_how_nor_where_it_went(soort: MelderSoort) -> None:
    heard = [rules.heard_by(soort, line) for line in LINES[1:]]

    shown = [line for line in heard if line]
    assert [line.soort for line in shown] == [
        TerugkoppelingSoort.NA_VEILIGHEIDSBEOORDELING,
        TerugkoppelingSoort.NA_ONDERZOEK,
        TerugkoppelingSoort.TOELICHTING,
    ]
    assert {(line.statuscode, line.overdracht_aan, line.verantwoordelijke) for line in shown} == {(None, (), None)}
    assert shown[0].omschrijving == "De melding is beoordeeld"
    assert shown[-1].toelichting == "Wij belden u."


def test_an_unknown_melder_hears_nothing_but_that_it_came_in_at_the_wrong_door() -> None:
    assert [rules.heard_by(MelderSoort.ONBEKEND, line) for line in LINES] == [LINES[0], None, None, None, None]


@pytest.mark.parametrize("soort", MelderSoort)
def test_only_what_a_professional_reads_himself_is_proof_that_the_melder_heard_it(soort: MelderSoort) -> None:
    proof = [line.soort for line in LINES if rules.is_delivered_by_reading(soort, line)]

    watched = [TerugkoppelingSoort.NA_VEILIGHEIDSBEOORDELING, TerugkoppelingSoort.NA_ONDERZOEK]
    assert proof == (watched if soort is MelderSoort.PROFESSIONAL else [])


@pytest.mark.parametrize("soort", MelderSoort)
def test_only_a_professional_whose_organisation_gets_the_casus_has_a_part_in_the_follow_up(soort: MelderSoort) -> None:
    heard = rules.heard_by(soort, told(Uitkomst.OVERDRACHT, TEAM))

    assert rules.has_part(heard, "lokaal-team-0599") is (soort is MelderSoort.PROFESSIONAL)
    assert not rules.has_part(heard, "politie")


def test_a_refuted_melding_ends_without_overdracht_and_nobody_holds_sight_any_more() -> None:
    routed = routing.route_conclusie(DienstSoort.ONDERZOEK, Conclusie.WEERLEGD, (), "0599")
    line = rules.after_dienst(dienst(DienstSoort.ONDERZOEK), held_elsewhere=False)

    assert (routed.statuscode, routed.bestemmingen, routed.sluit) == (Statuscode.ZONDER_OVERDRACHT, (), True)
    assert (line.statuscode, line.verantwoordelijke) == (Statuscode.ZONDER_OVERDRACHT, None)


def test_after_a_verzoek_tot_onderzoek_the_raad_is_named_and_is_responsible_once_it_accepts() -> None:
    raad = BestemmingSoort.RAAD_VOOR_DE_KINDERBESCHERMING
    routed = routing.route_besluit(Uitkomst.VERZOEK_TOT_ONDERZOEK, (), "0599")
    asked = told(
        Uitkomst.VERZOEK_TOT_ONDERZOEK,
        *(
            Bestemming(soort=one.soort, organisatie_id=one.organisatie_id, draagt_zicht=one.draagt_zicht)
            for one in routed.bestemmingen
        ),
    )
    taken = rules.after_acceptatie(accepted(raad, "raad-voor-de-kinderbescherming"), [asked])

    assert [(one.soort, one.draagt_zicht) for one in routed.bestemmingen] == [(raad, True)]
    assert (routed.statuscode, asked.overdracht_aan) == ("VT-01-02", ("raad-voor-de-kinderbescherming",))
    assert (asked.verantwoordelijke, taken.verantwoordelijke) == (EIGEN_VT, "raad-voor-de-kinderbescherming")


def test_a_dienst_that_became_another_tells_the_melder_nothing() -> None:
    assert DienstOmgezet not in HANDLERS


SHELTER = Bestemming(soort=BestemmingSoort.OPVANG, organisatie_id="opvang-verzonnen", draagt_zicht=True)


def test_a_melder_never_hears_in_which_shelter_somebody_is() -> None:
    taken = accepted(BestemmingSoort.OPVANG, SHELTER.organisatie_id)
    passed = ZichtOvergegaan(
        overdracht_id=OVERDRACHT,
        melding_id=MELDING,
        gemeente_code="0599",
        organisatie_id=SHELTER.organisatie_id,
        bij_veilig_thuis=False,
        overgegaan_op=NOW,
        soort=BestemmingSoort.OPVANG,
    )
    lines = (
        rules.after_besluit(besluit(Uitkomst.OVERDRACHT, SHELTER, TEAM), held_elsewhere=False),
        rules.after_dienst(dienst(DienstSoort.ONDERZOEK, SHELTER), held_elsewhere=False),
        rules.after_acceptatie(taken, ()),
        rules.after_overgang(passed, DOSSIER),
        rules.after_overgang(replace(passed, soort=None), DOSSIER),
    )

    told = [*(one for line in lines for one in line.overdracht_aan), *(line.verantwoordelijke for line in lines)]

    assert SHELTER.organisatie_id not in told
    assert told.count("afgeschermd") == 6
    assert TEAM.organisatie_id in told
