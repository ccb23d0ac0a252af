"""When something was added to a melding after it came in."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make room for it on the dossier."""
    op.add_column("dossier", sa.Column("aangevuld_op", sa.DateTime(timezone=True)))


def downgrade() -> None:
    """Take it away."""
    op.drop_column("dossier", "aangevuld_op")
