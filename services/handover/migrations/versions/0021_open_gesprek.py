"""Talks that were planned and of which nothing was written down yet: ids and moments, for a receiver's list."""

from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

# As the views of 0018: of the owner, and nothing for who is told by nobody.
_SOMEBODY = "(SELECT current_setting('keten.rol', true)) <> ''"
_QUERY = (
    "SELECT g.id, g.overdracht_id, g.moment, CAST(g.moment AT TIME ZONE 'Europe/Amsterdam' AS date) AS dag "
    "FROM gesprek g WHERE NOT EXISTS (SELECT FROM gesprek_verslag v WHERE v.gesprek_id = g.id)"
)


def upgrade() -> None:
    """Make the view."""
    op.execute(f"CREATE VIEW open_gesprek AS {_QUERY} AND {_SOMEBODY}")


def downgrade() -> None:
    """Take it away."""
    op.execute("DROP VIEW open_gesprek")
