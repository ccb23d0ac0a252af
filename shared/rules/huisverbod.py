"""Who may decide what about a tijdelijk huisverbod, and what Veilig Thuis may advise on it.

Imposing may be mandated to the hulpofficier van justitie; extending and withdrawing is for the mayor alone.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType


class HuisverbodGezag(StrEnum):
    """Who decides about a huisverbod."""

    BURGEMEESTER = "burgemeester"
    HULPOFFICIER = "hulpofficier-van-justitie"  # under mandate of the mayor


class HuisverbodBesluit(StrEnum):
    OPLEGGEN = "opleggen"
    VERLENGEN = "verlengen"
    INTREKKEN = "intrekken"


class HuisverbodAdvies(StrEnum):
    """What Veilig Thuis advises the mayor around the eighth day."""

    OPHEFFEN = "opheffen"
    VERLENGEN = "verlengen"
    LATEN_AFLOPEN = "laten-aflopen"


@dataclass(frozen=True, slots=True)
class Bevoegdheid:
    """Whether somebody may take a besluit himself, and by which article."""

    mag: bool
    grondslag: str  # key of ``GRONDSLAGEN``


_G, _B = HuisverbodGezag, HuisverbodBesluit
BEVOEGDHEDEN: Mapping[tuple[HuisverbodGezag, HuisverbodBesluit], Bevoegdheid] = MappingProxyType(
    {
        (_G.BURGEMEESTER, _B.OPLEGGEN): Bevoegdheid(mag=True, grondslag="wth-2"),
        (_G.BURGEMEESTER, _B.VERLENGEN): Bevoegdheid(mag=True, grondslag="wth-9"),
        (_G.BURGEMEESTER, _B.INTREKKEN): Bevoegdheid(mag=True, grondslag="wth-mandaat"),
        (_G.HULPOFFICIER, _B.OPLEGGEN): Bevoegdheid(mag=True, grondslag="wth-mandaat"),
        (_G.HULPOFFICIER, _B.VERLENGEN): Bevoegdheid(mag=False, grondslag="wth-mandaat"),
        (_G.HULPOFFICIER, _B.INTREKKEN): Bevoegdheid(mag=False, grondslag="wth-mandaat"),
    }
)
