"""The tables of monitoring: the facts with their projections, and the alerts with what goes out."""

from services.monitoring.tables import alerts
from services.monitoring.tables.core import metadata

__all__ = ["alerts", "metadata"]
