"""By which rulebook the clocks were counted last."""

import sqlalchemy as sa
from alembic import op

from shared.migrations import drop_wall, lay_wall

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table; it is empty, so that the first worker counts once."""
    op.create_table(
        "regelboek",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("vingerafdruk", sa.Text(), nullable=False),
        sa.Column("geteld_op", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_regelboek")),
        comment="One row: by which terms, calendar and settings every date was counted last.",
    )
    lay_wall(op, "regelboek")


def downgrade() -> None:
    """Take it away."""
    drop_wall(op, "regelboek")
    op.drop_table("regelboek")
