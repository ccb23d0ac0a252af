"""A bell on the outbox: a relay sleeps until a fact is recorded (docs/adr/0035)."""

from alembic import op

from shared.messaging.bell import DROP_BELL, LAY_BELL

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Hang it up."""
    for statement in LAY_BELL:
        op.execute(statement)


def downgrade() -> None:
    """Take it down."""
    for statement in DROP_BELL:
        op.execute(statement)
