"""What is added to a melding after it came in: texts, and files in sealed pieces; and files with many meldingen."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from shared.migrations import EIGEN_ORGANISATIE, drop_wall, lay_wall

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_MOMENT = sa.DateTime(timezone=True)
# Of what was added to its melding a sender sees what it added itself.
_ADDED = f"organisatie_id = {EIGEN_ORGANISATIE} AND muur_melding_gezien(melding_id)"
_WALLS = {
    "aanvulling": _ADDED,
    "bijlage": _ADDED,
    "bijlage_stuk": "muur_bijlage_gezien(bijlage_id)",
    "import": f"organisatie_id = {EIGEN_ORGANISATIE}",
    "import_stuk": "muur_import_gezien(import_id)",
    "import_rij": "muur_import_gezien(import_id)",
}


def upgrade() -> None:
    """Make the tables, and raise their walls."""
    _make_added()
    _make_imports()
    # Nothing that is sealed gets smaller; and of what is kept as it is, a few bytes can be read by themselves.
    for table in ("bijlage_stuk", "import_stuk"):
        op.execute(f"ALTER TABLE {table} ALTER COLUMN inhoud SET STORAGE EXTERNAL")
    for table in ("bijlage", "import"):
        op.execute(f"""
            CREATE FUNCTION muur_{table}_gezien(gevraagd uuid) RETURNS boolean LANGUAGE plpgsql STABLE AS
            $$ BEGIN RETURN EXISTS (SELECT FROM {table} WHERE id = gevraagd); END $$
        """)  # nosec B608  # names of the migration
    for table, sender in _WALLS.items():
        lay_wall(op, table, also={"ketenpartner": sender})


def _make_added() -> None:
    op.create_table(
        "aanvulling",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("melding_id", sa.Uuid(), nullable=False),
        sa.Column("organisatie_id", sa.Text(), nullable=False),
        sa.Column("toegevoegd_op", _MOMENT, nullable=False),
        sa.Column("inhoud", sa.LargeBinary(), nullable=False, comment="keyed hash: whether the same was sent again"),
        sa.Column("tekst", sa.LargeBinary(), nullable=False, comment="the text and who added it, sealed"),
        sa.PrimaryKeyConstraint("id", name="pk_aanvulling"),
        sa.ForeignKeyConstraint(["melding_id"], ["melding.id"], name="fk_aanvulling_melding_id"),
        sa.UniqueConstraint(
            "melding_id", "organisatie_id", "inhoud", name="uq_aanvulling_melding_id_organisatie_id_inhoud"
        ),
        comment="What a sender or Veilig Thuis told afterwards.",
    )
    op.create_table(
        "bijlage",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("melding_id", sa.Uuid(), nullable=False),
        sa.Column("organisatie_id", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("soort", sa.Text()),
        sa.Column("grootte", sa.Integer()),
        sa.Column("inhoud", sa.LargeBinary(), comment="keyed hash of all bytes; none while they come in"),
        sa.Column("naam", sa.LargeBinary(), nullable=False, comment="the name of the file, sealed"),
        sa.Column("toegevoegd_op", _MOMENT, nullable=False),
        sa.Column("gescand_op", _MOMENT),
        sa.PrimaryKeyConstraint("id", name="pk_bijlage"),
        sa.ForeignKeyConstraint(["melding_id"], ["melding.id"], name="fk_bijlage_melding_id"),
        sa.UniqueConstraint(
            "melding_id", "organisatie_id", "inhoud", name="uq_bijlage_melding_id_organisatie_id_inhoud"
        ),
        comment="A file with a melding; its bytes stand in bijlage_stuk.",
    )
    op.create_table(
        "bijlage_stuk",
        sa.Column("bijlage_id", sa.Uuid(), nullable=False),
        sa.Column("nr", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("inhoud", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("bijlage_id", "nr", name="pk_bijlage_stuk"),
        sa.ForeignKeyConstraint(["bijlage_id"], ["bijlage.id"], name="fk_bijlage_stuk_bijlage_id"),
        comment="Files in pieces of 256 KiB, each sealed at the place of its file and number.",
    )


def _make_imports() -> None:
    op.create_table(
        "import",
        sa.Column("id", sa.Uuid(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("organisatie_id", "rol", "actor", "client")),
        sa.Column("herkomst", sa.Text(), nullable=False, comment="the network address from which it was sent"),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("soort", "status")),
        sa.Column("fout", sa.Text(), comment="a code: why it was broken off"),
        sa.Column("grootte", sa.Integer()),
        sa.Column("inhoud", sa.LargeBinary(), comment="keyed hash of all bytes; none while they come in"),
        sa.Column("rijen", sa.Integer(), comment="how many there are, once they were counted"),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ("verwerkt", "ontvangen", "herhaald", "geweigerd")),
        sa.Column(
            "volgende_rij", sa.Integer(), nullable=False, comment="its number in the file, as a spreadsheet counts"
        ),
        sa.Column("plaats", sa.BigInteger(), nullable=False, comment="the byte at which the next row begins"),
        sa.Column("aangemaakt_op", _MOMENT, nullable=False),
        sa.Column("klaar_op", _MOMENT),
        sa.PrimaryKeyConstraint("id", name="pk_import"),
        sa.UniqueConstraint("organisatie_id", "inhoud", name="uq_import_organisatie_id_inhoud"),
        comment="A file with a melding on every row, on whose behalf it is worked on, and how far that is.",
    )
    op.create_table(
        "import_stuk",
        sa.Column("import_id", sa.Uuid(), nullable=False),
        sa.Column("deel", sa.Text(), nullable=False),
        sa.Column("nr", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("inhoud", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("import_id", "deel", "nr", name="pk_import_stuk"),
        sa.ForeignKeyConstraint(["import_id"], ["import.id"], name="fk_import_stuk_import_id"),
        comment="The file (bestand) and its rows as CSV (rijen) in sealed pieces, until every row was worked on.",
    )
    op.create_table(
        "import_rij",
        sa.Column("import_id", sa.Uuid(), nullable=False),
        sa.Column("nr", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("melding_id", sa.Uuid()),
        sa.Column(
            "fouten", JSONB(), nullable=False, comment="pairs of a column and a sentence; never what stood there"
        ),
        sa.PrimaryKeyConstraint("import_id", "nr", name="pk_import_rij"),
        sa.ForeignKeyConstraint(["import_id"], ["import.id"], name="fk_import_rij_import_id"),
        comment="What became of each row; the row itself is not kept.",
    )
    op.create_index("ix_import_rij_melding_id", "import_rij", ["melding_id"])


def downgrade() -> None:
    """Take them away."""
    for table in reversed(_WALLS):
        drop_wall(op, table)
    op.execute("DROP FUNCTION muur_bijlage_gezien(uuid), muur_import_gezien(uuid)")
    for table in ("import_rij", "import_stuk", "import", "bijlage_stuk", "bijlage", "aanvulling"):
        op.drop_table(table)
