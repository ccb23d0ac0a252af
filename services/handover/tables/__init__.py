"""The tables of handover, by subject; together they are one catalogue."""

from services.handover.tables import (
    gesprekken,
    leeftijden,
    levering,
    navraag,
    openstaand,
    opvang,
    organisaties,
    palet,
    plannen,
    volgen,
)
from services.handover.tables.core import metadata

__all__ = [
    "gesprekken",
    "leeftijden",
    "levering",
    "metadata",
    "navraag",
    "openstaand",
    "opvang",
    "organisaties",
    "palet",
    "plannen",
    "volgen",
]
