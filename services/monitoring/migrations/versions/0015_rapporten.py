"""Reports that were made definite, version after version, and what editors write in them."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from shared.migrations import EIGEN_GEMEENTEN, drop_wall, lay_wall, protect_rows

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

_BEHEERDER = {"beheerder": "true"}
_READERS = ("gemeente", "lokaal-team")
_OWN = f"(gebied = 'regio' OR gebied = {EIGEN_GEMEENTEN})"


def upgrade() -> None:
    """Make the three tables and their walls."""
    op.create_table(
        "rapport_uitgave",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("soort", sa.Text(), nullable=False),
        sa.Column("periode", sa.Text(), nullable=False),
        sa.Column("versie", sa.Integer(), nullable=False),
        sa.Column("peildatum", sa.Date(), nullable=False),
        sa.Column("vastgesteld_op", sa.DateTime(timezone=True), nullable=False),
        sa.Column("door", sa.Text(), nullable=True),
        sa.Column("reden", sa.Text(), nullable=True),
        sa.Column(
            "patroon",
            postgresql.JSONB(),
            nullable=False,
            comment="what is kept back in each table, in every version alike",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rapport_uitgave")),
        sa.UniqueConstraint("soort", "periode", "versie", name=op.f("uq_rapport_uitgave_soort_periode_versie")),
        comment="A version of a report over a period, for the region and every municipality at once; append-only.",
    )
    op.create_table(
        "rapport",
        sa.Column("uitgave_id", sa.Uuid(), nullable=False),
        sa.Column("gebied", sa.Text(), nullable=False),
        sa.Column("inhoud", postgresql.JSONB(), nullable=False),
        sa.Column("vingerafdruk", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("uitgave_id", "gebied", name=op.f("pk_rapport")),
        comment="What a version says of one area (`regio`, or the code of a municipality): figures and texts; "
        "append-only.",
    )
    op.create_table(
        "rapport_tekst",
        sa.Column("soort", sa.Text(), nullable=False),
        sa.Column("periode", sa.Text(), nullable=False),
        sa.Column("gebied", sa.Text(), nullable=False),
        sa.Column("plek", sa.Text(), nullable=False),
        sa.Column("versie", sa.Integer(), nullable=False),
        sa.Column("tekst", sa.Text(), nullable=False),
        sa.Column(
            "kleur",
            sa.Text(),
            nullable=True,
            comment="of a traffic light that a person set; `tekst` is then his reason",
        ),
        sa.Column("door", sa.Text(), nullable=False),
        sa.Column("geschreven_op", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("soort", "periode", "gebied", "plek", "versie", name=op.f("pk_rapport_tekst")),
        comment="What editors wrote for a report, each time as a new version; append-only.",
    )
    protect_rows(op, "rapport_uitgave", "rapport", "rapport_tekst")
    # Which versions there are is told with each of them; what they say, to whom it is about.
    lay_wall(op, "rapport_uitgave", also={**dict.fromkeys(_READERS, "true"), **_BEHEERDER})
    lay_wall(op, "rapport", also={**dict.fromkeys(_READERS, _OWN), **_BEHEERDER})
    lay_wall(op, "rapport_tekst", also=_BEHEERDER)


def downgrade() -> None:
    """Take them away."""
    for table in ("rapport_tekst", "rapport", "rapport_uitgave"):
        drop_wall(op, table)
        op.drop_table(table)
