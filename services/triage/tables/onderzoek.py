"""What is done in a dienst: the plan, informants, findings, why it is late, and who was offered destruction.

Who is named is sealed along with the rest (see ``contact``).
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    DateTime,
    ForeignKey,
    Integer,
    LargeBinary,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
)

from services.triage.tables.core import metadata

_MOMENT = DateTime(timezone=True)

dienst_plan = Table(
    "dienst_plan",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("dienst_id", Uuid, ForeignKey("dienst.id"), nullable=False),
    Column("nummer", Integer, nullable=False),
    Column("opgesteld_op", _MOMENT, nullable=False),
    Column("tekst", LargeBinary, nullable=False),
    UniqueConstraint("dienst_id", "nummer"),
    comment="Each version of the plan of a dienst; the highest is the plan.",
)

informant = Table(
    "informant",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("dienst_id", Uuid, ForeignKey("dienst.id"), nullable=False, index=True),
    Column("soort", Text, nullable=False),
    Column("toestemming", Boolean, nullable=False),
    Column("tijdstip", _MOMENT, nullable=False),
    Column("bevestigd", Text, nullable=False),
    Column("versie", BigInteger, nullable=False),
    Column("tekst", LargeBinary, nullable=False),
    comment="Who told something in a dienst, with or without consent, and whether he confirmed his words.",
)

bevinding = Table(
    "bevinding",
    metadata,
    Column("id", Uuid, primary_key=True, comment="follows from the dienst, the person and the suspicion: one of each"),
    Column("dienst_id", Uuid, ForeignKey("dienst.id"), nullable=False, index=True),
    Column("relatie", Text, nullable=False),
    Column("vorm", Text, nullable=False),
    Column("oordeel", Text, nullable=False),
    Column("vastgesteld_op", _MOMENT, nullable=False),
    Column("versie", BigInteger, nullable=False),
    Column("tekst", LargeBinary, nullable=False),
    comment="What was found of one suspicion about one person.",
)

vertraging = Table(
    "vertraging",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("dossier_id", Uuid, ForeignKey("dossier.id"), nullable=False, index=True),
    Column("dienst_id", Uuid, ForeignKey("dienst.id"), index=True, comment="empty: of the dossier itself"),
    Column("soort", Text, nullable=False),
    Column("reden", Text, nullable=False),
    Column("verklaard_op", _MOMENT, nullable=False),
    Column("toelichting", LargeBinary, nullable=False),
    comment="Why a step is late, or will be; the newest counts.",
)

vernietigingsaanbod = Table(
    "vernietigingsaanbod",
    metadata,
    Column("id", Uuid, primary_key=True, comment="follows from what was offered to whom, when and how: once is enough"),
    Column("dienst_id", Uuid, ForeignKey("dienst.id"), nullable=False, index=True),
    Column("moment", _MOMENT, nullable=False),
    Column("wijze", Text, nullable=False),
    Column("betrokkene", LargeBinary, nullable=False),
    comment="Who was pointed to the right to have the file destroyed.",
)
