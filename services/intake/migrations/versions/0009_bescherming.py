"""What protects a melder beyond his agreement: marked passages, changes of consent, the list of the unknown."""

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables, and raise their walls."""


def downgrade() -> None:
    """Take them away."""
