"""The table of later years of the figures under the risk score: versions that are only added."""

from sqlalchemy import Column, DateTime, Integer, LargeBinary, Table, UniqueConstraint, Uuid
from sqlalchemy.dialects.postgresql import JSONB

from services.monitoring.tables.core import metadata

risicocijfers = Table(
    "risicocijfers",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("jaar", Integer, nullable=False),
    Column("versie", Integer, nullable=False),
    Column("inhoud", LargeBinary, nullable=False, comment="the hash of the file"),
    Column("cijfers", JSONB, nullable=False),
    Column("geladen_op", DateTime(timezone=True), nullable=False),
    UniqueConstraint("jaar", "versie"),
    comment="Public figures of municipalities, by factor; append-only: a score of before can be computed again.",
)
