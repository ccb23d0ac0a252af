"""Until when a file is kept, and what was destroyed, without what it was."""

import sqlalchemy as sa
from alembic import op

from shared.migrations import drop_wall
from shared.vernietigen import lay_vernietiging

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table of destructions, and room for the term of a file."""
    lay_vernietiging(op)
    op.add_column(
        "casus",
        sa.Column(
            "bewaren_tot",
            sa.Date(),
            comment="the first day on which the file may be destroyed; counted at each closing",
        ),
    )
    op.add_column("casus", sa.Column("beschermingsmaatregel_tot", sa.Date()))
    op.add_column(
        "casus",
        sa.Column("beschermingsmaatregel", sa.LargeBinary(), comment="why a measure needs the file, sealed"),
    )


def downgrade() -> None:
    """Take them away."""
    for column in ("beschermingsmaatregel", "beschermingsmaatregel_tot", "bewaren_tot"):
        op.drop_column("casus", column)
    drop_wall(op, "vernietiging")
    op.drop_table("vernietiging")
