"""Signals to schools, and the proof that they arrived."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from shared.migrations import drop_wall, lay_wall

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables, and raise their walls."""
    op.create_table(
        "handle_with_care",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("melding_id", sa.Uuid(), nullable=False),
        sa.Column("persoon_id", sa.Uuid(), nullable=False),
        sa.Column("ontvangen_op", sa.DateTime(timezone=True), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("versie", sa.Integer(), nullable=False),
        sa.Column(
            "toets",
            postgresql.JSONB(),
            nullable=False,
            comment="each criterion and how it was met; nothing about who the child is",
        ),
        sa.Column("keuze", sa.Text()),
        sa.Column(
            "niet_informeren",
            sa.Boolean(),
            nullable=False,
            comment="a later incident of this child waits for a person",
        ),
        sa.Column("besloten_op", sa.DateTime(timezone=True)),
        sa.Column("besloten_door", sa.Text()),
        sa.Column("afgeleverd_op", sa.DateTime(timezone=True)),
        sa.Column("bevestigd_door", sa.Text()),
        sa.Column(
            "gegevens",
            sa.LargeBinary(),
            nullable=False,
            comment="why it was decided so, the school, and its receipt",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_handle_with_care"),
        sa.ForeignKeyConstraint(["melding_id"], ["melding.id"], name="fk_handle_with_care_melding_id_melding"),
        sa.ForeignKeyConstraint(["persoon_id"], ["persoon.id"], name="fk_handle_with_care_persoon_id_persoon"),
        sa.UniqueConstraint("melding_id", "persoon_id", name="uq_handle_with_care_melding_id_persoon_id"),
        comment="One signal about one child after one incident; what is said in it is sealed under a key of its own.",
    )
    op.create_index("ix_handle_with_care_persoon_id", "handle_with_care", ["persoon_id"])
    op.create_index("ix_handle_with_care_status", "handle_with_care", ["status", "id"])
    op.create_table(
        "handle_with_care_poging",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("signaal_id", sa.Uuid(), nullable=False),
        sa.Column("tijdstip", sa.DateTime(timezone=True), nullable=False),
        sa.Column("stap", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_handle_with_care_poging"),
        sa.ForeignKeyConstraint(
            ["signaal_id"], ["handle_with_care.id"], name="fk_handle_with_care_poging_signaal_id_handle_with_care"
        ),
        comment="Each attempt to find the school or to tell it: when, and what came of it as a code.",
    )
    op.create_index("ix_handle_with_care_poging_signaal_id", "handle_with_care_poging", ["signaal_id"])
    lay_wall(op, "handle_with_care")
    lay_wall(op, "handle_with_care_poging")


def downgrade() -> None:
    """Take the walls down, and the tables away."""
    for table in ("handle_with_care_poging", "handle_with_care"):
        drop_wall(op, table)
        op.drop_table(table)
