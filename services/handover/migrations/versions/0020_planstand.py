"""How it stands with the plan of an overdracht: what waits of plans is read along an index, and not row by row."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

_SIDES = {"gemeente": "gemeente_code", "organisatie": "organisatie_id"}
# What is accepted stays so for good: without these every list would read all that a receiver ever had.
_INDEXES = {
    "zonder_plan": (["geaccepteerd_op", "id"], "status = 'geaccepteerd' AND draagt_zicht AND planstand = 'geen'"),
    "lopend_plan": (["id"], "status = 'geaccepteerd' AND planstand = 'lopend'"),
}


def upgrade() -> None:
    """Make the column, fill it, and lay an index for each side by which a receiver is found.

    The view ``ooit_plan`` stays: what runs until the last door has been replaced still reads it.
    """
    op.add_column(
        "overdracht",
        sa.Column("planstand", sa.Text(), nullable=False, server_default="geen", comment="kept by who writes plans"),
    )
    op.execute("UPDATE overdracht SET planstand = 'ander' WHERE id IN (SELECT overdracht_id FROM plan)")
    op.execute(
        "UPDATE overdracht SET planstand = 'lopend' WHERE id IN (SELECT overdracht_id FROM plan WHERE status = 'lopend')"
    )
    op.create_check_constraint("planstand", "overdracht", "planstand IN ('geen', 'lopend', 'ander')")
    for name, (columns, where) in _INDEXES.items():
        for side, column in _SIDES.items():
            op.create_index(
                f"ix_overdracht_{name}_{side}", "overdracht", [column, *columns], postgresql_where=sa.text(where)
            )


def downgrade() -> None:
    """Take them away."""
    for name in reversed(_INDEXES):
        for side in reversed(_SIDES):
            op.drop_index(f"ix_overdracht_{name}_{side}", "overdracht")
    op.drop_column("overdracht", "planstand")
