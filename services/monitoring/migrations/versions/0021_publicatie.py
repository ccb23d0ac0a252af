"""What was published of a period, kept as it was."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from shared.migrations import drop_wall, lay_wall, protect_rows

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table and its wall: it holds what is kept back too, so it is read by who may count, and by nobody else."""
    op.create_table(
        "publicatie",
        sa.Column("van", sa.Date(), nullable=False),
        sa.Column("tot", sa.Date(), nullable=False, comment="the first day of its last month"),
        sa.Column("peildatum", sa.Date(), nullable=False),
        sa.Column("vastgesteld_op", sa.DateTime(timezone=True), nullable=False),
        sa.Column("gemeente_codes", postgresql.JSONB(), nullable=False),
        sa.Column(
            "tabellen",
            postgresql.JSONB(),
            nullable=False,
            comment="of each table what was counted, and how it is rounded",
        ),
        sa.PrimaryKeyConstraint("van", "tot", name=op.f("pk_publicatie")),
        comment="What was published of a period, with the counts that it was worked out from; append-only.",
    )
    protect_rows(op, "publicatie")
    lay_wall(op, "publicatie", also={"dashboard": "true"})


def downgrade() -> None:
    """Take it away."""
    drop_wall(op, "publicatie")
    op.drop_table("publicatie")
