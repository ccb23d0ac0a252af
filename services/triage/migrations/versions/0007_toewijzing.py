"""Who works on what: an owner, a team and a next check on every dossier, and the history of both."""

import sqlalchemy as sa
from alembic import op

from shared.migrations import drop_wall, lay_wall

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_MOMENT = sa.DateTime(timezone=True)
_OPEN = sa.text("stap IS NOT NULL")
_COLUMNS = (
    ("eigenaar", sa.Text()),
    ("team", sa.Text()),
    ("toegewezen_op", _MOMENT),
    ("volgende_check", sa.Date()),
    ("laatste_contact_op", _MOMENT),
    ("onveilig_op", _MOMENT),
)
# An open acute question counts 1825 days instead of 28 from now on (shared/rules/urgentie.py).
_HIGHER = "UPDATE dossier SET urgentie_op = urgentie_op {sign} interval '1797 days' WHERE stap = 'acuutcheck'"


def upgrade() -> None:
    """Make the columns and tables, and raise their walls."""
    for name, kind in _COLUMNS:
        op.add_column("dossier", sa.Column(name, kind))
    op.add_column("dossier", sa.Column("toewijzing_versie", sa.BigInteger(), nullable=False, server_default="1"))
    for name in ("eigenaar", "team"):
        columns = [name, "urgentie_op", "id"]
        op.create_index(f"ix_dossier_werkvoorraad_{name}", "dossier", columns, postgresql_where=_OPEN)
    free = sa.text("stap IS NOT NULL AND eigenaar IS NULL")
    op.create_index("ix_dossier_werkvoorraad_vrij", "dossier", ["urgentie_op", "id"], postgresql_where=free)
    op.execute(_HIGHER.format(sign="-"))
    op.create_table(
        "toewijzing",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("dossier_id", sa.Uuid(), nullable=False),
        sa.Column("versie", sa.BigInteger(), nullable=False),
        sa.Column("actie", sa.Text(), nullable=False),
        sa.Column("eigenaar", sa.Text()),
        sa.Column("team", sa.Text()),
        sa.Column("door", sa.Text(), nullable=False),
        sa.Column("op", _MOMENT, nullable=False),
        sa.Column("reden", sa.Text()),
        sa.Column("toelichting", sa.LargeBinary()),
        sa.PrimaryKeyConstraint("id", name="pk_toewijzing"),
        sa.ForeignKeyConstraint(["dossier_id"], ["dossier.id"], name="fk_toewijzing_dossier_id"),
        sa.UniqueConstraint("dossier_id", "versie", name="uq_toewijzing_dossier_id_versie"),
        comment="Who owned work from when, by whom and why; workers by the subject of their token.",
    )
    op.create_table(
        "veiligheidscheck",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("dossier_id", sa.Uuid(), nullable=False),
        sa.Column("uitkomst", sa.Text(), nullable=False),
        sa.Column("gedaan_op", _MOMENT, nullable=False),
        sa.Column("volgende_dag", sa.Date()),
        sa.Column("door", sa.Text(), nullable=False),
        sa.Column("notitie", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_veiligheidscheck"),
        sa.ForeignKeyConstraint(["dossier_id"], ["dossier.id"], name="fk_veiligheidscheck_dossier_id"),
        comment="When somebody looked at the safety of a family that waits, and what he found.",
    )
    op.create_index("ix_veiligheidscheck_volgorde", "veiligheidscheck", ["dossier_id", "gedaan_op", "id"])
    for table in ("toewijzing", "veiligheidscheck"):
        lay_wall(op, table)


def downgrade() -> None:
    """Take the walls down, and the tables and columns away."""
    for table in ("veiligheidscheck", "toewijzing"):
        drop_wall(op, table)
        op.drop_table(table)
    op.execute(_HIGHER.format(sign="+"))
    for name in ("vrij", "team", "eigenaar"):
        op.drop_index(f"ix_dossier_werkvoorraad_{name}", "dossier")
    for name in ("toewijzing_versie", *(name for name, _ in reversed(_COLUMNS))):
        op.drop_column("dossier", name)
