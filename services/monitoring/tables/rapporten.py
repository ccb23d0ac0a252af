"""The tables of reports and publications: each version, what it says of each area, and what editors wrote."""

from sqlalchemy import Column, Date, DateTime, Integer, Table, Text, UniqueConstraint, Uuid
from sqlalchemy.dialects.postgresql import JSONB

from services.monitoring.tables.core import metadata

rapport_uitgave = Table(
    "rapport_uitgave",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("soort", Text, nullable=False),
    Column("periode", Text, nullable=False),
    Column("versie", Integer, nullable=False),
    Column("peildatum", Date, nullable=False),
    Column("vastgesteld_op", DateTime(timezone=True), nullable=False),
    Column("door", Text),
    Column("reden", Text),
    Column("patroon", JSONB, nullable=False, comment="what is kept back in each table, in every version alike"),
    UniqueConstraint("soort", "periode", "versie"),
    comment="A version of a report over a period, for the region and every municipality at once; append-only.",
)

rapport = Table(
    "rapport",
    metadata,
    Column("uitgave_id", Uuid, primary_key=True),
    Column("gebied", Text, primary_key=True),
    Column("inhoud", JSONB, nullable=False),
    Column("vingerafdruk", Text, nullable=False),
    comment="What a version says of one area (`regio`, or the code of a municipality): figures and texts; append-only.",
)

rapport_tekst = Table(
    "rapport_tekst",
    metadata,
    Column("soort", Text, primary_key=True),
    Column("periode", Text, primary_key=True),
    Column("gebied", Text, primary_key=True),
    Column("plek", Text, primary_key=True),
    Column("versie", Integer, primary_key=True),
    Column("tekst", Text, nullable=False),
    Column("kleur", Text, comment="of a traffic light that a person set; `tekst` is then his reason"),
    Column("door", Text, nullable=False),
    Column("geschreven_op", DateTime(timezone=True), nullable=False),
    comment="What editors wrote for a report, each time as a new version; append-only.",
)

publicatie = Table(
    "publicatie",
    metadata,
    Column("van", Date, primary_key=True),
    Column("tot", Date, primary_key=True, comment="the first day of its last month"),
    Column("peildatum", Date, nullable=False),
    Column("vastgesteld_op", DateTime(timezone=True), nullable=False),
    Column("gemeente_codes", JSONB, nullable=False),
    Column("tabellen", JSONB, nullable=False, comment="of each table what was counted, and how it is rounded"),
    comment="What was published of a period, with the counts that it was worked out from; append-only.",
)

publicatie_verzoek = Table(
    "publicatie_verzoek",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("van", Date, nullable=False),
    Column("tot", Date, nullable=False, comment="the first day of its last month"),
    Column("bekend_vanaf", Date, nullable=False, comment="the first month of which anything was known then"),
    Column("reden", Text, nullable=False),
    Column("gevraagd_door", Text, nullable=False),
    Column("gevraagd_op", DateTime(timezone=True), nullable=False),
    UniqueConstraint("van", "tot", "bekend_vanaf"),
    comment="Of which time before the first fact a publication was asked afterwards; append-only.",
)
