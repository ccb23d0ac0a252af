"""From which day a monitormoment was moved, when and why."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns, and the index by which what was missed is found."""
    op.add_column(
        "monitormoment",
        sa.Column(
            "oorspronkelijk_uiterlijk",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="before it was moved; empty when it never was",
        ),
    )
    op.add_column("monitormoment", sa.Column("verplaatsing_reden", sa.Text(), nullable=True))
    op.add_column("monitormoment", sa.Column("verplaatst_op", sa.DateTime(timezone=True), nullable=True))
    op.create_index("ix_monitormoment_uiterlijk", "monitormoment", ["uiterlijk", "id"], unique=False)


def downgrade() -> None:
    """Take them away."""
    op.drop_index("ix_monitormoment_uiterlijk", table_name="monitormoment")
    for column in ("verplaatst_op", "verplaatsing_reden", "oorspronkelijk_uiterlijk"):
        op.drop_column("monitormoment", column)
