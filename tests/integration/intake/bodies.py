"""Fictional meldingen to test with."""

from typing import Any

from shared.rules.bsn import test_bsn


def bsn(number: int) -> str:
    """Return a test number; the same ``number`` always gives the same one."""
    return test_bsn(number)


def a_person(**changes: object) -> dict[str, Any]:
    """Return a fictional person with a BSN."""
    return {
        "rol": "slachtoffer",
        "bsn": bsn(1),
        "geslachtsnaam": "Voorbeeldsen",
        "voornamen": "Anna Maria",
        "geboortedatum": "1990-02-01",
        "adres": {"postcode": "3011AA", "huisnummer": 1},
        **changes,
    }


def a_melding(*personen: dict[str, Any], **changes: object) -> dict[str, Any]:
    """Return a melding as the contract gives it."""
    return {
        "melder": {
            "categorie": "justitie-en-veiligheid",
            "soort": "professional",
            "naam": "Agent Fictief",
            "contact": {"telefoonnummer": "010-0000000"},
            "bekendmaking": {"openbaar": True},
        },
        "gemeenteCode": "0599",
        "incident": {"tijdstip": "2026-03-01T21:40:00Z", "locatie": "thuis", "omschrijving": "ruzie"},
        "zorgelijkeSituatie": {"omschrijving": "CANARY-TEKST"},
        "aardGeweld": [{"relatie": "partnergeweld", "vorm": "fysiek"}],
        "personen": list(personen) or [a_person()],
        **changes,
    }
