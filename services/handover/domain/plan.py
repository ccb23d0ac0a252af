"""The plan of a household (gefaseerde ketenzorg) under an accepted overdracht, and all that stands in it.

Everybody whom the melding is about is a member by his place in it (docs/adr/0019); a child is a client of its own: it
has goals of its own, and who speaks for the household does not speak for it. One value holds the whole plan: each step
returns a new one, with its version, and the facts that it tells.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from types import MappingProxyType
from uuid import UUID

from services.handover.domain import doel as doelen
from services.handover.domain import planactie as acties
from services.handover.domain.doel import Doel, DoelStatus
from services.handover.domain.overdracht import Overdracht, StapError, Status
from services.handover.domain.planactie import Afronding, Planactie
from services.handover.domain.planfase import (
    EIS_NL,
    EISEN,
    EISEN_EINDE,
    STAP_NAAR,
    Eis,
    Stand,
    next_fase,
    unmet,
)
from shared.events.payloads import Fact
from shared.events.plannen import (
    PlanactieAfgerond,
    PlanactieAfgesproken,
    PlanBeeindigd,
    PlanfaseGewijzigd,
    PlanGeevalueerd,
    PlanGestart,
    PlanOvergegaan,
)
from shared.rules.plancodes import AfwijkReden, Fase, PlanEinde, RegieSoort


class PlanStatus(StrEnum):
    LOPEND = "lopend"
    WACHTEND = "wachtend"  # its overdracht was given back: it waits for who takes over
    BEEINDIGD = "beeindigd"


class PlanStap(StrEnum):
    BIJWERKEN = "bijwerken"
    TERUGGEVEN = "teruggeven"
    OVERNEMEN = "overnemen"
    BEEINDIGEN = "beeindigen"


_S, _A = PlanStatus, PlanStap

TRANSITIONS: Mapping[tuple[PlanStatus, PlanStap], PlanStatus | None] = MappingProxyType(
    {
        (_S.LOPEND, _A.BIJWERKEN): _S.LOPEND,
        (_S.LOPEND, _A.TERUGGEVEN): _S.WACHTEND,
        (_S.LOPEND, _A.OVERNEMEN): _S.LOPEND,
        (_S.LOPEND, _A.BEEINDIGEN): _S.BEEINDIGD,
        (_S.WACHTEND, _A.BIJWERKEN): None,
        (_S.WACHTEND, _A.TERUGGEVEN): _S.WACHTEND,
        (_S.WACHTEND, _A.OVERNEMEN): _S.LOPEND,
        (_S.WACHTEND, _A.BEEINDIGEN): _S.BEEINDIGD,
        (_S.BEEINDIGD, _A.BIJWERKEN): None,
        (_S.BEEINDIGD, _A.TERUGGEVEN): _S.BEEINDIGD,
        (_S.BEEINDIGD, _A.OVERNEMEN): _S.BEEINDIGD,
        (_S.BEEINDIGD, _A.BEEINDIGEN): None,
    }
)
MAY_NOW: Mapping[PlanStatus, str] = MappingProxyType(
    {
        _S.LOPEND: "Dit plan loopt. De ontvanger van de overdracht werkt het bij en beëindigt het.",
        _S.WACHTEND: (
            "De overdracht is teruggegeven en dit plan wacht op wie het overneemt. Veilig Thuis kan het beëindigen."
        ),
        _S.BEEINDIGD: "Dit plan is beëindigd en staat vast. Maak zo nodig een nieuw plan bij de overdracht.",
    }
)
# Who asks to give back keeps the family until Veilig Thuis takes it back, and goes on helping.
HEEFT_HET_GEZIN = frozenset({Status.GEACCEPTEERD, Status.TERUGGAVE_GEVRAAGD})


class InvoerError(ValueError):
    """What was given cannot be so; ``plaats`` is its JSON pointer in the body and ``reden_nl`` says why."""

    def __init__(self, plaats: str, reden_nl: str) -> None:
        """Keep where and why."""
        super().__init__(f"{plaats}: {reden_nl}")
        self.plaats, self.reden_nl = plaats, reden_nl


class OnbekendError(LookupError):
    """What a step is about is not in this plan."""

    def __init__(self, reden_nl: str) -> None:
        """Keep the Dutch reason."""
        super().__init__(reden_nl)
        self.reden_nl = reden_nl


class Hoedanigheid(StrEnum):
    """In what quality somebody is a member of the household."""

    KIND = "kind"
    VOLWASSENE = "volwassene"


@dataclass(frozen=True, slots=True, kw_only=True)
class Lid:
    """A member by his place in the melding; who needs no goal of his own says why in ``toelichting``."""

    id: UUID
    nr: int
    hoedanigheid: Hoedanigheid
    eigen_doelen: bool = True
    toelichting: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Regie:
    """Who directs, since when; ``tot`` is None for who does so now."""

    id: UUID
    soort: RegieSoort
    organisatie_id: str
    functie: str | None
    motivering: str
    vanaf: datetime
    tot: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluatie:
    """That it was looked at whether the plan works, who of the members were spoken with, and when it is done again."""

    id: UUID
    fase: Fase
    gehouden_op: datetime
    direct_veilig: bool
    stabiel_veilig: bool | None
    gesproken: tuple[int, ...]
    verslag: str
    volgende_dag: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Fasebesluit:
    """That a phase began, and what was not met then; ``reden`` says why it began all the same."""

    id: UUID
    fase: Fase
    vanaf: datetime
    motivering: str | None
    reden: AfwijkReden | None = None
    niet_voldaan: tuple[Eis, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Einde:
    """What a plan ended with, and what was reached in words."""

    uitkomst: PlanEinde
    bereikt: str
    reden: AfwijkReden | None = None
    niet_voldaan: tuple[Eis, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    id: UUID
    overdracht_id: UUID
    casus_id: UUID
    melding_id: UUID
    gemeente_code: str
    gestart_op: datetime
    evaluatie_dag: date
    status: PlanStatus = PlanStatus.LOPEND
    fase: Fase = Fase.VEILIGHEIDSPLAN
    versie: int = 1
    einde: Einde | None = None
    beeindigd_op: datetime | None = None
    leden: tuple[Lid, ...] = ()
    doelen: tuple[Doel, ...] = ()
    acties: tuple[Planactie, ...] = ()
    regie: tuple[Regie, ...] = ()
    evaluaties: tuple[Evaluatie, ...] = ()
    fasen: tuple[Fasebesluit, ...] = ()

    def director(self, soort: RegieSoort) -> Regie | None:
        """Return who directs now."""
        return next((one for one in self.regie if one.soort is soort and one.tot is None), None)

    @property
    def fase_sinds(self) -> datetime:
        """Return when the phase that runs began."""
        return self.fasen[-1].vanaf if self.fasen else self.gestart_op


Stap = tuple[Plan, tuple[Fact, ...]]


def _bijgewerkt(plan: Plan, **changes: object) -> Plan:
    """Return a plan with something changed in it; raises ``StapError`` for one that has ended."""
    return replace(plan, status=_next(plan, _A.BIJWERKEN), versie=plan.versie + 1, **changes)  # type: ignore[arg-type]


def _next(plan: Plan, stap: PlanStap) -> PlanStatus:
    after = TRANSITIONS[plan.status, stap]
    if after is None:
        raise StapError(MAY_NOW[plan.status])
    return after


def start(overdracht: Overdracht, new: Plan, *, known: Collection[int]) -> Stap:
    """Make the plan of a household under an overdracht that its receiver has accepted.

    ``known`` are the places in the melding; nobody when they were never told, and then any place is taken. Raises
    ``StapError`` or ``InvoerError``.
    """
    if overdracht.status not in HEEFT_HET_GEZIN:
        raise StapError("Een plan hoort bij een geaccepteerde overdracht. Accepteer eerst, of ga na wie dat deed.")
    for place, lid in enumerate(new.leden):
        _check_lid(lid, f"/leden/{place}", known)
        if lid.nr in {earlier.nr for earlier in new.leden[:place]}:
            raise InvoerError(f"/leden/{place}/nr", "staat er al")
    fact = PlanGestart(
        plan_id=new.id,
        overdracht_id=overdracht.id,
        melding_id=new.melding_id,
        gemeente_code=new.gemeente_code,
        fase=new.fase,
        gestart_op=new.gestart_op,
        evaluatie_dag=new.evaluatie_dag,
    )
    return new, (fact,)


def _check_lid(lid: Lid, plaats: str, known: Collection[int]) -> None:
    if known and lid.nr not in known:
        raise InvoerError(f"{plaats}/nr", "is geen directbetrokkene van deze melding")
    if not lid.eigen_doelen and lid.toelichting is None:
        raise InvoerError(f"{plaats}/toelichting", "verplicht als iemand geen eigen doelen heeft: waarom niet")


def put_lid(plan: Plan, lid: Lid, *, known: Collection[int]) -> Stap:
    """Note how somebody is a member, in the place of what was known of him; the same once more changes nothing."""
    _check_lid(lid, "", known)
    if lid in plan.leden:
        return plan, ()
    others = [one for one in plan.leden if one.nr != lid.nr]
    return _bijgewerkt(plan, leden=tuple(sorted([*others, lid], key=lambda one: one.nr))), ()


def pose_doel(plan: Plan, doel: Doel) -> Stap:
    """Set a goal in the phase that runs; raises ``InvoerError`` for one of somebody who is no member."""
    if doel.lid_nr is not None:
        _check_member(plan, doel.lid_nr, "/lidNr")
    return _bijgewerkt(plan, doelen=(*plan.doelen, replace(doel, fase=plan.fase))), ()


def _check_member(plan: Plan, nr: int, plaats: str) -> None:
    if nr not in {lid.nr for lid in plan.leden}:
        raise InvoerError(plaats, "is geen lid van het huishouden in dit plan")


def settle_doel(plan: Plan, doel_id: UUID, uitkomst: DoelStatus, toelichting: str, *, now: datetime) -> Stap:
    """Note what became of a goal; raises ``OnbekendError`` when it is not in this plan."""
    before = next((one for one in plan.doelen if one.id == doel_id), None)
    if before is None:
        raise OnbekendError("Dit doel is er niet.")
    after = doelen.settle(before, uitkomst, toelichting, now=now)
    if after is before:
        return plan, ()
    return _bijgewerkt(plan, doelen=tuple(after if one is before else one for one in plan.doelen)), ()


def agree_actie(plan: Plan, actie: Planactie) -> Stap:
    """Agree on an action; raises ``InvoerError`` for one towards a goal that is not in this plan."""
    if actie.doel_id is not None and actie.doel_id not in {one.id for one in plan.doelen}:
        raise InvoerError("/doelId", "is geen doel van dit plan")
    fact = PlanactieAfgesproken(
        planactie_id=actie.id,
        plan_id=plan.id,
        melding_id=plan.melding_id,
        gemeente_code=plan.gemeente_code,
        afgesproken_op=actie.afgesproken_op,
        uiterlijk_dag=actie.uiterlijk_dag,
    )
    return _bijgewerkt(plan, acties=(*plan.acties, replace(actie, fase=plan.fase))), (fact,)


def finish_actie(plan: Plan, actie_id: UUID, afronding: Afronding, *, now: datetime) -> Stap:
    """Note that an action was done, or why not; raises ``OnbekendError`` when it is not in this plan."""
    before = next((one for one in plan.acties if one.id == actie_id), None)
    if before is None:
        raise OnbekendError("Deze actie is er niet.")
    if not afronding.gedaan and afronding.reden is None:
        raise InvoerError("/reden", "verplicht als de actie niet is gedaan")
    if afronding.gedaan and afronding.reden is not None:
        raise InvoerError("/reden", "hoort alleen bij een actie die niet is gedaan")
    after = acties.finish(before, afronding, now=now)
    if after is before:
        return plan, ()
    fact = PlanactieAfgerond(
        planactie_id=actie_id,
        plan_id=plan.id,
        melding_id=plan.melding_id,
        gedaan=afronding.gedaan,
        afgerond_op=now,
    )
    return _bijgewerkt(plan, acties=tuple(after if one is before else one for one in plan.acties)), (fact,)


def assign_regie(plan: Plan, regie: Regie) -> Stap:
    """Say who directs from now on; who did so before stays in the history, and the same once more changes nothing."""
    before = plan.director(regie.soort)
    if before and (before.organisatie_id, before.functie) == (regie.organisatie_id, regie.functie):
        return plan, ()
    ended = tuple(replace(one, tot=regie.vanaf) if one is before else one for one in plan.regie)
    return _bijgewerkt(plan, regie=(*ended, regie)), ()


def evaluate(plan: Plan, evaluatie: Evaluatie) -> Stap:
    """Note how the plan works; raises ``InvoerError`` for who is no member, or a safety that contradicts itself."""
    for place, nr in enumerate(evaluatie.gesproken):
        _check_member(plan, nr, f"/gesproken/{place}")
    if evaluatie.stabiel_veilig and not evaluatie.direct_veilig:
        raise InvoerError("/stabielVeilig", "wat niet direct veilig is, is niet stabiel veilig")
    if evaluatie.gehouden_op < plan.gestart_op:
        raise InvoerError("/gehoudenOp", "ligt voor het begin van het plan")
    held = tuple(sorted([*plan.evaluaties, replace(evaluatie, fase=plan.fase)], key=lambda one: one.gehouden_op))
    after = _bijgewerkt(plan, evaluaties=held, evaluatie_dag=held[-1].volgende_dag)
    fact = PlanGeevalueerd(
        plan_id=plan.id,
        melding_id=plan.melding_id,
        gemeente_code=plan.gemeente_code,
        fase=plan.fase,
        direct_veilig=evaluatie.direct_veilig,
        stabiel_veilig=evaluatie.stabiel_veilig,
        geevalueerd_op=evaluatie.gehouden_op,
        evaluatie_dag=evaluatie.volgende_dag,
    )
    return after, (fact,)


@dataclass(frozen=True, slots=True, kw_only=True)
class Omgeving:
    """What bears on a plan beside what stands in it: who is in the melding, and how the voorwaarden are kept.

    ``known`` are the places in the melding; nobody when they were never told, and then any place is taken.
    """

    known: frozenset[int] = frozenset()
    open_voorwaarden: int = 0


def give_back(plan: Plan) -> Plan:
    """Let a plan wait for who takes over; one that has ended stays as it is."""
    status = _next(plan, _A.TERUGGEVEN)
    return plan if status is plan.status else replace(plan, status=status, versie=plan.versie + 1)


def take_over(plan: Plan, *, now: datetime) -> Stap:
    """Let who accepted go on with a plan that waited; any other stays as it is."""
    status = _next(plan, _A.OVERNEMEN)
    if status is plan.status:
        return plan, ()
    fact = PlanOvergegaan(
        plan_id=plan.id,
        overdracht_id=plan.overdracht_id,
        melding_id=plan.melding_id,
        gemeente_code=plan.gemeente_code,
        overgegaan_op=now,
    )
    return replace(plan, status=status, versie=plan.versie + 1), (fact,)


def check_who_ends(plan: Plan, *, receiver: bool) -> None:
    """Raise ``StapError`` unless a plan is his to end: its receiver while it runs, Veilig Thuis while it waits."""
    if plan.status is not _S.BEEINDIGD and receiver is not (plan.status is _S.LOPEND):
        raise StapError(MAY_NOW[plan.status])


def stand_of(plan: Plan, omgeving: Omgeving) -> Stand:
    """Return how a plan stands; only what was said since the phase began says something of it."""
    known = omgeving.known
    sinds = plan.fase_sinds
    seen = {lid.nr for lid in plan.leden if not lid.eigen_doelen}
    seen |= {doel.lid_nr for doel in plan.doelen if doel.gesteld_op >= sinds and doel.lid_nr is not None}
    members = {lid.nr for lid in plan.leden}
    held = [one for one in plan.evaluaties if one.gehouden_op >= sinds]
    return Stand(
        fase=plan.fase,
        casusregie=plan.director(RegieSoort.CASUSREGIE) is not None,
        leden_buiten_beeld=len((members | known) - seen) if members or known else 1,
        open_doelen=sum(doel.is_open for doel in plan.doelen),
        open_voorwaarden=omgeving.open_voorwaarden,
        direct_veilig=bool(held) and held[-1].direct_veilig,
        stabiel_veilig=bool(held) and bool(held[-1].stabiel_veilig),
    )


def _check_eisen(niet_voldaan: Collection[Eis], reden: AfwijkReden | None) -> None:
    if niet_voldaan and reden is None:
        missing = "; ".join(EIS_NL[eis] for eis in niet_voldaan)
        raise StapError(
            f"Dit kan nog niet: {missing}. Vul dit aan, of geef in `afwijking` de reden waarom het toch moet."
        )


def change_fase(plan: Plan, besluit: Fasebesluit, omgeving: Omgeving) -> Stap:
    """Begin another phase; the phase that runs already changes nothing.

    Raises ``StapError`` when a phase would be passed over, or when a condition is not met and there is no reason.
    """
    if besluit.fase is plan.fase and plan.fasen and plan.fasen[-1].motivering == besluit.motivering:
        return plan, ()
    _next(plan, _A.BIJWERKEN)
    fase = next_fase(plan.fase, STAP_NAAR[besluit.fase])
    niet_voldaan = unmet(EISEN[plan.fase, fase], stand_of(plan, omgeving))
    _check_eisen(niet_voldaan, besluit.reden)
    kept = replace(besluit, niet_voldaan=niet_voldaan, reden=besluit.reden if niet_voldaan else None)
    fact = PlanfaseGewijzigd(
        plan_id=plan.id,
        melding_id=plan.melding_id,
        gemeente_code=plan.gemeente_code,
        fase=fase,
        afgeweken=bool(niet_voldaan),
        gewijzigd_op=besluit.vanaf,
    )
    return _bijgewerkt(plan, fase=fase, fasen=(*plan.fasen, kept)), (fact,)


def end(plan: Plan, einde: Einde, omgeving: Omgeving, *, now: datetime) -> Stap:
    """End a plan with what was reached; what was still to be done lapses, and the same once more changes nothing.

    Raises ``StapError`` when it says that its goals were reached and they were not, or when a condition is not met and
    there is no reason.
    """
    if plan.einde and (plan.einde.uitkomst, plan.einde.bereikt) == (einde.uitkomst, einde.bereikt):
        return plan, ()
    status = _next(plan, _A.BEEINDIGEN)
    short = any(doel.status in {DoelStatus.DEELS_BEHAALD, DoelStatus.NIET_BEHAALD} for doel in plan.doelen)
    if einde.uitkomst is PlanEinde.DOELEN_BEREIKT and short:
        raise StapError("Niet elk doel is behaald. Kies een uitkomst die zegt wat wel is bereikt.")
    niet_voldaan = unmet(EISEN_EINDE, stand_of(plan, omgeving))
    _check_eisen(niet_voldaan, einde.reden)
    kept = replace(einde, niet_voldaan=niet_voldaan, reden=einde.reden if niet_voldaan else None)
    fact = PlanBeeindigd(
        plan_id=plan.id,
        melding_id=plan.melding_id,
        gemeente_code=plan.gemeente_code,
        fase=plan.fase,
        einde=einde.uitkomst,
        afgeweken=bool(niet_voldaan),
        beeindigd_op=now,
    )
    after = replace(
        plan,
        status=status,
        versie=plan.versie + 1,
        einde=kept,
        beeindigd_op=now,
        acties=tuple(acties.lapse(one, now=now) for one in plan.acties),
        regie=tuple(replace(one, tot=one.tot or now) for one in plan.regie),
    )
    return after, (fact,)
