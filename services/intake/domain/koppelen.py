"""Which casussen may be about the same people, by what is known of those people: what is proposed, and what is sure.

Of all pairs of people between two casussen the best one speaks. A melding whose people are in one other casus for
sure, and that came into a casus of its own, joins that casus by itself; everything else is put before a worker.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from uuid import UUID

from services.intake.domain.matching import Reden, Voorstel
from services.intake.domain.vergelijken import VOORSTEL, Kenmerken, Niveau, Vergelijking, compare

# More other casussen than this are never put before a worker for one melding: the best ones are.
VOORSTELLEN_MAX = 10

_REDENEN: Mapping[Niveau, Reden] = MappingProxyType(
    {
        Niveau.BSN_GELIJK: Reden.ZELFDE_BSN,
        Niveau.BSN_BIJNA: Reden.BSN_EEN_CIJFER_ANDERS,
        Niveau.BSN_ANDERS: Reden.ANDER_BSN,
        Niveau.ACHTERNAAM_GELIJK: Reden.ZELFDE_GESLACHTSNAAM,
        Niveau.ACHTERNAAM_DEEL: Reden.GELIJKENDE_GESLACHTSNAAM,
        Niveau.ACHTERNAAM_KLANK: Reden.GELIJKENDE_GESLACHTSNAAM,
        Niveau.ACHTERNAAM_LIJKT: Reden.GELIJKENDE_GESLACHTSNAAM,
        Niveau.ACHTERNAAM_ANDERS: Reden.ANDERE_GESLACHTSNAAM,
        Niveau.VOORNAAM_GELIJK: Reden.ZELFDE_VOORNAAM,
        Niveau.VOORNAAM_VARIANT: Reden.GELIJKENDE_VOORNAAM,
        Niveau.VOORNAAM_TWEEDE: Reden.GELIJKENDE_VOORNAAM,
        Niveau.VOORNAAM_LIJKT: Reden.GELIJKENDE_VOORNAAM,
        Niveau.VOORNAAM_VOORLETTER: Reden.ZELFDE_VOORLETTER,
        Niveau.VOORNAAM_ANDERS: Reden.ANDERE_VOORNAAM,
        Niveau.NAAM_OMGEWISSELD: Reden.NAMEN_OMGEWISSELD,
        Niveau.DATUM_GELIJK: Reden.ZELFDE_GEBOORTEDATUM,
        Niveau.DATUM_GESCHAT_GELIJK: Reden.ZELFDE_GEBOORTEJAAR,
        Niveau.DATUM_OMGEWISSELD: Reden.GELIJKENDE_GEBOORTEDATUM,
        Niveau.DATUM_CIJFER: Reden.GELIJKENDE_GEBOORTEDATUM,
        Niveau.DATUM_TWEE_VAN_DRIE: Reden.GELIJKENDE_GEBOORTEDATUM,
        Niveau.DATUM_JAAR_MAAND: Reden.ZELFDE_GEBOORTEJAAR,
        Niveau.DATUM_JAAR: Reden.ZELFDE_GEBOORTEJAAR,
        Niveau.DATUM_ANDERS: Reden.ANDERE_GEBOORTEDATUM,
        Niveau.DATUM_ZELFDE_JAAR: Reden.ANDERE_GEBOORTEDATUM,
        Niveau.ADRES_GELIJK: Reden.ZELFDE_ADRES,
        Niveau.POSTCODE_GELIJK: Reden.ZELFDE_POSTCODE,
        Niveau.TELEFOON_GELIJK: Reden.ZELFDE_TELEFOONNUMMER,
    }
)


@dataclass(frozen=True, slots=True)
class Kandidaat:
    """Somebody in another casus who shares a key with somebody in this melding."""

    casus_id: UUID
    kenmerken: Kenmerken


@dataclass(frozen=True, slots=True)
class Gevonden:
    """What comparing says of other casussen."""

    voorstellen: tuple[Voorstel, ...]
    zeker: UUID | None  # the one casus that holds somebody of this melding for sure
    verzwegen: int  # how many were too many to be put before a worker


def judge(pairs: Iterable[tuple[Kenmerken, Kandidaat]]) -> Gevonden:
    """Weigh people of a melding against those who share a key with them, and say what follows for their casussen."""
    best: dict[UUID, Vergelijking] = {}
    sure: set[UUID] = set()
    for who, kandidaat in pairs:
        found = compare(who, kandidaat.kenmerken)
        if found.zeker:
            sure.add(kandidaat.casus_id)
        if found.score >= VOORSTEL:
            best[kandidaat.casus_id] = _best(best.get(kandidaat.casus_id), found)
    ranked = sorted(best, key=lambda casus_id: (-best[casus_id].score, casus_id))
    return Gevonden(
        tuple(_voorstel(casus_id, best[casus_id]) for casus_id in ranked[:VOORSTELLEN_MAX]),
        next(iter(sure)) if len(sure) == 1 else None,
        max(0, len(ranked) - VOORSTELLEN_MAX),
    )


def _best(one: Vergelijking | None, other: Vergelijking) -> Vergelijking:
    """Return the stronger of two, always the same one when they are equal."""
    if one is None:
        return other
    return max(one, other, key=lambda found: (found.score, sorted(found.niveaus)))


def _voorstel(casus_id: UUID, found: Vergelijking) -> Voorstel:
    return Voorstel(casus_id, reasons(found.niveaus), round(found.score))


def reasons(niveaus: Iterable[Niveau]) -> tuple[Reden, ...]:
    """Return what speaks for and against one human, as codes."""
    return tuple(sorted({_REDENEN[niveau] for niveau in niveaus if niveau in _REDENEN}))
