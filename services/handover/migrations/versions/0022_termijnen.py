"""Until when what waits is in time: the plan, the answer to who gives back, the next offer, and what a person delivers."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

_MOMENT = sa.DateTime(timezone=True)
_TERMS = ("plan_uiterlijk", "teruggave_uiterlijk", "vervolg_uiterlijk")
_ACCEPTED = "status IN ('geaccepteerd', 'teruggave-gevraagd')"
_ENDED_OP = "coalesce(geweigerd_op, ingetrokken_op, teruggekeerd_op, teruggegeven_op)"
_AGAIN = "coalesce(vervolg_uiterlijk, coalesce(geweigerd_op, ingetrokken_op, teruggekeerd_op, teruggegeven_op))"
_SIDES = {"gemeente": "gemeente_code", "organisatie": "organisatie_id"}

Indexes = dict[str, tuple[list[str | sa.TextClause], str]]


def _of_both_sides(name: str, columns: list[str | sa.TextClause], where: str) -> Indexes:
    return {f"ix_overdracht_{name}_{side}": ([column, *columns], where) for side, column in _SIDES.items()}


_OVER: Indexes = {
    "ix_overdracht_opnieuw": (
        [sa.text(_AGAIN), "id"],
        "status IN ('geweigerd', 'ingetrokken', 'teruggekeerd', 'teruggegeven')",
    ),
    "ix_overdracht_open_teruggave": (
        [sa.text("coalesce(teruggave_uiterlijk, teruggave_gevraagd_op)"), "id"],
        "status = 'teruggave-gevraagd'",
    ),
    **_of_both_sides(
        "zonder_plan",
        [sa.text("coalesce(plan_uiterlijk, coalesce(zicht_aanvaard_op, geaccepteerd_op))"), "id"],
        f"{_ACCEPTED} AND planstand = 'geen' AND (plan_verwacht OR (plan_verwacht IS NULL AND draagt_zicht))",
    ),
    **_of_both_sides("lopend_plan", ["id"], f"{_ACCEPTED} AND planstand = 'lopend'"),
}
_BEFORE: Indexes = {
    "ix_overdracht_opnieuw": (
        [sa.text(_ENDED_OP), "id"],
        "status IN ('geweigerd', 'ingetrokken', 'teruggekeerd', 'teruggegeven')",
    ),
    "ix_overdracht_open_teruggave": (["teruggave_gevraagd_op", "id"], "status = 'teruggave-gevraagd'"),
    **_of_both_sides(
        "zonder_plan", ["geaccepteerd_op", "id"], "status = 'geaccepteerd' AND draagt_zicht AND planstand = 'geen'"
    ),
    **_of_both_sides("lopend_plan", ["id"], "status = 'geaccepteerd' AND planstand = 'lopend'"),
}


def upgrade() -> None:
    """Make the columns, and lay the indexes by which what waits is read in their order.

    What is there already keeps its place by when it began: its terms count working days, which SQL does not know, and
    after which besluit it was offered was not kept.
    """
    op.add_column(
        "overdracht",
        sa.Column(
            "uitkomst", sa.Text(), comment="of its besluit; nothing: it is of a dienst, or from before that was kept"
        ),
    )
    op.add_column(
        "overdracht",
        sa.Column(
            "plan_verwacht", sa.Boolean(), comment="nothing: accepted before that was kept, and then by sight alone"
        ),
    )
    for name in _TERMS:
        op.add_column("overdracht", sa.Column(name, _MOMENT))
    op.add_column(
        "levering",
        sa.Column(
            "uiterlijk", _MOMENT, comment="for who it was laid before last; nothing: never, or before that was kept"
        ),
    )
    op.create_index(
        "ix_levering_voorgelegd",
        "levering",
        [sa.text("coalesce(uiterlijk, voorgelegd_op)"), "id"],
        postgresql_where=sa.text("status = 'wacht-op-mens'"),
    )
    _lay(_OVER)


def downgrade() -> None:
    """Take them away."""
    _lay(_BEFORE)
    op.drop_index("ix_levering_voorgelegd", "levering")
    op.drop_column("levering", "uiterlijk")
    for name in (*reversed(_TERMS), "plan_verwacht", "uitkomst"):
        op.drop_column("overdracht", name)


def _lay(indexes: Indexes) -> None:
    for name, (columns, where) in indexes.items():
        op.drop_index(name, "overdracht")
        op.create_index(name, "overdracht", columns, postgresql_where=sa.text(where))
