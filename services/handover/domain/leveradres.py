"""Where and how a receiver is told that an overdracht waits for him, and what is missing in what somebody gave up."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import assert_never
from uuid import UUID

from shared.rules.codes import BestemmingSoort
from shared.rules.leveringcodes import LeverWijze

OVERLAP_UREN_MAX = 168  # a receiver has a week to take his new secret into use


@dataclass(frozen=True, slots=True, kw_only=True)
class Adres:
    """Where somebody is reached; which of these count follows from how."""

    url: str | None = None
    e_mailadres: str | None = None
    telefoonnummer: str | None = None
    instructie: str | None = None  # what who phones must know, such as the hours


@dataclass(frozen=True, slots=True, kw_only=True)
class Opgave:
    """How a receiver is told, as it was given up."""

    wijze: LeverWijze
    adres: Adres
    clientcertificaat: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Leveradres:
    """One address: for all that an organisation is offered, or for one municipality, one kind of receiver, or both."""

    id: UUID
    organisatie_id: str
    gemeente_code: str | None
    soort: BestemmingSoort | None
    opgave: Opgave
    versie: int
    gemaakt_op: datetime


@dataclass(frozen=True, slots=True)
class Geheim:
    """With what notices are signed; without an end it is the newest."""

    id: UUID
    geheim: str
    gemaakt_op: datetime
    geldig_tot: datetime | None = None


def find_faults(opgave: Opgave) -> Iterator[tuple[str, str]]:
    """Yield what is missing in, or does not belong in, an address, as a JSON pointer and a Dutch sentence."""
    adres = opgave.adres
    match opgave.wijze:
        case LeverWijze.REST:
            if adres.url is None:
                yield "/url", "is nodig bij rest"
        case LeverWijze.E_MAIL:
            if adres.e_mailadres is None:
                yield "/eMailadres", "is nodig bij e-mail"
        case LeverWijze.HANDMATIG:
            pass
        case _:
            assert_never(opgave.wijze)
    if opgave.wijze is not LeverWijze.REST:
        if adres.url is not None:
            yield "/url", "hoort alleen bij rest"
        if opgave.clientcertificaat:
            yield "/clientcertificaat", "hoort alleen bij rest"
    if opgave.wijze is not LeverWijze.E_MAIL and adres.e_mailadres is not None:
        yield "/eMailadres", "hoort alleen bij e-mail"


def overlap_until(now: datetime, uren: int) -> datetime:
    """Return until when the secret of before still signs beside the new one."""
    return now + timedelta(hours=uren)


def replaced(before: Leveradres, opgave: Opgave) -> Leveradres:
    """Return an address with how its receiver is told from now on."""
    return replace(before, opgave=opgave, versie=before.versie + 1)
