"""By what people are found again, beside the exact keys: the keys of the scored comparison."""

import sqlalchemy as sa
from alembic import op

from shared.migrations import drop_wall, lay_wall

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables, and raise their walls."""
    op.create_table(
        "persoon_zoeksleutel",
        sa.Column("persoon_id", sa.Uuid(), nullable=False),
        sa.Column("sleutel", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["persoon_id"], ["persoon.id"], name="fk_persoon_zoeksleutel_persoon_id"),
        sa.PrimaryKeyConstraint("persoon_id", "sleutel", name="pk_persoon_zoeksleutel"),
        comment="Blind indexes of how somebody sounds, with a birth date, address or number. None for professionals.",
    )
    op.create_index("ix_persoon_zoeksleutel_sleutel", "persoon_zoeksleutel", ["sleutel"])
    lay_wall(op, "persoon_zoeksleutel")
    op.add_column(
        "koppelvoorstel",
        sa.Column("score", sa.SmallInteger(), comment="bits of evidence; none for what only an exact key says"),
    )


def downgrade() -> None:
    """Take them away."""
    op.drop_column("koppelvoorstel", "score")
    drop_wall(op, "persoon_zoeksleutel")
    op.drop_table("persoon_zoeksleutel")
