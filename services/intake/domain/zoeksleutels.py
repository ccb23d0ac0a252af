"""By which keys people are found who may be the same: each survives some way of writing somebody down wrongly.

A key is a kind with values in one form; what is kept and searched are blind indexes of it. Together they must let
hardly anybody slip who is one human by ``vergelijken``; each alone may find too many. One who is known by a name
only, without a birth date, address or number, is found by that name.
"""

from collections.abc import Iterator
from enum import StrEnum

from services.intake.domain.klank import klank
from services.intake.domain.vergelijken import Kenmerken

_JAAR, _VOLLEDIG = len("jjjj"), len("jjjj-mm-dd")
_INITIAL = 1

# How many people are opened and weighed for one person of a melding at most: those who share the most keys with him.
KANDIDATEN_MAX = 100


class ZoeksleutelSoort(StrEnum):
    """By what people are looked for, beside the exact keys of the door."""

    ACHTERNAAM_JAAR = "klank-achternaam-geboortejaar"  # survives a given name, and a day and month, written wrongly
    ACHTERNAAM_DAG = "klank-achternaam-dag-en-maand"  # a wrong year; day and month changed about
    VOORNAAM_DATUM = "klank-voornaam-geboortedatum"  # a wrong or other surname
    NAMEN = "klank-namen"  # a wrong or missing birth date; names changed about
    ADRES_JAAR = "adres-geboortejaar"  # names written wrongly
    ADRES_VOORNAAM = "adres-klank-voornaam"  # a missing birth date, another surname
    TELEFOON = "telefoonnummer"


Zoeksleutel = tuple[ZoeksleutelSoort, tuple[str, ...]]


def search_keys(kenmerken: Kenmerken) -> tuple[Zoeksleutel, ...]:
    """Return by which keys somebody is found and looked for, each once."""
    return tuple(dict.fromkeys(_keys(kenmerken)))


def _keys(who: Kenmerken) -> Iterator[Zoeksleutel]:
    achternamen = [sound for sound in (klank(name) for name in who.achternamen) if sound]
    # One of several words may begin with what is a given name: the two were changed about.
    woorden = [sound for sound in (klank(name) for name in (*who.achternamen, *who.achternaamwoorden[:1])) if sound]
    voornaam = klank(who.voornamen[0]) if who.voornamen and len(who.voornamen[0]) > _INITIAL else ""
    datum = who.geboortedatum or ""
    full = len(datum) == _VOLLEDIG
    for achternaam in achternamen:
        if datum:
            yield ZoeksleutelSoort.ACHTERNAAM_JAAR, (achternaam, datum[:_JAAR])
        if full:
            # The two sorted, so that it is the same key when they are changed about.
            yield ZoeksleutelSoort.ACHTERNAAM_DAG, (achternaam, *sorted(datum[_JAAR + 1 :].split("-")))
    for woord in woorden if voornaam else ():
        yield ZoeksleutelSoort.NAMEN, tuple(sorted((woord, voornaam)))
    if voornaam and full:
        yield ZoeksleutelSoort.VOORNAAM_DATUM, (voornaam, datum)
    if who.postcode and who.huisnummer is not None:
        place = (who.postcode, str(who.huisnummer))
        if datum:
            yield ZoeksleutelSoort.ADRES_JAAR, (*place, datum[:_JAAR])
        if voornaam:
            yield ZoeksleutelSoort.ADRES_VOORNAAM, (*place, voornaam)
    for number in sorted(who.telefoonnummers):
        yield ZoeksleutelSoort.TELEFOON, (number,)
