"""Files with many meldingen: the file while it is worked on, how far that is, and what became of each row."""

from sqlalchemy import (
    BigInteger,
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

importen = Table(
    "import",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("organisatie_id", Text, nullable=False),
    Column("rol", Text, nullable=False),
    Column("actor", Text, nullable=False),
    Column("client", Text, nullable=False),
    Column("herkomst", Text, nullable=False, comment="the network address from which it was sent"),
    Column("soort", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("fout", Text, comment="a code: why it was broken off"),
    Column("grootte", Integer),
    Column("inhoud", LargeBinary, comment="keyed hash of all bytes; none while they come in"),
    Column("rijen", Integer, comment="how many there are, once they were counted"),
    Column("verwerkt", Integer, nullable=False),
    Column("ontvangen", Integer, nullable=False),
    Column("herhaald", Integer, nullable=False),
    Column("geweigerd", Integer, nullable=False),
    Column("volgende_rij", Integer, nullable=False, comment="its number in the file, as a spreadsheet counts"),
    Column("plaats", BigInteger, nullable=False, comment="the byte at which the next row begins"),
    Column("aangemaakt_op", DateTime(timezone=True), nullable=False),
    Column("klaar_op", DateTime(timezone=True)),
    UniqueConstraint("organisatie_id", "inhoud"),
    comment="A file with a melding on every row, on whose behalf it is worked on, and how far that is.",
)

import_stuk = Table(
    "import_stuk",
    metadata,
    Column("import_id", Uuid, ForeignKey("import.id"), primary_key=True),
    Column("deel", Text, primary_key=True),
    Column("nr", Integer, primary_key=True, autoincrement=False),
    Column("inhoud", LargeBinary, nullable=False),
    comment="The file (bestand) and its rows as CSV (rijen) in sealed pieces, until every row was worked on.",
)

import_rij = Table(
    "import_rij",
    metadata,
    Column("import_id", Uuid, ForeignKey("import.id"), primary_key=True),
    Column("nr", Integer, primary_key=True, autoincrement=False),
    Column("status", Text, nullable=False),
    Column("melding_id", Uuid),
    Column("fouten", JSONB, nullable=False, comment="pairs of a column and a sentence; never what stood there"),
    comment="What became of each row; the row itself is not kept.",
)
Index("ix_import_rij_melding_id", import_rij.c.melding_id)
