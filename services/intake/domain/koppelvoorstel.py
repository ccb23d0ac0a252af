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
    ONGEDAAN = "ongedaan"  # they were one, and were taken apart again


class KoppelvoorstelAction(StrEnum):
    BEVESTIGEN = "bevestigd"
    AFWIJZEN = "afgewezen"
    VERVALLEN = "vervallen"
    ONGEDAAN_MAKEN = "ongedaan"
    HERLEVEN = "herleefd"  # one of the two stands again, after it had gone up in a third


_S, _A = KoppelvoorstelStatus, KoppelvoorstelAction

# Every pair is written out. Who undoes a rejection puts the question again; who undoes a merge has answered it.
TRANSITIONS: Mapping[tuple[KoppelvoorstelStatus, KoppelvoorstelAction], KoppelvoorstelStatus | None] = MappingProxyType(
    {
        (_S.OPEN, _A.BEVESTIGEN): _S.BEVESTIGD,
        (_S.OPEN, _A.AFWIJZEN): _S.AFGEWEZEN,
        (_S.OPEN, _A.VERVALLEN): _S.VERVALLEN,
        (_S.OPEN, _A.ONGEDAAN_MAKEN): None,
        (_S.OPEN, _A.HERLEVEN): None,
        (_S.BEVESTIGD, _A.BEVESTIGEN): None,
        (_S.BEVESTIGD, _A.AFWIJZEN): None,
        (_S.BEVESTIGD, _A.VERVALLEN): None,
        (_S.BEVESTIGD, _A.ONGEDAAN_MAKEN): _S.ONGEDAAN,
        (_S.BEVESTIGD, _A.HERLEVEN): None,
        (_S.AFGEWEZEN, _A.BEVESTIGEN): _S.BEVESTIGD,
        (_S.AFGEWEZEN, _A.AFWIJZEN): None,
        (_S.AFGEWEZEN, _A.VERVALLEN): None,
        (_S.AFGEWEZEN, _A.ONGEDAAN_MAKEN): _S.OPEN,
        (_S.AFGEWEZEN, _A.HERLEVEN): None,
        (_S.VERVALLEN, _A.BEVESTIGEN): None,
        (_S.VERVALLEN, _A.AFWIJZEN): None,
        (_S.VERVALLEN, _A.VERVALLEN): None,
        (_S.VERVALLEN, _A.ONGEDAAN_MAKEN): None,
        (_S.VERVALLEN, _A.HERLEVEN): _S.OPEN,
        (_S.ONGEDAAN, _A.BEVESTIGEN): _S.BEVESTIGD,
        (_S.ONGEDAAN, _A.AFWIJZEN): None,
        (_S.ONGEDAAN, _A.VERVALLEN): None,
        (_S.ONGEDAAN, _A.ONGEDAAN_MAKEN): None,
        (_S.ONGEDAAN, _A.HERLEVEN): None,
    }
)


class Keuze(StrEnum):
    """What a worker can decide."""

    BEVESTIGD = "bevestigd"
    AFGEWEZEN = "afgewezen"
    ONGEDAAN = "ongedaan"


_ACTION: Mapping[Keuze, KoppelvoorstelAction] = MappingProxyType(
    {Keuze.BEVESTIGD: _A.BEVESTIGEN, Keuze.AFGEWEZEN: _A.AFWIJZEN, Keuze.ONGEDAAN: _A.ONGEDAAN_MAKEN}
)
_POSSIBLE: Mapping[KoppelvoorstelStatus, str] = MappingProxyType(
    {
        _S.OPEN: "Dit voorstel is open; bevestig het of wijs het af.",
        _S.BEVESTIGD: "Dit voorstel is al bevestigd; het kan nog ongedaan worden gemaakt.",
        _S.AFGEWEZEN: "Dit voorstel is al afgewezen; het kan nog worden bevestigd, of ongedaan gemaakt.",
        _S.VERVALLEN: "Dit voorstel is al vervallen; er is niets meer te besluiten.",
        _S.ONGEDAAN: "Dit voorstel is al ongedaan gemaakt; het kan nog worden bevestigd.",
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Koppelbesluit:
    """One thing that was decided on a koppelvoorstel, also when it was taken back since."""

    id: UUID
    voorstel_id: UUID
    keuze: Keuze
    rol: str
    door: str
    tijdstip: datetime
    motivering: str


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
    score: int | None = None  # bits of evidence, when two people were compared
    besluiten: tuple[Koppelbesluit, ...] = ()  # the first one first


class RefusedError(ValueError):
    """A besluit that is out of order; ``str`` says in Dutch what can be decided now."""


def is_repetition(voorstel: Koppelvoorstel, keuze: Keuze, motivering: str) -> bool:
    """Tell whether exactly this was decided last: the same besluit sent twice is one."""
    if voorstel.besluiten:
        last = voorstel.besluiten[-1]
        return last.keuze is keuze and last.motivering == motivering
    return voorstel.status.value == keuze.value and voorstel.motivering == motivering


def decide(voorstel: Koppelvoorstel, keuze: Keuze, motivering: str, *, now: datetime) -> Koppelvoorstel:
    """Return the voorstel after a besluit; raises ``RefusedError`` when it is out of order."""
    after = TRANSITIONS[voorstel.status, _ACTION[keuze]]
    if after is None:
        raise RefusedError(_POSSIBLE[voorstel.status])
    waiting = after is KoppelvoorstelStatus.OPEN
    return replace(
        voorstel,
        status=after,
        versie=voorstel.versie + 1,
        besloten_op=None if waiting else now,
        motivering=None if waiting else motivering,
    )


def redirect(voorstel: Koppelvoorstel, *, older: UUID, younger: UUID) -> Koppelvoorstel:
    """Return the voorstel between the casussen that are there now that one of its own went up in another."""
    return replace(voorstel, casus_id=older, andere_casus_id=younger, versie=voorstel.versie + 1)


def expire(voorstel: Koppelvoorstel, now: datetime) -> Koppelvoorstel:
    """Return the voorstel without a question left to decide; raises ``RefusedError`` when it was decided."""
    after = TRANSITIONS[voorstel.status, KoppelvoorstelAction.VERVALLEN]
    if after is None:
        raise RefusedError(_POSSIBLE[voorstel.status])
    return replace(voorstel, status=after, versie=voorstel.versie + 1, besloten_op=now)
