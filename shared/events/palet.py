"""The facts of help that is asked and given under an overdracht, and of help that was not there.

Each is about one melding, so that it goes where its melding goes. Which help, and who gives it, stays in handover.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from shared.events.payloads import Fact
from shared.rules.palet import Doelgroep, Fase, InzetAfbreking, InzetWeigering, LacuneReden


@dataclass(frozen=True, slots=True, kw_only=True)
class InzetGevraagd(Fact):
    """Help was asked of who gives it."""

    inzet_id: UUID
    overdracht_id: UUID
    melding_id: UUID
    gemeente_code: str
    doelgroep: Doelgroep
    fase: Fase
    gevraagd_op: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class InzetGestart(Fact):
    """Help began."""

    inzet_id: UUID
    melding_id: UUID
    gestart_op: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class InzetGeweigerd(Fact):
    """Help that was asked is not given."""

    inzet_id: UUID
    melding_id: UUID
    reden: InzetWeigering
    geweigerd_op: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class InzetBeeindigd(Fact):
    """Help ended: done, or broken off for a reason; it may have been asked and never begun."""

    inzet_id: UUID
    melding_id: UUID
    afbreking: InzetAfbreking | None  # nothing: it was done
    beeindigd_op: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class LacuneVastgesteld(Fact):
    """Help was asked for that is not there."""

    lacune_id: UUID
    overdracht_id: UUID
    melding_id: UUID
    gemeente_code: str
    doelgroep: Doelgroep
    fase: Fase
    reden: LacuneReden
    vastgesteld_op: datetime
