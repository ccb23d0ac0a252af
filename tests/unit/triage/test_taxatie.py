"""How safe each person is, who was seen, and what is missing of whom."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.triage.domain import dossier as dossiers
from services.triage.domain.besluitoverleg import Deelnemer, Overleg
from services.triage.domain.dossier import AcuutcheckOpgave, BesluitOpgave, Dossier
from services.triage.domain.errors import OutOfOrderError
from services.triage.domain.taxatie import (
    Taxatie,
    TaxatieOntbreekt,
    TaxatieOpgave,
    find_taxatie_faults,
    give_taxatie,
    judge_besluit,
    volledigheid_of,
)
from shared.rules.behandelcodes import GezienWijze, NietGezienReden, OverlegFunctie
from shared.rules.codes import BestemmingSoort, Uitkomst
from shared.rules.routing import Bestemming
from shared.rules.settings import DEFAULT_SETTINGS
from shared.rules.uitkomsten import UitkomstVoorwaarde

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
TWO = frozenset({0, 1})
SEEN = TaxatieOpgave(
    persoon_nr=0,
    cijfer=4,
    acuut_onveilig=False,
    structureel_onveilig=True,
    gezien=True,
    gezien_op=NOW,
    gezien_wijze=GezienWijze.HUISBEZOEK,
)
NOT_SEEN = TaxatieOpgave(
    persoon_nr=1,
    cijfer=7,
    acuut_onveilig=False,
    structureel_onveilig=False,
    gezien=False,
    niet_gezien_reden=NietGezienReden.TE_JONG,
)


def kept(*opgaven: TaxatieOpgave) -> tuple[Taxatie, ...]:
    return tuple(Taxatie(UUID(int=number), one, NOW) for number, one in enumerate(opgaven))


def checked(gemeente: str = "0599") -> Dossier:
    fresh = dossiers.open_dossier(
        dossier_id=UUID(int=1),
        melding_id=UUID(int=2),
        casus_id=UUID(int=3),
        gemeente_code=gemeente,
        ontvangen_op=NOW,
        hermelding=False,
        rules=DEFAULT_SETTINGS,
    )
    opgave = AcuutcheckOpgave(acuut=False, motivering="x")
    return dossiers.answer_acuutcheck(fresh, opgave, now=NOW, rules=DEFAULT_SETTINGS)[0]


def decided(uitkomst: Uitkomst, *, gemeente: str = "0599", **changes: Any) -> Dossier:
    told: dict[str, Any] = {"acuut_onveilig": False, "structureel_onveilig": True, "motivering": "x", **changes}
    opgave = BesluitOpgave(uitkomst, **told)
    return dossiers.take_besluit(checked(gemeente), opgave, dienst_id=UUID(int=9), now=NOW, rules=DEFAULT_SETTINGS)[0]


def missing(dossier: Dossier, *opgaven: TaxatieOpgave) -> set[UitkomstVoorwaarde]:
    toetsen = judge_besluit(dossier, kept(*opgaven), TWO)
    return {toets.regel.voorwaarde for toets in toetsen if not toets.voldaan}


@pytest.mark.parametrize("opgave", [SEEN, NOT_SEEN, TaxatieOpgave(persoon_nr=0)])
def test_a_taxatie_that_is_whole_has_no_faults(opgave: TaxatieOpgave) -> None:
    assert list(find_taxatie_faults(opgave, TWO)) == []


def test_whoever_is_not_in_the_melding_is_told_and_where_nobody_was_told_anybody_is_taken() -> None:
    stranger = TaxatieOpgave(persoon_nr=7)

    assert list(find_taxatie_faults(stranger, TWO)) == [("path", "/persoonNr", "geen persoon van deze melding")]
    assert list(find_taxatie_faults(stranger, frozenset())) == []


@pytest.mark.parametrize(
    ("opgave", "pointers"),
    [
        (TaxatieOpgave(persoon_nr=0, cijfer=3), {"/cijfer"}),
        (TaxatieOpgave(persoon_nr=0, acuut_onveilig=True), {"/cijfer"}),
        (TaxatieOpgave(persoon_nr=0, gezien=True), {"/gezienOp", "/gezienWijze"}),
        (TaxatieOpgave(persoon_nr=0, gezien=False), {"/nietGezienReden"}),
        (TaxatieOpgave(persoon_nr=0, gezien=False, gezien_op=NOW), {"/nietGezienReden", "/gezienOp"}),
        (TaxatieOpgave(persoon_nr=0, gezien_wijze=GezienWijze.ELDERS), {"/gezienWijze"}),
        (TaxatieOpgave(persoon_nr=0, niet_gezien_reden=NietGezienReden.ANDERS), {"/nietGezienReden"}),
    ],
)
def test_half_a_taxatie_is_refused_with_every_fault(opgave: TaxatieOpgave, pointers: set[str]) -> None:
    assert {pointer for _, pointer, _ in find_taxatie_faults(opgave, TWO)} == pointers


def test_the_same_taxatie_again_changes_nothing_and_another_makes_a_new_version() -> None:
    before = checked()
    (current,) = kept(SEEN)

    assert give_taxatie(before, current, SEEN) is before
    assert give_taxatie(before, current, NOT_SEEN).versie == before.versie + 1
    assert give_taxatie(before, None, SEEN).versie == before.versie + 1


def test_after_the_besluit_a_taxatie_stands() -> None:
    dossier = decided(Uitkomst.ONDERZOEK)
    (current,) = kept(SEEN)

    with pytest.raises(OutOfOrderError, match="staat vast"):
        give_taxatie(dossier, current, NOT_SEEN)
    assert give_taxatie(dossier, current, SEEN) is dossier


def test_what_is_missing_is_told_of_each_person() -> None:
    found = volledigheid_of(kept(SEEN, TaxatieOpgave(persoon_nr=1, gezien=True)), TWO)

    assert found.ontbreekt == ((1, TaxatieOntbreekt.TAXATIE),)
    assert not found.compleet
    assert found.has_all(TaxatieOntbreekt.GEZIEN)
    assert volledigheid_of((), TWO).ontbreekt == (
        (0, TaxatieOntbreekt.TAXATIE),
        (0, TaxatieOntbreekt.GEZIEN),
        (1, TaxatieOntbreekt.TAXATIE),
        (1, TaxatieOntbreekt.GEZIEN),
    )


def test_of_nobody_nothing_is_known_which_is_not_complete() -> None:
    assert not volledigheid_of((), frozenset()).compleet
    assert volledigheid_of(kept(SEEN), frozenset()).compleet
    assert volledigheid_of(kept(SEEN), frozenset()).personen is None


@given(st.sets(st.integers(0, 20), min_size=1), st.sets(st.integers(0, 20)))
def test_it_is_complete_exactly_when_everybody_has_everything(people: set[int], known: set[int]) -> None:
    opgaven = [
        TaxatieOpgave(persoon_nr=nr, cijfer=5, acuut_onveilig=False, structureel_onveilig=False, gezien=False)
        for nr in sorted(known)
    ]

    assert volledigheid_of(kept(*opgaven), people).compleet is (people <= known)


# --- the conditions of the uitkomsten ----------------------------------------------------------------------------

V = UitkomstVoorwaarde
OVERLEG = Overleg(NOW, (Deelnemer(OverlegFunctie.GEDRAGSWETENSCHAPPER),))


def test_before_the_besluit_nothing_is_judged() -> None:
    assert judge_besluit(checked(), (), TWO) == ()


def test_a_besluit_with_everything_has_nothing_missing() -> None:
    assert missing(decided(Uitkomst.ONDERZOEK, overleg=OVERLEG), SEEN, NOT_SEEN) == set()
    assert missing(decided(Uitkomst.ONDERZOEK)) == {V.VEILIGHEID_PER_PERSOON, V.IEDEREEN_GEZIEN, V.SAMEN_BESLOTEN}


@pytest.mark.parametrize(
    ("uitkomst", "changes", "expected"),
    [
        (Uitkomst.GEEN_VERVOLG, {}, {V.ONVEILIGHEID_UITGELEGD, V.SAMEN_BESLOTEN}),
        (Uitkomst.GEEN_VERVOLG, {"bevestigd": frozenset({V.ONVEILIGHEID_UITGELEGD}), "overleg": OVERLEG}, set()),
        (
            Uitkomst.GEEN_VERVOLG,
            {"structureel_onveilig": False, "acuut_onveilig": True},
            {V.ONVEILIGHEID_UITGELEGD, V.OORDEEL_PAST_BIJ_PERSONEN},
        ),
        (Uitkomst.VERZOEK_TOT_ONDERZOEK, {}, {V.MINDERJARIGE_OF_ONGEBOREN}),
        (Uitkomst.VERZOEK_TOT_ONDERZOEK, {"bevestigd": frozenset({V.MINDERJARIGE_OF_ONGEBOREN})}, set()),
        (Uitkomst.AANPAK_JEUGDCRIMINALITEIT, {}, {V.MINDERJARIGE_VERDACHTE}),
        (Uitkomst.BESTAANDE_CLIENT_GI, {}, {V.GI_GENOEMD, V.GI_VOERT_MAATREGEL_UIT}),
        (
            Uitkomst.BESTAANDE_CLIENT_GI,
            {"bestemmingen": (Bestemming(BestemmingSoort.GECERTIFICEERDE_INSTELLING, "jbrr"),)},
            {V.GI_VOERT_MAATREGEL_UIT},
        ),
        (
            Uitkomst.BESTAANDE_CLIENT_GI,
            {"bestemmingen": (Bestemming(BestemmingSoort.GECERTIFICEERDE_INSTELLING),)},
            {V.GI_GENOEMD, V.GI_VOERT_MAATREGEL_UIT},
        ),
        (Uitkomst.PREVENTIEVE_ZORGMELDING, {"acuut_onveilig": True}, {V.NIET_ACUUT}),
        (Uitkomst.NIET_ONTVANKELIJK, {}, {V.GEEN_MELDING}),
        (Uitkomst.ONJUIST_GEADRESSEERD, {}, {V.GEMEENTE_ELDERS}),
        (Uitkomst.OMGEZET_NAAR_ADVIES, {"acuut_onveilig": True}, {V.NIET_ACUUT, V.ADVIESVRAGER_KAN_ZELF}),
        (Uitkomst.REGIONAAL_MAATWERK, {"structureel_onveilig": False}, {V.OORDEEL_PAST_BIJ_PERSONEN}),
        (Uitkomst.VOORWAARDEN_EN_VERVOLG, {}, set()),
        (Uitkomst.OVERDRACHT, {"bestemmingen": (Bestemming(BestemmingSoort.LOKAAL_VELD),)}, set()),
    ],
)
def test_each_uitkomst_says_what_does_not_fit(
    uitkomst: Uitkomst, changes: dict[str, Any], expected: set[UitkomstVoorwaarde]
) -> None:
    assert missing(decided(uitkomst, **changes), SEEN, NOT_SEEN) == expected


def test_whoever_was_never_ours_need_not_be_estimated() -> None:
    hoeksche_waard = decided(Uitkomst.ONJUIST_GEADRESSEERD, gemeente="1963")

    assert missing(hoeksche_waard) == set()
