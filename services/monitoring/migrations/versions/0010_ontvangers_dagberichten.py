"""Who is mailed and when he is left in peace, the mail of a working day, and who owns the work of a clock."""

import sqlalchemy as sa
from alembic import op

from shared.migrations import drop_wall, lay_wall

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Add the tables and columns; what waits already counts as acute, so that nothing is held that was not meant."""
    op.create_table(
        "ontvanger",
        sa.Column("id", sa.Uuid(), nullable=False, comment="of a worker the number under which facts speak of him"),
        sa.Column("soort", sa.Text(), nullable=False),
        sa.Column("postvak", sa.Text(), nullable=False),
        sa.Column("dagbericht", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("rust_van", sa.Time(), nullable=True),
        sa.Column("rust_tot", sa.Time(), nullable=True),
        sa.Column("gewijzigd_op", _MOMENT, nullable=False),
        sa.Column("versie", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ontvanger")),
        comment="Who is mailed about terms, and when he is left in peace; notices name the row and never the address.",
    )
    op.create_index("ix_ontvanger_soort", "ontvanger", ["soort"], unique=False)
    op.create_table(
        "dagbericht",
        sa.Column("doel", sa.Text(), nullable=False),
        sa.Column("dag", sa.Date(), nullable=False),
        sa.Column("bericht_id", sa.Uuid(), nullable=True, comment="empty when there was nothing to say that day"),
        sa.Column("gemaakt_op", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("doel", "dag", name=op.f("pk_dagbericht")),
        comment="Which receiver had the mail of which working day: one row is one day, whatever number of workers.",
    )
    op.add_column(
        "bericht",
        sa.Column(
            "acuut",
            sa.Boolean(),
            server_default=sa.text("true"),
            nullable=False,
            comment="of a mail: quiet hours do not hold it",
        ),
    )
    op.add_column(
        "termijn",
        sa.Column(
            "eigenaar_nr",
            sa.Uuid(),
            nullable=True,
            comment="of an open clock: the number of the worker who has the work",
        ),
    )
    op.create_index(
        "ix_termijn_eigenaar",
        "termijn",
        ["eigenaar_nr", "uiterlijk"],
        unique=False,
        postgresql_where=sa.text("gestopt_op IS NULL AND eigenaar_nr IS NOT NULL"),
    )
    lay_wall(op, "ontvanger", also={"beheerder": "true"})
    lay_wall(op, "dagbericht")


def downgrade() -> None:
    """Take them away."""
    op.drop_index("ix_termijn_eigenaar", table_name="termijn")
    op.drop_column("termijn", "eigenaar_nr")
    op.drop_column("bericht", "acuut")
    for table in ("dagbericht", "ontvanger"):
        drop_wall(op, table)
        op.drop_table(table)
