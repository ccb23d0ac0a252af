"""The tables of handover, by subject; together they are one catalogue."""

from services.handover.tables import leeftijden, openstaand, organisaties
from services.handover.tables.core import metadata

__all__ = ["leeftijden", "metadata", "openstaand", "organisaties"]
from services.handover.tables import plannen, volgen

__all__ = ["metadata", "openstaand", "organisaties", "plannen", "volgen"]
from services.handover.tables import palet

__all__ = ["metadata", "openstaand", "organisaties", "palet"]
