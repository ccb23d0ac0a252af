"""How much two descriptions speak for one human: evidence that is weighed per field and added up (Fellegi and Sunter).

Each field gives a level of agreement (``Niveau``) and each level a weight in bits: the logarithm of how much more
often that level is seen between two descriptions of one human than between those of two. What one of the two leaves
out weighs nothing. ``ZEKER`` and ``VOORSTEL`` are the borders. The weights were tuned on the tuning half of a made
corpus and measured on the unseen half (``python -m bench matching``, docs/matching.md).

Comparing is symmetric, nobody is more like somebody than himself, and more that agrees never lowers the score.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from rapidfuzz.distance import OSA, JaroWinkler

from services.intake.domain.klank import given_names, klank, name_words, surnames
from services.intake.domain.melding import Persoon
from services.intake.domain.namen import gewone_achternaam, gewone_voornaam, same_by_custom
from shared.rules.bsn import is_valid_bsn

# In bits. From ZEKER on two descriptions are one human without a person who looks; from VOORSTEL a person looks.
ZEKER = 27.0
VOORSTEL = 16.0

_JAAR, _JAAR_MAAND, _VOLLEDIG = len("jjjj"), len("jjjj-mm"), len("jjjj-mm-dd")
_PHONE_DIGITS = 9  # without country code or leading zero
_SUBSCRIBER_DIGITS = 7
_INITIAL = 1
_SOUND_MIN = 3
_SLIP_MIN = 4
_ALIKE, _SOMEWHAT = 0.90, 0.82  # Jaro-Winkler similarity of two written names


class Niveau(StrEnum):
    """How far two descriptions agree on one field."""

    BSN_GELIJK = "bsn-gelijk"
    BSN_BIJNA = "bsn-een-cijfer-anders"
    BSN_ANDERS = "bsn-anders"
    BSN_ONGELDIG_ANDERS = "bsn-ongeldig-en-anders"
    ACHTERNAAM_GELIJK = "achternaam-gelijk"
    ACHTERNAAM_DEEL = "achternaam-deel-gelijk"
    ACHTERNAAM_KLANK = "achternaam-klinkt-gelijk"
    ACHTERNAAM_LIJKT = "achternaam-lijkt"
    ACHTERNAAM_ENIGSZINS = "achternaam-lijkt-enigszins"
    ACHTERNAAM_ANDERS = "achternaam-anders"
    VOORNAAM_GELIJK = "voornaam-gelijk"
    VOORNAAM_VARIANT = "voornaam-variant"
    VOORNAAM_TWEEDE = "voornaam-onder-de-andere"
    VOORNAAM_LIJKT = "voornaam-lijkt"
    VOORNAAM_VOORLETTER = "voorletter-gelijk"
    VOORNAAM_ANDERS = "voornaam-anders"
    NAAM_OMGEWISSELD = "voor-en-achternaam-omgewisseld"
    DATUM_GELIJK = "geboortedatum-gelijk"
    DATUM_GESCHAT_GELIJK = "geschatte-geboortedatum-gelijk"
    DATUM_OMGEWISSELD = "dag-en-maand-omgewisseld"
    DATUM_CIJFER = "geboortedatum-een-cijfer-anders"
    DATUM_JAAR_MAAND = "geboortejaar-en-maand-gelijk"
    DATUM_JAAR = "geboortejaar-gelijk"
    DATUM_TWEE_VAN_DRIE = "geboortedatum-een-deel-anders"
    DATUM_ZELFDE_JAAR = "zelfde-jaar-andere-dag-en-maand"
    DATUM_ANDERS = "geboortedatum-anders"
    ADRES_GELIJK = "adres-gelijk"
    POSTCODE_GELIJK = "postcode-gelijk"
    ADRES_ANDERS = "adres-anders"
    TELEFOON_GELIJK = "telefoonnummer-gelijk"
    GESLACHT_GELIJK = "geslacht-gelijk"
    GESLACHT_ANDERS = "geslacht-anders"


GEWICHTEN: Mapping[Niveau, float] = MappingProxyType(
    {
        Niveau.BSN_GELIJK: 30.0,
        Niveau.BSN_BIJNA: 12.0,
        Niveau.BSN_ANDERS: -25.0,
        Niveau.BSN_ONGELDIG_ANDERS: -3.0,
        Niveau.ACHTERNAAM_GELIJK: 10.0,  # less when many bear it
        Niveau.ACHTERNAAM_DEEL: 6.0,
        Niveau.ACHTERNAAM_KLANK: 6.0,
        Niveau.ACHTERNAAM_LIJKT: 5.5,
        Niveau.ACHTERNAAM_ENIGSZINS: 1.0,
        Niveau.ACHTERNAAM_ANDERS: -4.0,
        Niveau.VOORNAAM_GELIJK: 8.0,  # less when many bear it
        Niveau.VOORNAAM_VARIANT: 5.0,
        Niveau.VOORNAAM_TWEEDE: 3.0,
        Niveau.VOORNAAM_LIJKT: 3.5,
        Niveau.VOORNAAM_VOORLETTER: 1.5,
        Niveau.VOORNAAM_ANDERS: -12.0,
        Niveau.NAAM_OMGEWISSELD: 11.0,
        Niveau.DATUM_GELIJK: 13.0,
        Niveau.DATUM_GESCHAT_GELIJK: 6.0,
        Niveau.DATUM_OMGEWISSELD: 8.0,
        Niveau.DATUM_CIJFER: 6.0,
        Niveau.DATUM_JAAR_MAAND: 8.0,
        Niveau.DATUM_JAAR: 4.5,
        Niveau.DATUM_TWEE_VAN_DRIE: 2.0,
        Niveau.DATUM_ZELFDE_JAAR: -5.0,
        Niveau.DATUM_ANDERS: -12.0,
        Niveau.ADRES_GELIJK: 5.0,
        Niveau.POSTCODE_GELIJK: 2.5,
        Niveau.ADRES_ANDERS: -1.5,
        Niveau.TELEFOON_GELIJK: 5.0,
        Niveau.GESLACHT_GELIJK: 0.5,
        Niveau.GESLACHT_ANDERS: -5.0,
    }
)


# However high the score: brothers, sisters and twins share the rest, and so do those who were named after each other.
_NEVER_SURE = frozenset(
    {
        Niveau.BSN_ANDERS,
        Niveau.ACHTERNAAM_ANDERS,
        Niveau.VOORNAAM_TWEEDE,
        Niveau.VOORNAAM_VOORLETTER,
        Niveau.VOORNAAM_ANDERS,
        Niveau.DATUM_ZELFDE_JAAR,
        Niveau.DATUM_TWEE_VAN_DRIE,
        Niveau.DATUM_ANDERS,
        Niveau.GESLACHT_ANDERS,
    }
)
# Without one of each there is no human to be sure of.
_NEEDED_NAME = frozenset(
    {Niveau.VOORNAAM_GELIJK, Niveau.VOORNAAM_VARIANT, Niveau.VOORNAAM_LIJKT, Niveau.NAAM_OMGEWISSELD}
)
_NEEDED_DATE = frozenset(
    {
        Niveau.DATUM_GELIJK,
        Niveau.DATUM_GESCHAT_GELIJK,
        Niveau.DATUM_OMGEWISSELD,
        Niveau.DATUM_CIJFER,
        Niveau.DATUM_JAAR_MAAND,
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Kenmerken:
    """A person as he is compared: everything in one form, nothing that was left out made up."""

    bsn: str | None = None
    achternamen: tuple[str, ...] = ()
    achternaamwoorden: tuple[str, ...] = ()  # the same, every word apart
    voornamen: tuple[str, ...] = ()
    geboortedatum: str | None = None  # jjjj, jjjj-mm or jjjj-mm-dd
    postcode: str | None = None
    huisnummer: int | None = None
    telefoonnummers: frozenset[str] = frozenset()
    geslacht: str | None = None

    @property
    def geschatte_datum(self) -> bool:
        """Whether the birth date is one that is written when nobody knows it."""
        return self.geboortedatum is not None and is_estimated(self.geboortedatum)


def is_estimated(geboortedatum: str) -> bool:
    """Tell whether a full birth date is written for those of whom only the year is known: 1 January and 1 July.

    Many who fled to the Netherlands have one of these, so that it says little more than the year.
    """
    return len(geboortedatum) == _VOLLEDIG and geboortedatum[_JAAR:] in {"-01-01", "-07-01"}


def kenmerken_of(persoon: Persoon) -> Kenmerken:
    """Return a person as he is compared with others."""
    geslacht = persoon.gegevens.get("geslacht")
    return Kenmerken(
        bsn=persoon.bsn or None,
        achternamen=surnames(persoon.geslachtsnaam or ""),
        achternaamwoorden=name_words(persoon.geslachtsnaam or ""),
        voornamen=given_names(persoon.voornamen or ""),
        geboortedatum=persoon.geboortedatum or None,
        postcode="".join((persoon.postcode or "").split()).upper() or None,
        huisnummer=persoon.huisnummer,
        telefoonnummers=frozenset(_phones(persoon.gegevens.get("telefoonnummers"))),
        geslacht=geslacht if geslacht in {"man", "vrouw"} else None,
    )


def names_somebody(kenmerken: Kenmerken) -> bool:
    """Tell whether surname, first given name and full birth date by themselves are enough to be sure of a human.

    They are not for names that many bear, nor for a birth date that stands for one that nobody knows.
    """
    if not (kenmerken.achternamen and kenmerken.voornamen) or len(kenmerken.voornamen[0]) == _INITIAL:
        return False
    named = _worth_achternaam(kenmerken) + _worth_voornaam(kenmerken)
    return len(kenmerken.geboortedatum or "") == _VOLLEDIG and named + _worth_datum(kenmerken) >= ZEKER


def _phones(numbers: object) -> Iterator[str]:
    for number in numbers if isinstance(numbers, list | tuple) else ():
        digits = "".join(sign for sign in str(number) if sign.isdigit())
        # One digit again and again is what is typed when nobody knows the number.
        if len(digits) >= _PHONE_DIGITS and len(set(digits[-_SUBSCRIBER_DIGITS:])) > 1:
            yield digits[-_PHONE_DIGITS:]


@dataclass(frozen=True, slots=True)
class Vergelijking:
    """What two descriptions agree and disagree on, and how much that says in bits."""

    score: float
    niveaus: frozenset[Niveau]

    @property
    def zeker(self) -> bool:
        """Whether they are one human without a person who looks."""
        sound = bool(self.niveaus & _NEEDED_NAME and self.niveaus & _NEEDED_DATE)
        return self.score >= ZEKER and sound and not self.niveaus & _NEVER_SURE


def compare(one: Kenmerken, other: Kenmerken) -> Vergelijking:
    """Weigh whether two descriptions are of one human."""
    found = [
        *_bsn(one, other),
        *_naam(one, other),
        *_datum(one, other),
        *_adres(one, other),
        *_telefoon(one, other),
        *_geslacht(one, other),
    ]
    return Vergelijking(round(sum(bits for _, bits in found), 3), frozenset(niveau for niveau, _ in found))


Bevinding = tuple[Niveau, float]


def _weighed(niveau: Niveau, *most: float) -> Bevinding:
    """Return a level with its weight, and never more than what full agreement is worth to either of the two."""
    return niveau, min(GEWICHTEN[niveau], *most) if most else GEWICHTEN[niveau]


def _bsn(one: Kenmerken, other: Kenmerken) -> Iterator[Bevinding]:
    if not one.bsn or not other.bsn:
        return
    if one.bsn == other.bsn:
        yield _weighed(Niveau.BSN_GELIJK)
    elif is_valid_bsn(one.bsn) and is_valid_bsn(other.bsn):
        yield _weighed(Niveau.BSN_ANDERS)
    elif OSA.distance(one.bsn, other.bsn, score_cutoff=1) <= 1:
        yield _weighed(Niveau.BSN_BIJNA)
    else:
        yield _weighed(Niveau.BSN_ONGELDIG_ANDERS)


# --- names -----------------------------------------------------------------------------------------------------


def _naam(one: Kenmerken, other: Kenmerken) -> Iterator[Bevinding]:
    """Weigh the names: each in its own place or, when that says more, the two changed about."""
    straight = [*_achternaam(one, other), *_voornaam(one, other)]
    crossed = _omgewisseld(one, other)
    if crossed is not None and crossed[1] > sum(bits for _, bits in straight):
        yield crossed
    else:
        yield from straight


def _worth_achternaam(kenmerken: Kenmerken) -> float:
    usual = max((gewone_achternaam(name) for name in kenmerken.achternamen), default=0.0)
    return GEWICHTEN[Niveau.ACHTERNAAM_GELIJK] - usual


def _worth_voornaam(kenmerken: Kenmerken) -> float:
    return GEWICHTEN[Niveau.VOORNAAM_GELIJK] - gewone_voornaam(kenmerken.voornamen[0])


def _achternaam(one: Kenmerken, other: Kenmerken) -> Iterator[Bevinding]:
    if not one.achternamen or not other.achternamen:
        return
    most = (_worth_achternaam(one), _worth_achternaam(other))
    if set(one.achternamen) == set(other.achternamen) or "".join(one.achternamen) == "".join(other.achternamen):
        yield Niveau.ACHTERNAAM_GELIJK, min(most)
    elif set(one.achternamen) & set(other.achternamen):
        yield _weighed(Niveau.ACHTERNAAM_DEEL, *most)
    else:
        yield _weighed(_alike(one.achternamen, other.achternamen), *most)


def _alike(ours: tuple[str, ...], theirs: tuple[str, ...]) -> Niveau:
    pairs = [(our, their) for our in ours for their in theirs]
    likeness = max(JaroWinkler.similarity(our, their) for our, their in pairs)
    if any(_sound_alike(our, their) for our, their in pairs):
        return Niveau.ACHTERNAAM_KLANK
    if likeness >= _ALIKE or any(_slip_of_the_pen(our, their) for our, their in pairs):
        return Niveau.ACHTERNAAM_LIJKT
    return Niveau.ACHTERNAAM_ENIGSZINS if likeness >= _SOMEWHAT else Niveau.ACHTERNAAM_ANDERS


def _sound_alike(our: str, their: str) -> bool:
    """Tell whether two names are spellings of one; of a short sound the letters must be like each other too."""
    sound = klank(our)
    if sound != klank(their):
        return False
    return len(sound) >= _SOUND_MIN or JaroWinkler.similarity(our, their) >= _SOMEWHAT


def _voornaam(one: Kenmerken, other: Kenmerken) -> Iterator[Bevinding]:
    if not one.voornamen or not other.voornamen:
        return
    most = (_worth_voornaam(one), _worth_voornaam(other))
    niveau = _voornaam_niveau(one.voornamen, other.voornamen)
    if niveau is Niveau.VOORNAAM_GELIJK and len(one.voornamen[0]) == _INITIAL:
        niveau = Niveau.VOORNAAM_VOORLETTER
    yield (niveau, min(most)) if niveau is Niveau.VOORNAAM_GELIJK else _weighed(niveau, *most)


def _voornaam_niveau(ours: tuple[str, ...], theirs: tuple[str, ...]) -> Niveau:
    our, their = ours[0], theirs[0]
    if our == their or "".join(ours) == "".join(theirs):
        return Niveau.VOORNAAM_GELIJK
    if _INITIAL in {len(our), len(their)}:
        return Niveau.VOORNAAM_VOORLETTER if our[0] == their[0] else Niveau.VOORNAAM_ANDERS
    if _sound_alike(our, their) or same_by_custom(our, their):
        return Niveau.VOORNAAM_VARIANT
    if our in theirs or their in ours:
        return Niveau.VOORNAAM_TWEEDE
    return Niveau.VOORNAAM_LIJKT if _slip_of_the_pen(our, their) else Niveau.VOORNAAM_ANDERS


def _slip_of_the_pen(our: str, their: str) -> bool:
    """Tell whether two names differ by what a finger does wrong: one letter, or two that changed places."""
    one_letter = min(len(our), len(their)) >= _SLIP_MIN and OSA.distance(our, their, score_cutoff=1) <= 1
    return one_letter or JaroWinkler.similarity(our, their) >= _ALIKE


def _omgewisseld(one: Kenmerken, other: Kenmerken) -> Bevinding | None:
    """Say that the surname of each is the given name of the other."""
    if not (one.achternamen and other.achternamen and one.voornamen and other.voornamen):
        return None
    if _INITIAL in {len(one.voornamen[0]), len(other.voornamen[0])}:
        return None
    if _stands_in(one, other) and _stands_in(other, one):
        most = (_worth_achternaam(side) + _worth_voornaam(side) for side in (one, other))
        return _weighed(Niveau.NAAM_OMGEWISSELD, *most)
    return None


def _stands_in(one: Kenmerken, other: Kenmerken) -> bool:
    """Tell whether the first given name of one is written, or sounds, as a word in the surname of the other."""
    return any(one.voornamen[0] == word or _sound_alike(one.voornamen[0], word) for word in other.achternaamwoorden)


# --- birth dates -----------------------------------------------------------------------------------------------


def _datum(one: Kenmerken, other: Kenmerken) -> Iterator[Bevinding]:
    if not one.geboortedatum or not other.geboortedatum:
        return
    yield _weighed(_datum_niveau(one.geboortedatum, other.geboortedatum), _worth_datum(one), _worth_datum(other))


def _worth_datum(kenmerken: Kenmerken) -> float:
    known = len(kenmerken.geboortedatum or "")
    if kenmerken.geschatte_datum:
        return GEWICHTEN[Niveau.DATUM_GESCHAT_GELIJK]
    if known == _VOLLEDIG:
        return GEWICHTEN[Niveau.DATUM_GELIJK]
    return GEWICHTEN[Niveau.DATUM_JAAR_MAAND if known == _JAAR_MAAND else Niveau.DATUM_JAAR]


def _datum_niveau(our: str, their: str) -> Niveau:
    known = min(len(our), len(their))
    if our[:known] == their[:known]:
        if known == _VOLLEDIG:
            return Niveau.DATUM_GESCHAT_GELIJK if is_estimated(our) else Niveau.DATUM_GELIJK
        return Niveau.DATUM_JAAR_MAAND if known == _JAAR_MAAND else Niveau.DATUM_JAAR
    if known < _VOLLEDIG:
        # A year or a month that is known of one and is another: only a slip of the pen can mend that.
        return Niveau.DATUM_ANDERS if our[:_JAAR] != their[:_JAAR] else Niveau.DATUM_ZELFDE_JAAR
    return _full_dates(our, their)


def _full_dates(our: str, their: str) -> Niveau:
    ours, theirs = our.split("-"), their.split("-")
    if ours == [theirs[0], theirs[2], theirs[1]]:
        return Niveau.DATUM_OMGEWISSELD
    if OSA.distance("".join(ours), "".join(theirs), score_cutoff=1) <= 1:
        return Niveau.DATUM_CIJFER
    same = sum(one == other for one, other in zip(ours, theirs, strict=True))
    if same == 2:  # noqa: PLR2004, of year, month and day
        return Niveau.DATUM_TWEE_VAN_DRIE
    return Niveau.DATUM_ZELFDE_JAAR if ours[0] == theirs[0] else Niveau.DATUM_ANDERS


# --- the rest --------------------------------------------------------------------------------------------------


def _adres(one: Kenmerken, other: Kenmerken) -> Iterator[Bevinding]:
    if not one.postcode or not other.postcode:
        return
    if one.postcode != other.postcode:
        yield _weighed(Niveau.ADRES_ANDERS)
    elif one.huisnummer is not None and one.huisnummer == other.huisnummer:
        yield _weighed(Niveau.ADRES_GELIJK)
    else:
        yield _weighed(Niveau.POSTCODE_GELIJK)


def _telefoon(one: Kenmerken, other: Kenmerken) -> Iterator[Bevinding]:
    if one.telefoonnummers & other.telefoonnummers:
        yield _weighed(Niveau.TELEFOON_GELIJK)


def _geslacht(one: Kenmerken, other: Kenmerken) -> Iterator[Bevinding]:
    if one.geslacht and other.geslacht:
        yield _weighed(Niveau.GESLACHT_GELIJK if one.geslacht == other.geslacht else Niveau.GESLACHT_ANDERS)
