"""What protects a melder beyond his agreement: marked passages, changes of consent, the list of the unknown."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from shared.migrations import drop_wall, lay_wall

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_TABLES = ("bescherming", "bekendmaking_wijziging", "dubbel_anoniem")
# Who sends a melding without a melder writes its row on the list, and reads nothing of it afterwards.
_RECEIVING = {"dubbel_anoniem": {"ontvangst": "true"}}


def upgrade() -> None:
    """Make the tables, and raise their walls."""
    op.create_table(
        "bescherming",
        sa.Column("melding_id", sa.Uuid(), nullable=False),
        sa.Column("versie", sa.Integer(), nullable=False),
        sa.Column("passages", sa.LargeBinary(), nullable=True, comment="the marked places of all texts, sealed"),
        sa.ForeignKeyConstraint(["melding_id"], ["melding.id"], name="fk_bescherming_melding_id"),
        sa.PrimaryKeyConstraint("melding_id", name="pk_bescherming"),
        comment="One row for a melding of which something about the melder was agreed anew, or marked.",
    )
    op.create_table(
        "bekendmaking_wijziging",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("melding_id", sa.Uuid(), nullable=False),
        sa.Column("gewijzigd_op", sa.DateTime(timezone=True), nullable=False),
        sa.Column("gegevens", sa.LargeBinary(), nullable=False, comment="who changed it, from what, to what, sealed"),
        sa.ForeignKeyConstraint(["melding_id"], ["melding.id"], name="fk_bekendmaking_wijziging_melding_id"),
        sa.PrimaryKeyConstraint("id", name="pk_bekendmaking_wijziging"),
        comment="What was agreed with a melder before, and since when no more.",
    )
    op.create_index("ix_bekendmaking_wijziging_melding_id", "bekendmaking_wijziging", ["melding_id"])
    op.create_table(
        "dubbel_anoniem",
        sa.Column("melding_id", sa.Uuid(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("versie", sa.Integer(), nullable=False),
        sa.Column("ontvangen_op", sa.DateTime(timezone=True), nullable=False),
        sa.Column("besloten_op", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "aankondiging",
            postgresql.JSONB(),
            nullable=False,
            comment="the fact that is told when it becomes a melding: codes only",
        ),
        sa.Column("besluiten", sa.LargeBinary(), nullable=True, comment="what was decided, by whom and why, sealed"),
        sa.ForeignKeyConstraint(["melding_id"], ["melding.id"], name="fk_dubbel_anoniem_melding_id"),
        sa.PrimaryKeyConstraint("melding_id", name="pk_dubbel_anoniem"),
        comment="Signals of somebody whom Veilig Thuis does not know: no meldingen until that is decided.",
    )
    op.create_index("ix_dubbel_anoniem_status", "dubbel_anoniem", ["status", "melding_id"])
    for table in _TABLES:
        lay_wall(op, table, also=_RECEIVING.get(table, {}))


def downgrade() -> None:
    """Take them away."""
    for table in reversed(_TABLES):
        drop_wall(op, table)
        op.drop_table(table)
