"""The signals of ours in the reference indexes, every attempt to place one, and the matches that they gave."""

from sqlalchemy import Boolean, Column, DateTime, ForeignKey, Index, Integer, LargeBinary, Table, Text, Uuid, text

from services.intake.tables.core import metadata

ACTIVE = "status IN ('aangevraagd', 'geplaatst', 'gematcht')"

signaal = Table(
    "signaal",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("melding_id", Uuid, ForeignKey("melding.id"), nullable=False, index=True),
    Column("persoon_id", Uuid, ForeignKey("persoon.id"), nullable=False, index=True),
    Column("verwijsindex", Text, nullable=False),
    Column("referentie", Uuid, nullable=False, unique=True, comment="all by which the index knows it"),
    Column("sleutel", LargeBinary, nullable=False, comment="blind index of the names and the birth date"),
    Column("status", Text, nullable=False),
    Column("versie", Integer, nullable=False),
    Column("via_vir", Boolean, nullable=False),
    Column("aangevraagd_op", DateTime(timezone=True), nullable=False),
    Column("verloopt_op", DateTime(timezone=True), nullable=False),
    Column("geplaatst_op", DateTime(timezone=True)),
    Column("verzonden_op", DateTime(timezone=True)),
    Column("beeindigd_op", DateTime(timezone=True)),
    Column("afgemeld_op", DateTime(timezone=True)),
    Column("reden", Text),
    Column("fout", Text),
    comment="Codes, times and ids; who it is about stands in persoon. It goes where its melding goes.",
)
Index("uq_signaal_actief", signaal.c.verwijsindex, signaal.c.sleutel, unique=True, postgresql_where=text(ACTIVE))
Index("ix_signaal_staand", signaal.c.verwijsindex, signaal.c.id, postgresql_where=text(ACTIVE))

signaal_poging = Table(
    "signaal_poging",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("signaal_id", Uuid, ForeignKey("signaal.id"), nullable=False, index=True),
    Column("soort", Text, nullable=False),
    Column("tijdstip", DateTime(timezone=True), nullable=False),
    Column("uitkomst", Text, nullable=False),
    comment="One row a request to an index.",
)

signaal_match = Table(
    "signaal_match",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("signaal_id", Uuid, ForeignKey("signaal.id"), nullable=False, index=True),
    Column("ontvangen_op", DateTime(timezone=True), nullable=False),
    Column("beeindigd_op", DateTime(timezone=True)),
    Column("gegevens", LargeBinary, nullable=False, comment="the other organisation, under the key of the signal"),
    comment="That another organisation is with the same person.",
)

index_stand = Table(
    "index_stand",
    metadata,
    Column("verwijsindex", Text, primary_key=True),
    Column("na", Text, nullable=False, comment="after which place in its list the index is asked for matches"),
    Column("opgehaald_op", DateTime(timezone=True), nullable=False),
    comment="How far the matches of an index were fetched.",
)

__all__ = ["index_stand", "signaal", "signaal_match", "signaal_poging"]
