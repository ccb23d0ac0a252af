"""Sight of safety of its own: offered on an overdracht that was accepted before, or asked back from who holds it.

Who is asked must agree: Veilig Thuis did so by asking. In a casus one open offer at most carries sight of safety,
whether it is offered along with an overdracht or on one that was accepted.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from types import MappingProxyType

from services.handover.domain.overdracht import Overdracht, StapError, Status, step_refused
from shared.rules.overdrachtcodes import OverdrachtStap, ZichtVraag

STAP_VAN: Mapping[ZichtVraag, OverdrachtStap] = MappingProxyType(
    {
        ZichtVraag.AANBIEDEN: OverdrachtStap.ZICHT_AANGEBODEN,
        ZichtVraag.TERUGVRAGEN: OverdrachtStap.ZICHT_TERUGGEVRAAGD,
    }
)
_HOLDS_ALREADY = "Deze ontvanger heeft het zicht op veiligheid al; u kunt het terugvragen."
_HOLDS_NOT = "Deze ontvanger heeft het zicht op veiligheid niet; u kunt het hem aanbieden."
_ANOTHER = (
    "In deze casus staat al een aanbod open dat het zicht op veiligheid draagt; wacht op het antwoord of trek het in."
)
_NOTHING_ASKED = (
    "Er is niets gevraagd over het zicht op veiligheid; Veilig Thuis kan het aanbieden op een geaccepteerde overdracht."
)


def carries_open(overdracht: Overdracht) -> bool:
    """Say whether this is an open offer that carries sight of safety."""
    offered_along = overdracht.status is Status.AANGEBODEN and overdracht.draagt_zicht
    return offered_along or overdracht.zicht_gevraagd is ZichtVraag.AANBIEDEN


def without_second(new: Overdracht, others: Iterable[Overdracht]) -> Overdracht:
    """Return a new offer as it may be made: it does not carry sight of safety while another open one does."""
    taken = any(carries_open(other) for other in others if other.id != new.id)
    return replace(new, draagt_zicht=False) if new.draagt_zicht and taken else new


def drop_zicht(overdracht: Overdracht) -> Overdracht:
    """Return an open offer that no longer carries sight of safety: another does in the casus that it comes into."""
    if overdracht.status is Status.AANGEBODEN:
        return replace(overdracht, draagt_zicht=False, versie=overdracht.versie + 1)
    return _unasked(overdracht)


def ask_zicht(
    overdracht: Overdracht, vraag: ZichtVraag, *, holds: bool, others: Iterable[Overdracht], now: datetime
) -> Overdracht | None:
    """Return an accepted overdracht on which Veilig Thuis asks something about sight of safety; None: it did already.

    ``holds`` says whether the receiver holds it now, ``others`` are those of the same casus.
    """
    if overdracht.status is not Status.GEACCEPTEERD:
        raise step_refused(overdracht.status)
    if overdracht.zicht_gevraagd is vraag:
        return None
    if vraag is ZichtVraag.AANBIEDEN and holds:
        raise StapError(_HOLDS_ALREADY)
    if vraag is ZichtVraag.TERUGVRAGEN and not holds:
        raise StapError(_HOLDS_NOT)
    if vraag is ZichtVraag.AANBIEDEN and any(carries_open(one) for one in others if one.id != overdracht.id):
        raise StapError(_ANOTHER)
    return replace(
        overdracht, zicht_gevraagd=vraag, zicht_gevraagd_op=now, zicht_aanvaard_op=None, versie=overdracht.versie + 1
    )


def stop_asking(overdracht: Overdracht) -> Overdracht | None:
    """Return an overdracht on which Veilig Thuis asks nothing any more; None when it asked nothing."""
    if overdracht.zicht_gevraagd is None:
        return None
    return _unasked(overdracht)


def agree(overdracht: Overdracht, *, now: datetime) -> Overdracht | None:
    """Return an overdracht of which the receiver did what he was asked; None when he had done so before.

    Afterwards it carries sight of safety when he took it. Raises ``StapError`` when nothing was asked.
    """
    vraag = overdracht.zicht_gevraagd
    if vraag is None:
        if overdracht.zicht_aanvaard_op is None:
            raise StapError(_NOTHING_ASKED)
        return None
    return replace(_unasked(overdracht), draagt_zicht=vraag is ZichtVraag.AANBIEDEN, zicht_aanvaard_op=now)


def _unasked(overdracht: Overdracht) -> Overdracht:
    return replace(overdracht, zicht_gevraagd=None, zicht_gevraagd_op=None, versie=overdracht.versie + 1)
