"""A meeting at a table: planned and then held, or noted in one go when there is no time to plan."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from uuid import UUID

from services.triage.domain.errors import OutOfOrderError
from services.triage.domain.fouten import Fout, moment_faults, refuse
from services.triage.domain.opschaling import TekstDeel


class OverlegStatus(StrEnum):
    GEPLAND = "gepland"
    GEHOUDEN = "gehouden"
    AFGEZEGD = "afgezegd"


class OverlegActie(StrEnum):
    HOUDEN = "houden"
    AFZEGGEN = "afzeggen"


_S, _A = OverlegStatus, OverlegActie

TRANSITIONS: Mapping[tuple[OverlegStatus, OverlegActie], OverlegStatus | None] = MappingProxyType(
    {
        (_S.GEPLAND, _A.HOUDEN): _S.GEHOUDEN,
        (_S.GEPLAND, _A.AFZEGGEN): _S.AFGEZEGD,
        (_S.GEHOUDEN, _A.HOUDEN): None,
        (_S.GEHOUDEN, _A.AFZEGGEN): None,
        (_S.AFGEZEGD, _A.HOUDEN): None,
        (_S.AFGEZEGD, _A.AFZEGGEN): None,
    }
)
MAY_NOW: Mapping[OverlegStatus, str] = MappingProxyType(
    {
        _S.GEPLAND: "Dit overleg is gepland: leg vast dat het is gehouden, of dat het is afgezegd.",
        _S.GEHOUDEN: "Dit overleg is gehouden en staat vast. Plan een nieuw overleg.",
        _S.AFGEZEGD: "Dit overleg is afgezegd. Plan een nieuw overleg.",
    }
)


@dataclass(frozen=True, slots=True)
class Verslag:
    """What came of a meeting: who was there, who was not, and what was said."""

    gehouden_op: datetime
    aanwezig: tuple[UUID, ...]
    afwezig: tuple[UUID, ...]
    teksten: tuple[TekstDeel, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Overleg:
    id: UUID
    opschaling_id: UUID
    status: OverlegStatus
    versie: int
    gepland_op: datetime
    agenda: tuple[TekstDeel, ...]
    verslag: Verslag | None = None


def next_status(status: OverlegStatus, actie: OverlegActie) -> OverlegStatus:
    """Return the state after a step; raises ``OutOfOrderError`` with what may be done instead."""
    after = TRANSITIONS[status, actie]
    if after is None:
        raise OutOfOrderError(MAY_NOW[status])
    return after


def hold(before: Overleg, verslag: Verslag, faults: Iterable[Fout]) -> Overleg:
    """Return a meeting that was held; raises ``InvoerError`` with what was found wrong with its notes."""
    status = next_status(before.status, _A.HOUDEN)
    refuse(faults)
    return replace(before, status=status, versie=before.versie + 1, verslag=verslag)


def call_off(before: Overleg) -> Overleg:
    """Return a meeting that will not be held; calling it off again changes nothing."""
    if before.status is _S.AFGEZEGD:
        return before
    return replace(before, status=next_status(before.status, _A.AFZEGGEN), versie=before.versie + 1)


def verslag_faults(verslag: Verslag, *, deelnemers: Collection[UUID], pointer: str, now: datetime) -> Iterator[Fout]:
    """Yield what cannot be true of what came of a meeting."""
    yield from moment_faults(f"{pointer}/gehoudenOp", verslag.gehouden_op, now=now)
    for name, named in (("aanwezig", verslag.aanwezig), ("afwezig", verslag.afwezig)):
        for place, one in enumerate(named):
            if one not in deelnemers:
                yield f"{pointer}/{name}/{place}", "is geen deelnemer van deze opschaling"
    for place, one in enumerate(verslag.afwezig):
        if one in verslag.aanwezig:
            yield f"{pointer}/afwezig/{place}", "was ook aanwezig"
