"""Who of a receiver sees to an overdracht, and the indexes by which each side reads what waits for it."""

import sqlalchemy as sa
from alembic import op

from shared.migrations import drop_wall, lay_wall

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_WAITING: dict[str, tuple[list[str | sa.TextClause], str]] = {
    "ix_overdracht_open_aanbod_gemeente": (
        ["gemeente_code", "accepteren_uiterlijk", "id"],
        "status = 'aangeboden'",
    ),
    "ix_overdracht_open_aanbod_organisatie": (
        ["organisatie_id", "accepteren_uiterlijk", "id"],
        "status = 'aangeboden'",
    ),
    "ix_overdracht_open_eerste_contact_gemeente": (
        ["gemeente_code", "geaccepteerd_op", "id"],
        "status = 'geaccepteerd' AND eerste_contact_op IS NULL",
    ),
    "ix_overdracht_open_eerste_contact_organisatie": (
        ["organisatie_id", "geaccepteerd_op", "id"],
        "status = 'geaccepteerd' AND eerste_contact_op IS NULL",
    ),
    "ix_overdracht_opnieuw": (
        [sa.text("coalesce(geweigerd_op, ingetrokken_op, teruggekeerd_op)"), "id"],
        "status IN ('geweigerd', 'ingetrokken', 'teruggekeerd')",
    ),
    "ix_overdracht_behandelaar": (["behandelaar"], "behandelaar IS NOT NULL"),
}


def upgrade() -> None:
    """Nobody sees to an overdracht of before: it is taken up by whoever reads it next."""
    op.add_column("overdracht", sa.Column("behandelaar", sa.Text(), nullable=True))
    op.add_column("overdracht", sa.Column("behandelaar_sinds", sa.DateTime(timezone=True), nullable=True))
    op.add_column("overdracht", sa.Column("behandelaar_versie", sa.Integer(), nullable=False, server_default="0"))
    op.create_table(
        "behandelaar_regel",
        sa.Column("overdracht_id", sa.Uuid(), nullable=False),
        sa.Column("versie", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("actie", sa.Text(), nullable=False),
        sa.Column("behandelaar", sa.Text(), nullable=True),
        sa.Column("door", sa.Text(), nullable=False),
        sa.Column("op", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reden", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["overdracht_id"], ["overdracht.id"], name="fk_behandelaar_regel_overdracht_id"),
        sa.PrimaryKeyConstraint("overdracht_id", "versie", name="pk_behandelaar_regel"),
        comment="Who of the receiver saw to an overdracht, by whom that was changed and why; only ever added to.",
    )
    lay_wall(
        op,
        "behandelaar_regel",
        also=dict.fromkeys(("lokaal-team", "ketenpartner"), "is_ontvanger(overdracht_id)"),
    )
    for name, (columns, where) in _WAITING.items():
        op.create_index(name, "overdracht", columns, postgresql_where=sa.text(where))


def downgrade() -> None:
    """Forget who saw to what."""
    for name in _WAITING:
        op.drop_index(name, "overdracht")
    drop_wall(op, "behandelaar_regel")
    op.drop_table("behandelaar_regel")
    for column in ("behandelaar_versie", "behandelaar_sinds", "behandelaar"):
        op.drop_column("overdracht", column)
