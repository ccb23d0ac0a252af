"""Whoever a family fled from may read his own file, and never learns that somebody is in a shelter, or where."""

from dataclasses import asdict
from typing import Any
from uuid import UUID

import pytest

from services.intake.domain.afschermen import shield
from services.intake.domain.afschrift import Deel, Inzage, Stukken, make_afschrift, own_ids
from services.intake.domain.leesbaar import page
from shared.rules.verwerkingen import VERWERKINGEN, VerwerkingCode
from shared.rules.weglaten import WEGGELATEN
from tests.unit.intake.test_afschrift import ANNA, CASUS, JORIS, NOW, _bron, _persoon

HUIS = "opvang-rotterdam-rijnmond"
KIND = {"rol": "kind", "voornamen": "Fenna", "geslachtsnaam": "Duinhoven"}
ANNA_ID, JORIS_ID, KIND_ID = UUID(int=1), UUID(int=2), UUID(int=3)
BRON = _bron(_persoon(1, ANNA), _persoon(2, JORIS), _persoon(3, KIND))
_MELDING = str(BRON.dossier.ontvangst.id)


def opvang(nr: int, doelgroep: str) -> Deel:
    velden = {
        "meldingId": _MELDING,
        "persoonNr": nr,
        "doelgroep": doelgroep,
        "organisatie": HUIS,
        "status": "geplaatst",
        "stappen": [{"actie": "elders-plaatsen", "regio": "veilig-thuis-haaglanden"}],
    }
    return Deel(afdeling="handover", soort="opvang", tijdstip=None, velden=velden, teksten=("Zij is veilig nu.",))


def held(soort: str, velden: dict[str, Any], *teksten: str) -> Deel:
    return Deel(afdeling="handover", soort=soort, tijdstip=None, velden=velden, teksten=teksten)


def seen(wat: str, organisatie: str, code: VerwerkingCode) -> Inzage:
    return Inzage(
        tijdstip="2026-05-01T10:00:00+00:00",
        afdeling="handover",
        wat=wat,
        doel="hulp-verlenen",
        resultaat="gelukt",
        rol="ketenpartner",
        organisatie=organisatie,
        verwerking=VERWERKINGEN[code].uri,
    )


def stukken(persoon_id: UUID) -> Stukken:
    return Stukken(
        verzoek_id=UUID(int=99),
        casus_id=CASUS,
        persoon_id=persoon_id,
        meldingen=(BRON,),
        delen=(
            opvang(0, "vrouw"),
            opvang(2, "kind"),
            held("overdracht", {"soort": "opvang", "organisatie": HUIS, "status": "geaccepteerd"}, "Intake gedaan."),
            held("overdracht", {"soort": "lokaal-veld", "organisatie": "lokaal-team-0599"}, "Gebeld."),
            held("zicht-op-veiligheid", {"soort": "opvang", "organisatie": HUIS}),
        ),
        verklaringen=(),
        inzagen=(
            seen("geplaatst", "vtrr", VerwerkingCode.OPVANGEN),
            seen("lezen", HUIS, VerwerkingCode.OVERDRAGEN),
            seen("lezen", "lokaal-team-0599", VerwerkingCode.OVERDRAGEN),
        ),
    )


def told(persoon_id: UUID) -> str:
    """Return everything that somebody would read."""
    given = stukken(persoon_id)
    afschrift = make_afschrift(shield(given, own_ids(given.meldingen, persoon_id)), NOW)
    return str(asdict(afschrift)) + page(afschrift)


@pytest.mark.parametrize("persoon_id", [JORIS_ID, KIND_ID])
def test_nobody_but_the_grown_up_client_reads_that_there_is_a_shelter(persoon_id: UUID) -> None:
    text = told(persoon_id)

    for word in (HUIS, "opvang", "haaglanden", "Zij is veilig nu", "geplaatst", "Intake gedaan"):
        assert word not in text, word
    assert "lokaal-team-0599" in text
    assert "Gebeld." in text


def test_the_grown_up_client_reads_her_own_part_and_not_that_of_a_child() -> None:
    text = told(ANNA_ID)
    kept = shield(stukken(ANNA_ID), {ANNA_ID})

    assert HUIS in text
    assert [deel.velden["persoonNr"] for deel in kept.delen if deel.soort == "opvang"] == [0]
    assert [one.organisatie for one in kept.inzagen] == ["vtrr", HUIS, "lokaal-team-0599"]


def test_that_something_was_left_out_stays_visible() -> None:
    kept = shield(stukken(JORIS_ID), {JORIS_ID})

    assert [deel.velden["organisatie"] for deel in kept.delen] == [WEGGELATEN, "lokaal-team-0599", WEGGELATEN]
    assert [one.organisatie for one in kept.inzagen] == [WEGGELATEN, "lokaal-team-0599"]
