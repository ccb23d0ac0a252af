"""Whether any figure changed, without reading one: a counter in several rows, so that writers do not wait for it."""

import sqlalchemy as sa
from alembic import op

from shared.migrations import drop_wall, lay_wall

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the counter."""
    op.create_table(
        "kpi_versie",
        sa.Column("vak", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("teller", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("vak", name=op.f("pk_kpi_versie")),
        comment="How often cells were changed, in rows of which each writer takes one: the sum is another after each "
        "change.",
    )
    lay_wall(op, "kpi_versie", everybody=True)


def downgrade() -> None:
    """Take it away."""
    drop_wall(op, "kpi_versie")
    op.drop_table("kpi_versie")
