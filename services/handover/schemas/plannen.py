"""Plans of households as they go over the wire: what is given, and the codes that answer it."""

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import Field, StrictBool

from services.handover.domain.doel import DoelStatus
from services.handover.domain.plan import Einde, Hoedanigheid, Plan, PlanStatus
from services.handover.domain.planactie import Afronding, NietGedaanReden
from services.handover.handlers.plannen import ActieOpgave, EvaluatieOpgave, LidOpgave, PlanOpgave
from services.handover.store.plannen import PlanItem
from shared.rules.plancodes import AfwijkReden, Fase, PlanEinde, RegieSoort
from shared.web.schema import (
    GemeenteCode,
    Naam,
    OptionalDatum,
    OptionalTijdstip,
    OrganisatieId,
    Schema,
    Tekst,
    Tijdstip,
)

# More people than any melding holds: a place beyond it is a mistake.
PERSOON_NR_MAX = 999
_LEDEN_MAX = 50
PersoonNr = Annotated[int, Field(ge=0, le=PERSOON_NR_MAX, description="De plaats in de melding, vanaf 0")]
_NO_DAY = "Zonder deze dag geldt de termijn van de regio"


class LidIn(Schema):
    """Een lid van het huishouden; een kind is een cliënt van zichzelf."""

    hoedanigheid: Hoedanigheid
    eigen_doelen: StrictBool = Field(default=True, description="Of er in het plan doelen voor deze persoon zelf zijn")
    toelichting: Tekst | None = Field(None, description="Verplicht als er geen eigen doelen zijn: waarom niet")

    def to_opgave(self, nr: int) -> LidOpgave:
        """Return the member at a place in the melding."""
        return LidOpgave(nr, self.hoedanigheid, self.eigen_doelen, self.toelichting)


class LidMetNrIn(LidIn):
    nr: PersoonNr


class PlanIn(Schema):
    leden: Annotated[tuple[LidMetNrIn, ...], Field(max_length=_LEDEN_MAX)] = ()
    motivering: Tekst | None = None
    evaluatie_dag: OptionalDatum = Field(None, description=_NO_DAY)

    def to_opgave(self) -> PlanOpgave:
        """Return the plan as it is begun."""
        return PlanOpgave([lid.to_opgave(lid.nr) for lid in self.leden], self.motivering, self.evaluatie_dag)


class DoelIn(Schema):
    omschrijving: Tekst
    lid_nr: PersoonNr | None = Field(None, description="Van wie het doel is; zonder: van het huishouden")
    streefdag: OptionalDatum = None


class DoeluitkomstIn(Schema):
    """Wat van een doel is geworden; `open` zet het weer open."""

    uitkomst: DoelStatus
    toelichting: Tekst


class PlanactieIn(Schema):
    omschrijving: Tekst
    doel_id: UUID | None = None
    organisatie_id: OrganisatieId = Field(description="Welke organisatie dit doet")
    functie: Naam | None = Field(None, description="Wie van die organisatie, naar functie")
    uiterlijk_dag: OptionalDatum = Field(None, description=_NO_DAY)

    def to_opgave(self) -> ActieOpgave:
        """Return the action as it was agreed."""
        return ActieOpgave(self.omschrijving, self.doel_id, self.organisatie_id, self.functie, self.uiterlijk_dag)


class PlanactieAfrondingIn(Schema):
    gedaan: StrictBool
    reden: NietGedaanReden | None = Field(None, description="Verplicht als de actie niet is gedaan, anders leeg")
    toelichting: Tekst | None = None

    def to_domain(self) -> Afronding:
        """Return what became of the action."""
        return Afronding(self.gedaan, self.reden, self.toelichting)


class RegieIn(Schema):
    soort: RegieSoort
    organisatie_id: OrganisatieId
    functie: Naam | None = None
    motivering: Tekst


class EvaluatieIn(Schema):
    gehouden_op: Tijdstip
    direct_veilig: StrictBool
    stabiel_veilig: StrictBool | None = Field(None, description="Leeg als dat nog niet te zeggen is")
    gesproken: Annotated[tuple[PersoonNr, ...], Field(max_length=_LEDEN_MAX)] = Field(
        (), description="Met welke leden is gesproken"
    )
    verslag: Tekst
    volgende_dag: OptionalDatum = Field(None, description=_NO_DAY)

    def to_opgave(self) -> EvaluatieOpgave:
        """Return how the plan works."""
        return EvaluatieOpgave(
            self.gehouden_op,
            self.direct_veilig,
            self.stabiel_veilig,
            tuple(sorted(set(self.gesproken))),
            self.verslag,
            self.volgende_dag,
        )


class FaseIn(Schema):
    """De volgende fase, of terug naar een eerdere."""

    fase: Fase
    motivering: Tekst
    afwijking: AfwijkReden | None = Field(
        None, description="Waarom dit moet terwijl niet aan elke voorwaarde is voldaan"
    )


class EindeIn(Schema):
    uitkomst: PlanEinde
    bereikt: Tekst = Field(description="Wat er is bereikt")
    afwijking: AfwijkReden | None = Field(
        None, description="Waarom het plan eindigt terwijl niet aan elke voorwaarde is voldaan"
    )

    def to_domain(self) -> Einde:
        """Return what the plan ended with."""
        return Einde(uitkomst=self.uitkomst, bereikt=self.bereikt, reden=self.afwijking)


class PlanUit(Schema):
    """Een plan zonder wat is opgeschreven."""

    id: UUID
    overdracht_id: UUID
    casus_id: UUID
    melding_id: UUID
    gemeente_code: GemeenteCode
    status: PlanStatus
    fase: Fase
    versie: int
    gestart_op: Tijdstip
    evaluatie_dag: date = Field(description="De laatste dag waarop het plan weer is geëvalueerd")
    beeindigd_op: OptionalTijdstip
    einde: PlanEinde | None


class PlandeelUit(Schema):
    """Wat in een plan is vastgelegd: welk, en hoe het plan er nu voor staat."""

    id: UUID
    plan: PlanUit


class PlannenUit(Schema):
    resultaten: tuple[PlanUit, ...]
    volgende: str | None


def plan_uit(plan: Plan | PlanItem) -> PlanUit:
    """Return a plan as it goes over the wire, without what was written."""
    einde = plan.einde.uitkomst if isinstance(plan.einde, Einde) else plan.einde
    return PlanUit(
        id=plan.id,
        overdracht_id=plan.overdracht_id,
        casus_id=plan.casus_id,
        melding_id=plan.melding_id,
        gemeente_code=plan.gemeente_code,
        status=plan.status,
        fase=plan.fase,
        versie=plan.versie,
        gestart_op=plan.gestart_op,
        evaluatie_dag=plan.evaluatie_dag,
        beeindigd_op=plan.beeindigd_op,
        einde=einde,
    )
