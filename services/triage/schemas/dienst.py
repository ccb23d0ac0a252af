"""A dienst of Veilig Thuis in the words of the wire."""

from datetime import date
from typing import Any
from uuid import UUID

from pydantic import Field, StrictBool

from services.triage.domain.dienst import (
    ConclusieOpgave,
    Contact,
    ContactMet,
    ContactSoort,
    Dienst,
    DienstStatus,
    Veiligheidsvoorwaarde,
)
from services.triage.handlers.dienst import ContactOpgave, VoorwaardeOpgave
from services.triage.handlers.reading import DienstView
from services.triage.schemas.common import Bestemmingen, BestemmingOut, bestemmingen_out
from shared.rules.codes import Conclusie, DienstSoort
from shared.web.schema import Datum, GemeenteCode, Naam, OptionalTijdstip, Schema, Tekst, Tijdstip


class ContactIn(Schema):
    soort: ContactSoort
    met: ContactMet
    tijdstip: Tijdstip
    verslag: Tekst | None = None

    def to_domain(self) -> ContactOpgave:
        """Return the contact as the handlers know it."""
        return ContactOpgave(self.soort, self.met, self.tijdstip, self.verslag)


class VeiligheidsvoorwaardeIn(Schema):
    omschrijving: Tekst
    eigenaar: Naam
    controle: Tekst
    controle_op: Datum
    instemming: StrictBool | None = Field(default=None, description="Of de directbetrokkenen ermee instemmen")

    def to_domain(self) -> VoorwaardeOpgave:
        """Return the veiligheidsvoorwaarde as the handlers know it."""
        return VoorwaardeOpgave(self.omschrijving, self.eigenaar, self.controle, self.controle_op, self.instemming)


class ConclusieIn(Schema):
    conclusie: Conclusie
    motivering: Tekst
    bestemmingen: Bestemmingen = ()

    def to_domain(self) -> ConclusieOpgave:
        """Return the conclusie as the domain knows it."""
        bestemmingen = tuple(one.to_domain() for one in self.bestemmingen)
        return ConclusieOpgave(self.conclusie, self.motivering, bestemmingen)


class ContactOut(Schema):
    id: UUID
    soort: ContactSoort
    met: ContactMet
    tijdstip: Tijdstip
    verslag: str | None

    @classmethod
    def of(cls, contact: Contact) -> "ContactOut":
        """Return a contact as it is shown."""
        return cls(
            id=contact.id,
            soort=contact.soort,
            met=contact.met,
            tijdstip=contact.tijdstip,
            verslag=contact.verslag,
        )


class VeiligheidsvoorwaardeOut(Schema):
    id: UUID
    omschrijving: str
    eigenaar: str
    controle: str
    controle_op: date
    instemming: bool | None

    @classmethod
    def of(cls, voorwaarde: Veiligheidsvoorwaarde) -> "VeiligheidsvoorwaardeOut":
        """Return a veiligheidsvoorwaarde as it is shown."""
        return cls(
            id=voorwaarde.id,
            omschrijving=voorwaarde.omschrijving,
            eigenaar=voorwaarde.eigenaar,
            controle=voorwaarde.controle,
            controle_op=voorwaarde.controle_op,
            instemming=voorwaarde.instemming,
        )


class DienstItemOut(Schema):
    """A dienst in a list: without what somebody wrote down."""

    id: UUID
    dossier_id: UUID
    melding_id: UUID
    casus_id: UUID
    versie: int
    gemeente_code: GemeenteCode
    soort: DienstSoort
    status: DienstStatus
    gestart_op: Tijdstip
    uiterlijk: Tijdstip
    te_laat: bool
    conclusie: Conclusie | None
    afgerond_op: OptionalTijdstip
    bestemmingen: tuple[BestemmingOut, ...]
    sluit: bool | None
    statuscode: str | None
    grondslagen: tuple[str, ...]

    @classmethod
    def of(cls, dienst: Dienst, now: Tijdstip) -> "DienstItemOut":
        """Return a dienst as it is shown in a list."""
        return cls(**_dienst_fields(dienst, now))


class DienstenOut(Schema):
    resultaten: tuple[DienstItemOut, ...]
    volgende: str | None


class DienstOut(DienstItemOut):
    """A dienst with all that was done in it."""

    motivering: str | None
    contacten: tuple[ContactOut, ...]
    veiligheidsvoorwaarden: tuple[VeiligheidsvoorwaardeOut, ...]

    @classmethod
    def of_view(cls, view: DienstView) -> "DienstOut":
        """Return a dienst as it is shown by itself."""
        afronding = view.file.dienst.afronding
        return cls(
            **_dienst_fields(view.file.dienst, view.now),
            motivering=afronding.opgave.motivering if afronding else None,
            contacten=tuple(ContactOut.of(one) for one in view.file.contacten),
            veiligheidsvoorwaarden=tuple(VeiligheidsvoorwaardeOut.of(one) for one in view.file.voorwaarden),
        )


def _dienst_fields(dienst: Dienst, now: Tijdstip) -> dict[str, Any]:
    afronding = dienst.afronding
    routering = afronding.routering if afronding else None
    return {
        "id": dienst.id,
        "dossier_id": dienst.dossier_id,
        "melding_id": dienst.melding_id,
        "casus_id": dienst.casus_id,
        "versie": dienst.versie,
        "gemeente_code": dienst.gemeente_code,
        "soort": dienst.soort,
        "status": dienst.status,
        "gestart_op": dienst.gestart_op,
        "uiterlijk": dienst.uiterlijk,
        # A dienst that has ended is late when it ended late: the flag stays.
        "te_laat": (afronding.afgerond_op if afronding else now) >= dienst.uiterlijk,
        "conclusie": afronding.opgave.conclusie if afronding else None,
        "afgerond_op": afronding.afgerond_op if afronding else None,
        "bestemmingen": bestemmingen_out(routering) if routering else (),
        "sluit": routering.sluit if routering else None,
        "statuscode": routering.statuscode if routering else None,
        "grondslagen": routering.grondslagen if routering else (),
    }
