"""A casus gathers what belongs together: which states it has, and what joining, closing, merging and splitting do."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from uuid import UUID


class CasusStatus(StrEnum):
    OPEN = "open"
    AFGESLOTEN = "afgesloten"
    SAMENGEVOEGD = "samengevoegd"  # went up in another casus


class CasusAction(StrEnum):
    MELDING_ONTVANGEN = "melding-ontvangen"
    AFSLUITEN = "afsluiten"  # monitoring says that it is done
    OPGAAN = "opgaan"  # the younger of two that turn out to be one
    AANVULLEN = "aanvullen"  # the older of those two, when the younger one was open
    AFSPLITSEN = "afsplitsen"  # some of its meldingen go to another casus
    TERUGKEREN = "terugkeren"  # the merge by which it went up was undone


# Every pair is written out. A closure that crosses with a merge is harmless: the casus that stays has its own. What was
# split off is open until monitoring, which knows what is still to be done in it, says otherwise.
TRANSITIONS: Mapping[tuple[CasusStatus, CasusAction], CasusStatus | None] = MappingProxyType(
    {
        (CasusStatus.OPEN, CasusAction.MELDING_ONTVANGEN): CasusStatus.OPEN,
        (CasusStatus.OPEN, CasusAction.AFSLUITEN): CasusStatus.AFGESLOTEN,
        (CasusStatus.OPEN, CasusAction.OPGAAN): CasusStatus.SAMENGEVOEGD,
        (CasusStatus.OPEN, CasusAction.AANVULLEN): CasusStatus.OPEN,
        (CasusStatus.OPEN, CasusAction.AFSPLITSEN): CasusStatus.OPEN,
        (CasusStatus.OPEN, CasusAction.TERUGKEREN): None,
        (CasusStatus.AFGESLOTEN, CasusAction.MELDING_ONTVANGEN): CasusStatus.OPEN,
        (CasusStatus.AFGESLOTEN, CasusAction.AFSLUITEN): CasusStatus.AFGESLOTEN,
        (CasusStatus.AFGESLOTEN, CasusAction.OPGAAN): CasusStatus.SAMENGEVOEGD,
        (CasusStatus.AFGESLOTEN, CasusAction.AANVULLEN): CasusStatus.OPEN,
        (CasusStatus.AFGESLOTEN, CasusAction.AFSPLITSEN): CasusStatus.AFGESLOTEN,
        (CasusStatus.AFGESLOTEN, CasusAction.TERUGKEREN): None,
        (CasusStatus.SAMENGEVOEGD, CasusAction.MELDING_ONTVANGEN): None,
        (CasusStatus.SAMENGEVOEGD, CasusAction.AFSLUITEN): CasusStatus.SAMENGEVOEGD,
        (CasusStatus.SAMENGEVOEGD, CasusAction.OPGAAN): None,
        (CasusStatus.SAMENGEVOEGD, CasusAction.AANVULLEN): None,
        (CasusStatus.SAMENGEVOEGD, CasusAction.AFSPLITSEN): None,
        (CasusStatus.SAMENGEVOEGD, CasusAction.TERUGKEREN): CasusStatus.OPEN,
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Casus:
    id: UUID
    status: CasusStatus
    aangemaakt_op: datetime
    afgesloten_op: datetime | None
    opgegaan_in: UUID | None
    aantal_meldingen: int
    aantal_personen: int

    @property
    def age_key(self) -> tuple[datetime, UUID]:
        """What orders casussen from old to young, the same way everywhere."""
        return self.aangemaakt_op, self.id


class RefusedError(ValueError):
    """A step that a casus in this state cannot take."""


def step(status: CasusStatus, action: CasusAction) -> CasusStatus:
    """Return the state after ``action``; raises ``RefusedError`` when it is out of order."""
    after = TRANSITIONS[status, action]
    if after is None:
        raise RefusedError(f"{action} op {status}")
    return after


def close(casus: Casus, afgesloten_op: datetime, last_melding_op: datetime) -> Casus:
    """Return the casus as monitoring's closure leaves it.

    A melding that came in after the closure was decided has crossed with it: then the casus stays open.
    """
    after = step(casus.status, CasusAction.AFSLUITEN)
    if after is CasusStatus.SAMENGEVOEGD or last_melding_op > afgesloten_op:
        return casus
    return _changed(casus, status=after, afgesloten_op=max(filter(None, (casus.afgesloten_op, afgesloten_op))))


def merge(one: Casus, other: Casus) -> tuple[Casus, Casus]:
    """Return two casussen that are one: first the older, which stays, then the younger, which points to it."""
    stays, goes = sorted((one, other), key=lambda casus: casus.age_key)
    vanished = _changed(goes, status=step(goes.status, CasusAction.OPGAAN), opgegaan_in=stays.id)
    status, closed = stays.status, stays.afgesloten_op
    if goes.status is CasusStatus.OPEN:
        status, closed = step(stays.status, CasusAction.AANVULLEN), None
    elif closed is not None and goes.afgesloten_op is not None:
        closed = max(closed, goes.afgesloten_op)
    grown = Casus(
        id=stays.id,
        status=status,
        aangemaakt_op=stays.aangemaakt_op,
        afgesloten_op=closed,
        opgegaan_in=None,
        aantal_meldingen=stays.aantal_meldingen + goes.aantal_meldingen,
        aantal_personen=stays.aantal_personen + goes.aantal_personen,
    )
    return grown, vanished


def split(casus: Casus) -> Casus:
    """Return the casus from which something is split off; raises ``RefusedError`` when it does not stand."""
    return replace(casus, status=step(casus.status, CasusAction.AFSPLITSEN))


def come_back(casus: Casus) -> Casus:
    """Return a casus that stands again under its own id; raises ``RefusedError`` when it stood already."""
    status = step(casus.status, CasusAction.TERUGKEREN)
    return replace(casus, status=status, opgegaan_in=None, afgesloten_op=None)


def begin(casus_id: UUID, now: datetime) -> Casus:
    """Return a casus of its own for what was split off."""
    return Casus(
        id=casus_id,
        status=CasusStatus.OPEN,
        aangemaakt_op=now,
        afgesloten_op=None,
        opgegaan_in=None,
        aantal_meldingen=0,
        aantal_personen=0,
    )


def _changed(
    casus: Casus, *, status: CasusStatus, afgesloten_op: datetime | None = None, opgegaan_in: UUID | None = None
) -> Casus:
    return Casus(
        id=casus.id,
        status=status,
        aangemaakt_op=casus.aangemaakt_op,
        afgesloten_op=afgesloten_op or casus.afgesloten_op,
        opgegaan_in=opgegaan_in,
        aantal_meldingen=casus.aantal_meldingen,
        aantal_personen=casus.aantal_personen,
    )
