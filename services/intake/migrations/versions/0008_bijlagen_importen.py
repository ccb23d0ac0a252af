"""What is added to a melding after it came in: texts, and files in sealed pieces."""

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables, and raise their walls."""


def downgrade() -> None:
    """Take them away."""
