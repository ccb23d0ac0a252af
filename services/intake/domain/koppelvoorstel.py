"""A koppelvoorstel: two casussen that may be one, waiting for a worker who decides."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from uuid import UUID


class KoppelvoorstelStatus(StrEnum):
    OPEN = "open"
    BEVESTIGD = "bevestigd"
    AFGEWEZEN = "afgewezen"
    VERVALLEN = "vervallen"  # the two became one in another way


class KoppelvoorstelAction(StrEnum):
    BEVESTIGEN = "bevestigd"
    AFWIJZEN = "afgewezen"
    VERVALLEN = "vervallen"


# Every pair is written out. A merge cannot be undone, so what was decided stays decided.
TRANSITIONS: Mapping[tuple[KoppelvoorstelStatus, KoppelvoorstelAction], KoppelvoorstelStatus | None] = MappingProxyType(
    {
        (KoppelvoorstelStatus.OPEN, KoppelvoorstelAction.BEVESTIGEN): KoppelvoorstelStatus.BEVESTIGD,
        (KoppelvoorstelStatus.OPEN, KoppelvoorstelAction.AFWIJZEN): KoppelvoorstelStatus.AFGEWEZEN,
        (KoppelvoorstelStatus.OPEN, KoppelvoorstelAction.VERVALLEN): KoppelvoorstelStatus.VERVALLEN,
        (KoppelvoorstelStatus.BEVESTIGD, KoppelvoorstelAction.BEVESTIGEN): None,
        (KoppelvoorstelStatus.BEVESTIGD, KoppelvoorstelAction.AFWIJZEN): None,
        (KoppelvoorstelStatus.BEVESTIGD, KoppelvoorstelAction.VERVALLEN): None,
        (KoppelvoorstelStatus.AFGEWEZEN, KoppelvoorstelAction.BEVESTIGEN): None,
        (KoppelvoorstelStatus.AFGEWEZEN, KoppelvoorstelAction.AFWIJZEN): None,
        (KoppelvoorstelStatus.AFGEWEZEN, KoppelvoorstelAction.VERVALLEN): None,
        (KoppelvoorstelStatus.VERVALLEN, KoppelvoorstelAction.BEVESTIGEN): None,
        (KoppelvoorstelStatus.VERVALLEN, KoppelvoorstelAction.AFWIJZEN): None,
        (KoppelvoorstelStatus.VERVALLEN, KoppelvoorstelAction.VERVALLEN): None,
    }
)


class Keuze(StrEnum):
    """What a worker can decide."""

    BEVESTIGD = "bevestigd"
    AFGEWEZEN = "afgewezen"


_ACTION: Mapping[Keuze, KoppelvoorstelAction] = MappingProxyType(
    {Keuze.BEVESTIGD: KoppelvoorstelAction.BEVESTIGEN, Keuze.AFGEWEZEN: KoppelvoorstelAction.AFWIJZEN}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Koppelvoorstel:
    id: UUID
    casus_id: UUID  # the older one, which stays
    andere_casus_id: UUID
    redenen: tuple[str, ...]
    status: KoppelvoorstelStatus
    versie: int
    aangemaakt_op: datetime
    besloten_op: datetime | None
    motivering: str | None


class RefusedError(ValueError):
    """A besluit on a voorstel that is no longer open."""


def is_repetition(voorstel: Koppelvoorstel, keuze: Keuze, motivering: str) -> bool:
    """Tell whether exactly this was decided already: the same besluit sent twice is one."""
    return voorstel.status.value == keuze.value and voorstel.motivering == motivering


def status_after(voorstel: Koppelvoorstel, keuze: Keuze) -> KoppelvoorstelStatus:
    """Return the state after a besluit; raises ``RefusedError`` when it is out of order."""
    after = TRANSITIONS[voorstel.status, _ACTION[keuze]]
    if after is None:
        raise RefusedError(voorstel.status)
    return after


def redirect(voorstel: Koppelvoorstel, *, older: UUID, younger: UUID) -> Koppelvoorstel:
    """Return the voorstel between the casussen that are there now that one of its own went up in another."""
    return replace(voorstel, casus_id=older, andere_casus_id=younger, versie=voorstel.versie + 1)


def expire(voorstel: Koppelvoorstel, now: datetime) -> Koppelvoorstel:
    """Return the voorstel without a question left to decide; raises ``RefusedError`` when it was decided."""
    after = TRANSITIONS[voorstel.status, KoppelvoorstelAction.VERVALLEN]
    if after is None:
        raise RefusedError(voorstel.status)
    return replace(voorstel, status=after, versie=voorstel.versie + 1, besloten_op=now)
