"""What is kept of a question for advies: its kind, its days, and more codes of who asked and of what plays."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_COLUMNS = (
    "soort",
    "eerder_advies_id",
    "startdatum",
    "einddatum",
    "adviesvrager_rol",
    "adviesvrager_organisatie",
    "veiligheidsproblematiek",
    "adviesvrager_verwijderd_op",
)


def upgrade() -> None:
    """Add the columns; an advies of before began on the day on which it was given, and was asked by nobody known."""
    op.add_column("advies", sa.Column("soort", sa.Text(), nullable=False, server_default="advies"))
    op.add_column("advies", sa.Column("eerder_advies_id", sa.Uuid()))
    op.add_column("advies", sa.Column("startdatum", sa.Date()))
    op.add_column("advies", sa.Column("einddatum", sa.Date()))
    op.add_column("advies", sa.Column("adviesvrager_rol", sa.Text(), nullable=False, server_default="onbekend"))
    op.add_column(
        "advies",
        sa.Column("adviesvrager_organisatie", sa.Text(), comment="a kind of organisation, never which one"),
    )
    op.add_column("advies", sa.Column("veiligheidsproblematiek", ARRAY(sa.Text()), nullable=False, server_default="{}"))
    op.add_column("advies", sa.Column("adviesvrager_verwijderd_op", sa.DateTime(timezone=True)))
    op.execute("UPDATE advies SET startdatum = CAST(gegeven_op AT TIME ZONE 'Europe/Amsterdam' AS date)")
    op.alter_column("advies", "startdatum", nullable=False)
    for column in ("soort", "adviesvrager_rol", "veiligheidsproblematiek"):
        op.alter_column("advies", column, server_default=None)
    op.create_foreign_key(op.f("fk_advies_eerder_advies_id"), "advies", "advies", ["eerder_advies_id"], ["id"])


def downgrade() -> None:
    """Take them away."""
    for column in reversed(_COLUMNS):
        op.drop_column("advies", column)
