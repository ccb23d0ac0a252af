"""What was joined and taken apart: each merge and split with its number, and what was decided on it."""

from sqlalchemy import ARRAY, BigInteger, Column, DateTime, ForeignKey, Index, LargeBinary, Sequence, Table, Text, Uuid

from services.intake.tables.core import metadata

# One row of numbers for merges, splits and destructions: what moves the same meldingen holds the same casussen, so
# that the numbers follow the order in which it was done.
verplaatsing_volgorde = Sequence("verplaatsing_volgorde", metadata=metadata)

verplaatsing = Table(
    "verplaatsing",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("soort", Text, nullable=False),
    Column("volgorde", BigInteger, nullable=False, unique=True),
    Column("casus_id", Uuid, nullable=False, index=True),
    Column("andere_casus_id", Uuid, nullable=False, index=True),
    Column("melding_ids", ARRAY(Uuid), nullable=False),
    Column("tijdstip", DateTime(timezone=True), nullable=False),
    Column("rol", Text, nullable=False),
    Column("door", Text, nullable=False),
    Column("voorstel_id", Uuid, index=True),
    Column("motivering", LargeBinary, comment="why it was split off; of a merge it stands with the koppelvoorstel"),
    comment="Merges and splits. casus_id: the one that stayed, or from which was split off. The rows stay when one of "
    "both is destroyed, without words.",
)

thuis = Table(
    "thuis",
    metadata,
    Column("onderwerp_id", Uuid, primary_key=True),
    Column("thuis_id", Uuid, nullable=False),
    comment="In which casus a melding or dossierverzoek is at home, once it was joined or split off.",
)

koppelbesluit = Table(
    "koppelbesluit",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("voorstel_id", Uuid, ForeignKey("koppelvoorstel.id"), nullable=False),
    Column("keuze", Text, nullable=False),
    Column("rol", Text, nullable=False),
    Column("door", Text, nullable=False),
    Column("tijdstip", DateTime(timezone=True), nullable=False),
    Column("motivering", LargeBinary, nullable=False),
    comment="Everything that was decided on a koppelvoorstel, also what was taken back.",
)
Index("ix_koppelbesluit_voorstel_id", koppelbesluit.c.voorstel_id, koppelbesluit.c.id)
