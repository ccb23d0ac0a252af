"""Telling the directbetrokkenen that their data is recorded (Wmo 2015, paragraph 5.3): who knows, who not yet, and why.

Within four weeks after receipt, and later only for safety or the investigation: at most two weeks at a time, each with
its own reason. The clock of a melding stops when everybody was told or has a reason why not, and at least one was
really told. When nobody can be told it goes on, so that somebody looks again every two weeks: that is our reading.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from uuid import UUID

from services.triage.domain.errors import OutOfOrderError
from shared.events.behandeling import InformerenUitgesteld
from shared.rules.behandelcodes import InformeerWijze, NietInformerenReden, UitstelReden
from shared.rules.codes import TermijnSoort
from shared.rules.deadlines import Berekening, compute_termijn
from shared.rules.settings import RuleSettings


class InformeerStatus(StrEnum):
    """What one directbetrokkene knows."""

    OPEN = "open"
    NIET_GEINFORMEERD = "niet-geinformeerd"  # with a reason
    GEINFORMEERD = "geinformeerd"


class InformeerActie(StrEnum):
    INFORMEREN = "informeren"
    NIET_INFORMEREN = "niet-informeren"


_S, _A = InformeerStatus, InformeerActie

# None: refused. What somebody was told cannot be taken back; a reason why not can change, or fall away.
TRANSITIONS: Mapping[tuple[InformeerStatus, InformeerActie], InformeerStatus | None] = MappingProxyType(
    {
        (_S.OPEN, _A.INFORMEREN): _S.GEINFORMEERD,
        (_S.OPEN, _A.NIET_INFORMEREN): _S.NIET_GEINFORMEERD,
        (_S.NIET_GEINFORMEERD, _A.INFORMEREN): _S.GEINFORMEERD,
        (_S.NIET_GEINFORMEERD, _A.NIET_INFORMEREN): _S.NIET_GEINFORMEERD,
        (_S.GEINFORMEERD, _A.INFORMEREN): None,
        (_S.GEINFORMEERD, _A.NIET_INFORMEREN): None,
    }
)

MAY_NOW: Mapping[InformeerStatus, str] = MappingProxyType(
    {
        _S.OPEN: "Leg vast dat deze persoon is geïnformeerd, of waarom niet.",
        _S.NIET_GEINFORMEERD: "Deze persoon kan alsnog worden geïnformeerd, en de reden kan worden vervangen.",
        _S.GEINFORMEERD: "Deze persoon is al geïnformeerd; dat staat vast. Andere betrokkenen kunnen nog volgen.",
    }
)

_UNKNOWN = "Deze melding noemt haar betrokkenen niet: leg zelf de handeling 'betrokkenen-geinformeerd' vast."
_NOBODY = "Er is nog niemand echt geïnformeerd. De termijn loopt door: stel uit met een reden, of informeer iemand."
_TOLD_ALREADY = "De betrokkenen zijn al geïnformeerd; er is niets meer uit te stellen."
_NO_MORE = "Verder uitstellen kan niet: leg per betrokkene vast dat hij is geïnformeerd, of waarom niet."
SAME_MOTIVERING = "schrijf waarom het nu nog niet kan; deze motivering is al eens gebruikt"


@dataclass(frozen=True, slots=True, kw_only=True)
class Informering:
    """That somebody was told, or the reason why not."""

    id: UUID
    nummer: int  # in the melding, from 1: the last of a person counts
    persoon_nr: int
    actie: InformeerActie
    tijdstip: datetime
    door: str
    wijze: InformeerWijze | None = None
    reden: NietInformerenReden | None = None
    gezag_nr: int | None = None  # who is told instead, when he is one of the directbetrokkenen
    toelichting: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Uitstel:
    id: UUID
    nummer: int
    reden: UitstelReden
    motivering: str
    uitgesteld_op: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Boek:
    """Everything about the telling of one melding."""

    melding_id: UUID
    casus_id: UUID
    gemeente_code: str
    ontvangen_op: datetime
    personen: frozenset[int]  # nobody: an older intake did not tell
    informeringen: tuple[Informering, ...] = ()
    uitstellen: tuple[Uitstel, ...] = ()
    gehandeld_op: datetime | None = None  # when the act that stops the clock was done

    def laatste(self, nr: int) -> Informering | None:
        """Return what was last recorded of a person."""
        return next((one for one in reversed(self.informeringen) if one.persoon_nr == nr), None)

    def status(self, nr: int) -> InformeerStatus:
        """Return what a person knows."""
        last = self.laatste(nr)
        if last is None:
            return InformeerStatus.OPEN
        told = last.actie is InformeerActie.INFORMEREN
        return InformeerStatus.GEINFORMEERD if told else InformeerStatus.NIET_GEINFORMEERD

    @property
    def genoemd(self) -> tuple[int, ...]:
        """Everybody who is named: by the melding, or by what was recorded."""
        return tuple(sorted(self.personen | {one.persoon_nr for one in self.informeringen}))


def is_person(boek: Boek, nr: int) -> bool:
    """Say whether a melding has this person; one that names nobody may have any."""
    return nr in boek.personen if boek.personen else nr >= 0


def add(before: Boek, new: Informering) -> tuple[Boek, Informering]:
    """Record what was done for a person, and return it as it is kept: the same again is the one that was kept first.

    Raises ``OutOfOrderError`` for who was told already.
    """
    last = before.laatste(new.persoon_nr)
    if last is not None and _same(last, new):
        return before, last
    status = before.status(new.persoon_nr)
    if TRANSITIONS[status, new.actie] is None:
        raise OutOfOrderError(MAY_NOW[status])
    return replace(before, informeringen=(*before.informeringen, new)), new


def _same(last: Informering, new: Informering) -> bool:
    """Say whether a record was sent again, by whomever; a reason why not is the same whenever it is given."""
    moment = new.tijdstip if new.actie is InformeerActie.NIET_INFORMEREN else last.tijdstip
    return replace(last, id=new.id, nummer=new.nummer, door=new.door, tijdstip=moment) == new


def missing(boek: Boek) -> tuple[str, ...]:
    """Return, in Dutch sentences, what must still be done before the clock can stop."""
    return () if boek.gehandeld_op else tuple(_missing(boek))


def _missing(boek: Boek) -> Iterator[str]:
    if not boek.personen:
        yield _UNKNOWN
        return
    for nr in sorted(boek.personen):
        if boek.status(nr) is InformeerStatus.OPEN:
            yield f"Persoon {nr} is nog niet geïnformeerd, en er is geen reden waarom niet."
        elif (other := _waits_for(boek, nr)) is not None:
            yield f"Persoon {nr} is te jong; persoon {other}, die het gezag heeft, is nog niet geïnformeerd."
    if all(boek.status(nr) is not InformeerStatus.GEINFORMEERD for nr in boek.personen):
        yield _NOBODY


def _waits_for(boek: Boek, nr: int) -> int | None:
    """Return who must be told instead of a person who is too young, and was not yet."""
    last = boek.laatste(nr)
    if last is None or last.gezag_nr is None or boek.status(last.gezag_nr) is InformeerStatus.GEINFORMEERD:
        return None
    return last.gezag_nr


def completed_at(boek: Boek) -> datetime | None:
    """Return when the last was told, or noted as not to be told; None as long as something is missing."""
    if boek.gehandeld_op is not None or any(_missing(boek)):
        return None
    return max(last.tijdstip for nr in boek.personen if (last := boek.laatste(nr)) is not None)


def term(boek: Boek, rules: RuleSettings) -> Berekening:
    """Return until when they must be told, with its working and what was postponed."""
    return compute_termijn(TermijnSoort.INFORMEREN_BETROKKENEN, boek.ontvangen_op, rules, uitstel=len(boek.uitstellen))


def is_used(boek: Boek, motivering: str) -> bool:
    """Say whether a motivation was given before: each postponement demands its own."""
    return _plain(motivering) in {_plain(one.motivering) for one in boek.uitstellen}


def _plain(text: str) -> str:
    return " ".join(text.split()).casefold()


def repeated(boek: Boek, reden: UitstelReden, motivering: str) -> Uitstel | None:
    """Return the last postponement when this is the same one, sent again."""
    last = boek.uitstellen[-1] if boek.uitstellen else None
    return last if last is not None and (last.reden, last.motivering) == (reden, motivering) else None


def postpone(before: Boek, new: Uitstel, rules: RuleSettings) -> tuple[Boek, InformerenUitgesteld]:
    """Postpone once more: two weeks from where the term ended.

    Raises ``OutOfOrderError`` when they were told, or when the rules allow no more.
    """
    if before.gehandeld_op is not None:
        raise OutOfOrderError(_TOLD_ALREADY)
    after = replace(before, uitstellen=(*before.uitstellen, new))
    try:
        term(after, rules)
    except ValueError:
        raise OutOfOrderError(_NO_MORE) from None
    fact = InformerenUitgesteld(
        melding_id=before.melding_id,
        gemeente_code=before.gemeente_code,
        nummer=new.nummer,
        reden=new.reden,
        uitgesteld_op=new.uitgesteld_op,
    )
    return after, fact
