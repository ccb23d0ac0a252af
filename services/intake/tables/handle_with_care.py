"""Signals to schools, and the proof that they arrived."""

from sqlalchemy import (
    Boolean,
    Column,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
)
from sqlalchemy.dialects.postgresql import JSONB

from services.intake.tables.core import metadata

handle_with_care = Table(
    "handle_with_care",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("melding_id", Uuid, ForeignKey("melding.id"), nullable=False),
    Column("persoon_id", Uuid, ForeignKey("persoon.id"), nullable=False, index=True),
    Column("ontvangen_op", DateTime(timezone=True), nullable=False),
    Column("status", Text, nullable=False),
    Column("versie", Integer, nullable=False),
    Column("toets", JSONB, nullable=False, comment="each criterion and how it was met; nothing about who the child is"),
    Column("keuze", Text),
    Column("niet_informeren", Boolean, nullable=False, comment="a later incident of this child waits for a person"),
    Column("besloten_op", DateTime(timezone=True)),
    Column("besloten_door", Text),
    Column("afgeleverd_op", DateTime(timezone=True)),
    Column("bevestigd_door", Text),
    Column("gegevens", LargeBinary, nullable=False, comment="why it was decided so, the school, and its receipt"),
    UniqueConstraint("melding_id", "persoon_id"),
    comment="One signal about one child after one incident; what is said in it is sealed under a key of its own.",
)
Index("ix_handle_with_care_status", handle_with_care.c.status, handle_with_care.c.id)

handle_with_care_poging = Table(
    "handle_with_care_poging",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("signaal_id", Uuid, ForeignKey("handle_with_care.id"), nullable=False, index=True),
    Column("tijdstip", DateTime(timezone=True), nullable=False),
    Column("stap", Text, nullable=False),
    Column("code", Text, nullable=False),
    comment="Each attempt to find the school or to tell it: when, and what came of it as a code.",
)
