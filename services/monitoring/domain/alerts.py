"""When somebody is alarmed: the steps of a term, and what makes a room alarming.

Pure decisions. A term has three steps: it threatens to pass, it has passed, and it has been passed for so long that
somebody higher up must know. Nothing here blocks work: a late case is flagged (Hof Amsterdam,
ECLI:NL:GHAMS:2024:975).
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import assert_never
from uuid import UUID

from shared.events.payloads import TermijnDreigend, TermijnVerstreken
from shared.ids import derived_id
from shared.rules.codes import TermijnSoort
from shared.rules.settings import RuleSettings
from shared.rules.stappen import Stap, escalates_at


class AlarmSoort(StrEnum):
    """What somebody can be alarmed about beside a term."""

    ABONNEMENT = "abonnement-uitgeschakeld"  # a receiver of webhooks that takes nothing any more
    AFDELING = "afdeling"  # a room: messages set aside, not sent, or no answer
    AUDIT = "audit-gebroken"  # the chain of an audit no longer holds what was seen of it before
    BERICHT = "bericht"  # a notice that could not be delivered after its last attempt
    CBS = "cbs-levering"  # a delivery to the CBS that was tried several times and does not get made
    HARTSLAG = "hartslag"  # a chore that no longer runs
    HERMELDING = "hermelding-tijdens-monitoring"  # a melding about a family that is being looked at again
    MATCH = (
        "match-tijdens-monitoring"  # another organisation gave a signal about a family that is being looked at again
    )
    NOODTOEGANG = "noodtoegang"  # somebody read what lies outside his own task
    LEVERING = "levering"  # a receiver of an overdracht could not be told of it
    KALENDER = "kalender"  # decreed days are known for less than a year ahead, or school holidays for half a year
    VOORWAARDE = "voorwaarde-niet-nagekomen"  # a receiver found that a family is not as safe as was agreed
    OPVANG_GEWEIGERD = "opvang-geweigerd"  # a shelter refused somebody whose residence status is uncertain
    SWEEP = "sweep"  # a term that could not be handled


# What may wake somebody at night: somebody is not safe or a file was opened, or the house can no longer tell of it.
ACUUT: Mapping[AlarmSoort, bool] = MappingProxyType(
    {
        AlarmSoort.ABONNEMENT: False,
        AlarmSoort.AFDELING: True,
        AlarmSoort.AUDIT: True,
        AlarmSoort.BERICHT: True,
        AlarmSoort.CBS: False,  # there are months for it
        AlarmSoort.HARTSLAG: True,
        AlarmSoort.HERMELDING: True,
        AlarmSoort.MATCH: False,  # a signal, of which the other organisation knows what it is
        AlarmSoort.NOODTOEGANG: True,
        AlarmSoort.LEVERING: False,  # it could not be told for a day already, and its term runs
        AlarmSoort.KALENDER: False,
        AlarmSoort.VOORWAARDE: True,
        AlarmSoort.OPVANG_GEWEIGERD: True,
        AlarmSoort.SWEEP: True,
    }
)


@dataclass(frozen=True, slots=True)
class DueTermijn:
    """A term of which the next step has come."""

    id: UUID
    soort: TermijnSoort
    casus_id: UUID
    melding_id: UUID
    gemeente_code: str
    uiterlijk: datetime
    stap: Stap
    eigenaar_nr: UUID | None = None


@dataclass(frozen=True, slots=True)
class NextStep:
    stap: Stap
    op: datetime


def next_step(termijn: DueTermijn, rules: RuleSettings) -> NextStep | None:
    """Return what follows the step that is taken now, and when; None when nothing does."""
    match termijn.stap:
        case Stap.WAARSCHUWING:
            return NextStep(Stap.VERSTREKEN, termijn.uiterlijk)
        case Stap.VERSTREKEN:
            op = escalates_at(termijn.soort, termijn.uiterlijk, rules)
            return NextStep(Stap.GEESCALEERD, op) if op else None
        case Stap.GEESCALEERD:
            return None
        case _:
            assert_never(termijn.stap)


def alert_id(termijn: DueTermijn) -> UUID:
    """Return the id of an alert: the same term, step and date always give the same one."""
    return derived_id("waarschuwing", termijn.id, termijn.stap.value, termijn.uiterlijk.isoformat())


def fact_of(termijn: DueTermijn) -> TermijnDreigend | TermijnVerstreken | None:
    """Return the fact that a step tells to other rooms; an escalation stays inside."""
    match termijn.stap:
        case Stap.WAARSCHUWING:
            payload: type[TermijnDreigend | TermijnVerstreken] = TermijnDreigend
        case Stap.VERSTREKEN:
            payload = TermijnVerstreken
        case Stap.GEESCALEERD:
            return None
        case _:
            assert_never(termijn.stap)
    return payload(
        termijn_id=termijn.id,
        soort=termijn.soort,
        melding_id=termijn.melding_id,
        gemeente_code=termijn.gemeente_code,
        uiterlijk=termijn.uiterlijk,
    )


def is_worth_a_mail(termijn: DueTermijn, *, now: datetime) -> bool:
    """Say whether somebody must be mailed: a warning for what has passed already says nothing new."""
    return termijn.stap is not Stap.WAARSCHUWING or now < termijn.uiterlijk


class Voorwaarde(StrEnum):
    """What can be wrong with a room, seen from outside."""

    GEEN_ANTWOORD = "geen-antwoord"
    QUARANTAINE = "quarantaine"
    NIET_VERZONDEN = "niet-verzonden"
    WACHT_OP_VOORGANGER = "wacht-op-voorganger"
    NIET_GEKETEND = "niet-geketend"
    TAAK_OPGEGEVEN = "taak-opgegeven"


# How long it must last, in real time, before somebody is called: a restart of a room is no alarm.
GEDULD: Mapping[Voorwaarde, timedelta] = MappingProxyType(
    {
        Voorwaarde.GEEN_ANTWOORD: timedelta(minutes=1),
        Voorwaarde.QUARANTAINE: timedelta(0),
        Voorwaarde.NIET_VERZONDEN: timedelta(0),  # its own age of sixty seconds is the patience
        Voorwaarde.WACHT_OP_VOORGANGER: timedelta(minutes=5),
        Voorwaarde.NIET_GEKETEND: timedelta(minutes=5),
        Voorwaarde.TAAK_OPGEGEVEN: timedelta(0),
    }
)
_OUDSTE_SECONDEN_MAX = 60.0
_TE_VERZENDEN_MAX_SIMULATED = 2_000


@dataclass(frozen=True, slots=True)
class KetenEinde:
    """Where the audit chain of a room ends: the number of its last link, and its hash."""

    nr: int
    hash: bytes


@dataclass(frozen=True, slots=True)
class Toestand:
    """What a room says of itself."""

    te_verzenden: int
    oudste_seconden: float
    wachtend_op_voorganger: int
    in_quarantaine: int
    te_ketenen: int = 0
    keten: KetenEinde | None = None
    taken_opgegeven: int = 0


class KetenOordeel(StrEnum):
    """What the end of an audit chain says beside the last one that was seen of it."""

    GELIJK = "gelijk"
    GEGROEID = "gegroeid"
    INGEKORT = "ingekort"  # it ends before a link that was seen
    GEWIJZIGD = "gewijzigd"  # the same link is another


def judge_chain(einde: KetenEinde | None, anker: KetenEinde | None) -> KetenOordeel:
    """Compare the end of a chain with the anchor that was known before the room was asked."""
    if anker is None:
        return KetenOordeel.GELIJK if einde is None else KetenOordeel.GEGROEID
    if einde is None or einde.nr < anker.nr:
        return KetenOordeel.INGEKORT
    if einde.nr > anker.nr:
        return KetenOordeel.GEGROEID
    return KetenOordeel.GELIJK if einde.hash == anker.hash else KetenOordeel.GEWIJZIGD


def conditions_of(
    toestand: Toestand | None, *, simulated: bool, anker: KetenEinde | None = None
) -> frozenset[Voorwaarde]:
    """Return what is wrong with a room; None is a room that did not answer.

    In simulated time a minute passes in a moment, so age says nothing and only the length of the queue does. Audit
    rows that wait are only wrong when the chain did not grow since ``anker``: in a busy room some always wait.
    """
    if toestand is None:
        return frozenset({Voorwaarde.GEEN_ANTWOORD})
    late = toestand.oudste_seconden > _OUDSTE_SECONDEN_MAX
    if simulated:
        late = toestand.te_verzenden > _TE_VERZENDEN_MAX_SIMULATED
    found = {
        Voorwaarde.QUARANTAINE: toestand.in_quarantaine > 0,
        Voorwaarde.NIET_VERZONDEN: late,
        Voorwaarde.WACHT_OP_VOORGANGER: toestand.wachtend_op_voorganger > 0,
        Voorwaarde.NIET_GEKETEND: toestand.te_ketenen > 0
        and judge_chain(toestand.keten, anker) is not KetenOordeel.GEGROEID,
        Voorwaarde.TAAK_OPGEGEVEN: toestand.taken_opgegeven > 0,
    }
    return frozenset(voorwaarde for voorwaarde, true in found.items() if true)


@dataclass(frozen=True, slots=True)
class Storing:
    """A condition that was seen before: since when, and whether it was alarmed."""

    afdeling: str
    voorwaarde: Voorwaarde
    sinds: datetime
    gemeld: bool


@dataclass(frozen=True, slots=True)
class Judgement:
    """What changes after a look at the rooms."""

    begonnen: tuple[tuple[str, Voorwaarde], ...]
    te_melden: tuple[tuple[str, Voorwaarde], ...]
    voorbij: tuple[tuple[str, Voorwaarde], ...]


def judge_rooms(seen: Mapping[str, Collection[Voorwaarde]], known: Collection[Storing], *, now: datetime) -> Judgement:
    """Compare what is wrong with the rooms now with what was known; each episode is told once.

    ``now`` is real time. What is over is told again when it comes back.
    """
    current = {(afdeling, voorwaarde) for afdeling, found in seen.items() for voorwaarde in found}
    by_key = {(storing.afdeling, storing.voorwaarde): storing for storing in known}
    te_melden = [
        key
        for key in current
        if not (key in by_key and by_key[key].gemeld)
        and now - (by_key[key].sinds if key in by_key else now) >= GEDULD[key[1]]
    ]
    return Judgement(
        begonnen=tuple(sorted(current - by_key.keys())),
        te_melden=tuple(sorted(te_melden)),
        voorbij=tuple(sorted(key for key in by_key if key not in current and key[0] in seen)),
    )


# The chores that must be alive, and how long each may be silent in real time.
STILTE_MAX: Mapping[str, timedelta] = MappingProxyType(
    {
        "sweep_termijnen": timedelta(minutes=3),
        "deliver_berichten": timedelta(minutes=3),
        "deliver_webhooks": timedelta(minutes=3),
        "watch_rooms": timedelta(minutes=3),
        "watch_calendar": timedelta(minutes=3),
        "propose_vernietiging": timedelta(minutes=3),
        "balance_kpis": timedelta(minutes=3),
        "send_dagberichten": timedelta(minutes=3),
        "freeze_rapporten": timedelta(minutes=3),
    }
)


def is_silent(naam: str, last: datetime | None, *, now: datetime) -> bool:
    """Say whether a chore has been silent for too long; one that never ran is silent."""
    return last is None or now - last > STILTE_MAX[naam]
