"""The tables of instrumenten, informatieverzoeken."""

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables, and raise their walls."""


def downgrade() -> None:
    """Take the walls down, and the tables away."""
