"""The talks of a warm overdracht, and every version of what came of them."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from shared.migrations import drop_wall, lay_wall

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

_MOMENT = sa.DateTime(timezone=True)
_RECEIVED = dict.fromkeys(("lokaal-team", "ketenpartner"), "is_ontvanger(overdracht_id)")


def upgrade() -> None:
    """Make the column and the tables, and raise their walls."""
    op.add_column("overdracht", sa.Column("gesprek_op", _MOMENT))
    op.create_table(
        "gesprek",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("overdracht_id", sa.Uuid(), nullable=False),
        sa.Column("moment", _MOMENT, nullable=False),
        sa.Column("deelnemers", JSONB(), nullable=False),
        sa.Column("gepland_door", sa.Text(), nullable=False),
        sa.Column("versie", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_gesprek"),
        sa.ForeignKeyConstraint(["overdracht_id"], ["overdracht.id"], name="fk_gesprek_overdracht_id"),
        comment="Talks about an overdracht, planned and held; who takes part by role and organisation.",
    )
    op.create_index("ix_gesprek_overdracht_id", "gesprek", ["overdracht_id", "moment", "id"])
    op.create_table(
        "gesprek_verslag",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("gesprek_id", sa.Uuid(), nullable=False),
        sa.Column("overdracht_id", sa.Uuid(), nullable=False),
        sa.Column("versie", sa.Integer(), nullable=False),
        sa.Column("gehouden_op", _MOMENT, nullable=False),
        sa.Column("deelnemers", JSONB(), nullable=False),
        sa.Column("door", sa.Text(), nullable=False),
        sa.Column("vastgelegd_op", _MOMENT, nullable=False),
        sa.Column("tekst", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_gesprek_verslag"),
        sa.ForeignKeyConstraint(["gesprek_id"], ["gesprek.id"], name="fk_gesprek_verslag_gesprek_id"),
        sa.ForeignKeyConstraint(["overdracht_id"], ["overdracht.id"], name="fk_gesprek_verslag_overdracht_id"),
        sa.UniqueConstraint("gesprek_id", "versie", name="uq_gesprek_verslag_gesprek_id_versie"),
        comment="What came of a talk, sealed; a correction is a next version, and what stood there stays.",
    )
    for table in ("gesprek", "gesprek_verslag"):
        lay_wall(op, table, also=_RECEIVED)


def downgrade() -> None:
    """Take the walls down, and the tables and the column away."""
    for table in ("gesprek_verslag", "gesprek"):
        drop_wall(op, table)
        op.drop_table(table)
    op.drop_column("overdracht", "gesprek_op")
