"""In which casus a melding is, by what was told of merges and splits, and under which casus each fact was told."""

import sqlalchemy as sa
from alembic import op

from shared.plaatsen import drop_plaatsen, lay_plaatsen

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_VERZOEKEN = "('dossierverzoek', 'vernietigingsverzoek')"


def upgrade() -> None:
    """Make the registers, and fill them with what is known."""
    lay_plaatsen(op)
    op.execute("""
        INSERT INTO casus_plaats (casus_id, in_casus_id, volgorde, sinds)
        SELECT verdwenen_id, casus_id, 0, now() FROM casus_alias
    """)
    op.add_column(
        "feit",
        sa.Column("genoemde_casus_id", sa.Uuid(), nullable=True, comment="under which it was told"),
    )
    op.add_column(
        "feit",
        sa.Column("onderwerp_id", sa.Uuid(), nullable=True, comment="the melding or dossierverzoek that it is about"),
    )
    # Under which casus it was told is not known any more of what was merged: a split that names a melding counts.
    op.execute("UPDATE feit SET genoemde_casus_id = casus_id")
    op.execute(f"""
        UPDATE feit SET onderwerp_id = CASE
            WHEN soort LIKE '%.termijn-%' AND data->>'soort' IN {_VERZOEKEN} THEN CAST(data->>'termijnId' AS uuid)
            ELSE CAST(coalesce(data->>'verzoekId', data->>'meldingId') AS uuid) END
        WHERE soort NOT LIKE '%.advies-%'
    """)  # noqa: S608  # nosec B608  # fixed words
    op.alter_column("feit", "genoemde_casus_id", nullable=False)
    op.execute("""
        INSERT INTO onderwerp_plaats (onderwerp_id, casus_id, volgorde)
        SELECT DISTINCT ON (onderwerp_id) onderwerp_id, casus_id, -2 FROM feit
        WHERE onderwerp_id IS NOT NULL ORDER BY onderwerp_id
    """)


def downgrade() -> None:
    """Take them away."""
    for column in ("onderwerp_id", "genoemde_casus_id"):
        op.drop_column("feit", column)
    drop_plaatsen(op)
