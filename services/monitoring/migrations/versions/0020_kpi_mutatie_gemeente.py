"""What was booked of the stock by municipality: of one of them as it was known on a day, no day of another is read."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the index, beside that of the whole region."""
    op.create_index(
        "ix_kpi_mutatie_voorraad_gemeente",
        "kpi_mutatie",
        ["gemeente_code", "bekend_op"],
        unique=False,
        postgresql_where=sa.text("meting = 'voorraad'"),
    )


def downgrade() -> None:
    """Take it away."""
    op.drop_index("ix_kpi_mutatie_voorraad_gemeente", table_name="kpi_mutatie")
