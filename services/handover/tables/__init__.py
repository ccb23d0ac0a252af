"""The tables of handover, by subject; together they are one catalogue."""

from services.handover.tables import organisaties
from services.handover.tables.core import metadata

__all__ = ["metadata", "organisaties"]
