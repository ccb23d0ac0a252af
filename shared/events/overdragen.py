"""The facts of an overdracht beyond its offer and its answer: ids, codes and times, as everywhere.

Each is about one melding, so that it goes where its melding goes when casussen are joined or split.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from shared.events.payloads import Fact
from shared.rules.codes import BestemmingSoort
from shared.rules.overdrachtcodes import IntrekReden, TeruggaveReden


@dataclass(frozen=True, slots=True, kw_only=True)
class OverdrachtIngetrokken(Fact):
    """Veilig Thuis took back an offer that was not answered; without ``vervolg`` nobody needs to be offered it."""

    overdracht_id: UUID
    melding_id: UUID
    gemeente_code: str
    reden: IntrekReden
    vervolg: bool
    ingetrokken_op: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class OverdrachtTeruggekeerd(Fact):
    """An offer that nobody answered went back to Veilig Thuis by itself."""

    overdracht_id: UUID
    melding_id: UUID
    gemeente_code: str
    teruggekeerd_op: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class TeruggaveGevraagd(Fact):
    """A receiver who accepted wants to give back; until Veilig Thuis takes it he keeps what he has."""

    overdracht_id: UUID
    melding_id: UUID
    gemeente_code: str
    reden: TeruggaveReden
    gevraagd_op: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class TeruggaveAfgewezen(Fact):
    """Veilig Thuis does not take back; everything stays as it was."""

    overdracht_id: UUID
    melding_id: UUID
    gemeente_code: str
    afgewezen_op: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class OverdrachtTeruggegeven(Fact):
    """Veilig Thuis took back what was accepted, and must find somebody else."""

    overdracht_id: UUID
    melding_id: UUID
    gemeente_code: str
    reden: TeruggaveReden
    teruggegeven_op: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ZichtOvergegaan(Fact):
    """Sight of safety changed hands otherwise than by accepting an offer; who took it over accepted it."""

    overdracht_id: UUID
    melding_id: UUID
    gemeente_code: str
    organisatie_id: str
    bij_veilig_thuis: bool
    overgegaan_op: datetime
    soort: BestemmingSoort | None = None  # what kind of receiver it is by the overdracht; None: from before it was told
    plan_uiterlijk: datetime | None = (
        None  # until when who took it makes the plan of the household; None: no plan is expected
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class OverdrachtGesprekGehouden(Fact):
    """A talk about an overdracht was held; who took part and what was said stays in handover."""

    gesprek_id: UUID
    overdracht_id: UUID
    melding_id: UUID
    gemeente_code: str
    gehouden_op: datetime
