"""What was known when: every change of a cell of the KPIs with its day, and the stock at the beginning of a week.

Of before this migration it is not known what was known when. What stands in the cells is booked on the day of the
newest fact, and that day is kept as the first that can be asked for.
"""

import sqlalchemy as sa
from alembic import op

from shared.migrations import EIGEN_GEMEENTEN, drop_wall, lay_wall

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_OWN = f"gemeente_code = {EIGEN_GEMEENTEN}"
# As of the cells themselves, but for the page, which shows how things are now.
_WALL = {"lokaal-team": _OWN, "gemeente": _OWN, "beheerder": "true"}
_TABLES = ("kpi_stand", "kpi_peil", "kpi_mutatie")


def upgrade() -> None:
    """Make the tables, book what there is, and find cells by their month."""
    op.create_index("ix_kpi_dag", "kpi", ["dag"], unique=False)
    op.create_table(
        "kpi_mutatie",
        sa.Column("dag", sa.Date(), nullable=False),
        sa.Column("bekend_op", sa.Date(), nullable=False),
        sa.Column("meting", sa.Text(), nullable=False),
        sa.Column("gemeente_code", sa.Text(), nullable=False),
        sa.Column("naam", sa.Text(), nullable=False),
        sa.Column("waarde", sa.Text(), nullable=False),
        sa.Column("aantal", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint(
            "dag", "bekend_op", "meting", "gemeente_code", "naam", "waarde", name=op.f("pk_kpi_mutatie")
        ),
        comment="What was added to each cell of the KPIs on each day; `bekend_op`: the day on which it became known.",
    )
    op.create_index(
        "ix_kpi_mutatie_voorraad",
        "kpi_mutatie",
        ["bekend_op"],
        unique=False,
        postgresql_where=sa.text("meting = 'voorraad'"),
    )
    op.create_table(
        "kpi_peil",
        sa.Column("dag", sa.Date(), nullable=False),
        sa.Column("begin", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("dag", name=op.f("pk_kpi_peil")),
        comment="The days of which the stock is kept as a balance; `begin`: before it was not kept what was known when.",
    )
    op.create_table(
        "kpi_stand",
        sa.Column("peildag", sa.Date(), nullable=False),
        sa.Column("gemeente_code", sa.Text(), nullable=False),
        sa.Column("dag", sa.Date(), nullable=False),
        sa.Column("naam", sa.Text(), nullable=False),
        sa.Column("aantal", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("peildag", "gemeente_code", "dag", "naam", name=op.f("pk_kpi_stand")),
        comment="The stock as it was known when a day began: the sum of what was booked before `peildag`.",
    )
    op.execute("""
        INSERT INTO kpi_peil (dag, begin)
        SELECT CAST(max(tijdstip) AT TIME ZONE 'Europe/Amsterdam' AS date), true FROM feit
        HAVING count(*) > 0
    """)
    op.execute("""
        INSERT INTO kpi_mutatie (dag, bekend_op, meting, gemeente_code, naam, waarde, aantal)
        SELECT k.dag, p.dag, k.meting, k.gemeente_code, k.naam, k.waarde, k.aantal FROM kpi k, kpi_peil p
    """)
    for table in ("kpi_mutatie", "kpi_stand"):
        lay_wall(op, table, also=_WALL)
    lay_wall(op, "kpi_peil", also=dict.fromkeys(_WALL, "true"))


def downgrade() -> None:
    """Take them away."""
    for table in _TABLES:
        drop_wall(op, table)
        op.drop_table(table)
    op.drop_index("ix_kpi_dag", table_name="kpi")
