"""Lists of late clocks along an index that holds no others: among millions that were met, a few are late."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

_WHERE = sa.text("gestopt_op IS NULL OR (vervallen AND gestopt_op >= uiterlijk)")


def upgrade() -> None:
    """Widen the index of open clocks by those that ended too late undone, and make one a municipality."""
    op.drop_index("ix_termijn_open", table_name="termijn")
    op.create_index("ix_termijn_open", "termijn", ["uiterlijk", "id"], unique=False, postgresql_where=_WHERE)
    op.create_index(
        "ix_termijn_open_gemeente",
        "termijn",
        ["gemeente_code", "uiterlijk", "id"],
        unique=False,
        postgresql_where=_WHERE,
    )


def downgrade() -> None:
    """Narrow it again."""
    op.drop_index("ix_termijn_open_gemeente", table_name="termijn")
    op.drop_index("ix_termijn_open", table_name="termijn")
    op.create_index(
        "ix_termijn_open",
        "termijn",
        ["uiterlijk", "id"],
        unique=False,
        postgresql_where=sa.text("gestopt_op IS NULL"),
    )
