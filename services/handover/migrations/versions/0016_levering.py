"""Where receivers are told of overdrachten, and every delivery with its attempts."""

import sqlalchemy as sa
from alembic import op

from shared.migrations import EIGEN_ORGANISATIE, drop_wall, lay_wall

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

_MOMENT = sa.DateTime(timezone=True)
_TO_DO = "status IN ('open', 'verzonden')"
_WAITS = "status = 'wacht-op-mens'"
_RECEIVERS = ("lokaal-team", "ketenpartner")
# An address is nobody's file: who manages the house keeps it too, and a receiver his own.
_OWN = {"beheerder": "true"} | dict.fromkeys(_RECEIVERS, f"organisatie_id = {EIGEN_ORGANISATIE}")
# What the wall of leveradres shows to who asks, as the functions of 0002 do for overdracht.
_FUNCTION = "SELECT EXISTS (SELECT FROM public.leveradres WHERE id = $1)"


def upgrade() -> None:
    """Make the tables, behind their walls."""
    op.create_table(
        "leveradres",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisatie_id", sa.Text(), nullable=False),
        sa.Column("gemeente_code", sa.Text(), nullable=True),
        sa.Column("soort", sa.Text(), nullable=True),
        sa.Column("wijze", sa.Text(), nullable=False),
        sa.Column("clientcertificaat", sa.Boolean(), nullable=False),
        sa.Column("adres", sa.LargeBinary(), nullable=False),
        sa.Column("versie", sa.Integer(), nullable=False),
        sa.Column("gemaakt_op", _MOMENT, nullable=False),
        sa.Column("beeindigd_op", _MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_leveradres"),
        comment="Where and how a receiver is told; for all that he is offered, or for one municipality or kind. The "
        "address is sealed: it can be that of a person.",
    )
    op.create_index(
        "uq_leveradres_lopend",
        "leveradres",
        ["organisatie_id", "gemeente_code", "soort"],
        unique=True,
        postgresql_where=sa.text("beeindigd_op IS NULL"),
        postgresql_nulls_not_distinct=True,
    )
    op.create_table(
        "leveradres_geheim",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("leveradres_id", sa.Uuid(), nullable=False),
        sa.Column("geheim", sa.LargeBinary(), nullable=False),
        sa.Column("gemaakt_op", _MOMENT, nullable=False),
        sa.Column("geldig_tot", _MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["leveradres_id"], ["leveradres.id"], name="fk_leveradres_geheim_leveradres_id"),
        sa.PrimaryKeyConstraint("id", name="pk_leveradres_geheim"),
        comment="With what notices to an address are signed, sealed; during a rotation with two.",
    )
    op.create_index("ix_leveradres_geheim_leveradres_id", "leveradres_geheim", ["leveradres_id"])
    op.create_table(
        "levering",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("overdracht_id", sa.Uuid(), nullable=False),
        sa.Column("organisatie_id", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("gemaakt_op", _MOMENT, nullable=False),
        sa.Column("begonnen_op", _MOMENT, nullable=False),
        sa.Column("pogingen", sa.Integer(), nullable=False),
        sa.Column("geweigerd", sa.Integer(), nullable=False),
        sa.Column("volgende_poging_op", _MOMENT, nullable=True),
        sa.Column("geclaimd_tot", _MOMENT, nullable=True),
        sa.Column("reden", sa.Text(), nullable=True),
        sa.Column("voorgelegd_op", _MOMENT, nullable=True),
        sa.Column("bewijs", sa.Text(), nullable=True),
        sa.Column("afhandeling", sa.Text(), nullable=True),
        sa.Column("afgerond_op", _MOMENT, nullable=True),
        sa.Column("toelichting", sa.LargeBinary(), nullable=True),
        sa.CheckConstraint("status <> 'wacht-op-mens' OR voorgelegd_op IS NOT NULL", name="ck_levering_voorgelegd"),
        sa.CheckConstraint(
            "status NOT IN ('open', 'verzonden') OR volgende_poging_op IS NOT NULL", name="ck_levering_volgende"
        ),
        sa.ForeignKeyConstraint(["overdracht_id"], ["overdracht.id"], name="fk_levering_overdracht_id"),
        sa.PrimaryKeyConstraint("id", name="pk_levering"),
        comment="How one receiver is told of one overdracht, and what became of it. volgende_poging_op follows the "
        "clock of the room, geclaimd_tot the clock of the machine.",
    )
    op.create_index("ix_levering_overdracht_id", "levering", ["overdracht_id"])
    op.create_index("ix_levering_te_doen", "levering", ["volgende_poging_op"], postgresql_where=sa.text(_TO_DO))
    claimed = sa.text("geclaimd_tot IS NOT NULL")
    op.create_index("ix_levering_geclaimd", "levering", ["geclaimd_tot"], postgresql_where=claimed)
    op.create_index("ix_levering_volgorde", "levering", ["gemaakt_op", "id"])
    op.create_index("ix_levering_wacht_op_mens", "levering", ["gemaakt_op", "id"], postgresql_where=sa.text(_WAITS))
    op.create_table(
        "levering_poging",
        sa.Column("levering_id", sa.Uuid(), nullable=False),
        sa.Column("nummer", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("tijdstip", _MOMENT, nullable=False),
        sa.Column("wijze", sa.Text(), nullable=False),
        sa.Column("uitkomst", sa.Text(), nullable=False),
        sa.Column("http_status", sa.Integer(), nullable=True),
        sa.Column("duur_ms", sa.Integer(), nullable=False),
        sa.Column("volgende_op", _MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["levering_id"], ["levering.id"], name="fk_levering_poging_levering_id"),
        sa.PrimaryKeyConstraint("levering_id", "nummer", name="pk_levering_poging"),
        comment="Each attempt to tell a receiver: when, how, what came of it, how long it took and when the next one is.",
    )
    lay_wall(op, "leveradres", also=_OWN)
    op.execute(f"CREATE FUNCTION is_eigen_leveradres(uuid) RETURNS boolean LANGUAGE sql STABLE AS $$ {_FUNCTION} $$")
    own = dict.fromkeys(_OWN, "is_eigen_leveradres(leveradres_id)")
    lay_wall(op, "leveradres_geheim", also=own)
    received = dict.fromkeys(_RECEIVERS, "is_ontvanger(overdracht_id)")
    lay_wall(op, "levering", also=received)
    # Who sees a delivery sees its attempts: what the wall of levering shows to who asks.
    seen = "EXISTS (SELECT FROM levering WHERE id = levering_id)"
    lay_wall(op, "levering_poging", also=dict.fromkeys(_RECEIVERS, seen))


def downgrade() -> None:
    """Take them away."""
    for table in ("levering_poging", "levering", "leveradres_geheim", "leveradres"):
        drop_wall(op, table)
    op.execute("DROP FUNCTION is_eigen_leveradres(uuid)")
    for table in ("levering_poging", "levering", "leveradres_geheim", "leveradres"):
        op.drop_table(table)
