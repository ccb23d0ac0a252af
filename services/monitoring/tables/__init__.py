"""The tables of monitoring: facts with their projections, alerts with what goes out, rights on a file, deliveries."""

from services.monitoring.tables import alerts, cbs, ontvangers, rapporten, rechten, risico, zelfevaluatie
from services.monitoring.tables.core import metadata

__all__ = ["alerts", "cbs", "metadata", "ontvangers", "rapporten", "rechten", "risico", "zelfevaluatie"]
