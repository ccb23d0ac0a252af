"""The tables of huisverbod, opschaling."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from shared.migrations import drop_wall, lay_wall

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

TABLES = (
    "huisverbod",
    "huisverbod_stap",
    "opschaling",
    "opschaling_deelnemer",
    "opschaling_regie",
    "opschaling_overleg",
    "opschaling_actie",
)


def upgrade() -> None:
    """Make the tables, and raise their walls."""
    op.create_table(
        "huisverbod",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("melding_id", sa.Uuid(), nullable=False),
        sa.Column("casus_id", sa.Uuid(), nullable=False),
        sa.Column("gemeente_code", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("versie", sa.BigInteger(), nullable=False),
        sa.Column("gescreend_op", sa.DateTime(timezone=True), nullable=False),
        sa.Column("geadviseerd", sa.Boolean(), nullable=False),
        sa.Column("op_verzoek", sa.Boolean(), nullable=False),
        sa.Column("kindermishandeling", sa.Boolean(), nullable=False),
        sa.Column(
            "screening_tekst", sa.LargeBinary(), nullable=False, comment="the instrument with its answers, and why"
        ),
        sa.Column("afgezien_op", sa.DateTime(timezone=True), nullable=True),
        sa.Column("opgelegd_op", sa.DateTime(timezone=True), nullable=True),
        sa.Column("door", sa.Text(), nullable=True),
        sa.Column("uithuisgeplaatste", JSONB(), nullable=True),
        sa.Column("achterblijvers", JSONB(), nullable=True),
        sa.Column("ander_persoon", sa.ARRAY(sa.Uuid()), nullable=True),
        sa.Column("oplegging_tekst", sa.LargeBinary(), nullable=True),
        sa.Column("dagen", sa.SmallInteger(), nullable=True),
        sa.Column("eindigt_op", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ingetrokken_op", sa.DateTime(timezone=True), nullable=True),
        sa.Column("hulp_aanvaard", sa.Boolean(), nullable=True),
        sa.Column(
            "einde_tekst", sa.LargeBinary(), nullable=True, comment="why it was not imposed, or why it was withdrawn"
        ),
        sa.Column("beeindigd_op", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_huisverbod"),
        comment="A screening for a tijdelijk huisverbod, and the ban when it was imposed.",
    )
    op.create_index("ix_huisverbod_casus_id", "huisverbod", ["casus_id"])
    op.create_index("ix_huisverbod_melding_id", "huisverbod", ["melding_id"])
    op.create_index("ix_huisverbod_volgorde", "huisverbod", ["gescreend_op", "id"])
    lay_wall(op, "huisverbod")
    op.create_table(
        "huisverbod_stap",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("huisverbod_id", sa.Uuid(), nullable=False),
        sa.Column("nummer", sa.SmallInteger(), nullable=False),
        sa.Column("soort", sa.Text(), nullable=False),
        sa.Column("tijdstip", sa.DateTime(timezone=True), nullable=False),
        sa.Column("code", sa.Text(), nullable=True),
        sa.Column("met", sa.Text(), nullable=True),
        sa.Column("dagen", sa.SmallInteger(), nullable=True),
        sa.Column("organisatie_id", sa.Text(), nullable=True),
        sa.Column("tekst", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_huisverbod_stap"),
        sa.ForeignKeyConstraint(["huisverbod_id"], ["huisverbod.id"], name="fk_huisverbod_stap_huisverbod_id"),
        comment="An advice, an extension, a talk, or who holds the casusregie: in the order in which they were noted.",
    )
    op.create_index("ix_huisverbod_stap_huisverbod_id", "huisverbod_stap", ["huisverbod_id"])
    lay_wall(op, "huisverbod_stap")
    op.create_table(
        "opschaling",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("melding_id", sa.Uuid(), nullable=False),
        sa.Column("casus_id", sa.Uuid(), nullable=False),
        sa.Column("gemeente_code", sa.Text(), nullable=False),
        sa.Column("soort", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("versie", sa.BigInteger(), nullable=False),
        sa.Column("gestart_op", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tekst", sa.LargeBinary(), nullable=False, comment="why it was scaled up, and what is told by part"),
        sa.Column("vervolg_soort", sa.Text(), nullable=True),
        sa.Column("vervolg_organisatie_id", sa.Text(), nullable=True),
        sa.Column("vervolg_opschaling_id", sa.Uuid(), nullable=True),
        sa.Column("afgeschaald_op", sa.DateTime(timezone=True), nullable=True),
        sa.Column("afschaling_tekst", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_opschaling"),
        comment="A table or centre at which partners act together on a melding.",
    )
    op.create_index("ix_opschaling_casus_id", "opschaling", ["casus_id"])
    op.create_index("ix_opschaling_melding_id", "opschaling", ["melding_id"])
    op.create_index("ix_opschaling_volgorde", "opschaling", ["gestart_op", "id"])
    lay_wall(op, "opschaling")
    op.create_table(
        "opschaling_deelnemer",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("opschaling_id", sa.Uuid(), nullable=False),
        sa.Column("nummer", sa.SmallInteger(), nullable=False),
        sa.Column("soort", sa.Text(), nullable=False),
        sa.Column("organisatie_id", sa.Text(), nullable=False),
        sa.Column("mag_zien", sa.ARRAY(sa.Text()), nullable=True, comment="when less was chosen than its kind may see"),
        sa.Column("vertrokken_op", sa.DateTime(timezone=True), nullable=True),
        sa.Column("tekst", sa.LargeBinary(), nullable=False, comment="function and name"),
        sa.PrimaryKeyConstraint("id", name="pk_opschaling_deelnemer"),
        sa.ForeignKeyConstraint(["opschaling_id"], ["opschaling.id"], name="fk_opschaling_deelnemer_opschaling_id"),
        comment="Who takes part in an opschaling.",
    )
    op.create_index("ix_opschaling_deelnemer_opschaling_id", "opschaling_deelnemer", ["opschaling_id"])
    lay_wall(op, "opschaling_deelnemer")
    op.create_table(
        "opschaling_regie",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("opschaling_id", sa.Uuid(), nullable=False),
        sa.Column("nummer", sa.SmallInteger(), nullable=False),
        sa.Column("organisatie_id", sa.Text(), nullable=False),
        sa.Column("soort", sa.Text(), nullable=False),
        sa.Column("vanaf", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_opschaling_regie"),
        sa.ForeignKeyConstraint(["opschaling_id"], ["opschaling.id"], name="fk_opschaling_regie_opschaling_id"),
        comment="Which organisation directed the process of an opschaling, since when.",
    )
    op.create_index("ix_opschaling_regie_opschaling_id", "opschaling_regie", ["opschaling_id"])
    lay_wall(op, "opschaling_regie")
    op.create_table(
        "opschaling_overleg",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("opschaling_id", sa.Uuid(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("versie", sa.BigInteger(), nullable=False),
        sa.Column("gepland_op", sa.DateTime(timezone=True), nullable=False),
        sa.Column("agenda", sa.LargeBinary(), nullable=False),
        sa.Column("gehouden_op", sa.DateTime(timezone=True), nullable=True),
        sa.Column("aanwezig", sa.ARRAY(sa.Uuid()), nullable=True),
        sa.Column("afwezig", sa.ARRAY(sa.Uuid()), nullable=True),
        sa.Column("verslag", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_opschaling_overleg"),
        sa.ForeignKeyConstraint(["opschaling_id"], ["opschaling.id"], name="fk_opschaling_overleg_opschaling_id"),
        comment="A meeting of an opschaling, planned or held.",
    )
    op.create_index("ix_opschaling_overleg_opschaling_id", "opschaling_overleg", ["opschaling_id"])
    lay_wall(op, "opschaling_overleg")
    op.create_table(
        "opschaling_actie",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("opschaling_id", sa.Uuid(), nullable=False),
        sa.Column("bij_id", sa.Uuid(), nullable=False, comment="the opschaling that follows it now"),
        sa.Column("overleg_id", sa.Uuid(), nullable=True),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("versie", sa.BigInteger(), nullable=False),
        sa.Column("afgesproken_op", sa.DateTime(timezone=True), nullable=False),
        sa.Column("uiterlijk_dag", sa.Date(), nullable=False),
        sa.Column("organisatie_id", sa.Text(), nullable=False),
        sa.Column("tekst", sa.LargeBinary(), nullable=False, comment="what was decided, and who carries it out"),
        sa.Column("gedaan", sa.Boolean(), nullable=True),
        sa.Column("afgerond_op", sa.DateTime(timezone=True), nullable=True),
        sa.Column("afronding_tekst", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_opschaling_actie"),
        sa.ForeignKeyConstraint(["opschaling_id"], ["opschaling.id"], name="fk_opschaling_actie_opschaling_id"),
        sa.ForeignKeyConstraint(["overleg_id"], ["opschaling_overleg.id"], name="fk_opschaling_actie_overleg_id"),
        comment="A decision of an opschaling: who does what by which day.",
    )
    op.create_index("ix_opschaling_actie_bij_id", "opschaling_actie", ["bij_id"])
    op.create_index("ix_opschaling_actie_opschaling_id", "opschaling_actie", ["opschaling_id"])
    lay_wall(op, "opschaling_actie")


def downgrade() -> None:
    """Take the walls down, and the tables away."""
    for table in reversed(TABLES):
        drop_wall(op, table)
        op.drop_table(table)
