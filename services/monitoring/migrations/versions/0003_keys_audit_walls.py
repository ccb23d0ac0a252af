"""A key for every casus, the audit with seals and the anchors of all rooms, and walls round what is about a casus."""

import sqlalchemy as sa
from alembic import op

from shared.migrations import (
    EIGEN_GEMEENTEN,
    EIGEN_ORGANISATIE,
    drop_keys_and_audit,
    drop_wall,
    lay_keys_and_audit,
    lay_wall,
    protect_rows,
)

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_OWN = f"gemeente_code = {EIGEN_GEMEENTEN}"
_TEAM = {"lokaal-team": _OWN}
_GEMEENTEN = _TEAM | {"gemeente": _OWN}
_BEHEERDER = {"beheerder": "true"}
# The page with figures: it counts, and shows no row.
_COUNTED = {"dashboard": "true"}
_SUBSCRIBERS = {
    rol: f"organisatie_id = {EIGEN_ORGANISATIE} AND rol = '{rol}'"
    for rol in ("gemeente", "lokaal-team", "ketenpartner")
}
# Who sees a clock of a casus may find it under the id under which it went up in another.
_NAMED = {"lokaal-team": "EXISTS (SELECT FROM termijn t WHERE t.casus_id = casus_alias.casus_id)"}
_WALLS: dict[str, dict[str, str]] = {
    "termijn": _GEMEENTEN | _COUNTED,
    "monitormoment": _TEAM,
    "waarschuwing": _GEMEENTEN | _BEHEERDER | _COUNTED,
    "kpi": _GEMEENTEN | _BEHEERDER | _COUNTED,
    "casus_alias": _NAMED,
    "abonnement": _SUBSCRIBERS | _BEHEERDER,
    # Of the room itself: facts, notices under way, and what is wrong with whom.
    "feit": {},
    "casus": {},
    "bericht": {},
    "bericht_poging": {},
    "uitgezet": {},
    "storing": {},
    "audit_anker": {},
}


def upgrade() -> None:
    lay_keys_and_audit(op)
    op.create_table(
        "audit_anker",
        sa.Column("kamer", sa.Text(), nullable=False),
        sa.Column("nr", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.Column("tijdstip", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("kamer", "nr", name=op.f("pk_audit_anker")),
        comment="The end of the audit chain of a room at some moment, kept by another room; append-only.",
    )
    protect_rows(op, "audit_anker")
    for table, also in _WALLS.items():
        lay_wall(op, table, also=also)
    lay_wall(op, "hartslag", everybody=True)


def downgrade() -> None:
    for table in ("hartslag", *reversed(_WALLS)):
        drop_wall(op, table)
    op.drop_table("audit_anker")
    drop_keys_and_audit(op)
