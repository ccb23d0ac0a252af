"""Phased care: the plan of a household under an accepted overdracht, and whom a melding is about."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

from shared.migrations import drop_wall, lay_wall

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_RECEIVERS = ("lokaal-team", "ketenpartner")
_MOMENT = sa.DateTime(timezone=True)
_DELEN = ("plan_lid", "plan_doel", "plan_actie", "plan_regie", "plan_evaluatie", "plan_fase")


def upgrade() -> None:
    """Make the tables, and raise their walls: of a plan its receiver sees what the wall of its overdracht shows him."""
    op.create_table(
        "directbetrokkene",
        sa.Column("melding_id", sa.Uuid(), nullable=False),
        sa.Column("nr", sa.SmallInteger(), nullable=False),
        sa.Column("casus_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("melding_id", "nr", name="pk_directbetrokkene"),
        comment="Whom a melding is about, by their places in it: intake knows who they are.",
    )
    op.create_index("ix_directbetrokkene_casus_id", "directbetrokkene", ["casus_id"])
    op.create_table(
        "plan",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("overdracht_id", sa.Uuid(), nullable=False),
        sa.Column("casus_id", sa.Uuid(), nullable=False),
        sa.Column("melding_id", sa.Uuid(), nullable=False),
        sa.Column("gemeente_code", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("fase", sa.Text(), nullable=False),
        sa.Column("versie", sa.Integer(), nullable=False),
        sa.Column("gestart_op", _MOMENT, nullable=False),
        sa.Column("evaluatie_dag", sa.Date(), nullable=False, comment="the last day on which it is evaluated again"),
        sa.Column("beeindigd_op", _MOMENT),
        sa.Column("einde", sa.Text()),
        sa.Column("afwijk_reden", sa.Text(), comment="why it ended although not every condition was met"),
        sa.Column(
            "niet_voldaan", ARRAY(sa.Text()), nullable=False, comment="conditions that were not met when it ended"
        ),
        sa.Column("tekst", sa.LargeBinary(), comment="what was reached"),
        sa.CheckConstraint("(status = 'beeindigd') = (beeindigd_op IS NOT NULL)", name=op.f("ck_plan_beeindigd")),
        sa.ForeignKeyConstraint(["overdracht_id"], ["overdracht.id"], name=op.f("fk_plan_overdracht_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan")),
        comment="The plan of a household, made by the receiver of an overdracht; one runs at a time.",
    )
    op.create_index("ix_plan_overdracht_id", "plan", ["overdracht_id"])
    op.create_index("ix_plan_casus_id", "plan", ["casus_id"])
    op.create_index(
        "uq_plan_een_lopend", "plan", ["overdracht_id"], unique=True, postgresql_where=sa.text("status = 'lopend'")
    )
    _delen()
    # A function, as for the package: PostgreSQL then asks it only of whom the wall must judge.
    op.execute(
        "CREATE FUNCTION is_plan_van_ontvanger(uuid) RETURNS boolean LANGUAGE sql STABLE AS "
        "$$ SELECT EXISTS (SELECT FROM public.plan WHERE id = $1) $$"
    )
    lay_wall(op, "directbetrokkene", also=dict.fromkeys(_RECEIVERS, "is_partij(casus_id)"))
    lay_wall(op, "plan", also=dict.fromkeys(_RECEIVERS, "is_ontvanger(overdracht_id)"))
    for table in _DELEN:
        lay_wall(op, table, also=dict.fromkeys(_RECEIVERS, "is_plan_van_ontvanger(plan_id)"))


def _delen() -> None:
    _deel(
        "plan_lid",
        "Everybody in a household for whom its plan is; a child is a client of its own.",
        sa.Column("nr", sa.SmallInteger(), nullable=False, comment="the place in the melding of the overdracht"),
        sa.Column("hoedanigheid", sa.Text(), nullable=False),
        sa.Column("eigen_doelen", sa.Boolean(), nullable=False),
        sa.UniqueConstraint("plan_id", "nr", name=op.f("uq_plan_lid_plan_id_nr")),
        index=False,
    )
    _deel(
        "plan_doel",
        "What a plan aims at, and what became of it.",
        sa.Column("fase", sa.Text(), nullable=False),
        sa.Column("lid_nr", sa.SmallInteger(), comment="of whom it is; nothing: of the household"),
        sa.Column("streefdag", sa.Date()),
        sa.Column("gesteld_op", _MOMENT, nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("afgerond_op", _MOMENT),
    )
    _deel(
        "plan_actie",
        "What an organisation does for a plan, and by when.",
        sa.Column("doel_id", sa.Uuid()),
        sa.Column("fase", sa.Text(), nullable=False),
        sa.Column("organisatie_id", sa.Text(), nullable=False),
        sa.Column("uiterlijk_dag", sa.Date(), nullable=False),
        sa.Column("afgesproken_op", _MOMENT, nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("reden", sa.Text()),
        sa.Column("afgerond_op", _MOMENT),
        sa.ForeignKeyConstraint(["doel_id"], ["plan_doel.id"], name=op.f("fk_plan_actie_doel_id")),
    )
    _deel(
        "plan_regie",
        "Which organisation has the regie on the casus and on the process, and had it.",
        sa.Column("soort", sa.Text(), nullable=False),
        sa.Column("organisatie_id", sa.Text(), nullable=False),
        sa.Column("vanaf", _MOMENT, nullable=False),
        sa.Column("tot", _MOMENT),
        index=False,
    )
    op.create_index(
        "uq_plan_regie_een", "plan_regie", ["plan_id", "soort"], unique=True, postgresql_where=sa.text("tot IS NULL")
    )
    _deel(
        "plan_evaluatie",
        "Each time that it was looked at whether a plan works.",
        sa.Column("fase", sa.Text(), nullable=False),
        sa.Column("gehouden_op", _MOMENT, nullable=False),
        sa.Column("direct_veilig", sa.Boolean(), nullable=False),
        sa.Column("stabiel_veilig", sa.Boolean()),
        sa.Column(
            "gesproken",
            ARRAY(sa.SmallInteger()),
            nullable=False,
            comment="places of the members who were spoken with",
        ),
        sa.Column("volgende_dag", sa.Date(), nullable=False),
    )
    _deel(
        "plan_fase",
        "The phases of a plan as they were decided on.",
        sa.Column("fase", sa.Text(), nullable=False),
        sa.Column("vanaf", _MOMENT, nullable=False),
        sa.Column("afwijk_reden", sa.Text()),
        sa.Column(
            "niet_voldaan", ARRAY(sa.Text()), nullable=False, comment="conditions that were not met when it began"
        ),
    )


def _deel(name: str, comment: str, *columns: sa.Column[Any] | sa.Constraint, index: bool = True) -> None:
    op.create_table(
        name,
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("plan_id", sa.Uuid(), nullable=False),
        *columns,
        sa.Column("tekst", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["plan_id"], ["plan.id"], name=op.f(f"fk_{name}_plan_id")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{name}")),
        comment=comment,
    )
    if index:
        op.create_index(f"ix_{name}_plan_id", name, ["plan_id"])


def downgrade() -> None:
    """Take the walls down, and the tables away."""
    for table in (*reversed(_DELEN), "plan", "directbetrokkene"):
        drop_wall(op, table)
    op.execute("DROP FUNCTION is_plan_van_ontvanger(uuid)")
    for table in (*reversed(_DELEN), "plan", "directbetrokkene"):
        op.drop_table(table)
