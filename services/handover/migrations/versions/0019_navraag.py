"""What receivers ask about overdrachten."""

import sqlalchemy as sa
from alembic import op

from shared.migrations import drop_wall, lay_wall

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

_MOMENT = sa.DateTime(timezone=True)
_RECEIVERS = ("lokaal-team", "ketenpartner")


def upgrade() -> None:
    """Make the table, behind its wall: a receiver sees the questions of what he was offered."""
    op.create_table(
        "navraag",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("overdracht_id", sa.Uuid(), nullable=False),
        sa.Column("organisatie_id", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("gesteld_op", _MOMENT, nullable=False),
        sa.Column("uiterlijk", _MOMENT, nullable=False),
        sa.Column("vraag", sa.LargeBinary(), nullable=False),
        sa.Column("antwoord", sa.LargeBinary(), nullable=True),
        sa.Column("afgerond_op", _MOMENT, nullable=True),
        sa.CheckConstraint("(status = 'open') = (afgerond_op IS NULL)", name="ck_navraag_einde"),
        sa.CheckConstraint("(status = 'beantwoord') = (antwoord IS NOT NULL)", name="ck_navraag_antwoord"),
        sa.ForeignKeyConstraint(["overdracht_id"], ["overdracht.id"], name="fk_navraag_overdracht_id"),
        sa.PrimaryKeyConstraint("id", name="pk_navraag"),
        comment="A question of a receiver about an overdracht, and the answer of Veilig Thuis; both sealed.",
    )
    op.create_index("ix_navraag_overdracht", "navraag", ["overdracht_id", "gesteld_op", "id"])
    op.create_index("ix_navraag_open", "navraag", ["uiterlijk", "id"], postgresql_where=sa.text("status = 'open'"))
    lay_wall(op, "navraag", also=dict.fromkeys(_RECEIVERS, "is_ontvanger(overdracht_id)"))


def downgrade() -> None:
    """Take it away."""
    drop_wall(op, "navraag")
    op.drop_table("navraag")
