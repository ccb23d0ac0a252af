"""In which casus a melding is, by what was told of merges and splits, and of which melding each fact on sight is."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

from shared.plaatsen import drop_plaatsen, lay_plaatsen

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the registers, and fill them with what is known."""
    # Whoever accepts an overdracht moves the sight of safety, and for that the casus of the melding is looked up.
    lay_plaatsen(op, also=("lokaal-team", "ketenpartner"))
    op.execute("""
        INSERT INTO casus_plaats (casus_id, in_casus_id, volgorde, sinds)
        SELECT verdwenen_id, in_casus_id, 0, samengevoegd_op FROM casus_alias
    """)
    for column in ("in_casus_id", "samengevoegd_op"):
        op.drop_column("casus_alias", column)
    op.add_column("zicht_feit", sa.Column("melding_id", sa.Uuid(), nullable=True))
    # A fact on sight has its source from the melding itself, from its besluit or from its overdracht.
    op.execute("""
        UPDATE zicht_feit f SET melding_id = o.melding_id FROM overdracht o
        WHERE f.soort = 'geaccepteerd' AND o.id = f.bron_id
    """)
    op.execute("UPDATE zicht_feit SET melding_id = bron_id WHERE soort = 'heropend'")
    op.execute("""
        UPDATE zicht_feit f SET melding_id = o.melding_id FROM overdracht o
        WHERE f.soort = 'betrokken' AND f.bron_id IN (o.dienst_id, o.id, o.melding_id)
    """)
    # Under which casus it was received is not known any more of what was merged: a split that names it counts.
    op.execute("""
        INSERT INTO onderwerp_plaats (onderwerp_id, casus_id, volgorde)
        SELECT DISTINCT ON (melding_id) melding_id, casus_id, -2 FROM overdracht ORDER BY melding_id
    """)
    op.add_column(
        "pakket",
        sa.Column(
            "mede_casus_ids",
            ARRAY(sa.Uuid()),
            nullable=False,
            server_default=sa.text("'{}'"),
            comment="casussen that were split off since, of which it holds something too",
        ),
    )


def downgrade() -> None:
    """Take them away."""
    op.drop_column("pakket", "mede_casus_ids")
    op.drop_column("zicht_feit", "melding_id")
    op.add_column("casus_alias", sa.Column("in_casus_id", sa.Uuid(), nullable=True))
    op.add_column("casus_alias", sa.Column("samengevoegd_op", sa.DateTime(timezone=True), nullable=True))
    op.execute("""
        UPDATE casus_alias SET in_casus_id = p.in_casus_id, samengevoegd_op = p.sinds
        FROM casus_plaats p WHERE p.casus_id = verdwenen_id
    """)
    for column in ("in_casus_id", "samengevoegd_op"):
        op.alter_column("casus_alias", column, nullable=False)
    drop_plaatsen(op)
