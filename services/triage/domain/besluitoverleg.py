"""Deciding together: when, and who took part in what function."""

from dataclasses import dataclass
from datetime import datetime

from shared.rules.behandelcodes import OverlegFunctie


@dataclass(frozen=True, slots=True)
class Deelnemer:
    """Who took part in deciding: always his function, and who he is when that was told."""

    functie: OverlegFunctie
    medewerker_id: str | None = None
    naam: str | None = None


@dataclass(frozen=True, slots=True)
class Overleg:
    """That a besluit was taken together, when and with whom."""

    moment: datetime
    deelnemers: tuple[Deelnemer, ...]
    toelichting: str | None = None
