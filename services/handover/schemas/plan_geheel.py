"""A plan as a whole, with what was written in it, as it goes over the wire."""

from datetime import date
from uuid import UUID

from pydantic import Field

from services.handover.domain.doel import Doel, DoelStatus
from services.handover.domain.plan import Evaluatie, Fasebesluit, Hoedanigheid, Lid, Plan, Regie
from services.handover.domain.planactie import NietGedaanReden, Planactie, PlanactieStatus
from services.handover.domain.planfase import Eis
from services.handover.schemas.plannen import PlanUit, plan_uit
from shared.rules.plancodes import AfwijkReden, Fase, RegieSoort
from shared.web.schema import OptionalTijdstip, Schema, Tijdstip


class LidUit(Schema):
    nr: int
    hoedanigheid: Hoedanigheid
    eigen_doelen: bool
    toelichting: str | None

    @classmethod
    def of(cls, one: Lid) -> "LidUit":
        """Return a member as he is shown."""
        return cls(nr=one.nr, hoedanigheid=one.hoedanigheid, eigen_doelen=one.eigen_doelen, toelichting=one.toelichting)


class DoelUit(Schema):
    id: UUID
    fase: Fase
    lid_nr: int | None
    omschrijving: str
    streefdag: date | None
    status: DoelStatus
    toelichting: str | None
    gesteld_op: Tijdstip
    afgerond_op: OptionalTijdstip

    @classmethod
    def of(cls, one: Doel) -> "DoelUit":
        """Return a goal as it is shown."""
        return cls(**{name: getattr(one, name) for name in cls.model_fields})


class PlanactieUit(Schema):
    id: UUID
    fase: Fase
    doel_id: UUID | None
    omschrijving: str
    organisatie_id: str
    functie: str | None
    uiterlijk_dag: date
    status: PlanactieStatus
    reden: NietGedaanReden | None
    toelichting: str | None
    afgesproken_op: Tijdstip
    afgerond_op: OptionalTijdstip

    @classmethod
    def of(cls, one: Planactie) -> "PlanactieUit":
        """Return an action as it is shown."""
        own = {name: getattr(one, name) for name in cls.model_fields if name not in {"reden", "toelichting"}}
        said = one.afronding
        return cls(**own, reden=said.reden if said else None, toelichting=said.toelichting if said else None)


class RegieUit(Schema):
    soort: RegieSoort
    organisatie_id: str
    functie: str | None
    motivering: str
    vanaf: Tijdstip
    tot: OptionalTijdstip

    @classmethod
    def of(cls, one: Regie) -> "RegieUit":
        """Return who directs, or did, as it is shown."""
        return cls(**{name: getattr(one, name) for name in cls.model_fields})


class EvaluatieUit(Schema):
    id: UUID
    fase: Fase
    gehouden_op: Tijdstip
    direct_veilig: bool
    stabiel_veilig: bool | None
    gesproken: tuple[int, ...]
    verslag: str
    volgende_dag: date

    @classmethod
    def of(cls, one: Evaluatie) -> "EvaluatieUit":
        """Return an evaluation as it is shown."""
        return cls(**{name: getattr(one, name) for name in cls.model_fields})


class FasebesluitUit(Schema):
    fase: Fase
    vanaf: Tijdstip
    motivering: str | None
    reden: AfwijkReden | None
    niet_voldaan: tuple[Eis, ...] = Field(description="Waaraan niet was voldaan toen deze fase begon")

    @classmethod
    def of(cls, one: Fasebesluit) -> "FasebesluitUit":
        """Return a decision about the phase as it is shown."""
        return cls(**{name: getattr(one, name) for name in cls.model_fields})


class PlanGeheelUit(PlanUit):
    bereikt: str | None = Field(description="Wat er bij het einde was bereikt")
    afwijking: AfwijkReden | None
    niet_voldaan: tuple[Eis, ...] = Field(description="Waaraan niet was voldaan toen het plan eindigde")
    leden: tuple[LidUit, ...]
    doelen: tuple[DoelUit, ...]
    acties: tuple[PlanactieUit, ...]
    regie: tuple[RegieUit, ...] = Field(description="Wie de regie heeft en had, van eerste tot laatste")
    evaluaties: tuple[EvaluatieUit, ...]
    fasen: tuple[FasebesluitUit, ...]


def plan_geheel(plan: Plan) -> PlanGeheelUit:
    """Return a plan with everything in it as it goes over the wire."""
    codes, einde = plan_uit(plan), plan.einde
    return PlanGeheelUit(
        **{name: getattr(codes, name) for name in PlanUit.model_fields},
        bereikt=einde.bereikt if einde else None,
        afwijking=einde.reden if einde else None,
        niet_voldaan=einde.niet_voldaan if einde else (),
        leden=tuple(LidUit.of(one) for one in plan.leden),
        doelen=tuple(DoelUit.of(one) for one in plan.doelen),
        acties=tuple(PlanactieUit.of(one) for one in plan.acties),
        regie=tuple(RegieUit.of(one) for one in plan.regie),
        evaluaties=tuple(EvaluatieUit.of(one) for one in plan.evaluaties),
        fasen=tuple(FasebesluitUit.of(one) for one in plan.fasen),
    )
