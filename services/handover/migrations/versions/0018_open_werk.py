"""What waits in plans and voorwaarden, without what stands in it: by these a receiver's list is read in time."""

from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

# As their owner, who stands outside the walls: a wall of a table that hangs on an overdracht is asked for each row, and
# for a list of two thousand that takes a quarter of a second. They give ids and days, nothing that was written down, and
# are read beside overdracht, whose own wall says which of them are somebody's. Who is told by nobody is given nothing.
_SOMEBODY = "(SELECT current_setting('keten.rol', true)) <> ''"
_VIEWS = {
    "open_plan": "SELECT id, overdracht_id, gestart_op, evaluatie_dag FROM plan WHERE status = 'lopend'",
    "ooit_plan": "SELECT overdracht_id FROM plan WHERE true",
    "open_planactie": (
        "SELECT a.id, p.overdracht_id, a.afgesproken_op, a.uiterlijk_dag FROM plan_actie a JOIN plan p "
        "ON p.id = a.plan_id WHERE a.status = 'open' AND p.status = 'lopend'"
    ),
    "open_voorwaarde": (
        "SELECT v.id, z.overdracht_id, v.stand_op, v.controle_dag FROM voorwaarde v JOIN zicht z "
        "ON z.casus_id = v.casus_id AND z.tot IS NULL JOIN overdracht o ON o.id = z.overdracht_id "
        "AND o.melding_id = v.melding_id WHERE v.controle_dag IS NOT NULL AND v.status <> 'vervallen' "
        "AND (v.status = 'open' OR v.controle_dag > CAST(v.stand_op AT TIME ZONE 'Europe/Amsterdam' AS date))"
    ),
}


def upgrade() -> None:
    """Make the views."""
    for name, query in _VIEWS.items():
        op.execute(f"CREATE VIEW {name} AS {query} AND {_SOMEBODY}")


def downgrade() -> None:
    """Take them away."""
    for name in reversed(_VIEWS):
        op.execute(f"DROP VIEW {name}")
