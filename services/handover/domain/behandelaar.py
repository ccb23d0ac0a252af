"""Who of the receiving organisation sees to an overdracht: nobody, or one worker, until it is open no longer.

A worker who is away stops nobody: any colleague of the same organisation takes over or lets go, and says why. Who sees
to it has a version of its own, so that of two who take the same overdracht one finds that he was second.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from uuid import UUID

from services.handover.domain.overdracht import StapError, Status


class BehandelStatus(StrEnum):
    """Whether somebody sees to an overdracht."""

    VRIJ = "vrij"
    OPGEPAKT = "opgepakt"
    BEEINDIGD = "beeindigd"  # the receiver has nothing to do with it any more


class BehandelActie(StrEnum):
    """What can be done about who sees to an overdracht."""

    TOEDELEN = "toedelen"  # nobody had it: somebody takes it, or gives it to a colleague
    DOORGEVEN = "doorgeven"  # who has it gives it to a colleague
    OVERNEMEN = "overnemen"  # somebody takes it from a colleague, for himself or for another
    VRIJGEVEN = "vrijgeven"


class OvernameReden(StrEnum):
    """Why somebody takes from a colleague what that one saw to, or lets it go for him."""

    AFWEZIG = "afwezig"
    WERKVERDELING = "werkverdeling"
    UIT_DIENST = "uit-dienst"


_S, _A = BehandelStatus, BehandelActie

# None: refused.
TRANSITIONS: Mapping[tuple[BehandelStatus, BehandelActie], BehandelStatus | None] = MappingProxyType(
    {
        (_S.VRIJ, _A.TOEDELEN): _S.OPGEPAKT,
        (_S.VRIJ, _A.DOORGEVEN): None,
        (_S.VRIJ, _A.OVERNEMEN): None,
        (_S.VRIJ, _A.VRIJGEVEN): None,
        (_S.OPGEPAKT, _A.TOEDELEN): None,
        (_S.OPGEPAKT, _A.DOORGEVEN): _S.OPGEPAKT,
        (_S.OPGEPAKT, _A.OVERNEMEN): _S.OPGEPAKT,
        (_S.OPGEPAKT, _A.VRIJGEVEN): _S.VRIJ,
        (_S.BEEINDIGD, _A.TOEDELEN): None,
        (_S.BEEINDIGD, _A.DOORGEVEN): None,
        (_S.BEEINDIGD, _A.OVERNEMEN): None,
        (_S.BEEINDIGD, _A.VRIJGEVEN): None,
    }
)

_WAT_KAN: Mapping[BehandelStatus, str] = MappingProxyType(
    {
        _S.VRIJ: "Niemand behandelt deze overdracht; iemand van de ontvanger kan haar oppakken of toedelen.",
        _S.OPGEPAKT: "Iemand behandelt deze overdracht; lees wie, en neem haar over of geef haar vrij.",
        _S.BEEINDIGD: "Deze overdracht ligt niet meer bij de ontvanger; er valt niets meer te behandelen.",
    }
)

# In which states the receiver has something to do with an overdracht.
LOPEND = frozenset({Status.AANGEBODEN, Status.GEACCEPTEERD, Status.TERUGGAVE_GEVRAAGD})


@dataclass(frozen=True, slots=True)
class Behandeling:
    """Who sees to one overdracht now; ``versie`` counts the changes of that."""

    overdracht_id: UUID
    loopt: bool
    versie: int = 0
    behandelaar: str | None = None
    sinds: datetime | None = None

    @property
    def status(self) -> BehandelStatus:
        """Whether somebody sees to it."""
        if not self.loopt:
            return BehandelStatus.BEEINDIGD
        return BehandelStatus.VRIJ if self.behandelaar is None else BehandelStatus.OPGEPAKT


@dataclass(frozen=True, slots=True, kw_only=True)
class Regel:
    """One line of the history: to whom it went, by whom, and why when it was taken from somebody."""

    versie: int
    actie: BehandelActie
    behandelaar: str | None
    door: str
    op: datetime
    reden: OvernameReden | None = None


@dataclass(frozen=True, slots=True)
class Toedeling:
    """To whom an overdracht goes, None for nobody, and why when a colleague has it."""

    behandelaar: str | None
    reden: OvernameReden | None = None


def takes_from_colleague(before: Behandeling, wanted: Toedeling, *, door: str) -> bool:
    """Say whether somebody changes what a colleague sees to: only then a reason is asked for."""
    return before.behandelaar not in {None, door, wanted.behandelaar}


def assign(before: Behandeling, wanted: Toedeling, *, door: str, now: datetime) -> tuple[Behandeling, Regel | None]:
    """Let somebody see to an overdracht, or nobody; the line of history is None when that was so already.

    Raises ``StapError`` when the receiver has nothing to do with it any more.
    """
    if before.loopt and wanted.behandelaar == before.behandelaar:
        return before, None
    actie = _actie_of(before, wanted, door=door)
    if TRANSITIONS[before.status, actie] is None:
        raise StapError(_WAT_KAN[before.status])
    sinds = now if wanted.behandelaar is not None else None
    after = replace(before, versie=before.versie + 1, behandelaar=wanted.behandelaar, sinds=sinds)
    reden = wanted.reden if takes_from_colleague(before, wanted, door=door) else None
    regel = Regel(versie=after.versie, actie=actie, behandelaar=after.behandelaar, door=door, op=now, reden=reden)
    return after, regel


def _actie_of(before: Behandeling, wanted: Toedeling, *, door: str) -> BehandelActie:
    if wanted.behandelaar is None:
        return BehandelActie.VRIJGEVEN
    if before.behandelaar is None:
        return BehandelActie.TOEDELEN
    return BehandelActie.DOORGEVEN if before.behandelaar == door else BehandelActie.OVERNEMEN
