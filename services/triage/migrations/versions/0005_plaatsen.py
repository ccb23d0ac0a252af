"""In which casus a melding is, by what was told of merges and splits."""

import sqlalchemy as sa
from alembic import op

from shared.plaatsen import drop_plaatsen, lay_plaatsen

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the registers, and fill them with what is known."""
    lay_plaatsen(op)
    op.execute("""
        INSERT INTO casus_plaats (casus_id, in_casus_id, volgorde, sinds)
        SELECT verdwenen_id, casus_id, 0, samengevoegd_op FROM casus_alias
    """)
    # Under which casus it was received is not known any more of what was merged: a split that names it counts.
    op.execute("""
        INSERT INTO onderwerp_plaats (onderwerp_id, casus_id, volgorde)
        SELECT DISTINCT melding_id, casus_id, -2 FROM dossier
    """)
    op.drop_column("casus_alias", "samengevoegd_op")


def downgrade() -> None:
    """Take them away."""
    op.add_column("casus_alias", sa.Column("samengevoegd_op", sa.DateTime(timezone=True), nullable=True))
    op.execute("UPDATE casus_alias a SET samengevoegd_op = p.sinds FROM casus_plaats p WHERE p.casus_id = verdwenen_id")
    op.alter_column("casus_alias", "samengevoegd_op", nullable=False)
    drop_plaatsen(op)
