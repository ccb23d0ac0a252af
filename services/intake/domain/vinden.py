"""In which casussen somebody is known, for a room that tells a professional whom to call: ids, and how sure it is.

Only by what the door itself joins on: a BSN, or names with a full birth date. Nobody's file is opened for it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from types import MappingProxyType
from uuid import UUID

from services.intake.domain.matching import JOINING, Sleutels, SleutelSoort

# Living at the address of a family makes nobody one of it.
_ASKED = frozenset(SleutelSoort) - {SleutelSoort.ADRES_GESLACHTSNAAM}


@dataclass(frozen=True, slots=True)
class Bekende:
    """Somebody in a casus who shares a key with who is looked for."""

    casus_id: UUID
    soort: SleutelSoort


@dataclass(frozen=True, slots=True)
class Vindplaats:
    """A casus in which somebody is known, for sure or perhaps."""

    casus_id: UUID
    zeker: bool


def asked_keys(sleutels: Sleutels) -> Sleutels:
    """Return by which keys somebody is looked for."""
    return MappingProxyType({soort: key for soort, key in sleutels.items() if soort in _ASKED})


def places(bekenden: Iterable[Bekende]) -> tuple[Vindplaats, ...]:
    """Return each casus once, with whether it is sure that he is in it."""
    sure: dict[UUID, bool] = {}
    for one in bekenden:
        sure[one.casus_id] = sure.get(one.casus_id, False) or one.soort in JOINING
    return tuple(Vindplaats(casus_id, zeker) for casus_id, zeker in sorted(sure.items()))
