"""The half-yearly delivery to the CBS: its versions, and the bytes of its files, which never change."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from shared.migrations import drop_wall, lay_wall, protect_rows

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

_BEHEERDER = {"beheerder": "true"}


def upgrade() -> None:
    """Make both tables and their walls."""
    op.create_table(
        "cbs_levering",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("halfjaar", sa.Text(), nullable=False),
        sa.Column("versie", sa.Integer(), nullable=False),
        sa.Column("peilmoment", sa.DateTime(timezone=True), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("aangevraagd_door", sa.Text(), nullable=False),
        sa.Column("aangevraagd_op", sa.DateTime(timezone=True), nullable=False),
        sa.Column("gemaakt_op", sa.DateTime(timezone=True), nullable=True),
        sa.Column("layout", sa.Text(), nullable=True),
        sa.Column("bestanden", postgresql.JSONB(), nullable=True),
        sa.Column("rapport", postgresql.JSONB(), nullable=True),
        sa.Column("besloten_door", sa.Text(), nullable=True),
        sa.Column("besloten_op", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reden", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cbs_levering")),
        sa.UniqueConstraint("halfjaar", "versie", name=op.f("uq_cbs_levering_halfjaar_versie")),
        comment="One version of the delivery over a half-year: ids, codes, times and counts, and no person.",
    )
    op.create_index(
        "ix_cbs_levering_aangevraagd",
        "cbs_levering",
        ["id"],
        unique=False,
        postgresql_where=sa.text("status = 'aangevraagd'"),
    )
    op.create_table(
        "cbs_deel",
        sa.Column("levering_id", sa.Uuid(), nullable=False),
        sa.Column("bestand", sa.Text(), nullable=False),
        sa.Column("nr", sa.Integer(), nullable=False),
        sa.Column("inhoud", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("levering_id", "bestand", "nr", name=op.f("pk_cbs_deel")),
        comment="A file in pieces, as they were hashed; append-only.",
    )
    protect_rows(op, "cbs_deel")
    for table in ("cbs_levering", "cbs_deel"):
        lay_wall(op, table, also=_BEHEERDER)


def downgrade() -> None:
    """Take them away."""
    for table in ("cbs_deel", "cbs_levering"):
        drop_wall(op, table)
        op.drop_table(table)
