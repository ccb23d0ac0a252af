"""How what was joined is taken apart again: which meldingen go, and what stands in the way.

Everything has a home: the casus under which it was received, or to which a person split it off. A merge points one
casus to another and leaves homes alone; undoing it lets the casus stand again, with what is at home in it or in a
casus that had gone up in it. So what came later stays, and what was split off since does not come back by itself.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

_CHAIN_MAX = 10_000


class VerplaatsingSoort(StrEnum):
    """What moved meldingen from one casus to another."""

    SAMENVOEGING = "samenvoeging"
    SPLITSING = "splitsing"
    HERSTEL = "herstel"  # a merge that was undone


@dataclass(frozen=True, slots=True, kw_only=True)
class Verplaatsing:
    """One merge or split: ``casus_id`` stayed, or is the one from which was split off."""

    id: UUID
    soort: VerplaatsingSoort
    volgorde: int
    casus_id: UUID
    andere_casus_id: UUID
    melding_ids: tuple[UUID, ...]
    tijdstip: datetime
    rol: str
    door: str
    voorstel_id: UUID | None = None
    motivering: str | None = None


class RefusedError(ValueError):
    """A split that cannot be; ``str`` says in Dutch what can be done instead."""


class UnknownMeldingError(RefusedError):
    """Some of the meldingen do not stand in the casus; ``plaatsen`` are their places in what was asked."""

    def __init__(self, plaatsen: Collection[int]) -> None:
        super().__init__("Deze melding staat niet in deze casus.")
        self.plaatsen = tuple(plaatsen)


@dataclass(frozen=True, slots=True, kw_only=True)
class Samenhang:
    """A casus that stands, with what went up in it and where what stands in it is at home."""

    casus_id: UUID
    opgegaan: Mapping[UUID, UUID]  # a casus that went up, and in which one
    meldingen: Mapping[UUID, UUID]  # each melding that stands here, and its home
    verzoeken: Mapping[UUID, UUID]

    def path(self, casus_id: UUID) -> tuple[UUID, ...]:
        """Return the casussen by which one lives in this one: itself first, this one last."""
        found = [casus_id]
        while found[-1] in self.opgegaan and len(found) < _CHAIN_MAX:
            found.append(self.opgegaan[found[-1]])
        return tuple(found)


@dataclass(frozen=True, slots=True)
class Afsplitsing:
    """What leaves a casus."""

    melding_ids: frozenset[UUID]
    verzoek_ids: frozenset[UUID]
    casus_ids: frozenset[UUID]  # that had gone up in the one that stands again, and go along


def split_off(samenhang: Samenhang, melding_ids: Collection[UUID]) -> Afsplitsing:
    """Return what leaves when a person takes meldingen out; raises ``RefusedError``."""
    unknown = [place for place, melding_id in enumerate(melding_ids) if melding_id not in samenhang.meldingen]
    if unknown:
        raise UnknownMeldingError(unknown)
    going = frozenset(melding_ids)
    if going == samenhang.meldingen.keys():
        raise RefusedError("Ten minste één melding blijft in de casus; noem alleen wat er niet bij hoort.")
    return Afsplitsing(going, frozenset(), frozenset())


def let_return(samenhang: Samenhang, verdwenen_id: UUID) -> Afsplitsing:
    """Return what goes back with a casus that had gone up in this one; raises ``RefusedError``."""
    if verdwenen_id not in samenhang.opgegaan:
        raise RefusedError("Deze samenvoeging geldt niet meer; lees de geschiedenis van de casus.")
    going = frozenset(
        melding_id for melding_id, home in samenhang.meldingen.items() if verdwenen_id in samenhang.path(home)
    )
    if not going:
        raise RefusedError(
            "Wat deze casus meebracht is sindsdien afgesplitst; bevestig het koppelvoorstel van die splitsing of "
            "splits de meldingen af die er niet bij horen."
        )
    if going == samenhang.meldingen.keys():
        raise RefusedError(
            "Er zou niets in de casus overblijven: haar eigen meldingen zijn afgesplitst. Bevestig eerst het "
            "koppelvoorstel van die splitsing."
        )
    return Afsplitsing(
        going,
        frozenset(key for key, home in samenhang.verzoeken.items() if verdwenen_id in samenhang.path(home)),
        frozenset(gone for gone in samenhang.opgegaan if gone != verdwenen_id and verdwenen_id in samenhang.path(gone)),
    )
