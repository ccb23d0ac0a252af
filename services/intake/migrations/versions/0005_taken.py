"""What the worker of intake still has to do: calls to others that are tried until they succeed."""

from alembic import op

from shared.messaging.tasks import lay_tasks
from shared.migrations import drop_wall

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table of tasks."""
    lay_tasks(op)


def downgrade() -> None:
    """Take it away."""
    drop_wall(op, "taak")
    op.drop_table("taak")
