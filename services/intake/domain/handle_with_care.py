"""Handle with Care, the signal: from whom it waits, whether it reached the school, and what proves that it did.

It holds the name of a child, its birth date and a code word, and nothing else: not what happened, not who told it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import assert_never
from uuid import UUID

from services.intake.domain.melding import CLOCK_DIFFERENCE_MAX
from services.intake.domain.schooltoets import Oordeel, School
from shared.rules.codes import HandleWithCareReden


class HandleWithCareStatus(StrEnum):
    TE_BEOORDELEN = "te-beoordelen"
    TE_VERZENDEN = "te-verzenden"
    GEEN_SCHOOL = "geen-school"  # nobody could say which school; it is asked again until the lessons begin
    NIET_BEVESTIGD = "niet-bevestigd"  # the school did not answer; it is asked again until the lessons begin
    AFGELEVERD = "afgeleverd"
    GEWEIGERD = "geweigerd"


class HandleWithCareAction(StrEnum):
    BEVESTIGEN = "bevestigen"  # a worker: send it (again)
    WEIGEREN = "weigeren"  # a worker: the school is not told
    SCHOOL_ONBEKEND = "school-onbekend"
    GEEN_BEWIJS = "geen-bewijs"
    AFLEVEREN = "afleveren"  # the school answered with a receipt
    ZELF_BEVESTIGEN = "zelf-bevestigen"  # a worker told the school himself


_S, _A = HandleWithCareStatus, HandleWithCareAction
# Every pair is written out. A receipt is true also when the signal was refused while it was under way.
TRANSITIONS: Mapping[tuple[HandleWithCareStatus, HandleWithCareAction], HandleWithCareStatus | None] = MappingProxyType(
    {
        (_S.TE_BEOORDELEN, _A.BEVESTIGEN): _S.TE_VERZENDEN,
        (_S.TE_BEOORDELEN, _A.WEIGEREN): _S.GEWEIGERD,
        (_S.TE_BEOORDELEN, _A.SCHOOL_ONBEKEND): None,
        (_S.TE_BEOORDELEN, _A.GEEN_BEWIJS): None,
        (_S.TE_BEOORDELEN, _A.AFLEVEREN): None,
        (_S.TE_BEOORDELEN, _A.ZELF_BEVESTIGEN): _S.AFGELEVERD,
        (_S.TE_VERZENDEN, _A.BEVESTIGEN): None,
        (_S.TE_VERZENDEN, _A.WEIGEREN): _S.GEWEIGERD,
        (_S.TE_VERZENDEN, _A.SCHOOL_ONBEKEND): _S.GEEN_SCHOOL,
        (_S.TE_VERZENDEN, _A.GEEN_BEWIJS): _S.NIET_BEVESTIGD,
        (_S.TE_VERZENDEN, _A.AFLEVEREN): _S.AFGELEVERD,
        (_S.TE_VERZENDEN, _A.ZELF_BEVESTIGEN): _S.AFGELEVERD,
        (_S.GEEN_SCHOOL, _A.BEVESTIGEN): _S.TE_VERZENDEN,
        (_S.GEEN_SCHOOL, _A.WEIGEREN): _S.GEWEIGERD,
        (_S.GEEN_SCHOOL, _A.SCHOOL_ONBEKEND): _S.GEEN_SCHOOL,
        (_S.GEEN_SCHOOL, _A.GEEN_BEWIJS): _S.NIET_BEVESTIGD,
        (_S.GEEN_SCHOOL, _A.AFLEVEREN): _S.AFGELEVERD,
        (_S.GEEN_SCHOOL, _A.ZELF_BEVESTIGEN): _S.AFGELEVERD,
        (_S.NIET_BEVESTIGD, _A.BEVESTIGEN): _S.TE_VERZENDEN,
        (_S.NIET_BEVESTIGD, _A.WEIGEREN): _S.GEWEIGERD,
        (_S.NIET_BEVESTIGD, _A.SCHOOL_ONBEKEND): _S.GEEN_SCHOOL,
        (_S.NIET_BEVESTIGD, _A.GEEN_BEWIJS): _S.NIET_BEVESTIGD,
        (_S.NIET_BEVESTIGD, _A.AFLEVEREN): _S.AFGELEVERD,
        (_S.NIET_BEVESTIGD, _A.ZELF_BEVESTIGEN): _S.AFGELEVERD,
        (_S.AFGELEVERD, _A.BEVESTIGEN): None,
        (_S.AFGELEVERD, _A.WEIGEREN): None,
        (_S.AFGELEVERD, _A.SCHOOL_ONBEKEND): None,
        (_S.AFGELEVERD, _A.GEEN_BEWIJS): None,
        (_S.AFGELEVERD, _A.AFLEVEREN): None,
        (_S.AFGELEVERD, _A.ZELF_BEVESTIGEN): None,
        (_S.GEWEIGERD, _A.BEVESTIGEN): None,
        (_S.GEWEIGERD, _A.WEIGEREN): None,
        (_S.GEWEIGERD, _A.SCHOOL_ONBEKEND): None,
        (_S.GEWEIGERD, _A.GEEN_BEWIJS): None,
        (_S.GEWEIGERD, _A.AFLEVEREN): _S.AFGELEVERD,
        (_S.GEWEIGERD, _A.ZELF_BEVESTIGEN): None,
    }
)
# In which of them the worker of the room still tries.
UNDER_WAY = frozenset({_S.TE_VERZENDEN, _S.GEEN_SCHOOL, _S.NIET_BEVESTIGD})


class SignaalKeuze(StrEnum):
    """What somebody of Veilig Thuis decides on a signal."""

    BEVESTIGD = "bevestigd"
    GEWEIGERD = "geweigerd"


@dataclass(frozen=True, slots=True)
class SignaalBesluit:
    """What was decided, why, and whether a later incident must not go by itself."""

    keuze: SignaalKeuze
    motivering: str
    niet_informeren: bool


class Wijze(StrEnum):
    """How the school got to know."""

    BERICHT = "bericht"
    TELEFONISCH = "telefonisch"
    E_MAIL = "e-mail"


@dataclass(frozen=True, slots=True)
class Bewijs:
    """That the school has the signal: its receipt, or who told it to whom by hand."""

    wijze: Wijze
    tijdstip: datetime
    ontvangstbewijs: str | None = None
    door: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class HandleWithCare:
    """One signal about one child after one incident."""

    id: UUID
    melding_id: UUID
    casus_id: UUID
    persoon_id: UUID
    gemeente_code: str
    ontvangen_op: datetime
    status: HandleWithCareStatus
    versie: int
    toets: tuple[Oordeel, ...]
    besluit: SignaalBesluit | None = None
    besloten_op: datetime | None = None
    besloten_door: str | None = None
    school: School | None = None
    bewijs: Bewijs | None = None
    afgeleverd_op: datetime | None = None
    bevestigd_door: str | None = None
    pogingen: int = 0


class RefusedError(ValueError):
    """A step out of order; what may be done instead is its text, in Dutch."""


def is_repetition(signaal: HandleWithCare, besluit: SignaalBesluit) -> bool:
    """Tell whether exactly this was decided already; what did not arrive can be sent again in the same words."""
    tried = signaal.status in {_S.GEEN_SCHOOL, _S.NIET_BEVESTIGD}
    return signaal.besluit == besluit and not (tried and besluit.keuze is SignaalKeuze.BEVESTIGD)


def decide(signaal: HandleWithCare, besluit: SignaalBesluit, *, subject: str, now: datetime) -> HandleWithCare:
    """Return the signal as a besluit leaves it; raises ``RefusedError`` when it is out of order.

    A school that was found before is looked for anew.
    """
    match besluit.keuze:
        case SignaalKeuze.BEVESTIGD:
            action = _A.BEVESTIGEN
        case SignaalKeuze.GEWEIGERD:
            action = _A.WEIGEREN
        case _:
            assert_never(besluit.keuze)
    after = _step(signaal, action)
    school = None if action is _A.BEVESTIGEN else signaal.school
    return replace(after, besluit=besluit, besloten_op=now, besloten_door=subject, school=school)


def deliver(signaal: HandleWithCare, school: School, bewijs: Bewijs, *, now: datetime) -> HandleWithCare:
    """Return the signal as the receipt of a school leaves it; one that had arrived already stays as it is."""
    if TRANSITIONS[signaal.status, _A.AFLEVEREN] is None:
        return signaal
    return replace(_step(signaal, _A.AFLEVEREN), school=school, bewijs=bewijs, afgeleverd_op=now)


def miss(signaal: HandleWithCare, reden: HandleWithCareReden, school: School | None) -> HandleWithCare:
    """Return the signal after an attempt that gave no receipt; one that is under way no more stays as it is.

    An attempt that changes nothing makes no new version: who looks at it meanwhile can go on.
    """
    match reden:
        case HandleWithCareReden.GEEN_SCHOOL:
            action = _A.SCHOOL_ONBEKEND
        case HandleWithCareReden.NIET_BEVESTIGD:
            action = _A.GEEN_BEWIJS
        case _:
            assert_never(reden)
    status = TRANSITIONS[signaal.status, action]
    if status is None or (status, school) == (signaal.status, signaal.school):
        return signaal
    return replace(_step(signaal, action), school=school)


def confirm_by_hand(signaal: HandleWithCare, bewijs: Bewijs, *, subject: str) -> HandleWithCare:
    """Return the signal as a worker confirms it who told the school himself; raises ``RefusedError``."""
    after = _step(signaal, _A.ZELF_BEVESTIGEN)
    arrived = max(bewijs.tijdstip, signaal.ontvangen_op)
    return replace(after, bewijs=bewijs, afgeleverd_op=arrived, bevestigd_door=subject)


def find_bewijs_faults(signaal: HandleWithCare, bewijs: Bewijs, now: datetime) -> Iterator[tuple[str, str]]:
    """Yield what cannot be true of what a worker says he did, as a JSON pointer and a Dutch sentence."""
    if bewijs.tijdstip > now + CLOCK_DIFFERENCE_MAX:
        yield "/tijdstip", "ligt in de toekomst"
    if bewijs.tijdstip < signaal.ontvangen_op - CLOCK_DIFFERENCE_MAX:
        yield "/tijdstip", "ligt voor het bericht van de politie"


def reden_of(status: HandleWithCareStatus) -> HandleWithCareReden:
    """Return as a code why a signal that was tried had not arrived."""
    return HandleWithCareReden.GEEN_SCHOOL if status is _S.GEEN_SCHOOL else HandleWithCareReden.NIET_BEVESTIGD


def _step(signaal: HandleWithCare, action: HandleWithCareAction) -> HandleWithCare:
    status = TRANSITIONS[signaal.status, action]
    if status is None:
        raise RefusedError(_what_now(signaal))
    return replace(signaal, status=status, versie=signaal.versie + 1)


_BY_A_WORKER = (_A.BEVESTIGEN, _A.WEIGEREN, _A.ZELF_BEVESTIGEN)


def _what_now(signaal: HandleWithCare) -> str:
    """Say in Dutch what a worker may do with a signal now."""
    steps = [action.value for action in _BY_A_WORKER if TRANSITIONS[signaal.status, action] is not None]
    may = f"mogelijk is nog: {', '.join(steps)}" if steps else "er is niets meer te doen"
    return f"Dit signaal is {signaal.status}; {may}."


# --- trying again ----------------------------------------------------------------------------------------------

WAIT_MIN = timedelta(minutes=3)
WAIT_MAX = timedelta(hours=6)
_QUICK = 6
_SHARE = 20


def wait_after(pogingen: int, *, uiterlijk: datetime, now: datetime) -> timedelta:
    """Return how long to wait after so many attempts without a receipt.

    Every few minutes at first and near the lessons; a twentieth of the time that is left in between, so that a holiday
    of six weeks is some hundreds of attempts and not thousands.
    """
    if pogingen <= _QUICK:
        return WAIT_MIN
    return min(max((uiterlijk - now) / _SHARE, WAIT_MIN), WAIT_MAX)
