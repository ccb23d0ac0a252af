"""The code lists of handing over: the steps of an overdracht, and why Veilig Thuis takes an offer back.

The values are the wire words. ``docs/begrippen.md`` explains each of them.
"""

from enum import StrEnum


class IntrekReden(StrEnum):
    """Why Veilig Thuis takes back what it offered."""

    VERGISSING = "vergissing"
    ANDERE_BESTEMMING = "andere-bestemming"
    ONTVANGER_AFWEZIG = "ontvanger-afwezig"
    NIET_MEER_NODIG = "niet-meer-nodig"  # this receiver has nothing to do any more; the holder of sight stays needed
    ANDERS = "anders"


class OverdrachtStap(StrEnum):
    """What was done with an overdracht, as its history names it."""

    AANGEBODEN = "aangeboden"
    GEACCEPTEERD = "geaccepteerd"
    GEWEIGERD = "geweigerd"
    INGETROKKEN = "ingetrokken"
    TERUGGEKEERD = "teruggekeerd"
    EERSTE_CONTACT = "eerste-contact"
    VERVANGEN = "vervangen"
