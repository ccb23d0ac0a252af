"""The life of one inzet: help of the palet that was chosen under an overdracht, asked of who gives it.

A place counts from the start until the end. What was refused or ended stays as it is; whoever needs it again asks
again.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from uuid import UUID

from services.handover.domain.interventie import Aanbod
from services.handover.domain.overdracht import Overdracht, StapError
from shared.events.palet import (
    InzetBeeindigd,
    InzetGestart,
    InzetGevraagd,
    InzetGeweigerd,
    LacuneVastgesteld,
)
from shared.rules.palet import LACUNE_BIJ_WEIGERING, Doelgroep, Fase, InzetAfbreking, InzetWeigering, LacuneReden


class InzetStatus(StrEnum):
    """Where an inzet is in its life."""

    AANGEVRAAGD = "aangevraagd"
    GESTART = "gestart"
    GEWEIGERD = "geweigerd"
    AFGEBROKEN = "afgebroken"
    AFGEROND = "afgerond"


class InzetActie(StrEnum):
    """What can be done with an inzet."""

    STARTEN = "starten"
    WEIGEREN = "weigeren"
    AFBREKEN = "afbreken"
    AFRONDEN = "afronden"


_S, _A = InzetStatus, InzetActie

# Where the state stays the same, the step was done before: it gives the same answer and tells no second fact.
TRANSITIONS: Mapping[tuple[InzetStatus, InzetActie], InzetStatus | None] = MappingProxyType(
    {
        (_S.AANGEVRAAGD, _A.STARTEN): _S.GESTART,
        (_S.AANGEVRAAGD, _A.WEIGEREN): _S.GEWEIGERD,
        (_S.AANGEVRAAGD, _A.AFBREKEN): _S.AFGEBROKEN,
        (_S.AANGEVRAAGD, _A.AFRONDEN): None,
        (_S.GESTART, _A.STARTEN): _S.GESTART,
        (_S.GESTART, _A.WEIGEREN): None,
        (_S.GESTART, _A.AFBREKEN): _S.AFGEBROKEN,
        (_S.GESTART, _A.AFRONDEN): _S.AFGEROND,
        (_S.GEWEIGERD, _A.STARTEN): None,
        (_S.GEWEIGERD, _A.WEIGEREN): _S.GEWEIGERD,
        (_S.GEWEIGERD, _A.AFBREKEN): None,
        (_S.GEWEIGERD, _A.AFRONDEN): None,
        (_S.AFGEBROKEN, _A.STARTEN): None,
        (_S.AFGEBROKEN, _A.WEIGEREN): None,
        (_S.AFGEBROKEN, _A.AFBREKEN): _S.AFGEBROKEN,
        (_S.AFGEBROKEN, _A.AFRONDEN): None,
        (_S.AFGEROND, _A.STARTEN): None,
        (_S.AFGEROND, _A.WEIGEREN): None,
        (_S.AFGEROND, _A.AFBREKEN): None,
        (_S.AFGEROND, _A.AFRONDEN): _S.AFGEROND,
    }
)

_WAT_KAN: Mapping[InzetStatus, str] = MappingProxyType(
    {
        _S.AANGEVRAAGD: "De hulp is aangevraagd; zij kan starten, worden geweigerd of worden ingetrokken.",
        _S.GESTART: "De hulp is gestart; zij kan worden afgerond of afgebroken.",
        _S.GEWEIGERD: "De hulp is geweigerd en dat staat vast; vraag zo nodig opnieuw hulp aan.",
        _S.AFGEBROKEN: "De hulp is afgebroken en dat staat vast; vraag zo nodig opnieuw hulp aan.",
        _S.AFGEROND: "De hulp is afgerond en dat staat vast; vraag zo nodig opnieuw hulp aan.",
    }
)
VOL = "Alle plaatsen zijn bezet. Wacht tot er een vrijkomt, pas eerst het aantal plaatsen aan, of weiger."


@dataclass(frozen=True, slots=True, kw_only=True)
class Inzet:
    id: UUID
    overdracht_id: UUID
    melding_id: UUID
    casus_id: UUID
    gemeente_code: str
    interventie_id: UUID
    aanbieder_id: str  # the organisation that gives the help
    aanvrager_id: str  # the organisation that asked for it
    doelgroep: Doelgroep
    fase: Fase
    instemming: bool  # whether the family agrees that who gives the help is told about them
    aangevraagd_op: datetime
    status: InzetStatus = InzetStatus.AANGEVRAAGD
    gestart_op: datetime | None = None
    geweigerd_op: datetime | None = None
    weigering: InzetWeigering | None = None
    beeindigd_op: datetime | None = None
    afbreking: InzetAfbreking | None = None
    versie: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Lacune:
    """Help that was asked for and not there; ``inzet_id`` when who was asked refused."""

    id: UUID
    overdracht_id: UUID
    melding_id: UUID
    casus_id: UUID
    gemeente_code: str
    doelgroep: Doelgroep
    fase: Fase
    reden: LacuneReden
    vastgesteld_op: datetime
    inzet_id: UUID | None = None


def next_status(status: InzetStatus, actie: InzetActie) -> InzetStatus:
    """Return the state after a step; raises ``StapError`` when it cannot be taken in this state."""
    after = TRANSITIONS[status, actie]
    if after is None:
        raise StapError(_WAT_KAN[status])
    return after


def asked(inzet: Inzet) -> InzetGevraagd:
    """Return the fact that this help was asked."""
    return InzetGevraagd(
        inzet_id=inzet.id,
        overdracht_id=inzet.overdracht_id,
        melding_id=inzet.melding_id,
        gemeente_code=inzet.gemeente_code,
        doelgroep=inzet.doelgroep,
        fase=inzet.fase,
        gevraagd_op=inzet.aangevraagd_op,
    )


def start(inzet: Inzet, aanbod: Aanbod, *, now: datetime) -> tuple[Inzet, InzetGestart | None]:
    """Let help begin and take a place; the fact is None when it had begun. Raises ``StapError`` when it is full.

    This is no term of the law that may never block: a place that is not there cannot be given, and counting it all the
    same would make the palet say what is not so.
    """
    after = next_status(inzet.status, InzetActie.STARTEN)
    if after is inzet.status:
        return inzet, None
    if aanbod.is_vol:
        raise StapError(VOL)
    started = replace(inzet, status=after, gestart_op=now, versie=inzet.versie + 1)
    return started, InzetGestart(inzet_id=inzet.id, melding_id=inzet.melding_id, gestart_op=now)


def refuse(inzet: Inzet, *, reden: InzetWeigering, now: datetime) -> tuple[Inzet, InzetGeweigerd | None]:
    """Let who was asked refuse; the fact is None when that was done before for the same reason."""
    after = next_status(inzet.status, InzetActie.WEIGEREN)
    if after is inzet.status:
        if reden is not inzet.weigering:
            raise StapError(_WAT_KAN[inzet.status])
        return inzet, None
    refused = replace(inzet, status=after, geweigerd_op=now, weigering=reden, versie=inzet.versie + 1)
    fact = InzetGeweigerd(inzet_id=inzet.id, melding_id=inzet.melding_id, reden=reden, geweigerd_op=now)
    return refused, fact


def break_off(inzet: Inzet, *, reden: InzetAfbreking, now: datetime) -> tuple[Inzet, InzetBeeindigd | None]:
    """End help before it is done, or take back what was asked; the same reason again changes nothing."""
    after = next_status(inzet.status, InzetActie.AFBREKEN)
    if after is inzet.status:
        if reden is not inzet.afbreking:
            raise StapError(_WAT_KAN[inzet.status])
        return inzet, None
    return _ended(inzet, after, reden, now)


def finish(inzet: Inzet, *, now: datetime) -> tuple[Inzet, InzetBeeindigd | None]:
    """End help that is done; once more changes nothing."""
    after = next_status(inzet.status, InzetActie.AFRONDEN)
    return (inzet, None) if after is inzet.status else _ended(inzet, after, None, now)


def _ended(
    inzet: Inzet, status: InzetStatus, reden: InzetAfbreking | None, now: datetime
) -> tuple[Inzet, InzetBeeindigd]:
    ended = replace(inzet, status=status, beeindigd_op=now, afbreking=reden, versie=inzet.versie + 1)
    fact = InzetBeeindigd(inzet_id=inzet.id, melding_id=inzet.melding_id, afbreking=reden, beeindigd_op=now)
    return ended, fact


def gap_of_refusal(refused: Inzet, *, lacune_id: UUID) -> Lacune | None:
    """Return what a refusal says is missing in the palet, when it says that."""
    if refused.weigering is None or refused.geweigerd_op is None:
        return None
    reden = LACUNE_BIJ_WEIGERING[refused.weigering]
    if reden is None:
        return None
    return Lacune(
        id=lacune_id,
        overdracht_id=refused.overdracht_id,
        melding_id=refused.melding_id,
        casus_id=refused.casus_id,
        gemeente_code=refused.gemeente_code,
        doelgroep=refused.doelgroep,
        fase=refused.fase,
        reden=reden,
        vastgesteld_op=refused.geweigerd_op,
        inzet_id=refused.id,
    )


def gap_of_search(  # noqa: PLR0913, what was looked for in vain, keyword only
    overdracht: Overdracht,
    *,
    lacune_id: UUID,
    doelgroep: Doelgroep,
    fase: Fase,
    reden: LacuneReden,
    now: datetime,
) -> Lacune:
    """Return what was missing for an overdracht."""
    return Lacune(
        id=lacune_id,
        overdracht_id=overdracht.id,
        melding_id=overdracht.melding_id,
        casus_id=overdracht.casus_id,
        gemeente_code=overdracht.gemeente_code,
        doelgroep=doelgroep,
        fase=fase,
        reden=reden,
        vastgesteld_op=now,
    )


def noted(lacune: Lacune) -> LacuneVastgesteld:
    """Return the fact that something is missing."""
    return LacuneVastgesteld(
        lacune_id=lacune.id,
        overdracht_id=lacune.overdracht_id,
        melding_id=lacune.melding_id,
        gemeente_code=lacune.gemeente_code,
        doelgroep=lacune.doelgroep,
        fase=lacune.fase,
        reden=lacune.reden,
        vastgesteld_op=lacune.vastgesteld_op,
    )
