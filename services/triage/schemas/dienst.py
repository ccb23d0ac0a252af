"""A dienst of Veilig Thuis in the words of the wire."""

from typing import Any
from uuid import UUID

from pydantic import Field

from services.triage.domain.dienst import (
    Betrokkene,
    ConclusieOpgave,
    Contact,
    ContactKanaal,
    ContactMet,
    ContactSoort,
    Dienst,
    DienstStatus,
    is_late,
    offers_destruction,
)
from services.triage.domain.onderzoek import (
    VERNIETIGING_TEKST,
    BetrokkeneOverzicht,
    Lezing,
    other_reading,
    overview,
    warnings_of,
)
from services.triage.handlers.dienst import ContactOpgave
from services.triage.handlers.reading import DienstView
from services.triage.schemas.beoordeling import InterventieOut
from services.triage.schemas.common import Bestemmingen, BestemmingOut, bestemmingen_out
from services.triage.schemas.onderzoek import (
    BetrokkeneOverzichtOut,
    BevindingOut,
    DirectbetrokkeneIn,
    DirectbetrokkeneOut,
    InformantOut,
    OmzettingOut,
    PlanOut,
    VernietigingsaanbiedingOut,
)
from services.triage.schemas.vertragingen import VertragingOut
from services.triage.schemas.voorwaarden import VeiligheidsvoorwaardeOut
from services.triage.store.diensten import DienstFile
from shared.rules.codes import Conclusie, DienstSoort
from shared.web.schema import GemeenteCode, OptionalTijdstip, Schema, Tekst, Tijdstip


class ContactIn(Schema):
    soort: ContactSoort
    met: ContactMet
    tijdstip: Tijdstip
    verslag: Tekst | None = None
    directbetrokkene: DirectbetrokkeneIn | None = Field(
        default=None, description="Met wie van de melding; dan telt het mee in het overzicht van wie is gesproken"
    )
    kanaal: ContactKanaal | None = None

    def to_domain(self) -> ContactOpgave:
        """Return the contact as the handlers know it."""
        who = self.directbetrokkene.to_domain() if self.directbetrokkene else None
        return ContactOpgave(self.soort, self.met, self.tijdstip, self.verslag, who, self.kanaal)


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
    directbetrokkene: DirectbetrokkeneOut | None
    kanaal: ContactKanaal | None

    @classmethod
    def of(cls, contact: Contact) -> "ContactOut":
        """Return a contact as it is shown."""
        return cls(
            id=contact.id,
            soort=contact.soort,
            met=contact.met,
            tijdstip=contact.tijdstip,
            verslag=contact.verslag,
            directbetrokkene=DirectbetrokkeneOut.of(contact.betrokkene) if contact.betrokkene else None,
            kanaal=contact.kanaal,
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
    vorige_dienst_id: UUID | None = Field(
        description="De dienst waarvan deze het vervolg is; zijn contacten en voorwaarden blijven gelden"
    )
    omgezet_op: OptionalTijdstip

    @classmethod
    def of(cls, dienst: Dienst, now: Tijdstip) -> "DienstItemOut":
        """Return a dienst as it is shown in a list."""
        return cls(**_dienst_fields(dienst, now))


class DienstenOut(Schema):
    resultaten: tuple[DienstItemOut, ...]
    volgende: str | None


class DienstOut(DienstItemOut):
    """A dienst with all that was done in it."""

    uiterlijk_andere_lezing: Tijdstip = Field(description="Het einde van de tien weken als zij elders beginnen")
    uiterlijk_uitleg: str
    motivering: str | None
    waarschuwingen: tuple[str, ...] = Field(description="Wat bij deze conclusie nog eens moet worden bekeken")
    omzetting: OmzettingOut | None
    plan: PlanOut | None
    betrokkenen: tuple[BetrokkeneOverzichtOut, ...] = Field(
        description="Wie is gesproken en wie niet; ook uit de dienst waarvan deze het vervolg is"
    )
    crisismaatregelen: tuple[InterventieOut, ...] = Field(
        description="Wat er in de crisis is gedaan, op volgorde: hiermee begint het plan van de dienst"
    )
    contacten: tuple[ContactOut, ...]
    informanten: tuple[InformantOut, ...]
    bevindingen: tuple[BevindingOut, ...]
    veiligheidsvoorwaarden: tuple[VeiligheidsvoorwaardeOut, ...]
    vertragingen: tuple[VertragingOut, ...]
    vertraging_onverklaard: bool = Field(description="De dienst is te laat en niemand legde vast waarom")
    vernietiging_aangeboden: bool = Field(
        description="Bij deze conclusie wijst Veilig Thuis het gezin op het recht op vernietiging"
    )
    vernietiging_tekst: str | None
    vernietigingsaanbiedingen: tuple[VernietigingsaanbiedingOut, ...]

    @classmethod
    def of_view(cls, view: DienstView) -> "DienstOut":
        """Return a dienst as it is shown by itself."""
        file, afronding = view.file, view.file.dienst.afronding
        lezing = other_reading(file.dienst, file.geopend_op, view.rules)
        return cls(
            **_dienst_fields(file.dienst, view.now),
            **_time_fields(view, lezing),
            **_onderzoek_fields(file),
            motivering=afronding.opgave.motivering if afronding else None,
            contacten=tuple(ContactOut.of(one) for one in file.contacten),
            veiligheidsvoorwaarden=tuple(VeiligheidsvoorwaardeOut.of(one) for one in file.voorwaarden),
            crisismaatregelen=tuple(InterventieOut.of(one, one.tijdstip or view.now) for one in view.crisismaatregelen),
        )


def _time_fields(view: DienstView, lezing: Lezing) -> dict[str, Any]:
    late = is_late(view.file.dienst, view.now)
    return {
        "uiterlijk_andere_lezing": lezing.uiterlijk,
        "uiterlijk_uitleg": lezing.uitleg,
        "vertragingen": tuple(VertragingOut.of(one) for one in view.file.vertragingen),
        "vertraging_onverklaard": late and not view.file.vertragingen,
    }


def _onderzoek_fields(file: DienstFile) -> dict[str, Any]:
    done, afronding = file.onderzoek, file.dienst.afronding
    oordelen = [one.oordeel for one in done.bevindingen]
    offered = offers_destruction(file.dienst)
    return {
        "waarschuwingen": warnings_of(afronding.opgave.conclusie, oordelen) if afronding else (),
        "omzetting": _omzetting(file),
        "plan": PlanOut.of(done.plannen[-1]) if done.plannen else None,
        "betrokkenen": tuple(BetrokkeneOverzichtOut.of(one) for one in _overview(file)),
        "informanten": tuple(InformantOut.of(one) for one in done.informanten),
        "bevindingen": tuple(BevindingOut.of(one) for one in done.bevindingen),
        "vernietiging_aangeboden": offered,
        "vernietiging_tekst": VERNIETIGING_TEKST if offered else None,
        "vernietigingsaanbiedingen": tuple(VernietigingsaanbiedingOut.of(one) for one in done.aanbiedingen),
    }


def _overview(file: DienstFile) -> tuple[BetrokkeneOverzicht, ...]:
    of_melding = (Betrokkene(file.dienst.melding_id, nr) for nr in file.nrs)
    return overview(of_melding, (*file.eerdere_contacten, *file.contacten))


def _omzetting(file: DienstFile) -> OmzettingOut | None:
    omzetting = file.dienst.omzetting
    if omzetting is None:
        return None
    return OmzettingOut(
        reden=omzetting.opgave.reden,
        motivering=omzetting.opgave.motivering,
        omgezet_op=omzetting.omgezet_op,
        nieuwe_dienst_id=file.nieuwe_dienst_id,
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
        "te_laat": is_late(dienst, now),
        "conclusie": afronding.opgave.conclusie if afronding else None,
        "afgerond_op": afronding.afgerond_op if afronding else None,
        "bestemmingen": bestemmingen_out(routering) if routering else (),
        "sluit": routering.sluit if routering else None,
        "statuscode": routering.statuscode if routering else None,
        "grondslagen": routering.grondslagen if routering else (),
        "vorige_dienst_id": dienst.vorige_dienst_id,
        "omgezet_op": dienst.omzetting.omgezet_op if dienst.omzetting else None,
    }
