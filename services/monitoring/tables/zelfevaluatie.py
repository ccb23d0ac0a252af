"""The tables of self-assessments: each version of each municipality, and what the definite ones of a year add up to."""

from sqlalchemy import Column, DateTime, Index, Integer, Table, Text, UniqueConstraint, Uuid
from sqlalchemy.dialects.postgresql import JSONB

from services.monitoring.tables.core import metadata

zelfevaluatie = Table(
    "zelfevaluatie",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("gemeente_code", Text, nullable=False),
    Column("jaar", Integer, nullable=False),
    Column("versie", Integer, nullable=False),
    Column("vragenlijst", Text, nullable=False),
    Column("antwoorden", JSONB, nullable=False),
    Column("ingediend_op", DateTime(timezone=True), nullable=False),
    Column("vastgesteld_op", DateTime(timezone=True)),
    UniqueConstraint("gemeente_code", "jaar", "versie"),
    comment="What a municipality says of its local field over a year; answers are numbers, and an id never changes.",
)
Index("ix_zelfevaluatie_jaar", zelfevaluatie.c.jaar)

zelfevaluatie_regio = Table(
    "zelfevaluatie_regio",
    metadata,
    Column("jaar", Integer, primary_key=True),
    Column("vraag", Text, primary_key=True),
    Column("gemeenten", Integer, nullable=False),
    Column("som", Integer, nullable=False),
    comment="Sums over what was vastgesteld: a municipality is told the mean, and no row of another.",
)
