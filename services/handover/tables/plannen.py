"""The tables of phased care: a plan under an accepted overdracht, and everything that stands in it.

What people wrote is sealed in ``tekst``: as one JSON list a row. Of which member a row is, is told by his place in the
melding of the overdracht, which means nothing without it.
"""

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY

from services.handover.tables.core import metadata

_MOMENT = DateTime(timezone=True)

directbetrokkene = Table(
    "directbetrokkene",
    metadata,
    Column("melding_id", Uuid, primary_key=True),
    Column("nr", SmallInteger, primary_key=True),
    Column("casus_id", Uuid, nullable=False, index=True),
    comment="Whom a melding is about, by their places in it: intake knows who they are.",
)

plan = Table(
    "plan",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("overdracht_id", Uuid, ForeignKey("overdracht.id"), nullable=False, index=True),
    Column("casus_id", Uuid, nullable=False, index=True),
    Column("melding_id", Uuid, nullable=False),
    Column("gemeente_code", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("fase", Text, nullable=False),
    Column("versie", Integer, nullable=False),
    Column("gestart_op", _MOMENT, nullable=False),
    Column("evaluatie_dag", Date, nullable=False, comment="the last day on which it is evaluated again"),
    Column("beeindigd_op", _MOMENT),
    Column("einde", Text),
    Column("afwijk_reden", Text, comment="why it ended although not every condition was met"),
    Column("niet_voldaan", ARRAY(Text), nullable=False, comment="conditions that were not met when it ended"),
    Column("tekst", LargeBinary, comment="what was reached"),
    CheckConstraint("(status = 'beeindigd') = (beeindigd_op IS NOT NULL)", name="beeindigd"),
    Index("uq_plan_een_lopend", "overdracht_id", unique=True, postgresql_where=text("status = 'lopend'")),
    comment="The plan of a household, made by the receiver of an overdracht; one runs at a time.",
)

plan_lid = Table(
    "plan_lid",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("plan_id", Uuid, ForeignKey("plan.id"), nullable=False),
    Column("nr", SmallInteger, nullable=False, comment="the place in the melding of the overdracht"),
    Column("hoedanigheid", Text, nullable=False),
    Column("eigen_doelen", Boolean, nullable=False),
    Column("tekst", LargeBinary, nullable=False),
    UniqueConstraint("plan_id", "nr"),
    comment="Everybody in a household for whom its plan is; a child is a client of its own.",
)

plan_doel = Table(
    "plan_doel",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("plan_id", Uuid, ForeignKey("plan.id"), nullable=False, index=True),
    Column("fase", Text, nullable=False),
    Column("lid_nr", SmallInteger, comment="of whom it is; nothing: of the household"),
    Column("streefdag", Date),
    Column("gesteld_op", _MOMENT, nullable=False),
    Column("status", Text, nullable=False),
    Column("afgerond_op", _MOMENT),
    Column("tekst", LargeBinary, nullable=False),
    comment="What a plan aims at, and what became of it.",
)

plan_actie = Table(
    "plan_actie",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("plan_id", Uuid, ForeignKey("plan.id"), nullable=False, index=True),
    Column("doel_id", Uuid, ForeignKey("plan_doel.id")),
    Column("fase", Text, nullable=False),
    Column("organisatie_id", Text, nullable=False),
    Column("uiterlijk_dag", Date, nullable=False),
    Column("afgesproken_op", _MOMENT, nullable=False),
    Column("status", Text, nullable=False),
    Column("reden", Text),
    Column("afgerond_op", _MOMENT),
    Column("tekst", LargeBinary, nullable=False),
    comment="What an organisation does for a plan, and by when.",
)

plan_regie = Table(
    "plan_regie",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("plan_id", Uuid, ForeignKey("plan.id"), nullable=False),
    Column("soort", Text, nullable=False),
    Column("organisatie_id", Text, nullable=False),
    Column("vanaf", _MOMENT, nullable=False),
    Column("tot", _MOMENT),
    Column("tekst", LargeBinary, nullable=False),
    Index("uq_plan_regie_een", "plan_id", "soort", unique=True, postgresql_where=text("tot IS NULL")),
    comment="Which organisation has the regie on the casus and on the process, and had it.",
)

plan_evaluatie = Table(
    "plan_evaluatie",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("plan_id", Uuid, ForeignKey("plan.id"), nullable=False, index=True),
    Column("fase", Text, nullable=False),
    Column("gehouden_op", _MOMENT, nullable=False),
    Column("direct_veilig", Boolean, nullable=False),
    Column("stabiel_veilig", Boolean),
    Column("gesproken", ARRAY(SmallInteger), nullable=False, comment="places of the members who were spoken with"),
    Column("volgende_dag", Date, nullable=False),
    Column("tekst", LargeBinary, nullable=False),
    comment="Each time that it was looked at whether a plan works.",
)

plan_fase = Table(
    "plan_fase",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("plan_id", Uuid, ForeignKey("plan.id"), nullable=False, index=True),
    Column("fase", Text, nullable=False),
    Column("vanaf", _MOMENT, nullable=False),
    Column("afwijk_reden", Text),
    Column("niet_voldaan", ARRAY(Text), nullable=False, comment="conditions that were not met when it began"),
    Column("tekst", LargeBinary, nullable=False),
    comment="The phases of a plan as they were decided on.",
)

# What hangs on a plan by its id, in the order in which it can be taken away.
DELEN = (plan_fase, plan_evaluatie, plan_regie, plan_actie, plan_doel, plan_lid)
