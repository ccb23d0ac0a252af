"""The facts of what a receiver tells beside a plan: ids, codes and times, as everywhere."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from shared.events.payloads import Fact
from shared.rules.behandelcodes import VoorwaardeStatus
from shared.rules.volgcodes import ContactWijze, PogingUitkomst


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactpogingGedaan(Fact):
    """The receiver tried to reach a family, and it was not the first contact yet."""

    contactpoging_id: UUID
    overdracht_id: UUID
    melding_id: UUID
    gemeente_code: str
    wijze: ContactWijze
    uitkomst: PogingUitkomst
    tijdstip: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class VoorwaardeGevolgd(Fact):
    """The receiver looked whether a veiligheidsvoorwaarde is kept; ``controle_dag`` is when he does so again."""

    controle_id: UUID
    voorwaarde_id: UUID
    dienst_id: UUID
    overdracht_id: UUID
    melding_id: UUID
    gemeente_code: str
    status: VoorwaardeStatus
    nagegaan_op: datetime
    controle_dag: date | None = None
