"""A key for every casus, the audit with seals, and walls round what belongs to a casus."""

import sqlalchemy as sa
from alembic import op

from shared.migrations import (
    EIGEN_GEMEENTEN,
    EIGEN_ORGANISATIE,
    NOOD,
    drop_keys_and_audit,
    drop_wall,
    lay_keys_and_audit,
    lay_wall,
)

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

# Whoever receives an overdracht. Written out: a migration does not change with the rules of today.
_LOKALE_SOORTEN = "('lokaal-veld')"
_RECEIVED = {
    "lokaal-team": f"(gemeente_code = {EIGEN_GEMEENTEN} AND soort IN {_LOKALE_SOORTEN} OR id::text = {NOOD})",
    "ketenpartner": f"(organisatie_id = {EIGEN_ORGANISATIE} OR id::text = {NOOD})",
}
# Functions, and not the conditions themselves: PostgreSQL prepares every condition of a wall for each statement, also
# for those who need not be asked (15 ms for one lock on a casus), and a function only when it is called. They see
# what the wall of overdracht shows to who asks. A casus that went up in another is still locked under its old id.
_FUNCTIONS = {
    "is_ontvanger": "SELECT EXISTS (SELECT FROM public.overdracht WHERE id = $1)",
    "is_partij": "SELECT EXISTS (SELECT FROM public.overdracht WHERE casus_id = $1)",
    "is_partij_onder_oude_naam": "SELECT EXISTS (SELECT FROM public.casus_alias WHERE verdwenen_id = $1)",
}
_BY_CASUS = ("casus_alias", "zicht_feit", "zicht")
WALLED = ("overdracht", "pakket", "casus", *_BY_CASUS, "noodtoegang")


def upgrade() -> None:
    lay_keys_and_audit(op)
    op.add_column("overdracht", sa.Column("vervangen_door_id", sa.Uuid(), nullable=True))
    op.create_foreign_key(
        op.f("fk_overdracht_vervangen_door_id"), "overdracht", "overdracht", ["vervangen_door_id"], ["id"]
    )
    op.execute("UPDATE overdracht SET vervangen_door_id = n.id FROM overdracht n WHERE n.vervangt_id = overdracht.id")
    lay_wall(op, "overdracht", also=_RECEIVED)
    for name, query in _FUNCTIONS.items():
        op.execute(f"CREATE FUNCTION {name}(uuid) RETURNS boolean LANGUAGE sql STABLE AS $$ {query} $$")
    lay_wall(op, "pakket", also=_for_receivers("is_ontvanger(overdracht_id)"))
    for table in _BY_CASUS:
        lay_wall(op, table, also=_for_receivers("is_partij(casus_id)"))
    lay_wall(op, "casus", also=_for_receivers("(is_partij(casus_id) OR is_partij_onder_oude_naam(casus_id))"))
    op.create_table(
        "noodtoegang",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("object_id", sa.Uuid(), nullable=False),
        sa.Column("object_soort", sa.Text(), nullable=False),
        sa.Column("casus_id", sa.Uuid(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("rol", sa.Text(), nullable=False),
        sa.Column("organisatie_id", sa.Text(), nullable=False),
        sa.Column("reden", sa.Text(), nullable=False),
        sa.Column("toelichting", sa.LargeBinary(), nullable=False),
        sa.Column("geldig_van", sa.DateTime(timezone=True), nullable=False),
        sa.Column("geldig_tot", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_noodtoegang")),
        comment="Who opened what outside his own task, for how long and why.",
    )
    op.create_index("ix_noodtoegang_actor", "noodtoegang", ["actor", "object_id", "geldig_tot"])
    lay_wall(op, "noodtoegang", also=_for_receivers(f"organisatie_id = {EIGEN_ORGANISATIE}"))


def _for_receivers(condition: str) -> dict[str, str]:
    return dict.fromkeys(_RECEIVED, condition)


def downgrade() -> None:
    for table in reversed(WALLED):
        drop_wall(op, table)
    for name in _FUNCTIONS:
        op.execute(f"DROP FUNCTION {name}(uuid)")
    op.drop_table("noodtoegang")
    op.drop_column("overdracht", "vervangen_door_id")
    drop_keys_and_audit(op)
