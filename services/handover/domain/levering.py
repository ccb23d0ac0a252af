"""The life of one delivery: tried until there is proof of receipt, or until a person takes it over. Never dropped.

A delivery tells a receiver that an overdracht waits for him; what it holds he fetches himself, by his own login. It is
tried for a day with growing waits. What did not come about by then, what the receiver refuses, and what nobody can send
waits for a person (``wacht-op-mens``) until it is settled, started again, or the offer itself ends.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from uuid import UUID

from services.handover.domain.overdracht import StapError
from shared.rules.codes import BestemmingSoort
from shared.rules.leveringcodes import VoorlegReden


class LeveringStatus(StrEnum):
    """Where a delivery is in its life."""

    OPEN = "open"
    VERZONDEN = "verzonden"
    WACHT_OP_MENS = "wacht-op-mens"
    ONTVANGEN = "ontvangen"
    AFGEHANDELD = "afgehandeld"
    VERVALLEN = "vervallen"


class LeveringActie(StrEnum):
    """What can happen to a delivery."""

    VERZENDEN = "verzenden"  # a mail server took it
    OPNIEUW = "opnieuw"  # it failed, and is tried again
    VOORLEGGEN = "voorleggen"  # a person must do it
    BEWIJZEN = "bewijzen"  # the receiver shows that he knows
    AFHANDELEN = "afhandelen"  # a person told the receiver
    HERSTARTEN = "herstarten"  # a person lets it be tried again
    VERVALLEN = "vervallen"  # the offer ended


_S, _A = LeveringStatus, LeveringActie

# None: refused. Where the state stays the same nothing is told: an attempt that was under way comes back to what was
# settled meanwhile. Proof is taken whenever it comes, but what was settled by a person or ended stays as it was.
TRANSITIONS: Mapping[tuple[LeveringStatus, LeveringActie], LeveringStatus | None] = MappingProxyType(
    {
        (_S.OPEN, _A.VERZENDEN): _S.VERZONDEN,
        (_S.OPEN, _A.OPNIEUW): _S.OPEN,
        (_S.OPEN, _A.VOORLEGGEN): _S.WACHT_OP_MENS,
        (_S.OPEN, _A.BEWIJZEN): _S.ONTVANGEN,
        (_S.OPEN, _A.AFHANDELEN): _S.AFGEHANDELD,
        (_S.OPEN, _A.HERSTARTEN): _S.OPEN,
        (_S.OPEN, _A.VERVALLEN): _S.VERVALLEN,
        (_S.VERZONDEN, _A.VERZENDEN): _S.VERZONDEN,
        (_S.VERZONDEN, _A.OPNIEUW): _S.VERZONDEN,
        (_S.VERZONDEN, _A.VOORLEGGEN): _S.WACHT_OP_MENS,
        (_S.VERZONDEN, _A.BEWIJZEN): _S.ONTVANGEN,
        (_S.VERZONDEN, _A.AFHANDELEN): _S.AFGEHANDELD,
        (_S.VERZONDEN, _A.HERSTARTEN): _S.OPEN,
        (_S.VERZONDEN, _A.VERVALLEN): _S.VERVALLEN,
        (_S.WACHT_OP_MENS, _A.VERZENDEN): _S.VERZONDEN,
        (_S.WACHT_OP_MENS, _A.OPNIEUW): _S.WACHT_OP_MENS,
        (_S.WACHT_OP_MENS, _A.VOORLEGGEN): _S.WACHT_OP_MENS,
        (_S.WACHT_OP_MENS, _A.BEWIJZEN): _S.ONTVANGEN,
        (_S.WACHT_OP_MENS, _A.AFHANDELEN): _S.AFGEHANDELD,
        (_S.WACHT_OP_MENS, _A.HERSTARTEN): _S.OPEN,
        (_S.WACHT_OP_MENS, _A.VERVALLEN): _S.VERVALLEN,
        (_S.ONTVANGEN, _A.VERZENDEN): _S.ONTVANGEN,
        (_S.ONTVANGEN, _A.OPNIEUW): _S.ONTVANGEN,
        (_S.ONTVANGEN, _A.VOORLEGGEN): _S.ONTVANGEN,
        (_S.ONTVANGEN, _A.BEWIJZEN): _S.ONTVANGEN,
        (_S.ONTVANGEN, _A.AFHANDELEN): None,
        (_S.ONTVANGEN, _A.HERSTARTEN): None,
        (_S.ONTVANGEN, _A.VERVALLEN): _S.ONTVANGEN,
        (_S.AFGEHANDELD, _A.VERZENDEN): _S.AFGEHANDELD,
        (_S.AFGEHANDELD, _A.OPNIEUW): _S.AFGEHANDELD,
        (_S.AFGEHANDELD, _A.VOORLEGGEN): _S.AFGEHANDELD,
        (_S.AFGEHANDELD, _A.BEWIJZEN): _S.AFGEHANDELD,
        (_S.AFGEHANDELD, _A.AFHANDELEN): _S.AFGEHANDELD,
        (_S.AFGEHANDELD, _A.HERSTARTEN): None,
        (_S.AFGEHANDELD, _A.VERVALLEN): _S.AFGEHANDELD,
        (_S.VERVALLEN, _A.VERZENDEN): _S.VERVALLEN,
        (_S.VERVALLEN, _A.OPNIEUW): _S.VERVALLEN,
        (_S.VERVALLEN, _A.VOORLEGGEN): _S.VERVALLEN,
        (_S.VERVALLEN, _A.BEWIJZEN): _S.VERVALLEN,
        (_S.VERVALLEN, _A.AFHANDELEN): None,
        (_S.VERVALLEN, _A.HERSTARTEN): None,
        (_S.VERVALLEN, _A.VERVALLEN): _S.VERVALLEN,
    }
)

# What is told to who takes a step that cannot be taken now.
_WAT_KAN: Mapping[LeveringStatus, str] = MappingProxyType(
    {
        _S.OPEN: "De levering wordt geprobeerd; zij kan nu worden herstart of afgehandeld.",
        _S.VERZONDEN: "Er is een e-mail verzonden; de levering kan worden herstart of afgehandeld.",
        _S.WACHT_OP_MENS: "De levering wacht op een mens: handel haar af, of herstart haar als dat weer kan.",
        _S.ONTVANGEN: "De ontvanger heeft de levering; er hoeft niets meer te gebeuren.",
        _S.AFGEHANDELD: "De levering is al afgehandeld; dat blijft staan.",
        _S.VERVALLEN: "De overdracht wordt niet meer aangeboden; er is niets meer te leveren.",
    }
)


def what_may_be_done(status: LeveringStatus) -> str:
    """Return in Dutch what can be done with a delivery now."""
    return _WAT_KAN[status]


def next_status(status: LeveringStatus, actie: LeveringActie) -> LeveringStatus:
    """Return the state after something happened; raises ``StapError`` when it cannot be done in this state."""
    after = TRANSITIONS[status, actie]
    if after is None:
        raise StapError(_WAT_KAN[status])
    return after


class PogingUitkomst(StrEnum):
    """What became of one attempt: a code, never what somebody said."""

    ONTVANGEN = "ontvangen"  # the answer proves it
    VERZONDEN = "verzonden"  # a mail server took it
    GEEN_ANTWOORD = "geen-antwoord"  # nobody there, or too slow
    CERTIFICAAT = "certificaat"  # we do not take that of his system, or it does not take ours
    STORING = "storing"  # 5xx, or a 4xx that says to come back
    OMGELEID = "omgeleid"  # sent elsewhere, which proves nothing
    GEEN_BEWIJS = "geen-bewijs"  # a good status, without proof of receipt
    GEWEIGERD = "geweigerd"  # his system does not take it
    NIET_INGERICHT = "niet-ingericht"  # we ourselves miss what it takes to send it
    ADRES_NIET_TOEGESTAAN = "adres-niet-toegestaan"  # it leads inside, or to nobody


class Bewijs(StrEnum):
    """By what the receiver showed that he knows."""

    ANTWOORD = "antwoord"  # the answer of his system
    BEVESTIGING = "bevestiging"  # he confirmed it
    GELEZEN = "gelezen"  # he read the package
    BESLISSING = "beslissing"  # he accepted or refused


class AfhandelWijze(StrEnum):
    """How a person told the receiver."""

    TELEFOON = "telefoon"
    POST = "post"
    E_MAIL = "e-mail"
    GESPREK = "gesprek"
    ANDERS = "anders"


@dataclass(frozen=True, slots=True, kw_only=True)
class Levering:
    """One delivery of one overdracht, with what is plain of that."""

    id: UUID
    overdracht_id: UUID
    melding_id: UUID
    gemeente_code: str
    soort: BestemmingSoort
    organisatie_id: str
    gemaakt_op: datetime
    begonnen_op: datetime  # from when the day is counted: its making, or when it was started again
    status: LeveringStatus = LeveringStatus.OPEN
    pogingen: int = 0
    geweigerd: int = 0  # refusals in a row
    volgende_poging_op: datetime | None = None
    reden: VoorlegReden | None = None
    voorgelegd_op: datetime | None = None
    uiterlijk: datetime | None = None  # for who it was laid before last
    bewijs: Bewijs | None = None
    afhandeling: AfhandelWijze | None = None
    afgerond_op: datetime | None = None
