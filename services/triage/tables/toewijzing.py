"""The tables of toewijzing: the history of who owned which work, and the checks on families that wait."""

from sqlalchemy import BigInteger, Column, Date, DateTime, ForeignKey, Index, LargeBinary, Table, Text, Uuid
from sqlalchemy import UniqueConstraint as Unique

from services.triage.tables.core import metadata

_MOMENT = DateTime(timezone=True)

toewijzing = Table(
    "toewijzing",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("dossier_id", Uuid, ForeignKey("dossier.id"), nullable=False),
    Column("versie", BigInteger, nullable=False),
    Column("actie", Text, nullable=False),
    Column("eigenaar", Text),
    Column("team", Text),
    Column("door", Text, nullable=False),
    Column("op", _MOMENT, nullable=False),
    Column("reden", Text),
    Column("toelichting", LargeBinary),
    # Two who claim the same version cannot both have written it, whatever the code does.
    Unique("dossier_id", "versie"),
    comment="Who owned work from when, by whom and why; workers by the subject of their token.",
)

veiligheidscheck = Table(
    "veiligheidscheck",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("dossier_id", Uuid, ForeignKey("dossier.id"), nullable=False),
    Column("uitkomst", Text, nullable=False),
    Column("gedaan_op", _MOMENT, nullable=False),
    Column("volgende_dag", Date),
    Column("door", Text, nullable=False),
    Column("notitie", LargeBinary, nullable=False),
    comment="When somebody looked at the safety of a family that waits, and what he found.",
)
Index(
    "ix_veiligheidscheck_volgorde", veiligheidscheck.c.dossier_id, veiligheidscheck.c.gedaan_op, veiligheidscheck.c.id
)
