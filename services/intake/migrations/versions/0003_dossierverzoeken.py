"""What people ask about their own file, what was corrected because of it, and since when a casus is limited."""

import sqlalchemy as sa
from alembic import op

from shared.migrations import drop_wall, lay_wall

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables, and raise their walls."""
    op.add_column(
        "casus",
        sa.Column("beperkt_op", sa.DateTime(timezone=True), comment="since when a beperking is in force (AVG art. 18)"),
    )
    op.create_table(
        "dossierverzoek",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("soort", sa.Text(), nullable=False),
        sa.Column("reden", sa.Text(), nullable=False),
        sa.Column("casus_id", sa.Uuid(), nullable=False),
        sa.Column("persoon_id", sa.Uuid()),
        sa.Column("hoedanigheid", sa.Text()),
        sa.Column("ontvangen_op", sa.DateTime(timezone=True), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("versie", sa.Integer(), nullable=False),
        sa.Column("waarschuwing", sa.Text()),
        sa.Column("keuze", sa.Text()),
        sa.Column("grond", sa.Text()),
        sa.Column("gegevens", sa.LargeBinary(), comment="what was said in it; gone when the casus was destroyed"),
        sa.Column("besloten_op", sa.DateTime(timezone=True)),
        sa.Column("besloten_door", sa.Text()),
        sa.Column("bevestigd_op", sa.DateTime(timezone=True)),
        sa.Column("bevestigd_door", sa.Text()),
        sa.Column("afgehandeld_op", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("id", name="pk_dossierverzoek"),
        sa.CheckConstraint("bevestigd_door <> besloten_door", name="ck_dossierverzoek_vier_ogen"),
        comment="Requests about the own file. The row outlives a destruction, without anybody in it.",
    )
    op.create_index("ix_dossierverzoek_casus_id", "dossierverzoek", ["casus_id"])
    op.create_index("ix_dossierverzoek_status", "dossierverzoek", ["status", "id"])
    op.create_table(
        "correctie",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("verzoek_id", sa.Uuid(), nullable=False),
        sa.Column("persoon_id", sa.Uuid(), nullable=False),
        sa.Column("veld", sa.Text(), nullable=False),
        sa.Column("oude_waarde", sa.LargeBinary(), nullable=False),
        sa.Column("gecorrigeerd_op", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_correctie"),
        sa.ForeignKeyConstraint(["verzoek_id"], ["dossierverzoek.id"], name="fk_correctie_verzoek_id_dossierverzoek"),
        sa.ForeignKeyConstraint(["persoon_id"], ["persoon.id"], name="fk_correctie_persoon_id_persoon"),
        comment="What stood there before a fact was corrected.",
    )
    op.create_index("ix_correctie_verzoek_id", "correctie", ["verzoek_id"])
    op.create_index("ix_correctie_persoon_id", "correctie", ["persoon_id"])
    lay_wall(op, "dossierverzoek")
    lay_wall(op, "correctie")


def downgrade() -> None:
    """Take the walls down, and the tables away."""
    for table in ("correctie", "dossierverzoek"):
        drop_wall(op, table)
        op.drop_table(table)
    op.drop_column("casus", "beperkt_op")
