"""The talks about overdrachten, and every version of what came of them."""

from sqlalchemy import (
    CheckConstraint,
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

from services.handover.tables.core import metadata

gesprek = Table(
    "gesprek",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("overdracht_id", Uuid, ForeignKey("overdracht.id"), nullable=False),
    Column("moment", DateTime(timezone=True), nullable=False),
    Column("deelnemers", JSONB, nullable=False),
    Column("gepland_door", Text, nullable=False),
    Column("versie", Integer, nullable=False),
    Column("afgezegd_op", DateTime(timezone=True)),
    Column("afgezegd_door", Text),
    Column("afzegreden", Text),
    CheckConstraint("num_nonnulls(afgezegd_op, afgezegd_door, afzegreden) IN (0, 3)", name="afgezegd"),
    Index("ix_gesprek_overdracht_id", "overdracht_id", "moment", "id"),
    comment="Talks about an overdracht, planned and held; who takes part by role and organisation.",
)
gesprek_verslag = Table(
    "gesprek_verslag",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("gesprek_id", Uuid, ForeignKey("gesprek.id"), nullable=False),
    Column("overdracht_id", Uuid, ForeignKey("overdracht.id"), nullable=False),
    Column("versie", Integer, nullable=False),
    Column("gehouden_op", DateTime(timezone=True), nullable=False),
    Column("deelnemers", JSONB, nullable=False),
    Column("door", Text, nullable=False),
    Column("vastgelegd_op", DateTime(timezone=True), nullable=False),
    Column("tekst", LargeBinary, nullable=False),
    UniqueConstraint("gesprek_id", "versie"),
    comment="What came of a talk, sealed; a correction is a next version, and what stood there stays.",
)
