"""By which blind indexes people and meldingen are found again."""

from services.intake.domain import matching
from services.intake.domain.matching import SleutelSoort
from services.intake.domain.melding import Persoon
from shared.crypto import Vault, normalised


def blind_keys(vault: Vault, persoon: Persoon) -> dict[SleutelSoort, bytes]:
    """Return the keys of a person; what is missing or empty gives none."""
    found = {}
    for soort, values in matching.compared_values(persoon).items():
        compared = tuple(normalised(value) for value in values)
        if all(compared):  # a name of which nothing is left, such as "-", names nobody
            found[soort] = vault.blind(soort, *compared)
    return found


def blind_externe(vault: Vault, externe_identificatie: str) -> bytes:
    """Return the key of the number that a sender gave to a melding."""
    return vault.blind("externe-identificatie", externe_identificatie)
