"""Of whom a melding is: the places of its directbetrokkenen."""

import sqlalchemy as sa
from alembic import op

from shared.migrations import drop_wall, lay_wall

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table, and raise its wall."""
    op.create_table(
        "directbetrokkene",
        sa.Column("melding_id", sa.Uuid(), nullable=False),
        sa.Column("nr", sa.SmallInteger(), nullable=False),
        sa.Column("casus_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("melding_id", "nr", name="pk_directbetrokkene"),
        comment="Whom a melding is about, by their places in it: intake knows who they are.",
    )
    op.create_index("ix_directbetrokkene_casus_id", "directbetrokkene", ["casus_id"])
    lay_wall(op, "directbetrokkene")


def downgrade() -> None:
    """Take the wall down, and the table away."""
    drop_wall(op, "directbetrokkene")
    op.drop_table("directbetrokkene")
