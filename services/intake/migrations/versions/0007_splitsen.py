"""What was taken apart again after it had been one casus."""

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables, and raise their walls."""


def downgrade() -> None:
    """Take them away."""
