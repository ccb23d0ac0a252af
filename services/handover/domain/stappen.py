"""The history of an overdracht: every step with its moment, which organisation took it, and the fact that told it."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from shared.rules.overdrachtcodes import OverdrachtStap


@dataclass(frozen=True, slots=True, kw_only=True)
class Stap:
    """One step; ``versie`` is that of the overdracht afterwards."""

    overdracht_id: UUID
    versie: int
    stap: OverdrachtStap
    op: datetime
    organisatie_id: str | None  # None: nobody did it, it followed from a besluit or from time passing
    reden: str | None = None  # a code
    feit_id: UUID | None = None  # None: it was told to no other room


@dataclass(frozen=True, slots=True)
class Beschreven:
    """A step at which something was written."""

    stap: Stap
    tekst: str
