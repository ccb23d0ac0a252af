"""Which organisations have to do with a casus, in what role, as each of them may know it of the others.

A shelter is named to Veilig Thuis and to itself only: where a woman fled to is the most dangerous thing that this room
knows. To others it is not there; when it holds sight of safety somebody must stand there, and then ``afgeschermd``
does, who is reached through Veilig Thuis.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from services.handover.domain.overdracht import Status
from services.handover.domain.zicht import VEILIG_THUIS, Houder, Periode
from shared.rules.codes import BestemmingSoort
from shared.rules.opvang import AFGESCHERMD


class PartijRol(StrEnum):
    """What an organisation has to do with a casus."""

    VEILIG_THUIS = "veilig-thuis"
    ZICHT = "zicht-op-veiligheid"
    ONTVANGER = "ontvanger"  # it accepted an overdracht
    AANGEBODEN = "aangeboden"  # it was offered one and did not answer yet: for Veilig Thuis to know


@dataclass(frozen=True, slots=True)
class Betrokkenheid:
    """That an overdracht of a casus lies with an organisation, and since when it does."""

    organisatie_id: str
    soort: str
    status: Status
    sinds: datetime


@dataclass(frozen=True, slots=True)
class Partij:
    """One organisation with what it has to do with a casus; ``soort`` is the kind of receiver, or ``veilig-thuis``."""

    organisatie_id: str
    soort: str
    rollen: tuple[PartijRol, ...]
    sinds: datetime | None


@dataclass(frozen=True, slots=True)
class Kijker:
    """Who looks: the whole is for Veilig Thuis, others are told less."""

    organisatie_id: str
    ziet_alles: bool

    def may_know(self, organisatie_id: str, soort: str) -> bool:
        """Say whether he may know of this organisation."""
        return self.ziet_alles or soort != BestemmingSoort.OPVANG or organisatie_id == self.organisatie_id


def parties(
    betrokken: Iterable[Betrokkenheid], zicht: Periode | None, kijker: Kijker, *, veilig_thuis: Houder
) -> tuple[Partij, ...]:
    """Return who has to do with a casus as somebody may know it: Veilig Thuis first, then who came first."""
    roles: dict[tuple[str, str], dict[PartijRol, datetime | None]] = {
        (veilig_thuis.organisatie_id, VEILIG_THUIS): {PartijRol.VEILIG_THUIS: None}
    }
    for organisatie_id, soort, rol, sinds in _told(betrokken, zicht, kijker):
        roles.setdefault((organisatie_id, soort), {}).setdefault(rol, sinds)
    found = [
        Partij(organisatie_id, soort, tuple(sorted(own)), min((since for since in own.values() if since), default=None))
        for (organisatie_id, soort), own in roles.items()
    ]
    return tuple(sorted(found, key=_order))


def _order(partij: Partij) -> tuple[bool, str, str, str]:
    return (
        partij.soort != VEILIG_THUIS,
        partij.sinds.isoformat() if partij.sinds else "",
        partij.organisatie_id,
        partij.soort,
    )


def _told(
    betrokken: Iterable[Betrokkenheid], zicht: Periode | None, kijker: Kijker
) -> Iterator[tuple[str, str, PartijRol, datetime]]:
    for one in sorted(betrokken, key=lambda one: one.sinds):
        accepted = one.status is Status.GEACCEPTEERD
        if kijker.may_know(one.organisatie_id, one.soort) and (accepted or kijker.ziet_alles):
            yield one.organisatie_id, one.soort, PartijRol.ONTVANGER if accepted else PartijRol.AANGEBODEN, one.sinds
    if zicht is not None:
        holder = shown_holder(zicht.houder, kijker)
        yield holder.organisatie_id, holder.soort, PartijRol.ZICHT, zicht.vanaf


def shown_holder(houder: Houder, kijker: Kijker) -> Houder:
    """Return who holds sight of safety as somebody may know it."""
    if kijker.may_know(houder.organisatie_id, houder.soort):
        return houder
    return Houder(AFGESCHERMD, AFGESCHERMD)


def reached_through(houder: Houder, *, veilig_thuis: Houder) -> str:
    """Return which organisation to ask for a holder: himself, or Veilig Thuis where he is not named."""
    return veilig_thuis.organisatie_id if houder.soort == AFGESCHERMD else houder.organisatie_id
