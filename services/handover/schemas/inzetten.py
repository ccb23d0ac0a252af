"""Help that was chosen under an overdracht, the steps in its life, and help that was not there, over the wire."""

from dataclasses import fields
from uuid import UUID

from pydantic import Field

from services.handover.domain.inzet import Inzet, InzetStatus, Lacune
from services.handover.handlers.inzetten import Gezien, Keuze
from shared.rules.palet import Doelgroep, Fase, InzetAfbreking, InzetWeigering, LacuneReden
from shared.web.schema import OptionalTijdstip, Schema, Tekst, Tijdstip


class InzetIn(Schema):
    interventie_id: UUID
    doelgroep: Doelgroep
    fase: Fase
    instemming: bool = Field(description="Of het gezin ermee instemt dat de aanbieder de toelichting leest")
    toelichting: Tekst | None = Field(None, description="Wat de aanbieder moet weten om te beginnen, en niet meer")

    def to_domain(self) -> Keuze:
        """Return the choice as the handlers know it."""
        return Keuze(self.interventie_id, self.doelgroep, self.fase, self.instemming, self.toelichting)


class InzetWeigeringIn(Schema):
    reden: InzetWeigering
    toelichting: Tekst | None = None


class AfbrekingIn(Schema):
    reden: InzetAfbreking
    toelichting: Tekst | None = None


class AfrondingIn(Schema):
    toelichting: Tekst | None = Field(None, description="Wat de hulp bracht")


class InzetUit(Schema):
    id: UUID
    overdracht_id: UUID | None = Field(description="Leeg voor wie de hulp geeft en de overdracht niet kreeg")
    melding_id: UUID | None
    casus_id: UUID | None
    gemeente_code: str
    interventie_id: UUID
    aanbieder_id: str
    aanvrager_id: str
    doelgroep: Doelgroep
    fase: Fase
    instemming: bool
    status: InzetStatus
    aangevraagd_op: Tijdstip
    gestart_op: OptionalTijdstip
    geweigerd_op: OptionalTijdstip
    weigering: InzetWeigering | None
    beeindigd_op: OptionalTijdstip
    afbreking: InzetAfbreking | None
    versie: int


class InzetMetTekst(InzetUit):
    toelichting: str | None = Field(description="Zonder instemming van het gezin leest de aanbieder dit niet")
    einde: str | None = Field(description="Wat bij de weigering of het einde is geschreven")


class InzetLijst(Schema):
    resultaten: list[InzetUit]
    volgende: str | None


class LacuneUit(Schema):
    id: UUID
    overdracht_id: UUID
    melding_id: UUID
    casus_id: UUID
    inzet_id: UUID | None = Field(description="De inzet die is geweigerd; leeg als er niets te vragen was")
    gemeente_code: str
    doelgroep: Doelgroep
    fase: Fase
    reden: LacuneReden
    vastgesteld_op: Tijdstip


class LacuneLijst(Schema):
    resultaten: list[LacuneUit]
    volgende: str | None


def inzet_uit(gezien: Gezien) -> InzetUit:
    """Return an inzet as it goes over the wire, without what people wrote."""
    return InzetUit(**_fields(gezien))


def inzet_met_tekst(gezien: Gezien) -> InzetMetTekst:
    """Return an inzet with what people wrote as it goes over the wire."""
    return InzetMetTekst(**_fields(gezien), toelichting=gezien.teksten.toelichting, einde=gezien.teksten.einde)


def _fields(gezien: Gezien) -> dict[str, object]:
    found = {part.name: getattr(gezien.inzet, part.name) for part in fields(Inzet)}
    if not gezien.volledig:
        found |= dict.fromkeys(("overdracht_id", "melding_id", "casus_id"))
    return found


def lacune_uit(lacune: Lacune) -> LacuneUit:
    """Return what was missing as it goes over the wire."""
    return LacuneUit(**{part.name: getattr(lacune, part.name) for part in fields(Lacune)})
