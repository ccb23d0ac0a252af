"""Until when files are kept, and what was destroyed here, without what it was."""

import sqlalchemy as sa
from alembic import op

from shared.migrations import drop_wall, lay_wall
from shared.vernietigen import lay_vernietiging

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables behind the rights on a file."""
    lay_vernietiging(op)
    op.create_table(
        "bewaartermijn",
        sa.Column("casus_id", sa.Uuid(), nullable=False),
        sa.Column("bewaren_tot", sa.Date(), nullable=False),
        sa.Column("voorstellen_op", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("casus_id", name="pk_bewaartermijn"),
        comment="Until which day the file of a closed casus is kept; `voorstellen_op` until destruction was proposed.",
    )
    op.create_index(
        "ix_bewaartermijn_voorstellen_op",
        "bewaartermijn",
        ["voorstellen_op"],
        postgresql_where=sa.text("voorstellen_op IS NOT NULL"),
    )
    lay_wall(op, "bewaartermijn")


def downgrade() -> None:
    """Take them away."""
    for table in ("bewaartermijn", "vernietiging"):
        drop_wall(op, table)
        op.drop_table(table)
