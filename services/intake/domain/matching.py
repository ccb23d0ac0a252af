"""Whether a new melding is about people whom we know: which casus it joins, and which casussen may be one.

This is what the door decides: a BSN, or names with a full birth date that are enough to be sure of one human, join by
themselves. What is weaker is put before a worker as a koppelvoorstel, with its reasons as codes. Values are compared
as blind indexes: what they stand for is not known here. The worker compares what people are really called
(``koppelen``), after the melding was received.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from uuid import UUID

from services.intake.domain.codes import PersoonRol
from services.intake.domain.melding import Persoon
from services.intake.domain.vergelijken import kenmerken_of, names_somebody
from shared.rules.bsn import is_valid_bsn

_FULL_DATE = len("jjjj-mm-dd")

# People who stand in a melding because of their work, or who made it: they do not tie families together.
DOES_NOT_MATCH = frozenset(
    {
        PersoonRol.CONTACTPERSOON,
        PersoonRol.HULPVERLENER,
        PersoonRol.INFORMANT,
        PersoonRol.MELDER,
        PersoonRol.ONDERWIJSGEVENDE,
        PersoonRol.OVERIGE_PROFESSIONAL,
        PersoonRol.MEDISCH_PROFESSIONAL,
        PersoonRol.VOOGD,
    }
)
_VOORVOEGSELS = frozenset(
    {"van", "de", "der", "den", "het", "'t", "ten", "ter", "te", "in", "op", "el", "al", "la", "le", "von", "du"}
)


class SleutelSoort(StrEnum):
    """By what people are compared."""

    BSN = "bsn"
    NAAM_GEBOORTEDATUM = "naam-geboortedatum"
    # Of a name that many bear, or with a birth date that stands for one that nobody knows.
    GEWONE_NAAM_GEBOORTEDATUM = "gewone-naam-geboortedatum"
    GESLACHTSNAAM_GEBOORTEDATUM = "geslachtsnaam-geboortedatum"
    ADRES_GESLACHTSNAAM = "adres-geslachtsnaam"


class Reden(StrEnum):
    """Why two casussen may be about the same people."""

    ZELFDE_BSN = "zelfde-bsn"
    ZELFDE_NAAM_GEBOORTEDATUM = "zelfde-naam-en-geboortedatum"
    ZELFDE_GEWONE_NAAM_GEBOORTEDATUM = "zelfde-gewone-naam-en-geboortedatum"
    ANDERE_BSN = "zelfde-naam-en-geboortedatum-andere-bsn"
    ZELFDE_GESLACHTSNAAM_GEBOORTEDATUM = "zelfde-geslachtsnaam-en-geboortedatum"
    ZELFDE_ADRES_GESLACHTSNAAM = "zelfde-adres-en-geslachtsnaam"
    # What the worker finds when it compares two people (koppelen).
    BSN_EEN_CIJFER_ANDERS = "bsn-een-cijfer-anders"
    ANDER_BSN = "ander-bsn"
    ZELFDE_GESLACHTSNAAM = "zelfde-geslachtsnaam"
    GELIJKENDE_GESLACHTSNAAM = "gelijkende-geslachtsnaam"
    ANDERE_GESLACHTSNAAM = "andere-geslachtsnaam"
    ZELFDE_VOORNAAM = "zelfde-voornaam"
    GELIJKENDE_VOORNAAM = "gelijkende-voornaam"
    ZELFDE_VOORLETTER = "zelfde-voorletter"
    ANDERE_VOORNAAM = "andere-voornaam"
    NAMEN_OMGEWISSELD = "voornaam-en-geslachtsnaam-omgewisseld"
    ZELFDE_GEBOORTEDATUM = "zelfde-geboortedatum"
    GELIJKENDE_GEBOORTEDATUM = "gelijkende-geboortedatum"
    ZELFDE_GEBOORTEJAAR = "zelfde-geboortejaar"
    ANDERE_GEBOORTEDATUM = "andere-geboortedatum"
    ZELFDE_ADRES = "zelfde-adres"
    ZELFDE_POSTCODE = "zelfde-postcode"
    ZELFDE_TELEFOONNUMMER = "zelfde-telefoonnummer"


_REDEN: Mapping[SleutelSoort, Reden] = MappingProxyType(
    {
        SleutelSoort.BSN: Reden.ZELFDE_BSN,
        SleutelSoort.NAAM_GEBOORTEDATUM: Reden.ZELFDE_NAAM_GEBOORTEDATUM,
        SleutelSoort.GEWONE_NAAM_GEBOORTEDATUM: Reden.ZELFDE_GEWONE_NAAM_GEBOORTEDATUM,
        SleutelSoort.GESLACHTSNAAM_GEBOORTEDATUM: Reden.ZELFDE_GESLACHTSNAAM_GEBOORTEDATUM,
        SleutelSoort.ADRES_GESLACHTSNAAM: Reden.ZELFDE_ADRES_GESLACHTSNAAM,
    }
)

# A house in which many of one name live would fill the list: the oldest casussen stand for the others, and whoever is
# one human with somebody in those is found by the worker.
_WEAK_MAX = 5

# The strongest first. What is not here joins nothing by itself.
_STRENGTH: Mapping[Reden, int] = MappingProxyType({Reden.ZELFDE_BSN: 0, Reden.ZELFDE_NAAM_GEBOORTEDATUM: 1})

_NEVER_LEFT_OUT = frozenset({*_STRENGTH, Reden.ZELFDE_GEWONE_NAAM_GEBOORTEDATUM, Reden.ANDERE_BSN})
# By these the door joins by itself, the strongest first.
JOINING = (SleutelSoort.BSN, SleutelSoort.NAAM_GEBOORTEDATUM)

Waarden = Mapping[SleutelSoort, tuple[str, ...]]
Sleutels = Mapping[SleutelSoort, bytes]


def compared_values(persoon: Persoon) -> Waarden:
    """Return by which values a person can be found again; only what is complete and valid is among them."""
    found: dict[SleutelSoort, tuple[str, ...]] = {}
    if persoon.bsn and is_valid_bsn(persoon.bsn):
        found[SleutelSoort.BSN] = (persoon.bsn,)
    if not persoon.geslachtsnaam:
        return found
    geslachtsnaam = without_voorvoegsels(persoon.geslachtsnaam)
    if persoon.geboortedatum and len(persoon.geboortedatum) == _FULL_DATE:
        found[SleutelSoort.GESLACHTSNAAM_GEBOORTEDATUM] = (geslachtsnaam, persoon.geboortedatum)
        voornamen = (persoon.voornamen or "").split()
        if voornamen:
            found[_named_by(persoon)] = (geslachtsnaam, voornamen[0], persoon.geboortedatum)
    if persoon.postcode and persoon.huisnummer is not None:
        found[SleutelSoort.ADRES_GESLACHTSNAAM] = (persoon.postcode, str(persoon.huisnummer), geslachtsnaam)
    return found


def _named_by(persoon: Persoon) -> SleutelSoort:
    if names_somebody(kenmerken_of(persoon)):
        return SleutelSoort.NAAM_GEBOORTEDATUM
    return SleutelSoort.GEWONE_NAAM_GEBOORTEDATUM


def without_voorvoegsels(geslachtsnaam: str) -> str:
    """Return a surname without its prefixes: one sender puts them in a field of their own, another does not."""
    words = geslachtsnaam.split()
    while len(words) > 1 and words[0].casefold() in _VOORVOEGSELS:
        words.pop(0)
    return " ".join(words)


def reden_of(soort: SleutelSoort) -> Reden:
    """Return what it says of two people that they share a key of this kind."""
    return _REDEN[soort]


@dataclass(frozen=True, slots=True)
class Treffer:
    """One person whom we know by one of the same keys."""

    casus_id: UUID
    casus_sinds: datetime
    soort: SleutelSoort
    sleutel: bytes
    bsn: bytes | None


@dataclass(frozen=True, slots=True)
class Voorstel:
    """Another casus that may be the same as the one a melding joins."""

    casus_id: UUID
    redenen: tuple[Reden, ...]
    score: int | None = None  # bits of evidence, when two people were compared


@dataclass(frozen=True, slots=True)
class Besluit:
    """Which casus a melding joins (None: a new one), and which others are put before a worker."""

    casus_id: UUID | None
    voorstellen: tuple[Voorstel, ...]


@dataclass(slots=True)
class _Candidate:
    sinds: datetime
    redenen: set[Reden] = field(default_factory=set)

    def rank(self, casus_id: UUID) -> tuple[int, datetime, UUID]:
        strength = min((_STRENGTH[reden] for reden in self.redenen if reden in _STRENGTH), default=len(_STRENGTH))
        return strength, self.sinds, casus_id


def decide(personen: Sequence[Sleutels], treffers: Sequence[Treffer]) -> Besluit:
    """Decide which casus a melding on ``personen`` joins.

    The strongest match wins, then the oldest casus, so that the answer never depends on the order of rows.
    """
    candidates: dict[UUID, _Candidate] = {}
    for treffer, reden in _reasons(personen, treffers):
        candidates.setdefault(treffer.casus_id, _Candidate(treffer.casus_sinds)).redenen.add(reden)
    ranked = sorted(candidates, key=lambda casus_id: candidates[casus_id].rank(casus_id))
    strong = [casus_id for casus_id in ranked if candidates[casus_id].redenen & _NEVER_LEFT_OUT]
    joined = next((casus_id for casus_id in ranked if candidates[casus_id].redenen & _STRENGTH.keys()), None)
    weak = [casus_id for casus_id in ranked if casus_id not in strong][:_WEAK_MAX]
    return Besluit(
        joined,
        tuple(
            Voorstel(casus_id, tuple(sorted(candidates[casus_id].redenen)))
            for casus_id in ranked
            if casus_id != joined and (casus_id in strong or casus_id in weak)
        ),
    )


def _reasons(personen: Sequence[Sleutels], treffers: Sequence[Treffer]) -> Iterator[tuple[Treffer, Reden]]:
    for persoon in personen:
        for treffer in treffers:
            if persoon.get(treffer.soort) == treffer.sleutel:
                other = treffer.soort is SleutelSoort.NAAM_GEBOORTEDATUM and _is_somebody_else(
                    persoon.get(SleutelSoort.BSN), treffer, treffers
                )
                yield treffer, Reden.ANDERE_BSN if other else _REDEN[treffer.soort]


def _is_somebody_else(bsn: bytes | None, treffer: Treffer, treffers: Sequence[Treffer]) -> bool:
    """Tell whether the namesake in that casus is known there by other BSNs only: two people, one name and birthday."""
    known = {other.bsn for other in treffers if other.casus_id == treffer.casus_id and other.sleutel == treffer.sleutel}
    known.discard(None)
    return bsn is not None and bool(known) and bsn not in known
