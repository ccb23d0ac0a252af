"""Attempts at contact and followed veiligheidsvoorwaarden as they go over the wire."""

from datetime import date
from uuid import UUID

from pydantic import Field

from services.handover.domain.volgen import Contactpoging, Controle
from services.handover.handlers.volgen import ControleOpgave, GevolgdeVoorwaarde, PogingOpgave
from shared.rules.behandelcodes import VoorwaardeStatus
from shared.rules.volgcodes import ContactWijze, PogingUitkomst
from shared.web.schema import OptionalDatum, Schema, Tekst, Tijdstip


class ContactpogingIn(Schema):
    """Een poging die nog geen eerste contact was."""

    wijze: ContactWijze
    uitkomst: PogingUitkomst
    tijdstip: Tijdstip
    toelichting: Tekst | None = None

    def to_opgave(self) -> PogingOpgave:
        """Return the attempt as it was given."""
        return PogingOpgave(self.wijze, self.uitkomst, self.tijdstip, self.toelichting)


class VoorwaardecontroleIn(Schema):
    """Of een veiligheidsvoorwaarde wordt nagekomen: `nagekomen`, `deels-nagekomen` of `niet-nagekomen`."""

    status: VoorwaardeStatus
    uitkomst: Tekst = Field(description="Waaruit dat blijkt")
    nagegaan_op: Tijdstip
    volgende_dag: OptionalDatum = Field(None, description="Zonder deze dag geldt de termijn van de regio")

    def to_opgave(self) -> ControleOpgave:
        """Return what was found, as it was given."""
        return ControleOpgave(self.status, self.uitkomst, self.nagegaan_op, self.volgende_dag)


class VastgelegdUit(Schema):
    """Dat het is vastgelegd, zonder wat is opgeschreven."""

    id: UUID
    overdracht_id: UUID


class ContactpogingUit(Schema):
    id: UUID
    wijze: ContactWijze
    uitkomst: PogingUitkomst
    tijdstip: Tijdstip
    toelichting: str | None

    @classmethod
    def of(cls, one: Contactpoging) -> "ContactpogingUit":
        """Return an attempt as it is shown."""
        return cls(**{name: getattr(one, name) for name in cls.model_fields})


class ContactpogingenUit(Schema):
    resultaten: tuple[ContactpogingUit, ...]
    volgende: str | None


class VoorwaardecontroleUit(Schema):
    id: UUID
    organisatie_id: str
    status: VoorwaardeStatus
    nagegaan_op: Tijdstip
    volgende_dag: date | None
    uitkomst: str

    @classmethod
    def of(cls, one: Controle) -> "VoorwaardecontroleUit":
        """Return what was found as it is shown."""
        return cls(**{name: getattr(one, name) for name in cls.model_fields})


class GevolgdeVoorwaardeUit(Schema):
    id: UUID
    dienst_id: UUID
    status: VoorwaardeStatus
    controle_dag: date | None = Field(description="De laatste dag waarop zij weer is nagegaan")
    omschrijving: str
    eigenaar: str | None
    controle: str | None = Field(description="Hoe wordt nagegaan of zij wordt nagekomen")
    controles: tuple[VoorwaardecontroleUit, ...] = Field(description="Wat deze ontvanger vond, van eerste tot laatste")

    @classmethod
    def of(cls, one: GevolgdeVoorwaarde) -> "GevolgdeVoorwaardeUit":
        """Return a voorwaarde as it is shown."""
        return cls(
            id=one.voorwaarde.id,
            dienst_id=one.voorwaarde.dienst_id,
            status=one.voorwaarde.status,
            controle_dag=one.voorwaarde.controle_dag,
            omschrijving=one.tekst.omschrijving,
            eigenaar=one.tekst.eigenaar,
            controle=one.tekst.controle,
            controles=tuple(VoorwaardecontroleUit.of(look) for look in one.controles),
        )


class VoorwaardenUit(Schema):
    resultaten: tuple[GevolgdeVoorwaardeUit, ...]
    volgende: str | None
