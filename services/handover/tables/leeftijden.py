"""The table of which ages are among the people of a melding: who receives can depend on it."""

from sqlalchemy import Column, Index, Table, Text, Uuid
from sqlalchemy.dialects.postgresql import ARRAY

from services.handover.tables.core import metadata

leeftijden = Table(
    "leeftijden",
    metadata,
    Column("melding_id", Uuid, primary_key=True),
    Column("casus_id", Uuid, nullable=False),
    Column("groepen", ARRAY(Text), nullable=False),
    Index("ix_leeftijden_casus_id", "casus_id"),
    comment="Whether there are children and grown-ups among the people of a melding, as intake told it.",
)
