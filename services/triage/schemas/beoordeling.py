"""The veiligheidsbeoordeling in the words of the wire."""

from typing import Annotated, Any
from uuid import UUID

from pydantic import Field, StrictBool

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
from services.triage.domain.voorraad import Stap, is_late
from services.triage.handlers.dossier import HandelingOpgave
from services.triage.handlers.reading import DossierView
from services.triage.schemas.common import Bestemmingen, BestemmingOut, bestemmingen_out
from shared.rules.codes import BestemmingSoort, HandelingSoort, InterventieSoort, Uitkomst
from shared.web.schema import GemeenteCode, Kenmerk, Naam, OptionalTijdstip, Schema, Tekst, Tijdstip

_INTERVENTIES_MAX = 50


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
        bestemmingen=bestemmingen_out(besluit.routering),
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
