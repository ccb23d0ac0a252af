"""The code lists of handing over: the steps of an overdracht, and why one is taken back or given back.

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


class TeruggaveReden(StrEnum):
    """Why a receiver who accepted wants to give back."""

    GEEN_CAPACITEIT = "geen-capaciteit"
    NIET_PASSEND = "niet-passend"  # what this receiver can do is not what the family needs
    GEZIN_VERHUISD = "gezin-verhuisd"
    HULP_GEWEIGERD = "hulp-geweigerd"  # the family does not let anybody in
    ONVEILIGER = "onveiliger"  # than was thought when it was handed over
    ANDERS = "anders"


class ZichtVraag(StrEnum):
    """What Veilig Thuis asks of a receiver who accepted: to take sight of safety, or to give it back."""

    AANBIEDEN = "aanbieden"
    TERUGVRAGEN = "terugvragen"


class DeelnemerRol(StrEnum):
    """In which role somebody takes part in the talk of an overdracht."""

    VEILIG_THUIS = "veilig-thuis"
    ONTVANGER = "ontvanger"
    GEZIN = "gezin"
    NETWERK = "netwerk"  # people round the family
    PROFESSIONAL = "professional"


class AfzegReden(StrEnum):
    """Why a talk about an overdracht that was planned is not held."""

    ANDER_MOMENT = "ander-moment"  # it is planned anew
    VERHINDERD = "verhinderd"
    GEZIN_WIL_NIET = "gezin-wil-niet"
    NIET_MEER_NODIG = "niet-meer-nodig"
    VERGISSING = "vergissing"
    ANDERS = "anders"


class OverdrachtStap(StrEnum):
    """What was done with an overdracht, as its history names it."""

    AANGEBODEN = "aangeboden"
    GEACCEPTEERD = "geaccepteerd"
    GEWEIGERD = "geweigerd"
    INGETROKKEN = "ingetrokken"
    TERUGGEKEERD = "teruggekeerd"
    GESPREK = "gesprek"  # the first talk that was held about it
    EERSTE_CONTACT = "eerste-contact"
    VERVANGEN = "vervangen"
    TERUGGAVE_GEVRAAGD = "teruggave-gevraagd"
    TERUGGAVE_AFGEWEZEN = "teruggave-afgewezen"
    TERUGGEGEVEN = "teruggegeven"
    ZICHT_AANGEBODEN = "zicht-aangeboden"
    ZICHT_TERUGGEVRAAGD = "zicht-teruggevraagd"
    ZICHT_INGETROKKEN = "zicht-ingetrokken"  # Veilig Thuis does not ask it any more
    ZICHT_AANVAARD = "zicht-aanvaard"  # whoever was asked took it, or gave it back
    ZICHT_VERVALLEN = "zicht-vervallen"  # another open offer in the casus carries sight of safety
