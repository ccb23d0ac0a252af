"""The tables of triage, by subject; together they are one catalogue."""

from services.triage.tables import (
    aware,
    brieven,
    forensisch,
    huisverbod,
    informatieverzoeken,
    informeren,
    instrumenten,
    onderzoek,
    opschaling,
    raad,
    toewijzing,
    voorwaarden,
)
from services.triage.tables.core import metadata

__all__ = [
    "aware",
    "brieven",
    "forensisch",
    "huisverbod",
    "informatieverzoeken",
    "informeren",
    "instrumenten",
    "metadata",
    "onderzoek",
    "opschaling",
    "raad",
    "toewijzing",
    "voorwaarden",
]
