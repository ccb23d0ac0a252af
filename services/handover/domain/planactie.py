"""What is done for a plan (planactie): by which organisation, by which day, and whether it was done."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from types import MappingProxyType
from uuid import UUID

from services.handover.domain.overdracht import StapError
from shared.rules.plancodes import Fase


class PlanactieStatus(StrEnum):
    OPEN = "open"
    GEDAAN = "gedaan"
    NIET_GEDAAN = "niet-gedaan"
    VERVALLEN = "vervallen"  # its plan ended


class PlanactieStap(StrEnum):
    UITVOEREN = "uitvoeren"
    NIET_UITVOEREN = "niet-uitvoeren"
    VERVALLEN = "vervallen"


class NietGedaanReden(StrEnum):
    """Why an action was not done."""

    NIET_MEER_NODIG = "niet-meer-nodig"
    GEZIN_WERKT_NIET_MEE = "gezin-werkt-niet-mee"
    GEEN_PLAATS = "geen-plaats"
    ANDERS = "anders"


_S, _A = PlanactieStatus, PlanactieStap

TRANSITIONS: Mapping[tuple[PlanactieStatus, PlanactieStap], PlanactieStatus | None] = MappingProxyType(
    {
        (_S.OPEN, _A.UITVOEREN): _S.GEDAAN,
        (_S.OPEN, _A.NIET_UITVOEREN): _S.NIET_GEDAAN,
        (_S.OPEN, _A.VERVALLEN): _S.VERVALLEN,
        (_S.GEDAAN, _A.UITVOEREN): None,
        (_S.GEDAAN, _A.NIET_UITVOEREN): None,
        (_S.GEDAAN, _A.VERVALLEN): _S.GEDAAN,
        (_S.NIET_GEDAAN, _A.UITVOEREN): None,
        (_S.NIET_GEDAAN, _A.NIET_UITVOEREN): None,
        (_S.NIET_GEDAAN, _A.VERVALLEN): _S.NIET_GEDAAN,
        (_S.VERVALLEN, _A.UITVOEREN): None,
        (_S.VERVALLEN, _A.NIET_UITVOEREN): None,
        (_S.VERVALLEN, _A.VERVALLEN): _S.VERVALLEN,
    }
)
MAY_NOW: Mapping[PlanactieStatus, str] = MappingProxyType(
    {
        _S.OPEN: "Deze actie staat open: leg vast dat zij is gedaan, of waarom niet.",
        _S.GEDAAN: "Deze actie is gedaan en staat vast. Spreek zo nodig een nieuwe actie af.",
        _S.NIET_GEDAAN: "Deze actie is niet gedaan en staat vast. Spreek zo nodig een nieuwe actie af.",
        _S.VERVALLEN: "Deze actie is vervallen doordat het plan is beëindigd.",
    }
)


@dataclass(frozen=True, slots=True)
class Afronding:
    """That it was done, or why it was not."""

    gedaan: bool
    reden: NietGedaanReden | None
    toelichting: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Planactie:
    """One action; ``functie`` says in words who of the organisation does it."""

    id: UUID
    fase: Fase  # in which it was agreed
    doel_id: UUID | None
    organisatie_id: str
    functie: str | None
    omschrijving: str
    uiterlijk_dag: date
    afgesproken_op: datetime
    status: PlanactieStatus = PlanactieStatus.OPEN
    afronding: Afronding | None = None
    afgerond_op: datetime | None = None


def next_status(status: PlanactieStatus, stap: PlanactieStap) -> PlanactieStatus:
    """Return the state after a step; raises ``StapError`` with what may be done instead."""
    after = TRANSITIONS[status, stap]
    if after is None:
        raise StapError(MAY_NOW[status])
    return after


def finish(actie: Planactie, afronding: Afronding, *, now: datetime) -> Planactie:
    """Note that an action was done, or why not; the same once more changes nothing."""
    if actie.afronding == afronding:
        return actie
    status = next_status(actie.status, _A.UITVOEREN if afronding.gedaan else _A.NIET_UITVOEREN)
    return replace(actie, status=status, afronding=afronding, afgerond_op=now)


def lapse(actie: Planactie, *, now: datetime) -> Planactie:
    """Let an action lapse with its plan; one of which it was said what became of it stays as it is."""
    status = next_status(actie.status, _A.VERVALLEN)
    return actie if status is actie.status else replace(actie, status=status, afgerond_op=now)
