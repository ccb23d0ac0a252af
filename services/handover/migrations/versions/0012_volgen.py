"""What a receiver tells beside a plan: attempts at contact, and how the veiligheidsvoorwaarden are kept."""

import sqlalchemy as sa
from alembic import op

from shared.migrations import drop_wall, lay_wall

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

_MOMENT = sa.DateTime(timezone=True)
_RECEIVERS = ("lokaal-team", "ketenpartner")


def upgrade() -> None:
    """Make the tables, and raise their walls."""
    op.create_table(
        "contactpoging",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("overdracht_id", sa.Uuid(), nullable=False),
        sa.Column("wijze", sa.Text(), nullable=False),
        sa.Column("uitkomst", sa.Text(), nullable=False),
        sa.Column("tijdstip", _MOMENT, nullable=False),
        sa.Column("tekst", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["overdracht_id"], ["overdracht.id"], name=op.f("fk_contactpoging_overdracht_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contactpoging")),
        comment="Each time that the receiver tried to reach a family before the first contact.",
    )
    op.create_index("ix_contactpoging_overdracht_id", "contactpoging", ["overdracht_id"])
    op.create_table(
        "voorwaarde",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("casus_id", sa.Uuid(), nullable=False),
        sa.Column("melding_id", sa.Uuid(), nullable=False),
        sa.Column("dienst_id", sa.Uuid(), nullable=False),
        sa.Column("gemeente_code", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("controle_dag", sa.Date(), comment="the last day on which it is checked whether it is kept"),
        sa.Column(
            "stand_op", _MOMENT, nullable=False, comment="when it was so: what is heard of before changes nothing"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_voorwaarde")),
        comment="Veiligheidsvoorwaarden of Veilig Thuis, by their ids: what they say stays in triage.",
    )
    op.create_index("ix_voorwaarde_casus_id", "voorwaarde", ["casus_id"])
    op.create_index("ix_voorwaarde_melding_id", "voorwaarde", ["melding_id"])
    op.create_table(
        "voorwaarde_controle",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("voorwaarde_id", sa.Uuid(), nullable=False),
        sa.Column("overdracht_id", sa.Uuid(), nullable=False),
        sa.Column("organisatie_id", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("nagegaan_op", _MOMENT, nullable=False),
        sa.Column("volgende_dag", sa.Date()),
        sa.Column("tekst", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["voorwaarde_id"], ["voorwaarde.id"], name=op.f("fk_voorwaarde_controle_voorwaarde_id")
        ),
        sa.ForeignKeyConstraint(
            ["overdracht_id"], ["overdracht.id"], name=op.f("fk_voorwaarde_controle_overdracht_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_voorwaarde_controle")),
        comment="Each time that a receiver looked whether a veiligheidsvoorwaarde is kept.",
    )
    for column in ("voorwaarde_id", "overdracht_id"):
        op.create_index(f"ix_voorwaarde_controle_{column}", "voorwaarde_controle", [column])
    lay_wall(op, "voorwaarde", also=dict.fromkeys(_RECEIVERS, "is_partij(casus_id)"))
    for table in ("contactpoging", "voorwaarde_controle"):
        lay_wall(op, table, also=dict.fromkeys(_RECEIVERS, "is_ontvanger(overdracht_id)"))


def downgrade() -> None:
    """Take the walls down, and the tables away."""
    for table in ("voorwaarde_controle", "voorwaarde", "contactpoging"):
        drop_wall(op, table)
        op.drop_table(table)
