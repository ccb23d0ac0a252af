"""A request to the raad in the words of the wire."""

from typing import Annotated
from uuid import UUID

from pydantic import Field, StrictBool

from services.triage.domain.verzoek import RAAD, VtoDocument, VtoDocumentSoort, VtoOpgave, find_missing
from services.triage.domain.vto import (
    Intrekking,
    Kennisgeving,
    KennisgevingWijze,
    Raadsbericht,
    Vto,
    VtoVerzoekStatus,
    find_untold,
    standing,
)
from services.triage.handlers.vto import BerichtOpgave
from services.triage.schemas.matter import Betrokkenen, BetrokkeneRef, MatterOut, head_fields
from shared.ids import new_id
from shared.rules.behandelcodes import VtoGemeldAan, VtoResultaat, VtoStatus
from shared.rules.codes import TermijnSoort
from shared.rules.deadlines import compute_termijn
from shared.rules.settings import RuleSettings
from shared.web.schema import Kenmerk, Naam, OptionalDatum, OptionalTijdstip, OrganisatieId, Schema, Tekst, Tijdstip

_DOCUMENTEN_MAX = 50


class VtoDocumentSchema(Schema):
    """Een document bij het verzoek: wat het is en waar het staat. Het bestand zelf is een bijlage van de melding."""

    soort: VtoDocumentSoort
    titel: Naam
    verwijzing: Tekst

    def to_domain(self) -> VtoDocument:
        """Return the document as the domain knows it."""
        return VtoDocument(self.soort, self.titel, self.verwijzing)


class VtoOpgaveIn(Schema):
    """Een concept mag onvolledig zijn; bij de indiening moet alles er zijn."""

    identificatie: Naam | None = None
    startdatum: OptionalDatum = None
    registratiedatum: OptionalDatum = None
    onderwerpen: Betrokkenen = ()
    ongeboren: StrictBool = Field(default=False, description="Het verzoek gaat (ook) over een ongeboren kind")
    belanghebbenden: Betrokkenen = ()
    uitvoerder: OrganisatieId = Field(default=RAAD, description="Welke vestiging van de raad het onderzoek doet")
    documenten: Annotated[tuple[VtoDocumentSchema, ...], Field(max_length=_DOCUMENTEN_MAX)] = ()
    spoed: StrictBool | None = None
    ouders_ingelicht: StrictBool | None = None
    reden_niet_ingelicht: Tekst | None = None
    motivering: Tekst | None = None

    def to_domain(self) -> VtoOpgave:
        """Return the request as the domain knows it."""
        return VtoOpgave(
            identificatie=self.identificatie,
            startdatum=self.startdatum,
            registratiedatum=self.registratiedatum,
            onderwerpen=tuple(one.to_domain() for one in self.onderwerpen),
            ongeboren=self.ongeboren,
            belanghebbenden=tuple(one.to_domain() for one in self.belanghebbenden),
            uitvoerder=self.uitvoerder,
            documenten=tuple(one.to_domain() for one in self.documenten),
            spoed=self.spoed,
            ouders_ingelicht=self.ouders_ingelicht,
            reden_niet_ingelicht=self.reden_niet_ingelicht,
            motivering=self.motivering,
        )


class VtoIn(VtoOpgaveIn):
    melding_id: UUID


class VtoIndieningIn(Schema):
    gedaan_op: OptionalTijdstip = Field(default=None, description="Wanneer het naar de raad ging; zonder is dat nu")


class VtoIntrekkingIn(Schema):
    ingetrokken_op: Tijdstip
    reden: Tekst

    def to_domain(self) -> Intrekking:
        """Return why a request is taken back as the domain knows it."""
        return Intrekking(self.ingetrokken_op, self.reden)


class VtoKennisgevingIn(Schema):
    """Met wijze, bewijs en inhoud; of, voor een melder die niet bekend is, met nietMogelijk."""

    aan: VtoGemeldAan
    moment: Tijdstip
    wijze: KennisgevingWijze | None = None
    bewijs: Tekst | None = Field(default=None, description="Waaruit blijkt dat is ingelicht")
    inhoud: Tekst | None = Field(default=None, description="Wat is verteld, in het kort")
    niet_mogelijk: Tekst | None = Field(default=None, description="Waarom de melder niet is in te lichten")

    def to_domain(self) -> Kennisgeving:
        """Return the kennisgeving as the domain knows it."""
        return Kennisgeving(new_id(), self.aan, self.moment, self.wijze, self.bewijs, self.inhoud, self.niet_mogelijk)


class VtoKennisgevingOut(Schema):
    id: UUID
    aan: VtoGemeldAan
    moment: Tijdstip
    wijze: KennisgevingWijze | None
    bewijs: str | None
    inhoud: str | None
    niet_mogelijk: str | None

    @classmethod
    def of(cls, one: Kennisgeving) -> "VtoKennisgevingOut":
        """Return a kennisgeving as it is shown."""
        return cls(
            id=one.id,
            aan=one.aan,
            moment=one.moment,
            wijze=one.wijze,
            bewijs=one.bewijs,
            inhoud=one.inhoud,
            niet_mogelijk=one.niet_mogelijk,
        )


class RaadsberichtIn(Schema):
    bericht_identificatie: Kenmerk
    status: VtoStatus
    resultaat: VtoResultaat | None = None
    ontvangen_op: Tijdstip

    def to_domain(self) -> BerichtOpgave:
        """Return the message as the handlers know it."""
        return BerichtOpgave(self.bericht_identificatie, self.status, self.resultaat, self.ontvangen_op)


class RaadsberichtOut(Schema):
    id: UUID
    status: VtoStatus
    resultaat: VtoResultaat | None
    ontvangen_op: Tijdstip

    @classmethod
    def of(cls, one: Raadsbericht) -> "RaadsberichtOut":
        """Return a message as it is shown."""
        return cls(id=one.id, status=one.status, resultaat=one.resultaat, ontvangen_op=one.ontvangen_op)


class RaadsstandOut(Schema):
    """Hoe ver de raad is, en wat ervan kwam: niets van wat Veilig Thuis opschreef."""

    id: UUID
    status: VtoVerzoekStatus
    raad_status: VtoStatus | None
    raad_resultaat: VtoResultaat | None
    gedaan_op: OptionalTijdstip
    ingetrokken_op: OptionalTijdstip
    berichten: tuple[RaadsberichtOut, ...]

    @classmethod
    def of(cls, vto: Vto) -> "RaadsstandOut":
        """Return how far the raad is."""
        status, resultaat = standing(vto)
        return cls(
            id=vto.id,
            status=vto.status,
            raad_status=status,
            raad_resultaat=resultaat,
            gedaan_op=vto.gedaan_op,
            ingetrokken_op=vto.intrekking.ingetrokken_op if vto.intrekking else None,
            berichten=tuple(RaadsberichtOut.of(one) for one in vto.berichten),
        )


class RaadsverzoekenOut(Schema):
    resultaten: tuple[RaadsstandOut, ...]
    volgende: str | None


class VtoItemOut(MatterOut):
    """Een verzoek in een lijst: zonder wat iemand opschreef."""

    status: VtoVerzoekStatus
    uitvoerder: str
    aangemaakt_op: Tijdstip
    gedaan_op: OptionalTijdstip

    @classmethod
    def of(cls, vto: Vto) -> "VtoItemOut":
        """Return a request as it is shown in a list."""
        return cls(
            **head_fields(vto),
            status=vto.status,
            uitvoerder=vto.opgave.uitvoerder,
            aangemaakt_op=vto.begonnen_op,
            gedaan_op=vto.gedaan_op,
        )


class VtoLijst(Schema):
    resultaten: tuple[VtoItemOut, ...]
    volgende: str | None


class VtoOut(VtoItemOut):
    """Een verzoek met alles wat erbij hoort, en wat er nog ontbreekt."""

    identificatie: str | None
    startdatum: OptionalDatum
    registratiedatum: OptionalDatum
    onderwerpen: tuple[BetrokkeneRef, ...]
    ongeboren: bool
    belanghebbenden: tuple[BetrokkeneRef, ...]
    documenten: tuple[VtoDocumentSchema, ...]
    spoed: bool | None
    ouders_ingelicht: bool | None
    reden_niet_ingelicht: str | None
    motivering: str | None
    ontbreekt: tuple[str, ...]
    reden_intrekking: str | None
    kennisgevingen: tuple[VtoKennisgevingOut, ...]
    nog_in_te_lichten: tuple[VtoGemeldAan, ...]
    inlichten_uiterlijk: OptionalTijdstip
    raad: RaadsstandOut

    @classmethod
    def of_whole(cls, vto: Vto, rules: RuleSettings) -> "VtoOut":
        """Return a request as it is shown by itself."""
        opgave = vto.opgave
        return cls(
            **VtoItemOut.of(vto).model_dump(),
            identificatie=opgave.identificatie,
            startdatum=opgave.startdatum,
            registratiedatum=opgave.registratiedatum,
            onderwerpen=tuple(BetrokkeneRef.of(one) for one in opgave.onderwerpen),
            ongeboren=opgave.ongeboren,
            belanghebbenden=tuple(BetrokkeneRef.of(one) for one in opgave.belanghebbenden),
            documenten=tuple(
                VtoDocumentSchema(soort=one.soort, titel=one.titel, verwijzing=one.verwijzing)
                for one in opgave.documenten
            ),
            spoed=opgave.spoed,
            ouders_ingelicht=opgave.ouders_ingelicht,
            reden_niet_ingelicht=opgave.reden_niet_ingelicht,
            motivering=opgave.motivering,
            ontbreekt=find_missing(opgave) if vto.status is VtoVerzoekStatus.CONCEPT else (),
            reden_intrekking=vto.intrekking.reden if vto.intrekking else None,
            kennisgevingen=tuple(VtoKennisgevingOut.of(one) for one in vto.kennisgevingen),
            nog_in_te_lichten=find_untold(vto),
            inlichten_uiterlijk=_due(vto, rules),
            raad=RaadsstandOut.of(vto),
        )


def _due(vto: Vto, rules: RuleSettings) -> OptionalTijdstip:
    if vto.gedaan_op is None:
        return None
    return compute_termijn(TermijnSoort.VERZOEK_TOT_ONDERZOEK_MELDEN, vto.gedaan_op, rules).uiterlijk
