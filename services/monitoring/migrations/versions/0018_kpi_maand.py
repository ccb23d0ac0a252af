"""A mark beside the cells of each municipality and month: what was added up of them is good as long as it is the same."""

import sqlalchemy as sa
from alembic import op

from shared.migrations import EIGEN_GEMEENTEN, drop_wall, lay_wall

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

_OWN = f"gemeente_code = {EIGEN_GEMEENTEN}"
# As of the cells themselves: whoever reads or writes a cell, reads or writes its mark.
_WALL = {"lokaal-team": _OWN, "gemeente": _OWN, "beheerder": "true", "dashboard": "true"}
_GROUP = "CASE WHEN meting = 'voorraad' THEN '-infinity' ELSE dag END"
_CHANGES = {"INSERT": "NEW", "UPDATE": "NEW", "DELETE": "OLD"}


def upgrade() -> None:
    """Make the marks, and let them change with every cell, whoever changes it."""
    op.create_table(
        "kpi_maand",
        sa.Column("dag", sa.Date(), nullable=False),
        sa.Column("gemeente_code", sa.Text(), nullable=False),
        sa.Column("merk", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.PrimaryKeyConstraint("dag", "gemeente_code", name=op.f("pk_kpi_maand")),
        comment="A mark that is another after each change of a cell of this municipality and month; `dag` is "
        "'-infinity' for the stock.",
    )
    op.execute(f"INSERT INTO kpi_maand (dag, gemeente_code) SELECT DISTINCT {_GROUP}, gemeente_code FROM kpi")  # noqa: S608  # nosec B608  # fixed words
    lay_wall(op, "kpi_maand", also=_WALL)
    # The room marks in an order of its own, before it locks a cell, and says so (store/kpis.py). This is for whoever
    # does not: a worker of the release before, which runs for a while beside this one, and a repair by hand.
    op.execute(f"""
        CREATE FUNCTION mark_kpi_maand() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
            INSERT INTO kpi_maand (dag, gemeente_code)
            SELECT DISTINCT {_GROUP} AS maand, gemeente_code FROM changed ORDER BY maand, gemeente_code
            ON CONFLICT (dag, gemeente_code) DO UPDATE SET merk = gen_random_uuid();
            RETURN NULL;
        END $$
    """)  # noqa: S608  # nosec B608  # fixed words
    for change, rows in _CHANGES.items():
        op.execute(f"""
            CREATE TRIGGER mark_kpi_maand_{change.lower()} AFTER {change} ON kpi
            REFERENCING {rows} TABLE AS changed FOR EACH STATEMENT
            WHEN (current_setting('keten.gemerkt', true) IS DISTINCT FROM 'ja')
            EXECUTE FUNCTION mark_kpi_maand()
        """)
    op.drop_index("ix_kpi_dag", table_name="kpi")
    op.create_index("ix_kpi_dag", "kpi", ["dag", "gemeente_code"], unique=False)


def downgrade() -> None:
    """Take them away."""
    op.drop_index("ix_kpi_dag", table_name="kpi")
    op.create_index("ix_kpi_dag", "kpi", ["dag"], unique=False)
    for change in _CHANGES:
        op.execute(f"DROP TRIGGER mark_kpi_maand_{change.lower()} ON kpi")
    op.execute("DROP FUNCTION mark_kpi_maand()")
    drop_wall(op, "kpi_maand")
    op.drop_table("kpi_maand")
