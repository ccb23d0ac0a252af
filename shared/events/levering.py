"""The facts of how a receiver is told of an overdracht, and of what he asks: ids, codes and times, as everywhere."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from shared.events.payloads import Fact
from shared.rules.leveringcodes import LeveringEinde, NavraagEinde, VoorlegReden


@dataclass(frozen=True, slots=True, kw_only=True)
class LeveringVoorgelegd(Fact):
    """A person must tell the receiver; it can happen again after it was tried again."""

    levering_id: UUID
    overdracht_id: UUID
    melding_id: UUID
    gemeente_code: str
    reden: VoorlegReden
    voorgelegd_op: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class LeveringHervat(Fact):
    """A person let it be tried again."""

    levering_id: UUID
    overdracht_id: UUID
    melding_id: UUID
    gemeente_code: str
    hervat_op: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class LeveringAfgerond(Fact):
    """The receiver was told, or need not be any more; a mail that was sent can still be followed by proof."""

    levering_id: UUID
    overdracht_id: UUID
    melding_id: UUID
    gemeente_code: str
    einde: LeveringEinde
    afgerond_op: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class NavraagGesteld(Fact):
    """A receiver asks something about an overdracht; what it is stays in handover."""

    navraag_id: UUID
    overdracht_id: UUID
    melding_id: UUID
    gemeente_code: str
    gesteld_op: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class NavraagAfgerond(Fact):
    """A question was answered, or nobody waits for the answer any more."""

    navraag_id: UUID
    overdracht_id: UUID
    melding_id: UUID
    gemeente_code: str
    einde: NavraagEinde
    afgerond_op: datetime
