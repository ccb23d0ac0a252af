"""A decision of a table: who does what by which day, and whether it was done."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from uuid import UUID

from services.triage.domain.errors import OutOfOrderError
from services.triage.domain.fouten import Fout, refuse
from shared.events.behandeling import ActieAfgerond, ActieAfgesproken
from shared.events.payloads import Fact
from shared.rules.calendar import amsterdam_day
from shared.rules.codes import TermijnSoort
from shared.rules.deadlines import YEAR_MAX, Berekening, compute_termijn
from shared.rules.settings import RuleSettings


class ActieStatus(StrEnum):
    OPEN = "open"
    GEDAAN = "gedaan"
    OPGEGEVEN = "opgegeven"


class ActieActie(StrEnum):
    UITVOEREN = "uitvoeren"
    OPGEVEN = "opgeven"
    OVERDRAGEN = "overdragen"


_S, _A = ActieStatus, ActieActie

TRANSITIONS: Mapping[tuple[ActieStatus, ActieActie], ActieStatus | None] = MappingProxyType(
    {
        (_S.OPEN, _A.UITVOEREN): _S.GEDAAN,
        (_S.OPEN, _A.OPGEVEN): _S.OPGEGEVEN,
        (_S.OPEN, _A.OVERDRAGEN): _S.OPEN,
        (_S.GEDAAN, _A.UITVOEREN): None,
        (_S.GEDAAN, _A.OPGEVEN): None,
        (_S.GEDAAN, _A.OVERDRAGEN): None,
        (_S.OPGEGEVEN, _A.UITVOEREN): None,
        (_S.OPGEGEVEN, _A.OPGEVEN): None,
        (_S.OPGEGEVEN, _A.OVERDRAGEN): None,
    }
)
MAY_NOW: Mapping[ActieStatus, str] = MappingProxyType(
    {
        _S.OPEN: "Deze actie staat open: leg vast dat zij is gedaan, of dat zij is opgegeven en waarom.",
        _S.GEDAAN: "Deze actie is gedaan en staat vast. Spreek zo nodig een nieuwe actie af.",
        _S.OPGEGEVEN: "Deze actie is opgegeven en staat vast. Spreek zo nodig een nieuwe actie af.",
    }
)


@dataclass(frozen=True, slots=True)
class Eigenaar:
    """Who carries out an actie."""

    organisatie_id: str
    naam: str | None


@dataclass(frozen=True, slots=True)
class ActieOpgave:
    """An actie, as it was agreed; without a day the term of the region holds."""

    besluit: str
    eigenaar: Eigenaar
    uiterlijk_dag: date | None


@dataclass(frozen=True, slots=True)
class Afronding:
    """That it was done, or why it was given up."""

    gedaan: bool
    toelichting: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Actie:
    id: UUID
    opschaling_id: UUID  # where it was agreed
    bij_id: UUID  # the table that follows it now
    melding_id: UUID
    casus_id: UUID
    gemeente_code: str
    overleg_id: UUID | None
    status: ActieStatus
    versie: int
    besluit: str
    eigenaar: Eigenaar
    afgesproken_op: datetime
    uiterlijk_dag: date
    afronding: Afronding | None = None
    afgerond_op: datetime | None = None


def next_status(status: ActieStatus, actie: ActieActie) -> ActieStatus:
    """Return the state after a step; raises ``OutOfOrderError`` with what may be done instead."""
    after = TRANSITIONS[status, actie]
    if after is None:
        raise OutOfOrderError(MAY_NOW[status])
    return after


def last_day(opgave: ActieOpgave, rules: RuleSettings, *, now: datetime) -> date:
    """Return the last day of an actie: the one that was agreed, or that of the region."""
    if opgave.uiterlijk_dag is not None:
        return opgave.uiterlijk_dag
    term = compute_termijn(TermijnSoort.ACTIE, now, rules)
    return amsterdam_day(term.uiterlijk - timedelta(microseconds=1))


def opgave_faults(opgave: ActieOpgave, pointer: str, *, now: datetime) -> Iterator[Fout]:
    """Yield what cannot be true of an actie."""
    day = opgave.uiterlijk_dag
    if day is not None and not amsterdam_day(now) <= day <= date(YEAR_MAX, 12, 31):
        yield f"{pointer}/uiterlijkDag", "is vandaag of later"


def agree(new: Actie) -> tuple[Actie, tuple[Fact, ...]]:
    """Return a new actie and what it tells."""
    fact = ActieAfgesproken(
        actie_id=new.id,
        opschaling_id=new.opschaling_id,
        melding_id=new.melding_id,
        gemeente_code=new.gemeente_code,
        afgesproken_op=new.afgesproken_op,
        uiterlijk_dag=new.uiterlijk_dag,
    )
    return new, (fact,)


def finish(before: Actie, afronding: Afronding, *, now: datetime) -> tuple[Actie, tuple[Fact, ...]]:
    """Note that an actie was done or given up; the same once more changes nothing and tells nothing."""
    if before.afronding == afronding:
        return before, ()
    status = next_status(before.status, _A.UITVOEREN if afronding.gedaan else _A.OPGEVEN)
    if not afronding.gedaan and afronding.toelichting is None:
        refuse([("/toelichting", "verplicht als de actie wordt opgegeven: waarom")])
    after = replace(before, status=status, versie=before.versie + 1, afronding=afronding, afgerond_op=now)
    fact = ActieAfgerond(
        actie_id=after.id,
        opschaling_id=after.opschaling_id,
        melding_id=after.melding_id,
        gedaan=afronding.gedaan,
        afgerond_op=now,
    )
    return after, (fact,)


def pass_on(before: Actie, *, bij_id: UUID, eigenaar: Eigenaar | None) -> Actie:
    """Return an actie that another table follows, or that another organisation carries out; its day stays."""
    status = next_status(before.status, _A.OVERDRAGEN)
    return replace(before, status=status, versie=before.versie + 1, bij_id=bij_id, eigenaar=eigenaar or before.eigenaar)


def term_of(actie: Actie, rules: RuleSettings) -> Berekening:
    """Return until when an actie is to be done, with the working."""
    return compute_termijn(TermijnSoort.ACTIE, actie.afgesproken_op, rules, afgesproken=actie.uiterlijk_dag)
