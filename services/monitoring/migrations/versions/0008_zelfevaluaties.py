"""The self-assessments of municipalities, each behind its own wall, and what they add up to for the region."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from shared.migrations import EIGEN_GEMEENTEN, drop_wall, lay_wall

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_OWN = f"gemeente_code = {EIGEN_GEMEENTEN}"


def upgrade() -> None:
    """Make both tables and their walls."""
    op.create_table(
        "zelfevaluatie",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("gemeente_code", sa.Text(), nullable=False),
        sa.Column("jaar", sa.Integer(), nullable=False),
        sa.Column("versie", sa.Integer(), nullable=False),
        sa.Column("vragenlijst", sa.Text(), nullable=False),
        sa.Column("antwoorden", postgresql.JSONB(), nullable=False),
        sa.Column("ingediend_op", sa.DateTime(timezone=True), nullable=False),
        sa.Column("vastgesteld_op", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_zelfevaluatie")),
        sa.UniqueConstraint("gemeente_code", "jaar", "versie", name=op.f("uq_zelfevaluatie_gemeente_code_jaar_versie")),
        comment="What a municipality says of its local field over a year; answers are numbers, and an id never changes.",
    )
    op.create_index("ix_zelfevaluatie_jaar", "zelfevaluatie", ["jaar"], unique=False)
    op.create_table(
        "zelfevaluatie_regio",
        sa.Column("jaar", sa.Integer(), nullable=False),
        sa.Column("vraag", sa.Text(), nullable=False),
        sa.Column("gemeenten", sa.Integer(), nullable=False),
        sa.Column("som", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("jaar", "vraag", name=op.f("pk_zelfevaluatie_regio")),
        comment="Sums over what was vastgesteld: a municipality is told the mean, and no row of another.",
    )
    lay_wall(op, "zelfevaluatie", also={"gemeente": _OWN, "beheerder": "true"})
    # A municipality that makes its own definite adds to the sums.
    lay_wall(op, "zelfevaluatie_regio", also={"gemeente": "true", "beheerder": "true"})


def downgrade() -> None:
    """Take them away."""
    for table in ("zelfevaluatie_regio", "zelfevaluatie"):
        drop_wall(op, table)
        op.drop_table(table)
