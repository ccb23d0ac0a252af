"""What goes in and out of the door of triage, in the words of the wire."""

from datetime import date
from typing import Annotated, Any
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
from services.triage.domain.dossier import (
    AcuutcheckOpgave,
    Besluit,
    BesluitOpgave,
    Dossier,
    DossierStatus,
    Handeling,
    Instrument,
    Interventie,
    VoorstelBesluit,
    propose_besluit,
)
from services.triage.domain.voorraad import Stap, WerkItem, explain, is_late
from services.triage.handlers.dienst import ContactOpgave, VoorwaardeOpgave
from services.triage.handlers.dossier import HandelingOpgave
from services.triage.handlers.reading import DienstView, DossierView
from shared.rules.codes import (
    BestemmingSoort,
    Conclusie,
    DienstSoort,
    HandelingSoort,
    InterventieSoort,
    Uitkomst,
)
from shared.rules.routing import Bestemming, Routering
from shared.web.schema import (
    Datum,
    GemeenteCode,
    Kenmerk,
    Naam,
    OptionalTijdstip,
    OrganisatieId,
    Schema,
    Tekst,
    Tijdstip,
)

_INTERVENTIES_MAX = 50
_BESTEMMINGEN_MAX = 20


# --- shared parts ------------------------------------------------------------------------------------------------


class BestemmingIn(Schema):
    """A receiver; without an organisation the one that serves the municipality is taken."""

    soort: BestemmingSoort
    organisatie_id: OrganisatieId | None = None

    def to_domain(self) -> Bestemming:
        """Return the receiver as the rulebook knows it."""
        return Bestemming(self.soort, self.organisatie_id)


Bestemmingen = Annotated[tuple[BestemmingIn, ...], Field(max_length=_BESTEMMINGEN_MAX)]


class BestemmingOut(Schema):
    soort: BestemmingSoort
    organisatie_id: str
    draagt_zicht: bool


def _bestemmingen(routering: Routering) -> tuple[BestemmingOut, ...]:
    return tuple(
        BestemmingOut(soort=one.soort, organisatie_id=one.organisatie_id, draagt_zicht=one.draagt_zicht)
        for one in routering.bestemmingen
    )


# --- werkvoorraad ------------------------------------------------------------------------------------------------


class WerkItemOut(Schema):
    melding_id: UUID
    casus_id: UUID
    dossier_id: UUID
    dienst_id: UUID | None
    gemeente_code: GemeenteCode
    stap: Stap
    acuut: bool | None
    structureel_onveilig: bool | None
    ontvangen_op: Tijdstip
    aangevuld_op: OptionalTijdstip = None
    uiterlijk: Tijdstip
    te_laat: bool
    uitleg: tuple[str, ...]

    @classmethod
    def of(cls, item: WerkItem, now: Tijdstip) -> "WerkItemOut":
        """Return a line of the work list as it is shown."""
        return cls(
            melding_id=item.melding_id,
            casus_id=item.casus_id,
            dossier_id=item.dossier_id,
            dienst_id=item.dienst_id,
            gemeente_code=item.gemeente_code,
            stap=item.werk.stap,
            acuut=item.acuut,
            structureel_onveilig=item.structureel,
            ontvangen_op=item.ontvangen_op,
            aangevuld_op=item.aangevuld_op,
            uiterlijk=item.werk.uiterlijk,
            te_laat=is_late(item.werk, now),
            uitleg=explain(item, now),
        )


class WerkvoorraadOut(Schema):
    resultaten: tuple[WerkItemOut, ...]
    volgende: str | None


# --- veiligheidsbeoordeling --------------------------------------------------------------------------------------


class InterventieIn(Schema):
    soort: InterventieSoort
    tijdstip: OptionalTijdstip = None
    organisatie: Naam | None = None
    toelichting: Tekst | None = None


class AcuutcheckIn(Schema):
    acuut: StrictBool
    motivering: Tekst
    interventies: Annotated[tuple[InterventieIn, ...], Field(max_length=_INTERVENTIES_MAX)] = ()

    def to_domain(self) -> AcuutcheckOpgave:
        """Return the answer as the domain knows it."""
        interventies = tuple(
            Interventie(one.soort, one.tijdstip, one.organisatie, one.toelichting) for one in self.interventies
        )
        return AcuutcheckOpgave(self.acuut, self.motivering, interventies)


class InstrumentIn(Schema):
    naam: Naam
    versie: Kenmerk
    antwoorden: dict[str, Any] | list[Any] = Field(description="De antwoorden in de vorm van het instrument zelf")


class BesluitIn(Schema):
    uitkomst: Uitkomst
    acuut_onveilig: StrictBool
    structureel_onveilig: StrictBool
    motivering: Tekst
    instrument: InstrumentIn | None = None
    bestemmingen: Bestemmingen = ()

    def to_domain(self) -> BesluitOpgave:
        """Return the besluit as the domain knows it."""
        one = self.instrument
        return BesluitOpgave(
            self.uitkomst,
            acuut_onveilig=self.acuut_onveilig,
            structureel_onveilig=self.structureel_onveilig,
            motivering=self.motivering,
            instrument=Instrument(one.naam, one.versie, one.antwoorden) if one else None,
            bestemmingen=tuple(bestemming.to_domain() for bestemming in self.bestemmingen),
        )


class HandelingIn(Schema):
    soort: HandelingSoort
    tijdstip: Tijdstip
    toelichting: Tekst | None = None

    def to_domain(self) -> HandelingOpgave:
        """Return the handeling as the handlers know it."""
        return HandelingOpgave(self.soort, self.tijdstip, self.toelichting)


class InterventieOut(Schema):
    soort: InterventieSoort
    tijdstip: Tijdstip
    organisatie: str | None
    toelichting: str | None


class AcuutcheckOut(Schema):
    acuut: bool
    motivering: str
    interventies: tuple[InterventieOut, ...]
    gedaan_op: Tijdstip


class InstrumentOut(Schema):
    naam: str
    versie: str
    antwoorden: dict[str, Any] | list[Any]


class BesluitOut(Schema):
    uitkomst: Uitkomst
    acuut_onveilig: bool
    structureel_onveilig: bool
    motivering: str
    instrument: InstrumentOut | None
    bestemmingen: tuple[BestemmingOut, ...]
    besloten_op: Tijdstip
    sluit: bool


class VoorstelBestemmingOut(Schema):
    soort: BestemmingSoort
    organisatie_id: str | None


class VoorstelBesluitOut(Schema):
    """Een besluit dat klaarligt; wie beoordeelt neemt het, of een ander."""

    uitkomst: Uitkomst
    bestemmingen: tuple[VoorstelBestemmingOut, ...]
    toelichting: str


class HandelingOut(Schema):
    id: UUID
    soort: HandelingSoort
    tijdstip: Tijdstip
    toelichting: str | None

    @classmethod
    def of(cls, handeling: Handeling) -> "HandelingOut":
        """Return a handeling as it is shown."""
        return cls(
            id=handeling.id,
            soort=handeling.soort,
            tijdstip=handeling.tijdstip,
            toelichting=handeling.toelichting,
        )


class EerderDossierOut(Schema):
    dossier_id: UUID
    geopend_op: Tijdstip
    besloten_op: OptionalTijdstip
    uitkomst: Uitkomst | None
    statuscode: str | None
    dienst_id: UUID | None


class VeiligheidsbeoordelingOut(Schema):
    melding_id: UUID
    casus_id: UUID
    dossier_id: UUID
    versie: int
    gemeente_code: GemeenteCode
    status: DossierStatus
    hermelding: bool
    ontvangen_op: Tijdstip
    geopend_op: Tijdstip
    aangevuld_op: OptionalTijdstip = Field(
        default=None, description="Wanneer aan de melding voor het laatst iets is toegevoegd; te lezen bij intake"
    )
    stap: Stap | None
    uiterlijk: OptionalTijdstip
    te_laat: bool
    acuutcheck: AcuutcheckOut | None
    besluit: BesluitOut | None
    voorstel_besluit: VoorstelBesluitOut | None = Field(
        default=None, description="Bij een melding die voor een andere Veilig Thuis was; te nemen na de acuutcheck"
    )
    statuscode: str | None = Field(description="Landelijke statuscode waarmee de melder antwoord krijgt")
    grondslagen: tuple[str, ...] = Field(description="Sleutels van de artikelen en afspraken achter het besluit")
    dienst_id: UUID | None
    handelingen: tuple[HandelingOut, ...]
    eerdere_dossiers: tuple[EerderDossierOut, ...]

    @classmethod
    def of(cls, view: DossierView) -> "VeiligheidsbeoordelingOut":
        """Return a dossier as it is shown."""
        dossier = view.file.dossier
        routering = dossier.besluit.routering if dossier.besluit else None
        werk = dossier.werk
        return cls(
            melding_id=dossier.melding_id,
            casus_id=dossier.casus_id,
            dossier_id=dossier.id,
            versie=dossier.versie,
            gemeente_code=dossier.gemeente_code,
            status=dossier.status,
            hermelding=dossier.hermelding,
            ontvangen_op=dossier.ontvangen_op,
            geopend_op=dossier.geopend_op,
            aangevuld_op=dossier.aangevuld_op,
            stap=werk.stap if werk else None,
            uiterlijk=werk.uiterlijk if werk else None,
            te_laat=is_late(werk, view.now) if werk else False,
            acuutcheck=_acuutcheck(dossier),
            besluit=_besluit(dossier.besluit) if dossier.besluit else None,
            voorstel_besluit=_voorstel(propose_besluit(dossier)),
            statuscode=routering.statuscode if routering else None,
            grondslagen=routering.grondslagen if routering else (),
            dienst_id=dossier.dienst_id,
            handelingen=tuple(HandelingOut.of(one) for one in view.file.handelingen),
            eerdere_dossiers=tuple(_eerder(one) for one in view.file.eerdere),
        )


def _voorstel(voorstel: VoorstelBesluit | None) -> VoorstelBesluitOut | None:
    if voorstel is None:
        return None
    return VoorstelBesluitOut(
        uitkomst=voorstel.uitkomst,
        bestemmingen=tuple(
            VoorstelBestemmingOut(soort=one.soort, organisatie_id=one.organisatie_id) for one in voorstel.bestemmingen
        ),
        toelichting=voorstel.toelichting,
    )


def _acuutcheck(dossier: Dossier) -> AcuutcheckOut | None:
    if dossier.acuutcheck is None:
        return None
    opgave, gedaan_op = dossier.acuutcheck.opgave, dossier.acuutcheck.gedaan_op
    return AcuutcheckOut(
        acuut=opgave.acuut,
        motivering=opgave.motivering,
        interventies=tuple(
            InterventieOut(
                soort=one.soort,
                tijdstip=one.tijdstip or gedaan_op,
                organisatie=one.organisatie,
                toelichting=one.toelichting,
            )
            for one in opgave.interventies
        ),
        gedaan_op=gedaan_op,
    )


def _besluit(besluit: Besluit) -> BesluitOut:
    opgave = besluit.opgave
    one = opgave.instrument
    return BesluitOut(
        uitkomst=opgave.uitkomst,
        acuut_onveilig=opgave.acuut_onveilig,
        structureel_onveilig=opgave.structureel_onveilig,
        motivering=opgave.motivering,
        instrument=InstrumentOut(naam=one.naam, versie=one.versie, antwoorden=one.antwoorden) if one else None,
        bestemmingen=_bestemmingen(besluit.routering),
        besloten_op=besluit.besloten_op,
        sluit=besluit.routering.sluit,
    )


def _eerder(dossier: Dossier) -> EerderDossierOut:
    besluit = dossier.besluit
    return EerderDossierOut(
        dossier_id=dossier.id,
        geopend_op=dossier.geopend_op,
        besloten_op=besluit.besloten_op if besluit else None,
        uitkomst=besluit.opgave.uitkomst if besluit else None,
        statuscode=besluit.routering.statuscode if besluit else None,
        dienst_id=dossier.dienst_id,
    )


# --- diensten ----------------------------------------------------------------------------------------------------


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
        "bestemmingen": _bestemmingen(routering) if routering else (),
        "sluit": routering.sluit if routering else None,
        "statuscode": routering.statuscode if routering else None,
        "grondslagen": routering.grondslagen if routering else (),
    }
