"""The interventiepalet: help that is offered, help that was asked, and help that was not there."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

from shared.migrations import EIGEN_ORGANISATIE, drop_wall, lay_wall

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

_RECEIVERS = ("lokaal-team", "ketenpartner")
# How full an offer is must be true for everybody who chooses, and whose rows they are is nobody's business: it is
# counted outside the wall, and nothing but the numbers comes out.
_BEZETTING = """
CREATE FUNCTION palet_bezetting(uuid[]) RETURNS TABLE (interventie_id uuid, bezet bigint, wachtend bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT i.interventie_id,
           count(*) FILTER (WHERE i.status = 'gestart'),
           count(*) FILTER (WHERE i.status = 'aangevraagd')
    FROM public.inzet i
    WHERE i.interventie_id = ANY ($1) AND i.status IN ('aangevraagd', 'gestart')
    GROUP BY i.interventie_id
$$
"""
# It sees what the wall of inzet shows to who asks.
_PARTIJ = """
CREATE FUNCTION is_inzet_partij(uuid) RETURNS boolean LANGUAGE sql STABLE
AS $$ SELECT EXISTS (SELECT FROM public.inzet WHERE id = $1) $$
"""


def upgrade() -> None:
    """Make the tables, and raise their walls."""
    op.create_table(
        "interventie",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisatie_id", sa.Text(), nullable=False),
        sa.Column("naam", sa.Text(), nullable=False),
        sa.Column("gemeente_codes", ARRAY(sa.Text()), nullable=False, comment="none: the whole region"),
        sa.Column("doelgroepen", ARRAY(sa.Text()), nullable=False),
        sa.Column("fasen", ARRAY(sa.Text()), nullable=False),
        sa.Column("voor_wie", ARRAY(sa.Text()), nullable=False),
        sa.Column("plaatsen", sa.Integer(), nullable=True, comment="nothing: as many as ask"),
        sa.Column("wachttijd_dagen", sa.Integer(), nullable=True),
        sa.Column("wachttijd_op", sa.Date(), nullable=True),
        sa.Column("eigen_bijdrage", sa.Boolean(), nullable=False),
        sa.Column("indicatie", sa.Text(), nullable=False),
        sa.Column("leeftijd_van", sa.SmallInteger(), nullable=False),
        sa.Column("leeftijd_tot_en_met", sa.SmallInteger(), nullable=False),
        sa.Column("geldig_van", sa.Date(), nullable=False),
        sa.Column("geldig_tot_en_met", sa.Date(), nullable=True, comment="the last day on which it is offered"),
        sa.Column("gewijzigd_op", sa.DateTime(timezone=True), nullable=False),
        sa.Column("versie", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(wachttijd_dagen IS NULL) = (wachttijd_op IS NULL)", name=op.f("ck_interventie_wachttijd_met_dag")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_interventie")),
        comment="Help that is offered, one row an offer; how full it is stands in the rows of inzet.",
    )
    op.create_index("ix_interventie_organisatie", "interventie", ["organisatie_id", "id"])
    lay_wall(op, "interventie", everybody=True)
    _make_inzet()
    _make_lacune()


def _make_inzet() -> None:
    op.create_table(
        "inzet",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("overdracht_id", sa.Uuid(), nullable=False),
        sa.Column("melding_id", sa.Uuid(), nullable=False),
        sa.Column("casus_id", sa.Uuid(), nullable=False),
        sa.Column("gemeente_code", sa.Text(), nullable=False),
        sa.Column("interventie_id", sa.Uuid(), nullable=False),
        sa.Column(
            "aanbieder_id",
            sa.Text(),
            nullable=False,
            comment="as the offer has it; the wall of this row asks for it",
        ),
        sa.Column("aanvrager_id", sa.Text(), nullable=False),
        sa.Column("doelgroep", sa.Text(), nullable=False),
        sa.Column("fase", sa.Text(), nullable=False),
        sa.Column("instemming", sa.Boolean(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("aangevraagd_op", sa.DateTime(timezone=True), nullable=False),
        sa.Column("gestart_op", sa.DateTime(timezone=True), nullable=True),
        sa.Column("geweigerd_op", sa.DateTime(timezone=True), nullable=True),
        sa.Column("weigering", sa.Text(), nullable=True),
        sa.Column("beeindigd_op", sa.DateTime(timezone=True), nullable=True),
        sa.Column("afbreking", sa.Text(), nullable=True),
        sa.Column("versie", sa.Integer(), nullable=False),
        sa.Column("toelichting", sa.LargeBinary(), nullable=True),
        sa.Column("einde", sa.LargeBinary(), nullable=True),
        sa.CheckConstraint("(status = 'geweigerd') = (geweigerd_op IS NOT NULL)", name=op.f("ck_inzet_geweigerd")),
        sa.CheckConstraint(
            "(status IN ('afgebroken', 'afgerond')) = (beeindigd_op IS NOT NULL)", name=op.f("ck_inzet_beeindigd")
        ),
        sa.ForeignKeyConstraint(["overdracht_id"], ["overdracht.id"], name=op.f("fk_inzet_overdracht_id")),
        sa.ForeignKeyConstraint(["interventie_id"], ["interventie.id"], name=op.f("fk_inzet_interventie_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inzet")),
        comment="Help of the palet that was chosen under an accepted overdracht.",
    )
    op.create_index("ix_inzet_casus_id", "inzet", ["casus_id"])
    op.create_index("ix_inzet_overdracht_id", "inzet", ["overdracht_id"])
    op.create_index("ix_inzet_aanbieder", "inzet", ["aanbieder_id", "aangevraagd_op", "id"])
    op.create_index("ix_inzet_volgorde", "inzet", ["aangevraagd_op", "id"])
    op.create_index(
        "ix_inzet_bezetting",
        "inzet",
        ["interventie_id"],
        postgresql_where=sa.text("status IN ('aangevraagd', 'gestart')"),
    )
    own = f"(is_ontvanger(overdracht_id) OR aanbieder_id = {EIGEN_ORGANISATIE})"
    lay_wall(op, "inzet", also=dict.fromkeys(_RECEIVERS, own))
    op.execute(_PARTIJ)
    op.execute(_BEZETTING)


def _make_lacune() -> None:
    op.create_table(
        "lacune",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("overdracht_id", sa.Uuid(), nullable=False),
        sa.Column("melding_id", sa.Uuid(), nullable=False),
        sa.Column("casus_id", sa.Uuid(), nullable=False),
        sa.Column("inzet_id", sa.Uuid(), nullable=True, comment="when who was asked for it refused"),
        sa.Column("gemeente_code", sa.Text(), nullable=False),
        sa.Column("doelgroep", sa.Text(), nullable=False),
        sa.Column("fase", sa.Text(), nullable=False),
        sa.Column("reden", sa.Text(), nullable=False),
        sa.Column("vastgesteld_op", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["overdracht_id"], ["overdracht.id"], name=op.f("fk_lacune_overdracht_id")),
        sa.ForeignKeyConstraint(["inzet_id"], ["inzet.id"], name=op.f("fk_lacune_inzet_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lacune")),
        comment="Help that was asked for and was not there.",
    )
    op.create_index("ix_lacune_casus_id", "lacune", ["casus_id"])
    op.create_index("ix_lacune_overdracht_id", "lacune", ["overdracht_id"])
    op.create_index("ix_lacune_inzet_id", "lacune", ["inzet_id"])
    op.create_index("ix_lacune_volgorde", "lacune", ["vastgesteld_op", "id"])
    own = "(is_ontvanger(overdracht_id) OR is_inzet_partij(inzet_id))"
    lay_wall(op, "lacune", also=dict.fromkeys(_RECEIVERS, own))


def downgrade() -> None:
    """Take the walls down, and the tables away."""
    for table in ("lacune", "inzet", "interventie"):
        drop_wall(op, table)
    op.drop_table("lacune")
    op.execute("DROP FUNCTION palet_bezetting(uuid[])")
    op.execute("DROP FUNCTION is_inzet_partij(uuid)")
    op.drop_table("inzet")
    op.drop_table("interventie")
