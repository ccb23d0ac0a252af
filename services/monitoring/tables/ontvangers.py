"""The tables of who is mailed: the receivers, and which of them had which day's mail."""

from sqlalchemy import Boolean, Column, Date, DateTime, Index, Integer, Table, Text, Time, Uuid, text

from services.monitoring.tables.core import metadata

ontvanger = Table(
    "ontvanger",
    metadata,
    Column("id", Uuid, primary_key=True, comment="of a worker the number under which facts speak of him"),
    Column("soort", Text, nullable=False),
    Column("postvak", Text, nullable=False),
    Column("dagbericht", Boolean, nullable=False, server_default=text("true")),
    Column("rust_van", Time),
    Column("rust_tot", Time),
    Column("gewijzigd_op", DateTime(timezone=True), nullable=False),
    Column("versie", Integer, nullable=False, server_default=text("1")),
    comment="Who is mailed about terms, and when he is left in peace; notices name the row and never the address.",
)
Index("ix_ontvanger_soort", ontvanger.c.soort)

dagbericht = Table(
    "dagbericht",
    metadata,
    Column("doel", Text, primary_key=True),
    Column("dag", Date, primary_key=True),
    Column("bericht_id", Uuid, comment="empty when there was nothing to say that day"),
    Column("gemaakt_op", DateTime(timezone=True), nullable=False),
    comment="Which receiver had the mail of which working day: one row is one day, whatever number of workers.",
)
