"""What is done in a dienst, a dienst that goes on as another, and veiligheidsvoorwaarden that are followed."""

import sqlalchemy as sa
from alembic import op

from shared.migrations import drop_wall, lay_wall

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

# Parents last, for the way back.
_TABLES = (
    "voorwaarde_instemming",
    "voorwaarde_controle",
    "vernietigingsaanbod",
    "vertraging",
    "bevinding",
    "informant",
    "dienst_plan",
)


def upgrade() -> None:
    """Make the tables, and raise their walls."""
    _let_a_dienst_go_on_as_another()
    _follow_voorwaarden()
    op.add_column("contact", sa.Column("kanaal", sa.Text(), nullable=True))
    op.add_column("contact", sa.Column("betrokkene", sa.LargeBinary(), nullable=True))
    _make_tables_of_a_dienst()
    _make_tables_of_a_voorwaarde()
    for table in _TABLES:
        lay_wall(op, table)


def _let_a_dienst_go_on_as_another() -> None:
    op.drop_constraint("uq_dienst_dossier_id", "dienst", type_="unique")
    op.create_index("ix_dienst_dossier_id", "dienst", ["dossier_id"])
    op.create_index(
        "ix_dienst_open", "dienst", ["dossier_id"], unique=True, postgresql_where=sa.text("status = 'open'")
    )
    op.add_column("dienst", sa.Column("vorige_dienst_id", sa.Uuid(), nullable=True))
    op.add_column("dienst", sa.Column("omgezet_op", sa.DateTime(timezone=True), nullable=True))
    op.add_column("dienst", sa.Column("omzet_reden", sa.Text(), nullable=True))
    op.add_column("dienst", sa.Column("omzet_tekst", sa.LargeBinary(), nullable=True))
    op.create_foreign_key("fk_dienst_vorige_dienst_id", "dienst", "dienst", ["vorige_dienst_id"], ["id"])
    op.create_unique_constraint("uq_dienst_vorige_dienst_id", "dienst", ["vorige_dienst_id"])


def _follow_voorwaarden() -> None:
    op.add_column("veiligheidsvoorwaarde", sa.Column("gesteld_op", sa.DateTime(timezone=True), nullable=True))
    op.add_column("veiligheidsvoorwaarde", sa.Column("status", sa.Text(), nullable=True))
    op.add_column("veiligheidsvoorwaarde", sa.Column("versie", sa.BigInteger(), nullable=True))
    # An id of version 7 begins with the milliseconds at which it was made: that is when it was set.
    op.execute("""
        UPDATE veiligheidsvoorwaarde SET status = 'open', versie = 1, gesteld_op = to_timestamp(
            ('x' || substr(replace(id::text, '-', ''), 1, 12))::bit(48)::bigint / 1000.0)
    """)
    for column in ("gesteld_op", "status", "versie"):
        op.alter_column("veiligheidsvoorwaarde", column, nullable=False)


def _make_tables_of_a_dienst() -> None:
    op.create_table(
        "dienst_plan",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("dienst_id", sa.Uuid(), nullable=False),
        sa.Column("nummer", sa.Integer(), nullable=False),
        sa.Column("opgesteld_op", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tekst", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["dienst_id"], ["dienst.id"], name="fk_dienst_plan_dienst_id"),
        sa.PrimaryKeyConstraint("id", name="pk_dienst_plan"),
        sa.UniqueConstraint("dienst_id", "nummer", name="uq_dienst_plan_dienst_id_nummer"),
        comment="Each version of the plan of a dienst; the highest is the plan.",
    )
    op.create_table(
        "informant",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("dienst_id", sa.Uuid(), nullable=False),
        sa.Column("soort", sa.Text(), nullable=False),
        sa.Column("toestemming", sa.Boolean(), nullable=False),
        sa.Column("tijdstip", sa.DateTime(timezone=True), nullable=False),
        sa.Column("bevestigd", sa.Text(), nullable=False),
        sa.Column("versie", sa.BigInteger(), nullable=False),
        sa.Column("tekst", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["dienst_id"], ["dienst.id"], name="fk_informant_dienst_id"),
        sa.PrimaryKeyConstraint("id", name="pk_informant"),
        comment="Who told something in a dienst, with or without consent, and whether he confirmed his words.",
    )
    op.create_index("ix_informant_dienst_id", "informant", ["dienst_id"])
    op.create_table(
        "bevinding",
        sa.Column(
            "id",
            sa.Uuid(),
            nullable=False,
            comment="follows from the dienst, the person and the suspicion: one of each",
        ),
        sa.Column("dienst_id", sa.Uuid(), nullable=False),
        sa.Column("relatie", sa.Text(), nullable=False),
        sa.Column("vorm", sa.Text(), nullable=False),
        sa.Column("oordeel", sa.Text(), nullable=False),
        sa.Column("vastgesteld_op", sa.DateTime(timezone=True), nullable=False),
        sa.Column("versie", sa.BigInteger(), nullable=False),
        sa.Column("tekst", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["dienst_id"], ["dienst.id"], name="fk_bevinding_dienst_id"),
        sa.PrimaryKeyConstraint("id", name="pk_bevinding"),
        comment="What was found of one suspicion about one person.",
    )
    op.create_index("ix_bevinding_dienst_id", "bevinding", ["dienst_id"])
    op.create_table(
        "vertraging",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("dossier_id", sa.Uuid(), nullable=False),
        sa.Column("dienst_id", sa.Uuid(), nullable=True, comment="empty: of the dossier itself"),
        sa.Column("soort", sa.Text(), nullable=False),
        sa.Column("reden", sa.Text(), nullable=False),
        sa.Column("verklaard_op", sa.DateTime(timezone=True), nullable=False),
        sa.Column("toelichting", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["dossier_id"], ["dossier.id"], name="fk_vertraging_dossier_id"),
        sa.ForeignKeyConstraint(["dienst_id"], ["dienst.id"], name="fk_vertraging_dienst_id"),
        sa.PrimaryKeyConstraint("id", name="pk_vertraging"),
        comment="Why a step is late, or will be; the newest counts.",
    )
    op.create_index("ix_vertraging_dossier_id", "vertraging", ["dossier_id"])
    op.create_index("ix_vertraging_dienst_id", "vertraging", ["dienst_id"])
    op.create_table(
        "vernietigingsaanbod",
        sa.Column(
            "id",
            sa.Uuid(),
            nullable=False,
            comment="follows from what was offered to whom, when and how: once is enough",
        ),
        sa.Column("dienst_id", sa.Uuid(), nullable=False),
        sa.Column("moment", sa.DateTime(timezone=True), nullable=False),
        sa.Column("wijze", sa.Text(), nullable=False),
        sa.Column("betrokkene", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["dienst_id"], ["dienst.id"], name="fk_vernietigingsaanbod_dienst_id"),
        sa.PrimaryKeyConstraint("id", name="pk_vernietigingsaanbod"),
        comment="Who was pointed to the right to have the file destroyed.",
    )
    op.create_index("ix_vernietigingsaanbod_dienst_id", "vernietigingsaanbod", ["dienst_id"])


def _make_tables_of_a_voorwaarde() -> None:
    op.create_table(
        "voorwaarde_controle",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("voorwaarde_id", sa.Uuid(), nullable=False),
        sa.Column("nummer", sa.Integer(), nullable=False, comment="the version of the voorwaarde that it made"),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("nagegaan_op", sa.DateTime(timezone=True), nullable=False),
        sa.Column("volgende_controle_op", sa.Date(), nullable=True),
        sa.Column("uitkomst", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["voorwaarde_id"], ["veiligheidsvoorwaarde.id"], name="fk_voorwaarde_controle_voorwaarde_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_voorwaarde_controle"),
        sa.UniqueConstraint("voorwaarde_id", "nummer", name="uq_voorwaarde_controle_voorwaarde_id_nummer"),
        comment="Each time that it was checked whether a veiligheidsvoorwaarde is kept.",
    )
    op.create_table(
        "voorwaarde_instemming",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("voorwaarde_id", sa.Uuid(), nullable=False),
        sa.Column("instemt", sa.Text(), nullable=False),
        sa.Column("moment", sa.DateTime(timezone=True), nullable=True),
        sa.Column("tekst", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["voorwaarde_id"], ["veiligheidsvoorwaarde.id"], name="fk_voorwaarde_instemming_voorwaarde_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_voorwaarde_instemming"),
        comment="Whether one of the directbetrokkenen agrees with a veiligheidsvoorwaarde.",
    )
    op.create_index("ix_voorwaarde_instemming_voorwaarde_id", "voorwaarde_instemming", ["voorwaarde_id"])


def downgrade() -> None:
    """Take the walls down, and the tables away."""
    for table in _TABLES:
        drop_wall(op, table)
        op.drop_table(table)
    for column in ("betrokkene", "kanaal"):
        op.drop_column("contact", column)
    for column in ("versie", "status", "gesteld_op"):
        op.drop_column("veiligheidsvoorwaarde", column)
    op.drop_constraint("uq_dienst_vorige_dienst_id", "dienst", type_="unique")
    op.drop_constraint("fk_dienst_vorige_dienst_id", "dienst", type_="foreignkey")
    for column in ("omzet_tekst", "omzet_reden", "omgezet_op", "vorige_dienst_id"):
        op.drop_column("dienst", column)
    op.drop_index("ix_dienst_open", table_name="dienst")
    op.drop_index("ix_dienst_dossier_id", table_name="dienst")
    op.create_unique_constraint("uq_dienst_dossier_id", "dienst", ["dossier_id"])
