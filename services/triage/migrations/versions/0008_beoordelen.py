"""The estimate of each person, and questions to others, which who is asked may see."""

import sqlalchemy as sa
from alembic import op

from shared.migrations import EIGEN_GEMEENTEN, EIGEN_ORGANISATIE, drop_wall, lay_wall

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_MOMENT = sa.DateTime(timezone=True)
# Who is asked sees the question, and nothing else of triage. Written out: a migration does not change with the rules.
_GEVRAAGD = {
    "lokaal-team": f"(soort = 'lokaal-veld' AND gemeente_code = {EIGEN_GEMEENTEN})",
    "ketenpartner": f"organisatie_id = {EIGEN_ORGANISATIE}",
}


def upgrade() -> None:
    """Make the tables, and raise their walls."""
    op.create_table(
        "veiligheidstaxatie",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("dossier_id", sa.Uuid(), nullable=False),
        sa.Column("persoon_nr", sa.SmallInteger(), nullable=False),
        sa.Column("cijfer", sa.SmallInteger(), nullable=True),
        sa.Column("acuut_onveilig", sa.Boolean(), nullable=True),
        sa.Column("structureel_onveilig", sa.Boolean(), nullable=True),
        sa.Column("getaxeerd_op", _MOMENT, nullable=True),
        sa.Column("gezien", sa.Boolean(), nullable=True),
        sa.Column("gezien_op", _MOMENT, nullable=True),
        sa.Column("gezien_wijze", sa.Text(), nullable=True),
        sa.Column("niet_gezien_reden", sa.Text(), nullable=True),
        sa.Column("tekst", sa.LargeBinary(), nullable=False),
        sa.Column("vastgelegd_op", _MOMENT, nullable=False),
        sa.Column("vervangen_op", _MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_veiligheidstaxatie"),
        sa.ForeignKeyConstraint(["dossier_id"], ["dossier.id"], name="fk_veiligheidstaxatie_dossier_id"),
        comment="How safe a directbetrokkene is and whether he was seen; what was replaced stays.",
    )
    op.create_index("ix_veiligheidstaxatie_dossier_id", "veiligheidstaxatie", ["dossier_id"])
    op.create_index(
        "uq_veiligheidstaxatie_geldig",
        "veiligheidstaxatie",
        ["dossier_id", "persoon_nr"],
        unique=True,
        postgresql_where=sa.text("vervangen_op IS NULL"),
    )
    lay_wall(op, "veiligheidstaxatie")
    op.create_table(
        "informatieverzoek",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("melding_id", sa.Uuid(), nullable=False),
        sa.Column("casus_id", sa.Uuid(), nullable=False),
        sa.Column("dossier_id", sa.Uuid(), nullable=False),
        sa.Column("dienst_id", sa.Uuid(), nullable=True),
        sa.Column("gemeente_code", sa.Text(), nullable=False),
        sa.Column("soort", sa.Text(), nullable=False),
        sa.Column("organisatie_id", sa.Text(), nullable=False),
        sa.Column("grond", sa.Text(), nullable=True),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("versie", sa.Integer(), nullable=False),
        sa.Column("gedaan_op", _MOMENT, nullable=False),
        sa.Column("uiterlijk", _MOMENT, nullable=False),
        sa.Column("vraag_tekst", sa.LargeBinary(), nullable=False),
        sa.Column("afgerond_op", _MOMENT, nullable=True),
        sa.Column("afgerond_door", sa.Text(), nullable=True, comment="the organisation that answered or withdrew"),
        sa.Column("weigering", sa.Text(), nullable=True),
        sa.Column("einde_tekst", sa.LargeBinary(), nullable=True),
        sa.CheckConstraint("(status = 'open') = (afgerond_op IS NULL)", name="ck_informatieverzoek_einde"),
        sa.PrimaryKeyConstraint("id", name="pk_informatieverzoek"),
        sa.ForeignKeyConstraint(["dossier_id"], ["dossier.id"], name="fk_informatieverzoek_dossier_id"),
        sa.ForeignKeyConstraint(["dienst_id"], ["dienst.id"], name="fk_informatieverzoek_dienst_id"),
        comment="A question to the local field or to an informant, and how it ended.",
    )
    for column in ("melding_id", "casus_id"):
        op.create_index(f"ix_informatieverzoek_{column}", "informatieverzoek", [column])
    op.create_index("ix_informatieverzoek_volgorde", "informatieverzoek", ["gedaan_op", "id"])
    op.create_index("ix_informatieverzoek_organisatie_id", "informatieverzoek", ["organisatie_id", "gedaan_op"])
    lay_wall(op, "informatieverzoek", also=_GEVRAAGD)


def downgrade() -> None:
    """Take the walls down, and the tables away."""
    for table in ("informatieverzoek", "veiligheidstaxatie"):
        drop_wall(op, table)
        op.drop_table(table)
