"""What protects a melder beyond his agreement: marked passages, what was agreed before, and who is known to nobody."""

from sqlalchemy import Column, DateTime, ForeignKey, Index, Integer, LargeBinary, Table, Text, Uuid
from sqlalchemy.dialects.postgresql import JSONB

from services.intake.tables.core import metadata

bescherming = Table(
    "bescherming",
    metadata,
    Column("melding_id", Uuid, ForeignKey("melding.id"), primary_key=True),
    Column("versie", Integer, nullable=False),
    Column("passages", LargeBinary, comment="the marked places of all texts, sealed"),
    comment="One row for a melding of which something about the melder was agreed anew, or marked.",
)

bekendmaking_wijziging = Table(
    "bekendmaking_wijziging",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("melding_id", Uuid, ForeignKey("melding.id"), nullable=False, index=True),
    Column("gewijzigd_op", DateTime(timezone=True), nullable=False),
    Column("gegevens", LargeBinary, nullable=False, comment="who changed it, from what, to what, sealed"),
    comment="What was agreed with a melder before, and since when no more.",
)

dubbel_anoniem = Table(
    "dubbel_anoniem",
    metadata,
    Column("melding_id", Uuid, ForeignKey("melding.id"), primary_key=True),
    Column("status", Text, nullable=False),
    Column("versie", Integer, nullable=False),
    Column("ontvangen_op", DateTime(timezone=True), nullable=False),
    Column("besloten_op", DateTime(timezone=True)),
    Column(
        "aankondiging", JSONB, nullable=False, comment="the fact that is told when it becomes a melding: codes only"
    ),
    Column("besluiten", LargeBinary, comment="what was decided, by whom and why, sealed"),
    comment="Signals of somebody whom Veilig Thuis does not know: no meldingen until that is decided.",
)
Index("ix_dubbel_anoniem_status", dubbel_anoniem.c.status, dubbel_anoniem.c.melding_id)
