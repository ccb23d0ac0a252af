"""A goal (doel) of a plan: of the whole household or of one of its members, and what became of it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from types import MappingProxyType
from uuid import UUID

from services.handover.domain.overdracht import StapError
from shared.rules.plancodes import Fase


class DoelStatus(StrEnum):
    OPEN = "open"
    BEHAALD = "behaald"
    DEELS_BEHAALD = "deels-behaald"
    NIET_BEHAALD = "niet-behaald"
    VERVALLEN = "vervallen"  # it had become pointless


class DoelStap(StrEnum):
    BEHALEN = "behalen"
    DEELS_BEHALEN = "deels-behalen"
    NIET_BEHALEN = "niet-behalen"
    LATEN_VERVALLEN = "laten-vervallen"
    HEROPENEN = "heropenen"


_S, _A = DoelStatus, DoelStap

# None: refused. What was said of a goal stays until it is opened again: nothing is corrected in silence.
TRANSITIONS: Mapping[tuple[DoelStatus, DoelStap], DoelStatus | None] = MappingProxyType(
    {
        (_S.OPEN, _A.BEHALEN): _S.BEHAALD,
        (_S.OPEN, _A.DEELS_BEHALEN): _S.DEELS_BEHAALD,
        (_S.OPEN, _A.NIET_BEHALEN): _S.NIET_BEHAALD,
        (_S.OPEN, _A.LATEN_VERVALLEN): _S.VERVALLEN,
        (_S.OPEN, _A.HEROPENEN): None,
        (_S.BEHAALD, _A.BEHALEN): None,
        (_S.BEHAALD, _A.DEELS_BEHALEN): None,
        (_S.BEHAALD, _A.NIET_BEHALEN): None,
        (_S.BEHAALD, _A.LATEN_VERVALLEN): None,
        (_S.BEHAALD, _A.HEROPENEN): _S.OPEN,
        (_S.DEELS_BEHAALD, _A.BEHALEN): None,
        (_S.DEELS_BEHAALD, _A.DEELS_BEHALEN): None,
        (_S.DEELS_BEHAALD, _A.NIET_BEHALEN): None,
        (_S.DEELS_BEHAALD, _A.LATEN_VERVALLEN): None,
        (_S.DEELS_BEHAALD, _A.HEROPENEN): _S.OPEN,
        (_S.NIET_BEHAALD, _A.BEHALEN): None,
        (_S.NIET_BEHAALD, _A.DEELS_BEHALEN): None,
        (_S.NIET_BEHAALD, _A.NIET_BEHALEN): None,
        (_S.NIET_BEHAALD, _A.LATEN_VERVALLEN): None,
        (_S.NIET_BEHAALD, _A.HEROPENEN): _S.OPEN,
        (_S.VERVALLEN, _A.BEHALEN): None,
        (_S.VERVALLEN, _A.DEELS_BEHALEN): None,
        (_S.VERVALLEN, _A.NIET_BEHALEN): None,
        (_S.VERVALLEN, _A.LATEN_VERVALLEN): None,
        (_S.VERVALLEN, _A.HEROPENEN): _S.OPEN,
    }
)
_VAST = "Wat van dit doel is geworden staat vast. Zet het eerst weer open, of stel een nieuw doel."
MAY_NOW: Mapping[DoelStatus, str] = MappingProxyType(
    {_S.OPEN: "Dit doel staat open: leg vast wat ervan is geworden.", **dict.fromkeys(list(_S)[1:], _VAST)}
)
# What a caller asks for is the state; this is the step that leads there.
STAP_NAAR: Mapping[DoelStatus, DoelStap] = MappingProxyType(
    {
        _S.OPEN: _A.HEROPENEN,
        _S.BEHAALD: _A.BEHALEN,
        _S.DEELS_BEHAALD: _A.DEELS_BEHALEN,
        _S.NIET_BEHAALD: _A.NIET_BEHALEN,
        _S.VERVALLEN: _A.LATEN_VERVALLEN,
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Doel:
    """One goal; without ``lid_nr`` it is of the household."""

    id: UUID
    fase: Fase  # in which it was set
    lid_nr: int | None
    omschrijving: str
    streefdag: date | None
    gesteld_op: datetime
    status: DoelStatus = DoelStatus.OPEN
    toelichting: str | None = None
    afgerond_op: datetime | None = None

    @property
    def is_open(self) -> bool:
        """Say whether nothing was said yet of what became of it."""
        return self.status is DoelStatus.OPEN


def next_status(status: DoelStatus, stap: DoelStap) -> DoelStatus:
    """Return the state after a step; raises ``StapError`` with what may be done instead."""
    after = TRANSITIONS[status, stap]
    if after is None:
        raise StapError(MAY_NOW[status])
    return after


def settle(doel: Doel, uitkomst: DoelStatus, toelichting: str, *, now: datetime) -> Doel:
    """Note what became of a goal, or open it again; the same once more changes nothing."""
    if (doel.status, doel.toelichting) == (uitkomst, toelichting):
        return doel
    status = next_status(doel.status, STAP_NAAR[uitkomst])
    afgerond_op = None if status is DoelStatus.OPEN else now
    return replace(doel, status=status, toelichting=toelichting, afgerond_op=afgerond_op)
