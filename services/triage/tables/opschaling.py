"""Scaling up: tables and centres where partners decide together, and what each of them will do."""

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    ForeignKey,
    Index,
    LargeBinary,
    SmallInteger,
    Table,
    Text,
    Uuid,
)

from services.triage.tables.core import TOLD, metadata

_MOMENT = DateTime(timezone=True)

opschaling = Table(
    "opschaling",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("melding_id", Uuid, nullable=False),
    Column("casus_id", Uuid, nullable=False),
    Column("gemeente_code", Text, nullable=False),
    Column("soort", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("versie", BigInteger, nullable=False),
    Column("gestart_op", _MOMENT, nullable=False),
    Column("tekst", LargeBinary, nullable=False, comment="why it was scaled up, and what is told by part"),
    Column("vervolg_soort", Text),
    Column("vervolg_organisatie_id", Text),
    Column("vervolg_opschaling_id", Uuid),
    Column("afgeschaald_op", _MOMENT),
    Column("afschaling_tekst", LargeBinary),
    comment="A table or centre at which partners act together on a melding.",
    info=TOLD,
)
Index("ix_opschaling_volgorde", opschaling.c.gestart_op, opschaling.c.id)
Index(None, opschaling.c.casus_id)
Index(None, opschaling.c.melding_id)

opschaling_deelnemer = Table(
    "opschaling_deelnemer",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("opschaling_id", Uuid, ForeignKey("opschaling.id"), nullable=False),
    Column("nummer", SmallInteger, nullable=False),
    Column("soort", Text, nullable=False),
    Column("organisatie_id", Text, nullable=False),
    Column("mag_zien", ARRAY(Text), comment="when less was chosen than its kind may see"),
    Column("vertrokken_op", _MOMENT),
    Column("tekst", LargeBinary, nullable=False, comment="function and name"),
    comment="Who takes part in an opschaling.",
)
Index(None, opschaling_deelnemer.c.opschaling_id)
Index(None, opschaling_deelnemer.c.organisatie_id)

opschaling_regie = Table(
    "opschaling_regie",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("opschaling_id", Uuid, ForeignKey("opschaling.id"), nullable=False),
    Column("nummer", SmallInteger, nullable=False),
    Column("organisatie_id", Text, nullable=False),
    Column("soort", Text, nullable=False),
    Column("vanaf", _MOMENT, nullable=False),
    comment="Which organisation directed the process of an opschaling, since when.",
)
Index(None, opschaling_regie.c.opschaling_id)

opschaling_overleg = Table(
    "opschaling_overleg",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("opschaling_id", Uuid, ForeignKey("opschaling.id"), nullable=False),
    Column("status", Text, nullable=False),
    Column("versie", BigInteger, nullable=False),
    Column("gepland_op", _MOMENT, nullable=False),
    Column("agenda", LargeBinary, nullable=False),
    Column("gehouden_op", _MOMENT),
    Column("aanwezig", ARRAY(Uuid)),
    Column("afwezig", ARRAY(Uuid)),
    Column("verslag", LargeBinary),
    comment="A meeting of an opschaling, planned or held.",
)
Index(None, opschaling_overleg.c.opschaling_id)

opschaling_actie = Table(
    "opschaling_actie",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("opschaling_id", Uuid, ForeignKey("opschaling.id"), nullable=False),
    Column("bij_id", Uuid, nullable=False, comment="the opschaling that follows it now"),
    Column("overleg_id", Uuid, ForeignKey("opschaling_overleg.id")),
    Column("status", Text, nullable=False),
    Column("versie", BigInteger, nullable=False),
    Column("afgesproken_op", _MOMENT, nullable=False),
    Column("uiterlijk_dag", Date, nullable=False),
    Column("organisatie_id", Text, nullable=False),
    Column("tekst", LargeBinary, nullable=False, comment="what was decided, and who carries it out"),
    Column("gedaan", Boolean),
    Column("afgerond_op", _MOMENT),
    Column("afronding_tekst", LargeBinary),
    comment="A decision of an opschaling: who does what by which day.",
    info=TOLD,
)
Index(None, opschaling_actie.c.opschaling_id)
Index(None, opschaling_actie.c.bij_id)
