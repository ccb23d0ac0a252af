"""Veiligheidsvoorwaarden as they are followed: each check, and who agrees."""

from sqlalchemy import Column, Date, DateTime, ForeignKey, Integer, LargeBinary, Table, Text, UniqueConstraint, Uuid

from services.triage.tables.core import metadata

_MOMENT = DateTime(timezone=True)

voorwaarde_controle = Table(
    "voorwaarde_controle",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("voorwaarde_id", Uuid, ForeignKey("veiligheidsvoorwaarde.id"), nullable=False),
    Column("nummer", Integer, nullable=False, comment="the version of the voorwaarde that it made"),
    Column("status", Text, nullable=False),
    Column("nagegaan_op", _MOMENT, nullable=False),
    Column("volgende_controle_op", Date),
    Column("uitkomst", LargeBinary, nullable=False),
    UniqueConstraint("voorwaarde_id", "nummer"),
    comment="Each time that it was checked whether a veiligheidsvoorwaarde is kept.",
)

voorwaarde_instemming = Table(
    "voorwaarde_instemming",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("voorwaarde_id", Uuid, ForeignKey("veiligheidsvoorwaarde.id"), nullable=False, index=True),
    Column("instemt", Text, nullable=False),
    Column("moment", _MOMENT),
    Column("tekst", LargeBinary, nullable=False),
    comment="Whether one of the directbetrokkenen agrees with a veiligheidsvoorwaarde.",
)
