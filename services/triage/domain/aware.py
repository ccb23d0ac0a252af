"""AWARE: an alarm button for who is stalked, with what police, OM and hulpverlening do about the one who stalks."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from uuid import UUID

from services.triage.domain.matter import Matter, step
from shared.events.behandeling import AwareBeeindigd, AwareVerleend, AwareVerlengd
from shared.events.payloads import Fact
from shared.rules.calendar import amsterdam_day
from shared.rules.codes import TermijnSoort
from shared.rules.deadlines import compute_termijn
from shared.rules.settings import RuleSettings


class AwareStatus(StrEnum):
    AANGEVRAAGD = "aangevraagd"
    VERLEEND = "verleend"
    AFGEWEZEN = "afgewezen"
    BEEINDIGD = "beeindigd"


class AwareActie(StrEnum):
    VERLENEN = "verlenen"
    AFWIJZEN = "afwijzen"
    VERLENGEN = "verlengen"
    BEEINDIGEN = "beeindigen"
    AFSPREKEN = "afspreken"  # something is agreed about the one who stalks
    UITVOEREN = "uitvoeren"  # and done


_S, _A = AwareStatus, AwareActie

# Before the committee decides the person is in danger already: what is agreed about the stalker does not wait for it,
# and goes on to be done after the button was refused or handed in.
TRANSITIONS: Mapping[tuple[AwareStatus, AwareActie], AwareStatus | None] = MappingProxyType(
    {
        (_S.AANGEVRAAGD, _A.VERLENEN): _S.VERLEEND,
        (_S.AANGEVRAAGD, _A.AFWIJZEN): _S.AFGEWEZEN,
        (_S.AANGEVRAAGD, _A.VERLENGEN): None,
        (_S.AANGEVRAAGD, _A.BEEINDIGEN): _S.BEEINDIGD,
        (_S.AANGEVRAAGD, _A.AFSPREKEN): _S.AANGEVRAAGD,
        (_S.AANGEVRAAGD, _A.UITVOEREN): _S.AANGEVRAAGD,
        (_S.VERLEEND, _A.VERLENEN): None,
        (_S.VERLEEND, _A.AFWIJZEN): None,
        (_S.VERLEEND, _A.VERLENGEN): _S.VERLEEND,
        (_S.VERLEEND, _A.BEEINDIGEN): _S.BEEINDIGD,
        (_S.VERLEEND, _A.AFSPREKEN): _S.VERLEEND,
        (_S.VERLEEND, _A.UITVOEREN): _S.VERLEEND,
        (_S.AFGEWEZEN, _A.VERLENEN): None,
        (_S.AFGEWEZEN, _A.AFWIJZEN): None,
        (_S.AFGEWEZEN, _A.VERLENGEN): None,
        (_S.AFGEWEZEN, _A.BEEINDIGEN): None,
        (_S.AFGEWEZEN, _A.AFSPREKEN): None,
        (_S.AFGEWEZEN, _A.UITVOEREN): _S.AFGEWEZEN,
        (_S.BEEINDIGD, _A.VERLENEN): None,
        (_S.BEEINDIGD, _A.AFWIJZEN): None,
        (_S.BEEINDIGD, _A.VERLENGEN): None,
        (_S.BEEINDIGD, _A.BEEINDIGEN): None,
        (_S.BEEINDIGD, _A.AFSPREKEN): None,
        (_S.BEEINDIGD, _A.UITVOEREN): _S.BEEINDIGD,
    }
)
_NIEUW = "Wie AWARE opnieuw nodig heeft krijgt een nieuwe aanvraag. Wat al was afgesproken kan worden afgevinkt."
MAY_NOW: Mapping[AwareStatus, str] = MappingProxyType(
    {
        _S.AANGEVRAAGD: (
            "De indicatiecommissie kan AWARE verlenen of afwijzen, de aanvraag kan worden beëindigd, en acties "
            "richting wie belaagt kunnen worden afgesproken."
        ),
        _S.VERLEEND: "AWARE kan worden verlengd of beëindigd, en acties richting wie belaagt worden afgesproken.",
        _S.AFGEWEZEN: f"De aanvraag is afgewezen. {_NIEUW}",
        _S.BEEINDIGD: f"AWARE is beëindigd. {_NIEUW}",
    }
)


class SashNiveau(StrEnum):
    """How high the SASH (screening of risk at stalking) puts the risk."""

    LAAG = "laag"
    MATIG = "matig"
    HOOG = "hoog"


class AwareBesluitSoort(StrEnum):
    """What the indication committee decided."""

    VERLEEND = "verleend"
    AFGEWEZEN = "afgewezen"


class AwareEinde(StrEnum):
    """Why AWARE ended."""

    NIET_MEER_NODIG = "niet-meer-nodig"
    OP_EIGEN_VERZOEK = "op-eigen-verzoek"
    AFSPRAKEN_NIET_NAGEKOMEN = "afspraken-niet-nagekomen"
    ANDERE_BESCHERMING = "andere-bescherming"
    AANVRAAG_INGETROKKEN = "aanvraag-ingetrokken"
    ANDERS = "anders"


class AwareDoor(StrEnum):
    """Who does something about the one who stalks."""

    POLITIE = "politie"
    OPENBAAR_MINISTERIE = "openbaar-ministerie"
    HULPVERLENING = "hulpverlening"
    VEILIG_THUIS = "veilig-thuis"


@dataclass(frozen=True, slots=True)
class AwareBesluit:
    """What the indication committee decided, when, why and who sat in it."""

    soort: AwareBesluitSoort
    besloten_op: datetime
    motivering: str
    deelnemers: tuple[str, ...]
    evaluatie_dag: date | None = None  # as it was asked for; without one the term of the settings


@dataclass(frozen=True, slots=True)
class Verlenging:
    """That it was looked at again, and goes on."""

    verlengd_op: datetime
    evaluatie_dag: date
    toelichting: str


@dataclass(frozen=True, slots=True)
class AwareBeeindiging:
    beeindigd_op: datetime
    reden: AwareEinde
    toelichting: str | None


@dataclass(frozen=True, slots=True)
class AwareUitvoering:
    """That an action was done, or given up."""

    gedaan: bool
    moment: datetime
    toelichting: str | None


@dataclass(frozen=True, slots=True)
class AwareOptreden:
    """What somebody will do about the one who stalks, and by which day."""

    id: UUID
    door: AwareDoor
    wat: str
    uiterlijk_dag: date
    uitvoering: AwareUitvoering | None = None


@dataclass(frozen=True, slots=True)
class AwareTekst:
    """What was written down of AWARE; empty where it was not opened."""

    indicatie: str = ""
    besluit: AwareBesluit | None = None
    verlengingen: tuple[Verlenging, ...] = ()
    einde: AwareBeeindiging | None = None
    optredens: tuple[AwareOptreden, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Aware(Matter):
    """One request for AWARE; ``begonnen_op`` is when it was asked."""

    persoon_nr: int
    sash_niveau: SashNiveau | None
    status: AwareStatus
    tekst: AwareTekst
    besloten_op: datetime | None = None
    evaluatie_dag: date | None = None
    beeindigd_op: datetime | None = None
    reden_einde: AwareEinde | None = None


def last_day(start: datetime, rules: RuleSettings) -> date:
    """Return the last day of the term in which AWARE must be looked at again."""
    uiterlijk = compute_termijn(TermijnSoort.AWARE_EVALUATIE, start, rules).uiterlijk
    return amsterdam_day(uiterlijk - timedelta(microseconds=1))


def fault_of_evaluatie(dag: date | None, start: datetime, rules: RuleSettings) -> str | None:
    """Return in Dutch why a day cannot be that of the evaluation: one that is too far is forgotten."""
    if dag is None or amsterdam_day(start) < dag <= last_day(start, rules):
        return None
    return f"een dag na het besluit, en binnen {rules.aware_maanden} maanden daarna"


def decide(before: Aware, besluit: AwareBesluit, rules: RuleSettings) -> tuple[Aware, tuple[Fact, ...]]:
    """Record what the committee decided; the same decision again changes nothing and tells nothing."""
    if before.tekst.besluit == besluit:
        return before, ()
    granted = besluit.soort is AwareBesluitSoort.VERLEEND
    status = step(TRANSITIONS, MAY_NOW, before.status, _A.VERLENEN if granted else _A.AFWIJZEN)
    dag = (besluit.evaluatie_dag or last_day(besluit.besloten_op, rules)) if granted else None
    after = replace(
        before,
        status=status,
        besloten_op=besluit.besloten_op,
        evaluatie_dag=dag,
        tekst=replace(before.tekst, besluit=besluit),
    )
    if dag is None:
        return after, ()
    fact = AwareVerleend(
        aware_id=after.id,
        melding_id=after.melding_id,
        gemeente_code=after.gemeente_code,
        verleend_op=besluit.besloten_op,
        evaluatie_dag=dag,
    )
    return after, (fact,)


def extend(before: Aware, verlenging: Verlenging) -> tuple[Aware, tuple[Fact, ...]]:
    """Let AWARE go on until it is looked at again; the same again changes nothing and tells nothing."""
    if verlenging in before.tekst.verlengingen:
        return before, ()
    after = replace(
        before,
        status=step(TRANSITIONS, MAY_NOW, before.status, _A.VERLENGEN),
        evaluatie_dag=verlenging.evaluatie_dag,
        tekst=replace(before.tekst, verlengingen=(*before.tekst.verlengingen, verlenging)),
    )
    fact = AwareVerlengd(
        aware_id=after.id,
        melding_id=after.melding_id,
        verlengd_op=verlenging.verlengd_op,
        evaluatie_dag=verlenging.evaluatie_dag,
    )
    return after, (fact,)


def end(before: Aware, einde: AwareBeeindiging) -> tuple[Aware, tuple[Fact, ...]]:
    """End AWARE; a request that was never granted ends without a fact, for nobody heard of it."""
    if before.tekst.einde == einde:
        return before, ()
    after = replace(
        before,
        status=step(TRANSITIONS, MAY_NOW, before.status, _A.BEEINDIGEN),
        beeindigd_op=einde.beeindigd_op,
        reden_einde=einde.reden,
        tekst=replace(before.tekst, einde=einde),
    )
    if before.status is _S.AANGEVRAAGD:
        return after, ()
    fact = AwareBeeindigd(aware_id=after.id, melding_id=after.melding_id, beeindigd_op=einde.beeindigd_op)
    return after, (fact,)


def agree(before: Aware, optreden: AwareOptreden) -> Aware:
    """Return AWARE with one more action about the one who stalks."""
    status = step(TRANSITIONS, MAY_NOW, before.status, _A.AFSPREKEN)
    return replace(before, status=status, tekst=_with(before, (*before.tekst.optredens, optreden)))


def carry_out(before: Aware, optreden_id: UUID, uitvoering: AwareUitvoering) -> tuple[Aware, tuple[()]]:
    """Record that an action was done or given up; a later word replaces the earlier, the same changes nothing."""
    optredens = tuple(
        replace(one, uitvoering=uitvoering) if one.id == optreden_id else one for one in before.tekst.optredens
    )
    if optredens == before.tekst.optredens:
        return before, ()
    status = step(TRANSITIONS, MAY_NOW, before.status, _A.UITVOEREN)
    return replace(before, status=status, tekst=_with(before, optredens)), ()


def find_optreden(aware: Aware, optreden_id: UUID) -> AwareOptreden | None:
    """Return one action."""
    return next((one for one in aware.tekst.optredens if one.id == optreden_id), None)


def late_optredens(aware: Aware, now: datetime) -> Iterator[AwareOptreden]:
    """Yield the actions that should have been done and were not."""
    today = amsterdam_day(now)
    yield from (one for one in aware.tekst.optredens if one.uitvoering is None and one.uiterlijk_dag < today)


def _with(aware: Aware, optredens: tuple[AwareOptreden, ...]) -> AwareTekst:
    return replace(aware.tekst, optredens=optredens)
