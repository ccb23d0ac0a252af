"""The counter of changes without a wall: it tells nothing of anybody, and is read before anything else, by itself."""

from alembic import op

from shared.migrations import drop_wall, lay_wall

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Take the wall away."""
    drop_wall(op, "kpi_versie")


def downgrade() -> None:
    """Raise it again."""
    lay_wall(op, "kpi_versie", everybody=True)
