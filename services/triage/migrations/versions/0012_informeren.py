"""The tables of informeren and of the letters."""

import sqlalchemy as sa
from alembic import op

from shared.migrations import drop_wall, lay_wall

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables, and raise their walls."""
    op.create_table(
        "informering",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("melding_id", sa.Uuid(), nullable=False),
        sa.Column("casus_id", sa.Uuid(), nullable=False),
        sa.Column("nummer", sa.Integer(), nullable=False),
        sa.Column("persoon_nr", sa.SmallInteger(), nullable=False),
        sa.Column("actie", sa.Text(), nullable=False),
        sa.Column("tijdstip", sa.DateTime(timezone=True), nullable=False),
        sa.Column("wijze", sa.Text(), nullable=True),
        sa.Column("reden", sa.Text(), nullable=True),
        sa.Column("gezag_nr", sa.SmallInteger(), nullable=True),
        sa.Column("tekst", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_informering"),
        sa.UniqueConstraint("melding_id", "nummer", name="uq_informering_melding_id_nummer"),
        comment=(
            "That a directbetrokkene was told that data of him is recorded, or why not; the last of a person counts."
        ),
    )
    op.create_index("ix_informering_casus_id", "informering", ["casus_id"])
    lay_wall(op, "informering")
    op.create_table(
        "informeren_uitstel",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("melding_id", sa.Uuid(), nullable=False),
        sa.Column("casus_id", sa.Uuid(), nullable=False),
        sa.Column("nummer", sa.Integer(), nullable=False),
        sa.Column("reden", sa.Text(), nullable=False),
        sa.Column("uitgesteld_op", sa.DateTime(timezone=True), nullable=False),
        sa.Column("motivering", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_informeren_uitstel"),
        sa.UniqueConstraint("melding_id", "nummer", name="uq_informeren_uitstel_melding_id_nummer"),
        comment="Each time that telling the directbetrokkenen of a melding was postponed.",
    )
    op.create_index("ix_informeren_uitstel_casus_id", "informeren_uitstel", ["casus_id"])
    lay_wall(op, "informeren_uitstel")
    op.create_table(
        "brief",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("melding_id", sa.Uuid(), nullable=False),
        sa.Column("casus_id", sa.Uuid(), nullable=False),
        sa.Column("soort", sa.Text(), nullable=False),
        sa.Column("sjabloon_versie", sa.Integer(), nullable=False),
        sa.Column("persoon_nr", sa.SmallInteger(), nullable=True),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("versie", sa.BigInteger(), nullable=False),
        sa.Column("stand", sa.Text(), nullable=False),
        sa.Column("gemaakt_op", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tekst", sa.LargeBinary(), nullable=False),
        sa.Column("verzonden_op", sa.DateTime(timezone=True), nullable=True),
        sa.Column("verzend_wijze", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_brief"),
        comment="A letter as it was made; its text never changes.",
    )
    op.create_index("ix_brief_melding_id", "brief", ["melding_id"])
    op.create_index("ix_brief_casus_volgorde", "brief", ["casus_id", "gemaakt_op", "id"])
    op.create_index("ix_brief_volgorde", "brief", ["gemaakt_op", "id"])
    lay_wall(op, "brief")


def downgrade() -> None:
    """Take the walls down, and the tables away."""
    for table in ("brief", "informeren_uitstel", "informering"):
        drop_wall(op, table)
        op.drop_table(table)
