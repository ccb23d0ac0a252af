"""The request to the kantonrechter to protect an adult, by bewind, mentorschap or curatele (protocol par. 2.6)."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType

from services.triage.domain.matter import Matter, step


class KantonrechterMaatregel(StrEnum):
    """Which measure is asked for."""

    BEWIND = "bewind"
    MENTORSCHAP = "mentorschap"
    CURATELE = "curatele"


class KantonrechterStatus(StrEnum):
    GEVRAAGD = "gevraagd"
    TOEGEWEZEN = "toegewezen"
    AFGEWEZEN = "afgewezen"
    INGETROKKEN = "ingetrokken"


class KantonrechterActie(StrEnum):
    TOEWIJZEN = "toewijzen"
    AFWIJZEN = "afwijzen"
    INTREKKEN = "intrekken"


_S, _A = KantonrechterStatus, KantonrechterActie

TRANSITIONS: Mapping[tuple[KantonrechterStatus, KantonrechterActie], KantonrechterStatus | None] = MappingProxyType(
    {
        (_S.GEVRAAGD, _A.TOEWIJZEN): _S.TOEGEWEZEN,
        (_S.GEVRAAGD, _A.AFWIJZEN): _S.AFGEWEZEN,
        (_S.GEVRAAGD, _A.INTREKKEN): _S.INGETROKKEN,
        (_S.TOEGEWEZEN, _A.TOEWIJZEN): None,
        (_S.TOEGEWEZEN, _A.AFWIJZEN): None,
        (_S.TOEGEWEZEN, _A.INTREKKEN): None,
        (_S.AFGEWEZEN, _A.TOEWIJZEN): None,
        (_S.AFGEWEZEN, _A.AFWIJZEN): None,
        (_S.AFGEWEZEN, _A.INTREKKEN): None,
        (_S.INGETROKKEN, _A.TOEWIJZEN): None,
        (_S.INGETROKKEN, _A.AFWIJZEN): None,
        (_S.INGETROKKEN, _A.INTREKKEN): None,
    }
)
_NIEUW = "Een andere maatregel, of dezelfde opnieuw, is een nieuw verzoek."
MAY_NOW: Mapping[KantonrechterStatus, str] = MappingProxyType(
    {
        _S.GEVRAAGD: "De beslissing van de kantonrechter kan worden vastgelegd, of het verzoek kan worden ingetrokken.",
        _S.TOEGEWEZEN: f"De kantonrechter heeft beslist. {_NIEUW}",
        _S.AFGEWEZEN: f"De kantonrechter heeft beslist. {_NIEUW}",
        _S.INGETROKKEN: f"Het verzoek is ingetrokken. {_NIEUW}",
    }
)


@dataclass(frozen=True, slots=True)
class KantonrechterTekst:
    """What was written down of a request; empty where it was not opened."""

    motivering: str = ""
    toelichting: str | None = None  # of how it ended


@dataclass(frozen=True, slots=True, kw_only=True)
class Kantonrechterverzoek(Matter):
    """One request; ``begonnen_op`` is when it was asked."""

    persoon_nr: int
    maatregel: KantonrechterMaatregel
    status: KantonrechterStatus
    geeindigd_op: datetime | None
    tekst: KantonrechterTekst


def end(
    before: Kantonrechterverzoek, actie: KantonrechterActie, geeindigd_op: datetime, toelichting: str
) -> tuple[Kantonrechterverzoek, tuple[()]]:
    """End a request by a decision or by taking it back; the same again changes nothing.

    Raises ``OutOfOrderError`` once it has ended otherwise.
    """
    same_end = (before.geeindigd_op, before.tekst.toelichting) == (geeindigd_op, toelichting)
    if same_end and before.status is TRANSITIONS[_S.GEVRAAGD, actie]:
        return before, ()
    status = step(TRANSITIONS, MAY_NOW, before.status, actie)
    tekst = replace(before.tekst, toelichting=toelichting)
    return replace(before, status=status, geeindigd_op=geeindigd_op, tekst=tekst), ()
