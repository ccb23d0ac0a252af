"""Every field of the message of the police can be sent, is kept sealed, and is read back: docs/politiebericht.md."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from services.intake.domain.codes import AdresSoort, IncidentHoedanigheid, Leefgebied
from tests.integration.intake.bodies import bsn
from tests.integration.intake.conftest import Intake

pytestmark = pytest.mark.anyio

PAGE = Path(__file__).parents[3] / "docs" / "politiebericht.md"
BERICHT: dict[str, Any] = {
    "externeIdentificatie": "PL1700-2026123456",
    "berichtSoort": "veilig-thuis",
    "kanaal": "berichtenverkeer",
    "gemeldOp": "2026-03-02T08:00:00Z",
    "gemeenteCode": "0599",
    "incident": {
        "tijdstip": "2026-03-01T21:40:00Z",
        "periode": {"van": "2026-02-01T00:00:00Z", "tot": "2026-03-01T21:40:00Z"},
        "locatie": "thuis",
        "omschrijving": "ruzie",
    },
    "afstemmingsoverlegGewenst": True,
    "terugkoppelingGewenst": True,
    "contactpersoon": {
        "naam": "Wijkagent Fictief",
        "afdeling": "Basisteam",
        "email": "wijk@politie.invalid",
        "emails": ["team@politie.invalid"],
        "telefoonnummer": "010-0000001",
        "telefoonnummers": ["010-0000002", "010-0000003"],
    },
    "sash": {"ingevuld": True, "niveau": "hoog"},
    "zorgelijkeSituatie": {
        "omschrijving": "Zorgen.",
        "aanvullendeInformatie": "a",
        "bestaandeHulpverlening": "b",
        "tijdelijkHuisverbod": "c",
        "aanhouding": "d",
        "aangifte": "e",
        "eergerelateerdGeweld": "f",
        "relevanteRegistraties": ["g", "h"],
        "verdenkingTwaalfminner": "i",
        "leefgebieden": [one.value for one in Leefgebied],
        "verzoek": "Graag bellen.",
    },
    "personen": [
        {
            "rol": "slachtoffer",
            "hoedanigheden": [one.value for one in IncidentHoedanigheid],
            "bsn": bsn(3),
            "geslachtsnaam": "Voorbeeldsen",
            "voorvoegsel": "van",
            "voornamen": "Anna",
            "beschrijving": "de moeder",
            "geslacht": "vrouw",
            "geboortedatum": "1990-02",
            "adres": {
                "soort": "brp-woonadres", "straat": "Verzonnenweg", "huisnummer": 1, "huisletter": "a",
                "huisnummertoevoeging": "bis", "postcode": "3011AA", "woonplaats": "Rotterdam", "geheim": True,
            },
            "feitelijkVerblijf": {
                "soort": "woon-of-verblijfadres", "straat": "Rue Inventée", "postcode": "F-99999", "land": "Frankrijk",
                "adresregels": ["12, Rue Inventée", "99999 Nulle-Part"],
            },
            "overigeAdressen": [{"soort": one.value, "woonplaats": "Nergens"} for one in list(AdresSoort)[:10]],
            "zonderVasteVerblijfplaats": True,
            "telefoonnummers": ["06-00000000", "06-00000001"],
            "nationaliteit": "Nederlandse",
            "taal": "Nederlands",
            "vreemdelingennummer": "1234567890",
            "rni": "RNI-1",
            "aanvullendeInformatie": "Zij is zwanger.",
            "overigeZorgMinderjarige": "geen",
        },
        {"rol": "kind", "beschrijving": "ongeboren", "ongeboren": True, "verwachteGeboortedatum": "2026-07-01"},
    ],
    "relaties": [{"van": 1, "tot": 0, "soort": "kind", "omschrijving": "haar kind"}],
    "informering": [
        {
            "persoon": 0, "wijze": "telefonisch", "gereageerd": True, "strekkingReactie": "zij is het eens",
            "geinformeerdOp": "2026-03-01T23:00:00Z",
        },
        {"wijze": "mondeling", "gereageerd": False},
    ],
    "aardGeweld": [{"relatie": "partnergeweld", "vorm": "fysiek"}],
    "melder": {
        "categorie": "justitie-en-veiligheid", "soort": "professional", "naam": "Agent Fictief", "functie": "agent",
        "organisatie": "Politie", "instantiecode": "PL1700",
        "kvkNummer": "12345678", "vestigingsnummer": "123456789012",
        "instantieRol": "hulpverlener", "contact": {"telefoonnummer": "010-0000000", "email": "a@politie.invalid"},
        "bekendmaking": {"openbaar": True},
    },
}  # fmt: skip


def values_at(value: Any, path: str) -> Iterator[Any]:
    """Yield every value at a path of the page; what is not filled is none."""
    head, _, rest = path.partition(".")
    name, many = head.removesuffix("[]"), head.endswith("[]")
    if not isinstance(value, dict) or value.get(name) is None:
        return
    for inner in value[name] if many else [value[name]]:
        if rest:
            yield from values_at(inner, rest)
        else:
            yield inner


async def test_every_field_of_the_message_of_the_police_is_sent_kept_and_read_back(intake: Intake) -> None:
    rows = [line for line in PAGE.read_text().splitlines() if line.startswith("|") and "`" in line]
    paths = [path for line in rows for path in re.findall(r"`([^`]+)`", line)]

    made = await intake.melding(BERICHT)
    read = (await intake.call("GET", f"/meldingen/{made['id']}", rol="ketenpartner")).json()

    assert len(paths) > 60
    lacking = [path for path in paths if not list(values_at(BERICHT, path))]
    other = [path for path in paths if list(values_at(BERICHT, path)) != list(values_at(read, path))]
    assert (lacking, other) == ([], [])
    assert [one["code"] for one in read["waarschuwingen"]] == []
    (kept,) = await intake.rows("SELECT melder, gegevens FROM melding")
    assert b"Verzonnenweg" not in bytes(kept.gegevens) + bytes(kept.melder)
