"""Veiligheidsvoorwaarden in the words of the wire."""

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import Field, StrictBool

from services.triage.domain.voorwaarden import (
    Controle,
    ControleOpgave,
    Instemming,
    Instemt,
    Veiligheidsvoorwaarde,
    VoorwaardeOpgave,
)
from services.triage.schemas.onderzoek import DirectbetrokkeneIn, DirectbetrokkeneOut
from services.triage.store.voorwaarden import VoorwaardeItem
from shared.rules.behandelcodes import VoorwaardeStatus
from shared.web.schema import Datum, GemeenteCode, Naam, OptionalDatum, OptionalTijdstip, Schema, Tekst, Tijdstip

_ITEMS_MAX = 50


class VeiligheidsvoorwaardeIn(Schema):
    omschrijving: Tekst
    eigenaar: Naam
    controle: Tekst
    controle_op: Datum
    instemming: StrictBool | None = Field(default=None, description="Of de directbetrokkenen ermee instemmen")

    def to_domain(self) -> VoorwaardeOpgave:
        """Return the veiligheidsvoorwaarde as the domain knows it."""
        return VoorwaardeOpgave(self.omschrijving, self.eigenaar, self.controle, self.controle_op, self.instemming)


class VoorwaardeStatusIn(Schema):
    """Wat het nagaan opleverde; `vervallen` en weer `open` zijn er ook."""

    status: VoorwaardeStatus
    uitkomst: Tekst
    nagegaan_op: Tijdstip
    volgende_controle_op: OptionalDatum = Field(
        default=None, description="Zonder deze dag geldt de termijn van de regio; bij `vervallen` is er geen"
    )

    def to_domain(self) -> ControleOpgave:
        """Return the check as the domain knows it."""
        return ControleOpgave(self.status, self.uitkomst, self.nagegaan_op, self.volgende_controle_op)


class InstemmingIn(Schema):
    directbetrokkene: DirectbetrokkeneIn
    instemt: Instemt
    moment: OptionalTijdstip = Field(default=None, description="Verplicht bij ja en nee")
    toelichting: Tekst | None = None

    def to_domain(self) -> Instemming:
        """Return whether one person agrees, as the domain knows it."""
        return Instemming(self.directbetrokkene.to_domain(), self.instemt, self.moment, self.toelichting)


class InstemmingenIn(Schema):
    instemmingen: Annotated[tuple[InstemmingIn, ...], Field(max_length=_ITEMS_MAX)]

    def to_domain(self) -> tuple[Instemming, ...]:
        """Return who agrees, as the domain knows it."""
        return tuple(one.to_domain() for one in self.instemmingen)


class InstemmingOut(Schema):
    directbetrokkene: DirectbetrokkeneOut
    instemt: Instemt
    moment: OptionalTijdstip
    toelichting: str | None

    @classmethod
    def of(cls, one: Instemming) -> "InstemmingOut":
        """Return whether one person agrees, as it is shown."""
        return cls(
            directbetrokkene=DirectbetrokkeneOut.of(one.betrokkene),
            instemt=one.instemt,
            moment=one.moment,
            toelichting=one.toelichting,
        )


class ControleOut(Schema):
    """Een keer dat is nagegaan of de voorwaarde wordt nagekomen."""

    status: VoorwaardeStatus
    uitkomst: str
    nagegaan_op: Tijdstip
    volgende_controle_op: date | None

    @classmethod
    def of(cls, one: Controle) -> "ControleOut":
        """Return one check as it is shown."""
        return cls(
            status=one.opgave.status,
            uitkomst=one.opgave.uitkomst,
            nagegaan_op=one.opgave.nagegaan_op,
            volgende_controle_op=one.opgave.volgende_controle_op,
        )


class VeiligheidsvoorwaardeOut(Schema):
    id: UUID
    dienst_id: UUID
    versie: int
    omschrijving: str
    eigenaar: str
    controle: str
    controle_op: date = Field(description="De dag waarop zij uiterlijk (weer) is nagegaan")
    instemming: bool | None = Field(description="Van allen samen; leeg als dat niet van iedereen bekend is")
    status: VoorwaardeStatus
    gesteld_op: Tijdstip
    instemmingen: tuple[InstemmingOut, ...]
    controles: tuple[ControleOut, ...]

    @classmethod
    def of(cls, voorwaarde: Veiligheidsvoorwaarde) -> "VeiligheidsvoorwaardeOut":
        """Return a veiligheidsvoorwaarde as it is shown."""
        return cls(
            id=voorwaarde.id,
            dienst_id=voorwaarde.dienst_id,
            versie=voorwaarde.versie,
            omschrijving=voorwaarde.omschrijving,
            eigenaar=voorwaarde.eigenaar,
            controle=voorwaarde.controle,
            controle_op=voorwaarde.controle_op,
            instemming=voorwaarde.instemming,
            status=voorwaarde.status,
            gesteld_op=voorwaarde.gesteld_op,
            instemmingen=tuple(InstemmingOut.of(one) for one in voorwaarde.instemmingen),
            controles=tuple(ControleOut.of(one) for one in voorwaarde.controles),
        )


class VoorwaardeItemOut(Schema):
    """Een veiligheidsvoorwaarde in een lijst: zonder wat is opgeschreven."""

    id: UUID
    dienst_id: UUID
    melding_id: UUID
    casus_id: UUID
    gemeente_code: GemeenteCode
    versie: int
    status: VoorwaardeStatus
    instemming: bool | None
    gesteld_op: Tijdstip
    controle_op: date

    @classmethod
    def of(cls, item: VoorwaardeItem) -> "VoorwaardeItemOut":
        """Return a veiligheidsvoorwaarde as it is shown in a list."""
        return cls(
            id=item.id,
            dienst_id=item.dienst_id,
            melding_id=item.melding_id,
            casus_id=item.casus_id,
            gemeente_code=item.gemeente_code,
            versie=item.versie,
            status=item.status,
            instemming=item.instemming,
            gesteld_op=item.gesteld_op,
            controle_op=item.controle_op,
        )


class VoorwaardenOut(Schema):
    resultaten: tuple[VoorwaardeItemOut, ...]
    volgende: str | None
