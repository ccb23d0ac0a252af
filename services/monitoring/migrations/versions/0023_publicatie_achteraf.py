"""Of which months a publication was asked afterwards."""

import sqlalchemy as sa
from alembic import op

from shared.migrations import drop_wall, lay_wall, protect_rows

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table and its wall."""
    op.create_table(
        "publicatie_verzoek",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("van", sa.Date(), nullable=False),
        sa.Column("tot", sa.Date(), nullable=False, comment="the first day of its last month"),
        sa.Column(
            "bekend_vanaf", sa.Date(), nullable=False, comment="the first month of which anything was known then"
        ),
        sa.Column("reden", sa.Text(), nullable=False),
        sa.Column("gevraagd_door", sa.Text(), nullable=False),
        sa.Column("gevraagd_op", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_publicatie_verzoek")),
        sa.UniqueConstraint("van", "tot", "bekend_vanaf", name=op.f("uq_publicatie_verzoek_van_tot_bekend_vanaf")),
        comment="Of which time before the first fact a publication was asked afterwards; append-only.",
    )
    protect_rows(op, "publicatie_verzoek")
    lay_wall(op, "publicatie_verzoek", also={"beheerder": "true"})


def downgrade() -> None:
    """Take it away."""
    drop_wall(op, "publicatie_verzoek")
    op.drop_table("publicatie_verzoek")
