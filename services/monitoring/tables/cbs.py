"""The tables of the half-yearly delivery to the CBS: each version with its report, and the bytes of its files."""

from sqlalchemy import Column, DateTime, Index, Integer, LargeBinary, Table, Text, UniqueConstraint, Uuid, text
from sqlalchemy.dialects.postgresql import JSONB

from services.monitoring.tables.core import metadata

cbs_levering = Table(
    "cbs_levering",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("halfjaar", Text, nullable=False),
    Column("versie", Integer, nullable=False),
    Column("peilmoment", DateTime(timezone=True), nullable=False),
    Column("status", Text, nullable=False),
    Column("aangevraagd_door", Text, nullable=False),
    Column("aangevraagd_op", DateTime(timezone=True), nullable=False),
    Column("gemaakt_op", DateTime(timezone=True)),
    Column("layout", Text),
    Column("bestanden", JSONB),
    Column("rapport", JSONB),
    Column("besloten_door", Text),
    Column("besloten_op", DateTime(timezone=True)),
    Column("reden", Text),
    UniqueConstraint("halfjaar", "versie"),
    comment="One version of the delivery over a half-year: ids, codes, times and counts, and no person.",
)
Index(
    "ix_cbs_levering_aangevraagd",
    cbs_levering.c.id,
    postgresql_where=text("status = 'aangevraagd'"),
)

cbs_deel = Table(
    "cbs_deel",
    metadata,
    Column("levering_id", Uuid, primary_key=True),
    Column("bestand", Text, primary_key=True),
    Column("nr", Integer, primary_key=True),
    Column("inhoud", LargeBinary, nullable=False),
    comment="A file in pieces, as they were hashed; append-only.",
)
