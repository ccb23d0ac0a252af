"""What a melder hears of his melding: codes, times and organisations; words of Veilig Thuis sealed."""

from sqlalchemy import ARRAY, Column, DateTime, ForeignKey, LargeBinary, Table, Text, Uuid

from services.intake.tables.core import metadata

terugkoppeling = Table(
    "terugkoppeling",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("melding_id", Uuid, ForeignKey("melding.id"), nullable=False, index=True),
    Column("soort", Text, nullable=False),
    Column("statuscode", Text),
    Column("tijdstip", DateTime(timezone=True), nullable=False),
    Column("overdracht_aan", ARRAY(Text), nullable=False),
    Column("verantwoordelijke", Text),
    Column("toelichting", LargeBinary),
    Column("bron_id", Uuid, comment="the dossier, dienst or overdracht of which it tells"),
    Column("gegeven_op", DateTime(timezone=True), comment="when the sender fetched it; the rest never changes"),
    comment="One row each time that there is something to tell to the sender of a melding.",
)
