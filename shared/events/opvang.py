"""The facts of shelter: ids, codes and times, and never where somebody stays, where she went, or what a child showed.

That a casus has to do with a shelter at all is for Veilig Thuis alone: no abonnement may ask for these.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from shared.events.payloads import Fact
from shared.rules.opvang import Doelgroep, OpvangEinde, OpvangSoort, OpvangWeigerReden


@dataclass(frozen=True, slots=True, kw_only=True)
class OpvangClient(Fact):
    """Somebody who needs a place; each child is one too."""

    client_id: UUID
    doelgroep: Doelgroep
    onzekere_verblijfsstatus: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class OpvangAangevraagd(Fact):
    aanvraag_id: UUID
    melding_id: UUID
    gemeente_code: str
    spoed: bool
    aangevraagd_op: datetime
    clienten: tuple[OpvangClient, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OpvangGeplaatst(Fact):
    """Somebody has a place; with ``doorstroom`` one of another kind than before, in the same stay."""

    client_id: UUID
    aanvraag_id: UUID
    melding_id: UUID
    gemeente_code: str
    soort: OpvangSoort
    doelgroep: Doelgroep
    onzekere_verblijfsstatus: bool
    aangevraagd_op: datetime
    geplaatst_op: datetime
    doorstroom: bool
    klaar_sinds: datetime | None  # since when he could have left the place of before


@dataclass(frozen=True, slots=True, kw_only=True)
class OpvangKlaargemeld(Fact):
    """Somebody could leave, and has nowhere to go yet."""

    client_id: UUID
    aanvraag_id: UUID
    melding_id: UUID
    gemeente_code: str
    klaar_sinds: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class OpvangGeweigerd(Fact):
    client_id: UUID
    aanvraag_id: UUID
    melding_id: UUID
    gemeente_code: str
    reden: OpvangWeigerReden
    onzekere_verblijfsstatus: bool
    geweigerd_op: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class OpvangBeeindigd(Fact):
    client_id: UUID
    aanvraag_id: UUID
    melding_id: UUID
    gemeente_code: str
    einde: OpvangEinde
    onzekere_verblijfsstatus: bool
    beeindigd_op: datetime
    geplaatst_op: datetime | None  # nothing: never placed here
    klaar_sinds: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TraumascreeningGedaan(Fact):
    """A child in a shelter was screened; what it showed stays in handover."""

    client_id: UUID
    aanvraag_id: UUID
    melding_id: UUID
    gemeente_code: str
    gescreend_op: datetime
