"""By which blind indexes people and meldingen are found again."""

from services.intake.domain import matching
from services.intake.domain.matching import SleutelSoort
from services.intake.domain.melding import Persoon
from services.intake.domain.vergelijken import Kenmerken, kenmerken_of
from services.intake.domain.zoeksleutels import search_keys
from shared.crypto import Vault, normalised


def blind_keys(vault: Vault, persoon: Persoon) -> dict[SleutelSoort, bytes]:
    """Return the keys of a person; what is missing or empty gives none."""
    found = {}
    for soort, values in matching.compared_values(persoon).items():
        compared = tuple(normalised(value) for value in values)
        if all(compared):  # a name of which nothing is left, such as "-", names nobody
            found[soort] = vault.blind(soort, *compared)
    return found


def blind_search_keys(vault: Vault, kenmerken: Kenmerken) -> tuple[bytes, ...]:
    """Return by which blind indexes the worker finds who may be the same as this person."""
    return tuple(vault.blind(f"zoek:{soort}", *values) for soort, values in search_keys(kenmerken))


def search_keys_of(vault: Vault, persoon: Persoon) -> tuple[bytes, ...]:
    """Return the search keys that are kept of a person: none of who is there by profession."""
    if persoon.rol in matching.DOES_NOT_MATCH:
        return ()
    return blind_search_keys(vault, kenmerken_of(persoon))


def blind_externe(vault: Vault, externe_identificatie: str) -> bytes:
    """Return the key of the number that a sender gave to a melding."""
    return vault.blind("externe-identificatie", externe_identificatie)
