"""Who sits at a table sees it: the wall opens for his organisation, for as long as he takes part."""

from alembic import op

from shared.migrations import EIGEN_ORGANISATIE, drop_wall, lay_wall

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

_WHO = ("lokaal-team", "ketenpartner")
# Of who sits there only those of his own organisation: with whom he sits he hears at the table, and not from here.
_SEATS = f"(organisatie_id = {EIGEN_ORGANISATIE} AND vertrokken_op IS NULL)"
# A function, because it asks behind the wall of the participants themselves.
_DEELNEMER = """
CREATE FUNCTION is_deelnemer(uuid) RETURNS boolean LANGUAGE sql STABLE
AS $$ SELECT EXISTS (SELECT FROM public.opschaling_deelnemer WHERE opschaling_id = $1) $$
"""
_WALLS = {
    "opschaling_deelnemer": _SEATS,
    "opschaling": "is_deelnemer(id)",
    "opschaling_overleg": "is_deelnemer(opschaling_id)",
    "opschaling_actie": "(is_deelnemer(opschaling_id) OR is_deelnemer(bij_id))",
}


def upgrade() -> None:
    """Open the walls."""
    op.execute(_DEELNEMER)
    for table, condition in _WALLS.items():
        drop_wall(op, table)
        lay_wall(op, table, also=dict.fromkeys(_WHO, condition))
    op.create_index("ix_opschaling_deelnemer_organisatie_id", "opschaling_deelnemer", ["organisatie_id"])


def downgrade() -> None:
    """Close them again."""
    op.drop_index("ix_opschaling_deelnemer_organisatie_id", "opschaling_deelnemer")
    for table in _WALLS:
        drop_wall(op, table)
        lay_wall(op, table)
    op.execute("DROP FUNCTION is_deelnemer(uuid)")
