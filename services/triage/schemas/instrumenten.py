"""Instruments and the taxaties of persons in the words of the wire."""

from datetime import date
from typing import Annotated, Any

from pydantic import Field, StrictBool

from services.triage.domain.instrumenten import InstrumentVersie, Vraag, VraagSoort
from services.triage.domain.taxatie import Taxatie, TaxatieOntbreekt, TaxatieOpgave, Volledigheid
from shared.rules.behandelcodes import GezienWijze, NietGezienReden
from shared.rules.settings import VEILIGHEIDSCIJFER_HOOGST, VEILIGHEIDSCIJFER_LAAGST
from shared.web.schema import OptionalTijdstip, Schema, Tekst, Tijdstip

Cijfer = Annotated[
    int,
    Field(
        ge=VEILIGHEIDSCIJFER_LAAGST,
        le=VEILIGHEIDSCIJFER_HOOGST,
        strict=True,
        description="Hoe veilig het is, van 0 (heel onveilig) tot 10 (veilig)",
    ),
]


# --- instruments -------------------------------------------------------------------------------------------------


class TonenAlsOut(Schema):
    vraag: str
    bij: tuple[bool | int | str, ...]


class SchaalOut(Schema):
    laagste: int
    hoogste: int


class WijstOpOut(Schema):
    """Waar deze antwoorden op wijzen."""

    bij: tuple[bool | int | str, ...]
    acuut_onveilig: bool
    structureel_onveilig: bool


class VraagOut(Schema):
    nummer: str = Field(description="De naam van de vraag in `antwoorden`")
    tekst: str
    soort: VraagSoort
    verplicht: bool
    keuzes: tuple[str, ...]
    schaal: SchaalOut | None
    tonen_als: TonenAlsOut | None = Field(description="Bij welke antwoorden op een eerdere vraag deze wordt gesteld")
    wijst_op: WijstOpOut | None

    @classmethod
    def of(cls, vraag: Vraag) -> "VraagOut":
        """Return a question as it is shown."""
        schaal, shown_if, hint = vraag.schaal, vraag.tonen_als, vraag.wijst_op
        return cls(
            nummer=vraag.id,
            tekst=vraag.tekst,
            soort=vraag.soort,
            verplicht=vraag.verplicht,
            keuzes=vraag.keuzes,
            schaal=SchaalOut(laagste=schaal.laagste, hoogste=schaal.hoogste) if schaal else None,
            tonen_als=TonenAlsOut(vraag=shown_if.vraag, bij=shown_if.bij) if shown_if else None,
            wijst_op=WijstOpOut(bij=hint.bij, acuut_onveilig=hint.acuut, structureel_onveilig=hint.structureel)
            if hint
            else None,
        )


class InstrumentVersieOut(Schema):
    """Eén versie; `eigenBewerking` zegt wat eraan van dit systeem is en niet van de makers."""

    versie: str
    titel: str
    bron: str
    eigen_bewerking: str
    geverifieerd: bool
    geldig_van: date
    geldig_tot: date | None
    vragen: tuple[VraagOut, ...]

    @classmethod
    def of(cls, one: InstrumentVersie) -> "InstrumentVersieOut":
        """Return a version as it is shown."""
        return cls(
            versie=one.versie,
            titel=one.titel,
            bron=one.bron,
            eigen_bewerking=one.eigen_bewerking,
            geverifieerd=one.geverifieerd,
            geldig_van=one.geldig_van,
            geldig_tot=one.geldig_tot,
            vragen=tuple(VraagOut.of(vraag) for vraag in one.vragen),
        )


class InstrumentItemOut(Schema):
    instrument_id: str = Field(description="De `naam` van het instrument in een besluit")
    titel: str
    versies: tuple[str, ...]
    geldige_versies: tuple[str, ...] = Field(description="Die vandaag gelden")


class InstrumentenOut(Schema):
    resultaten: tuple[InstrumentItemOut, ...]
    volgende: str | None


class InstrumentMetVersiesOut(Schema):
    """Een instrument met al zijn versies, de oudste eerst."""

    instrument_id: str
    versies: tuple[InstrumentVersieOut, ...]


# --- taxaties ----------------------------------------------------------------------------------------------------


class TaxatieIn(Schema):
    """Hoe veilig één persoon is, en of hij is gezien, of waarom niet."""

    cijfer: Cijfer | None = None
    acuut_onveilig: StrictBool | None = None
    structureel_onveilig: StrictBool | None = None
    getaxeerd_op: OptionalTijdstip = None
    toelichting: Tekst | None = None
    gezien: StrictBool | None = None
    gezien_op: OptionalTijdstip = None
    gezien_wijze: GezienWijze | None = None
    niet_gezien_reden: NietGezienReden | None = None
    gezien_toelichting: Tekst | None = None

    def to_domain(self, persoon_nr: int) -> TaxatieOpgave:
        """Return the taxatie of a person as the domain knows it."""
        return TaxatieOpgave(persoon_nr=persoon_nr, **{name: getattr(self, name) for name in type(self).model_fields})


class TaxatieOut(Schema):
    persoon_nr: int
    cijfer: int | None
    acuut_onveilig: bool | None
    structureel_onveilig: bool | None
    getaxeerd_op: OptionalTijdstip
    toelichting: str | None
    gezien: bool | None
    gezien_op: OptionalTijdstip
    gezien_wijze: GezienWijze | None
    niet_gezien_reden: NietGezienReden | None
    gezien_toelichting: str | None
    vastgelegd_op: Tijdstip

    @classmethod
    def of(cls, taxatie: Taxatie) -> "TaxatieOut":
        """Return a taxatie as it is shown."""
        told: dict[str, Any] = {name: getattr(taxatie.opgave, name) for name in TaxatieIn.model_fields}
        return cls(persoon_nr=taxatie.opgave.persoon_nr, **told, vastgelegd_op=taxatie.vastgelegd_op)


class OntbreektOut(Schema):
    persoon_nr: int
    wat: TaxatieOntbreekt


class VolledigheidOut(Schema):
    """Of van iedereen vaststaat hoe veilig hij is en of hij is gezien; wat ontbreekt houdt niets tegen."""

    compleet: bool
    aantal_personen: int | None = Field(description="Leeg bij een melding waarvan de personen nooit zijn doorgegeven")
    ontbreekt: tuple[OntbreektOut, ...]

    @classmethod
    def of(cls, found: Volledigheid) -> "VolledigheidOut":
        """Return what is missing as it is shown."""
        return cls(
            compleet=found.compleet,
            aantal_personen=found.personen,
            ontbreekt=tuple(OntbreektOut(persoon_nr=nr, wat=what) for nr, what in found.ontbreekt),
        )
