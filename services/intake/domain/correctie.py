"""A correction: one fact about one human, changed in what was sent; everything else stays as it was."""

from collections.abc import Mapping
from dataclasses import replace

from services.intake.domain.melding import Persoon, PersoonDossier
from shared.rules.dossierrechten import Correctie


def corrected(persoon: PersoonDossier, correctie: Correctie) -> PersoonDossier:
    """Return a person with one fact as it should have been."""
    return replace(persoon, gegevens={**persoon.gegevens, correctie.veld.value: correctie.waarde})


def persoon_of(persoon: PersoonDossier) -> Persoon:
    """Return a kept person as he is compared with others."""
    adres = persoon.gegevens.get("adres")
    place = adres if isinstance(adres, Mapping) else {}
    number = place.get("huisnummer")
    return Persoon(
        rol=persoon.rol,
        bsn=_text(persoon.gegevens, "bsn"),
        geslachtsnaam=_text(persoon.gegevens, "geslachtsnaam"),
        voornamen=_text(persoon.gegevens, "voornamen"),
        geboortedatum=_text(persoon.gegevens, "geboortedatum"),
        postcode=_text(place, "postcode"),
        huisnummer=number if isinstance(number, int) else None,
        gegevens=persoon.gegevens,
    )


def _text(values: Mapping[str, object], name: str) -> str | None:
    value = values.get(name)
    return value if isinstance(value, str) else None
