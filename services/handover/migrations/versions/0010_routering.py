"""Which ages are in a casus, which part of a local field an overdracht is for, and that only that part sees it."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

from shared.migrations import EIGEN_GEMEENTEN, EIGEN_ORGANISATIE, NOOD, drop_wall, lay_wall

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_OF_GEMEENTE = f"gemeente_code = {EIGEN_GEMEENTEN} AND soort IN ('lokaal-veld')"
_OWN_PART = f"(onderdeel IS NULL OR organisatie_id = {EIGEN_ORGANISATIE})"
_PARTNER = f"(organisatie_id = {EIGEN_ORGANISATIE} OR id::text = {NOOD})"


def upgrade() -> None:
    """Make the columns and the table, and raise the wall of overdracht anew."""
    op.add_column(
        "overdracht",
        sa.Column(
            "onderdeel", sa.Text(), comment="of a local field that is more than one organisation: only it may see this"
        ),
    )
    op.add_column(
        "overdracht",
        sa.Column(
            "routering", sa.Text(), comment="why just this organisation receives; nothing: from before that was kept"
        ),
    )
    op.create_table(
        "leeftijden",
        sa.Column("melding_id", sa.Uuid(), nullable=False),
        sa.Column("casus_id", sa.Uuid(), nullable=False),
        sa.Column("groepen", ARRAY(sa.Text()), nullable=False),
        sa.PrimaryKeyConstraint("melding_id", name="pk_leeftijden"),
        comment="Whether there are children and grown-ups among the people of a melding, as intake told it.",
    )
    op.create_index("ix_leeftijden_casus_id", "leeftijden", ["casus_id"])
    lay_wall(op, "leeftijden")
    drop_wall(op, "overdracht")
    own = f"({_OF_GEMEENTE} AND {_OWN_PART} OR id::text = {NOOD})"
    lay_wall(op, "overdracht", also={"lokaal-team": own, "ketenpartner": _PARTNER})


def downgrade() -> None:
    """Take them away; the wall stands as it stood before."""
    drop_wall(op, "overdracht")
    before = f"({_OF_GEMEENTE} OR id::text = {NOOD})"
    lay_wall(op, "overdracht", also={"lokaal-team": before, "ketenpartner": _PARTNER})
    drop_wall(op, "leeftijden")
    op.drop_table("leeftijden")
    for column in ("routering", "onderdeel"):
        op.drop_column("overdracht", column)
