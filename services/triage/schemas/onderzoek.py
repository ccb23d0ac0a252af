"""What is done in a dienst to find out, in the words of the wire."""

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import Field, StrictBool

from services.triage.domain.dienst import Betrokkene, OmzettingOpgave
from services.triage.domain.onderzoek import (
    Aanbod,
    AanbodWijze,
    Bereik,
    BetrokkeneOverzicht,
    Bevestiging,
    Bevinding,
    GeplandeInformant,
    GeplandMoment,
    Informant,
    InformantOpgave,
    InformantSoort,
    Plan,
    PlanVersie,
    Vermoeden,
)
from services.triage.schemas.common import PERSOON_NR_MAX
from shared.rules.behandelcodes import BevindingOordeel, OmzetReden
from shared.rules.codes import Relatie, Vorm
from shared.web.schema import Datum, Naam, OptionalTijdstip, Schema, Tekst, Tijdstip

_ITEMS_MAX = 50


class DirectbetrokkeneIn(Schema):
    """Een persoon van een melding, aangewezen met zijn plaats daarin (vanaf 0)."""

    melding_id: UUID
    nr: Annotated[int, Field(ge=0, le=PERSOON_NR_MAX)]

    def to_domain(self) -> Betrokkene:
        """Return the person as the domain knows him."""
        return Betrokkene(self.melding_id, self.nr)


class DirectbetrokkeneOut(Schema):
    melding_id: UUID
    nr: int

    @classmethod
    def of(cls, betrokkene: Betrokkene) -> "DirectbetrokkeneOut":
        """Return a person as he is shown."""
        return cls(melding_id=betrokkene.melding_id, nr=betrokkene.nr)


# --- the plan ----------------------------------------------------------------------------------------------------

Teksten = Annotated[tuple[Tekst, ...], Field(max_length=_ITEMS_MAX)]


class GeplandeInformantIn(Schema):
    soort: InformantSoort
    wie: Naam | None = None


class GeplandMomentIn(Schema):
    dag: Datum
    wat: Tekst


class PlanIn(Schema):
    doelen: Annotated[tuple[Tekst, ...], Field(min_length=1, max_length=_ITEMS_MAX)]
    vragen: Teksten = ()
    spreken: Annotated[tuple[DirectbetrokkeneIn, ...], Field(max_length=_ITEMS_MAX)] = ()
    informanten: Annotated[tuple[GeplandeInformantIn, ...], Field(max_length=_ITEMS_MAX)] = ()
    momenten: Annotated[tuple[GeplandMomentIn, ...], Field(max_length=_ITEMS_MAX)] = ()
    eigenaar: Annotated[Naam, Field(description="Wie voor het plan zorgt")]

    def to_domain(self) -> Plan:
        """Return the plan as the domain knows it."""
        return Plan(
            self.doelen,
            self.vragen,
            tuple(one.to_domain() for one in self.spreken),
            tuple(GeplandeInformant(one.soort, one.wie) for one in self.informanten),
            tuple(GeplandMoment(one.dag, one.wat) for one in self.momenten),
            self.eigenaar,
        )


class GeplandeInformantOut(Schema):
    soort: InformantSoort
    wie: str | None


class GeplandMomentOut(Schema):
    dag: date
    wat: str


class PlanOut(Schema):
    nummer: int = Field(description="Het eerste plan van een dienst is 1; het hoogste geldt")
    opgesteld_op: Tijdstip
    doelen: tuple[str, ...]
    vragen: tuple[str, ...]
    spreken: tuple[DirectbetrokkeneOut, ...]
    informanten: tuple[GeplandeInformantOut, ...]
    momenten: tuple[GeplandMomentOut, ...]
    eigenaar: str

    @classmethod
    def of(cls, versie: PlanVersie) -> "PlanOut":
        """Return a version of the plan as it is shown."""
        plan = versie.plan
        return cls(
            nummer=versie.nummer,
            opgesteld_op=versie.opgesteld_op,
            doelen=plan.doelen,
            vragen=plan.vragen,
            spreken=tuple(DirectbetrokkeneOut.of(one) for one in plan.spreken),
            informanten=tuple(GeplandeInformantOut(soort=one.soort, wie=one.wie) for one in plan.informanten),
            momenten=tuple(GeplandMomentOut(dag=one.dag, wat=one.wat) for one in plan.momenten),
            eigenaar=plan.eigenaar,
        )


class PlannenOut(Schema):
    plan: PlanOut
    eerdere: tuple[PlanOut, ...] = Field(description="De eerdere versies, de nieuwste eerst")

    @classmethod
    def of(cls, plannen: tuple[PlanVersie, ...]) -> "PlannenOut":
        """Return every version of a plan as it is shown."""
        shown = [PlanOut.of(one) for one in reversed(plannen)]
        return cls(plan=shown[0], eerdere=tuple(shown[1:]))


# --- who was spoken ----------------------------------------------------------------------------------------------


class BetrokkeneOverzichtOut(Schema):
    """Of iemand is gesproken, hoe vaak het is geprobeerd en wanneer het laatst."""

    directbetrokkene: DirectbetrokkeneOut
    bereik: Bereik
    gesproken: int
    geprobeerd: int
    geweigerd: int
    laatste_op: OptionalTijdstip

    @classmethod
    def of(cls, one: BetrokkeneOverzicht) -> "BetrokkeneOverzichtOut":
        """Return of one person how far he was reached."""
        return cls(
            directbetrokkene=DirectbetrokkeneOut.of(one.betrokkene),
            bereik=one.bereik,
            gesproken=one.gesproken,
            geprobeerd=one.geprobeerd,
            geweigerd=one.geweigerd,
            laatste_op=one.laatste_op,
        )


# --- informants --------------------------------------------------------------------------------------------------


class InformantIn(Schema):
    soort: InformantSoort
    organisatie: Naam | None = None
    naam: Naam | None = None
    toestemming: StrictBool = Field(description="Of de betrokkenen toestemming gaven om hem te vragen")
    motivering_zonder_toestemming: Tekst | None = Field(
        default=None, description="Waarom zonder toestemming is gevraagd; dan verplicht"
    )
    tijdstip: Tijdstip
    mededeling: Tekst
    bevestigd: Bevestiging = Bevestiging.NIET_GEVRAAGD

    def to_domain(self) -> InformantOpgave:
        """Return what an informant told as the domain knows it."""
        return InformantOpgave(
            soort=self.soort,
            organisatie=self.organisatie,
            naam=self.naam,
            toestemming=self.toestemming,
            motivering_zonder_toestemming=self.motivering_zonder_toestemming,
            tijdstip=self.tijdstip,
            mededeling=self.mededeling,
            bevestigd=self.bevestigd,
        )


class BevestigingIn(Schema):
    bevestigd: Bevestiging


class InformantOut(Schema):
    id: UUID
    versie: int
    soort: InformantSoort
    organisatie: str | None
    naam: str | None
    toestemming: bool
    motivering_zonder_toestemming: str | None
    tijdstip: Tijdstip
    mededeling: str
    bevestigd: Bevestiging

    @classmethod
    def of(cls, informant: Informant) -> "InformantOut":
        """Return an informant as he is shown to Veilig Thuis."""
        opgave = informant.opgave
        return cls(
            id=informant.id,
            versie=informant.versie,
            soort=opgave.soort,
            organisatie=opgave.organisatie,
            naam=opgave.naam,
            toestemming=opgave.toestemming,
            motivering_zonder_toestemming=opgave.motivering_zonder_toestemming,
            tijdstip=opgave.tijdstip,
            mededeling=opgave.mededeling,
            bevestigd=opgave.bevestigd,
        )


# --- findings ----------------------------------------------------------------------------------------------------


class BevindingWijzigingIn(Schema):
    oordeel: BevindingOordeel
    onderbouwing: Tekst


class BevindingIn(BevindingWijzigingIn):
    directbetrokkene: DirectbetrokkeneIn
    relatie: Relatie
    vorm: Vorm

    def to_vermoeden(self) -> Vermoeden:
        """Return of whom what is suspected, as the domain knows it."""
        return Vermoeden(self.directbetrokkene.to_domain(), self.relatie, self.vorm)


class BevindingOut(Schema):
    id: UUID
    versie: int
    directbetrokkene: DirectbetrokkeneOut
    relatie: Relatie
    vorm: Vorm
    oordeel: BevindingOordeel
    onderbouwing: str
    vastgesteld_op: Tijdstip

    @classmethod
    def of(cls, bevinding: Bevinding) -> "BevindingOut":
        """Return a finding as it is shown."""
        return cls(
            id=bevinding.id,
            versie=bevinding.versie,
            directbetrokkene=DirectbetrokkeneOut.of(bevinding.vermoeden.betrokkene),
            relatie=bevinding.vermoeden.relatie,
            vorm=bevinding.vermoeden.vorm,
            oordeel=bevinding.oordeel,
            onderbouwing=bevinding.onderbouwing,
            vastgesteld_op=bevinding.vastgesteld_op,
        )


# --- going on as an onderzoek ------------------------------------------------------------------------------------


class OmzettingIn(Schema):
    reden: OmzetReden
    motivering: Tekst

    def to_domain(self) -> OmzettingOpgave:
        """Return why it is converted as the domain knows it."""
        return OmzettingOpgave(self.reden, self.motivering)


class OmzettingOut(Schema):
    reden: OmzetReden
    motivering: str
    omgezet_op: Tijdstip
    nieuwe_dienst_id: UUID | None


# --- the right to destruction ------------------------------------------------------------------------------------

_NO_ID = UUID(int=0)


class VernietigingsaanbiedingIn(Schema):
    directbetrokkene: DirectbetrokkeneIn
    moment: Tijdstip
    wijze: AanbodWijze

    def to_domain(self) -> Aanbod:
        """Return the offer as the domain knows it; its id follows from the dienst."""
        return Aanbod(_NO_ID, self.directbetrokkene.to_domain(), self.moment, self.wijze)


class VernietigingsaanbiedingOut(Schema):
    id: UUID
    directbetrokkene: DirectbetrokkeneOut
    moment: Tijdstip
    wijze: AanbodWijze

    @classmethod
    def of(cls, aanbod: Aanbod) -> "VernietigingsaanbiedingOut":
        """Return an offer as it is shown."""
        return cls(
            id=aanbod.id,
            directbetrokkene=DirectbetrokkeneOut.of(aanbod.betrokkene),
            moment=aanbod.moment,
            wijze=aanbod.wijze,
        )
