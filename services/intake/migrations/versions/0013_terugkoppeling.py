"""What a melder hears of his melding."""

import sqlalchemy as sa
from alembic import op

from shared.migrations import drop_wall, lay_wall

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table, and raise its wall: a sender sees what belongs to the meldingen that he sees."""
    op.create_table(
        "terugkoppeling",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("melding_id", sa.Uuid(), nullable=False),
        sa.Column("soort", sa.Text(), nullable=False),
        sa.Column("statuscode", sa.Text(), nullable=True),
        sa.Column("tijdstip", sa.DateTime(timezone=True), nullable=False),
        sa.Column("overdracht_aan", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("verantwoordelijke", sa.Text(), nullable=True),
        sa.Column("toelichting", sa.LargeBinary(), nullable=True),
        sa.Column(
            "bron_id",
            sa.Uuid(),
            nullable=True,
            comment="the dossier, dienst or overdracht of which it tells",
        ),
        sa.Column(
            "gegeven_op",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="when the sender fetched it; the rest never changes",
        ),
        sa.ForeignKeyConstraint(["melding_id"], ["melding.id"], name="fk_terugkoppeling_melding_id"),
        sa.PrimaryKeyConstraint("id", name="pk_terugkoppeling"),
        comment="One row each time that there is something to tell to the sender of a melding.",
    )
    op.create_index("ix_terugkoppeling_melding_id", "terugkoppeling", ["melding_id"])
    lay_wall(op, "terugkoppeling", also={"ontvangst": "true", "ketenpartner": "muur_melding_gezien(melding_id)"})


def downgrade() -> None:
    """Take it away."""
    drop_wall(op, "terugkoppeling")
    op.drop_table("terugkoppeling")
