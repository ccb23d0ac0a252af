"""The veiligheidsbeoordeling in the words of the wire."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field, StrictBool

from services.triage.domain.dossier import (
    AcuutcheckOpgave,
    Dossier,
    DossierStatus,
    Handeling,
    Interventie,
    VoorstelBesluit,
    propose_besluit,
)
from services.triage.domain.taxatie import judge_besluit, volledigheid_of
from services.triage.domain.voorraad import Stap, is_late
from services.triage.handlers.dossier import HandelingOpgave
from services.triage.handlers.reading import DossierView
from services.triage.schemas.besluit import BesluitOut, besluit_out
from services.triage.schemas.instrumenten import TaxatieOut, VolledigheidOut
from shared.rules.behandelcodes import InterventiePartij
from shared.rules.codes import BestemmingSoort, HandelingSoort, InterventieSoort, Uitkomst
from shared.web.schema import GemeenteCode, Naam, OptionalTijdstip, Schema, Tekst, Tijdstip

_INTERVENTIES_MAX = 50


class InterventieIn(Schema):
    soort: InterventieSoort
    tijdstip: OptionalTijdstip = None
    organisatie: Naam | None = None
    toelichting: Tekst | None = None
    partij: InterventiePartij | None = Field(default=None, description="Wat voor organisatie kwam")
    gevraagd_op: OptionalTijdstip = Field(default=None, description="Wanneer erom is gevraagd")
    aangekomen_op: OptionalTijdstip = Field(default=None, description="Wanneer zij er was, of het was gedaan")

    def to_domain(self) -> Interventie:
        """Return the interventie as the domain knows it."""
        return Interventie(
            self.soort,
            self.tijdstip,
            self.organisatie,
            self.toelichting,
            self.partij,
            self.gevraagd_op,
            self.aangekomen_op,
        )


class AcuutcheckIn(Schema):
    acuut: StrictBool
    motivering: Tekst
    interventies: Annotated[tuple[InterventieIn, ...], Field(max_length=_INTERVENTIES_MAX)] = ()

    def to_domain(self) -> AcuutcheckOpgave:
        """Return the answer as the domain knows it."""
        return AcuutcheckOpgave(self.acuut, self.motivering, tuple(one.to_domain() for one in self.interventies))


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
    partij: InterventiePartij | None
    gevraagd_op: OptionalTijdstip
    aangekomen_op: OptionalTijdstip

    @classmethod
    def of(cls, one: Interventie, tijdstip: datetime) -> "InterventieOut":
        """Return an interventie as it is shown, with when it was done."""
        return cls(
            soort=one.soort,
            tijdstip=tijdstip,
            organisatie=one.organisatie,
            toelichting=one.toelichting,
            partij=one.partij,
            gevraagd_op=one.gevraagd_op,
            aangekomen_op=one.aangekomen_op,
        )


class AcuutcheckOut(Schema):
    acuut: bool
    motivering: str
    interventies: tuple[InterventieOut, ...]
    gedaan_op: Tijdstip


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
    veiligheidstaxaties: tuple[TaxatieOut, ...]
    volledigheid: VolledigheidOut
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
        toetsen = judge_besluit(dossier, view.file.taxaties, view.file.betrokkenen)
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
            veiligheidstaxaties=tuple(TaxatieOut.of(one) for one in view.file.taxaties),
            volledigheid=VolledigheidOut.of(volledigheid_of(view.file.taxaties, view.file.betrokkenen)),
            besluit=besluit_out(dossier.besluit, toetsen) if dossier.besluit else None,
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
        interventies=tuple(InterventieOut.of(one, one.done_at(gedaan_op)) for one in opgave.interventies),
        gedaan_op=gedaan_op,
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
