"""Later years of the figures under the risk score, which everybody who has a name may read and nobody changes."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from shared.migrations import drop_wall, lay_wall, protect_rows

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table and its wall."""
    op.create_table(
        "risicocijfers",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("jaar", sa.Integer(), nullable=False),
        sa.Column("versie", sa.Integer(), nullable=False),
        sa.Column("inhoud", sa.LargeBinary(), nullable=False, comment="the hash of the file"),
        sa.Column("cijfers", postgresql.JSONB(), nullable=False),
        sa.Column("geladen_op", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_risicocijfers")),
        sa.UniqueConstraint("jaar", "versie", name=op.f("uq_risicocijfers_jaar_versie")),
        comment="Public figures of municipalities, by factor; append-only: a score of before can be computed again.",
    )
    protect_rows(op, "risicocijfers")
    everybody = {"gemeente": "true", "lokaal-team": "true", "beheerder": "true"}
    lay_wall(op, "risicocijfers", also=everybody)


def downgrade() -> None:
    """Take it away."""
    drop_wall(op, "risicocijfers")
    op.drop_table("risicocijfers")
