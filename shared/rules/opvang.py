"""Shelter (opvang): its code lists, for whom each kind is, who may know where somebody is, and why not to refuse.

The values are the wire words. A woman who fled is found by whoever threatens her through what others know of her: so
each role has a row that says how much of a stay it may know, and the rows are used wherever a shelter can show.
"""

import re
from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from shared.rules.codes import Rol


class OpvangSoort(StrEnum):
    """What kind of places a shelter has."""

    CRISISOPVANG_VROUWEN = "crisisopvang-vrouwen"
    CRISISOPVANG_KINDEREN = "crisisopvang-kinderen"
    SAFEHOUSE = "safehouse"  # at an address that nobody outside knows
    MANNENOPVANG = "mannenopvang"
    LANGER_VERBLIJF = "langer-verblijf"


class Doelgroep(StrEnum):
    """As what somebody needs a place; a child is a client of its own, not a guest of its mother."""

    VROUW = "vrouw"
    MAN = "man"
    KIND = "kind"


class OpvangWeigerReden(StrEnum):
    """Why a shelter refuses somebody. The status of a residence is none of them, and may not be."""

    GEEN_PASSENDE_PLAATS = "geen-passende-plaats"
    VEILIGHEID_NIET_TE_BORGEN = "veiligheid-niet-te-borgen"
    ZORGVRAAG_TE_ZWAAR = "zorgvraag-te-zwaar"
    GEEN_GEWELD_IN_AFHANKELIJKHEID = "geen-geweld-in-afhankelijkheid"
    ANDERS = "anders"


class OpvangIntrekReden(StrEnum):
    """Why nobody asks for a place any more."""

    ANDERE_OPLOSSING = "andere-oplossing"
    ZELF_AFGEZIEN = "zelf-afgezien"
    ELDERS_AANGEVRAAGD = "elders-aangevraagd"
    NIET_BEREIKBAAR = "niet-bereikbaar"
    ANDERS = "anders"


class UitstroomNaar(StrEnum):
    """Where somebody goes who leaves a shelter; never told in a fact."""

    EIGEN_WONING = "eigen-woning"
    TERUG_NAAR_HUIS = "terug-naar-huis"
    FAMILIE_OF_NETWERK = "familie-of-netwerk"
    BESCHERMD_WONEN = "beschermd-wonen"
    JEUGDHULP_MET_VERBLIJF = "jeugdhulp-met-verblijf"
    OPVANG_ELDERS = "opvang-elders"
    ONBEKEND = "onbekend"  # left without saying where to
    ANDERS = "anders"


class SplitsReden(StrEnum):
    """Why those who came together are not together."""

    GEEN_PLAATS_SAMEN = "geen-plaats-samen"
    VEILIGHEID = "veiligheid"
    LEEFTIJD = "leeftijd"
    ZORGVRAAG = "zorgvraag"
    EIGEN_WENS = "eigen-wens"
    ANDERS = "anders"


class ScreeningUitkomst(StrEnum):
    """What a screening of a child for trauma shows."""

    GEEN_KLACHTEN = "geen-klachten"
    LICHTE_KLACHTEN = "lichte-klachten"
    ERNSTIGE_KLACHTEN = "ernstige-klachten"


class ScreeningVervolg(StrEnum):
    """What follows on a screening."""

    GEEN = "geen"
    BEGELEIDING_IN_OPVANG = "begeleiding-in-opvang"
    NADER_ONDERZOEK = "nader-onderzoek"
    TRAUMABEHANDELING = "traumabehandeling"


class OpvangEinde(StrEnum):
    """How a request for somebody, or a stay, ended otherwise than by a refusal."""

    UITGESTROOMD = "uitgestroomd"
    ELDERS_GEPLAATST = "elders-geplaatst"
    INGETROKKEN = "ingetrokken"


_D = Doelgroep
VOOR_WIE: Mapping[OpvangSoort, frozenset[Doelgroep]] = MappingProxyType(
    {
        OpvangSoort.CRISISOPVANG_VROUWEN: frozenset({_D.VROUW}),
        OpvangSoort.CRISISOPVANG_KINDEREN: frozenset({_D.KIND}),
        OpvangSoort.SAFEHOUSE: frozenset(_D),
        OpvangSoort.MANNENOPVANG: frozenset({_D.MAN}),
        OpvangSoort.LANGER_VERBLIJF: frozenset(_D),
    }
)


# --- who may know ------------------------------------------------------------------------------------------------

AFGESCHERMD = "afgeschermd"  # what stands where a shelter would


class Inzicht(StrEnum):
    """How much of a stay in a shelter a role may know, of somebody with whom it has to do."""

    WAAR = "waar"  # that she is in one, and in which
    DAT = "dat"  # that she is in one
    NIETS = "niets"


# A ketenpartner sees where she is of what was asked of itself: it is the shelter.
INZICHT: Mapping[Rol, Inzicht] = MappingProxyType(
    {
        Rol.VT_MEDEWERKER: Inzicht.WAAR,
        Rol.VT_TEAMLEIDER: Inzicht.WAAR,
        Rol.KETENPARTNER: Inzicht.WAAR,
        Rol.LOKAAL_TEAM: Inzicht.DAT,  # it works with the whole family, also with whom she fled from
        Rol.GEMEENTE: Inzicht.NIETS,
        Rol.BEHEERDER: Inzicht.NIETS,
        Rol.SYSTEEM: Inzicht.NIETS,
    }
)


def sees_shelter(rol: Rol, *, own: bool) -> bool:
    """Say whether a role may see which shelter holds sight of safety; ``own``: it is that shelter itself.

    Other rooms (``systeem``) carry on what they hear and show it to nobody.
    """
    return own or rol in {Rol.VT_MEDEWERKER, Rol.VT_TEAMLEIDER, Rol.SYSTEEM}


# --- why not to refuse -------------------------------------------------------------------------------------------

# Verdrag van Istanbul art. 4 lid 3 and 23. What a shelter writes is its own; these words make a ground of the status.
_STATUS = re.compile(
    r"verblijfs?(status|vergunning|titel|recht|document)|ongedocumenteerd|illega|uitgeprocedeerd"
    r"|asiel|vreemdeling|statushouder|zonder papieren|geen papieren|onrechtmatig verblijf|\bIND\b",
    re.IGNORECASE,
)


def names_verblijfsstatus(tekst: str) -> bool:
    """Say whether a text speaks of the status of somebody's residence."""
    return _STATUS.search(tekst) is not None
