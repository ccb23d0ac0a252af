"""Why a clock is late, or will be, as it was explained last."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the reason and when it was given."""
    op.add_column("termijn", sa.Column("vertraging_reden", sa.Text(), nullable=True))
    op.add_column("termijn", sa.Column("vertraging_op", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    """Take them away."""
    for column in ("vertraging_op", "vertraging_reden"):
        op.drop_column("termijn", column)
