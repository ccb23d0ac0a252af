"""By what people are found again, beside the exact keys: the keys of the scored comparison."""

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables, and raise their walls."""


def downgrade() -> None:
    """Take them away."""
