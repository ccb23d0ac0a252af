"""The facts of phased care: ids, codes and times, as everywhere.

Each is about the melding of the overdracht under which the plan is made, so that it goes where its melding goes when
casussen are joined or split. Who is in the household, what is aimed at and who does it stays in handover.
"""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from shared.events.payloads import Fact
from shared.rules.plancodes import Fase, PlanEinde


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanGestart(Fact):
    """The receiver of an overdracht made the plan of the household, and says until when it is evaluated."""

    plan_id: UUID
    overdracht_id: UUID
    melding_id: UUID
    gemeente_code: str
    fase: Fase
    gestart_op: datetime
    evaluatie_dag: date


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanfaseGewijzigd(Fact):
    """Another phase began; ``afgeweken`` says that not every condition was met, and that there was a reason."""

    plan_id: UUID
    melding_id: UUID
    gemeente_code: str
    fase: Fase
    afgeweken: bool
    gewijzigd_op: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanGeevalueerd(Fact):
    """It was looked at whether the plan works, and says when that is done again; of several the newest counts."""

    plan_id: UUID
    melding_id: UUID
    gemeente_code: str
    fase: Fase
    direct_veilig: bool
    stabiel_veilig: bool | None
    geevalueerd_op: datetime
    evaluatie_dag: date


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanOvergegaan(Fact):
    """Who accepted what another gave back goes on with his plan."""

    plan_id: UUID
    overdracht_id: UUID  # the one under which it goes on
    melding_id: UUID
    gemeente_code: str
    overgegaan_op: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanBeeindigd(Fact):
    plan_id: UUID
    melding_id: UUID
    gemeente_code: str
    fase: Fase  # in which it ended
    einde: PlanEinde
    afgeweken: bool
    beeindigd_op: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanactieAfgesproken(Fact):
    """Somebody will do something for a plan by a day; who and what stays in handover."""

    planactie_id: UUID
    plan_id: UUID
    melding_id: UUID
    gemeente_code: str
    afgesproken_op: datetime
    uiterlijk_dag: date


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanactieAfgerond(Fact):
    planactie_id: UUID
    plan_id: UUID
    melding_id: UUID
    gedaan: bool  # False: not done, with a reason
    afgerond_op: datetime
