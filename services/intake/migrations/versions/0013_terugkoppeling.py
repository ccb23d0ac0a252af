"""What a melder hears of his melding."""

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables, and raise their walls."""


def downgrade() -> None:
    """Take them away."""
