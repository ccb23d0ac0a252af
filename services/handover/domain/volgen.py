"""What a receiver tells beside a plan: attempts at contact before the first, and whether voorwaarden are kept.

Veilig Thuis sets the veiligheidsvoorwaarden and the local field keeps them (Regiovisie, bijlage 6): here is followed
whether that is so. What they say stays in triage.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from types import MappingProxyType
from uuid import UUID

from services.handover.domain.overdracht import Overdracht, StapError
from services.handover.domain.plan import HEEFT_HET_GEZIN, InvoerError
from shared.events.payloads import Fact
from shared.events.volgen import ContactpogingGedaan, VoorwaardeGevolgd
from shared.rules.behandelcodes import VoorwaardeStatus
from shared.rules.volgcodes import GEVOLGD, ContactWijze, PogingUitkomst

_NIET_AANVAARD = "Dit kan alleen bij een geaccepteerde overdracht. Accepteer eerst, of ga na wie dat deed."

# Whether a receiver can say how a voorwaarde is kept. Every state has a row.
VOLGT: Mapping[VoorwaardeStatus, str | None] = MappingProxyType(
    {
        VoorwaardeStatus.OPEN: None,
        VoorwaardeStatus.NAGEKOMEN: None,
        VoorwaardeStatus.DEELS_NAGEKOMEN: None,
        VoorwaardeStatus.NIET_NAGEKOMEN: None,
        VoorwaardeStatus.VERVALLEN: "Deze veiligheidsvoorwaarde is vervallen. Veilig Thuis kan haar weer open zetten.",
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Contactpoging:
    """One attempt to reach a family."""

    id: UUID
    overdracht_id: UUID
    wijze: ContactWijze
    uitkomst: PogingUitkomst
    tijdstip: datetime
    toelichting: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Voorwaarde:
    """A veiligheidsvoorwaarde as this room knows it; ``stand_op`` is when it was so."""

    id: UUID
    casus_id: UUID
    melding_id: UUID
    dienst_id: UUID
    gemeente_code: str
    status: VoorwaardeStatus
    controle_dag: date | None
    stand_op: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Controle:
    """That a receiver looked whether a voorwaarde is kept."""

    id: UUID
    voorwaarde_id: UUID
    overdracht_id: UUID
    organisatie_id: str
    status: VoorwaardeStatus
    nagegaan_op: datetime
    volgende_dag: date | None
    uitkomst: str


def try_contact(overdracht: Overdracht, poging: Contactpoging) -> tuple[Fact, ...]:
    """Note an attempt to reach a family, and return what it tells.

    Raises ``StapError`` before the acceptance and once the family was met, and ``InvoerError`` for a moment that
    does not lie between the two.
    """
    if overdracht.status not in HEEFT_HET_GEZIN or overdracht.geaccepteerd_op is None:
        raise StapError(_NIET_AANVAARD)
    met = overdracht.eerste_contact_op
    if poging.tijdstip < overdracht.geaccepteerd_op:
        raise InvoerError("/tijdstip", "ligt voor de acceptatie van de overdracht")
    if met is not None and poging.tijdstip >= met:
        raise StapError("Het eerste contact is al gelegd; een poging van daarvoor kan nog worden vastgelegd.")
    fact = ContactpogingGedaan(
        contactpoging_id=poging.id,
        overdracht_id=overdracht.id,
        melding_id=overdracht.melding_id,
        gemeente_code=overdracht.gemeente_code,
        wijze=poging.wijze,
        uitkomst=poging.uitkomst,
        tijdstip=poging.tijdstip,
    )
    return (fact,)


def follow(
    overdracht: Overdracht, voorwaarde: Voorwaarde, controle: Controle
) -> tuple[Voorwaarde, tuple[VoorwaardeGevolgd, ...]]:
    """Note how a voorwaarde is kept; what was found before something newer was says nothing of how it stands.

    Raises ``StapError`` under an overdracht that is not accepted, and for a voorwaarde that was given up;
    ``InvoerError`` for what a receiver cannot find.
    """
    if overdracht.status not in HEEFT_HET_GEZIN:
        raise StapError(_NIET_AANVAARD)
    refused = VOLGT[voorwaarde.status]
    if refused is not None:
        raise StapError(refused)
    if controle.status not in GEVOLGD:
        raise InvoerError("/status", "nagekomen, deels-nagekomen of niet-nagekomen")
    fact = VoorwaardeGevolgd(
        controle_id=controle.id,
        voorwaarde_id=voorwaarde.id,
        dienst_id=voorwaarde.dienst_id,
        overdracht_id=overdracht.id,
        melding_id=voorwaarde.melding_id,
        gemeente_code=voorwaarde.gemeente_code,
        status=controle.status,
        nagegaan_op=controle.nagegaan_op,
        controle_dag=controle.volgende_dag,
    )
    if controle.nagegaan_op < voorwaarde.stand_op:
        return voorwaarde, (fact,)
    after = replace(
        voorwaarde,
        status=controle.status,
        controle_dag=controle.volgende_dag or voorwaarde.controle_dag,
        stand_op=controle.nagegaan_op,
    )
    return after, (fact,)
