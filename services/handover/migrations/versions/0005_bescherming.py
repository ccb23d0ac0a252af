"""A package of before another agreement with a melder stays as proof, and a next one stands beside it."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_BEFORE = "The package as it was first delivered to the receiver, sealed: the proof of what was handed over."
_AFTER = (
    "The package as it was delivered to the receiver, sealed: the proof of what was handed over. A next one is "
    "made when the protection of a melder has changed."
)


def upgrade() -> None:
    """Give each package a number, and what shows whether it may still be given out."""
    op.add_column("pakket", sa.Column("nr", sa.Integer(), nullable=False, server_default="1"))
    op.alter_column("pakket", "nr", server_default=None)
    op.add_column(
        "pakket",
        sa.Column(
            "stand",
            sa.Text(),
            nullable=True,
            comment="under which protection of the melders it was made; nothing: from before that",
        ),
    )
    op.add_column(
        "pakket",
        sa.Column(
            "achterhaald_op",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="when something else was agreed with a melder",
        ),
    )
    op.drop_constraint("pk_pakket", "pakket")
    op.create_primary_key("pk_pakket", "pakket", ["overdracht_id", "nr"])
    op.create_table_comment("pakket", _AFTER, existing_comment=_BEFORE)


def downgrade() -> None:
    """Keep the first package of each overdracht only."""
    op.create_table_comment("pakket", _BEFORE, existing_comment=_AFTER)
    op.execute("DELETE FROM pakket WHERE nr > 1")
    op.drop_constraint("pk_pakket", "pakket")
    op.create_primary_key("pk_pakket", "pakket", ["overdracht_id"])
    for column in ("achterhaald_op", "stand", "nr"):
        op.drop_column("pakket", column)
