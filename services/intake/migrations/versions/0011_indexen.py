"""Signals in the reference indexes, and the matches that they gave."""

import sqlalchemy as sa
from alembic import op

from shared.migrations import drop_wall, lay_wall

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_ACTIVE = sa.text("status IN ('aangevraagd', 'geplaatst', 'gematcht')")


def upgrade() -> None:
    """Make the tables, and raise their walls."""
    op.create_table(
        "signaal",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("melding_id", sa.Uuid(), nullable=False),
        sa.Column("persoon_id", sa.Uuid(), nullable=False),
        sa.Column("verwijsindex", sa.Text(), nullable=False),
        sa.Column("referentie", sa.Uuid(), nullable=False, comment="all by which the index knows it"),
        sa.Column("sleutel", sa.LargeBinary(), nullable=False, comment="blind index of the names and the birth date"),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("versie", sa.Integer(), nullable=False),
        sa.Column("via_vir", sa.Boolean(), nullable=False),
        sa.Column("aangevraagd_op", sa.DateTime(timezone=True), nullable=False),
        sa.Column("verloopt_op", sa.DateTime(timezone=True), nullable=False),
        sa.Column("geplaatst_op", sa.DateTime(timezone=True)),
        sa.Column("verzonden_op", sa.DateTime(timezone=True)),
        sa.Column("beeindigd_op", sa.DateTime(timezone=True)),
        sa.Column("afgemeld_op", sa.DateTime(timezone=True)),
        sa.Column("reden", sa.Text()),
        sa.Column("fout", sa.Text()),
        sa.PrimaryKeyConstraint("id", name="pk_signaal"),
        sa.UniqueConstraint("referentie", name="uq_signaal_referentie"),
        sa.ForeignKeyConstraint(["melding_id"], ["melding.id"], name="fk_signaal_melding_id_melding"),
        sa.ForeignKeyConstraint(["persoon_id"], ["persoon.id"], name="fk_signaal_persoon_id_persoon"),
        comment="Codes, times and ids; who it is about stands in persoon. It goes where its melding goes.",
    )
    op.create_index("ix_signaal_melding_id", "signaal", ["melding_id"])
    op.create_index("ix_signaal_persoon_id", "signaal", ["persoon_id"])
    op.create_index("uq_signaal_actief", "signaal", ["verwijsindex", "sleutel"], unique=True, postgresql_where=_ACTIVE)
    op.create_index("ix_signaal_staand", "signaal", ["verwijsindex", "id"], postgresql_where=_ACTIVE)
    op.create_table(
        "signaal_poging",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("signaal_id", sa.Uuid(), nullable=False),
        sa.Column("soort", sa.Text(), nullable=False),
        sa.Column("tijdstip", sa.DateTime(timezone=True), nullable=False),
        sa.Column("uitkomst", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_signaal_poging"),
        sa.ForeignKeyConstraint(["signaal_id"], ["signaal.id"], name="fk_signaal_poging_signaal_id_signaal"),
        comment="One row a request to an index.",
    )
    op.create_index("ix_signaal_poging_signaal_id", "signaal_poging", ["signaal_id"])
    op.create_table(
        "signaal_match",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("signaal_id", sa.Uuid(), nullable=False),
        sa.Column("ontvangen_op", sa.DateTime(timezone=True), nullable=False),
        sa.Column("beeindigd_op", sa.DateTime(timezone=True)),
        sa.Column(
            "gegevens",
            sa.LargeBinary(),
            nullable=False,
            comment="the other organisation, under the key of the signal",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_signaal_match"),
        sa.ForeignKeyConstraint(["signaal_id"], ["signaal.id"], name="fk_signaal_match_signaal_id_signaal"),
        comment="That another organisation is with the same person.",
    )
    op.create_index("ix_signaal_match_signaal_id", "signaal_match", ["signaal_id"])
    op.create_table(
        "index_stand",
        sa.Column("verwijsindex", sa.Text(), nullable=False),
        sa.Column(
            "na", sa.Text(), nullable=False, comment="after which place in its list the index is asked for matches"
        ),
        sa.Column("opgehaald_op", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("verwijsindex", name="pk_index_stand"),
        comment="How far the matches of an index were fetched.",
    )
    for table in ("signaal", "signaal_poging", "signaal_match", "index_stand"):
        lay_wall(op, table)


def downgrade() -> None:
    """Take the walls down, and the tables away."""
    for table in ("index_stand", "signaal_match", "signaal_poging", "signaal"):
        drop_wall(op, table)
        op.drop_table(table)
