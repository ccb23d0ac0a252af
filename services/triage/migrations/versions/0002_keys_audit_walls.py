"""A key for every casus, an audit that is sealed row by row, and walls round what is about people."""

from alembic import op

from shared.migrations import drop_keys_and_audit, drop_wall, lay_keys_and_audit, lay_wall

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_TABLES = ("dossier", "dienst", "contact", "veiligheidsvoorwaarde", "handeling", "casus_alias")


def upgrade() -> None:
    """Make the tables of keys and of the audit, and raise the walls."""
    lay_keys_and_audit(op)
    for table in _TABLES:
        lay_wall(op, table)


def downgrade() -> None:
    """Take the walls down, and the tables away."""
    for table in _TABLES:
        drop_wall(op, table)
    drop_keys_and_audit(op)
