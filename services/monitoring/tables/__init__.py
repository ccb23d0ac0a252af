"""The tables of monitoring: the facts with their projections, the alerts with what goes out, the rights on a file."""

from services.monitoring.tables import alerts, rechten
from services.monitoring.tables.core import metadata

__all__ = ["alerts", "metadata", "rechten"]
