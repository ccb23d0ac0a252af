"""What was destroyed here, without what it was."""

from alembic import op

from shared.migrations import drop_wall
from shared.vernietigen import lay_vernietiging

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table of destructions."""
    lay_vernietiging(op)


def downgrade() -> None:
    """Take it away."""
    drop_wall(op, "vernietiging")
    op.drop_table("vernietiging")
