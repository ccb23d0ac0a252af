"""A question of a receiver about an overdracht, which Veilig Thuis answers; what nobody answers in time is alarmed.

It can be asked as long as the overdracht is the receiver's to decide on or to carry out. When it ends otherwise than by
his accepting it, nobody waits for the answer any more.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from uuid import UUID

from services.handover.domain.overdracht import Overdracht, StapError, Status
from shared.events.levering import NavraagAfgerond, NavraagGesteld
from shared.events.payloads import Fact
from shared.rules.codes import TermijnSoort
from shared.rules.deadlines import compute_termijn
from shared.rules.leveringcodes import NavraagEinde
from shared.rules.settings import RuleSettings

OPEN_MAX = 20  # questions of one overdracht that wait at once: who has more to ask, phones


class NavraagStatus(StrEnum):
    """Where a question is in its life."""

    OPEN = "open"
    BEANTWOORD = "beantwoord"
    VERVALLEN = "vervallen"


class NavraagActie(StrEnum):
    """What can happen to a question."""

    BEANTWOORDEN = "beantwoorden"
    VERVALLEN = "vervallen"


_S, _A = NavraagStatus, NavraagActie

# None: refused. What was answered stands; who wants to know more asks again, so that each answer keeps its question.
TRANSITIONS: Mapping[tuple[NavraagStatus, NavraagActie], NavraagStatus | None] = MappingProxyType(
    {
        (_S.OPEN, _A.BEANTWOORDEN): _S.BEANTWOORD,
        (_S.OPEN, _A.VERVALLEN): _S.VERVALLEN,
        (_S.BEANTWOORD, _A.BEANTWOORDEN): None,
        (_S.BEANTWOORD, _A.VERVALLEN): _S.BEANTWOORD,
        (_S.VERVALLEN, _A.BEANTWOORDEN): None,
        (_S.VERVALLEN, _A.VERVALLEN): _S.VERVALLEN,
    }
)
_WAT_KAN: Mapping[NavraagStatus, str] = MappingProxyType(
    {
        _S.OPEN: "De navraag is open; Veilig Thuis kan haar beantwoorden.",
        _S.BEANTWOORD: "De navraag is beantwoord en dat staat vast. Wie meer wil weten, vraagt opnieuw.",
        _S.VERVALLEN: "De overdracht is niet meer bij deze ontvanger; een antwoord is niet meer nodig.",
    }
)
# Who asked to give an overdracht back has it until Veilig Thuis takes it.
WITH_RECEIVER = frozenset({Status.AANGEBODEN, Status.GEACCEPTEERD, Status.TERUGGAVE_GEVRAAGD})


@dataclass(frozen=True, slots=True, kw_only=True)
class Navraag:
    """One question, with what is plain of its overdracht; what was written stands beside it."""

    id: UUID
    overdracht_id: UUID
    melding_id: UUID
    gemeente_code: str
    organisatie_id: str  # who asks
    gesteld_op: datetime
    uiterlijk: datetime
    status: NavraagStatus = NavraagStatus.OPEN
    afgerond_op: datetime | None = None
    gezien_op: datetime | None = None  # when the receiver said that he read the answer

    def is_late(self, now: datetime) -> bool:
        """Say whether it was answered too late, or waits past its term; that is told and stops nothing."""
        return (self.afgerond_op or now) >= self.uiterlijk


Step = tuple[Navraag, tuple[Fact, ...]]


def ask(  # noqa: PLR0913, keyword only
    overdracht: Overdracht, *, navraag_id: UUID, door: str, open_already: int, now: datetime, rules: RuleSettings
) -> Step:
    """Return a new question with its fact; raises ``StapError`` when the overdracht is not the receiver's any more."""
    if overdracht.status not in WITH_RECEIVER:
        raise StapError("Vragen kan zolang de overdracht u is aangeboden, of als u haar hebt geaccepteerd.")
    if open_already >= OPEN_MAX:
        raise StapError(f"Er staan al {OPEN_MAX} vragen open; bel Veilig Thuis, of wacht de antwoorden af.")
    new = Navraag(
        id=navraag_id,
        overdracht_id=overdracht.id,
        melding_id=overdracht.melding_id,
        gemeente_code=overdracht.gemeente_code,
        organisatie_id=door,
        gesteld_op=now,
        uiterlijk=compute_termijn(TermijnSoort.NAVRAAG, now, rules).uiterlijk,
    )
    told = NavraagGesteld(
        navraag_id=new.id,
        overdracht_id=new.overdracht_id,
        melding_id=new.melding_id,
        gemeente_code=new.gemeente_code,
        gesteld_op=now,
    )
    return new, (told,)


def answer(before: Navraag, *, now: datetime) -> Step:
    """Answer a question; late is as good as in time. Raises ``StapError`` when it was answered or is not needed."""
    return _end(before, NavraagActie.BEANTWOORDEN, NavraagEinde.BEANTWOORD, now)


def confirm_read(before: Navraag, *, now: datetime) -> Navraag:
    """Keep that who asked read the answer, the first time; nobody is told.

    Raises ``StapError`` when there is no answer.
    """
    if before.status is not NavraagStatus.BEANTWOORD:
        raise StapError(_WAT_KAN[before.status])
    return before if before.gezien_op else replace(before, gezien_op=now)


def lapse(before: Navraag, *, now: datetime) -> Step:
    """End a question of an overdracht that is not with its receiver any more; what was answered stays so."""
    return _end(before, NavraagActie.VERVALLEN, NavraagEinde.VERVALLEN, now)


def _end(before: Navraag, actie: NavraagActie, einde: NavraagEinde, now: datetime) -> Step:
    status = TRANSITIONS[before.status, actie]
    if status is None:
        raise StapError(_WAT_KAN[before.status])
    if status is before.status:
        return before, ()
    after = replace(before, status=status, afgerond_op=now)
    told = NavraagAfgerond(
        navraag_id=after.id,
        overdracht_id=after.overdracht_id,
        melding_id=after.melding_id,
        gemeente_code=after.gemeente_code,
        einde=einde,
        afgerond_op=now,
    )
    return after, (told,)
