"""What a melding may say: every word of the national code lists, and nothing that contradicts itself."""

from typing import Any

import pytest
from pydantic import ValidationError

from services.intake.domain.codes import (
    AdresSoort,
    IncidentHoedanigheid,
    InstantieRol,
    Leefgebied,
    PersoonRol,
    RelatieSoort,
)
from services.intake.schemas.melding import MeldingIn

BASE: dict[str, Any] = {
    "gemeenteCode": "0599",
    "melder": {"categorie": "justitie-en-veiligheid", "soort": "professional"},
    "zorgelijkeSituatie": {"omschrijving": "Zorgen."},
}
PERSON = {"rol": "kind", "geslachtsnaam": "Voorbeeldsen"}


def test_the_code_lists_are_as_long_as_those_of_the_standard() -> None:
    lengths = {kind: len(kind) for kind in (RelatieSoort, AdresSoort, Leefgebied, IncidentHoedanigheid, InstantieRol)}

    assert list(lengths.values()) == [43, 22, 12, 5, 7]


def test_every_word_of_a_code_list_is_taken() -> None:
    people = [{"rol": rol.value, "geslachtsnaam": "A"} for rol in PersoonRol]
    relations = [{"van": 0, "tot": 1, "soort": soort.value} for soort in RelatieSoort]
    body = {**BASE, "personen": people, "relaties": relations}
    for rol in InstantieRol:
        body["melder"] = {**BASE["melder"], "instantieRol": rol.value}

        assert MeldingIn.model_validate(body).melder.instantie_rol is rol


def test_what_contradicts_itself_or_is_on_no_list_is_told_at_its_place_all_at_once() -> None:
    body = {
        **BASE,
        "incident": {"periode": {"van": "2026-03-02T00:00:00Z", "tot": "2026-03-01T00:00:00Z"}},
        "melder": {**BASE["melder"], "kvkNummer": "1234567", "vestigingsnummer": "12"},
        "personen": [
            {**PERSON, "adres": {"soort": "05"}},
            {**PERSON, "hoedanigheden": ["001"]},
            {**PERSON, "ongeboren": True, "geboortedatum": "2026-01-01"},
            {**PERSON, "verwachteGeboortedatum": "2026-07-01"},
            {**PERSON, "overigeAdressen": [{}] * 11},
            {**PERSON, "adres": {"adresregels": ["a"] * 8}},
        ],
        "relaties": [{"van": 0, "tot": 1}, {"van": 0, "tot": 1, "soort": "015"}],
    }

    with pytest.raises(ValidationError) as found:
        MeldingIn.model_validate(body)

    assert {"/".join(map(str, error["loc"])) for error in found.value.errors()} == {
        "incident/periode", "melder/kvkNummer", "melder/vestigingsnummer", "personen/0/adres/soort",
        "personen/1/hoedanigheden/0", "personen/2", "personen/3", "personen/4/overigeAdressen",
        "personen/5/adres/adresregels", "relaties/0", "relaties/1/soort",
    }  # fmt: skip
