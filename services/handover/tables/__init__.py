"""The tables of handover, by subject; together they are one catalogue."""

from services.handover.tables import openstaand, organisaties
from services.handover.tables.core import metadata

__all__ = ["metadata", "openstaand", "organisaties"]
