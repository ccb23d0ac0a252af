"""The tables of intake, by subject; together they are one catalogue."""

from services.intake.tables import (
    bescherming,
    bijlagen,
    handle_with_care,
    importen,
    indexen,
    koppelen,
    splitsen,
    terugkoppeling,
)
from services.intake.tables.core import metadata, taak

__all__ = [
    "bescherming",
    "bijlagen",
    "handle_with_care",
    "importen",
    "indexen",
    "koppelen",
    "metadata",
    "splitsen",
    "taak",
    "terugkoppeling",
]
