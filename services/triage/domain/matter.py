"""What every matter about one melding has: where it belongs, and by which steps its state may change."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import TypeVar
from uuid import UUID

from services.triage.domain.errors import OutOfOrderError
from shared.rules.calendar import amsterdam_day

_YEAR_MIN = 1900

S = TypeVar("S", bound=StrEnum)
A = TypeVar("A", bound=StrEnum)


@dataclass(frozen=True, slots=True, kw_only=True)
class Matter:
    """Something that Veilig Thuis does about one melding, beside its dossier."""

    id: UUID
    dossier_id: UUID
    melding_id: UUID
    casus_id: UUID
    gemeente_code: str
    begonnen_op: datetime  # by which lists are ordered
    versie: int


@dataclass(frozen=True, slots=True)
class Betrokkene:
    """A person by his place in a melding: who he is stays in intake."""

    melding_id: UUID
    nr: int


def step(transitions: Mapping[tuple[S, A], S | None], may_now: Mapping[S, str], status: S, actie: A) -> S:
    """Return the state after a step; raises ``OutOfOrderError`` with the state and what may be done instead."""
    after = transitions[status, actie]
    if after is None:
        raise OutOfOrderError(f"De toestand is {status.value}. {may_now[status]}")
    return after


def fault_of_day(day: date, now: datetime) -> str | None:
    """Return in Dutch what cannot be true of a day on which something happened."""
    if day.year < _YEAR_MIN or day > amsterdam_day(now):
        return f"een dag vanaf {_YEAR_MIN} die niet in de toekomst ligt"
    return None
