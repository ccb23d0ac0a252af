"""The tables of monitoring: facts with their projections, alerts with what goes out, rights on a file, assessments."""

from services.monitoring.tables import alerts, ontvangers, rechten, zelfevaluatie
from services.monitoring.tables.core import metadata

__all__ = ["alerts", "metadata", "ontvangers", "rechten", "zelfevaluatie"]
