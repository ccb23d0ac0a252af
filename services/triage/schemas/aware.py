"""AWARE in the words of the wire."""

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, StrictBool

from services.triage.domain.aware import (
    Aware,
    AwareBeeindiging,
    AwareBesluit,
    AwareBesluitSoort,
    AwareDoor,
    AwareEinde,
    AwareOptreden,
    AwareStatus,
    AwareUitvoering,
    SashNiveau,
    late_optredens,
)
from services.triage.handlers.aware import AwareOpgave, OptredenOpgave, VerlengingOpgave
from services.triage.schemas.matter import MatterOut, PersoonNr, head_fields
from shared.rules.calendar import amsterdam_day
from shared.web.schema import Datum, Naam, OptionalDatum, OptionalTijdstip, Schema, Tekst, Tijdstip

_DEELNEMERS_MAX = 20
_EVALUATIE = "De dag waarop opnieuw wordt gekeken; zonder is dat de laatste dag van de termijn"


class AwareIn(Schema):
    melding_id: UUID
    persoon_nr: PersoonNr
    belaging: Literal[True] = Field(description="AWARE is voor wie wordt belaagd")
    gevraagd_op: Tijdstip
    indicatie: Tekst
    sash_niveau: SashNiveau | None = None

    def to_domain(self) -> AwareOpgave:
        """Return the request as the handlers know it."""
        return AwareOpgave(self.melding_id, self.persoon_nr, self.gevraagd_op, self.indicatie, self.sash_niveau)


class AwareBesluitIn(Schema):
    besluit: AwareBesluitSoort
    besloten_op: Tijdstip
    motivering: Tekst
    deelnemers: Annotated[tuple[Naam, ...], Field(min_length=1, max_length=_DEELNEMERS_MAX)]
    evaluatie_dag: OptionalDatum = Field(default=None, description=_EVALUATIE)

    def to_domain(self) -> AwareBesluit:
        """Return the decision as the domain knows it."""
        return AwareBesluit(self.besluit, self.besloten_op, self.motivering, self.deelnemers, self.evaluatie_dag)


class AwareVerlengingIn(Schema):
    verlengd_op: Tijdstip
    evaluatie_dag: OptionalDatum = Field(default=None, description=_EVALUATIE)
    toelichting: Tekst

    def to_domain(self) -> VerlengingOpgave:
        """Return the evaluation as the handlers know it."""
        return VerlengingOpgave(self.verlengd_op, self.evaluatie_dag, self.toelichting)


class AwareEindeIn(Schema):
    beeindigd_op: Tijdstip
    reden: AwareEinde
    toelichting: Tekst | None = None

    def to_domain(self) -> AwareBeeindiging:
        """Return the end as the domain knows it."""
        return AwareBeeindiging(self.beeindigd_op, self.reden, self.toelichting)


class AwareOptredenIn(Schema):
    door: AwareDoor
    wat: Tekst
    uiterlijk_dag: Datum

    def to_domain(self) -> OptredenOpgave:
        """Return the action as the handlers know it."""
        return OptredenOpgave(self.door, self.wat, self.uiterlijk_dag)


class AwareUitvoeringIn(Schema):
    gedaan: StrictBool = Field(description="False: er is van afgezien")
    moment: Tijdstip
    toelichting: Tekst | None = None

    def to_domain(self) -> AwareUitvoering:
        """Return what was done as the domain knows it."""
        return AwareUitvoering(self.gedaan, self.moment, self.toelichting)


class AwareUitvoeringOut(Schema):
    gedaan: bool
    moment: Tijdstip
    toelichting: str | None


class AwareOptredenOut(Schema):
    id: UUID
    door: AwareDoor
    wat: str
    uiterlijk_dag: date
    uitvoering: AwareUitvoeringOut | None

    @classmethod
    def of(cls, one: AwareOptreden) -> "AwareOptredenOut":
        """Return an action as it is shown."""
        done = one.uitvoering
        return cls(
            id=one.id,
            door=one.door,
            wat=one.wat,
            uiterlijk_dag=one.uiterlijk_dag,
            uitvoering=AwareUitvoeringOut(gedaan=done.gedaan, moment=done.moment, toelichting=done.toelichting)
            if done
            else None,
        )


class AwareBesluitOut(Schema):
    besluit: AwareBesluitSoort
    besloten_op: Tijdstip
    motivering: str
    deelnemers: tuple[str, ...]


class AwareVerlengingOut(Schema):
    verlengd_op: Tijdstip
    evaluatie_dag: date
    toelichting: str


class AwareItemOut(MatterOut):
    """Een aanvraag in een lijst: zonder wat iemand opschreef."""

    persoon_nr: int
    sash_niveau: SashNiveau | None
    status: AwareStatus
    gevraagd_op: Tijdstip
    besloten_op: OptionalTijdstip
    evaluatie_dag: OptionalDatum
    evaluatie_te_laat: bool
    beeindigd_op: OptionalTijdstip
    reden_einde: AwareEinde | None

    @classmethod
    def of(cls, one: Aware, now: datetime) -> "AwareItemOut":
        """Return a request as it is shown in a list."""
        due = one.evaluatie_dag if one.status is AwareStatus.VERLEEND else None
        return cls(
            **head_fields(one),
            persoon_nr=one.persoon_nr,
            sash_niveau=one.sash_niveau,
            status=one.status,
            gevraagd_op=one.begonnen_op,
            besloten_op=one.besloten_op,
            evaluatie_dag=one.evaluatie_dag,
            evaluatie_te_laat=due is not None and due < amsterdam_day(now),
            beeindigd_op=one.beeindigd_op,
            reden_einde=one.reden_einde,
        )


class AwareLijst(Schema):
    resultaten: tuple[AwareItemOut, ...]
    volgende: str | None


class AwareOut(AwareItemOut):
    indicatie: str
    besluit: AwareBesluitOut | None
    verlengingen: tuple[AwareVerlengingOut, ...]
    toelichting_einde: str | None
    optredens: tuple[AwareOptredenOut, ...]
    optredens_te_laat: tuple[UUID, ...]

    @classmethod
    def of_whole(cls, one: Aware, now: datetime) -> "AwareOut":
        """Return a request as it is shown by itself."""
        tekst = one.tekst
        return cls(
            **AwareItemOut.of(one, now).model_dump(),
            indicatie=tekst.indicatie,
            besluit=_besluit(tekst.besluit) if tekst.besluit else None,
            verlengingen=tuple(
                AwareVerlengingOut(
                    verlengd_op=each.verlengd_op, evaluatie_dag=each.evaluatie_dag, toelichting=each.toelichting
                )
                for each in tekst.verlengingen
            ),
            toelichting_einde=tekst.einde.toelichting if tekst.einde else None,
            optredens=tuple(AwareOptredenOut.of(each) for each in tekst.optredens),
            optredens_te_laat=tuple(each.id for each in late_optredens(one, now)),
        )


def _besluit(one: AwareBesluit) -> AwareBesluitOut:
    return AwareBesluitOut(
        besluit=one.soort, besloten_op=one.besloten_op, motivering=one.motivering, deelnemers=one.deelnemers
    )
