"""The tables of raad, forensisch, aware."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from shared.migrations import EIGEN_ORGANISATIE, drop_wall, lay_wall

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_MOMENT = sa.DateTime(timezone=True)

# What the raad sees: its own requests once they were sent, and its own messages. Written out, and a function for the
# child: its question is asked behind the wall of the request itself.
_OF_THE_RAAD = {"ketenpartner": f"(uitvoerder = {EIGEN_ORGANISATIE} AND gedaan_op IS NOT NULL)"}
_BERICHT_OF_THE_RAAD = {"ketenpartner": "is_gevraagd_vto(vto_id)"}
_MATTERS = ("verzoek_tot_onderzoek", "consult", "kantonrechterverzoek", "forensisch_verzoek", "aware")
_CHILDREN = ("vto_inhoud", "vto_kennisgeving", "raadsbericht")


def upgrade() -> None:
    """Make the tables, and raise their walls."""
    _matter(
        "verzoek_tot_onderzoek",
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("uitvoerder", sa.Text(), nullable=False),
        sa.Column("gedaan_op", _MOMENT),
        sa.Column("ingetrokken_op", _MOMENT),
        comment="A request to the raad: how far it is. The raad itself reads this row of its own requests.",
    )
    op.create_table(
        "vto_inhoud",
        sa.Column("vto_id", sa.Uuid(), nullable=False),
        sa.Column("startdatum", sa.Date()),
        sa.Column("registratiedatum", sa.Date()),
        sa.Column("onderwerpen", postgresql.JSONB(), nullable=False),
        sa.Column("ongeboren", sa.Boolean(), nullable=False),
        sa.Column("belanghebbenden", postgresql.JSONB(), nullable=False),
        sa.Column("spoed", sa.Boolean()),
        sa.Column("ouders_ingelicht", sa.Boolean()),
        sa.Column("tekst", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("vto_id", name="pk_vto_inhoud"),
        sa.ForeignKeyConstraint(["vto_id"], ["verzoek_tot_onderzoek.id"], name="fk_vto_inhoud_vto_id"),
        comment="What a request to the raad says, and why it was taken back.",
    )
    op.create_table(
        "vto_kennisgeving",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("vto_id", sa.Uuid(), nullable=False),
        sa.Column("aan", sa.Text(), nullable=False),
        sa.Column("moment", _MOMENT, nullable=False),
        sa.Column("wijze", sa.Text()),
        sa.Column("tekst", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_vto_kennisgeving"),
        sa.ForeignKeyConstraint(["vto_id"], ["verzoek_tot_onderzoek.id"], name="fk_vto_kennisgeving_vto_id"),
        comment="That the college or the melder was told of a request to the raad, with its proof.",
    )
    op.create_table(
        "raadsbericht",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("vto_id", sa.Uuid(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("resultaat", sa.Text()),
        sa.Column("ontvangen_op", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_raadsbericht"),
        sa.ForeignKeyConstraint(["vto_id"], ["verzoek_tot_onderzoek.id"], name="fk_raadsbericht_vto_id"),
        comment="What the raad told of a request: codes only.",
    )
    op.create_index("ix_vto_kennisgeving_vto_id", "vto_kennisgeving", ["vto_id"])
    op.create_index("ix_raadsbericht_vto_id", "raadsbericht", ["vto_id"])
    _matter(
        "consult",
        sa.Column("partij", sa.Text(), nullable=False),
        sa.Column("uitkomst", sa.Text(), nullable=False),
        sa.Column("strafbaar_feit_vermoed", sa.Boolean(), nullable=False),
        sa.Column("tekst", sa.LargeBinary(), nullable=False),
        comment="A consult with police, OM, raad, GI or vertrouwensarts.",
    )
    _matter(
        "kantonrechterverzoek",
        sa.Column("persoon_nr", sa.SmallInteger(), nullable=False),
        sa.Column("maatregel", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("geeindigd_op", _MOMENT),
        sa.Column("tekst", sa.LargeBinary(), nullable=False),
        comment="A request to the kantonrechter to protect an adult.",
    )
    _matter(
        "forensisch_verzoek",
        sa.Column("soort", sa.Text(), nullable=False),
        sa.Column("persoon_nr", sa.SmallInteger(), nullable=False),
        sa.Column("aanvrager", sa.Text(), nullable=False),
        sa.Column("politie_of_om_betrokken", sa.Boolean(), nullable=False),
        sa.Column("vertrouwensarts_betrokken", sa.Boolean(), nullable=False),
        sa.Column("minderjarig", sa.Boolean(), nullable=False),
        sa.Column("toestemming", sa.Text(), nullable=False),
        sa.Column("voorval_op", _MOMENT),
        sa.Column("hulp", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("ingepland_op", _MOMENT),
        sa.Column("onderzocht_op", _MOMENT),
        sa.Column("geeindigd_op", _MOMENT),
        sa.Column("tekst", sa.LargeBinary(), nullable=False),
        comment="A request for letselonderzoek or to the Centrum Seksueel Geweld.",
    )
    _matter(
        "aware",
        sa.Column("persoon_nr", sa.SmallInteger(), nullable=False),
        sa.Column("sash_niveau", sa.Text()),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("besloten_op", _MOMENT),
        sa.Column("evaluatie_dag", sa.Date()),
        sa.Column("beeindigd_op", _MOMENT),
        sa.Column("reden_einde", sa.Text()),
        sa.Column("tekst", sa.LargeBinary(), nullable=False),
        comment="A request for AWARE; who decided, what was agreed and why stands in the sealed text.",
    )
    op.execute(
        "CREATE FUNCTION is_gevraagd_vto(uuid) RETURNS boolean LANGUAGE sql STABLE AS "
        "$$ SELECT EXISTS (SELECT FROM public.verzoek_tot_onderzoek WHERE id = $1) $$"
    )
    also = {"verzoek_tot_onderzoek": _OF_THE_RAAD, "raadsbericht": _BERICHT_OF_THE_RAAD}
    for table in (*_MATTERS, *_CHILDREN):
        lay_wall(op, table, also=also.get(table))


def _matter(name: str, *columns: sa.Column[object], comment: str) -> None:
    op.create_table(
        name,
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("dossier_id", sa.Uuid(), nullable=False),
        sa.Column("melding_id", sa.Uuid(), nullable=False),
        sa.Column("casus_id", sa.Uuid(), nullable=False),
        sa.Column("gemeente_code", sa.Text(), nullable=False),
        sa.Column("begonnen_op", _MOMENT, nullable=False),
        sa.Column("versie", sa.BigInteger(), nullable=False),
        *columns,
        sa.PrimaryKeyConstraint("id", name=f"pk_{name}"),
        sa.ForeignKeyConstraint(["dossier_id"], ["dossier.id"], name=f"fk_{name}_dossier_id"),
        comment=comment,
    )
    op.create_index(f"ix_{name}_dossier_id", name, ["dossier_id"])
    op.create_index(f"ix_{name}_melding_id", name, ["melding_id"])
    op.create_index(f"ix_{name}_volgorde", name, ["begonnen_op", "id"])
    op.create_index(f"ix_{name}_casus_volgorde", name, ["casus_id", "begonnen_op", "id"])


def downgrade() -> None:
    """Take the walls down, and the tables away."""
    for table in (*_CHILDREN, *_MATTERS):
        drop_wall(op, table)
    op.execute("DROP FUNCTION is_gevraagd_vto(uuid)")
    for table in (*_CHILDREN, *_MATTERS):
        op.drop_table(table)
